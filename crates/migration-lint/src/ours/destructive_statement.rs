use squawk_syntax::ast::{self, AstNode};

use super::Ours;
use crate::{
    Rule, Severity,
    finding::Report,
    migration::{Migration, Statement},
    tables,
};

pub(super) const RULE: Ours = Ours {
    rule: Rule {
        name: "destructive-statement",
        severity: Severity::Error,
        summary: "No statement loses data that nobody decided to lose.",
        why: "\
A branch that is behind its base makes a migration that drops what others have added meanwhile: that is how columns were lost
(LiteLLM issues 24013, 24029, 24078). And a field that gets another name is, to a diff, a dropped column and a new, empty one.

`cargo xtask migrate` refuses both without `--allow-destructive`, and `--rename TABLE.OLD=NEW` renames. Where the data is meant
to go, say why. A change of type counts, unless the new type is one that others are usually widened to: TEXT, VARCHAR, BIGINT,
NUMERIC, DOUBLE PRECISION, JSONB, each without a length. What the same migration has created can be dropped freely.",
        bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" DROP COLUMN IF EXISTS "alias";"#,
        good: &[r#"SET LOCAL lock_timeout = '10s';
-- xtask: allow(destructive-statement) because nothing has read the column since 1.80, and its values are in "name"
ALTER TABLE "LiteLLM_TeamTable" DROP COLUMN IF EXISTS "alias";"#],
    },
    check,
};

fn check(migration: &Migration<'_>, report: &mut Report<'_, '_>) {
    for statement in migration.run_statements() {
        for loss in losses(migration, statement) {
            report.push(
                migration.place(statement, &loss.node),
                loss.message,
                "if it is a rename, use `cargo xtask migrate --rename`; if the data is meant to go, put above it: \
                 -- xtask: allow(destructive-statement) because REASON",
            );
        }
    }
}

struct Loss {
    node: squawk_syntax::SyntaxNode,
    message: String,
}

fn losses(migration: &Migration<'_>, statement: &Statement) -> Vec<Loss> {
    let whole = |message: String| vec![Loss { node: statement.ast.syntax().clone(), message }];
    match &statement.ast {
        ast::Stmt::AlterTable(alter) => altered(migration, alter),
        ast::Stmt::DropTable(_) | ast::Stmt::Truncate(_) | ast::Stmt::Delete(_) => {
            let names = statement.locked.iter().map(|table| table.name.as_str());
            let names: Vec<_> = names.filter(|table| migration.is_existing(table)).collect();
            let rows = if matches!(statement.ast, ast::Stmt::Delete(_)) { "Rows" } else { "All rows" };
            if names.is_empty() { Vec::new() } else { whole(format!("{rows} of {} will be lost.", names.join(", "))) }
        }
        ast::Stmt::DropSchema(_) => whole("Everything in this schema will be lost.".to_owned()),
        ast::Stmt::DropType(drop) if matches!(drop.drop_behavior(), Some(ast::DropBehavior::Cascade(_))) => {
            whole("With CASCADE, the columns of this type will be lost.".to_owned())
        }
        _ => Vec::new(),
    }
}

fn altered(migration: &Migration<'_>, alter: &ast::AlterTable) -> Vec<Loss> {
    let Some(table) = tables::altered(alter).map(|table| table.name) else { return Vec::new() };
    if !migration.is_existing(&table) {
        return Vec::new();
    }
    let loss = |action: ast::AlterTableAction| match &action {
        ast::AlterTableAction::DropColumn(drop) => {
            let column = drop.column_name_ref()?.syntax().text().to_string();
            Some(Loss {
                node: drop.syntax().clone(),
                message: format!("All values of {column} in {table} will be lost."),
            })
        }
        ast::AlterTableAction::AlterColumn(column) => {
            let ast::AlterColumnOption::SetType(set) = column.option()? else { return None };
            let ty = set.ty()?.syntax().text().to_string();
            let column = column.column_name_ref()?.syntax().text().to_string();
            let message =
                format!("Values of {column} in {table} that are no {ty} will be lost, or stop the migration.");
            (!is_wide(&ty)).then(|| Loss { node: set.syntax().clone(), message })
        }
        _ => None,
    };
    alter.actions().filter_map(loss).collect()
}

/// Whether a type has room for what other types are likely to hold.
fn is_wide(ty: &str) -> bool {
    let words: Vec<_> = ty.split_whitespace().map(str::to_lowercase).collect();
    matches!(
        words.join(" ").as_str(),
        "text"
            | "varchar"
            | "character varying"
            | "bigint"
            | "int8"
            | "numeric"
            | "decimal"
            | "double precision"
            | "float8"
            | "jsonb"
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check, found};

    const NAME: &str = super::RULE.rule.name;

    #[test]
    fn each_column_and_each_table() {
        check(
            NAME,
            "ALTER TABLE \"LiteLLM_TeamTable\" DROP a, ALTER b TYPE VARCHAR(20), ALTER c TYPE TEXT, DROP COLUMN IF EXISTS \"d\";\n\
             DROP TABLE \"LiteLLM_New\", \"LiteLLM_UserTable\" CASCADE;\n\
             DELETE FROM \"LiteLLM_TeamTable\" WHERE a IS NULL;\n",
            &expect![[r#"
                error[destructive-statement]: All values of a in LiteLLM_TeamTable will be lost.
                 --> migration.sql:1:33
                  |
                1 | ALTER TABLE "LiteLLM_TeamTable" DROP a, ALTER b TYPE VARCHAR(20), ALTER c TYPE TEXT, DROP COLUMN IF EXISTS "d";
                  |                                 ^^^^^^
                  |
                  = help: if it is a rename, use `cargo xtask migrate --rename`; if the data is meant to go, put above it: -- xtask: allow(destructive-statement) because REASON

                error[destructive-statement]: Values of b in LiteLLM_TeamTable that are no VARCHAR(20) will be lost, or stop the migration.
                 --> migration.sql:1:49
                  |
                1 | ALTER TABLE "LiteLLM_TeamTable" DROP a, ALTER b TYPE VARCHAR(20), ALTER c TYPE TEXT, DROP COLUMN IF EXISTS "d";
                  |                                                 ^^^^^^^^^^^^^^^^
                  |
                  = help: if it is a rename, use `cargo xtask migrate --rename`; if the data is meant to go, put above it: -- xtask: allow(destructive-statement) because REASON

                error[destructive-statement]: All values of "d" in LiteLLM_TeamTable will be lost.
                 --> migration.sql:1:86
                  |
                1 | ALTER TABLE "LiteLLM_TeamTable" DROP a, ALTER b TYPE VARCHAR(20), ALTER c TYPE TEXT, DROP COLUMN IF EXISTS "d";
                  |                                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: if it is a rename, use `cargo xtask migrate --rename`; if the data is meant to go, put above it: -- xtask: allow(destructive-statement) because REASON

                error[destructive-statement]: All rows of LiteLLM_UserTable will be lost.
                 --> migration.sql:2:1
                  |
                2 | DROP TABLE "LiteLLM_New", "LiteLLM_UserTable" CASCADE;
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: if it is a rename, use `cargo xtask migrate --rename`; if the data is meant to go, put above it: -- xtask: allow(destructive-statement) because REASON

                error[destructive-statement]: Rows of LiteLLM_TeamTable will be lost.
                 --> migration.sql:3:1
                  |
                3 | DELETE FROM "LiteLLM_TeamTable" WHERE a IS NULL;
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: if it is a rename, use `cargo xtask migrate --rename`; if the data is meant to go, put above it: -- xtask: allow(destructive-statement) because REASON
            "#]],
        );
    }

    #[test]
    fn in_a_block_and_a_text() {
        let sql =
            "DO $$ BEGIN\n  IF true THEN TRUNCATE \"LiteLLM_TeamTable\"; END IF;\n  EXECUTE 'DROP SCHEMA s';\nEND $$;";
        assert_eq!(found(NAME, sql), [r#"2:16 TRUNCATE "LiteLLM_TeamTable""#, "3:12 DROP SCHEMA s"]);
    }

    #[test]
    fn what_was_made_here_and_what_a_function_does_later() {
        assert!(found(NAME, r#"CREATE TABLE "LiteLLM_New" (a INT); DROP TABLE "LiteLLM_New";"#).is_empty());
        let sql =
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM \"LiteLLM_TeamTable\"; END $$;";
        assert!(found(NAME, sql).is_empty());
    }
}
