SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::pg_catalog.regnamespace END, NULL, relname,
    (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', attname, pg_catalog.format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
     FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS attributes
FROM pg_catalog.pg_class c
WHERE relkind = 'c' AND relnamespace = {users}
    AND (c.reltype, 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid) NOT IN ({members})
