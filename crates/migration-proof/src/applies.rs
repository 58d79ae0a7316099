//! Proves that the migrations run and lead to the schema.

use catalog::Catalog;
use sql_script::{SplitScript, statement_count};

use crate::{
    Cause, Error, Evidence, Failure, Goal, Proof,
    new_migrations::{NAMESPACE, NewMigrations},
    sandbox::{Sandbox, execute},
};

/// The SQL that remains to reach the schema, or the error of reading it.
type Missing = Result<Option<String>, Box<dyn std::error::Error + Send + Sync>>;

/// Runs the scripts, undoes them, and returns the catalog after them.
pub(crate) fn prove(
    sandbox: &mut Sandbox<'_>,
    scripts: &[SplitScript<'_>],
    goal: &mut dyn Goal,
) -> Result<Catalog, Error> {
    let result = sandbox.undone(|session| {
        session.run(scripts)?;
        Ok((session.connection.read_all()?, goal.missing(session.client())))
    });
    judge(result)
}

/// Applies the scripts in the database itself at once, without other proofs.
pub(crate) fn at_once(
    sandbox: &mut Sandbox<'_>,
    scripts: &[SplitScript<'_>],
    goal: &mut dyn Goal,
) -> Result<Evidence, Error> {
    let applied = sandbox.apply(scripts, goal);
    let client = sandbox.client()?;
    judge(applied.map(|()| ((), goal.missing(client))))?;
    Ok(Evidence::Applies { scripts: scripts.len(), statements: statement_count(scripts), changes: None })
}

/// The value after the scripts, if they ran and the schema is reached.
fn judge<T>(result: Result<(T, Missing), scratch_postgres::Error>) -> Result<T, Error> {
    let failed = |cause| {
        let when = "in the replayed database".to_owned();
        Error::Failed(Failure { proof: Proof::Applies, when, cause, suspect: None, proved: Vec::new() }.into())
    };
    match result {
        Ok((after, Ok(None))) => Ok(after),
        Ok((_, Ok(Some(rest)))) => Err(failed(Cause::NotReached(rest))),
        Ok((_, Err(error))) => Err(Error::Goal(error)),
        Err(scratch_postgres::Error::Script(error)) => Err(failed(Cause::Script(error))),
        Err(other) => Err(other.into()),
    }
}

/// Applies the scripts in the database itself, and a second time if `twice` is set. The catalog must be the one of
/// the proofs.
pub(crate) fn for_real(
    sandbox: &mut Sandbox<'_>,
    new: &NewMigrations<'_>,
    twice: bool,
    goal: &mut dyn Goal,
) -> Result<(), Error> {
    let once = "applied one script after the other";
    let again = "applied as batches, in a second run";
    sandbox.apply(&new.scripts, goal).map_err(new.script_failure(Proof::Applies, once))?;
    if twice {
        sandbox.run(&new.scripts).map_err(new.script_failure(Proof::Rerun, again))?;
    }
    // Scripts may have changed settings of their session.
    execute(sandbox.client()?, "RESET ALL")?;
    let reached = sandbox.connection()?.read(new, NAMESPACE)?;
    let (proof, when) = if twice { (Proof::Rerun, again) } else { (Proof::Applies, once) };
    new.require_equal(proof, when, &new.expected(), &reached)
}
