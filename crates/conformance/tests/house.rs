//! Migrations in the house's own style, on databases with rows. The tests of single migrations are named after what happens
//! to careless ones.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "these are tests, and say why they are skipped")]

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use catalog::{Catalog, Kind};
use conformance::{
    case::{Case, Question},
    house::{Subject, Verdict, prove},
    ours,
    record::kept,
};
use postgres::{Client, error::SqlState};
use prisma_schema::{Flavour, Source, data_model};
use schema_diff::{
    Renamed,
    house::{self, Migration, Part},
};
use scratch_postgres::{Database, Error, Options, Server};
use sql_schema::{DatabaseOptions, SqlSchema};

scratch_postgres::guardian_for_tests!();

/// All kept cases lead where Prisma's SQL leads, can be applied twice, and again after an interruption.
#[test]
fn leads_where_prisma_leads() {
    let Some(server) = server() else { return };
    let cases: Vec<Case> = kept(&[]).unwrap().into_iter().flat_map(|kept| kept.file.cases).collect();
    let (next, proved, faults) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(String::new()));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match verdict(&server, &case.question) {
                        Some(Verdict::Fault(fault)) => *faults.lock().unwrap() += &format!("{}: {fault}\n", case.name),
                        Some(Verdict::Proved { .. }) => _ = proved.fetch_add(1, Ordering::Relaxed),
                        Some(Verdict::Empty | Verdict::BothRefused(_)) | None => {}
                    }
                }
            });
        }
    });
    let (proved, faults) = (proved.into_inner(), faults.into_inner().unwrap());
    assert!(faults.is_empty(), "{faults}");
    assert!(proved > 300, "{proved}");
}

/// `None` where a schema is invalid, or the setup needs another version of PostgreSQL.
fn verdict(server: &Server, question: &Question) -> Option<Verdict> {
    let (setup, to) = match question {
        Question::Schemas { before, after } => {
            let setup = before.as_ref().map(|before| ours::between(None, before, Flavour::V6)).transpose().ok()?;
            (setup.unwrap_or_default(), after)
        }
        Question::Database { setup, after, .. } => (setup.clone(), after),
        Question::Verdict { .. } => return None,
    };
    prove(server, Subject { setup: &setup, to, flavour: Flavour::V6 }).ok()
}

/// A schema that is in use: teams, and keys that refer to them.
const BEFORE: &str = "\
model Team {
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

const ROWS: &str = "\
INSERT INTO \"Team\" (name, size, since) VALUES ('a', 3, 1), ('b', 5, 2);
INSERT INTO \"Owner\" VALUES (1);
INSERT INTO \"Key\" VALUES (1, 1, 1), (2, 2, 7);
";

#[test]
fn it_already_exists() {
    let Some(mut shop) = Shop::open() else { return };
    let to =
        BEFORE.replace("since Int", "since Int\n  note String?\n  @@index([size])").replace("paid", "paid\n  best");
    let migrations = shop.migrations(&to, &[]);
    shop.apply(&migrations).unwrap();
    let once = shop.catalog();
    shop.apply(&migrations).unwrap();
    assert_eq!(shop.catalog(), once);
    assert_eq!(shop.migrations(&to, &[]), []);
}

#[test]
fn a_guard_finds_the_constraint_of_another_schema() {
    let Some(mut shop) = Shop::open() else { return };
    let to = with_owner();
    let migrations = shop.migrations(&to, &[]);
    shop.client
        .batch_execute(
            "DELETE FROM \"Key\" WHERE owner = 7;
             CREATE SCHEMA other;
             CREATE TABLE other.\"Owner\" (id int PRIMARY KEY);
             CREATE TABLE other.\"Key\" (
                 owner int, CONSTRAINT \"Key_owner_fkey\" FOREIGN KEY (owner) REFERENCES other.\"Owner\" (id)
             );",
        )
        .unwrap();
    shop.apply(&migrations).unwrap();
    assert_eq!(shop.migrations(&to, &[]), []);
}

#[test]
fn the_schema_is_not_called_public() {
    let Some(mut shop) = Shop::open() else { return };
    let public = shop.catalog();
    shop.client.batch_execute("CREATE SCHEMA tenant; SET search_path = tenant").unwrap();
    let migrations = shop.migrations(BEFORE, &[]);
    shop.apply(&migrations).unwrap();
    assert_eq!(shop.migrations(BEFORE, &[]), []);
    shop.client.batch_execute("DROP SCHEMA tenant CASCADE; SET search_path = public").unwrap();
    assert_eq!(shop.catalog(), public);
}

#[test]
fn a_renamed_column_loses_its_values() {
    let Some(mut shop) = Shop::open() else { return };
    let to = BEFORE.replace("name String", "alias String");
    let migrations = shop.migrations(&to, &["Team.name=alias"]);
    shop.apply(&migrations).unwrap();
    shop.apply(&migrations).unwrap();
    assert_eq!(shop.text("SELECT string_agg(alias, ' ') FROM \"Team\""), "a b");
    assert_eq!(shop.migrations(&to, &[]), []);
}

