SELECT CASE WHEN typnamespace <> {own} THEN typnamespace::regnamespace END, NULL, typname,
    format_type(rngsubtype, NULL) AS subtype
FROM pg_range r
JOIN pg_type t ON t.oid = rngtypid
WHERE typnamespace = {users}
    AND (t.oid, t.tableoid) NOT IN ({members})
