//! Whatever a file holds, looking at it ends, and every place that is found is in the file.

use std::collections::BTreeSet;

use migration_lint::{Context, Finding, Script, lint, render};

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
fn a_file_that_breaks_off() {
    for (at, _) in SCRIPT.char_indices().step_by(2) {
        all_findings_are_in(&SCRIPT[..at]);
        all_findings_are_in(&SCRIPT[at..]);
    }
}

#[test]
fn a_file_that_lacks_a_part() {
    let places: Vec<_> = SCRIPT.char_indices().map(|(at, _)| at).collect();
    for window in places.windows(4).step_by(3) {
        all_findings_are_in(&format!("{}{}", &SCRIPT[..window[0]], &SCRIPT[window[3]..]));
    }
}

#[test]
fn a_file_with_line_breaks_of_windows() {
    all_findings_are_in(&SCRIPT.replace('\n', "\r\n"));
}

fn all_findings_are_in(sql: &str) {
    let tables = BTreeSet::from(["LiteLLM_TeamTable".to_owned()]);
    let context = Context { existing_tables: &tables, hot_tables: &tables, prefix: "LiteLLM_" };
    let findings = lint(&Script { path: "migration.sql", sql }, &context);
    for Finding { start, end, line, column, .. } in &findings {
        assert!(start <= end && sql.get(*start..*end).is_some(), "{sql}\n{findings:#?}");
        let before = &sql[..*start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        assert_eq!((*line, *column), (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1));
    }
    let _ = render(&findings, sql, true);
}
