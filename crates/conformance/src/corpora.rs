//! Files of recorded answers, one JSON object in each line.
#![allow(clippy::print_stdout, reason = "this is what is said about them")]

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};
use prisma_schema::Flavour;
use scratch_postgres::{Options, Server};
use serde_json::Value;

use crate::{
    house::{Subject, Verdict, prove},
    ours,
};

/// Tries the SQL of the house's own style on all cases, and returns whether all of it is as it should be. Shows as many
/// faults as `show`.
pub fn house(files: &[impl AsRef<Path>], show: usize) -> anyhow::Result<bool> {
    let server = Server::start(&Options::default(), &mut ())?;
    let mut faults = 0;
    for file in files {
        let file = file.as_ref();
        let mut tally = Tally::default();
        for line in read(file)?.lines() {
            let case: Value = serde_json::from_str(line)?;
            let text = |key: &str| case[key].as_str().unwrap_or_default();
            let setup = match case["setup"].as_str() {
                Some(setup) => Ok(setup.to_owned()),
                None if text("from").is_empty() => Ok(String::new()),
                None => ours::between(None, text("from"), Flavour::V6),
            };
            let verdict = setup
                .map_err(anyhow::Error::msg)
                .and_then(|setup| prove(&server, Subject { setup: &setup, to: text("to"), flavour: Flavour::V6 }));
            match verdict {
                Err(error) => {
                    tally.invalid += 1;
                    if case["error"].is_null() {
                        let why = format!("{error:#}");
                        println!("{}: not tried: {}", text("id"), why.lines().next().unwrap_or_default());
                    }
                }
                Ok(Verdict::Empty) => tally.empty += 1,
                Ok(Verdict::BothRefused(why)) => {
                    tally.refused += 1;
                    println!("{}: refused in both styles: {}", text("id"), why.lines().next().unwrap_or_default());
                }
                Ok(Verdict::Proved { alone, statements }) => {
                    tally.proved += 1;
                    tally.alone += usize::from(alone);
                    tally.statements += statements;
                }
                Ok(Verdict::Fault(fault)) => {
                    tally.faults += 1;
                    if faults + tally.faults <= show {
                        println!("---- {}\n{fault}", text("id"));
                    } else {
                        println!("{}: {}", text("id"), fault.kind);
                    }
                }
            }
        }
        println!("{}: {}", file.display(), tally.text());
        faults += tally.faults;
    }
    Ok(faults == 0)
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file.extension().is_none_or(|extension| extension != "xz") {
        return Ok(fs_err::read_to_string(file)?);
    }
    let output = Command::new("xz").arg("-dc").arg(file).output().context("The program xz cannot be run.")?;
    ensure!(output.status.success(), "xz cannot read {}.", file.display());
    Ok(String::from_utf8(output.stdout)?)
}

#[derive(Default)]
struct Tally {
    proved: usize,
    alone: usize,
    statements: usize,
    empty: usize,
    refused: usize,
    invalid: usize,
    faults: usize,
}

impl Tally {
    fn text(&self) -> String {
        let Self { proved, alone, statements, empty, refused, invalid, faults } = self;
        format!(
            "{proved} proved with {statements} statements ({alone} of them where PostgreSQL refuses Prisma's SQL), {empty} \
             have nothing to do, {refused} are refused in both styles, {invalid} have no valid schema or setup, {faults} are \
             at fault"
        )
    }
}
