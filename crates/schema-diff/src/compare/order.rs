//! Sorts the steps into an order that PostgreSQL can run: first by kind, then by the position of the objects.

use std::collections::HashMap;

use sql_schema::{ColumnId, SqlSchema, Table, TableId};

use crate::step::{IndexId, Step, TableChange};

pub(super) fn sort(steps: &mut Vec<Step>, from: &SqlSchema, to: &SqlSchema) {
    steps.sort_by_key(key);
    drop_replaced_indexes_late(steps, from, to);
}

fn key(step: &Step) -> (u8, [u32; 4]) {
    match step {
        // Renames are in order already, and the sort is stable. All later steps use the new names.
        Step::RenameTable { .. } | Step::RenameColumn { .. } | Step::RenameSequence { .. } => (0, [0; 4]),
        Step::CreateSchema(_) => (1, [0; 4]),
        Step::DropExtension(extension) => (2, [*extension as u32, 0, 0, 0]),
        Step::CreateExtension(extension) => (3, [*extension as u32, 0, 0, 0]),
        Step::AlterExtension { from, to, .. } => (4, [*from as u32, *to as u32, 0, 0]),
        Step::CreateEnum(id) => (5, [id.0, 0, 0, 0]),
        Step::AlterEnum(alter) => (6, [alter.from.0, alter.to.0, 0, 0]),
        Step::DropForeignKey(key) => (7, [key.table.0, key.position, 0, 0]),
        Step::DropIndex(index) => (8, [index.table.0, index.position, 0, 0]),
        Step::AlterTable(alter) => (9, [alter.from.0, alter.to.0, 0, 0]),
        Step::DropTable(table) => (10, [table.0, 0, 0, 0]),
        Step::DropEnum(id) => (11, [id.0, 0, 0, 0]),
        Step::CreateTable(table) => (12, [table.0, 0, 0, 0]),
        // Indexes of new tables come first.
        Step::CreateIndex(create) => {
            let from_table = create.from_table.map_or(0, |table| table.0 + 1);
            (13, [from_table, create.index.table.0, create.index.position, 0])
        }
        Step::RenameForeignKey { from, to } => (14, [from.table.0, from.position, to.table.0, to.position]),
        Step::AddForeignKey(key) => (15, [key.table.0, key.position, 0, 0]),
        Step::RenameIndex { from, to } => (16, [from.table.0, from.position, to.table.0, to.position]),
    }
}

/// Moves the drop of a unique index behind the primary key that replaces it.
///
/// In a table without a primary key, the unique index may be the only protection against duplicate rows. The primary key
/// must have the same columns as the index.
fn drop_replaced_indexes_late(steps: &mut Vec<Step>, from: &SqlSchema, to: &SqlSchema) {
    let first_keys: HashMap<TableId, Vec<&str>> = steps
        .iter()
        .filter_map(|step| match step {
            Step::AlterTable(alter) if from.table(alter.from).primary_key.is_none() => {
                let table = to.table(alter.to);
                let key = &table.primary_key.as_ref()?.columns;
                // PostgreSQL drops the index with such a column, so the index no longer protects the table.
                let recreates = |change: &TableChange| match change {
                    TableChange::RecreateColumn(column) => key.contains(&column.to),
                    _ => false,
                };
                let is_protected = !alter.changes.iter().any(recreates);
                is_protected.then(|| (alter.from, names(table, key.iter().copied())))
            }
            _ => None,
        })
        .collect();
    if first_keys.is_empty() {
        return;
    }
    let is_replaced = |id: IndexId| {
        let (table, index) = id.resolve(from);
        let columns = || names(table, index.columns.iter().map(|column| column.column));
        index.unique && first_keys.get(&id.table).is_some_and(|key| *key == columns())
    };
    let mut late: HashMap<TableId, Vec<IndexId>> = HashMap::new();
    for step in std::mem::take(steps) {
        match step {
            Step::DropIndex(id) if is_replaced(id) => late.entry(id.table).or_default().push(id),
            Step::AlterTable(alter) => {
                let replaced = late.remove(&alter.from).unwrap_or_default();
                steps.push(Step::AlterTable(alter));
                // Prisma moves the steps here one by one, which reverses them.
                steps.extend(replaced.into_iter().rev().map(Step::DropIndex));
            }
            step => steps.push(step),
        }
    }
}

fn names(table: &Table, columns: impl Iterator<Item = ColumnId>) -> Vec<&str> {
    columns.map(|column| table.column(column).name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::testing::sql;

    /// Checks the first line of each step's SQL.
    #[track_caller]
    fn check_steps(before: &str, after: &str, expected: &Expect) {
        let sql = sql(before, after);
        let steps = sql.split("\n\n-- ").map(|step| step.lines().nth(1).unwrap_or_default());
        expected.assert_eq(&steps.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn steps_are_sorted_by_kind() {
        check_steps(
            r#"
                enum Old {
                  A
                }
                model Gone {
                  id Int @id
                  o Old
                }
                model Kept {
                  id Int @id
                  a Int
                  @@index([a])
                }
            "#,
            r#"
                enum New {
                  A
                }
                model Kept {
                  id Int @id
                  b Int
                  n NewTable @relation(fields: [b], references: [id])
                  @@index([b])
                }
                model NewTable {
                  id Int @id
                  n New @unique
                  k Kept[]
                }
            "#,
            &expect![[r#"
                CREATE TYPE "New" AS ENUM ('A');
                DROP INDEX "Kept_a_idx";
                ALTER TABLE "Kept" DROP COLUMN "a",
                DROP TABLE "Gone";
                DROP TYPE "Old";
                CREATE TABLE "NewTable" (
                CREATE UNIQUE INDEX "NewTable_n_key" ON "NewTable"("n");
                CREATE INDEX "Kept_b_idx" ON "Kept"("b");
                ALTER TABLE "Kept" ADD CONSTRAINT "Kept_b_fkey" FOREIGN KEY ("b") REFERENCES "NewTable"("id") ON DELETE RESTRICT ON UPDATE CASCADE;"#]],
        );
    }

    #[test]
    fn a_unique_index_is_dropped_after_the_first_primary_key_is_added() {
        check_steps(
            r#"
                model T {
                  a Int @unique
                  b Int @unique
                }
            "#,
            r#"
                model T {
                  a Int @id
                  b Int
                }
            "#,
            &expect![[r#"
                DROP INDEX "T_b_key";
                ALTER TABLE "T" ADD CONSTRAINT "T_pkey" PRIMARY KEY ("a");
                DROP INDEX "T_a_key";"#]],
        );
    }

    #[test]
    fn a_unique_index_on_a_recreated_column_is_dropped_first() {
        check_steps(
            r#"
                model T {
                  a Int @unique
                }
            "#,
            r#"
                model T {
                  a Boolean @id
                }
            "#,
            &expect![[r#"
                DROP INDEX "T_a_key";
                ALTER TABLE "T" DROP COLUMN "a","#]],
        );
    }
}
