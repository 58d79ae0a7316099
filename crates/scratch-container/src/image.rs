//! Choosing an image and pulling it.

use std::{collections::HashMap, fmt};

use docker_credential::DockerCredential;
use futures_util::TryStreamExt as _;
use scratch_protocol::Message;
use testcontainers_modules::testcontainers::bollard::{
    Docker,
    auth::DockerCredentials,
    errors::Error,
    models::CreateImageInfo,
    query_parameters::{CreateImageOptionsBuilder, ListImagesOptionsBuilder},
};

/// The major version that is pulled if no version is requested and no image is present.
const DEFAULT_MAJOR: u32 = 17;

/// The oldest major version that is used without being requested.
const OLDEST_MAJOR: u32 = 13;

const DEFAULT_NAME: &str = "postgres";

/// The parent's choice of an image.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ImageRequest {
    /// A major version of PostgreSQL.
    version: Option<u32>,
    /// The name of an image, with an optional tag or digest.
    image: Option<String>,
}

/// An image: its name, and its tag or digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) name: String,
    pub(crate) tag: String,
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.tag)
    }
}

impl ImageRequest {
    /// Reads `[--version N] [--image NAME[:TAG]]`.
    pub(crate) fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut request = Self::default();
        while let Some(option) = arguments.next() {
            let value = arguments.next().filter(|value| !value.is_empty());
            let usage =
                || format!("Invalid option {option:?}. Usage: scratch-container [--version N] [--image NAME[:TAG]]");
            match (option.as_str(), value) {
                ("--version", Some(number)) => request.version = Some(number.parse().map_err(|_| usage())?),
                ("--image", Some(image)) => request.image = Some(image),
                _ => return Err(usage()),
            }
        }
        Ok(request)
    }

    /// The image that the request selects. Pulls it if it is not present.
    pub(crate) async fn pull_if_missing(&self, docker: &Docker) -> Result<Image, String> {
        let (name, tag) = split(self.image.as_deref().unwrap_or(DEFAULT_NAME));
        let tag = tag.map(str::to_owned).or_else(|| self.version.map(|major| major.to_string()));
        let tag = match tag {
            Some(tag) => tag,
            None => newest_supported(&local_majors(docker, name).await).unwrap_or(DEFAULT_MAJOR).to_string(),
        };
        let image = Image { name: name.to_owned(), tag };
        match docker.inspect_image(&image.to_string()).await {
            Ok(_) => {}
            Err(Error::DockerResponseServerError { status_code: 404, .. }) => {
                if let Err(cause) = pull(docker, &image).await {
                    return Err(pull_error(&image, &cause, &local_majors(docker, name).await));
                }
            }
            Err(error) => return Err(format!("Docker could not look up the image {image}: {error}.")),
        }
        Ok(image)
    }
}

/// Splits an image into its name and its tag or digest. A colon can also precede the port of a registry.
fn split(image: &str) -> (&str, Option<&str>) {
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (image, None),
    }
}

/// The major versions among the tags of the local images with this name.
async fn local_majors(docker: &Docker, name: &str) -> Vec<u32> {
    let filters = HashMap::from([("reference", vec![name])]);
    let images = docker.list_images(Some(ListImagesOptionsBuilder::new().filters(&filters).build())).await;
    let tags = images.unwrap_or_default().into_iter().flat_map(|image| image.repo_tags);
    let mut majors: Vec<_> = tags.filter_map(|tag| split(&tag).1?.parse().ok()).collect();
    majors.sort_unstable();
    majors.dedup();
    majors
}

fn newest_supported(majors: &[u32]) -> Option<u32> {
    majors.last().copied().filter(|&major| major >= OLDEST_MAJOR)
}

async fn pull(docker: &Docker, image: &Image) -> Result<(), Error> {
    Message::Note(format!("Docker pulls the image {image}, which is not on this machine yet")).print();
    let options = CreateImageOptionsBuilder::new().from_image(&image.to_string()).build();
    let mut pulling = docker.create_image(Some(options), None, credentials(&image.name));
    let mut progress = PullProgress::default();
    while let Some(info) = pulling.try_next().await? {
        if let Some(text) = progress.update(info) {
            Message::Progress(format!("pulling {image}: {text}")).print();
        }
    }
    Ok(())
}

/// The credentials that `docker login` has stored for the registry of the image.
fn credentials(name: &str) -> Option<DockerCredentials> {
    let registry = match name.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => first,
        _ => "https://index.docker.io/v1/",
    };
    let server = DockerCredentials { serveraddress: Some(registry.to_owned()), ..DockerCredentials::default() };
    Some(match docker_credential::get_credential(registry).ok()? {
        DockerCredential::IdentityToken(token) => DockerCredentials { identitytoken: Some(token), ..server },
        DockerCredential::UsernamePassword(user, password) => {
            DockerCredentials { username: Some(user), password: Some(password), ..server }
        }
    })
}

