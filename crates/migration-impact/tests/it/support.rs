use migration_impact::{ImpactReport, measure};
use scratch_postgres::{Database, Error, Options, Server};
use sql_script::Script;

/// The released schema of all tests.
const RELEASED: &str = r#"
    CREATE TYPE "Colour" AS ENUM ('red', 'blue');
    CREATE TABLE "Team" (id text PRIMARY KEY, name text NOT NULL, size int NOT NULL DEFAULT 1);
    CREATE TABLE "User" (
        id serial PRIMARY KEY,
        name varchar(40) NOT NULL,
        email text,
        age int NOT NULL DEFAULT 18,
        colour "Colour" NOT NULL DEFAULT 'red',
        team text REFERENCES "Team" ON DELETE CASCADE
    );
    CREATE UNIQUE INDEX "User_email_key" ON "User" (email);
    CREATE INDEX "User_name_idx" ON "User" (name);
    ALTER TABLE "User" ADD CONSTRAINT adult CHECK (age >= 18);
    CREATE TABLE "Log" (day date NOT NULL, text text NOT NULL);
    "#;

/// A database with the released schema, if PostgreSQL is installed.
pub(crate) fn database() -> Option<Database> {
    let server = match Server::start(&Options::for_tests(), &mut ()) {
        Err(error @ Error::NotInstalled { .. }) => {
            println!("skipped: {error}");
            return None;
        }
        server => server.unwrap(),
    };
    let database = server.create_database().unwrap();
    database.run(Script { name: "released", sql: RELEASED }).unwrap();
    Some(database)
}

/// The impact of scripts on a copy of the database. `Log` is a hot table.
pub(crate) fn report(database: &Database, scripts: &[&str]) -> ImpactReport {
    let names: Vec<_> = (1..=scripts.len()).map(|number| format!("{number}_new")).collect();
    let scripts: Vec<_> = names.iter().zip(scripts).map(|(name, sql)| Script { name, sql }).collect();
    let copy = database.copy().unwrap();
    measure(&copy, &mut copy.client().unwrap(), &scripts, &["Log".to_owned()]).unwrap()
}
