//! Prints `CREATE EXTENSION` and `ALTER EXTENSION`.

use std::fmt::{self, Display, Formatter};

use sql_schema::Extension;

use super::names::Name;

/// The statement that creates an extension. Running it twice changes nothing.
pub(crate) struct CreateExtension<'a>(pub(crate) &'a Extension);

impl Display for CreateExtension<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let extension = self.0;
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
        write!(f, ";")
    }
}

/// The statements that change the version and the namespace of an extension. Running them twice changes nothing.
pub(crate) fn alter_extension(extension: &Extension, version: bool, schema: bool) -> impl Iterator<Item = String> {
    let name = Name(&extension.name);
    let version = extension.version.as_ref().filter(|_| version);
    let schema = extension.schema.as_ref().filter(|_| schema);
    let update = version.map(|version| format!("ALTER EXTENSION {name} UPDATE TO {};", Name(version)));
    update.into_iter().chain(schema.map(|schema| format!("ALTER EXTENSION {name} SET SCHEMA {};", Name(schema))))
}
