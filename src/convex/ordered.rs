//! The Lasso (6) on a line: all patterns are prefixes and suffixes of one order of the groups.
//!
//! Let f be the outputs in that order (see [`crate::arrangement::order`]), TV(f) the sum of the moduli of its jumps and
//! B = f_1 + f_N. Writing f with prefixes and suffixes, a jump j takes a suffix of weight s and a prefix of weight p with
//! s - p = j; what p + s adds to B is free of charge up to |j|, so all jumps together cost TV and give any B with |B| <=
//! TV. What is missing in B comes from the pattern 1...1, two units of B for one of weight. So (6) is
//!
//! ```text
//! minimise over f  sum_g c_g/2 (f_g - t_g)^2 + spread + beta max(TV(f), (TV(f) + |B|) / 2).
//! ```
//!
//! The penalty is the maximum of (1 - |m|) TV + m B over -1/2 <= m <= 1/2. For a fixed m the minimum over f is total
//! variation denoising with shifted targets at both ends; call its minimiser f(m). The value of that minimum is concave
//! in m with derivative beta (B - sign(m) TV) at f(m), and weak duality is strong (convex in f, concave in m, m from an
//! interval). So m = 0 is optimal if |B| <= TV there. Otherwise the sign of B is that of m; say it is positive. Then m =
//! 1/2 is optimal if B >= TV there, or else the root of phi(m) = B - TV, which is continuous, piecewise linear and
//! decreasing: Newton's method within a bracket, and where the pieces of f stay the same the step is exact.
//!
//! In the dual, V_g = c_g (f_g - t_g) has prefix sums between -beta and beta and total -2 m beta, whose suffix sums are
//! between them too: feasible for every m, not only the optimal one.
//!
//! Denoising is Johnson's dynamic programme (J. Comp. Graph. Stat. 22, 2013): the derivative of the best value of the
//! first k groups, as a function of f_k, is increasing and piecewise linear; adding a jump clips it to +-lambda. Its knots
//! are kept in a queue; each is put in and taken out once. The levels are then computed anew from the pieces, so that no
//! rounding of running sums is left.
//!
//! O(N) for each m, some ten of them at worst in practice; memory some 10 numbers a group. Optimality is
//! proven by the gap to the dual point, as always.

use std::collections::VecDeque;

use super::{
    Problem,
    datafit::{Datafit, Squared},
    tuning::ordered::{EQUAL, MOST_STEPS, NEGLIGIBLE},
};
use crate::arrangement::order::{Arc, Order};

/// An optimal point of (6) on a line.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderedSolution {
    /// f, one entry a group (in the problem's order): the outputs of the network.
    pub outputs: Vec<f64>,
    /// V = c (f - t), likewise, but without the rounding of f: it is right also where beta is far below the targets.
    pub dual: Vec<f64>,
    /// The patterns with a weight other than 0, at most one more than f has jumps, and the weights.
    pub neurons: Vec<(Arc, f64)>,
}

impl OrderedSolution {
    /// The sum of the moduli of the weights.
    pub fn norm(&self) -> f64 {
        self.neurons.iter().map(|(_, weight)| weight.abs()).sum()
    }
}

/// Solves (6) over the prefixes and suffixes of an order of the problem's groups; `None` if the loss is not the squared
/// one.
pub fn solve(problem: &Problem, order: &Order) -> Option<OrderedSolution> {
    let datafit = problem.datafit::<Squared>().filter(|fit| fit.width == 1)?;
    let line = Line::new(datafit, problem.beta(), order);
    let fit = line.optimum();
    let (mut outputs, mut dual) = (vec![0.0; problem.groups()], vec![0.0; problem.groups()]);
    for piece in &fit.pieces {
        for &group in &order.groups()[piece.start..piece.end] {
            outputs[group] = piece.level;
            dual[group] = datafit.counts[group] * ((piece.mean - datafit.means[group]) + piece.shift);
        }
    }
    Some(OrderedSolution { outputs, dual, neurons: fit.neurons(NEGLIGIBLE * line.scale) })
}

