//! Searches for differences between Prisma's answers and ours, in schemas and databases that are made up.
//!
//! Every subject has a seed of its own, which is one more than that of the subject before, and can be made up again from it.

mod damage;
mod database;
mod dice;
mod generate;
mod house;
mod mutate;
mod reduce;
mod repair;
mod schema;
mod search;
mod sql_types;
mod subjects;
mod vocabulary;
mod write;

pub use search::{Limits, databases, house, pairs, verdicts};
