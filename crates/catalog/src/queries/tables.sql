SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::pg_catalog.regnamespace END, NULL, relname,
    c.oid AS "#oid",
    relfilenode AS "#file",
    CASE relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' END AS "kind",
    CASE WHEN relpersistence = 'u' THEN '' END AS "UNLOGGED",
    pg_catalog.array_to_string(reloptions, ', ') AS options,
    CASE WHEN relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS "partition key",
    pg_catalog.pg_get_expr(relpartbound, c.oid) AS "partition bound",
    (SELECT pg_catalog.string_agg(inhparent::pg_catalog.regclass::pg_catalog.text, ', ' ORDER BY inhseqno) FROM pg_catalog.pg_inherits WHERE inhrelid = c.oid) AS parents,
    CASE WHEN relrowsecurity THEN '' END AS "ROW LEVEL SECURITY",
    CASE WHEN relforcerowsecurity THEN '' END AS "FORCE ROW LEVEL SECURITY",
    CASE relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' END AS "replica identity",
    (SELECT amname FROM pg_catalog.pg_am WHERE oid = relam AND amname <> 'heap') AS "access method"
FROM pg_catalog.pg_class c
WHERE relkind IN ({relkinds}) AND {relations} AND relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
