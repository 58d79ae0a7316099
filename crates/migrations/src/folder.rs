//! Reading and extending a migrations folder.

use std::{
    io,
    path::{Path, PathBuf},
};

use fs_err as fs;

use crate::{LOCK_FILE, LOCK_FILE_CONTENT, Name, Problem, ProblemKind, SCRIPT_FILE, Stamp, lock_file, sha256};

/// The content of a migrations folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    exists: bool,
    migrations: Vec<Migration>,
    problems: Vec<Problem>,
}

/// A migration that exists in the folder.
#[derive(Debug)]
pub struct Migration {
    /// The name of its folder: the stamp, an underscore and the descriptive name.
    pub name: String,
    /// The path of its script.
    pub path: PathBuf,
    /// The text of its script.
    pub sql: String,
}

/// A migration that is not written yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMigration {
    /// The stamp that its folder's name begins with.
    pub stamp: Stamp,
    /// The descriptive name.
    pub name: Name,
    /// The text of its script.
    pub sql: String,
}

impl Folder {
    /// Reads the folder at `path`. A missing folder counts as empty.
    ///
    /// # Errors
    /// If `path` is not a folder or cannot be listed. Faults of its content are [`Problem`]s, not errors.
    pub fn read(path: &Path) -> io::Result<Self> {
        let mut folder = Self { path: path.to_owned(), exists: true, migrations: Vec::new(), problems: Vec::new() };
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self { exists: false, ..folder }),
            Err(error) => return Err(error),
        };
        let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            // Hidden entries belong to other programs, or to `atomic_write` while it writes a migration.
            if entry.file_name().as_encoded_bytes().starts_with(b".") || entry.file_name() == LOCK_FILE {
                continue;
            }
            match read_migration(&entry.path()) {
                Ok(migration) => folder.migrations.push(migration),
                Err(kind) => folder.problems.push(Problem { path: entry.path(), kind }),
            }
        }
        folder.problems.extend(lock_file::problem(path));
        Ok(folder)
    }

    /// The path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the folder exists.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.exists
    }

    /// The migrations, in the order in which Prisma applies them.
    #[must_use]
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// The faults of the folder's content.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Writes new migrations in one atomic step and returns the paths of their scripts. Creates a missing folder together with its
    /// lock file.
    ///
    /// # Errors
    /// If a migration cannot be written. The folder is then unchanged.
    pub fn add(&self, migrations: &[NewMigration]) -> io::Result<Vec<PathBuf>> {
        let scripts: Vec<_> = migrations.iter().map(|new| Path::new(&new.folder()).join(SCRIPT_FILE)).collect();
        let contents = migrations.iter().map(|new| new.sql.as_bytes());
        if self.exists {
            let script = Path::new(SCRIPT_FILE);
            let folders =
                migrations.iter().zip(contents).map(|(new, sql)| (self.path.join(new.folder()), vec![(script, sql)]));
            atomic_write::create_folders(&folders.collect::<Vec<_>>())?;
        } else {
            let lock = (Path::new(LOCK_FILE), LOCK_FILE_CONTENT.as_bytes());
            let files = [lock].into_iter().chain(scripts.iter().map(PathBuf::as_path).zip(contents));
            atomic_write::create_folders(&[(self.path.clone(), files.collect())])?;
        }
        Ok(scripts.iter().map(|script| self.path.join(script)).collect())
    }

    /// Renames migrations in one atomic step. Each pair is an old and a new folder name.
    ///
    /// # Errors
    /// If a migration cannot be renamed. The folder is then unchanged.
    pub fn rename(&self, renames: &[(String, String)]) -> io::Result<()> {
        let paths = renames.iter().map(|(old, new)| (self.path.join(old), self.path.join(new)));
        atomic_write::rename_all(&paths.collect::<Vec<_>>())
    }
}

impl NewMigration {
    /// The name of its folder.
    #[must_use]
    pub fn folder(&self) -> String {
        format!("{}_{}", self.stamp, self.name)
    }
}

impl Migration {
    /// The SHA-256 of the script, as Prisma stores it in `_prisma_migrations`.
    #[must_use]
    pub fn checksum(&self) -> String {
        sha256(self.sql.as_bytes())
    }
}

fn read_migration(folder: &Path) -> Result<Migration, ProblemKind> {
    let file_type = fs::symlink_metadata(folder).map_err(ProblemKind::Unreadable)?.file_type();
    if file_type.is_symlink() {
        return Err(ProblemKind::SymbolicLink);
    }
    if !file_type.is_dir() {
        return Err(ProblemKind::StrayFile);
    }
    let Some(name) = folder.file_name().and_then(|name| name.to_str()) else {
        return Err(ProblemKind::NameNotUtf8);
    };
    let path = folder.join(SCRIPT_FILE);
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_symlink() => return Err(ProblemKind::ScriptIsSymbolicLink),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let is_empty = fs::read_dir(folder).map_err(ProblemKind::Unreadable)?.next().is_none();
            return Err(if is_empty { ProblemKind::EmptyFolder } else { ProblemKind::NoScript });
        }
        Err(error) => return Err(ProblemKind::Unreadable(error)),
    }
    let script = safe_read::read(&path).map_err(ProblemKind::Unreadable)?;
    let sql = String::from_utf8(script)
        .map_err(|error| ProblemKind::ScriptNotUtf8 { offset: error.utf8_error().valid_up_to() })?;
    Ok(Migration { name: name.to_owned(), path, sql })
}
