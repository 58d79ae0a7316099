//! Generates databases, as SQL, each with a schema that describes it or a variation of it.
//!
//! Some statements may be invalid. They run one at a time, and those that PostgreSQL rejects are left out.

use std::fmt::Write as _;

use sql_script::identifier;

use super::{
    generator::Generator,
    reduce::InputPair,
    schema::{Arity, Enum, EnumValue, Field, ForeignKey, Index, IndexField, Key, Model, Relation, Schema, Type},
    sql_types::TYPES,
};

/// The first statements of every database.
pub(super) const PREPARATION: &str = "\
CREATE SCHEMA other;
CREATE EXTENSION citext;
CREATE EXTENSION pg_trgm;
CREATE SEQUENCE counter;
CREATE SEQUENCE \"Counter 2\";
CREATE TYPE \"Mood\" AS ENUM ('good', 'so so');
CREATE TYPE other.mood AS ENUM ('x');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN short AS varchar(7) NOT NULL DEFAULT 'd';
CREATE DOMAIN shorter AS short;
";

/// Whether the column can be part of a key, and has a scalar type in the schema.
fn is_plain(column: &Column) -> bool {
    let unordered = ["json", "xml", "point", "pair", "tsvector", "citext"];
    column.field.arity != Arity::List && !unordered.contains(&column.sql_type) && !column.is_generated
}

const TABLE_NAMES: &[&str] = &[
    "T",
    "user",
    "Order",
    "a b",
    "_x",
    "Zed",
    "zed",
    "order_items",
    "t1",
    "select",
    "A_b",
    "a_B",
    "ab",
    "éclair",
    "dot.t",
];

const COLUMN_NAMES: &[&str] =
    &["id", "a", "B", "user_id", "created at", "x1", "Mixed", "_u", "naïve", "select", "ab-c", "dot.ted", "z"];

struct Column {
    field: Field,
    sql_type: &'static str,
    is_generated: bool,
}

/// A table that is being generated.
struct Table<'a> {
    name: &'a str,
    columns: Vec<Column>,
    /// The lines between the parentheses.
    lines: Vec<String>,
    /// The text after the parentheses.
    options: String,
    is_partitioned: bool,
    model: Model,
    /// The statements after CREATE TABLE.
    more: String,
}

impl Generator {
    /// Generates the SQL of a database, and a schema.
    pub(super) fn database(&mut self) -> InputPair {
        let mut schema = Schema::default();
        if self.percent(15) {
            schema.preview_features.push("multiSchema");
            schema.namespaces = vec!["public", "other"];
        }
        if self.percent(15) {
            schema.preview_features.push("partialIndexes");
        }
        let value = |name: &str, map: Option<&str>| EnumValue { name: name.to_owned(), map: map.map(str::to_owned) };
        schema.enums.push(Enum {
            name: "Mood".to_owned(),
            map: None,
            namespace: "public",
            values: vec![value("good", None), value("so_so", Some("so so"))],
        });
        let mut setup = PREPARATION.to_owned();
        if self.percent(20) {
            setup += "ALTER TYPE \"Mood\" ADD VALUE 'bad' BEFORE 'so so';\n";
        }
        let count = self.rng.usize(1..=5);
        for name in self.sample(TABLE_NAMES, count) {
            let table = self.table(name, &mut schema);
            let lines: Vec<_> = table.lines.iter().map(|line| format!("  {line}")).collect();
            _ = write!(
                setup,
                "CREATE TABLE {} (\n{}\n){};\n{}",
                identifier(table.name),
                lines.join(",\n"),
                table.options,
                table.more
            );
            schema.models.push(table.model);
        }
        for _ in 0..self.rng.usize(..=3) {
            setup += &self.foreign_key(&mut schema);
        }
        setup += &self.unrelated_objects();
        let mut to = if self.percent(30) { schema } else { self.variation(&schema) };
        to.repair();
        [setup, to.to_string()]
    }

