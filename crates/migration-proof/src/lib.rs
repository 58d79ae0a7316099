//! Proves migrations on a throw-away database before they are written.
//!
//! An application applies migrations when it starts: several replicas do so at once, on databases in every state, and
//! again after a failure. [`prove`] tries this on a database with the released migrations:
//!
//! - [`Proof::Applies`]: the new migrations run, as an owner without superuser rights, and lead to the schema.
//! - [`Proof::Rerun`]: a second run changes nothing.
//! - [`Proof::SecondSchema`]: the result is the same next to a schema with equal names.
//! - [`Proof::Interrupted`]: interrupted after any statement and applied again, they lead to the same catalog.
//! - [`Proof::Rows`]: they apply to tables with rows. Lost and rejected rows are counted.
//!
//! A proof runs in a transaction that is rolled back, and builds indexes without CONCURRENTLY. If the scripts cannot
//! run in a transaction, it runs in a copy of the database. At the end the scripts run for real and must lead to the
//! same catalog. If only [`Proof::Applies`] is wanted, they run for real at once.

mod applies;
mod decoys;
mod evidence;
mod failure;
mod goal;
mod interrupted;
mod new_migrations;
mod rerun;
mod rerun_each;
mod rows;
mod sandbox;
mod second_schema;

use std::time::{Duration, Instant};

use postgres::Client;
use scratch_postgres::{Database, Observer};
use sql_script::{Script, SplitScript};

pub use crate::{
    evidence::{Evidence, InvalidIndex, Proof, Proved},
    failure::{Cause, Error, Failure, Suspect},
    goal::Goal,
    rerun_each::rerun_each,
    rows::{Loss, RejectedRows, Rejection, Rows, SkippedTable},
};
use crate::{new_migrations::NewMigrations, sandbox::Sandbox};

/// Proves scripts that are applied one after the other, each as one batch without a transaction around it.
/// [`Proof::Applies`] is always included, because the other proofs depend on it.
///
/// The database must be in the state before the scripts, and `client`, the owner's connection, must be the only one
/// to it. Afterwards the scripts have run in the database.
///
/// # Errors
/// [`Error::Failed`] if a proof fails.
pub fn prove(
    database: &Database,
    client: Client,
    scripts: &[Script<'_>],
    proofs: &[Proof],
    goal: &mut dyn Goal,
    observer: &mut dyn Observer,
) -> Result<Vec<Proved>, Error> {
    let scripts: Vec<_> = scripts.iter().copied().map(SplitScript::new).collect();
    let mut sandbox = Sandbox::new(database, client);
    if proofs.iter().all(|&proof| proof == Proof::Applies) {
        let mut timer = ProofTimer::new(observer);
        timer.start(Proof::Applies);
        let evidence = applies::at_once(&mut sandbox, &scripts, goal)?;
        return Ok(vec![timer.stop(evidence)]);
    }
    if scripts.iter().flat_map(SplitScript::statements).any(|statement| statement.is_not_transactional()) {
        sandbox.use_copies();
    }
    let mut proved = Vec::new();
    match prove_all(&mut sandbox, scripts, proofs, goal, observer, &mut proved) {
        Ok(()) => Ok(proved),
        Err(Error::Failed(failure)) => Err(Error::Failed(Failure { proved, ..*failure }.into())),
        Err(other) => Err(other),
    }
}

fn prove_all<'a>(
    sandbox: &mut Sandbox<'_>,
    scripts: Vec<SplitScript<'a>>,
    proofs: &[Proof],
    goal: &mut dyn Goal,
    observer: &mut dyn Observer,
    proved: &mut Vec<Proved>,
) -> Result<(), Error> {
    let mut timer = ProofTimer::new(observer);
    timer.start(Proof::Applies);
    let before = sandbox.connection()?.read_all()?;
    let after = applies::prove(sandbox, &scripts, goal)?;
    let new = NewMigrations::new(scripts, before, after);
    proved.push(timer.stop(new.applied()));

    for &proof in Proof::ALL.iter().filter(|proof| proofs.contains(proof)) {
        timer.start(proof);
        let evidence = match proof {
            Proof::Applies => continue,
            Proof::Rerun => rerun::prove(sandbox, &new)?,
            Proof::SecondSchema => second_schema::prove(sandbox, &new)?,
            Proof::Interrupted => interrupted::prove(sandbox, &new)?,
            Proof::Rows => Evidence::Rows(rows::prove(sandbox, &new)?),
        };
        proved.push(timer.stop(evidence));
    }

    timer.start(Proof::Applies);
    applies::for_real(sandbox, &new, proofs.contains(&Proof::Rerun), goal)?;
    proved[0].took += timer.took();
    for proved in proved.iter_mut() {
        if let Evidence::Interrupted { invalid_indexes, .. } = &mut proved.evidence {
            timer.start(Proof::Interrupted);
            *invalid_indexes = interrupted::interrupt_builds(sandbox, &new)?;
            proved.took += timer.took();
        }
    }
    Ok(())
}

/// Measures the time of proofs and reports which one runs.
struct ProofTimer<'o> {
    observer: &'o mut dyn Observer,
    started: Instant,
}

impl<'o> ProofTimer<'o> {
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
