//! Steps that create and drop tables, and that change their columns and primary keys.

use std::{cell::OnceCell, collections::HashSet};

use sql_schema::{DefaultValue, PrimaryKey, SqlSchema, Table};

use super::matching::{ColumnPair, Pairs, TablePair};
use crate::step::{AlterColumn, AlterTable, Step, TableChange};

pub(super) fn push_steps(pairs: &Pairs<'_>, steps: &mut Vec<Step>) {
    steps.extend(pairs.created_tables.iter().map(|&table| Step::CreateTable(table)));
    steps.extend(pairs.dropped_tables.iter().map(|&table| Step::DropTable(table)));
    let sequences = UsedSequences::of(pairs.to);
    for table in &pairs.tables {
        let changes = changes(table, &sequences);
        if !changes.is_empty() {
            steps.push(Step::AlterTable(AlterTable { from: table.from_id, to: table.to_id, changes }));
        }
    }
}

fn changes(table: &TablePair<'_>, sequences: &UsedSequences<'_>) -> Vec<TableChange> {
    let mut changes = Vec::new();
    let (from_key, to_key) = (&table.from.primary_key, &table.to.primary_key);
    let keeps_key = match (from_key, to_key) {
        (Some(from), Some(to)) => same_primary_key(table, from, to),
        _ => false,
    };
    if from_key.is_some() && !keeps_key {
        changes.push(TableChange::DropPrimaryKey);
    }
    if let (Some(from), Some(to)) = (from_key, to_key)
        && from.name != to.name
    {
        changes.push(TableChange::RenamePrimaryKey);
    }
    changes.extend(table.dropped_columns.iter().map(|&column| TableChange::DropColumn(column)));
    changes.extend(table.added_columns.iter().map(|&column| TableChange::AddColumn(column)));
    changes.extend(table.columns.iter().filter(|pair| !pair.change.is_empty()).map(|pair| {
        let alter = alter_column(table.from, pair, sequences);
        if pair.change.recreates() { TableChange::RecreateColumn(alter) } else { TableChange::AlterColumn(alter) }
    }));
    if to_key.is_some() && !keeps_key {
        changes.push(TableChange::AddPrimaryKey);
    }
    changes
}

/// Whether a primary key can stay: it has the same columns in the same order, and the type of none of them changes.
fn same_primary_key(table: &TablePair<'_>, from: &PrimaryKey, to: &PrimaryKey) -> bool {
    from.columns.len() == to.columns.len()
        && from
            .columns
            .iter()
            .zip(&to.columns)
            .all(|(&from, &to)| table.column(from).is_some_and(|pair| pair.to == to && pair.change.cast.is_none()))
}

fn alter_column(table: &Table, pair: &ColumnPair, sequences: &UsedSequences<'_>) -> AlterColumn {
    let drops_sequence = match &table.column(pair.from).default {
        Some(DefaultValue::Sequence(name)) => pair.change.autoincrement && !sequences.contains(name),
        _ => false,
    };
    AlterColumn { from: pair.from, to: pair.to, change: pair.change, drops_sequence }
}

/// The sequences that columns of the new model use, collected on first use.
struct UsedSequences<'a> {
    schema: &'a SqlSchema,
    names: OnceCell<HashSet<&'a str>>,
}

impl<'a> UsedSequences<'a> {
    fn of(schema: &'a SqlSchema) -> Self {
        Self { schema, names: OnceCell::new() }
    }