    fn table<'a>(&mut self, name: &'a str, schema: &mut Schema) -> Table<'a> {
        let count = self.rng.usize(1..=9);
        let columns: Vec<_> =
            self.sample(COLUMN_NAMES, count).into_iter().map(|name| self.column(name, schema)).collect();
        let model = Model {
            name: schema.fresh_name("M"),
            map: Some(name.to_owned()),
            namespace: "public",
            is_view: false,
            is_ignored: false,
            fields: columns.iter().map(|(_, column)| column.field.clone()).collect(),
            key: None,
            indexes: Vec::new(),
        };
        let (lines, columns) = columns.into_iter().unzip();
        let mut table =
            Table { name, columns, lines, options: String::new(), is_partitioned: false, model, more: String::new() };
        self.push_constraints(schema, &mut table);
        for _ in 0..self.rng.usize(..=4) {
            self.push_table_index(schema, &mut table);
        }
        self.push_table_statements(&mut table);
        table
    }

    fn column(&mut self, name: &'static str, schema: &mut Schema) -> (String, Column) {
        let of = self.pick(TYPES);
        let ty = match of.scalar {
            "Mood" => Type::Enum("Mood".to_owned()),
            "" => Type::Unsupported(of.sql.trim_end_matches("[]")),
            scalar => Type::Scalar(scalar, of.native),
        };
        let mut line = format!("{} {}", identifier(name), of.sql);
        if of.sql == "text" && self.percent(10) {
            line += " COLLATE \"C\"";
        }
        let mut default = None;
        let mut is_generated = false;
        match self.rng.u32(..20) {
            0 | 1 if matches!(of.sql, "integer" | "bigint" | "smallint") => {
                line += self.word(&[" GENERATED ALWAYS AS IDENTITY", " GENERATED BY DEFAULT AS IDENTITY"]);
                default = Some("autoincrement()".to_owned());
            }
            2 | 3 if matches!(of.sql, "integer" | "bigint") => {
                line = format!("{} {}", identifier(name), if of.sql == "integer" { "serial" } else { "bigserial" });
                default = Some("autoincrement()".to_owned());
            }
            4 => {
                let value = if of.sql == "integer" { "1 + 1".to_owned() } else { format!("NULL::{}", of.sql) };
                line += &format!(" GENERATED ALWAYS AS ({value}) STORED");
                is_generated = true;
            }
            5..15 => {
                if let Some((sql, prisma)) = self.pick_any(of.defaults) {
                    line += &format!(" DEFAULT {sql}");
                    default = Some(prisma.to_string()).filter(|default| !default.is_empty());
                }
            }
            _ => {}
        }
        let is_required = self.percent(40);
        if is_required {
            line += " NOT NULL";
        }
        let arity = match (of.sql.ends_with("[]"), is_required) {
            (true, _) => Arity::List,
            (_, true) => Arity::Required,
            (_, false) => Arity::Optional,
        };
        let field = Field {
            name: schema.fresh_name("f"),
            ty,
            arity,
            default,
            unique: None,
            map: Some(name.to_owned()),
            is_updated_at: false,
            is_ignored: false,
        };
        (line, Column { field, sql_type: of.sql, is_generated })
    }

    /// Adds a primary key, unique and check constraints, and partitions.
    fn push_constraints(&mut self, schema: &mut Schema, table: &mut Table<'_>) {
        let plain: Vec<_> =
            table.columns.iter().filter(|column| is_plain(column)).map(|column| column.field.clone()).collect();
        if !plain.is_empty() && self.percent(75) {
            let count = self.rng.usize(1..=2);
            let fields = self.sample(&plain, count);
            let map = self.percent(40).then(|| schema.fresh_name("key "));
            let name = map.clone().unwrap_or_else(|| format!("{}_pkey", table.name));
            table.lines.push(format!("CONSTRAINT {} PRIMARY KEY ({})", identifier(&name), columns(&fields)));
            let names: Vec<_> = fields.iter().map(|field| field.name.clone()).collect();
            for field in &mut table.model.fields {
                if names.contains(&field.name) {
                    field.arity = Arity::Required;
                }
            }
            table.model.key = Some(Key { fields: names, map });
            if self.percent(10) {
                table.options = format!(" PARTITION BY HASH ({})", columns(&fields[..1]));
                table.is_partitioned = true;
                let part = identifier(&format!("{}_part", table.name));
                table.more = format!(
                    "CREATE TABLE {part} PARTITION OF {} FOR VALUES WITH (MODULUS 1, REMAINDER 0);\n",
                    identifier(table.name)
                );
            }
        }
        let Some(field) = self.pick_any(&plain) else { return };
        if self.percent(30) && !table.is_partitioned {
            let options = self.word(&["", " DEFERRABLE INITIALLY DEFERRED"]);
            table.lines.push(format!("UNIQUE ({}){options}", quoted_column(field)));
            if self.percent(70) {
                table.model.indexes.push(index(true, std::slice::from_ref(field), None, None));
            }
        }
        if self.percent(20) {
            table.lines.push(format!("CHECK ({} IS NOT NULL)", quoted_column(field)));
        }
    }

    fn push_table_index(&mut self, schema: &mut Schema, table: &mut Table<'_>) {
        let name = schema.fresh_name(self.word(&["ix", "IX", "a", "z_"]));
        let on = format!("{} ON {}", identifier(&name), identifier(table.name));
        let plain: Vec<_> = table.columns.iter().filter(|column| is_plain(column) || column.is_generated).collect();
        let Some(first) = self.pick_any(&plain) else { return };
        let (first, first_type) = (first.field.clone(), first.sql_type);
        match self.rng.u32(..10) {
            0..6 => {
                let count = self.rng.usize(1..=3);
                let fields: Vec<_> = self
                    .sample(&plain, count)
                    .iter()
                    .map(|column| {
                        let order = self.word(&["", "", " DESC", " ASC", " DESC NULLS LAST", " NULLS FIRST"]);
                        let class =
                            if column.sql_type == "text" && self.percent(20) { " text_pattern_ops" } else { "" };
                        let key = format!("{}{class}{order}", quoted_column(&column.field));
                        (key, order.contains("DESC"), column.field.clone())
                    })
                    .collect();
                let is_unique = !table.is_partitioned && self.percent(25);
                let mut predicate = None;
                let tail = match self.rng.u32(..10) {
                    0 => format!(" INCLUDE ({})", quoted_column(&first)),
                    1 | 4 => {
                        let (sql, prisma) = self.predicate(&first, first_type);
                        predicate = schema.preview_features.contains(&"partialIndexes").then_some(prisma);
                        format!(" WHERE {sql}")
                    }
                    2 => " WITH (fillfactor = 70)".to_owned(),
                    3 if is_unique => " NULLS NOT DISTINCT".to_owned(),
                    _ => String::new(),
                };
                let keys: Vec<_> = fields.iter().map(|(key, ..)| key.as_str()).collect();
                let unique = if is_unique { "UNIQUE " } else { "" };
                _ = writeln!(table.more, "CREATE {unique}INDEX {on} ({}){tail};", keys.join(", "));
                let index_field = |(_, is_descending, field): &(String, bool, Field)| IndexField {
                    name: field.name.clone(),
                    arguments: is_descending.then(|| "sort: Desc".to_owned()),
                };
                table.model.indexes.push(Index {
                    is_unique,
                    fields: fields.iter().map(index_field).collect(),
                    ty: None,
                    map: self.percent(80).then_some(name),
                    predicate,
                });
            }
            6 => {
                let (method, ty) = *self.pick(&[("hash", "Hash"), ("brin", "Brin")]);
                let fields = std::slice::from_ref(&first);
                _ = writeln!(table.more, "CREATE INDEX {on} USING {method} ({});", columns(fields));
                table.model.indexes.push(index(false, fields, Some(ty), Some(name)));
            }
            7 => _ = writeln!(table.more, "CREATE INDEX {on} ({}, (1 + 1));", columns(&[first])),
            _ => self.push_index_with_method(table, &on),
        }
    }

    /// The predicate of a partial index, in SQL and in the schema language.
    fn predicate(&mut self, field: &Field, sql_type: &str) -> (String, String) {
        let (column, name) = (quoted_column(field), &field.name);
        let (sql, prisma): (&str, &str) = *match sql_type {
            "integer" | "bigint" | "smallint" => {
                self.pick(&[("% > 0", ""), ("% = 5", "5"), ("% <> 5", "{ not: 5 }"), ("% IN (1, 2)", "")])
            }
            "text" | "varchar" | "varchar(20)" | "citext" => self.pick(&[
                ("% = 'x'", "\"x\""),
                ("% <> 'it''s'", "{ not: \"it's\" }"),
                ("% LIKE 'a%'", ""),
                ("% IN ('a', 'b')", ""),
                ("lower(%) = 'x'", ""),
            ]),
            "boolean" => self.pick(&[("%", ""), ("% = true", "true"), ("NOT %", "false"), ("% IS TRUE", "")]),
            "\"Mood\"" => self.pick(&[("% = 'good'", "good"), ("% = 'good'", "\"good\"")]),
            _ => self.pick(&[("% IS NULL", "null"), ("% IS NOT NULL", "{ not: null }"), ("% IS NOT NULL", "")]),
        };
        let sql = sql.replacen('%', &column, 1);
        let prisma = if prisma.is_empty() { format!("raw({sql:?})") } else { format!("{{ {name}: {prisma} }}") };
        (sql, prisma)
    }

    fn push_index_with_method(&mut self, table: &mut Table<'_>, on: &str) {
        let Some(column) = self.pick_any(&table.columns) else { return };
        let ways: &[&str] = match column.sql_type {
            "jsonb" => &["gin (%)", "gin (% jsonb_path_ops)"],
            "text[]" | "integer[]" => &["gin (%)", "gin (% array_ops)"],
            "tsvector" => &["gin (%)", "gist (%)"],
            "text" => &["gin (% gin_trgm_ops)", "spgist (%)", "gist (% gist_trgm_ops)", "brin (% text_bloom_ops)"],
            "point" => &["gist (%)", "spgist (%)", "spgist (% kd_point_ops)"],
            "inet" => &["gist (% inet_ops)", "spgist (%)", "brin (% inet_inclusion_ops)", "brin (%)"],
            "int4range" => &["gist (%)", "spgist (%)"],
            _ => return,
        };
        let way = self.word(ways).replace('%', &quoted_column(&column.field));
        _ = writeln!(table.more, "CREATE INDEX {on} USING {way};");
    }

    fn push_table_statements(&mut self, table: &mut Table<'_>) {
        let name = identifier(table.name);
        let column = self.pick(&table.columns).field.clone();
        let dropped = quoted_column(&column);
        let statements = [
            (10, format!("ALTER TABLE {name} DROP COLUMN {dropped} CASCADE;\n")),
            (15, format!("ALTER TABLE {name} ADD COLUMN added text DEFAULT 'n';\n")),
            (10, format!("COMMENT ON TABLE {name} IS 'c';\n")),
            (10, format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;\n")),
            (10, format!("CREATE VIEW {} AS SELECT * FROM {name};\n", identifier(&format!("v {}", table.name)))),
            (
                6,
                format!(
                    "CREATE MATERIALIZED VIEW {} AS SELECT * FROM {name};\n",
                    identifier(&format!("m {}", table.name))
                ),
            ),
            (
                5,
                format!(
                    "CREATE TABLE {} (more int) INHERITS ({name});\n",
                    identifier(&format!("{} child", table.name))
                ),
            ),
            (4, format!("ALTER TABLE {name} SET SCHEMA other;\n")),
            (4, format!("ALTER TABLE {name} SET UNLOGGED;\n")),
        ];
        for (percent, statement) in statements {
            if self.percent(percent) {
                table.more += &statement;
            }
        }
    }

    /// Adds a foreign key between columns of the same type, if there are any.
    fn foreign_key(&mut self, schema: &mut Schema) -> String {
        let (Some(from), Some(to)) = (self.pick_any(&schema.models).cloned(), self.pick_any(&schema.models).cloned())
        else {
            return String::new();
        };
        let Some(key) = &to.key else { return String::new() };
        let mut pairs: Vec<(&Field, &Field)> = Vec::new();
        for referenced in key.fields.iter().filter_map(|name| to.field(name)) {
            let fits =
                |field: &&Field| field.ty == referenced.ty && pairs.iter().all(|(taken, _)| taken.name != field.name);
            let fitting: Vec<_> = from.fields.iter().filter(fits).collect();
            let Some(field) = self.pick_any(&fitting) else { return String::new() };
            pairs.push((field, referenced));
        }
        let actions =
            [("NO ACTION", "NoAction"), ("RESTRICT", "Restrict"), ("CASCADE", "Cascade"), ("SET NULL", "SetNull")];
        let (on_delete, on_update) = (*self.pick(&actions), *self.pick(&actions));
        let options = self.word(&["", "", " DEFERRABLE", " NOT VALID"]);
        let name = schema.fresh_name(self.word(&["fk", "FK", "a_fk"]));
        let (fields, references): (Vec<Field>, Vec<Field>) =
            pairs.iter().map(|&(field, referenced)| (field.clone(), referenced.clone())).unzip();
        let table = |model: &Model| identifier(model.map.as_deref().unwrap_or_default());
        let statement = format!(
            "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({}) ON DELETE {} ON UPDATE {}{options};\n",
            table(&from),
            identifier(&name),
            columns(&fields),
            table(&to),
            columns(&references),
            on_delete.0,
            on_update.0,
        );
        let key = ForeignKey {
            fields: pairs.iter().map(|(field, referenced)| (field.name.clone(), referenced.name.clone())).collect(),
            is_one_to_one: false,
            on_delete: Some(on_delete.1),
            on_update: Some(on_update.1),
            map: self.percent(80).then(|| name.clone()),
        };
        schema.relations.push(Relation { name, from: from.name, to: to.name, key: Some(key) });
        statement
    }

    /// Objects that the schema does not describe.
    fn unrelated_objects(&mut self) -> String {
        let statements = [
            (30, "CREATE TABLE other.t (id int PRIMARY KEY, e other.mood, m public.\"Mood\");\n"),
            (10, "CREATE TABLE _prisma_migrations (id int);\n"),
            (10, "CREATE TYPE unused AS ENUM ('a', 'b');\n"),
            (5, "CREATE TYPE nothing AS ENUM ();\n"),
            (10, "CREATE TABLE excluded (id int PRIMARY KEY, EXCLUDE USING hash (id WITH =));\n"),
            (5, "CREATE TABLE no_columns ();\n"),
        ];
        statements.into_iter().filter(|&(percent, _)| self.percent(percent)).map(|(_, statement)| statement).collect()
    }
}

fn index(is_unique: bool, fields: &[Field], ty: Option<&'static str>, map: Option<String>) -> Index {
    let fields = fields.iter().map(|field| IndexField { name: field.name.clone(), arguments: None }).collect();
    Index { is_unique, fields, ty, map, predicate: None }
}

/// The quoted columns of these fields, separated by commas.
fn columns(fields: &[Field]) -> String {
    fields.iter().map(quoted_column).collect::<Vec<_>>().join(", ")
}

/// The quoted column of a field.
fn quoted_column(field: &Field) -> String {
    identifier(field.map.as_deref().unwrap_or(&field.name))
}
