//! Generates schemas. They may be invalid; [`super::repair`] removes most mistakes.

use super::{
    generator::Generator,
    schema::{
        Arity, Enum, EnumValue, Extension, Field, ForeignKey, Index, IndexField, Key, Model, Relation, Schema, Type,
    },
    vocabulary::{
        ACTIONS, ENUM_VALUES, EXTENSIONS, FIELD_NAMES, INDEX_TYPES, NAMESPACES, PREDICATES, PREVIEW_FEATURES, SCALARS,
        UNSUPPORTED, scalar,
    },
};

impl Generator {
    pub(super) fn schema(&mut self) -> Schema {
        let mut schema = Schema { without_foreign_keys: self.percent(4), ..Schema::default() };
        if self.percent(6) {
            schema.preview_features.push(self.word(PREVIEW_FEATURES));
        }
        if self.percent(15) {
            schema.preview_features.push("multiSchema");
            schema.namespaces = NAMESPACES[..2 + self.rng.usize(..2)].to_vec();
        }
        if self.percent(6) {
            schema.preview_features.push("postgresqlExtensions");
            schema.extensions = Some(self.extensions());
        }
        if self.percent(6) {
            schema.preview_features.push("views");
        }
        if self.percent(3) {
            schema.preview_features.push("partialIndexes");
        }
        for _ in 0..self.rng.usize(..=3) {
            let enum_ = self.enum_(&mut schema);
            schema.enums.push(enum_);
        }
        for _ in 0..self.rng.usize(1..=5) {
            let model = self.model(&mut schema);
            schema.models.push(model);
        }
        for _ in 0..self.rng.usize(..=3) {
            self.push_relation(&mut schema);
        }
        schema
    }

    pub(super) fn extensions(&mut self) -> Vec<Extension> {
        let names = self.sample(EXTENSIONS, 3);
        let extension = |name| Extension {
            name,
            schema: self.maybe(30, &["public", "ext"]),
            version: self.maybe(30, &["1.0", "1.6"]),
        };
        names.into_iter().map(extension).collect()
    }

    pub(super) fn enum_(&mut self, schema: &mut Schema) -> Enum {
        let name = schema.fresh_name("E");
        let names = self.sample(ENUM_VALUES, 4);
        let count = self.rng.usize(1..=names.len());
        let values = names[..count].iter().map(|&name| self.enum_value(name)).collect();
        let map = self.percent(15).then(|| format!("{}_t", name.to_lowercase()));
        Enum { map, namespace: self.word(NAMESPACES), values, name }
    }

    pub(super) fn enum_value(&mut self, name: &str) -> EnumValue {
        let map = self.percent(12).then(|| self.word(&["a", "b x", "it's", "ü", "C"]).to_string());
        EnumValue { name: name.to_owned(), map }
    }

    pub(super) fn model(&mut self, schema: &mut Schema) -> Model {
        let initial = self.word(&["M", "M", "Z", "Y", "X", "a", "b", "User", "LongLongLongLongLongLongLongLongLong"]);
        let name = schema.fresh_name(initial);
        let is_view = schema.preview_features.contains(&"views") && self.percent(15);
        let mut model = Model {
            map: self.percent(15).then(|| self.table_name(&name)),
            namespace: self.word(NAMESPACES),
            is_view,
            is_ignored: self.percent(4),
            fields: vec![self.key_field()],
            key: None,
            indexes: Vec::new(),
            name,
        };
        for _ in 0..self.rng.usize(..=6) {
            let field = self.field(schema, &model);
            let position = self.insertion_position(&model.fields);
            model.fields.insert(position, field);
        }
        self.set_key(schema, &mut model);
        for _ in 0..self.few(4) {
            self.push_index(schema, &mut model);
        }
        model
    }

    pub(super) fn table_name(&mut self, model: &str) -> String {
        match self.rng.u32(..6) {
            0 => format!("{model} with a space"),
            1 => format!("é_{model}_{}", "x".repeat(self.rng.usize(40..60))),
            _ => format!("{}_table", model.to_lowercase()),
        }
    }

