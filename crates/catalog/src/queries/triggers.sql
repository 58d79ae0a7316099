SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::pg_catalog.regnamespace END, relname, tgname,
    pg_catalog.pg_get_triggerdef(t.oid, true) AS definition,
    CASE tgenabled WHEN 'D' THEN '' END AS "DISABLED",
    CASE tgenabled WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS "fires"
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
    AND {tables}
