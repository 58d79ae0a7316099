SELECT CASE WHEN typnamespace <> {own} THEN typnamespace::regnamespace END, NULL, typname,
    format_type(typbasetype, typtypmod) AS "type",
    CASE WHEN typnotnull THEN '' END AS "NOT NULL",
    typdefault AS "default",
    CASE WHEN typcollation NOT IN (0, 'pg_catalog.default'::regcollation) THEN typcollation::regcollation END AS collation,
    (SELECT string_agg(format('%I %s', conname, pg_get_constraintdef(c.oid)), ', ' ORDER BY conname)
     FROM pg_constraint c WHERE contypid = t.oid AND contype = 'c') AS constraints
FROM pg_type t
WHERE typtype = 'd' AND typnamespace = {users}
    AND (t.oid, t.tableoid) NOT IN ({members})
