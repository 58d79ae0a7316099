//! Proves that the migrations have the same result in a database in which another schema has objects with equal
//! names.
//!
//! The other schema is `public` if possible: the migrations' own schema is renamed, as if it came from `?schema=` in
//! a connection URL. So a script that names `public` fails too.

use scratch_postgres::Error as ServerError;

use crate::{
    Cause, Error, Evidence, Proof,
    decoys::{self, Decoys},
    new_migrations::{NAMESPACE, NewMigrations},
    sandbox::{Sandbox, Session, sql_error},
};

/// The schema that is not `public`.
const ELSEWHERE: &str = "elsewhere";

pub(crate) fn prove(sandbox: &mut Sandbox<'_>, new: &NewMigrations<'_>) -> Result<Evidence, Error> {
    let result = sandbox.undone(|session| {
        let own = rename_own_schema(session, new)?;
        let other = if own == NAMESPACE { ELSEWHERE } else { NAMESPACE };
        session.execute(&format!("CREATE SCHEMA {other}; SET search_path = {other}"))?;
        let decoys = decoys::create(session, new)?;
        session.execute(&format!("SET search_path = {own}"))?;
        let (_, before) = session.connection.read(new, own)?.split();
        session.run(&new.scripts)?;
        session.run(&new.scripts)?;
        let (reached, after) = session.connection.read(new, own)?.split();
        Ok((own, decoys, reached, before.changes_to(&after)))
    });
    let when = "next to a schema with equal names";
    let (own, decoys, reached, elsewhere) = result.map_err(new.script_failure(Proof::SecondSchema, when))?;
    let (expected, _) = new.expected().split();
    new.require_equal(Proof::SecondSchema, when, &expected, &reached)?;
    if !elsewhere.is_empty() {
        return Err(new.failure(Proof::SecondSchema, when, Cause::Elsewhere(elsewhere)));
    }
    let Decoys { created, left_out } = decoys;
    Ok(Evidence::SecondSchema { decoys: created, left_out, other_is_public: own != NAMESPACE })
}

/// Renames the migrations' own schema and returns its new name. Keeps it if the database has other schemas, which may
/// name it, or if its owner is another role.
fn rename_own_schema(session: &mut Session<'_>, new: &NewMigrations<'_>) -> Result<&'static str, ServerError> {
    let is_the_only_one = new.after.objects().all(|(name, _)| name.namespace.is_none());
    let is_owned = "SELECT pg_catalog.pg_has_role(nspowner, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = $1";
    let is_owned = session.client().query_opt(is_owned, &[&NAMESPACE]).map_err(sql_error("to read a schema"))?;
    if !is_the_only_one || !is_owned.is_some_and(|row| row.get(0)) {
        return Ok(NAMESPACE);
    }
    session.execute(&format!("ALTER SCHEMA {NAMESPACE} RENAME TO {ELSEWHERE}"))?;
    Ok(ELSEWHERE)
}
