//! Steps that create, drop and rename indexes.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
};

use sql_schema::{Index, OperatorClass, Predicate, SortOrder, Table};

use super::{
    matching::{Pairs, TablePair, match_by_key},
    predicates,
};
use crate::step::{CreateIndex, IndexId, Step};

pub(super) fn push_steps(pairs: &Pairs<'_>, steps: &mut Vec<Step>) {
    // PostgreSQL drops the indexes of a table with the table.
    for &table in &pairs.created_tables {
        let indexes = (0..).zip(&pairs.to.table(table).indexes);
        steps.extend(indexes.map(|(position, _)| {
            let index = IndexId { table, position };
            Step::CreateIndex(CreateIndex { index, from_table: None, recreated: false })
        }));
    }
    for table in &pairs.tables {
        push_steps_of_table(table, steps);
    }
}

fn push_steps_of_table(table: &TablePair<'_>, steps: &mut Vec<Step>) {
    let (from_indexes, to_indexes) = (&table.from.indexes, &table.to.indexes);
    if from_indexes.is_empty() && to_indexes.is_empty() {
        return;
    }
    let from_id = |position| IndexId { table: table.from_id, position };
    let to_id = |position| IndexId { table: table.to_id, position };
    let create = |position, recreated| {
        Step::CreateIndex(CreateIndex { index: to_id(position), from_table: Some(table.from_id), recreated })
    };
    let matches = match_by_key(
        from_indexes.iter().map(|index| Shape { table: table.from, index }),
        to_indexes.iter().map(|index| Shape { table: table.to, index }),
    );
    let is_managed = |index: &Index| index.predicate != Some(Predicate::Unread);
    let dropped = matches.from_only.into_iter().filter(|&index| is_managed(&from_indexes[index as usize]));
    steps.extend(dropped.map(|index| Step::DropIndex(from_id(index))));
    let created = matches.to_only.into_iter().filter(|&index| is_managed(&to_indexes[index as usize]));
    steps.extend(created.map(|index| create(index, false)));

    let mut kept = matches.both;
    kept.retain(|&(from, to)| {
        let (from, to) = (&from_indexes[from as usize], &to_indexes[to as usize]);
        from.name != to.name || covers_recreated_column(table, from)
    });
    if kept.is_empty() {
        return;
    }
    let mut counts = HashMap::with_capacity(from_indexes.len());
    for index in from_indexes {
        *counts.entry(Columns { table: table.from, index }).or_insert(0) += 1;
    }
    for (from, to) in kept {
        let (from_index, to_index) = (&from_indexes[from as usize], &to_indexes[to as usize]);
        // Prisma cannot match several indexes on the same columns with their new names, so it changes none of them.
        if counts[&Columns { table: table.from, index: from_index }] > 1 {
            continue;
        }
        if from_index.name != to_index.name {
            steps.push(Step::RenameIndex { from: from_id(from), to: to_id(to) });
        }
        if covers_recreated_column(table, from_index) {
            steps.push(create(to, true));
        }
    }
}

/// Whether PostgreSQL drops the index with a column that is dropped and added again.
fn covers_recreated_column(table: &TablePair<'_>, index: &Index) -> bool {
    let pairs = index.columns.iter().filter_map(|column| table.column(column.column));
    pairs.into_iter().any(|pair| pair.change.recreates())
}

/// The properties that make two indexes equal: all except the name.
struct Shape<'a> {
    table: &'a Table,
    index: &'a Index,
}

impl<'a> Shape<'a> {
    /// The name, the sort order and the operator class of each column.
    fn columns(&self) -> impl Iterator<Item = (&'a str, SortOrder, Class<'a>)> {
        let table = self.table;
        self.index.columns.iter().map(|column| {
            let name = table.column(column.column).name.as_str();
            (name, column.sort.unwrap_or_default(), Class(column.operator_class.as_ref()))
        })
    }
}

impl PartialEq for Shape<'_> {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.index, other.index);
        a.unique == b.unique && a.algorithm == b.algorithm && self.columns().eq(other.columns()) && same_rows(a, b)
    }
}

impl Eq for Shape<'_> {}

impl Hash for Shape<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index.unique.hash(state);
        self.columns().for_each(|(name, ..)| name.hash(state));
    }
}

/// Whether two indexes cover the same rows.
fn same_rows(a: &Index, b: &Index) -> bool {
    match (&a.predicate, &b.predicate) {
        (Some(Predicate::Sql(a)), Some(Predicate::Sql(b))) => predicates::same(a, b),
        (Some(Predicate::Sql(_)), _) | (_, Some(Predicate::Sql(_))) => false,
        (None | Some(Predicate::Unread), None | Some(Predicate::Unread)) => true,
    }
}

/// An operator class; `None` is the default. The two sides may disagree on which class is the default.
struct Class<'a>(Option<&'a OperatorClass>);

impl PartialEq for Class<'_> {
    fn eq(&self, other: &Self) -> bool {
        let name = |class: &Self| class.0.map(|class| (class.name.as_str(), class.is_raw));
        let is_default = |class: &Self| class.0.is_none_or(|class| class.is_default);
        name(self) == name(other) || (is_default(self) && is_default(other))
    }
}

