//! `@db.…` must name a type of PostgreSQL that the field can have.

use crate::{
    NativeType,
    analysis::{
        context::Context,
        draft::{FieldDraft, FieldKind, NativeTypeDraft},
        native_types::{Parameters, find},
        report::Report,
    },
};

pub(super) fn check(field: &FieldDraft<'_>, schema: &Context<'_>, report: &mut Report) {
    let (Some(draft), FieldKind::Scalar(scalar)) = (&field.native_type, field.kind) else { return };
    let NativeTypeDraft { attribute, prefix, name, ref arguments, r#type } = *draft;
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
    let message = match (constructor.parameters, r#type) {
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
