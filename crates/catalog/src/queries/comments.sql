-- Objects that come with PostgreSQL have an OID below 16384.
SELECT CASE WHEN schema IS DISTINCT FROM current_schema THEN quote_ident(schema) END, NULL,
    pg_describe_object(d.classoid, d.objoid, d.objsubid),
    description AS "text"
FROM pg_description d
CROSS JOIN LATERAL pg_identify_object(classoid, objoid, objsubid)
WHERE objoid >= 16384 AND classoid <> 'pg_extension'::regclass
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
