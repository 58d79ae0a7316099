//! Which tables are created and dropped, and what changes in the others: columns and primary keys.

use std::{cell::OnceCell, collections::HashSet};

use sql_schema::{DefaultValue, PrimaryKey, SqlSchema, Table};

use crate::{
    matching::{ColumnPair, Pairs, TablePair},
    step::{AlterColumn, AlterTable, Step, TableChange},
};

pub(crate) fn push_steps(pairs: &Pairs<'_>, steps: &mut Vec<Step>) {
    steps.extend(pairs.created_tables.iter().map(|&table| Step::CreateTable(table)));
    steps.extend(pairs.dropped_tables.iter().map(|&table| Step::DropTable(table)));
    let sequences = UsedSequences::of(pairs.to);
    for table in &pairs.tables {
        let changes = changes(table, &sequences);
        if !changes.is_empty() {
            steps.push(Step::AlterTable(AlterTable { from: table.from_id, to: table.to_id, changes }));
        }
    }
}

fn changes(table: &TablePair<'_>, sequences: &UsedSequences<'_>) -> Vec<TableChange> {
    let mut changes = Vec::new();
    let (from_key, to_key) = (&table.from.primary_key, &table.to.primary_key);
    let key_stays = match (from_key, to_key) {
        (Some(from), Some(to)) => same_primary_key(table, from, to),
        _ => false,
    };
    if from_key.is_some() && !key_stays {
        changes.push(TableChange::DropPrimaryKey);
    }
    if let (Some(from), Some(to)) = (from_key, to_key)
        && from.name != to.name
    {
        changes.push(TableChange::RenamePrimaryKey);
    }
    changes.extend(table.dropped_columns.iter().map(|&column| TableChange::DropColumn(column)));
    changes.extend(table.added_columns.iter().map(|&column| TableChange::AddColumn(column)));
    changes.extend(table.columns.iter().filter(|pair| !pair.change.is_empty()).map(|pair| {
        let alter = alter_column(table.from, pair, sequences);
        if pair.change.recreates() { TableChange::RecreateColumn(alter) } else { TableChange::AlterColumn(alter) }
    }));
    if to_key.is_some() && !key_stays {
        changes.push(TableChange::AddPrimaryKey);
    }
    changes
}

/// Whether a primary key can stay: the same columns in the same order, and none of them gets another type.
fn same_primary_key(table: &TablePair<'_>, from: &PrimaryKey, to: &PrimaryKey) -> bool {
    from.columns.len() == to.columns.len()
        && from
            .columns
            .iter()
            .zip(&to.columns)
            .all(|(&from, &to)| table.column(from).is_some_and(|pair| pair.to == to && pair.change.cast.is_none()))
}

fn alter_column(table: &Table, pair: &ColumnPair, sequences: &UsedSequences<'_>) -> AlterColumn {
    let drops_sequence = match &table.column(pair.from).default {
        Some(DefaultValue::Sequence(name)) => pair.change.autoincrement && !sequences.contains(name),
        _ => false,
    };
    AlterColumn { from: pair.from, to: pair.to, change: pair.change, drops_sequence }
}

/// The sequences that columns of the "to" side take their values from, collected when first asked for.
struct UsedSequences<'a> {
    schema: &'a SqlSchema,
    names: OnceCell<HashSet<&'a str>>,
}

impl<'a> UsedSequences<'a> {
    fn of(schema: &'a SqlSchema) -> Self {
        Self { schema, names: OnceCell::new() }
    }

    fn contains(&self, name: &str) -> bool {
        let collect = || {
            let columns = self.schema.tables.iter().flat_map(|table| &table.columns);
            let sequences = columns.filter_map(|column| match &column.default {
                Some(DefaultValue::Sequence(name)) => Some(name.as_str()),
                _ => None,
            });
            sequences.collect()
        };
        self.names.get_or_init(collect).contains(name)
    }
}
