use squawk_linter::Rule as Squawk;

use super::{Chosen, Tables};
use crate::{Rule, Severity};

/// The rules that fit, by name.
pub(crate) static CHOSEN: &[Chosen] = &[
    Chosen {
        squawk: Squawk::AddingFieldWithDefault,
        tables: Tables::Hot,
        rule: Rule {
            name: "adding-field-with-default",
            severity: Severity::Error,
            summary: "A default that differs from row to row is not added to a hot table together with its column.",
            why: "\
PostgreSQL keeps a constant default beside the table. One that has to be computed for each row, such as a random UUID, and a
generated column have it write the whole table anew, while nobody can read it.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN IF NOT EXISTS "trace" UUID DEFAULT gen_random_uuid();"#,
            good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN IF NOT EXISTS "trace" UUID;
ALTER TABLE "LiteLLM_SpendLogs" ALTER COLUMN "trace" SET DEFAULT gen_random_uuid();"#],
        },
    },
    Chosen {
        squawk: Squawk::AddingForeignKeyConstraint,
        tables: Tables::Existing,
        rule: Rule {
            name: "adding-foreign-key-constraint",
            severity: Severity::Error,
            summary: "A foreign key of a table in use is added NOT VALID, and validated in a later migration.",
            why: "\
To add a foreign key, PostgreSQL reads the whole table, and nobody can write to either table meanwhile. NOT VALID holds for
new rows at once and reads nothing; VALIDATE CONSTRAINT reads the old ones while others write, but only in a transaction of its
own, since the lock of the first statement would last to the end.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" DROP CONSTRAINT IF EXISTS "LiteLLM_TeamTable_owner_fkey";
ALTER TABLE "LiteLLM_TeamTable" ADD CONSTRAINT "LiteLLM_TeamTable_owner_fkey"
    FOREIGN KEY ("owner") REFERENCES "LiteLLM_UserTable"("user_id");"#,
            good: &[
                r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" DROP CONSTRAINT IF EXISTS "LiteLLM_TeamTable_owner_fkey";
ALTER TABLE "LiteLLM_TeamTable" ADD CONSTRAINT "LiteLLM_TeamTable_owner_fkey"
    FOREIGN KEY ("owner") REFERENCES "LiteLLM_UserTable"("user_id") NOT VALID;"#,
                r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" VALIDATE CONSTRAINT "LiteLLM_TeamTable_owner_fkey";"#,
            ],
        },
    },
    Chosen {
        squawk: Squawk::AddingNotNullableField,
        tables: Tables::Hot,
        rule: Rule {
            name: "adding-not-nullable-field",
            severity: Severity::Error,
            summary: "A column of a hot table is not made required before a valid CHECK says that it has no NULL.",
            why: "\
SET NOT NULL reads the whole table while nobody else can. Where a valid constraint CHECK (\"c\" IS NOT NULL) is there, PostgreSQL
takes its word for it: add that constraint NOT VALID, validate it in a migration of its own, and set NOT NULL in a third one.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" ALTER COLUMN "trace" SET NOT NULL;"#,
            good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" DROP CONSTRAINT IF EXISTS "trace_required";
ALTER TABLE "LiteLLM_SpendLogs" ADD CONSTRAINT "trace_required" CHECK ("trace" IS NOT NULL) NOT VALID;"#],
        },
    },
    Chosen {
        squawk: Squawk::AddingSerialPrimaryKeyField,
        tables: Tables::Hot,
        rule: Rule {
            name: "adding-serial-primary-key-field",
            severity: Severity::Error,
            summary: "A primary key is not added to a hot table, except with an index that is there.",
            why: "\
To add a primary key, PostgreSQL builds its index while nobody can read the table. ADD CONSTRAINT ... PRIMARY KEY USING INDEX takes
a unique index that was built before, as on every hot table by a job.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" DROP CONSTRAINT IF EXISTS "LiteLLM_SpendLogs_pkey";
ALTER TABLE "LiteLLM_SpendLogs" ADD CONSTRAINT "LiteLLM_SpendLogs_pkey" PRIMARY KEY ("request_id");"#,
            good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" DROP CONSTRAINT IF EXISTS "LiteLLM_SpendLogs_pkey";
ALTER TABLE "LiteLLM_SpendLogs" ADD CONSTRAINT "LiteLLM_SpendLogs_pkey" PRIMARY KEY USING INDEX "request_id_unique";"#],
        },
    },
    Chosen {
        squawk: Squawk::BanAlterDatabaseOptions,
        tables: Tables::All,
        rule: Rule {
            name: "ban-alter-database-options",
            severity: Severity::Error,
            summary: "A migration does not change the settings of the database.",
            why: "\
The database may have other users than LiteLLM, and its settings belong to whoever runs it. Where a migration needs a setting, SET
LOCAL makes it hold to the end of the file.",
            bad: "ALTER DATABASE litellm SET work_mem = '64MB';",
            good: &["SET LOCAL work_mem = '64MB';"],
        },
    },
    Chosen {
        squawk: Squawk::BanAlterRoleOptions,
        tables: Tables::All,
        rule: Rule {
            name: "ban-alter-role-options",
            severity: Severity::Error,
            summary: "A migration does not change roles.",
            why: "\
Roles belong to the whole server, and the one that applies migrations mostly may not change them: the migration fails at
customers, while CI, with its own server, sees nothing.",
            bad: "ALTER ROLE litellm SET search_path TO app;",
            good: &["SET LOCAL search_path TO app;"],
        },
    },
    Chosen {
        squawk: Squawk::BanAlterSystemOptions,
        tables: Tables::All,
        rule: Rule {
            name: "ban-alter-system-options",
            severity: Severity::Error,
            summary: "A migration does not change the settings of the server.",
            why: "\
It needs a superuser, cannot run in a transaction, and changes every database of the server.",
            bad: "ALTER SYSTEM SET max_connections = 500;",
            good: &["SET LOCAL work_mem = '64MB';"],
        },
    },
    Chosen {
        squawk: Squawk::BanDropDatabase,
        tables: Tables::All,
        rule: Rule {
            name: "ban-drop-database",
            severity: Severity::Error,
            summary: "A migration does not drop databases.",
            why: "There is no way back from it.",
            bad: "DROP DATABASE IF EXISTS litellm_old;",
            good: &["DROP TABLE IF EXISTS \"LiteLLM_New\";"],
        },
    },
    Chosen {
        squawk: Squawk::BanDropExtension,
        tables: Tables::All,
        rule: Rule {
            name: "ban-drop-extension",
            severity: Severity::Warning,
            summary: "An extension stays where something else may use it.",
            why: "\
An extension belongs to the whole database. What else lives there may need it, even if LiteLLM no longer does.",
            bad: "DROP EXTENSION IF EXISTS pgcrypto;",
            good: &["CREATE EXTENSION IF NOT EXISTS pgcrypto;"],
        },
    },
    Chosen {
        squawk: Squawk::BanSetSchema,
        tables: Tables::All,
        rule: Rule {
            name: "ban-set-schema",
            severity: Severity::Error,
            summary: "Nothing moves to another schema.",
            why: "\
The tables are in the schema that the database URL names, and Prisma looks for them there alone.",
            bad: r#"ALTER TYPE "Tier" SET SCHEMA archive;"#,
            good: &[r#"DROP TYPE IF EXISTS "Tier";"#],
        },
    },
    Chosen {
        squawk: Squawk::ChangingColumnType,
        tables: Tables::Hot,
        rule: Rule {
            name: "changing-column-type",
            severity: Severity::Error,
            summary: "A column of a hot table keeps its type.",
            why: "\
For most changes of type PostgreSQL writes the whole table and all its indexes anew, while nobody can read it. Add a column of the
new type, write both for a release, fill the old rows in small portions, and drop the old column a release later.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" ALTER COLUMN "tokens" SET DATA TYPE BIGINT;"#,
            good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN IF NOT EXISTS "tokens_wide" BIGINT;"#],
        },
    },
    Chosen {
        squawk: Squawk::ConstraintMissingNotValid,
        tables: Tables::Existing,
        rule: Rule {
            name: "constraint-missing-not-valid",
            severity: Severity::Error,
            summary: "A constraint of a table in use is added NOT VALID, and validated in a later migration.",
            why: "\
To add a constraint, PostgreSQL reads the whole table while nobody can write to it. NOT VALID holds for new rows at once; VALIDATE
CONSTRAINT reads the old ones while others write, if it is in a migration of its own.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" DROP CONSTRAINT IF EXISTS "budget_positive";
ALTER TABLE "LiteLLM_TeamTable" ADD CONSTRAINT "budget_positive" CHECK ("budget" > 0);"#,
            good: &[
                r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" DROP CONSTRAINT IF EXISTS "budget_positive";
ALTER TABLE "LiteLLM_TeamTable" ADD CONSTRAINT "budget_positive" CHECK ("budget" > 0) NOT VALID;"#,
                r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" VALIDATE CONSTRAINT "budget_positive";"#,
            ],
        },
    },
    Chosen {
        squawk: Squawk::DisallowedUniqueConstraint,
        tables: Tables::Existing,
        rule: Rule {
            name: "disallowed-unique-constraint",
            severity: Severity::Error,
            summary: "On a table in use, a unique index that is built CONCURRENTLY stands in for a UNIQUE constraint.",
            why: "\
To add a UNIQUE constraint, PostgreSQL builds its index while nobody can read the table. For @unique, Prisma makes an index and no
constraint, so that an index is also what it expects.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" DROP CONSTRAINT IF EXISTS "LiteLLM_TeamTable_alias_key";
ALTER TABLE "LiteLLM_TeamTable" ADD CONSTRAINT "LiteLLM_TeamTable_alias_key" UNIQUE ("alias");"#,
            good: &[
                r#"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "LiteLLM_TeamTable_alias_key" ON "LiteLLM_TeamTable"("alias");"#,
            ],
        },
    },
    Chosen {
        squawk: Squawk::IdentifierTooLong,
        tables: Tables::All,
        rule: Rule {
            name: "identifier-too-long",
            severity: Severity::Error,
            summary: "A name has at most 63 bytes.",
            why: "\
PostgreSQL cuts off the rest and says so only in a notice. Guards and later migrations then look for a name that does not exist,
and two names may become one.",
            bad: r#"DROP INDEX CONCURRENTLY IF EXISTS "LiteLLM_TeamTable_organization_id_and_the_alias_that_it_is_known_by_idx";"#,
            good: &[r#"DROP INDEX CONCURRENTLY IF EXISTS "LiteLLM_TeamTable_organization_id_alias_idx";"#],
        },
    },
    Chosen {
        squawk: Squawk::RequireConcurrentReindex,
        tables: Tables::All,
        rule: Rule {
            name: "require-concurrent-reindex",
            severity: Severity::Error,
            summary: "An index is rebuilt CONCURRENTLY.",
            why: "\
A plain REINDEX keeps writers waiting until it is done, and readers that would use the index. CONCURRENTLY does not, and has to be
the only statement of its migration.",
            bad: r#"SET LOCAL lock_timeout = '10s';
REINDEX TABLE "LiteLLM_TeamTable";"#,
            good: &[r#"REINDEX TABLE CONCURRENTLY "LiteLLM_TeamTable";"#],
        },
    },
    Chosen {
        squawk: Squawk::TransactionNesting,
        tables: Tables::All,
        rule: Rule {
            name: "transaction-nesting",
            severity: Severity::Error,
            summary: "A migration has no BEGIN and no COMMIT.",
            why: "\
PostgreSQL runs the statements of a file as one transaction. A COMMIT ends it in the middle: what comes before stays when what comes
after fails, SET LOCAL no longer holds, and the proxy that tries again meets half a migration.",
            bad: r#"BEGIN;
CREATE TABLE IF NOT EXISTS "LiteLLM_New" ("id" TEXT);
COMMIT;"#,
            good: &[r#"CREATE TABLE IF NOT EXISTS "LiteLLM_New" ("id" TEXT);"#],
        },
    },
];
