//! The middle and the spread of a few numbers.

/// Where the runs lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// The least.
    pub(crate) min: f64,
    /// A quarter is less.
    pub(crate) p25: f64,
    /// Half are less.
    pub(crate) median: f64,
    /// Three quarters are less.
    pub(crate) p75: f64,
}

impl Spread {
    /// The spread of numbers in any order; all zero where there are none.
    pub(crate) fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = numbers.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let at = |quarters| quantile(&sorted, quarters);
        Self { min: at(0), p25: at(1), median: at(2), p75: at(3) }
    }
}

/// So many quarters of the way from the least to the greatest; between two numbers in proportion.
fn quantile(sorted: &[f64], quarters: usize) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let position = quarters * last;
    let (below, rest) = (position / 4, position % 4);
    let above = (below + 1).min(last);
    let share = [0.0, 0.25, 0.5, 0.75][rest];
    sorted[below] + (sorted[above] - sorted[below]) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_number_of_runs_has_one_in_the_middle() {
        let spread = Spread::of([5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!(spread, Spread { min: 1.0, p25: 2.0, median: 3.0, p75: 4.0 });
    }

    #[test]
    fn an_even_number_of_runs_has_its_median_between_two() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0]);
        assert_eq!(spread, Spread { min: 1.0, p25: 1.75, median: 2.5, p75: 3.25 });
    }

    #[test]
    fn one_run_is_all_of_them_and_none_is_zero() {
        assert_eq!(Spread::of([7.0]), Spread { min: 7.0, p25: 7.0, median: 7.0, p75: 7.0 });
        assert_eq!(Spread::of([]), Spread { min: 0.0, p25: 0.0, median: 0.0, p75: 0.0 });
    }
}
