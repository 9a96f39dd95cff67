//! Units in which the targets have size 1: the absolute tolerances of the solvers then mean the same for all of them.
//!
//! With f = u f' and y = u y', powers of two: the squared and the Huber loss are u^2 times those of f', y' (and delta / u),
//! so that the objective is u^2 times the one with beta / u; the absolute loss is u times its own, with the same beta.
//! Losses with labels have no unit.

use super::{instance::Instance, outer::Solution};
use crate::{convex::group::GroupLoss, loss::Loss};

/// What outputs and objectives are measured in.
pub(super) struct Units {
    outputs: f64,
    objectives: f64,
}

impl Units {
    /// The units of an instance.
    pub(super) fn of(instance: &Instance) -> Self {
        let targets = instance.groups.iter().flat_map(GroupLoss::terms).map(|term| term.target.abs());
        let largest = targets.fold(0.0, f64::max);
        let outputs = if largest > 0.0 { largest.log2().floor().clamp(-300.0, 300.0).exp2() } else { 1.0 };
        match instance.loss {
            Loss::Squared | Loss::Huber { .. } => Units { outputs, objectives: outputs * outputs },
            Loss::Absolute => Units { outputs, objectives: outputs },
            _ => Units { outputs: 1.0, objectives: 1.0 },
        }
    }

    /// The instance in these units.
    pub(super) fn measured(&self, instance: &Instance) -> Instance {
        let rows = instance.groups.iter().flat_map(GroupLoss::terms);
        let targets = rows.flat_map(|term| std::iter::repeat_n(term.target, term.count as usize));
        let loss = match instance.loss.within_reach(targets) {
            Loss::Huber { delta } => Loss::Huber { delta: delta / self.outputs },
            loss => loss,
        };
        let groups = instance.groups.iter().map(|group| group.in_units(loss, self.outputs)).collect();
        Instance { groups, loss, beta: instance.beta * (self.outputs / self.objectives) }
    }

    /// A network for the instance as one in these units.
    pub(super) fn known(&self, solution: &Solution) -> Solution {
        scaled(solution.clone(), 1.0 / self.outputs, 1.0 / self.objectives)
    }

    /// A network in these units as one for the instance.
    pub(super) fn result(&self, solution: Solution) -> Solution {
        scaled(solution, self.outputs, self.objectives)
    }
}

fn scaled(mut solution: Solution, outputs: f64, objectives: f64) -> Solution {
    solution.weights.iter_mut().for_each(|weight| *weight *= outputs);
    solution.objective *= objectives;
    solution.lower_bound *= objectives;
    solution
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{exact::Arrangement, pattern::from_text};

    /// Powers of two change no digit.
    #[test]
    fn objectives_are_measured_exactly() {
        let arrangement = Arrangement::new(&[1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 2).unwrap();
        let columns = vec![from_text("101").unwrap(), from_text("011").unwrap()];
        for loss in [Loss::Squared, Loss::Absolute, Loss::Huber { delta: 0.003 }] {
            let instance = Instance::new(&arrangement, &[0.01, -0.02, 0.0375], loss, 0.25).unwrap();
            let units = Units::of(&instance);
            assert_eq!(units.outputs, 2f64.powi(-5));
            let measured = units.measured(&instance);
            let solution =
                Solution { columns: columns.clone(), weights: vec![0.5, -0.75], ..Solution::zero(&measured) };
            let objective = measured.objective(&solution.outputs(&measured), 1.25);
            let back = units.result(Solution { objective, ..solution });
            assert_eq!(back.objective, instance.objective(&back.outputs(&instance), 1.25 * units.outputs));
            assert_eq!(units.known(&back).weights, [0.5, -0.75]);
        }
    }
}
