SELECT CASE WHEN typnamespace <> {own} THEN typnamespace::pg_catalog.regnamespace END, NULL, typname,
    t.oid AS "#oid",
    typarray AS "#array type",
    (SELECT pg_catalog.string_agg(enumlabel, pg_catalog.chr(31) ORDER BY enumsortorder) FROM pg_catalog.pg_enum WHERE enumtypid = t.oid) AS "#labels",
    (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_catalog.pg_enum WHERE enumtypid = t.oid) AS "values"
FROM pg_catalog.pg_type t
WHERE typtype = 'e' AND typnamespace = {users}
    AND (t.oid, t.tableoid) NOT IN ({members})
