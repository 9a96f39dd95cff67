//! `heaviside shatter --layers`: what the units of deeper layers can produce.

use super::question::{Answer, Question, Status};
use crate::{
    arrangement::{
        self,
        deep::{Attained, DeepSet, Layer, deep_set, smallest_width, threshold::LARGEST_WIDTH},
    },
    cli::{CliError, output::Report, solve::deep},
    limits::Limit,
    pattern::{Bits, Groups, to_text},
};

impl Question<'_> {
    /// Can units of the last hidden layer produce every labelling?
    pub fn deep(&self) -> Result<Answer, CliError> {
        let points = Groups::of(self.arrangement);
        let set = self.deep_set(&points)?;
        let mut details = Report::default();
        deep::describe(&mut details, &set, &points, self.arrangement, &self.arguments.depth, self.start);
        let last = set.last();
        let labellings = u32::try_from(points.len()).ok().and_then(|count| 1usize.checked_shl(count));
        if labellings == Some(last.patterns.len()) && points.len() == self.data.n() {
            return Ok(Answer { status: Status::Shattered, labelling: None, details });
        }
        if let Some(row) = (0..self.data.n()).rev().find(|&row| points.of_row()[..row].contains(&points.of_row()[row]))
        {
            // Two rows in one direction have the same label in every layer.
            let mut labelling = Bits::repeat(true, self.data.n());
            labelling.set(row, false);
            return Ok(Answer { status: Status::NotShattered, labelling: Some(labelling), details });
        }
        if !last.complete {
            details.field("limit", set.limit.map(|limit| limit.to_string()));
            return Ok(Answer { status: Status::Unknown, labelling: None, details });
        }
        let sorted = last.patterns.sorted();
        let code = |code: usize| -> Bits {
            (0..points.len())
                .map(|point| code.checked_shr((points.len() - 1 - point) as u32).unwrap_or(0) & 1 == 1)
                .collect()
        };
        // The first labelling in counting order that is not listed there.
        let labelling = (0..=sorted.len())
            .map(code)
            .enumerate()
            .find(|(place, labelling)| *place >= sorted.len() || sorted.column(*place) != labelling);
        Ok(Answer { status: Status::NotShattered, labelling: labelling.map(|(_, bits)| points.expand(&bits)), details })
    }

    fn deep_set(&self, points: &Groups) -> Result<DeepSet, CliError> {
        let first = self.first_layer(points);
        Ok(deep_set(first, &self.arguments.depth.widths, None, &self.budget, &|patterns| self.observe(patterns))?)
    }

    fn first_layer(&self, points: &Groups) -> Layer {
        let listed = arrangement::enumerate(self.arrangement, &self.budget, &|patterns| self.observe(patterns));
        Layer::first(points.lift_all(&listed.patterns), listed.is_complete())
    }

    /// Can a unit of the last hidden layer produce this labelling, and with how few units before it?
    pub fn deep_labelling(&self, labelling: &Bits, smallest: bool) -> Result<Answer, CliError> {
        let points = Groups::of(self.arrangement);
        let mut details = Report::default();
        let Some(contracted) = points.contract(labelling) else {
            details.field("reason", "rows in one direction have different labels");
            return Ok(Answer { status: Status::NotAttainable, labelling: Some(labelling.clone()), details });
        };
        let widths = &self.arguments.depth.widths;
        let (before, largest) = match widths.split_last() {
            Some((&last, earlier)) => {
                let set = deep_set(self.first_layer(&points), earlier, None, &self.budget, &|patterns| {
                    self.observe(patterns)
                })?;
                (set.last().clone(), last)
            }
            None => (self.first_layer(&points), if smallest { usize::MAX } else { 1 }),
        };
        match smallest_width(&before.patterns, &contracted, largest, &self.budget) {
            Attained::With { columns, weights } => {
                details.field("width", columns.len()).field("width_is_smallest", before.complete);
                let hidden = columns.iter().map(|&p| to_text(&points.expand(before.patterns.column(p as usize))));
                details.field("hidden_patterns", hidden.collect::<Vec<_>>()).field("weights", weights);
                Ok(Answer { status: Status::Attainable, labelling: None, details })
            }
            Attained::NotWith { width } if before.complete => {
                details.field("not_with_width", width.min(before.patterns.len()));
                if width < largest && width < before.patterns.len() {
                    details.field("reason", format!("widths above {LARGEST_WIDTH} are not decided"));
                    return Ok(Answer { status: Status::Unknown, labelling: None, details });
                }
                Ok(Answer { status: Status::NotAttainable, labelling: Some(labelling.clone()), details })
            }
            Attained::NotWith { width } => Ok(unknown_above(width, None, details)),
            Attained::Stopped { width, limit } => Ok(unknown_above(width - 1, Some(limit), details)),
        }
    }
}

/// No width up to this one is enough, and more is not known.
fn unknown_above(width: usize, limit: Option<Limit>, mut details: Report) -> Answer {
    details.field("not_with_width", width).field("limit", limit.map(|limit| limit.to_string()));
    Answer { status: Status::Unknown, labelling: None, details }
}
