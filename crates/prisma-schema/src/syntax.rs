//! The syntax tree: the parsed text with its spans, before any name is resolved.

use std::{borrow::Cow, cell::Cell};

use crate::Span;

/// A block at the top level of a file.
#[derive(Debug)]
pub(crate) enum Block<'a> {
    Model(Model<'a>),
    Enum(Enum<'a>),
    Config(Config<'a>),
}

/// A `model`, `view` or `type`.
#[derive(Debug)]
pub(crate) struct Model<'a> {
    pub(crate) kind: ModelKind,
    pub(crate) name: Identifier<'a>,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModelKind {
    Model,
    View,
    /// A composite type, which Prisma does not support for PostgreSQL.
    Type,
}

impl ModelKind {
    /// The word in messages.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::View => "view",
            Self::Type => "composite type",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Enum<'a> {
    pub(crate) name: Identifier<'a>,
    pub(crate) values: Vec<EnumValue<'a>>,
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct EnumValue<'a> {
    pub(crate) name: Identifier<'a>,
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) span: Span,
}

/// A `datasource` or `generator`.
#[derive(Debug)]
pub(crate) struct Config<'a> {
    pub(crate) kind: ConfigKind,
    pub(crate) name: Identifier<'a>,
    pub(crate) properties: Vec<Property<'a>>,
    pub(crate) span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConfigKind {
    Datasource,
    Generator,
}

impl ConfigKind {
    pub(crate) const fn keyword(self) -> &'static str {
        match self {
            Self::Datasource => "datasource",
            Self::Generator => "generator",
        }
    }

    /// The word in messages about names.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Datasource => "source",
            Self::Generator => "generator",
        }
    }
}

/// `name = value` in a configuration block; the value may be missing.
#[derive(Debug)]
pub(crate) struct Property<'a> {
    pub(crate) name: Identifier<'a>,
    pub(crate) value: Option<Expression<'a>>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct Field<'a> {
    pub(crate) name: Identifier<'a>,
    pub(crate) ty: FieldType<'a>,
    pub(crate) arity: FieldArity,
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum FieldType<'a> {
    Named(Identifier<'a>),
    Unsupported(Cow<'a, str>, Span),
}

impl FieldType<'_> {
    /// The name of the type; empty for an unsupported one.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Named(name) => name.name,
            Self::Unsupported(..) => "",
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Named(name) => name.span,
            Self::Unsupported(_, span) => *span,
        }
    }
}

/// How many values a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldArity {
    /// Exactly one.
    Required,
    /// `?`: one or none.
    Optional,
    /// `[]`: any number.
    List,
}

/// `@name(…)` or `@@name(…)`.
#[derive(Debug)]
pub(crate) struct Attribute<'a> {
    pub(crate) name: Identifier<'a>,
    pub(crate) arguments: Arguments<'a>,
    /// From the first `@` to the end of the arguments. Without arguments, it includes the blanks after the name.
    pub(crate) span: Span,
    /// Whether the analysis has read it. Unread attributes are unknown.
    pub(crate) is_read: Cell<bool>,
}

impl<'a> Attribute<'a> {
    /// The first argument with this name.
    pub(crate) fn argument(&self, name: &str) -> Option<&Argument<'a>> {
        self.arguments.list.iter().find(|argument| argument.name.is_some_and(|found| found.name == name))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Arguments<'a> {
    pub(crate) list: Vec<Argument<'a>>,
    /// `name:` without a value.
    pub(crate) empty: Vec<Identifier<'a>>,
    pub(crate) trailing_comma: Option<Span>,
}

#[derive(Debug)]
pub(crate) struct Argument<'a> {
    pub(crate) name: Option<Identifier<'a>>,
    pub(crate) value: Expression<'a>,
    pub(crate) span: Span,
    /// Whether the analysis has read it. Unread arguments are unknown.
    pub(crate) is_read: Cell<bool>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Identifier<'a> {
    pub(crate) name: &'a str,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum Expression<'a> {
    Number(&'a str, Span),
    String(Cow<'a, str>, Span),
    /// A name, such as `Cascade`, `true` or `public.Enum`.
    Constant(&'a str, Span),
    Function(&'a str, Box<Arguments<'a>>, Span),
    Array(Vec<Expression<'a>>, Span),
    /// `{ name: value, … }`, since Prisma 7.
    Object(Vec<(Identifier<'a>, Expression<'a>)>, Span),
}

impl Expression<'_> {
    /// The value in the schema language.
    pub(crate) fn to_source(&self) -> Cow<'_, str> {
        match self {
            Self::Number(text, _) | Self::Constant(text, _) => Cow::Borrowed(text),
            other => Cow::Owned(other.to_string()),
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Number(_, span)
            | Self::String(_, span)
            | Self::Constant(_, span)
            | Self::Function(_, _, span)
            | Self::Array(_, span)
            | Self::Object(_, span) => *span,
        }
    }

    /// The kind of value in messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Number(..) => "numeric",
            Self::String(..) => "string",
            Self::Constant(..) => "literal",
            Self::Function(..) => "functional",
            Self::Array(..) => "array",
            Self::Object(..) => "object",
        }
    }
}

impl std::fmt::Display for Expression<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(text, _) | Self::Constant(text, _) => f.write_str(text),
            Self::String(text, _) => write!(f, "{}", quoted(text)),
            Self::Function(name, arguments, _) => {
                write!(f, "{name}(")?;
                for (index, argument) in arguments.list.iter().enumerate() {
                    if index > 0 {
                        f.write_str(",")?;
                    }
                    if let Some(name) = &argument.name {
                        write!(f, "{}:", name.name)?;
                    }
                    write!(f, "{}", argument.value)?;
                }
                f.write_str(")")
            }
            Self::Array(items, _) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_str(",")?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
            Self::Object(members, _) => {
                let members: Vec<String> =
                    members.iter().map(|(name, value)| format!("{}: {value}", name.name)).collect();
                write!(f, "{{ {} }}", members.join(", "))
            }
        }
    }
}

/// A string literal of the schema language.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
