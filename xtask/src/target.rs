use postgres::Client;
use prisma_schema::{DataModel, Flavour};
use schema_diff::{Diff, Renamed};
use sql_schema::{DatabaseOptions, ReadDatabaseError, SqlSchema};

/// What a database shall become: the one that a schema describes.
#[derive(Debug)]
pub(crate) struct Target {
    schema: SqlSchema,
    options: DatabaseOptions,
    flavour: Flavour,
    /// Indexes that nobody looks at.
    built_elsewhere: Vec<String>,
}

impl Target {
    pub(crate) fn new(data_model: &DataModel, flavour: Flavour) -> Self {
        let schema = SqlSchema::from_data_model(data_model, flavour);
        let options = DatabaseOptions::for_data_model(data_model, flavour);
        Self { schema, options, flavour, built_elsewhere: Vec::new() }
    }

    /// The same, but for these indexes.
    pub(crate) fn without_indexes(mut self, names: &[String]) -> Self {
        self.built_elsewhere = names.to_owned();
        let schema = std::mem::take(&mut self.schema);
        self.schema = self.without_built_elsewhere(schema);
        self
    }

    pub(crate) fn schema(&self) -> &SqlSchema {
        &self.schema
    }

    /// Reads what of a database the schema is about.
    pub(crate) fn read(&self, client: &mut Client) -> Result<SqlSchema, ReadDatabaseError> {
        Ok(self.without_built_elsewhere(SqlSchema::from_database(client, &self.options)?))
    }

    /// How to get there from what was read.
    pub(crate) fn diff<'a>(&'a self, from: &'a SqlSchema) -> Diff<'a> {
        Diff::between(from, &self.schema, self.flavour)
    }

    /// How to get there, renames included.
    pub(crate) fn diff_of<'a>(&'a self, from: &'a Renamed) -> Diff<'a> {
        from.diff(&self.schema, self.flavour)
    }

    fn without_built_elsewhere(&self, mut schema: SqlSchema) -> SqlSchema {
        for table in &mut schema.tables {
            table.indexes.retain(|index| !self.built_elsewhere.contains(&index.name));
        }
        schema
    }
}
