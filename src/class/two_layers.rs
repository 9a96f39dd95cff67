//! The flow of training, one method a stage.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use crate::{
    arrangement::{self, Order, sample::Sampler},
    certificate::{Certificate, Dual},
    certify::{self, Pricing},
    check::pricing,
    convex::{
        Problem, Round, ordered, over_all_labellings,
        pricing::{ListPricer, OrderedPricer, Pricer, WalkPricer, Without, on_grid},
        working_set,
    },
    data::Dataset,
    exact::Arrangement,
    fit::{Beta, Event, Method, Status, TrainError, TrainSettings, Training},
    limits::{Budget, Limit},
    loss::Loss,
    model::{Network, Neuron, Standardization},
    pattern::{Bits, BitsRef, Groups, PatternMatrix},
    realize::reconstruct::{Reconstructor, Target},
};

/// `Method::Auto` lists all patterns if the bound (8) promises at most this many.
const AUTO_LIST: u32 = 5_000;

/// And in rank 3 and more, if there are at most this many distinct rows.
const AUTO_ROWS: usize = 60;

/// The solver walks over an arrangement, once a round, if it is estimated to handle at most this many rows.
const AFFORDABLE_WALK: f64 = 3e8;

/// The judge is asked to walk if it is estimated to handle at most this many rows.
const AFFORDABLE_WORK: f64 = 5e9;

/// Patterns that are banned at most before the network does with what it has.
const MOST_BANNED: usize = 100;

/// The share of the time limit after which the search for patterns ends, so that time is left to train on them.
const SEARCH_SHARE: f64 = 0.6;

pub(crate) struct Trainer<'a> {
    data: &'a Dataset,
    settings: &'a TrainSettings,
    observer: &'a (dyn Fn(Event) + Sync),
    budget: Budget,
    arrangement: Arrangement,
    method: Method,
    /// The order of the groups if they are on a line and the method covers all of H(X).
    order: Option<Order>,
    /// beta_max and whether it is over all of H(X), once it is known.
    beta_max: OnceLock<(f64, bool)>,
}

/// The patterns that the convex programme may use.
enum Patterns {
    /// Every labelling of the groups.
    All,
    /// A list.
    Listed(Listed),
    /// All of H(X), priced on the arrangement without a list.
    Implicit,
}

/// Patterns on the groups.
struct Listed {
    list: PatternMatrix,
    /// Whether they are all of H(X).
    complete: bool,
    /// The draw that gave each pattern, for those that were sampled.
    draws: Vec<Option<u64>>,
    limit: Option<Limit>,
}

/// A point of the convex programme: neurons and a dual point.
struct Solution {
    neurons: Vec<(Bits, f64)>,
    dual: Vec<f64>,
    /// The columns that the convex programme was solved on; `None` in closed form.
    columns: Option<usize>,
    /// Columns to start with for another beta nearby.
    working: Option<PatternMatrix>,
    limit: Option<Limit>,
}

/// A solution with hidden weights.
struct Realized {
    network: Network,
    /// One neuron for each of the network's, in its order.
    solution: Solution,
    /// Patterns that had to be given up.
    dropped: usize,
}

impl<'a> Trainer<'a> {
    pub(crate) fn new(
        data: &'a Dataset,
        settings: &'a TrainSettings,
        observer: &'a (dyn Fn(Event) + Sync),
    ) -> Result<Self, TrainError> {
        let budget = Budget::new(settings.time_limit, settings.memory_limit, settings.stop.clone());
        require_labels(data, settings.loss)?;
        let arrangement = data.arrangement();
        let method = chosen_method(settings.method, &arrangement)?;
        let order = (method != Method::Sample).then(|| Order::new(&arrangement)).flatten();
        Ok(Trainer { data, settings, observer, budget, arrangement, method, order, beta_max: OnceLock::new() })
    }

    pub(crate) fn run(&self) -> Result<Training, TrainError> {
        self.at(self.settings.beta, &self.patterns(), &mut None)
    }

    /// The optimum for each beta in turn, the patterns being found once and each working set starting from the one before;
    /// up to the first that a limit cut short; nothing if that was before beta_max was known.
    pub(crate) fn path(&self, betas: &[Beta]) -> Result<Vec<Training>, TrainError> {
        let (patterns, mut carried, mut path) = (self.patterns(), None, Vec::new());
        for &beta in betas {
            let training = match self.at(beta, &patterns, &mut carried) {
                Err(TrainError::NoTimeForBetaMax) => break,
                training => training?,
            };
            let limited = training.limit.is_some();
            path.push(training);
            if limited {
                break;
            }
        }
        Ok(path)
    }

