//! The migrations to be written.

use migrations::{Folder, Name, NewMigration, Stamp};
use schema_diff::{Diff, Style, house};
use scratch_postgres::Script;

use crate::settings::Settings;

/// Migrations, in the order in which they are applied.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) migrations: Vec<NewMigration>,
    folders: Vec<String>,
}

impl Plan {
    /// What takes the steps of `diff`, and what has to be known of `inert` indexes, which a job builds. The first migration is
    /// called `name`, and comes after those in `folder`.
    pub(crate) fn new(
        diff: &Diff<'_>,
        inert: &[&str],
        style: Style,
        name: &Name,
        folder: &Folder,
        settings: &Settings,
    ) -> anyhow::Result<Self> {
        let mut parts: Vec<(String, String)> = match style {
            Style::Prisma if diff.is_empty() => Vec::new(),
            Style::Prisma => vec![(name.to_string(), diff.to_sql())],
            Style::House => {
                let migrations = house::migrations(diff);
                // A part that is alone needs no name of its own.
                let suffix = |part: house::Part| if migrations.len() == 1 { "" } else { part.suffix() };
                let named = migrations.iter().map(|migration| {
                    let sql = migration.to_sql(&settings.lock_timeout);
                    ([&name.to_string(), suffix(migration.part)].join("_").trim_end_matches('_').to_owned(), sql)
                });
                named.collect()
            }
        };
        if !inert.is_empty() {
            let name = if parts.is_empty() { name.to_string() } else { format!("{name}_built_elsewhere") };
            parts.push((name, inert_sql(inert)));
        }
        let mut names: Vec<String> = folder.migrations().iter().map(|migration| migration.name.clone()).collect();
        let mut migrations = Vec::with_capacity(parts.len());
        for (number, (name, sql)) in parts.iter().enumerate() {
            let stamp = Stamp::now().after(names.iter().map(String::as_str))?;
            let twins = parts[..number].iter().filter(|(other, _)| other == name).count();
            let name = if twins == 0 { name.clone() } else { format!("{name}_{}", twins + 1) };
            let migration = NewMigration { stamp, name: name.parse()?, sql: sql.clone() };
            names.push(migration.folder());
            migrations.push(migration);
        }
        let folders = migrations.iter().map(NewMigration::folder).collect();
        Ok(Self { migrations, folders })
    }

    pub(crate) fn scripts(&self) -> Vec<Script<'_>> {
        let scripts = self.folders.iter().zip(&self.migrations);
        scripts.map(|(name, migration)| Script { name, sql: &migration.sql }).collect()
    }

    /// All of the SQL. Where there are several files, each begins with its name.
    pub(crate) fn sql(&self) -> String {
        match self.migrations.as_slice() {
            [only] => only.sql.clone(),
            several => {
                let file = |migration: &NewMigration| format!("-- {}\n\n{}", migration.name, migration.sql);
                several.iter().map(file).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// A migration that does nothing, so that the history says why the schema has more than the migrations make.
fn inert_sql(indexes: &[&str]) -> String {
    let list: String = indexes.iter().map(|index| format!("--   {index}\n")).collect();
    format!(
        "-- The schema has these indexes, and a job builds them: their tables are too large to be indexed by a migration.\n\
         {list}SELECT 1;\n"
    )
}

/// A name for what the diff does.
pub(crate) fn suggest_name(diff: &Diff<'_>, inert: &[&str]) -> String {
    match inert {
        [index, ..] if diff.is_empty() => {
            let words = index.to_ascii_lowercase();
            format!("declare_{}", words.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
        }
        _ => diff.suggest_name(),
    }
}
