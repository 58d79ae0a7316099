//! The migrations to be written.

use migrations::{Folder, Name, NewMigration, Stamp};
use schema_diff::{Diff, Style, house};
use sql_script::Script;

use crate::{
    checkout::settings::Settings,
    terminal::exit::{Exit, Refusal},
};

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
        let parts = parts(diff, inert, style, settings);
        let names = names(name, &parts)?;
        let mut taken: Vec<String> = folder.migrations().iter().map(|migration| migration.name.clone()).collect();
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

/// The files, each with what its name says more than that of all.
fn parts(diff: &Diff<'_>, inert: &[&str], style: Style, settings: &Settings) -> Vec<(&'static str, String)> {
    let mut parts: Vec<_> = match style {
        Style::Prisma if diff.is_empty() => Vec::new(),
        Style::Prisma => vec![("", diff.to_sql())],
        Style::House => house::migrations(diff)
            .iter()
            .map(|migration| (migration.part.suffix(), migration.to_sql(&settings.lock_timeout)))
            .collect(),
    };
    // A part that is alone needs no name of its own.
    if let [(suffix, _)] = parts.as_mut_slice() {
        *suffix = "";
    }
    if !inert.is_empty() {
        let suffix = if parts.is_empty() { "" } else { "_built_elsewhere" };
        parts.push((suffix, inert_sql(inert)));
    }
    parts
}

/// The names of the parts: those that would have the same are numbered.
fn names(name: &Name, parts: &[(&str, String)]) -> anyhow::Result<Vec<Name>> {
    let suffixes = parts.iter().enumerate().map(|(place, (suffix, _))| {
        match parts[..place].iter().filter(|(other, _)| other == suffix).count() {
            0 => (*suffix).to_owned(),
            twins => format!("{suffix}_{}", twins + 1),
        }
    });
    let suffixes: Vec<_> = suffixes.collect();
    let longest = suffixes.iter().max_by_key(|suffix| suffix.len()).map_or("", String::as_str);
    let length = name.to_string().len();
    if length + longest.len() > Name::MAX_LENGTH {
        let message = format!(
            "This makes {} migrations, and one of them would be called {name}{longest}, which has {} characters, where {} \
             are the most. Nothing was written. Say it in {} characters, not in {length}.",
            parts.len(),
            length + longest.len(),
            Name::MAX_LENGTH,
            Name::MAX_LENGTH - longest.len(),
        );
        return Err(Refusal { exit: Exit::Undecided, message }.into());
    }
    suffixes.iter().map(|suffix| Ok(format!("{name}{suffix}").parse()?)).collect()
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
