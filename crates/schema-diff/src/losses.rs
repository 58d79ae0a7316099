//! The data and the guarantees that a diff destroys.

use std::fmt::{self, Display, Formatter};

use sql_schema::{ColumnId, ForeignKey, Table};

use crate::{
    AlterTable, Diff, Step, Style, TableChange,
    conversion::{Preserved, preserved},
    sql::{Name, QualifiedName, Separated, StoredTypeOf},
};

/// Data or a guarantee that a step destroys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The index of the step in [`Diff::steps`].
    pub step: usize,
    /// The quoted name of the object with its kind, such as `column "T"."c"`.
    pub object: String,
    /// The loss, as a sentence.
    pub description: String,
}

impl Display for Loss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.description)
    }
}

impl Diff<'_> {
    /// The losses that the steps cause, or may cause for certain rows.
    ///
    /// These are: dropped tables, columns and enum values, values that do not fit a new type, foreign keys that refer to
    /// another table, and columns that are no longer unique. The result depends on the style, because each style converts
    /// other types.
    #[must_use]
    pub fn losses(&self, style: Style) -> Vec<Loss> {
        let mut losses = Vec::new();
        for (index, step) in self.steps().iter().enumerate() {
            let mut push = |object: String, description: String| losses.push(Loss { step: index, object, description });
            match step {
                Step::DropTable(table) => {
                    let table = QualifiedName::from(self.from().table(*table));
                    push(format!("table {table}"), "All rows are lost.".to_owned());
                }
                Step::AlterTable(alter) => push_losses_of_table(self, alter, style, &mut push),
                Step::AlterEnum(alter) if !alter.dropped.is_empty() => {
                    let enum_ = self.from().enum_(alter.from);
                    let values: Vec<_> =
                        alter.dropped.iter().map(|&value| format!("'{}'", enum_.values[value as usize])).collect();
                    let description = format!(
                        "{} can no longer be stored. The migration fails if a row holds {}.",
                        values.join(", "),
                        if values.len() == 1 { "this value" } else { "one of these values" }
                    );
                    push(format!("enum {}", QualifiedName::from(enum_)), description);
                }
                Step::DropForeignKey(id) => {
                    let (table, key) = id.resolve(self.from());
                    if let Some(new) = self.redirected(table, key) {
                        let old = QualifiedName::from(self.from().table(key.referenced_table));
                        let description = format!(
                            "It refers to {} instead of {old}. Existing values are rejected, or refer to another row.",
                            QualifiedName::from(new),
                        );
                        push(format!("foreign key {} of {}", Name(&key.name), QualifiedName::from(table)), description);
                    }
                }
                Step::DropIndex(id) => {
                    let (table, index) = id.resolve(self.from());
                    let columns: Vec<_> = index.columns.iter().map(|column| column.column).collect();
                    if index.unique && !self.stays_unique(table, &columns) {
                        let object = format!("unique index {} of {}", Name(&index.name), QualifiedName::from(table));
                        push(object, duplicates_allowed(table, &columns));
                    }
                }
                _ => {}
            }
        }
        losses
    }

    /// The table of the new model that the columns of a foreign key refer to, if it is another table than before.
    ///
    /// The join table of an implicit many-to-many relation has two columns, in alphabetical order of the models. They swap
    /// their meaning if a new model name changes that order.
    fn redirected(&self, table: &Table, key: &ForeignKey) -> Option<&Table> {
        let to_table = self.to().table_named(table.qualified_name())?;
        let columns = |table: &Table, key: &ForeignKey| -> Vec<String> {
            key.columns.iter().map(|&column| table.column(column).name.clone()).collect()
        };
        let new = to_table.foreign_keys.iter().find(|new| columns(to_table, new) == columns(table, key))?;
        let (old, new) = (self.from().table(key.referenced_table), self.to().table(new.referenced_table));
        (new.qualified_name() != old.qualified_name()).then_some(new)
    }

    /// Whether the values of these columns stay unique, or are dropped.
    fn stays_unique(&self, table: &Table, columns: &[ColumnId]) -> bool {
        let Some(to) = self.to().table_named(table.qualified_name()) else { return true };
        let names: Vec<_> = columns.iter().map(|&column| table.column(column).name.as_str()).collect();
        let is_among = |column: ColumnId| names.contains(&to.column(column).name.as_str());
        let key = to.primary_key.as_ref().is_some_and(|key| key.columns.iter().all(|&column| is_among(column)));
        let mut unique = to.indexes.iter().filter(|index| index.unique && index.predicate.is_none());
        let exists = |name: &&str| to.columns.iter().any(|column| column.name == **name);
        key || unique.any(|index| index.columns.iter().all(|column| is_among(column.column)))
            || !names.iter().all(exists)
    }
}

