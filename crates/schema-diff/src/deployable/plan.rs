//! Assigns the statements of all steps to migrations, and sorts them.

use std::collections::BTreeSet;

use sql_schema::TableId;

use super::{
    diff_index::DiffIndex,
    enums, extensions, indexes, keys,
    migration::{DeployableMigration, MigrationPart, PlannedStatement},
    statement::DeployableStatement,
    tables,
};
use crate::{
    AlterEnum, CreateIndex, Diff, ForeignKeyId, Step, Style,
    sql::{CreateExtension, Name, alter_extension},
};

/// The reason to accept a statement of a step that loses values.
const ALLOWED_LOSS: &str = "--allow-destructive was given";

/// The reason to accept a statement that migration-lint reports although the new type holds all values of the old one.
const NO_LOSS: &str = "no value is lost";

/// The migrations that apply the steps of `diff`, in the order in which they run. Empty if `diff` is empty.
///
/// The result covers every step. [`open_decisions`](super::open_decisions) lists the steps that must not be shipped yet.
#[must_use]
pub fn migrations(diff: &Diff<'_>) -> Vec<DeployableMigration> {
    let lossy_steps = diff.losses(Style::Deployable).iter().map(|loss| loss.step).collect();
    let mut plan = Plan { diff, index: DiffIndex::new(diff), lossy_steps, statements: Vec::new(), step: 0 };
    for (index, step) in diff.steps().iter().enumerate() {
        plan.step = index;
        plan.push_step(step);
    }
    plan.statements.sort_by_key(|(phase, _)| *phase);
    let mut migrations: Vec<DeployableMigration> = Vec::new();
    for (phase, planned) in plan.statements {
        let part = phase.part();
        match migrations.last_mut() {
            Some(last) if last.part == part && !planned.statement.non_transactional => last.statements.push(planned),
            _ => migrations.push(DeployableMigration { part, statements: vec![planned] }),
        }
    }
    migrations
}

/// The order of the statements. A name becomes free before another object gets it, and an object exists before another
/// one refers to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
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

impl Phase {
    fn part(self) -> MigrationPart {
        match self {
            Self::EnumValue => MigrationPart::EnumValues,
            Self::BuildIndex => MigrationPart::Index,
            Self::DropReplacedIndex | Self::AddDependentForeignKey => MigrationPart::AfterIndexes,
            Self::Validate => MigrationPart::Validation,
            _ => MigrationPart::Main,
        }
    }
}

struct Plan<'a> {
    diff: &'a Diff<'a>,
    index: DiffIndex<'a>,
    /// The positions of the steps that lose values.
    lossy_steps: BTreeSet<usize>,
    statements: Vec<(Phase, PlannedStatement)>,
    /// The position of the current step.
    step: usize,
}

