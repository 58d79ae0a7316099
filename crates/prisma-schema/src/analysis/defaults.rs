//! `@default(…)`.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use chrono::{DateTime, FixedOffset, format::ParseResult};

use super::{
    arguments::ArgumentReader,
    context::Context,
    draft::{DefaultDraft, DefaultDraftValue, DraftFieldId, EnumDraft, FieldDraft, FieldKind},
    reporter::Reporter,
};
use crate::{
    Decimal, DefaultValue, EnumId, Flavour, ModelId, ScalarType, Span, Value,
    syntax::{Arguments, Attribute, EnumValue, Expression, FieldArity},
};

/// Reads the default of a model's field.
pub(super) fn read<'a>(model: ModelId, field: DraftFieldId, arguments: ArgumentReader<'a>, context: &mut Context<'a>) {
    if let Some(argument) = arguments.required("value", &mut context.report) {
        let map = arguments.text("map", &mut context.report);
        let Context { models, enums, report, flavour, .. } = context;
        let draft = &mut models[model].fields[field];
        let attribute = arguments.attribute;
        let mut reader = Reader { attribute, has_map: map.is_some(), flavour: *flavour, enums, report };
        if let Some(value) = reader.default(&argument.value, draft) {
            draft.default = Some(DefaultDraft { attribute, value, map });
        }
    }
    arguments.finish(&mut context.report);
}

/// Checks the default of a composite type's field.
pub(super) fn read_of_composite_type<'a>(
    model: ModelId,
    field: DraftFieldId,
    arguments: ArgumentReader<'a>,
    context: &mut Context<'a>,
) {
    if let Some(argument) = arguments.required("value", &mut context.report) {
        let Context { models, enums, report, flavour, .. } = context;
        let attribute = arguments.attribute;
        if arguments.named("map").is_some() {
            report.misused(attribute, "The `map` argument is not allowed on a composite type field.");
        }
        match &argument.value {
            Expression::Function("dbgenerated", ..) => {
                report.misused(attribute, "Fields of composite types cannot have `dbgenerated()` as default.");
            }
            value => {
                Reader { attribute, has_map: false, flavour: *flavour, enums, report }
                    .default(value, &models[model].fields[field]);
            }
        }
    }
    arguments.finish(&mut context.report);
}

/// The name of a value in the database, from the syntax tree: the enum's attributes may not be read yet.
fn enum_value_name<'a>(value: &'a EnumValue<'a>) -> &'a str {
    let map = value.attributes.iter().find(|attribute| attribute.name.name == "map");
    match map.and_then(|map| map.arguments.list.first()).map(|argument| &argument.value) {
        Some(Expression::String(text, _)) => text,
        _ => value.name.name,
    }
}

struct Reader<'a, 'c> {
    attribute: &'a Attribute<'a>,
    has_map: bool,
    flavour: Flavour,
    enums: &'c Vec<EnumDraft<'a>>,
    report: &'c mut Reporter,
}

