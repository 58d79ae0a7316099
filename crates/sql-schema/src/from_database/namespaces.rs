//! The namespaces that are read.

use postgres::Client;

use super::Oid;

pub(super) struct Namespaces {
    found: Vec<(Oid, String)>,
    /// Whether the options name them. Only then do objects in the model name their namespace.
    are_named: bool,
    /// The connection's default namespace, if it has one.
    pub(super) default: Option<String>,
}

/// Finds the namespaces with these names, or the default one if `names` is empty.
pub(super) fn read(
    client: &mut Client,
    names: &[String],
    default: Option<String>,
) -> Result<Namespaces, postgres::Error> {
    let are_named = !names.is_empty();
    let names = if are_named { names } else { default.as_slice() };
    let rows = client.query(
        "SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1) ORDER BY nspname",
        &[&names],
    )?;
    Ok(Namespaces { found: rows.iter().map(|row| (row.get(0), row.get(1))).collect(), are_named, default })
}

impl Namespaces {
    pub(super) fn oids(&self) -> Vec<Oid> {
        self.found.iter().map(|(oid, _)| *oid).collect()
    }

    pub(super) fn contains(&self, oid: Oid) -> bool {
        self.found.iter().any(|(found, _)| *found == oid)
    }

    /// The name of the namespace in the model, if it is named there.
    pub(super) fn name_in_model(&self, oid: Oid) -> Option<String> {
        let (_, name) = self.found.iter().find(|(found, _)| self.are_named && *found == oid)?;
        Some(name.clone())
    }

    /// The names of all namespaces in the model.
    pub(super) fn names_in_model(&self) -> Vec<String> {
        self.found.iter().filter_map(|(oid, _)| self.name_in_model(*oid)).collect()
    }
}
