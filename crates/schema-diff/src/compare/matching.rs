//! Matches the tables, columns and enums of two models by name. A renamed object has no match.

use std::{collections::HashMap, hash::Hash};

use sql_schema::{ColumnId, Enum, EnumId, SqlSchema, Table, TableId};

use super::column;
use crate::step::ColumnChange;

/// Tables of the extension PostGIS. Prisma ignores them, in any capitalization.
const POSTGIS_TABLES: [&str; 5] =
    ["spatial_ref_sys", "geometry_columns", "geography_columns", "raster_columns", "raster_overviews"];

/// Two models and their matching objects.
pub(super) struct Pairs<'a> {
    pub(super) from: &'a SqlSchema,
    pub(super) to: &'a SqlSchema,
    /// Tables of both models, in the order of the old model.
    pub(super) tables: Vec<TablePair<'a>>,
    pub(super) dropped_tables: Vec<TableId>,
    pub(super) created_tables: Vec<TableId>,
    /// Enums of both models, in the order of the old model.
    pub(super) enums: Vec<(EnumId, EnumId)>,
    pub(super) dropped_enums: Vec<EnumId>,
    pub(super) created_enums: Vec<EnumId>,
}

/// A table of both models.
pub(super) struct TablePair<'a> {
    pub(super) from_id: TableId,
    pub(super) to_id: TableId,
    pub(super) from: &'a Table,
    pub(super) to: &'a Table,
    /// Columns of both tables, in the order of the old table.
    pub(super) columns: Vec<ColumnPair>,
    /// Columns of the old table only, sorted by name.
    pub(super) dropped_columns: Vec<ColumnId>,
    /// Columns of the new table only, sorted by name.
    pub(super) added_columns: Vec<ColumnId>,
}

/// A column of both tables.
#[derive(Clone, Copy)]
pub(super) struct ColumnPair {
    pub(super) from: ColumnId,
    pub(super) to: ColumnId,
    pub(super) change: ColumnChange,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(from: &'a SqlSchema, to: &'a SqlSchema) -> Self {
        let tables =
            match_by_key(from.tables.iter().map(Table::qualified_name), to.tables.iter().map(Table::qualified_name));
        let enums =
            match_by_key(from.enums.iter().map(Enum::qualified_name), to.enums.iter().map(Enum::qualified_name));
        Self {
            from,
            to,
            tables: tables
                .both
                .into_iter()
                .map(|(from_id, to_id)| TablePair::new((from, TableId(from_id)), (to, TableId(to_id))))
                .filter(|pair| is_managed(pair.from))
                .collect(),
            dropped_tables: ids(tables.from_only, TableId).filter(|&id| is_managed(from.table(id))).collect(),
            created_tables: ids(tables.to_only, TableId).filter(|&id| is_managed(to.table(id))).collect(),
            enums: enums.both.into_iter().map(|(from, to)| (EnumId(from), EnumId(to))).collect(),
            dropped_enums: ids(enums.from_only, EnumId).collect(),
            created_enums: ids(enums.to_only, EnumId).collect(),
        }
    }
}

impl<'a> TablePair<'a> {
    fn new((from_schema, from_id): (&'a SqlSchema, TableId), (to_schema, to_id): (&'a SqlSchema, TableId)) -> Self {
        let (from, to) = (from_schema.table(from_id), to_schema.table(to_id));
        let columns = match_by_key(
            from.columns.iter().map(|column| column.name.as_str()),
            to.columns.iter().map(|column| column.name.as_str()),
        );
        let sorted_by_name = |table: &Table, positions: Vec<u32>| {
            let mut ids: Vec<_> = ids(positions, ColumnId).collect();
            ids.sort_by(|&a, &b| table.column(a).name.cmp(&table.column(b).name));
            ids
        };
        let pair = |(from_column, to_column)| {
            let (from_column, to_column) = (ColumnId(from_column), ColumnId(to_column));
            let change = column::compare((from_schema, from.column(from_column)), (to_schema, to.column(to_column)));
            ColumnPair { from: from_column, to: to_column, change }
        };
        Self {
            from_id,
            to_id,
            from,
            to,
            columns: columns.both.into_iter().map(pair).collect(),
            dropped_columns: sorted_by_name(from, columns.from_only),
            added_columns: sorted_by_name(to, columns.to_only),
        }
    }
}

