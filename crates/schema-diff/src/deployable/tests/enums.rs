//! Enums and their values.

use expect_test::expect;

use crate::testing::check_deployable;

#[test]
fn added_values() {
    let schema = |values: &[&str], attribute: &str| {
        let values = values.join("\n");
        format!(
            r#"
                enum E {{
                  {values}
                }}
                model T {{
                  id Int @id
                  e E {attribute}
                }}
            "#
        )
    };
    check_deployable(
        &schema(&["a"], ""),
        &schema(&["a", "b", "c"], ""),
        &expect![[r#"
            ==== Main
            -- AlterEnum
            ALTER TYPE "E" ADD VALUE IF NOT EXISTS 'b';
            ALTER TYPE "E" ADD VALUE IF NOT EXISTS 'c';
        "#]],
    );
    // PostgreSQL rejects a value in the transaction that adds it.
    check_deployable(
        &schema(&["a"], ""),
        &schema(&["a", "b"], "@default(b)"),
        &expect![[r#"
            ==== EnumValues
            -- AlterEnum
            -- A new enum value cannot be used in the transaction that adds it, so this is a separate migration.
            ALTER TYPE "E" ADD VALUE IF NOT EXISTS 'b';

            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            ALTER TABLE "T"
                ALTER COLUMN "e" SET DEFAULT 'b';
        "#]],
    );
}

#[test]
fn a_dropped_value_rebuilds_the_enum() {
    check_deployable(
        r#"
            enum E {
              a
              b
            }
            model T {
              id Int @id
              e E @default(a)
              l E[]
              gone E
            }
            model Gone {
              id Int @id
              e E
            }
        "#,
        r#"
            enum E {
              a
            }
            model T {
              id Int @id
              e E @default(a)
              l E[]
              new E?
            }
        "#,
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- DropTable
            -- xtask: allow(destructive-statement) because --allow-destructive was given
            DROP TABLE IF EXISTS "Gone";

            -- AlterEnum
            -- xtask: allow(destructive-statement) because --allow-destructive was given
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_enum
                    WHERE enumtypid = '"E"'::regtype AND enumlabel IN ('b')
                ) THEN
                    ALTER TYPE "E" RENAME TO "E_old";
                    CREATE TYPE "E" AS ENUM ('a');
                    ALTER TABLE "T"
                        ALTER COLUMN "e" DROP DEFAULT,
                        ALTER COLUMN "e" SET DATA TYPE "E" USING "e"::text::"E",
                        ALTER COLUMN "e" SET DEFAULT 'a';
                    ALTER TABLE "T"
                        ALTER COLUMN "l" SET DATA TYPE "E"[] USING "l"::text[]::"E"[];
                END IF;
            END $$;

            -- AlterTable
            -- xtask: allow(destructive-statement) because --allow-destructive was given
            ALTER TABLE "T"
                DROP COLUMN IF EXISTS "gone",
                ADD COLUMN IF NOT EXISTS "new" "E";

            -- AlterEnum
            DROP TYPE IF EXISTS "E_old";
        "#]],
    );
}

#[test]
fn a_default_changes_together_with_its_enum() {
    let schema = |values: &[&str], default: &str| {
        let values = values.join("\n");
        format!(
            r#"
                model T {{
                  id Int @id
                  e E @default({default})
                }}
                enum E {{
                  {values}
                }}
            "#
        )
    };
    check_deployable(
        &schema(&["a", "b"], "b"),
        &schema(&["a"], "a"),
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- AlterEnum
            -- xtask: allow(destructive-statement) because --allow-destructive was given
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_enum
                    WHERE enumtypid = '"E"'::regtype AND enumlabel IN ('b')
                ) THEN
                    ALTER TYPE "E" RENAME TO "E_old";
                    CREATE TYPE "E" AS ENUM ('a');
                    ALTER TABLE "T"
                        ALTER COLUMN "e" DROP DEFAULT,
                        ALTER COLUMN "e" SET DATA TYPE "E" USING "e"::text::"E",
                        ALTER COLUMN "e" SET DEFAULT 'a';
                END IF;
            END $$;
            DROP TYPE IF EXISTS "E_old";
        "#]],
    );
}

#[test]
fn a_table_can_get_the_name_of_an_enum() {
    let enum_ = r#"
        enum E {
          a
        }
    "#;
    let model = r#"
        model E {
          id Int @id
        }
    "#;
    check_deployable(
        enum_,
        model,
        &expect![[r#"
            ==== Main
            -- DropEnum
            DO $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM pg_type
                    WHERE oid = to_regtype('"E"') AND typtype = 'e'
                ) THEN
                    DROP TYPE "E";
                END IF;
            END $$;

            -- CreateTable
            CREATE TABLE IF NOT EXISTS "E" (
                "id" INTEGER NOT NULL,

                CONSTRAINT "E_pkey" PRIMARY KEY ("id")
            );
        "#]],
    );
    check_deployable(
        model,
        enum_,
        &expect![[r#"
            ==== Main
            SET LOCAL lock_timeout = '10s';

            -- DropTable
            -- xtask: allow(destructive-statement) because --allow-destructive was given
            DROP TABLE IF EXISTS "E";

            -- CreateEnum
            DO $$
            BEGIN
                IF to_regtype('"E"') IS NULL THEN
                    CREATE TYPE "E" AS ENUM ('a');
                END IF;
            END $$;
        "#]],
    );
}
