//! The goal of migrations.

use std::error::Error;

use postgres::Client;
use scratch_postgres::Database;
use sql_script::Script;

/// The schema that migrations lead to, and how they are applied.
pub trait Goal {
    /// The SQL that remains to reach the schema; `None` if it is reached.
    fn missing(&mut self, client: &mut Client) -> Result<Option<String>, Box<dyn Error + Send + Sync>>;

    /// Applies the scripts in the database itself, after all proofs that undo their work. Implement this to measure
    /// the scripts while they run.
    fn apply(
        &mut self,
        database: &Database,
        client: &mut Client,
        scripts: &[Script<'_>],
    ) -> Result<(), scratch_postgres::Error> {
        scripts.iter().try_for_each(|&script| database.run_with(client, script))
    }
}

impl<F> Goal for F
where
    F: FnMut(&mut Client) -> Result<Option<String>, Box<dyn Error + Send + Sync>>,
{
    fn missing(&mut self, client: &mut Client) -> Result<Option<String>, Box<dyn Error + Send + Sync>> {
        self(client)
    }
}

/// Accepts every schema.
impl Goal for () {
    fn missing(&mut self, _client: &mut Client) -> Result<Option<String>, Box<dyn Error + Send + Sync>> {
        Ok(None)
    }
}
