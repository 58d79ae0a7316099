//! `doctor`: what is found on this machine, and what is left over from a crash.

use scratch_postgres::{Url, doctor};
use xshell::{Shell, cmd};

use crate::{
    exit::Exit,
    output::Output,
    postgres::{self, URL_VARIABLE},
    settings::Settings,
};

pub(crate) fn run(settings: &Settings, output: &Output) -> anyhow::Result<Exit> {
    let options = postgres::defaults(settings)?;
    let doctor::Report { installations, local, cache, data, left_over } = doctor::report(&options)?;
    let url = options.preferred.as_ref().map(server);
    let local = local.map(|installation| installation.to_string()).map_err(anyhow::Error::from);
    let (auto, exit) = match (&url, &local) {
        (Some(Ok(_)), _) => ("takes url", Exit::Done),
        (Some(Err(_)), _) => ("takes url, and fails", Exit::Failed),
        (None, Ok(_)) => ("takes local", Exit::Done),
        (None, Err(_)) => ("finds nothing", Exit::Failed),
    };

    let mut report = line("auto", auto);
    report += &line("url", &url.map_or_else(|| format!("{URL_VARIABLE} is not set"), or_why));
    report += &line("local", &or_why(local));
    report.extend(installations.iter().map(|installation| line("installed", &installation.to_string())));
    report += &line("data", &format!("goes to {}", data.display()));
    report += &line(
        "cache",
        &match cache {
            Ok((place, usage)) => {
                let megabytes = usage.bytes as f64 / 1e6;
                format!("{} data folders, {megabytes:.1} MB, in {}", usage.entries, place.display())
            }
            Err(error) => format!("nothing can be cached: {error}"),
        },
    );
    report.extend(left_over.iter().map(|path| {
        line("left over", &format!("{}, which the next command that starts a server removes", path.display()))
    }));
    if left_over.is_empty() {
        report += &line("left over", "nothing");
    }
    let shell = Shell::new()?;
    for (name, command) in [("git", cmd!(shell, "git --version")), ("psql", cmd!(shell, "psql --version"))] {
        report += &line(name, &command.quiet().read().unwrap_or_else(|_| "not found".to_owned()));
    }
    output.result(&report)?;
    Ok(exit)
}

/// The server at a URL, if it can be reached.
fn server(url: &Url) -> anyhow::Result<String> {
    let version: String = url.connect()?.query_one("SHOW server_version", &[])?.get(0);
    Ok(format!("PostgreSQL {version} at {url}"))
}

fn or_why(found: anyhow::Result<String>) -> String {
    found.unwrap_or_else(|error| error.to_string())
}

fn line(name: &str, text: &str) -> String {
    format!("{name:10}  {}\n", text.replace('\n', "\n            "))
}
