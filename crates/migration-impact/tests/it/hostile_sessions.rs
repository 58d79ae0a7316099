//! Scripts that hide catalogs, or change the search path, before they rewrite a table.

use expect_test::expect;
use migration_impact::{ImpactReport, Rating};

use crate::support::{database, report};

const REWRITE: &str = r#"ALTER TABLE "User" ALTER COLUMN age TYPE bigint"#;

/// Creates operators in `public` for operands of which `pg_catalog` may have no operator.
const OPERATORS: &str = r#"
    DO $$ DECLARE
        types text[] := '{oid,name,text,"\"char\"",int2,int4,regclass,regnamespace,regproc}';
        l text;
        r text;
        operator text;
    BEGIN
        FOREACH l IN ARRAY types LOOP FOREACH r IN ARRAY types LOOP
            EXECUTE format('CREATE FUNCTION public.never(%s, %s) RETURNS bool LANGUAGE sql AS ''SELECT false''', l, r);
            FOREACH operator IN ARRAY '{=,<>,>,>=,!~}'::text[] LOOP
                EXECUTE format('CREATE OPERATOR public.%s (FUNCTION = never, LEFTARG = %s, RIGHTARG = %s)', operator, l, r);
            END LOOP;
        END LOOP; END LOOP;
    END $$;
    "#;

#[test]
fn temporary_view() {
    check("CREATE TEMP VIEW pg_locks AS SELECT * FROM pg_catalog.pg_locks WHERE false;");
}

#[test]
fn temporary_tables() {
    check(
        "
        CREATE TEMP TABLE pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false;
        CREATE TEMP TABLE pg_attribute AS SELECT attrelid, attname FROM pg_catalog.pg_attribute WHERE false;
        CREATE TEMP TABLE pg_namespace AS SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE false;
        ",
    );
}

#[test]
fn functions_before_the_catalog() {
    check(
        "
        CREATE FUNCTION public.format_type(oid, int) RETURNS text LANGUAGE sql AS $$ SELECT 'text' $$;
        CREATE FUNCTION public.pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 0';
        CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT '' $$;
        CREATE FUNCTION public.quote_ident(text) RETURNS text LANGUAGE sql AS $$ SELECT 'pg_catalog' $$;
        SET search_path = public, pg_catalog;
        ",
    );
}

#[test]
fn operators_after_the_catalog() {
    check(OPERATORS);
}

#[test]
fn operators_before_the_catalog() {
    check(&format!("{OPERATORS} SET search_path = public, pg_catalog;"));
}

/// The rewrite has the same impact after `sql` as without it.
fn check(sql: &str) {
    let Some(database) = database() else { return };
    let impact = |report: &ImpactReport| {
        let migration = &report.migrations[0];
        let rewrite = migration.statements.last().unwrap();
        (report.rating, migration.rating, migration.locks.clone(), rewrite.tables.clone(), rewrite.findings.clone())
    };
    let alone = impact(&report(&database, &[REWRITE]));
    assert_eq!(alone.0, Rating::PreparedPlan);
    let tables: Vec<_> = alone.3.iter().map(|effect| (&effect.table, effect.lock, effect.rewritten)).collect();
    expect![[r#"[("User", Some(AccessExclusive), true)]"#]].assert_eq(&format!("{tables:?}"));
    assert_eq!(impact(&report(&database, &[&format!("{sql} {REWRITE}")])), alone);
}
