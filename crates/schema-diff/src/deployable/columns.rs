//! SQL that changes a column.

use sql_schema::{Arity, DefaultValue};
use sql_script::literal;

use super::guard::{alter_table, has_column_of_another_type, only_if};
use crate::{
    conversion::{ColumnAlteration, Conversion},
    sql::{ColumnDefinition, Name, QualifiedName, StoredTypeOf, default_of, new_sequence, serial_sequence},
};

/// Types that hold the values of most other types. The rule `destructive-statement` of migration-lint accepts a change
/// to one of them.
const WIDE: [&str; 6] = ["TEXT", "VARCHAR", "BIGINT", "DECIMAL", "DOUBLE PRECISION", "JSONB"];

/// The clauses of `ALTER TABLE` that change a column.
pub(super) struct ColumnClauses {
    pub(super) clauses: Vec<String>,
    /// Whether the clauses change nothing when they run again. Otherwise, they need a guard.
    pub(super) is_idempotent: bool,
    /// Whether migration-lint reports one of the clauses as destructive.
    pub(super) is_destructive: bool,
}

impl ColumnAlteration<'_> {
    pub(super) fn clauses(&self) -> ColumnClauses {
        let changes_type = self.changes_type();
        let using = match self.conversion() {
            _ if !changes_type => None,
            Some(Conversion::Assignment) => None,
            Some(Conversion::Using { expression, .. }) => Some(expression),
            None => {
                let definition = ColumnDefinition { schema: self.to_schema, column: self.to };
                let drop = format!("DROP COLUMN {}", Name(&self.from.name));
                let clauses = vec![drop, format!("ADD COLUMN {definition}")];
                return ColumnClauses { clauses, is_idempotent: false, is_destructive: true };
            }
        };
        ColumnClauses {
            clauses: self.alter_column(using.as_deref()),
            is_idempotent: using.is_none(),
            is_destructive: changes_type && !WIDE.contains(&self.new_type().as_str()),
        }
    }

    /// Whether a sequence must be created. A recreated column creates its own.
    pub(super) fn starts_sequence(&self) -> bool {
        self.change.autoincrement && self.to.autoincrement && !self.is_recreated()
    }

    /// Whether an identity column becomes an ordinary one. An identity column has no default in the catalog.
    pub(super) fn drops_identity(&self) -> bool {
        self.change.autoincrement && self.from.autoincrement && self.from.default.is_none() && !self.is_recreated()
    }

    /// Whether a generated column becomes an ordinary one, with its current values.
    pub(super) fn drops_expression(&self) -> bool {
        let is_converted = self.changes_type() && !matches!(self.conversion(), Some(Conversion::Assignment));
        let needs_ordinary_column = self.change.default || self.change.autoincrement || is_converted;
        self.from.generated && needs_ordinary_column && !self.is_recreated()
    }

    /// The quoted name of the sequence that filled the column, if no column uses it any more.
    pub(super) fn dropped_sequence(&self, drops_sequence: bool) -> Option<String> {
        let by_convention = serial_sequence(&self.from_table.name, &self.from.name);
        let name = match self.from.default.as_ref()? {
            DefaultValue::Sequence(name) if name.is_empty() => &by_convention,
            DefaultValue::Sequence(name) => name,
            _ => return None,
        };
        // With a recreated column, PostgreSQL drops only the column's own sequence.
        let is_dropped = drops_sequence && (!self.change.recreates() || *name == by_convention);
        is_dropped.then(|| QualifiedName::in_namespace_of(self.from_table, name).to_string())
    }

    /// The quoted name of the sequence that will fill the column.
    pub(super) fn sequence(&self) -> String {
        let name = if self.change.recreates() {
            serial_sequence(&self.to_table.name, &self.to.name)
        } else {
            new_sequence(self.to_table, self.to)
        };
        QualifiedName::in_namespace_of(self.to_table, &name).to_string()
    }

    /// Creates the sequence that Prisma creates, which may be the one of a serial type.
    pub(super) fn create_sequence(&self) -> String {
        let ty = StoredTypeOf(self.to_schema, self.to);
        let ty = if self.change.recreates() { format!(" AS {ty}") } else { String::new() };
        format!("CREATE SEQUENCE IF NOT EXISTS {}{ty};", self.sequence())
    }

    fn new_type(&self) -> String {
        StoredTypeOf(self.to_schema, self.to).to_string()
    }

    /// A statement with clauses that must not run twice, because they would change the result or repeat all of the work.
    pub(super) fn only_if_old_type(&self, clauses: &[String]) -> String {
        let has_old_type = has_column_of_another_type(self.to_table, &self.to.name, &self.new_type());
        only_if(&has_old_type, &[alter_table(self.to_table, clauses)])
    }

    /// The clauses that change the column. `using` is the expression that computes the new values.
    fn alter_column(&self, using: Option<&str>) -> Vec<String> {
        let (from, to) = (self.from, self.to);
        let mut actions = Vec::new();
        // PostgreSQL converts a default only if the conversion needs no expression.
        let drops_default = using.is_some() && from.default.is_some() && !from.generated;
        if drops_default {
            actions.push("DROP DEFAULT".to_owned());
        }
        match (from.arity, to.arity) {
            (Arity::Required, Arity::Nullable | Arity::List) | (Arity::List, Arity::Nullable) => {
                actions.push("DROP NOT NULL".to_owned());
            }
            (Arity::Nullable | Arity::List, Arity::Required) => actions.push("SET NOT NULL".to_owned()),
            _ => {}
        }
        if self.changes_type() {
            let using = using.map(|expression| format!(" USING {expression}")).unwrap_or_default();
            actions.push(format!("SET DATA TYPE {}{using}", self.new_type()));
        }
        if self.starts_sequence() {
            actions.push(format!("SET DEFAULT nextval({})", literal(&self.sequence())));
        } else if let (true, Some(default)) = (self.change.default || drops_default, default_of(self.to_schema, to)) {
            actions.push(format!("SET DEFAULT {default}"));
        } else if (self.change.default || self.change.autoincrement)
            && !drops_default
            && !self.drops_identity()
            && !self.drops_expression()
        {
            actions.push("DROP DEFAULT".to_owned());
        }
        actions.into_iter().map(|action| format!("ALTER COLUMN {} {action}", Name(&to.name))).collect()
    }
}
