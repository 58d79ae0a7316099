//! Steps that create, drop and change enums, with the columns that use a rebuilt enum.

use std::collections::HashMap;

use sql_schema::{ColumnId, ColumnType, EnumId, SqlSchema, TableId};

use super::matching::{Pairs, match_by_key};
use crate::step::{AlterEnum, ColumnRef, EnumDefault, EnumRebuild, Step};

pub(super) fn push_steps(pairs: &Pairs<'_>, steps: &mut Vec<Step>) {
    steps.extend(pairs.created_enums.iter().map(|&id| Step::CreateEnum(id)));
    steps.extend(pairs.dropped_enums.iter().map(|&id| Step::DropEnum(id)));
    let mut altered: Vec<_> = pairs.enums.iter().filter_map(|&enums| alter_enum(pairs, enums)).collect();
    add_uses(pairs, &mut altered);
    steps.extend(altered.into_iter().map(Step::AlterEnum));
}

/// The changes to an enum, without its uses. Prisma ignores the order of the values.
fn alter_enum(pairs: &Pairs<'_>, (from, to): (EnumId, EnumId)) -> Option<AlterEnum> {
    let values = match_by_key(pairs.from.enum_(from).values.iter(), pairs.to.enum_(to).values.iter());
    let (added, dropped) = (values.to_only, values.from_only);
    let rebuild = (!dropped.is_empty()).then(EnumRebuild::default);
    (!added.is_empty() || !dropped.is_empty()).then_some(AlterEnum { from, to, added, dropped, rebuild })
}

/// Finds the uses of the rebuilt enums in one pass over all columns.
fn add_uses(pairs: &Pairs<'_>, altered: &mut [AlterEnum]) {
    let mut rebuilds: Vec<_> =
        altered.iter_mut().filter_map(|enum_| Some((enum_.from, enum_.to, enum_.rebuild.as_mut()?))).collect();
    if rebuilds.is_empty() {
        return;
    }
    let positions = |key: fn(&(EnumId, EnumId)) -> EnumId| -> HashMap<EnumId, usize> {
        rebuilds.iter().map(|&(from, to, _)| key(&(from, to))).zip(0..).collect()
    };
    let (by_from, by_to) = (positions(|pair| pair.0), positions(|pair| pair.1));

    for table in (0..).map(TableId).take(pairs.to.tables.len()) {
        for column in columns(pairs.to, table) {
            if let Some(position) = enum_of(pairs.to, column).and_then(|id| by_to.get(&id)) {
                rebuilds[*position].2.columns.push(column);
            }
        }
    }

    let mut push_default = |from: ColumnRef, to: Option<ColumnRef>| {
        let Some(&position) = enum_of(pairs.from, from).and_then(|id| by_from.get(&id)) else { return };
        let has_default = |schema, column: ColumnRef| column.resolve(schema).1.default.is_some();
        if has_default(pairs.from, from) {
            let (_, to_enum, rebuild) = &mut rebuilds[position];
            let to = to.filter(|&to| enum_of(pairs.to, to) == Some(*to_enum) && has_default(pairs.to, to));
            rebuild.defaults.push(EnumDefault { from, to });
        }
    };
    for &table in &pairs.dropped_tables {
        columns(pairs.from, table).for_each(|column| push_default(column, None));
    }
    for table in &pairs.tables {
        let from = |column| ColumnRef { table: table.from_id, column };
        let to = |column| ColumnRef { table: table.to_id, column };
        for &column in &table.dropped_columns {
            push_default(from(column), None);
        }
        let mut by_name: Vec<_> = table.columns.iter().collect();
        by_name.sort_by_key(|pair| &table.from.column(pair.from).name);
        for pair in by_name {
            push_default(from(pair.from), Some(to(pair.to)));
        }
    }
}

fn columns(schema: &SqlSchema, table: TableId) -> impl Iterator<Item = ColumnRef> {
    (0..).map(move |id| ColumnRef { table, column: ColumnId(id) }).take(schema.table(table).columns.len())
}

