//! What each proof lets through, and what it catches.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "these are tests, and say why they are skipped")]

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use migration_proof::{Error, Proof, Report, prove, rerun_each};
use scratch_postgres::{Options, Replayed, replay};
use sql_script::Script;

scratch_postgres::guardian_for_tests!();

/// What the migrations start from.
const BASE: &str = r#"
CREATE TYPE "Role" AS ENUM ('admin', 'user');
CREATE TABLE "Team" ("id" TEXT PRIMARY KEY, "name" TEXT, "role" "Role");
CREATE TABLE "Key" ("id" TEXT PRIMARY KEY, "team" TEXT NOT NULL);
"#;

/// A guard that looks at the table too, and names no schema.
const FOREIGN_KEY: &str = r#"
SET LOCAL lock_timeout = '10s';
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'Key_team_fkey' AND conrelid = '"Key"'::regclass) THEN
        ALTER TABLE "Key" ADD CONSTRAINT "Key_team_fkey" FOREIGN KEY ("team") REFERENCES "Team" ("id") NOT VALID;
    END IF;
END $$;
ALTER TABLE "Key" VALIDATE CONSTRAINT "Key_team_fkey";
"#;

#[test]
fn what_is_written_with_care_passes() {
    check(
        &[
            r#"
            ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "budget" DOUBLE PRECISION NOT NULL DEFAULT 0;
            CREATE TABLE IF NOT EXISTS "Tier" ("id" TEXT NOT NULL, CONSTRAINT "Tier_pkey" PRIMARY KEY ("id"));
            ALTER TYPE "Role" ADD VALUE IF NOT EXISTS 'guest';
            "#,
            FOREIGN_KEY,
            r#"CREATE INDEX CONCURRENTLY IF NOT EXISTS "Team_name_idx" ON "Team" ("name");"#,
        ],
        &expect![[r#"
            applies        7 statements in 3 scripts led to the schema; 5 objects changed
            rerun          all ran once more and changed nothing
            second-schema  the same came out while "public" held 9 objects of the same names
            interrupted    interrupted after 5 statements and applied again, it ended in the same catalog
                   warning a build of 3_new that breaks off leaves the index "Team_name_idx" INVALID, and a second run skips it: run DROP INDEX CONCURRENTLY "Team_name_idx" first
            rows           applied with 8 rows in 2 tables
        "#]],
    );
}

#[test]
fn what_fails_or_does_not_lead_to_the_schema_is_caught() {
    check(
        &[r#"ALTER TABLE "Team" DROP COLUMN "nmae""#],
        &expect![[r#"
        Not proved that the migration leads to the schema: in the replayed database, 1_new failed at line 1: column "nmae" of relation "Team" does not exist (42703)
        Statement: ALTER TABLE "Team" DROP COLUMN "nmae"
        Change the migration so that it leads from the existing migrations to the schema.
    "#]],
    );
    let nothing_reached =
        |_: &mut postgres::Client| Ok(Some("ALTER TABLE \"Team\" ADD COLUMN \"tier\" TEXT;\n".to_owned()));
    check_with(
        &["SELECT 1"],
        nothing_reached,
        &expect![[r#"
        Not proved that the migration leads to the schema: in the replayed database, this remains to be done:
        ALTER TABLE "Team" ADD COLUMN "tier" TEXT;
        Change the migration so that it leads from the existing migrations to the schema.
    "#]],
    );
}

#[test]
fn a_table_without_if_not_exists_is_caught() {
    check(
        &[r#"CREATE TABLE "Tier" ("id" TEXT PRIMARY KEY)"#],
        &expect![[r#"
        Not proved that the migration can be applied twice: when all ran once more, 1_new failed at line 1: relation "Tier" already exists (42P07)
        Statement: CREATE TABLE "Tier" ("id" TEXT PRIMARY KEY)
        Give the statement IF [NOT] EXISTS, or put it into a DO block that looks first whether it is done already: a migration that was interrupted is applied again.
    "#]],
    );
}

#[test]
fn an_unguarded_constraint_is_caught() {
    check(
        &[r#"ALTER TABLE "Team" ADD CONSTRAINT "named" CHECK ("name" <> '')"#],
        &expect![[r#"
        Not proved that the migration can be applied twice: when all ran once more, 1_new failed at line 1: constraint "named" for relation "Team" already exists (42710)
        Statement: ALTER TABLE "Team" ADD CONSTRAINT "named" CHECK ("name" <> '')
        Give the statement IF [NOT] EXISTS, or put it into a DO block that looks first whether it is done already: a migration that was interrupted is applied again.
    "#]],
    );
}

#[test]
fn a_second_run_that_does_something_else_is_caught() {
    check(
        &[r#"
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = '"Team"'::regclass AND attname = 'tier') THEN
                ALTER TABLE "Team" ALTER COLUMN "tier" SET DEFAULT 'none';
            END IF;
            ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT;
        END $$"#],
        &expect![[r#"
            Not proved that the migration can be applied twice: when all ran once more, the database is another one than it should be:
            - column "tier" of "Team" has the default 'none'::text
            Look at line 2 of 1_new: DO $$ BEGIN
                        IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = '"Team"'::regclass AND attname = 'tier') THEN
                            ALTER TABLE "Team" ALTER COLUMN "tier" SET DEFAULT 'none';
                        END IF;
                        ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT;
                    END $$
            Give the statement IF [NOT] EXISTS, or put it into a DO block that looks first whether it is done already: a migration that was interrupted is applied again.
        "#]],
    );
}

#[test]
fn a_guard_that_looks_at_a_name_alone_is_caught() {
    let guard = r#" AND conrelid = '"Key"'::regclass"#;
    check(
        &[&FOREIGN_KEY.replace(guard, "").replace("ALTER TABLE \"Key\" VALIDATE", "--")],
        &expect![[r#"
        Not proved that the migration does the same beside a second schema: in a database in which another schema has objects of the same names, the database is another one than it should be:
        - constraint "Key_team_fkey" on "Key" is gone
        Look at line 3 of 1_new: DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'Key_team_fkey') THEN
                ALTER TABLE "Key" ADD CONSTRAINT "Key_team_fkey" FOREIGN KEY ("team") REFERENCES "Team" ("id") NOT VALID;
            END IF;
        END $$
        Let a guard look at the table too (conrelid = '"Table"'::regclass), not at a name alone, and name no schema: another schema of the same database may hold everything under the same names.
    "#]],
    );
}

#[test]
fn a_guard_that_looks_at_the_name_of_a_column_alone_is_caught() {
    check(
        &[r#"
        DO $$ BEGIN
            IF EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'Team' AND column_name = 'name') THEN
                ALTER TABLE "Team" RENAME COLUMN "name" TO "title";
            END IF;
        END $$"#],
        &expect![[r#"
            Not proved that the migration does the same beside a second schema: in a database in which another schema has objects of the same names, 1_new failed at line 2: column "name" does not exist (42703)
            Context: SQL statement "ALTER TABLE "Team" RENAME COLUMN "name" TO "title""
            PL/pgSQL function inline_code_block line 3 at SQL statement
            Statement: DO $$ BEGIN
                        IF EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'Team' AND column_name = 'name') THEN
                            ALTER TABLE "Team" RENAME COLUMN "name" TO "title";
                        END IF;
                    END $$
            Let a guard look at the table too (conrelid = '"Table"'::regclass), not at a name alone, and name no schema: another schema of the same database may hold everything under the same names.
        "#]],
    );
}

#[test]
fn a_schema_that_is_named_is_caught() {
    check(
        &[r#"ALTER TABLE "public"."Team" ADD COLUMN IF NOT EXISTS "tier" TEXT"#],
        &expect![[r#"
        Not proved that the migration does the same beside a second schema: in a database in which another schema has objects of the same names, the database is another one than it should be:
        - column "tier" of "Team" is gone
        Look at line 1 of 1_new: ALTER TABLE "public"."Team" ADD COLUMN IF NOT EXISTS "tier" TEXT
        Let a guard look at the table too (conrelid = '"Table"'::regclass), not at a name alone, and name no schema: another schema of the same database may hold everything under the same names.
    "#]],
    );
    check(
        &[r#"ALTER TABLE IF EXISTS "public"."Team" DROP COLUMN IF EXISTS "name""#],
        &expect![[r#"
        Not proved that the migration does the same beside a second schema: in a database in which another schema has objects of the same names, the database is another one than it should be:
        - column "name" of "Team" is new: type text
        Look at line 1 of 1_new: ALTER TABLE IF EXISTS "public"."Team" DROP COLUMN IF EXISTS "name"
        Let a guard look at the table too (conrelid = '"Table"'::regclass), not at a name alone, and name no schema: another schema of the same database may hold everything under the same names.
    "#]],
    );
}

#[test]
fn an_interruption_that_cannot_be_mended_is_caught() {
    check(
        &[r#"
        CREATE TABLE IF NOT EXISTS "TeamCopy" AS SELECT * FROM "Team" LIMIT 0;
        DO $$ BEGIN
            IF to_regclass('"Team_old"') IS NULL THEN
                ALTER TABLE "TeamCopy" ADD COLUMN "tier" TEXT;
            END IF;
        END $$;
        CREATE TABLE IF NOT EXISTS "Team_old" ("id" TEXT);
        "#],
        &expect![[r#"
            Not proved that the migration can be interrupted: interrupted after the statement in line 3 of 1_new, 1_new failed at line 3: column "tier" of relation "TeamCopy" already exists (42701)
            Context: SQL statement "ALTER TABLE "TeamCopy" ADD COLUMN "tier" TEXT"
            PL/pgSQL function inline_code_block line 3 at SQL statement
            Statement: DO $$ BEGIN
                        IF to_regclass('"Team_old"') IS NULL THEN
                            ALTER TABLE "TeamCopy" ADD COLUMN "tier" TEXT;
                        END IF;
                    END $$
            Give the statement IF [NOT] EXISTS, or put it into a DO block that looks first whether it is done already: a migration that was interrupted is applied again.
        "#]],
    );
}

#[test]
fn a_script_with_transactions_of_its_own_is_tried_in_copies() {
    check(
        &[
            r#"BEGIN; ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT; COMMIT;"#,
            r#"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "Team_tier_key" ON "Team" ("tier");"#,
        ],
        &expect![[r#"
            applies        4 statements in 2 scripts led to the schema; 2 objects changed
            rerun          all ran once more and changed nothing
            second-schema  the same came out while "public" held 4 objects of the same names
            interrupted    interrupted after 3 statements and applied again, it ended in the same catalog
                   warning a build of 2_new that breaks off leaves the index "Team_tier_key" INVALID, and a second run skips it: run DROP INDEX CONCURRENTLY "Team_tier_key" first
            rows           applied with 4 rows in 1 table
        "#]],
    );
}

#[test]
fn a_foreign_key_needs_an_index_that_is_built_concurrently() {
    check(
        &[
            r#"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "Team_name_key" ON "Team" ("name");"#,
            r#"
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'Key_team_fkey' AND conrelid = '"Key"'::regclass) THEN
                    ALTER TABLE "Key" ADD CONSTRAINT "Key_team_fkey" FOREIGN KEY ("team") REFERENCES "Team" ("name") NOT VALID;
                END IF;
            END $$;
            "#,
        ],
        &expect![[r#"
            applies        2 statements in 2 scripts led to the schema; 2 objects changed
            rerun          all ran once more and changed nothing
            second-schema  the same came out while "public" held 6 objects of the same names, without constraint "Key_team_fkey" on "Key"
            interrupted    interrupted after 1 statement and applied again, it ended in the same catalog
                   warning a build of 1_new that breaks off leaves the index "Team_name_key" INVALID, and a second run skips it: run DROP INDEX CONCURRENTLY "Team_name_key" first
            rows           applied with 8 rows in 2 tables, but for those that it refuses
                   warning 1 of 4 rows in "Team", with values that are there twice, are refused by the statement in line 1 of 1_new: could not create unique index "Team_name_key"
        "#]],
    );
}

#[test]
fn a_value_of_an_enum_is_used_in_the_next_script() {
    check(
        &[
            r#"ALTER TYPE "Role" ADD VALUE IF NOT EXISTS 'guest';"#,
            r#"ALTER TABLE "Team" ALTER COLUMN "role" SET DEFAULT 'guest';"#,
        ],
        &expect![[r#"
            applies        2 statements in 2 scripts led to the schema; 2 objects changed
            rerun          all ran once more and changed nothing
            second-schema  the same came out while "public" held 3 objects of the same names
            interrupted    interrupted after 1 statement and applied again, it ended in the same catalog
            rows           applied with 4 rows in 1 table
        "#]],
    );
}

#[test]
fn an_index_that_is_built_concurrently_beside_other_statements_is_caught() {
    check(
        &[r#"SELECT 1; CREATE INDEX CONCURRENTLY IF NOT EXISTS "a" ON "Team" ("name");"#],
        &expect![[r#"
            Not proved that the migration leads to the schema: each script by itself, 1_new failed at line 1: CREATE INDEX CONCURRENTLY cannot run inside a transaction block (25001)
            Statement: CREATE INDEX CONCURRENTLY IF NOT EXISTS "a" ON "Team" ("name")
            Change the migration so that it leads from the existing migrations to the schema.
        "#]],
    );
}

#[test]
fn rows_and_values_that_are_lost_are_counted() {
    check(
        &[r#"
        ALTER TABLE "Team" DROP COLUMN IF EXISTS "name";
        ALTER TABLE "Team" DROP COLUMN IF EXISTS "role";
        DROP TABLE IF EXISTS "Key";
        "#],
        &expect![[r#"
            applies        3 statements in 1 script led to the schema; 3 objects changed
            rerun          all ran once more and changed nothing
            second-schema  the same came out while "public" held 7 objects of the same names
            interrupted    interrupted after 2 statements and applied again, it ended in the same catalog
            rows           applied with 8 rows in 2 tables
                   warning 3 of 3 values in "Team"."name" are lost
                   warning 3 of 3 values in "Team"."role" are lost
                   warning 4 of 4 rows in "Key" are lost
        "#]],
    );
}

#[test]
fn rows_that_are_refused_are_counted() {
    check(
        &[r#"
        ALTER TABLE "Team" ALTER COLUMN "name" SET NOT NULL;
        CREATE UNIQUE INDEX IF NOT EXISTS "Key_team_key" ON "Key" ("team");
        ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT NOT NULL;
        "#],
        &expect![[r#"
            applies        3 statements in 1 script led to the schema; 3 objects changed
            rerun          all ran once more and changed nothing
            second-schema  the same came out while "public" held 6 objects of the same names
            interrupted    interrupted after 2 statements and applied again, it ended in the same catalog
            rows           applied with 8 rows in 2 tables, but for those that it refuses
                   warning 1 of 4 rows in "Team", with NULL where it is allowed, are refused for "name" by the statement in line 2 of 1_new: column "name" of relation "Team" contains null values
                   warning 1 of 4 rows in "Key", with values that are there twice, are refused by the statement in line 3 of 1_new: could not create unique index "Key_team_key"
                   warning 4 of 4 rows in "Team" are refused for "tier" by the statement in line 4 of 1_new: column "tier" of relation "Team" contains null values
        "#]],
    );
}

#[test]
fn names_that_change_lose_nothing() {
    check(
        &[r#"
        DO $$ BEGIN
            IF to_regclass('"Group"') IS NULL THEN
                ALTER TABLE "Team" RENAME COLUMN "name" TO "title";
                ALTER TABLE "Team" RENAME TO "Group";
            END IF;
        END $$;"#],
        &expect![[r#"
            applies        1 statement in 1 script led to the schema; 2 objects changed
            rerun          all ran once more and changed nothing
            second-schema  the same came out while "public" held 4 objects of the same names
            interrupted    one statement runs as a whole or not at all
            rows           applied with 4 rows in 1 table
        "#]],
    );
}

#[test]
fn every_type_gets_rows() {
    let base = r#"
        CREATE TYPE "Colour" AS ENUM ('red', 'blue');
        CREATE DOMAIN short AS varchar(3);
        CREATE TABLE "Parent" ("a" INTEGER, "b" VARCHAR(10), "self" INTEGER, PRIMARY KEY ("a", "b"), UNIQUE ("a"),
            FOREIGN KEY ("self") REFERENCES "Parent" ("a"));
        CREATE TABLE "All" (
            "id" SERIAL PRIMARY KEY, "identity" INT GENERATED ALWAYS AS IDENTITY, "twice" INT GENERATED ALWAYS AS (2) STORED,
            "s" SMALLINT NOT NULL UNIQUE, "i" INTEGER NOT NULL UNIQUE, "b" BIGINT NOT NULL UNIQUE,
            "d" DECIMAL(65,30) NOT NULL UNIQUE, "d2" DECIMAL(2,2) NOT NULL UNIQUE, "n" NUMERIC NOT NULL UNIQUE,
            "r" REAL NOT NULL UNIQUE, "f" DOUBLE PRECISION NOT NULL UNIQUE, "m" MONEY NOT NULL UNIQUE,
            "t" TEXT NOT NULL UNIQUE, "v" VARCHAR(1) NOT NULL UNIQUE, "c" CHAR(1) NOT NULL UNIQUE, "short" short NOT NULL UNIQUE,
            "bool" BOOLEAN NOT NULL, "colour" "Colour" NOT NULL, "colours" "Colour"[] NOT NULL, "texts" TEXT[] NOT NULL,
            "j" JSON NOT NULL, "jb" JSONB NOT NULL UNIQUE, "jbs" JSONB[] NOT NULL, "by" BYTEA NOT NULL UNIQUE,
            "u" UUID NOT NULL UNIQUE, "ts" TIMESTAMP(3) NOT NULL UNIQUE, "tz" TIMESTAMPTZ(6) NOT NULL UNIQUE,
            "date" DATE NOT NULL UNIQUE, "time" TIME(0) NOT NULL UNIQUE, "timetz" TIMETZ NOT NULL UNIQUE,
            "iv" INTERVAL NOT NULL UNIQUE, "inet" INET NOT NULL UNIQUE, "oid" OID NOT NULL UNIQUE, "bit" BIT(3) NOT NULL UNIQUE,
            "vb" VARBIT(3) NOT NULL UNIQUE, "x" XML NOT NULL, "ts3" TIMESTAMP(3)[] NOT NULL, "tsv" TSVECTOR NOT NULL,
            "range" INT4RANGE NOT NULL, "pa" INTEGER NOT NULL, "pb" VARCHAR(10) NOT NULL,
            FOREIGN KEY ("pa", "pb") REFERENCES "Parent"
        );
        CREATE TABLE "Hen" ("id" INT PRIMARY KEY, "egg" INT);
        CREATE TABLE "Egg" ("id" INT PRIMARY KEY, "hen" INT NOT NULL REFERENCES "Hen");
        ALTER TABLE "Hen" ADD FOREIGN KEY ("egg") REFERENCES "Egg";
        CREATE TABLE "Chicken" ("id" INT PRIMARY KEY, "egg" INT NOT NULL);
        CREATE TABLE "Shell" ("id" INT PRIMARY KEY, "chicken" INT NOT NULL REFERENCES "Chicken");
        ALTER TABLE "Chicken" ADD FOREIGN KEY ("egg") REFERENCES "Shell" DEFERRABLE;
        CREATE TABLE "Checked" ("id" INT CHECK ("id" > 100));
        "#;
    check_rows(
        base,
        r#"COMMENT ON TABLE "All" IS 'a'; COMMENT ON TABLE "Egg" IS 'a'; COMMENT ON TABLE "Shell" IS 'a'; COMMENT ON TABLE "Checked" IS 'a'"#,
        &expect![[r#"
            applies        4 statements in 1 script led to the schema; 4 objects changed
            rows           applied with 25 rows in 7 tables
                   warning no rows of one kind were made in "Checked": new row for relation "Checked" violates check constraint "Checked_id_check"
        "#]],
    );
}

fn check(scripts: &[&str], expected: &Expect) {
    check_with(scripts, (), expected);
}

fn check_with(scripts: &[&str], mut goal: impl migration_proof::Goal, expected: &Expect) {
    if let Some(result) = run(BASE, scripts, &Proof::ALL, &mut goal) {
        expected.assert_eq(&describe(result));
    }
}

fn check_rows(base: &str, script: &str, expected: &Expect) {
    if let Some(result) = run(base, &[script], &[Proof::Rows], &mut ()) {
        expected.assert_eq(&describe(result));
    }
}

#[test]
fn each_of_many_scripts_runs_twice() {
    let scripts = [
        r#"CREATE INDEX CONCURRENTLY IF NOT EXISTS "Key_team_idx" ON "Key" ("team")"#,
        r#"ALTER TABLE "Key" ALTER "team" SET DEFAULT 'none'"#,
        r#"ALTER TABLE "Key" ADD "note" TEXT"#,
        "DO $$ BEGIN\n\
             IF to_regclass('\"Key_note_idx\"') IS NULL THEN CREATE INDEX \"Key_note_idx\" ON \"Key\" (\"note\");\n\
             ELSE DROP INDEX \"Key_note_idx\"; END IF;\n\
         END $$",
        r#"BEGIN; ALTER TABLE "Key" ADD "tier" TEXT; COMMIT"#,
    ];
    let Some(replayed) = replayed(BASE) else { return };
    let database = replayed.into_writable().unwrap();
    let names: Vec<_> = (1..=scripts.len()).map(|number| number.to_string()).collect();
    let scripts: Vec<_> = names.iter().zip(scripts).map(|(name, sql)| Script { name, sql }).collect();
    let failed = rerun_each(&database, &scripts).unwrap();
    let text: String = failed.iter().map(|(script, failure)| format!("{}: {failure}\n", script.name)).collect();
    expect![[r#"
        3: Not proved that the migration can be applied twice: when it ran once more, 3 failed at line 1: column "note" of relation "Key" already exists (42701)
        Statement: ALTER TABLE "Key" ADD "note" TEXT
        Give the statement IF [NOT] EXISTS, or put it into a DO block that looks first whether it is done already: a migration that was interrupted is applied again.
        4: Not proved that the migration can be applied twice: when it ran once more, the database is another one than it should be:
        - index "Key_note_idx" on "Key" is gone
        Look at line 1 of 4: DO $$ BEGIN
        IF to_regclass('"Key_note_idx"') IS NULL THEN CREATE INDEX "Key_note_idx" ON "Key" ("note");
        ELSE DROP INDEX "Key_note_idx"; END IF;
        END $$
        Give the statement IF [NOT] EXISTS, or put it into a DO block that looks first whether it is done already: a migration that was interrupted is applied again.
        5: Not proved that the migration can be applied twice: when it ran once more, 5 failed at line 1: column "tier" of relation "Key" already exists (42701)
        Statement: ALTER TABLE "Key" ADD "tier" TEXT
        Give the statement IF [NOT] EXISTS, or put it into a DO block that looks first whether it is done already: a migration that was interrupted is applied again.
    "#]].assert_eq(&text);
}

fn run(
    base: &str,
    scripts: &[&str],
    proofs: &[Proof],
    goal: &mut dyn migration_proof::Goal,
) -> Option<Result<Report, Error>> {
    let replayed = replayed(base)?;
    let names: Vec<_> = (1..=scripts.len()).map(|number| format!("{number}_new")).collect();
    let scripts: Vec<_> = names.iter().zip(scripts).map(|(name, sql)| Script { name, sql }).collect();
    let database = replayed.into_writable().unwrap();
    Some(prove(&database, database.client().unwrap(), &scripts, proofs, goal, &mut ()))
}

fn replayed(base: &str) -> Option<Replayed> {
    let options = Options { fresh: true, ..Options::for_tests() };
    match replay(&options, &[Script { name: "base", sql: base }], &mut ()) {
        Err(error @ scratch_postgres::Error::NotInstalled { .. }) => {
            println!("skipped: {error}");
            None
        }
        replayed => Some(replayed.unwrap()),
    }
}

fn describe(result: Result<Report, Error>) -> String {
    match result {
        Err(error) => format!("{error}\n"),
        Ok(report) => report.proved.iter().fold(String::new(), |mut text, proved| {
            writeln!(text, "{:14} {}", proved.evidence.proof(), proved.evidence).unwrap();
            proved.evidence.warnings().iter().for_each(|warning| writeln!(text, "       warning {warning}").unwrap());
            text
        }),
    }
}