/// The column names and the uniqueness of an index.
struct Columns<'a> {
    table: &'a Table,
    index: &'a Index,
}

impl<'a> Columns<'a> {
    fn names(&self) -> impl Iterator<Item = &'a str> {
        let table = self.table;
        self.index.columns.iter().map(|column| table.column(column.column).name.as_str())
    }
}

impl PartialEq for Columns<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index.unique == other.index.unique && self.names().eq(other.names())
    }
}

impl Eq for Columns<'_> {}

impl Hash for Columns<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index.unique.hash(state);
        self.names().for_each(|name| name.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use prisma_schema::Flavour;
    use sql_schema::Predicate;

    use crate::{
        Diff,
        testing::{NOTHING, model, sql_of, table_sql},
    };

    #[test]
    fn the_same_columns_under_another_name_are_a_renamed_index() {
        expect![[r#"
            -- RenameIndex
            ALTER INDEX "T_a_b_idx" RENAME TO "short";
        "#]]
        .assert_eq(&table_sql("a Int\n b Int\n @@index([a, b])", "a Int\n b Int\n @@index([a, b], map: \"short\")"));
    }

    #[test]
    fn indexes_with_the_same_columns_are_not_renamed() {
        let indexes = |one: &str, two: &str| {
            format!("a Int\n @@index([a], map: \"{one}\")\n @@index([a(sort: Desc)], map: \"{two}\")")
        };
        assert_eq!(table_sql(&indexes("a1", "a2"), &indexes("b1", "b2")), NOTHING);
    }

    #[test]
    fn another_order_is_another_index() {
        expect![[r#"
            -- DropIndex
            DROP INDEX "T_a_idx";

            -- CreateIndex
            CREATE INDEX "T_a_idx" ON "T"("a" DESC);
        "#]]
        .assert_eq(&table_sql("a Int\n @@index([a])", "a Int\n @@index([a(sort: Desc)])"));
        assert_eq!(table_sql("a Int\n @@index([a])", "a Int\n @@index([a(sort: Asc)])"), NOTHING);
    }

    #[test]
    fn the_default_operator_class_need_not_be_named() {
        let index = |class: &str| format!("a Json\n @@index([a{class}], type: Gin)");
        assert_eq!(table_sql(&index(""), &index("(ops: JsonbOps)")), NOTHING);
        expect![[r#"
            -- DropIndex
            DROP INDEX "T_a_idx";

            -- CreateIndex
            CREATE INDEX "T_a_idx" ON "T" USING GIN ("a" jsonb_path_ops);
        "#]]
        .assert_eq(&table_sql(&index(""), &index("(ops: JsonbPathOps)")));
    }

    #[test]
    fn an_index_is_created_again_with_its_column() {
        expect![[r#"
            -- AlterTable
            ALTER TABLE "T" DROP COLUMN "a",
            ADD COLUMN     "a" BOOLEAN NOT NULL;

            -- CreateIndex
            CREATE UNIQUE INDEX "T_a_b_key" ON "T"("a", "b");
        "#]]
        .assert_eq(&table_sql(
            "a Int\n b Int\n @@index([b])\n @@unique([a, b])",
            "a Boolean\n b Int\n @@index([b])\n @@unique([a, b])",
        ));
    }

    #[test]
    fn other_rows_are_another_index() {
        let (old, new) = (partial("@@index([a], where: { b: true })"), partial("@@index([a], where: { b: false })"));
        expect![[r#"
            -- DropIndex
            DROP INDEX "T_a_idx";

            -- CreateIndex
            CREATE INDEX "T_a_idx" ON "T"("a") WHERE ("b" = false);
        "#]]
        .assert_eq(&sql_of(Flavour::V7, &old, &new));
        let same = partial(r#"@@index([a], where: raw("(b = TRUE)"))"#);
        assert_eq!(sql_of(Flavour::V7, &old, &same), NOTHING);
    }

    #[test]
    fn a_partial_index_of_unread_rows_passes_for_any_and_is_left_alone() {
        let mut from = model(&partial("@@index([a])"), Flavour::V7);
        from.tables[0].indexes[0].predicate = Some(Predicate::Unread);
        let sql = |lines: &str| Diff::between(&from, &model(&partial(lines), Flavour::V7), Flavour::V7).to_sql();
        assert_eq!(sql("@@index([a])"), NOTHING);
        assert_eq!(sql(""), NOTHING);
        expect![[r#"
            -- RenameIndex
            ALTER INDEX "T_a_idx" RENAME TO "by_a";
        "#]]
        .assert_eq(&sql("@@index([a], map: \"by_a\")"));
    }

    fn partial(lines: &str) -> String {
        let generator = "generator client {\n  provider = \"x\"\n  previewFeatures = [\"partialIndexes\"]\n}";
        format!("{generator}\nmodel T {{\n  id Int @id\n  a Int\n  b Boolean\n  {lines}\n}}")
    }
}