/// The problem in the order of the line.
struct Line {
    /// c: rows of each group.
    counts: Vec<f64>,
    /// t: their mean targets.
    targets: Vec<f64>,
    beta: f64,
    /// The largest modulus of a target.
    scale: f64,
}

/// f(m) as pieces of equal outputs.
struct Fit {
    pieces: Vec<Piece>,
}

/// Groups that follow each other in the order and have the same output.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: usize,
    end: usize,
    /// The number of rows.
    count: f64,
    /// The mean target of its rows.
    mean: f64,
    /// f less that mean.
    shift: f64,
    /// f.
    level: f64,
    /// The derivative of B - sign(m) TV with respect to the level.
    slope: f64,
}

/// The derivative of a piecewise linear function changes by slope f + offset to the right of the knot.
struct Knot {
    at: f64,
    slope: f64,
    offset: f64,
}

impl Line {
    fn new(fit: &Squared, beta: f64, order: &Order) -> Self {
        let in_order = |values: &[f64]| order.groups().iter().map(|&group| values[group]).collect();
        Line { counts: in_order(&fit.counts), targets: in_order(&fit.means), beta, scale: fit.largest_target() }
    }

    /// f(m) at the optimal m.
    fn optimum(&self) -> Fit {
        let free = self.fit(0.0);
        if free.ends().abs() <= free.variation() {
            return free;
        }
        let sign = free.ends().signum();
        let excess = |fit: &Fit| sign * fit.ends() - fit.variation();
        let mut fit = self.fit(0.5 * sign);
        if excess(&fit) >= 0.0 {
            return fit;
        }
        // |m|: the excess is positive at the lower end and negative at the upper one.
        let (mut low, mut high, mut m) = (0.0f64, 0.5f64, 0.5f64);
        for _ in 0..MOST_STEPS {
            let newton = m + excess(&fit) / (self.beta * fit.steepness());
            let next = if low < newton && newton < high { newton } else { 0.5 * (low + high) };
            if next == m || next <= low || next >= high {
                break;
            }
            m = next;
            fit = self.fit(m * sign);
            let excess = excess(&fit);
            if excess.abs() <= EQUAL * self.scale {
                break;
            }
            if excess > 0.0 { low = m } else { high = m }
        }
        fit
    }

    /// f(m): the minimiser of sum c/2 (f - t)^2 + beta ((1 - |m|) TV + m B).
    fn fit(&self, m: f64) -> Fit {
        let mut sums: Vec<f64> = self.counts.iter().zip(&self.targets).map(|(c, t)| c * t).collect();
        if let Some(first) = sums.first_mut() {
            *first -= self.beta * m;
        }
        if let Some(last) = sums.last_mut() {
            *last -= self.beta * m;
        }
        let lambda = self.beta * (1.0 - m.abs());
        let outputs = denoise(&self.counts, &sums, lambda);
        Fit { pieces: self.pieces(&outputs, lambda, m) }
    }

    /// The pieces of f, their levels computed anew: where the jumps lie and go is all that is taken from the outputs.
    fn pieces(&self, outputs: &[f64], lambda: f64, m: f64) -> Vec<Piece> {
        let (mut pieces, mut start) = (Vec::new(), 0);
        for run in outputs.chunk_by(|a, b| a == b) {
            let end = start + run.len();
            let towards = |neighbour: f64| (neighbour - run[0]).signum();
            let before = if start > 0 { towards(outputs[start - 1]) } else { 0.0 };
            let after = outputs.get(end).map_or(0.0, |&next| towards(next));
            let ends = f64::from(u8::from(start == 0)) + f64::from(u8::from(end == outputs.len()));
            let (count, mean) = self.mean(start, end);
            // A piece below both neighbours is drawn up, and TV shrinks when it rises.
            let shift = (lambda * (before + after) - self.beta * m * ends) / count;
            let sign = if m < 0.0 { -1.0 } else { 1.0 };
            let slope = sign * ends + before + after;
            pieces.push(Piece { start, end, count, mean, shift, level: mean + shift, slope });
            start = end;
        }
        pieces
    }