    fn contains(&self, name: &str) -> bool {
        let collect = || {
            let columns = self.schema.tables.iter().flat_map(|table| &table.columns);
            let sequences = columns.filter_map(|column| match &column.default {
                Some(DefaultValue::Sequence(name)) => Some(name.as_str()),
                _ => None,
            });
            sequences.collect()
        };
        self.names.get_or_init(collect).contains(name)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use prisma_schema::Flavour;
    use sql_schema::DefaultValue;

    use crate::{
        Diff,
        testing::{check_sql, check_sql_of, check_table_sql, model},
    };

    #[test]
    fn dropped_and_added_columns_are_sorted_by_name() {
        check_table_sql(
            r#"
                c Int
                d Int
                b Int
                a Int
            "#,
            r#"
                a Int?
                y Int
                d Int?
                Z Int
            "#,
            &expect![[r#"
                -- AlterTable
                ALTER TABLE "T" DROP COLUMN "b",
                DROP COLUMN "c",
                ADD COLUMN     "Z" INTEGER NOT NULL,
                ADD COLUMN     "y" INTEGER NOT NULL,
                ALTER COLUMN "d" DROP NOT NULL,
                ALTER COLUMN "a" DROP NOT NULL;
            "#]],
        );
    }

    #[test]
    fn a_column_without_a_cast_is_dropped_and_added_again() {
        check_table_sql(
            "a Int",
            "a Boolean @default(true)",
            &expect![[r#"
                -- AlterTable
                ALTER TABLE "T" DROP COLUMN "a",
                ADD COLUMN     "a" BOOLEAN NOT NULL DEFAULT true;
            "#]],
        );
    }

    #[test]
    fn a_primary_key_is_recreated_if_the_type_of_its_columns_changes() {
        check_sql(
            r#"
                model T {
                  id Int @id
                }
            "#,
            r#"
                model T {
                  id BigInt @id
                }
            "#,
            &expect![[r#"
                -- AlterTable
                ALTER TABLE "T" DROP CONSTRAINT "T_pkey",
                ALTER COLUMN "id" SET DATA TYPE BIGINT,
                ADD CONSTRAINT "T_pkey" PRIMARY KEY ("id");
            "#]],
        );
    }

    #[test]
    fn the_order_of_the_columns_is_a_part_of_the_primary_key() {
        let table = |key: &str| {
            format!(
                r#"
                    model T {{
                      a Int
                      b Int
                      @@id([{key}])
                    }}
                "#
            )
        };
        check_sql(
            &table("a, b"),
            &table("b, a"),
            &expect![[r#"
                -- AlterTable
                ALTER TABLE "T" DROP CONSTRAINT "T_pkey",
                ADD CONSTRAINT "T_pkey" PRIMARY KEY ("b", "a");
            "#]],
        );
    }

    #[test]
    fn a_primary_key_is_renamed_by_a_clause_before_prisma_7_and_by_a_statement_since() {
        let table = |name: &str, more: &str| {
            format!(
                r#"
                    model T {{
                      a Int @id(map: "{name}")
                      {more}
                    }}
                "#
            )
        };
        let (before, after) = (table("old", ""), table("new", "b Int"));
        check_sql_of(
            Flavour::V6,
            &before,
            &after,
            &expect![[r#"
                -- AlterTable
                ALTER TABLE "T" RENAME CONSTRAINT "old" TO "new",
                ADD COLUMN     "b" INTEGER NOT NULL;
            "#]],
        );
        check_sql_of(
            Flavour::V7,
            &before,
            &after,
            &expect![[r#"
                -- AlterTable
                ALTER TABLE "T" ADD COLUMN     "b" INTEGER NOT NULL;
                ALTER TABLE "T" RENAME CONSTRAINT "old" TO "new";
            "#]],
        );
    }

    #[test]
    fn a_sequence_is_dropped_unless_another_column_uses_it() {
        let table = |default: &str| {
            let schema = format!(
                r#"
                    model T {{
                      id Int @id
                      a Int {default}
                      b Int {default}
                    }}
                "#
            );
            model(&schema, Flavour::V6)
        };
        let (mut from, mut to) = (table("@default(autoincrement())"), table(""));
        for column in &mut from.tables[0].columns[1..] {
            column.default = Some(DefaultValue::Sequence(format!("{}_seq", column.name)));
        }
        to.tables[0].columns[2] = from.tables[0].columns[2].clone();
        to.tables[0].columns[2].default = Some(DefaultValue::Sequence("a_seq".to_owned()));
        let last_line = |to: &_| {
            let sql = Diff::between(&from, to, Flavour::V6).to_sql();
            sql.lines().last().unwrap().to_owned()
        };
        assert_eq!(last_line(&to), r#"ALTER TABLE "T" ALTER COLUMN "a" DROP DEFAULT;"#);
        to.tables[0].columns[2].default = Some(DefaultValue::Sequence("b_seq".to_owned()));
        assert_eq!(last_line(&to), r#"DROP SEQUENCE "a_seq";"#);
    }
}
