//! Enum types. Enums without values are not read.

use postgres::Client;

use super::{Oid, namespaces::Namespaces};
use crate::{Enum, EnumId};

pub(super) struct FoundEnum {
    pub(super) namespace: Oid,
    pub(super) enum_: Enum,
}

pub(super) fn read(client: &mut Client, namespaces: &Namespaces) -> Result<Vec<FoundEnum>, postgres::Error> {
    let rows = client.query(
        "SELECT typnamespace, typname, pg_catalog.array_agg(enumlabel ORDER BY enumsortorder)
         FROM pg_catalog.pg_enum
         JOIN pg_catalog.pg_type t ON t.oid = enumtypid
         JOIN pg_catalog.pg_namespace n ON n.oid = typnamespace
         WHERE typnamespace = ANY ($1) GROUP BY typnamespace, nspname, typname ORDER BY nspname, typname",
        &[&namespaces.oids()],
    )?;
    let found = |row: &postgres::Row| {
        let namespace = row.get(0);
        let name = namespaces.name_in_model(namespace);
        FoundEnum { namespace, enum_: Enum { namespace: name, name: row.get(1), values: row.get(2) } }
    };
    Ok(rows.iter().map(found).collect())
}

/// The enum for a type. As in Prisma, a type from a namespace that is not read matches the first enum with its name in any
/// namespace.
pub(super) fn find(enums: &[FoundEnum], namespaces: &Namespaces, namespace: Oid, name: &str) -> Option<EnumId> {
    let is_read = namespaces.contains(namespace);
    let position =
        enums.iter().position(|found| found.enum_.name == name && (!is_read || found.namespace == namespace))?;
    u32::try_from(position).ok().map(EnumId)
}
