-- The definition of an index that belongs to a constraint is the constraint's; PostgreSQL is slow to print it.
SELECT CASE WHEN c.relnamespace <> {own} THEN c.relnamespace::regnamespace END, t.relname, c.relname,
    CASE WHEN k.oid IS NULL THEN pg_get_indexdef(indexrelid, 0, true) END AS definition,
    k.conname AS "constraint",
    CASE WHEN NOT indisvalid THEN '' END AS "INVALID",
    CASE WHEN indisreplident THEN '' END AS "REPLICA IDENTITY",
    CASE WHEN indisclustered THEN '' END AS "CLUSTERED"
FROM pg_index
JOIN pg_class c ON c.oid = indexrelid
JOIN pg_class t ON t.oid = indrelid
LEFT JOIN pg_constraint k ON conindid = indexrelid AND contype IN ('p', 'u', 'x')
WHERE c.relnamespace = {users}
    AND (t.oid, t.tableoid) NOT IN ({members})
    AND t.relname {tables}
