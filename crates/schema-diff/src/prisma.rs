//! The SQL that Prisma's engine prints for PostgreSQL.
//!
//! Each kind of step has one function. It writes whole statements, each ended by `;` and a newline.

mod enums;
mod foreign_keys;
mod indexes;
mod tables;
mod warnings;

use std::fmt::{self, Display, Formatter, Write as _};

use crate::{
    Diff,
    sql::{CreateExtension, Name, alter_extension},
    step::Step,
};

pub use warnings::Warning;
pub(crate) use warnings::{WarningsComment, warnings};

/// The script with all steps of a diff.
pub(crate) struct PrismaScript<'a>(pub(crate) &'a Diff<'a>);

impl Display for PrismaScript<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("-- This is an empty migration.\n");
        }
        for (index, step) in self.0.steps.iter().enumerate() {
            if index > 0 {
                f.write_char('\n')?;
            }
            writeln!(f, "-- {}", step.title())?;
            write_step(f, self.0, step)?;
        }
        Ok(())
    }
}

fn write_step(f: &mut Formatter<'_>, diff: &Diff<'_>, step: &Step) -> fmt::Result {
    let (from, to) = (diff.from, diff.to);
    match step {
        Step::RenameTable { table, old } => tables::rename(f, from.table(*table), old),
        Step::RenameColumn { column, old } => tables::rename_column(f, from, *column, old),
        Step::RenameSequence { table, old, new } => tables::rename_sequence(f, from.table(*table), old, new),
        Step::CreateSchema(name) => writeln!(f, "CREATE SCHEMA IF NOT EXISTS {};", Name(name)),
        Step::DropExtension(extension) => writeln!(f, "DROP EXTENSION {};", Name(&from.extensions[*extension].name)),
        Step::CreateExtension(extension) => writeln!(f, "{}", CreateExtension(&to.extensions[*extension])),
        &Step::AlterExtension { to: extension, version, schema, .. } => {
            alter_extension(&to.extensions[extension], version, schema).try_for_each(|sql| writeln!(f, "{sql}"))
        }
        Step::CreateEnum(id) => enums::create(f, to.enum_(*id)),
        Step::AlterEnum(alter) => enums::alter(f, diff, alter),
        Step::DropForeignKey(key) => foreign_keys::drop(f, from, *key),
        Step::DropIndex(index) => indexes::drop(f, from, *index),
        Step::AlterTable(alter) => tables::alter(f, diff, alter),
        Step::DropTable(table) => tables::drop(f, from.table(*table)),
        Step::DropEnum(id) => enums::drop(f, from.enum_(*id)),
        Step::CreateTable(table) => tables::create(f, to, to.table(*table)),
        Step::CreateIndex(create) => indexes::create(f, to, create.index),
        Step::RenameForeignKey { from: old, to: new } => foreign_keys::rename(f, (from, *old), (to, *new)),
        Step::AddForeignKey(key) => foreign_keys::add(f, to, *key),
        Step::RenameIndex { from: old, to: new } => indexes::rename(f, (from, *old), (to, *new)),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{check_empty, check_sql};

    #[test]
    fn every_type_and_every_kind_of_default() {
        let schema = r#"
            enum Size {
              S
              L @map("it's large")
            }

            model Types {
              id          BigInt    @id @default(autoincrement())
              small       Int       @default(autoincrement()) @db.SmallInt
              oid         Int?      @db.Oid
              real        Float     @default(1.50) @db.Real
              float       Float?
              money       Decimal?  @db.Money
              decimal     Decimal   @default(-0.10)
              price       Decimal   @db.Decimal(10, 2)
              text        String    @default("it's \"\\x\"")
              varchar     String?   @db.VarChar
              short       String?   @db.VarChar(9)
              char        String?   @db.Char(3)
              bits        String?   @db.Bit(3)
              uuid        String    @default(dbgenerated("gen_random_uuid()")) @db.Uuid
              client      String    @default(uuid())
              kept        String    @default(dbgenerated())
              instant     DateTime  @default(now())
              constant    DateTime  @default("2020-02-03T04:05:06Z") @db.Timestamptz
              day         DateTime? @db.Date
              time        DateTime? @db.Time(6)
              bytes       Bytes     @default("AQID")
              json        Json      @default("{}")
              old_json    Json?     @db.Json
              yes         Boolean   @default(true)
              size        Size      @default(L)
              sizes       Size[]    @default([S, L])
              numbers     Int[]     @default([1, 2])
              none        String[]  @default([])
              lists       Bytes[]
              box         Unsupported("box")?
            }
        "#;
        check_sql(
            "",
            schema,
            &expect![[r#"
                -- CreateEnum
                CREATE TYPE "Size" AS ENUM ('S', 'it's large');

                -- CreateTable
                CREATE TABLE "Types" (
                    "id" BIGSERIAL NOT NULL,
                    "small" SMALLSERIAL NOT NULL,
                    "oid" OID,
                    "real" REAL NOT NULL DEFAULT 1.50,
                    "float" DOUBLE PRECISION,
                    "money" MONEY,
                    "decimal" DECIMAL(65,30) NOT NULL DEFAULT -0.10,
                    "price" DECIMAL(10,2) NOT NULL,
                    "text" TEXT NOT NULL DEFAULT 'it''s "\x"',
                    "varchar" VARCHAR,
                    "short" VARCHAR(9),
                    "char" CHAR(3),
                    "bits" BIT(3),
                    "uuid" UUID NOT NULL DEFAULT gen_random_uuid(),
                    "client" TEXT NOT NULL,
                    "kept" TEXT NOT NULL,
                    "instant" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
                    "constant" TIMESTAMPTZ NOT NULL DEFAULT '2020-02-03 04:05:06 +00:00',
                    "day" DATE,
                    "time" TIME(6),
                    "bytes" BYTEA NOT NULL DEFAULT '\x010203',
                    "json" JSONB NOT NULL DEFAULT '{}',
                    "old_json" JSON,
                    "yes" BOOLEAN NOT NULL DEFAULT true,
                    "size" "Size" NOT NULL DEFAULT 'it''s large',
                    "sizes" "Size"[] DEFAULT ARRAY['S', 'it''s large']::"Size"[],
                    "numbers" INTEGER[] DEFAULT ARRAY[1, 2]::INTEGER[],
                    "none" TEXT[] DEFAULT ARRAY[]::TEXT[],
                    "lists" BYTEA[],
                    "box" box,

                    CONSTRAINT "Types_pkey" PRIMARY KEY ("id")
                );
            "#]],
        );
    }

    #[test]
    fn a_table_without_a_primary_key_has_only_columns() {
        check_sql(
            "",
            r#"
                model T {
                  a Int @unique
                }
            "#,
            &expect![[r#"
                -- CreateTable
                CREATE TABLE "T" (
                    "a" INTEGER NOT NULL
                );

                -- CreateIndex
                CREATE UNIQUE INDEX "T_a_key" ON "T"("a");
            "#]],
        );
    }

    #[test]
    fn an_empty_migration_contains_a_comment() {
        check_empty("", "");
    }
}
