use expect_test::expect;

use crate::{checkout::Checkout, postgres};

const MODEL: &str = r#"datasource db {\n  provider = \"postgresql\"\n  url = \"\"\n}\nmodel A {\n  id Int @id\n}\n"#;
const TABLE: &str = r#"-- CreateTable\nCREATE TABLE \"A\" (\n    \"id\" INTEGER NOT NULL,\n\n    CONSTRAINT \"A_pkey\" PRIMARY KEY (\"id\")\n);\n"#;

#[test]
fn counts_what_is_identical_and_shows_what_is_not() {
    let checkout = Checkout::new();
    checkout.write(
        "cases.jsonl",
        format!(
            r#"{{"id": "same", "from": null, "to": "{MODEL}", "sql": "{TABLE}", "same7": true}}
{{"id": "differs", "from": "{MODEL}", "to": "{MODEL}", "sql": "SELECT 1;\n"}}
{{"id": "not asked of 6", "from": null, "to": "{MODEL}", "sql7": "SELECT 1;\n"}}
{{"id": "refused", "from": null, "to": "model", "error": "invalid"}}
"#
        ),
    );
    checkout.check(
        "conformance cases.jsonl",
        &expect![[r#"
        cases: 2 of 3 identical

        --- differs (recorded)
        +++ differs (ours)
        @@ -1 +1 @@
        -SELECT 1;
        +-- This is an empty migration.
        exit 1
    "#]],
    );
    checkout.check(
        "conformance cases.jsonl --show 0",
        &expect![[r#"
        cases: 2 of 3 identical
        exit 1
    "#]],
    );
    checkout.check(
        "conformance cases.jsonl --prisma 7 --show 0",
        &expect![[r#"
        cases: 1 of 3 identical
        exit 1
    "#]],
    );
}

#[test]
fn validation() {
    let checkout = Checkout::new();
    checkout.write(
        "validate.jsonl",
        r#"{"id": "valid", "schema": "model A {\n  id Int @id\n}\n", "ok": true, "diagnostics": []}
{"id": "invalid", "schema": "model A {\n  id Strin @id\n}\n", "ok": false, "message": "…", "diagnostics": [{"start": 15, "end": 20, "text": "Type \"Strin\" is neither a built-in type, nor refers to another model, custom type, or enum.", "is_warning": false}]}
"#,
    );
    checkout.check(
        "conformance validate.jsonl",
        &expect![[r#"
        validate: 2 of 2 identical
        exit 0
    "#]],
    );
}

#[test]
fn from_a_database() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::new();
    checkout.write(
        "live.jsonl",
        format!(r#"{{"id": "new", "setup": "CREATE TABLE \"B\" ()", "to": "{MODEL}", "sql": "{TABLE}"}}"#),
    );
    checkout.check(
        "conformance live.jsonl --quiet --postgres local",
        &expect![[r#"
        live: 0 of 1 identical

        --- new (recorded)
        +++ new (ours)
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
fn another_release_of_litellm() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.write(
        "prefix.jsonl",
        r#"{"id": "20010101000000_baseline", "k": 1, "sql": "-- This is an empty migration.\n"}"#,
    );
    checkout.check(
        "conformance prefix.jsonl --quiet --postgres local",
        &expect![[r#"
        prefix: 1 of 1 identical
        exit 0
    "#]],
    );
    checkout.write("prefix.jsonl", r#"{"id": "20000101000000_other", "k": 2, "sql": ""}"#);
    checkout.check("conformance prefix.jsonl --quiet --postgres local", &expect![[r#"
        ! error: litellm-proxy-extras/litellm_proxy_extras/migrations is not of the release that was recorded: its migration 2 is not 20000101000000_other. Make a checkout of that release, and name it: crates/conformance/scripts/litellm-checkout 0.4.110 DIR, cargo xtask --root DIR conformance ...
        exit 1
    "#]]);
}

#[test]
fn a_file_that_is_none() {
    let checkout = Checkout::new();
    checkout.write("cases.jsonl", "{}\n");
    checkout.check(
        "conformance cases.jsonl",
        &expect![[r#"
        ! error: Line 1 of cases cannot be read.
        !   because: missing field `id` at line 1 column 2
        exit 1
    "#]],
    );
    checkout.write("cases.jsonl.xz", "x");
    checkout.check(
        "conformance cases.jsonl.xz",
        &expect![[r#"
        ! error: Line 1 of cases cannot be read.
        !   because: failed to fill whole buffer
        exit 1
    "#]],
    );
    checkout.check(
        "conformance none.jsonl",
        &expect![[r#"
        ! error: failed to open file `none.jsonl`: No such file or directory (os error 2)
        exit 1
    "#]],
    );
}
