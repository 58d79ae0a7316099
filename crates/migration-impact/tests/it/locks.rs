//! The locks, rewrites and scans of statements.

use std::fmt::Write as _;

use expect_test::expect;
use migration_impact::{Rating, StatementImpact, TableEffect};

use crate::support::{database, report};

const STATEMENTS: [&str; 33] = [
    r#"SELECT FROM "User""#,
    r#"INSERT INTO "Team" VALUES ('1', 'one')"#,
    r#"UPDATE "User" SET email = NULL WHERE id = 1"#,
    r#"UPDATE "User" SET email = NULL"#,
    r#"CREATE TABLE tag (id int)"#,
    r#"CREATE TABLE tag (team text REFERENCES "Team")"#,
    r#"DROP TABLE "Log""#,
    r#"ALTER TABLE "User" ADD COLUMN tier text"#,
    r#"ALTER TABLE "User" ADD COLUMN tier text NOT NULL DEFAULT 'free'"#,
    r#"ALTER TABLE "User" ADD COLUMN tier uuid DEFAULT gen_random_uuid()"#,
    r#"ALTER TABLE "User" ADD COLUMN IF NOT EXISTS age int"#,
    r#"ALTER TABLE "User" DROP COLUMN email"#,
    r#"ALTER TABLE "User" ALTER COLUMN age TYPE bigint"#,
    r#"ALTER TABLE "User" ALTER COLUMN name TYPE varchar(80)"#,
    r#"ALTER TABLE "User" ALTER COLUMN age SET DEFAULT 21"#,
    r#"ALTER TABLE "User" ALTER COLUMN email SET NOT NULL"#,
    r#"ALTER TABLE "User" ADD CHECK (age < 200)"#,
    r#"ALTER TABLE "User" ADD CHECK (age < 200) NOT VALID"#,
    r#"ALTER TABLE "User" VALIDATE CONSTRAINT adult"#,
    r#"ALTER TABLE "User" ADD FOREIGN KEY (email) REFERENCES "Team""#,
    r#"ALTER TABLE "User" ADD FOREIGN KEY (email) REFERENCES "Team" NOT VALID"#,
    r#"ALTER TABLE "User" DROP CONSTRAINT "User_team_fkey""#,
    r#"ALTER TABLE "User" ADD UNIQUE (name)"#,
    r#"ALTER TABLE "User" RENAME COLUMN name TO title"#,
    r#"ALTER INDEX "User_name_idx" RENAME TO by_name"#,
    r#"CREATE INDEX ON "Log" (day)"#,
    r#"CREATE INDEX CONCURRENTLY ON "Log" (day)"#,
    r#"CREATE INDEX CONCURRENTLY IF NOT EXISTS "User_name_idx" ON "User" (name)"#,
    r#"DROP INDEX "User_name_idx""#,
    r#"DROP INDEX CONCURRENTLY "User_name_idx""#,
    r#"REINDEX INDEX "User_name_idx""#,
    r#"VACUUM FULL "Log""#,
    r#"ALTER TYPE "Colour" ADD VALUE 'green'"#,
];

