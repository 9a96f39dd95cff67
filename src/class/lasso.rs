//! The convex programme (6) over the columns of an oracle: column generation that remembers what was proven.
//!
//! The master solves over few columns; its dual point is put on the grid of certificates, and the oracle is asked about
//! that. A proven answer goes to the record at once, as the certificate would hold it: no limit that comes later can take
//! it away, and nothing has to be priced again in the end.

use std::collections::HashSet;

use super::{Record, tuning::GRACE};
use crate::{
    certificate::{Dual, PriceEvidence},
    certify::{self, Splitter},
    convex::{
        Problem, Round, Units,
        pricing::{Priced, Pricer},
        working_set::{self, Stop},
    },
    event::Event,
    limits::{Budget, Limit},
    loss::Loss,
    oracle::{ColumnOracle, Ended, GridPoint, ListOracle, Want},
    pattern::{Bits, Groups, PatternMatrix},
    subject::Subject,
};

/// A problem with what has been proven about it.
pub(crate) struct Lasso<'a> {
    subject: &'a Subject<'a>,
    pub problem: Problem,
    /// The loss as it is stated.
    loss: Loss,
    tolerance: f64,
    units: Units,
    /// The same problem in units in which neither small nor large targets leave the range of f64.
    measured: Problem,
    /// The same on the rows, as the checker sees it: what a division among the rows of a group proves.
    by_rows: Problem,
    splitter: Splitter<'a>,
    record: Record<Dual>,
    /// The columns of the last solution.
    working: PatternMatrix,
}

/// An optimum over columns.
pub(crate) struct Solved {
    /// Columns with their weights.
    pub neurons: Vec<(Bits, f64)>,
    /// V, one entry a group.
    pub dual: Vec<f64>,
    /// Columns that were generated.
    pub generated: usize,
    /// The limit that came first.
    pub limit: Option<Limit>,
}

impl<'a> Lasso<'a> {
    /// The problem on the groups of the data, whose targets the loss permits; beta is positive and finite. The master
    /// stops at the relative gap `tolerance`. O(n log n).
    pub fn new(subject: &'a Subject<'a>, loss: Loss, beta: f64, tolerance: f64) -> Self {
        let targets = subject.data.targets();
        let on = |groups: &Groups| Problem::new(groups, targets, loss, beta);
        let (Ok(problem), Ok(by_rows)) = (on(&subject.groups), on(&Groups::singletons(targets.len()))) else {
            unreachable!("targets, beta and delta were checked")
        };
        let units = problem.units();
        let (measured, by_rows) = (problem.in_units(units), by_rows.in_units(units));
        let splitter = Splitter::new(subject.data, &subject.groups, &problem);
        let working = PatternMatrix::new(subject.groups.len());
        Lasso {
            subject,
            problem,
            loss,
            tolerance,
            units,
            measured,
            by_rows,
            splitter,
            record: Record::default(),
            working,
        }
    }

    /// The same for another beta, with the columns of the last solution at hand. O(n log n).
    pub fn restate(&mut self, beta: f64) {
        let working = std::mem::replace(&mut self.working, PatternMatrix::new(0));
        *self = Lasso { working, ..Lasso::new(self.subject, self.loss, beta, self.tolerance) };
    }

    /// Loss and beta, as they are stated.
    pub fn stated(&self) -> (Loss, f64) {
        (self.loss, self.problem.beta())
    }

    /// Asks about a dual point V, one entry a group; what is proven is kept.
    pub fn price(&mut self, dual: &[f64], columns: usize, oracle: &mut dyn ColumnOracle, budget: &Budget) -> Answer {
        let point = self.splitter.point(dual);
        let unit = point.unit();
        // Beta on the grid, rounded down; beyond i64 any bound is enough.
        let enough = (self.problem.beta() / unit) as i64;
        let answer = oracle.query(&point, Want { columns, enough }, budget);
        let value = answer.bound.map(|bound| self.keep(point, bound, oracle.evidence()));
        Answer {
            price: answer.bound.unwrap_or(answer.best) as f64 * unit,
            value,
            columns: answer.columns,
            stopped: matches!(answer.ended, Ended::Stopped(_)),
        }
    }

