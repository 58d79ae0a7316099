//! The changes between two catalogs, as sentences.

use std::{collections::BTreeMap, fmt};

use crate::{Kind, Name, Object};

/// The change of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The name of the object.
    pub name: Name,
    /// The difference.
    pub difference: Difference,
}

/// How an object differs between two catalogs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Only the catalog after has the object.
    New(Object),
    /// Only the catalog before has the object.
    Dropped(Object),
    /// Some properties differ.
    Changed(Vec<PropertyChange>),
}

/// The change of one property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyChange {
    /// The name of the property.
    pub property: String,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

type Objects = BTreeMap<Name, Object>;

pub(crate) fn between(before: &Objects, after: &Objects) -> Vec<Change> {
    let dropped = before.iter().filter(|(name, _)| !after.contains_key(name) && !is_implied(name, before, after));
    let others = after.iter().filter_map(|(name, object)| {
        let difference = match before.get(name) {
            Some(old) if old == object => return None,
            Some(old) => Difference::Changed(property_changes(old, object)),
            None if is_implied(name, after, before) => return None,
            None => Difference::New(object.clone()),
        };
        Some(Change { name: name.clone(), difference })
    });
    let dropped =
        dropped.map(|(name, object)| Change { name: name.clone(), difference: Difference::Dropped(object.clone()) });
    let mut changes: Vec<_> = dropped.chain(others).collect();
    changes.sort_by(|one, other| one.name.cmp(&other.name));
    changes
}

/// Whether the change of an object that one side lacks follows from another one: of its table, or of the index's
/// constraint.
fn is_implied(name: &Name, has: &Objects, lacks: &Objects) -> bool {
    let is_one_sided = |name: &Name| has.contains_key(name) && !lacks.contains_key(name);
    let comes_with_table = name.kind != Kind::Table && name.owning_table().is_some_and(|table| is_one_sided(&table));
    let constraint = Name { kind: Kind::Constraint, ..name.clone() };
    comes_with_table || name.kind == Kind::Index && is_one_sided(&constraint)
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
            Difference::Dropped(_) => write!(f, "{name} is missing"),
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
            (Some(""), _) => write!(f, "is no longer {property}"),
            (Some(before), Some(after)) => write!(f, "has the {property} {}, not {}", after.trim(), before.trim()),
            (None, Some(after)) => write!(f, "has the {property} {}", after.trim()),
            (Some(before), None) => write!(f, "no longer has the {property} {}", before.trim()),
            (None, None) => Ok(()),
        }
    }
}
