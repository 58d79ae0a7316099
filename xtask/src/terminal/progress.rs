//! Progress while migrations are replayed.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use scratch_postgres::{Error, Observer};

use crate::{postgres_advice::explain, terminal::output::Output};

/// Shows a bar with the current migration's name.
pub(crate) struct Progress<'a> {
    output: &'a Output,
    bar: ProgressBar,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(output: &'a Output) -> Self {
        Self { output, bar: ProgressBar::hidden() }
    }
}

impl Observer for Progress<'_> {
    fn note(&mut self, text: &str) {
        self.output.note(text);
    }

    fn backend_failed(&mut self, error: &Error) {
        self.output.note(&explain(error));
    }

    fn progress(&mut self, text: &str) {
        if self.bar.is_hidden() {
            self.bar = self.output.spinner();
        }
        self.bar.set_message(text.to_owned());
    }

    fn lends_stderr(&self) -> bool {
        self.output.shows_notes()
    }

    fn replay_starts(&mut self, cached: usize, total: usize) {
        self.bar.finish_and_clear();
        self.bar = self.output.progress_bar(total).with_style(style()).with_position(cached as u64);
    }

    fn script_starts(&mut self, name: &str) {
        self.bar.set_message(name.to_owned());
    }

    fn script_ends(&mut self, _name: &str, _took: Duration) {
        self.bar.inc(1);
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar())
}
