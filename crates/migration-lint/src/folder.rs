//! Migrations that are applied one after the other.

use std::collections::BTreeSet;

use crate::{Context, Finding, Script, findings, migration::Migration, tables};

/// What is wrong with migrations, and not accepted by a comment in them: those that were released, in the order in which they
/// were, and then those of the next release. What a migration before it has created is in use when it runs, unless both
/// are of the next release.
#[must_use]
pub fn lint_folder(
    released: &[Script<'_>],
    new: &[Script<'_>],
    hot_tables: &BTreeSet<String>,
    prefix: &str,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut existing_tables = BTreeSet::new();
    for script in released {
        let context = Context { existing_tables: &existing_tables, hot_tables, prefix };
        let migration = Migration::read(script.sql, &context);
        found.extend(findings(script, &migration));
        existing_tables = tables_after(&migration);
    }
    let context = Context { existing_tables: &existing_tables, hot_tables, prefix };
    found.extend(new.iter().flat_map(|script| crate::lint(script, &context)));
    found
}

/// The tables that are there after a migration, as far as its text says.
fn tables_after(migration: &Migration<'_>) -> BTreeSet<String> {
    let mut tables = migration.context.existing_tables.clone();
    for statement in migration.run_statements() {
        if let Some((old, new)) = tables::renamed(&statement.ast)
            && tables.remove(&old.name)
        {
            tables.insert(new.name);
        }
        tables.extend(tables::created(&statement.ast).map(|table| table.name));
        for table in tables::dropped(&statement.ast) {
            tables.remove(&table.name);
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The migrations that an index on table `a` blocks in.
    fn found<'a>(released: &[&'a str], new: &[&'a str]) -> Vec<String> {
        let scripts = |files: &[&'a str]| files.iter().map(|&sql| Script { path: sql, sql }).collect::<Vec<_>>();
        let findings = lint_folder(&scripts(released), &scripts(new), &BTreeSet::new(), "");
        findings.into_iter().filter(|finding| finding.rule == "blocking-index").map(|finding| finding.file).collect()
    }

    const CREATE: &str = "CREATE TABLE a (b INT);";
    const INDEX: &str = "CREATE INDEX i ON a (b);";

    #[test]
    fn what_was_released_is_in_use() {
        assert_eq!(found(&[CREATE, INDEX], &[]), [INDEX]);
        assert_eq!(found(&[CREATE], &[INDEX]), [INDEX]);
        assert_eq!(found(&["CREATE TABLE c (b INT);", "ALTER TABLE c RENAME TO a;"], &[INDEX]), [INDEX]);
    }

    #[test]
    fn what_is_new_or_gone_is_not() {
        assert!(found(&[], &[CREATE, INDEX]).is_empty());
        assert!(found(&[CREATE, "DROP TABLE a;"], &[INDEX]).is_empty());
        assert!(found(&[CREATE, "ALTER TABLE a RENAME TO c;"], &[INDEX]).is_empty());
    }
}
