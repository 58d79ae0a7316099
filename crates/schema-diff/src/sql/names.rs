//! Prints names.

use std::fmt::{self, Display, Formatter};

use sql_schema::{Enum, Table};

/// A quoted name.
///
/// Prisma does not double the quotation marks inside a name, so this type does not either. `sql_script::identifier` does.
pub(crate) struct Name<'a>(pub(crate) &'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// A quoted name with its namespace, if the namespace is known.
pub(crate) struct QualifiedName<'a> {
    namespace: Option<&'a str>,
    name: &'a str,
}

impl<'a> QualifiedName<'a> {
    pub(crate) fn new(namespace: Option<&'a str>, name: &'a str) -> Self {
        Self { namespace, name }
    }

    /// The name of an object in the namespace of `table`: an index or a sequence of the table, for example.
    pub(crate) fn in_namespace_of(table: &'a Table, name: &'a str) -> Self {
        Self::new(table.namespace.as_deref(), name)
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

/// Items with a separator between them.
pub(crate) struct Separated<'a, I>(pub(crate) I, pub(crate) &'a str);

impl<I: Iterator<Item: Display> + Clone> Display for Separated<'_, I> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, item) in self.0.clone().enumerate() {
            if index > 0 {
                f.write_str(self.1)?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}