    /// The value of a dual point V priced at once by an oracle that takes no time, such as that of all labellings.
    pub fn relax(&mut self, dual: &[f64], oracle: &mut dyn ColumnOracle) {
        self.price(dual, 0, oracle, &Budget::unlimited());
    }

    /// Keeps a priced point; the bound that it proves, up to rounding, in the master's units.
    fn keep(&mut self, point: GridPoint, bound: i64, evidence: PriceEvidence) -> f64 {
        let multiple = self.problem.beta() / (bound as f64 * point.unit());
        let point = self.splitter.divided(&point, multiple).unwrap_or(point);
        let scale = point.unit() / self.units.slopes;
        let rows: Vec<f64> = point.rows.iter().map(|&v| v as f64 * scale).collect();
        let value = self.by_rows.dual_value(&rows, bound as f64 * scale);
        self.record.offer(value, || point.priced(bound, evidence));
        value
    }

    /// The optimum over the columns of an oracle but the banned ones, from those of the last solution.
    pub fn solve(&mut self, oracle: &mut dyn ColumnOracle, banned: &HashSet<Bits>, budget: &Budget) -> Solved {
        let start = self.at_hand(banned);
        let (measured, units, subject) = (self.measured.clone(), self.units, self.subject);
        let stop = Stop { budget, tolerance: self.tolerance };
        let mut pricing = Pricing { lasso: self, oracle, banned, budget };
        let mut report = |round: Round| subject.tell(Event::Round(round.in_units(units)));
        let found = working_set::solve_from(&measured, &start, &mut pricing, stop, &mut report);
        self.working = found.working;
        let weights = found.weights.into_iter().map(|weight| weight * units.outputs);
        Solved {
            neurons: found.columns.iter().map(|column| column.to_bitvec()).zip(weights).collect(),
            dual: found.dual.into_iter().map(|v| v * units.slopes).collect(),
            generated: found.generated,
            limit: found.limit,
        }
    }

    /// The optimum over columns at hand, even after a limit.
    pub fn solve_over(&mut self, columns: PatternMatrix) -> Solved {
        let grace = self.subject.budget.at_least(GRACE);
        let columns = columns.sorted();
        self.working = PatternMatrix::new(columns.rows());
        self.solve(&mut ListOracle::new(columns, false), &HashSet::new(), &grace)
    }

    /// The columns of the last solution but the banned ones.
    pub fn at_hand(&self, banned: &HashSet<Bits>) -> PatternMatrix {
        let kept = |p: &usize| banned.is_empty() || !banned.contains(self.working.column(*p));
        self.working.select(&(0..self.working.len()).filter(kept).collect::<Vec<_>>())
    }

    /// Whether columns with weights are better than the network without neurons: far above beta_max rounding makes them
    /// worse.
    pub fn improves_on_zero(&self, neurons: &[(Bits, f64)]) -> bool {
        let (columns, weights): (Vec<Bits>, Vec<f64>) =
            neurons.iter().map(|(column, weight)| (column.clone(), weight / self.units.outputs)).unzip();
        let columns = PatternMatrix::of(self.measured.groups(), &columns);
        let outputs = self.measured.outputs(&columns, &weights);
        let zero = self.measured.objective(&vec![0.0; outputs.len()], 0.0);
        self.measured.objective(&outputs, self.measured.norm(&weights)) < zero
    }

    /// The dual point with the best bound of all that were proven.
    pub fn best_dual(&self) -> Option<Dual> {
        let (data, (loss, beta)) = (self.subject.data, self.stated());
        self.record.best(|dual| certify::lower_bound(data, dual, loss, beta)).cloned()
    }
}

/// The answer of an oracle in the units of the problem.
pub(crate) struct Answer {
    /// The proven bound on max |d^T V|, or the largest value that was met if there is none.
    pub price: f64,
    /// The lower bound on the objective that is proven with it, in the master's units.
    pub value: Option<f64>,
    pub columns: Vec<Bits>,
    pub stopped: bool,
}

/// An oracle as the master asks it: in its units, without the banned columns.
struct Pricing<'p, 'a> {
    lasso: &'p mut Lasso<'a>,
    oracle: &'p mut dyn ColumnOracle,
    banned: &'p HashSet<Bits>,
    budget: &'p Budget,
}

