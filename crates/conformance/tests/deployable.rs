//! Migrations in house style, on databases with rows.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests print why they are skipped")]

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use catalog::{Catalog, Kind};
use conformance::{
    answers,
    case::{Case, Question},
    deployable::{Input, Verdict, verify},
    record::kept_files,
};
use postgres::{Client, error::SqlState};
use prisma_schema::{Flavour, Source, data_model};
use schema_diff::{
    RenamedSchema,
    deployable::{self, DeployableMigration, MigrationPart},
};
use scratch_postgres::{Database, Error, Options, Server};
use sql_schema::{DatabaseOptions, SqlSchema};

scratch_postgres::guardian_for_tests!();

/// The migrations of all kept cases reach the same database as Prisma's SQL, can be applied twice, and again after an
/// interruption.
#[test]
fn kept_cases() {
    let Some(server) = server() else { return };
    let cases: Vec<Case> = kept_files(&[]).unwrap().into_iter().flat_map(|kept| kept.file.cases).collect();
    let (next, proved, faults) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(String::new()));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match verdict(&server, &case.question) {
                        Some(Verdict::Fault(fault)) => *faults.lock().unwrap() += &format!("{}: {fault}\n", case.name),
                        Some(Verdict::Proved { .. }) => _ = proved.fetch_add(1, Ordering::Relaxed),
                        Some(Verdict::Empty | Verdict::BothRejected(_)) | None => {}
                    }
                }
            });
        }
    });
    let (proved, faults) = (proved.into_inner(), faults.into_inner().unwrap());
    assert!(faults.is_empty(), "{faults}");
    assert!(proved > 300, "{proved}");
}

/// `None` if a schema is invalid, or the setup needs another version of PostgreSQL.
fn verdict(server: &Server, question: &Question) -> Option<Verdict> {
    let (setup, to) = match question {
        Question::Schemas { before, after } => {
            let setup =
                before.as_ref().map(|before| answers::sql_between(None, before, Flavour::V6)).transpose().ok()?;
            (setup.unwrap_or_default(), after)
        }
        Question::Database { setup, after, .. } => (setup.clone(), after),
        Question::Validation { .. } => return None,
    };
    verify(server, Input { setup: &setup, to, flavour: Flavour::V6 }).ok()
}

/// A schema: teams, and keys that refer to them.
const BEFORE: &str = r"model Team {
  id Int @id @default(autoincrement())
  name String @unique
  size Int
  tier Tier @default(free)
  since Int
  keys Key[]
}
model Key {
  id Int @id
  team_id Int
  team Team @relation(fields: [team_id], references: [id])
  owner Int?
}
model Owner {
  id Int @id
}
enum Tier {
  free
  paid
}
";

const ROWS: &str = r#"INSERT INTO "Team" (name, size, since) VALUES ('a', 3, 1), ('b', 5, 2);
INSERT INTO "Owner" VALUES (1);
INSERT INTO "Key" VALUES (1, 1, 1), (2, 2, 7);
"#;

#[test]
fn the_objects_already_exist() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let to =
        BEFORE.replace("since Int", "since Int\n  note String?\n  @@index([size])").replace("paid", "paid\n  best");
    let migrations = teams.migrations_to(&to, &[]);
    teams.apply(&migrations).unwrap();
    let once = teams.catalog();
    teams.apply(&migrations).unwrap();
    assert_eq!(teams.catalog(), once);
    assert_eq!(teams.migrations_to(&to, &[]), []);
}

#[test]
fn another_postgresql_schema_has_the_constraint() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let to = with_owner();
    let migrations = teams.migrations_to(&to, &[]);
    teams
        .client
        .batch_execute(
            "DELETE FROM \"Key\" WHERE owner = 7;
             CREATE SCHEMA other;
             CREATE TABLE other.\"Owner\" (id int PRIMARY KEY);
             CREATE TABLE other.\"Key\" (
                 owner int, CONSTRAINT \"Key_owner_fkey\" FOREIGN KEY (owner) REFERENCES other.\"Owner\" (id)
             );",
        )
        .unwrap();
    teams.apply(&migrations).unwrap();
    assert_eq!(teams.migrations_to(&to, &[]), []);
}

#[test]
fn the_postgresql_schema_is_not_public() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let public = teams.catalog();
    teams.client.batch_execute("CREATE SCHEMA tenant; SET search_path = tenant").unwrap();
    let migrations = teams.migrations_to(BEFORE, &[]);
    teams.apply(&migrations).unwrap();
    assert_eq!(teams.migrations_to(BEFORE, &[]), []);
    teams.client.batch_execute("DROP SCHEMA tenant CASCADE; SET search_path = public").unwrap();
    assert_eq!(teams.catalog(), public);
}

