//! The cones of the fan: one for each choice of signs, and their faces if there are patterns on faces alone.
//!
//! 2^r cones, or 3^r - 1 with the faces. Beyond a rank the whole space is one part that cannot be divided: its bound is
//! the sum of what all rows want.

use super::{
    cone::{Cone, LARGEST_RANK, Side, Signs, Values},
    explore::Question,
    frame::Frame,
    tuning::{FAN_BYTES, LARGEST_FAN},
};
use crate::exact::Normal;

/// The cones that cover the space, w = 0 excepted.
pub(super) fn roots<'a>(
    frame: &'a Frame,
    question: &'a Question,
    normals: &'a [Normal],
) -> impl Iterator<Item = Cone> + 'a {
    let side = Side { normals, spans: &frame.spans, values: &question.values };
    // 0 and 1 stand for an axis and its opposite, 2 for neither.
    let options = if frame.open { 0..2 } else { 0..3 };
    let mut choices: Vec<Vec<usize>> = vec![Vec::new()];
    let whole = too_large(frame.rank(), normals.len(), options.len());
    if !whole {
        for _ in 0..frame.rank() {
            let longer = |choice: &Vec<usize>| options.clone().map(|next| [&choice[..], &[next]].concat()).collect();
            choices = choices.iter().flat_map(|choice| -> Vec<Vec<usize>> { longer(choice) }).collect();
        }
        choices.retain(|choice| choice.iter().any(|&option| option < 2));
    }
    let sides = if frame.open { 1.0 } else { 2.0 };
    let full = if whole { 1.0 } else { 0.5f64.powi(frame.rank() as i32) } / sides;
    let share = move |choice: &[usize]| if choice.contains(&2) { 0.0 } else { full };
    choices.into_iter().map(move |choice| root(frame, &side, &choice, share(&choice)))
}

/// Whether the fan would have too many cones or take too much memory.
fn too_large(rank: usize, rows: usize, options: usize) -> bool {
    let cone = rows.saturating_mul(26 * rank + 8);
    rank > LARGEST_FAN.min(LARGEST_RANK) || cone.saturating_mul(options.pow(rank as u32)) > FAN_BYTES
}

/// The cone of the chosen axes; without any, all of the space.
fn root(frame: &Frame, side: &Side<'_>, choice: &[usize], share: f64) -> Cone {
    let chosen: Vec<(usize, usize)> = choice.iter().copied().enumerate().filter(|(_, option)| *option < 2).collect();
    let rows: Vec<u32> = (0..).zip(side.values).filter(|(_, value)| **value != 0).map(|(row, _)| row).collect();
    let sign = |row: u32, (axis, option): (usize, usize)| {
        let value = frame.values.0[axis][row as usize] * if option == 0 { 1.0 } else { -1.0 };
        if value > 0.0 { 1 } else { -i8::from(value < 0.0) }
    };
    let signs = |row: &u32| {
        let on = |signs: Signs, (ray, axis): (usize, &(usize, usize))| signs.with(ray, Some(sign(*row, *axis)));
        chosen.iter().enumerate().fold(Signs::default(), on)
    };
    let plain = side.values.iter().map(|value| value.max(&0)).sum();
    let rays = chosen.iter().map(|&(axis, option)| frame.axes[axis][option].clone()).collect();
    let values = Vec::new();
    let signs = rows.iter().map(signs).collect();
    let mut cone = Cone { rays, signs, rows, values, plain, bound: plain, share, idle: 0, anchor: None };
    let mut kept = Vec::new();
    if chosen.is_empty() {
        return cone;
    }
    cone.decide(side, &mut kept);
    let gather = |&(axis, option): &(usize, usize)| {
        let factor = if option == 0 { 1.0 } else { -1.0 };
        let row = |position: &u32| cone.rows[*position as usize] as usize;
        Values {
            middle: kept.iter().map(|position| factor * frame.values.0[axis][row(position)]).collect(),
            low: kept.iter().map(|position| factor * frame.lows[axis][row(position)]).collect(),
            error: kept.iter().map(|position| frame.errors[axis][row(position)]).collect(),
        }
    };
    cone.values = chosen.iter().map(gather).collect();
    cone.rows = kept.iter().map(|&position| cone.rows[position as usize]).collect();
    cone.signs = kept.iter().map(|&position| cone.signs[position as usize]).collect();
    cone
}
