//! Prints names, types, values, tables, indexes, keys and extensions as SQL, for both styles.

pub(crate) mod extensions;
pub(crate) mod indexes;
pub(crate) mod keys;
pub(crate) mod names;
pub(crate) mod sequences;
pub(crate) mod tables;
pub(crate) mod types;
pub(crate) mod values;
