SELECT CASE WHEN typnamespace <> {own} THEN typnamespace::pg_catalog.regnamespace END, NULL, typname,
    pg_catalog.format_type(typbasetype, typtypmod) AS "type",
    CASE WHEN typnotnull THEN '' END AS "NOT NULL",
    typdefault AS "default",
    CASE WHEN typcollation NOT IN ('0', 'pg_catalog.default'::pg_catalog.regcollation) THEN typcollation::pg_catalog.regcollation END AS collation,
    (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', conname, pg_catalog.pg_get_constraintdef(c.oid)), ', ' ORDER BY conname)
     FROM pg_catalog.pg_constraint c WHERE contypid = t.oid AND contype = 'c') AS constraints
FROM pg_catalog.pg_type t
WHERE typtype = 'd' AND typnamespace = {users}
    AND (t.oid, t.tableoid) NOT IN ({members})
