//! The rules of squawk that fit LiteLLM's migrations.

use super::{EnabledRule, Tables};
use crate::rule::{Rule, Severity};

/// The enabled rules by name.
pub(crate) static ENABLED: &[EnabledRule] = &[
    EnabledRule {
        tables: Tables::Hot,
        rule: Rule {
            name: "adding-field-with-default",
            severity: Severity::Error,
            summary: "Do not add a column with a computed default to a hot table.",
            why: "\
PostgreSQL stores a constant default without rewriting the table. It rewrites the whole table for a generated column and for a
default that is computed for each row, such as a random UUID. No query can read the table during that time.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN IF NOT EXISTS "trace" UUID DEFAULT gen_random_uuid();"#,
            good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN IF NOT EXISTS "trace" UUID;
ALTER TABLE "LiteLLM_SpendLogs" ALTER COLUMN "trace" SET DEFAULT gen_random_uuid();"#],
        },
    },
    EnabledRule {
        tables: Tables::Existing,
        rule: Rule {
            name: "adding-foreign-key-constraint",
            severity: Severity::Error,
            summary: "Add a foreign key to an existing table as NOT VALID, and validate it in a later migration.",
            why: "\
To add a foreign key, PostgreSQL reads the whole table and blocks writes to both tables during that time. NOT VALID applies to
new rows at once and reads nothing. VALIDATE CONSTRAINT reads the old rows without blocking writes, but only in a transaction
of its own, because the lock of ADD CONSTRAINT lasts until the end of its transaction.",
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
    EnabledRule {
        tables: Tables::Hot,
        rule: Rule {
            name: "adding-not-nullable-field",
            severity: Severity::Error,
            summary: "Set a column of a hot table to NOT NULL only after a valid CHECK constraint rules out NULL.",
            why: "\
SET NOT NULL reads the whole table and blocks all other queries during that time. If a valid constraint
CHECK (\"c\" IS NOT NULL) exists, PostgreSQL skips the read. Add that constraint as NOT VALID, validate it in a second
migration, and set NOT NULL in a third.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" ALTER COLUMN "trace" SET NOT NULL;"#,
            good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" DROP CONSTRAINT IF EXISTS "trace_required";
ALTER TABLE "LiteLLM_SpendLogs" ADD CONSTRAINT "trace_required" CHECK ("trace" IS NOT NULL) NOT VALID;"#],
        },
    },
    EnabledRule {
        tables: Tables::Hot,
        rule: Rule {
            name: "adding-serial-primary-key-field",
            severity: Severity::Error,
            summary: "Add a primary key to a hot table only with an existing index.",
            why: "\
To add a primary key, PostgreSQL builds its index, and no query can read the table during that time. ADD CONSTRAINT ...
PRIMARY KEY USING INDEX uses an existing unique index. Let a background job build that index first.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" DROP CONSTRAINT IF EXISTS "LiteLLM_SpendLogs_pkey";
ALTER TABLE "LiteLLM_SpendLogs" ADD CONSTRAINT "LiteLLM_SpendLogs_pkey" PRIMARY KEY ("request_id");"#,
            good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" DROP CONSTRAINT IF EXISTS "LiteLLM_SpendLogs_pkey";
ALTER TABLE "LiteLLM_SpendLogs" ADD CONSTRAINT "LiteLLM_SpendLogs_pkey" PRIMARY KEY USING INDEX "request_id_unique";"#],
        },
    },
    EnabledRule {
        tables: Tables::All,
        rule: Rule {
            name: "ban-alter-database-options",
            severity: Severity::Error,
            summary: "Do not change the settings of the database.",
            why: "\
Other applications may use the database, and its settings belong to its operator. If a migration needs a setting, SET LOCAL
applies it until the end of the file.",
            bad: "ALTER DATABASE litellm SET work_mem = '64MB';",
            good: &["SET LOCAL work_mem = '64MB';"],
        },
    },
    EnabledRule {
        tables: Tables::All,
        rule: Rule {
            name: "ban-alter-role-options",
            severity: Severity::Error,
            summary: "Do not change roles.",
            why: "\
Roles belong to the whole server, and the role that applies migrations is usually not allowed to change them. Such a
migration succeeds in CI, which has its own server, and fails on customers' servers.",
            bad: "ALTER ROLE litellm SET search_path TO app;",
            good: &["SET LOCAL search_path TO app;"],
        },
    },
    EnabledRule {
        tables: Tables::All,
        rule: Rule {
            name: "ban-alter-system-options",
            severity: Severity::Error,
            summary: "Do not change the settings of the server.",
            why: "\
ALTER SYSTEM needs a superuser, cannot run in a transaction, and changes every database of the server.",
            bad: "ALTER SYSTEM SET max_connections = 500;",
            good: &["SET LOCAL work_mem = '64MB';"],
        },
    },
    EnabledRule {
        tables: Tables::All,
        rule: Rule {
            name: "ban-drop-database",
            severity: Severity::Error,
            summary: "Do not drop a database.",
            why: "Only a backup can restore a dropped database.",
            bad: "DROP DATABASE IF EXISTS litellm_old;",
            good: &[r#"DROP TABLE IF EXISTS "LiteLLM_New";"#],
        },
    },
    EnabledRule {
        tables: Tables::All,
        rule: Rule {
            name: "ban-drop-extension",
            severity: Severity::Warning,
            summary: "Do not drop an extension that another application may use.",
            why: "\
An extension belongs to the whole database. Other applications there may need it even if LiteLLM no longer does.",
            bad: "DROP EXTENSION IF EXISTS pgcrypto;",
            good: &["CREATE EXTENSION IF NOT EXISTS pgcrypto;"],
        },
    },
    EnabledRule {
        tables: Tables::All,
        rule: Rule {
            name: "ban-set-schema",
            severity: Severity::Error,
            summary: "Do not move an object to another schema.",
            why: "The tables are in the schema that the database URL names, and Prisma looks only there.",
            bad: r#"ALTER TYPE "Tier" SET SCHEMA archive;"#,
            good: &[r#"DROP TYPE IF EXISTS "Tier";"#],
        },
    },
    EnabledRule {
        tables: Tables::Hot,
        rule: Rule {
            name: "changing-column-type",
            severity: Severity::Error,
            summary: "Do not change the type of a column of a hot table.",
            why: "\
For most type changes PostgreSQL rewrites the whole table and all its indexes, and no query can read the table during that
time. Add a column of the new type, write both columns for one release, fill the old rows in small batches, and drop the old
column one release later.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" ALTER COLUMN "tokens" SET DATA TYPE BIGINT;"#,
            good: &[r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN IF NOT EXISTS "tokens_wide" BIGINT;"#],
        },
    },
    EnabledRule {
        tables: Tables::Existing,
        rule: Rule {
            name: "constraint-missing-not-valid",
            severity: Severity::Error,
            summary: "Add a constraint to an existing table as NOT VALID, and validate it in a later migration.",
            why: "\
To add a constraint, PostgreSQL reads the whole table and blocks writes during that time. NOT VALID applies to new rows at
once. VALIDATE CONSTRAINT reads the old rows without blocking writes, if it is in a migration of its own.",
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
    EnabledRule {
        tables: Tables::Existing,
        rule: Rule {
            name: "disallowed-unique-constraint",
            severity: Severity::Error,
            summary: "On an existing table, build a unique index CONCURRENTLY instead of adding a UNIQUE constraint.",
            why: "\
To add a UNIQUE constraint, PostgreSQL builds its index, and no query can read the table during that time. Prisma represents
@unique as an index without a constraint.",
            bad: r#"SET LOCAL lock_timeout = '10s';
ALTER TABLE "LiteLLM_TeamTable" DROP CONSTRAINT IF EXISTS "LiteLLM_TeamTable_alias_key";
ALTER TABLE "LiteLLM_TeamTable" ADD CONSTRAINT "LiteLLM_TeamTable_alias_key" UNIQUE ("alias");"#,
            good: &[
                r#"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "LiteLLM_TeamTable_alias_key" ON "LiteLLM_TeamTable"("alias");"#,
            ],
        },
    },
    EnabledRule {
        tables: Tables::All,
        rule: Rule {
            name: "identifier-too-long",
            severity: Severity::Error,
            summary: "Use names of at most 63 bytes.",
            why: "\
PostgreSQL truncates a longer name and reports it only in a notice. Guards and later migrations then look for a name that does
not exist, and two names can become equal.",
            bad: r#"DROP INDEX CONCURRENTLY IF EXISTS "LiteLLM_TeamTable_organization_id_and_the_alias_that_it_is_known_by_idx";"#,
            good: &[r#"DROP INDEX CONCURRENTLY IF EXISTS "LiteLLM_TeamTable_organization_id_alias_idx";"#],
        },
    },
    EnabledRule {
        tables: Tables::All,
        rule: Rule {
            name: "require-concurrent-reindex",
            severity: Severity::Error,
            summary: "Rebuild an index CONCURRENTLY.",
            why: "\
A plain REINDEX blocks writes, and reads that would use the index, until it ends. With CONCURRENTLY it blocks neither, and it
must be the only statement of its migration.",
            bad: r#"SET LOCAL lock_timeout = '10s';
REINDEX TABLE "LiteLLM_TeamTable";"#,
            good: &[r#"REINDEX TABLE CONCURRENTLY "LiteLLM_TeamTable";"#],
        },
    },
    EnabledRule {
        tables: Tables::All,
        rule: Rule {
            name: "transaction-nesting",
            severity: Severity::Error,
            summary: "Do not use BEGIN or COMMIT.",
            why: "\
PostgreSQL runs the statements of a file as one transaction. A COMMIT ends it early. If a later statement fails, the earlier
changes stay, SET LOCAL no longer applies, and the retry meets a half-applied migration.",
            bad: r#"BEGIN;
CREATE TABLE IF NOT EXISTS "LiteLLM_New" ("id" TEXT);
COMMIT;"#,
            good: &[r#"CREATE TABLE IF NOT EXISTS "LiteLLM_New" ("id" TEXT);"#],
        },
    },
];
