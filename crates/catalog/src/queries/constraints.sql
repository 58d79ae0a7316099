-- NOT NULL is a property of columns. Since PostgreSQL 18 it is a constraint as well, which can be NOT VALID.
SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::pg_catalog.regnamespace END, relname, conname,
    k.oid AS "#oid",
    conrelid AS "#table",
    contype AS "#type",
    conkey AS "#columns",
    confrelid AS "#referenced",
    confkey AS "#referenced columns",
    confdeltype AS "#on delete",
    CASE WHEN {complete} OR contype IN ('c', 'x') THEN pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID$', '') END AS definition,
    CASE WHEN NOT convalidated THEN '' END AS "NOT VALID"
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = conrelid
WHERE contype <> 't' AND (contype <> 'n' OR NOT convalidated)
    AND relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
    AND {tables}
