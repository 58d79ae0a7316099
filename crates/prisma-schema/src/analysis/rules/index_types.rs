//! The column types, access methods and operator classes of an index must match.

use crate::{
    FieldArity, IndexAlgorithm, NativeType, ScalarType,
    analysis::{
        draft::{FieldDraft, FieldKind, IndexDraft, IndexFieldDraft, IndexKind, ModelDraft},
        operator_classes::{NamedOperatorClass, OperatorClassDraft, has_class_for},
        reporter::Reporter,
    },
};

pub(super) fn check(model: &ModelDraft<'_>, report: &mut Reporter) {
    for index in &model.indexes {
        check_comparable(index, model, report);
        let algorithm = index.algorithm.unwrap_or_default();
        for field in &index.fields {
            if let Some(message) = mismatch(field, &model.fields[field.field], algorithm) {
                report.attribute_error(index.attribute_name(), &message, index.attribute.span);
            }
        }
        if algorithm == IndexAlgorithm::SpGist && index.fields.len() != 1 {
            let message = "SpGist does not support multi-column indices.";
            report.attribute_error(index.attribute_name(), message, index.attribute.span);
        }
    }
}

/// XML values can neither be ordered nor compared.
fn check_comparable(index: &IndexDraft<'_>, model: &ModelDraft<'_>, report: &mut Reporter) {
    let mut fields = index.fields.iter().map(|field| &model.fields[field.field]);
    if let Some(field) = fields.find(|field| field.native_type() == Some(NativeType::Xml)) {
        let message = if index.kind == IndexKind::Unique {
            "Native type `Xml` cannot be unique in Postgres."
        } else {
            "You cannot define an index on fields with native type `Xml` of Postgres."
        };
        report.error(message, field.ast.span);
    }
}

/// Why the access method cannot index the field with its operator class or the default one.
fn mismatch(index_field: &IndexFieldDraft, field: &FieldDraft<'_>, algorithm: IndexAlgorithm) -> Option<String> {
    match &index_field.operator_class {
        Some(OperatorClassDraft::Raw(_)) => None,
        Some(OperatorClassDraft::Named(class)) => class_mismatch(class, field, algorithm),
        None => default_class_mismatch(field, algorithm),
    }
}

fn class_mismatch(class: &NamedOperatorClass, field: &FieldDraft<'_>, algorithm: IndexAlgorithm) -> Option<String> {
    let class_name = class.name;
    let name = field.name();
    if !class.algorithms.contains(&algorithm) {
        let algorithm = algorithm.name();
        return Some(format!(
            "The given operator class `{class_name}` is not supported with the `{algorithm}` index type."
        ));
    }
    let Some(scalar) = class.scalar else {
        return (field.arity() != FieldArity::List).then(|| {
            format!("The given operator class `{class_name}` expects the type of field `{name}` to be an array.")
        });
    };
    match native_type_name(field) {
        Some(native_type) if class.native_types.contains(&native_type) => None,
        Some(native_type) => Some(format!(
            "The given operator class `{class_name}` does not support native type `{native_type}` of field `{name}`."
        )),
        None if !class.fits_default_type => Some(format!(
            "The given operator class `{class_name}` expects the field `{name}` to define a valid native type."
        )),
        None if field.kind == FieldKind::Scalar(scalar) => None,
        None => Some(format!(
            "The given operator class `{class_name}` points to the field `{name}` that is not of {} type.",
            scalar.name()
        )),
    }
}

fn default_class_mismatch(field: &FieldDraft<'_>, algorithm: IndexAlgorithm) -> Option<String> {
    if matches!(algorithm, IndexAlgorithm::BTree | IndexAlgorithm::Hash) || is_list_for_gin(field, algorithm) {
        return None;
    }
    if let Some(native_type) = native_type_name(field) {
        // GiST has a class for `inet`, but not as the default.
        let has_default = algorithm != IndexAlgorithm::Gist && has_class_for(native_type, algorithm);
        let algorithm = algorithm.name();
        return (!has_default)
            .then(|| format!("The {algorithm} index field type `{native_type}` has no default operator class."));
    }
    let fits = match field.kind {
        FieldKind::Unsupported(_) => true,
        FieldKind::Scalar(scalar) => fits(scalar, algorithm),
        _ => false,
    };
    let (algorithm, name) = (algorithm.name(), field.name());
    (!fits).then(|| format!("The {algorithm} index type does not support the type of the field `{name}`."))
}

fn is_list_for_gin(field: &FieldDraft<'_>, algorithm: IndexAlgorithm) -> bool {
    algorithm == IndexAlgorithm::Gin && field.arity() == FieldArity::List
}

/// Whether an access method can index the default column type of a scalar type.
fn fits(scalar: ScalarType, algorithm: IndexAlgorithm) -> bool {
    match algorithm {
        IndexAlgorithm::BTree | IndexAlgorithm::Hash => true,
        IndexAlgorithm::Gist | IndexAlgorithm::SpGist => scalar == ScalarType::String,
        IndexAlgorithm::Gin => scalar == ScalarType::Json,
        IndexAlgorithm::Brin => !matches!(scalar, ScalarType::Boolean | ScalarType::Json),
    }
}