impl Pricer for Pricing<'_, '_> {
    fn price(&mut self, dual: &[f64], count: usize) -> Option<Priced> {
        let slopes = self.lasso.units.slopes;
        let dual: Vec<f64> = dual.iter().map(|v| v * slopes).collect();
        let wanted = if count == 0 { 0 } else { count + self.banned.len() };
        let mut answer = self.lasso.price(&dual, wanted, self.oracle, self.budget);
        if answer.stopped {
            return None;
        }
        answer.columns.retain(|column| !self.banned.contains(column));
        answer.columns.truncate(count);
        Some(Priced { price: answer.price / slopes, value: answer.value, columns: answer.columns })
    }

    fn proven(&self) -> Option<f64> {
        Some(self.lasso.record.bound())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Dataset,
        convex::ordered,
        oracle::{LineOracle, Priced as Found},
    };

    fn steps() -> Dataset {
        let features: Vec<f64> = (0..40).map(|row| f64::from(row * 7 % 25)).collect();
        let targets = features.iter().map(|x| (x / 6.0).floor() + 0.3 * (x * 1.7).sin()).collect();
        Dataset::with_bias(features, 1, targets).unwrap()
    }

    /// Without one of its patterns the optimum is no smaller, and the ban is kept; the bound stays that of all patterns.
    #[test]
    fn banned_columns_are_not_used() {
        let data = steps();
        let subject = Subject::new(&data, Budget::unlimited(), &|_| ());
        let order = subject.order.as_ref().unwrap();
        let mut lasso = Lasso::new(&subject, Loss::Squared, 2.0, 1e-9);
        let closed = ordered::solve(&lasso.problem, order).unwrap();
        let optimum = lasso.problem.objective(&closed.outputs, closed.norm());
        let banned = HashSet::from([order.pattern(closed.neurons[0].0)]);
        let mut objectives = Vec::new();
        for banned in [&HashSet::new(), &banned] {
            let solved = lasso.solve(&mut LineOracle::new(order), banned, &subject.budget);
            assert!(solved.neurons.iter().all(|(column, _)| !banned.contains(column)));
            let (columns, weights): (Vec<Bits>, Vec<f64>) = solved.neurons.into_iter().unzip();
            let outputs = lasso.problem.outputs(&PatternMatrix::of(subject.groups.len(), &columns), &weights);
            objectives.push(lasso.problem.objective(&outputs, lasso.problem.norm(&weights)));
            assert!((lasso.record.bound() - optimum).abs() <= 1e-8 * optimum);
        }
        assert!((objectives[0] - optimum).abs() <= 1e-8 * optimum && objectives[1] > optimum * (1.0 - 1e-9));
    }

    /// An oracle that a limit stops after some answers.
    struct Stopping<'a> {
        inner: LineOracle<'a>,
        answers: usize,
    }

    impl ColumnOracle for Stopping<'_> {
        fn query(&mut self, point: &GridPoint, want: Want, budget: &Budget) -> Found {
            if self.answers == 0 {
                return Found::stopped(Limit::Time);
            }
            self.answers -= 1;
            self.inner.query(point, want, budget)
        }
    }

    /// A limit once threw away bounds that the log had shown. What was proven before it is in the certificate's dual point.
    #[test]
    fn what_was_proven_before_a_limit_stays_proven() {
        let data = steps();
        let mut last = f64::NEG_INFINITY;
        for answers in 1..12 {
            let shown = std::sync::Mutex::new(f64::NEG_INFINITY);
            let observer = |event: Event| {
                if let Event::Round(round) = event {
                    *shown.lock().unwrap() = round.dual;
                }
            };
            let subject = Subject::new(&data, Budget::unlimited(), &observer);
            let inner = LineOracle::new(subject.order.as_ref().unwrap());
            let mut lasso = Lasso::new(&subject, Loss::Absolute, 1.5, 1e-9);
            lasso.solve(&mut Stopping { inner, answers }, &HashSet::new(), &subject.budget);
            let dual = lasso.best_dual().unwrap();
            let bound = certify::lower_bound(&data, &dual, Loss::Absolute, 1.5);
            let shown = *shown.lock().unwrap();
            assert!(bound >= shown - 1e-9 * shown.abs(), "{bound} is less than the {shown} of the log");
            assert!(bound >= last - 1e-9 * last.abs(), "{bound} after {last}: more answers prove no less");
            last = bound;
        }
    }
}
