//! `[workspace.metadata.migrations]` of the root's `Cargo.toml`: the one place for settings.

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use fs_err as fs;
use prisma_schema::Flavour;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::cli::Style;

/// What a checkout says about its migrations. Paths are relative to its root. The defaults are LiteLLM's layout.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// The schema that is the source of truth.
    pub(crate) schema: PathBuf,
    /// Its copies.
    pub(crate) copies: Vec<PathBuf>,
    /// The folder of migrations.
    pub(crate) folder: PathBuf,
    /// The branch that branches are merged into; origin's default branch if it is not said.
    pub(crate) base: Option<String>,
    /// The Prisma that is followed.
    #[serde(with = "flavour")]
    pub(crate) prisma: Flavour,
    /// The major version of PostgreSQL to work with; the highest that is there if it is not said.
    pub(crate) postgres_version: Option<u32>,
    /// How migrations are written.
    pub(crate) style: Style,
    /// How long a migration waits for a lock.
    pub(crate) lock_timeout: String,
    /// Indexes that the schema has and a job builds: no migration makes or drops them.
    pub(crate) built_elsewhere: Vec<String>,
    /// Tables that are too large and too busy for a statement that blocks them.
    pub(crate) hot_tables: Vec<String>,
    /// How the name of every table begins.
    pub(crate) table_prefix: String,
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
    /// Reads the settings in the `Cargo.toml` at `manifest`. Without one, or without settings in it, the defaults hold.
    pub(crate) fn read(manifest: &Path) -> anyhow::Result<Self> {
        match fs::read_to_string(manifest) {
            Ok(text) => Self::parse(&text).with_context(|| format!("{} has invalid settings.", manifest.display())),
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
        settings.try_into().context("A value in [workspace.metadata.migrations] is not what it should be.")
    }
}

/// Settings hold a flavour as the number of Prisma's major version.
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
        "[workspace.metadata.migrations] has the unknown key `{unknown}`.{suggestion} The known ones are: {}.",
        known.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn without_settings_the_defaults_hold() {
        for manifest in ["", "[workspace]\nmembers = []\n", "[workspace.metadata.other]\nx = 1\n"] {
            assert_eq!(Settings::parse(manifest).unwrap(), Settings::default());
        }
    }

    #[test]
    fn what_is_said_is_taken_and_the_rest_is_default() {
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
                [workspace.metadata.migrations] has the unknown key `copy`. Did you mean `copies`? The known ones are: base, built-elsewhere, copies, folder, hot-tables, lock-timeout, postgres-version, prisma, schema, style, table-prefix.
            "#]],
        );
        check(
            "zzz = 1",
            &expect![[r#"
                [workspace.metadata.migrations] has the unknown key `zzz`. The known ones are: base, built-elsewhere, copies, folder, hot-tables, lock-timeout, postgres-version, prisma, schema, style, table-prefix.
            "#]],
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named() {
        check(
            "folder = 1",
            &expect![[r#"
            A value in [workspace.metadata.migrations] is not what it should be.
            invalid type: integer `1`, expected path string
            in `folder`

        "#]],
        );
        check(
            "prisma = 4",
            &expect![[r#"
            A value in [workspace.metadata.migrations] is not what it should be.
            unknown Prisma version "4": 5, 6 and 7 are known
            in `prisma`

        "#]],
        );
        check(
            "prisma = \"five\"",
            &expect![[r#"
                A value in [workspace.metadata.migrations] is not what it should be.
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
