//! The restricted problem: the optimum over a few columns.
//!
//! The working set asks for it once a round. Which method is best depends on the datafit; each is a [`Master`] in a file of
//! its own and refuses what it is not made for, so that [`masters`] is one list for all problems, in order of preference.
//! Whatever a master returns is a suggestion: bounds are computed from its point.
//!
//! | master | for | why in this place |
//! | --- | --- | --- |
//! | [`ActiveSet`] | squared loss; Huber if no kink is reached | starts from the last optimum, exact to rounding |
//! | [`Outliers`] | Huber | the same, with a column for each row beyond a kink |
//! | [`Newton`] | logistic | some active sets; exact where losses are too small for the conic solver |
//! | [`Simplex`] | absolute, hinge | a vertex: bounds hold with equality to rounding |
//! | [`ConicDual`] | any loss | an interior point, reduced to few columns and polished by the active set |
//! | [`ConicPrimal`] | squared loss | the same in another form, should the first fail |

pub mod active_set;
pub mod conic_dual;
pub mod conic_primal;
pub mod newton;
pub mod outliers;
pub mod simplex;

pub use active_set::ActiveSet;
pub use conic_dual::ConicDual;
pub use conic_primal::ConicPrimal;
pub use newton::Newton;
pub use outliers::Outliers;
pub use simplex::Simplex;

use super::{
    Problem,
    datafit::{Squared, Term},
    support,
    tuning::master::{GRACE, VIOLATED},
};
use crate::{limits::Budget, pattern::PatternMatrix};

/// A proposed solution on explicit columns.
#[derive(Clone, Debug)]
pub struct Point {
    /// The weights w, a block a column.
    pub weights: Vec<f64>,
    /// The dual point V, a block a group.
    pub dual: Vec<f64>,
}

/// A method for the optimum over explicit columns.
pub trait Master: Sync {
    /// Whether the method is made for the problem. The method may still fail.
    fn applies(&self, problem: &Problem) -> bool;

    /// The optimum over the columns, from `start` (weights with independent support), with weights of independent
    /// support. `None` if the method does not apply, fails or finds no point in time.
    fn solve(&self, problem: &Problem, columns: &PatternMatrix, start: &[f64], budget: &Budget) -> Option<Point>;
}

/// All masters, in order of preference.
const MASTERS: [&dyn Master; 6] = [&ActiveSet, &Outliers, &Newton, &Simplex, &ConicDual, &ConicPrimal];

/// The masters that apply to a problem, in order of preference.
pub fn masters(problem: &Problem) -> impl Iterator<Item = &'static dyn Master> {
    MASTERS.into_iter().filter(|master| master.applies(problem))
}

/// The optimum over a few columns by the first master that finds it; the first `given_up` of those that apply come last.
pub fn solve(
    problem: &Problem,
    columns: &PatternMatrix,
    start: &[f64],
    given_up: usize,
    budget: &Budget,
) -> Option<Point> {
    let in_order = masters(problem).skip(given_up).chain(masters(problem).take(given_up));
    in_order.into_iter().find_map(|master| master.solve(problem, columns, start, budget))
}

/// Whether a working set is worth more columns when the largest price of a dual point is this.
///
/// For the squared loss always: columns cost little, and those that are nearly violated soon are. For the others, if a
/// constraint is violated by more than the solvers leave.
pub fn wants_columns(problem: &Problem, price: f64) -> bool {
    problem.datafit::<Squared>().is_some() || price > problem.beta() * (1.0 + VIOLATED)
}

/// What one solve may use: enough to end with a point.
fn for_one_solve(budget: &Budget) -> Budget {
    budget.at_least(GRACE)
}

/// For each group the columns that are 1 on it.
fn members(columns: &PatternMatrix) -> Vec<Vec<usize>> {
    let mut members = vec![Vec::new(); columns.rows()];
    for (p, column) in columns.iter().enumerate() {
        column.iter_ones().for_each(|group| members[group].push(p));
    }
    members
}

/// The terms c_k l(f; t_k) of a problem with one output, which the solvers that know losses by their conjugates work on.
struct Terms {
    /// The terms with their groups.
    list: Vec<(usize, Term)>,
    /// The unit of targets for the solver.
    unit: f64,
}

impl Terms {
    fn of(problem: &Problem) -> Option<Terms> {
        let of_group = |group| problem.fit().terms(group).into_iter().map(move |term| (group, term));
        let unit = unit_of(problem.fit().largest_target());
        (problem.width() == 1).then(|| Terms { list: (0..problem.groups()).flat_map(of_group).collect(), unit })
    }

