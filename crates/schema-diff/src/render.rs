//! Steps as the SQL that Prisma's engine prints for PostgreSQL.
//!
//! Each kind of step has one function, which writes whole statements, each ended by `;` and a newline.

mod enums;
mod extensions;
mod foreign_keys;
mod indexes;
mod names;
mod tables;
mod types;
mod values;

use std::fmt::{self, Formatter, Write as _};

use crate::{Diff, step::Step};

use names::Name;

/// A whole diff as a script.
pub(crate) struct Script<'a>(pub(crate) &'a Diff<'a>);

impl fmt::Display for Script<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("-- This is an empty migration.\n");
        }
        for (step, is_later) in self.0.steps.iter().zip([false].into_iter().chain(std::iter::repeat(true))) {
            if is_later {
                f.write_char('\n')?;
            }
            writeln!(f, "-- {}", title(step))?;
            statements(f, self.0, step)?;
        }
        Ok(())
    }
}

/// The comment above a step.
fn title(step: &Step) -> &'static str {
    match step {
        Step::CreateSchema(_) => "CreateSchema",
        Step::DropExtension(_) => "DropExtension",
        Step::CreateExtension(_) => "CreateExtension",
        Step::AlterExtension { .. } => "AlterExtension",
        Step::CreateEnum(_) => "CreateEnum",
        Step::AlterEnum(_) => "AlterEnum",
        Step::DropForeignKey(_) => "DropForeignKey",
        Step::DropIndex(_) => "DropIndex",
        Step::AlterTable(_) => "AlterTable",
        Step::DropTable(_) => "DropTable",
        Step::DropEnum(_) => "DropEnum",
        Step::CreateTable(_) => "CreateTable",
        Step::CreateIndex(_) => "CreateIndex",
        Step::RenameForeignKey { .. } => "RenameForeignKey",
        Step::AddForeignKey(_) => "AddForeignKey",
        Step::RenameIndex { .. } => "RenameIndex",
    }
}

fn statements(f: &mut Formatter<'_>, diff: &Diff<'_>, step: &Step) -> fmt::Result {
    let (from, to) = (diff.from, diff.to);
    match step {
        Step::CreateSchema(name) => writeln!(f, "CREATE SCHEMA IF NOT EXISTS {};", Name(name)),
        Step::DropExtension(place) => extensions::drop(f, &from.extensions[*place]),
        Step::CreateExtension(place) => extensions::create(f, &to.extensions[*place]),
        &Step::AlterExtension { to: place, version, schema, .. } => {
            extensions::alter(f, &to.extensions[place], version, schema)
        }
        Step::CreateEnum(id) => enums::create(f, to.r#enum(*id)),
        Step::AlterEnum(alter) => enums::alter(f, diff, alter),
        Step::DropForeignKey(key) => foreign_keys::drop(f, from, *key),
        Step::DropIndex(index) => indexes::drop(f, from, *index),
        Step::AlterTable(alter) => tables::alter(f, diff, alter),
        Step::DropTable(table) => tables::drop(f, from.table(*table)),
        Step::DropEnum(id) => enums::drop(f, from.r#enum(*id)),
        Step::CreateTable(table) => tables::create(f, to, to.table(*table)),
        Step::CreateIndex(create) => indexes::create(f, to, create.index),
        Step::RenameForeignKey { from: old, to: new } => foreign_keys::rename(f, (from, *old), (to, *new)),
        Step::AddForeignKey(key) => foreign_keys::add(f, to, *key),
        Step::RenameIndex { from: old, to: new } => indexes::rename(f, (from, *old), (to, *new)),
    }
}
