//! Choices that a seed makes.

use fastrand::Rng;

pub(super) struct Dice(pub(super) Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.0.u32(..100) < percent
    }

    /// A number from 0 to `most`; small ones are more likely.
    pub(super) fn few(&mut self, most: usize) -> usize {
        let limit = self.0.usize(..=most);
        self.0.usize(..=limit)
    }

    /// One of these, of which there must be one.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.0.usize(..of.len())]
    }

    /// One of these words, of which there must be one.
    pub(super) fn word(&mut self, of: &[&'static str]) -> &'static str {
        of[self.0.usize(..of.len())]
    }

    /// One of these, if there is one.
    pub(super) fn pick_any<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        (!of.is_empty()).then(|| self.pick(of))
    }

    /// One of these to be changed, if there is one.
    pub(super) fn pick_mut<'a, T>(&mut self, of: &'a mut [T]) -> Option<&'a mut T> {
        if of.is_empty() {
            return None;
        }
        let place = self.0.usize(..of.len());
        of.get_mut(place)
    }

    /// A place for one more item.
    pub(super) fn place<T>(&mut self, of: &[T]) -> usize {
        self.0.usize(..=of.len())
    }

    /// `count` of these at most, each once, in any order.
    pub(super) fn sample<T: Clone>(&mut self, of: &[T], count: usize) -> Vec<T> {
        self.0.choose_multiple(of.iter().cloned(), count)
    }

    /// One of these in so many of a hundred cases.
    pub(super) fn maybe<T: Copy>(&mut self, percent: u32, of: &[T]) -> Option<T> {
        self.percent(percent).then(|| *self.pick(of))
    }
}
