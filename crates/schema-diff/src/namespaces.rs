//! Which namespaces are created. None is ever dropped.

use std::collections::HashSet;

use prisma_schema::Flavour;
use sql_schema::DEFAULT_NAMESPACE;

use crate::{matching::Pairs, step::Step};

pub(crate) fn push_steps(pairs: &Pairs<'_>, flavour: Flavour, steps: &mut Vec<Step>) {
    let known: HashSet<&String> = pairs.from.namespaces.iter().chain(&pairs.from.default_namespace).collect();
    let mut missing: Vec<&String> = pairs.to.namespaces.iter().filter(|namespace| !known.contains(namespace)).collect();
    // A version that creates the default namespace creates what is used, and not what is merely declared.
    if flavour.hides_default_namespace() && !missing.is_empty() {
        let tables = pairs.to.tables.iter().map(|table| &table.namespace);
        let enums = pairs.to.enums.iter().map(|r#enum| &r#enum.namespace);
        let used: HashSet<&str> =
            tables.chain(enums).map(|name| name.as_deref().unwrap_or(DEFAULT_NAMESPACE)).collect();
        missing.retain(|namespace| used.contains(namespace.as_str()));
    }
    steps.extend(missing.into_iter().map(|namespace| Step::CreateSchema(namespace.clone())));
}
