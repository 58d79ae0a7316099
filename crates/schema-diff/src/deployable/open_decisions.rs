//! Decisions that are needed before a diff can be shipped.

use prisma_schema::{DataModel, Diagnostic, Model, Severity, Span};
use sql_schema::TableId;

use super::diff_index::DiffIndex;
use crate::{
    ColumnRef, Diff, IndexId, Step, Style, TableChange,
    conversion::{Preserved, preserved},
    sql::needs_value,
};

/// A decision that needs knowledge of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenDecision {
    /// The values of existing rows in a new required column without a default. A column of the new model.
    RequiredColumn(ColumnRef),
    /// The way to build an index of the new model on a table where no migration may build one.
    HotIndex(IndexId),
}

/// The decisions that are needed before [`migrations`](super::migrations) can be shipped.
///
/// `hot_tables` are the names of the tables on which no migration may build an index.
#[must_use]
pub fn open_decisions(diff: &Diff<'_>, hot_tables: &[String]) -> Vec<OpenDecision> {
    let index = DiffIndex::new(diff);
    let mut decisions = Vec::new();
    for step in diff.steps() {
        match step {
            Step::AlterTable(alter) => {
                let is_recreated = |column| preserved(diff, alter, column, Style::Deployable) == Preserved::Nothing;
                let added = alter.changes.iter().filter_map(|change| match change {
                    TableChange::AddColumn(column) => Some(*column),
                    TableChange::RecreateColumn(column) => is_recreated(column).then_some(column.to),
                    _ => None,
                });
                let table = diff.to().table(alter.to);
                let required = added.filter(|&column| needs_value(table.column(column)));
                let column = |column| OpenDecision::RequiredColumn(ColumnRef { table: alter.to, column });
                decisions.extend(required.map(column));
            }
            Step::CreateIndex(create) if create.from_table.is_some() && index.is_built(create) => {
                let table = &diff.to().table(create.index.table).name;
                if hot_tables.contains(table) {
                    decisions.push(OpenDecision::HotIndex(create.index));
                }
            }
            _ => {}
        }
    }
    decisions
}

impl OpenDecision {
    /// A diagnostic with the position in the schema and the possible answers. `data_model` is the target of `diff`.
    #[must_use]
    pub fn diagnostic(&self, diff: &Diff<'_>, data_model: &DataModel) -> Diagnostic {
        let (message, help, span) = match *self {
            Self::RequiredColumn(column) => required_column(column, diff, data_model),
            Self::HotIndex(index) => hot_index(index, diff, data_model),
        };
        Diagnostic { severity: Severity::Error, message, span, related: Vec::new(), help: Some(help) }
    }
}

fn required_column(id: ColumnRef, diff: &Diff<'_>, data_model: &DataModel) -> (String, String, Span) {
    let (table, column) = id.resolve(diff.to());
    let (table, name) = (&table.name, &column.name);
    let default = if column.client_default { "no default in the database" } else { "no default" };
    let message = format!(
        "The column `{name}` of the table `{table}` is required and has {default}. Existing rows would have no value in it, \
         so the migration would fail."
    );
    let help = "Decide which value existing rows get:\n  \
         - the same value in every row: add `@default(…)` to the field\n  \
         - no value: make the field optional, with `?` after its type\n  \
         - a different value in each row, in two steps: make the field optional and migrate; when every row has a value, make \
         the field required and migrate again";
    let field = model(data_model, id.table).and_then(|model| model.fields.get(id.column.0 as usize));
    (message, help.to_owned(), field.map(|field| field.span).unwrap_or_default())
}

fn hot_index(id: IndexId, diff: &Diff<'_>, data_model: &DataModel) -> (String, String, Span) {
    let (table, index) = id.resolve(diff.to());
    let (table, name) = (&table.name, &index.name);
    let message = format!(
        "A migration cannot build the index `{name}`: its table `{table}` is too large for that and is listed in \
         `hot-tables`."
    );
    let help = format!(
        "Let a job build the index, and add \"{name}\" to `built-elsewhere` in [workspace.metadata.migrations] of \
         Cargo.toml."
    );
    let index = model(data_model, id.table).and_then(|model| model.indexes.iter().find(|index| index.name == *name));
    (message, help, index.map(|index| index.span).unwrap_or_default())
}

/// The model of a table. The tables are in the order of the models, and views have no table.
fn model(data_model: &DataModel, table: TableId) -> Option<&Model> {
    data_model.models.iter().filter(|model| !model.is_view).nth(table.0 as usize)
}
