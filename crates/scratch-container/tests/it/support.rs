//! Helpers of the tests.

use std::{
    collections::HashMap,
    iter,
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use scratch_postgres::{Choice, Docker, Options, Server};
use scratch_protocol::OWNER_LABEL;
use testcontainers_modules::testcontainers::bollard::{self, query_parameters::ListContainersOptionsBuilder};
use tokio::runtime;

/// Options for a server in a container; `None` if containers are unavailable here. Prints the reason.
pub(crate) fn options() -> Option<Options> {
    static WHY_NOT: OnceLock<Option<String>> = OnceLock::new();
    let options = Options { choice: Choice::Container, ..Options::for_tests() };
    let why_not = WHY_NOT.get_or_init(|| match Docker::find() {
        Err(error) => Some(error.to_string()),
        // A missing image is not a fault of the program under test.
        Ok(_) => Server::start(&options, &mut ()).err().map(|it| it.to_string()).filter(|it| it.contains("be pulled")),
    });
    if let Some(reason) = why_not {
        println!("skipped: {reason}");
        return None;
    }
    Some(options)
}

/// Sends a request to Docker.
pub(crate) fn with_docker<T, F: Future<Output = T>>(ask: impl FnOnce(bollard::Docker) -> F) -> T {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { ask(bollard::Docker::connect_with_host(&Docker::find().unwrap().host()).unwrap()).await })
}

/// The names of the containers whose label names this process as their owner.
pub(crate) fn containers_of(owner: u32) -> Vec<String> {
    let filters = HashMap::from([("label", vec![OWNER_LABEL])]);
    let list = || {
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        with_docker(|docker| async move { docker.list_containers(Some(options)).await })
    };
    // Podman's containers can be in transient states that this client cannot parse.
    let containers = iter::repeat_with(list).find_map(Result::ok).unwrap();
    let is_its = |label: &String| label.contains(&format!("/{owner}/"));
    let its = containers.into_iter().filter(|it| it.labels.as_ref().unwrap().get(OWNER_LABEL).is_some_and(is_its));
    its.map(|container| container.names.unwrap()[0].trim_start_matches('/').to_owned()).collect()
}

/// Waits until the condition holds, and fails after a minute.
pub(crate) fn eventually(condition: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "timed out: {condition}");
        thread::sleep(Duration::from_millis(20));
    }
}
