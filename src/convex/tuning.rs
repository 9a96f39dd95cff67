//! The numbers that are chosen and not derived, by file, each with its reason. None of them decides what is certified: they
//! trade time for gaps, and tell rounding from numbers.

/// The working set.
pub(super) mod working_set {
    /// A relative gap at which the loop ends: below it, floating point cannot tell the bounds apart reliably.
    pub const TOLERANCE: f64 = 1e-9;

    /// The loop ends after this many rounds with the bounds it has.
    pub const MOST_ROUNDS: usize = 500;

    /// How far from the best feasible dual point towards the working set's optimum the priced point lies.
    pub const STEP: f64 = 0.7;

    /// The beta of the first stage as a fraction of beta_max, and of each later stage as a fraction of the one before.
    pub const STAGE: f64 = 0.1;

    /// A stage but the last ends at this relative gap.
    pub const LOOSE_GAP: f64 = 0.1;

    /// The working set is pruned when it has more columns than this for each row.
    pub const MOST_COLUMNS: usize = 3;

    /// Where the dual optimum is not unique, pruning waits until the gap is this fraction of what it was when the working
    /// set was last pruned: no column comes and goes for ever.
    pub const PROGRESS: f64 = 0.7;

    /// What pruning keeps: columns whose price is at least this fraction of beta.
    pub const ACTIVE: f64 = 0.8;

    /// Rounds in which the gap does not become smaller by a factor of `PROGRESS_AT_LEAST` end the use of a master.
    pub const STALLED: usize = 30;
    pub const PROGRESS_AT_LEAST: f64 = 0.99;

    /// A batch of new columns has at most about this many entries: what the conic solver factors in a second or so.
    pub const MOST_ENTRIES: usize = 1_000_000;
}

/// All masters.
pub(super) mod master {
    use std::time::Duration;

    /// What is left for a network if a limit is reached before the last stage has one.
    pub const GRACE: Duration = Duration::from_secs(2);

    /// The interior-point method stops at 1e-10, the simplex method at 1e-9: a smaller violation is theirs.
    pub const VIOLATED: f64 = 2e-9;
}

/// The active-set method.
pub(super) mod active_set {
    /// A column whose square distance from the span of A is below this fraction of its square norm depends on A.
    pub const DEPENDENT: f64 = 1e-9;

    /// Coefficients of one column in terms of others are ratios of moderate integers; below this they are zero.
    pub const NEGLIGIBLE: f64 = 1e-9;

    /// A violation below this fraction of beta is rounding.
    pub const VIOLATED: f64 = 1e-12;

    /// Moves between two checks of the budget.
    pub const CHECK_EVERY: usize = 16;

    /// Stationary points without a smaller objective that end the method.
    pub const IDLE: usize = 20;
}

/// The active-set method with outliers.
pub(super) mod outliers {
    /// Its columns, bits for each row and row, take two megabytes.
    pub const MOST_ROWS: usize = 4096;
}

/// Newton's method.
pub(super) mod newton {
    /// Steps at most.
    pub const STEPS: usize = 100;

    /// How far a group may move in the first step, in outputs, and how much further in each later one: from about where a
    /// logistic loss is linear to no limit.
    pub const REACH: f64 = 8.0;
    pub const REACH_GROWTH: f64 = 4.0;

    /// The relative decrease below which a step is rounding.
    pub const LEAST_DECREASE: f64 = 1e-15;

    /// Halvings of a step at most.
    pub const HALVINGS: i32 = 20;
}

/// The simplex method.
pub(super) mod simplex {
    /// Multipliers below this fraction of the largest are zero.
    pub const NEGLIGIBLE: f64 = 1e-13;
}

/// Few neurons.
pub(super) mod support {
    /// Weights below this fraction of the largest are what an interior-point method leaves of a zero.
    pub const NEGLIGIBLE: f64 = 1e-7;

    /// Pivots below this are zero: entries of an echelon form of a 0/1 matrix are ratios of moderate integers.
    pub const PIVOT: f64 = 1e-9;
}

/// All labellings, for the losses without a closed form.
pub(super) mod levels {
    /// Secant and bisection steps at most; the bounds are valid wherever it ends.
    pub const MOST_STEPS: usize = 200;

    /// The pull is beta if it differs by less than this fraction of it.
    pub const EQUAL: f64 = 1e-15;
}

/// The line.
pub(super) mod ordered {
    /// Newton steps and bisections on m at most; the bounds are valid wherever it ends.
    pub const MOST_STEPS: usize = 100;

    /// B and TV are equal if they differ by less than this fraction of the largest target.
    pub const EQUAL: f64 = 1e-14;

    /// Weights below this fraction of the largest target are rounding errors of a zero.
    pub const NEGLIGIBLE: f64 = 1e-13;
}
