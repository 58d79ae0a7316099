//! The steps of a diff, as data.

use sql_schema::{ColumnId, EnumId, TableId};

use crate::{Cast, ColumnChange};

/// One step, in one kind of statement. "From" ids point into the model that is, "to" ids into the one that shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Renames a table of the "from" side, which bears the new name there already.
    RenameTable {
        /// The table.
        table: TableId,
        /// The name that it has in the database.
        old: String,
    },
    /// Renames a column of the "from" side, which bears the new name there already.
    RenameColumn {
        /// The column.
        column: ColumnRef,
        /// The name that it has in the database.
        old: String,
    },
    /// Renames the sequence of a serial column of the "from" side after the table or column that is renamed.
    RenameSequence {
        /// The table, in whose namespace the sequence is.
        table: TableId,
        /// The name that it has in the database.
        old: String,
        /// The name that it gets.
        new: String,
    },
    /// Creates a namespace, by its name.
    CreateSchema(String),
    /// Drops an extension, by its place on the "from" side, so that it can be created anew.
    DropExtension(usize),
    /// Creates an extension, by its place on the "to" side.
    CreateExtension(usize),
    /// Changes an extension in place.
    AlterExtension {
        /// Its place on the "from" side.
        from: usize,
        /// Its place on the "to" side.
        to: usize,
        /// Whether it gets another version.
        version: bool,
        /// Whether it moves to another namespace.
        schema: bool,
    },
    /// Creates an enum of the "to" side.
    CreateEnum(EnumId),
    /// Adds values to an enum, or builds it anew without some.
    AlterEnum(AlterEnum),
    /// Drops a foreign key of the "from" side.
    DropForeignKey(ForeignKeyId),
    /// Drops an index of the "from" side.
    DropIndex(IndexId),
    /// Changes columns and the primary key of a table.
    AlterTable(AlterTable),
    /// Drops a table of the "from" side.
    DropTable(TableId),
    /// Drops an enum of the "from" side.
    DropEnum(EnumId),
    /// Creates a table of the "to" side, with its primary key; indexes and foreign keys are steps of their own.
    CreateTable(TableId),
    /// Creates an index of the "to" side.
    CreateIndex(CreateIndex),
    /// Renames a foreign key.
    RenameForeignKey {
        /// The foreign key as it is.
        from: ForeignKeyId,
        /// The foreign key as it shall be.
        to: ForeignKeyId,
    },
    /// Adds a foreign key of the "to" side.
    AddForeignKey(ForeignKeyId),
    /// Renames an index.
    RenameIndex {
        /// The index as it is.
        from: IndexId,
        /// The index as it shall be.
        to: IndexId,
    },
}

/// An index, by its table and its place in [`sql_schema::Table::indexes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IndexId {
    /// The table.
    pub table: TableId,
    /// The place.
    pub position: u32,
}

/// A foreign key, by the table that holds it and its place in [`sql_schema::Table::foreign_keys`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ForeignKeyId {
    /// The table.
    pub table: TableId,
    /// The place.
    pub position: u32,
}

/// A column, by its table and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnRef {
    /// The table.
    pub table: TableId,
    /// The column.
    pub column: ColumnId,
}

/// What changes in an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterEnum {
    /// The enum as it is.
    pub from: EnumId,
    /// The enum as it shall be.
    pub to: EnumId,
    /// New values, by their places on the "to" side.
    pub added: Vec<u32>,
    /// Lost values, by their places on the "from" side. PostgreSQL cannot drop a value: [`AlterEnum::rebuild`] says how.
    pub dropped: Vec<u32>,
    /// What uses the enum and must move to a new type. `None` if values are only added.
    pub rebuild: Option<EnumRebuild>,
}

/// What uses an enum that is built anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnumRebuild {
    /// Columns whose default must be out of the way.
    pub defaults: Vec<EnumDefault>,
    /// Columns of the "to" side that have the type.
    pub columns: Vec<ColumnRef>,
}

/// A column of an enum that is built anew, with a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumDefault {
    /// The column on the "from" side.
    pub from: ColumnRef,
    /// The column on the "to" side, if it is still of this enum and has a default.
    pub to: Option<ColumnRef>,
}

/// What changes in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterTable {
    /// The table as it is.
    pub from: TableId,
    /// The table as it shall be.
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
    /// Drops a column of the "from" side.
    DropColumn(ColumnId),
    /// Adds a column of the "to" side.
    AddColumn(ColumnId),
    /// Changes a column in place.
    AlterColumn(AlterColumn),
    /// Drops a column and adds it again, since no cast leads from the old type to the new.
    RecreateColumn(AlterColumn),
    /// Adds the primary key.
    AddPrimaryKey,
}

/// What changes in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlterColumn {
    /// The column as it is.
    pub from: ColumnId,
    /// The column as it shall be.
    pub to: ColumnId,
    /// What differs.
    pub change: ColumnChange,
    /// Whether the sequence that filled the column goes, as no column of the "to" side uses it.
    pub drops_sequence: bool,
}

impl AlterColumn {
    /// How values of the column get their new type; `None` if the type stays.
    #[must_use]
    pub fn cast(&self) -> Option<Cast> {
        self.change.cast
    }
}

/// The creation of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateIndex {
    /// The index.
    pub index: IndexId,
    /// Its table on the "from" side; `None` if the table is new.
    pub from_table: Option<TableId>,
    /// Whether the index is there already and goes with a column that is dropped and added again.
    pub recreated: bool,
}
