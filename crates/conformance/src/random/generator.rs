//! Random choices that a seed determines.

use fastrand::Rng;

/// Makes the choices for one input. Other modules add the methods that generate schemas and databases.
pub(super) struct Generator {
    pub(super) rng: Rng,
}

impl Generator {
    pub(super) fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed) }
    }

    /// True with this probability, in percent.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.rng.u32(..100) < percent
    }

    /// A number from 0 to `max`. Small numbers are more likely.
    pub(super) fn few(&mut self, max: usize) -> usize {
        let limit = self.rng.usize(..=max);
        self.rng.usize(..=limit)
    }

    /// An item of a list that is not empty.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.rng.usize(..of.len())]
    }

    /// A word of a list that is not empty.
    pub(super) fn word(&mut self, of: &[&'static str]) -> &'static str {
        of[self.rng.usize(..of.len())]
    }

    /// An item, unless the list is empty.
    pub(super) fn pick_any<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        (!of.is_empty()).then(|| self.pick(of))
    }

    /// An item to change, unless the list is empty.
    pub(super) fn pick_mut<'a, T>(&mut self, of: &'a mut [T]) -> Option<&'a mut T> {
        if of.is_empty() {
            return None;
        }
        let position = self.rng.usize(..of.len());
        of.get_mut(position)
    }

    /// A position to insert an item at.
    pub(super) fn insertion_position<T>(&mut self, of: &[T]) -> usize {
        self.rng.usize(..=of.len())
    }

    /// Up to `count` different items in random order.
    pub(super) fn sample<T: Clone>(&mut self, of: &[T], count: usize) -> Vec<T> {
        self.rng.choose_multiple(of.iter().cloned(), count)
    }

    /// An item, with this probability in percent.
    pub(super) fn maybe<T: Copy>(&mut self, percent: u32, of: &[T]) -> Option<T> {
        self.percent(percent).then(|| *self.pick(of))
    }
}
