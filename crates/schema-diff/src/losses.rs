//! What a diff destroys.

use std::fmt::{self, Display, Formatter};

use sql_schema::{ColumnId, ForeignKey, Table};

use crate::{
    AlterColumn, AlterTable, Cast, Diff, Step, TableChange,
    house::{self, Keeps},
    render::{
        foreign_keys,
        indexes::find,
        names::{Name, QualifiedName},
        types::StoredTypeOf,
    },
};

/// How steps are written as SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As Prisma's engine writes them.
    Prisma,
    /// As [`house`] does.
    House,
}

/// Something that is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The place in [`Diff::steps`] of the step that loses it.
    pub step: usize,
    /// What is touched, as SQL names it, such as `column "T"."c"`.
    pub object: String,
    /// What of it is lost, as a sentence.
    pub lost: String,
}

impl Display for Loss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.lost)
    }
}

impl Diff<'_> {
    /// What the steps destroy, whatever the rows are, or may have to: tables, columns, values of enums, what does not fit a
    /// narrower type, what a foreign key led to, and the promise that values are unique. It depends on the style, as they do not convert the same.
    #[must_use]
    pub fn losses(&self, style: Style) -> Vec<Loss> {
        let mut losses = Vec::new();
        for (place, step) in self.steps().iter().enumerate() {
            let mut push = |object: String, lost: String| losses.push(Loss { step: place, object, lost });
            match step {
                Step::DropTable(table) => {
                    let table = self.from().table(*table);
                    push(format!("table {}", QualifiedName::from(table)), "All of its rows are lost.".to_owned());
                }
                Step::AlterTable(alter) => of_table(self, alter, style, &mut push),
                Step::AlterEnum(alter) if !alter.dropped.is_empty() => {
                    let enum_ = self.from().enum_(alter.from);
                    let values: Vec<_> =
                        alter.dropped.iter().map(|&value| format!("'{}'", enum_.values[value as usize])).collect();
                    let lost = format!(
                        "{} can be stored no more. The migration fails while a row holds one of these values.",
                        values.join(", ")
                    );
                    push(format!("enum {}", QualifiedName::from(enum_)), lost);
                }
                Step::DropForeignKey(id) => {
                    let (table, key) = foreign_keys::find(self.from(), *id);
                    if let Some(new) = self.redirected(table, key) {
                        let old = QualifiedName::from(self.from().table(key.referenced_table));
                        let lost = format!(
                            "It leads to {} instead of {old}. What the rows hold there is refused, or means another row.",
                            QualifiedName::from(new),
                        );
                        push(format!("foreign key {} of {}", Name(&key.name), QualifiedName::from(table)), lost);
                    }
                }
                Step::DropIndex(id) => {
                    let (table, index) = find(self.from(), *id);
                    let columns: Vec<_> = index.columns.iter().map(|column| column.column).collect();
                    if index.unique && !self.stays_unique(table, &columns) {
                        let object = format!("unique index {} of {}", Name(&index.name), QualifiedName::from(table));
                        push(object, duplicates(table, &columns));
                    }
                }
                _ => {}
            }
        }
        losses
    }

    /// The other table that the columns of a foreign key refer to on the "to" side. The two columns of a table between two
    /// models change places when a model gets a name on the other side of the other one's in the alphabet.
    fn redirected(&self, table: &Table, key: &ForeignKey) -> Option<&Table> {
        let to_table = self.to().table_named(table.qualified_name())?;
        let columns = |table: &Table, key: &ForeignKey| -> Vec<String> {
            key.columns.iter().map(|&column| table.column(column).name.clone()).collect()
        };
        let new = to_table.foreign_keys.iter().find(|new| columns(to_table, new) == columns(table, key))?;
        let referenced = self.to().table(new.referenced_table);
        (referenced.qualified_name() != self.from().table(key.referenced_table).qualified_name()).then_some(referenced)
    }

    /// Whether the values of these columns stay unique, or are gone.
    fn stays_unique(&self, table: &Table, columns: &[ColumnId]) -> bool {
        let Some(to) = self.to().table_named(table.qualified_name()) else { return true };
        let names: Vec<_> = columns.iter().map(|&column| table.column(column).name.as_str()).collect();
        let is_among = |column: ColumnId| names.contains(&to.column(column).name.as_str());
        let key = to.primary_key.as_ref().is_some_and(|key| key.columns.iter().all(|&column| is_among(column)));
        let mut unique = to.indexes.iter().filter(|index| index.unique && index.predicate.is_none());
        let is_there = |name: &&str| to.columns.iter().any(|column| column.name == **name);
        key || unique.any(|index| index.columns.iter().all(|column| is_among(column.column)))
            || !names.iter().all(is_there)
    }
}

