//! The helper programs of this workspace that run a server.
//!
//! Such a program has hundreds of dependencies, so cargo builds it when its backend is used for the first time. It gets
//! `--version N` if a major version was requested. [`scratch_protocol`] describes the communication. Only this run uses the
//! server: scripts run as an unprivileged role, in databases created for them.

use std::process::Command;

use scratch_protocol::{Helper, Message};

use super::external;
use crate::{Error, Observer, Options, server::StartedServer};

/// A helper program that runs a server.
pub(super) struct HelperProgram {
    program: helper_program::Program,
    /// The only major version of the server, if there is only one.
    only_major: Option<u32>,
}

pub(super) const CONTAINER: HelperProgram = HelperProgram {
    program: helper_program::Program {
        package: "scratch-container",
        purpose: "which runs PostgreSQL in a container",
        build_takes: "a few minutes",
    },
    only_major: None,
};

pub(super) const EMBEDDED: HelperProgram = HelperProgram {
    program: helper_program::Program {
        package: "scratch-embedded",
        purpose: "which runs PostgreSQL where none is installed",
        build_takes: "a few minutes",
    },
    only_major: Some(18),
};

impl HelperProgram {
    /// Whether the server can have the requested major version.
    pub(super) fn supports(&self, version: Option<u32>) -> bool {
        version.is_none() || self.only_major.is_none_or(|only| version == Some(only))
    }

    /// Builds the program if necessary, starts it, and uses its server. `configure` adds the backend's own arguments.
    pub(super) fn start(
        &self,
        options: &Options,
        observer: &mut dyn Observer,
        configure: impl FnOnce(&mut Command),
    ) -> Result<StartedServer, Error> {
        if let (Some(wanted), Some(only)) = (options.version, self.only_major)
            && wanted != only
        {
            return Err(Error::WrongVersion { wanted, found: only.to_string() });
        }
        let lends_stderr = observer.lends_stderr();
        let path = self.program.built(|text| observer.note(text), lends_stderr).map_err(Error::Start)?;
        let mut command = Command::new(&path);
        if let Some(version) = options.version {
            command.args(["--version", &version.to_string()]);
        }
        configure(&mut command);
        let mut helper = Helper::start(&mut command, &[]).map_err(Error::io("Starting a helper program", path))?;
        let server = helper.wait(|message| match message {
            Message::Note(text) => observer.note(&text),
            Message::Progress(text) => observer.progress(&text),
            Message::Ready(_) => {}
        });
        external::use_helper(options, helper, server.map_err(Error::Start)?)
    }
}
