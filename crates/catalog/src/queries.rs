//! What is asked of PostgreSQL.
//!
//! Each query has an object a row: its namespace unless that is the one looked from, its table if it belongs to one, its name,
//! and then its properties, each under the name that people read. They work in PostgreSQL 13 to 18, for every role, and
//! are written to be planned quickly: there are few rows, in catalogs that nobody has analysed.
//!
//! What is in braces is filled in: `{own}` is the namespace that is looked from; `= {users}` holds for the namespaces that are not
//! PostgreSQL's own, `IN ({members})` for the number and the catalog of what
//! belongs to an extension,
//! and `{tables}` for the names of the tables that are wanted.

use sql_script::literal;

use crate::Kind;

const QUERIES: [(Kind, &str); 18] = [
    (Kind::Namespace, include_str!("queries/namespaces.sql")),
    (Kind::Extension, include_str!("queries/extensions.sql")),
    (Kind::Enum, include_str!("queries/enums.sql")),
    (Kind::Domain, include_str!("queries/domains.sql")),
    (Kind::CompositeType, include_str!("queries/composite_types.sql")),
    (Kind::RangeType, include_str!("queries/range_types.sql")),
    (Kind::Sequence, include_str!("queries/sequences.sql")),
    (Kind::Table, include_str!("queries/tables.sql")),
    (Kind::Column, include_str!("queries/columns.sql")),
    (Kind::Constraint, include_str!("queries/constraints.sql")),
    (Kind::Index, include_str!("queries/indexes.sql")),
    (Kind::View, include_str!("queries/views.sql")),
    (Kind::MaterializedView, include_str!("queries/materialized_views.sql")),
    (Kind::Function, include_str!("queries/functions.sql")),
    (Kind::Trigger, include_str!("queries/triggers.sql")),
    (Kind::Rule, include_str!("queries/rules.sql")),
    (Kind::Policy, include_str!("queries/policies.sql")),
    (Kind::Comment, include_str!("queries/comments.sql")),
];

/// The kinds in the order of their results.
pub(crate) fn kinds() -> impl Iterator<Item = Kind> {
    QUERIES.iter().map(|&(kind, _)| kind)
}

/// All queries, as one batch.
pub(crate) fn batch(namespace: &str, tables: Option<&[&str]>) -> String {
    let queries = QUERIES.iter().map(|(_, query)| (*query).to_owned());
    fill_in(&with_search_path(namespace, queries), tables)
}

/// What prepares all queries, under names that begin in this way.
pub(crate) fn preparation(prefix: &str, tables: Option<&[&str]>) -> String {
    let prepare = |(at, (_, query)): (usize, &(Kind, &str))| format!("PREPARE {prefix}_{at} AS {query};\n");
    fill_in(&QUERIES.iter().enumerate().map(prepare).collect::<String>(), tables)
}

/// All queries that were prepared under names that begin in this way, as one batch.
pub(crate) fn prepared_batch(namespace: &str, prefix: &str) -> String {
    with_search_path(namespace, (0..QUERIES.len()).map(|at| format!("EXECUTE {prefix}_{at}")))
}

/// Puts queries between two that set the search path and set it back. Without a transaction around it, PostgreSQL takes the
/// batch for one; within one, a setting for the transaction would outlive the batch.
fn with_search_path(namespace: &str, queries: impl Iterator<Item = String>) -> String {
    let mut batch = format!(
        "SELECT set_config('catalog.search_path', current_setting('search_path'), true),
                set_config('search_path', quote_ident({}), true);\n",
        literal(namespace)
    );
    for query in queries {
        batch += &query;
        batch += ";\n";
    }
    batch + "SELECT set_config('search_path', current_setting('catalog.search_path'), true)"
}

fn fill_in(batch: &str, tables: Option<&[&str]>) -> String {
    let tables = match tables {
        None => "IS NOT NULL".to_owned(),
        Some(tables) => {
            let names: Vec<_> = tables.iter().map(|table| literal(table)).collect();
            format!("= ANY (ARRAY[{}]::name[])", names.join(", "))
        }
    };
    batch
        .replace("{own}", "(SELECT oid FROM pg_namespace WHERE nspname = current_schema)")
        .replace(
            "{users}",
            "ANY (ARRAY(SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'))",
        )
        .replace(
            "{members}",
            "SELECT objid, classid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'",
        )
        .replace("{tables}", &tables)
}