    fn key_field(&mut self) -> Field {
        let (scalar, native_type, default) = *self.pick(&[
            ("Int", None, Some("autoincrement()")),
            ("Int", None, None),
            ("String", None, Some("uuid()")),
            ("String", Some("VarChar(30)"), None),
            ("String", Some("Uuid"), Some("dbgenerated(\"gen_random_uuid()\")")),
            ("BigInt", None, Some("autoincrement()")),
            ("Int", Some("SmallInt"), Some("autoincrement()")),
        ]);
        Field {
            name: "id".to_owned(),
            ty: Type::Scalar(scalar, native_type),
            arity: Arity::Required,
            default: default.map(str::to_owned),
            unique: None,
            map: self.percent(12).then(|| "_id".to_owned()),
            is_updated_at: false,
            is_ignored: false,
        }
    }

    /// Gives a model a primary key, or a unique field.
    pub(super) fn set_key(&mut self, schema: &mut Schema, model: &mut Model) {
        let required = |field: &&Field| field.arity == Arity::Required && !matches!(field.ty, Type::Unsupported(_));
        let names: Vec<_> = model.fields.iter().filter(required).map(|field| field.name.clone()).collect();
        let fields = match self.rng.u32(..100) {
            0..70 => vec!["id".to_owned()],
            70..90 => self.sample(&names, 2),
            _ => {
                model.key = None;
                if let Some(field) = model.field_mut("id") {
                    field.unique = Some(String::new());
                }
                return;
            }
        };
        model.key = Some(Key { fields, map: self.percent(12).then(|| schema.fresh_name("pk")) });
    }

    pub(super) fn field(&mut self, schema: &mut Schema, model: &Model) -> Field {
        let free: Vec<_> = FIELD_NAMES.iter().filter(|name| model.field(name).is_none()).collect();
        let name = match self.pick_any(&free) {
            Some(name) => name.to_string(),
            None => schema.fresh_name("x"),
        };
        let mut field = Field {
            ty: self.ty(schema),
            arity: self.arity(),
            default: None,
            unique: None,
            map: self.percent(10).then(|| self.column_name(&name)),
            is_updated_at: false,
            is_ignored: self.percent(2),
            name,
        };
        if self.percent(45) {
            field.default = self.default(schema, &field);
        }
        field.is_updated_at = matches!(field.ty, Type::Scalar("DateTime", _)) && self.percent(15);
        if field.arity != Arity::List && self.percent(10) {
            field.unique = Some(self.unique_arguments(schema));
        }
        field
    }

    pub(super) fn arity(&mut self) -> Arity {
        *self.pick(&[Arity::Required, Arity::Required, Arity::Required, Arity::Optional, Arity::Optional, Arity::List])
    }

    pub(super) fn column_name(&mut self, field: &str) -> String {
        match self.rng.u32(..5) {
            0 => "weird name".to_owned(),
            1 => field.to_uppercase(),
            2 => "ünïcode.".to_owned(),
            3 => format!("{field}_{}", "y".repeat(58)),
            _ => format!("{field}_db"),
        }
    }

    pub(super) fn unique_arguments(&mut self, schema: &mut Schema) -> String {
        match self.rng.u32(..5) {
            0 => format!("map: \"{}\"", schema.fresh_name("one")),
            1 => "sort: Desc".to_owned(),
            _ => String::new(),
        }
    }

    pub(super) fn ty(&mut self, schema: &Schema) -> Type {
        if self.percent(20)
            && let Some(enum_) = self.pick_any(&schema.enums)
        {
            return Type::Enum(enum_.name.clone());
        }
        if self.percent(4) {
            return Type::Unsupported(self.word(UNSUPPORTED));
        }
        let scalar = self.pick(SCALARS);
        Type::Scalar(scalar.name, self.maybe(50, scalar.native_types))
    }

