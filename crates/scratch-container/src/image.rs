//! Which image, and how it comes to this machine.

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

/// What is pulled if nothing is asked for and nothing is there.
const DEFAULT_MAJOR: u32 = 17;

/// The oldest major version that is taken unless it is asked for.
const OLDEST_MAJOR: u32 = 13;

const DEFAULT_NAME: &str = "postgres";

/// What the parent asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The major version of PostgreSQL.
    version: Option<u32>,
    /// An image: a name, and a tag or digest if it need be that very one.
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

impl Wanted {
    /// Reads `[--version N] [--image NAME[:TAG]]`.
    pub(crate) fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wanted = Self::default();
        while let Some(option) = arguments.next() {
            let value = arguments.next().filter(|value| !value.is_empty());
            let usage = || format!("{option:?} is none of `--version N` and `--image NAME[:TAG]`.");
            match (option.as_str(), value) {
                ("--version", Some(number)) => wanted.version = Some(number.parse().map_err(|_| usage())?),
                ("--image", Some(image)) => wanted.image = Some(image),
                _ => return Err(usage()),
            }
        }
        Ok(wanted)
    }

    /// The image, pulled if it is not on this machine yet.
    pub(crate) async fn provide(&self, docker: &Docker) -> Result<Image, String> {
        let (name, tag) = split(self.image.as_deref().unwrap_or(DEFAULT_NAME));
        let tag = tag.map(str::to_owned).or_else(|| self.version.map(|major| major.to_string()));
        let tag = match tag {
            Some(tag) => tag,
            None => highest(&majors_here(docker, name).await).unwrap_or(DEFAULT_MAJOR).to_string(),
        };
        let image = Image { name: name.to_owned(), tag };
        match docker.inspect_image(&image.to_string()).await {
            Ok(_) => {}
            Err(Error::DockerResponseServerError { status_code: 404, .. }) => {
                if let Err(cause) = pull(docker, &image).await {
                    return Err(cannot_be_pulled(&image, &cause, &majors_here(docker, name).await));
                }
            }
            Err(error) => return Err(format!("Docker does not tell whether it has the image {image}: {error}.")),
        }
        Ok(image)
    }
}

/// The name, and the tag or digest if there is one. A registry can have a port, too.
fn split(image: &str) -> (&str, Option<&str>) {
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (image, None),
    }
}

/// The major versions that images of this name on this machine are tagged with.
async fn majors_here(docker: &Docker, name: &str) -> Vec<u32> {
    let filters = HashMap::from([("reference", vec![name])]);
    let images = docker.list_images(Some(ListImagesOptionsBuilder::new().filters(&filters).build())).await;
    let tags = images.unwrap_or_default().into_iter().flat_map(|image| image.repo_tags);
    let mut majors: Vec<_> = tags.filter_map(|tag| split(&tag).1?.parse().ok()).collect();
    majors.sort_unstable();
    majors.dedup();
    majors
}

fn highest(majors: &[u32]) -> Option<u32> {
    majors.last().copied().filter(|&major| major >= OLDEST_MAJOR)
}

async fn pull(docker: &Docker, image: &Image) -> Result<(), Error> {
    Message::Note(format!("Docker pulls the image {image}, which is not on this machine yet")).print();
    let options = CreateImageOptionsBuilder::new().from_image(&image.to_string()).build();
    let mut pulling = docker.create_image(Some(options), None, credentials(&image.name));
    let mut layers = Layers::default();
    while let Some(news) = pulling.try_next().await? {
        if let Some(text) = layers.update(news) {
            Message::Progress(format!("pulling {image}: {text}")).print();
        }
    }
    Ok(())
}

/// What `docker login` has kept for the registry of the image.
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

/// How much of each layer has come.
#[derive(Default)]
struct Layers {
    /// Of each, the bytes that have come and all of them.
    sizes: HashMap<String, (i64, i64)>,
    said: String,
}

