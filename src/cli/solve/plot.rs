//! Plots of a few lines as SVG.

use std::path::Path;

use plotters::prelude::*;

use super::CliError;
use crate::files;

/// The size of a plot in pixels.
const SIZE: (u32, u32) = (720, 480);

/// A line of a plot.
pub struct Series {
    /// What the legend says.
    pub name: &'static str,
    /// Its points.
    pub points: Vec<(f64, f64)>,
}

/// Writes the lines with their axes; numbers that are not finite are left out.
pub fn write(path: &Path, horizontal: &str, vertical: &str, lines: &[Series]) -> Result<(), CliError> {
    let mut text = String::new();
    draw(&mut text, horizontal, vertical, lines)
        .map_err(|problem| CliError::Usage(format!("cannot draw {}: {problem}", path.display())))?;
    Ok(files::write_with(path, |out| out.write_all(text.as_bytes()))?)
}

fn draw(
    text: &mut String,
    horizontal: &str,
    vertical: &str,
    lines: &[Series],
) -> Result<(), Box<dyn std::error::Error>> {
    let finite = |line: &Series| -> Vec<(f64, f64)> {
        line.points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect()
    };
    let lines: Vec<(&str, Vec<(f64, f64)>)> = lines.iter().map(|line| (line.name, finite(line))).collect();
    let points = || lines.iter().flat_map(|(_, points)| points);
    let (x, y) = (range(points().map(|point| point.0)), range(points().map(|point| point.1)));
    let root = SVGBackend::with_string(text, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(72)
        .build_cartesian_2d(x.0..x.1, y.0..y.1)?;
    chart.configure_mesh().x_desc(horizontal).y_desc(vertical).draw()?;
    for (index, (name, points)) in lines.iter().enumerate() {
        let colour = Palette99::pick(index).to_rgba();
        chart
            .draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        chart.draw_series(points.iter().map(|&point| Circle::new(point, 3, colour.filled())))?;
    }
    chart.configure_series_labels().background_style(WHITE).border_style(BLACK).draw()?;
    root.present()?;
    drop(chart);
    Ok(())
}

/// The range of the values with some room on both sides.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if low > high {
        return (0.0, 1.0);
    }
    let room = if high > low { 0.05 * (high - low) } else { 1.0 };
    (low - room, high + room)
}
