//! The regularisation parameter, and beta_max = max |d^T v| at the slopes v of the loss at output 0: at and above it the
//! zero network is optimal. It is a pricing problem like any other, and costs one query.

use super::{ColumnOracle, Ended, GridPoint, LabellingsOracle, Want, on_grid};
use crate::{data::Dataset, error::TrainError, limits::Budget, loss::Loss, pattern::Groups, settings::Beta};

/// beta_max.
#[derive(Clone, Copy, Debug)]
pub struct BetaMax {
    /// Its value, positive.
    pub value: f64,
    /// Whether it was taken over the columns that were looked at only, so that it may be larger.
    pub is_a_lower_bound: bool,
}

/// beta_max over the columns of an oracle.
///
/// # Errors
///
/// [`TrainError`] if a limit came first, or it is 0.
pub fn beta_max(
    data: &Dataset,
    groups: &Groups,
    loss: Loss,
    oracle: &mut dyn ColumnOracle,
    budget: &Budget,
) -> Result<BetaMax, TrainError> {
    let slopes: Vec<f64> = data.targets().iter().map(|&y| loss.slope(0.0, y)).collect();
    let (exponent, rows) = on_grid(&slopes);
    let point = GridPoint::new(groups, exponent, rows);
    let answer = oracle.query(&point, Want::VALUE, budget);
    if let Ended::Stopped(_) = answer.ended {
        return Err(TrainError::NoTimeForBetaMax);
    }
    // No labelling has more than the best of all labellings.
    let most = || LabellingsOracle::first_layer(groups).query(&point, Want::VALUE, budget).best;
    let is_exact = answer.bound == Some(answer.best) || answer.best >= most();
    match answer.best as f64 * point.unit() {
        0.0 => Err(TrainError::NoBetaMax),
        value => Ok(BetaMax { value, is_a_lower_bound: !is_exact }),
    }
}

impl Beta {
    /// beta itself, and whether it refers to a lower bound on beta_max, which is asked for only if it is needed.
    ///
    /// # Errors
    ///
    /// [`TrainError`] if it is beyond the range of f64, or beta_max is not known.
    pub(crate) fn resolve(
        self,
        beta_max: impl FnOnce() -> Result<BetaMax, TrainError>,
    ) -> Result<(f64, bool), TrainError> {
        let fraction = match self {
            Beta::Absolute(beta) => return Ok((beta, false)),
            Beta::Relative(fraction) => fraction,
        };
        let BetaMax { value: beta_max, is_a_lower_bound } = beta_max()?;
        let beta = fraction * beta_max;
        if beta > 0.0 && beta.is_finite() {
            Ok((beta, is_a_lower_bound))
        } else {
            Err(TrainError::BetaOutOfRange { fraction, beta_max })
        }
    }
}
