SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::regnamespace END, NULL, relname,
    pg_get_viewdef(c.oid) AS definition,
    array_to_string(reloptions, ', ') AS options
FROM pg_class c
WHERE relkind = 'v' AND relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
