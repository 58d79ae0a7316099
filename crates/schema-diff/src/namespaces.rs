//! Which namespaces are created. None is ever dropped.

use std::collections::HashSet;

use prisma_schema::Flavour;

use crate::{matching::Pairs, step::Step};

/// The namespace that PostgreSQL has from the start and that things are in where nothing else is said.
const DEFAULT_NAMESPACE: &str = "public";

pub(crate) fn push_steps(pairs: &Pairs<'_>, flavour: Flavour, steps: &mut Vec<Step>) {
    let known: HashSet<&str> = pairs.from.namespaces.iter().map(String::as_str).collect();
    let mut missing: Vec<&str> = pairs.to.namespaces.iter().map(String::as_str).collect();
    missing.retain(|namespace| !known.contains(namespace));
    // Prisma 7 creates what is used, the default namespace among it, and not what is merely declared.
    if flavour >= Flavour::V7 && !missing.is_empty() {
        let tables = pairs.to.tables.iter().map(|table| table.namespace.as_deref());
        let enums = pairs.to.enums.iter().map(|r#enum| r#enum.namespace.as_deref());
        let used: HashSet<&str> = tables.chain(enums).map(|name| name.unwrap_or(DEFAULT_NAMESPACE)).collect();
        missing.retain(|namespace| used.contains(namespace));
    }
    steps.extend(missing.into_iter().map(|namespace| Step::CreateSchema(namespace.to_owned())));
}
