//! A server in a container, which a helper program starts.

mod docker;
mod endpoint;

use scratch_helper::{Life, OWNER_LABEL};
use serde_json::{Value, json};

pub use self::docker::Docker;
use crate::{Error, Observer, Options, helper, server::Started};

/// Starts a server with the Docker that is found, lest a program is built in vain.
pub(crate) fn start(options: &Options, docker: &Docker, observer: &mut dyn Observer) -> Result<Started, Error> {
    helper::CONTAINER.start(options, observer, |command| {
        command.env("DOCKER_HOST", docker.host());
        if let Some(image) = &options.image {
            command.args(["--image", image]);
        }
    })
}

impl Docker {
    /// The names of containers that killed runs left over. The next run that starts a container removes them.
    pub fn left_over(&self) -> Vec<String> {
        // The query is percent-encoded JSON: {"label":["..."]}
        let path = format!("/containers/json?all=true&filters=%7B%22label%22%3A%5B%22{OWNER_LABEL}%22%5D%7D");
        let containers =
            self.get(&path).ok().and_then(|answer| serde_json::from_str(&answer).ok()).unwrap_or(json!([]));
        let is_left_over = |container: &&Value| {
            let owner = container["Labels"][OWNER_LABEL].as_str();
            owner.and_then(|owner| owner.parse::<Life>().ok()).is_some_and(|owner| owner.is_over())
        };
        let name = |container: &Value| Some(container["Names"][0].as_str()?.trim_start_matches('/').to_owned());
        containers.as_array().into_iter().flatten().filter(is_left_over).filter_map(name).collect()
    }
}
