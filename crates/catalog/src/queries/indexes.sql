-- The definition of an index of a constraint is the constraint's. PostgreSQL is slow to print it.
SELECT CASE WHEN i.relnamespace <> {own} THEN i.relnamespace::pg_catalog.regnamespace END, c.relname, i.relname,
    i.oid AS "#oid",
    indrelid AS "#table",
    i.relfilenode AS "#file",
    CASE WHEN indisunique THEN '' END AS "#unique",
    (indkey::pg_catalog.int2[])[0:indnkeyatts - 1] AS "#columns",
    pg_catalog.pg_get_expr(indexprs, indrelid) AS "#expressions",
    pg_catalog.pg_get_expr(indpred, indrelid) AS "#predicate",
    CASE WHEN k.oid IS NULL AND {complete} THEN pg_catalog.pg_get_indexdef(indexrelid, 0, true) END AS definition,
    k.conname AS "constraint",
    CASE WHEN NOT indisvalid THEN '' END AS "INVALID",
    CASE WHEN indisreplident THEN '' END AS "REPLICA IDENTITY",
    CASE WHEN indisclustered THEN '' END AS "CLUSTERED"
FROM pg_catalog.pg_index
JOIN pg_catalog.pg_class i ON i.oid = indexrelid
JOIN pg_catalog.pg_class c ON c.oid = indrelid
LEFT JOIN pg_catalog.pg_constraint k ON conindid = indexrelid AND contype IN ('p', 'u', 'x')
WHERE i.relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
    AND {tables}
