//! `doctor`: show the PostgreSQL backends of this machine, and files and containers left behind by a crash.

use std::fmt;

use scratch_postgres::{Backend, Url, doctor};
use xshell::{Shell, cmd};

use crate::{
    cli::Doctor,
    postgres::{self, URL_VARIABLE},
    postgres_advice::advised,
    session::Session,
    terminal::exit::Exit,
};

pub(crate) fn run(_args: &Doctor, session: &Session) -> anyhow::Result<Exit> {
    let options = postgres::defaults(&session.settings()?)?;
    let found = doctor::report(&options).map_err(advised)?;
    let url = options.preferred.as_ref().map(server);
    let (auto, exit) = match (&found.auto, &url) {
        (Some(Backend::Url(_)), Some(Err(_))) => ("takes url, and fails", Exit::Failed),
        (Some(Backend::Url(_)), _) => ("takes url", Exit::Done),
        (Some(Backend::Local(_)), _) => ("takes local", Exit::Done),
        (Some(Backend::Container(_)), _) => ("takes container", Exit::Done),
        (Some(Backend::Fetched), _) => ("takes local, fetched first", Exit::Done),
        (Some(Backend::Embedded), _) => ("takes embedded", Exit::Done),
        (None, _) => ("finds nothing", Exit::Failed),
    };

    let mut report = line("auto", auto);
    report += &line("url", &url.map_or_else(|| format!("{URL_VARIABLE} is not set"), or_why));
    report += &line("local", &or_why(found.local.map_err(advised)));
    report += &line("container", &or_why(found.container.map_err(advised)));
    report += &line("fetch", &or_why(found.fetch.map_err(advised)));
    report += &line("embedded", "PostgreSQL 18, built by cargo on first use");
    report.extend(found.installations.iter().map(|installation| line("installed", &installation.to_string())));
    report += &line("data", &format!("in {}", found.data.display()));
    report += &line(
        "cache",
        &match found.cache {
            Ok((folder, usage)) => {
                let megabytes = usage.bytes as f64 / 1e6;
                format!("{} data folders, {megabytes:.1} MB, in {}", usage.entries, folder.display())
            }
            Err(error) => format!("unusable: {error}"),
        },
    );
    let folders = found.left_over.iter().map(|path| path.display().to_string());
    let left_over: Vec<_> = folders.chain(found.left_over_containers).collect();
    report.extend(
        left_over
            .iter()
            .map(|it| line("left over", &format!("{it} (the next command that starts such a server removes it)"))),
    );
    if left_over.is_empty() {
        report += &line("left over", "nothing");
    }
    let shell = Shell::new()?;
    for (name, command) in [("git", cmd!(shell, "git --version")), ("psql", cmd!(shell, "psql --version"))] {
        report += &line(name, &command.quiet().read().unwrap_or_else(|_| "not found".to_owned()));
    }
    session.output.result(&report)?;
    Ok(exit)
}

/// The version of the server at a URL.
fn server(url: &Url) -> anyhow::Result<String> {
    let version: String = url.connect().map_err(advised)?.query_one("SHOW server_version", &[])?.get(0);
    Ok(format!("PostgreSQL {version} at {url}"))
}

fn or_why(found: anyhow::Result<impl fmt::Display>) -> String {
    found.map_or_else(|error| error.to_string(), |found| found.to_string())
}

fn line(name: &str, text: &str) -> String {
    format!("{name:10}  {}\n", text.replace('\n', "\n            "))
}
