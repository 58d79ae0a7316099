//! Which relation fields belong together.

use std::collections::HashMap;

use super::{
    context::Context,
    draft::{FieldDraft, RelationDraft},
};
use crate::syntax::FieldArity;

/// A relation field, by its model and its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FieldRef {
    pub(super) model: usize,
    pub(super) field: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Relation {
    /// One-to-one or one-to-many. `forward` is on the side that holds the foreign key.
    Inline { forward: FieldRef, back: Option<FieldRef>, one_to_one: bool },
    /// A list without an opposite field.
    Dangling { list: FieldRef },
    /// Many-to-many; `a` comes first by the name of the model, or of the field.
    ManyToMany { a: FieldRef, b: FieldRef },
    /// Many-to-many with `fields` on either side, which PostgreSQL cannot have.
    Embedded { a: FieldRef, b: FieldRef },
}

/// Finds each relation once, in the order of the fields that it is found at.
pub(super) fn infer(context: &Context<'_>) -> Vec<Relation> {
    let index = Index::new(context);
    let mut relations = Vec::new();
    for (model, draft) in context.models.iter().enumerate() {
        for field in 0..draft.fields.len() {
            let here = FieldRef { model, field };
            if draft.fields[field].related_model().is_some() {
                relations.extend(relation_at(here, index.opposite(here, context), context));
            }
        }
    }
    relations
}

fn relation_at(here: FieldRef, opposite: Option<FieldRef>, context: &Context<'_>) -> Option<Relation> {
    let this = field(here, context);
    let Some(there) = opposite else {
        if this.arity() == FieldArity::List {
            return Some(Relation::Dangling { list: here });
        }
        let one_to_one = has_fields(this) && fields_are_unique(here, context);
        return Some(Relation::Inline { forward: here, back: None, one_to_one });
    };
    let other = field(there, context);
    let is_list = |field: &FieldDraft<'_>| field.arity() == FieldArity::List;
    match (is_list(this), is_list(other)) {
        (true, true) => {
            let name = |at: FieldRef| (context.models[at.model].name(), field(at, context).name());
            if name(here) > name(there) {
                return None;
            }
            let embedded = has_fields(this) || has_fields(other);
            Some(if embedded {
                Relation::Embedded { a: here, b: there }
            } else {
                Relation::ManyToMany { a: here, b: there }
            })
        }
        (true, false) => None,
        (false, true) => Some(Relation::Inline { forward: here, back: opposite, one_to_one: false }),
        (false, false) => is_forward(here, there, context).then_some(Relation::Inline {
            forward: here,
            back: opposite,
            one_to_one: true,
        }),
    }
}

/// Of the two sides of a one-to-one relation, whether `here` is the one that holds the foreign key.
fn is_forward(here: FieldRef, there: FieldRef, context: &Context<'_>) -> bool {
    let (this, other) = (field(here, context), field(there, context));
    let (optional, other_optional) = (!this.is_required(), !other.is_required());
    let defines = |field: &FieldDraft<'_>| {
        field.relation.as_ref().is_some_and(|relation| relation.fields.is_some() || relation.references.is_some())
    };
    match (defines(this), defines(other)) {
        (true, false) => return true,
        (false, true) => return false,
        _ => {}
    }
    match (optional, other_optional) {
        (false, true) => true,
        (true, false) => false,
        _ => {
            let name = |at: FieldRef| (context.models[at.model].name(), field(at, context).name());
            name(here) < name(there)
        }
    }
}

fn has_fields(field: &FieldDraft<'_>) -> bool {
    field.relation.as_ref().is_some_and(|relation| relation.fields.as_ref().is_some_and(|fields| !fields.is_empty()))
}

/// Whether a unique index or the primary key covers exactly the fields that the relation names.
pub(super) fn fields_are_unique(at: FieldRef, context: &Context<'_>) -> bool {
    let model = &context.models[at.model];
    let Some(fields) = relation(at, context).and_then(|relation| relation.fields.as_deref()) else { return false };
    covers(model.primary_key.iter().map(|key| key.fields.as_slice()), fields)
        || covers(model.indexes.iter().filter(|index| index.unique).map(|index| index.fields.as_slice()), fields)
}

fn covers<'d>(mut keys: impl Iterator<Item = &'d [super::draft::IndexFieldDraft]>, fields: &[usize]) -> bool {
    keys.any(|key| key.len() == fields.len() && key.iter().zip(fields).all(|(key, field)| key.field == *field))
}

pub(super) fn field<'c, 'a>(at: FieldRef, context: &'c Context<'a>) -> &'c FieldDraft<'a> {
    &context.models[at.model].fields[at.field]
}

pub(super) fn relation<'c, 'a>(at: FieldRef, context: &'c Context<'a>) -> Option<&'c RelationDraft<'a>> {
    field(at, context).relation.as_ref()
}

/// Relation fields by the model they are in, the model they refer to, and the relation's name.
pub(super) struct Index<'a>(HashMap<(usize, usize, Option<&'a str>), Vec<usize>>);

impl<'a> Index<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        let mut index: HashMap<_, Vec<usize>> = HashMap::new();
        for (model, draft) in context.models.iter().enumerate() {
            for (field, draft) in draft.fields.iter().enumerate() {
                if let Some(related) = draft.related_model() {
                    index.entry((model, related, name_of(draft))).or_default().push(field);
                }
            }
        }
        Self(index)
    }

    /// The first field of the other model that refers back under the same name.
    pub(super) fn opposite(&self, here: FieldRef, context: &Context<'a>) -> Option<FieldRef> {
        let draft = field(here, context);
        let related = draft.related_model()?;
        let candidates = self.0.get(&(related, here.model, name_of(draft)))?;
        candidates.iter().map(|&field| FieldRef { model: related, field }).find(|&there| there != here)
    }

    /// All fields of this model that refer to `related` under `name`.
    pub(super) fn fields(&self, model: usize, related: usize, name: Option<&'a str>) -> &[usize] {
        self.0.get(&(model, related, name)).map_or(&[], Vec::as_slice)
    }
}

fn name_of<'a>(field: &FieldDraft<'a>) -> Option<&'a str> {
    field.relation.as_ref().and_then(|relation| relation.name)
}
