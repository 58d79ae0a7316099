//! Which statements the steps make, in which order and in which migration.

use std::collections::BTreeSet;

use sql_schema::{Table, TableId};

use super::{
    destructive, enums, extensions,
    facts::Facts,
    indexes, keys,
    migration::{Migration, Part, Statement},
    tables,
};
use crate::{
    AlterEnum, CreateIndex, Diff, ForeignKeyId, Step, Style,
    render::{self, Statements, names::QualifiedName},
};

/// The migrations that take the steps of `diff`, in the order in which they must be applied. There is none if there is no
/// step.
///
/// Nothing is left out. [`Diff::undecided`] says what of it should not be shipped like that.
#[must_use]
pub fn migrations(diff: &Diff<'_>) -> Vec<Migration> {
    let losses = diff.losses(Style::House).iter().map(|loss| loss.step).collect();
    let mut plan = Plan { diff, facts: Facts::of(diff), losses, statements: Vec::new(), step: 0 };
    for (place, step) in diff.steps().iter().enumerate() {
        plan.step = place;
        plan.push_step(step);
    }
    plan.statements.sort_by_key(|(place, _)| *place);
    let mut migrations: Vec<Migration> = Vec::new();
    for (place, statement) in plan.statements {
        let part = place.part();
        match migrations.last_mut() {
            Some(last) if last.part == part && !statement.alone => last.statements.push(statement),
            _ => migrations.push(Migration { part, statements: vec![statement] }),
        }
    }
    migrations
}

/// Where a statement stands. Names are freed before they are taken, and what something refers to comes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    EnumValue,
    Rename,
    Schema,
    Extension,
    DropForeignKey,
    DropTable,
    CreateEnum,
    DropIndex,
    AlterEnum,
    AlterTable,
    DropEnum,
    RenameKey,
    CreateTable,
    CreateIndex,
    AddForeignKey,
    BuildIndex,
    DropReplacedIndex,
    AddDependentForeignKey,
    Validate,
}

impl Place {
    fn part(self) -> Part {
        match self {
            Self::EnumValue => Part::EnumValues,
            Self::BuildIndex => Part::Index,
            Self::DropReplacedIndex | Self::AddDependentForeignKey => Part::AfterIndexes,
            Self::Validate => Part::Validation,
            _ => Part::Main,
        }
    }
}

struct Plan<'a> {
    diff: &'a Diff<'a>,
    facts: Facts<'a>,
    /// The steps that destroy something.
    losses: BTreeSet<usize>,
    statements: Vec<(Place, Statement)>,
    /// The place of the step that is being written.
    step: usize,
}

