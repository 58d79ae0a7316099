//! Containers of runs that were killed together with their helper.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use scratch_helper::{Life, OWNER_LABEL};
use testcontainers_modules::testcontainers::bollard::{
    Docker,
    models::{ContainerSummary, ContainerSummaryStateEnum},
    query_parameters::ListContainersOptionsBuilder,
};

use crate::container;

/// How long a container of a machine or a start of it that is not this one must have been still.
const LONG: Duration = Duration::from_secs(3600);

/// Removes what dead runs left. Should that fail, the next run tries again.
pub(crate) async fn remove(docker: &Docker) {
    let filters = HashMap::from([("label", vec![OWNER_LABEL])]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let containers = docker.list_containers(Some(options)).await.unwrap_or_default();
    for id in containers.into_iter().filter(is_left_over).filter_map(|container| container.id) {
        _ = container::remove(docker, &id).await;
    }
}

fn is_left_over(container: &ContainerSummary) -> bool {
    let owner = container.labels.as_ref().and_then(|labels| labels.get(OWNER_LABEL)?.parse::<Life>().ok());
    let made = container.created.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
    let is_old = made.is_some_and(|made| (UNIX_EPOCH + made + LONG) < SystemTime::now());
    let is_running = container.state == Some(ContainerSummaryStateEnum::RUNNING);
    // A machine that is switched off takes its owners along, but not their containers.
    owner.is_some_and(|owner| owner.is_over()) || (is_old && !is_running)
}