    /// The optimum for one beta. `carried` holds columns to start with, and afterwards those to carry on.
    fn at(&self, beta: Beta, patterns: &Patterns, carried: &mut Option<PatternMatrix>) -> Result<Training, TrainError> {
        let (beta, beta_max_is_a_lower_bound) = self.beta(beta, patterns)?;
        let (arrangement, targets) = (&self.arrangement, self.data.targets());
        let Ok(problem) = Problem::new(&Groups::of(arrangement), targets, self.settings.loss, beta) else {
            unreachable!("targets, beta and delta were checked")
        };
        let (realized, certificate) = self.certified(&problem, patterns, carried)?;
        // Hidden weights that were due after a limit are witnesses instead of the chosen reconstruction.
        let limit = patterns.limit().or(realized.solution.limit).or_else(|| self.budget.exceeded());
        (self.observer)(Event::Judging);
        let proven = certify::judged(self.data, &certificate).map_err(TrainError::Refused)?;
        let optimal = proven.relative_gap() <= self.settings.tolerance;
        Ok(Training {
            status: if optimal { Status::Optimal } else { Status::Feasible },
            limit,
            method: self.method,
            network: realized.network,
            unrealized: realized.dropped,
            certificate,
            proven,
            loss: self.settings.loss,
            beta,
            beta_max_is_a_lower_bound,
            rank: self.arrangement.rank(),
            patterns: patterns.count().or(realized.solution.columns),
            patterns_complete: patterns.are_complete(),
        })
    }

    /// The optimum with hidden weights, and its certificate.
    fn certified(
        &self,
        problem: &Problem,
        patterns: &Patterns,
        carried: &mut Option<PatternMatrix>,
    ) -> Result<(Realized, Certificate), TrainError> {
        let realized = self.realize(problem, patterns, carried);
        let certificate = self.certificate(problem, patterns, &realized)?;
        Ok((realized, certificate))
    }

    fn patterns(&self) -> Patterns {
        let listed = match self.method {
            Method::Complete => return Patterns::All,
            Method::ColumnGeneration => return Patterns::Implicit,
            Method::Sample => self.sampled(),
            Method::Exact | Method::Auto => self.enumerated(),
        };
        (self.observer)(Event::Searched { patterns: listed.list.len(), complete: listed.complete });
        Patterns::Listed(listed)
    }

    fn enumerated(&self) -> Listed {
        let bound = u64::try_from(arrangement::cover_bound(&self.arrangement)).ok();
        let progress = |patterns: usize| (self.observer)(Event::Searching { patterns, bound });
        let found = arrangement::enumerate(&self.arrangement, &self.search_budget(), &progress);
        Listed { complete: found.is_complete(), list: found.patterns, draws: Vec::new(), limit: found.limit }
    }

    fn sampled(&self) -> Listed {
        let sampler = Sampler::new(self.data, self.settings.seed);
        let budget = self.search_budget();
        let found = arrangement::sample(self.data, &self.arrangement, &sampler, self.settings.samples, &budget);
        Listed { list: found.patterns, complete: false, draws: found.draws, limit: found.limit }
    }

    fn search_budget(&self) -> Budget {
        self.budget.fraction(SEARCH_SHARE)
    }

    /// beta, and whether it refers to a lower bound on beta_max.
    fn beta(&self, beta: Beta, patterns: &Patterns) -> Result<(f64, bool), TrainError> {
        let fraction = match beta {
            Beta::Absolute(beta) => return Ok((beta, false)),
            Beta::Relative(fraction) => fraction,
        };
        let (beta_max, covers_all) = self.beta_max(patterns)?;
        let beta = fraction * beta_max;
        if beta > 0.0 && beta.is_finite() {
            Ok((beta, !covers_all))
        } else {
            Err(TrainError::BetaOutOfRange { fraction, beta_max })
        }
    }

    /// beta_max, and whether it was taken over all of H(X); found once.
    fn beta_max(&self, patterns: &Patterns) -> Result<(f64, bool), TrainError> {
        if let Some(&known) = self.beta_max.get() {
            return Ok(known);
        }
        let slopes: Vec<f64> = self.data.targets().iter().map(|&y| self.settings.loss.slope(0.0, y)).collect();
        let (exponent, slopes) = on_grid(&slopes);
        let (pricing, covers_all) = self.pricing(patterns);
        let price = certify::largest_price(&self.arrangement, &slopes, &pricing).ok_or(TrainError::NoTimeForBetaMax)?;
        let beta_max = price as f64 * f64::from(exponent).exp2();
        if beta_max == 0.0 {
            return Err(TrainError::NoBetaMax);
        }
        Ok(*self.beta_max.get_or_init(|| (beta_max, covers_all)))
    }

