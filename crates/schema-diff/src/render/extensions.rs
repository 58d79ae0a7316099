//! `CREATE EXTENSION`, `ALTER EXTENSION` and `DROP EXTENSION`.

use std::fmt::{self, Formatter};

use sql_schema::Extension;

use super::names::Name;

pub(super) fn create(f: &mut Formatter<'_>, extension: &Extension) -> fmt::Result {
    write!(f, "CREATE EXTENSION IF NOT EXISTS {}", Name(&extension.name))?;
    if extension.schema.is_some() || extension.version.is_some() {
        write!(f, " WITH")?;
    }
    if let Some(schema) = &extension.schema {
        write!(f, " SCHEMA {}", Name(schema))?;
    }
    if let Some(version) = &extension.version {
        write!(f, " VERSION {}", Name(version))?;
    }
    writeln!(f, ";")
}

pub(super) fn alter(f: &mut Formatter<'_>, extension: &Extension, version: bool, schema: bool) -> fmt::Result {
    let name = Name(&extension.name);
    if let (true, Some(version)) = (version, &extension.version) {
        writeln!(f, "ALTER EXTENSION {name} UPDATE TO {};", Name(version))?;
    }
    if let (true, Some(schema)) = (schema, &extension.schema) {
        writeln!(f, "ALTER EXTENSION {name} SET SCHEMA {};", Name(schema))?;
    }
    Ok(())
}

pub(super) fn drop(f: &mut Formatter<'_>, extension: &Extension) -> fmt::Result {
    writeln!(f, "DROP EXTENSION {};", Name(&extension.name))
}
