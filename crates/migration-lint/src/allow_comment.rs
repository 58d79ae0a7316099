//! Comments that accept findings.

use rowan::NodeOrToken;
use squawk_syntax::SyntaxKind;

use crate::{
    finding::{FileFindings, LintFinding},
    migration::ParsedMigration,
    rule::{Rule, Severity},
    rules, squawk,
    tree::{SourceSpan, TreeKind},
};

/// The rule for the comments themselves.
pub(crate) static RULE: Rule = Rule {
    name: "allow-comment",
    severity: Severity::Error,
    summary: "In an allow comment, name a rule with a finding at this line, and give the reason.",
    why: "\
A comment on the line above a statement, or at the end of one of its lines, accepts findings. Without a reason, later readers
cannot tell whether the exception still holds. A comment may accept nothing, because the name is misspelled or the statement has
changed. It could later hide a finding that was never reviewed.

Separate several rules with commas. A comment above a DO block also covers the statements inside it. Comments for squawk
(`squawk-ignore`) have no effect, because they carry no reason.",
    bad: "-- xtask: allow(blocking-index)\nSELECT 1;",
    good: &[r#"SET LOCAL lock_timeout = '10s';
-- xtask: allow(blocking-index) because the table has one row for each team, and a few hundred at most
CREATE INDEX IF NOT EXISTS "LiteLLM_TeamTable_alias_idx" ON "LiteLLM_TeamTable"("alias");"#],
};

const MARK: &str = "xtask:";
const FORM: &str = "Write: -- xtask: allow(RULE) because REASON";

/// A comment that accepts findings.
struct AllowComment {
    span: SourceSpan,
    line: CoveredLine,
    /// The rules whose findings it accepts.
    rules: Vec<&'static str>,
}

/// The line that a comment covers, from 1.
enum CoveredLine {
    /// The comment's own line, which is a line of a statement.
    Own(usize),
    /// The first line below that is not a comment.
    Below(usize),
}

/// Removes the accepted findings, and adds the findings about the comments themselves.
pub(crate) fn apply(migration: &ParsedMigration<'_>, mut file: FileFindings<'_>) -> Vec<LintFinding> {
    let sql = file.script.sql;
    let mut allows = Vec::new();
    for (span, comment) in comments(migration) {
        match parse(&comment) {
            None => {}
            Some(Ok(rules)) => allows.push(AllowComment { line: covered_line(sql, &span), span, rules }),
            Some(Err((message, help))) => file.reporter(&RULE).report(span, message, help),
        }
    }
    let mut used = Vec::new();
    let mut findings = std::mem::take(&mut file.findings);
    findings.retain(|finding| {
        let used_before = used.len();
        for (index, allow) in allows.iter().enumerate() {
            if allow.rules.contains(&finding.rule) && covers(allow, finding, sql) {
                used.push((index, finding.rule));
            }
        }
        used.len() == used_before
    });
    for (index, allow) in allows.iter().enumerate() {
        for rule in allow.rules.iter().filter(|rule| !used.contains(&(index, **rule))) {
            file.reporter(&RULE).report(
                allow.span.clone(),
                format!("The rule {rule} finds nothing here."),
                "Remove the comment, or move it directly above the statement that it covers.",
            );
        }
    }
    file.findings.extend(findings);
    file.findings
}

/// The comments of a migration without their delimiters.
fn comments(migration: &ParsedMigration<'_>) -> Vec<(SourceSpan, String)> {
    if !migration.contains(MARK) && !migration.contains("squawk-") {
        return Vec::new();
    }
    let trees = migration.file.trees.iter().filter(|tree| tree.kind != TreeKind::Executed);
    let mut comments = Vec::new();
    for tree in trees {
        for token in tree.root.descendants_with_tokens().filter_map(NodeOrToken::into_token) {
            if token.kind() == SyntaxKind::COMMENT {
                let span = SourceSpan { bytes: tree.origin.bytes(token.text_range()), statements: Vec::new() };
                let text = token.text().trim_start_matches(['-', '/', '*']).trim_end_matches(['/', '*']).trim();
                comments.push((span, text.to_owned()));
            }
        }
    }
    comments
}

/// The rules whose findings a comment accepts, or the message and the help for a malformed comment. `None` if the comment is
/// about something else.
fn parse(comment: &str) -> Option<Result<Vec<&'static str>, (String, &'static str)>> {
    let error = |message: &str| Some(Err((message.to_owned(), FORM)));
    if comment.starts_with("squawk-ignore") || comment.starts_with("squawk-disable") {
        return error("Comments for squawk have no effect here.");
    }
    let command = comment.strip_prefix(MARK)?.trim_start();
    let Some((names, reason)) = command.strip_prefix("allow(").and_then(|rest| rest.split_once(')')) else {
        return error("This comment has no effect.");
    };
    let reason = reason.trim_start().strip_prefix("because").unwrap_or_default();
    if !reason.contains(char::is_alphanumeric) {
        return error("This comment gives no reason.");
    }
    let rules = names.split(',').map(str::trim).map(|name| {
        rule_name(name).ok_or((format!("There is no rule {name}."), "List the rules: cargo xtask check --explain"))
    });
    Some(rules.collect())
}

/// The name of a rule whose findings can be accepted.
fn rule_name(name: &str) -> Option<&'static str> {
    let own = rules::RULES.iter().map(|(rule, _)| rule.name);
    own.chain(squawk::ENABLED.iter().map(|enabled| enabled.rule.name)).find(|known| *known == name)
}

