//! Removes the mistakes in a generated schema that both engines would refuse.

use super::{
    schema::{Arity, Field, Index, IndexField, Model, Relation, Schema, Type},
    vocabulary::{INDEX_TYPES, IndexType},
};

impl Schema {
    pub(super) fn repair(&mut self) {
        self.repair_types();
        self.repair_relations();
        let mut fresh = self.next_name;
        let names: Vec<String> = self.models.iter().map(|model| model.name.clone()).collect();
        for name in names {
            let is_referenced = self.relations.iter().any(|relation| relation.from == name || relation.to == name);
            if let Some(model) = self.model_mut(&name) {
                model.repair(&mut fresh);
                model.is_ignored = model.criteria().all(|criterion| !model.are_required(&criterion))
                    || model.is_ignored && !is_referenced;
                model.fields.iter_mut().for_each(|field| field.is_ignored &= !model.is_ignored);
            }
        }
        self.next_name = fresh;
        // The repair of a model may have removed the target of a relation.
        self.repair_relations();
        self.models.iter_mut().flat_map(|model| &mut model.fields).for_each(Field::repair);
    }

    /// Removes references to missing enums, and defaults that are not a value of the enum.
    fn repair_types(&mut self) {
        let enums = self.enums.clone();
        for field in self.models.iter_mut().flat_map(|model| &mut model.fields) {
            let Type::Enum(name) = &field.ty else { continue };
            let Some(enum_) = enums.iter().find(|enum_| enum_.name == *name) else {
                field.ty = Type::Scalar("String", None);
                field.default = None;
                continue;
            };
            let is_value = |word: &str| enum_.values.iter().any(|value| value.name == word);
            let is_kept = field.default.as_ref().is_none_or(|default| match default.strip_prefix('[') {
                _ if default.starts_with("dbgenerated") => true,
                Some(list) => {
                    let list = list.trim_end_matches(']');
                    field.arity == Arity::List && (list.is_empty() || list.split(", ").all(is_value))
                }
                None => field.arity != Arity::List && is_value(default),
            });
            if !is_kept {
                field.default = None;
            }
        }
    }

    /// Removes relations whose models or fields are missing or whose target is not unique, and aligns the types of the others.
    fn repair_relations(&mut self) {
        let mut relations = std::mem::take(&mut self.relations);
        relations.retain(|relation| self.can_hold(relation));
        for relation in &relations {
            self.align_fields(relation);
        }
        self.relations = relations;
    }

    fn can_hold(&self, relation: &Relation) -> bool {
        let (Some(from), Some(to)) = (self.model(&relation.from), self.model(&relation.to)) else { return false };
        if from.is_view || to.is_view || from.is_ignored || to.is_ignored {
            return false;
        }
        let Some(key) = &relation.key else {
            let has_single_key = |model: &Model| model.key.as_ref().is_some_and(|key| key.fields.len() == 1);
            return has_single_key(from) && has_single_key(to);
        };
        let mut references: Vec<_> = key.fields.iter().map(|(_, reference)| reference.clone()).collect();
        references.sort();
        let is_referred_to = |mut criterion: Vec<String>| {
            criterion.sort();
            criterion == references && to.are_required(&criterion)
        };
        key.fields.iter().all(|(field, _)| from.field(field).is_some()) && to.criteria().any(is_referred_to)
    }

    /// Gives the fields of a foreign key the types of the referenced fields. Either all of them are optional, or none is.
    fn align_fields(&mut self, relation: &Relation) {
        let fields = relation.key.iter().flat_map(|key| &key.fields);
        let first =
            self.model(&relation.from).zip(fields.clone().next()).and_then(|(from, (field, _))| from.field(field));
        let arity = match first.map(|first| first.arity) {
            Some(Arity::Required) => Arity::Required,
            _ => Arity::Optional,
        };
        for (field, reference) in fields {
            let referenced = self.model(&relation.to).and_then(|to| to.field(reference));
            let Some(ty) = referenced.map(|referenced| referenced.ty.clone()) else { continue };
            let Some(field) = self.model_mut(&relation.from).and_then(|from| from.field_mut(field)) else { continue };
            field.arity = arity;
            if field.ty != ty {
                field.default = None;
                field.ty = ty;
            }
        }
    }
}

