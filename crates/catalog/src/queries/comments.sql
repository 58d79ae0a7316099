-- Objects that come with PostgreSQL have an OID below 16384.
SELECT CASE WHEN schema IS DISTINCT FROM pg_catalog.current_setting('catalog.namespace') THEN pg_catalog.quote_ident(schema) END, NULL,
    pg_catalog.pg_describe_object(d.classoid, d.objoid, d.objsubid),
    description AS "text"
FROM pg_catalog.pg_description d
CROSS JOIN LATERAL pg_catalog.pg_identify_object(classoid, objoid, objsubid)
WHERE objoid >= '16384' AND classoid <> 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
