//! Output: the result goes to standard output, everything else to standard error.

use std::{
    env,
    io::{self, IsTerminal as _, Write},
};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use clap::ColorChoice;
use indicatif::ProgressBar;

use super::inert::{inert, shortened};

/// Errors.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Warnings.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
/// Success.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Secondary text, such as labels and paths.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// The two output streams, with the user's choice of colours and verbosity.
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

    /// Prints a part of the result. In a file or a pipe it is unchanged, because the result can be SQL for another program. On a
    /// terminal and in a job of GitHub Actions, which obeys lines of its output, it is made inert.
    pub(crate) fn result(&self, text: &str) -> io::Result<()> {
        let stdout = io::stdout().lock();
        let text = match stdout.is_terminal() || is_github_job() {
            true => inert(text),
            false => text.into(),
        };
        AutoStream::new(stdout, self.color).write_all(text.as_bytes())
    }

    /// Prints workflow commands for GitHub Actions. The caller has escaped every value in them.
    pub(crate) fn workflow_commands(&self, commands: &str) -> io::Result<()> {
        io::stdout().lock().write_all(commands.as_bytes())
    }

    /// A progress bar. It is visible only if standard error is a terminal.
    pub(crate) fn progress_bar(&self, length: usize) -> ProgressBar {
        if self.quiet { ProgressBar::hidden() } else { ProgressBar::new(length as u64) }
    }

    /// A spinner with a message. It is visible only if standard error is a terminal.
    pub(crate) fn spinner(&self) -> ProgressBar {
        if self.quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() }
    }

    /// Whether notes and progress are shown: `--quiet` is off.
    pub(crate) fn shows_notes(&self) -> bool {
        !self.quiet
    }

    /// Prints a note.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.write_stderr(&format!("{FAINT}note:{FAINT:#} {text}\n"));
        }
    }

    /// Prints diagnostics that point into a file.
    pub(crate) fn diagnostics(&self, text: &str) {
        self.write_stderr(text);
    }

    /// Prints an error with its causes.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        // The reader closed the pipe on purpose, as `head` does.
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return;
        }
        let because = |cause: &(dyn std::error::Error + 'static)| {
            format!("  because: {}\n", cause.to_string().trim_end().replace('\n', "\n           "))
        };
        let causes: String = error.chain().skip(1).map(because).collect();
        self.write_stderr(&format!("{BAD}error:{BAD:#} {error}\n{causes}"));
    }

    fn write_stderr(&self, text: &str) {
        // An error here has nowhere to go.
        let _ = AutoStream::new(io::stderr().lock(), self.color).write_all(inert(&shortened(text)).as_bytes());
    }
}

fn is_github_job() -> bool {
    env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}
