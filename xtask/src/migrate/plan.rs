//! The migrations to write.

use migrations::{Name, NewMigration, Stamp};
use schema_diff::{Diff, Style, deployable};
use sql_script::Script;

use super::context::MigrateContext;
use crate::terminal::exit::{Exit, Refusal};

/// The migrations to write, in order.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) migrations: Vec<NewMigration>,
    folders: Vec<String>,
}

impl Plan {
    /// Plans the migrations for `diff`, and an inert one that mentions the indexes that a job builds. The first is called
    /// `name`; all of them come after the existing migrations.
    pub(super) fn new(
        context: &MigrateContext<'_>,
        diff: &Diff<'_>,
        built_elsewhere: &[String],
        name: &Name,
    ) -> anyhow::Result<Self> {
        let parts = parts(context, diff, built_elsewhere);
        let names = names(name, &parts)?;
        let mut taken: Vec<String> =
            context.folder.migrations().iter().map(|migration| migration.name.clone()).collect();
        let mut migrations = Vec::with_capacity(parts.len());
        for ((_, sql), name) in parts.into_iter().zip(names) {
            let stamp = Stamp::now().after(taken.iter().map(String::as_str))?;
            let migration = NewMigration { stamp, name, sql };
            taken.push(migration.folder());
            migrations.push(migration);
        }
        let folders = migrations.iter().map(NewMigration::folder).collect();
        Ok(Self { migrations, folders })
    }

    pub(super) fn scripts(&self) -> Vec<Script<'_>> {
        let scripts = self.folders.iter().zip(&self.migrations);
        scripts.map(|(name, migration)| Script { name, sql: &migration.sql }).collect()
    }

    /// The SQL of all migrations. If there are several, each begins with its name.
    pub(super) fn sql(&self) -> String {
        match self.migrations.as_slice() {
            [only] => only.sql.clone(),
            several => {
                let file = |migration: &NewMigration| format!("-- {}\n\n{}", migration.name, migration.sql);
                several.iter().map(file).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// The SQL of each migration, with the suffix of its name.
fn parts(context: &MigrateContext<'_>, diff: &Diff<'_>, built_elsewhere: &[String]) -> Vec<(&'static str, String)> {
    let lock_timeout = &context.checkout.settings.lock_timeout;
    let mut parts: Vec<_> = match context.style {
        Style::Prisma if diff.is_empty() => Vec::new(),
        Style::Prisma => vec![("", diff.to_sql())],
        Style::Deployable => deployable::migrations(diff)
            .iter()
            .map(|migration| (migration.part.suffix(), migration.to_sql(lock_timeout)))
            .collect(),
    };
    // A single part needs no suffix.
    if let [(suffix, _)] = parts.as_mut_slice() {
        *suffix = "";
    }
    if !built_elsewhere.is_empty() {
        let suffix = if parts.is_empty() { "" } else { "_built_elsewhere" };
        parts.push((suffix, inert_sql(built_elsewhere)));
    }
    parts
}

/// The names of the parts. Equal names are numbered.
fn names(name: &Name, parts: &[(&str, String)]) -> anyhow::Result<Vec<Name>> {
    let suffixes = parts.iter().enumerate().map(|(index, (suffix, _))| {
        match parts[..index].iter().filter(|(other, _)| other == suffix).count() {
            0 => (*suffix).to_owned(),
            earlier => format!("{suffix}_{}", earlier + 1),
        }
    });
    let suffixes: Vec<_> = suffixes.collect();
    let longest = suffixes.iter().max_by_key(|suffix| suffix.len()).map_or("", String::as_str);
    let length = name.to_string().len();
    if length + longest.len() > Name::MAX_LENGTH {
        let message = format!(
            "The name is too long. The change needs {} migrations, and the name {name}{longest} would have {} characters \
             (the maximum is {}). Nothing was written. Use at most {} characters instead of {length}.",
            parts.len(),
            length + longest.len(),
            Name::MAX_LENGTH,
            Name::MAX_LENGTH - longest.len(),
        );
        return Err(Refusal { exit: Exit::DecisionNeeded, message }.into());
    }
    suffixes.iter().map(|suffix| Ok(format!("{name}{suffix}").parse()?)).collect()
}

/// A migration without effect. It documents why the schema has indexes that no migration creates.
fn inert_sql(indexes: &[String]) -> String {
    let list: String = indexes.iter().map(|index| format!("--   {index}\n")).collect();
    format!(
        "-- A job builds these indexes of the schema: their tables are too large to be indexed by a migration.\n\
         {list}SELECT 1;\n"
    )
}

/// Suggests a name that says what the diff does.
pub(super) fn suggest_name(diff: &Diff<'_>, built_elsewhere: &[String]) -> String {
    match built_elsewhere {
        [index, ..] if diff.is_empty() => {
            let words = index.to_ascii_lowercase();
            format!("declare_{}", words.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
        }
        _ => diff.suggest_name(),
    }
}
