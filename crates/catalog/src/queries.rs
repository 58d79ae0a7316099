//! The SQL that reads the catalog.
//!
//! Each query returns one object per row: its namespace, unless that is the one that the catalog is read from; its
//! table, if it belongs to one; its name; its details, in columns that begin with `#`; and its properties, each under
//! the name that people read. The queries work in PostgreSQL 13 to 18 and for every role. They are written to be
//! planned quickly: the catalogs have few rows and no statistics.
//!
//! SQL of a migration may have run in the session. It can hide a catalog behind a temporary table, change the search
//! path, and create operators. So the queries qualify all names with `pg_catalog`, the search path begins with
//! `pg_catalog` and ends with `pg_temp`, and both operands of an operator have the type that `pg_catalog` has it for:
//! otherwise PostgreSQL would prefer an exact match in another schema. `0` of an OID is thus written `'0'`.
//!
//! Placeholders in braces are filled in: `{own}` is the namespace that the catalog is read from, `= {users}` holds
//! for namespaces other than PostgreSQL's own, and `IN ({members})` for the OID and the catalog of an extension's
//! objects. `{tables}`, `{relations}`, `{relkinds}` and `{complete}` depend on the [`Scope`]: for
//! [`Scope::Relations`], extensions are included, and definitions that are slow to print are left out.

use sql_script::{identifier, literal};

use crate::Kind;

/// The part of a database that queries read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope<'a> {
    All,
    /// All objects, except those that belong to tables other than these.
    Tables(&'a [&'a str]),
    /// Enums, and the tables and views whose OIDs are in the setting `catalog.relations`.
    Relations,
}

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

/// A parameter would make PostgreSQL plan the first runs of a prepared query anew.
const SELECTED: &str = "
    c.oid = ANY ((SELECT pg_catalog.current_setting('catalog.relations')::pg_catalog.oid[])::pg_catalog.oid[])";

const MEMBERS: &str = "
    SELECT objid, classid FROM pg_catalog.pg_depend
    WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid AND deptype = 'e'";

const NO_MEMBERS: &str = "SELECT 0::pg_catalog.oid, 0::pg_catalog.oid WHERE false";

const OWN: &str = "
    (SELECT oid FROM pg_catalog.pg_namespace
     WHERE nspname = pg_catalog.current_setting('catalog.namespace')::pg_catalog.name)";

const USERS: &str = "
    ANY (ARRAY(SELECT oid FROM pg_catalog.pg_namespace
               WHERE nspname::pg_catalog.text !~ '^pg_' AND nspname <> 'information_schema'))";

impl Scope<'_> {
    /// The kinds of objects in the scope, in the order of their queries.
    pub(crate) fn kinds(self) -> Vec<Kind> {
        let relations = [Kind::Enum, Kind::Table, Kind::Column, Kind::Constraint, Kind::Index];
        let all = QUERIES.iter().map(|&(kind, _)| kind);
        all.filter(|kind| !matches!(self, Self::Relations) || relations.contains(kind)).collect()
    }

    /// All queries as one batch.
    pub(crate) fn batch(self, namespace: &str) -> String {
        with_settings(namespace, None, self.queries().map(|(_, query)| query))
    }

    /// The statements that prepare all queries. The names of the prepared statements begin with `prefix`.
    pub(crate) fn preparation(self, prefix: &str) -> String {
        self.queries().map(|(kind, query)| format!("PREPARE {prefix}_{kind:?} AS {query};\n")).collect()
    }

    fn queries(self) -> impl Iterator<Item = (Kind, String)> {
        let kinds = self.kinds();
        QUERIES
            .iter()
            .filter(move |(kind, _)| kinds.contains(kind))
            .map(move |&(kind, query)| (kind, self.fill_in(query)))
    }

    fn fill_in(self, query: &str) -> String {
        let (relations, relkinds, members, complete) = match self {
            Self::All | Self::Tables(_) => ("true", "'r', 'p', 'f'", MEMBERS, "true"),
            Self::Relations => (SELECTED, "'r', 'p', 'f', 'v', 'm'", NO_MEMBERS, "false"),
        };
        let tables = match self {
            Self::Tables(tables) => {
                let names: Vec<_> = tables.iter().map(|table| literal(table)).collect();
                format!("c.relname = ANY (ARRAY[{}]::pg_catalog.name[])", names.join(", "))
            }
            Self::All | Self::Relations => relations.to_owned(),
        };
        query
            .replace("{own}", OWN)
            .replace("{users}", USERS)
            .replace("{members}", members)
            .replace("{tables}", &tables)
            .replace("{relations}", relations)
            .replace("{relkinds}", relkinds)
            .replace("{complete}", complete)
    }
}

/// The prepared queries of these kinds as one batch. With `relations`, they read the tables and views with these
/// OIDs, or all if there are none.
pub(crate) fn prepared_batch(namespace: &str, prefix: &str, kinds: &[Kind], relations: Option<&[u32]>) -> String {
    with_settings(namespace, relations, kinds.iter().map(|kind| format!("EXECUTE {prefix}_{kind:?}")))
}

const ALL_RELATIONS: &str = "
    (SELECT coalesce(pg_catalog.array_agg(oid)::pg_catalog.text, '{}') FROM pg_catalog.pg_class
     WHERE oid OPERATOR(pg_catalog.>=) '16384')";

/// Sets the search path and the relations before the queries, and restores the search path after them. Outside a
/// transaction, PostgreSQL runs the batch as one transaction. Within one, a local setting would outlive the batch.
///
/// The search path begins with `pg_catalog` because it does not name it. The first and the last query run with any
/// search path.
fn with_settings(namespace: &str, relations: Option<&[u32]>, queries: impl Iterator<Item = String>) -> String {
    let relations = match relations {
        None => "''".to_owned(),
        Some([]) => ALL_RELATIONS.to_owned(),
        Some(oids) => literal(&format!("{oids:?}").replace('[', "{").replace(']', "}")),
    };
    let mut batch = format!(
        "SELECT pg_catalog.set_config('catalog.search_path', pg_catalog.current_setting('search_path'), true),
                pg_catalog.set_config('search_path', {}, true),
                pg_catalog.set_config('catalog.namespace', {}, true),
                pg_catalog.set_config('catalog.relations', {relations}, true);\n",
        literal(&format!("{}, pg_temp", identifier(namespace))),
        literal(namespace)
    );
    for query in queries {
        batch += &query;
        batch += ";\n";
    }
    batch + "SELECT pg_catalog.set_config('search_path', pg_catalog.current_setting('catalog.search_path'), true)"
}
