-- PostgreSQL prints a definition with the function's namespace, whatever the search path. The text up to the parenthesis
-- after the name is cut off. The constructors of a range type depend on it internally.
SELECT CASE WHEN pronamespace <> {own} THEN pronamespace::regnamespace END, NULL,
    format('%s(%s)', proname, pg_get_function_identity_arguments(p.oid)),
    CASE WHEN prokind = 'a'
        THEN (SELECT concat_ws(' ', 'AGGREGATE', aggtransfn, format_type(aggtranstype, NULL), nullif(aggfinalfn::oid, 0)::regproc, agginitval)
              FROM pg_aggregate WHERE aggfnoid = p.oid)
        ELSE (SELECT right(whole, -length(format('CREATE OR REPLACE %s %s.%I', CASE prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, pronamespace::regnamespace, proname)))
              FROM pg_get_functiondef(p.oid) AS whole)
    END AS definition,
    CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function' END AS "kind"
FROM pg_proc p
WHERE pronamespace = {users} AND (p.oid, p.tableoid) NOT IN ({members})
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