impl Layers {
    /// What is to be said after these news, if it is something new.
    fn update(&mut self, news: CreateImageInfo) -> Option<String> {
        let (layer, progress) = (news.id?, news.progress_detail?);
        if news.status.as_deref() == Some("Downloading") {
            self.sizes.insert(layer, (progress.current?, progress.total?));
        } else if let Some((come, all)) = self.sizes.get_mut(&layer) {
            *come = *all;
        }
        let megabytes = |sizes: &dyn Fn(&(i64, i64)) -> i64| self.sizes.values().map(sizes).sum::<i64>() / 1_000_000;
        let text = format!("{} of {} MB", megabytes(&|it| it.0), megabytes(&|it| it.1));
        if text == self.said {
            return None;
        }
        self.said.clone_from(&text);
        Some(text)
    }
}

fn cannot_be_pulled(image: &Image, cause: &Error, here: &[u32]) -> String {
    let cause = match cause {
        Error::DockerResponseServerError { message, .. } => message.clone(),
        Error::DockerStreamError { error } => error.clone(),
        other => other.to_string(),
    };
    let mut text = format!(
        "The image {image} is not on this machine, and it cannot be pulled: {}.\n\
         Name one that can, such as that of a mirror, with XTASK_POSTGRES_IMAGE=mirror.example/postgres, or give one \
         that is here this name: docker tag IMAGE {image}",
        cause.trim_end_matches(['.', '\n'])
    );
    if !here.is_empty() {
        let here = here.iter().map(|major| format!("`--postgres-version {major}`")).collect::<Vec<_>>().join(" or ");
        text += &format!("\nWhat is here can be had with {here}.");
    }
    text
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use testcontainers_modules::testcontainers::bollard::models::ProgressDetail;

    use super::*;

    fn wanted(arguments: &[&str]) -> Result<Wanted, String> {
        Wanted::from_arguments(arguments.iter().map(|&it| it.to_owned()))
    }

    #[test]
    fn arguments() {
        let both = Wanted { version: Some(16), image: Some("a/b".to_owned()) };
        assert_eq!(wanted(&["--version", "16", "--image", "a/b"]), Ok(both));
        assert_eq!(wanted(&[]), Ok(Wanted::default()));
        for wrong in [&["--version"], &["--version", "x"][..], &["16"]] {
            assert!(wanted(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn names_and_tags() {
        assert_eq!(split("postgres"), ("postgres", None));
        assert_eq!(split("postgres:16-alpine"), ("postgres", Some("16-alpine")));
        assert_eq!(split("mirror:5000/postgres"), ("mirror:5000/postgres", None));
        assert_eq!(split("mirror:5000/postgres:16"), ("mirror:5000/postgres", Some("16")));
        // A digest takes the tag's place.
        assert_eq!(split("postgres@sha256:0f"), ("postgres@sha256", Some("0f")));
    }

    #[test]
    fn the_highest_version_here_is_taken_unless_it_is_ancient() {
        assert_eq!(highest(&[11, 15, 16]), Some(16));
        assert_eq!(highest(&[11]), None);
    }

    #[test]
    fn progress_is_the_sum_of_all_layers() {
        let mut layers = Layers::default();
        let mut news = |layer: &str, status: &str, current, total| {
            layers.update(CreateImageInfo {
                id: Some(layer.to_owned()),
                status: Some(status.to_owned()),
                progress_detail: Some(ProgressDetail { current, total }),
                ..CreateImageInfo::default()
            })
        };
        let mega = |number: i64| Some(number * 1_000_000);
        assert_eq!(news("a", "Downloading", mega(1), mega(10)), Some("1 of 10 MB".to_owned()));
        assert_eq!(news("a", "Downloading", mega(1), mega(10)), None);
        assert_eq!(news("b", "Downloading", mega(2), mega(20)), Some("3 of 30 MB".to_owned()));
        assert_eq!(news("a", "Download complete", None, None), Some("12 of 30 MB".to_owned()));
    }

    #[test]
    fn an_image_that_cannot_be_had() {
        let image = Image { name: "postgres".to_owned(), tag: "17".to_owned() };
        let cause = Error::DockerStreamError { error: "no such host.".to_owned() };
        expect![[r#"
            The image postgres:17 is not on this machine, and it cannot be pulled: no such host.
            Name one that can, such as that of a mirror, with XTASK_POSTGRES_IMAGE=mirror.example/postgres, or give one that is here this name: docker tag IMAGE postgres:17
            What is here can be had with `--postgres-version 15`."#]].assert_eq(&cannot_be_pulled(&image, &cause, &[15]));
    }
}
