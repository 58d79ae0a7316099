SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::pg_catalog.regnamespace END, relname, polname,
    CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS "command",
    CASE WHEN NOT polpermissive THEN '' END AS "RESTRICTIVE",
    (SELECT pg_catalog.string_agg(CASE role WHEN '0' THEN 'public' ELSE role::pg_catalog.regrole::pg_catalog.text END, ', ') FROM pg_catalog.unnest(polroles) AS role) AS roles,
    pg_catalog.pg_get_expr(polqual, polrelid) AS "using",
    pg_catalog.pg_get_expr(polwithcheck, polrelid) AS "check"
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_class c ON c.oid = polrelid
WHERE relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
    AND {tables}
