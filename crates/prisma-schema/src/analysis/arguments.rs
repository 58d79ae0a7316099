//! Readers for attributes and their arguments. Each is read at most once; the unread ones are reported.

use super::reporter::Reporter;
use crate::{
    Span,
    name_hash::NameMap,
    syntax::{Argument, Arguments, Attribute, Expression},
};

/// Reads the attributes of a model, field, enum or value. Unread attributes are unknown.
pub(super) struct Attributes<'a>(&'a [Attribute<'a>]);

impl<'a> Attributes<'a> {
    pub(super) fn new(list: &'a [Attribute<'a>]) -> Self {
        Self(list)
    }

    /// The attribute with this name, if it is unique and its arguments are complete.
    pub(super) fn single(&self, name: &str, report: &mut Reporter) -> Option<ArgumentReader<'a>> {
        let mut found = self.repeated(name);
        let first = found.next()?;
        let Some(second) = found.next() else { return ArgumentReader::new(first, report) };
        for attribute in [first, second].into_iter().chain(found) {
            report.error(format!("Attribute \"@{name}\" can only be defined once."), attribute.span);
        }
        None
    }

    /// The value of `@map("…")` or `@@map("…")`.
    pub(super) fn map(&self, report: &mut Reporter) -> Option<&'a str> {
        self.single_text("map", "name", report).map(|(name, _)| name)
    }

    /// The value of `@@schema("…")`, with its span.
    pub(super) fn schema(&self, report: &mut Reporter) -> Option<(&'a str, Span)> {
        self.single_text("schema", "map", report)
    }

    /// The value of an attribute whose only argument is a string.
    fn single_text(&self, name: &str, argument: &str, report: &mut Reporter) -> Option<(&'a str, Span)> {
        let arguments = self.single(name, report)?;
        let text = arguments.required_string(argument, report);
        arguments.finish(report);
        text
    }

    /// All attributes with this name.
    pub(super) fn repeated(&self, name: &str) -> impl Iterator<Item = &'a Attribute<'a>> {
        self.read(move |attribute| attribute.name.name == name)
    }

    /// The native type: the last attribute with a dot in its name. A second one is an error.
    pub(super) fn native_type(&self, report: &mut Reporter) -> Option<(&'a Attribute<'a>, &'a str, &'a str)> {
        let mut last = None;
        for attribute in self.read(|attribute| attribute.name.name.contains('.')) {
            let (prefix, name) = attribute.name.name.split_once('.')?;
            if last.replace((attribute, prefix, name)).is_some() {
                report.error(format!("Attribute \"@{prefix}\" can only be defined once."), attribute.span);
            }
        }
        last
    }

    pub(super) fn finish(self, report: &mut Reporter) {
        for attribute in self.0.iter().filter(|attribute| !attribute.is_read.get()) {
            report.error(format!("Attribute not known: \"@{}\".", attribute.name.name), attribute.span);
        }
    }

    fn read(&self, matches: impl Fn(&Attribute<'_>) -> bool) -> impl Iterator<Item = &'a Attribute<'a>> {
        self.0.iter().filter(move |attribute| matches(attribute)).inspect(|attribute| attribute.is_read.set(true))
    }
}

/// Reads the arguments of an attribute. Unread arguments are unknown.
pub(super) struct ArgumentReader<'a> {
    pub(super) attribute: &'a Attribute<'a>,
}

/// Why an argument with an optional name is not unique.
pub(super) enum NotUnique {
    Missing,
    Twice(Span),
}

impl<'a> ArgumentReader<'a> {
    /// Reports errors that do not depend on the attribute. `None` if an argument has no value.
    pub(super) fn new(attribute: &'a Attribute<'a>, report: &mut Reporter) -> Option<Self> {
        let mut readable = check_punctuation(attribute, &attribute.arguments, report);
        for argument in &attribute.arguments.list {
            if let Expression::Function(_, arguments, _) = &argument.value {
                readable &= check_punctuation(attribute, arguments, report);
            }
        }
        if readable {
            skip_duplicates(attribute, report);
        }
        readable.then_some(Self { attribute })
    }

