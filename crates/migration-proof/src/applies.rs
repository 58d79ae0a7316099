//! That the scripts apply and lead to the schema.

use sql_script::{SplitScript, statement_count};

use catalog::Catalog;

use crate::{
    Cause, Error, Evidence, Failure, Goal, Proof,
    bench::{Bench, execute},
    migration::{Migration, NAMESPACE},
};

/// Whether the schema is reached, if that can be told.
type Missing = Result<Option<String>, Box<dyn std::error::Error + Send + Sync>>;

/// Tries the scripts, and returns the catalog that they lead to.
pub(crate) fn prove(bench: &mut Bench<'_>, scripts: &[SplitScript<'_>], goal: &mut dyn Goal) -> Result<Catalog, Error> {
    let tried = bench.trial(|trial| {
        trial.run(scripts)?;
        Ok((trial.read_all()?, goal.missing(trial.client())))
    });
    judge(tried)
}

/// Applies the scripts in the database itself, without any trial.
pub(crate) fn at_once(
    bench: &mut Bench<'_>,
    scripts: &[SplitScript<'_>],
    goal: &mut dyn Goal,
) -> Result<Evidence, Error> {
    let applied = bench.apply(scripts, goal);
    let client = bench.client()?;
    judge(applied.map(|()| ((), goal.missing(client))))?;
    Ok(Evidence::Applies { scripts: scripts.len(), statements: statement_count(scripts), changes: None })
}

/// What was found after the scripts, if they applied and the schema is reached.
fn judge<T>(tried: Result<(T, Missing), scratch_postgres::Error>) -> Result<T, Error> {
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

/// Applies the scripts in the database itself, and all of them a second time if wanted. They lead to what they led to before.
pub(crate) fn for_real(
    bench: &mut Bench<'_>,
    migration: &Migration<'_>,
    twice: bool,
    goal: &mut dyn Goal,
) -> Result<(), Error> {
    let once = "each script by itself";
    let again = "each script as one batch, and once more";
    bench.apply(&migration.scripts, goal).map_err(migration.stopped(Proof::Applies, once))?;
    if twice {
        bench.run(&migration.scripts).map_err(migration.stopped(Proof::Rerun, again))?;
    }
    // Whatever settings the scripts have changed for their session.
    execute(bench.client()?, "RESET ALL")?;
    let reached = bench.connection()?.read(migration, NAMESPACE)?;
    let (proof, when) = if twice { (Proof::Rerun, again) } else { (Proof::Applies, once) };
    migration.require_equal(proof, when, &migration.expected(), &reached)
}
