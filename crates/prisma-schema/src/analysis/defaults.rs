//! `@default(…)`.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use chrono::DateTime;

use super::{
    arguments::ArgumentReader,
    context::Context,
    draft::{DefaultDraft, FieldKind},
    indexes::map_argument,
};
use crate::{
    Decimal, DefaultValue, ScalarType, Value,
    syntax::{Arguments, Attribute, Expression, FieldArity},
};

pub(super) fn read<'a>(model: usize, field: usize, attribute: &'a Attribute<'a>, context: &mut Context<'a>) {
    let mut arguments = ArgumentReader::new(attribute, context);
    let value = arguments.required("value", context);
    map_argument(&mut arguments, attribute, context);
    arguments.finish(context);
    let Some(argument) = value else { return };
    let draft = &context.models[model].fields[field];
    let reader = Reader { kind: draft.kind, attribute };
    let arity = draft.arity();
    if let Some(value) = reader.default(&argument.value, arity, context) {
        context.models[model].fields[field].default = Some(DefaultDraft { value, attribute });
    }
}

struct Reader<'a> {
    kind: FieldKind<'a>,
    attribute: &'a Attribute<'a>,
}

impl<'a> Reader<'a> {
    fn default(&self, value: &'a Expression<'a>, arity: FieldArity, context: &mut Context<'a>) -> Option<DefaultValue> {
        if let FieldKind::Unsupported(_) = self.kind {
            return match value {
                Expression::Function("dbgenerated", arguments, _) => self.db_generated(arguments, context),
                _ => {
                    let message = "Only @default(dbgenerated(\"...\")) can be used for Unsupported types.";
                    context.error_at(self.attribute, message);
                    None
                }
            };
        }
        if arity == FieldArity::List {
            return self.list(value, context);
        }
        match value {
            Expression::Array(..) => {
                context.error_at(self.attribute, "The default value of a non-list field cannot be a list.");
                None
            }
            Expression::Function(name, arguments, _) => self.function(name, arguments, value, context),
            constant => self.constant(constant, context).map(DefaultValue::Value),
        }
    }

    fn list(&self, value: &'a Expression<'a>, context: &mut Context<'a>) -> Option<DefaultValue> {
        match value {
            Expression::Array(items, _) => {
                let mut values = Vec::new();
                for item in items {
                    values.push(self.constant(item, context)?);
                }
                Some(DefaultValue::Value(Value::List(values)))
            }
            Expression::Function("dbgenerated", arguments, _) => self.db_generated(arguments, context),
            Expression::Function(name, ..) if !is_function(name) => {
                self.unknown_function(name, value, context);
                None
            }
            _ => {
                context.error_at(self.attribute, "The default value of a list field must be a list.");
                None
            }
        }
    }

    fn function(
        &self,
        name: &str,
        arguments: &'a Arguments<'a>,
        value: &'a Expression<'a>,
        context: &mut Context<'a>,
    ) -> Option<DefaultValue> {
        if name == "dbgenerated" {
            return self.db_generated(arguments, context);
        }
        if name == "auto" {
            let message = "The current connector does not support the `auto()` function.";
            context.attribute_error("@default", message, value.span());
            return None;
        }
        if !is_function(name) || (name == "ulid" && !context.flavour.has_ulid()) {
            self.unknown_function(name, value, context);
            return None;
        }
        let FieldKind::Scalar(scalar) = self.kind else {
            return self.constant(value, context).map(DefaultValue::Value);
        };
        let (fits, default) = match name {
            "autoincrement" => (matches!(scalar, ScalarType::Int | ScalarType::BigInt), DefaultValue::Autoincrement),
            "now" => (scalar == ScalarType::DateTime, DefaultValue::Now),
            _ => (scalar == ScalarType::String, DefaultValue::Client),
        };
        if !fits {
            let message = format!("The function `{name}()` cannot be used on fields of type `{}`.", scalar.name());
            context.error_at(self.attribute, &message);
            return None;
        }
        self.check_function_arguments(name, arguments, context).then_some(default)
    }

    fn check_function_arguments(&self, name: &str, arguments: &Arguments<'_>, context: &mut Context<'_>) -> bool {
        let list = &arguments.list;
        let integer = |least: u32, most: u32| match list.as_slice() {
            [] => true,
            [argument] => match &argument.value {
                Expression::Number(text, _) => text.parse::<u32>().is_ok_and(|number| (least..=most).contains(&number)),
                _ => false,
            },
            _ => false,
        };
        if name == "nanoid" {
            if !integer(2, 255) {
                let message =
                    "The `nanoid()` function takes either no argument, or a single integer argument between 2 and 255.";
                context.error_at(self.attribute, message);
                return false;
            }
            return true;
        }
        if context.flavour.has_uuid_versions() && (name == "uuid" || name == "cuid") {
            return true;
        }
        if !list.is_empty() {
            let message = format!(
                "The `{name}` function does not take any argument. Consider changing this default to `{name}()`."
            );
            context.error_at(self.attribute, &message);
        }
        list.is_empty()
    }

