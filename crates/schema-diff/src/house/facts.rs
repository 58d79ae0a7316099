//! What the rendering of one step has to know about the others.

use std::collections::{HashMap, HashSet};

use sql_schema::{ColumnId, SqlSchema, TableId};

use super::tables;
use crate::{
    CreateIndex, Diff, ForeignKeyId, IndexId, Step, TableChange,
    render::{foreign_keys, indexes::find},
};

pub(super) struct Facts<'a> {
    from: &'a SqlSchema,
    to: &'a SqlSchema,
    /// Tables of the "to" side that are not there yet.
    pub(super) created_tables: HashSet<TableId>,
    /// Columns of the "from" side that are dropped, or dropped and added again.
    lost_columns: HashSet<(TableId, ColumnId)>,
    /// Columns of the "to" side that are dropped and added again.
    recreated_columns: HashSet<(TableId, ColumnId)>,
    /// Columns of the "from" side that get another type.
    retyped_columns: HashSet<(TableId, ColumnId)>,
    /// Indexes of the "to" side that are built on tables of the "from" side.
    built_indexes: Vec<(TableId, IndexId)>,
    /// The names that indexes get.
    taken_names: HashSet<&'a str>,
    /// The names that existing indexes get, each with the old one.
    renamed_indexes: HashMap<&'a str, &'a str>,
    /// The names that existing foreign keys get, by table of the "from" side, each with the old one.
    renamed_foreign_keys: HashMap<(TableId, &'a str), &'a str>,
    /// The place of the first step that alters a table.
    first_altered: Option<usize>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(diff: &Diff<'a>) -> Self {
        let mut facts = Self {
            from: diff.from(),
            to: diff.to(),
            created_tables: HashSet::new(),
            lost_columns: HashSet::new(),
            recreated_columns: HashSet::new(),
            retyped_columns: HashSet::new(),
            built_indexes: Vec::new(),
            taken_names: HashSet::new(),
            renamed_indexes: HashMap::new(),
            renamed_foreign_keys: HashMap::new(),
            first_altered: diff.steps().iter().position(|step| matches!(step, Step::AlterTable(_))),
        };
        // Tables are altered before indexes are created, among the steps as well.
        for step in diff.steps() {
            match step {
                Step::CreateTable(table) => _ = facts.created_tables.insert(*table),
                Step::AlterTable(alter) => {
                    let lost = tables::lost_columns(diff, alter);
                    for change in &alter.changes {
                        let (TableChange::AlterColumn(column) | TableChange::RecreateColumn(column)) = change else {
                            continue;
                        };
                        if lost.contains(&column.from) {
                            facts.recreated_columns.insert((alter.to, column.to));
                        }
                        if column.cast().is_some() {
                            facts.retyped_columns.insert((alter.from, column.from));
                        }
                    }
                    facts.lost_columns.extend(lost.into_iter().map(|column| (alter.from, column)));
                }
                Step::CreateIndex(create) => {
                    facts.taken_names.insert(&find(diff.to(), create.index).1.name);
                    if let Some(table) = create.from_table.filter(|_| facts.is_built(create)) {
                        facts.built_indexes.push((table, create.index));
                    }
                }
                Step::RenameIndex { from, to } => {
                    let (old, new) = (&find(diff.from(), *from).1.name, &find(diff.to(), *to).1.name);
                    facts.taken_names.insert(new);
                    facts.renamed_indexes.insert(new, old);
                }
                Step::RenameForeignKey { from, to } => {
                    let old = &foreign_keys::find(diff.from(), *from).1.name;
                    let new = &foreign_keys::find(diff.to(), *to).1.name;
                    facts.renamed_foreign_keys.insert((from.table, new), old);
                }
                _ => {}
            }
        }
        facts
    }

    /// Whether the index is not there. Prisma creates it again wherever it drops a column and adds it again; here, the
    /// column may have been kept.
    pub(super) fn is_built(&self, create: &CreateIndex) -> bool {
        let (_, index) = find(self.to, create.index);
        let is_recreated = |column| self.recreated_columns.contains(&(create.index.table, column));
        !create.recreated || index.columns.iter().any(|column| is_recreated(column.column))
    }

    /// Whether a dropped index may do its work until another one is built on its table.
    pub(super) fn is_replaced(&self, dropped: IndexId) -> bool {
        let (_, index) = find(self.from, dropped);
        let stays = |column| {
            let column = (dropped.table, column);
            !self.lost_columns.contains(&column) && !self.retyped_columns.contains(&column)
        };
        self.built_indexes.iter().any(|(table, _)| *table == dropped.table)
            && !self.taken_names.contains(index.name.as_str())
            && index.columns.iter().all(|column| stays(column.column))
    }

    /// The index that gets the name of a dropped one, by the name that it has before.
    pub(super) fn heir_of_index(&self, dropped: IndexId) -> Option<&'a str> {
        self.renamed_indexes.get(find(self.from, dropped).1.name.as_str()).copied()
    }

    /// The foreign key that gets the name of a dropped one, by the name that it has before.
    pub(super) fn heir_of_foreign_key(&self, dropped: ForeignKeyId) -> Option<&'a str> {
        let name = foreign_keys::find(self.from, dropped).1.name.as_str();
        self.renamed_foreign_keys.get(&(dropped.table, name)).copied()
    }

    /// Whether a unique index is built on these columns.
    pub(super) fn has_built_index_on(&self, table: TableId, columns: &[ColumnId]) -> bool {
        let columns: HashSet<_> = columns.iter().copied().collect();
        self.built_indexes.iter().map(|&(_, index)| index).filter(|index| index.table == table).any(|index| {
            let (_, index) = find(self.to, index);
            index.unique && index.columns.iter().map(|column| column.column).collect::<HashSet<_>>() == columns
        })
    }

    /// Whether the step stands behind one that alters a table.
    pub(super) fn follows_table(&self, step: usize) -> bool {
        self.first_altered.is_some_and(|first| step > first)
    }
}