    /// The argument with this name.
    pub(super) fn named(&self, name: &str) -> Option<&'a Argument<'a>> {
        self.take(|argument| argument.name.is_some_and(|found| found.name == name))
    }

    /// The argument with this name or without any.
    pub(super) fn named_or_unnamed(&self, name: &str) -> Result<&'a Argument<'a>, NotUnique> {
        let named = self.named(name);
        let unnamed = self.take(|argument| argument.name.is_none());
        match (named, unnamed) {
            (Some(named), Some(_)) => Err(NotUnique::Twice(named.span)),
            (named, unnamed) => named.or(unnamed).ok_or(NotUnique::Missing),
        }
    }

    /// Like [`Self::named_or_unnamed`], but a missing or duplicate argument is reported.
    pub(super) fn required(&self, name: &str, report: &mut Reporter) -> Option<&'a Argument<'a>> {
        match self.named_or_unnamed(name) {
            Ok(argument) => return Some(argument),
            Err(NotUnique::Missing) => {
                report.error(format!("Argument \"{name}\" is missing."), self.attribute.span);
            }
            Err(NotUnique::Twice(span)) => {
                report.error(format!("Argument \"{name}\" is already specified as unnamed argument."), span);
            }
        }
        None
    }

    /// Like [`Self::required`], for a string.
    pub(super) fn required_string(&self, name: &str, report: &mut Reporter) -> Option<(&'a str, Span)> {
        let value = &self.required(name, report)?.value;
        Some((string(value, report)?, value.span()))
    }

    /// The text of an argument that must not be empty.
    pub(super) fn text(&self, name: &str, report: &mut Reporter) -> Option<&'a str> {
        let text = string(&self.named(name)?.value, report)?;
        if text.is_empty() {
            report.misused(self.attribute, &format!("The `{name}` argument cannot be an empty string."));
            return None;
        }
        Some(text)
    }

    /// Whether the `clustered` argument is set, which only SQL Server supports.
    pub(super) fn has_clustered(&self, report: &mut Reporter) -> bool {
        self.named("clustered").is_some_and(|argument| boolean(&argument.value, report).is_some())
    }

    pub(super) fn finish(self, report: &mut Reporter) {
        for argument in self.attribute.arguments.list.iter().filter(|argument| !argument.is_read.get()) {
            report.error("No such argument.", argument.span);
        }
    }

    fn take(&self, matches: impl Fn(&Argument<'_>) -> bool) -> Option<&'a Argument<'a>> {
        let mut unread = self.attribute.arguments.list.iter().filter(|argument| !argument.is_read.get());
        let found = unread.find(|argument| matches(argument))?;
        found.is_read.set(true);
        Some(found)
    }
}

/// Reports missing values and trailing commas. Returns `false` if a value is missing.
fn check_punctuation(attribute: &Attribute<'_>, arguments: &Arguments<'_>, report: &mut Reporter) -> bool {
    let name = attribute.name.name;
    let mut missing = |sign: &str, arguments: &Arguments<'_>| {
        for empty in &arguments.empty {
            let message = format!("The `{}` argument is missing a value.", empty.name);
            report.attribute_error(&format!("{sign}{name}"), &message, empty.span);
        }
    };
    missing("@", arguments);
    for argument in &arguments.list {
        if let Expression::Array(items, _) = &argument.value {
            for item in items {
                if let Expression::Function(_, arguments, _) = item {
                    missing("@@", arguments);
                }
            }
        }
    }
    if let Some(comma) = arguments.trailing_comma {
        let message = "Trailing commas are not valid in attribute arguments, please remove the comma.";
        report.attribute_error(&format!("@{name}"), message, comma);
    }
    arguments.empty.is_empty()
}

