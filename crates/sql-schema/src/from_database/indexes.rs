//! Primary keys and indexes. Expression indexes and exclusion constraints are not read, and partial indexes only since
//! Prisma 7.

use postgres::Client;

use super::{DatabaseOptions, tables::Tables};
use crate::{ColumnId, Index, IndexAlgorithm, IndexColumn, OperatorClass, Predicate, PrimaryKey, SortOrder};

pub(super) fn read(client: &mut Client, tables: &mut Tables, options: &DatabaseOptions) -> Result<(), postgres::Error> {
    // Prisma reads the operator classes of these four access methods only.
    let rows = client.query(
        "SELECT indrelid, relname, indisprimary, indisunique, amname, indkey::pg_catalog.int2[],
                indoption::pg_catalog.int2[],
                class_names, class_defaults,
                EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conindid = indexrelid AND contype = 'u'),
                pg_catalog.pg_get_expr(indpred, indrelid)
         FROM pg_catalog.pg_index
         JOIN pg_catalog.pg_class c ON c.oid = indexrelid
         JOIN pg_catalog.pg_am a ON a.oid = relam
         CROSS JOIN LATERAL (
             SELECT pg_catalog.array_agg(opcname ORDER BY position) AS class_names,
                    pg_catalog.array_agg(opcdefault ORDER BY position) AS class_defaults
             FROM pg_catalog.unnest(indclass) WITH ORDINALITY AS class (oid, position)
             JOIN pg_catalog.pg_opclass USING (oid)
             WHERE amname IN ('gin', 'gist', 'spgist', 'brin')
         ) AS classes
         WHERE indrelid = ANY ($1) AND ($2 OR indpred IS NULL) AND indexprs IS NULL AND NOT indisexclusion
         ORDER BY relname",
        &[&tables.oids(), &options.flavour.has_partial_indexes()],
    )?;
    for row in &rows {
        let Some(table) = tables.get_mut(row.get(0)) else { continue };
        // The columns of INCLUDE follow the key columns. Prisma treats them as key columns.
        let numbers: Vec<i16> = row.get(5);
        let Some(columns) = table.columns(&numbers) else { continue };
        if row.get(2) {
            table.table.primary_key = Some(PrimaryKey { name: row.get(1), columns });
        } else {
            table.table.indexes.push(Index {
                name: row.get(1),
                unique: row.get(3),
                columns: index_columns(&columns, row.get(6), row.get(7), row.get(8)),
                algorithm: algorithm(row.get(4)),
                backs_constraint: row.get(9),
                predicate: row.get::<_, Option<&str>>(10).map(|sql| predicate(sql, options)),
            });
        }
    }
    Ok(())
}

/// `options` and the classes exist only for key columns, not for columns of INCLUDE.
fn index_columns(
    columns: &[ColumnId],
    options: Vec<i16>,
    class_names: Option<Vec<String>>,
    class_defaults: Option<Vec<bool>>,
) -> Vec<IndexColumn> {
    const DESCENDING: i16 = 1;
    let sort = |option| if option & DESCENDING == 0 { SortOrder::Asc } else { SortOrder::Desc };
    let mut sorts = options.into_iter().map(sort);
    let mut classes = class_names.into_iter().flatten().zip(class_defaults.into_iter().flatten());
    let column = |column: &ColumnId| IndexColumn {
        column: *column,
        sort: Some(sorts.next().unwrap_or_default()),
        operator_class: classes.next().map(|(name, is_default)| OperatorClass::from_database(name, is_default)),
    };
    columns.iter().map(column).collect()
}

fn predicate(sql: &str, options: &DatabaseOptions) -> Predicate {
    if options.predicates { Predicate::Sql(sql.to_owned()) } else { Predicate::Unread }
}

/// As in Prisma, an access method of an extension counts as B-tree.
fn algorithm(access_method: &str) -> IndexAlgorithm {
    match access_method {
        "hash" => IndexAlgorithm::Hash,
        "gin" => IndexAlgorithm::Gin,
        "gist" => IndexAlgorithm::Gist,
        "spgist" => IndexAlgorithm::SpGist,
        "brin" => IndexAlgorithm::Brin,
        _ => IndexAlgorithm::BTree,
    }
}
