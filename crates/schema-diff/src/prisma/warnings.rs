//! The warnings that `prisma migrate dev` writes at the top of a migration.
//!
//! Prisma compares the schemas and does not read the rows, so it warns of possible data loss and possible failures. The
//! set of changes with a warning was measured: it is the engine's answer to `schemaPush` on tables with rows.

use std::fmt;

use sql_schema::{Arity, Column, ColumnType, SqlSchema, Table};

use crate::{AlterColumn, Cast, Diff, Step, TableChange, sql::needs_value};

/// Data that a diff may destroy, or a reason why it may fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The warning, in Prisma's words.
    pub message: String,
    /// Whether the step fails, instead of losing data, if the table has certain rows.
    pub unexecutable: bool,
}

/// The SQL comment that lists the warnings; empty if there are none.
pub(crate) struct WarningsComment<'a>(pub(crate) &'a [Warning]);

impl fmt::Display for WarningsComment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        f.write_str("/*\n  Warnings:\n\n")?;
        for warning in self.0 {
            writeln!(f, "  - {}", warning.message)?;
        }
        f.write_str("\n*/\n")
    }
}

/// The warnings of all steps: first data loss, then steps that may fail.
pub(crate) fn warnings(diff: &Diff<'_>) -> Vec<Warning> {
    let mut collector = WarningCollector { from: diff.from(), to: diff.to(), warnings: Vec::new() };
    for step in diff.steps() {
        collector.step(step);
    }
    collector.warnings.sort_by_key(|warning| warning.unexecutable);
    collector.warnings
}

struct WarningCollector<'a> {
    from: &'a SqlSchema,
    to: &'a SqlSchema,
    warnings: Vec<Warning>,
}

impl WarningCollector<'_> {
    fn step(&mut self, step: &Step) {
        match step {
            Step::AlterEnum(alter) if !alter.dropped.is_empty() => {
                let enum_ = self.from.enum_(alter.from);
                let lost: Vec<&str> =
                    alter.dropped.iter().map(|&value| enum_.values[value as usize].as_str()).collect();
                self.warn(format!(
                    "The values [{}] on the enum `{}` will be removed. If these variants are still used in the database, this will fail.",
                    lost.join(","),
                    enum_.name
                ));
            }
            Step::AlterTable(alter) => {
                let (from, to) = (self.from.table(alter.from), self.to.table(alter.to));
                for change in &alter.changes {
                    self.change(change, from, to);
                }
            }
            Step::DropTable(table) => {
                let name = &self.from.table(*table).name;
                self.warn(format!(
                    "You are about to drop the `{name}` table. If the table is not empty, all the data it contains will be lost."
                ));
            }
            Step::CreateIndex(create) if create.from_table.is_some() && !create.recreated => {
                let (table, index) = create.index.resolve(self.to);
                if index.unique {
                    let columns: Vec<&str> =
                        index.columns.iter().map(|column| table.column(column.column).name.as_str()).collect();
                    self.warn(format!(
                        "A unique constraint covering the columns `[{}]` on the table `{}` will be added. If there are existing duplicate values, this will fail.",
                        columns.join(","),
                        table.name
                    ));
                }
            }
            _ => {}
        }
    }

    fn change(&mut self, change: &TableChange, from: &Table, to: &Table) {
        let table = &from.name;
        match change {
            TableChange::DropPrimaryKey => self.warn(format!(
                "The primary key for the `{table}` table will be changed. If it partially fails, the table could be left without primary key constraint."
            )),
            TableChange::DropColumn(column) => {
                let column = &from.column(*column).name;
                self.warn(format!(
                    "You are about to drop the column `{column}` on the `{table}` table. All the data in the column will be lost."
                ));
            }
            TableChange::AddColumn(column) => {
                let column = to.column(*column);
                if needs_value(column) {
                    self.added_required(table, column);
                }
            }
            TableChange::AlterColumn(alter) => self.altered(table, alter, from, to),
            TableChange::RecreateColumn(alter) => self.recreated(table, from.column(alter.from), to.column(alter.to)),
            TableChange::RenamePrimaryKey | TableChange::AddPrimaryKey => {}
        }
    }

    fn added_required(&mut self, table: &str, column: &Column) {
        let name = &column.name;
        self.warn_of_failure(if column.client_default {
            format!(
                "The required column `{name}` was added to the `{table}` table with a prisma-level default value. This is not possible if the table is not empty. Please add this column as optional, then populate it before making it required."
            )
        } else {
            format!(
                "Added the required column `{name}` to the `{table}` table without a default value. This is not possible if the table is not empty."
            )
        });
    }

    fn altered(&mut self, table: &str, alter: &AlterColumn, from: &Table, to: &Table) {
        let (from, to) = (from.column(alter.from), to.column(alter.to));
        let name = &from.name;
        match (from.arity, to.arity) {
            (Arity::Nullable, Arity::Required) => self.warn_of_failure(format!(
                "Made the column `{name}` on table `{table}` required. This step will fail if there are existing NULL values in that column."
            )),
            (Arity::Nullable | Arity::Required, Arity::List) => self.warn_of_failure(format!(
                "Changed the column `{name}` on the `{table}` table from a scalar field to a list field. If there are non-null values in that column, this step will fail."
            )),
            _ => {}
        }
        if alter.cast() == Some(Cast::Risky) {
            self.warn(format!(
                "You are about to alter the column `{name}` on the `{table}` table. The data in that column could be lost. The data in that column will be cast from `{}` to `{}`.",
                TypeName(self.from, &from.ty),
                TypeName(self.to, &to.ty)
            ));
        }
    }

    fn recreated(&mut self, table: &str, from: &Column, to: &Column) {
        let name = &from.name;
        if !needs_value(to) {
            self.warn(format!(
                "The `{name}` column on the `{table}` table would be dropped and recreated. This will lead to data loss if there is data in the column."
            ));
        } else if from.arity == Arity::Nullable {
            self.warn_of_failure(format!(
                "Added the required column `{name}` to the `{table}` table without a default value. This is not possible if the table is not empty."
            ));
        } else {
            self.warn_of_failure(format!(
                "Changed the type of `{name}` on the `{table}` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required."
            ));
        }
    }

    fn warn(&mut self, message: String) {
        self.warnings.push(Warning { message, unexecutable: false });
    }

    fn warn_of_failure(&mut self, message: String) {
        self.warnings.push(Warning { message, unexecutable: true });
    }
}

