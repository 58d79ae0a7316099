SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::pg_catalog.regnamespace END, NULL, relname,
    pg_catalog.pg_get_viewdef(c.oid) AS definition,
    pg_catalog.array_to_string(reloptions, ', ') AS options
FROM pg_catalog.pg_class c
WHERE relkind = 'v' AND relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