#[test]
fn a_renamed_column_keeps_its_values() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let to = BEFORE.replace("name String", "alias String");
    let migrations = teams.migrations_to(&to, &["Team.name=alias"]);
    teams.apply(&migrations).unwrap();
    teams.apply(&migrations).unwrap();
    assert_eq!(teams.text("SELECT string_agg(alias, ' ') FROM \"Team\""), "a b");
    assert_eq!(teams.migrations_to(&to, &[]), []);
}

#[test]
fn a_renamed_table_keeps_its_rows() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let to = BEFORE.replace("Team {", "Group {").replace("Team @", "Group @");
    let migrations = teams.migrations_to(&to, &["Team=Group"]);
    teams.apply(&migrations).unwrap();
    teams.apply(&migrations).unwrap();
    assert_eq!(teams.migrations_to(&to, &[]), []);
    teams.client.batch_execute("INSERT INTO \"Group\" (name, size, since) VALUES ('c', 1, 1)").unwrap();
    assert_eq!(teams.text("SELECT string_agg(id || name, ' ') FROM \"Group\""), "1a 2b 3c");
    assert_eq!(teams.text("SELECT pg_get_serial_sequence('\"Group\"', 'id')"), "public.\"Group_id_seq\"");
}

#[test]
fn a_second_run_keeps_values_written_after_the_first() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let to = BEFORE.replace("size Int", "size Int[]").replace("since Int", "since DateTime?");
    let migrations = teams.migrations_to(&to, &[]);
    teams.apply(&migrations).unwrap();
    teams.client.batch_execute("UPDATE \"Team\" SET since = '2020-02-02', size = size || 9").unwrap();
    teams.apply(&migrations).unwrap();
    assert_eq!(
        teams.text("SELECT string_agg(size::text || since::date, ' ') FROM \"Team\""),
        "{3,9}2020-02-02 {5,9}2020-02-02"
    );
}

#[test]
fn values_that_cannot_be_converted_stay() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let migrations = teams.migrations_to(&BEFORE.replace("name String @unique", "name Int"), &[]);
    let before = teams.catalog();
    let error = teams.apply(&migrations).unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::INVALID_TEXT_REPRESENTATION));
    assert_eq!(teams.catalog(), before);
    assert_eq!(teams.text("SELECT string_agg(name, ' ') FROM \"Team\""), "a b");
}

#[test]
fn an_enum_value_in_use_is_not_removed() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    teams.client.batch_execute("UPDATE \"Team\" SET tier = 'paid' WHERE name = 'b'").unwrap();
    let migrations = teams.migrations_to(&BEFORE.replace("  paid\n", ""), &[]);
    let before = teams.catalog();
    let error = teams.apply(&migrations).unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::INVALID_TEXT_REPRESENTATION));
    assert_eq!(teams.catalog(), before);
    teams.client.batch_execute("UPDATE \"Team\" SET tier = 'free'").unwrap();
    teams.apply(&migrations).unwrap();
}

#[test]
fn a_new_enum_value_is_committed_before_its_use() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let to = BEFORE.replace("paid\n", "paid\n  best\n").replace("@default(free)", "@default(best)");
    let migrations = teams.migrations_to(&to, &[]);
    assert_eq!(parts(&migrations), [MigrationPart::EnumValues, MigrationPart::Main]);
    teams.apply(&migrations).unwrap();
    assert_eq!(teams.migrations_to(&to, &[]), []);
}

#[test]
fn a_unique_constraint_is_dropped_with_its_index() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    teams
        .client
        .batch_execute(
            "DROP INDEX \"Team_name_key\"; ALTER TABLE \"Team\" ADD CONSTRAINT \"Team_name_key\" UNIQUE (name)",
        )
        .unwrap();
    let to = BEFORE.replace("name String @unique", "name String");
    let migrations = teams.migrations_to(&to, &[]);
    teams.apply(&migrations).unwrap();
    teams.apply(&migrations).unwrap();
    assert_eq!(teams.migrations_to(&to, &[]), []);
}

#[test]
fn a_new_sequence_starts_after_the_existing_rows() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let migrations = teams.migrations_to(
        &BEFORE.replace("model Key {\n  id Int @id", "model Key {\n  id Int @id @default(autoincrement())"),
        &[],
    );
    teams.apply(&migrations).unwrap();
    teams.apply(&migrations).unwrap();
    teams.client.batch_execute("INSERT INTO \"Key\" (team_id) VALUES (1)").unwrap();
    assert_eq!(teams.text("SELECT MAX(id)::text FROM \"Key\""), "3");
}