    /// The widest affordable way to find max |d^T v|, and whether it covers all of H(X).
    fn pricing<'p>(&'p self, patterns: &'p Patterns) -> (Pricing<'p>, bool) {
        let walk = Pricing::Walk(&self.budget);
        match patterns {
            Patterns::All => (Pricing::AllLabellings, true),
            Patterns::Implicit => (self.order.as_ref().map_or(walk, Pricing::Ordered), true),
            Patterns::Listed(listed) if listed.complete => (Pricing::List(&listed.list), true),
            Patterns::Listed(_) if can_walk(&self.arrangement) => (walk, true),
            Patterns::Listed(listed) => (Pricing::List(&listed.list), false),
        }
    }

    /// A dual point on the grid with its price; `None` if a limit was reached.
    fn priced(&self, problem: &Problem, dual: &[f64], pricing: &Pricing<'_>) -> Option<Dual> {
        certify::dual_certificate(self.data, &self.arrangement, problem, dual, pricing)
    }

    /// The optimum without the banned patterns; a working set starts with the given columns, none of them banned.
    fn solve(
        &self,
        problem: &Problem,
        patterns: &Patterns,
        banned: &HashSet<Bits>,
        start: Option<&PatternMatrix>,
    ) -> Solution {
        let covers_all = match patterns {
            Patterns::All if banned.is_empty() => return closed_form(problem),
            Patterns::All | Patterns::Implicit => true,
            Patterns::Listed(listed) => listed.complete,
        };
        let order = self.order.as_ref().filter(|_| covers_all && banned.is_empty());
        if let Some(solution) = order.and_then(|order| on_a_line(problem, order)) {
            return solution;
        }
        match patterns {
            Patterns::All | Patterns::Implicit => match &self.order {
                Some(order) => {
                    let mut pricer = OrderedPricer::new(problem, order);
                    self.convex(problem, &mut Without::new(problem, &mut pricer, banned), start)
                }
                None => {
                    let mut pricer = WalkPricer::new(problem, &self.arrangement, &self.budget);
                    self.convex(problem, &mut Without::new(problem, &mut pricer, banned), start)
                }
            },
            Patterns::Listed(listed) => {
                let columns = problem.columns(&listed.list);
                self.convex(problem, &mut Without::new(problem, &mut ListPricer::new(&columns), banned), start)
            }
        }
    }

    /// The convex programme, solved in units in which neither small nor large targets leave the range of f64.
    fn convex(&self, problem: &Problem, pricer: &mut dyn Pricer, start: Option<&PatternMatrix>) -> Solution {
        let mut report = |round: Round| (self.observer)(Event::Round(round));
        let none = PatternMatrix::new(problem.groups());
        let start = start.unwrap_or(&none);
        let solved = working_set::solve_in_units(problem, start, pricer, &self.budget, &mut report);
        let groups = self.arrangement.groups();
        let patterns = solved.columns.iter().map(|column| column[..groups].to_bitvec());
        Solution {
            neurons: patterns.zip(solved.weights).collect(),
            dual: solved.dual,
            columns: Some(solved.generated),
            working: Some(solved.working),
            limit: solved.limit,
        }
    }

    /// Hidden weights for the solution's patterns.
    ///
    /// Patterns that no weights reproduce in floating point (cells narrower than rounding) are banned and the convex
    /// programme is solved again; the dual point of the first solution stays the bound. Where only the standardised
    /// form fails, the network does without standardisation.
    fn realize(&self, problem: &Problem, patterns: &Patterns, carried: &mut Option<PatternMatrix>) -> Realized {
        let mut solution = self.solve(problem, patterns, &HashSet::new(), carried.as_ref());
        *carried = solution.working.take();
        let dual = solution.dual.clone();
        let mut transform = self.settings.standardize.then(|| standardization(self.data));
        let mut banned = HashSet::new();
        let mut found: HashMap<Bits, Neuron> = HashMap::new();
        loop {
            (self.observer)(Event::Reconstructing { neurons: solution.neurons.len() });
            let failed = self.reconstruct(&solution, patterns, transform.as_ref(), &mut found);
            let hopeless = banned.len() >= MOST_BANNED || self.budget.exceeded().is_some();
            if failed.is_empty() || (transform.is_none() && hopeless) {
                break;
            }
            if transform.take().is_some() {
                found.clear();
                continue;
            }
            banned.extend(failed);
            solution = self.solve(problem, patterns, &banned, None);
        }
        if solution.neurons.iter().any(|(pattern, _)| !found.contains_key(pattern)) {
            // The search was given up: the best network of the patterns that have weights.
            let mut list = PatternMatrix::new(self.arrangement.groups());
            list.extend(found.keys().cloned());
            let columns = problem.columns(&list.sorted());
            solution.neurons = self.convex(problem, &mut ListPricer::new(&columns), None).neurons;
        }
        let neuron = |(pattern, output): &(Bits, f64)| {
            found.get(pattern).map(|neuron| Neuron { output: *output, ..neuron.clone() })
        };
        let neurons = solution.neurons.iter().filter_map(neuron).collect();
        solution.dual = dual;
        let Ok(network) = Network::new(self.data, transform, neurons) else {
            unreachable!("hidden weights and transforms have an entry for each column")
        };
        Realized { network, solution, dropped: banned.len() }
    }

    /// Adds hidden weights for the patterns that have none yet; the patterns for which none were found.
    fn reconstruct(
        &self,
        solution: &Solution,
        patterns: &Patterns,
        transform: Option<&Standardization>,
        found: &mut HashMap<Bits, Neuron>,
    ) -> Vec<Bits> {
        let (sampler, draws) = (Sampler::new(self.data, self.settings.seed), patterns.draws());
        let target = |(pattern, output): &(Bits, f64)| Target {
            pattern: pattern.clone(),
            output: *output,
            known: draws.get(pattern.as_bitslice()).map(|&draw| sampler.weights(draw)),
        };
        let missing = solution.neurons.iter().filter(|(pattern, _)| !found.contains_key(pattern));
        let targets: Vec<Target> = missing.map(target).collect();
        let reconstructor = Reconstructor::new(self.data, &self.arrangement, transform, &self.budget);
        let neurons = reconstructor.neurons(&targets, self.settings.reconstruction);
        let mut failed = Vec::new();
        for (target, neuron) in targets.into_iter().zip(neurons) {
            match neuron {
                Some(neuron) => drop(found.insert(target.pattern, neuron)),
                None => failed.push(target.pattern),
            }
        }
        failed
    }

    fn certificate(
        &self,
        problem: &Problem,
        patterns: &Patterns,
        realized: &Realized,
    ) -> Result<Certificate, TrainError> {
        let Realized { network, solution, .. } = realized;
        let dual = self.best_dual(problem, patterns, solution);
        let bits: Vec<Bits> = solution.neurons.iter().map(|(pattern, _)| pattern.clone()).collect();
        let stated = (self.settings.loss, problem.beta());
        Ok(certify::certificate(self.data, &self.arrangement, stated, network, &bits, dual)?)
    }

    /// The dual point with the best provable bound: the solution's if it can be priced over H(X), or that of (7).
    fn best_dual(&self, problem: &Problem, patterns: &Patterns, solution: &Solution) -> Dual {
        let (_, dual) = over_all_labellings(problem);
        let relaxed = certify::relaxed_dual(self.data, &self.arrangement, problem, &dual);
        let (pricing, covers_all) = self.pricing(patterns);
        let own = covers_all.then(|| self.priced(problem, &solution.dual, &pricing)).flatten();
        let value = |dual: &Dual| certify::lower_bound(self.data, dual, self.settings.loss, problem.beta());
        own.filter(|own| value(own) >= value(&relaxed)).unwrap_or(relaxed)
    }
}

