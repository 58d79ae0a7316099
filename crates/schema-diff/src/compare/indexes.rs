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
        *counts.entry(unique_and_columns(table.from, index)).or_insert(0) += 1;
    }
    for (from, to) in kept {
        let (from_index, to_index) = (&from_indexes[from as usize], &to_indexes[to as usize]);
        // Prisma cannot match several indexes on the same columns with their new names, so it changes none of them.
        if counts[&unique_and_columns(table.from, from_index)] > 1 {
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

/// The uniqueness and the column names of an index.
fn unique_and_columns<'a>(table: &'a Table, index: &Index) -> (bool, Vec<&'a str>) {
    (index.unique, index.columns.iter().map(|column| table.column(column.column).name.as_str()).collect())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use prisma_schema::Flavour;
    use sql_schema::Predicate;

    use crate::{
        Diff,
        testing::{EMPTY_MIGRATION, check_empty_of, check_empty_table, check_sql_of, check_table_sql, model},
    };

    #[test]
    fn an_index_with_a_new_name_is_renamed() {
        check_table_sql(
            r#"
                a Int
                b Int
                @@index([a, b])
            "#,
            r#"
                a Int
                b Int
                @@index([a, b], map: "short")
            "#,
            &expect![[r#"
                -- RenameIndex
                ALTER INDEX "T_a_b_idx" RENAME TO "short";
            "#]],
        );
    }

    #[test]
    fn several_indexes_on_the_same_columns_are_not_renamed() {
        let indexes = |one: &str, two: &str| {
            format!(
                r#"
                    a Int
                    @@index([a], map: "{one}")
                    @@index([a(sort: Desc)], map: "{two}")
                "#
            )
        };
        check_empty_table(&indexes("a1", "a2"), &indexes("b1", "b2"));
    }

    #[test]
    fn another_sort_order_is_another_index() {
        check_table_sql(
            r#"
                a Int
                @@index([a])
            "#,
            r#"
                a Int
                @@index([a(sort: Desc)])
            "#,
            &expect![[r#"
                -- DropIndex
                DROP INDEX "T_a_idx";

                -- CreateIndex
                CREATE INDEX "T_a_idx" ON "T"("a" DESC);
            "#]],
        );
        check_empty_table(
            r#"
                a Int
                @@index([a])
            "#,
            r#"
                a Int
                @@index([a(sort: Asc)])
            "#,
        );
    }

    #[test]
    fn the_default_operator_class_is_optional() {
        let index = |class: &str| {
            format!(
                r#"
                    a Json
                    @@index([a{class}], type: Gin)
                "#
            )
        };
        check_empty_table(&index(""), &index("(ops: JsonbOps)"));
        check_table_sql(
            &index(""),
            &index("(ops: JsonbPathOps)"),
            &expect![[r#"
                -- DropIndex
                DROP INDEX "T_a_idx";

                -- CreateIndex
                CREATE INDEX "T_a_idx" ON "T" USING GIN ("a" jsonb_path_ops);
            "#]],
        );
    }

    #[test]
    fn an_index_is_recreated_with_its_column() {
        check_table_sql(
            r#"
                a Int
                b Int
                @@index([b])
                @@unique([a, b])
            "#,
            r#"
                a Boolean
                b Int
                @@index([b])
                @@unique([a, b])
            "#,
            &expect![[r#"
                -- AlterTable
                ALTER TABLE "T" DROP COLUMN "a",
                ADD COLUMN     "a" BOOLEAN NOT NULL;

                -- CreateIndex
                CREATE UNIQUE INDEX "T_a_b_key" ON "T"("a", "b");
            "#]],
        );
    }

    #[test]
    fn another_predicate_is_another_index() {
        let (old, new) = (partial("@@index([a], where: { b: true })"), partial("@@index([a], where: { b: false })"));
        check_sql_of(
            Flavour::V7,
            &old,
            &new,
            &expect![[r#"
                -- DropIndex
                DROP INDEX "T_a_idx";

                -- CreateIndex
                CREATE INDEX "T_a_idx" ON "T"("a") WHERE ("b" = false);
            "#]],
        );
        let same = partial(r#"@@index([a], where: raw("(b = TRUE)"))"#);
        check_empty_of(Flavour::V7, &old, &same);
    }

    #[test]
    fn a_partial_index_with_an_unread_predicate_matches_any_index_and_is_never_dropped() {
        let mut from = model(&partial("@@index([a])"), Flavour::V7);
        from.tables[0].indexes[0].predicate = Some(Predicate::Unread);
        let sql = |lines: &str| Diff::between(&from, &model(&partial(lines), Flavour::V7), Flavour::V7).to_sql();
        assert_eq!(sql("@@index([a])"), EMPTY_MIGRATION);
        assert_eq!(sql(""), EMPTY_MIGRATION);
        expect![[r#"
            -- RenameIndex
            ALTER INDEX "T_a_idx" RENAME TO "by_a";
        "#]]
        .assert_eq(&sql(r#"@@index([a], map: "by_a")"#));
    }

    fn partial(lines: &str) -> String {
        format!(
            r#"
                generator client {{
                  provider = "x"
                  previewFeatures = ["partialIndexes"]
                }}
                model T {{
                  id Int @id
                  a Int
                  b Boolean
                  {lines}
                }}
            "#
        )
    }
}
