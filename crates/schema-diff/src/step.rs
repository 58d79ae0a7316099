//! The steps of a diff, as data.
//!
//! "The old model" and "the new model" are [`Diff::from`](crate::Diff::from) and [`Diff::to`](crate::Diff::to).

use sql_schema::{Column, ColumnId, EnumId, ForeignKey, Index, SqlSchema, Table, TableId};

use crate::Cast;

/// One step. It is written as one kind of statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Renames a table. The old model already contains the new name.
    RenameTable {
        /// The table, in the old model.
        table: TableId,
        /// Its name in the database.
        old: String,
    },
    /// Renames a column. The old model already contains the new name.
    RenameColumn {
        /// The column, in the old model.
        column: ColumnRef,
        /// Its name in the database.
        old: String,
    },
    /// Renames the sequence of a serial column, because its table or the column is renamed.
    RenameSequence {
        /// The table of the column, in the old model. The sequence is in the namespace of the table.
        table: TableId,
        /// The current name of the sequence.
        old: String,
        /// The new name of the sequence.
        new: String,
    },
    /// Creates a namespace with this name.
    CreateSchema(String),
    /// Drops an extension so that another step can create it again. An index into the old model's extensions.
    DropExtension(usize),
    /// Creates an extension. An index into the new model's extensions.
    CreateExtension(usize),
    /// Changes the version or the namespace of an extension.
    AlterExtension {
        /// An index into the old model's extensions.
        from: usize,
        /// An index into the new model's extensions.
        to: usize,
        /// Whether the version changes.
        version: bool,
        /// Whether the namespace changes.
        schema: bool,
    },
    /// Creates an enum of the new model.
    CreateEnum(EnumId),
    /// Adds values to an enum, or rebuilds it without some of its values.
    AlterEnum(AlterEnum),
    /// Drops a foreign key of the old model.
    DropForeignKey(ForeignKeyId),
    /// Drops an index of the old model.
    DropIndex(IndexId),
    /// Changes the columns and the primary key of a table.
    AlterTable(AlterTable),
    /// Drops a table of the old model.
    DropTable(TableId),
    /// Drops an enum of the old model.
    DropEnum(EnumId),
    /// Creates a table of the new model with its primary key. Indexes and foreign keys are separate steps.
    CreateTable(TableId),
    /// Creates an index of the new model.
    CreateIndex(CreateIndex),
    /// Renames a foreign key.
    RenameForeignKey {
        /// The foreign key in the old model.
        from: ForeignKeyId,
        /// The foreign key in the new model.
        to: ForeignKeyId,
    },
    /// Adds a foreign key of the new model.
    AddForeignKey(ForeignKeyId),
    /// Renames an index.
    RenameIndex {
        /// The index in the old model.
        from: IndexId,
        /// The index in the new model.
        to: IndexId,
    },
}

impl Step {
    /// The name of the step in the comment above its SQL.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::RenameTable { .. } => "RenameTable",
            Self::RenameColumn { .. } => "RenameColumn",
            Self::RenameSequence { .. } => "RenameSequence",
            Self::CreateSchema(_) => "CreateSchema",
            Self::DropExtension(_) => "DropExtension",
            Self::CreateExtension(_) => "CreateExtension",
            Self::AlterExtension { .. } => "AlterExtension",
            Self::CreateEnum(_) => "CreateEnum",
            Self::AlterEnum(_) => "AlterEnum",
            Self::DropForeignKey(_) => "DropForeignKey",
            Self::DropIndex(_) => "DropIndex",
            Self::AlterTable(_) => "AlterTable",
            Self::DropTable(_) => "DropTable",
            Self::DropEnum(_) => "DropEnum",
            Self::CreateTable(_) => "CreateTable",
            Self::CreateIndex(_) => "CreateIndex",
            Self::RenameForeignKey { .. } => "RenameForeignKey",
            Self::AddForeignKey(_) => "AddForeignKey",
            Self::RenameIndex { .. } => "RenameIndex",
        }
    }
}

/// An index: its table, and its position in [`Table::indexes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IndexId {
    /// The table.
    pub table: TableId,
    /// The position.
    pub position: u32,
}

