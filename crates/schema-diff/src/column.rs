//! What differs between a column that is and the same column as it shall be.

use sql_schema::{Column, SqlSchema};

use crate::{
    casts::{self, Cast},
    defaults,
};

/// What differs between two columns of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnChange {
    /// Required, nullable or a list: that changes.
    pub arity: bool,
    /// The default changes.
    pub default: bool,
    /// A sequence starts or ceases to fill the column.
    pub autoincrement: bool,
    /// The type changes, and this is how the values follow.
    pub cast: Option<Cast>,
}

impl ColumnChange {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the column is dropped and added again.
    #[must_use]
    pub fn recreates(&self) -> bool {
        self.cast == Some(Cast::Impossible)
    }
}

pub(crate) fn compare(from: (&SqlSchema, &Column), to: (&SqlSchema, &Column)) -> ColumnChange {
    ColumnChange {
        arity: from.1.arity != to.1.arity,
        default: !defaults::equal(from.1, to.1),
        autoincrement: from.1.autoincrement != to.1.autoincrement,
        cast: casts::cast(from, to),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::table_sql;

    #[test]
    fn arity_comes_before_default_and_type() {
        expect![[r#"
            -- AlterTable
            ALTER TABLE "T" ALTER COLUMN "a" SET NOT NULL,
            ALTER COLUMN "a" SET DEFAULT '1',
            ALTER COLUMN "a" SET DATA TYPE TEXT,
            ALTER COLUMN "b" DROP NOT NULL,
            ALTER COLUMN "b" SET DATA TYPE TEXT;
        "#]]
        .assert_eq(&table_sql("a Int?\n  b Int[]", "a String @default(\"1\")\n  b String?"));
    }

    #[test]
    fn a_sequence_comes_and_goes_as_a_default() {
        expect![[r#"
            -- AlterTable
            CREATE SEQUENCE t_a_seq;
            ALTER TABLE "T" ALTER COLUMN "a" SET DEFAULT nextval('t_a_seq'),
            ALTER COLUMN "a" SET DATA TYPE BIGSERIAL;
            ALTER SEQUENCE t_a_seq OWNED BY "T"."a";
        "#]]
        .assert_eq(&table_sql("a Int", "a BigInt @default(autoincrement())"));
        expect![[r#"
            -- AlterTable
            ALTER TABLE "T" ALTER COLUMN "a" SET DEFAULT 1,
            ALTER COLUMN "a" DROP DEFAULT;
            DROP SEQUENCE "";
        "#]]
        .assert_eq(&table_sql("a Int @default(autoincrement())", "a Int @default(1)"));
    }

    #[test]
    fn defaults_of_the_client_are_none_to_the_database() {
        expect![[r#"
            -- AlterTable
            ALTER TABLE "T" ADD COLUMN     "b" TIMESTAMP(3) NOT NULL,
            ALTER COLUMN "a" DROP DEFAULT;
        "#]]
        .assert_eq(&table_sql("a String @default(\"x\")", "a String @default(uuid())\n  b DateTime @updatedAt"));
    }
}