fn enum_of(schema: &SqlSchema, column: ColumnRef) -> Option<EnumId> {
    match column.resolve(schema).1.ty {
        ColumnType::Enum(id) => Some(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use prisma_schema::Flavour;

    use crate::{
        Diff,
        testing::{check_empty, check_sql, model},
    };

    #[test]
    fn a_new_value_is_added_and_the_order_is_ignored() {
        check_sql(
            r#"
                enum E {
                  A
                  B
                }
            "#,
            r#"
                enum E {
                  B
                  C
                  A
                }
            "#,
            &expect![[r#"
                -- AlterEnum
                ALTER TYPE "E" ADD VALUE 'C';
            "#]],
        );
        check_empty(
            r#"
                enum E {
                  A
                  B
                }
            "#,
            r#"
                enum E {
                  B
                  A
                }
            "#,
        );
    }

    #[test]
    fn several_new_values_have_a_comment() {
        check_sql(
            r#"
                enum E {
                  A
                }
            "#,
            r#"
                enum E {
                  A
                  B
                  C
                }
            "#,
            &expect![[r#"
                -- AlterEnum
                -- This migration adds more than one value to an enum.
                -- With PostgreSQL versions 11 and earlier, this is not possible
                -- in a single migration. This can be worked around by creating
                -- multiple migrations, each migration adding only one value to
                -- the enum.


                ALTER TYPE "E" ADD VALUE 'B';
                ALTER TYPE "E" ADD VALUE 'C';
            "#]],
        );
    }

    const BEFORE: &str = r#"
        enum E {
          A
          B
          C
        }
        model Kept {
          id Int @id
          y E @default(A)
          x E[] @default([A, C])
          bare E?
          gone E @default(B)
        }
        model Gone {
          id Int @id
          e E @default(A)
        }
    "#;
    const AFTER: &str = r#"
        enum E {
          A
          B
        }
        model Kept {
          id Int @id
          y E @default(B)
          x E[]
          bare E?
          new E @default(A)
        }
    "#;

    #[test]
    fn a_dropped_value_rebuilds_the_type() {
        check_sql(
            BEFORE,
            AFTER,
            &expect![[r#"
                -- AlterEnum
                BEGIN;
                CREATE TYPE "E_new" AS ENUM ('A', 'B');
                ALTER TABLE "Gone" ALTER COLUMN "e" DROP DEFAULT;
                ALTER TABLE "Kept" ALTER COLUMN "gone" DROP DEFAULT;
                ALTER TABLE "Kept" ALTER COLUMN "x" DROP DEFAULT;
                ALTER TABLE "Kept" ALTER COLUMN "y" DROP DEFAULT;
                ALTER TABLE "Kept" ALTER COLUMN "y" TYPE "E_new" USING ("y"::text::"E_new");
                ALTER TABLE "Kept" ALTER COLUMN "x" TYPE "E_new"[] USING ("x"::text::"E_new"[]);
                ALTER TABLE "Kept" ALTER COLUMN "bare" TYPE "E_new" USING ("bare"::text::"E_new");
                ALTER TABLE "Kept" ALTER COLUMN "new" TYPE "E_new" USING ("new"::text::"E_new");
                ALTER TYPE "E" RENAME TO "E_old";
                ALTER TYPE "E_new" RENAME TO "E";
                DROP TYPE "E_old";
                ALTER TABLE "Kept" ALTER COLUMN "y" SET DEFAULT 'B';
                COMMIT;

                -- AlterTable
                ALTER TABLE "Kept" DROP COLUMN "gone",
                ADD COLUMN     "new" "E" NOT NULL DEFAULT 'A',
                ALTER COLUMN "y" SET DEFAULT 'B',
                ALTER COLUMN "x" DROP DEFAULT;

                -- DropTable
                DROP TABLE "Gone";
            "#]],
        );
    }

    #[test]
    fn prisma_7_prints_the_default_namespace_of_a_live_database_only_here() {
        let (mut from, to) = (model(BEFORE, Flavour::V7), model(AFTER, Flavour::V7));
        from.default_namespace = Some("public".to_owned());
        let sql = Diff::between(&from, &to, Flavour::V7).to_sql();
        let named: Vec<_> = sql.lines().filter(|line| line.contains("public")).collect();
        expect![[r#"
            ALTER TABLE "public"."Gone" ALTER COLUMN "e" DROP DEFAULT;
            ALTER TABLE "public"."Kept" ALTER COLUMN "gone" DROP DEFAULT;
            ALTER TABLE "public"."Kept" ALTER COLUMN "x" DROP DEFAULT;
            ALTER TABLE "public"."Kept" ALTER COLUMN "y" DROP DEFAULT;
            DROP TYPE "public"."E_old";"#]]
        .assert_eq(&named.join("\n"));
    }
}
