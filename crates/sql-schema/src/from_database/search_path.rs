//! The search path for reading a database.
//!
//! The queries qualify all names with `pg_catalog`. Operators come from the search path, and both operands have the
//! type that `pg_catalog` has the operator for: otherwise PostgreSQL would prefer an exact match in another schema.

use postgres::Client;

use super::ReadDatabaseError;

/// Moves `pg_catalog` to the start and `pg_temp` to the end, if `pg_catalog` is not the first already. Returns the
/// default namespace, the search path and whether it was changed.
///
/// PostgreSQL looks for tables and types in `pg_temp` first unless the search path names it, and then in `pg_catalog`
/// unless the search path names that.
const SET: &str = r"
    SELECT namespace, old,
        CASE WHEN (pg_catalog.current_schemas(true))[1] OPERATOR(pg_catalog.<>) 'pg_catalog' THEN
            pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ', (
                SELECT pg_catalog.string_agg(pg_catalog.quote_ident(schema), ', ' ORDER BY position)
                FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS path (schema, position)
                WHERE schema OPERATOR(pg_catalog.<>) 'pg_catalog' AND schema OPERATOR(pg_catalog.!~~) 'pg\_temp%'
            ), 'pg_temp'), false)
        END IS NOT NULL
    FROM (SELECT pg_catalog.current_schema(), pg_catalog.current_setting('search_path') OFFSET 0)
        AS session (namespace, old)";

const RESTORE: &str = "SELECT pg_catalog.set_config('search_path', $1, false)";

/// Reads with a search path that begins with `pg_catalog`, and restores the session's search path if it was another
/// one. `read` is given the session's default namespace.
pub(super) fn with_catalog_first<T>(
    client: &mut Client,
    read: impl FnOnce(&mut Client, Option<String>) -> Result<T, ReadDatabaseError>,
) -> Result<T, ReadDatabaseError> {
    let row = client.query_one(SET, &[])?;
    let (namespace, old, is_changed): (_, String, bool) = (row.get(0), row.get(1), row.get(2));
    let result = read(client, namespace);
    if is_changed {
        let restored = client.execute(RESTORE, &[&old]);
        // A failed query in a transaction makes this one fail too, and the rollback restores the search path.
        if result.is_ok() {
            restored?;
        }
    }
    result
}
