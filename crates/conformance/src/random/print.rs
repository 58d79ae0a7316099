//! Prints schemas in the schema language.

use std::fmt::{self, Display, Formatter, Write as _};

use super::schema::{Arity, Enum, Extension, Field, ForeignKey, Index, Model, Relation, Schema, Type};

impl Display for Schema {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.preview_features.is_empty() {
            writeln!(f, "generator client {{\n  provider = \"prisma-client-js\"")?;
            writeln!(f, "  previewFeatures = {:?}\n}}\n", self.preview_features)?;
        }
        writeln!(f, "datasource db {{\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")")?;
        if !self.namespaces.is_empty() {
            writeln!(f, "  schemas = {:?}", self.namespaces)?;
        }
        if let Some(extensions) = &self.extensions {
            writeln!(f, "  extensions = [{}]", joined(extensions))?;
        }
        if self.without_foreign_keys {
            writeln!(f, "  relationMode = \"prisma\"")?;
        }
        writeln!(f, "}}")?;
        for enum_ in &self.enums {
            self.write_enum(f, enum_)?;
        }
        for model in &self.models {
            self.write_model(f, model)?;
        }
        Ok(())
    }
}

impl Schema {
    fn write_enum(&self, f: &mut Formatter<'_>, enum_: &Enum) -> fmt::Result {
        writeln!(f, "\nenum {} {{", enum_.name)?;
        for value in &enum_.values {
            writeln!(f, "  {}{}", value.name, Map("@map", value.map.as_deref()))?;
        }
        self.write_end(f, enum_.map.as_deref(), enum_.namespace)
    }

    fn write_model(&self, f: &mut Formatter<'_>, model: &Model) -> fmt::Result {
        writeln!(f, "\n{} {} {{", if model.is_view { "view" } else { "model" }, model.name)?;
        for field in &model.fields {
            write!(f, "  {} {}", field.name, WithArity(&field.ty, field.arity))?;
            if let Some(key) = model.key.as_ref().filter(|key| key.fields == [field.name.as_str()]) {
                let map = key.map.as_ref().map_or_else(String::new, |map| format!("(map: {map:?})"));
                write!(f, " @id{map}")?;
            }
            writeln!(f, "{field}")?;
        }
        for relation in &self.relations {
            self.write_relation(f, relation, model)?;
        }
        if let Some(key) = model.key.as_ref().filter(|key| key.fields.len() > 1) {
            writeln!(f, "  @@id([{}]{})", key.fields.join(", "), MapArgument(key.map.as_deref()))?;
        }
        for index in &model.indexes {
            writeln!(f, "  {index}")?;
        }
        if model.is_ignored {
            writeln!(f, "  @@ignore")?;
        }
        self.write_end(f, model.map.as_deref(), model.namespace)
    }

    /// Prints the fields of a relation in this model.
    fn write_relation(&self, f: &mut Formatter<'_>, relation: &Relation, model: &Model) -> fmt::Result {
        let Relation { name, from, to, key } = relation;
        let Some(key) = key else {
            if *from == model.name {
                writeln!(f, "  {name}_a {to}[] @relation({name:?})")?;
            }
            if *to == model.name {
                writeln!(f, "  {name}_b {from}[] @relation({name:?})")?;
            }
            return Ok(());
        };
        if *from == model.name {
            let first = key.fields.first().and_then(|(field, _)| model.field(field));
            let optional = if first.is_some_and(|field| field.arity == Arity::Optional) { "?" } else { "" };
            writeln!(f, "  {name}_to {to}{optional} @relation({name:?}, {key})")?;
            if key.is_one_to_one {
                let fields: Vec<_> = key.fields.iter().map(|(field, _)| field.as_str()).collect();
                writeln!(f, "  @@unique([{}])", fields.join(", "))?;
            }
        }
        if *to == model.name {
            writeln!(f, "  {name}_of {from}{} @relation({name:?})", if key.is_one_to_one { "?" } else { "[]" })?;
        }
        Ok(())
    }

    fn write_end(&self, f: &mut Formatter<'_>, map: Option<&str>, namespace: &str) -> fmt::Result {
        if let Some(map) = map {
            writeln!(f, "  @@map({map:?})")?;
        }
        if let Some(first) = self.namespaces.first() {
            let namespace = if self.namespaces.contains(&namespace) { namespace } else { first };
            writeln!(f, "  @@schema({namespace:?})")?;
        }
        writeln!(f, "}}")
    }
}

impl Display for Field {
    /// Prints the attributes after the type.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(arguments) = &self.unique {
            f.write_str(" @unique")?;
            if !arguments.is_empty() {
                write!(f, "({arguments})")?;
            }
        }
        if let Some(default) = &self.default {
            write!(f, " @default({default})")?;
        }
        if self.is_updated_at {
            f.write_str(" @updatedAt")?;
        }
        if let Type::Scalar(_, Some(native)) = self.ty {
            write!(f, " @db.{native}")?;
        }
        write!(f, "{}{}", Map("@map", self.map.as_deref()), if self.is_ignored { " @ignore" } else { "" })
    }
}

impl Display for Index {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "@@{}([", if self.is_unique { "unique" } else { "index" })?;
        for (position, field) in self.fields.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}{}", field.name)?;
            if let Some(arguments) = &field.arguments {
                write!(f, "({arguments})")?;
            }
        }
        f.write_char(']')?;
        if let Some(ty) = self.ty {
            write!(f, ", type: {ty}")?;
        }
        if let Some(predicate) = &self.predicate {
            write!(f, ", where: {predicate}")?;
        }
        write!(f, "{})", MapArgument(self.map.as_deref()))
    }
}

impl Display for ForeignKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (fields, references): (Vec<_>, Vec<_>) = self.fields.iter().cloned().unzip();
        write!(f, "fields: [{}], references: [{}]", fields.join(", "), references.join(", "))?;
        for (event, action) in [("onDelete", self.on_delete), ("onUpdate", self.on_update)] {
            if let Some(action) = action {
                write!(f, ", {event}: {action}")?;
            }
        }
        write!(f, "{}", MapArgument(self.map.as_deref()))
    }
}

impl Display for Extension {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let argument = |name: &str, value: Option<&str>| value.map(|value| format!("{name}: {value:?}"));
        let arguments: Vec<_> =
            [argument("schema", self.schema), argument("version", self.version)].into_iter().flatten().collect();
        match arguments.as_slice() {
            [] => f.write_str(self.name),
            arguments => write!(f, "{}({})", self.name, arguments.join(", ")),
        }
    }
}

struct WithArity<'a>(&'a Type, Arity);

impl Display for WithArity<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Type::Scalar(name, _) => f.write_str(name)?,
            Type::Enum(name) => f.write_str(name)?,
            Type::Unsupported(name) => write!(f, "Unsupported({name:?})")?,
        }
        f.write_str(match self.1 {
            Arity::Required => "",
            Arity::Optional => "?",
            Arity::List => "[]",
        })
    }
}

/// Prints ` @map("name")`, or nothing.
struct Map<'a>(&'a str, Option<&'a str>);

impl Display for Map<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.1.map_or(Ok(()), |map| write!(f, " {}({map:?})", self.0))
    }
}

/// Prints `, map: "name"`, or nothing.
struct MapArgument<'a>(Option<&'a str>);

impl Display for MapArgument<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |map| write!(f, ", map: {map:?}"))
    }
}

fn joined(items: &[impl Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