#[test]
fn each_statement() {
    let Some(database) = database() else { return };
    let mut table = String::new();
    for sql in STATEMENTS {
        writeln!(table, "{sql}").unwrap();
        let report = report(&database, &[sql]);
        report.migrations[0].statements.iter().for_each(|statement| describe(statement, &mut table));
    }
    expect![[r#"
        SELECT FROM "User"
        - 1: ACCESS SHARE on User, all rows read
        INSERT INTO "Team" VALUES ('1', 'one')
        - 1: ROW EXCLUSIVE on Team
        UPDATE "User" SET email = NULL WHERE id = 1
        - 1: ROW EXCLUSIVE on User
        UPDATE "User" SET email = NULL
        - 1: ROW EXCLUSIVE on User, all rows read
        CREATE TABLE tag (id int)
        CREATE TABLE tag (team text REFERENCES "Team")
        - 1: SHARE ROW EXCLUSIVE on Team
        DROP TABLE "Log"
        - 1: ACCESS EXCLUSIVE on Log
        ALTER TABLE "User" ADD COLUMN tier text
        - 1: ACCESS EXCLUSIVE on User
        ALTER TABLE "User" ADD COLUMN tier text NOT NULL DEFAULT 'free'
        - 1: ACCESS EXCLUSIVE on User
        ALTER TABLE "User" ADD COLUMN tier uuid DEFAULT gen_random_uuid()
        - 1: ACCESS EXCLUSIVE on User, rewritten, all rows read
        ALTER TABLE "User" ADD COLUMN IF NOT EXISTS age int
        - 1: ACCESS EXCLUSIVE on User
        ALTER TABLE "User" DROP COLUMN email
        - 1: ACCESS EXCLUSIVE on User
        ALTER TABLE "User" ALTER COLUMN age TYPE bigint
        - 1: ACCESS EXCLUSIVE on User, rewritten, all rows read
        ALTER TABLE "User" ALTER COLUMN name TYPE varchar(80)
        - 1: ACCESS EXCLUSIVE on User
        ALTER TABLE "User" ALTER COLUMN age SET DEFAULT 21
        - 1: ACCESS EXCLUSIVE on User
        ALTER TABLE "User" ALTER COLUMN email SET NOT NULL
        - 1: ACCESS EXCLUSIVE on User, all rows read
        ALTER TABLE "User" ADD CHECK (age < 200)
        - 1: ACCESS EXCLUSIVE on User, all rows read
        ALTER TABLE "User" ADD CHECK (age < 200) NOT VALID
        - 1: ACCESS EXCLUSIVE on User
        ALTER TABLE "User" VALIDATE CONSTRAINT adult
        - 1: SHARE UPDATE EXCLUSIVE on User
        ALTER TABLE "User" ADD FOREIGN KEY (email) REFERENCES "Team"
        - 1: SHARE ROW EXCLUSIVE on Team
        - 1: SHARE ROW EXCLUSIVE on User, all rows read
        ALTER TABLE "User" ADD FOREIGN KEY (email) REFERENCES "Team" NOT VALID
        - 1: SHARE ROW EXCLUSIVE on Team
        - 1: SHARE ROW EXCLUSIVE on User
        ALTER TABLE "User" DROP CONSTRAINT "User_team_fkey"
        - 1: ACCESS EXCLUSIVE on Team
        - 1: ACCESS EXCLUSIVE on User
        ALTER TABLE "User" ADD UNIQUE (name)
        - 1: ACCESS EXCLUSIVE on User, all rows read
        ALTER TABLE "User" RENAME COLUMN name TO title
        - 1: ACCESS EXCLUSIVE on User
        ALTER INDEX "User_name_idx" RENAME TO by_name
        - 1: SHARE UPDATE EXCLUSIVE on User
        CREATE INDEX ON "Log" (day)
        - 1: SHARE on Log, all rows read
        CREATE INDEX CONCURRENTLY ON "Log" (day)
        - 1: SHARE UPDATE EXCLUSIVE on Log, all rows read
        CREATE INDEX CONCURRENTLY IF NOT EXISTS "User_name_idx" ON "User" (name)
        - 1: SHARE UPDATE EXCLUSIVE on User
        DROP INDEX "User_name_idx"
        - 1: ACCESS EXCLUSIVE on User
        DROP INDEX CONCURRENTLY "User_name_idx"
        - 1: SHARE UPDATE EXCLUSIVE on User
        REINDEX INDEX "User_name_idx"
        - 1: ACCESS EXCLUSIVE on User, rewritten, all rows read
        VACUUM FULL "Log"
        - 1: ACCESS EXCLUSIVE on Log, rewritten, all rows read
        ALTER TYPE "Colour" ADD VALUE 'green'
    "#]]
    .assert_eq(&table);
}

#[test]
fn held_locks_are_not_taken_again() {
    let Some(database) = database() else { return };
    let script = r#"
        CREATE INDEX ON "User" (age);
        CREATE INDEX ON "User" (team);
        ALTER TABLE "User" ADD COLUMN tier text;
        ALTER TABLE "User" ALTER COLUMN age TYPE bigint;
        INSERT INTO "User" (name) VALUES ('one');
        "#;
    let report = report(&database, &[script]);
    let mut table = String::new();
    report.migrations[0].statements.iter().for_each(|statement| describe(statement, &mut table));
    for lock in &report.migrations[0].locks {
        writeln!(table, "at the end: {} {}", lock.table, lock.mode).unwrap();
    }
    expect![[r#"
        - 2: SHARE on User, all rows read
        - 3: SHARE held on User, all rows read
        - 4: ACCESS EXCLUSIVE on User
        - 5: ACCESS EXCLUSIVE held on User, rewritten, all rows read
        at the end: User ACCESS EXCLUSIVE
    "#]]
    .assert_eq(&table);
}

#[test]
fn blocks_and_functions_are_measured() {
    let Some(database) = database() else { return };
    let script = r#"
        SET LOCAL lock_timeout = '10s';
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'adult' AND conrelid = '"User"'::regclass) THEN
                ALTER TABLE "User" ADD CONSTRAINT adult CHECK (age >= 18);
            END IF;
        END $$;
        DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN %I text', 'Team', 'plan'); END $$;
        CREATE FUNCTION drop_logs() RETURNS void LANGUAGE sql AS 'DROP TABLE "Log"';
        SELECT drop_logs();
        "#;
    let mut table = String::new();
    report(&database, &[script]).migrations[0].statements.iter().for_each(|statement| describe(statement, &mut table));
    expect![[r#"
        - 8: ACCESS EXCLUSIVE on Team
        - 10: ACCESS EXCLUSIVE on Log
    "#]]
    .assert_eq(&table);
}

/// The second run of an idempotent script has no effects, but still takes the locks.
#[test]
fn a_second_run() {
    let Some(database) = database() else { return };
    let script = r#"
        SET LOCAL lock_timeout = '10s';
        ALTER TABLE "User" ADD COLUMN IF NOT EXISTS "tier" text;
        ALTER TYPE "Colour" ADD VALUE IF NOT EXISTS 'green';
        DO $$ BEGIN
            IF EXISTS (
                SELECT FROM pg_attribute
                WHERE attrelid = '"Team"'::regclass AND attname = 'size' AND NOT attisdropped
            ) THEN
                ALTER TABLE "Team" RENAME COLUMN "size" TO "seats";
            END IF;
        END $$;
        DO $$ BEGIN
            IF NOT EXISTS (
                SELECT FROM pg_constraint WHERE conname = 'User_email_fkey' AND conrelid = '"User"'::regclass
            ) THEN
                ALTER TABLE "User" ADD CONSTRAINT "User_email_fkey"
                    FOREIGN KEY ("email") REFERENCES "Team" ON DELETE SET NULL NOT VALID;
            END IF;
        END $$;
        "#;
    let validate = r#"ALTER TABLE "User" VALIDATE CONSTRAINT "User_email_fkey""#;
    let report = report(&database, &[script, validate, script, validate]);
    let mut table = String::new();
    for migration in &report.migrations {
        writeln!(table, "{}", migration.rating.name()).unwrap();
        for statement in &migration.statements {
            describe(statement, &mut table);
            for finding in statement.findings.iter().filter(|finding| finding.rating != Rating::Lock) {
                writeln!(table, "- {} {}", finding.kind, finding.object).unwrap();
            }
        }
    }
    expect![[r#"
        breaking
        - 3: ACCESS EXCLUSIVE on User
        - column-added User.tier
        - enum-value-added Colour
        - 5: ACCESS EXCLUSIVE on Team
        - column-renamed Team.size
        - foreign-key-added User(email)
        info
        - 1: ROW SHARE on Team
        - 1: SHARE UPDATE EXCLUSIVE on User, all rows read
        lock
        - 3: ACCESS EXCLUSIVE on User
        info
        - 1: SHARE UPDATE EXCLUSIVE on User
    "#]]
    .assert_eq(&table);
}

#[test]
fn locks_end_with_a_transaction_of_the_script() {
    let Some(database) = database() else { return };
    let script = r#"
        BEGIN;
        ALTER TABLE "Team" ADD COLUMN plan text;
        COMMIT;
        ALTER TABLE "Team" ADD COLUMN tier text;
        ROLLBACK;
        "#;
    let report = report(&database, &[script]);
    let mut table = String::new();
    for statement in &report.migrations[0].statements {
        describe(statement, &mut table);
        for finding in &statement.findings {
            writeln!(table, "- {} {}", finding.kind, finding.object).unwrap();
        }
    }
    expect![[r#"
        - 3: ACCESS EXCLUSIVE on Team
        - column-added Team.plan
        - readers-blocked Team
        - 5: ACCESS EXCLUSIVE on Team
        - readers-blocked Team
    "#]]
    .assert_eq(&table);
}

fn describe(statement: &StatementImpact, table: &mut String) {
    for TableEffect { table: name, lock, held, rewritten, scanned, .. } in &statement.tables {
        let held = held.map_or_else(String::new, |mode| format!("{mode} held"));
        let lock = lock.map_or(held, |mode| mode.to_string());
        let work = [(*rewritten, ", rewritten"), (*scanned, ", all rows read")];
        let work: String = work.iter().filter(|(is_done, _)| *is_done).map(|(_, text)| *text).collect();
        writeln!(table, "- {}: {lock} on {name}{work}", statement.line).unwrap();
    }
}