#[test]
fn a_renamed_table_loses_its_rows() {
    let Some(mut shop) = Shop::open() else { return };
    let to = BEFORE.replace("Team {", "Group {").replace("Team @", "Group @");
    let migrations = shop.migrations(&to, &["Team=Group"]);
    shop.apply(&migrations).unwrap();
    shop.apply(&migrations).unwrap();
    assert_eq!(shop.migrations(&to, &[]), []);
    shop.client.batch_execute("INSERT INTO \"Group\" (name, size, since) VALUES ('c', 1, 1)").unwrap();
    assert_eq!(shop.text("SELECT string_agg(id || name, ' ') FROM \"Group\""), "1a 2b 3c");
    assert_eq!(shop.text("SELECT pg_get_serial_sequence('\"Group\"', 'id')"), "public.\"Group_id_seq\"");
}

#[test]
fn what_was_written_between_two_runs_is_lost() {
    let Some(mut shop) = Shop::open() else { return };
    let to = BEFORE.replace("size Int", "size Int[]").replace("since Int", "since DateTime?");
    let migrations = shop.migrations(&to, &[]);
    shop.apply(&migrations).unwrap();
    shop.client.batch_execute("UPDATE \"Team\" SET since = '2020-02-02', size = size || 9").unwrap();
    shop.apply(&migrations).unwrap();
    assert_eq!(
        shop.text("SELECT string_agg(size::text || since::date, ' ') FROM \"Team\""),
        "{3,9}2020-02-02 {5,9}2020-02-02"
    );
}

#[test]
fn values_that_do_not_fit_are_dropped() {
    let Some(mut shop) = Shop::open() else { return };
    let migrations = shop.migrations(&BEFORE.replace("name String @unique", "name Int"), &[]);
    let before = shop.catalog();
    let error = shop.apply(&migrations).unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::INVALID_TEXT_REPRESENTATION));
    assert_eq!(shop.catalog(), before);
    assert_eq!(shop.text("SELECT string_agg(name, ' ') FROM \"Team\""), "a b");
}

#[test]
fn a_value_of_an_enum_goes_while_a_row_holds_it() {
    let Some(mut shop) = Shop::open() else { return };
    shop.client.batch_execute("UPDATE \"Team\" SET tier = 'paid' WHERE name = 'b'").unwrap();
    let migrations = shop.migrations(&BEFORE.replace("  paid\n", ""), &[]);
    let before = shop.catalog();
    let error = shop.apply(&migrations).unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::INVALID_TEXT_REPRESENTATION));
    assert_eq!(shop.catalog(), before);
    shop.client.batch_execute("UPDATE \"Team\" SET tier = 'free'").unwrap();
    shop.apply(&migrations).unwrap();
}

#[test]
fn a_new_value_of_an_enum_is_used_too_early() {
    let Some(mut shop) = Shop::open() else { return };
    let to = BEFORE.replace("paid\n", "paid\n  best\n").replace("@default(free)", "@default(best)");
    let migrations = shop.migrations(&to, &[]);
    assert_eq!(parts(&migrations), [Part::EnumValues, Part::Main]);
    shop.apply(&migrations).unwrap();
    assert_eq!(shop.migrations(&to, &[]), []);
}

#[test]
fn a_constraint_needs_the_index_that_is_dropped() {
    let Some(mut shop) = Shop::open() else { return };
    shop.client
        .batch_execute(
            "DROP INDEX \"Team_name_key\"; ALTER TABLE \"Team\" ADD CONSTRAINT \"Team_name_key\" UNIQUE (name)",
        )
        .unwrap();
    let to = BEFORE.replace("name String @unique", "name String");
    let migrations = shop.migrations(&to, &[]);
    shop.apply(&migrations).unwrap();
    shop.apply(&migrations).unwrap();
    assert_eq!(shop.migrations(&to, &[]), []);
}

#[test]
fn numbers_are_given_twice() {
    let Some(mut shop) = Shop::open() else { return };
    let migrations = shop.migrations(
        &BEFORE.replace("model Key {\n  id Int @id", "model Key {\n  id Int @id @default(autoincrement())"),
        &[],
    );
    shop.apply(&migrations).unwrap();
    shop.apply(&migrations).unwrap();
    shop.client.batch_execute("INSERT INTO \"Key\" (team_id) VALUES (1)").unwrap();
    assert_eq!(shop.text("SELECT MAX(id)::text FROM \"Key\""), "3");
}