impl Plan<'_> {
    fn push_step(&mut self, step: &Step) {
        let (from, to) = (self.diff.from(), self.diff.to());
        match step {
            Step::RenameTable { table, old } => {
                self.push_locking(Phase::Rename, tables::rename(from.table(*table), old));
            }
            Step::RenameColumn { column, old } => {
                let (table, column) = column.resolve(from);
                self.push_locking(Phase::Rename, tables::rename_column(table, old, &column.name));
            }
            Step::RenameSequence { table, old, new } => {
                self.push_locking(Phase::Rename, tables::rename_sequence(from.table(*table), old, new));
            }
            Step::CreateSchema(name) => {
                self.push(Phase::Schema, format!("CREATE SCHEMA IF NOT EXISTS {};", Name(name)));
            }
            Step::DropExtension(extension) => {
                let extension = &from.extensions[*extension];
                let wanted = to.extensions.iter().find(|wanted| wanted.name == extension.name);
                self.push(Phase::Extension, extensions::drop(extension, wanted.unwrap_or(extension)));
            }
            Step::CreateExtension(extension) => {
                self.push(Phase::Extension, CreateExtension(&to.extensions[*extension]).to_string());
            }
            &Step::AlterExtension { to: extension, version, schema, .. } => {
                let statements = alter_extension(&to.extensions[extension], version, schema);
                statements.for_each(|sql| self.push(Phase::Extension, sql));
            }
            Step::CreateEnum(id) => self.push(Phase::CreateEnum, enums::create(to.enum_(*id))),
            Step::AlterEnum(alter) => self.push_enum(alter),
            Step::DropForeignKey(id) => {
                let (table, key) = id.resolve(from);
                let successor = self.index.foreign_key_successor_name(*id);
                self.push_locking(Phase::DropForeignKey, keys::drop_foreign_key(table, key, successor));
            }
            Step::DropIndex(id) => {
                let (table, index) = id.resolve(from);
                let phase = if self.index.is_replaced(*id) {
                    Phase::DropReplacedIndex
                } else if self.index.follows_alter_table(self.step) {
                    Phase::AlterTable
                } else {
                    Phase::DropIndex
                };
                self.push_locking(phase, indexes::drop(table, index, self.index.index_successor_name(*id)));
            }
            Step::AlterTable(alter) => {
                for statement in tables::alter(self.diff, alter) {
                    self.push_statement(Phase::AlterTable, statement);
                }
            }
            Step::DropTable(table) => {
                let statement = DeployableStatement::locking(tables::drop(from.table(*table)));
                self.push_statement(Phase::DropTable, DeployableStatement { is_destructive: true, ..statement });
            }
            Step::DropEnum(id) => self.push(Phase::DropEnum, enums::drop(from.enum_(*id), to)),
            Step::CreateTable(table) => self.push(Phase::CreateTable, tables::create(to, to.table(*table))),
            Step::CreateIndex(create) => self.push_index(create),
            Step::RenameForeignKey { from: old, to: new } => {
                let ((table, old), (_, new)) = (old.resolve(from), new.resolve(to));
                self.push_locking(Phase::RenameKey, keys::rename(table, &old.name, &new.name));
            }
            Step::AddForeignKey(key) => self.push_foreign_key(*key),
            Step::RenameIndex { from: old, to: new } => {
                let ((table, old), (_, new)) = (old.resolve(from), new.resolve(to));
                self.push_locking(Phase::RenameKey, indexes::rename(table, &old.name, &new.name));
            }
        }
    }

    fn push_enum(&mut self, alter: &AlterEnum) {
        let (from, to) = (self.diff.from().enum_(alter.from), self.diff.to().enum_(alter.to));
        if let Some(uses) = &alter.rebuild {
            self.push_statement(Phase::AlterEnum, enums::rebuild(self.diff, alter, uses));
            self.push(Phase::DropEnum, enums::drop_retired(from));
            return;
        }
        for &value in &alter.added {
            let value = &to.values[value as usize];
            let is_used = enums::is_used(self.diff.to(), alter.to, value);
            self.push(if is_used { Phase::EnumValue } else { Phase::AlterEnum }, enums::add_value(from, value));
        }
    }

    fn push_index(&mut self, create: &CreateIndex) {
        let (table, index) = create.index.resolve(self.diff.to());
        if create.from_table.is_none() {
            self.push(Phase::CreateIndex, indexes::create(table, index, false));
        } else if self.index.is_built(create) {
            let statement = DeployableStatement::locking(indexes::create(table, index, true));
            self.push_statement(Phase::BuildIndex, DeployableStatement { non_transactional: true, ..statement });
        }
    }

    fn push_foreign_key(&mut self, id: ForeignKeyId) {
        let to = self.diff.to();
        let (table, key) = id.resolve(to);
        let is_new = |table: TableId| self.index.created_tables.contains(&table);
        let phase = if self.index.builds_unique_index_on(key.referenced_table, &key.referenced_columns) {
            Phase::AddDependentForeignKey
        } else {
            Phase::AddForeignKey
        };
        let locks = !(is_new(id.table) && is_new(key.referenced_table));
        let validated_later = !is_new(id.table);
        let sql = keys::add_foreign_key(to, table, key, validated_later);
        self.push_statement(phase, DeployableStatement { locks, ..DeployableStatement::new(sql) });
        if validated_later {
            self.push_locking(Phase::Validate, keys::validate(table, key));
        }
    }

    fn push_locking(&mut self, phase: Phase, sql: String) {
        self.push_statement(phase, DeployableStatement::locking(sql));
    }

    fn push(&mut self, phase: Phase, sql: String) {
        self.push_statement(phase, DeployableStatement::new(sql));
    }

    fn push_statement(&mut self, phase: Phase, statement: DeployableStatement) {
        let step = self.step;
        let title = match phase {
            Phase::Validate => "ValidateForeignKey",
            _ => self.diff.steps()[step].title(),
        };
        let reason = if self.lossy_steps.contains(&step) { ALLOWED_LOSS } else { NO_LOSS };
        let accepted = statement.is_destructive.then_some(reason);
        self.statements.push((phase, PlannedStatement { step, title, accepted, statement }));
    }
}