impl TablePair<'_> {
    /// The pair that contains the column `from` of the old table.
    pub(super) fn column(&self, from: ColumnId) -> Option<&ColumnPair> {
        let position = self.columns.binary_search_by_key(&from, |pair| pair.from).ok()?;
        Some(&self.columns[position])
    }
}

/// The result of [`match_by_key`]: positions in the two lists.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Matches {
    /// Items with the same key: the first of the "from" list with the first of the "to" list, the second with the second,
    /// and so on. If one list contains a key more often, this result omits the surplus items.
    pub(super) both: Vec<(u32, u32)>,
    /// Items of the "from" list whose key is not in the "to" list.
    pub(super) from_only: Vec<u32>,
    /// Items of the "to" list whose key is not in the "from" list.
    pub(super) to_only: Vec<u32>,
}

/// Finds the items of two lists that have the same key, in linear time.
pub(super) fn match_by_key<K: Eq + Hash>(
    from: impl ExactSizeIterator<Item = K> + Clone,
    to: impl ExactSizeIterator<Item = K> + Clone,
) -> Matches {
    // Most tables do not change, and comparing is much cheaper than hashing.
    if from.clone().eq(to.clone()) {
        return Matches { both: (0..).zip(0..).take(from.len()).collect(), ..Matches::default() };
    }
    /// The items of the "to" list that have the same key, linked by `next_of`.
    struct Chain {
        next: Option<u32>,
        last: u32,
        is_known: bool,
    }
    let mut chains: Vec<Chain> = Vec::with_capacity(to.len());
    let mut chain_of_key = HashMap::with_capacity(to.len());
    let mut next_of: Vec<Option<u32>> = vec![None; to.len()];
    let mut chain_of: Vec<usize> = Vec::with_capacity(to.len());
    for (key, position) in to.zip(0..) {
        let new = chains.len();
        let chain = *chain_of_key.entry(key).or_insert(new);
        if chain == new {
            chains.push(Chain { next: Some(position), last: position, is_known: false });
        } else {
            next_of[chains[chain].last as usize] = Some(position);
            chains[chain].last = position;
        }
        chain_of.push(chain);
    }
    let mut matches = Matches { both: Vec::with_capacity(from.len()), ..Matches::default() };
    for (key, position) in from.zip(0..) {
        let Some(&chain) = chain_of_key.get(&key) else {
            matches.from_only.push(position);
            continue;
        };
        let chain = &mut chains[chain];
        chain.is_known = true;
        if let Some(to) = chain.next {
            matches.both.push((position, to));
            chain.next = next_of[to as usize];
        }
    }
    let unknown = (0..).zip(&chain_of).filter(|&(_, &chain)| !chains[chain].is_known);
    matches.to_only = unknown.map(|(position, _)| position).collect();
    matches
}

fn ids<Id>(positions: Vec<u32>, id: impl Fn(u32) -> Id) -> impl Iterator<Item = Id> {
    positions.into_iter().map(id)
}

/// Whether Prisma manages the table. It ignores its own table of migrations and the tables of PostGIS.
fn is_managed(table: &Table) -> bool {
    let is_postgis = || POSTGIS_TABLES.iter().any(|name| table.name.eq_ignore_ascii_case(name));
    table.name != "_prisma_migrations" && !is_postgis()
}

#[cfg(test)]
mod tests {
    use super::match_by_key;
    use crate::testing::check_empty;

    #[test]
    fn repeated_keys_are_paired_in_order_and_surplus_items_are_omitted() {
        let matches =
            match_by_key("aabc".chars().collect::<Vec<_>>().iter(), "badaa".chars().collect::<Vec<_>>().iter());
        assert_eq!(matches.both, [(0, 1), (1, 3), (2, 0)]);
        assert_eq!(matches.from_only, [3]);
        assert_eq!(matches.to_only, [2]);
    }

    #[test]
    fn tables_of_prisma_and_postgis_are_ignored() {
        let schema = r#"
            model A {
              id Int @id
              @@map("_prisma_migrations")
            }
            model B {
              id Int @id
              @@map("Geometry_Columns")
            }
        "#;
        check_empty("", schema);
        check_empty(schema, "");
    }
}
