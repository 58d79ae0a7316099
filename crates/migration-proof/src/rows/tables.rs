//! The tables that get rows, read from the database.

use std::collections::BTreeMap;

use postgres::Client;
use scratch_postgres::Error;

use super::values::Type;
use crate::sandbox::sql_error;

/// Tables, including those that they refer to.
pub(super) struct Tables {
    pub(super) by_oid: BTreeMap<u32, Table>,
}

pub(super) struct Table {
    pub(super) name: String,
    /// The name as SQL, with its schema if necessary.
    pub(super) sql: String,
    pub(super) columns: Vec<Column>,
    pub(super) foreign_keys: Vec<ForeignKey>,
}

/// A column that `INSERT` can have a value for.
pub(super) struct Column {
    pub(super) number: i16,
    /// The quoted name.
    pub(super) sql: String,
    pub(super) ty: Type,
    pub(super) is_required: bool,
    /// Whether it is part of a key or a unique index.
    pub(super) is_unique: bool,
}

pub(super) struct ForeignKey {
    pub(super) columns: Vec<i16>,
    pub(super) referenced: u32,
    /// Whether it can be checked at the end of the transaction.
    pub(super) is_deferrable: bool,
}

impl Tables {
    pub(super) fn oids(&self) -> Vec<u32> {
        self.by_oid.keys().copied().collect()
    }
}

/// Partitions are left out: they contain the rows of their partitioned table.
const COLUMNS: &str = "
WITH RECURSIVE wanted AS (
    SELECT oid FROM pg_catalog.pg_class
    WHERE relnamespace = current_schema::pg_catalog.regnamespace::pg_catalog.oid
        AND relkind IN ('r', 'p') AND NOT relispartition AND relname = ANY ($1::pg_catalog.text[]::pg_catalog.name[])
    UNION
    SELECT confrelid FROM pg_catalog.pg_constraint JOIN wanted ON conrelid = wanted.oid WHERE contype = 'f'
)
SELECT c.oid, relname::pg_catalog.text, c.oid::pg_catalog.regclass::pg_catalog.text,
    attnum, pg_catalog.quote_ident(attname),
    attnotnull OR declared.typnotnull,
    EXISTS (SELECT FROM pg_catalog.pg_index WHERE indrelid = c.oid AND indisunique AND attnum = ANY (indkey)),
    pg_catalog.format_type(atttypid, atttypmod),
    CASE WHEN declared.typtype = 'd' THEN declared.typtypmod ELSE atttypmod END,
    coalesce(element.typname, base.typname)::pg_catalog.text,
    coalesce(element.typtype, base.typtype)::pg_catalog.text,
    pg_catalog.format_type(coalesce(element.oid, base.oid), NULL),
    element.oid IS NOT NULL
FROM wanted
JOIN pg_catalog.pg_class c ON c.oid = wanted.oid
LEFT JOIN pg_catalog.pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
LEFT JOIN pg_catalog.pg_type declared ON declared.oid = atttypid
LEFT JOIN pg_catalog.pg_type base
    ON base.oid = CASE declared.typtype WHEN 'd' THEN declared.typbasetype ELSE declared.oid END
LEFT JOIN pg_catalog.pg_type element ON element.oid = base.typelem AND base.typlen = -1 AND base.typcategory = 'A'
ORDER BY c.oid, attnum";

const FOREIGN_KEYS: &str = "
SELECT conrelid, conkey, confrelid, condeferrable FROM pg_catalog.pg_constraint
WHERE conrelid = ANY ($1) AND contype = 'f' ORDER BY conrelid, conname";

/// Reads the tables with these names, and all tables that they refer to.
pub(super) fn read(client: &mut Client, names: &[String]) -> Result<Tables, Error> {
    let mut by_oid = BTreeMap::new();
    for row in client.query(COLUMNS, &[&names]).map_err(sql_error("to read the columns of tables"))? {
        let table = by_oid.entry(row.get(0)).or_insert_with(|| Table {
            name: row.get(1),
            sql: row.get(2),
            columns: Vec::new(),
            foreign_keys: Vec::new(),
        });
        let Some(number) = row.get(3) else { continue };
        table.columns.push(Column {
            number,
            sql: row.get(4),
            is_required: row.get(5),
            is_unique: row.get(6),
            ty: Type {
                sql: row.get(7),
                modifier: row.get(8),
                element: row.get(9),
                element_kind: row.get::<_, String>(10).chars().next().unwrap_or('b'),
                element_sql: row.get(11),
                is_array: row.get(12),
            },
        });
    }
    let oids: Vec<u32> = by_oid.keys().copied().collect();
    for row in client.query(FOREIGN_KEYS, &[&oids]).map_err(sql_error("to read foreign keys"))? {
        if let Some(table) = by_oid.get_mut(&row.get(0)) {
            table.foreign_keys.push(ForeignKey {
                columns: row.get(1),
                referenced: row.get(2),
                is_deferrable: row.get(3),
            });
        }
    }
    Ok(Tables { by_oid })
}
