//! Proves that the migrations can run a second time without a change.

use crate::{
    Error, Evidence, Proof,
    new_migrations::{NAMESPACE, NewMigrations},
    sandbox::Sandbox,
};

pub(crate) fn prove(sandbox: &mut Sandbox<'_>, new: &NewMigrations<'_>) -> Result<Evidence, Error> {
    let when = "in a second run";
    let ended = sandbox.undone(|session| {
        session.run(&new.scripts)?;
        session.run(&new.scripts)?;
        session.connection.read(new, NAMESPACE)
    });
    let ended = ended.map_err(new.script_failure(Proof::Rerun, when))?;
    new.require_equal(Proof::Rerun, when, &new.expected(), &ended)?;
    Ok(Evidence::Rerun)
}
