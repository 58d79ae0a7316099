//! For any text, the lint ends, and every finding lies within the text.

use std::collections::BTreeSet;

use migration_lint::{LintContext, LintFinding, Script, lint, render};

const SCRIPT: &str = r#"-- xtask: allow(table-name) because of the test
SET LOCAL lock_timeout = '10s'; BEGIN;
CREATE TABLE "LiteLLM_Ä" (a TEXT, b public.e DEFAULT E'\'\u00e9', CONSTRAINT c FOREIGN KEY (a) REFERENCES t(a));
DO $body$
DECLARE x TEXT := 'é';
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'ä') THEN -- xtask: allow(x
        ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN ü TEXT NOT NULL, ALTER COLUMN b SET DATA TYPE INT USING b::int;
    ELSE
        EXECUTE format('CREATE INDEX %I ON "LiteLLM_TeamTable" (é) WHERE a = %L AND b = ''ß''', 'ö' || x, x);
        EXECUTE 'DROP TABLE "' || x || E'ö\'' || U&'\00e4' || (x);
    END IF;
END $body$;
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE ''TRUNCATE "ö"''; END';
"#;

#[test]
fn a_truncated_file() {
    for (offset, _) in SCRIPT.char_indices().step_by(2) {
        assert_findings_within(&SCRIPT[..offset]);
        assert_findings_within(&SCRIPT[offset..]);
    }
}

#[test]
fn a_file_with_a_gap() {
    let offsets: Vec<_> = SCRIPT.char_indices().map(|(offset, _)| offset).collect();
    for window in offsets.windows(4).step_by(3) {
        assert_findings_within(&format!("{}{}", &SCRIPT[..window[0]], &SCRIPT[window[3]..]));
    }
}

#[test]
fn a_file_with_windows_line_breaks() {
    assert_findings_within(&SCRIPT.replace('\n', "\r\n"));
}

fn assert_findings_within(sql: &str) {
    let tables = BTreeSet::from(["LiteLLM_TeamTable".to_owned()]);
    let context = LintContext { existing_tables: &tables, hot_tables: &tables, prefix: "LiteLLM_" };
    let findings = lint(&Script { name: "migration.sql", sql }, &context);
    for LintFinding { start, end, line, column, .. } in &findings {
        assert!(start <= end && sql.get(*start..*end).is_some(), "{sql}\n{findings:#?}");
        let before = &sql[..*start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        assert_eq!((*line, *column), (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1));
    }
    let _ = render(&findings, sql, true);
}
