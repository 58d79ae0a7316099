//! Compares two columns of the same name.

use sql_schema::{Column, SqlSchema};

use super::defaults;
use crate::{cast, step::ColumnChange};

pub(super) fn compare(from: (&SqlSchema, &Column), to: (&SqlSchema, &Column)) -> ColumnChange {
    ColumnChange {
        arity: from.1.arity != to.1.arity,
        default: !defaults::equal(from.1, to.1),
        autoincrement: from.1.autoincrement != to.1.autoincrement,
        cast: cast::cast(from, to),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check_table_sql;

    #[test]
    fn arity_comes_before_default_and_type() {
        check_table_sql(
            r#"
                a Int?
                b Int[]
            "#,
            r#"
                a String @default("1")
                b String?
            "#,
            &expect![[r#"
                -- AlterTable
                ALTER TABLE "T" ALTER COLUMN "a" SET NOT NULL,
                ALTER COLUMN "a" SET DEFAULT '1',
                ALTER COLUMN "a" SET DATA TYPE TEXT,
                ALTER COLUMN "b" DROP NOT NULL,
                ALTER COLUMN "b" SET DATA TYPE TEXT;
            "#]],
        );
    }

    #[test]
    fn a_sequence_is_added_and_dropped_with_its_default() {
        check_table_sql(
            "a Int",
            "a BigInt @default(autoincrement())",
            &expect![[r#"
                -- AlterTable
                CREATE SEQUENCE t_a_seq;
                ALTER TABLE "T" ALTER COLUMN "a" SET DEFAULT nextval('t_a_seq'),
                ALTER COLUMN "a" SET DATA TYPE BIGSERIAL;
                ALTER SEQUENCE t_a_seq OWNED BY "T"."a";
            "#]],
        );
        check_table_sql(
            "a Int @default(autoincrement())",
            "a Int @default(1)",
            &expect![[r#"
                -- AlterTable
                ALTER TABLE "T" ALTER COLUMN "a" SET DEFAULT 1,
                ALTER COLUMN "a" DROP DEFAULT;
                DROP SEQUENCE "";
            "#]],
        );
    }

    #[test]
    fn defaults_of_the_client_are_not_defaults_of_the_database() {
        check_table_sql(
            r#"a String @default("x")"#,
            r#"
                a String @default(uuid())
                b DateTime @updatedAt
            "#,
            &expect![[r#"
                -- AlterTable
                ALTER TABLE "T" ADD COLUMN     "b" TIMESTAMP(3) NOT NULL,
                ALTER COLUMN "a" DROP DEFAULT;
            "#]],
        );
    }
}
