//! The optimum over networks with at most m of a list of patterns, by trying every subset.
//!
//! The weights of a subset are found by golden sections, one inside the other: the minimum over the other weights is a
//! convex function of the first one. Slow, and simple enough to be believed.

use heaviside::Loss;

/// Steps of a golden section: they shorten an interval by a factor of 3e-12.
const STEPS: usize = 55;

/// The golden ratio minus one.
const GOLDEN: f64 = 0.618_033_988_749_894_8;

/// The problem on the rows: targets, loss, beta.
pub struct Problem<'a> {
    pub targets: &'a [f64],
    pub loss: Loss,
    pub beta: f64,
}

impl Problem<'_> {
    /// The loss at outputs.
    fn loss(&self, outputs: &[f64]) -> f64 {
        outputs.iter().zip(self.targets).map(|(&f, &y)| self.loss.value(f, y)).sum()
    }

    /// The least objective over weights of these columns, on top of given outputs.
    fn fit(&self, columns: &[Vec<usize>], outputs: &[f64]) -> f64 {
        let Some((first, others)) = columns.split_first() else { return self.loss(outputs) };
        let at = |weight: f64| {
            let mut outputs = outputs.to_vec();
            first.iter().for_each(|&row| outputs[row] += weight);
            self.beta * weight.abs() + self.fit(others, &outputs)
        };
        // The modulus of a weight times beta is at most the objective of the zero network.
        let radius = self.loss(&vec![0.0; self.targets.len()]) / self.beta;
        at(0.0).min(golden_section(-radius, radius, at))
    }
}

/// The minimum of a convex function on an interval.
fn golden_section(mut low: f64, mut high: f64, function: impl Fn(f64) -> f64) -> f64 {
    let mut inner = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    let mut values = inner.map(&function);
    for _ in 0..STEPS {
        if values[0] <= values[1] {
            high = inner[1];
            inner = [high - GOLDEN * (high - low), inner[0]];
            values = [function(inner[0]), values[0]];
        } else {
            low = inner[0];
            inner = [inner[1], low + GOLDEN * (high - low)];
            values = [values[1], function(inner[1])];
        }
    }
    values[0].min(values[1])
}

/// The optimum with at most 0, 1, ..., `width` patterns.
pub fn optima(patterns: &[String], problem: &Problem, width: usize) -> Vec<f64> {
    let columns: Vec<Vec<usize>> = patterns
        .iter()
        .map(|pattern| super::bits(pattern).enumerate().filter(|(_, bit)| *bit).map(|(row, _)| row).collect())
        .collect();
    let mut optima = vec![f64::INFINITY; width + 1];
    subsets(&columns, &mut Vec::new(), 0, width, &mut |chosen| {
        optima[chosen.len()] = optima[chosen.len()].min(problem.fit(chosen, &vec![0.0; problem.targets.len()]));
    });
    for width in 1..optima.len() {
        optima[width] = optima[width].min(optima[width - 1]);
    }
    optima
}

fn subsets(
    columns: &[Vec<usize>],
    chosen: &mut Vec<Vec<usize>>,
    first: usize,
    width: usize,
    visit: &mut impl FnMut(&[Vec<usize>]),
) {
    visit(chosen);
    if chosen.len() == width {
        return;
    }
    for next in first..columns.len() {
        chosen.push(columns[next].clone());
        subsets(columns, chosen, next + 1, width, visit);
        chosen.pop();
    }
}
