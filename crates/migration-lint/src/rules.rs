//! The rules of this crate, one file each. Rules of squawk that are also used stand in [`crate::squawk`].

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

use crate::{
    finding::Reporter,
    migration::ParsedMigration,
    parse::ParsedStatement,
    rule::{Rule, Severity},
    tables,
    tree::TreeKind,
};

/// Reports the findings of one rule.
type Check = fn(&ParsedMigration<'_>, &mut Reporter<'_, '_>);

/// The rules by name.
pub(crate) static RULES: &[(&Rule, Check)] = &[
    (&blocking_index::RULE, blocking_index::check),
    (&concurrently_not_alone::RULE, concurrently_not_alone::check),
    (&destructive_statement::RULE, destructive_statement::check),
    (&guard_by_name_alone::RULE, guard_by_name_alone::check),
    (&hard_coded_public::RULE, hard_coded_public::check),
    (&index_on_hot_table::RULE, index_on_hot_table::check),
    (&missing_lock_timeout::RULE, missing_lock_timeout::check),
    (&not_rerunnable::RULE, not_rerunnable::check),
    (&required_column_without_default::RULE, required_column_without_default::check),
    (&table_name::RULE, table_name::check),
    (&unreadable_sql::RULE, unreadable_sql::check),
];

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn every_file_is_a_rule_of_the_list() {
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules")).unwrap() {
            let path = file.unwrap().path();
            let module = path.file_stem().unwrap().to_str().unwrap();
            assert!(
                RULES.iter().any(|(rule, _)| rule.name == module.replace('_', "-")),
                "src/rules/{module}.rs is not in the list. Add `mod {module};` and \
                 `(&{module}::RULE, {module}::check),` to src/rules.rs, and name the rule \"{}\".",
                module.replace('_', "-")
            );
        }
    }
}
