//! Proofs of a migration on the database that it is for, before it is written.
//!
//! A migration is applied when an application starts: by several replicas at once, to databases in every state, and once more
//! after it failed halfway. [`prove`] tries all of that on a throw-away database in which the existing migrations have been
//! replayed:
//!
//! - [`Proof::Applies`]: it runs, as the owner who is no superuser, and leads to the schema.
//! - [`Proof::Rerun`]: it runs once more, and changes nothing any more.
//! - [`Proof::SecondSchema`]: it does the same in a database in which another schema has everything under the same names.
//! - [`Proof::Interrupted`]: killed after any of its statements and applied again, it ends in the same catalog.
//! - [`Proof::Rows`]: it applies to tables that have rows, and what it does to them is counted.
//!
//! Each trial is a transaction that is rolled back, with indexes built in one go instead of concurrently. Only where the scripts
//! mind a transaction around them is it a copy of the database. At the end the scripts run for real, and have to lead to the
//! same catalog. Where [`Proof::Applies`] alone is wanted, they run for real at once.

mod applies;
mod bench;
mod decoy;
mod each;
mod evidence;
mod failure;
mod goal;
mod interrupted;
mod migration;
mod rerun;
mod rows;
mod second_schema;

use std::time::{Duration, Instant};

use postgres::Client;
use scratch_postgres::{Database, Observer};
use sql_script::{Script, SplitScript};

use crate::{bench::Bench, migration::Migration};
pub use crate::{
    each::rerun_each,
    evidence::{Evidence, LeftInvalid, Proof, Proved, Report},
    failure::{Cause, Error, Failure, Suspect},
    goal::Goal,
    rows::{LeftOut, Loss, Refused, Rejection, Rows},
};

/// Proves scripts that are to be applied one after the other, each as one batch without a transaction around it. The database is
/// as it is before them, the owner's connection is the only one to it, and afterwards they have run in it.
/// [`Proof::Applies`] is always among the proofs: the others stand on it.
pub fn prove(
    database: &Database,
    client: Client,
    scripts: &[Script<'_>],
    proofs: &[Proof],
    goal: &mut dyn Goal,
    observer: &mut dyn Observer,
) -> Result<Report, Error> {
    let scripts: Vec<_> = scripts.iter().copied().map(SplitScript::new).collect();
    let mut bench = Bench::new(database, client);
    if proofs.iter().all(|&proof| proof == Proof::Applies) {
        let mut watch = Watch::new(observer);
        watch.start(Proof::Applies);
        let evidence = applies::at_once(&mut bench, &scripts, goal)?;
        return Ok(Report { changes: Vec::new(), proved: vec![watch.stop(evidence)] });
    }
    if scripts.iter().flat_map(SplitScript::statements).any(|statement| statement.is_not_transactional()) {
        bench.use_copies();
    }
    let mut proved = Vec::new();
    prove_all(&mut bench, scripts, proofs, goal, observer, &mut proved).map_err(|error| match error {
        Error::Failed(failure) => Error::Failed(Failure { proved: proved.clone(), ..*failure }.into()),
        other => other,
    })
}

fn prove_all<'a>(
    bench: &mut Bench<'_>,
    scripts: Vec<SplitScript<'a>>,
    proofs: &[Proof],
    goal: &mut dyn Goal,
    observer: &mut dyn Observer,
    proved: &mut Vec<Proved>,
) -> Result<Report, Error> {
    let mut watch = Watch::new(observer);
    watch.start(Proof::Applies);
    let before = bench.connection()?.read_all()?;
    let after = applies::prove(bench, &scripts, goal)?;
    let migration = Migration::new(scripts, before, after);
    proved.push(watch.stop(migration.applied()));

    for &proof in Proof::ALL.iter().filter(|proof| proofs.contains(proof)) {
        watch.start(proof);
        let evidence = match proof {
            Proof::Applies => continue,
            Proof::Rerun => rerun::prove(bench, &migration)?,
            Proof::SecondSchema => second_schema::prove(bench, &migration)?,
            Proof::Interrupted => interrupted::prove(bench, &migration)?,
            Proof::Rows => Evidence::Rows(rows::prove(bench, &migration)?),
        };
        proved.push(watch.stop(evidence));
    }

    watch.start(Proof::Applies);
    applies::for_real(bench, &migration, proofs.contains(&Proof::Rerun), goal)?;
    proved[0].took += watch.took();
    for proved in proved.iter_mut() {
        if let Evidence::Interrupted { left_invalid, .. } = &mut proved.evidence {
            watch.start(Proof::Interrupted);
            *left_invalid = interrupted::break_builds_off(bench, &migration)?;
            proved.took += watch.took();
        }
    }
    Ok(Report { changes: migration.changes, proved: proved.clone() })
}

/// Takes the time of proofs, and says which one is being made.
struct Watch<'o> {
    observer: &'o mut dyn Observer,
    started: Instant,
}

impl<'o> Watch<'o> {
    fn new(observer: &'o mut dyn Observer) -> Self {
        Self { observer, started: Instant::now() }
    }

    fn start(&mut self, proof: Proof) {
        self.observer.progress(&format!("proving that the migration {}", proof.claim()));
        self.started = Instant::now();
    }

    fn took(&self) -> Duration {
        self.started.elapsed()
    }

    fn stop(&self, evidence: Evidence) -> Proved {
        Proved { evidence, took: self.took() }
    }
}
