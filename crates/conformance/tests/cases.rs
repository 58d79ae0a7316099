//! Our answers to the kept cases.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "these are tests, and say why they are skipped")]

use std::{collections::BTreeSet, thread};

use conformance::{
    case::{Answer, Question},
    difference, ours,
    record::kept,
};
use scratch_postgres::{Installation, Options, Server};

scratch_postgres::guardian_for_tests!();

#[test]
fn schemas() {
    let mut report = Report::default();
    for kept in kept(&[]).unwrap() {
        for case in &kept.file.cases {
            for &flavour in case.question.flavours() {
                let Some(ours) = ours::answer(&case.question, flavour) else { continue };
                let place = format!("{}, {}, Prisma {flavour}", kept.name(), case.name);
                report.compare(&place, case.answer(flavour), &ours);
            }
        }
    }
    report.finish();
}

#[test]
fn databases() {
    let reports: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = servers().map(|server| scope.spawn(move || ask_about_databases(&server))).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    reports.into_iter().for_each(Report::finish);
}

fn ask_about_databases(server: &Server) -> Report {
    let mut report = Report::default();
    let major = server.major();
    for kept in kept(&[]).unwrap() {
        for case in &kept.file.cases {
            let Question::Database { setup, since, after } = &case.question else { continue };
            if since.is_some_and(|since| since > major) {
                println!("skipped on PostgreSQL {major}: {}, {}", kept.name(), case.name);
                continue;
            }
            let database = ours::database(server, setup).unwrap();
            let mut client = database.superuser_client().unwrap();
            for &flavour in case.question.flavours() {
                let ours =
                    ours::from_database(&mut client, after, flavour).map_or_else(|_| ours::refused(), Answer::Sql);
                let place = format!("PostgreSQL {major}, {}, {}, Prisma {flavour}", kept.name(), case.name);
                report.compare(&place, case.answer(flavour), &ours);
            }
        }
    }
    report
}

/// A server of each major version whose programs are on this machine.
fn servers() -> impl Iterator<Item = Server> {
    let majors: BTreeSet<_> = Installation::all().iter().map(|installation| installation.major).collect();
    for missing in (13..=18).filter(|major| !majors.contains(major)) {
        println!("skipped: PostgreSQL {missing} is not here: cargo xtask postgres fetch --postgres-version {missing}");
    }
    majors.into_iter().map(|major| {
        let options = Options { version: Some(major), ..Options::for_tests() };
        Server::start(&options, &mut ()).unwrap()
    })
}

/// Where we differ from Prisma, all of it.
#[derive(Default)]
struct Report {
    compared: usize,
    differences: Vec<String>,
}

impl Report {
    fn compare(&mut self, place: &str, prisma: Option<&Answer>, ours: &Answer) {
        self.compared += 1;
        match prisma {
            None => {
                let advice = "no answer is recorded. Run `cargo run -p conformance -- record`.";
                self.differences.push(format!("{place}: {advice}"));
            }
            Some(prisma) if prisma != ours => {
                self.differences
                    .push(format!("{place}:\n{}", difference(("Prisma", prisma.text()), ("ours", ours.text()))));
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
