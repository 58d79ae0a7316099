//! The migrations folder: names, stamps, checksums and order.
//!
//! It holds `migration_lock.toml` and, for each migration, a folder `<14 digits>_<snake_case>` with a `migration.sql`.
//! Prisma applies them in the order of the folders' names, so a name is for ever and a new one must come last.

mod checksum;
mod folder;
mod lock_file;
mod name;
mod problem;
mod stamp;

pub use checksum::sha256;
pub use folder::{Folder, Migration, NewMigration};
pub use lock_file::LOCK_FILE;
pub use name::{InvalidName, Name};
pub use problem::{Problem, ProblemKind};
pub use stamp::{NoLaterStamp, Stamp};

/// The file in a migration's folder that holds its SQL.
pub const SCRIPT: &str = "migration.sql";
