-- What is NOT NULL is told with the columns; only since 18 has it a constraint, and only there can that be NOT VALID.
SELECT CASE WHEN relnamespace <> {own} THEN relnamespace::regnamespace END, relname, conname,
    regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') AS definition,
    CASE WHEN NOT convalidated THEN '' END AS "NOT VALID"
FROM pg_constraint k
JOIN pg_class c ON c.oid = conrelid
WHERE contype <> 't' AND (contype <> 'n' OR NOT convalidated)
    AND relnamespace = {users}
    AND (c.oid, c.tableoid) NOT IN ({members})
    AND relname {tables}