impl Patterns {
    fn limit(&self) -> Option<Limit> {
        match self {
            Patterns::All | Patterns::Implicit => None,
            Patterns::Listed(listed) => listed.limit,
        }
    }

    fn count(&self) -> Option<usize> {
        match self {
            Patterns::All | Patterns::Implicit => None,
            Patterns::Listed(listed) => Some(listed.list.len()),
        }
    }

    fn are_complete(&self) -> bool {
        match self {
            Patterns::All => true,
            Patterns::Implicit => false,
            Patterns::Listed(listed) => listed.complete,
        }
    }

    /// The sampled draws by pattern; empty if the patterns were not sampled.
    fn draws(&self) -> HashMap<&BitsRef, u64> {
        match self {
            Patterns::Listed(listed) => {
                let drawn = listed.list.iter().zip(&listed.draws);
                drawn.filter_map(|(pattern, draw)| draw.map(|draw| (pattern, draw))).collect()
            }
            _ => HashMap::new(),
        }
    }
}

/// The method that is used: what was asked for if it applies.
fn chosen_method(asked: Method, arrangement: &Arrangement) -> Result<Method, TrainError> {
    match asked {
        Method::Complete => require_complete(arrangement).map(|()| Method::Complete),
        Method::Auto if require_complete(arrangement).is_ok() => Ok(Method::Complete),
        Method::Auto if lists_quickly(arrangement) => Ok(Method::Exact),
        Method::Auto if can_walk(arrangement) => Ok(Method::ColumnGeneration),
        Method::Auto => Ok(Method::Sample),
        other => Ok(other),
    }
}