/// The progress of a pull.
#[derive(Default)]
struct PullProgress {
    /// The downloaded bytes and all bytes, by layer.
    sizes: HashMap<String, (i64, i64)>,
    last_text: String,
}

impl PullProgress {
    /// Records an event of Docker's, and returns the new progress text if the text has changed.
    fn update(&mut self, info: CreateImageInfo) -> Option<String> {
        let (layer, progress) = (info.id?, info.progress_detail?);
        if info.status.as_deref() == Some("Downloading") {
            self.sizes.insert(layer, (progress.current?, progress.total?));
        } else if let Some((downloaded, all)) = self.sizes.get_mut(&layer) {
            *downloaded = *all;
        }
        let megabytes = |sizes: &dyn Fn(&(i64, i64)) -> i64| self.sizes.values().map(sizes).sum::<i64>() / 1_000_000;
        let text = format!("{} of {} MB", megabytes(&|it| it.0), megabytes(&|it| it.1));
        if text == self.last_text {
            return None;
        }
        self.last_text.clone_from(&text);
        Some(text)
    }
}

fn pull_error(image: &Image, cause: &Error, local: &[u32]) -> String {
    let cause = match cause {
        Error::DockerResponseServerError { message, .. } => message.clone(),
        Error::DockerStreamError { error } => error.clone(),
        other => other.to_string(),
    };
    let mut text = format!(
        "The image {image} is not on this machine, and it cannot be pulled: {}.\n\
         Name an image that can be pulled, for example from a mirror: XTASK_POSTGRES_IMAGE=mirror.example/postgres\n\
         Or give a local image this name: docker tag IMAGE {image}",
        cause.trim_end_matches(['.', '\n'])
    );
    if !local.is_empty() {
        let versions = local.iter().map(|major| format!("--postgres-version {major}")).collect::<Vec<_>>().join(" or ");
        text += &format!("\nOr use a version whose image is on this machine: {versions}");
    }
    text
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use testcontainers_modules::testcontainers::bollard::models::ProgressDetail;

    use super::*;

    fn request(arguments: &[&str]) -> Result<ImageRequest, String> {
        ImageRequest::from_arguments(arguments.iter().map(|&it| it.to_owned()))
    }

    #[test]
    fn arguments() {
        let both = ImageRequest { version: Some(16), image: Some("a/b".to_owned()) };
        assert_eq!(request(&["--version", "16", "--image", "a/b"]), Ok(both));
        assert_eq!(request(&[]), Ok(ImageRequest::default()));
        for wrong in [&["--version"], &["--version", "x"][..], &["16"]] {
            assert!(request(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn names_and_tags() {
        assert_eq!(split("postgres"), ("postgres", None));
        assert_eq!(split("postgres:16-alpine"), ("postgres", Some("16-alpine")));
        assert_eq!(split("mirror:5000/postgres"), ("mirror:5000/postgres", None));
        assert_eq!(split("mirror:5000/postgres:16"), ("mirror:5000/postgres", Some("16")));
        // A digest instead of a tag.
        assert_eq!(split("postgres@sha256:0f"), ("postgres@sha256", Some("0f")));
    }

    #[test]
    fn the_newest_local_version_is_used_unless_it_is_too_old() {
        assert_eq!(newest_supported(&[11, 15, 16]), Some(16));
        assert_eq!(newest_supported(&[11]), None);
    }

    #[test]
    fn progress_is_the_sum_of_all_layers() {
        let mut progress = PullProgress::default();
        let mut update = |layer: &str, status: &str, current, total| {
            progress.update(CreateImageInfo {
                id: Some(layer.to_owned()),
                status: Some(status.to_owned()),
                progress_detail: Some(ProgressDetail { current, total }),
                ..CreateImageInfo::default()
            })
        };
        let mega = |number: i64| Some(number * 1_000_000);
        assert_eq!(update("a", "Downloading", mega(1), mega(10)), Some("1 of 10 MB".to_owned()));
        assert_eq!(update("a", "Downloading", mega(1), mega(10)), None);
        assert_eq!(update("b", "Downloading", mega(2), mega(20)), Some("3 of 30 MB".to_owned()));
        assert_eq!(update("a", "Download complete", None, None), Some("12 of 30 MB".to_owned()));
    }

    #[test]
    fn an_image_that_cannot_be_pulled() {
        let image = Image { name: "postgres".to_owned(), tag: "17".to_owned() };
        let cause = Error::DockerStreamError { error: "no such host.".to_owned() };
        expect![[r#"
            The image postgres:17 is not on this machine, and it cannot be pulled: no such host.
            Name an image that can be pulled, for example from a mirror: XTASK_POSTGRES_IMAGE=mirror.example/postgres
            Or give a local image this name: docker tag IMAGE postgres:17
            Or use a version whose image is on this machine: --postgres-version 15"#]]
        .assert_eq(&pull_error(&image, &cause, &[15]));
    }
}
