//! The relational model of a PostgreSQL database, from a data model or a live server.

mod from_data_model;
mod from_database;
mod model;

pub use from_database::{DatabaseOptions, ReadDatabaseError};
pub use model::*;
