//! A live database's relational model, read the way Prisma reads it.
//!
//! Views, functions, triggers, partitions, checks, expression indexes, and before Prisma 7 partial indexes are not read.
//! Of what is read, some is simplified: a domain becomes its base type, an identity column an autoincrement, a generated
//! column a default.
//!
//! One query is asked for each kind of object, whatever their number.

mod column_type;
mod columns;
mod default;
mod enums;
mod foreign_keys;
mod indexes;
mod namespaces;
mod tables;

use std::fmt;

use postgres::Client;
use prisma_schema::{DataModel, Flavour};

use crate::{Extension, SqlSchema};

/// What is read of a database.
#[derive(Clone, Debug, Default)]
pub struct DatabaseOptions {
    /// The namespaces to read. If there are none, that is the connection's default one, which the model leaves unnamed.
    pub namespaces: Vec<String>,
    /// Whether extensions are read too.
    pub extensions: bool,
    /// Whether the predicates of partial indexes are read too. Only Prisma 7 reads partial indexes at all.
    pub predicates: bool,
    /// The version of Prisma that the model is for.
    pub flavour: Flavour,
}

/// Why a database could not be read.
#[derive(Debug)]
pub enum ReadDatabaseError {
    /// PostgreSQL answered with an error, or not at all.
    Postgres(postgres::Error),
    /// A foreign key leaves the namespaces that are read.
    ForeignKeyLeavesNamespaces {
        /// The foreign key's name.
        constraint: String,
        /// The namespace and the name of the table that it refers to.
        referenced: (String, String),
    },
}

impl DatabaseOptions {
    /// What to read of a database that is compared with `data_model`.
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
    /// Reads what is in the database that `client` is connected to.
    ///
    /// # Errors
    /// When a query fails, or a foreign key refers to a table outside of the namespaces that are read.
    pub fn from_database(client: &mut Client, options: &DatabaseOptions) -> Result<Self, ReadDatabaseError> {
        let namespaces = namespaces::read(client, &options.namespaces)?;
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
            Self::Postgres(_) => f.write_str("PostgreSQL could not tell what the database holds."),
            Self::ForeignKeyLeavesNamespaces { constraint, referenced: (namespace, table) } => write!(
                f,
                "The foreign key {constraint:?} refers to the table {table:?} of the namespace {namespace:?}, which is not \
                 read. Add {namespace:?} to the `schemas` of the datasource."
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

/// An object identifier: the key of most catalogs.
type Oid = u32;

fn extensions(client: &mut Client) -> Result<Vec<Extension>, postgres::Error> {
    let rows = client.query(
        "SELECT extname, nspname, extversion, extrelocatable
         FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace ORDER BY extname",
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
