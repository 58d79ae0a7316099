//! SQL that creates, changes and drops enums.

use prisma_schema::names;
use sql_schema::{Arity, Column, ColumnType, Enum, EnumId, Index, Predicate, SqlSchema, Table};
use sql_script::literal;

use super::{
    guard::{alter_table, exists, literals, only_if},
    statement::DeployableStatement,
};
use crate::{
    AlterEnum, Diff, EnumRebuild,
    conversion::{EnumColumn, enum_columns},
    sql::{Name, QualifiedName, default_of},
};

pub(super) fn create(enum_: &Enum) -> String {
    let name = QualifiedName::from(enum_).to_string();
    only_if(&format!("to_regtype({}) IS NULL", literal(&name)), &[create_type(enum_)])
}

pub(super) fn add_value(enum_: &Enum, value: &str) -> String {
    format!("ALTER TYPE {} ADD VALUE IF NOT EXISTS {};", QualifiedName::from(enum_), literal(value))
}

/// Replaces the type with a new one in a single statement, because PostgreSQL cannot drop a value.
///
/// The old type stays for now: columns that a later statement drops still have it.
pub(super) fn rebuild(diff: &Diff<'_>, alter: &AlterEnum, uses: &EnumRebuild) -> DeployableStatement {
    let (old, new) = (diff.from().enum_(alter.from), diff.to().enum_(alter.to));
    let name = QualifiedName::from(old).to_string();
    let dropped = alter.dropped.iter().map(|&value| old.values[value as usize].as_str());
    let has_dropped = format!("enumtypid = {}::regtype AND enumlabel IN ({})", literal(&name), literals(dropped));
    let mut statements = vec![format!("ALTER TYPE {name} RENAME TO {}", Name(&retired_name(old))), create_type(new)];
    let columns = enum_columns(diff, alter, uses);
    statements.extend(columns.iter().map(|column| alter_column(column, &name)));
    DeployableStatement {
        locks: !uses.columns.is_empty(),
        is_destructive: !columns.is_empty(),
        ..DeployableStatement::new(only_if(&exists("pg_enum", &has_dropped), &statements))
    }
}

/// Drops the old type after [`rebuild`].
pub(super) fn drop_retired(enum_: &Enum) -> String {
    format!("DROP TYPE IF EXISTS {};", QualifiedName::new(enum_.namespace.as_deref(), &retired_name(enum_)))
}

/// Drops an enum, but not the row type of a table that takes the name of the enum.
pub(super) fn drop(enum_: &Enum, to: &SqlSchema) -> String {
    let name = QualifiedName::from(enum_).to_string();
    if to.table_named(enum_.qualified_name()).is_some() {
        let is_enum = exists("pg_type", &format!("oid = to_regtype({}) AND typtype = 'e'", literal(&name)));
        return only_if(&is_enum, &[format!("DROP TYPE {name}")]);
    }
    format!("DROP TYPE IF EXISTS {name};")
}

/// Whether a default or an index of the schema uses a value. PostgreSQL cannot use a value in the transaction that adds
/// it.
pub(super) fn is_used(schema: &SqlSchema, enum_: EnumId, value: &str) -> bool {
    let literal = literal(value);
    let in_default = |column: &Column| {
        column.ty == ColumnType::Enum(enum_)
            && default_of(schema, column).is_some_and(|default| default.to_string().contains(&literal))
    };
    let in_predicate = |index: &Index| match &index.predicate {
        Some(Predicate::Sql(predicate)) => predicate.contains(&literal),
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

/// Gives the new type to a column. `enum_` is the quoted name of the type.
fn alter_column(EnumColumn { table, from, default }: &EnumColumn<'_>, enum_: &str) -> String {
    let column = Name(&from.name);
    let list = if from.arity == Arity::List { "[]" } else { "" };
    let mut actions = vec![format!("SET DATA TYPE {enum_}{list} USING {column}::text{list}::{enum_}{list}")];
    if from.default.is_some() {
        actions.insert(0, "DROP DEFAULT".to_owned());
        actions.extend(default.iter().map(|default| format!("SET DEFAULT {default}")));
    }
    let clauses: Vec<_> = actions.iter().map(|action| format!("ALTER COLUMN {column} {action}")).collect();
    alter_table(table, &clauses)
}
