//! The namespaces that are read.

use postgres::Client;

use super::Oid;

pub(super) struct Namespaces {
    found: Vec<(Oid, String)>,
    /// Whether they were asked for by name: then what is in them says so in the model.
    are_named: bool,
    /// The connection's default namespace, if it has one.
    pub(super) default: Option<String>,
}

/// Finds the namespaces of these names, or the connection's default one if there are none.
pub(super) fn read(client: &mut Client, names: &[String]) -> Result<Namespaces, postgres::Error> {
    let default: Option<String> = client.query_one("SELECT current_schema()", &[])?.get(0);
    let are_named = !names.is_empty();
    let wanted = if are_named { names } else { default.as_slice() };
    let rows =
        client.query("SELECT oid, nspname FROM pg_namespace WHERE nspname = ANY ($1) ORDER BY nspname", &[&wanted])?;
    Ok(Namespaces { found: rows.iter().map(|row| (row.get(0), row.get(1))).collect(), are_named, default })
}

impl Namespaces {
    pub(super) fn oids(&self) -> Vec<Oid> {
        self.found.iter().map(|(oid, _)| *oid).collect()
    }

    pub(super) fn contain(&self, oid: Oid) -> bool {
        self.found.iter().any(|(found, _)| *found == oid)
    }

    /// What the model says of an object in this namespace.
    pub(super) fn in_model(&self, oid: Oid) -> Option<String> {
        let (_, name) = self.found.iter().find(|(found, _)| self.are_named && *found == oid)?;
        Some(name.clone())
    }

    /// What the model says of the namespaces themselves.
    pub(super) fn names_in_model(&self) -> Vec<String> {
        self.found.iter().filter_map(|(oid, _)| self.in_model(*oid)).collect()
    }
}
