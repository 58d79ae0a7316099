//! `extensions = [citext, postgis(version: "…")]`

use std::collections::{HashMap, HashSet};

use super::Properties;
use crate::{
    Extension, Span,
    analysis::{
        arguments::{expected, list, string},
        context::Extensions,
        reporter::Reporter,
    },
    syntax::{Argument, Expression, Identifier},
};

pub(super) fn read<'a>(properties: &mut Properties<'a>, report: &mut Reporter) -> Option<Extensions<'a>> {
    let (property, value) = properties.take("extensions")?;
    let mut list = list(value, report, read_one)?;
    list.sort_by_key(|(name, _)| name.name);
    Some(Extensions { list, span: property.span })
}

fn read_one<'a>(item: &'a Expression<'a>, report: &mut Reporter) -> Option<(Identifier<'a>, Extension)> {
    let (name, arguments, span) = match item {
        Expression::Constant(name, span) => (*name, [].as_slice(), *span),
        Expression::Function(name, arguments, span) => (*name, arguments.list.as_slice(), *span),
        other => {
            expected("constant or function", other, report);
            return None;
        }
    };
    let mut arguments = named_strings(arguments, report);
    let mut take = |name: &str| match arguments.remove(name)? {
        (_, Some(text)) => Some(text.to_owned()),
        (span, None) => {
            report.invalid(&format!("The `{name}` argument must be a string literal"), span);
            None
        }
    };
    let map = take("map");
    let (schema, version) = (take("schema"), take("version"));
    let mut unknown: Vec<(&str, Span)> = arguments.into_iter().map(|(name, (span, _))| (name, span)).collect();
    unknown.sort_by_key(|(_, span)| *span);
    for (name, span) in unknown {
        report.error(format!("Argument not known: \"{name}\"."), span);
    }
    let extension = Extension { name: map.unwrap_or_else(|| name.to_owned()), schema, version };
    Some((Identifier { name, span }, extension))
}

fn named_strings<'a>(
    arguments: &'a [Argument<'a>],
    report: &mut Reporter,
) -> HashMap<&'a str, (Span, Option<&'a str>)> {
    let mut found = HashMap::new();
    let mut seen = HashSet::new();
    for argument in arguments {
        match argument.name {
            Some(name) if seen.insert(name.name) => {
                found.insert(name.name, (argument.span, string(&argument.value, report)));
            }
            Some(name) => {
                report.invalid(&format!("The argument `{}` can only be defined once", name.name), argument.span);
            }
            None => {
                report.invalid("The argument must have a name", argument.span);
            }
        }
    }
    found
}