impl Model {
    /// `fresh` is the number of the last generated name.
    fn repair(&mut self, fresh: &mut u32) {
        for field in &mut self.fields {
            field.repair();
        }
        if self.is_view {
            self.indexes.clear();
            self.fields.iter_mut().filter_map(|field| field.unique.as_mut()).for_each(String::clear);
        }
        self.repair_key();
        self.repair_indexes(fresh);
    }

    fn repair_key(&mut self) {
        let is_key =
            |names: &[String]| !names.is_empty() && names.iter().all(|name| self.has(name)) && self.are_required(names);
        if self.is_view || self.key.as_ref().is_some_and(|key| !is_key(&key.fields)) {
            self.key = None;
        }
        if let Some([only]) = self.key.as_ref().map(|key| key.fields.as_slice()) {
            let only = only.clone();
            if let Some(field) = self.field_mut(&only) {
                field.unique = None;
            }
        }
    }

    /// Removes indexes that do not fit their fields, and renames indexes whose name is taken.
    fn repair_indexes(&mut self, fresh: &mut u32) {
        let model = self.clone();
        let is_single = |field: &IndexField| model.field(&field.name).is_some_and(Field::is_single);
        let fits = |index: &Index| match index.ty {
            None => index.fields.iter().all(is_single),
            Some(ty) => index.fields.iter().all(|field| {
                let arguments = field.arguments.as_deref().unwrap_or_default();
                let fits = |index: &IndexType| {
                    index.name == ty
                        && index.arguments.contains(&arguments)
                        && model.field(&field.name).is_some_and(|field| index.fits(field))
                };
                INDEX_TYPES.iter().any(fits)
            }),
        };
        self.indexes.retain(|index| {
            index.fields.iter().all(|field| model.has(&field.name))
                && (index.ty.is_none() || !index.is_unique)
                && fits(index)
        });
        let is_long = self.map.as_ref().unwrap_or(&self.name).len() > 20;
        let mut seen: Vec<(bool, Vec<String>)> = Vec::new();
        for index in self.indexes.iter_mut().filter(|index| index.map.is_none()) {
            let fields: Vec<_> = index.fields.iter().map(|field| field.name.clone()).collect();
            let is_unique_field =
                fields.len() == 1 && model.field(&fields[0]).is_some_and(|field| field.unique.is_some());
            let shape = (index.is_unique, fields);
            if seen.contains(&shape) || is_long && !seen.is_empty() || index.is_unique && is_unique_field {
                *fresh += 1;
                index.map = Some(format!("ix_{fresh}"));
            }
            seen.push(shape);
        }
    }

    /// Whether the model has a field of this name that can be part of a key or an index.
    fn has(&self, name: &str) -> bool {
        self.field(name).is_some_and(|field| !matches!(field.ty, Type::Unsupported(_)) && !field.is_ignored)
    }
}

impl Field {
    fn is_single(&self) -> bool {
        self.arity != Arity::List
    }

    fn repair(&mut self) {
        let is_plain = !matches!(self.ty, Type::Unsupported(_));
        if !self.is_single() || !is_plain {
            self.unique = None;
        }
        self.is_ignored &= is_plain;
        self.is_updated_at &= matches!(self.ty, Type::Scalar("DateTime", _)) && self.is_single();
        let can_count = matches!(self.ty, Type::Scalar("Int" | "BigInt", native) if native != Some("Oid"));
        self.default = self.default.take().filter(|default| match default.as_str() {
            "autoincrement()" => can_count && self.arity == Arity::Required,
            default if default.starts_with("dbgenerated") => true,
            default => default.starts_with('[') != self.is_single(),
        });
    }
}