impl<'a> Reader<'a, '_> {
    fn default(&mut self, value: &'a Expression<'a>, field: &FieldDraft<'a>) -> Option<DefaultDraftValue<'a>> {
        if let Expression::Function("dbgenerated", arguments, _) = value {
            return self.db_generated(arguments);
        }
        match field.kind {
            FieldKind::Scalar(scalar) => match value {
                Expression::Function(name, arguments, span) => self.function(name, arguments, *span, scalar),
                value => self
                    .constant(value, field.arity(), |reader, value, malformed| reader.scalar(scalar, value, malformed)),
            },
            FieldKind::Enum(id) => {
                let is_list = field.arity() == FieldArity::List;
                if is_list != matches!(value, Expression::Array(..)) {
                    return self.not_an_enum_value(value);
                }
                self.constant(value, field.arity(), |reader, value, _| reader.enum_value(id, value))
            }
            FieldKind::Unsupported(_) => {
                self.misused("Only @default(dbgenerated(\"...\")) can be used for Unsupported types.")
            }
            FieldKind::Composite(_) | FieldKind::Model(_) => {
                let ty = field.ast.ty.name();
                let message = format!(
                    "Error validating field `{}` in composite type `{ty}`: Defaults on fields of type composite are not supported. Please remove the `@default` attribute.",
                    field.name()
                );
                self.report.error(message, self.attribute.span);
                None
            }
            FieldKind::Unknown => None,
        }
    }

    fn misused<T>(&mut self, message: &str) -> Option<T> {
        self.report.misused(self.attribute, message);
        None
    }

    fn function(
        &mut self,
        name: &'a str,
        arguments: &'a Arguments<'a>,
        span: Span,
        scalar: ScalarType,
    ) -> Option<DefaultDraftValue<'a>> {
        use ScalarType::{BigInt, DateTime, Int, String};

        let value = match (name, scalar) {
            ("autoincrement", _) if self.has_map => {
                return self.misused("Naming an autoincrement default value is not allowed.");
            }
            ("autoincrement", Int | BigInt) => self.without_arguments(name, arguments, DefaultValue::Autoincrement)?,
            ("now", DateTime) => self.without_arguments(name, arguments, DefaultValue::Now)?,
            ("uuid", String) => self.versioned("uuid", arguments, [4, 7])?,
            ("cuid", String) => self.versioned("cuid", arguments, [1, 2])?,
            ("nanoid", String) => self.nanoid(arguments)?,
            ("ulid", String) if self.flavour.has_ulid() => {
                self.without_arguments(name, arguments, DefaultValue::Client)?
            }
            ("auto", _) if arguments.list.is_empty() => return Some(DefaultDraftValue::Auto(span)),
            ("auto", _) => return self.misused("`auto()` takes no arguments"),
            ("autoincrement" | "now" | "uuid" | "cuid" | "nanoid", _) => return self.wrong_type(name, scalar),
            ("ulid", _) if self.flavour.has_ulid() => return self.wrong_type(name, scalar),
            _ => return Some(DefaultDraftValue::Unknown(name, span)),
        };
        Some(DefaultDraftValue::Known(value))
    }

    fn wrong_type<T>(&mut self, name: &str, scalar: ScalarType) -> Option<T> {
        self.misused(&format!("The function `{name}()` cannot be used on fields of type `{}`.", scalar.name()))
    }

    fn without_arguments(
        &mut self,
        name: &str,
        arguments: &Arguments<'_>,
        value: DefaultValue,
    ) -> Option<DefaultValue> {
        if arguments.list.is_empty() {
            return Some(value);
        }
        self.misused(&format!(
            "The `{name}` function does not take any argument. Consider changing this default to `{name}()`."
        ))
    }

    /// A function with an optional version, since Prisma 6.
    fn versioned(&mut self, name: &str, arguments: &Arguments<'_>, versions: [u8; 2]) -> Option<DefaultValue> {
        if !self.flavour.has_uuid_versions() {
            return self.without_arguments(name, arguments, DefaultValue::Client);
        }
        let wrong_kind = format!("`{name}()` takes a single Int argument.");
        let wrong_value = format!(
            "`{name}()` takes either no argument, or a single integer argument which is either {} or {}.",
            versions[0], versions[1]
        );
        self.number(arguments, &wrong_kind, &wrong_value, |number| versions.contains(&number))
    }

    fn nanoid(&mut self, arguments: &Arguments<'_>) -> Option<DefaultValue> {
        let wrong_value = self.flavour.nanoid_length_message();
        self.number(arguments, "`nanoid()` takes a single Int argument.", wrong_value, |number| number >= 2)
    }

    /// A function of the client with an optional number.
    fn number(
        &mut self,
        arguments: &Arguments<'_>,
        wrong_kind: &str,
        wrong_value: &str,
        is_right: impl Fn(u8) -> bool,
    ) -> Option<DefaultValue> {
        if arguments.list.len() > 1 {
            self.report.misused(self.attribute, wrong_kind);
        }
        match arguments.list.first().map(|argument| &argument.value) {
            None => Some(DefaultValue::Client),
            Some(Expression::Number(text, _)) if text.parse().is_ok_and(is_right) => Some(DefaultValue::Client),
            Some(Expression::Number(..)) => self.misused(wrong_value),
            Some(_) => self.misused(wrong_kind),
        }
    }

    fn db_generated(&mut self, arguments: &'a Arguments<'a>) -> Option<DefaultDraftValue<'a>> {
        let wrong_kind = "`dbgenerated()` takes a single String argument";
        if arguments.list.len() > 1 {
            self.report.misused(self.attribute, wrong_kind);
        }
        let sql = match arguments.list.first().map(|argument| &argument.value) {
            None => None,
            Some(Expression::String(text, _)) if !text.is_empty() => Some(text.to_string()),
            Some(Expression::String(..)) => {
                return self.misused("dbgenerated() takes either no argument, or a single nonempty string argument.");
            }
            Some(_) => return self.misused(wrong_kind),
        };
        Some(DefaultDraftValue::Known(DefaultValue::DbGenerated(sql)))
    }

    /// A constant, or a list of constants for a list field.
    fn constant(
        &mut self,
        value: &'a Expression<'a>,
        arity: FieldArity,
        read: impl Fn(&mut Self, &'a Expression<'a>, &mut Vec<(String, Span)>) -> Option<Value>,
    ) -> Option<DefaultDraftValue<'a>> {
        let mut malformed = Vec::new();
        let known = match (arity, value) {
            (FieldArity::List, Expression::Array(items, _)) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(read(self, item, &mut malformed)?);
                }
                Value::List(values)
            }
            (FieldArity::List, _) => return self.misused("The default value of a list field must be a list."),
            (_, Expression::Array(..)) => {
                return self.misused("The default value of a non-list field cannot be a list.");
            }
            (_, value) => read(self, value, &mut malformed)?,
        };
        Some(if malformed.is_empty() {
            DefaultDraftValue::Known(DefaultValue::Value(known))
        } else {
            DefaultDraftValue::Malformed(malformed)
        })
    }

    fn enum_value(&mut self, id: EnumId, value: &'a Expression<'a>) -> Option<Value> {
        let Expression::Constant(name, _) = value else {
            return self.not_an_enum_value(value);
        };
        let draft = &self.enums[id];
        match draft.value_names.get(name) {
            Some(&index) => Some(Value::Enum(enum_value_name(&draft.ast.values[index]).to_owned())),
            None => self.misused(&format!(
                "The defined default value `{name}` is not a valid value of the enum specified for the field."
            )),
        }
    }

    fn not_an_enum_value<T>(&mut self, value: &Expression<'_>) -> Option<T> {
        self.misused(&format!("Expected an enum value, but found `{value}`."))
    }

    /// A constant of a built-in type. Malformed content of the right kind goes to `malformed`, and the returned value is
    /// arbitrary.
    fn scalar(
        &mut self,
        scalar: ScalarType,
        value: &'a Expression<'a>,
        malformed: &mut Vec<(String, Span)>,
    ) -> Option<Value> {
        let parsed = match (scalar, value) {
            (ScalarType::Int | ScalarType::BigInt, Expression::Number(text, _)) => {
                let number = if scalar == ScalarType::Int { Value::Int } else { Value::BigInt };
                text.parse().map(number).map_err(|error| format!("\"{text}\" is not a valid integer. ({error})"))
            }
            (ScalarType::Float | ScalarType::Decimal, Expression::Number(text, _)) => {
                Decimal::parse(text).map(Value::Decimal).ok_or_else(|| format!("\"{text}\" is not a valid number."))
            }
            (ScalarType::Decimal, Expression::String(text, _)) => Decimal::parse_scientific(text)
                .map(Value::Decimal)
                .map_err(|error| format!("\"{text}\" is not a valid decimal. ({error})")),
            (ScalarType::Boolean, Expression::Constant("true", _)) => Ok(Value::Boolean(true)),
            (ScalarType::Boolean, Expression::Constant("false", _)) => Ok(Value::Boolean(false)),
            (ScalarType::Boolean, Expression::Constant(..)) => {
                let message = "A boolean literal must be `true` or `false`.";
                self.report.attribute_error("@default", message, value.span());
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
            (ScalarType::DateTime, Expression::String(text, _)) => self
                .rfc3339(text)
                .map(|instant| Value::DateTime(instant.to_string()))
                .map_err(|error| format!("\"{text}\" is not a valid rfc3339 datetime string. ({error})")),
            _ => {
                return self.misused(&format!("Expected a {} value, but found `{value}`.", scalar.name()));
            }
        };
        Some(parsed.unwrap_or_else(|error| {
            // Prisma omits the `@` for decimals.
            let name = if scalar == ScalarType::Decimal { "default" } else { "@default" };
            malformed.push((format!("Error parsing attribute \"{name}\": Parse error: {error}"), value.span()));
            Value::Boolean(false)
        }))
    }

    fn rfc3339(&self, text: &str) -> ParseResult<DateTime<FixedOffset>> {
        if self.flavour.reads_times_in_two_steps() {
            DateTime::parse_from_rfc3339(&with_valid_numbers(text))?;
        }
        DateTime::parse_from_rfc3339(text)
    }
}

