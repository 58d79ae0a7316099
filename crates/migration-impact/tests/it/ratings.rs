//! Minimal migrations for each rating.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use migration_impact::Rating;

use crate::support::{database, report};

#[test]
fn breaking() {
    check(
        Rating::Breaking,
        &[
            r#"DROP TABLE "Log""#,
            r#"ALTER TABLE "Log" RENAME TO "Logs""#,
            r#"ALTER TABLE "User" DROP COLUMN email, DROP COLUMN age"#,
            r#"ALTER TABLE "User" RENAME email TO mail"#,
            r#"ALTER TABLE "User" ALTER COLUMN email TYPE jsonb USING email::jsonb"#,
            r#"ALTER TABLE "User" ALTER COLUMN team TYPE text[] USING ARRAY[team], DROP CONSTRAINT "User_team_fkey""#,
            r#"ALTER TABLE "User" ADD COLUMN tier text NOT NULL"#,
            r#"ALTER TABLE "User" ADD COLUMN tier text; ALTER TABLE "User" ALTER tier SET NOT NULL"#,
            r#"ALTER TABLE "User" ALTER COLUMN email SET NOT NULL"#,
            r#"ALTER TABLE "User" ALTER COLUMN id DROP DEFAULT"#,
            r#"ALTER TABLE "User" ALTER colour DROP DEFAULT, ALTER colour TYPE text"#,
            r#"ALTER TYPE "Colour" RENAME TO "Color""#,
            r#"ALTER TYPE "Colour" RENAME VALUE 'red' TO 'crimson'"#,
            r#"
            CREATE TYPE "Colour_new" AS ENUM ('red');
            ALTER TABLE "User" ALTER colour DROP DEFAULT;
            ALTER TABLE "User" ALTER colour TYPE "Colour_new" USING colour::text::"Colour_new";
            ALTER TYPE "Colour" RENAME TO "Colour_old";
            ALTER TYPE "Colour_new" RENAME TO "Colour";
            DROP TYPE "Colour_old";
            ALTER TABLE "User" ALTER colour SET DEFAULT 'red';
            "#,
        ],
        &expect![[r#"
            DROP TABLE "Log"
              breaking: table-dropped Log
              lock: readers-blocked Log
            ALTER TABLE "Log" RENAME TO "Logs"
              breaking: table-renamed Log
              lock: readers-blocked Log
            ALTER TABLE "User" DROP COLUMN email, DROP COLUMN age
              breaking: column-dropped User.email
              breaking: column-dropped User.age
              lock: readers-blocked User
            ALTER TABLE "User" RENAME email TO mail
              breaking: column-renamed User.email
              lock: readers-blocked User
            ALTER TABLE "User" ALTER COLUMN email TYPE jsonb USING email::jsonb
              breaking: type-replaced User.email
              lock: readers-blocked User
            ALTER TABLE "User" ALTER COLUMN team TYPE text[] USING ARRAY[team], DROP CONSTRAINT "User_team_fkey"
              breaking: type-replaced User.team
              lock: readers-blocked Team
              lock: readers-blocked User
              info: constraint-dropped User(team)
            ALTER TABLE "User" ADD COLUMN tier text NOT NULL
              breaking: value-required User.tier
              prepared-plan: column-added User.tier
              lock: readers-blocked User
            ALTER TABLE "User" ADD COLUMN tier text; ALTER TABLE "User" ALTER tier SET NOT NULL
              prepared-plan: column-added User.tier
              lock: readers-blocked User
              breaking: value-required User.tier
              lock: readers-blocked User
            ALTER TABLE "User" ALTER COLUMN email SET NOT NULL
              breaking: value-required User.email
              lock: readers-blocked User
            ALTER TABLE "User" ALTER COLUMN id DROP DEFAULT
              breaking: value-required User.id
              lock: readers-blocked User
            ALTER TABLE "User" ALTER colour DROP DEFAULT, ALTER colour TYPE text
              breaking: type-replaced User.colour
              write-reject: default-dropped User.colour
              lock: readers-blocked User
            ALTER TYPE "Colour" RENAME TO "Color"
              breaking: type-replaced User.colour
            ALTER TYPE "Colour" RENAME VALUE 'red' TO 'crimson'
              breaking: enum-value-removed Colour
              write-reject: enum-value-added Colour
            CREATE TYPE "Colour_new" AS ENUM ('red');
            ALTER TABLE "User" ALTER colour DROP DEFAULT;
            ALTER TABLE "User" ALTER colour TYPE "Colour_new" USING colour::text::"Colour_new";
            ALTER TYPE "Colour" RENAME TO "Colour_old";
            ALTER TYPE "Colour_new" RENAME TO "Colour";
            DROP TYPE "Colour_old";
            ALTER TABLE "User" ALTER colour SET DEFAULT 'red';
              lock: readers-blocked User
              lock: readers-blocked User
              breaking: enum-value-removed Colour
              prepared-plan: type-changed User.colour
        "#]],
    );
}

#[test]
fn write_reject() {
    check(
        Rating::WriteReject,
        &[
            r#"ALTER TABLE "Team" ALTER name DROP NOT NULL"#,
            r#"ALTER TABLE "Team" ALTER size DROP DEFAULT"#,
            r#"ALTER TABLE "User" ALTER email SET DEFAULT '', ALTER email SET NOT NULL"#,
            r#"ALTER TABLE "User" ALTER name TYPE varchar(20)"#,
            r#"CREATE UNIQUE INDEX ON "User" (name)"#,
            r#"CREATE UNIQUE INDEX CONCURRENTLY ON "User" (lower(name), age) WHERE age > 20"#,
            r#"DROP INDEX "User_email_key""#,
            r#"ALTER TABLE "Team" ADD CHECK (size > 0)"#,
            r#"ALTER TABLE "Team" ADD CHECK (size > 0) NOT VALID"#,
            r#"ALTER TABLE "Log" ADD EXCLUDE USING gist (daterange(day, day) WITH &&)"#,
            r#"ALTER TABLE "User" ADD FOREIGN KEY (email) REFERENCES "Team""#,
            r#"CREATE TABLE tag (team text REFERENCES "Team")"#,
            r#"ALTER TYPE "Colour" ADD VALUE 'green'"#,
            r#"ALTER TABLE "User" ADD COLUMN code text NOT NULL DEFAULT '' UNIQUE"#,
            r#"ALTER TABLE "Team" ADD COLUMN code text; ALTER TABLE "Team" ADD CHECK (code IS NOT NULL) NOT VALID"#,
        ],
        &expect![[r#"
            ALTER TABLE "Team" ALTER name DROP NOT NULL
              write-reject: null-allowed Team.name
              lock: readers-blocked Team
            ALTER TABLE "Team" ALTER size DROP DEFAULT
              write-reject: default-dropped Team.size
              lock: readers-blocked Team
            ALTER TABLE "User" ALTER email SET DEFAULT '', ALTER email SET NOT NULL
              write-reject: null-forbidden User.email
              lock: readers-blocked User
              info: default-changed User.email
            ALTER TABLE "User" ALTER name TYPE varchar(20)
              write-reject: type-narrowed User.name
              prepared-plan: type-changed User.name
              lock: readers-blocked User
            CREATE UNIQUE INDEX ON "User" (name)
              write-reject: unique-added User(name)
              lock: writers-blocked User
            CREATE UNIQUE INDEX CONCURRENTLY ON "User" (lower(name), age) WHERE age > 20
              write-reject: unique-added User((expression), age)
            DROP INDEX "User_email_key"
              write-reject: unique-dropped User(email)
              lock: readers-blocked User
            ALTER TABLE "Team" ADD CHECK (size > 0)
              write-reject: constraint-added Team(size)
              lock: readers-blocked Team
            ALTER TABLE "Team" ADD CHECK (size > 0) NOT VALID
              write-reject: constraint-added Team(size)
              lock: readers-blocked Team
            ALTER TABLE "Log" ADD EXCLUDE USING gist (daterange(day, day) WITH &&)
              write-reject: constraint-added Log((expression))
              lock: readers-blocked Log
            ALTER TABLE "User" ADD FOREIGN KEY (email) REFERENCES "Team"
              write-reject: foreign-key-added User(email)
              write-reject: deletes-restricted Team
              lock: writers-blocked Team
              lock: writers-blocked User
            CREATE TABLE tag (team text REFERENCES "Team")
              write-reject: deletes-restricted Team
              lock: writers-blocked Team
            ALTER TYPE "Colour" ADD VALUE 'green'
              write-reject: enum-value-added Colour
            ALTER TABLE "User" ADD COLUMN code text NOT NULL DEFAULT '' UNIQUE
              write-reject: unique-added User(code)
              prepared-plan: column-added User.code
              lock: readers-blocked User
            ALTER TABLE "Team" ADD COLUMN code text; ALTER TABLE "Team" ADD CHECK (code IS NOT NULL) NOT VALID
              prepared-plan: column-added Team.code
              lock: readers-blocked Team
              write-reject: constraint-added Team(code)
        "#]],
    );
}

#[test]
fn prepared_plan() {
    check(
        Rating::PreparedPlan,
        &[
            r#"ALTER TABLE "User" ADD COLUMN tier text, ADD COLUMN plan int NOT NULL DEFAULT 1"#,
            r#"ALTER TABLE "User" ADD COLUMN number serial UNIQUE, ADD COLUMN code text UNIQUE"#,
            r#"ALTER TABLE "User" ADD COLUMN other text REFERENCES "Team" ON DELETE SET NULL"#,
            r#"ALTER TABLE "Team" ADD COLUMN plan text CHECK (plan IN ('free', 'paid'))"#,
            r#"ALTER TABLE "Team" ALTER size TYPE bigint"#,
        ],
        &expect![[r#"
            ALTER TABLE "User" ADD COLUMN tier text, ADD COLUMN plan int NOT NULL DEFAULT 1
              prepared-plan: column-added User.tier
              prepared-plan: column-added User.plan
              lock: readers-blocked User
            ALTER TABLE "User" ADD COLUMN number serial UNIQUE, ADD COLUMN code text UNIQUE
              prepared-plan: column-added User.number
              prepared-plan: column-added User.code
              lock: readers-blocked User
            ALTER TABLE "User" ADD COLUMN other text REFERENCES "Team" ON DELETE SET NULL
              prepared-plan: column-added User.other
              lock: writers-blocked Team
              lock: readers-blocked User
            ALTER TABLE "Team" ADD COLUMN plan text CHECK (plan IN ('free', 'paid'))
              prepared-plan: column-added Team.plan
              lock: readers-blocked Team
            ALTER TABLE "Team" ALTER size TYPE bigint
              prepared-plan: type-changed Team.size
              lock: readers-blocked Team
        "#]],
    );
}

#[test]
fn lock() {
    check(
        Rating::Lock,
        &[
            r#"CREATE INDEX ON "Team" (name)"#,
            r#"CREATE INDEX ON "Log" (day)"#,
            r#"UPDATE "Team" SET size = 2"#,
            r#"CREATE TABLE tag (team text REFERENCES "Team" ON DELETE CASCADE)"#,
            r#"ALTER TABLE "Team" ALTER size SET DEFAULT 2"#,
            r#"DROP INDEX "User_name_idx""#,
            r#"ALTER TABLE "User" DROP CONSTRAINT adult"#,
            r#"LOCK TABLE "Team" IN SHARE MODE"#,
        ],
        &expect![[r#"
            CREATE INDEX ON "Team" (name)
              lock: writers-blocked Team
            CREATE INDEX ON "Log" (day)
              lock: writers-blocked Log
            UPDATE "Team" SET size = 2
              lock: rows-locked Team
            CREATE TABLE tag (team text REFERENCES "Team" ON DELETE CASCADE)
              lock: writers-blocked Team
            ALTER TABLE "Team" ALTER size SET DEFAULT 2
              lock: readers-blocked Team
              info: default-changed Team.size
            DROP INDEX "User_name_idx"
              lock: readers-blocked User
              info: index-dropped User(name)
            ALTER TABLE "User" DROP CONSTRAINT adult
              lock: readers-blocked User
              info: constraint-dropped User(age)
            LOCK TABLE "Team" IN SHARE MODE
              lock: writers-blocked Team
        "#]],
    );
}

#[test]
fn info() {
    check(
        Rating::Info,
        &[
            "",
            "SELECT 1",
            "CREATE TABLE tag (id int); CREATE INDEX ON tag (id); ALTER TABLE tag ADD name text NOT NULL; DROP TABLE tag",
            r#"CREATE INDEX CONCURRENTLY ON "Log" (day)"#,
            r#"DROP INDEX CONCURRENTLY "User_name_idx""#,
            r#"ALTER TABLE "User" VALIDATE CONSTRAINT adult"#,
            "CREATE TYPE size AS ENUM ('small'); ALTER TYPE size ADD VALUE 'large'",
        ],
        &expect![[r#"
            SELECT 1
            CREATE TABLE tag (id int); CREATE INDEX ON tag (id); ALTER TABLE tag ADD name text NOT NULL; DROP TABLE tag
            CREATE INDEX CONCURRENTLY ON "Log" (day)
            DROP INDEX CONCURRENTLY "User_name_idx"
              info: index-dropped User(name)
            ALTER TABLE "User" VALIDATE CONSTRAINT adult
            CREATE TYPE size AS ENUM ('small'); ALTER TYPE size ADD VALUE 'large'
        "#]],
    );
}

#[test]
fn equivalent_definitions_are_not_findings() {
    check(
        Rating::Lock,
        &[
            r#"CREATE UNIQUE INDEX ON "User" (name, email)"#,
            r#"DROP INDEX "User_email_key"; CREATE UNIQUE INDEX "User_mail_key" ON "User" (email)"#,
            r#"DROP INDEX "User_name_idx"; CREATE INDEX ON "User" (name, age)"#,
            r#"ALTER TABLE "Log" RENAME TO old; ALTER TABLE old RENAME TO "Log""#,
            r#"
            ALTER TABLE "User" DROP CONSTRAINT "User_team_fkey";
            ALTER TABLE "User" ADD CONSTRAINT of_team FOREIGN KEY (team) REFERENCES "Team" ON DELETE SET NULL;
            "#,
            r#"CREATE TABLE copy (LIKE "Log"); DROP TABLE "Log"; ALTER TABLE copy RENAME TO "Log""#,
        ],
        &expect![[r#"
            CREATE UNIQUE INDEX ON "User" (name, email)
              lock: writers-blocked User
            DROP INDEX "User_email_key"; CREATE UNIQUE INDEX "User_mail_key" ON "User" (email)
              lock: readers-blocked User
              lock: readers-blocked User
            DROP INDEX "User_name_idx"; CREATE INDEX ON "User" (name, age)
              lock: readers-blocked User
              lock: readers-blocked User
            ALTER TABLE "Log" RENAME TO old; ALTER TABLE old RENAME TO "Log"
              lock: readers-blocked Log
            ALTER TABLE "User" DROP CONSTRAINT "User_team_fkey";
            ALTER TABLE "User" ADD CONSTRAINT of_team FOREIGN KEY (team) REFERENCES "Team" ON DELETE SET NULL;
              lock: readers-blocked Team
              lock: readers-blocked User
              lock: readers-blocked User
            CREATE TABLE copy (LIKE "Log"); DROP TABLE "Log"; ALTER TABLE copy RENAME TO "Log"
              lock: readers-blocked Log
        "#]],
    );
}

#[test]
fn tables_of_new_migrations_are_not_in_use() {
    let Some(database) = database() else { return };
    let report = report(
        &database,
        &[
            r#"CREATE TABLE tag (id int); ALTER TABLE "Team" ADD COLUMN plan text"#,
            r#"ALTER TABLE tag RENAME TO label; ALTER TABLE "Team" ALTER plan SET NOT NULL"#,
            r#"DROP TABLE label; ALTER TABLE "Team" DROP COLUMN plan"#,
        ],
    );
    let ratings: Vec<_> = report.migrations.iter().map(|migration| migration.rating).collect();
    assert_eq!(ratings, [Rating::PreparedPlan, Rating::Breaking, Rating::Lock]);
}

/// Lists each script with its findings. All scripts have this rating.
fn check(rating: Rating, scripts: &[&str], expected: &Expect) {
    let Some(database) = database() else { return };
    let mut text = String::new();
    for script in scripts {
        let report = report(&database, &[script]);
        for line in script.lines().filter(|line| !line.trim().is_empty()) {
            writeln!(text, "{}", line.trim()).unwrap();
        }
        for statement in &report.migrations[0].statements {
            for finding in &statement.findings {
                writeln!(text, "  {}: {} {}", finding.rating.name(), finding.kind, finding.object).unwrap();
            }
        }
        assert_eq!(report.rating, rating, "{text}");
    }
    expected.assert_eq(&text);
}
