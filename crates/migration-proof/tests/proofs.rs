//! Migrations that each proof accepts or rejects.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests print why they are skipped")]

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use migration_proof::{Error, Proof, Proved, prove, rerun_each};
use scratch_postgres::{Options, Replayed, replay};
use sql_script::Script;

scratch_postgres::guardian_for_tests!();

/// The released schema.
const BASE: &str = r#"
CREATE TYPE "Role" AS ENUM ('admin', 'user');
CREATE TABLE "Team" ("id" TEXT PRIMARY KEY, "name" TEXT, "role" "Role");
CREATE TABLE "Key" ("id" TEXT PRIMARY KEY, "team" TEXT NOT NULL);
"#;

/// A guard that checks the table too and names no schema.
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
fn careful_migrations_pass() {
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
            applies        complete: the schema is reached (7 statements in 3 scripts, 5 objects changed)
            rerun          idempotent: a second run changes nothing
            second-schema  schema-scoped: same result next to a schema "public" with equal names (9 objects)
            interrupted    interruptible: same result if interrupted after any statement and run again (5 tried)
                   warning an interrupted build in 3_new leaves the index "Team_name_idx" INVALID, and a second run skips it: run DROP INDEX CONCURRENTLY "Team_name_idx" first
            rows           applies to existing rows: tried with 8 rows in 2 tables
        "#]],
    );
}

