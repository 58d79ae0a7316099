//! Checks the migrations of a folder in the order in which they are applied.

use std::collections::BTreeSet;

use crate::{LintContext, LintFinding, Script, lint, lint_parsed, migration::ParsedMigration, tables};

/// The findings in the released migrations, and then in the new ones, that no comment accepts. For a released migration, the
/// tables of all earlier ones exist. For a new migration, the tables of the released ones exist.
#[must_use]
pub fn lint_folder(
    released: &[Script<'_>],
    new: &[Script<'_>],
    hot_tables: &BTreeSet<String>,
    prefix: &str,
) -> Vec<LintFinding> {
    let mut findings = Vec::new();
    let mut existing_tables = BTreeSet::new();
    for script in released {
        let context = LintContext { existing_tables: &existing_tables, hot_tables, prefix };
        let migration = ParsedMigration::parse(script.sql, &context);
        findings.extend(lint_parsed(script, &migration));
        existing_tables = tables_after(&migration);
    }
    let context = LintContext { existing_tables: &existing_tables, hot_tables, prefix };
    findings.extend(new.iter().flat_map(|script| lint(script, &context)));
    findings
}

/// The tables that exist after a migration, according to its text.
fn tables_after(migration: &ParsedMigration<'_>) -> BTreeSet<String> {
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

    /// The migrations with an index that blocks writes to table `a`.
    fn blocking<'a>(released: &[&'a str], new: &[&'a str]) -> Vec<String> {
        let scripts = |files: &[&'a str]| files.iter().map(|&sql| Script { name: sql, sql }).collect::<Vec<_>>();
        let findings = lint_folder(&scripts(released), &scripts(new), &BTreeSet::new(), "");
        findings.into_iter().filter(|finding| finding.rule == "blocking-index").map(|finding| finding.file).collect()
    }

    const CREATE: &str = "CREATE TABLE a (b INT);";
    const INDEX: &str = "CREATE INDEX i ON a (b);";

    #[test]
    fn released_tables_exist() {
        assert_eq!(blocking(&[CREATE, INDEX], &[]), [INDEX]);
        assert_eq!(blocking(&[CREATE], &[INDEX]), [INDEX]);
        assert_eq!(blocking(&["CREATE TABLE c (b INT);", "ALTER TABLE c RENAME TO a;"], &[INDEX]), [INDEX]);
    }

    #[test]
    fn new_dropped_and_renamed_tables_do_not_exist() {
        assert!(blocking(&[], &[CREATE, INDEX]).is_empty());
        assert!(blocking(&[CREATE, "DROP TABLE a;"], &[INDEX]).is_empty());
        assert!(blocking(&[CREATE, "ALTER TABLE a RENAME TO c;"], &[INDEX]).is_empty());
    }
}
