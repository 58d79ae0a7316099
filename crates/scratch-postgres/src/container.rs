//! A server in a container, which a helper program starts.

mod docker;
mod endpoint;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use scratch_protocol::{OWNER_LABEL, ProcessIdentity};
use serde_json::{Value, json};

pub use self::docker::Docker;
use crate::{Error, Observer, Options, helper, server::Started};

/// How long a container is left alone that does not run and whose owner nobody here knows.
const LONG: Duration = Duration::from_secs(3600);

/// Starts a server with the Docker that was found, and ends what killed runs left there.
pub(crate) fn start(options: &Options, docker: &Docker, observer: &mut dyn Observer) -> Result<Started, Error> {
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
        let containers = self.ask("GET", &path).ok().and_then(|answer| serde_json::from_str(&answer).ok());
        let containers: Value = containers.unwrap_or(json!([]));
        let name = |container: &Value| Some(container["Names"][0].as_str()?.trim_start_matches('/').to_owned());
        containers.as_array().into_iter().flatten().filter(|it| is_left_over(it)).filter_map(name).collect()
    }

    /// Removes what killed runs left over. What cannot be removed now is left for the next run.
    fn sweep(&self) {
        for name in self.left_over() {
            _ = self.ask("DELETE", &format!("/containers/{name}?force=true&v=true"));
        }
    }
}

fn is_left_over(container: &Value) -> bool {
    let owner = container["Labels"][OWNER_LABEL].as_str().and_then(|owner| owner.parse::<ProcessIdentity>().ok());
    let created = container["Created"].as_u64().map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
    // A machine that is switched off takes the owners along, and leaves their containers.
    let is_forgotten = container["State"] != "running" && created.is_some_and(|it| it + LONG < SystemTime::now());
    is_forgotten || owner.is_some_and(|owner| owner.has_ended())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_can_need_any_more_is_left_over() {
        let me = ProcessIdentity::of(std::process::id()).unwrap().to_string();
        let (dead, elsewhere) = (format!("{me}1"), "elsewhere/1/1");
        let now = UNIX_EPOCH.elapsed().unwrap().as_secs();
        let is_left_over = |owner: &str, state: &str, created: u64| {
            is_left_over(&json!({ "Labels": { OWNER_LABEL: owner }, "State": state, "Created": created }))
        };
        assert!(is_left_over(&dead, "running", now));
        assert!(!is_left_over(&me, "running", 0));
        assert!(!is_left_over(elsewhere, "running", 0));
        assert!(!is_left_over(elsewhere, "exited", now));
        assert!(is_left_over(elsewhere, "exited", 0));
    }
}
