//! `CREATE TYPE`, `ALTER TYPE` and `DROP TYPE`.

use std::fmt::{self, Display, Formatter};

use sql_schema::{Arity, Enum, SqlSchema};

use crate::{
    Diff,
    sql::{Name, QualifiedName, Separated, default_of},
    step::{AlterEnum, ColumnRef, EnumRebuild},
};

pub(super) fn create(f: &mut Formatter<'_>, enum_: &Enum) -> fmt::Result {
    create_type(f, &QualifiedName::from(enum_), &enum_.values)
}

pub(super) fn drop(f: &mut Formatter<'_>, enum_: &Enum) -> fmt::Result {
    writeln!(f, "DROP TYPE {};", QualifiedName::from(enum_))
}

pub(super) fn alter(f: &mut Formatter<'_>, diff: &Diff<'_>, alter: &AlterEnum) -> fmt::Result {
    match &alter.rebuild {
        Some(uses) => rebuild(f, diff, alter, uses),
        None => add_values(f, diff.from.enum_(alter.from), diff.to.enum_(alter.to), &alter.added),
    }
}

fn add_values(f: &mut Formatter<'_>, from: &Enum, to: &Enum, added: &[u32]) -> fmt::Result {
    if added.len() > 1 {
        f.write_str(concat!(
            "-- This migration adds more than one value to an enum.\n",
            "-- With PostgreSQL versions 11 and earlier, this is not possible\n",
            "-- in a single migration. This can be worked around by creating\n",
            "-- multiple migrations, each migration adding only one value to\n",
            "-- the enum.\n\n\n",
        ))?;
    }
    for &value in added {
        writeln!(f, "ALTER TYPE {} ADD VALUE {};", QualifiedName::from(from), EnumValue(&to.values[value as usize]))?;
    }
    Ok(())
}

/// Replaces the type with a new one, because PostgreSQL cannot drop a value.
fn rebuild(f: &mut Formatter<'_>, diff: &Diff<'_>, alter: &AlterEnum, uses: &EnumRebuild) -> fmt::Result {
    let (from, to) = (diff.from, diff.to);
    let (old, new) = (from.enum_(alter.from), to.enum_(alter.to));
    let (temporary, retired) = (format!("{}_new", new.name), format!("{}_old", old.name));
    let namespaced = |name| QualifiedName::new(new.namespace.as_deref(), name);
    // Prisma versions that hide the default namespace still print it for objects of a live database here.
    let unhidden = from.default_namespace.as_deref().filter(|_| diff.flavour.hides_default_namespace());

    writeln!(f, "BEGIN;")?;
    create_type(f, &namespaced(&temporary), &new.values)?;
    for default in &uses.defaults {
        writeln!(f, "{} DROP DEFAULT;", AlterColumnPrefix::new(from, default.from, unhidden))?;
    }
    for &column_ref in &uses.columns {
        let column = column_ref.resolve(to).1;
        let list = if column.arity == Arity::List { "[]" } else { "" };
        let (prefix, name, ty) =
            (AlterColumnPrefix::new(to, column_ref, None), Name(&column.name), namespaced(&temporary));
        writeln!(f, "{prefix} TYPE {ty}{list} USING ({name}::text::{ty}{list});")?;
    }
    writeln!(f, "ALTER TYPE {} RENAME TO {};", namespaced(&old.name), Name(&retired))?;
    writeln!(f, "ALTER TYPE {} RENAME TO {};", namespaced(&temporary), Name(&new.name))?;
    writeln!(f, "DROP TYPE {};", QualifiedName::new(old.namespace.as_deref().or(unhidden), &retired))?;
    for column in uses.defaults.iter().filter_map(|default| default.to) {
        if let Some(default) = default_of(to, column.resolve(to).1) {
            writeln!(f, "{} SET DEFAULT {default};", AlterColumnPrefix::new(to, column, None))?;
        }
    }
    writeln!(f, "COMMIT;")
}

fn create_type(f: &mut Formatter<'_>, name: &QualifiedName<'_>, values: &[String]) -> fmt::Result {
    let values = values.iter().map(|value| EnumValue(value));
    writeln!(f, "CREATE TYPE {name} AS ENUM ({});", Separated(values, ", "))
}

/// A quoted value. Prisma does not double the quotation marks inside an enum value.
struct EnumValue<'a>(&'a str);

impl Display for EnumValue<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0)
    }
}

/// `ALTER TABLE "t" ALTER COLUMN "c"`.
struct AlterColumnPrefix<'a> {
    table: QualifiedName<'a>,
    column: Name<'a>,
}

impl<'a> AlterColumnPrefix<'a> {
    /// `fallback` is the namespace of a table that states none.
    fn new(schema: &'a SqlSchema, column: ColumnRef, fallback: Option<&'a str>) -> Self {
        let (table, column) = column.resolve(schema);
        let namespace = table.namespace.as_deref().or(fallback);
        Self { table: QualifiedName::new(namespace, &table.name), column: Name(&column.name) }
    }
}

impl Display for AlterColumnPrefix<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "ALTER TABLE {} ALTER COLUMN {}", self.table, self.column)
    }
}