    fn db_generated(&self, arguments: &'a Arguments<'a>, context: &mut Context<'a>) -> Option<DefaultValue> {
        match arguments.list.as_slice() {
            [] => return Some(DefaultValue::DbGenerated(None)),
            [argument] => match &argument.value {
                Expression::String(text, _) if !text.is_empty() => {
                    return Some(DefaultValue::DbGenerated(Some(text.to_string())));
                }
                _ => {}
            },
            _ => {}
        }
        let message = "`dbgenerated()` takes a single String argument";
        context.error_at(self.attribute, message);
        None
    }

    fn unknown_function(&self, name: &str, value: &Expression<'_>, context: &mut Context<'_>) {
        let message = format!(
            "Unknown function in @default(): `{name}` is not known. You can read about the available functions here: https://pris.ly/d/attribute-functions"
        );
        context.error(message, value.span());
    }

    /// A constant of the field's type.
    fn constant(&self, value: &'a Expression<'a>, context: &mut Context<'a>) -> Option<Value> {
        match self.kind {
            FieldKind::Scalar(scalar) => self.scalar(scalar, value, context),
            FieldKind::Enum(id) => self.enum_value(id, value, context),
            _ => None,
        }
    }

    fn enum_value(&self, id: usize, value: &'a Expression<'a>, context: &mut Context<'a>) -> Option<Value> {
        let Expression::Constant(name, _) = value else {
            context.error_at(self.attribute, &format!("Expected an enum value, but found `{value}`."));
            return None;
        };
        let ast = context.enums[id].ast;
        if let Some(index) = ast.values.iter().position(|known| known.name.name == *name) {
            // Values are mapped after all fields are read: look the name up in the syntax.
            return Some(Value::Enum(super::build::enum_value_name(&ast.values[index]).to_owned()));
        }
        let message =
            format!("The defined default value `{name}` is not a valid value of the enum specified for the field.");
        context.error_at(self.attribute, &message);
        None
    }

    fn scalar(&self, scalar: ScalarType, value: &'a Expression<'a>, context: &mut Context<'a>) -> Option<Value> {
        let parsed = match (scalar, value) {
            (ScalarType::Int | ScalarType::BigInt, Expression::Number(text, _)) => {
                text.parse().map(Value::Int).map_err(|error| format!("\"{text}\" is not a valid integer. ({error})"))
            }
            (ScalarType::Float | ScalarType::Decimal, Expression::Number(text, _)) => {
                Decimal::parse(text).map(Value::Decimal).ok_or_else(|| format!("\"{text}\" is not a valid number."))
            }
            (ScalarType::Boolean, Expression::Constant("true", _)) => Ok(Value::Boolean(true)),
            (ScalarType::Boolean, Expression::Constant("false", _)) => Ok(Value::Boolean(false)),
            (ScalarType::Boolean, Expression::Constant(..)) => {
                let message = "A boolean literal must be `true` or `false`.";
                context.attribute_error("@default", message, value.span());
                return None;
            }
            (ScalarType::String, Expression::String(text, _)) => Ok(Value::String(text.to_string())),
            (ScalarType::Json, Expression::String(text, _)) => serde_json::from_str::<serde_json::Value>(text)
                .map(|_| Value::Json(text.to_string()))
                .map_err(|error| format!("\"{text}\" is not a valid JSON string. ({error})")),
            (ScalarType::Bytes, Expression::String(text, _)) => BASE64.decode(&**text).map(Value::Bytes).map_err(|_| {
                format!(
                    "\"{text}\" is not a valid base64 string. (Could not convert from `base64 encoded bytes` to `PrismaValue::Bytes`)"
                )
            }),
            (ScalarType::DateTime, Expression::String(text, _)) => DateTime::parse_from_rfc3339(text)
                .map(|instant| Value::DateTime(instant.to_string()))
                .map_err(|error| format!("\"{text}\" is not a valid rfc3339 datetime string. ({error})")),
            _ => {
                let message = format!("Expected a {} value, but found `{value}`.", scalar.name());
                context.error_at(self.attribute, &message);
                return None;
            }
        };
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                context.attribute_error("@default", &format!("Parse error: {error}"), value.span());
                None
            }
        }
    }
}

fn is_function(name: &str) -> bool {
    ["autoincrement", "now", "uuid", "cuid", "nanoid", "ulid", "dbgenerated", "auto"].contains(&name)
}
