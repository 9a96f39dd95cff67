#![forbid(unsafe_code)]
#![warn(missing_docs)]
//! Train neural networks with threshold activations to **certified global optimality**.
//!
//! # The problem
//!
//! Data X (n x d, row-major, rows x_i, a bias being a column of ones), targets y (n), beta > 0 and the activation
//! step(z) = 1 if z >= 0, else 0 (step(0) = 1). A two-layer threshold network with m hidden neurons is
//!
//! ```text
//! f(X) = sum_j a_j step(X w_j)                                                               (2)
//! ```
//!
//! and training means
//!
//! ```text
//! minimise over m, w, a   1/2 ||f(X) - y||^2 + beta ||a||_1                                  (4)
//! ```
//!
//! or the same with another convex `loss` in place of the first term. The loss is a plain sum, not divided by n. The
//! optimum is the infimum of weight decay on all layers (3) and, by Theorem 2.2 of Ergen, Gulluk, Lacotte and Pilanci
//! (ICLR 2023), that of a Lasso (6) over activation patterns `H(X) = { step(X w) : w }`, a finite set of 0/1 vectors:
//! globally solvable, with a dual that proves it.
//!
//! # Train, certify, check
//!
//! [`Dataset`] holds X and y, `fit` returns a network with its [`Certificate`], and [`check()`] judges that
//! against the data. The README shows the three in a row; `examples/train.rs` and `examples/verify.rs` are whole
//! programs that read and write files.
//!
//! # The house
//!
//! Two parts with a wall between them. The *judge* (`data`, `exact`, `pattern`, [`certificate`], `check`,
//! `model`) is exact and free of solvers: it is what `default-features = false` compiles. The *solvers* (feature
//! `solve`) propose: `arrangement` finds patterns, `convex` solves the convex programme, `certify` rounds the result to
//! rationals, `fit` joins them. What is called optimal has been proven by the judge.
//!
//! # Features
//!
//! * `solve` (default): training. Builds HiGHS from source (CMake, a C++ compiler, libclang).
//! * `cli` (default): the `heaviside` command; without `solve` it can `verify` and `predict`.

#[cfg(feature = "solve")]
mod arrangement;
#[cfg(feature = "solve")]
mod backend;
pub mod certificate;
#[cfg(feature = "solve")]
mod certify;
mod check;
#[cfg(feature = "solve")]
mod class;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "solve")]
mod convex;
mod data;
#[cfg(feature = "solve")]
mod error;
#[cfg(feature = "solve")]
mod event;
mod exact;
mod files;
#[cfg(feature = "solve")]
mod fit;
#[doc(hidden)]
pub mod internals;
#[cfg(feature = "solve")]
mod limits;
mod loss;
mod model;
#[cfg(feature = "solve")]
mod nonconvex;
#[cfg(feature = "solve")]
mod oracle;
mod pattern;
#[cfg(feature = "solve")]
mod realize;
mod setters;
#[cfg(feature = "solve")]
mod settings;
#[cfg(feature = "solve")]
mod shatter;
#[cfg(feature = "solve")]
mod subject;

pub use certificate::{Certificate, CertificateError};
pub use check::{
    ArchitectureDefect, CheckLimits, Conclusion, Established, Evidence, ProofRejection, ProofVerdict, Proven,
    Rejection, Reordered, SearchDefect, Verdict, check, check_proof,
};
pub use data::{CellProblem, DataError, DataOptions, Dataset, Delimiter, FeatureTable, Format, Place, Reading};
pub use exact::{
    Arrangement, IBig, RBig,
    rational::{round_down, round_up},
};
pub use files::{FileError, read_text, write_json};
pub use loss::Loss;
pub use model::{
    DeepNetwork, Layer, Model, Network, NetworkError, Neuron, Part, ScaledNeuron, Standardization, Subnetwork, Unit,
    accuracy,
};
pub use pattern::{Bits, BitsRef, PatternMatrix};

#[cfg(feature = "solve")]
pub use {
    arrangement::{Enumeration, count_cells, cover_bound, enumerate},
    class::{
        deep::Architecture,
        interpolation::{Interpolated, Interpolation, InterpolationSettings, Solver},
    },
    convex::Round,
    error::TrainError,
    event::Event,
    fit::{
        Fit, Status, WidthPoint, WidthProof, at_width, frontier, geometric, interpolate, path, train, train_deep,
        train_deep_with, train_with,
    },
    limits::{Budget, Limit, StopSignal},
    nonconvex::{CrossCheck, Listed, cross_check},
    realize::Reconstruction,
    settings::{Beta, Method, TrainSettings},
};

/// The example of the README, compiled and run.
#[cfg(all(doctest, feature = "solve"))]
#[doc = include_str!("../README.md")]
struct Readme;
