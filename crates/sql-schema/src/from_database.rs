//! Reads the relational model of a live database the way Prisma does.
//!
//! Views, functions, triggers, partitions, checks and expression indexes are not read, and partial indexes only since
//! Prisma 7. A domain becomes its base type, an identity column an autoincrement, and a generated column a default.
//!
//! One query reads all objects of a kind.

mod column_type;
mod columns;
mod default;
mod enums;
mod foreign_keys;
mod indexes;
mod namespaces;
mod search_path;
mod tables;

use std::fmt;

use postgres::Client;
use prisma_schema::{DataModel, Flavour};

use crate::{Extension, SqlSchema};

/// Selects the parts of a database to read.
#[derive(Clone, Debug, Default)]
pub struct DatabaseOptions {
    /// The namespaces to read. If empty, the connection's default one is read, and stays unnamed in the model.
    pub namespaces: Vec<String>,
    /// Whether to read extensions.
    pub extensions: bool,
    /// Whether to read the predicates of partial indexes, which only Prisma 7 reads.
    pub predicates: bool,
    /// The version of Prisma to follow.
    pub flavour: Flavour,
}

/// The reason why a database could not be read.
#[derive(Debug)]
pub enum ReadDatabaseError {
    /// A query failed.
    Postgres(postgres::Error),
    /// A foreign key refers to a table outside of the namespaces that are read.
    ForeignKeyLeavesNamespaces {
        /// The name of the foreign key.
        constraint: String,
        /// The namespace and the name of the referenced table.
        referenced: (String, String),
    },
}

impl DatabaseOptions {
    /// The parts of a database to compare with `data_model`.
    #[must_use]
    pub fn for_data_model(data_model: &DataModel, flavour: Flavour) -> Self {
        let datasource = &data_model.datasource;
        Self {
            namespaces: datasource.schemas.clone(),
            extensions: datasource.extensions.is_some(),
            predicates: data_model.partial_indexes,
            flavour,
        }
    }
}

impl SqlSchema {
    /// Reads the database that `client` is connected to. SQL that ran in the session before, such as a temporary table
    /// with the name of a catalog, does not affect the result.
    ///
    /// # Errors
    /// A query fails, or a foreign key refers to a table outside of the namespaces that are read.
    pub fn from_database(client: &mut Client, options: &DatabaseOptions) -> Result<Self, ReadDatabaseError> {
        search_path::with_catalog_first(client, |client, default| Self::read(client, options, default))
    }

    fn read(
        client: &mut Client,
        options: &DatabaseOptions,
        default_namespace: Option<String>,
    ) -> Result<Self, ReadDatabaseError> {
        let namespaces = namespaces::read(client, &options.namespaces, default_namespace)?;
        let extensions = if options.extensions { extensions(client)? } else { Vec::new() };
        let enums = enums::read(client, &namespaces)?;
        let mut tables = tables::read(client, &namespaces)?;
        columns::read(client, &mut tables, &namespaces, &enums)?;
        indexes::read(client, &mut tables, options)?;
        foreign_keys::read(client, &mut tables, &namespaces)?;
        let mut schema = Self {
            namespaces: namespaces.names_in_model(),
            default_namespace: namespaces.default,
            extensions,
            enums: enums.into_iter().map(|found| found.enum_).collect(),
            tables: tables.into_tables(),
        };
        if let (true, Some(namespace)) = (options.flavour.hides_default_namespace(), schema.default_namespace.clone()) {
            schema.hide_namespace(&namespace);
        }
        Ok(schema)
    }
}

impl fmt::Display for ReadDatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres(_) => f.write_str("The tables of the database could not be read."),
            Self::ForeignKeyLeavesNamespaces { constraint, referenced: (namespace, table) } => write!(
                f,
                "The foreign key {constraint:?} refers to the table {table:?} in the namespace {namespace:?}, which is not \
                 in the schema. Add {namespace:?} to the `schemas` of the datasource."
            ),
        }
    }
}

impl std::error::Error for ReadDatabaseError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Postgres(error) => Some(error),
            Self::ForeignKeyLeavesNamespaces { .. } => None,
        }
    }
}

impl From<postgres::Error> for ReadDatabaseError {
    fn from(error: postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

/// An object identifier, the key of most catalogs.
type Oid = u32;

fn extensions(client: &mut Client) -> Result<Vec<Extension>, postgres::Error> {
    let rows = client.query(
        "SELECT extname, nspname, extversion, extrelocatable
         FROM pg_catalog.pg_extension JOIN pg_catalog.pg_namespace n ON n.oid = extnamespace ORDER BY extname",
        &[],
    )?;
    let extension = |row: &postgres::Row| Extension {
        name: row.get(0),
        schema: row.get(1),
        version: row.get(2),
        relocatable: row.get(3),
    };
    Ok(rows.iter().map(extension).collect())
}
