SELECT CASE WHEN typnamespace <> {own} THEN typnamespace::pg_catalog.regnamespace END, NULL, typname,
    pg_catalog.format_type(rngsubtype, NULL) AS subtype
FROM pg_catalog.pg_range r
JOIN pg_catalog.pg_type t ON t.oid = rngtypid
WHERE typnamespace = {users}
    AND (t.oid, t.tableoid) NOT IN ({members})