fn covered_line(sql: &str, comment: &SourceSpan) -> CoveredLine {
    let own = line_number(sql, comment.bytes.start);
    let is_comment = |line: usize| {
        let text = sql.lines().nth(line - 1).unwrap_or_default().trim_start();
        text.starts_with("--") || text.starts_with("/*")
    };
    if !is_comment(own) {
        return CoveredLine::Own(own);
    }
    let mut below = line_number(sql, comment.bytes.end.saturating_sub(1)) + 1;
    while is_comment(below) {
        below += 1;
    }
    CoveredLine::Below(below)
}

fn covers(allow: &AllowComment, finding: &LintFinding, sql: &str) -> bool {
    let starts = || std::iter::once(finding.start).chain(finding.statements.iter().map(|statement| statement.start));
    match allow.line {
        CoveredLine::Below(line) => starts().any(|start| line_number(sql, start) == line),
        CoveredLine::Own(line) => {
            let innermost = finding.statements.first().cloned().unwrap_or(finding.start..finding.end);
            (line_number(sql, innermost.start)..=line_number(sql, innermost.end.saturating_sub(1))).contains(&line)
        }
    }
}

/// The line of a byte, which need not begin a character.
fn line_number(sql: &str, byte: usize) -> usize {
    sql_script::line_number(sql, sql.floor_char_boundary(byte))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::testing::{check, dedent, found, lint_sql};

    /// The rules that find something.
    fn rules_of(sql: &str) -> Vec<&'static str> {
        lint_sql(&dedent(sql)).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn malformed_and_unused_comments() {
        check(
            RULE.name,
            r"
            -- xtask: allow(table-name)
            -- xtask: allow(tabel-name) because I say so
            /* xtask: accept */
            -- squawk-ignore ban-drop-table
            -- xtask: allow(table-name) because of nothing
            SELECT 1;
            ",
            &expect![[r#"
                error[allow-comment]: This comment gives no reason.
                 --> migration.sql:1:1
                  |
                1 | -- xtask: allow(table-name)
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Write: -- xtask: allow(RULE) because REASON

                error[allow-comment]: There is no rule tabel-name.
                 --> migration.sql:2:1
                  |
                2 | -- xtask: allow(tabel-name) because I say so
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: List the rules: cargo xtask check --explain

                error[allow-comment]: This comment has no effect.
                 --> migration.sql:3:1
                  |
                3 | /* xtask: accept */
                  | ^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Write: -- xtask: allow(RULE) because REASON

                error[allow-comment]: Comments for squawk have no effect here.
                 --> migration.sql:4:1
                  |
                4 | -- squawk-ignore ban-drop-table
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Write: -- xtask: allow(RULE) because REASON

                error[allow-comment]: The rule table-name finds nothing here.
                 --> migration.sql:5:1
                  |
                5 | -- xtask: allow(table-name) because of nothing
                  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                  |
                  = help: Remove the comment, or move it directly above the statement that it covers.
            "#]],
        );
    }

    #[test]
    fn a_comment_above_inside_or_after_a_statement_accepts() {
        for sql in [
            r"
            -- xtask: allow(table-name) because the tables are not ours
            -- Old tables.
            DROP TABLE IF EXISTS a;
            ",
            "DROP TABLE IF EXISTS a; -- xtask: allow(table-name) because it is not ours",
            r"
            DROP TABLE IF EXISTS -- xtask: allow(table-name) because it is not ours
                a;
            ",
            r"
            DROP TABLE IF EXISTS
                -- xtask: allow(table-name) because it is not ours
                a;
            ",
            r"
            -- xtask: allow(table-name) because it is not ours
            DO $$ BEGIN
                DROP TABLE IF EXISTS a;
            END $$;
            ",
            r"
            DO $$ BEGIN
                -- xtask: allow(table-name) because it is not ours
                DROP TABLE IF EXISTS a;
            END $$;
            ",
            r"
            DO $$ BEGIN
                -- xtask: allow(table-name) because it is not ours
                EXECUTE 'DROP TABLE IF EXISTS a';
            END $$;
            ",
            r"
            -- xtask: allow(table-name, not-rerunnable) because it is not ours
            DROP TABLE a;
            ",
        ] {
            assert_eq!(rules_of(sql), [""; 0], "{sql}");
        }
    }

    #[test]
    fn a_comment_elsewhere_has_no_effect() {
        for sql in [
            r"
            -- xtask: allow(table-name) because it is not ours

            DROP TABLE IF EXISTS a;
            ",
            r"
            -- xtask: allow(table-name) because it is not ours
            SELECT 1;
            DROP TABLE IF EXISTS a;
            ",
            r"
            SELECT '-- xtask: allow(table-name) because it is not ours';
            DROP TABLE IF EXISTS a;
            ",
        ] {
            assert!(rules_of(sql).contains(&"table-name"), "{sql}");
        }
    }

    #[test]
    fn every_named_rule_must_find_something() {
        let sql = r"
            -- xtask: allow(table-name, blocking-index) because it is not ours
            DROP TABLE IF EXISTS a;
            ";
        assert_eq!(found(RULE.name, sql).len(), 1);
        assert_eq!(rules_of(sql), [RULE.name]);
    }
}