/// PostgreSQL enforces the foreign key for new rows at once, and validates old rows later without blocking writers.
#[test]
fn validating_a_foreign_key_does_not_block_writers() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let migrations = teams.migrations_to(&with_owner(), &[]);
    assert_eq!(parts(&migrations), [MigrationPart::Main, MigrationPart::Validation]);
    teams.apply(&migrations[..1]).unwrap();
    let insert = teams.client.batch_execute("INSERT INTO \"Key\" VALUES (3, 1, 8)").unwrap_err();
    assert_eq!(insert.code(), Some(&SqlState::FOREIGN_KEY_VIOLATION));

    let mut validation = teams.database.client().unwrap();
    validation.batch_execute("BEGIN").unwrap();
    let error = validation.batch_execute(&migrations[1].to_sql("10s")).unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::FOREIGN_KEY_VIOLATION));
    validation.batch_execute("ROLLBACK; DELETE FROM \"Key\" WHERE owner = 7; BEGIN").unwrap();
    validation.batch_execute(&migrations[1].to_sql("10s")).unwrap();
    teams.client.batch_execute("SET lock_timeout = '1ms'; INSERT INTO \"Key\" VALUES (3, 1, 1)").unwrap();
    validation.batch_execute("COMMIT").unwrap();
}

#[test]
fn a_lock_is_awaited_until_the_timeout() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let migrations = teams.migrations_to(&BEFORE.replace("size Int", "size Int\n  note String?"), &[]);
    let mut reader = teams.database.client().unwrap();
    reader.batch_execute("BEGIN; SELECT * FROM \"Team\"").unwrap();
    let error = teams.client.batch_execute(&migrations[0].to_sql("1ms")).unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::LOCK_NOT_AVAILABLE));
    reader.batch_execute("ROLLBACK").unwrap();
    teams.apply(&migrations).unwrap();
    assert_eq!(teams.text("SHOW lock_timeout"), "0");
}

#[test]
fn an_interrupted_index_build_can_be_repeated() {
    let Some(mut teams) = TeamDatabase::open() else { return };
    let to = BEFORE.replace("size Int", "size Int @unique");
    let migrations = teams.migrations_to(&to, &[]);
    assert_eq!(parts(&migrations), [MigrationPart::Index]);
    teams.client.batch_execute("UPDATE \"Team\" SET size = 4").unwrap();
    assert_eq!(teams.apply(&migrations).unwrap_err().code(), Some(&SqlState::UNIQUE_VIOLATION));
    let has_invalid =
        |catalog: &Catalog| catalog.objects().any(|(name, index)| name.kind == Kind::Index && index.is("INVALID"));
    assert!(has_invalid(&teams.catalog()));
    // The advice in the migration's comment.
    teams.client.batch_execute("UPDATE \"Team\" SET size = id; DROP INDEX \"Team_size_key\"").unwrap();
    teams.apply(&migrations).unwrap();
    assert!(!has_invalid(&teams.catalog()));
}

/// [`BEFORE`] with a relation from keys to their owners.
fn with_owner() -> String {
    BEFORE
        .replace("owner Int?", "owner Int?\n  by Owner? @relation(fields: [owner], references: [id])")
        .replace("model Owner {\n  id Int @id", "model Owner {\n  id Int @id\n  keys Key[]")
}

fn parts(migrations: &[DeployableMigration]) -> Vec<MigrationPart> {
    migrations.iter().map(|migration| migration.part).collect()
}

/// A database with rows, and a connection to it.
struct TeamDatabase {
    client: Client,
    database: Database,
}

impl TeamDatabase {
    fn open() -> Option<Self> {
        let database = server()?.create_database().unwrap();
        let mut client = database.client().unwrap();
        client.batch_execute(&answers::sql_between(None, BEFORE, Flavour::V5).unwrap()).unwrap();
        client.batch_execute(ROWS).unwrap();
        Some(Self { client, database })
    }

    /// The migrations from the database to a schema.
    fn migrations_to(&mut self, to: &str, renames: &[&str]) -> Vec<DeployableMigration> {
        let schema = format!("{to}datasource db {{\n  provider = \"postgresql\"\n  url = \"postgres://x\"\n}}\n");
        let (data_model, _) = data_model(&[Source::new("schema.prisma", schema)], Flavour::V5).unwrap();
        let to = SqlSchema::from_data_model(&data_model, Flavour::V5);
        let options = DatabaseOptions::for_data_model(&data_model, Flavour::V5);
        let from = SqlSchema::from_database(&mut self.client, &options).unwrap();
        let renames: Vec<_> = renames.iter().map(|rename| rename.parse().unwrap()).collect();
        let renamed = RenamedSchema::new(from, &renames, &to).unwrap();
        deployable::migrations(&renamed.diff(&to, Flavour::V5))
    }

    /// Applies each migration as Prisma does: as one batch.
    fn apply(&mut self, migrations: &[DeployableMigration]) -> Result<(), postgres::Error> {
        migrations.iter().try_for_each(|migration| self.client.batch_execute(&migration.to_sql("10s")))
    }

    fn catalog(&mut self) -> Catalog {
        Catalog::read(&mut self.client, "public").unwrap()
    }

    fn text(&mut self, query: &str) -> String {
        self.client.query_one(query, &[]).unwrap().get(0)
    }
}

fn server() -> Option<Server> {
    match Server::start(&Options::for_tests(), &mut ()) {
        Ok(server) => Some(server),
        Err(error @ Error::NotInstalled { .. }) => {
            println!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}
