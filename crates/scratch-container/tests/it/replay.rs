//! A server in a container gives the same results as a local server.

use postgres::Client;
use scratch_postgres::{Choice, Error, Installation, Options, Replayed, replay};
use sql_script::{Script, ScriptError};

use crate::support::options;

const SCRIPTS: [Script<'_>; 3] = [
    Script {
        name: "one",
        sql: "CREATE TYPE mood AS ENUM ('glad', 'Sad');
              CREATE TABLE a (id SERIAL PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x', mood mood, at TIMESTAMP(3));",
    },
    Script { name: "two", sql: "CREATE TABLE b (a INT REFERENCES a ON DELETE CASCADE, CHECK (a > 0), tags TEXT[]);" },
    Script { name: "three", sql: "CREATE INDEX CONCURRENTLY b_tags ON b USING GIN (tags)" },
];

const WRONG: Script<'_> = Script {
    name: "wrong",
    sql: "SELECT 1;
          ALTER TABLE a ADD COLUMN name INT;",
};

#[test]
fn a_container_gives_the_same_results_as_a_local_server() {
    let Some(container) = options() else { return };
    let replayed = replay(&container, &SCRIPTS, &mut ()).unwrap();
    let version: u32 = replayed.server().version().split('.').next().unwrap().parse().unwrap();
    if let Err(error) = Installation::find(Some(version)) {
        return println!("skipped: {error}");
    }
    let local = Options { choice: Choice::Local, version: Some(version), ..container.clone() };
    let locally = replay(&local, &SCRIPTS, &mut ()).unwrap();
    let content = content(&replayed);
    assert!(content.contains("b_tags"), "{content}");
    assert_eq!(content, self::content(&locally));
    assert_eq!(failure(&container), failure(&local));
}

#[test]
fn a_script_has_no_access_to_files_and_programs() {
    let Some(options) = options() else { return };
    let replayed = replay(&options, &SCRIPTS, &mut ()).unwrap();
    let database = replayed.into_database();
    for statement in ["COPY (SELECT 1) TO PROGRAM 'cat'", "SELECT pg_read_file('/etc/passwd')", "CREATE ROLE other"] {
        let error = database.client().unwrap().batch_execute(statement).unwrap_err();
        assert_eq!(error.code().map(postgres::error::SqlState::code), Some("42501"), "{statement}");
    }
}

#[test]
fn a_version_other_than_the_version_of_the_image_is_refused() {
    let Some(options) = options() else { return };
    let server = replay(&options, &[], &mut ()).unwrap();
    let image = server.server().describe().rsplit(' ').next().unwrap().to_owned();
    let error = replay(&Options { image: Some(image), version: Some(7), ..options }, &[], &mut ()).unwrap_err();
    assert!(matches!(error, Error::WrongVersion { wanted: 7, .. }), "{error}");
}

/// All columns, indexes and constraints, as the catalog describes them.
fn content(replayed: &Replayed) -> String {
    let query = r#"
        SELECT line FROM (SELECT format('%s.%s %s %s %s %s', c.relname, a.attname, format_type(atttypid, atttypmod), attnotnull, attcollation,
                      pg_get_expr(adbin, adrelid)) AS line
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0
        UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indexrelid
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT enumlabel FROM pg_enum
        UNION ALL SELECT current_setting(name) FROM unnest(ARRAY['TimeZone', 'DateStyle', 'lc_collate', 'search_path']) name
        ) lines ORDER BY line COLLATE "C""#;
    let mut client: Client = replayed.client().unwrap();
    let lines = client.query(query, &[]).unwrap();
    lines.iter().map(|row| row.get::<_, String>(0) + "\n").collect()
}

fn failure(options: &Options) -> ScriptError {
    let [one, ..] = SCRIPTS;
    match replay(options, &[one, WRONG], &mut ()).unwrap_err() {
        Error::Script(failure) => *failure,
        other => panic!("{other}"),
    }
}
