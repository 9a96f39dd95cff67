//! `heaviside shatter`: can all labellings of the rows be produced, or this one?
//!
//! The answer is printed in the manner of the SAT competitions: `c` comments, one `s` line, and a `v` line with a
//! labelling that cannot be produced, as literals of the rows counted from 1. Exit code 20 if everything asked for can
//! be produced (a formula for a missing labelling has no model), 10 if not.

mod depth;
mod question;
mod two_layers;

use std::time::Instant;

use question::Question;

use super::{
    CliError, Outcome,
    args::{ShatterArguments, ShatterMethod},
    deep,
    progress::Progress,
};
use crate::{
    files,
    pattern::{Bits, from_text},
};

/// Decides, writes what is asked for, prints the answer.
pub fn run(arguments: &ShatterArguments) -> Result<Outcome, CliError> {
    let start = Instant::now();
    let outputs = [("--proof", arguments.proof.as_deref()), ("--dimacs", arguments.dimacs.as_deref())];
    files::outputs(&arguments.data.inputs(), &outputs)?;
    let smallest = arguments.labelling.is_some() && arguments.depth.layers == 3 && arguments.depth.widths.is_empty();
    if !smallest {
        deep::check(&arguments.depth)?;
    }
    let is_deep = arguments.depth.layers > 2;
    if is_deep && (arguments.proof.is_some() || arguments.dimacs.is_some() || arguments.method == ShatterMethod::Sat) {
        return Err(CliError::Usage("--proof, --dimacs and --method are for two layers".into()));
    }
    let data = arguments.data.read()?;
    let labelling = arguments.labelling.as_deref().map(|text| read_labelling(text, data.n())).transpose()?;
    let arrangement = data.arrangement();
    let (budget, progress) = (arguments.limits.budget(), Progress::new(arguments.quiet));
    let question = Question { arguments, data: &data, arrangement: &arrangement, budget, progress, start };
    let answer = arguments.limits.install(|| match labelling {
        None if is_deep => question.deep(),
        None => question.two_layers(),
        Some(labelling) if is_deep => question.deep_labelling(&labelling, smallest),
        Some(labelling) => question.labelling(&labelling),
    })?;
    question.progress.finish();
    question.print(&answer)?;
    Ok(answer.status.outcome())
}

fn read_labelling(text: &str, n: usize) -> Result<Bits, CliError> {
    from_text(text).filter(|bits| bits.len() == n).ok_or_else(|| {
        CliError::Usage(format!("--labelling must be a text of {n} characters 0 and 1, one for each row of the table"))
    })
}
