//! The rule `unreadable-sql`.

use super::{ParsedMigration, Reporter, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    name: "unreadable-sql",
    severity: Severity::Warning,
    summary: "Write SQL that can be read without running it.",
    why: "\
Either the statement contains a mistake, or it is assembled from parts that are known only at run time. In the second case neither
a reviewer nor the other rules see its effect. The checks that run the migration show which case it is.

Write out the statement. To insert a name, use format with %I, and write the rest of the statement as one literal.",
    bad: "\
DO $$
DECLARE
    statement TEXT := 'TRUNCATE ' || current_schema();
BEGIN
    EXECUTE statement;
END $$;",
    good: &["\
DO $$
BEGIN
    EXECUTE format('COMMENT ON SCHEMA %I IS ''LiteLLM''', current_schema());
END $$;"],
};

pub(super) fn check(migration: &ParsedMigration<'_>, reporter: &mut Reporter<'_, '_>) {
    for (span, reason) in &migration.file.unreadable {
        reporter.report(
            span.clone(),
            format!("This SQL cannot be read: {reason}."),
            "Write out the statement so that it can be reviewed, or write above it: -- xtask: allow(unreadable-sql) because REASON",
        );
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::check;

    #[test]
    fn mistakes_and_assembled_statements() {
        check(
            RULE.name,
            r"
            ALTER TABL x;
            DO $$
            BEGIN
                IF THEN END IF;
                EXECUTE 'DROP TABLE a ' || b || c;
                EXECUTE d;
            END $$;
            ",
            &expect![[r#"
                warning[unreadable-sql]: This SQL cannot be read: the parser does not know this statement.
                 --> migration.sql:1:1
                  |
                1 | ALTER TABL x;
                  | ^^^^^
                  |
                  = help: Write out the statement so that it can be reviewed, or write above it: -- xtask: allow(unreadable-sql) because REASON

                warning[unreadable-sql]: This SQL cannot be read: the statement that it executes is built at run time.
                 --> migration.sql:5:5
                  |
                5 |     EXECUTE 'DROP TABLE a ' || b || c;
                  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Write out the statement so that it can be reviewed, or write above it: -- xtask: allow(unreadable-sql) because REASON

                warning[unreadable-sql]: This SQL cannot be read: the statement that it executes is built at run time.
                 --> migration.sql:6:5
                  |
                6 |     EXECUTE d;
                  |     ^^^^^^^^^^
                  |
                  = help: Write out the statement so that it can be reviewed, or write above it: -- xtask: allow(unreadable-sql) because REASON
            "#]],
        );
    }
}
