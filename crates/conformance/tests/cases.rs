//! Compares the answers to the kept cases with Prisma's.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests print why they are skipped")]

use std::{collections::BTreeSet, thread};

use conformance::{
    answers,
    case::{Answer, Question},
    difference,
    record::kept_files,
};
use scratch_postgres::{Installation, Options, Server};

scratch_postgres::guardian_for_tests!();

#[test]
fn schemas() {
    let mut tally = Tally::default();
    for kept in kept_files(&[]).unwrap() {
        for case in &kept.file.cases {
            for &flavour in case.question.flavours() {
                let Some(xtask) = answers::answer(&case.question, flavour) else { continue };
                let title = format!("{}, {}, Prisma {flavour}", kept.name(), case.name);
                tally.compare(&title, case.answer(flavour), &xtask);
            }
        }
    }
    tally.finish();
}

#[test]
fn databases() {
    let tallies: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = servers().map(|server| scope.spawn(move || compare_databases(&server))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    tallies.into_iter().for_each(Tally::finish);
}

fn compare_databases(server: &Server) -> Tally {
    let mut tally = Tally::default();
    let major = server.major();
    for kept in kept_files(&[]).unwrap() {
        for case in &kept.file.cases {
            let Question::Database { setup, since, after } = &case.question else { continue };
            if since.is_some_and(|since| since > major) {
                println!("skipped on PostgreSQL {major}: {}, {}", kept.name(), case.name);
                continue;
            }
            let database = answers::create_database(server, setup).unwrap();
            let mut client = database.superuser_client().unwrap();
            for &flavour in case.question.flavours() {
                let xtask = answers::sql_from_database(&mut client, after, flavour)
                    .map_or_else(|_| Answer::refused(), Answer::Sql);
                let title = format!("PostgreSQL {major}, {}, {}, Prisma {flavour}", kept.name(), case.name);
                tally.compare(&title, case.answer(flavour), &xtask);
            }
        }
    }
    tally
}

/// Starts a server of each major version on this machine.
fn servers() -> impl Iterator<Item = Server> {
    let majors: BTreeSet<_> = Installation::all().iter().map(|installation| installation.major).collect();
    for missing in (13..=18).filter(|major| !majors.contains(major)) {
        println!(
            "skipped: PostgreSQL {missing} is not installed. Run: cargo xtask postgres fetch --postgres-version {missing}"
        );
    }
    majors.into_iter().map(|major| {
        let options = Options { version: Some(major), ..Options::for_tests() };
        Server::start(&options, &mut ()).unwrap()
    })
}

/// Collects the differences.
#[derive(Default)]
struct Tally {
    compared: usize,
    differences: Vec<String>,
}

impl Tally {
    fn compare(&mut self, title: &str, prisma: Option<&Answer>, xtask: &Answer) {
        self.compared += 1;
        match prisma {
            None => {
                let advice = "no answer is recorded. Run: cargo run -p conformance -- record";
                self.differences.push(format!("{title}: {advice}"));
            }
            Some(prisma) if prisma != xtask => {
                self.differences
                    .push(format!("{title}:\n{}", difference(("Prisma", prisma.text()), ("xtask", xtask.text()))));
            }
            Some(_) => {}
        }
    }

    fn finish(self) {
        let Self { compared, differences } = self;
        assert!(
            differences.is_empty(),
            "{} of {compared} answers differ.\n\n{}",
            differences.len(),
            differences.join("\n")
        );
    }
}
