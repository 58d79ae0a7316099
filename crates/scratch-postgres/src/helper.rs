//! Servers that helper programs of this workspace keep.
//!
//! Such a program brings hundreds of crates along, so cargo builds it when its backend is chosen for the first time.
//! [`scratch_protocol`] says how it is spoken to. It gets `--version N` if a major version was asked for. Its server is this
//! run's own: scripts run as an unprivileged role in databases that are made for them.

use std::process::Command;

use scratch_protocol::{Helper, Message};

use crate::{Error, Observer, Options, remote, server::Started};

/// A helper program that keeps a server.
pub(crate) struct Program {
    program: helper_program::Program,
    /// The only major version that it has, if that is so.
    only_major: Option<u32>,
}

pub(crate) const CONTAINER: Program = Program {
    program: helper_program::Program {
        package: "scratch-container",
        purpose: "which runs PostgreSQL in a container",
        build_takes: "a few minutes",
    },
    only_major: None,
};

pub(crate) const EMBEDDED: Program = Program {
    program: helper_program::Program {
        package: "scratch-embedded",
        purpose: "which runs PostgreSQL where none is installed",
        build_takes: "a few minutes",
    },
    only_major: Some(18),
};

impl Program {
    /// Whether it can have what was asked for.
    pub(crate) fn has(&self, version: Option<u32>) -> bool {
        version.is_none() || self.only_major.is_none_or(|only| version == Some(only))
    }

    /// Starts the program, built first if it has to be, and takes its server. `arrange` adds what this backend needs.
    pub(crate) fn start(
        &self,
        options: &Options,
        observer: &mut dyn Observer,
        arrange: impl FnOnce(&mut Command),
    ) -> Result<Started, Error> {
        if let (Some(wanted), Some(only)) = (options.version, self.only_major)
            && wanted != only
        {
            return Err(Error::WrongVersion { wanted, found: only.to_string() });
        }
        let is_loud = observer.lends_stderr();
        let path = self.program.built(|text| observer.note(text), is_loud).map_err(Error::Start)?;
        let mut command = Command::new(&path);
        if let Some(version) = options.version {
            command.args(["--version", &version.to_string()]);
        }
        arrange(&mut command);
        let mut helper = Helper::start(&mut command, &[]).map_err(Error::io("Starting a helper program", path))?;
        let server = helper.wait(|message| match message {
            Message::Note(text) => observer.note(&text),
            Message::Progress(text) => observer.progress(&text),
            Message::Ready(_) => {}
        });
        remote::take(options, helper, server.map_err(Error::Start)?)
    }
}
