//! That the scripts do the same in a database in which another schema has everything under the same names.
//!
//! The other one is `public` where that can be: the migration's own schema gets another name, as `?schema=` in a connection URL
//! gives it, so that a script which names `public` is caught too.

use scratch_postgres::Error as Refused;

use crate::{
    Cause, Error, Evidence, Proof,
    bench::{Bench, Trial, refused},
    decoy::{self, Decoys},
    migration::{Migration, NAMESPACE},
};

/// What the schema is called that is not `public`.
const ELSEWHERE: &str = "elsewhere";

pub(crate) fn prove(bench: &mut Bench<'_>, migration: &Migration<'_>) -> Result<Evidence, Error> {
    let tried = bench.trial(|trial| {
        let own = rename(trial, migration)?;
        let other = if own == NAMESPACE { ELSEWHERE } else { NAMESPACE };
        trial.execute(&format!("CREATE SCHEMA {other}; SET search_path = {other}"))?;
        let decoys = decoy::make(trial, migration)?;
        trial.execute(&format!("SET search_path = {own}"))?;
        let (_, before) = trial.read(migration, own)?.split();
        trial.run(&migration.scripts)?;
        trial.run(&migration.scripts)?;
        let (reached, after) = trial.read(migration, own)?.split();
        Ok((own, decoys, reached, before.changes_to(&after)))
    });
    let when = "in a database in which another schema has objects of the same names";
    let (own, decoys, reached, elsewhere) = tried.map_err(migration.stopped(Proof::SecondSchema, when))?;
    let (expected, _) = migration.expected().split();
    migration.require_equal(Proof::SecondSchema, when, &expected, &reached)?;
    if !elsewhere.is_empty() {
        return Err(migration.failed(Proof::SecondSchema, when, Cause::Elsewhere(elsewhere)));
    }
    let Decoys { made, left_out } = decoys;
    Ok(Evidence::SecondSchema { decoys: made, left_out, other_is_public: own != NAMESPACE })
}

/// Gives the migration's own schema another name, if it is the only one and its owner may: then nobody has to name it. Returns
/// its name.
fn rename(trial: &mut Trial<'_>, migration: &Migration<'_>) -> Result<&'static str, Refused> {
    let is_the_only_one = migration.after.objects().all(|(name, _)| name.namespace.is_none());
    let may = "SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = $1";
    let may = trial.client().query_opt(may, &[&NAMESPACE]).map_err(refused("to look at a schema"))?;
    if !is_the_only_one || !may.is_some_and(|row| row.get(0)) {
        return Ok(NAMESPACE);
    }
    trial.execute(&format!("ALTER SCHEMA {NAMESPACE} RENAME TO {ELSEWHERE}"))?;
    Ok(ELSEWHERE)
}
