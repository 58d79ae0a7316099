SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::regnamespace END, NULL, relname,
    format_type(seqtypid, NULL) AS "type",
    seqstart AS "start",
    seqincrement AS "increment",
    seqmin AS "minimum",
    seqmax AS "maximum",
    seqcache AS "cache",
    CASE WHEN seqcycle THEN '' END AS "CYCLE",
    CASE WHEN relpersistence = 'u' THEN '' END AS "UNLOGGED",
    (SELECT format('%s.%I', attrelid::regclass, attname)
     FROM pg_depend o JOIN pg_attribute ON attrelid = o.refobjid AND attnum = o.refobjsubid
     WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.refclassid = 'pg_class'::regclass
         AND o.deptype IN ('a', 'i')) AS "owner"
FROM pg_sequence s
JOIN pg_class c ON c.oid = seqrelid
WHERE relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