#[test]
fn a_failure_or_another_schema_is_caught() {
    check(
        &[r#"ALTER TABLE "Team" DROP COLUMN "nmae""#],
        &expect![[r#"
            The proof that the migration leads to the schema failed: in the replayed database, 1_new failed at line 1: column "nmae" of relation "Team" does not exist (42703)
            Statement: ALTER TABLE "Team" DROP COLUMN "nmae"
            Change the migration so that it leads from the existing migrations to the schema.
        "#]],
    );
    let unreached = |_: &mut postgres::Client| Ok(Some(r#"ALTER TABLE "Team" ADD COLUMN "tier" TEXT;"#.to_owned()));
    check_with(
        &["SELECT 1"],
        unreached,
        &expect![[r#"
            The proof that the migration leads to the schema failed: in the replayed database, this SQL remains:
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
            The proof that the migration is idempotent failed: in a second run, 1_new failed at line 1: relation "Tier" already exists (42P07)
            Statement: CREATE TABLE "Tier" ("id" TEXT PRIMARY KEY)
            Add IF [NOT] EXISTS to the statement, or put it into a DO block that checks whether it is already done: an interrupted migration is applied again.
        "#]],
    );
}

#[test]
fn an_unguarded_constraint_is_caught() {
    check(
        &[r#"ALTER TABLE "Team" ADD CONSTRAINT "named" CHECK ("name" <> '')"#],
        &expect![[r#"
            The proof that the migration is idempotent failed: in a second run, 1_new failed at line 1: constraint "named" for relation "Team" already exists (42710)
            Statement: ALTER TABLE "Team" ADD CONSTRAINT "named" CHECK ("name" <> '')
            Add IF [NOT] EXISTS to the statement, or put it into a DO block that checks whether it is already done: an interrupted migration is applied again.
        "#]],
    );
}

#[test]
fn a_second_run_with_other_changes_is_caught() {
    check(
        &[r#"
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = '"Team"'::regclass AND attname = 'tier') THEN
                ALTER TABLE "Team" ALTER COLUMN "tier" SET DEFAULT 'none';
            END IF;
            ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT;
        END $$"#],
        &expect![[r#"
            The proof that the migration is idempotent failed: in a second run, the database differs from the expected one:
            - column "tier" of "Team" has the default 'none'::text
            See line 2 of 1_new: DO $$ BEGIN
                        IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = '"Team"'::regclass AND attname = 'tier') THEN
                            ALTER TABLE "Team" ALTER COLUMN "tier" SET DEFAULT 'none';
                        END IF;
                        ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT;
                    END $$
            Add IF [NOT] EXISTS to the statement, or put it into a DO block that checks whether it is already done: an interrupted migration is applied again.
        "#]],
    );
}

#[test]
fn a_guard_of_a_name_alone_is_caught() {
    let guard = r#" AND conrelid = '"Key"'::regclass"#;
    check(
        &[&FOREIGN_KEY.replace(guard, "").replace(r#"ALTER TABLE "Key" VALIDATE"#, "--")],
        &expect![[r#"
            The proof that the migration is schema-scoped failed: next to a schema with equal names, the database differs from the expected one:
            - constraint "Key_team_fkey" on "Key" is missing
            See line 3 of 1_new: DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'Key_team_fkey') THEN
                    ALTER TABLE "Key" ADD CONSTRAINT "Key_team_fkey" FOREIGN KEY ("team") REFERENCES "Team" ("id") NOT VALID;
                END IF;
            END $$
            Let each guard check the table too (conrelid = '"Table"'::regclass), and name no schema: another schema of the same database can contain objects with equal names.
        "#]],
    );
}

#[test]
fn a_guard_of_a_column_name_alone_is_caught() {
    check(
        &[r#"
        DO $$ BEGIN
            IF EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'Team' AND column_name = 'name') THEN
                ALTER TABLE "Team" RENAME COLUMN "name" TO "title";
            END IF;
        END $$"#],
        &expect![[r#"
            The proof that the migration is schema-scoped failed: next to a schema with equal names, 1_new failed at line 2: column "name" does not exist (42703)
            Context: SQL statement "ALTER TABLE "Team" RENAME COLUMN "name" TO "title""
            PL/pgSQL function inline_code_block line 3 at SQL statement
            Statement: DO $$ BEGIN
                        IF EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'Team' AND column_name = 'name') THEN
                            ALTER TABLE "Team" RENAME COLUMN "name" TO "title";
                        END IF;
                    END $$
            Let each guard check the table too (conrelid = '"Table"'::regclass), and name no schema: another schema of the same database can contain objects with equal names.
        "#]],
    );
}

#[test]
fn a_named_schema_is_caught() {
    check(
        &[r#"ALTER TABLE "public"."Team" ADD COLUMN IF NOT EXISTS "tier" TEXT"#],
        &expect![[r#"
            The proof that the migration is schema-scoped failed: next to a schema with equal names, the database differs from the expected one:
            - column "tier" of "Team" is missing
            See line 1 of 1_new: ALTER TABLE "public"."Team" ADD COLUMN IF NOT EXISTS "tier" TEXT
            Let each guard check the table too (conrelid = '"Table"'::regclass), and name no schema: another schema of the same database can contain objects with equal names.
        "#]],
    );
    check(
        &[r#"ALTER TABLE IF EXISTS "public"."Team" DROP COLUMN IF EXISTS "name""#],
        &expect![[r#"
            The proof that the migration is schema-scoped failed: next to a schema with equal names, the database differs from the expected one:
            - column "name" of "Team" is new: type text
            See line 1 of 1_new: ALTER TABLE IF EXISTS "public"."Team" DROP COLUMN IF EXISTS "name"
            Let each guard check the table too (conrelid = '"Table"'::regclass), and name no schema: another schema of the same database can contain objects with equal names.
        "#]],
    );
}

#[test]
fn an_irreparable_interruption_is_caught() {
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
            The proof that the migration is interruptible failed: interrupted after the statement in line 3 of 1_new, 1_new failed at line 3: column "tier" of relation "TeamCopy" already exists (42701)
            Context: SQL statement "ALTER TABLE "TeamCopy" ADD COLUMN "tier" TEXT"
            PL/pgSQL function inline_code_block line 3 at SQL statement
            Statement: DO $$ BEGIN
                        IF to_regclass('"Team_old"') IS NULL THEN
                            ALTER TABLE "TeamCopy" ADD COLUMN "tier" TEXT;
                        END IF;
                    END $$
            Add IF [NOT] EXISTS to the statement, or put it into a DO block that checks whether it is already done: an interrupted migration is applied again.
        "#]],
    );
}

#[test]
fn a_script_with_its_own_transactions_runs_in_copies() {
    check(
        &[
            r#"BEGIN; ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT; COMMIT;"#,
            r#"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "Team_tier_key" ON "Team" ("tier");"#,
        ],
        &expect![[r#"
            applies        complete: the schema is reached (4 statements in 2 scripts, 2 objects changed)
            rerun          idempotent: a second run changes nothing
            second-schema  schema-scoped: same result next to a schema "public" with equal names (4 objects)
            interrupted    interruptible: same result if interrupted after any statement and run again (3 tried)
                   warning an interrupted build in 2_new leaves the index "Team_tier_key" INVALID, and a second run skips it: run DROP INDEX CONCURRENTLY "Team_tier_key" first
            rows           applies to existing rows: tried with 4 rows in 1 table
        "#]],
    );
}

#[test]
fn a_foreign_key_that_needs_a_concurrently_built_index() {
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
            applies        complete: the schema is reached (2 statements in 2 scripts, 2 objects changed)
            rerun          idempotent: a second run changes nothing
            second-schema  schema-scoped: same result next to a schema "public" with equal names (6 objects, without constraint "Key_team_fkey" on "Key")
            interrupted    interruptible: same result if interrupted after any statement and run again (1 tried)
                   warning an interrupted build in 1_new leaves the index "Team_name_key" INVALID, and a second run skips it: run DROP INDEX CONCURRENTLY "Team_name_key" first
            rows           applies to existing rows: tried with 8 rows in 2 tables, some rejected
                   warning the statement in line 1 of 1_new rejects 1 of 4 rows in "Team" with repeated values: could not create unique index "Team_name_key"
        "#]],
    );
}

#[test]
fn an_enum_value_used_in_the_next_script() {
    check(
        &[
            r#"ALTER TYPE "Role" ADD VALUE IF NOT EXISTS 'guest';"#,
            r#"ALTER TABLE "Team" ALTER COLUMN "role" SET DEFAULT 'guest';"#,
        ],
        &expect![[r#"
            applies        complete: the schema is reached (2 statements in 2 scripts, 2 objects changed)
            rerun          idempotent: a second run changes nothing
            second-schema  schema-scoped: same result next to a schema "public" with equal names (3 objects)
            interrupted    interruptible: same result if interrupted after any statement and run again (1 tried)
            rows           applies to existing rows: tried with 4 rows in 1 table
        "#]],
    );
}

#[test]
fn a_concurrent_build_next_to_other_statements_is_caught() {
    check(
        &[r#"SELECT 1; CREATE INDEX CONCURRENTLY IF NOT EXISTS "a" ON "Team" ("name");"#],
        &expect![[r#"
            The proof that the migration leads to the schema failed: applied one script after the other, 1_new failed at line 1: CREATE INDEX CONCURRENTLY cannot run inside a transaction block (25001)
            Statement: CREATE INDEX CONCURRENTLY IF NOT EXISTS "a" ON "Team" ("name")
            Change the migration so that it leads from the existing migrations to the schema.
        "#]],
    );
}

#[test]
fn lost_rows_and_values_are_counted() {
    check(
        &[r#"
        ALTER TABLE "Team" DROP COLUMN IF EXISTS "name";
        ALTER TABLE "Team" DROP COLUMN IF EXISTS "role";
        DROP TABLE IF EXISTS "Key";
        "#],
        &expect![[r#"
            applies        complete: the schema is reached (3 statements in 1 script, 3 objects changed)
            rerun          idempotent: a second run changes nothing
            second-schema  schema-scoped: same result next to a schema "public" with equal names (7 objects)
            interrupted    interruptible: same result if interrupted after any statement and run again (2 tried)
            rows           applies to existing rows: tried with 8 rows in 2 tables
                   warning 3 of 3 values in "Team"."name" are lost
                   warning 3 of 3 values in "Team"."role" are lost
                   warning 4 of 4 rows in "Key" are lost
        "#]],
    );
}

#[test]
fn scripts_cannot_hide_lost_values() {
    check_rows(
        BASE,
        r#"
        CREATE TEMP TABLE IF NOT EXISTS pg_class (oid oid, relname name);
        CREATE TEMP TABLE IF NOT EXISTS pg_attribute (attrelid oid, attnum int2, attname name, attisdropped bool);
        CREATE OR REPLACE FUNCTION count(text) RETURNS bigint LANGUAGE sql AS 'SELECT 9';
        SET search_path = public, pg_catalog;
        UPDATE "Team" SET "name" = NULL;
        "#,
        &expect![[r#"
            applies        complete: the schema is reached (5 statements in 1 script, 1 object changed)
            rows           applies to existing rows: tried with 4 rows in 1 table
                   warning 3 of 3 values in "Team"."name" are lost
        "#]],
    );
}

#[test]
fn rejected_rows_are_counted() {
    check(
        &[r#"
        ALTER TABLE "Team" ALTER COLUMN "name" SET NOT NULL;
        CREATE UNIQUE INDEX IF NOT EXISTS "Key_team_key" ON "Key" ("team");
        ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT NOT NULL;
        "#],
        &expect![[r#"
            applies        complete: the schema is reached (3 statements in 1 script, 3 objects changed)
            rerun          idempotent: a second run changes nothing
            second-schema  schema-scoped: same result next to a schema "public" with equal names (6 objects)
            interrupted    interruptible: same result if interrupted after any statement and run again (2 tried)
            rows           applies to existing rows: tried with 8 rows in 2 tables, some rejected
                   warning the statement in line 2 of 1_new rejects 1 of 4 rows in "Team" with NULL for "name": column "name" of relation "Team" contains null values
                   warning the statement in line 3 of 1_new rejects 1 of 4 rows in "Key" with repeated values: could not create unique index "Key_team_key"
                   warning the statement in line 4 of 1_new rejects 4 of 4 rows in "Team" for "tier": column "tier" of relation "Team" contains null values
        "#]],
    );
}

#[test]
fn renames_lose_nothing() {
    check(
        &[r#"
        DO $$ BEGIN
            IF to_regclass('"Group"') IS NULL THEN
                ALTER TABLE "Team" RENAME COLUMN "name" TO "title";
                ALTER TABLE "Team" RENAME TO "Group";
            END IF;
        END $$;"#],
        &expect![[r#"
            applies        complete: the schema is reached (1 statement in 1 script, 2 objects changed)
            rerun          idempotent: a second run changes nothing
            second-schema  schema-scoped: same result next to a schema "public" with equal names (4 objects)
            interrupted    interruptible: a single statement runs as a whole or not at all
            rows           applies to existing rows: tried with 4 rows in 1 table
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
        r#"
        COMMENT ON TABLE "All" IS 'a';
        COMMENT ON TABLE "Egg" IS 'a';
        COMMENT ON TABLE "Shell" IS 'a';
        COMMENT ON TABLE "Checked" IS 'a';
        "#,
        &expect![[r#"
            applies        complete: the schema is reached (4 statements in 1 script, 4 objects changed)
            rows           applies to existing rows: tried with 25 rows in 7 tables
                   warning some generated rows could not be inserted into "Checked": new row for relation "Checked" violates check constraint "Checked_id_check"
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
fn many_scripts_run_twice_each() {
    let scripts = [
        r#"CREATE INDEX CONCURRENTLY IF NOT EXISTS "Key_team_idx" ON "Key" ("team")"#,
        r#"ALTER TABLE "Key" ALTER "team" SET DEFAULT 'none'"#,
        r#"ALTER TABLE "Key" ADD "note" TEXT"#,
        r#"
        DO $$ BEGIN
            IF to_regclass('"Key_note_idx"') IS NULL THEN CREATE INDEX "Key_note_idx" ON "Key" ("note");
            ELSE DROP INDEX "Key_note_idx"; END IF;
        END $$"#,
        r#"BEGIN; ALTER TABLE "Key" ADD "tier" TEXT; COMMIT"#,
    ];
    let Some(replayed) = replayed(BASE) else { return };
    let database = replayed.into_writable().unwrap();
    let names: Vec<_> = (1..=scripts.len()).map(|number| number.to_string()).collect();
    let scripts: Vec<_> = names.iter().zip(scripts).map(|(name, sql)| Script { name, sql }).collect();
    let failed = rerun_each(&database, &scripts).unwrap();
    let text: String = failed.iter().map(|(script, failure)| format!("{}: {failure}\n", script.name)).collect();
    expect![[r#"
        3: The proof that the migration is idempotent failed: in a second run, 3 failed at line 1: column "note" of relation "Key" already exists (42701)
        Statement: ALTER TABLE "Key" ADD "note" TEXT
        Add IF [NOT] EXISTS to the statement, or put it into a DO block that checks whether it is already done: an interrupted migration is applied again.
        4: The proof that the migration is idempotent failed: in a second run, the database differs from the expected one:
        - index "Key_note_idx" on "Key" is missing
        See line 2 of 4: DO $$ BEGIN
                    IF to_regclass('"Key_note_idx"') IS NULL THEN CREATE INDEX "Key_note_idx" ON "Key" ("note");
                    ELSE DROP INDEX "Key_note_idx"; END IF;
                END $$
        Add IF [NOT] EXISTS to the statement, or put it into a DO block that checks whether it is already done: an interrupted migration is applied again.
        5: The proof that the migration is idempotent failed: in a second run, 5 failed at line 1: column "tier" of relation "Key" already exists (42701)
        Statement: ALTER TABLE "Key" ADD "tier" TEXT
        Add IF [NOT] EXISTS to the statement, or put it into a DO block that checks whether it is already done: an interrupted migration is applied again.
    "#]].assert_eq(&text);
}

fn run(
    base: &str,
    scripts: &[&str],
    proofs: &[Proof],
    goal: &mut dyn migration_proof::Goal,
) -> Option<Result<Vec<Proved>, Error>> {
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

fn describe(result: Result<Vec<Proved>, Error>) -> String {
    match result {
        Err(error) => format!("{error}\n"),
        Ok(proved) => proved.iter().fold(String::new(), |mut text, proved| {
            writeln!(text, "{:14} {}", proved.evidence.proof(), proved.evidence).unwrap();
            proved.evidence.warnings().iter().for_each(|warning| writeln!(text, "       warning {warning}").unwrap());
            text
        }),
    }
}
