//! `where: …`: the condition of a partial index, since Prisma 7. It is SQL, `raw("…")`, or an object,
//! `{ active: true, deletedAt: null, state: { not: "done" } }`.

use std::borrow::Cow;

use super::{
    arguments::{ArgumentReader, expected, string},
    context::Context,
    draft::{Condition, FieldCondition, FieldDraft, FieldKind, ModelDraft, PredicateDraft},
};
use crate::{
    ModelId, ScalarType,
    syntax::{Expression, Identifier},
};

/// Reads the argument, if the version supports it.
pub(super) fn read<'a>(
    model: ModelId,
    arguments: &ArgumentReader<'a>,
    context: &mut Context<'a>,
) -> Option<PredicateDraft<'a>> {
    if !context.flavour.has_partial_indexes() {
        return None;
    }
    let argument = arguments.named("where")?;
    let attribute = arguments.attribute;
    let condition = match &argument.value {
        Expression::Function("raw", raw, _) => {
            let text = raw.list.first().and_then(|argument| string(&argument.value, &mut context.report));
            match text {
                Some("") => Err("The `where` argument cannot contain an empty string.".to_owned()),
                Some(text) => Ok(Condition::Raw(text)),
                None => Err("The `where` argument must be a raw() function with a string argument, e.g. `where: raw(\"status = 'active'\")`.".to_owned()),
            }
        }
        Expression::Object(members, _) => read_object(members, &context.models[model]).map(Condition::Fields),
        other => {
            if !matches!(other, Expression::Function(..)) {
                expected("function", other, &mut context.report);
            }
            Err("The `where` argument must be either a raw() function call or an object literal, e.g. `where: raw(\"status = 'active'\")` or `where: { active: true }`.".to_owned())
        }
    };
    match condition {
        Ok(condition) => Some(PredicateDraft { condition, span: argument.span }),
        Err(message) => {
            context.report.misused(attribute, &message);
            None
        }
    }
}

fn read_object<'a>(
    members: &'a [(Identifier<'a>, Expression<'a>)],
    model: &ModelDraft<'a>,
) -> Result<Vec<FieldCondition<'a>>, String> {
    if members.is_empty() {
        return Err("The `where` argument cannot be an empty object.".to_owned());
    }
    members.iter().map(|(name, value)| read_member(name.name, value, model)).collect()
}

fn read_member<'a>(
    name: &str,
    value: &'a Expression<'a>,
    model: &ModelDraft<'a>,
) -> Result<FieldCondition<'a>, String> {
    let Some(field) = model.find_field(name) else {
        return Err(format!("Field '{name}' does not exist in model '{}'.", model.name()));
    };
    if !model.fields[field].is_column() {
        return Err(format!("Field '{name}' is a relation field. Only scalar fields can be used in the where clause."));
    }
    let (negated, value) = match value {
        Expression::Object(members, _) => match members.as_slice() {
            [(Identifier { name: "not", .. }, value)] => (true, value),
            [(other, _)] => {
                let other = other.name;
                return Err(format!("Unknown key '{other}' in nested where clause object. Only 'not' is supported."));
            }
            _ => {
                return Err(
                    "Nested object in where clause must have exactly one key. Use `{ not: null }` or `{ not: \"value\" }`."
                        .to_owned(),
                );
            }
        },
        value => (false, value),
    };
    let value = Constant::new(value)?;
    check_type(&model.fields[field], &value)?;
    Ok(FieldCondition { field, negated, value: value.sql })
}

/// A value in a comparison.
struct Constant<'a> {
    /// The kind of value in messages; `None` for `null`.
    kind: Option<&'static str>,
    sql: Option<Cow<'a, str>>,
}

impl<'a> Constant<'a> {
    fn new(value: &'a Expression<'a>) -> Result<Self, String> {
        const EXPECTED: &str =
            "in where clause. Expected true, false, null, a string, a number, or an object like { not: null }.";
        match value {
            Expression::Constant("null", _) => Ok(Self { kind: None, sql: None }),
            Expression::Constant(text @ ("true" | "false"), _) => {
                Ok(Self { kind: Some("Boolean"), sql: Some(Cow::Borrowed(text)) })
            }
            Expression::Number(text, _) => Ok(Self { kind: Some("a Number"), sql: Some(Cow::Borrowed(text)) }),
            Expression::String(text, _) => {
                let quoted = format!("'{}'", text.replace('\'', "''"));
                Ok(Self { kind: Some("a String"), sql: Some(Cow::Owned(quoted)) })
            }
            Expression::Constant(text, _) => Err(format!("Invalid value '{text}' {EXPECTED}")),
            _ => Err(format!("Invalid value {EXPECTED}")),
        }
    }
}

fn check_type(field: &FieldDraft<'_>, value: &Constant<'_>) -> Result<(), String> {
    use ScalarType::{BigInt, Boolean, DateTime, Decimal, Float, Int, String as Text};

    let name = field.name();
    let Some(kind) = value.kind else { return Ok(()) };
    match (field.kind, kind) {
        (FieldKind::Scalar(Text | DateTime) | FieldKind::Enum(_), "a String")
        | (FieldKind::Scalar(Int | BigInt | Float | Decimal), "a Number")
        | (FieldKind::Scalar(Boolean), "Boolean") => Ok(()),
        (FieldKind::Scalar(scalar), kind) => {
            let scalar = scalar.name();
            Err(format!("Type mismatch: field '{name}' is of type {scalar}, but the value is {kind}."))
        }
        (FieldKind::Enum(_), _) => {
            Err(format!("Type mismatch: field '{name}' is an Enum and only accepts String values in the where clause."))
        }
        _ => Err(format!(
            "Field '{name}' is an unsupported type and cannot be used in the object syntax of a where clause. Use raw() instead."
        )),
    }
}

/// The condition as SQL.
pub(super) fn to_sql(predicate: &PredicateDraft<'_>, model: &ModelDraft<'_>) -> String {
    match &predicate.condition {
        Condition::Raw(text) => (*text).to_owned(),
        Condition::Fields(fields) => {
            let conditions: Vec<String> = fields.iter().map(|field| field_to_sql(field, model)).collect();
            conditions.join(" AND ")
        }
    }
}

fn field_to_sql(condition: &FieldCondition<'_>, model: &ModelDraft<'_>) -> String {
    let column = model.fields[condition.field].database_name().replace('"', "\"\"");
    match (&condition.value, condition.negated) {
        (None, false) => format!("\"{column}\" IS NULL"),
        (None, true) => format!("\"{column}\" IS NOT NULL"),
        (Some(value), false) => format!("\"{column}\" = {value}"),
        (Some(value), true) => format!("\"{column}\" != {value}"),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::{Flavour, testing::check_as};

    #[test]
    fn predicates_compare_columns_with_constants() {
        check_as(
            Flavour::V7,
            r#"
            generator client {
              provider = "prisma-client"
              previewFeatures = ["partialIndexes"]
            }
            model A {
              id Int @id
              state String
              @@index([id], where: { state: 1 })
              @@index([state], where: { sate: "done" })
              @@unique([state], where: { state: { not: "done" } })
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@index": Type mismatch: field 'state' is of type String, but the value is a Number.
                 --> schema.prisma:8:3
                  |
                8 |   @@index([id], where: { state: 1 })
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@index": Field 'sate' does not exist in model 'A'.
                 --> schema.prisma:9:3
                  |
                9 |   @@index([state], where: { sate: "done" })
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
