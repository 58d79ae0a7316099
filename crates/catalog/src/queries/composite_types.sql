SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::regnamespace END, NULL, relname,
    (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
     FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS attributes
FROM pg_class c
WHERE relkind = 'c' AND relnamespace = {users}
    AND (c.reltype, 'pg_type'::regclass) NOT IN ({members})
