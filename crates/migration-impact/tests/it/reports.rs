//! Whole reports.

use expect_test::expect;
use migration_impact::measure;
use scratch_postgres::Error;
use sql_script::Script;

use crate::support::{database, report};

#[test]
fn text() {
    let Some(database) = database() else { return };
    let script = r#"-- Teams have plans.
SET LOCAL lock_timeout = '10s';
ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "plan" TEXT, ADD COLUMN IF NOT EXISTS "seats" INTEGER NOT NULL;
ALTER TABLE "User" DROP COLUMN "email", DROP COLUMN "age";
CREATE INDEX "Log_day_idx" ON "Log" ("day");
CREATE TABLE "Seat" (
    "id" TEXT PRIMARY KEY,
    "team" TEXT REFERENCES "Team" ON DELETE RESTRICT
);
"#;
    let report =
        report(&database, &[script, "SELECT 1", r#"CREATE INDEX CONCURRENTLY "Log_text_idx" ON "Log" (text)"#]);
    expect![[r#"
        Impact on pods of the previous release: breaking

        1_new: breaking
             2  info           SET LOCAL lock_timeout = '10s'
             3  breaking       ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "plan" TEXT, ADD COLUMN IF NOT E…
                               ACCESS EXCLUSIVE on Team, all rows read
             4  breaking       ALTER TABLE "User" DROP COLUMN "email", DROP COLUMN "age"
                               ACCESS EXCLUSIVE on User
             5  lock           CREATE INDEX "Log_day_idx" ON "Log" ("day")
                               SHARE on Log, hot, all rows read
             6  write-reject   CREATE TABLE "Seat" ( "id" TEXT PRIMARY KEY, "team" TEXT REFERENCES "Team" O…

        breaking: Team.seats (line 3)
          The column is required and has no default. Rows that old pods insert without it are rejected.
          Give the column a default, or add it as optional and require it in a later release.

        breaking: User.email, User.age (line 4)
          The column is dropped. Prisma's client names every column, so every query of old pods on the table
          fails.
          Release a version whose schema lacks the column, and drop it in a later release.

        write-reject: Team (line 6)
          Rows of Seat can now refer to rows of this table. Old pods cannot delete a row while another
          refers to it.
          Use ON DELETE CASCADE or SET NULL in the foreign key, or delete the referring rows first.

        prepared-plan: Team.plan, Team.seats (line 3)
          The column is new. A `SELECT *` that old pods have prepared fails with "cached plan must not
          change result type" until they reconnect.
          Name the columns in raw SQL, as Prisma's client does.

        lock: Team (line 3)
          Reads and writes of the table wait until the migration ends. The statement reads all rows.
          Add the constraint NOT VALID, and validate it in a migration of its own. Before SET NOT NULL, do
          so with a CHECK.

        lock: User (line 4)
          Reads and writes of the table wait until the migration ends. The statement takes no longer on a
          larger table.

        lock: Log (line 5)
          Writes to this hot table wait until the migration ends. The statement reads all rows and builds an
          index.
          Let a job build the index, list it in `built-elsewhere`, and ship an inert migration.

        2_new: info
             1  info           SELECT 1

        3_new: info
             1  info           CREATE INDEX CONCURRENTLY "Log_text_idx" ON "Log" (text)
                               SHARE UPDATE EXCLUSIVE on Log, hot, all rows read
    "#]]
    .assert_eq(&report.render(false));
}

#[test]
fn coloured_text() {
    let Some(database) = database() else { return };
    let report = report(&database, &[r#"ALTER TABLE "Team" ADD COLUMN plan text"#]);
    expect![[r#"
        Impact on pods of the previous release: ^[33mprepared-plan^[0m

        ^[1m1_new^[0m: ^[33mprepared-plan^[0m
             1  ^[33mprepared-plan^[0m  ALTER TABLE "Team" ADD COLUMN plan text
                               ^[2mACCESS EXCLUSIVE on Team^[0m

        ^[33mprepared-plan^[0m: ^[1mTeam.plan (line 1)^[0m
          The column is new. A `SELECT *` that old pods have prepared fails with "cached plan must not
          change result type" until they reconnect.
          Name the columns in raw SQL, as Prisma's client does.

        ^[33mlock^[0m: ^[1mTeam (line 1)^[0m
          Reads and writes of the table wait until the migration ends. The statement takes no longer on a
          larger table.
          Begin with SET LOCAL lock_timeout: while a statement waits for a lock, other queries queue behind
          it.
    "#]]
    .assert_eq(&report.render(true).replace('\x1b', "^"));
}

#[test]
fn json() {
    let Some(database) = database() else { return };
    let report = report(&database, &[r#"CREATE UNIQUE INDEX ON "Log" (day)"#]);
    expect![[r#"
        {
          "rating": "write-reject",
          "migrations": [
            {
              "name": "1_new",
              "rating": "write-reject",
              "locks": [
                {
                  "table": "Log",
                  "mode": "SHARE"
                }
              ],
              "statements": [
                {
                  "line": 1,
                  "sql": "CREATE UNIQUE INDEX ON \"Log\" (day)",
                  "rating": "write-reject",
                  "tables": [
                    {
                      "table": "Log",
                      "hot": true,
                      "lock": "SHARE",
                      "held": "SHARE",
                      "basis": "measured",
                      "rewritten": false,
                      "scanned": true
                    }
                  ],
                  "findings": [
                    {
                      "rating": "write-reject",
                      "kind": "unique-added",
                      "object": "Log(day)",
                      "meaning": "The values must now be unique. Duplicates that old pods write are rejected.",
                      "advice": "First release a version that writes no duplicates."
                    },
                    {
                      "rating": "lock",
                      "kind": "writers-blocked",
                      "object": "Log",
                      "meaning": "Writes to this hot table wait until the migration ends. The statement reads all rows and builds an index.",
                      "advice": "Let a job build the index, list it in `built-elsewhere`, and ship an inert migration."
                    }
                  ]
                }
              ]
            }
          ]
        }"#]].assert_eq(&serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn other_namespaces() {
    let Some(database) = database() else { return };
    let report = report(
        &database,
        &[r#"
            CREATE SCHEMA other;
            ALTER TABLE "Team" SET SCHEMA other;
            SET search_path = other;
            CREATE INDEX ON "Team" (size);
        "#],
    );
    expect![[r#"
        Impact on pods of the previous release: breaking

        1_new: breaking
             2  info           CREATE SCHEMA other
             3  breaking       ALTER TABLE "Team" SET SCHEMA other
                               ACCESS EXCLUSIVE on Team
             4  info           SET search_path = other
             5  lock           CREATE INDEX ON "Team" (size)
                               ACCESS EXCLUSIVE held on Team, all rows read

        breaking: Team (line 3)
          The table is renamed to other.Team. Every query of old pods on it fails.
          Keep the table's name with `@@map` in the schema, or keep a view with the old name for one
          release.

        lock: Team (line 3)
          Reads and writes of the table wait until the migration ends. The statement takes no longer on a
          larger table.
          Begin with SET LOCAL lock_timeout: while a statement waits for a lock, other queries queue behind
          it.

        lock: Team (line 5)
          Reads and writes of the table wait until the migration ends. The statement reads all rows and
          builds an index.
          Build the index with CREATE INDEX CONCURRENTLY, as the only statement of a migration. A constraint
          can take it over with USING INDEX.
    "#]]
    .assert_eq(&report.render(false));
}

#[test]
fn a_failed_statement_is_an_error() {
    let Some(database) = database() else { return };
    let error = |sql| {
        let script = Script { name: "1_new", sql };
        match measure(&database, &mut database.client().unwrap(), &[script], &[]).unwrap_err() {
            Error::Script(error) => error.to_string(),
            other => panic!("{other}"),
        }
    };
    expect![[r#"
        1_new failed at line 3: relation "missing" does not exist (42P01)
        Statement: ALTER TABLE missing ADD x int"#]]
    .assert_eq(&error(
        "SELECT 1;

        ALTER TABLE missing ADD x int;",
    ));
    expect![[r#"
        1_new failed at line 1: relation "missing" does not exist (42P01)
        Statement: CREATE INDEX CONCURRENTLY ON missing (x)"#]]
    .assert_eq(&error("CREATE INDEX CONCURRENTLY ON missing (x)"));
    expect![[r#"
        1_new failed at line 1: CREATE INDEX CONCURRENTLY cannot run inside a transaction block (25001)
        Statement: CREATE INDEX CONCURRENTLY ON "Log" (day)"#]]
    .assert_eq(&error(r#"SELECT 1; CREATE INDEX CONCURRENTLY ON "Log" (day)"#));
}
