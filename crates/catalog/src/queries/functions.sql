-- PostgreSQL prints a definition with the function's namespace, whatever the search path. The text up to the parenthesis
-- after the name is cut off. The constructors of a range type depend on it internally.
SELECT CASE WHEN pronamespace <> {own} THEN pronamespace::pg_catalog.regnamespace END, NULL,
    pg_catalog.format('%s(%s)', proname, pg_catalog.pg_get_function_identity_arguments(p.oid)),
    CASE WHEN prokind = 'a'
        THEN (SELECT pg_catalog.concat_ws(' ', 'AGGREGATE', aggtransfn, pg_catalog.format_type(aggtranstype, NULL), nullif(aggfinalfn::pg_catalog.oid, '0')::pg_catalog.regproc, agginitval)
              FROM pg_catalog.pg_aggregate WHERE aggfnoid::pg_catalog.oid = p.oid)
        ELSE (SELECT pg_catalog.right(whole, -pg_catalog.length(pg_catalog.format('CREATE OR REPLACE %s %s.%I', CASE prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, pronamespace::pg_catalog.regnamespace, proname)))
              FROM pg_catalog.pg_get_functiondef(p.oid) AS whole)
    END AS definition,
    CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function' END AS "kind"
FROM pg_catalog.pg_proc p
WHERE pronamespace = {users} AND (p.oid, p.tableoid) NOT IN ({members})
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid AND d.objid = p.oid AND d.deptype = 'i')
