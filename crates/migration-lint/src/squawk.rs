//! The rules of squawk that this crate uses.

mod disabled;
mod enabled;

pub(crate) use enabled::ENABLED;

use std::{fmt::Write as _, ops::Range};

use rowan::{TextRange, TextSize};
use squawk_linter::{Linter, Violation};
use squawk_syntax::{
    SourceFile,
    ast::{self, AstNode},
};

use crate::{
    finding::FileFindings, migration::ParsedMigration, parse::ParsedStatement, rule::Rule, tables, tree::SourceSpan,
};

/// A rule of squawk that fits LiteLLM's migrations.
pub(crate) struct EnabledRule {
    pub(crate) tables: Tables,
    /// Our documentation under squawk's name.
    pub(crate) rule: Rule,
}

/// The tables to which a rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tables {
    /// All tables, or the rule is not about tables.
    All,
    Existing,
    /// Existing tables that are too large to read or rewrite while queries wait. On other tables this takes no longer than
    /// the wait for the lock.
    Hot,
}

/// The enabled rules and the disabled rules, as Markdown.
pub(crate) fn overview() -> String {
    let mut page = String::from(
        "\n## Rules of squawk\n\nThese rules of squawk are enabled. They check every statement that a migration runs, including \
         statements in DO blocks.\n\n| Rule | Tables | Requirement |\n|---|---|---|\n",
    );
    for EnabledRule { rule: Rule { name, summary, .. }, tables } in ENABLED {
        let tables = match tables {
            Tables::All => "all",
            Tables::Existing => "existing",
            Tables::Hot => "hot",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| [{name}]({name}.md) | {tables} | {summary} |");
    }
    page.push_str("\nThese rules of squawk are disabled.\n\n| Rules | Reason |\n|---|---|\n");
    for (reason, rules) in disabled::DISABLED {
        let names: Vec<_> = rules.iter().map(ToString::to_string).collect();
        let _ = writeln!(page, "| {} | {reason} |", names.join(", "));
    }
    page
}

/// The size of PostgreSQL's type `name` in bytes, with the zero at its end.
const NAMEDATALEN: usize = 64;

/// Reports the findings of the enabled rules.
pub(crate) fn check(migration: &ParsedMigration<'_>, file: &mut FileFindings<'_>) {
    let script = StatementScript::of(migration);
    if script.statements.is_empty() {
        return;
    }
    let mut linter = Linter::from(ENABLED.iter().filter_map(|enabled| enabled.rule.name.parse().ok()));
    // PostgreSQL runs the statements of a file as one transaction.
    linter.settings.assume_in_transaction = true;
    let violations = linter.lint(&SourceFile::parse(&script.sql), &script.sql);
    for violation in &violations {
        let name = violation.code.to_string();
        let Some(enabled) = ENABLED.iter().find(|enabled| enabled.rule.name == name) else { continue };
        let Some((statement, range)) = script.find(violation.text_range) else { continue };
        if applies(enabled.tables, migration, statement) && !is_duplicate(violation, &violations) {
            let bytes = migration.tree(statement).origin.bytes(range);
            let span = SourceSpan { bytes, ..migration.statement_span(statement) };
            let help = violation.help.as_deref().unwrap_or(enabled.rule.summary);
            file.reporter(&enabled.rule).report(span, &violation.message, help);
        }
    }
}

/// The statements that a migration runs, one after the other, including statements in literals.
struct StatementScript<'a> {
    sql: String,
    /// The bytes of each statement in `sql`.
    statements: Vec<(Range<usize>, &'a ParsedStatement)>,
}

impl<'a> StatementScript<'a> {
    fn of(migration: &'a ParsedMigration<'_>) -> Self {
        let mut script = Self { sql: String::new(), statements: Vec::new() };
        for statement in migration.run_statements().filter(|statement| needs_check(statement)) {
            let start = script.sql.len();
            script.sql.push_str(&statement.ast.syntax().text().to_string());
            script.statements.push((start..script.sql.len(), statement));
            script.sql.push_str(";\n");
        }
        script
    }

    /// The statement that contains a range of the script, and the range in the statement's tree.
    fn find(&self, range: TextRange) -> Option<(&'a ParsedStatement, TextRange)> {
        let range = Range::<usize>::from(range);
        let (bytes, statement) = self.statements.iter().find(|(bytes, _)| bytes.contains(&range.start))?;
        let start = statement.ast.syntax().text_range().start();
        let in_tree = |offset: usize| Some(start + TextSize::try_from(offset.min(bytes.end) - bytes.start).ok()?);
        Some((statement, TextRange::new(in_tree(range.start)?, in_tree(range.end)?)))
    }
}

/// Whether an enabled rule may find something in a statement. New tables and indexes are most of a migration's text, and the
/// rules check only the length of their names.
fn needs_check(statement: &ParsedStatement) -> bool {
    match &statement.ast {
        ast::Stmt::Do(_) => false,
        ast::Stmt::CreateTable(_) | ast::Stmt::CreateIndex(_) => {
            let has_long_name = |text: String| text.split('"').skip(1).step_by(2).any(|name| name.len() >= NAMEDATALEN);
            has_long_name(statement.ast.syntax().text().to_string())
        }
        _ => true,
    }
}

fn applies(tables: Tables, migration: &ParsedMigration<'_>, statement: &ParsedStatement) -> bool {
    let ast::Stmt::AlterTable(alter) = &statement.ast else { return tables == Tables::All };
    let table = tables::altered(alter).map(|table| table.name).unwrap_or_default();
    match tables {
        Tables::All => true,
        Tables::Existing => migration.is_in_use(&table, statement),
        Tables::Hot => migration.is_in_use(&table, statement) && migration.is_hot(&table),
    }
}

/// Whether a more specific rule of squawk reports the same constraint.
fn is_duplicate(violation: &Violation, all: &[Violation]) -> bool {
    use squawk_linter::Rule::{
        AddingForeignKeyConstraint, AddingSerialPrimaryKeyField, ConstraintMissingNotValid, DisallowedUniqueConstraint,
    };
    let is_specific = |other: &&Violation| {
        matches!(other.code, AddingForeignKeyConstraint | AddingSerialPrimaryKeyField | DisallowedUniqueConstraint)
    };
    violation.code == ConstraintMissingNotValid
        && all.iter().filter(is_specific).any(|other| violation.text_range.contains_range(other.text_range))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::testing::{check, found};

    #[test]
    fn every_rule_of_squawk_is_enabled_or_disabled() {
        for rule in enum_iterator::all::<squawk_linter::Rule>() {
            let enabled = ENABLED.iter().filter(|enabled| enabled.rule.name.parse() == Ok(rule)).count();
            let disabled = disabled::DISABLED.iter().flat_map(|(_, rules)| *rules).filter(|it| **it == rule).count();
            assert_eq!(enabled + disabled, 1, "add {rule} to either squawk/enabled.rs or squawk/disabled.rs");
        }
    }

    #[test]
    fn enabled_rules_have_the_names_of_squawk() {
        for EnabledRule { rule: Rule { name, .. }, .. } in ENABLED {
            assert_eq!(name.parse().map(|rule: squawk_linter::Rule| rule.to_string()).as_deref(), Ok(*name));
        }
    }

    #[test]
    fn executed_sql() {
        check(
            "adding-foreign-key-constraint",
            r#"
            DO $$
            BEGIN
                EXECUTE 'ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN b TEXT DEFAULT ''é'',
                    ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES "LiteLLM_UserTable"(a)';
            END $$;
            "#,
            &expect![[r#"
                error[adding-foreign-key-constraint]: Adding a foreign key constraint requires a table scan and a `SHARE ROW EXCLUSIVE` lock on both tables, which blocks writes to each table.
                 --> migration.sql:4:13
                  |
                4 |         ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES "LiteLLM_UserTable"(a)';
                  |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Add `NOT VALID` to the constraint in one transaction and then VALIDATE the constraint in a separate transaction.
            "#]],
        );
    }

    #[test]
    fn a_constraint_has_one_finding() {
        let sql = r#"ALTER TABLE "LiteLLM_TeamTable" ADD CONSTRAINT c UNIQUE (a), ADD CONSTRAINT d CHECK (a > 0);"#;
        assert_eq!(found("disallowed-unique-constraint", sql), ["1:37 CONSTRAINT c UNIQUE (a)"]);
        assert_eq!(found("constraint-missing-not-valid", sql).len(), 1);
    }

    #[test]
    fn hot_tables_only() {
        let sql = |table| format!(r#"ALTER TABLE "{table}" ALTER a SET NOT NULL;"#);
        assert_eq!(found("adding-not-nullable-field", &sql("LiteLLM_SpendLogs")).len(), 1);
        assert_eq!(found("adding-not-nullable-field", &sql("LiteLLM_TeamTable")), [""; 0]);
    }
}