/// Whether listing H(X) takes seconds: few patterns, and not too many rows for the tree's linear programmes.
pub(crate) fn lists_quickly(arrangement: &Arrangement) -> bool {
    let rows_for_tree = if arrangement.rank() <= 2 { 0 } else { arrangement.groups() };
    arrangement::cover_bound(arrangement) <= AUTO_LIST.into() && rows_for_tree <= AUTO_ROWS
}

/// Whether the solver's walk over the arrangement, once a round, takes seconds, and the judge's, once, a minute or so.
pub(crate) fn can_walk(arrangement: &Arrangement) -> bool {
    crate::oracle::walk::estimated_work(arrangement) <= AFFORDABLE_WALK
        && pricing::estimated_work(arrangement) <= AFFORDABLE_WORK
}

/// Whether the arrangement is complete on distinct rows, so that (7) is (4) (Theorem 2.3).
///
/// # Errors
///
/// [`TrainError::NotComplete`] if distinct rows are dependent or a row is zero.
pub fn require_complete(arrangement: &Arrangement) -> Result<(), TrainError> {
    if arrangement.shatters_groups() && !arrangement.has_zero_row() {
        return Ok(());
    }
    Err(TrainError::NotComplete {
        groups: arrangement.groups(),
        rank: arrangement.rank(),
        zero: if arrangement.has_zero_row() { " (and a zero row)" } else { "" },
    })
}

/// Problem (7): nested patterns, and the dual point.
fn closed_form(problem: &Problem) -> Solution {
    let (solution, dual) = over_all_labellings(problem);
    let neurons = solution.levels.iter().map(|level| (solution.pattern(level), level.weight)).collect();
    Solution { neurons, dual, columns: None, working: None, limit: None }
}

/// Problem (6) on a line: the prefixes and suffixes at the jumps of the outputs, and their dual point.
fn on_a_line(problem: &Problem, order: &Order) -> Option<Solution> {
    let units = problem.units();
    let solution = ordered::solve(&problem.in_units(units), order)?;
    let neurons = solution.neurons.iter().map(|&(arc, weight)| (order.pattern(arc), weight * units.outputs)).collect();
    let dual = solution.dual.iter().map(|v| v * units.slopes).collect();
    Some(Solution { neurons, dual, columns: None, working: None, limit: None })
}

/// Whether the loss permits the targets.
pub(crate) fn require_labels(data: &Dataset, loss: Loss) -> Result<(), TrainError> {
    let wrong = |target: &f64| loss.needs_labels() && target.abs() != 1.0;
    match data.targets().iter().position(wrong) {
        Some(row) => Err(TrainError::NotLabels { loss: loss.name(), row: row + 1, target: data.targets()[row] }),
        None => Ok(()),
    }
}

/// Means and spreads of the columns of X. Without a bias nothing is centred, which would change H(X); a bias or another
/// column without spread is left as it is.
fn standardization(data: &Dataset) -> Standardization {
    let (n, d) = (data.n() as f64, data.d());
    let features = if data.bias() { d - 1 } else { d };
    let (mut mean, mut scale) = (vec![0.0; d], vec![1.0; d]);
    for j in 0..features {
        let column = || (0..data.n()).map(|row| data.row(row)[j]);
        let average = column().map(|x| x / n).sum::<f64>();
        let deviation = column().map(|x| ((x - average) / n.sqrt()).powi(2)).sum::<f64>().sqrt();
        if deviation.is_normal() {
            scale[j] = deviation;
            if data.bias() {
                mean[j] = average;
            }
        }
    }
    Standardization { mean, scale }
}