/// The foreign key holds for new rows at once, and for old ones when they are checked, which keeps nobody waiting.
#[test]
fn writers_wait_until_a_foreign_key_is_checked() {
    let Some(mut shop) = Shop::open() else { return };
    let migrations = shop.migrations(&with_owner(), &[]);
    assert_eq!(parts(&migrations), [Part::Main, Part::Validation]);
    shop.apply(&migrations[..1]).unwrap();
    let insert = shop.client.batch_execute("INSERT INTO \"Key\" VALUES (3, 1, 8)").unwrap_err();
    assert_eq!(insert.code(), Some(&SqlState::FOREIGN_KEY_VIOLATION));

    let mut validation = shop.database.client().unwrap();
    validation.batch_execute("BEGIN").unwrap();
    let error = validation.batch_execute(&migrations[1].to_sql("10s")).unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::FOREIGN_KEY_VIOLATION));
    validation.batch_execute("ROLLBACK; DELETE FROM \"Key\" WHERE owner = 7; BEGIN").unwrap();
    validation.batch_execute(&migrations[1].to_sql("10s")).unwrap();
    shop.client.batch_execute("SET lock_timeout = '1ms'; INSERT INTO \"Key\" VALUES (3, 1, 1)").unwrap();
    validation.batch_execute("COMMIT").unwrap();
}

#[test]
fn all_wait_behind_a_migration_that_waits_for_a_lock() {
    let Some(mut shop) = Shop::open() else { return };
    let migrations = shop.migrations(&BEFORE.replace("size Int", "size Int\n  note String?"), &[]);
    let mut reader = shop.database.client().unwrap();
    reader.batch_execute("BEGIN; SELECT * FROM \"Team\"").unwrap();
    let error = shop.client.batch_execute(&migrations[0].to_sql("1ms")).unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::LOCK_NOT_AVAILABLE));
    reader.batch_execute("ROLLBACK").unwrap();
    shop.apply(&migrations).unwrap();
    assert_eq!(shop.text("SHOW lock_timeout"), "0");
}

#[test]
fn a_broken_build_leaves_an_invalid_index() {
    let Some(mut shop) = Shop::open() else { return };
    let to = BEFORE.replace("size Int", "size Int @unique");
    let migrations = shop.migrations(&to, &[]);
    assert_eq!(parts(&migrations), [Part::Index]);
    shop.client.batch_execute("UPDATE \"Team\" SET size = 4").unwrap();
    assert_eq!(shop.apply(&migrations).unwrap_err().code(), Some(&SqlState::UNIQUE_VIOLATION));
    let has_invalid =
        |catalog: &Catalog| catalog.objects().any(|(name, index)| name.kind == Kind::Index && index.is("INVALID"));
    assert!(has_invalid(&shop.catalog()));
    // What the comment in the migration says.
    shop.client.batch_execute("UPDATE \"Team\" SET size = id; DROP INDEX \"Team_size_key\"").unwrap();
    shop.apply(&migrations).unwrap();
    assert!(!has_invalid(&shop.catalog()));
}

/// The schema, in which the owner of a key is a relation.
fn with_owner() -> String {
    BEFORE
        .replace("owner Int?", "owner Int?\n  by Owner? @relation(fields: [owner], references: [id])")
        .replace("model Owner {\n  id Int @id", "model Owner {\n  id Int @id\n  keys Key[]")
}

fn parts(migrations: &[Migration]) -> Vec<Part> {
    migrations.iter().map(|migration| migration.part).collect()
}

/// A database with rows, and a connection to it.
struct Shop {
    client: Client,
    database: Database,
}

impl Shop {
    fn open() -> Option<Self> {
        let database = server()?.create_database().unwrap();
        let mut client = database.client().unwrap();
        client.batch_execute(&ours::between(None, BEFORE, Flavour::V5).unwrap()).unwrap();
        client.batch_execute(ROWS).unwrap();
        Some(Self { client, database })
    }

    /// The migrations that lead to a schema.
    fn migrations(&mut self, to: &str, renames: &[&str]) -> Vec<Migration> {
        let schema = format!("{to}datasource db {{\n  provider = \"postgresql\"\n  url = \"postgres://x\"\n}}\n");
        let (data_model, _) = data_model(&[Source::new("schema.prisma", schema)], Flavour::V5).unwrap();
        let to = SqlSchema::from_data_model(&data_model, Flavour::V5);
        let options = DatabaseOptions::for_data_model(&data_model, Flavour::V5);
        let from = SqlSchema::from_database(&mut self.client, &options).unwrap();
        let renames: Vec<_> = renames.iter().map(|rename| rename.parse().unwrap()).collect();
        let renamed = Renamed::new(from, &renames, &to).unwrap();
        house::migrations(&renamed.diff(&to, Flavour::V5))
    }

    /// Applies each migration as Prisma does: as one batch.
    fn apply(&mut self, migrations: &[Migration]) -> Result<(), postgres::Error> {
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