fn of_table(diff: &Diff<'_>, alter: &AlterTable, style: Style, push: &mut dyn FnMut(String, String)) {
    let (from, to) = (diff.from().table(alter.from), diff.to().table(alter.to));
    let table = QualifiedName::from(from);
    for change in &alter.changes {
        match change {
            TableChange::DropColumn(column) => {
                let name = Name(&from.column(*column).name);
                push(format!("column {table}.{name}"), "What it holds is lost in every row.".to_owned());
            }
            TableChange::AlterColumn(column) | TableChange::RecreateColumn(column) => {
                let (old, new) = (from.column(column.from), to.column(column.to));
                let types = [StoredTypeOf(diff.from(), old).to_string(), StoredTypeOf(diff.to(), new).to_string()];
                let lost = match kept(diff, alter, column, style) {
                    Some(Keeps::All) => continue,
                    Some(Keeps::WhatFits) => {
                        format!(
                            "It turns from {} into {}. What does not fit is cut or rounded, or refused.",
                            types[0], types[1]
                        )
                    }
                    Some(Keeps::First) => {
                        format!("It turns from {} into {}. Of each list the first is kept.", types[0], types[1])
                    }
                    None => format!(
                        "No {} turns into {}: it is dropped and added again, and what it holds is lost in every row.",
                        types[0], types[1]
                    ),
                };
                push(format!("column {table}.{}", Name(&old.name)), lost);
            }
            TableChange::DropPrimaryKey => {
                if let Some(key) = from.primary_key.as_ref().filter(|key| !diff.stays_unique(from, &key.columns)) {
                    push(format!("primary key {} of {table}", Name(&key.name)), duplicates(from, &key.columns));
                }
            }
            TableChange::RenamePrimaryKey | TableChange::AddColumn(_) | TableChange::AddPrimaryKey => {}
        }
    }
}

/// What is left of a column's values; `None` if it is dropped and added again.
fn kept(diff: &Diff<'_>, alter: &AlterTable, column: &AlterColumn, style: Style) -> Option<Keeps> {
    match (style, column.cast()) {
        (Style::House, _) => house::keeps(diff, alter, column),
        (Style::Prisma, None | Some(Cast::Safe)) => Some(Keeps::All),
        (Style::Prisma, Some(Cast::Risky)) => Some(Keeps::WhatFits),
        (Style::Prisma, Some(Cast::Impossible)) => None,
    }
}

