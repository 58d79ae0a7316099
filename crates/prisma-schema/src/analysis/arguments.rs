//! The attributes of one thing, and the arguments of one attribute, each to be asked for once.

use super::context::Context;
use crate::{
    Span,
    syntax::{Argument, Attribute, Expression},
};

/// The attributes of a model, field, enum or value. What nobody asks for is reported as unknown.
pub(super) struct Attributes<'a> {
    list: &'a [Attribute<'a>],
    seen: Vec<bool>,
}

impl<'a> Attributes<'a> {
    pub(super) fn new(list: &'a [Attribute<'a>]) -> Self {
        Self { list, seen: vec![false; list.len()] }
    }

    /// The attribute of this name. More than one is an error, and then there is none.
    pub(super) fn single(&mut self, name: &str, context: &mut Context<'a>) -> Option<&'a Attribute<'a>> {
        let mut found = self.repeated(name);
        if found.len() > 1 {
            for attribute in found {
                let message = format!("Attribute \"@{name}\" can only be defined once.");
                context.error(message, attribute.span);
            }
            return None;
        }
        found.pop()
    }

    /// All attributes of this name.
    pub(super) fn repeated(&mut self, name: &str) -> Vec<&'a Attribute<'a>> {
        let mut found = Vec::new();
        for (attribute, seen) in self.list.iter().zip(&mut self.seen) {
            if attribute.name.name == name {
                *seen = true;
                found.push(attribute);
            }
        }
        found
    }

    /// All attributes whose name has a dot in it: native types.
    pub(super) fn dotted(&mut self) -> Vec<&'a Attribute<'a>> {
        let mut found = Vec::new();
        for (attribute, seen) in self.list.iter().zip(&mut self.seen) {
            if attribute.name.name.contains('.') {
                *seen = true;
                found.push(attribute);
            }
        }
        found
    }

    pub(super) fn finish(self, context: &mut Context<'a>) {
        for (attribute, seen) in self.list.iter().zip(self.seen) {
            if !seen {
                let message = format!("Attribute not known: \"@{}\".", attribute.name.name);
                context.error(message, attribute.span);
            }
        }
    }
}

/// The arguments of an attribute. What nobody asks for is reported.
pub(super) struct ArgumentReader<'a> {
    pub(super) attribute: &'a Attribute<'a>,
    seen: Vec<bool>,
}

impl<'a> ArgumentReader<'a> {
    /// Starts to read, and reports arguments that clash with each other.
    pub(super) fn new(attribute: &'a Attribute<'a>, context: &mut Context<'a>) -> Self {
        let list = &attribute.arguments.list;
        let mut seen = vec![false; list.len()];
        let unnamed: Vec<usize> = (0..list.len()).filter(|&index| list[index].name.is_none()).collect();
        for (index, argument) in list.iter().enumerate() {
            let Some(name) = &argument.name else { continue };
            let same = |earlier: &Argument<'_>| earlier.name.is_some_and(|earlier| earlier.name == name.name);
            if list[..index].iter().any(same) {
                seen[index] = true;
                context.error(format!("Argument \"{}\" is already specified.", name.name), argument.span);
            }
        }
        if unnamed.len() > 1 {
            let values: Vec<String> = unnamed.iter().map(|&index| list[index].value.to_string()).collect();
            for &index in &unnamed {
                seen[index] = true;
            }
            let message = format!(
                "You provided multiple unnamed arguments. This is not possible. Did you forget the brackets? Did you mean `[{}]`?",
                values.join(", ")
            );
            context.error_at(attribute, &message);
        }
        for empty in &attribute.arguments.empty {
            let message = format!("The `{}` argument is missing a value.", empty.name);
            context.attribute_error(&format!("@{}", attribute.name.name), &message, empty.span);
        }
        if let Some(comma) = attribute.arguments.trailing_comma {
            let message = "Trailing commas are not valid in attribute arguments, please remove the comma.";
            context.attribute_error(&format!("@{}", attribute.name.name), message, comma);
        }
        Self { attribute, seen }
    }

    /// The argument of this name.
    pub(super) fn named(&mut self, name: &str) -> Option<&'a Argument<'a>> {
        self.take(|argument| argument.name.is_some_and(|found| found.name == name))
    }

    /// The argument of this name, or the one without a name.
    pub(super) fn default(&mut self, name: &str, context: &mut Context<'a>) -> Option<&'a Argument<'a>> {
        let named = self.named(name);
        let unnamed = self.take(|argument| argument.name.is_none());
        if let (Some(named), Some(_)) = (named, unnamed) {
            let message = format!("Argument \"{name}\" is already specified as unnamed argument.");
            context.error(message, named.span);
        }
        named.or(unnamed)
    }

    /// Like [`Self::default`], and an error if there is none.
    pub(super) fn required(&mut self, name: &str, context: &mut Context<'a>) -> Option<&'a Argument<'a>> {
        let found = self.default(name, context);
        if found.is_none() {
            context.error(format!("Argument \"{name}\" is missing."), self.attribute.span);
        }
        found
    }

    fn take(&mut self, wanted: impl Fn(&Argument<'_>) -> bool) -> Option<&'a Argument<'a>> {
        let list = &self.attribute.arguments.list;
        let index = (0..list.len()).find(|&index| !self.seen[index] && wanted(&list[index]))?;
        self.seen[index] = true;
        Some(&list[index])
    }

    pub(super) fn finish(self, context: &mut Context<'a>) {
        for (argument, seen) in self.attribute.arguments.list.iter().zip(&self.seen) {
            if !seen {
                context.error("No such argument.", argument.span);
            }
        }
    }
}

/// A value of the wrong kind.
pub(super) fn expected(kind: &str, value: &Expression<'_>, context: &mut Context<'_>) {
    let message = format!("Expected a {kind} value, but received {} value `{value}`.", value.kind());
    context.error(message, value.span());
}

pub(super) fn string<'a>(value: &'a Expression<'a>, context: &mut Context<'a>) -> Option<(&'a str, Span)> {
    if let Expression::String(text, span) = value {
        return Some((text, *span));
    }
    expected("string", value, context);
    None
}

pub(super) fn constant<'a>(value: &'a Expression<'a>, context: &mut Context<'a>) -> Option<(&'a str, Span)> {
    if let Expression::Constant(text, span) = value {
        return Some((text, *span));
    }
    expected("constant literal", value, context);
    None
}

/// The items of an array, or the value itself where one stands for a list of one.
pub(super) fn items<'a>(value: &'a Expression<'a>) -> &'a [Expression<'a>] {
    match value {
        Expression::Array(items, _) => items,
        single => std::slice::from_ref(single),
    }
}
