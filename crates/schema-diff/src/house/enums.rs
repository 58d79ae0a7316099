//! Enums.

use std::ptr;

use prisma_schema::names;
use sql_schema::{Arity, Column, ColumnType, Enum, EnumId, SqlSchema, Table};
use sql_script::literal;

use super::sql::{alter_table, exists, literals, only_if};
use crate::{
    AlterEnum, ColumnRef, Diff, EnumRebuild, Step,
    render::{
        names::{Name, QualifiedName},
        values::default_of,
    },
};

pub(super) fn create(enum_: &Enum) -> String {
    let name = QualifiedName::from(enum_).to_string();
    only_if(&format!("to_regtype({}) IS NULL", literal(&name)), &[create_type(enum_)])
}

pub(super) fn add_value(enum_: &Enum, value: &str) -> String {
    format!("ALTER TYPE {} ADD VALUE IF NOT EXISTS {};", QualifiedName::from(enum_), literal(value))
}

/// PostgreSQL cannot drop a value: a new type takes the place of the old one, all in one statement. The old type has to
/// stay for as long as columns have it that are dropped later.
pub(super) fn rebuild(diff: &Diff<'_>, alter: &AlterEnum, uses: &EnumRebuild) -> String {
    let (old, new) = (diff.from().enum_(alter.from), diff.to().enum_(alter.to));
    let name = QualifiedName::from(old).to_string();
    let dropped = alter.dropped.iter().map(|&value| old.values[value as usize].as_str());
    let has_dropped = format!("enumtypid = {}::regtype AND enumlabel IN ({})", literal(&name), literals(dropped));
    let mut statements = vec![format!("ALTER TYPE {name} RENAME TO {}", Name(&retired_name(old))), create_type(new)];
    for column in columns(diff, alter, uses) {
        column.push_statement(&name, &mut statements);
    }
    only_if(&exists("pg_enum", &has_dropped), &statements)
}

/// Whether a column of the "from" side gets its new default when its type is built anew.
pub(super) fn sets_default(diff: &Diff<'_>, column: &Column) -> bool {
    let is_set = |moved: &Move<'_>| ptr::eq(moved.from, column) && column.default.is_some() && moved.default.is_some();
    diff.steps().iter().any(|step| match step {
        Step::AlterEnum(alter) => {
            alter.rebuild.iter().flat_map(|uses| columns(diff, alter, uses)).any(|it| is_set(&it))
        }
        _ => false,
    })
}

/// Drops the type that another one has taken the place of.
pub(super) fn drop_retired(enum_: &Enum) -> String {
    format!("DROP TYPE IF EXISTS {};", QualifiedName::new(enum_.namespace.as_deref(), &retired_name(enum_)))
}

/// Drops a type, and not the table that gets its name: each table has a type of its name.
pub(super) fn drop(enum_: &Enum, to: &SqlSchema) -> String {
    let name = QualifiedName::from(enum_).to_string();
    if to.table_named(enum_.qualified_name()).is_some() {
        let is_enum = exists("pg_type", &format!("oid = to_regtype({}) AND typtype = 'e'", literal(&name)));
        return only_if(&is_enum, &[format!("DROP TYPE {name}")]);
    }
    format!("DROP TYPE IF EXISTS {name};")
}

/// Whether a value is used by what the schema describes. PostgreSQL forbids that in the transaction that adds the value.
pub(super) fn is_used(schema: &SqlSchema, enum_: EnumId, value: &str) -> bool {
    let literal = literal(value);
    let in_default = |column: &Column| {
        column.ty == ColumnType::Enum(enum_)
            && default_of(schema, column).is_some_and(|default| default.to_string().contains(&literal))
    };
    let in_predicate = |index: &sql_schema::Index| match &index.predicate {
        Some(sql_schema::Predicate::Sql(predicate)) => predicate.contains(&literal),
        _ => false,
    };
    let in_table = |table: &Table| table.columns.iter().any(in_default) || table.indexes.iter().any(in_predicate);
    schema.tables.iter().any(in_table)
}

fn create_type(enum_: &Enum) -> String {
    let values = literals(enum_.values.iter().map(String::as_str));
    format!("CREATE TYPE {} AS ENUM ({values})", QualifiedName::from(enum_))
}

fn retired_name(enum_: &Enum) -> String {
    names::with_suffix(&enum_.name, "_old")
}

/// A column that moves from the old type to the new one.
struct Move<'a> {
    table: &'a Table,
    from: &'a Column,
    /// The default that it gets back, if it had one.
    default: Option<String>,
}

/// The columns that have the type before and after. Of the others, some are dropped, some are yet to be added, and some get
/// the type from another one when their table is altered.
fn columns<'a>(diff: &Diff<'a>, alter: &AlterEnum, uses: &EnumRebuild) -> Vec<Move<'a>> {
    let (from_schema, to_schema) = (diff.from(), diff.to());
    let column = |&at: &ColumnRef| {
        let (to_table, to) = (to_schema.table(at.table), to_schema.table(at.table).column(at.column));
        let table = from_schema.table_named(to_table.qualified_name())?;
        let from = table.columns.iter().find(|column| column.name == to.name)?;
        let default = default_of(to_schema, to).filter(|_| from.arity == to.arity).map(|default| default.to_string());
        (from.ty == ColumnType::Enum(alter.from)).then_some(Move { table, from, default })
    };
    uses.columns.iter().filter_map(column).collect()
}

impl Move<'_> {
    fn push_statement(&self, enum_: &str, statements: &mut Vec<String>) {
        let column = Name(&self.from.name);
        let list = if self.from.arity == Arity::List { "[]" } else { "" };
        let mut actions = vec![format!("SET DATA TYPE {}{list} USING {column}::text{list}::{}{list}", enum_, enum_)];
        if self.from.default.is_some() {
            actions.insert(0, "DROP DEFAULT".to_owned());
            actions.extend(self.default.iter().map(|default| format!("SET DEFAULT {default}")));
        }
        let clauses: Vec<_> = actions.iter().map(|action| format!("ALTER COLUMN {column} {action}")).collect();
        statements.push(alter_table(self.table, &clauses));
    }
}