    /// The rows of some groups and their mean target, which is exact if all targets are equal.
    fn mean(&self, start: usize, end: usize) -> (f64, f64) {
        let base = self.targets[start];
        let (mut count, mut above) = (0.0, 0.0);
        for (c, t) in self.counts[start..end].iter().zip(&self.targets[start..end]) {
            count += c;
            above += c * (t - base);
        }
        (count, base + above / count)
    }
}

impl Fit {
    /// B = f_1 + f_N.
    fn ends(&self) -> f64 {
        match &self.pieces[..] {
            [] => 0.0,
            [first, ..] => first.level + self.pieces[self.pieces.len() - 1].level,
        }
    }

    fn jumps(&self) -> impl Iterator<Item = (usize, f64)> {
        self.pieces.windows(2).map(|pair| (pair[0].end, pair[1].level - pair[0].level))
    }

    /// TV.
    fn variation(&self) -> f64 {
        self.jumps().map(|(_, jump)| jump.abs()).sum()
    }

    /// -1/beta times the derivative of phi with respect to |m| while the pieces stay the same.
    fn steepness(&self) -> f64 {
        self.pieces.iter().map(|piece| piece.slope * piece.slope / piece.count).sum()
    }

    /// The network: suffixes and prefixes at the jumps, and 1...1. Weights up to `negligible` are left out.
    ///
    /// A jump j is a suffix of weight j or a prefix of weight -j. Of all jumps, rising ones first become prefixes, falling
    /// ones suffixes: B is then smallest, -TV. Jumps change sides until B is right, the last of them in part. If that
    /// does not suffice, 1...1 does the rest.
    fn neurons(&self, negligible: f64) -> Vec<(Arc, f64)> {
        let length = self.pieces.last().map_or(0, |piece| piece.end);
        let mut missing = self.ends() + self.variation();
        let mut neurons = Vec::new();
        for (position, jump) in self.jumps() {
            let changed = (0.5 * missing).clamp(0.0, jump.abs());
            missing -= 2.0 * changed;
            // Rising: from prefix -j to suffix j. Falling: from suffix j to prefix -j.
            let (rest, changed) = (changed - jump.abs(), changed);
            let (prefix, suffix) = if jump > 0.0 { (rest, changed) } else { (changed, rest) };
            neurons.push((Arc::First(position), prefix));
            neurons.push((Arc::Last(length - position), suffix));
        }
        neurons.push((Arc::First(length), 0.5 * missing));
        neurons.retain(|(_, weight)| weight.abs() > negligible);
        neurons
    }
}

/// The minimiser of sum_k (c_k/2 f_k^2 - sums_k f_k) + lambda TV(f), for c_k, lambda > 0. Equal outputs are equal exactly.
fn denoise(counts: &[f64], sums: &[f64], lambda: f64) -> Vec<f64> {
    let Some(last) = counts.len().checked_sub(1) else { return Vec::new() };
    let mut knots: VecDeque<Knot> = VecDeque::new();
    // What the first k groups cost: clipped to +-lambda, except that there is nothing before the first group.
    let clip = |k: usize| if k == 0 { 0.0 } else { lambda };
    let mut bounds = Vec::with_capacity(last);
    for k in 0..last {
        let (low, rising) = from_the_left(&mut knots, counts[k], -sums[k] - clip(k), -lambda);
        let (high, falling) = from_the_right(&mut knots, counts[k], -sums[k] + clip(k), lambda);
        knots.push_front(Knot { at: low, slope: rising.0, offset: rising.1 + lambda });
        knots.push_back(Knot { at: high.max(low), slope: -falling.0, offset: lambda - falling.1 });
        bounds.push((low, high.max(low)));
    }
    let (mut level, _) = from_the_left(&mut knots, counts[last], -sums[last] - clip(last), 0.0);
    let mut outputs = vec![level; counts.len()];
    for (output, (low, high)) in outputs.iter_mut().zip(bounds).rev() {
        level = level.clamp(low, high);
        *output = level;
    }
    outputs
}

