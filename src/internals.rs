//! What the tests, benchmarks and fuzz targets of this package reach beside the public face.
//!
//! No part of the interface: it may change with any version. Everything is named here one by one, so that the compiler
//! sees what else is used by nobody.

/// Patterns of an arrangement.
#[cfg(feature = "solve")]
pub mod arrangement {
    pub use crate::arrangement::{
        Enumeration, Order, Realization, count_cells, cover_bound, enumerate, has_positive_direction, realize, sample,
    };

    pub mod deep {
        pub use crate::arrangement::deep::{DeepSet, Layer, deep_set};
    }

    pub mod sweep {
        pub use crate::arrangement::sweep::{Position, Stopped, Sweep};
    }

    pub mod tree {
        pub use crate::arrangement::tree::enumerate;
    }
}

/// Solvers.
#[cfg(feature = "solve")]
pub mod backend {
    pub mod active_set {
        pub use crate::backend::active_set::minimise;
    }

    pub mod linear {
        pub use crate::backend::linear::{LinearProgram, maximise};
    }

    pub mod satisfiability {
        pub use crate::backend::satisfiability::{Answer, decide};
    }
}

/// Parts of the checker.
pub mod check {
    pub mod dimacs {
        pub use crate::check::dimacs::{write_formula, write_steps};
    }

    pub mod listing {
        pub use crate::check::listing::{Work, patterns};
    }

    pub mod pricing {
        pub use crate::check::pricing::{Extremes, WorkExceeded, over_all_labellings, over_patterns};

        pub mod cones {
            pub use crate::check::pricing::cones::{Claimed, exceeding};
        }
    }

    pub mod proof {
        pub use crate::check::proof::formula;
    }

    pub mod rup {
        pub use crate::check::rup::{Clauses, Literal};
    }
}

/// The convex programme.
#[cfg(feature = "solve")]
pub mod convex {
    pub use crate::convex::{Point, Problem, Squared, over_all_labellings};

    pub mod complete {
        pub use crate::convex::complete::solve;
    }

    pub mod master {
        pub use crate::convex::master::{ConicDual, ConicPrimal};
    }

    pub mod ordered {
        pub use crate::convex::ordered::solve;
    }

    pub mod penalty {
        pub use crate::convex::penalty::{GroupL2, L1};
    }

    pub mod pricing {
        pub use crate::convex::pricing::{ListPricer, Priced, Pricer};
    }

    pub mod support {
        pub use crate::convex::support::reduce;
    }

    pub mod working_set {
        pub use crate::convex::working_set::solve;
    }
}

/// Exact arithmetic.
pub mod exact {
    pub mod rational {
        pub use crate::exact::rational::{from_f64, from_text, round_down, round_up, to_text};
    }
}

/// Files.
pub mod files {
    pub use crate::files::named_format;
}

/// The non-convex problem.
#[cfg(feature = "solve")]
pub mod nonconvex {
    pub use crate::nonconvex::{Ending, Settings, Solution, refit};

    pub mod direct {
        pub use crate::nonconvex::direct::solve;
    }

    pub mod pattern {
        pub use crate::nonconvex::pattern::solve;
    }
}

/// Pricing.
#[cfg(feature = "solve")]
pub mod oracle {
    pub use crate::oracle::{
        ColumnOracle, ConeOracle, ConeStatistics, Ended, GridPoint, LineOracle, ListOracle, SearchOracle, WalkOracle,
        Want, on_grid,
    };

    pub mod walk {
        pub use crate::oracle::walk::{best, price};
    }
}

/// Patterns as text and on rows.
pub mod pattern {
    pub use crate::pattern::{Groups, expand, from_text, pattern_of, to_text};
}

/// Shattering.
#[cfg(feature = "solve")]
pub mod shatter {
    pub use crate::shatter::{ListProof, ProveError, Shattering, by_rank, by_satisfiability, prove};

    pub mod lazy {
        pub use crate::shatter::lazy::enumerate;
    }

    pub mod question {
        pub use crate::shatter::question::{formula, settle};
    }
}
