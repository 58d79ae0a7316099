//! `@db.…` must name a type of PostgreSQL that matches the field.

use crate::{
    NativeType,
    analysis::{
        context::Context,
        draft::{FieldDraft, FieldKind, NativeTypeDraft},
        native_types::{Parameters, find},
        reporter::Reporter,
    },
};

pub(super) fn check(field: &FieldDraft<'_>, schema: &Context<'_>, report: &mut Reporter) {
    let (Some(draft), FieldKind::Scalar(scalar)) = (&field.native_type, field.kind) else { return };
    let NativeTypeDraft { attribute, prefix, name, ref arguments, ty } = **draft;
    if let Some(datasource) = schema.configuration.datasource
        && prefix != datasource.name
    {
        let message = format!(
            "The prefix {prefix} is invalid. It must be equal to the name of an existing datasource e.g. {0}. Did you mean to use {0}.{name}?",
            datasource.name
        );
        report.error(message, attribute.span);
    }
    let Some(constructor) = find(name) else {
        report.error(format!("Native type {name} is not supported for postgresql connector."), attribute.span);
        return;
    };
    let count = arguments.len();
    let message = match (constructor.parameters, ty) {
        (Parameters::None(_), _) if count > 0 => {
            format!("Function \"{name}\" takes 0 arguments, but received {count}.")
        }
        (Parameters::One(_), _) if count > 1 => {
            format!("Native type {name} takes 1 optional arguments, but received {count}.")
        }
        (Parameters::Two(_), _) if count > 2 => {
            format!("Native type {name} takes 2 optional arguments, but received {count}.")
        }
        _ if constructor.scalar != scalar => format!(
            "Native type {name} is not compatible with declared field type {}, expected field type {}.",
            scalar.name(),
            constructor.scalar.name()
        ),
        (Parameters::Two(_), None) => {
            format!("Expected two nonnegative integers, but found ({}).", arguments.join(", "))
        }
        (_, None) => format!("Expected a nonnegative integer, but found ({}).", arguments.join(", ")),
        (_, Some(native_type)) => match out_of_range(native_type, draft) {
            Some(message) => message,
            None => return,
        },
    };
    report.error(message, attribute.span);
}

fn out_of_range(native_type: NativeType, draft: &NativeTypeDraft<'_>) -> Option<String> {
    use NativeType::{Bit, Decimal, Time, Timestamp, Timestamptz, Timetz, VarBit};

    let written = || format!("{}({})", draft.name, draft.arguments.join(","));
    let range = match native_type {
        Decimal(Some((precision, scale))) if scale > precision => {
            return Some(format!(
                "The scale must not be larger than the precision for the {} native type in Postgres.",
                written()
            ));
        }
        Decimal(Some((0 | 1001.., _))) => "Precision must be positive with a maximum value of 1000.",
        Bit(Some(0)) | VarBit(Some(0)) => "M must be a positive integer.",
        Timestamp(Some(7..)) | Timestamptz(Some(7..)) | Time(Some(7..)) | Timetz(Some(7..)) => {
            "M can range from 0 to 6."
        }
        _ => return None,
    };
    Some(format!("Argument M is out of range for native type `{}` of Postgres: {range}", written()))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn native_types_must_match_their_fields() {
        check(
            r#"
            model A {
              id Int @id @db.Text
              a String @db.Varchar(10)
              b String @pg.Text
              c Int @db.Integer(4)
            }
            "#,
            expect![[r#"
                error: Native type Text is not compatible with declared field type Int, expected field type String.
                 --> schema.prisma:2:14
                  |
                2 |   id Int @id @db.Text
                  |              ^^^^^^^^

                error: Native type Varchar is not supported for postgresql connector.
                 --> schema.prisma:3:12
                  |
                3 |   a String @db.Varchar(10)
                  |            ^^^^^^^^^^^^^^^

                error: The prefix pg is invalid. It must be equal to the name of an existing datasource e.g. db. Did you mean to use db.Text?
                 --> schema.prisma:4:12
                  |
                4 |   b String @pg.Text
                  |            ^^^^^^^^

                error: Function "Integer" takes 0 arguments, but received 1.
                 --> schema.prisma:5:9
                  |
                5 |   c Int @db.Integer(4)
                  |         ^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn arguments_must_be_in_range() {
        check(
            r#"
            model A {
              id Int @id
              a String @db.VarChar(1, 2)
              b String @db.VarChar(max)
              c Decimal @db.Decimal(5)
              d Decimal @db.Decimal(2, 5)
              e Decimal @db.Decimal(1001, 5)
              f DateTime @db.Timestamp(7)
              g String @db.Bit(0)
            }
            "#,
            expect![[r#"
                error: Native type VarChar takes 1 optional arguments, but received 2.
                 --> schema.prisma:3:12
                  |
                3 |   a String @db.VarChar(1, 2)
                  |            ^^^^^^^^^^^^^^^^^

                error: Expected a nonnegative integer, but found (max).
                 --> schema.prisma:4:12
                  |
                4 |   b String @db.VarChar(max)
                  |            ^^^^^^^^^^^^^^^^

                error: Expected two nonnegative integers, but found (5).
                 --> schema.prisma:5:13
                  |
                5 |   c Decimal @db.Decimal(5)
                  |             ^^^^^^^^^^^^^^

                error: The scale must not be larger than the precision for the Decimal(2,5) native type in Postgres.
                 --> schema.prisma:6:13
                  |
                6 |   d Decimal @db.Decimal(2, 5)
                  |             ^^^^^^^^^^^^^^^^^

                error: Argument M is out of range for native type `Decimal(1001,5)` of Postgres: Precision must be positive with a maximum value of 1000.
                 --> schema.prisma:7:13
                  |
                7 |   e Decimal @db.Decimal(1001, 5)
                  |             ^^^^^^^^^^^^^^^^^^^^

                error: Argument M is out of range for native type `Timestamp(7)` of Postgres: M can range from 0 to 6.
                 --> schema.prisma:8:14
                  |
                8 |   f DateTime @db.Timestamp(7)
                  |              ^^^^^^^^^^^^^^^^

                error: Argument M is out of range for native type `Bit(0)` of Postgres: M must be a positive integer.
                 --> schema.prisma:9:12
                  |
                9 |   g String @db.Bit(0)
                  |            ^^^^^^^^^^
            "#]],
        );
    }
}