/// Where the derivative, slope f + offset on the far left, reaches a value, and the linear piece there; knots before that
/// are taken out.
fn from_the_left(knots: &mut VecDeque<Knot>, mut slope: f64, mut offset: f64, value: f64) -> (f64, (f64, f64)) {
    while let Some(knot) = knots.front().filter(|knot| slope * knot.at + offset <= value) {
        slope += knot.slope;
        offset += knot.offset;
        knots.pop_front();
    }
    ((value - offset) / slope, (slope, offset))
}

/// Where the derivative, slope f + offset on the far right, falls to a value going left.
fn from_the_right(knots: &mut VecDeque<Knot>, mut slope: f64, mut offset: f64, value: f64) -> (f64, (f64, f64)) {
    while let Some(knot) = knots.back().filter(|knot| slope * knot.at + offset >= value) {
        slope -= knot.slope;
        offset -= knot.offset;
        knots.pop_back();
    }
    ((value - offset) / slope, (slope, offset))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        convex::{penalty::L1, pricing::ListPricer, working_set},
        exact::Arrangement,
        limits::Budget,
        pattern::{Bits, PatternMatrix},
    };

    /// Groups at 0, 1, 2, ... with a bias.
    fn line(groups: usize) -> Order {
        let features: Vec<f64> = (0..groups).flat_map(|x| [x as f64, 1.0]).collect();
        Order::new(&Arrangement::new(&features, 2).unwrap()).unwrap()
    }

    fn problem(rows: &[(i8, u8)], beta: f64) -> Problem {
        let (means, counts) = rows.iter().map(|row| (f64::from(row.0), f64::from(row.1))).unzip();
        Problem::of(Squared::around(counts, means), &L1, beta)
    }

    fn solve(problem: &Problem, order: &Order) -> OrderedSolution {
        super::solve(problem, order).unwrap()
    }

    fn columns(order: &Order) -> PatternMatrix {
        let groups = order.groups().len();
        let mut columns = PatternMatrix::new(groups);
        columns.push(&Bits::repeat(false, groups));
        columns.extend((1..=groups).map(|length| order.pattern(Arc::First(length))));
        columns.extend((1..groups).map(|length| order.pattern(Arc::Last(length))));
        columns
    }

    /// The outputs of the neurons, added up.
    fn added_up(solution: &OrderedSolution, order: &Order) -> Vec<f64> {
        let mut sums = vec![0.0; order.groups().len()];
        for &(arc, weight) in &solution.neurons {
            order.pattern(arc).iter_ones().for_each(|group| sums[group] += weight);
        }
        sums
    }

    fn gap(problem: &Problem, order: &Order) -> (f64, f64) {
        let solution = solve(problem, order);
        let objective = problem.objective(&added_up(&solution, order), solution.norm());
        let dual = solution.dual;
        let price = problem.price(&columns(order), &dual);
        (objective - problem.dual_value(&dual, price), objective)
    }

    /// All ways to write small integer outputs as a sum of columns, with the smallest norm found by exhaustive search.
    #[test]
    fn the_penalty_is_the_least_norm_of_a_network_with_these_outputs() {
        // Three groups, columns 100, 110, 111, 011, 001 with half-integer weights: the least norm is attained at such.
        let halves: Vec<f64> = (-8..=8).map(|half| f64::from(half) / 2.0).collect();
        for code in 0..125 {
            let f = [code % 5, code / 5 % 5, code / 25].map(|value| f64::from(value - 2));
            let mut least = f64::INFINITY;
            // The prefixes and the constant determine the suffixes: jumps are suffix less prefix.
            for (p, q) in halves.iter().flat_map(|p| halves.iter().map(move |q| (p, q))) {
                let (s, t) = (f[1] - f[0] + p, f[2] - f[1] + q);
                let constant = f[0] - p - q;
                least = least.min(p.abs() + q.abs() + s.abs() + t.abs() + constant.abs());
            }
            let variation = (f[1] - f[0]).abs() + (f[2] - f[1]).abs();
            assert_eq!(least, variation.max(0.5 * (variation + (f[0] + f[2]).abs())), "{f:?}");
            let piece =
                |k: usize| Piece { start: k, end: k + 1, count: 1.0, mean: f[k], shift: 0.0, level: f[k], slope: 0.0 };
            let neurons = Fit { pieces: (0..3).map(piece).collect() }.neurons(0.0);
            let solution = OrderedSolution { outputs: f.to_vec(), dual: vec![0.0; 3], neurons };
            assert_eq!(solution.norm(), least, "{f:?}");
            // The order of the line at 0, 1, 2 runs from the largest number to the smallest.
            assert_eq!(added_up(&solution, &line(3)), [f[2], f[1], f[0]]);
        }
    }

    #[test]
    fn a_constant_target_is_shrunk_and_a_large_beta_leaves_nothing() {
        let order = line(4);
        let constant = solve(&problem(&[(3, 1); 4], 2.0), &order);
        assert_eq!((constant.outputs, constant.neurons), (vec![2.5; 4], vec![(Arc::First(4), 2.5)]));
        for rows in [[(3, 1); 4], [(-3, 1); 4], [(5, 1), (-1, 2), (3, 1), (0, 1)]] {
            assert!(solve(&problem(&rows, 100.0), &order).neurons.is_empty());
        }
    }

    #[test]
    fn a_step_costs_one_weight() {
        // Targets 0 0 4 4: one neuron of weight w, loss (4 - w)^2, optimum at 2 (4 - w) = beta.
        let solution = solve(&problem(&[(0, 1), (0, 1), (4, 1), (4, 1)], 1.0), &line(4));
        assert_eq!(solution.neurons.len(), 1);
        assert_eq!((solution.neurons[0].1, solution.outputs), (3.5, vec![0.0, 0.0, 3.5, 3.5]));
    }

    #[test]
    fn ten_thousand_noisy_groups_close_the_gap() {
        // A sum of positive steps (so that B matters) with deterministic noise.
        let noise = |k: usize| ((k * 7919 % 1009) as f64 / 1009.0 - 0.5) * 2.0;
        let groups = 10_000;
        let order = line(groups);
        for shift in [0.0, 0.3, 3.0, -5.0] {
            for beta in [0.5, 20.0, 1000.0] {
                let means = (0..groups).map(|k| shift + (k / 1500 % 3) as f64 + noise(k)).collect();
                let problem = Problem::of(Squared::around(vec![1.0; groups], means), &L1, beta);
                let solution = solve(&problem, &order);
                let objective = problem.objective(&added_up(&solution, &order), solution.norm());
                let dual = solution.dual.clone();
                let (exponent, values) = crate::oracle::on_grid(&dual);
                let (max, min) = order.extremes(&values);
                let price = max.max(-min) as f64 * f64::from(exponent).exp2();
                let gap = objective - problem.dual_value(&dual, price);
                assert!(gap <= 1e-10 * objective, "shift {shift}, beta {beta}: gap {gap} of {objective}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_dual_point_closes_the_gap(
            rows in prop::collection::vec((-5i8..=5, 1u8..4), 2..40),
            shift in -6i8..=6,
            beta in prop_oneof![Just(1e-12), 0.01..2.0f64, 0.1..60.0f64],
        ) {
            let rows: Vec<(i8, u8)> = rows.into_iter().map(|(mean, count)| (mean + shift, count)).collect();
            let (gap, objective) = gap(&problem(&rows, beta), &line(rows.len()));
            prop_assert!(gap <= 1e-11 * objective, "gap {gap} of {objective}");
        }

        #[test]
        fn the_optimum_is_that_of_the_working_set_on_the_list(
            rows in prop::collection::vec((-5i8..=5, 1u8..4), 2..9),
            beta in 0.05..20.0f64,
        ) {
            let (problem, order) = (problem(&rows, beta), line(rows.len()));
            let solution = solve(&problem, &order);
            let own = problem.objective(&added_up(&solution, &order), solution.norm());
            let list = columns(&order);
            let other = working_set::solve(&problem, &mut ListPricer::new(&list), &Budget::unlimited(), &mut |_| ());
            let norm = problem.norm(&other.weights);
            let objective = problem.objective(&problem.outputs(&other.columns, &other.weights), norm);
            prop_assert!((own - objective).abs() <= 1e-8 * objective.max(1.0), "{own} or {objective}");
            prop_assert!(own <= objective + 1e-12 * objective.max(1.0));
        }
    }
}
