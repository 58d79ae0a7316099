SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::pg_catalog.regnamespace END, relname, rulename,
    pg_catalog.pg_get_ruledef(r.oid, true) AS definition,
    CASE ev_enabled WHEN 'D' THEN '' END AS "DISABLED"
FROM pg_catalog.pg_rewrite r
JOIN pg_catalog.pg_class c ON c.oid = ev_class
WHERE rulename <> '_RETURN' AND relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
    AND {tables}
