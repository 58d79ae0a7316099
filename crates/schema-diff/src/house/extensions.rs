//! Extensions.

use sql_schema::Extension;
use sql_script::literal;

use super::sql::{exists, only_if};
use crate::render::names::Name;

/// Drops an extension that shall be created anew as `wanted`, unless it is that already.
pub(super) fn drop(extension: &Extension, wanted: &Extension) -> String {
    let is = |column: &str, value: &str| format!("{column} = {}", literal(value));
    let version = wanted.version.iter().map(|version| is("extversion", version));
    let wanted: Vec<_> = version.chain(wanted.schema.iter().map(|schema| is("nspname", schema))).collect();
    let is_other = exists(
        "pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace",
        &format!("{} AND NOT ({})", is("extname", &extension.name), wanted.join(" AND ")),
    );
    only_if(&is_other, &[format!("DROP EXTENSION {}", Name(&extension.name))])
}
