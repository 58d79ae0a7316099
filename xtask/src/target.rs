use postgres::Client;
use prisma_schema::{DataModel, Flavour};
use schema_diff::Diff;
use sql_schema::{DatabaseOptions, ReadDatabaseError, SqlSchema};

/// What a database shall become: the one that a schema describes.
#[derive(Debug)]
pub(crate) struct Target {
    schema: SqlSchema,
    options: DatabaseOptions,
    flavour: Flavour,
}

impl Target {
    pub(crate) fn new(data_model: &DataModel, flavour: Flavour) -> Self {
        let schema = SqlSchema::from_data_model(data_model, flavour);
        Self { schema, options: DatabaseOptions::for_data_model(data_model, flavour), flavour }
    }

    /// Reads what of a database the schema is about.
    pub(crate) fn read(&self, client: &mut Client) -> Result<SqlSchema, ReadDatabaseError> {
        SqlSchema::from_database(client, &self.options)
    }

    /// How to get there from what was read.
    pub(crate) fn diff<'a>(&'a self, from: &'a SqlSchema) -> Diff<'a> {
        Diff::between(from, &self.schema, self.flavour)
    }
}
