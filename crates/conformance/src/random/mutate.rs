//! Changes schemas at random.

use super::{
    generator::Generator,
    schema::{Arity, Field, Model, Schema, Type},
    vocabulary::{ACTIONS, INDEX_TYPES, NAMESPACES, PREDICATES, scalar},
};

impl Generator {
    /// Generates two schemas. The second is a variation of the first, and is sometimes invalid.
    pub(super) fn schemas(&mut self) -> (Schema, Schema) {
        let mut from = self.schema();
        from.repair();
        let mut to = self.variation(&from);
        if !self.percent(8) {
            to.repair();
        }
        (from, to)
    }

    /// A copy of `schema` with a few changes.
    pub(super) fn variation(&mut self, schema: &Schema) -> Schema {
        let mut schema = schema.clone();
        for _ in 0..=self.few(6) {
            match self.rng.u32(..20) {
                0 | 1 => self.vary_enums(&mut schema),
                2 | 3 => self.vary_relations(&mut schema),
                4 => self.vary_schema(&mut schema),
                5..8 => self.vary_model(&mut schema),
                8..11 => self.vary_indexes(&mut schema),
                _ => self.vary_fields(&mut schema),
            }
        }
        schema
    }

    fn vary_schema(&mut self, schema: &mut Schema) {
        match self.rng.u32(..10) {
            0 => self.rng.shuffle(&mut schema.models),
            1 => self.rng.shuffle(&mut schema.enums),
            2 => self.rng.shuffle(&mut schema.relations),
            3 => schema.without_foreign_keys = !schema.without_foreign_keys,
            4 if schema.extensions.is_some() => schema.extensions = Some(self.extensions()),
            5 if !schema.namespaces.is_empty() => {
                schema.namespaces = NAMESPACES[..1 + self.rng.usize(..3)].to_vec();
            }
            6 => {
                schema.preview_features.retain(|feature| *feature != "multiSchema");
                schema.namespaces.clear();
            }
            7 => {
                let position = self.insertion_position(&schema.models);
                let model = self.model(schema);
                schema.models.insert(position, model);
            }
            _ if schema.models.len() > 1 => {
                let position = self.rng.usize(..schema.models.len());
                schema.models.remove(position);
            }
            _ => {}
        }
    }

    fn vary_enums(&mut self, schema: &mut Schema) {
        if schema.enums.is_empty() || self.percent(15) {
            let position = self.insertion_position(&schema.enums);
            let enum_ = self.enum_(schema);
            schema.enums.insert(position, enum_);
            return;
        }
        let position = self.rng.usize(..schema.enums.len());
        if self.percent(10) {
            schema.enums.remove(position);
            return;
        }
        let fresh = schema.fresh_name("V");
        let enum_ = &mut schema.enums[position];
        let position = self.rng.usize(..enum_.values.len());
        match self.rng.u32(..8) {
            0..3 => {
                let value = self.enum_value(&fresh);
                enum_.values.insert(position, value);
            }
            3..5 if enum_.values.len() > 1 => _ = enum_.values.remove(position),
            5 => self.rng.shuffle(&mut enum_.values),
            6 => enum_.values[position].map = self.percent(50).then(|| fresh.to_lowercase()),
            _ => enum_.map = self.percent(50).then(|| format!("{}_e", enum_.name)),
        }
        if self.percent(8) {
            enum_.namespace = self.word(NAMESPACES);
        }
    }

    fn vary_relations(&mut self, schema: &mut Schema) {
        if schema.relations.is_empty() || self.percent(25) {
            return self.push_relation(schema);
        }
        let fresh = schema.fresh_name("rn");
        let position = self.rng.usize(..schema.relations.len());
        let relation = &mut schema.relations[position];
        let Some(key) = &mut relation.key else {
            if self.percent(50) {
                relation.name = fresh;
            } else {
                schema.relations.remove(position);
            }
            return;
        };
        match self.rng.u32(..7) {
            0 => key.on_delete = self.maybe(70, ACTIONS),
            1 => key.on_update = self.maybe(70, ACTIONS),
            2 => key.map = self.percent(60).then_some(fresh),
            3 => key.is_one_to_one = !key.is_one_to_one,
            4 => {
                let arity = *self.pick(&[Arity::Required, Arity::Optional]);
                let names: Vec<_> = key.fields.iter().map(|(field, _)| field.clone()).collect();
                let from = relation.from.clone();
                for field in schema.model_mut(&from).into_iter().flat_map(|model| &mut model.fields) {
                    if names.contains(&field.name) {
                        field.arity = arity;
                    }
                }
            }
            5 => self.rng.shuffle(&mut key.fields),
            _ => _ = schema.relations.remove(position),
        }
    }

    fn vary_model(&mut self, schema: &mut Schema) {
        let Some(mut model) = self.pick_any(&schema.models).cloned() else { return };
        match self.rng.u32(..9) {
            0 => model.map = self.percent(60).then(|| self.table_name(&model.name)),
            1 => model.is_ignored = !model.is_ignored,
            2 => model.namespace = self.word(NAMESPACES),
            3 => self.rng.shuffle(&mut model.fields),
            4 | 5 => self.set_key(schema, &mut model),
            6 => {
                let map = self.percent(60).then(|| schema.fresh_name("pk"));
                if let Some(key) = &mut model.key {
                    key.map = map;
                }
            }
            7 => {
                if let Some(key) = &mut model.key {
                    self.rng.shuffle(&mut key.fields);
                }
            }
            _ => self.rename_model(schema, &mut model),
        }
        replace(schema, model);
    }

