SELECT CASE WHEN typnamespace <> {own} THEN typnamespace::regnamespace END, NULL, typname,
    t.oid AS "#oid",
    typarray AS "#array type",
    (SELECT string_agg(enumlabel, chr(31) ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid) AS "#labels",
    (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid) AS "values"
FROM pg_type t
WHERE typtype = 'e' AND typnamespace = {users}
    AND (t.oid, t.tableoid) NOT IN ({members})
