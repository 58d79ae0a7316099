//! What is different between two catalogs, told so that a person understands it.

use std::{collections::BTreeMap, fmt};

use crate::{Kind, Name, Object};

/// How an object changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is called.
    pub name: Name,
    /// What becomes of it.
    pub difference: Difference,
}

/// What becomes of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It was not there before.
    New(Object),
    /// It is not there any more.
    Gone(Object),
    /// Some of its properties are others.
    Changed(Vec<PropertyChange>),
}

/// How one property of an object changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyChange {
    /// The property's name.
    pub property: String,
    /// Its value before.
    pub before: Option<String>,
    /// Its value after.
    pub after: Option<String>,
}

type Objects = BTreeMap<Name, Object>;

pub(crate) fn between(before: &Objects, after: &Objects) -> Vec<Change> {
    let gone = before.iter().filter(|(name, _)| !after.contains_key(name) && !is_implied(name, before, after));
    let there = after.iter().filter_map(|(name, object)| {
        let difference = match before.get(name) {
            Some(old) if old == object => return None,
            Some(old) => Difference::Changed(property_changes(old, object)),
            None if is_implied(name, after, before) => return None,
            None => Difference::New(object.clone()),
        };
        Some(Change { name: name.clone(), difference })
    });
    let gone = gone.map(|(name, object)| Change { name: name.clone(), difference: Difference::Gone(object.clone()) });
    let mut changes: Vec<_> = gone.chain(there).collect();
    changes.sort_by(|one, other| one.name.cmp(&other.name));
    changes
}

/// Whether an object that only the first side has comes with another one: with its table, or as the index of a constraint.
fn is_implied(name: &Name, has: &Objects, lacks: &Objects) -> bool {
    let is_only_here = |name: &Name| has.contains_key(name) && !lacks.contains_key(name);
    let comes_with_table = name.kind != Kind::Table && name.owning_table().is_some_and(|table| is_only_here(&table));
    let constraint = Name { kind: Kind::Constraint, ..name.clone() };
    comes_with_table || name.kind == Kind::Index && is_only_here(&constraint)
}

fn property_changes(before: &Object, after: &Object) -> Vec<PropertyChange> {
    let owned = |value: Option<&str>| value.map(str::to_owned);
    before
        .properties()
        .zip(after.properties())
        .filter(|((_, old), (_, new))| old != new)
        .map(|((property, old), (_, new))| PropertyChange {
            property: property.to_owned(),
            before: owned(old),
            after: owned(new),
        })
        .collect()
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.difference {
            Difference::New(object) => match object.to_string() {
                properties if properties.is_empty() => write!(f, "{name} is new"),
                properties => write!(f, "{name} is new: {properties}"),
            },
            Difference::Gone(_) => write!(f, "{name} is gone"),
            Difference::Changed(properties) => {
                let properties: Vec<_> = properties.iter().map(PropertyChange::to_string).collect();
                write!(f, "{name} {}", properties.join(", "))
            }
        }
    }
}

impl fmt::Display for PropertyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { property, before, after } = self;
        match (before.as_deref(), after.as_deref()) {
            (_, Some("")) => write!(f, "is {property}"),
            (Some(""), _) => write!(f, "is not {property} any more"),
            (Some(before), Some(after)) => write!(f, "has the {property} {}, not {}", after.trim(), before.trim()),
            (None, Some(after)) => write!(f, "has the {property} {}", after.trim()),
            (Some(before), None) => write!(f, "has no {property} any more, which was {}", before.trim()),
            (None, None) => Ok(()),
        }
    }
}
