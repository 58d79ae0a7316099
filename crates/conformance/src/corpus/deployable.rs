//! Verifies migrations in house style for the cases of corpora.
#![allow(clippy::print_stdout, reason = "prints the result")]

use std::path::PathBuf;

use prisma_schema::Flavour;
use scratch_postgres::{Options, Server};

use super::{Corpus, RecordedInput};
use crate::{
    answers::sql_between,
    deployable::{Input, Verdict, verify},
};

/// Verifies the migrations of all cases, and shows the first `show` faults. Returns whether there are none.
///
/// # Errors
/// A file cannot be read, or no server starts.
pub fn verify_files(files: &[PathBuf], show: usize) -> anyhow::Result<bool> {
    let server = Server::start(&Options::default(), &mut ())?;
    let mut faults = 0;
    for file in files {
        let mut tally = Tally::default();
        for case in Corpus::open(file)?.cases() {
            let case = case?;
            let (setup, to, is_refused) = match case.input {
                RecordedInput::Live { setup, to, .. } => (Ok(setup), to, false),
                RecordedInput::Schemas { from, to, answers } => {
                    let setup = from.map_or(Ok(String::new()), |from| sql_between(None, &from, Flavour::V6));
                    (setup, to, !answers.error.is_null())
                }
                RecordedInput::Validate { .. } | RecordedInput::Prefix { .. } => continue,
            };
            let verdict = setup
                .map_err(anyhow::Error::msg)
                .and_then(|setup| verify(&server, Input { setup: &setup, to: &to, flavour: Flavour::V6 }));
            match verdict {
                Err(error) => {
                    tally.invalid += 1;
                    if !is_refused {
                        println!("{}: skipped: {}", case.id, first_line(&format!("{error:#}")));
                    }
                }
                Ok(Verdict::Empty) => tally.empty += 1,
                Ok(Verdict::BothRejected(why)) => {
                    tally.rejected += 1;
                    println!("{}: PostgreSQL rejects both styles: {}", case.id, first_line(&why));
                }
                Ok(Verdict::Proved { prisma_rejected, statements }) => {
                    tally.proved += 1;
                    tally.prisma_rejected += usize::from(prisma_rejected);
                    tally.statements += statements;
                }
                Ok(Verdict::Fault(fault)) => {
                    tally.faults += 1;
                    if faults + tally.faults <= show {
                        println!("---- {}\n{fault}", case.id);
                    } else {
                        println!("{}: {}", case.id, fault.kind);
                    }
                }
            }
        }
        println!("{}: {}", file.display(), tally.text());
        faults += tally.faults;
    }
    Ok(faults == 0)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[derive(Default)]
struct Tally {
    proved: usize,
    prisma_rejected: usize,
    statements: usize,
    empty: usize,
    rejected: usize,
    invalid: usize,
    faults: usize,
}

impl Tally {
    fn text(&self) -> String {
        let Self { proved, prisma_rejected, statements, empty, rejected, invalid, faults } = self;
        format!(
            "{proved} proved with {statements} statements ({prisma_rejected} of them where PostgreSQL rejects Prisma's \
             SQL), {empty} without a difference, {rejected} rejected in both styles, {invalid} without a valid schema or \
             setup, {faults} faults"
        )
    }
}
