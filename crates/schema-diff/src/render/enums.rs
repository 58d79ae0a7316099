//! `CREATE TYPE`, `ALTER TYPE` and `DROP TYPE`.

use std::fmt::{self, Display, Formatter};

use sql_schema::{Arity, Enum, SqlSchema};

use crate::{
    Diff,
    step::{AlterEnum, ColumnRef, EnumRebuild},
};

use super::{
    names::{Name, QualifiedName, Separated},
    values::default_of,
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

/// PostgreSQL cannot drop a value: a new type takes the place of the old one.
fn rebuild(f: &mut Formatter<'_>, diff: &Diff<'_>, alter: &AlterEnum, uses: &EnumRebuild) -> fmt::Result {
    let (from, to) = (diff.from, diff.to);
    let (old, new) = (from.enum_(alter.from), to.enum_(alter.to));
    let (temporary, retired) = (format!("{}_new", new.name), format!("{}_old", old.name));
    let namespaced = |name| QualifiedName::new(new.namespace.as_deref(), name);
    // A version that hides the default namespace forgets to, of a live database, where it looks at what is.
    let unhidden = from.default_namespace.as_deref().filter(|_| diff.flavour.hides_default_namespace());

    writeln!(f, "BEGIN;")?;
    create_type(f, &namespaced(&temporary), &new.values)?;
    for default in &uses.defaults {
        writeln!(f, "{} DROP DEFAULT;", AlterColumn::new(from, default.from, unhidden))?;
    }
    for &at in &uses.columns {
        let column = to.table(at.table).column(at.column);
        let list = if column.arity == Arity::List { "[]" } else { "" };
        let (name, ty) = (Name(&column.name), namespaced(&temporary));
        writeln!(f, "{} TYPE {ty}{list} USING ({name}::text::{ty}{list});", AlterColumn::new(to, at, None))?;
    }
    writeln!(f, "ALTER TYPE {} RENAME TO {};", namespaced(&old.name), Name(&retired))?;
    writeln!(f, "ALTER TYPE {} RENAME TO {};", namespaced(&temporary), Name(&new.name))?;
    writeln!(f, "DROP TYPE {};", QualifiedName::new(old.namespace.as_deref().or(unhidden), &retired))?;
    for at in uses.defaults.iter().filter_map(|default| default.to) {
        if let Some(default) = default_of(to, to.table(at.table).column(at.column)) {
            writeln!(f, "{} SET DEFAULT {default};", AlterColumn::new(to, at, None))?;
        }
    }
    writeln!(f, "COMMIT;")
}

fn create_type(f: &mut Formatter<'_>, name: &QualifiedName<'_>, values: &[String]) -> fmt::Result {
    let values = values.iter().map(|value| EnumValue(value));
    writeln!(f, "CREATE TYPE {name} AS ENUM ({});", Separated(values, ", "))
}

/// A quoted value. Like Prisma, it does not double quotes within.
struct EnumValue<'a>(&'a str);

impl Display for EnumValue<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0)
    }
}

/// `ALTER TABLE "t" ALTER COLUMN "c"`.
struct AlterColumn<'a> {
    table: QualifiedName<'a>,
    column: Name<'a>,
}

impl<'a> AlterColumn<'a> {
    /// `otherwise` is the namespace to write for a table that names none.
    fn new(schema: &'a SqlSchema, at: ColumnRef, otherwise: Option<&'a str>) -> Self {
        let table = schema.table(at.table);
        let namespace = table.namespace.as_deref().or(otherwise);
        Self { table: QualifiedName::new(namespace, &table.name), column: Name(&table.column(at.column).name) }
    }
}

impl Display for AlterColumn<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "ALTER TABLE {} ALTER COLUMN {}", self.table, self.column)
    }
}
