//! Our own rules, each a file.

mod blocking_index;
mod concurrently_not_alone;
mod destructive_statement;
mod guard_by_name_alone;
mod hard_coded_public;
mod index_on_hot_table;
mod missing_lock_timeout;
mod not_rerunnable;
mod required_column_without_default;
mod table_name;
mod unreadable_sql;

use crate::{Rule, finding::Report, migration::Migration};

/// A rule of our own.
pub(crate) struct Ours {
    pub(crate) rule: Rule,
    pub(crate) check: fn(&Migration<'_>, &mut Report<'_, '_>),
}

/// Our rules, by name.
pub(crate) static OURS: &[Ours] = &[
    blocking_index::RULE,
    concurrently_not_alone::RULE,
    destructive_statement::RULE,
    guard_by_name_alone::RULE,
    hard_coded_public::RULE,
    index_on_hot_table::RULE,
    missing_lock_timeout::RULE,
    not_rerunnable::RULE,
    required_column_without_default::RULE,
    table_name::RULE,
    unreadable_sql::RULE,
];
