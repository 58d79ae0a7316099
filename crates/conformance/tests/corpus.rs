//! The command `corpus`, which `cargo xtask conformance` runs.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests print why they are skipped")]

use std::{fs, process::Command};

use expect_test::{Expect, expect};
use scratch_postgres::Installation;

/// A schema, escaped as a JSON string.
const SCHEMA: &str = r#"datasource db {\n  provider = \"postgresql\"\n  url = \"\"\n}\nmodel A {\n  id Int @id\n}\n"#;
/// The SQL of [`SCHEMA`], escaped as a JSON string.
const SQL: &str = r#"-- CreateTable\nCREATE TABLE \"A\" (\n    \"id\" INTEGER NOT NULL,\n\n    CONSTRAINT \"A_pkey\" PRIMARY KEY (\"id\")\n);\n"#;

/// Runs the command in a folder with these files, and compares its output and exit status. Lines of standard error begin
/// with `! `.
fn check(files: &[(&str, &str)], arguments: &str, expected: &Expect) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_conformance"))
        .arg("corpus")
        .args(arguments.split_whitespace())
        .current_dir(folder.path())
        .env_remove("XTASK_POSTGRES_URL")
        .output()
        .unwrap();
    let mut transcript = String::from_utf8(output.stdout).unwrap();
    transcript.extend(String::from_utf8(output.stderr).unwrap().lines().map(|line| format!("! {}\n", line.trim_end())));
    expected.assert_eq(&format!("{transcript}exit {}\n", output.status.code().unwrap()));
}

fn has_postgres() -> bool {
    Installation::find(None).inspect_err(|error| println!("skipped: {error}")).is_ok()
}

#[test]
fn schemas() {
    let cases = format!(
        r#"{{"id": "same", "from": null, "to": "{SCHEMA}", "sql": "{SQL}", "same7": true}}
{{"id": "differs", "from": "{SCHEMA}", "to": "{SCHEMA}", "sql": "SELECT 1;\n"}}
{{"id": "Prisma 6 was not asked", "from": null, "to": "{SCHEMA}", "sql7": "SELECT 1;\n"}}
{{"id": "refused", "from": null, "to": "model", "error": "invalid"}}
"#
    );
    let files = [("cases.jsonl", cases.as_str())];
    check(
        &files,
        "cases.jsonl",
        &expect![[r#"
            cases: 2 of 3 identical

            --- differs (recorded)
            +++ differs (xtask)
            @@ -1 +1 @@
            -SELECT 1;
            +-- This is an empty migration.
            exit 1
        "#]],
    );
    check(
        &files,
        "cases.jsonl --show 0",
        &expect![[r#"
            cases: 2 of 3 identical
            exit 1
        "#]],
    );
    check(
        &files,
        "cases.jsonl --prisma 7 --show 0",
        &expect![[r#"
            cases: 1 of 3 identical
            exit 1
        "#]],
    );
}

#[test]
fn validation() {
    let cases = r#"{"id": "valid", "schema": "model A {\n  id Int @id\n}\n", "ok": true, "diagnostics": []}
{"id": "invalid", "schema": "model A {\n  id Strin @id\n}\n", "ok": false, "message": "…", "diagnostics": [{"start": 15, "end": 20, "text": "Type \"Strin\" is neither a built-in type, nor refers to another model, custom type, or enum.", "is_warning": false}]}
"#;
    check(
        &[("validate.jsonl", cases)],
        "validate.jsonl",
        &expect![[r#"
            validate: 2 of 2 identical
            exit 0
        "#]],
    );
}

#[test]
fn databases() {
    if !has_postgres() {
        return;
    }
    let cases = format!(r#"{{"id": "new", "setup": "CREATE TABLE \"B\" ()", "to": "{SCHEMA}", "sql": "{SQL}"}}"#);
    check(
        &[("live.jsonl", &cases)],
        "live.jsonl --quiet --postgres local",
        &expect![[r#"
            live: 0 of 1 identical

            --- new (recorded)
            +++ new (xtask)
            @@ -1,3 +1,6 @@
            +-- DropTable
            +DROP TABLE "B";
            +
             -- CreateTable
             CREATE TABLE "A" (
                 "id" INTEGER NOT NULL,
            exit 1
        "#]],
    );
}

#[test]
fn litellm_migrations() {
    if !has_postgres() {
        return;
    }
    let schema = r#"datasource db {
  provider = "postgresql"
  url      = ""
}

model Team {
  id String @id
}
"#;
    let migration = r#"CREATE TABLE "Team" (
    "id" TEXT NOT NULL,

    CONSTRAINT "Team_pkey" PRIMARY KEY ("id")
);
"#;
    let checkout = |case| {
        [
            ("schema.prisma", schema),
            ("migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
            ("migrations/20010101000000_baseline/migration.sql", migration),
            ("prefix.jsonl", case),
        ]
    };
    let arguments = "prefix.jsonl --quiet --postgres local --schema schema.prisma --migrations migrations";
    check(
        &checkout(r#"{"id": "20010101000000_baseline", "k": 1, "sql": "-- This is an empty migration.\n"}"#),
        arguments,
        &expect![[r#"
            prefix: 1 of 1 identical
            exit 0
        "#]],
    );
    let other_release = r#"{"id": "20000101000000_other", "k": 2, "sql": ""}"#;
    check(
        &checkout(other_release),
        arguments,
        &expect![[r#"
            ! error: migrations is not from the recorded release: migration 2 is not 20000101000000_other.
            ! Make a checkout of the recorded release, then name it:
            !   crates/conformance/scripts/litellm-checkout 0.4.110 DIR
            !   cargo xtask --root DIR conformance FILE
            exit 1
        "#]],
    );
    check(
        &[("prefix.jsonl", other_release)],
        "prefix.jsonl --quiet --postgres local",
        &expect![[r#"
            ! error: The corpus is about LiteLLM's migrations, and there is no checkout.
            ! Make a checkout of the recorded release, then name it:
            !   crates/conformance/scripts/litellm-checkout 0.4.110 DIR
            !   cargo xtask --root DIR conformance FILE
            exit 1
        "#]],
    );
}

#[test]
fn invalid_files() {
    check(
        &[("cases.jsonl", "{}\n")],
        "cases.jsonl",
        &expect![[r#"
            ! error: Line 1 of cases cannot be read.
            !   because: missing field `id` at line 1 column 2
            exit 1
        "#]],
    );
    check(
        &[("cases.jsonl.xz", "x")],
        "cases.jsonl.xz",
        &expect![[r#"
            ! error: Line 1 of cases cannot be read.
            !   because: failed to fill whole buffer
            exit 1
        "#]],
    );
    check(
        &[],
        "none.jsonl",
        &expect![[r#"
            ! error: failed to open file `none.jsonl`: No such file or directory (os error 2)
            exit 1
        "#]],
    );
}
