//! The SQL that reads the catalog.
//!
//! Each query returns one object per row: its namespace, unless that is the one that the catalog is read from; its
//! table, if it belongs to one; its name; its details, in columns that begin with `#`; and its properties, each under
//! the name that people read. The queries work in PostgreSQL 13 to 18 and for every role. They are written to be
//! planned quickly: the catalogs have few rows and no statistics.
//!
//! Placeholders in braces are filled in: `{own}` is the namespace that the catalog is read from, `= {users}` holds
//! for namespaces other than PostgreSQL's own, and `IN ({members})` for the OID and the catalog of an extension's
//! objects. `{tables}`, `{relations}`, `{relkinds}` and `{complete}` depend on the [`Scope`]: for
//! [`Scope::Relations`], extensions are included, and definitions that are slow to print are left out.

use sql_script::literal;

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
const SELECTED: &str = "c.oid = ANY ((SELECT current_setting('catalog.relations')::oid[])::oid[])";

const MEMBERS: &str =
    "SELECT objid, classid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'";

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
            Self::Relations => (SELECTED, "'r', 'p', 'f', 'v', 'm'", "SELECT 0::oid, 0::oid WHERE false", "false"),
        };
        let tables = match self {
            Self::Tables(tables) => {
                let names: Vec<_> = tables.iter().map(|table| literal(table)).collect();
                format!("c.relname = ANY (ARRAY[{}]::name[])", names.join(", "))
            }
            Self::All | Self::Relations => relations.to_owned(),
        };
        query
            .replace("{own}", "(SELECT oid FROM pg_namespace WHERE nspname = current_schema)")
            .replace(
                "{users}",
                "ANY (ARRAY(SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'))",
            )
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

/// Sets the search path and the relations before the queries, and restores the search path after them. Outside a
/// transaction, PostgreSQL runs the batch as one transaction. Within one, a local setting would outlive the batch.
fn with_settings(namespace: &str, relations: Option<&[u32]>, queries: impl Iterator<Item = String>) -> String {
    let relations = match relations {
        None => "''".to_owned(),
        Some([]) => "(SELECT coalesce(array_agg(oid)::text, '{}') FROM pg_class WHERE oid >= 16384)".to_owned(),
        Some(oids) => literal(&format!("{oids:?}").replace('[', "{").replace(']', "}")),
    };
    let mut batch = format!(
        "SELECT set_config('catalog.search_path', current_setting('search_path'), true),
                set_config('search_path', quote_ident({}), true),
                set_config('catalog.relations', {relations}, true);\n",
        literal(namespace)
    );
    for query in queries {
        batch += &query;
        batch += ";\n";
    }
    batch + "SELECT set_config('search_path', current_setting('catalog.search_path'), true)"
}
