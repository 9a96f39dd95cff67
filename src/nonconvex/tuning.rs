//! The numbers that are chosen and not derived, by file, each with its reason.

/// Bounds on the optimum.
pub(super) mod bounds {
    /// Relative slack on bounds that are computed in floating point.
    pub const SLACK: f64 = 1e-7;

    /// Halvings of an interval around an output: to the last bits.
    pub const HALVINGS: usize = 60;
}

/// The cross-check.
pub(super) mod compare {
    /// Rounding between two solvers, relative to the objective.
    pub const ROUNDING: f64 = 1e-7;

    /// The relative gap up to which a road says something about another one.
    pub const CONCLUSIVE: f64 = 1e-3;
}

/// The direct formulation.
pub(super) mod direct {
    /// Output weights below this fraction of their bound belong to neurons that are not there.
    pub const ABSENT: f64 = 1e-9;
}

/// What both formulations share.
pub(super) mod frame {
    /// Points at which a smooth loss gets its first tangents, spread over the interval of the output.
    pub const FIRST_POINTS: usize = 8;

    /// A tangent is added only if it lifts the approximation by this, relative to the size of the problem.
    pub const LEAST_LIFT: f64 = 1e-11;
}

/// The network to start with.
pub(super) mod greedy {
    /// How many columns are tried in the place of one.
    pub const TRIED: usize = 32;

    /// How often all columns are gone through.
    pub const ROUNDS: usize = 10;

    /// An exchange that gains less than this, relative, is rounding.
    pub const LEAST_GAIN: f64 = 1e-9;
}

/// The convex optimum by an interior point.
pub(super) mod listed {
    /// A network with fewer neurons may cost this much more, relative: rounding.
    pub const FEWER: f64 = 1e-8;
}

/// The margin of the direct formulation.
pub(super) mod margin {
    /// By what factor epsilon must exceed the error of a preactivation.
    pub const SAFETY: f64 = 100.0;

    /// The part of the margin that is asked for; the rest absorbs tolerances.
    pub const PART: f64 = 0.5;

    /// Rounding in the computation of a margin, relative and absolute.
    pub const ROUNDING: f64 = 1e-9;
}

/// Outer approximation.
pub(super) mod outer {
    /// Rounds at most: a stop for numerical trouble.
    pub const ROUNDS: usize = 500;

    /// The part of the gap to which a round is solved.
    pub const ROUND_GAP: f64 = 0.02;

    /// Weights below this fraction of the largest are what an interior-point method leaves of a zero.
    pub const NEGLIGIBLE: f64 = 1e-8;

    /// The relative gap up to which a result is called solved.
    pub const SOLVED_GAP: f64 = 1e-6;
}

/// Refitting.
pub(super) mod refit {
    /// Newton steps at most; some five are usual.
    pub const NEWTON_STEPS: usize = 60;

    /// Halvings of a step at most.
    pub const HALVINGS: usize = 40;

    /// The relative decrease at which Newton's method has converged.
    pub const CONVERGED: f64 = 1e-14;

    /// The least curvature of a row in a second-order model.
    pub const LEAST_CURVATURE: f64 = 1e-9;
}
