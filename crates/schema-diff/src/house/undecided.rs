//! What somebody has to decide before a diff is shipped.

use prisma_schema::{DataModel, Diagnostic, Model, Severity, Span};
use sql_schema::{ColumnId, TableId};

use super::{facts::Facts, keeps};
use crate::{ColumnRef, Diff, IndexId, Step, TableChange, render::indexes::find, warnings::needs_value};

/// Something that only who knows the data can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// What the rows of an existing table hold in a required column of the "to" side that has no default.
    RequiredColumn(ColumnRef),
    /// How an index of the "to" side comes about, as no migration may build it.
    HotIndex(IndexId),
}

/// What has to be decided before [`migrations`](super::migrations) are shipped. `hot_tables` are the names of the tables on
/// which no migration may build an index.
#[must_use]
pub fn undecided(diff: &Diff<'_>, hot_tables: &[String]) -> Vec<Undecided> {
    let facts = Facts::of(diff);
    let mut undecided = Vec::new();
    for step in diff.steps() {
        match step {
            Step::AlterTable(alter) => {
                let added = alter.changes.iter().filter_map(|change| match change {
                    TableChange::AddColumn(column) => Some(*column),
                    TableChange::RecreateColumn(column) => keeps(diff, alter, column).is_none().then_some(column.to),
                    _ => None,
                });
                let table = diff.to().table(alter.to);
                let required = added.filter(|&column| needs_value(table.column(column)));
                let column = |column| Undecided::RequiredColumn(ColumnRef { table: alter.to, column });
                undecided.extend(required.map(column));
            }
            Step::CreateIndex(create) if create.from_table.is_some() && facts.is_built(create) => {
                let table = &diff.to().table(create.index.table).name;
                if hot_tables.contains(table) {
                    undecided.push(Undecided::HotIndex(create.index));
                }
            }
            _ => {}
        }
    }
    undecided
}

impl Undecided {
    /// The question, the place in the schema that it is about, and the possible answers. `data_model` is what `diff` leads
    /// to.
    #[must_use]
    pub fn diagnostic(&self, diff: &Diff<'_>, data_model: &DataModel) -> Diagnostic {
        let (message, help, span) = match *self {
            Self::RequiredColumn(column) => required_column(column, diff, data_model),
            Self::HotIndex(index) => hot_index(index, diff, data_model),
        };
        Diagnostic { severity: Severity::Error, message, span, related: Vec::new(), help: Some(help) }
    }
}

fn required_column(at: ColumnRef, diff: &Diff<'_>, data_model: &DataModel) -> (String, String, Span) {
    let table = diff.to().table(at.table);
    let column = table.column(at.column);
    let (table, name) = (&table.name, &column.name);
    let who = if column.client_default { "no default that PostgreSQL knows" } else { "no default" };
    let message = format!(
        "The column `{name}` of the table `{table}` is required and has {who}. Rows that are there would have nothing in it, \
         so that the migration fails."
    );
    let help = "Decide what they hold:\n  \
         - the same in each of them: give the field a `@default(…)`,\n  \
         - nothing: make it optional, with a `?` behind its type,\n  \
         - something of their own, in two steps: make it optional and migrate; when all rows have a value, make it required \
         and migrate again.";
    let field = model(data_model, at.table).and_then(|model| model.fields.get(place(at.column)));
    (message, help.to_owned(), field.map(|field| field.span).unwrap_or_default())
}

fn hot_index(id: IndexId, diff: &Diff<'_>, data_model: &DataModel) -> (String, String, Span) {
    let (table, index) = find(diff.to(), id);
    let (table, name) = (&table.name, &index.name);
    let message = format!(
        "The index `{name}` would be built by a migration, and the table `{table}` is too large for that: it is one of \
         `hot-tables`."
    );
    let help = format!(
        "Let a job build it, and add \"{name}\" to `built-elsewhere` in [workspace.metadata.migrations] of Cargo.toml."
    );
    let index = model(data_model, id.table).and_then(|model| model.indexes.iter().find(|it| it.name == *name));
    (message, help, index.map(|index| index.span).unwrap_or_default())
}

/// The model whose table it is: the tables stand in the order of the models, and views have none.
fn model(data_model: &DataModel, table: TableId) -> Option<&Model> {
    data_model.models.iter().filter(|model| !model.is_view).nth(table.0 as usize)
}

fn place(column: ColumnId) -> usize {
    column.0 as usize
}
