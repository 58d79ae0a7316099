//! Reads databases of a live server.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "these are tests, which print why they are skipped")]

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use prisma_schema::Flavour;
use scratch_postgres::{Database, Error, Options, Server};
use sql_schema::{DatabaseOptions, Predicate, ReadDatabaseError, SqlSchema, Table};

scratch_postgres::guardian_for_tests!();

#[test]
fn columns() {
    check(
        r#"
        CREATE TYPE "Colour" AS ENUM ('red', 'blue');
        ALTER TYPE "Colour" ADD VALUE 'green' BEFORE 'blue';
        CREATE TYPE nothing AS ENUM ();
        CREATE DOMAIN short AS varchar(8) NOT NULL;
        CREATE DOMAIN shorter AS short;
        CREATE TABLE house (
            id serial PRIMARY KEY,
            gone int,
            number int GENERATED ALWAYS AS IDENTITY,
            doubled int GENERATED ALWAYS AS (2 * 2) STORED,
            name short DEFAULT 'hut',
            nickname shorter,
            colours "Colour"[] DEFAULT '{red}',
            built timestamp DEFAULT now(),
            visits timestamp(3)[],
            price numeric(10, 2) DEFAULT 1.50,
            open interval(3),
            nights interval[]
        );
        ALTER TABLE house DROP COLUMN gone;
        "#,
        &expect![[r#"
            enum Colour ["red", "green", "blue"]
            table house
              id: Native(Integer) Required = Sequence("house_id_seq") autoincrement
              number: Native(Integer) Required autoincrement
              doubled: Native(Integer) Nullable = DbGenerated(Some("(2 * 2)"))
              name: Native(VarChar(Some(8))) Required = Value(String("hut"))
              nickname: Unsupported("short") Nullable
              colours: Enum(EnumId(0)) List = Value(List([Enum("red")]))
              built: Native(Timestamp(Some(6))) Nullable = Now
              visits: Native(Timestamp(Some(3))) List
              price: Native(Decimal(Some((10, 2)))) Nullable = Value(Decimal(Decimal { negative: false, whole: "1", fraction: "50" }))
              open: Unsupported("interval") Nullable
              nights: Unsupported("_interval") List
              primary key house_pkey: ["id"]
        "#]],
    );
}

#[test]
fn keys_and_indexes() {
    check(
        "
        CREATE TABLE house (
            id int, gone int, street text, number int, tags jsonb, words tsvector,
            CONSTRAINT house_key PRIMARY KEY (number, id) INCLUDE (street),
            UNIQUE (street),
            EXCLUDE USING hash (street WITH =)
        );
        ALTER TABLE house DROP COLUMN gone;
        CREATE INDEX by_street ON house (street DESC NULLS LAST, number) INCLUDE (id);
        CREATE INDEX \"By_tag\" ON house USING gin (tags jsonb_path_ops);
        CREATE INDEX by_word ON house USING gist (words) INCLUDE (id);
        CREATE INDEX by_hash ON house USING hash (street text_pattern_ops);
        CREATE INDEX by_some ON house (street) WHERE number > 1;
        CREATE INDEX by_expression ON house (number, lower(street));
        ",
        &expect![[r#"
            table house
              id: Native(Integer) Required
              street: Native(Text) Nullable
              number: Native(Integer) Required
              tags: Native(JsonB) Nullable
              words: Unsupported("tsvector") Nullable
              primary key house_key: ["number", "id", "street"]
              index By_tag: Gin
                tags Some(Asc) Some(("jsonb_path_ops", false))
              index by_hash: Hash
                street Some(Asc) None
              index by_street: BTree
                street Some(Desc) None
                number Some(Asc) None
                id Some(Asc) None
              index by_word: Gist
                words Some(Asc) Some(("tsvector_ops", true))
                id Some(Asc) None
              unique house_street_key: BTree, of a constraint
                street Some(Asc) None
        "#]],
    );
}

#[test]
fn partial_indexes() {
    let Some(database) = database() else { return };
    let mut client = database.client().unwrap();
    let setup = "
        CREATE TABLE house (number int, sold boolean);
        CREATE INDEX by_range ON house (number) WHERE number > 1 AND sold;
        CREATE INDEX by_sale ON house (number) WHERE sold;
        ";
    client.batch_execute(setup).unwrap();
    let mut predicates = |flavour, predicates| {
        let options = DatabaseOptions { flavour, predicates, ..DatabaseOptions::default() };
        let schema = SqlSchema::from_database(&mut client, &options).unwrap();
        schema.tables[0].indexes.iter().map(|index| index.predicate.clone()).collect::<Vec<_>>()
    };
    assert_eq!(predicates(Flavour::V6, false), []);
    assert_eq!(predicates(Flavour::V7, false), [Some(Predicate::Unread), Some(Predicate::Unread)]);
    let sql = |sql: &str| Some(Predicate::Sql(sql.to_owned()));
    assert_eq!(predicates(Flavour::V7, true), [sql("((number > 1) AND sold)"), sql("sold")]);
}

#[test]
fn foreign_keys() {
    check(
        "
        CREATE TABLE street (id int PRIMARY KEY, town int, name text, UNIQUE (name, town));
        CREATE TABLE house (
            street int CONSTRAINT in_street REFERENCES street ON DELETE CASCADE ON UPDATE SET NULL,
            town int, street_name text,
            CONSTRAINT \"By_name\" FOREIGN KEY (street_name, town) REFERENCES street (name, town) ON DELETE RESTRICT
        );
        ",
        &expect![[r#"
            table house
              street: Native(Integer) Nullable
              town: Native(Integer) Nullable
              street_name: Native(Text) Nullable
              foreign key By_name: ["street_name", "town"] to street ["name", "town"], on delete Restrict, on update NoAction
              foreign key in_street: ["street"] to street ["id"], on delete Cascade, on update SetNull
            table street
              id: Native(Integer) Required
              town: Native(Integer) Nullable
              name: Native(Text) Nullable
              primary key street_pkey: ["id"]
              unique street_name_town_key: BTree, of a constraint
                name Some(Asc) None
                town Some(Asc) None
        "#]],
    );
}

#[test]
fn views_partitions_and_other_namespaces_are_not_read() {
    check(
        "
        CREATE SCHEMA elsewhere;
        CREATE TABLE elsewhere.house (id int);
        CREATE TYPE elsewhere.colour AS ENUM ('red');
        CREATE TABLE visit (day date, house int, PRIMARY KEY (day)) PARTITION BY RANGE (day);
        CREATE TABLE visit_2024 PARTITION OF visit FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE guest (day date CONSTRAINT guest_of_day REFERENCES visit);
        CREATE VIEW guests AS SELECT * FROM guest;
        CREATE MATERIALIZED VIEW days AS SELECT day FROM guest;
        CREATE TABLE \"Zoo\" () INHERITS (guest);
        ",
        &expect![[r#"
            table Zoo
              day: Native(Date) Nullable
            table guest
              day: Native(Date) Nullable
              foreign key guest_of_day: ["day"] to visit ["day"], on delete NoAction, on update NoAction
            table visit
              day: Native(Date) Required
              house: Native(Integer) Nullable
              primary key visit_pkey: ["day"]
        "#]],
    );
}

#[test]
fn namespaces_by_name() {
    let setup = "
        CREATE SCHEMA town;
        CREATE TYPE colour AS ENUM ('red');
        CREATE TYPE town.colour AS ENUM ('blue');
        CREATE TABLE house (colour colour, roof town.colour);
        CREATE TABLE town.house (id int PRIMARY KEY, colour town.colour);
        ";
    let options = DatabaseOptions { namespaces: names(&["town", "public", "missing"]), ..DatabaseOptions::default() };
    check_with(
        setup,
        &options,
        &expect![[r#"
        namespace public
        namespace town
        enum public.colour ["red"]
        enum town.colour ["blue"]
        table public.house
          colour: Enum(EnumId(0)) Nullable
          roof: Enum(EnumId(1)) Nullable
        table town.house
          id: Native(Integer) Required
          colour: Enum(EnumId(1)) Nullable
          primary key house_pkey: ["id"]
    "#]],
    );
}

#[test]
fn foreign_keys_must_stay_in_the_namespaces() {
    let Some(database) = database() else { return };
    let mut client = database.client().unwrap();
    let setup = "
        CREATE SCHEMA town;
        CREATE TABLE town.street (id int PRIMARY KEY);
        CREATE TABLE house (street int CONSTRAINT in_street REFERENCES town.street);
        ";
    client.batch_execute(setup).unwrap();
    let error = SqlSchema::from_database(&mut client, &DatabaseOptions::default()).unwrap_err();
    assert!(matches!(error, ReadDatabaseError::ForeignKeyLeavesNamespaces { .. }));
    expect![[r#"The foreign key "in_street" refers to the table "street" in the namespace "town", which is not in the schema. Add "town" to the `schemas` of the datasource."#]].assert_eq(&error.to_string());
}

#[test]
fn extensions() {
    let Some(database) = database() else { return };
    let mut client = database.client().unwrap();
    let options = DatabaseOptions { extensions: true, ..DatabaseOptions::default() };
    let schema = SqlSchema::from_database(&mut client, &options).unwrap();
    expect![[r#"
        [
            Extension {
                name: "plpgsql",
                schema: Some(
                    "pg_catalog",
                ),
                version: Some(
                    "1.0",
                ),
                relocatable: false,
            },
        ]
    "#]]
    .assert_debug_eq(&schema.extensions);
}

#[test]
fn sql_in_the_session_does_not_hide_objects() {
    let Some(database) = database() else { return };
    let mut client = database.client().unwrap();
    let setup = r#"
        CREATE TYPE "Colour" AS ENUM ('red', 'blue');
        CREATE DOMAIN short AS varchar(8);
        CREATE TABLE house (id serial PRIMARY KEY, colours "Colour"[] DEFAULT '{red}', name short, built date DEFAULT now());
        CREATE UNIQUE INDEX by_name ON house (name);
        CREATE INDEX by_colour ON house USING gin (colours);
        CREATE TABLE room (house int REFERENCES house);
        "#;
    client.batch_execute(setup).unwrap();
    let options = DatabaseOptions { extensions: true, ..DatabaseOptions::default() };
    let before = SqlSchema::from_database(&mut client, &options).unwrap();
    let mut check = |script: &str, search_path: &str| {
        client.batch_execute(script).unwrap();
        let after = SqlSchema::from_database(&mut client, &options).unwrap();
        assert_eq!(describe(&after), describe(&before));
        assert_eq!((&after.extensions, &after.default_namespace), (&before.extensions, &before.default_namespace));
        let path: String = client.query_one("SHOW search_path", &[]).unwrap().get(0);
        assert_eq!(path, search_path);
    };
    check(OPERATORS, r#""$user", public"#);
    check(
        "
        CREATE TEMP TABLE pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false;
        CREATE TEMP VIEW pg_attribute AS SELECT attrelid, attname FROM pg_catalog.pg_attribute WHERE false;
        CREATE TEMP VIEW pg_namespace AS SELECT * FROM pg_catalog.pg_namespace WHERE false;
        CREATE TEMP TABLE house (id text);
        CREATE FUNCTION format_type(oid, int) RETURNS text LANGUAGE sql AS $$ SELECT 'text' $$;
        CREATE FUNCTION current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT '' $$;
        CREATE FUNCTION array_agg(name) RETURNS name[] LANGUAGE sql AS $$ SELECT '{}'::name[] $$;
        SET search_path = public, pg_catalog;
        ",
        "public, pg_catalog",
    );
}

/// Creates operators for operands of which `pg_catalog` may have no operator.
const OPERATORS: &str = r#"
    DO $$ DECLARE
        types text[] := '{oid,name,text,"\"char\"",int2,int4,regclass,regnamespace,regproc,regcollation}';
        l text;
        r text;
        operator text;
    BEGIN
        FOREACH l IN ARRAY types LOOP FOREACH r IN ARRAY types LOOP
            EXECUTE format('CREATE FUNCTION never(%s, %s) RETURNS bool LANGUAGE sql AS ''SELECT false''', l, r);
            FOREACH operator IN ARRAY '{=,<>,>,>=,!~}'::text[] LOOP
                EXECUTE format('CREATE OPERATOR %s (FUNCTION = never, LEFTARG = %s, RIGHTARG = %s)', operator, l, r);
            END LOOP;
        END LOOP; END LOOP;
    END $$;
    "#;

fn check(setup: &str, expected: &Expect) {
    check_with(setup, &DatabaseOptions::default(), expected);
}

fn check_with(setup: &str, options: &DatabaseOptions, expected: &Expect) {
    let Some(database) = database() else { return };
    let mut client = database.client().unwrap();
    client.batch_execute(setup).unwrap();
    expected.assert_eq(&describe(&SqlSchema::from_database(&mut client, options).unwrap()));
}

fn database() -> Option<Database> {
    match Server::start(&Options::for_tests(), &mut ()) {
        Err(error @ Error::NotInstalled { .. }) => {
            println!("skipped: {error}");
            None
        }
        server => Some(server.unwrap().create_database().unwrap()),
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().copied().map(str::to_owned).collect()
}

/// Describes each object in one line, in the order of the model.
fn describe(schema: &SqlSchema) -> String {
    let mut text = String::new();
    for namespace in &schema.namespaces {
        writeln!(text, "namespace {namespace}").unwrap();
    }
    for enum_ in &schema.enums {
        writeln!(text, "enum {} {:?}", name(enum_.namespace.as_ref(), &enum_.name), enum_.values).unwrap();
    }
    for table in &schema.tables {
        describe_table(&mut text, schema, table);
    }
    text
}

fn describe_table(text: &mut String, schema: &SqlSchema, table: &Table) {
    writeln!(text, "table {}", name(table.namespace.as_ref(), &table.name)).unwrap();
    for column in &table.columns {
        write!(text, "  {}: {:?} {:?}", column.name, column.ty, column.arity).unwrap();
        if let Some(default) = &column.default {
            write!(text, " = {default:?}").unwrap();
        }
        writeln!(text, "{}", if column.autoincrement { " autoincrement" } else { "" }).unwrap();
    }
    if let Some(key) = &table.primary_key {
        let columns: Vec<_> = key.columns.iter().map(|column| &table.column(*column).name).collect();
        writeln!(text, "  primary key {}: {columns:?}", key.name).unwrap();
    }
    for index in &table.indexes {
        let kind = if index.unique { "unique" } else { "index" };
        let owner = if index.backs_constraint { ", of a constraint" } else { "" };
        writeln!(text, "  {kind} {}: {:?}{owner}", index.name, index.algorithm).unwrap();
        for column in &index.columns {
            let class = column.operator_class.as_ref().map(|class| (class.name.as_str(), class.is_default));
            writeln!(text, "    {} {:?} {class:?}", table.column(column.column).name, column.sort).unwrap();
        }
    }
    for key in &table.foreign_keys {
        let referenced = schema.table(key.referenced_table);
        let columns: Vec<_> = key.columns.iter().map(|column| &table.column(*column).name).collect();
        let to: Vec<_> = key.referenced_columns.iter().map(|column| &referenced.column(*column).name).collect();
        write!(text, "  foreign key {}: {columns:?} to {} {to:?}, ", key.name, referenced.name).unwrap();
        writeln!(text, "on delete {:?}, on update {:?}", key.on_delete, key.on_update).unwrap();
    }
}

fn name(namespace: Option<&String>, name: &str) -> String {
    namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}.{name}"))
}
