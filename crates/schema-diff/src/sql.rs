//! Prints names, types, values, tables, indexes, keys and extensions as SQL, for both styles.

mod extensions;
mod indexes;
mod keys;
mod names;
mod sequences;
mod tables;
mod types;
mod values;

pub(crate) use extensions::{CreateExtension, alter_extension};
pub(crate) use indexes::IndexDefinition;
pub(crate) use keys::{ForeignKeyDefinition, primary_key_columns, primary_key_name};
pub(crate) use names::{Name, QualifiedName, Separated};
pub(crate) use sequences::{new_sequence, serial_sequence};
pub(crate) use tables::{ColumnDefinition, TableBody};
pub(crate) use types::{StoredTypeOf, TypeOf};
pub(crate) use values::{default_of, needs_value};
