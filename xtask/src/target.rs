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
        Self { schema, options: database_options(data_model, flavour), flavour }
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

/// What to read of a database that is compared with a schema.
pub(crate) fn database_options(data_model: &DataModel, flavour: Flavour) -> DatabaseOptions {
    let datasource = &data_model.datasource;
    DatabaseOptions { namespaces: datasource.schemas.clone(), extensions: datasource.extensions.is_some(), flavour }
}
