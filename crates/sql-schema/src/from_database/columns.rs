//! Columns, with their types and defaults.

use postgres::Client;

use super::{
    Oid,
    column_type::CatalogType,
    default::default_value,
    enums::{self, FoundEnum},
    namespaces::Namespaces,
    tables::Tables,
};
use crate::{Arity, Column, ColumnType, DefaultValue};

pub(super) fn read(
    client: &mut Client,
    tables: &mut Tables,
    namespaces: &Namespaces,
    enums: &[FoundEnum],
) -> Result<(), postgres::Error> {
    // `base` is the base type of a domain, else the type itself. As in Prisma, the length of a domain over an array is
    // ignored.
    let rows = client.query(
        "SELECT attrelid, attnum, attname,
                attnotnull OR declared.typnotnull,
                attidentity <> '',
                base.typname,
                base.typelem <> '0' AND base.typlen = -1,
                CASE WHEN declared.typtype <> 'd' THEN atttypmod
                     WHEN base.typelem <> '0' AND base.typlen = -1 THEN -1
                     ELSE declared.typtypmod END,
                nullif(base.typnamespace, 'pg_catalog'::pg_catalog.regnamespace::pg_catalog.oid),
                pg_catalog.pg_get_expr(adbin, adrelid),
                attgenerated <> ''
         FROM pg_catalog.pg_attribute
         JOIN pg_catalog.pg_type declared ON declared.oid = atttypid
         JOIN pg_catalog.pg_type base
             ON base.oid = CASE declared.typtype WHEN 'd' THEN declared.typbasetype ELSE declared.oid END
         LEFT JOIN pg_catalog.pg_attrdef ON adrelid = attrelid AND adnum = attnum
         WHERE attrelid = ANY ($1) AND attnum > 0 AND NOT attisdropped ORDER BY attrelid, attnum",
        &[&tables.oids()],
    )?;
    for row in &rows {
        let Some(table) = tables.get_mut(row.get(0)) else { continue };
        let catalog_type = CatalogType { name: row.get(5), is_array: row.get(6), modifier: row.get(7) };
        let ty = column_type(&catalog_type, row.get(8), namespaces, enums);
        let arity = match (catalog_type.is_array, row.get(3)) {
            (true, _) => Arity::List,
            (false, true) => Arity::Required,
            (false, false) => Arity::Nullable,
        };
        let expression: Option<&str> = row.get(9);
        let default = expression.and_then(|expression| default_value(expression, &ty, arity));
        let is_identity: bool = row.get(4);
        let autoincrement = is_identity || matches!(default, Some(DefaultValue::Sequence(_)));
        let (name, generated) = (row.get(2), row.get(10));
        let column = Column { name, ty, arity, default, autoincrement, generated, client_default: false };
        table.push_column(row.get(1), column);
    }
    Ok(())
}

/// `namespace` is `None` for PostgreSQL's own types, which cannot be enums.
fn column_type(
    ty: &CatalogType<'_>,
    namespace: Option<Oid>,
    namespaces: &Namespaces,
    enums: &[FoundEnum],
) -> ColumnType {
    namespace
        .and_then(|namespace| enums::find(enums, namespaces, namespace, ty.element_name()))
        .map(ColumnType::Enum)
        .or_else(|| ty.native().map(ColumnType::Native))
        .unwrap_or_else(|| ColumnType::Unsupported(ty.name.to_owned()))
}