/// Replaces the digits by the digits of a valid time, so that only the form is checked. A space cannot replace the `T`.
fn with_valid_numbers(text: &str) -> String {
    const VALID_TIME: &[u8] = b"2026-01-01T00:00:00";
    let replaced = text.char_indices().map(|(at, char)| match VALID_TIME.get(at) {
        Some(digit) if digit.is_ascii_digit() && char.is_ascii_digit() => (*digit).into(),
        Some(b'T') if char == ' ' => '_',
        _ => char,
    });
    replaced.collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn defaults_must_match_their_fields() {
        check(
            r#"
            model A {
              id Int @id @default("x")
              a Int @default([1])
              b Int[] @default(1)
              c Boolean @default(yes)
              d E @default(Y)
              e E[] @default([X, "X"])
              f Int @default(now())
              g String @default(uuid(7))
              h String @default(nanoid(1))
              i String @default(dbgenerated(""))
              j Unsupported("point") @default("(0,0)")
            }
            enum E {
              X
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@default": Expected a Int value, but found `"x"`.
                 --> schema.prisma:2:14
                  |
                2 |   id Int @id @default("x")
                  |              ^^^^^^^^^^^^^

                error: Error parsing attribute "@default": The default value of a non-list field cannot be a list.
                 --> schema.prisma:3:9
                  |
                3 |   a Int @default([1])
                  |         ^^^^^^^^^^^^^

                error: Error parsing attribute "@default": The default value of a list field must be a list.
                 --> schema.prisma:4:11
                  |
                4 |   b Int[] @default(1)
                  |           ^^^^^^^^^^^

                error: Error parsing attribute "@default": A boolean literal must be `true` or `false`.
                 --> schema.prisma:5:22
                  |
                5 |   c Boolean @default(yes)
                  |                      ^^^

                error: Error parsing attribute "@default": The defined default value `Y` is not a valid value of the enum specified for the field.
                 --> schema.prisma:6:7
                  |
                6 |   d E @default(Y)
                  |       ^^^^^^^^^^^

                error: Error parsing attribute "@default": Expected an enum value, but found `"X"`.
                 --> schema.prisma:7:9
                  |
                7 |   e E[] @default([X, "X"])
                  |         ^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@default": The function `now()` cannot be used on fields of type `Int`.
                 --> schema.prisma:8:9
                  |
                8 |   f Int @default(now())
                  |         ^^^^^^^^^^^^^^^

                error: Error parsing attribute "@default": The `uuid` function does not take any argument. Consider changing this default to `uuid()`.
                 --> schema.prisma:9:12
                  |
                9 |   g String @default(uuid(7))
                  |            ^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@default": `nanoid()` takes either no argument, or a single integer argument >= 2.
                  --> schema.prisma:10:12
                   |
                10 |   h String @default(nanoid(1))
                   |            ^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@default": dbgenerated() takes either no argument, or a single nonempty string argument.
                  --> schema.prisma:11:12
                   |
                11 |   i String @default(dbgenerated(""))
                   |            ^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@default": Only @default(dbgenerated("...")) can be used for Unsupported types.
                  --> schema.prisma:12:26
                   |
                12 |   j Unsupported("point") @default("(0,0)")
                   |                          ^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
