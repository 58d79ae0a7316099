//! Names in SQL.

use std::fmt::{self, Display, Formatter};

use sql_schema::{Enum, Table};

/// A quoted name. Like Prisma, it does not double quotes within.
pub(crate) struct Name<'a>(pub(crate) &'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// A quoted name, behind its namespace if that is known.
pub(crate) struct QualifiedName<'a> {
    namespace: Option<&'a str>,
    name: &'a str,
}

impl<'a> QualifiedName<'a> {
    pub(crate) fn new(namespace: Option<&'a str>, name: &'a str) -> Self {
        Self { namespace, name }
    }
}

impl<'a> From<&'a Table> for QualifiedName<'a> {
    fn from(table: &'a Table) -> Self {
        Self::new(table.namespace.as_deref(), &table.name)
    }
}

impl<'a> From<&'a Enum> for QualifiedName<'a> {
    fn from(enum_: &'a Enum) -> Self {
        Self::new(enum_.namespace.as_deref(), &enum_.name)
    }
}

impl Display for QualifiedName<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = self.namespace {
            write!(f, "{}.", Name(namespace))?;
        }
        Name(self.name).fmt(f)
    }
}

/// Items with something between them.
pub(crate) struct Separated<'a, I>(pub(crate) I, pub(crate) &'a str);

impl<I: Iterator<Item: Display> + Clone> Display for Separated<'_, I> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (place, item) in self.0.clone().enumerate() {
            if place > 0 {
                f.write_str(self.1)?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}
