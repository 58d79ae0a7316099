//! Running scripts one after the other, or taking their outcome from the cache.

/// A script: a migration, for example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script<'a> {
    /// What it is called in messages.
    pub name: &'a str,
    /// Its statements.
    pub sql: &'a str,
}
