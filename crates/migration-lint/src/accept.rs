//! Findings that somebody means, accepted by a comment where they are.

use rowan::NodeOrToken;
use squawk_syntax::SyntaxKind;

use crate::{
    Finding, Rule, Severity,
    finding::Findings,
    migration::{Migration, Place, TreeKind},
    rules,
};

/// What is asked of the comments themselves.
pub(crate) static RULE: Rule = Rule {
    name: "allow-comment",
    severity: Severity::Error,
    summary: "A comment that accepts a finding names a rule that finds something there, and says why.",
    why: "\
A finding is accepted by a comment on the line above the statement, or at the end of one of its lines. Without a reason nobody
can tell later whether it still holds. And a comment that has nothing to accept, since the name is misspelt or the statement has
changed, would one day hide something that nobody has looked at.

Several rules are named with commas between them. What a block contains can be accepted above the block. Comments for squawk
(`squawk-ignore`) have no effect here, since they carry no reason.",
    bad: "-- xtask: allow(blocking-index)\nSELECT 1;",
    good: &[r#"SET LOCAL lock_timeout = '10s';
-- xtask: allow(blocking-index) because the table has one row for each team, and a few hundred at most
CREATE INDEX IF NOT EXISTS "LiteLLM_TeamTable_alias_idx" ON "LiteLLM_TeamTable"("alias");"#],
};

const MARK: &str = "xtask:";
const FORM: &str = "write -- xtask: allow(RULE) because REASON";

/// A comment that accepts findings.
struct Allow {
    /// Where the comment is.
    place: Place,
    /// The line that it is about, from 0.
    line: Line,
    /// The rules that it names.
    rules: Vec<&'static str>,
}

enum Line {
    /// Its own: it stands at the end of a line of a statement.
    Own(usize),
    /// The one below it.
    Below(usize),
}

/// Takes out what is accepted, and adds what is wrong with the comments.
pub(crate) fn apply(migration: &Migration<'_>, mut findings: Findings<'_>) -> Vec<Finding> {
    let mut allows = Vec::new();
    for (place, comment) in comments(migration) {
        match parse(&comment) {
            None => {}
            Some(Ok(rules)) => allows.push(Allow { line: line(&findings, &place), place, rules }),
            Some(Err(Mistake { message, help })) => findings.report(&RULE).push(place, message, help),
        }
    }
    let mut used = Vec::new();
    let found = std::mem::take(&mut findings.found);
    let standing = found.into_iter().filter(|finding| {
        let mut is_accepted = false;
        for (at, allow) in allows.iter().enumerate() {
            if allow.rules.contains(&finding.rule) && covers(allow, finding, &findings) {
                used.push((at, finding.rule));
                is_accepted = true;
            }
        }
        !is_accepted
    });
    let standing: Vec<_> = standing.collect();
    for (at, allow) in allows.iter().enumerate() {
        for rule in allow.rules.iter().filter(|rule| !used.contains(&(at, **rule))) {
            findings.report(&RULE).push(
                allow.place.clone(),
                format!("There is nothing here that {rule} would find."),
                "remove the comment, or put it right above the statement that it is about",
            );
        }
    }
    findings.found.extend(standing);
    findings.found
}

/// The comments that the migration has, without their dashes.
fn comments(migration: &Migration<'_>) -> Vec<(Place, String)> {
    if !migration.mentions(MARK) && !migration.mentions("squawk-") {
        return Vec::new();
    }
    let trees = migration.trees.iter().filter(|tree| tree.kind != TreeKind::Executed);
    let mut comments = Vec::new();
    for tree in trees {
        for token in tree.root.descendants_with_tokens().filter_map(NodeOrToken::into_token) {
            if token.kind() == SyntaxKind::COMMENT {
                let place = Place { span: tree.origin.span(token.text_range()), statements: Vec::new() };
                let text = token.text().trim_start_matches(['-', '/', '*']).trim_end_matches(['/', '*']).trim();
                comments.push((place, text.to_owned()));
            }
        }
    }
    comments
}

struct Mistake {
    message: String,
    help: String,
}

/// The rules that a comment accepts; `None` if it is about something else.
fn parse(comment: &str) -> Option<Result<Vec<&'static str>, Mistake>> {
    let mistake = |message: &str, help: &str| Some(Err(Mistake { message: message.to_owned(), help: help.to_owned() }));
    if comment.starts_with("squawk-ignore") || comment.starts_with("squawk-disable") {
        return mistake("Comments for squawk have no effect here.", FORM);
    }
    let wish = comment.strip_prefix(MARK)?.trim_start();
    let Some((names, reason)) = wish.strip_prefix("allow(").and_then(|rest| rest.split_once(')')) else {
        return mistake("This comment has no effect.", FORM);
    };
    let reason = reason.trim_start().strip_prefix("because").unwrap_or_default();
    if !reason.contains(char::is_alphanumeric) {
        return mistake("This comment does not say why.", FORM);
    }
    let mut allowed = Vec::new();
    for name in names.split(',').map(str::trim) {
        match rules().find(|rule| rule.name == name && name != RULE.name) {
            Some(rule) => allowed.push(rule.name),
            None => {
                let known: Vec<_> = rules().map(|rule| rule.name).filter(|known| *known != RULE.name).collect();
                let help = format!("the rules are {}", known.join(", "));
                return mistake(&format!("There is no rule {name} to allow."), &help);
            }
        }
    }
    Some(Ok(allowed))
}

