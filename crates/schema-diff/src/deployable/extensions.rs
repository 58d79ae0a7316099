//! SQL that drops an extension.

use sql_schema::Extension;
use sql_script::literal;

use super::guard::{exists, only_if};
use crate::sql::Name;

/// Drops an extension that will be created again as `wanted`, unless it already has that version and namespace.
pub(super) fn drop(extension: &Extension, wanted: &Extension) -> String {
    let is = |column: &str, value: &str| format!("{column} = {}", literal(value));
    let version = wanted.version.iter().map(|version| is("extversion", version));
    let wanted: Vec<_> = version.chain(wanted.schema.iter().map(|schema| is("nspname", schema))).collect();
    let differs = exists(
        "pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace",
        &format!("{} AND NOT ({})", is("extname", &extension.name), wanted.join(" AND ")),
    );
    only_if(&differs, &[format!("DROP EXTENSION {}", Name(&extension.name))])
}
