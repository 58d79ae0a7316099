//! What all proofs know of the migration.

use sql_script::{SplitScript, contains_word, statement_count};

use catalog::{Catalog, Change, Kind, Name};

use crate::{Cause, Error, Evidence, Failure, Proof, Suspect};

/// The namespace that migrations are for.
pub(crate) const NAMESPACE: &str = "public";

/// The scripts and what they lead to.
pub(crate) struct Migration<'a> {
    pub(crate) scripts: Vec<SplitScript<'a>>,
    /// The catalog before the scripts.
    pub(crate) before: Catalog,
    /// The catalog after them.
    pub(crate) after: Catalog,
    pub(crate) changes: Vec<Change>,
    /// The tables that the scripts have to do with.
    pub(crate) tables: Vec<String>,
}

impl<'a> Migration<'a> {
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

    /// The catalog after the scripts, as far as they have to do with it.
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

    /// Requires that nothing is different from what it should be.
    pub(crate) fn require_equal(
        &self,
        proof: Proof,
        when: &str,
        expected: &Catalog,
        found: &Catalog,
    ) -> Result<(), Error> {
        let changes = expected.changes_to(found);
        if changes.is_empty() { Ok(()) } else { Err(self.failed(proof, when, Cause::Differs(changes))) }
    }

    pub(crate) fn failed(&self, proof: Proof, when: &str, cause: Cause) -> Error {
        let suspect = match &cause {
            Cause::Differs(changes) | Cause::Elsewhere(changes) => suspect(&self.scripts, changes),
            Cause::Script(_) | Cause::NotReached(_) => None,
        };
        Error::Failed(Failure { proof, when: when.to_owned(), cause, suspect, proved: Vec::new() }.into())
    }

    /// Makes a failed script a failure of the proof.
    pub(crate) fn stopped(&self, proof: Proof, when: &str) -> impl FnOnce(scratch_postgres::Error) -> Error {
        move |error| match error {
            scratch_postgres::Error::Script(error) => self.failed(proof, when, Cause::Script(error)),
            other => other.into(),
        }
    }
}

/// The first statement that names something that is not as it should be.
pub(crate) fn suspect(scripts: &[SplitScript<'_>], changes: &[Change]) -> Option<Suspect> {
    let naming = |name: &str| {
        let mut statements = scripts.iter().flat_map(SplitScript::statements);
        statements.find(|statement| contains_word(statement.text(), name)).map(Suspect::from)
    };
    changes.iter().find_map(|change| naming(&change.name.name))
}
