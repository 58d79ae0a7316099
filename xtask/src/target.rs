//! The relational model that the migrations should reach.

use postgres::Client;
use prisma_schema::{DataModel, Flavour};
use schema_diff::{Diff, RenamedSchema};
use sql_schema::{DatabaseOptions, ReadDatabaseError, SqlSchema};

/// The relational model of a schema, and how to compare a database with it.
#[derive(Debug)]
pub(crate) struct Target {
    schema: SqlSchema,
    options: DatabaseOptions,
    flavour: Flavour,
    /// Indexes to ignore on both sides.
    built_elsewhere: Vec<String>,
}

impl Target {
    pub(crate) fn new(data_model: &DataModel, flavour: Flavour) -> Self {
        let schema = SqlSchema::from_data_model(data_model, flavour);
        let options = DatabaseOptions::for_data_model(data_model, flavour);
        Self { schema, options, flavour, built_elsewhere: Vec::new() }
    }

    /// Ignores these indexes on both sides.
    pub(crate) fn without_indexes(mut self, names: &[String]) -> Self {
        self.built_elsewhere = names.to_owned();
        let schema = std::mem::take(&mut self.schema);
        self.schema = self.without_built_elsewhere(schema);
        self
    }

    pub(crate) fn schema(&self) -> &SqlSchema {
        &self.schema
    }

    /// Reads the relational model of a database, restricted to the namespaces of the schema.
    pub(crate) fn read(&self, client: &mut Client) -> Result<SqlSchema, ReadDatabaseError> {
        Ok(self.without_built_elsewhere(SqlSchema::from_database(client, &self.options)?))
    }

    /// The diff from a database to the target.
    pub(crate) fn diff<'a>(&'a self, from: &'a SqlSchema) -> Diff<'a> {
        Diff::between(from, &self.schema, self.flavour)
    }

    /// The diff from a database with renames applied to the target.
    pub(crate) fn diff_of<'a>(&'a self, from: &'a RenamedSchema) -> Diff<'a> {
        from.diff(&self.schema, self.flavour)
    }

    fn without_built_elsewhere(&self, mut schema: SqlSchema) -> SqlSchema {
        for table in &mut schema.tables {
            table.indexes.retain(|index| !self.built_elsewhere.contains(&index.name));
        }
        schema
    }
}