fn line(findings: &Findings<'_>, comment: &Place) -> Line {
    let own = findings.line(comment.span.start);
    let is_alone = |line: &str| line.trim_start().starts_with("--") || line.trim_start().starts_with("/*");
    if !findings.text_of_line(own).is_some_and(is_alone) {
        return Line::Own(own);
    }
    let mut below = findings.line(comment.span.end.saturating_sub(1)) + 1;
    while findings.text_of_line(below).is_some_and(is_alone) {
        below += 1;
    }
    Line::Below(below)
}

fn covers(allow: &Allow, finding: &Finding, findings: &Findings<'_>) -> bool {
    let starts = || std::iter::once(finding.start).chain(finding.statements.iter().map(|statement| statement.start));
    match allow.line {
        Line::Below(line) => starts().any(|start| findings.line(start) == line),
        Line::Own(line) => {
            let innermost = finding.statements.first().cloned().unwrap_or(finding.start..finding.end);
            (findings.line(innermost.start)..=findings.line(innermost.end.saturating_sub(1))).contains(&line)
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, found, lint_sql};

    /// The rules that find something.
    fn rules_of(sql: &str) -> Vec<&'static str> {
        lint_sql(sql).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn what_can_be_wrong_with_a_comment() {
        check(
            RULE.name,
            "-- xtask: allow(table-name)\n-- xtask: allow(tabel-name) because I say so\n/* xtask: accept */\n-- squawk-ignore ban-drop-table\n-- xtask: allow(table-name) because of nothing\nSELECT 1;\n",
            &expect![[r#"
                error[allow-comment]: This comment does not say why.
                 --> migration.sql:1:1
                  |
                1 | -- xtask: allow(table-name)
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: write -- xtask: allow(RULE) because REASON

                error[allow-comment]: There is no rule tabel-name to allow.
                 --> migration.sql:2:1
                  |
                2 | -- xtask: allow(tabel-name) because I say so
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: the rules are blocking-index, concurrently-not-alone, destructive-statement, guard-by-name-alone, hard-coded-public, index-on-hot-table, missing-lock-timeout, not-rerunnable, required-column-without-default, table-name, unreadable-sql, adding-field-with-default, adding-foreign-key-constraint, adding-not-nullable-field, adding-serial-primary-key-field, ban-alter-database-options, ban-alter-role-options, ban-alter-system-options, ban-drop-database, ban-drop-extension, ban-set-schema, changing-column-type, constraint-missing-not-valid, disallowed-unique-constraint, identifier-too-long, require-concurrent-reindex, transaction-nesting

                error[allow-comment]: This comment has no effect.
                 --> migration.sql:3:1
                  |
                3 | /* xtask: accept */
                  | ^^^^^^^^^^^^^^^^^^^
                  |
                  = help: write -- xtask: allow(RULE) because REASON

                error[allow-comment]: Comments for squawk have no effect here.
                 --> migration.sql:4:1
                  |
                4 | -- squawk-ignore ban-drop-table
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: write -- xtask: allow(RULE) because REASON

                error[allow-comment]: There is nothing here that table-name would find.
                 --> migration.sql:5:1
                  |
                5 | -- xtask: allow(table-name) because of nothing
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: remove the comment, or put it right above the statement that it is about
            "#]],
        );
    }

    #[test]
    fn above_the_statement_at_its_end_and_among_its_lines() {
        for sql in [
            "-- xtask: allow(table-name) because they are not ours\n-- Old tables.\nDROP TABLE IF EXISTS a;",
            "DROP TABLE IF EXISTS a; -- xtask: allow(table-name) because it is not ours",
            "DROP TABLE IF EXISTS -- xtask: allow(table-name) because it is not ours\n    a;",
            "DROP TABLE IF EXISTS\n    -- xtask: allow(table-name) because it is not ours\n    a;",
            "-- xtask: allow(table-name) because it is not ours\nDO $$ BEGIN\n    DROP TABLE IF EXISTS a;\nEND $$;",
            "DO $$ BEGIN\n    -- xtask: allow(table-name) because it is not ours\n    DROP TABLE IF EXISTS a;\nEND $$;",
            "DO $$ BEGIN\n    -- xtask: allow(table-name) because it is not ours\n    EXECUTE 'DROP TABLE IF EXISTS a';\nEND $$;",
            "-- xtask: allow(table-name, not-rerunnable) because it is not ours\nDROP TABLE a;",
        ] {
            assert_eq!(rules_of(sql), [""; 0], "{sql}");
        }
    }

    #[test]
    fn elsewhere_it_has_no_effect() {
        for sql in [
            "-- xtask: allow(table-name) because it is not ours\n\nDROP TABLE IF EXISTS a;",
            "-- xtask: allow(table-name) because it is not ours\nSELECT 1;\nDROP TABLE IF EXISTS a;",
            "SELECT '-- xtask: allow(table-name) because it is not ours';\nDROP TABLE IF EXISTS a;",
        ] {
            assert!(rules_of(sql).contains(&"table-name"), "{sql}");
        }
    }

    #[test]
    fn each_rule_that_it_names_must_find_something() {
        let sql = "-- xtask: allow(table-name, blocking-index) because it is not ours\nDROP TABLE IF EXISTS a;";
        assert_eq!(found(RULE.name, sql).len(), 1);
        assert_eq!(rules_of(sql), [RULE.name]);
    }
}