/// The name of a type in the schema language.
struct TypeName<'a>(&'a SqlSchema, &'a ColumnType);

impl fmt::Display for TypeName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            ColumnType::Native(native) => write!(f, "{native}"),
            ColumnType::Enum(id) => f.write_str(&self.0.enum_(*id).name),
            ColumnType::Unsupported(name) => write!(f, "Unsupported(\"{name}\")"),
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use prisma_schema::Flavour;

    use crate::{Diff, testing::model};

    #[track_caller]
    fn check(before: &str, after: &str, expected: &Expect) {
        let (before, after) = (model(before, Flavour::V6), model(after, Flavour::V6));
        let diff = Diff::between(&before, &after, Flavour::V6);
        let sql = diff.to_sql_with_warnings();
        expected.assert_eq(sql.strip_suffix(&diff.to_sql()).expect("the text should end with the SQL"));
    }

    #[test]
    fn data_loss_comes_before_possible_failures() {
        check(
            r#"
                model T {
                  id Int @id
                  a Int
                  b String
                  c String?
                }
                model Gone {
                  id Int @id
                }
            "#,
            r#"
                model T {
                  id Int @id
                  b String @db.VarChar(3)
                  c String
                  d Int @unique
                  e String @default(uuid())
                }
            "#,
            &expect![[r#"
                /*
                  Warnings:

                  - You are about to drop the column `a` on the `T` table. All the data in the column will be lost.
                  - You are about to alter the column `b` on the `T` table. The data in that column could be lost. The data in that column will be cast from `Text` to `VarChar(3)`.
                  - You are about to drop the `Gone` table. If the table is not empty, all the data it contains will be lost.
                  - A unique constraint covering the columns `[d]` on the table `T` will be added. If there are existing duplicate values, this will fail.
                  - Added the required column `d` to the `T` table without a default value. This is not possible if the table is not empty.
                  - The required column `e` was added to the `T` table with a prisma-level default value. This is not possible if the table is not empty. Please add this column as optional, then populate it before making it required.
                  - Made the column `c` on table `T` required. This step will fail if there are existing NULL values in that column.

                */
            "#]],
        );
    }

    #[test]
    fn the_warning_of_a_recreated_column_depends_on_its_default_and_arity() {
        check(
            r#"
                model T {
                  id Int @id
                  a String?
                  b String
                  c String
                  d String[]
                }
            "#,
            r#"
                model T {
                  id Int @id
                  a Int
                  b Int
                  c Int @default(1)
                  d Int
                }
            "#,
            &expect![[r#"
                /*
                  Warnings:

                  - The `c` column on the `T` table would be dropped and recreated. This will lead to data loss if there is data in the column.
                  - Added the required column `a` to the `T` table without a default value. This is not possible if the table is not empty.
                  - Changed the type of `b` on the `T` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.
                  - Changed the type of `d` on the `T` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required.

                */
            "#]],
        );
    }

    #[test]
    fn enums_and_keys() {
        check(
            r#"
                enum E {
                  a
                  b
                  c
                }
                model T {
                  id Int @id
                  n Int
                  e E
                  l E?
                }
            "#,
            r#"
                enum E {
                  b
                }
                model T {
                  id Int
                  n Int
                  e E
                  l E[]
                  @@id([id, n])
                }
            "#,
            &expect![[r#"
                /*
                  Warnings:

                  - The values [a,c] on the enum `E` will be removed. If these variants are still used in the database, this will fail.
                  - The primary key for the `T` table will be changed. If it partially fails, the table could be left without primary key constraint.
                  - Changed the column `l` on the `T` table from a scalar field to a list field. If there are non-null values in that column, this step will fail.

                */
            "#]],
        );
    }

    #[test]
    fn a_harmless_change_has_no_comment() {
        check(
            r#"
                model T {
                  id Int @id
                }
            "#,
            r#"
                model T {
                  id Int @id
                  a String?
                }
            "#,
            &expect![""],
        );
    }
}