    /// V from its parts x_k, one for each term and in units of beta, moved into the domain of the conjugate.
    fn dual(&self, problem: &Problem, parts: &[f64]) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0, 0.0); problem.groups()];
        for ((group, term), x) in self.list.iter().zip(parts) {
            let (low, high) = problem.loss().domain(term.target);
            let (sum, least, most) = &mut sums[*group];
            *sum += x * problem.beta();
            *least += term.count * low;
            *most += term.count * high;
        }
        sums.into_iter().map(|(sum, least, most)| sum.clamp(least, most)).collect()
    }
}

/// The point of an interior-point method with weights of independent support, and where the active-set method is exact
/// and rounding permits it, polished by it.
fn basic(problem: &Problem, columns: &PatternMatrix, point: Point, budget: &Budget) -> Point {
    let weights = support::reduce(columns, &point.weights);
    let squared = problem.datafit::<Squared>().is_some();
    let polished = squared.then(|| ActiveSet.solve(problem, columns, &weights, budget)).flatten();
    polished.unwrap_or(Point { weights, ..point })
}

/// The unit of targets for a solver: the largest of them, or 1.
fn unit_of(largest: f64) -> f64 {
    if largest > 0.0 { largest } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        convex::{
            complete,
            datafit::Losses,
            penalty::{GroupL2, L1},
        },
        loss::Loss,
        pattern::from_text,
    };

    /// One suite for all masters: on all labellings of three groups, with several targets each, every master that applies
    /// has the optimum of the closed form, a dual point without a gap and weights of independent support.
    #[test]
    fn every_master_agrees_with_the_closed_form() {
        let mut columns = PatternMatrix::new(3);
        columns.extend((0..8).map(|bits| from_text(&format!("{bits:03b}")).unwrap()));
        let losses = [
            Loss::Squared,
            Loss::Absolute,
            Loss::Huber { delta: 0.3 },
            Loss::Huber { delta: 200.0 },
            Loss::Hinge,
            Loss::SquaredHinge,
            Loss::Logistic,
        ];
        let rows = || vec![vec![1.0, 1.0, -1.0], vec![-1.0], vec![1.0, 1.0, 1.0, -1.0, -1.0]];
        let grouped = |beta| Problem::of(Squared::of_terms(&Losses::of(Loss::Squared, rows())), &L1, beta);
        let ungrouped = |loss, beta| Problem::of(Losses::of(loss, rows()), &L1, beta);
        for beta in [0.001, 0.3, 1.0, 2.0] {
            let problems = losses.map(|loss| ungrouped(loss, beta)).into_iter().chain([grouped(beta)]);
            for problem in problems {
                let (complete, _) = complete::over_all_labellings(&problem);
                let optimum = problem.objective(&complete.outputs, complete.norm());
                let (mut answers, name) = (0, format!("{:?} {beta}", problem.loss()));
                for (number, master) in masters(&problem).enumerate() {
                    let point = master.solve(&problem, &columns, &[0.0; 8], &Budget::unlimited());
                    let Some(point) = point else {
                        // The active set refuses a Huber loss where kinks are reached.
                        assert!(number == 0 && problem.loss() == Loss::Huber { delta: 0.3 }, "{number}: {name}");
                        continue;
                    };
                    answers += 1;
                    let outputs = problem.outputs(&columns, &point.weights);
                    let objective = problem.objective(&outputs, problem.norm(&point.weights));
                    assert!(
                        (objective - optimum).abs() < 1e-7 * optimum,
                        "{number}: {name}: {objective} not {optimum}"
                    );
                    let bound = problem.dual_value(&point.dual, problem.price(&columns, &point.dual));
                    assert!((bound - optimum).abs() < 1e-7 * optimum, "{number}: {name}: {bound} not {optimum}");
                    assert!(point.weights.iter().filter(|weight| **weight != 0.0).count() <= 3, "{number}: {name}");
                }
                assert!(answers > 0, "{name}");
            }
        }
        let applying = |problem: &Problem| MASTERS.map(|master| master.applies(problem));
        assert_eq!(applying(&grouped(1.0)), [true, false, false, false, true, true]);
        assert_eq!(applying(&ungrouped(Loss::Huber { delta: 1.0 }, 1.0)), [true, true, false, false, true, false]);
        assert_eq!(applying(&ungrouped(Loss::Hinge, 1.0)), [false, false, false, true, true, false]);
        assert_eq!(applying(&ungrouped(Loss::Logistic, 1.0)), [false, false, true, false, true, false]);
    }

    /// Masters for one output refuse blocks of two.
    #[test]
    fn wider_blocks_are_refused() {
        let mut fit = Squared::around(vec![1.0, 2.0], vec![1.0, -1.0, 0.5, 2.0]);
        fit.width = 2;
        let problem = Problem::of(fit, &GroupL2, 1.0);
        assert_eq!(masters(&problem).count(), 0);
        assert!(solve(&problem, &PatternMatrix::new(2), &[], 0, &Budget::unlimited()).is_none());
    }
}
