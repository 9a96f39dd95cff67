//! What was proven stays proven: the best dual points of a computation, each with the bound that it proves.

/// The points that are kept: floating point ranks them, exact arithmetic chooses among the first few.
const KEPT: usize = 4;

/// Dual points with their bounds, the best first.
#[derive(Clone, Debug)]
pub(crate) struct Record<D> {
    kept: Vec<(f64, D)>,
}

impl<D> Default for Record<D> {
    fn default() -> Self {
        Record { kept: Vec::new() }
    }
}

impl<D> Record<D> {
    /// Keeps a proven point if it is among the best; `bound` is what it proves, up to rounding.
    pub fn offer(&mut self, bound: f64, dual: impl FnOnce() -> D) {
        let place = self.kept.partition_point(|(other, _)| *other >= bound);
        if place < KEPT && !bound.is_nan() {
            self.kept.insert(place, (bound, dual()));
            self.kept.truncate(KEPT);
        }
    }

    /// The best bound, minus infinity if there is none.
    pub fn bound(&self) -> f64 {
        self.kept.first().map_or(f64::NEG_INFINITY, |(bound, _)| *bound)
    }

    /// The point with the largest exact value among those that are kept; of equal ones the first.
    pub fn best<V: PartialOrd>(&self, value: impl Fn(&D) -> V) -> Option<&D> {
        let valued = self.kept.iter().map(|(_, dual)| (value(dual), dual));
        valued.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, dual)| dual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_points_are_kept() {
        let mut record = Record::default();
        for (bound, name) in [(1.0, 'a'), (3.0, 'b'), (f64::NAN, 'x'), (2.0, 'c'), (0.5, 'd'), (0.1, 'e'), (2.5, 'f')] {
            record.offer(bound, || name);
        }
        assert_eq!(record.bound(), 3.0);
        // Exactly, another one may be better than floating point thought.
        let exact = |name: &char| if *name == 'c' { 4.0 } else { 0.0 };
        assert_eq!(record.best(exact), Some(&'c'));
        assert_eq!(record.best(|_| 0.0), Some(&'b'));
    }
}
