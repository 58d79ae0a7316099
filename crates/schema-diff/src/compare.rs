//! Computes the steps that turn one model into another.

mod column;
pub(crate) mod defaults;
mod enums;
mod extensions;
mod foreign_keys;
mod indexes;
mod matching;
mod namespaces;
mod order;
mod predicates;
mod tables;

use prisma_schema::Flavour;
use sql_schema::SqlSchema;

use crate::Step;

/// Adds the steps from `from` to `to` to `steps`, and sorts all of them. `steps` already led to `from`.
pub(crate) fn steps(mut steps: Vec<Step>, from: &SqlSchema, to: &SqlSchema, flavour: Flavour) -> Vec<Step> {
    let pairs = matching::Pairs::new(from, to);
    namespaces::push_steps(&pairs, flavour, &mut steps);
    extensions::push_steps(&pairs, &mut steps);
    enums::push_steps(&pairs, &mut steps);
    tables::push_steps(&pairs, &mut steps);
    indexes::push_steps(&pairs, &mut steps);
    foreign_keys::push_steps(&pairs, &mut steps);
    order::sort(&mut steps, from, to);
    steps
}
