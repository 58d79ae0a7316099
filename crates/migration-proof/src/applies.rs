//! That the scripts apply and lead to the schema.

use catalog::Catalog;

use crate::{
    Cause, Error, Failure, Proof, Reached,
    bench::{Bench, execute},
    migration::{Migration, NAMESPACE, read},
    scripts::Split,
};

/// Tries the scripts, and returns the catalog that they lead to.
pub(crate) fn prove(bench: &mut Bench<'_>, scripts: &[Split<'_>], reached: &mut Reached<'_>) -> Result<Catalog, Error> {
    let tried = bench.trial(|trial| {
        trial.run(scripts)?;
        Ok((read(trial.client())?, reached(trial.client())))
    });
    let failed = |cause| {
        let when = "in the replayed database".to_owned();
        Error::Failed(Failure { proof: Proof::Applies, when, cause, suspect: None, proved: Vec::new() }.into())
    };
    match tried {
        Ok((after, Ok(None))) => Ok(after),
        Ok((_, Ok(Some(rest)))) => Err(failed(Cause::NotReached(rest))),
        Ok((_, Err(error))) => Err(Error::Reached(error)),
        Err(scratch_postgres::Error::Script(error)) => Err(failed(Cause::Script(error))),
        Err(other) => Err(other.into()),
    }
}

/// Applies the scripts in the database itself, each as one batch, and all of them a second time if wanted. They lead to what
/// they led to before.
pub(crate) fn for_real(bench: &mut Bench<'_>, migration: &Migration<'_>, twice: bool) -> Result<(), Error> {
    let once = "each script as one batch";
    let again = "each script as one batch, and once more";
    bench.run(&migration.scripts).map_err(migration.stopped(Proof::Applies, once))?;
    if twice {
        bench.run(&migration.scripts).map_err(migration.stopped(Proof::Rerun, again))?;
    }
    // Whatever settings the scripts have changed for their session.
    execute(bench.client()?, "RESET ALL")?;
    let reached = bench.connection()?.read(migration, NAMESPACE)?;
    let (proof, when) = if twice { (Proof::Rerun, again) } else { (Proof::Applies, once) };
    migration.require_equal(proof, when, &migration.expected(), &reached)
}
