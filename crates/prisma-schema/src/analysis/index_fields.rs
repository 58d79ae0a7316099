//! The list of fields of an index: `[a, b(sort: Desc), c(ops: raw("…"))]`.

use std::borrow::Cow;

use super::{
    arguments::{constant, expected, integer, list},
    context::Context,
    draft::{DraftFieldId, FieldKind, IndexFieldDraft, ModelDraft},
    operator_classes::{self, OperatorClassDraft},
    reporter::Reporter,
};
use crate::{
    ModelId, SortOrder,
    name_hash::NameSet,
    syntax::{Argument, Arguments, Attribute, Expression},
};

/// Names in the list that are not columns. Empty if the error is reported already.
#[derive(Default)]
pub(super) struct Unresolved<'a> {
    pub(super) unknown: Vec<Cow<'a, str>>,
    pub(super) relations: Vec<DraftFieldId>,
}

/// The fields of an index with their arguments. A path into a composite type counts as its first field.
pub(super) fn read<'a>(
    model: ModelId,
    names: &'a Expression<'a>,
    attribute: &'a Attribute<'a>,
    follow_paths: bool,
    context: &mut Context<'a>,
) -> Result<Vec<IndexFieldDraft>, Unresolved<'a>> {
    let Some(named) = list(names, &mut context.report, named_field) else { return Err(Unresolved::default()) };
    let mut unresolved = Unresolved::default();
    let mut seen = NameSet::default();
    let mut fields = Vec::with_capacity(named.len());
    for NamedField { name, sort, has_length, operator_class } in named {
        let draft = &context.models[model];
        let (root, path) = name.split_once('.').map_or((name, None), |(root, path)| (root, Some(path)));
        let Some(field) = draft.find_field(root).filter(|_| path.is_none() || follow_paths) else {
            unresolved.unknown.push(if follow_paths { root } else { name }.into());
            continue;
        };
        if !draft.fields[field].is_column() {
            unresolved.relations.push(field);
        } else if let Some(unknown) = path.and_then(|path| unknown_in_path(draft, field, name, path, context)) {
            unresolved.unknown.push(unknown);
        } else if seen.insert(name) {
            fields.push(IndexFieldDraft { field, sort, has_length, operator_class });
        } else {
            let message = format!("The unique index definition refers to the field {name} multiple times.");
            context.report.definition_error(draft.ast, &message, attribute.span);
            return Err(Unresolved::default());
        }
    }
    if unresolved.unknown.is_empty() && unresolved.relations.is_empty() { Ok(fields) } else { Err(unresolved) }
}

/// The unknown part of a path into composite types.
fn unknown_in_path<'a>(
    model: &ModelDraft<'a>,
    field: DraftFieldId,
    whole: &'a str,
    path: &'a str,
    context: &Context<'a>,
) -> Option<Cow<'a, str>> {
    let mut kind = model.fields[field].kind;
    for part in path.split('.') {
        let FieldKind::Composite(id) = kind else { return Some(whole.into()) };
        let composite = &context.models[id];
        match composite.find_field(part) {
            Some(field) => kind = composite.fields[field].kind,
            None => return Some(format!("{part} in type {}", composite.name()).into()),
        }
    }
    None
}

struct NamedField<'a> {
    name: &'a str,
    sort: Option<SortOrder>,
    has_length: bool,
    operator_class: Option<OperatorClassDraft>,
}

fn named_field<'a>(item: &'a Expression<'a>, report: &mut Reporter) -> Option<NamedField<'a>> {
    match item {
        Expression::Constant(name, _) => Some(NamedField { name, sort: None, has_length: false, operator_class: None }),
        Expression::Function(name, arguments, _) => Some(NamedField {
            name,
            sort: find(arguments, "sort").and_then(|argument| sort_order(argument, report)),
            has_length: find(arguments, "length").is_some_and(|argument| length(argument, report)),
            operator_class: find(arguments, "ops").and_then(|argument| operator_classes::read(argument, report)),
        }),
        other => {
            expected("constant literal", other, report);
            None
        }
    }
}

/// The first argument with this name. Unknown arguments are allowed here.
fn find<'a>(arguments: &'a Arguments<'a>, name: &str) -> Option<&'a Argument<'a>> {
    arguments.list.iter().find(|argument| argument.name.is_some_and(|found| found.name == name))
}

fn sort_order(argument: &Argument<'_>, report: &mut Reporter) -> Option<SortOrder> {
    match constant(&argument.value, report)? {
        "Asc" => Some(SortOrder::Asc),
        "Desc" => Some(SortOrder::Desc),
        _ => {
            report.error("Unexpected token. Expected one of: Asc, Desc", argument.span);
            None
        }
    }
}

fn length(argument: &Argument<'_>, report: &mut Reporter) -> bool {
    integer(&argument.value, report).is_some_and(|length| length >= 0)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn index_fields_must_be_columns() {
        check(
            r#"
            model A {
              id Int @id
              aId Int
              a A @relation("tree", fields: [aId], references: [id])
              as A[] @relation("tree")
              @@index([b, a])
              @@index([id, id])
              @@index([id(sort: Up, ops: Foo)])
            }
            "#,
            expect![[r#"
                error: Error validating model "A": The index definition refers to the unknown fields: b.
                 --> schema.prisma:6:3
                  |
                6 |   @@index([b, a])
                  |   ^^^^^^^^^^^^^^^

                error: Error validating model "A": The index definition refers to the relation fields a. Index definitions must reference only scalar fields. Did you mean `@@index([aId])`?
                 --> schema.prisma:6:3
                  |
                6 |   @@index([b, a])
                  |   ^^^^^^^^^^^^^^^

                error: Error validating model "A": The unique index definition refers to the field id multiple times.
                 --> schema.prisma:7:3
                  |
                7 |   @@index([id, id])
                  |   ^^^^^^^^^^^^^^^^^

                error: Unexpected token. Expected one of: Asc, Desc
                 --> schema.prisma:8:15
                  |
                8 |   @@index([id(sort: Up, ops: Foo)])
                  |               ^^^^^^^^

                error: Unexpected token. Expected one of: Invalid operator class: Foo
                 --> schema.prisma:8:30
                  |
                8 |   @@index([id(sort: Up, ops: Foo)])
                  |                              ^^^
            "#]],
        );
    }
}
