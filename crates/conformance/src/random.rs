//! Generates schemas and databases, and compares the answers of Prisma's engine with ours.
//!
//! Each input has a seed, one higher than the seed of the input before it. The seed generates the same input again.

mod corrupt;
mod databases;
mod deployable;
mod generator;
mod inputs;
mod mutate;
mod print;
mod reduce;
mod repair;
mod schema;
mod schemas;
mod search;
mod sql_types;
mod vocabulary;

pub use search::{Limits, databases, deployable, pairs, validation};
