SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::regnamespace END, NULL, relname,
    pg_get_viewdef(c.oid) AS definition,
    array_to_string(reloptions, ', ') AS options,
    CASE WHEN NOT relispopulated THEN '' END AS "UNPOPULATED"
FROM pg_class c
WHERE relkind = 'm' AND relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
