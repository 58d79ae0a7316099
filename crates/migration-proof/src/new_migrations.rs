//! The new migrations and their effect on the catalog, shared by all proofs.

use catalog::{Catalog, Change, Kind, Name};
use sql_script::{SplitScript, contains_word, statement_count};

use crate::{Cause, Error, Evidence, Failure, Proof, Suspect};

/// The namespace of the migrations.
pub(crate) const NAMESPACE: &str = "public";

pub(crate) struct NewMigrations<'a> {
    pub(crate) scripts: Vec<SplitScript<'a>>,
    /// The catalog before the scripts.
    pub(crate) before: Catalog,
    /// The catalog after the scripts.
    pub(crate) after: Catalog,
    pub(crate) changes: Vec<Change>,
    /// The tables that the scripts change or name.
    pub(crate) tables: Vec<String>,
}

impl<'a> NewMigrations<'a> {
    pub(crate) fn new(scripts: Vec<SplitScript<'a>>, before: Catalog, after: Catalog) -> Self {
        let changes = before.changes_to(&after);
        let changed = changes.iter().filter_map(|change| change.name.owning_table()).map(|table| table.name);
        let is_named = |name: &&Name| scripts.iter().any(|split| contains_word(split.script.sql, &name.name));
        let tables =
            before.objects().chain(after.objects()).map(|(name, _)| name).filter(|name| name.kind == Kind::Table);
        let mut tables: Vec<_> = changed.chain(tables.filter(is_named).map(|name| name.name.clone())).collect();
        tables.sort();
        tables.dedup();
        Self { scripts, before, after, changes, tables }
    }

    /// The objects after the scripts that the scripts touch.
    pub(crate) fn expected(&self) -> Catalog {
        self.after.of_tables(&self.tables)
    }

    pub(crate) fn applied(&self) -> Evidence {
        Evidence::Applies {
            scripts: self.scripts.len(),
            statements: statement_count(&self.scripts),
            changes: Some(self.changes.len()),
        }
    }

    /// Fails the proof if the catalog differs from the expected one.
    pub(crate) fn require_equal(
        &self,
        proof: Proof,
        when: &str,
        expected: &Catalog,
        found: &Catalog,
    ) -> Result<(), Error> {
        let changes = expected.changes_to(found);
        if changes.is_empty() { Ok(()) } else { Err(self.failure(proof, when, Cause::Differs(changes))) }
    }

    pub(crate) fn failure(&self, proof: Proof, when: &str, cause: Cause) -> Error {
        let suspect = match &cause {
            Cause::Differs(changes) | Cause::Elsewhere(changes) => suspect(&self.scripts, changes),
            Cause::Script(_) | Cause::NotReached(_) => None,
        };
        Error::Failed(Failure { proof, when: when.to_owned(), cause, suspect, proved: Vec::new() }.into())
    }

    /// Turns the error of a script into a failure of the proof.
    pub(crate) fn script_failure(&self, proof: Proof, when: &str) -> impl FnOnce(scratch_postgres::Error) -> Error {
        move |error| match error {
            scratch_postgres::Error::Script(error) => self.failure(proof, when, Cause::Script(error)),
            other => other.into(),
        }
    }
}

/// The first statement that names one of the changed objects.
pub(crate) fn suspect(scripts: &[SplitScript<'_>], changes: &[Change]) -> Option<Suspect> {
    let naming = |name: &str| {
        let mut statements = scripts.iter().flat_map(SplitScript::statements);
        statements.find(|statement| contains_word(statement.text(), name)).map(Suspect::from)
    };
    changes.iter().find_map(|change| naming(&change.name.name))
}
