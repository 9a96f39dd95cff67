//! Smooth losses by Newton's method: each step is a Lasso with a squared loss, solved by the active set.
//!
//! At outputs f the sum of losses is close to its quadratic model, sum_g h_g / 2 (f_g + s_g - (f_g - V_g / h_g))^2, with slopes
//! V and curvatures h: a Lasso around f - V / h with counts h. The step goes to its optimum, or part of the way if the
//! objective would grow. Near the optimum a step squares the error, so the point is optimal to rounding even where all losses
//! are as small as 10^-9, which an interior-point method cannot tell from 0. A row far on the wrong side of its label has
//! nearly no curvature; a least one, lowered from step to step, keeps its first steps short.
//!
//! O(N |A| + |A|^2 + P N / 8) a move of the active set, a few moves a step, some ten steps.

use super::{Master, Point, active_set};
use crate::{
    convex::{
        Problem,
        datafit::Squared,
        support,
        tuning::newton::{HALVINGS, LEAST_DECREASE, REACH, REACH_GROWTH, STEPS},
    },
    limits::Budget,
    pattern::PatternMatrix,
};

/// Newton's method.
pub struct Newton;

impl Master for Newton {
    fn applies(&self, problem: &Problem) -> bool {
        problem.width() == 1 && problem.loss().is_smooth()
    }

    fn solve(&self, problem: &Problem, columns: &PatternMatrix, start: &[f64], budget: &Budget) -> Option<Point> {
        let penalties = vec![problem.beta(); columns.len()];
        let mut at = Iterate::new(problem, columns, start.to_vec());
        for reach in std::iter::successors(Some(REACH), |reach| Some(reach * REACH_GROWTH)).take(STEPS) {
            let model = at.model(problem, reach);
            let Some(goal) = active_set::solve(&model, &penalties, columns, &at.weights, budget) else { break };
            let Some(next) = at.towards(problem, columns, &goal.weights) else { break };
            let decrease = at.objective - next.objective;
            at = next;
            if decrease <= LEAST_DECREASE * at.objective && reach > 1.0 / LEAST_DECREASE || budget.exceeded().is_some()
            {
                break;
            }
        }
        Some(Point { dual: problem.dual_point(&at.outputs), weights: at.weights })
    }
}

/// Where the method has come to.
struct Iterate {
    weights: Vec<f64>,
    outputs: Vec<f64>,
    objective: f64,
}

impl Iterate {
    fn new(problem: &Problem, columns: &PatternMatrix, weights: Vec<f64>) -> Self {
        let outputs = problem.outputs(columns, &weights);
        Iterate { objective: problem.objective(&outputs, problem.norm(&weights)), weights, outputs }
    }

    /// The quadratic model, with curvatures that let no group move further than `reach` by itself.
    fn model(&self, problem: &Problem, reach: f64) -> Squared {
        let slopes = problem.dual_point(&self.outputs);
        let curvature = |(group, slope): (usize, &f64)| {
            let terms = problem.fit().terms(group);
            let bend = |f, target| problem.loss().curvature(f, target);
            let sum: f64 = terms.iter().map(|term| term.count * bend(self.outputs[group], term.target)).sum();
            sum.max(slope.abs() / reach).max(f64::MIN_POSITIVE)
        };
        let curvatures: Vec<f64> = slopes.iter().enumerate().map(curvature).collect();
        let goals = self.outputs.iter().zip(&slopes).zip(&curvatures).map(|((f, slope), h)| f - slope / h).collect();
        Squared::around(curvatures, goals)
    }

    /// The first point on the way to `goal`, halved again and again, where the objective is smaller.
    fn towards(&self, problem: &Problem, columns: &PatternMatrix, goal: &[f64]) -> Option<Iterate> {
        let part = |part: f64| {
            let weights: Vec<f64> = self.weights.iter().zip(goal).map(|(w, goal)| w + part * (goal - w)).collect();
            let weights = if part < 1.0 { support::reduce(columns, &weights) } else { goal.to_vec() };
            Iterate::new(problem, columns, weights)
        };
        (0..HALVINGS).map(|k| part(0.5f64.powi(k))).find(|next| next.objective < self.objective)
    }
}
