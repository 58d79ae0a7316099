//! The Docker daemon of this machine, or another program that speaks as one, such as Podman.

use std::{env, fmt, io, os::unix::fs::MetadataExt as _, path::Path};

use nix::unistd::{Gid, Group};

use super::endpoint::{self, Endpoint};
use crate::Error;

const START: &str = "Start it with `sudo systemctl start docker`, or open Docker Desktop. Podman will do as well: \
                     `systemctl --user start podman.socket`.";

/// A daemon that answers.
#[derive(Clone, Debug)]
pub struct Docker {
    endpoint: Endpoint,
    /// Such as `Docker 28.1.1`.
    name: String,
}

impl Docker {
    /// Finds the daemon that the docker client would use, or else one in the usual places, Podman's included.
    pub fn find() -> Result<Self, Error> {
        if let Some(host) = env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty()) {
            return Self::at(&host, "DOCKER_HOST");
        }
        if let Some((name, host)) = endpoint::context() {
            let named_by = format!("Docker's context {name:?}");
            let host = host.ok_or_else(|| {
                Error::NoDocker(format!("{named_by} is not known. Choose another: docker context use default"))
            })?;
            return Self::at(&host, &named_by);
        }
        Self::at_one_of(endpoint::usual())
    }

    fn at(host: &str, named_by: &str) -> Result<Self, Error> {
        let endpoint = Endpoint::parse(host).ok_or_else(|| {
            Error::NoDocker(format!(
                "{named_by} names {host}, which is no socket and no plain port of this machine: what a container there \
                 listens at could not be reached from here. Name another daemon, or a PostgreSQL server by its URL."
            ))
        })?;
        Self::ping(endpoint.clone()).map_err(|error| unusable(&endpoint, &format!(", which {named_by} names"), &error))
    }

    fn at_one_of(endpoints: Vec<Endpoint>) -> Result<Self, Error> {
        let looked = endpoints.iter().map(Endpoint::host).collect::<Vec<_>>().join(", ");
        let mut first_failure = None;
        for endpoint in endpoints {
            match Self::ping(endpoint.clone()) {
                Ok(docker) => return Ok(docker),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => _ = first_failure.get_or_insert_with(|| unusable(&endpoint, "", &error)),
            }
        }
        Err(first_failure
            .unwrap_or_else(|| Error::NoDocker(format!("No Docker is running: looked at {looked}. {START}"))))
    }

    fn ping(endpoint: Endpoint) -> io::Result<Self> {
        let (head, _) = endpoint.ask("GET", "/_ping")?;
        // Such as `Server: Docker/28.1.1 (linux)` or `Server: Libpod/5.4.2 (linux)`.
        let name = head.lines().find_map(|line| line.strip_prefix("Server: ")?.split_whitespace().next());
        let name = name.unwrap_or("Docker").replace("Libpod", "Podman").replace('/', " ");
        Ok(Self { endpoint, name })
    }

    /// Where it listens, as `DOCKER_HOST` names it.
    pub fn host(&self) -> String {
        self.endpoint.host()
    }

    /// What the daemon answers.
    pub(super) fn ask(&self, method: &str, path: &str) -> io::Result<String> {
        Ok(self.endpoint.ask(method, path)?.1)
    }
}

impl fmt::Display for Docker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.name, self.endpoint.host())
    }
}

fn unusable(endpoint: &Endpoint, which: &str, error: &io::Error) -> Error {
    Error::NoDocker(match endpoint {
        Endpoint::Socket(path) if error.kind() == io::ErrorKind::PermissionDenied => {
            let group = group_of(path);
            format!(
                "Docker's socket {} is closed to this user. It is open to the group {group}: join that with \
                 `sudo usermod --append --groups {group} $USER`, and log in anew.",
                path.display()
            )
        }
        other => format!("No Docker answers at {}{which}: {error}. {START}", other.host()),
    })
}

fn group_of(socket: &Path) -> String {
    let group = fs_err::metadata(socket).ok().and_then(|of| Group::from_gid(Gid::from_raw(of.gid())).ok()?);
    group.map_or_else(|| "docker".to_owned(), |group| group.name)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(error: &Error, expected: &Expect) {
        expected.assert_eq(&error.to_string());
    }

    #[test]
    fn what_is_said_without_a_docker() {
        let nowhere = "/nowhere/docker.sock";
        let socket = Endpoint::Socket(nowhere.into());
        check(
            &Docker::at_one_of(vec![socket.clone(), Endpoint::Socket("/nowhere/other".into())]).unwrap_err(),
            &expect![
                "No Docker is running: looked at unix:///nowhere/docker.sock, unix:///nowhere/other. Start it with `sudo systemctl start docker`, or open Docker Desktop. Podman will do as well: `systemctl --user start podman.socket`."
            ],
        );
        check(
            &Docker::at(&socket.host(), "DOCKER_HOST").unwrap_err(),
            &expect![
                "No Docker answers at unix:///nowhere/docker.sock, which DOCKER_HOST names: No such file or directory (os error 2). Start it with `sudo systemctl start docker`, or open Docker Desktop. Podman will do as well: `systemctl --user start podman.socket`."
            ],
        );
        check(
            &Docker::at("ssh://build", "Docker's context \"build\"").unwrap_err(),
            &expect![[
                r#"Docker's context "build" names ssh://build, which is no socket and no plain port of this machine: what a container there listens at could not be reached from here. Name another daemon, or a PostgreSQL server by its URL."#
            ]],
        );
        check(
            &unusable(&socket, "", &io::ErrorKind::PermissionDenied.into()),
            &expect![
                "Docker's socket /nowhere/docker.sock is closed to this user. It is open to the group docker: join that with `sudo usermod --append --groups docker $USER`, and log in anew."
            ],
        );
    }

    #[test]
    fn a_socket_that_nobody_listens_to_any_more_is_told_before_those_that_are_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let stale = folder.path().join("stale");
        drop(std::os::unix::net::UnixListener::bind(&stale).unwrap());
        let endpoints = ["/nowhere".into(), stale.clone()].map(Endpoint::Socket);
        let error = Docker::at_one_of(endpoints.into()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("No Docker answers at unix://{}: ", stale.display())), "{error}");
    }
}
