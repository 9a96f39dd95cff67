//! What deep networks look like.

use super::super::tuning::MOST_UNITS;
use crate::error::TrainError;

/// What deep networks look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// Parallel subnetworks with L = `widths.len()` + 2 layers: a unit of layer l + 1 reads `widths[l - 1]` units.
    Parallel {
        /// m_1, ..., m_{L-2}.
        widths: Vec<usize>,
    },
    /// `layers` - 2 layers of random threshold units, shared by all subnetworks of one more unit each.
    Representation {
        /// L, at least 3.
        layers: usize,
        /// Units in each random layer; more if that is not enough for rank n.
        units: usize,
    },
}

impl Architecture {
    /// L, the output layer included.
    pub fn layers(&self) -> usize {
        match self {
            Architecture::Parallel { widths } => widths.len() + 2,
            Architecture::Representation { layers, .. } => *layers,
        }
    }

    pub(super) fn validate(&self) -> Result<(), TrainError> {
        let refuse = |name, value: usize, range| Err(TrainError::Setting { name, value: value.to_string(), range });
        match self {
            _ if self.layers() < 3 => refuse("layers", self.layers(), "at least 3"),
            Architecture::Parallel { widths } if widths.contains(&0) => refuse("width", 0, "at least 1"),
            Architecture::Representation { units, .. } if !(1..=MOST_UNITS).contains(units) => {
                refuse("representation", *units, "between 1 and 100,000")
            }
            _ => Ok(()),
        }
    }
}