    pub(super) fn default(&mut self, schema: &Schema, field: &Field) -> Option<String> {
        let (constants, functions): (Vec<String>, &[&str]) = match &field.ty {
            Type::Unsupported(_) => return self.percent(30).then(|| "dbgenerated(\"x\")".to_owned()),
            Type::Enum(name) => {
                let values = &schema.enum_(name)?.values;
                (values.iter().map(|value| value.name.clone()).collect(), &["dbgenerated(\"y\")"])
            }
            Type::Scalar(name, _) => {
                let scalar = scalar(name);
                (scalar.constants.iter().map(|&constant| constant.to_owned()).collect(), scalar.functions)
            }
        };
        if field.arity == Arity::List {
            if self.percent(10) {
                return Some("dbgenerated(\"z\")".to_owned());
            }
            let count = self.rng.usize(..=2);
            return Some(format!("[{}]", self.sample(&constants, count).join(", ")));
        }
        if self.percent(40) {
            return Some(self.word(functions).to_string());
        }
        self.pick_any(&constants).cloned()
    }

    pub(super) fn push_index(&mut self, schema: &mut Schema, model: &mut Model) {
        let map = self.percent(25).then(|| schema.fresh_name("ix"));
        let partial = schema.preview_features.contains(&"partialIndexes") && self.percent(30);
        let predicate = partial.then(|| self.word(PREDICATES).to_owned());
        let is_unique = self.percent(35);
        let index = if is_unique || self.percent(65) {
            let names: Vec<_> = model.fields.iter().map(|field| field.name.clone()).collect();
            let count = self.rng.usize(1..=3);
            let names = self.sample(&names, count);
            let field = |name| {
                let arguments = self.maybe(25, &["sort: Desc", "sort: Asc"]).map(str::to_owned);
                IndexField { name, arguments }
            };
            let fields = names.into_iter().map(field).collect();
            Index { is_unique, fields, ty: None, map, predicate }
        } else {
            let Some((ty, fields)) = self.typed_fields(model) else { return };
            Index { is_unique, fields, ty: Some(ty), map, predicate }
        };
        model.indexes.push(index);
    }

    /// An index type, and fields that usually fit it.
    fn typed_fields(&mut self, model: &Model) -> Option<(&'static str, Vec<IndexField>)> {
        let field = self.pick_any(&model.fields)?;
        let fitting: Vec<_> = INDEX_TYPES.iter().filter(|index| index.fits(field)).collect();
        let index = match self.pick_any(&fitting) {
            Some(index) if !self.percent(5) => index,
            _ => self.pick(INDEX_TYPES),
        };
        let arguments = Some(self.word(index.arguments)).filter(|arguments| !arguments.is_empty());
        Some((index.name, vec![IndexField { name: field.name.clone(), arguments: arguments.map(str::to_owned) }]))
    }

    pub(super) fn push_relation(&mut self, schema: &mut Schema) {
        let models: Vec<_> = schema.models.iter().filter(|model| !model.is_ignored && !model.is_view).collect();
        let (Some(from), Some(to)) = (self.pick_any(&models), self.pick_any(&models)) else { return };
        let (from, to) = ((*from).clone(), (*to).clone());
        let name = schema.fresh_name(if self.percent(5) {
            "aRelationOfAVeryVeryVeryLongNameThatIsTooLongToStay"
        } else {
            "r"
        });
        if self.percent(25) {
            schema.relations.push(Relation { name, from: from.name, to: to.name, key: None });
            return;
        }
        let criteria: Vec<_> = to.criteria().filter(|criterion| to.are_required(criterion)).collect();
        let Some(references) = self.pick_any(&criteria) else { return };
        let arity = if self.percent(40) { Arity::Optional } else { Arity::Required };
        let mut fields = Vec::new();
        for reference in references {
            let Some(referenced) = to.field(reference) else { return };
            let name = schema.fresh_name("r");
            let field = Field {
                name: name.clone(),
                map: self.percent(15).then(|| format!("{name}_ref")),
                arity,
                default: None,
                unique: None,
                is_updated_at: false,
                is_ignored: false,
                ty: referenced.ty.clone(),
            };
            if let Some(from) = schema.model_mut(&from.name) {
                let position = self.insertion_position(&from.fields);
                from.fields.insert(position, field);
            }
            fields.push((name, reference.clone()));
        }
        let key = ForeignKey {
            fields,
            is_one_to_one: self.percent(20),
            on_delete: self.maybe(40, ACTIONS),
            on_update: self.maybe(35, ACTIONS),
            map: self.percent(20).then(|| schema.fresh_name("fk")),
        };
        schema.relations.push(Relation { name, from: from.name, to: to.name, key: Some(key) });
    }
}
