//! What scripts are for, which only their author knows.

use std::error::Error;

use postgres::Client;
use scratch_postgres::Database;
use sql_script::Script;

/// What scripts are for.
pub trait Goal {
    /// Says what a database still lacks of the schema; nothing, if it is reached.
    fn missing(&mut self, client: &mut Client) -> Result<Option<String>, Box<dyn Error + Send + Sync>>;

    /// Applies the scripts in the database itself, at the end of all. Who wants to see what they do looks on here.
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

/// Whatever the scripts lead to is right.
impl Goal for () {
    fn missing(&mut self, _client: &mut Client) -> Result<Option<String>, Box<dyn Error + Send + Sync>> {
        Ok(None)
    }
}