fn push_losses_of_table(diff: &Diff<'_>, alter: &AlterTable, style: Style, push: &mut dyn FnMut(String, String)) {
    let (from, to) = (diff.from().table(alter.from), diff.to().table(alter.to));
    let table = QualifiedName::from(from);
    for change in &alter.changes {
        match change {
            TableChange::DropColumn(column) => {
                let name = Name(&from.column(*column).name);
                push(format!("column {table}.{name}"), "The values of all rows are lost.".to_owned());
            }
            TableChange::AlterColumn(column) | TableChange::RecreateColumn(column) => {
                let (old, new) = (from.column(column.from), to.column(column.to));
                let (old_type, new_type) = (StoredTypeOf(diff.from(), old), StoredTypeOf(diff.to(), new));
                let description = match preserved(diff, alter, column, style) {
                    Preserved::All => continue,
                    Preserved::FittingValues => format!(
                        "{old_type} is converted to {new_type}. Values that do not fit are shortened, rounded or rejected."
                    ),
                    Preserved::FirstElements => {
                        format!("{old_type} is converted to {new_type}. Only the first element of each list is kept.")
                    }
                    Preserved::Nothing => format!(
                        "{old_type} cannot be converted to {new_type}. The column is dropped and added again, and the \
                         values of all rows are lost."
                    ),
                };
                push(format!("column {table}.{}", Name(&old.name)), description);
            }
            TableChange::DropPrimaryKey => {
                if let Some(key) = from.primary_key.as_ref().filter(|key| !diff.stays_unique(from, &key.columns)) {
                    push(format!("primary key {} of {table}", Name(&key.name)), duplicates_allowed(from, &key.columns));
                }
            }
            TableChange::RenamePrimaryKey | TableChange::AddColumn(_) | TableChange::AddPrimaryKey => {}
        }
    }
}