fn duplicates(table: &Table, columns: &[ColumnId]) -> String {
    let columns: Vec<_> = columns.iter().map(|&column| Name(&table.column(column).name).to_string()).collect();
    format!("Rows with the same {} are refused no more.", columns.join(", "))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use prisma_schema::Flavour;

    use super::Style;
    use crate::{Diff, testing::model};

    #[track_caller]
    fn check(from: &str, to: &str, style: Style, expected: &Expect) {
        let (from, to) = (model(from, Flavour::V5), model(to, Flavour::V5));
        let losses = Diff::between(&from, &to, Flavour::V5).losses(style);
        expected.assert_eq(&losses.iter().map(|loss| format!("{loss}\n")).collect::<String>());
    }

    #[test]
    fn what_is_dropped_is_lost() {
        check(
            "model T {\n  id Int @id\n  a Int\n}\nmodel Gone {\n  id Int @id\n}\nenum E {\n  a\n  b\n  c\n}\n",
            "model T {\n  id Int @id\n}\nenum E {\n  b\n}\n",
            Style::House,
            &expect![[r#"
                enum "E": 'a', 'c' can be stored no more. The migration fails while a row holds one of these values.
                column "T"."a": What it holds is lost in every row.
                table "Gone": All of its rows are lost.
            "#]],
        );
    }

    #[test]
    fn what_a_relation_leads_to_is_lost_where_models_change_places() {
        let between = |first: &str, second: &str| {
            format!(
                "model {first} {{\n  id String @id\n  other {second}[] @relation(\"Between\")\n  @@map(\"A\")\n}}\n\
                 model {second} {{\n  id String @id\n  other {first}[] @relation(\"Between\")\n  @@map(\"B\")\n}}\n"
            )
        };
        check(&between("Apple", "Box"), &between("Apple", "Crate"), Style::House, &expect![""]);
        check(
            &between("Apple", "Box"),
            &between("Cherry", "Box"),
            Style::House,
            &expect![[r#"
            foreign key "_Between_A_fkey" of "_Between": It leads to "B" instead of "A". What the rows hold there is refused, or means another row.
            foreign key "_Between_B_fkey" of "_Between": It leads to "A" instead of "B". What the rows hold there is refused, or means another row.
        "#]],
        );
    }

    #[test]
    fn what_is_added_or_renamed_or_widened_loses_nothing() {
        check(
            "model T {\n  id Int @id(map: \"a\")\n  a Int @unique\n  b String @db.VarChar(3)\n  c E\n}\nenum E {\n  a\n}\n",
            "model T {\n  id Int @id(map: \"b\")\n  a BigInt @unique(map: \"x\")\n  b String?\n  c String\n  d Int?\n}\nenum E {\n  a\n  b\n}\n",
            Style::House,
            &expect![""],
        );
    }

    #[test]
    fn what_is_converted_depends_on_the_style() {
        let (from, to) = (
            "model T {\n  id Int @id\n  a String\n  b Int[]\n  c Int\n  d Int\n}\n",
            "model T {\n  id Int @id\n  a Int\n  b Int\n  c DateTime?\n  d Int @db.SmallInt\n}\n",
        );
        check(
            from,
            to,
            Style::House,
            &expect![[r#"
            column "T"."a": It turns from TEXT into INTEGER. What does not fit is cut or rounded, or refused.
            column "T"."b": It turns from INTEGER[] into INTEGER. Of each list the first is kept.
            column "T"."c": No INTEGER turns into TIMESTAMP(3): it is dropped and added again, and what it holds is lost in every row.
            column "T"."d": It turns from INTEGER into SMALLINT. What does not fit is cut or rounded, or refused.
        "#]],
        );
        check(
            from,
            to,
            Style::Prisma,
            &expect![[r#"
            column "T"."a": No TEXT turns into INTEGER: it is dropped and added again, and what it holds is lost in every row.
            column "T"."b": No INTEGER[] turns into INTEGER: it is dropped and added again, and what it holds is lost in every row.
            column "T"."c": No INTEGER turns into TIMESTAMP(3): it is dropped and added again, and what it holds is lost in every row.
            column "T"."d": It turns from INTEGER into SMALLINT. What does not fit is cut or rounded, or refused.
        "#]],
        );
    }

    #[test]
    fn a_promise_is_lost_unless_another_one_holds_it() {
        let table = |lines: &str| format!("model T {{\n  id Int @unique\n  a Int\n  b Int\n{lines}\n}}\n");
        check(
            &table("  @@unique([a, b])"),
            &table(""),
            Style::House,
            &expect![[r#"
            unique index "T_a_b_key" of "T": Rows with the same "a", "b" are refused no more.
        "#]],
        );
        check(&table("  @@unique([a, b])"), &table("  @@unique([b])"), Style::House, &expect![""]);
        check(&table("  @@unique([a, b])"), &table("  @@id([b, a])"), Style::House, &expect![""]);
        check(
            &table("  @@id([a, b])"),
            &table("  @@id([a, id, b])"),
            Style::House,
            &expect![[r#"
            primary key "T_pkey" of "T": Rows with the same "a", "b" are refused no more.
        "#]],
        );
        check(&table("  @@index([a])"), &table(""), Style::House, &expect![""]);
    }
}