fn native_type_name<'a>(field: &FieldDraft<'a>) -> Option<&'a str> {
    field.native_type.as_ref().filter(|native_type| native_type.ty.is_some()).map(|native_type| native_type.name)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn operator_classes_must_match_method_and_type() {
        check(
            r#"
            model A {
              id Int @id
              name String
              flags Int[]
              json Json
              address String @db.Inet
              @@index([name], type: Gin)
              @@index([flags], type: Gin)
              @@index([json(ops: JsonbPathOps), flags(ops: ArrayOps), name(ops: raw("gin_trgm_ops"))], type: Gin)
              @@index([name(ops: JsonbOps)], type: Gin)
              @@index([address], type: Gist)
              @@index([address(ops: InetOps)], type: Gist)
              @@index([address(ops: InetOps)])
              @@index([name(ops: ArrayOps)], type: Gin)
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@@index": The Gin index type does not support the type of the field `name`.
                 --> schema.prisma:7:3
                  |
                7 |   @@index([name], type: Gin)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given operator class `JsonbOps` points to the field `name` that is not of Json type.
                  --> schema.prisma:10:3
                   |
                10 |   @@index([name(ops: JsonbOps)], type: Gin)
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The Gist index field type `Inet` has no default operator class.
                  --> schema.prisma:11:3
                   |
                11 |   @@index([address], type: Gist)
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given operator class `InetOps` is not supported with the `BTree` index type.
                  --> schema.prisma:13:3
                   |
                13 |   @@index([address(ops: InetOps)])
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given operator class `ArrayOps` expects the type of field `name` to be an array.
                  --> schema.prisma:14:3
                   |
                14 |   @@index([name(ops: ArrayOps)], type: Gin)
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given constraint name `A_name_idx` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                 --> schema.prisma:7:3
                  |
                7 |   @@index([name], type: Gin)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given constraint name `A_name_idx` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                  --> schema.prisma:10:3
                   |
                10 |   @@index([name(ops: JsonbOps)], type: Gin)
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given constraint name `A_address_idx` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                  --> schema.prisma:11:3
                   |
                11 |   @@index([address], type: Gist)
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given constraint name `A_address_idx` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                  --> schema.prisma:12:3
                   |
                12 |   @@index([address(ops: InetOps)], type: Gist)
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given constraint name `A_address_idx` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                  --> schema.prisma:13:3
                   |
                13 |   @@index([address(ops: InetOps)])
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given constraint name `A_name_idx` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                  --> schema.prisma:14:3
                   |
                14 |   @@index([name(ops: ArrayOps)], type: Gin)
                   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn brin_classes_must_match_the_type() {
        check(
            r#"
            model A {
              id Int @id
              small Int @db.SmallInt
              money Decimal @db.Money
              @@index([small], type: Brin)
              @@index([small(ops: Int4MinMaxOps)], type: Brin)
              @@index([id(ops: Int2MinMaxOps)], type: Brin)
              @@index([id(ops: Int8MinMaxOps)], type: Brin)
              @@index([money], type: Brin)
            }
            "#,
            expect![[r#"
                error: Error parsing attribute "@@index": The given operator class `Int4MinMaxOps` does not support native type `SmallInt` of field `small`.
                 --> schema.prisma:6:3
                  |
                6 |   @@index([small(ops: Int4MinMaxOps)], type: Brin)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given operator class `Int2MinMaxOps` expects the field `id` to define a valid native type.
                 --> schema.prisma:7:3
                  |
                7 |   @@index([id(ops: Int2MinMaxOps)], type: Brin)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given operator class `Int8MinMaxOps` points to the field `id` that is not of BigInt type.
                 --> schema.prisma:8:3
                  |
                8 |   @@index([id(ops: Int8MinMaxOps)], type: Brin)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The Brin index field type `Money` has no default operator class.
                 --> schema.prisma:9:3
                  |
                9 |   @@index([money], type: Brin)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given constraint name `A_small_idx` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                 --> schema.prisma:5:3
                  |
                5 |   @@index([small], type: Brin)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given constraint name `A_small_idx` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                 --> schema.prisma:6:3
                  |
                6 |   @@index([small(ops: Int4MinMaxOps)], type: Brin)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given constraint name `A_id_idx` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                 --> schema.prisma:7:3
                  |
                7 |   @@index([id(ops: Int2MinMaxOps)], type: Brin)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": The given constraint name `A_id_idx` has to be unique in the following namespace: global for primary key, indexes and unique constraints. Please provide a different name using the `map` argument.
                 --> schema.prisma:8:3
                  |
                8 |   @@index([id(ops: Int8MinMaxOps)], type: Brin)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn sp_gist_supports_one_column_and_xml_no_index() {
        check(
            r#"
            model A {
              id Int @id
              a String
              b String
              x String @db.Xml @unique
              @@index([a, b], type: SpGist)
            }
            "#,
            expect![[r#"
                error: Native type `Xml` cannot be unique in Postgres.
                 --> schema.prisma:5:3
                  |
                5 |   x String @db.Xml @unique
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^

                error: Error parsing attribute "@@index": SpGist does not support multi-column indices.
                 --> schema.prisma:6:3
                  |
                6 |   @@index([a, b], type: SpGist)
                  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
