//! Our answers to the kept cases.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "these are tests, and say why they are skipped")]

use conformance::{
    case::{Answer, Question},
    difference, ours,
    record::kept,
};
use scratch_postgres::{Error, Options, Server};

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
    let server = match Server::start(&Options::for_tests(), &mut ()) {
        Ok(server) => server,
        Err(error @ Error::NotInstalled { .. }) => return println!("skipped: {error}"),
        Err(error) => panic!("{error}"),
    };
    let major: u32 = server.version().split('.').next().unwrap().parse().unwrap();
    let mut report = Report::default();
    for kept in kept(&[]).unwrap() {
        for case in &kept.file.cases {
            let Question::Database { setup, since, after } = &case.question else { continue };
            if let Some(since) = since.filter(|&since| since > major) {
                println!("skipped: {}, {}, which needs PostgreSQL {since}", kept.name(), case.name);
                continue;
            }
            let database = ours::database(&server, setup).unwrap();
            let mut client = database.superuser_client().unwrap();
            for &flavour in case.question.flavours() {
                let ours =
                    ours::from_database(&mut client, after, flavour).map_or_else(|_| ours::refused(), Answer::Sql);
                let place = format!("{}, {}, Prisma {flavour}", kept.name(), case.name);
                report.compare(&place, case.answer(flavour), &ours);
            }
        }
    }
    report.finish();
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
