//! That the scripts can run once more.

use crate::{
    Error, Evidence, Proof,
    bench::Bench,
    migration::{Migration, NAMESPACE},
};

pub(crate) fn prove(bench: &mut Bench<'_>, migration: &Migration<'_>) -> Result<Evidence, Error> {
    let when = "when all ran once more";
    let ended = bench.trial(|trial| {
        trial.run(&migration.scripts)?;
        trial.run(&migration.scripts)?;
        trial.read(migration, NAMESPACE)
    });
    let ended = ended.map_err(migration.stopped(Proof::Rerun, when))?;
    migration.require_equal(Proof::Rerun, when, &migration.expected(), &ended)?;
    Ok(Evidence::Rerun)
}