/// Reports arguments with the same name, or several without any. Only the last one remains unread.
fn skip_duplicates(attribute: &Attribute<'_>, report: &mut Reporter) {
    let list = &attribute.arguments.list;
    if list.len() <= 1 {
        return;
    }
    let mut last = NameMap::<_, &Argument<'_>>::default();
    for argument in list {
        let name = argument.name.map(|name| name.name);
        let Some(previous) = last.insert(name, argument) else { continue };
        previous.is_read.set(true);
        if let Some(name) = name {
            report.error(format!("Argument \"{name}\" is already specified."), argument.span);
        }
    }
    let unnamed = list.iter().filter(|argument| argument.name.is_none());
    if unnamed.clone().count() > 1 {
        let message = format!(
            "You provided multiple unnamed arguments. This is not possible. Did you forget the brackets? Did you mean `[{}]`?",
            unnamed.map(|argument| argument.value.to_string()).collect::<Vec<_>>().join(", ")
        );
        report.misused(attribute, &message);
    }
}

/// Reports a value of the wrong kind.
pub(super) fn expected(kind: &str, value: &Expression<'_>, report: &mut Reporter) {
    report.error(format!("Expected a {kind} value, but received {} value `{value}`.", value.kind()), value.span());
}

pub(super) fn string<'a>(value: &'a Expression<'a>, report: &mut Reporter) -> Option<&'a str> {
    if let Expression::String(text, _) = value {
        return Some(text);
    }
    expected("string", value, report);
    None
}

pub(super) fn constant<'a>(value: &'a Expression<'a>, report: &mut Reporter) -> Option<&'a str> {
    if let Expression::Constant(text, _) = value {
        return Some(text);
    }
    expected("constant", value, report);
    None
}

pub(super) fn boolean(value: &Expression<'_>, report: &mut Reporter) -> Option<bool> {
    match value {
        Expression::Constant("true", _) => return Some(true),
        Expression::Constant("false", _) => return Some(false),
        _ => expected("boolean", value, report),
    }
    None
}

pub(super) fn integer(value: &Expression<'_>, report: &mut Reporter) -> Option<i64> {
    if let Expression::Number(text, _) = value
        && let Ok(number) = text.parse()
    {
        return Some(number);
    }
    expected("numeric", value, report);
    None
}

/// Reads each item of an array. A single value counts as an array of one item. `None` if any item is invalid.
pub(super) fn list<'a, T>(
    value: &'a Expression<'a>,
    report: &mut Reporter,
    mut read: impl FnMut(&'a Expression<'a>, &mut Reporter) -> Option<T>,
) -> Option<Vec<T>> {
    let items = match value {
        Expression::Array(items, _) => items,
        single => std::slice::from_ref(single),
    };
    let mut complete = true;
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        match read(item, report) {
            Some(item) => list.push(item),
            None => complete = false,
        }
    }
    complete.then_some(list)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check;

    #[test]
    fn arguments_must_be_unique_and_complete() {
        check(
            r#"
            model A {
              id Int @id(map: "a", map: "b")
              a Int @default(1,)
              b Int @default(value:)
              c Int @unique(sort: Desc, order: Asc)
              @@index(a, b)
              @@index([c], map: 1)
              @@foo
            }
            "#,
            expect![[r#"
                error: Argument "map" is already specified.
                 --> schema.prisma:2:24
                  |
                2 |   id Int @id(map: "a", map: "b")
                  |                        ^^^^^^^^

                error: Error parsing attribute "@default": Trailing commas are not valid in attribute arguments, please remove the comma.
                 --> schema.prisma:3:19
                  |
                3 |   a Int @default(1,)
                  |                   ^

                error: Error parsing attribute "@default": The `value` argument is missing a value.
                 --> schema.prisma:4:18
                  |
                4 |   b Int @default(value:)
                  |                  ^^^^^

                error: No such argument.
                 --> schema.prisma:5:29
                  |
                5 |   c Int @unique(sort: Desc, order: Asc)
                  |                             ^^^^^^^^^^

                error: Error parsing attribute "@index": You provided multiple unnamed arguments. This is not possible. Did you forget the brackets? Did you mean `[a, b]`?
                 --> schema.prisma:6:3
                  |
                6 |   @@index(a, b)
                  |   ^^^^^^^^^^^^^

                error: Expected a string value, but received numeric value `1`.
                 --> schema.prisma:7:21
                  |
                7 |   @@index([c], map: 1)
                  |                     ^

                error: Attribute not known: "@foo".
                 --> schema.prisma:8:3
                  |
                8 |   @@foo
                  |   ^^^^^
            "#]],
        );
    }
}
