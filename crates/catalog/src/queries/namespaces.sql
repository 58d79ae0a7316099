SELECT NULL, NULL, nspname
FROM pg_catalog.pg_namespace n
WHERE n.oid = {users} AND n.oid <> {own}
    AND (n.oid, n.tableoid) NOT IN ({members})
