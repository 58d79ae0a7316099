SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::pg_catalog.regnamespace END, NULL, relname,
    pg_catalog.format_type(seqtypid, NULL) AS "type",
    seqstart AS "start",
    seqincrement AS "increment",
    seqmin AS "minimum",
    seqmax AS "maximum",
    seqcache AS "cache",
    CASE WHEN seqcycle THEN '' END AS "CYCLE",
    CASE WHEN relpersistence = 'u' THEN '' END AS "UNLOGGED",
    (SELECT pg_catalog.format('%s.%I', attrelid::pg_catalog.regclass, attname)
     FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_attribute ON attrelid = o.refobjid AND attnum = o.refobjsubid
     WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AND o.objid = c.oid AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
         AND o.deptype IN ('a', 'i')) AS "owner"
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = seqrelid
WHERE relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
