use migration_impact::{Options, Report, measure};
use scratch_postgres::{Database, Error, Options as ServerOptions, Server};
use sql_script::Script;

/// The tables that all migrations here start from.
const EARLIER: &str = r#"
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

/// A server with those tables, if there is a PostgreSQL.
pub(crate) fn database() -> Option<Database> {
    let server = match Server::start(&ServerOptions::for_tests(), &mut ()) {
        Err(error @ Error::NotInstalled { .. }) => {
            println!("skipped: {error}");
            return None;
        }
        server => server.unwrap(),
    };
    let database = server.create_database().unwrap();
    database.run(Script { name: "earlier", sql: EARLIER }).unwrap();
    Some(database)
}

/// The impact of scripts, on a copy of that database. `Log` is hot.
pub(crate) fn report(database: &Database, scripts: &[&str]) -> Report {
    let names: Vec<_> = (1..=scripts.len()).map(|number| format!("{number}_new")).collect();
    let scripts: Vec<_> = names.iter().zip(scripts).map(|(name, sql)| Script { name, sql }).collect();
    let copy = database.copy().unwrap();
    measure(&copy, &mut copy.client().unwrap(), &scripts, &Options { hot_tables: &["Log".to_owned()] }).unwrap()
}