impl IndexId {
    /// The table and the index in `schema`.
    pub(crate) fn resolve(self, schema: &SqlSchema) -> (&Table, &Index) {
        let table = schema.table(self.table);
        (table, &table.indexes[self.position as usize])
    }
}

/// A foreign key: the table that holds it, and its position in [`Table::foreign_keys`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ForeignKeyId {
    /// The table.
    pub table: TableId,
    /// The position.
    pub position: u32,
}

impl ForeignKeyId {
    /// The table and the foreign key in `schema`.
    pub(crate) fn resolve(self, schema: &SqlSchema) -> (&Table, &ForeignKey) {
        let table = schema.table(self.table);
        (table, &table.foreign_keys[self.position as usize])
    }
}

/// A column and its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnRef {
    /// The table.
    pub table: TableId,
    /// The column.
    pub column: ColumnId,
}

impl ColumnRef {
    /// The table and the column in `schema`.
    pub(crate) fn resolve(self, schema: &SqlSchema) -> (&Table, &Column) {
        let table = schema.table(self.table);
        (table, table.column(self.column))
    }
}

/// The changes to an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterEnum {
    /// The enum in the old model.
    pub from: EnumId,
    /// The enum in the new model.
    pub to: EnumId,
    /// New values: positions in the new model's enum.
    pub added: Vec<u32>,
    /// Dropped values: positions in the old model's enum. PostgreSQL cannot drop a value, so [`AlterEnum::rebuild`] is
    /// set.
    pub dropped: Vec<u32>,
    /// The columns that move to a new type. `None` if the step only adds values.
    pub rebuild: Option<EnumRebuild>,
}

/// The columns that use an enum while a new type replaces it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnumRebuild {
    /// Columns whose default must be dropped first.
    pub defaults: Vec<EnumDefault>,
    /// Columns of the new model that have the type.
    pub columns: Vec<ColumnRef>,
}

/// A column with a default, whose enum is rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumDefault {
    /// The column in the old model.
    pub from: ColumnRef,
    /// The column in the new model, if it still has this enum and a default.
    pub to: Option<ColumnRef>,
}

/// The changes to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterTable {
    /// The table in the old model.
    pub from: TableId,
    /// The table in the new model.
    pub to: TableId,
    /// The changes, in the order in which they are written. Never empty.
    pub changes: Vec<TableChange>,
}

/// One change to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableChange {
    /// Drops the primary key.
    DropPrimaryKey,
    /// Renames the primary key.
    RenamePrimaryKey,
    /// Drops a column of the old model.
    DropColumn(ColumnId),
    /// Adds a column of the new model.
    AddColumn(ColumnId),
    /// Changes a column in place.
    AlterColumn(AlterColumn),
    /// Drops a column and adds it again, because Prisma knows no cast from the old type to the new one.
    RecreateColumn(AlterColumn),
    /// Adds the primary key.
    AddPrimaryKey,
}

/// The changes to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlterColumn {
    /// The column in the old model.
    pub from: ColumnId,
    /// The column in the new model.
    pub to: ColumnId,
    /// The differences.
    pub change: ColumnChange,
    /// Whether the sequence that filled the column is dropped, because no column of the new model uses it.
    pub drops_sequence: bool,
}

impl AlterColumn {
    /// The cast from the old type to the new one; `None` if the type does not change.
    #[must_use]
    pub fn cast(&self) -> Option<Cast> {
        self.change.cast
    }
}

/// The differences between two columns of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnChange {
    /// The arity changes: required, nullable or list.
    pub arity: bool,
    /// The default changes.
    pub default: bool,
    /// A sequence starts or stops filling the column.
    pub autoincrement: bool,
    /// The type changes, with this cast.
    pub cast: Option<Cast>,
}

impl ColumnChange {
    /// Whether the columns are equal.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether Prisma drops the column and adds it again.
    #[must_use]
    pub fn recreates(&self) -> bool {
        self.cast == Some(Cast::Impossible)
    }
}

/// The creation of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateIndex {
    /// The index, in the new model.
    pub index: IndexId,
    /// Its table in the old model; `None` if the table is new.
    pub from_table: Option<TableId>,
    /// Whether the index exists, and is lost with a column that is dropped and added again.
    pub recreated: bool,
}
