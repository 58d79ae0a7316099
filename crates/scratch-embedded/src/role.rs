//! Who a session is.
//!
//! The engine takes everybody for its superuser, and SQL must not find a way back to that once a session is somebody else.
//! `SET SESSION AUTHORIZATION` asks whether the user who was authenticated, whom the engine knows by number, is a superuser.
//! So this number is taken from the role while such a session lasts: nobody can become anybody then. Two functions of another
//! superuser's, whom nobody can become either, take it and give it back. An extension that any owner of a database may create
//! is created in the superuser's name; event triggers give the number back for as long as that takes.

use sql_script::identifier;

use crate::{
    engine::{SUPERUSER, Session},
    report::Report,
};

/// Prepares a cluster, once.
pub(crate) const KEEPER: &str = "CREATE ROLE scratch_keeper SUPERUSER NOLOGIN";

/// Prepares a database.
pub(crate) const GUARD: &str = "
    CREATE FUNCTION pg_catalog.scratch_unlock() RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
        AS $$ UPDATE pg_catalog.pg_authid SET oid = 10 WHERE oid = 9999 $$;
    CREATE FUNCTION pg_catalog.scratch_lock() RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
        AS $$ UPDATE pg_catalog.pg_authid SET oid = 9999 WHERE oid = 10 $$;
    CREATE FUNCTION pg_catalog.scratch_unlock_for_extension() RETURNS event_trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
        AS $$ BEGIN PERFORM pg_catalog.scratch_unlock(); END $$;
    CREATE FUNCTION pg_catalog.scratch_lock_after_extension() RETURNS event_trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
        AS $$ BEGIN IF session_user <> 'postgres' THEN PERFORM pg_catalog.scratch_lock(); END IF; END $$;
    ALTER FUNCTION pg_catalog.scratch_unlock() OWNER TO scratch_keeper;
    ALTER FUNCTION pg_catalog.scratch_lock() OWNER TO scratch_keeper;
    ALTER FUNCTION pg_catalog.scratch_unlock_for_extension() OWNER TO scratch_keeper;
    ALTER FUNCTION pg_catalog.scratch_lock_after_extension() OWNER TO scratch_keeper;
    REVOKE ALL ON FUNCTION pg_catalog.scratch_unlock() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION pg_catalog.scratch_unlock() TO postgres;
    CREATE EVENT TRIGGER scratch_unlock ON ddl_command_start
        WHEN TAG IN ('CREATE EXTENSION', 'ALTER EXTENSION')
        EXECUTE FUNCTION pg_catalog.scratch_unlock_for_extension();
    CREATE EVENT TRIGGER scratch_lock ON ddl_command_end
        WHEN TAG IN ('CREATE EXTENSION', 'ALTER EXTENSION')
        EXECUTE FUNCTION pg_catalog.scratch_lock_after_extension()";

/// Makes a new session that of a role, for good.
pub(crate) fn assume(session: &mut Session, role: &str) -> Result<(), Report> {
    session.run("SELECT pg_catalog.scratch_unlock()")?;
    if role != SUPERUSER {
        session.run(&format!("SET SESSION AUTHORIZATION {}", identifier(role))).map_err(|_| no_such(role))?;
        session.run("SELECT pg_catalog.scratch_lock()")?;
        let rows = session.run("SELECT FROM pg_catalog.pg_roles WHERE rolname = session_user AND rolcanlogin")?;
        if rows.is_empty() {
            return Err(Report::fatal("28000", &format!("role \"{role}\" is not permitted to log in")));
        }
    }
    Ok(())
}

fn no_such(role: &str) -> Report {
    Report::fatal("28000", &format!("role \"{role}\" does not exist"))
}
