//! Counts rows and values before and after. Tables and columns keep their identity when they are renamed.

use std::collections::BTreeMap;

use postgres::Client;
use scratch_postgres::Error;
use sql_script::identifier;

use super::Loss;
use crate::sandbox::sql_error;

/// The counts of tables, by OID.
pub(super) struct Counts(BTreeMap<u32, Count>);

#[derive(Default)]
struct Count {
    table: String,
    rows: u64,
    /// The name of each column and the number of its values other than NULL, by column number.
    values: BTreeMap<i16, (String, u64)>,
}

/// Reads columns with any search path: the migrations may have changed it.
const COLUMNS: &str = "
SELECT c.oid, relname::pg_catalog.text, c.oid::pg_catalog.regclass::pg_catalog.text, attnum, attname::pg_catalog.text
FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_attribute
    ON attrelid OPERATOR(pg_catalog.=) c.oid AND attnum OPERATOR(pg_catalog.>) 0 AND NOT attisdropped
WHERE c.oid OPERATOR(pg_catalog.=) ANY ($1) ORDER BY c.oid, attnum";

impl Counts {
    pub(super) fn read(client: &mut Client, oids: &[u32]) -> Result<Self, Error> {
        let mut counts = BTreeMap::<u32, Count>::new();
        let mut queries = BTreeMap::<u32, (String, Vec<String>)>::new();
        for row in client.query(COLUMNS, &[&oids]).map_err(sql_error("to read the columns of tables"))? {
            let (oid, table): (u32, String) = (row.get(0), row.get(1));
            let count = counts.entry(oid).or_insert_with(|| Count { table, ..Count::default() });
            let (_, columns) = queries.entry(oid).or_insert_with(|| (row.get(2), Vec::new()));
            if let Some(number) = row.get(3) {
                let name: String = row.get(4);
                columns.push(format!("pg_catalog.count({})", identifier(&name)));
                count.values.insert(number, (name, 0));
            }
        }
        // One query for all tables. A row has the table's OID, its number of rows, and the number of values of each
        // column.
        let queries = queries.iter().map(|(oid, (table, columns))| {
            format!(
                "SELECT {oid}::pg_catalog.oid, pg_catalog.count(*), ARRAY[{}]::pg_catalog.int8[] FROM {table}",
                columns.join(", ")
            )
        });
        let query = queries.collect::<Vec<_>>().join(" UNION ALL ");
        if query.is_empty() {
            return Ok(Self(counts));
        }
        for row in client.query(&query, &[]).map_err(sql_error("to count rows"))? {
            let Some(count) = counts.get_mut(&row.get(0)) else { continue };
            count.rows = number(row.get(1));
            let numbers: Vec<i64> = row.get(2);
            for ((_, values), found) in count.values.values_mut().zip(numbers) {
                *values = number(found);
            }
        }
        Ok(Self(counts))
    }

    /// The rows and values that were lost since these counts.
    pub(super) fn lost(&self, client: &mut Client) -> Result<Vec<Loss>, Error> {
        let oids: Vec<_> = self.0.keys().copied().collect();
        let Self(after) = Self::read(client, &oids)?;
        let nothing = Count::default();
        let mut lost = Vec::new();
        for (oid, before) in &self.0 {
            let after = after.get(oid).unwrap_or(&nothing);
            let loss = |column: Option<&String>, lost, of| Loss {
                table: before.table.clone(),
                column: column.cloned(),
                lost,
                of,
            };
            if after.rows < before.rows {
                lost.push(loss(None, before.rows - after.rows, before.rows));
                continue;
            }
            for (number, (column, values)) in &before.values {
                let left = after.values.get(number).map_or(0, |(_, values)| *values);
                if left < *values {
                    lost.push(loss(Some(column), values - left, *values));
                }
            }
        }
        Ok(lost)
    }
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
