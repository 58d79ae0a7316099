use super::Ours;
use crate::{Rule, Severity, finding::Report, migration::Migration};

pub(super) const RULE: Ours = Ours {
    rule: Rule {
        name: "unreadable-sql",
        severity: Severity::Warning,
        summary: "Each statement can be read without running it.",
        why: "\
Either there is a mistake in the statement, or it is made of parts that are known only while it runs, and then neither a
reviewer nor the other rules see what it does. The checks that run the migration tell which.

Write the statement out. If a name must be put in, use format with %I and the rest of the statement as one text.",
        bad: "DO $$\nDECLARE\n    statement TEXT := 'TRUNCATE ' || current_schema();\nBEGIN\n    EXECUTE statement;\nEND $$;",
        good: &["DO $$\nBEGIN\n    EXECUTE format('COMMENT ON SCHEMA %I IS ''LiteLLM''', current_schema());\nEND $$;"],
    },
    check,
};

fn check(migration: &Migration<'_>, report: &mut Report<'_, '_>) {
    for (place, why) in &migration.unread {
        report.push(
            place.clone(),
            format!("This could not be read: {why}."),
            "write the statement out, so that it can be reviewed; or put above it: -- xtask: allow(unreadable-sql) because REASON",
        );
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn mistakes_and_texts_put_together() {
        check(
            super::RULE.rule.name,
            "ALTER TABL x;\nDO $$\nBEGIN\n    IF THEN END IF;\n    EXECUTE 'DROP TABLE a ' || b || c;\n    EXECUTE d;\nEND $$;\n",
            &expect![[r#"
                warning[unreadable-sql]: This could not be read: no statement that is known here reads like this.
                 --> migration.sql:1:1
                  |
                1 | ALTER TABL x;
                  | ^^^^^
                  |
                  = help: write the statement out, so that it can be reviewed; or put above it: -- xtask: allow(unreadable-sql) because REASON

                warning[unreadable-sql]: This could not be read: what it executes is put together while it runs.
                 --> migration.sql:5:5
                  |
                5 |     EXECUTE 'DROP TABLE a ' || b || c;
                  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: write the statement out, so that it can be reviewed; or put above it: -- xtask: allow(unreadable-sql) because REASON

                warning[unreadable-sql]: This could not be read: what it executes is put together while it runs.
                 --> migration.sql:6:5
                  |
                6 |     EXECUTE d;
                  |     ^^^^^^^^^^
                  |
                  = help: write the statement out, so that it can be reviewed; or put above it: -- xtask: allow(unreadable-sql) because REASON
            "#]],
        );
    }
}
