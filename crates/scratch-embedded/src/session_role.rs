//! The role of a session.
//!
//! The engine authenticates every session as its superuser. SQL in a session with another role must not be able to return to the
//! superuser. `SET SESSION AUTHORIZATION` looks up the authenticated user by its OID, which is 10, and requires a superuser. So the
//! superuser's role gets another OID during such a session, and no `SET SESSION AUTHORIZATION` can change the role. Two functions
//! change the OID. They belong to another superuser, `scratch_keeper`, which cannot log in. PostgreSQL creates a trusted extension as the
//! user with the OID 10, so event triggers restore the OID for the duration of that command.

use sql_script::identifier;

use crate::{
    engine::{SUPERUSER, Session},
    error_response::ErrorResponse,
};

/// The SQL that prepares a new cluster.
pub(crate) const CLUSTER_SETUP: &str = "CREATE ROLE scratch_keeper SUPERUSER NOLOGIN";

/// The SQL that prepares a database.
pub(crate) const DATABASE_SETUP: &str = "
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

/// Changes the role of a new session permanently.
pub(crate) fn assume(session: &mut Session, role: &str) -> Result<(), ErrorResponse> {
    session.run("SELECT pg_catalog.scratch_unlock()")?;
    if role != SUPERUSER {
        session.run(&format!("SET SESSION AUTHORIZATION {}", identifier(role))).map_err(|_| no_such_role(role))?;
        session.run("SELECT pg_catalog.scratch_lock()")?;
        let rows = session.run("SELECT FROM pg_catalog.pg_roles WHERE rolname = session_user AND rolcanlogin")?;
        if rows.is_empty() {
            return Err(ErrorResponse::fatal("28000", &format!("role \"{role}\" is not permitted to log in")));
        }
    }
    Ok(())
}

fn no_such_role(role: &str) -> ErrorResponse {
    ErrorResponse::fatal("28000", &format!("role \"{role}\" does not exist"))
}
