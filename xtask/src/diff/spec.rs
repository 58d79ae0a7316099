//! The two sides of `diff`.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context, bail};
use prisma_schema::{DataModel, Flavour, Source};
use scratch_postgres::{Options, Replayed, Url};
use sql_schema::{DatabaseOptions, SqlSchema};

use crate::{
    checkout::{git::Git, schema},
    diff::prisma_client::Side,
    postgres_advice::advised,
    replay,
    terminal::{
        exit::{Exit, Refusal},
        output::Output,
    },
};

/// One side of a diff.
#[derive(Clone, Debug)]
pub(crate) enum Spec {
    /// No tables.
    Empty,
    /// A schema file, or a folder of schema files.
    Schema(PathBuf),
    /// A folder of migrations. They are replayed.
    Migrations(PathBuf),
    /// A schema file at a git revision.
    Git { revision: String, path: PathBuf },
    /// A running database.
    Database(String),
}

/// Loads the relational model of a [`Spec`].
pub(crate) struct Loader<'a> {
    pub(crate) flavour: Flavour,
    pub(crate) postgres: Options,
    pub(crate) output: &'a Output,
}

impl FromStr for Spec {
    type Err = Refusal;

    /// Parses a SPEC. The command parses it, not clap: a usage error of clap prints the value, which can hold a password.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Database(text.to_owned()));
        }
        match text.split_once(':') {
            None if text == "empty" => Ok(Self::Empty),
            Some(("schema", path)) if !path.is_empty() => Ok(Self::Schema(path.into())),
            Some(("migrations", path)) if !path.is_empty() => Ok(Self::Migrations(path.into())),
            Some(("git", object)) => match object.split_once(':') {
                // A leading dash would make the revision an option of git.
                Some((revision, path)) if !revision.is_empty() && !revision.starts_with('-') && !path.is_empty() => {
                    Ok(Self::Git { revision: revision.to_owned(), path: path.into() })
                }
                _ => Err(wrong_usage(text, "`git:` needs a revision and a path, as in git:main:schema.prisma")),
            },
            _ => Err(wrong_usage(
                text,
                "it must be empty, schema:PATH, migrations:DIR, git:REF:PATH or a postgresql:// URL",
            )),
        }
    }
}

fn wrong_usage(spec: &str, why: &str) -> Refusal {
    // A mistyped URL can hold a password.
    let shown = if spec.contains('@') { "with an @".to_owned() } else { format!("{spec:?}") };
    Refusal { exit: Exit::WrongUsage, message: format!("The SPEC {shown} is invalid: {why}.") }
}

impl Loader<'_> {
    /// Loads both sides. A database is read in the namespaces of the other side's schema.
    pub(crate) fn load(&self, from: &Spec, to: &Spec) -> anyhow::Result<(SqlSchema, SqlSchema)> {
        let (from_model, to_model) = (self.data_model(from)?, self.data_model(to)?);
        let options = match to_model.as_ref().or(from_model.as_ref()) {
            Some(data_model) => DatabaseOptions::for_data_model(data_model, self.flavour),
            None => DatabaseOptions { flavour: self.flavour, ..DatabaseOptions::default() },
        };
        let load = |spec, model: Option<DataModel>| match model {
            Some(model) => Ok(SqlSchema::from_data_model(&model, self.flavour)),
            None => self.read(spec, &options),
        };
        Ok((load(from, from_model)?, load(to, to_model)?))
    }

    /// The side as an argument for Prisma's own client.
    pub(crate) fn side(&self, spec: &Spec) -> anyhow::Result<Side> {
        Ok(match (spec, sources(spec)?) {
            (_, Some(sources)) => Side::Schema(sources),
            (Spec::Migrations(path), _) => Side::Replayed(self.replay(path)?.into_database()),
            (Spec::Database(url), _) => Side::Database(url.clone()),
            _ => Side::Empty,
        })
    }

    fn data_model(&self, spec: &Spec) -> anyhow::Result<Option<DataModel>> {
        let Some(sources) = sources(spec)? else { return Ok(None) };
        schema::data_model(&sources, self.flavour, self.output).map(Some)
    }

    fn read(&self, spec: &Spec, options: &DatabaseOptions) -> anyhow::Result<SqlSchema> {
        match spec {
            Spec::Migrations(path) => {
                let replayed = self.replay(path)?;
                Ok(SqlSchema::from_database(&mut replayed.client()?, options)?)
            }
            Spec::Database(url) => read_database(url, options),
            Spec::Empty | Spec::Schema(_) | Spec::Git { .. } => Ok(SqlSchema::default()),
        }
    }

    fn replay(&self, path: &Path) -> anyhow::Result<Replayed> {
        let folder = replay::read_folder(path)?;
        replay::require_replayable(&folder, self.output)?;
        replay::replay(&folder, &self.postgres, self.output)
    }
}

/// The files of a schema, if `spec` names a schema.
fn sources(spec: &Spec) -> anyhow::Result<Option<Vec<Source>>> {
    Ok(match spec {
        Spec::Schema(path) => Some(schema::read(path)?),
        Spec::Git { revision, path } => Some(vec![read_committed(revision, path)?]),
        Spec::Empty | Spec::Migrations(_) | Spec::Database(_) => None,
    })
}

fn read_committed(revision: &str, path: &Path) -> anyhow::Result<Source> {
    let Some(git) = Git::find(Path::new("."))? else { bail!("The current directory is not in a git repository.") };
    let name = format!("{revision}:{}", path.display());
    let text = git.read(&name).with_context(|| format!("git cannot read {name}."))?;
    Ok(Source::new(name, text))
}

fn read_database(url: &str, options: &DatabaseOptions) -> anyhow::Result<SqlSchema> {
    let mut client = url.parse().and_then(|url: Url| url.connect()).map_err(advised)?;
    client.batch_execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")?;
    if let Some(namespace) = prisma_namespace(url) {
        client.execute("SELECT set_config('search_path', quote_ident($1), false)", &[&namespace])?;
    }
    Ok(SqlSchema::from_database(&mut client, options)?)
}

/// The default namespace: the parameter `schema` of a Prisma URL.
fn prisma_namespace(url: &str) -> Option<&str> {
    let (_, parameters) = url.split_once('?')?;
    parameters.split('&').find_map(|parameter| parameter.strip_prefix("schema="))
}
