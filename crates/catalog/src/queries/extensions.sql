SELECT NULL, NULL, extname, CASE WHEN extnamespace <> {own} THEN extnamespace::pg_catalog.regnamespace END AS "schema", extversion AS "version"
FROM pg_catalog.pg_extension x
WHERE extname <> 'plpgsql'