    /// Renames a model, and sometimes its table.
    fn rename_model(&mut self, schema: &mut Schema, model: &mut Model) {
        let (old, new) = (model.name.clone(), schema.fresh_name("R"));
        if model.map.is_none() && self.percent(70) {
            model.map = Some(old.clone());
        }
        model.name.clone_from(&new);
        for relation in &mut schema.relations {
            for end in [&mut relation.from, &mut relation.to] {
                if *end == old {
                    end.clone_from(&new);
                }
            }
        }
        if let Some(position) = schema.models.iter().position(|model| model.name == old) {
            schema.models[position].name = new;
        }
    }

    fn vary_indexes(&mut self, schema: &mut Schema) {
        let Some(mut model) = self.pick_any(&schema.models).cloned() else { return };
        if model.indexes.is_empty() || self.percent(30) {
            self.push_index(schema, &mut model);
            return replace(schema, model);
        }
        let fresh = schema.fresh_name("ix");
        let position = self.rng.usize(..model.indexes.len());
        let index = &mut model.indexes[position];
        match self.rng.u32(..10) {
            0 => index.map = self.percent(60).then_some(fresh),
            1 => index.is_unique = !index.is_unique,
            2 => self.rng.shuffle(&mut index.fields),
            3 | 4 => {
                // The repair removes arguments that do not fit.
                let same = INDEX_TYPES.iter().filter(|other| Some(other.name) == index.ty);
                let words: Vec<_> = match index.ty {
                    None => vec!["", "sort: Desc", "sort: Asc"],
                    Some(_) => same.flat_map(|index| index.arguments.iter().copied()).collect(),
                };
                let arguments = Some(self.word(&words).to_owned()).filter(|arguments| !arguments.is_empty());
                if let Some(field) = self.pick_mut(&mut index.fields) {
                    field.arguments = arguments;
                }
            }
            5 => {
                let mut copy = index.clone();
                copy.map = Some(fresh);
                let position = self.insertion_position(&model.indexes);
                model.indexes.insert(position, copy);
            }
            6 => self.rng.shuffle(&mut model.indexes),
            7 => index.ty = None,
            8 if schema.preview_features.contains(&"partialIndexes") => {
                index.predicate = self.maybe(70, PREDICATES).map(str::to_owned);
            }
            _ => _ = model.indexes.remove(position),
        }
        replace(schema, model);
    }

    fn vary_fields(&mut self, schema: &mut Schema) {
        let Some(mut model) = self.pick_any(&schema.models).cloned() else { return };
        if model.fields.is_empty() || self.percent(12) {
            let field = self.field(schema, &model);
            let position = self.insertion_position(&model.fields);
            model.fields.insert(position, field);
            return replace(schema, model);
        }
        let fresh = schema.fresh_name("n");
        let position = self.rng.usize(..model.fields.len());
        let mut field = model.fields[position].clone();
        match self.rng.u32(..12) {
            0 if model.fields.len() > 1 => {
                model.fields.remove(position);
                return replace(schema, model);
            }
            1 => field.map = self.percent(60).then(|| self.column_name(&field.name)),
            2 => field.is_ignored = !field.is_ignored,
            3 => field.unique = self.percent(60).then(|| self.unique_arguments(schema)),
            4 => self.rename_field(schema, &mut model, &mut field, &fresh),
            5 | 6 => {
                field.ty = self.ty(schema);
                field.default = self.maybe_default(schema, &field);
            }
            7 | 8 => {
                if let Type::Scalar(name, native) = &mut field.ty {
                    *native = self.maybe(75, scalar(name).native_types);
                }
            }
            9 => {
                field.arity = self.arity();
                field.default = self.maybe_default(schema, &field);
            }
            _ => field.default = self.maybe_default(schema, &field),
        }
        model.fields[position] = field;
        replace(schema, model);
    }

    fn maybe_default(&mut self, schema: &Schema, field: &Field) -> Option<String> {
        if self.percent(60) { self.default(schema, field) } else { None }
    }

    /// Renames a field, and sometimes its column.
    fn rename_field(&mut self, schema: &mut Schema, model: &mut Model, field: &mut Field, new: &str) {
        let old = std::mem::replace(&mut field.name, new.to_owned());
        if field.map.is_none() && self.percent(50) {
            field.map = Some(old.clone());
        }
        let rename = |name: &mut String| {
            if *name == old {
                new.clone_into(name);
            }
        };
        model.indexes.iter_mut().flat_map(|index| &mut index.fields).for_each(|field| rename(&mut field.name));
        model.key.iter_mut().flat_map(|key| &mut key.fields).for_each(rename);
        for relation in &mut schema.relations {
            let (is_from, is_to) = (relation.from == model.name, relation.to == model.name);
            for (field, reference) in relation.key.iter_mut().flat_map(|key| &mut key.fields) {
                if is_from {
                    rename(field);
                }
                if is_to {
                    rename(reference);
                }
            }
        }
    }
}

/// Replaces the model of the same name.
fn replace(schema: &mut Schema, model: Model) {
    if let Some(old) = schema.model_mut(&model.name) {
        *old = model;
    }
}
