//! The rules of squawk: those that fit, those that do not, and why.

mod chosen;
mod left;

pub(crate) use chosen::CHOSEN;
pub(crate) use left::LEFT;

use std::{fmt::Write as _, ops::Range};

use rowan::{TextRange, TextSize};
use squawk_linter::{Linter, Violation};
use squawk_syntax::{
    SourceFile,
    ast::{self, AstNode},
};

use crate::{
    Rule,
    finding::Findings,
    migration::{Migration, Place, Statement},
    tables,
};

/// A rule of squawk that fits.
pub(crate) struct Chosen {
    /// What we say about it.
    pub(crate) rule: Rule,
    pub(crate) squawk: squawk_linter::Rule,
    pub(crate) tables: Tables,
}

/// Which tables a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tables {
    /// All of them, or it is not about tables.
    All,
    /// Those in use.
    Existing,
    /// Those too large to be read or rewritten while others wait. On others that takes no longer than a lock.
    Hot,
}

/// What there is to say about a rule of squawk that fits; `None` if it is one of ours.
pub(crate) fn chosen(rule: &Rule) -> Option<&'static Chosen> {
    CHOSEN.iter().find(|chosen| chosen.rule.name == rule.name)
}

/// Which of squawk's rules are taken, for which tables, and which are left and why, as Markdown.
pub(crate) fn overview() -> String {
    let mut page = String::from(
        "\n## The rules of squawk\n\nThese are taken from squawk. They are given each statement, those in DO blocks as well.\n\n\
         | rule | tables | what it asks for |\n|---|---|---|\n",
    );
    for Chosen { rule: Rule { name, summary, .. }, tables, .. } in CHOSEN {
        let tables = match tables {
            Tables::All => "all",
            Tables::Existing => "in use",
            Tables::Hot => "hot",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| [{name}]({name}.md) | {tables} | {summary} |");
    }
    page.push_str("\nThese are left.\n\n| rules | why |\n|---|---|\n");
    for (why, rules) in LEFT {
        let names: Vec<_> = rules.iter().map(ToString::to_string).collect();
        let _ = writeln!(page, "| {} | {why} |", names.join(", "));
    }
    page
}

/// The bytes that PostgreSQL has for a name and the zero at its end.
const NAMEDATALEN: usize = 64;

/// Runs the rules that fit.
pub(crate) fn check(migration: &Migration<'_>, findings: &mut Findings<'_>) {
    let text = Text::of(migration);
    if text.statements.is_empty() {
        return;
    }
    let mut linter = Linter::from(CHOSEN.iter().map(|chosen| chosen.squawk).collect::<Vec<_>>());
    // PostgreSQL runs the statements of a file as one transaction.
    linter.settings.assume_in_transaction = true;
    let violations = linter.lint(&SourceFile::parse(&text.sql), &text.sql);
    for violation in &violations {
        let Some(chosen) = CHOSEN.iter().find(|chosen| chosen.squawk == violation.code) else { continue };
        let Some((statement, range)) = text.find(violation.text_range) else { continue };
        if is_about(chosen.tables, migration, statement) && !is_said(violation, &violations) {
            let tree = migration.tree(statement);
            let Place { statements, .. } = migration.whole(statement);
            let place = Place { span: tree.origin.span(range), statements };
            let help = violation.help.as_deref().unwrap_or(chosen.rule.summary);
            findings.report(&chosen.rule).push(place, violation.message.clone(), help);
        }
    }
}

/// The statements that a migration runs, one after the other, whether they stand in the file or in a literal.
struct Text<'a> {
    sql: String,
    statements: Vec<(Range<usize>, &'a Statement)>,
}

impl<'a> Text<'a> {
    fn of(migration: &'a Migration<'_>) -> Self {
        let mut text = Self { sql: String::new(), statements: Vec::new() };
        for statement in migration.run_statements().filter(|statement| may_matter(statement)) {
            let start = text.sql.len();
            text.sql.push_str(&statement.ast.syntax().text().to_string());
            text.statements.push((start..text.sql.len(), statement));
            text.sql.push_str(";\n");
        }
        text
    }

    /// The statement that a part of the text is in, and where it is in the statement's tree.
    fn find(&self, range: TextRange) -> Option<(&'a Statement, TextRange)> {
        let range = Range::<usize>::from(range);
        let (own, statement) = self.statements.iter().find(|(own, _)| own.contains(&range.start))?;
        let start = statement.ast.syntax().text_range().start();
        let at = |at: usize| Some(start + TextSize::try_from(at.min(own.end) - own.start).ok()?);
        Some((statement, TextRange::new(at(range.start)?, at(range.end)?)))
    }
}

/// Whether one of the rules may find something in a statement. What new tables and indexes are is none of their business,
/// except how long their names are, and these are most of a migration's text.
fn may_matter(statement: &Statement) -> bool {
    match &statement.ast {
        ast::Stmt::Do(_) => false,
        ast::Stmt::CreateTable(_) | ast::Stmt::CreateIndex(_) => {
            let has_long_name = |text: String| text.split('"').skip(1).step_by(2).any(|name| name.len() >= NAMEDATALEN);
            has_long_name(statement.ast.syntax().text().to_string())
        }
        _ => true,
    }
}

fn is_about(wanted: Tables, migration: &Migration<'_>, statement: &Statement) -> bool {
    let ast::Stmt::AlterTable(alter) = &statement.ast else { return wanted == Tables::All };
    let table = tables::altered(alter).map(|table| table.name).unwrap_or_default();
    match wanted {
        Tables::All => true,
        Tables::Existing => migration.is_existing(&table),
        Tables::Hot => migration.is_existing(&table) && migration.is_hot(&table),
    }
}

/// Whether another rule of squawk has more to say about the same constraint.
fn is_said(violation: &Violation, all: &[Violation]) -> bool {
    use squawk_linter::Rule::{
        AddingForeignKeyConstraint, AddingSerialPrimaryKeyField, ConstraintMissingNotValid, DisallowedUniqueConstraint,
    };
    let is_special = |other: &&Violation| {
        matches!(other.code, AddingForeignKeyConstraint | AddingSerialPrimaryKeyField | DisallowedUniqueConstraint)
    };
    violation.code == ConstraintMissingNotValid
        && all.iter().filter(is_special).any(|other| violation.text_range.contains_range(other.text_range))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::testing::{check, found};

    #[test]
    fn each_rule_is_chosen_or_left() {
        for rule in enum_iterator::all::<squawk_linter::Rule>() {
            let chosen = CHOSEN.iter().filter(|chosen| chosen.squawk == rule).count();
            let left = LEFT.iter().flat_map(|(_, rules)| *rules).filter(|left| **left == rule).count();
            assert_eq!(chosen + left, 1, "{rule}");
        }
    }

    #[test]
    fn the_names_are_those_of_squawk() {
        for chosen in CHOSEN {
            assert_eq!(chosen.rule.name, chosen.squawk.to_string());
        }
    }

    #[test]
    fn a_statement_in_an_executed_text() {
        check(
            "adding-foreign-key-constraint",
            "DO $$\nBEGIN\n    EXECUTE 'ALTER TABLE \"LiteLLM_TeamTable\" ADD COLUMN b TEXT DEFAULT ''é'',\n        ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES \"LiteLLM_UserTable\"(a)';\nEND $$;\n",
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
    fn one_finding_for_a_constraint() {
        let sql = r#"ALTER TABLE "LiteLLM_TeamTable" ADD CONSTRAINT c UNIQUE (a), ADD CONSTRAINT d CHECK (a > 0);"#;
        assert_eq!(found("disallowed-unique-constraint", sql), ["1:37 CONSTRAINT c UNIQUE (a)"]);
        assert_eq!(found("constraint-missing-not-valid", sql).len(), 1);
    }

    #[test]
    fn hot_tables_only() {
        let sql = |table| format!("ALTER TABLE \"{table}\" ALTER a SET NOT NULL;");
        assert_eq!(found("adding-not-nullable-field", &sql("LiteLLM_SpendLogs")).len(), 1);
        assert_eq!(found("adding-not-nullable-field", &sql("LiteLLM_TeamTable")), [""; 0]);
    }
}
