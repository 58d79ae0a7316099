//! Foreign keys.

use postgres::Client;

use super::{Oid, ReadDatabaseError, namespaces::Namespaces, tables::Tables};
use crate::{ForeignKey, ReferentialAction};

pub(super) fn read(client: &mut Client, tables: &mut Tables, namespaces: &Namespaces) -> Result<(), ReadDatabaseError> {
    let rows = client.query(
        "SELECT conrelid, conname, conkey, confrelid, confkey, confdeltype, confupdtype,
                relnamespace, nspname, relname
         FROM pg_catalog.pg_constraint k
         JOIN pg_catalog.pg_class c ON c.oid = confrelid
         JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
         WHERE conrelid = ANY ($1) AND contype = 'f' ORDER BY conname, k.oid",
        &[&tables.oids()],
    )?;
    for row in &rows {
        let namespace: Oid = row.get(7);
        if !namespaces.contains(namespace) {
            let referenced = (row.get(8), row.get(9));
            return Err(ReadDatabaseError::ForeignKeyLeavesNamespaces { constraint: row.get(1), referenced });
        }
        // A foreign key to a partitioned table has a copy for each partition. Partitions are not read.
        let Some(referenced_table) = tables.id(row.get(3)) else { continue };
        let numbers: Vec<i16> = row.get(4);
        let Some(referenced_columns) = tables.get(referenced_table).columns(&numbers) else { continue };
        let Some(table) = tables.get_mut(row.get(0)) else { continue };
        let numbers: Vec<i16> = row.get(2);
        let Some(columns) = table.columns(&numbers) else { continue };
        table.table.foreign_keys.push(ForeignKey {
            name: row.get(1),
            columns,
            referenced_table,
            referenced_columns,
            on_delete: action(row.get(5)),
            on_update: action(row.get(6)),
        });
    }
    Ok(())
}

/// PostgreSQL stores an action as one letter.
#[expect(clippy::cast_sign_loss, reason = "\"char\" is a signed byte, and the letters are ASCII")]
fn action(letter: i8) -> ReferentialAction {
    match letter as u8 {
        b'r' => ReferentialAction::Restrict,
        b'c' => ReferentialAction::Cascade,
        b'n' => ReferentialAction::SetNull,
        b'd' => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}
