//! Where words go: the result alone to standard output, everything else to standard error.

use std::io::{self, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use clap::ColorChoice;
use indicatif::ProgressBar;

/// Errors and what goes wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What somebody should know about.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
/// What was written or is right.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What is there for orientation.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// What the user wants to see, and in which colours.
#[derive(Debug)]
pub(crate) struct Output {
    color: anstream::ColorChoice,
    quiet: bool,
}

impl Output {
    pub(crate) fn new(color: ColorChoice, quiet: bool) -> Self {
        let color = match color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        Self { color, quiet }
    }

    /// Prints a part of the result.
    pub(crate) fn result(&self, text: &str) -> io::Result<()> {
        AutoStream::new(io::stdout().lock(), self.color).write_all(text.as_bytes())
    }

    /// A progress bar; one that nobody sees unless standard error is a terminal.
    pub(crate) fn progress_bar(&self, length: usize) -> ProgressBar {
        if self.quiet { ProgressBar::hidden() } else { ProgressBar::new(length as u64) }
    }

    /// A line that says what is being waited for; one that nobody sees unless standard error is a terminal.
    pub(crate) fn spinner(&self) -> ProgressBar {
        if self.quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() }
    }

    /// Whether anything but the result and errors may be shown.
    pub(crate) fn is_loud(&self) -> bool {
        !self.quiet
    }

    /// Tells what is going on.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.tell(&format!("{FAINT}note:{FAINT:#} {text}\n"));
        }
    }

    /// Shows what is wrong in a file.
    pub(crate) fn diagnostics(&self, text: &str) {
        self.tell(text);
    }

    /// Tells what went wrong and why.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        // Whoever closed our standard output knows.
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return;
        }
        let because = |cause: &(dyn std::error::Error + 'static)| {
            format!("  because: {}\n", cause.to_string().trim_end().replace('\n', "\n           "))
        };
        let causes: String = error.chain().skip(1).map(because).collect();
        self.tell(&format!("{BAD}error:{BAD:#} {error}\n{causes}"));
    }

    fn tell(&self, text: &str) {
        // There is nowhere to report that nobody listens.
        let _ = AutoStream::new(io::stderr().lock(), self.color).write_all(text.as_bytes());
    }
}