fn duplicates_allowed(table: &Table, columns: &[ColumnId]) -> String {
    let names = Separated(columns.iter().map(|&column| Name(&table.column(column).name)), ", ");
    match columns.len() {
        1 => format!("Duplicates of {names} will no longer be rejected."),
        _ => format!("Duplicates of ({names}) will no longer be rejected."),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use prisma_schema::Flavour;

    use crate::{Diff, Style, testing::model};

    #[track_caller]
    fn check(before: &str, after: &str, style: Style, expected: &Expect) {
        let (before, after) = (model(before, Flavour::V5), model(after, Flavour::V5));
        let losses = Diff::between(&before, &after, Flavour::V5).losses(style);
        expected.assert_eq(&losses.iter().map(|loss| format!("{loss}\n")).collect::<String>());
    }

    #[test]
    fn dropped_objects() {
        check(
            r#"
                model T {
                  id Int @id
                  a Int
                }
                model Gone {
                  id Int @id
                }
                enum E {
                  a
                  b
                  c
                }
            "#,
            r#"
                model T {
                  id Int @id
                }
                enum E {
                  b
                }
            "#,
            Style::Deployable,
            &expect![[r#"
                enum "E": 'a', 'c' can no longer be stored. The migration fails if a row holds one of these values.
                column "T"."a": The values of all rows are lost.
                table "Gone": All rows are lost.
            "#]],
        );
    }

    #[test]
    fn a_new_model_name_can_swap_the_columns_of_a_join_table() {
        let between = |first: &str, second: &str| {
            format!(
                r#"
                    model {first} {{
                      id String @id
                      other {second}[] @relation("Between")
                      @@map("A")
                    }}
                    model {second} {{
                      id String @id
                      other {first}[] @relation("Between")
                      @@map("B")
                    }}
                "#
            )
        };
        check(&between("Apple", "Box"), &between("Apple", "Crate"), Style::Deployable, &expect![""]);
        check(
            &between("Apple", "Box"),
            &between("Cherry", "Box"),
            Style::Deployable,
            &expect![[r#"
                foreign key "_Between_A_fkey" of "_Between": It refers to "B" instead of "A". Existing values are rejected, or refer to another row.
                foreign key "_Between_B_fkey" of "_Between": It refers to "A" instead of "B". Existing values are rejected, or refer to another row.
            "#]],
        );
    }

    #[test]
    fn added_renamed_and_widened_objects_lose_nothing() {
        check(
            r#"
                model T {
                  id Int @id(map: "a")
                  a Int @unique
                  b String @db.VarChar(3)
                  c E
                }
                enum E {
                  a
                }
            "#,
            r#"
                model T {
                  id Int @id(map: "b")
                  a BigInt @unique(map: "x")
                  b String?
                  c String
                  d Int?
                }
                enum E {
                  a
                  b
                }
            "#,
            Style::Deployable,
            &expect![""],
        );
    }

    #[test]
    fn conversions_depend_on_the_style() {
        let (before, after) = (
            r#"
                model T {
                  id Int @id
                  a String
                  b Int[]
                  c Int
                  d Int
                }
            "#,
            r#"
                model T {
                  id Int @id
                  a Int
                  b Int
                  c DateTime?
                  d Int @db.SmallInt
                }
            "#,
        );
        check(
            before,
            after,
            Style::Deployable,
            &expect![[r#"
                column "T"."a": TEXT is converted to INTEGER. Values that do not fit are shortened, rounded or rejected.
                column "T"."b": INTEGER[] is converted to INTEGER. Only the first element of each list is kept.
                column "T"."c": INTEGER cannot be converted to TIMESTAMP(3). The column is dropped and added again, and the values of all rows are lost.
                column "T"."d": INTEGER is converted to SMALLINT. Values that do not fit are shortened, rounded or rejected.
            "#]],
        );
        check(
            before,
            after,
            Style::Prisma,
            &expect![[r#"
                column "T"."a": TEXT cannot be converted to INTEGER. The column is dropped and added again, and the values of all rows are lost.
                column "T"."b": INTEGER[] cannot be converted to INTEGER. The column is dropped and added again, and the values of all rows are lost.
                column "T"."c": INTEGER cannot be converted to TIMESTAMP(3). The column is dropped and added again, and the values of all rows are lost.
                column "T"."d": INTEGER is converted to SMALLINT. Values that do not fit are shortened, rounded or rejected.
            "#]],
        );
    }

    #[test]
    fn a_unique_index_is_no_loss_if_another_one_is_as_strict() {
        let table = |attribute: &str| {
            format!(
                r#"
                    model T {{
                      id Int @unique
                      a Int
                      b Int
                      {attribute}
                    }}
                "#
            )
        };
        check(
            &table("@@unique([a, b])"),
            &table(""),
            Style::Deployable,
            &expect![[r#"
                unique index "T_a_b_key" of "T": Duplicates of ("a", "b") will no longer be rejected.
            "#]],
        );
        check(&table("@@unique([a, b])"), &table("@@unique([b])"), Style::Deployable, &expect![""]);
        check(&table("@@unique([a, b])"), &table("@@id([b, a])"), Style::Deployable, &expect![""]);
        check(
            &table("@@id([a, b])"),
            &table("@@id([a, id, b])"),
            Style::Deployable,
            &expect![[r#"
                primary key "T_pkey" of "T": Duplicates of ("a", "b") will no longer be rejected.
            "#]],
        );
        check(&table("@@index([a])"), &table(""), Style::Deployable, &expect![""]);
    }
}
