//! Chance that is the same in each run.

/// Xorshift64*: numbers that look random, from a seed that is not 0.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// Where other chance begins.
    pub(crate) fn seed(&mut self) -> u64 {
        self.next() | 1
    }

    /// A number below another.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    /// True so many times of a hundred.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several, each as often as the others.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// One of several, each as often as the number before it says.
    pub(crate) fn weighted<'a, T>(&mut self, of: &'a [(usize, T)]) -> &'a T {
        let mut left = self.below(of.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in of {
            if left < *weight {
                return value;
            }
            left -= weight;
        }
        unreachable!("a number below the sum of the weights is used up by them")
    }

    /// A text of so many characters, each one of these.
    pub(crate) fn text(&mut self, length: usize, of: &str) -> String {
        let of: Vec<char> = of.chars().collect();
        (0..length).map(|_| *self.one(&of)).collect()
    }
}
