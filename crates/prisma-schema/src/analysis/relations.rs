//! Which relation fields belong together.

use std::borrow::Cow;

use super::{
    context::Context,
    draft::{FieldDraft, IndexKind, RelationDraft},
};
use crate::{name_hash::NameMap, names, syntax::FieldArity};

/// A relation field, by its model and its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FieldRef {
    pub(super) model: usize,
    pub(super) field: usize,
}

#[derive(Debug)]
pub(super) enum Relation<'a> {
    /// One-to-one or one-to-many.
    Inline(Inline<'a>),
    /// Many-to-many; `a` comes first by the name of the model, or of the field.
    ManyToMany { a: FieldRef, b: FieldRef },
    /// Many-to-many with `fields` on either side, which PostgreSQL cannot have.
    Embedded { a: FieldRef, b: FieldRef },
}

#[derive(Debug)]
pub(super) struct Inline<'a> {
    /// The field on the side that holds the foreign key; missing only if the opposite is a list.
    pub(super) forward: Option<FieldRef>,
    /// The field on the other side.
    pub(super) back: Option<FieldRef>,
    pub(super) one_to_one: bool,
    /// The model that holds the foreign key.
    pub(super) referencing: usize,
    /// The model that it refers to.
    pub(super) referenced: usize,
    /// The name of the foreign key.
    pub(super) database_name: Cow<'a, str>,
}

/// Finds each relation once, in the order of the fields that it is found at.
pub(super) fn infer<'a>(index: &Index<'a>, context: &Context<'a>) -> Vec<Relation<'a>> {
    let mut relations = Vec::new();
    for (model, draft) in context.models.iter().enumerate() {
        for field in 0..draft.fields.len() {
            if let Some(related) = draft.fields[field].related_model() {
                let here = FieldRef { model, field };
                relations.extend(relation_at(here, related, index.opposite(here, related, context), context));
            }
        }
    }
    relations
}

/// The relation of a field, unless it is found at the opposite field.
fn relation_at<'a>(
    here: FieldRef,
    related: usize,
    opposite: Option<FieldRef>,
    context: &Context<'a>,
) -> Option<Relation<'a>> {
    use FieldArity::{List, Optional, Required};

    let this = field(here, context);
    let one_to_one = match (this.arity(), opposite.map(|there| (there, field(there, context)))) {
        (List, None) => {
            return Some(Relation::Inline(Inline {
                forward: None,
                back: Some(here),
                one_to_one: false,
                referencing: related,
                referenced: here.model,
                database_name: foreign_key_name(related, None, context),
            }));
        }
        (List, Some((there, other))) if other.arity() == List => {
            if name(here, context) > name(there, context) {
                return None;
            }
            let is_embedded = this.relation().fields.is_some() || other.relation().fields.is_some();
            let (a, b) = (here, there);
            return Some(if is_embedded { Relation::Embedded { a, b } } else { Relation::ManyToMany { a, b } });
        }
        (List, Some(_)) => return None,
        (_, None) => {
            this.relation().fields.as_deref().is_some_and(|fields| has_unique_index(here.model, fields, context))
        }
        (_, Some((_, other))) if other.arity() == List => false,
        (Required, Some((_, other))) if other.arity() == Optional => true,
        (Optional, Some((_, other))) if other.arity() == Required => return None,
        (Optional, Some(_)) if this.relation().fields.is_some() => true,
        (Optional, Some((_, other))) if other.relation().fields.is_some() => return None,
        // Nothing tells which side holds the key: take them by name.
        (_, Some((there, _))) if name(here, context) > name(there, context) => return None,
        _ => true,
    };
    Some(Relation::Inline(Inline {
        forward: Some(here),
        back: opposite,
        one_to_one,
        referencing: here.model,
        referenced: related,
        database_name: foreign_key_name(here.model, Some(this.relation()), context),
    }))
}

fn name<'a>(at: FieldRef, context: &Context<'a>) -> (&'a str, &'a str) {
    (context.models[at.model].name(), field(at, context).name())
}

fn has_unique_index(model: usize, fields: &[usize], context: &Context<'_>) -> bool {
    let indexes = &context.models[model].indexes;
    indexes.iter().any(|index| index.kind == IndexKind::Unique && index.field_indexes().eq(fields.iter().copied()))
}

fn foreign_key_name<'a>(model: usize, relation: Option<&RelationDraft<'a>>, context: &Context<'a>) -> Cow<'a, str> {
    if let Some(map) = relation.and_then(|relation| relation.map) {
        return map.into();
    }
    let model = &context.models[model];
    let fields = relation.and_then(|relation| relation.fields.as_deref()).unwrap_or_default();
    names::foreign_key(model.database_name(), &model.columns(fields.iter().copied())).into()
}

pub(super) fn field<'c, 'a>(at: FieldRef, context: &'c Context<'a>) -> &'c FieldDraft<'a> {
    &context.models[at.model].fields[at.field]
}

/// Relation fields by the model they are in, the model they refer to, and the relation's name.
pub(super) struct Index<'a>(NameMap<(usize, usize, Option<&'a str>), Vec<usize>>);

impl<'a> Index<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        let mut index: NameMap<_, Vec<usize>> = NameMap::default();
        for (model, draft) in context.models.iter().enumerate() {
            for (field, draft) in draft.fields.iter().enumerate() {
                if let Some(related) = draft.related_model() {
                    index.entry((model, related, draft.relation().name)).or_default().push(field);
                }
            }
        }
        Self(index)
    }

    /// The first field of the other model that refers back under the same name.
    fn opposite(&self, here: FieldRef, related: usize, context: &Context<'a>) -> Option<FieldRef> {
        let candidates = self.0.get(&(related, here.model, field(here, context).relation().name))?;
        candidates.iter().map(|&field| FieldRef { model: related, field }).find(|&there| there != here)
    }

    /// All fields of `model` that refer to `related` under `name`.
    pub(super) fn fields(&self, model: usize, related: usize, name: Option<&'a str>) -> &[usize] {
        self.0.get(&(model, related, name)).map_or(&[], Vec::as_slice)
    }
}
