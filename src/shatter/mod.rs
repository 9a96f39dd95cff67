//! Which labellings can a layer produce? Shattering, completeness of pattern lists, and their proofs.
//!
//! * [`circuit`]: the signed circuits of X, the smallest reasons why a labelling is no pattern.
//! * [`lazy`]: all of H(X), each labelling proposed by a satisfiability solver and settled exactly.
//! * [`mod@prove`]: the proof that a list is H(X), for the judge in [`crate::check::proof`].
//! * [`question`]: is X shattered, by its rank or by satisfiability; is one labelling a pattern?
//! * [`witness`]: weights with few digits that realise a pattern.
//!
//! X is *shattered* if H(X) is all of {0,1}^n, which is so iff rank X = n (Theorem 2.3).

pub mod circuit;
pub mod lazy;
pub mod prove;
pub mod question;
pub mod witness;

pub use prove::{ListProof, ProveError, prove};
pub use question::{Missing, Shattering, by_rank, by_satisfiability};
