//! The migrations folder: names, stamps, checksums and order.
//!
//! The folder contains `migration_lock.toml` and, for each migration, a folder `<14 digits>_<snake_case>` with a `migration.sql`.
//! Prisma applies the migrations in the order of their names. So a released name never changes, and a new name must sort last.

mod checksum;
mod folder;
mod lock_file;
mod name;
mod problem;
mod stamp;

pub use checksum::sha256;
pub use folder::{Folder, Migration, NewMigration};
pub use lock_file::{LOCK_FILE, LOCK_FILE_CONTENT};
pub use name::{InvalidName, Name};
pub use problem::{Problem, ProblemKind};
pub use stamp::{NoLaterStamp, Stamp};

/// The file in a migration's folder that contains its SQL.
pub const SCRIPT_FILE: &str = "migration.sql";
