SELECT NULL, NULL, extname, CASE WHEN extnamespace <> {own} THEN extnamespace::regnamespace END AS "schema", extversion AS "version"
FROM pg_extension x
WHERE extname <> 'plpgsql'
