//! Starts a server in a container, with a helper program.

mod docker;
mod endpoint;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use scratch_protocol::{OWNER_LABEL, ProcessIdentity};
use serde_json::{Value, json};

pub use self::docker::Docker;
use super::helper;
use crate::{Error, Observer, Options, server::StartedServer};

/// A stopped container whose owner is unknown here is kept for this long.
const GRACE_PERIOD: Duration = Duration::from_secs(3600);

/// Starts a server in a container of `docker`, after removing the containers that killed runs left over there.
pub(super) fn start(options: &Options, docker: &Docker, observer: &mut dyn Observer) -> Result<StartedServer, Error> {
    docker.sweep();
    helper::CONTAINER.start(options, observer, |command| {
        command.env("DOCKER_HOST", docker.host());
        if let Some(image) = &options.image {
            command.args(["--image", image]);
        }
    })
}

impl Docker {
    /// The names of the containers that killed runs left over. The next run that starts a container removes them.
    pub fn left_over(&self) -> Vec<String> {
        // The query is percent-encoded JSON: {"label":["..."]}
        let path = format!("/containers/json?all=true&filters=%7B%22label%22%3A%5B%22{OWNER_LABEL}%22%5D%7D");
        let containers = self.request("GET", &path).ok().and_then(|body| serde_json::from_str(&body).ok());
        let containers: Value = containers.unwrap_or(json!([]));
        let name = |container: &Value| Some(container["Names"][0].as_str()?.trim_start_matches('/').to_owned());
        containers.as_array().into_iter().flatten().filter(|it| is_left_over(it)).filter_map(name).collect()
    }

    /// Removes the containers that killed runs left over. If one cannot be removed now, the next run tries again.
    fn sweep(&self) {
        for name in self.left_over() {
            _ = self.request("DELETE", &format!("/containers/{name}?force=true&v=true"));
        }
    }
}

fn is_left_over(container: &Value) -> bool {
    let owner = container["Labels"][OWNER_LABEL].as_str().and_then(|owner| owner.parse::<ProcessIdentity>().ok());
    let created = container["Created"].as_u64().map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
    // The owners on a machine that was switched off are unknown after its restart.
    let is_old = created.is_some_and(|created| created + GRACE_PERIOD < SystemTime::now());
    (is_old && container["State"] != "running") || owner.is_some_and(|owner| owner.has_ended())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_left_over_once_its_owner_has_ended() {
        let current = ProcessIdentity::of(std::process::id()).unwrap().to_string();
        let (ended, unknown) = (format!("{current}1"), "elsewhere/1/1");
        let now = UNIX_EPOCH.elapsed().unwrap().as_secs();
        let is_left_over = |owner: &str, state: &str, created: u64| {
            is_left_over(&json!({ "Labels": { OWNER_LABEL: owner }, "State": state, "Created": created }))
        };
        assert!(is_left_over(&ended, "running", now));
        assert!(!is_left_over(&current, "running", 0));
        assert!(!is_left_over(unknown, "running", 0));
        assert!(!is_left_over(unknown, "exited", now));
        assert!(is_left_over(unknown, "exited", 0));
    }
}
