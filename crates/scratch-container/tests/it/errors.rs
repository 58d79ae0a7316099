//! The errors of a server in a container.

use std::thread;

use scratch_postgres::{Observer, Options, Server};
use sql_script::Script;
use testcontainers_modules::testcontainers::bollard::{
    models::{ContainerConfig, ContainerCreateBody},
    query_parameters::{
        CommitContainerOptionsBuilder, CreateContainerOptions, RemoveContainerOptions, RemoveImageOptions,
    },
};

use crate::support::{eventually, options, with_docker};

#[derive(Default)]
struct Notes(String);

impl Observer for Notes {
    fn note(&mut self, text: &str) {
        self.0 += text;
    }
}

#[test]
fn an_image_that_cannot_be_pulled() {
    let Some(options) = options() else { return };
    let mut notes = Notes::default();
    let nowhere = "localhost:1/scratch-postgres-tests/none";
    let error = Server::start(&Options { image: Some(nowhere.to_owned()), version: Some(16), ..options }, &mut notes);
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains(&format!("The image {nowhere}:16 is not on this machine, and it cannot be pulled: ")),
        "{error}"
    );
    assert!(error.ends_with(&format!("docker tag IMAGE {nowhere}:16")), "{error}");
    assert!(notes.0.contains(&format!("Docker pulls the image {nowhere}:16")), "{}", notes.0);
}

#[test]
fn a_server_that_does_not_start() {
    let Some(options) = options() else { return };
    let server = Server::start(&options, &mut ()).unwrap();
    let image = server.describe().rsplit(' ').next().unwrap();
    let broken = "scratch-postgres-tests:broken";
    break_image(image, broken);
    let error = Server::start(&Options { image: Some(broken.to_owned()), ..options }, &mut ()).unwrap_err().to_string();
    with_docker(|docker| async move {
        docker.remove_image(broken, None::<RemoveImageOptions>, None).await.unwrap();
    });
    let expected = "The server in a container of scratch-postgres-tests:broken did not start: it ended before it was \
                    ready. The end of its log:\nit will not";
    assert!(error.ends_with(expected), "{error}");
}

#[test]
fn a_server_that_dies() {
    let Some(options) = options() else { return };
    let database = Server::start(&options, &mut ()).unwrap().create_database().unwrap();
    let mut superuser = database.superuser_client().unwrap();
    let error = thread::scope(|scope| {
        let script = scope.spawn(|| database.run(Script { name: "slow", sql: "SELECT pg_sleep(600)" }).unwrap_err());
        let sleepers = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        eventually("the script sleeps", || !superuser.query(sleepers, &[]).unwrap().is_empty());
        // The server is the container's first process.
        _ = superuser.batch_execute("COPY (SELECT 1) TO PROGRAM 'kill -QUIT 1'");
        script.join().unwrap().to_string()
    });
    let expected = "PostgreSQL ended unexpectedly during the script \"slow\". The end of its log:\n";
    assert!(error.starts_with(expected) && error.contains("received immediate shutdown request"), "{error}");
}

/// Creates a copy of the image that starts a failing command instead of the server.
fn break_image(image: &str, broken: &str) {
    let (repository, tag) = broken.split_once(':').unwrap();
    let change = r#"ENTRYPOINT ["sh", "-c", "echo it will not; exit 1"]"#;
    with_docker(|docker| async move {
        let config = ContainerCreateBody { image: Some(image.to_owned()), ..ContainerCreateBody::default() };
        let container = docker.create_container(None::<CreateContainerOptions>, config).await.unwrap().id;
        let commit =
            CommitContainerOptionsBuilder::new().container(&container).repo(repository).tag(tag).changes(change);
        docker.commit_container(commit.build(), ContainerConfig::default()).await.unwrap();
        docker.remove_container(&container, None::<RemoveContainerOptions>).await.unwrap();
    });
}