impl Plan<'_> {
    fn push_step(&mut self, step: &Step) {
        let (from, to) = (self.diff.from(), self.diff.to());
        match step {
            Step::RenameTable { table, old } => {
                let table = from.table(*table);
                self.push_locking(Place::Rename, table, tables::rename(table, old));
            }
            Step::RenameColumn { column, old } => {
                let table = from.table(column.table);
                let new = &table.column(column.column).name;
                self.push_locking(Place::Rename, table, tables::rename_column(table, old, new));
            }
            Step::RenameSequence { table, old, new } => {
                let table = from.table(*table);
                self.push_locking(Place::Rename, table, tables::rename_sequence(table, old, new));
            }
            Step::CreateSchema(_) => self.push_as_prisma(Place::Schema, step),
            Step::DropExtension(place) => {
                let extension = &from.extensions[*place];
                let wanted = to.extensions.iter().find(|wanted| wanted.name == extension.name);
                let sql = extensions::drop(extension, wanted.unwrap_or(extension));
                self.push(Place::Extension, None, sql);
            }
            Step::CreateExtension(_) | Step::AlterExtension { .. } => self.push_as_prisma(Place::Extension, step),
            Step::CreateEnum(id) => self.push(Place::CreateEnum, None, enums::create(to.enum_(*id))),
            Step::AlterEnum(alter) => self.push_enum(alter),
            Step::DropForeignKey(id) => {
                let (table, key) = render::foreign_keys::find(from, *id);
                let sql = keys::drop_foreign_key(table, key, self.facts.heir_of_foreign_key(*id));
                self.push_locking(Place::DropForeignKey, table, sql);
            }
            Step::DropIndex(id) => {
                let (table, index) = render::indexes::find(from, *id);
                let place = if self.facts.is_replaced(*id) {
                    Place::DropReplacedIndex
                } else if self.facts.follows_table(self.step) {
                    Place::AlterTable
                } else {
                    Place::DropIndex
                };
                self.push_locking(place, table, indexes::drop(table, index, self.facts.heir_of_index(*id)));
            }
            Step::AlterTable(alter) => {
                for sql in tables::alter(self.diff, alter) {
                    self.push_locking(Place::AlterTable, to.table(alter.to), sql);
                }
            }
            Step::DropTable(table) => {
                let table = from.table(*table);
                self.push_locking(Place::DropTable, table, tables::drop(table));
            }
            Step::DropEnum(id) => self.push(Place::DropEnum, None, enums::drop(from.enum_(*id), to)),
            Step::CreateTable(table) => {
                let table = to.table(*table);
                self.push(Place::CreateTable, Some(table), tables::create(to, table));
            }
            Step::CreateIndex(create) => self.push_index(create),
            Step::RenameForeignKey { from: old, to: new } => {
                let ((table, old), (_, new)) =
                    (render::foreign_keys::find(from, *old), render::foreign_keys::find(to, *new));
                self.push_locking(Place::RenameKey, table, keys::rename(table, &old.name, &new.name));
            }
            Step::AddForeignKey(key) => self.push_foreign_key(*key),
            Step::RenameIndex { from: old, to: new } => {
                let ((table, old), (_, new)) = (render::indexes::find(from, *old), render::indexes::find(to, *new));
                self.push_locking(Place::RenameKey, table, indexes::rename(table, &old.name, &new.name));
            }
        }
    }

    fn push_enum(&mut self, alter: &AlterEnum) {
        let (from, to) = (self.diff.from().enum_(alter.from), self.diff.to().enum_(alter.to));
        if let Some(uses) = &alter.rebuild {
            let sql = enums::rebuild(self.diff, alter, uses);
            self.push_statement(Place::AlterEnum, None, !uses.columns.is_empty(), false, sql);
            self.push(Place::DropEnum, None, enums::drop_retired(from));
            return;
        }
        for &value in &alter.added {
            let value = &to.values[value as usize];
            let is_used = enums::is_used(self.diff.to(), alter.to, value);
            let place = if is_used { Place::EnumValue } else { Place::AlterEnum };
            self.push(place, None, enums::add_value(from, value));
        }
    }

    fn push_index(&mut self, create: &CreateIndex) {
        let (table, index) = render::indexes::find(self.diff.to(), create.index);
        if create.from_table.is_none() {
            self.push(Place::CreateIndex, Some(table), indexes::create(table, index, false));
        } else if self.facts.is_built(create) {
            self.push_statement(Place::BuildIndex, Some(table), true, true, indexes::create(table, index, true));
        }
    }

    fn push_foreign_key(&mut self, id: ForeignKeyId) {
        let to = self.diff.to();
        let (table, key) = render::foreign_keys::find(to, id);
        let is_new = |table: TableId| self.facts.created_tables.contains(&table);
        let place = if self.facts.has_built_index_on(key.referenced_table, &key.referenced_columns) {
            Place::AddDependentForeignKey
        } else {
            Place::AddForeignKey
        };
        let locks = !(is_new(id.table) && is_new(key.referenced_table));
        let validated_apart = !is_new(id.table);
        let sql = keys::add_foreign_key(to, table, key, validated_apart);
        self.push_statement(place, Some(table), locks, false, sql);
        if validated_apart {
            self.push_locking(Place::Validate, table, keys::validate(table, key));
        }
    }

    /// What Prisma writes can run again.
    fn push_as_prisma(&mut self, place: Place, step: &Step) {
        let sql = Statements(self.diff, step).to_string();
        for sql in sql.lines() {
            self.push(place, None, sql.to_owned());
        }
    }

    fn push_locking(&mut self, place: Place, table: &Table, sql: String) {
        self.push_statement(place, Some(table), true, false, sql);
    }

    fn push(&mut self, place: Place, table: Option<&Table>, sql: String) {
        self.push_statement(place, table, false, false, sql);
    }

    fn push_statement(&mut self, place: Place, table: Option<&Table>, locks: bool, alone: bool, sql: String) {
        let title = match place {
            Place::Validate => "ValidateForeignKey",
            _ => render::title(&self.diff.steps()[self.step]),
        };
        let table = table.map(|table| QualifiedName::from(table).to_string());
        let accepted = destructive::reason(&sql, self.losses.contains(&self.step));
        self.statements.push((place, Statement { step: self.step, title, table, locks, alone, accepted, sql }));
    }
}
