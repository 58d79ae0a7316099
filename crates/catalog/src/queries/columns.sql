-- A default contains no columns. PostgreSQL prints it faster without its table.
SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::pg_catalog.regnamespace END, relname, attname,
    attrelid AS "#table",
    attnum AS "#number",
    atttypid AS "#type",
    pg_catalog.format_type(atttypid, atttypmod) AS "type",
    CASE WHEN attnotnull THEN '' END AS "NOT NULL",
    CASE WHEN attgenerated = '' THEN pg_catalog.pg_get_expr(adbin, 0) END AS "default",
    CASE WHEN attgenerated <> '' THEN pg_catalog.pg_get_expr(adbin, adrelid) END AS "generated as",
    CASE attgenerated WHEN 'v' THEN '' END AS "VIRTUAL",
    CASE attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS "identity",
    CASE WHEN attcollation NOT IN ('0', 'pg_catalog.default'::pg_catalog.regcollation) THEN attcollation::pg_catalog.regcollation END AS collation
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_catalog.pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind IN ({relkinds}) AND relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
    AND {tables}
