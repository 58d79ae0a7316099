//! The settings: `[workspace.metadata.migrations]` of the root's `Cargo.toml`.

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::ValueEnum;
use prisma_schema::Flavour;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

/// The settings of a checkout. Paths are relative to its root. The defaults match LiteLLM's layout.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// The root schema: the source of truth.
    pub(crate) schema: PathBuf,
    /// The copies of the root schema.
    pub(crate) copies: Vec<PathBuf>,
    /// The folder of migrations.
    pub(crate) folder: PathBuf,
    /// The base branch. By default, the default branch of `origin`.
    pub(crate) base: Option<String>,
    /// The major version of Prisma to follow.
    #[serde(with = "flavour")]
    pub(crate) prisma: Flavour,
    /// The major version of PostgreSQL to use. By default, the highest available.
    pub(crate) postgres_version: Option<u32>,
    /// The style of new migrations.
    pub(crate) style: Style,
    /// The `lock_timeout` of new migrations.
    pub(crate) lock_timeout: String,
    /// Indexes of the schema that a job builds: no migration creates or drops them.
    pub(crate) built_elsewhere: Vec<String>,
    /// Tables that are too large and too busy for a blocking statement.
    pub(crate) hot_tables: Vec<String>,
    /// The prefix of every table name.
    pub(crate) table_prefix: String,
}

/// The style of the SQL in new migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Style {
    /// Deployable SQL: idempotent, and without long locks
    House,
    /// Prisma's own SQL
    Prisma,
}

impl From<Style> for schema_diff::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::House => Self::Deployable,
            Style::Prisma => Self::Prisma,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schema: "schema.prisma".into(),
            copies: vec![
                "litellm/proxy/schema.prisma".into(),
                "litellm-proxy-extras/litellm_proxy_extras/schema.prisma".into(),
            ],
            folder: "litellm-proxy-extras/litellm_proxy_extras/migrations".into(),
            base: None,
            prisma: Flavour::V5,
            postgres_version: None,
            style: Style::House,
            lock_timeout: "10s".to_owned(),
            built_elsewhere: Vec::new(),
            hot_tables: vec!["LiteLLM_SpendLogs".to_owned()],
            table_prefix: "LiteLLM_".to_owned(),
        }
    }
}

impl Settings {
    /// The settings that name paths, with their values.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let copies = self.copies.iter().map(|copy| ("copies", copy.as_path()));
        [("schema", self.schema.as_path()), ("folder", self.folder.as_path())].into_iter().chain(copies)
    }

    /// Reads the settings from the `Cargo.toml` at `manifest`. A missing file or section means the defaults.
    pub(crate) fn read(manifest: &Path) -> anyhow::Result<Self> {
        match safe_read::read(manifest) {
            Ok(text) => String::from_utf8(text)
                .map_err(Into::into)
                .and_then(|text| Self::parse(&text))
                .with_context(|| format!("The settings in {} are invalid.", manifest.display())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    fn parse(manifest: &str) -> anyhow::Result<Self> {
        let manifest: Table = manifest.parse()?;
        let settings = ["workspace", "metadata", "migrations"]
            .iter()
            .try_fold(&Value::Table(manifest), |table, key| table.get(key))
            .cloned();
        let Some(settings) = settings else { return Ok(Self::default()) };
        let Value::Table(table) = &settings else { bail!("`migrations` in [workspace.metadata] must be a table.") };
        let known = known_keys()?;
        if let Some(unknown) = table.keys().find(|key| !known.contains(key)) {
            bail!("{}", unknown_key(unknown, &known));
        }
        settings.try_into().context("A value in [workspace.metadata.migrations] has the wrong type.")
    }
}

/// In the settings, a flavour is the number of Prisma's major version.
mod flavour {
    use prisma_schema::Flavour;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(flavour: &Flavour, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(flavour)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Flavour, D::Error> {
        u32::deserialize(deserializer)?.to_string().parse().map_err(D::Error::custom)
    }
}

fn known_keys() -> anyhow::Result<Vec<String>> {
    let defaults: serde_json::Map<_, _> = serde_json::from_value(serde_json::to_value(Settings::default())?)?;
    Ok(defaults.into_iter().map(|(key, _)| key).collect())
}

fn unknown_key(unknown: &str, known: &[String]) -> String {
    let nearest = known.iter().max_by(|a, b| strsim::jaro(a, unknown).total_cmp(&strsim::jaro(b, unknown)));
    let suggestion = match nearest {
        Some(nearest) if strsim::jaro(nearest, unknown) > 0.7 => format!(" Did you mean `{nearest}`?"),
        _ => String::new(),
    };
    format!(
        "[workspace.metadata.migrations] has the unknown key `{unknown}`.{suggestion} The known keys are: {}.",
        known.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn missing_settings_mean_the_defaults() {
        for manifest in ["", "[workspace]\nmembers = []\n", "[workspace.metadata.other]\nx = 1\n"] {
            assert_eq!(Settings::parse(manifest).unwrap(), Settings::default());
        }
    }

    #[test]
    fn set_keys_override_the_defaults() {
        let settings =
            Settings::parse("[workspace.metadata.migrations]\ncopies = [\"a/b.prisma\"]\nbase = \"staging\"\n")
                .unwrap();
        let expected =
            Settings { copies: vec!["a/b.prisma".into()], base: Some("staging".to_owned()), ..Settings::default() };
        assert_eq!(settings, expected);
    }

    #[test]
    fn an_unknown_key_is_named() {
        check(
            "copy = []",
            &expect![[r#"
                [workspace.metadata.migrations] has the unknown key `copy`. Did you mean `copies`? The known keys are: base, built-elsewhere, copies, folder, hot-tables, lock-timeout, postgres-version, prisma, schema, style, table-prefix.
            "#]],
        );
        check(
            "zzz = 1",
            &expect![[r#"
                [workspace.metadata.migrations] has the unknown key `zzz`. The known keys are: base, built-elsewhere, copies, folder, hot-tables, lock-timeout, postgres-version, prisma, schema, style, table-prefix.
            "#]],
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named() {
        check(
            "folder = 1",
            &expect![[r#"
            A value in [workspace.metadata.migrations] has the wrong type.
            invalid type: integer `1`, expected path string
            in `folder`

        "#]],
        );
        check(
            "prisma = 4",
            &expect![[r#"
            A value in [workspace.metadata.migrations] has the wrong type.
            unknown Prisma version "4": 5, 6 and 7 are known
            in `prisma`

        "#]],
        );
        check(
            "prisma = \"five\"",
            &expect![[r#"
                A value in [workspace.metadata.migrations] has the wrong type.
                invalid type: string "five", expected u32
                in `prisma`

            "#]],
        );
    }

    fn check(settings: &str, expected: &Expect) {
        let error = Settings::parse(&format!("[workspace.metadata.migrations]\n{settings}\n")).unwrap_err();
        expected.assert_eq(&error.chain().map(|cause| format!("{cause}\n")).collect::<String>());
    }
}
