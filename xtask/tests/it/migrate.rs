use std::{fs, process::Stdio};

use expect_test::expect;

use crate::{
    checkout::{Checkout, EXTRAS, MIGRATIONS, PROXY, ROOT},
    postgres,
};

#[test]
fn writes_the_migration_and_then_has_nothing_to_do() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere(
        r#"
        tier String?
        @@index([tier])
    "#,
    );
    checkout.check(
        "migrate add_tier --postgres local",
        &expect![[r#"
            litellm-proxy-extras/litellm_proxy_extras/migrations/NOW_add_tier/migration.sql
            litellm-proxy-extras/litellm_proxy_extras/migrations/NOW_add_tier_index/migration.sql
            ! note: Review the migration:
            ! -- add_tier
            ! 
            ! SET LOCAL lock_timeout = '10s';
            ! 
            ! -- AlterTable
            ! ALTER TABLE "Team"
            !     ADD COLUMN IF NOT EXISTS "tier" TEXT;
            ! 
            ! -- add_tier_index
            ! 
            ! -- CreateIndex
            ! -- CONCURRENTLY cannot run in a transaction, so this is the only statement of the migration. An interrupted
            ! -- build leaves an invalid index: drop it with DROP INDEX CONCURRENTLY, then apply the migration again.
            ! CREATE INDEX CONCURRENTLY IF NOT EXISTS "Team_tier_idx" ON "Team"("tier");
            ! 
            ! Impact on pods of the previous release: prepared-plan
            ! 
            ! NOW_add_tier: prepared-plan
            !      1  info           SET LOCAL lock_timeout = '10s'
            !      4  prepared-plan  ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT
            !                        ACCESS EXCLUSIVE on Team
            ! 
            ! prepared-plan: Team.tier (line 4)
            !   The column is new. A `SELECT *` that old pods have prepared fails with "cached plan must not
            !   change result type" until they reconnect.
            !   Name the columns in raw SQL, as Prisma's client does.
            ! 
            ! lock: Team (line 4)
            !   Reads and writes of the table wait until the migration ends. The statement takes no longer on a
            !   larger table.
            ! 
            ! NOW_add_tier_index: info
            !      4  info           CREATE INDEX CONCURRENTLY IF NOT EXISTS "Team_tier_idx" ON "Team"("tier")
            !                        SHARE UPDATE EXCLUSIVE on Team, all rows read
            ! 
            ! proved   complete: the schema is reached (3 statements in 2 scripts, 2 objects changed)
            ! proved   idempotent: a second run changes nothing
            ! proved   schema-scoped: same result next to a schema "public" with equal names (3 objects)
            ! proved   interruptible: same result if interrupted after any statement and run again (1 tried)
            ! proved   applies to existing rows: tried with 4 rows in 1 table
            ! warning  an interrupted build in NOW_add_tier_index leaves the index "Team_tier_idx"
            !          INVALID, and a second run skips it: run DROP INDEX CONCURRENTLY "Team_tier_idx" first
            exit 0
        "#]],
    );
    checkout.check_unchanged(
        "migrate add_tier --postgres local",
        &expect![[r#"
            ! note: No schema changes: the migrations already lead to schema.prisma.
            exit 0
        "#]],
    );
}

#[test]
fn dry_run_prints_the_sql_alone() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String?");
    checkout.check_unchanged(
        "migrate add_tier --dry-run --postgres local",
        &expect![[r#"
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            ALTER TABLE "Team"
                ADD COLUMN IF NOT EXISTS "tier" TEXT;
            ! note: Dry run: the migration passed all checks. Nothing was written.
            ! Impact on pods of the previous release: prepared-plan
            ! 
            ! NOW_add_tier: prepared-plan
            !      1  info           SET LOCAL lock_timeout = '10s'
            !      4  prepared-plan  ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "tier" TEXT
            !                        ACCESS EXCLUSIVE on Team
            ! 
            ! prepared-plan: Team.tier (line 4)
            !   The column is new. A `SELECT *` that old pods have prepared fails with "cached plan must not
            !   change result type" until they reconnect.
            !   Name the columns in raw SQL, as Prisma's client does.
            ! 
            ! lock: Team (line 4)
            !   Reads and writes of the table wait until the migration ends. The statement takes no longer on a
            !   larger table.
            ! 
            ! proved   complete: the schema is reached (2 statements in 1 script, 1 object changed)
            ! proved   idempotent: a second run changes nothing
            ! proved   schema-scoped: same result next to a schema "public" with equal names (2 objects)
            ! proved   interruptible: a single statement runs as a whole or not at all
            ! proved   applies to existing rows: tried with 4 rows in 1 table
            exit 0
        "#]],
    );
}

#[test]
fn the_first_migration_makes_the_folder() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::new();
    checkout.check(
        "migrate baseline --postgres local --quiet",
        &expect![[r#"
            litellm-proxy-extras/litellm_proxy_extras/migrations/NOW_baseline/migration.sql
            exit 0
        "#]],
    );
    assert_eq!(checkout.read(&format!("{MIGRATIONS}/migration_lock.toml")), "provider = \"postgresql\"\n");
}

#[test]
fn a_stamp_comes_after_those_from_the_future() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.write_migration("29990101000000_later", "SELECT 1;\n");
    checkout.add_field_everywhere("tier String?");
    checkout.check(
        "migrate add_tier --postgres local --quiet",
        &expect![[r#"
        litellm-proxy-extras/litellm_proxy_extras/migrations/29990101000001_add_tier/migration.sql
        exit 0
    "#]],
    );
}

#[test]
fn parallel_runs_do_not_interfere() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String?");
    let started: Vec<_> = (0..8)
        .map(|_| {
            let mut command = checkout.xtask("migrate add_tier --dry-run --quiet --postgres local");
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for process in started {
        let output = process.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "SET LOCAL lock_timeout = '10s';\n\n-- AlterTable\nALTER TABLE \"Team\"\n    ADD COLUMN IF NOT EXISTS \"tier\" TEXT;\n"
        );
    }
}

#[test]
fn parallel_runs_write_a_change_once() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String?");
    let started: Vec<_> = (0..4)
        .map(|_| {
            let mut command = checkout.xtask("migrate add_tier --quiet --postgres local");
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let outputs = started.into_iter().map(|process| process.wait_with_output().unwrap());
    let listed: Vec<_> = outputs.map(|output| String::from_utf8(output.stdout).unwrap()).collect();
    assert_eq!(listed.iter().filter(|paths| !paths.is_empty()).count(), 1, "{listed:?}");
    assert_eq!(checkout.migrations().len(), 2);
}

#[test]
fn different_copies_are_refused() {
    let checkout = Checkout::with_migrations();
    checkout.add_field(ROOT, "tier String?");
    checkout.check_unchanged("migrate add_tier", &expect![[r#"
        ! error: The copies must be equal before a migration can be generated. These differ from schema.prisma: litellm/proxy/schema.prisma, litellm-proxy-extras/litellm_proxy_extras/schema.prisma.
        ! Show the differences: cargo xtask schema-sync --check
        ! Overwrite the copies: cargo xtask schema-sync
        exit 1
    "#]]);
    checkout.add_field(PROXY, "tier String?");
    fs::remove_file(checkout.path(EXTRAS)).unwrap();
    checkout.check_unchanged("migrate add_tier", &expect![[r#"
        ! error: The copies must be equal before a migration can be generated. These differ from schema.prisma: litellm-proxy-extras/litellm_proxy_extras/schema.prisma.
        ! Show the differences: cargo xtask schema-sync --check
        ! Overwrite the copies: cargo xtask schema-sync
        exit 1
    "#]]);
}

#[test]
fn sql_that_postgresql_rejects_is_not_written() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String @default(dbgenerated(\"no_such_function()\"))");
    checkout.check_unchanged(
        "migrate add_tier --postgres local",
        &expect![[r#"
            ! error: PostgreSQL rejected the new migration:4: function no_such_function() does not exist (42883)
            !   hint: No function matches the given name and argument types. You might need to add explicit type casts.
            !   statement: ALTER TABLE "Team"
            !         ADD COLUMN IF NOT EXISTS "tier" TEXT NOT NULL DEFAULT no_such_function()
            ! Nothing was written. Change the schema. Its SQL is:
            ! 
            ! SET LOCAL lock_timeout = '10s';
            ! 
            ! -- AlterTable
            ! ALTER TABLE "Team"
            !     ADD COLUMN IF NOT EXISTS "tier" TEXT NOT NULL DEFAULT no_such_function();
            ! 
            exit 1
        "#]],
    );
}

#[test]
fn sql_that_does_not_lead_to_the_schema_is_not_written() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String @default(dbgenerated(\"lower('A')\"))");
    checkout.check_unchanged(
        "migrate add_tier --postgres local",
        &expect![[r#"
            ! error: The new migration does not lead to the schema. Nothing was written. These differences remain:
            ! 
            ! -- AlterTable
            ! ALTER TABLE "Team" ALTER COLUMN "tier" SET DEFAULT lower('A');
            ! 
            ! Change the schema so that PostgreSQL can represent it. For example, write an expression as PostgreSQL prints it.
            exit 1
        "#]],
    );
}

#[test]
fn a_possible_rename_needs_a_decision() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.write_migration("20010101000001_add_tier", "ALTER TABLE \"Team\" ADD COLUMN \"tier\" TEXT;\n");
    checkout.add_field_everywhere("tier_name String?");
    checkout.check_unchanged(
        "migrate rename_tier --postgres local --quiet",
        &expect![[r#"
            ! error: The schema change can be a rename, or a drop and a create:
            !   The column Team.tier was removed, and tier_name was added. They are 94 % alike.
            ! Rename and keep the rows: cargo xtask migrate rename_tier --rename Team.tier=tier_name
            ! Drop and create: cargo xtask migrate rename_tier --no-rename
            exit 2
        "#]],
    );
    checkout.check_unchanged(
        "migrate rename_tier --no-rename --postgres local --quiet",
        &expect![[r#"
            ! error: The migration is destructive:
            !   column "Team"."tier": The values of all rows are lost.
            ! Nothing was written. If this is intended, add --allow-destructive
            exit 2
        "#]],
    );
    checkout.check_unchanged(
        "migrate rename_tier --rename Team.tier=tier_name --dry-run --postgres local --quiet",
        &expect![[r#"
            SET LOCAL lock_timeout = '10s';

            -- RenameColumn
            DO $$
            BEGIN
                IF NOT EXISTS (
                    SELECT 1 FROM pg_attribute
                    WHERE attrelid = '"Team"'::regclass AND attname = 'tier_name' AND NOT attisdropped
                ) THEN
                    ALTER TABLE "Team"
                        RENAME COLUMN "tier" TO "tier_name";
                END IF;
            END $$;
            exit 0
        "#]],
    );
    checkout.check_unchanged(
        "migrate rename_tier --no-rename --allow-destructive --dry-run --postgres local --quiet",
        &expect![[r#"
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            -- xtask: allow(destructive-statement) because --allow-destructive was given
            ALTER TABLE "Team"
                DROP COLUMN IF EXISTS "tier",
                ADD COLUMN IF NOT EXISTS "tier_name" TEXT;
            exit 0
        "#]],
    );
}

#[test]
fn a_required_column_needs_a_decision() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String");
    checkout.check_unchanged("migrate add_tier --postgres local --quiet", &expect![[r#"
        ! error: The column `tier` of the table `Team` is required and has no default. Existing rows would have no value in it, so the migration would fail.
        !  --> schema.prisma:8:3
        !   |
        ! 8 |   tier String
        !   |   ^^^^^^^^^^^
        !   help: Decide which value existing rows get:
        !   - the same value in every row: add `@default(…)` to the field
        !   - no value: make the field optional, with `?` after its type
        !   - a different value in each row, in two steps: make the field optional and migrate; when every row has a value, make the field required and migrate again
        ! error: 1 decision is needed before the migration can be written. Nothing was written.
        exit 2
    "#]]);
}

#[test]
fn a_missing_name_is_suggested() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String?");
    checkout.check_unchanged(
        "migrate --postgres local --quiet",
        &expect![[r#"
        ! error: The migration needs a name that says what it does, for example: cargo xtask migrate add_tier_to_team
        exit 2
    "#]],
    );
}

#[test]
fn a_name_leaves_room_for_suffixes() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere(
        r#"
        tier String?
        @@index([tier])
    "#,
    );
    let name = ["tier"; 15].join("_");
    checkout.check_unchanged(&format!("migrate {name}_index --dry-run --postgres local --quiet"), &expect![[r#"
        ! error: The name is too long. The change needs 2 migrations, and the name tier_tier_tier_tier_tier_tier_tier_tier_tier_tier_tier_tier_tier_tier_tier_index_index would have 86 characters (the maximum is 80). Nothing was written. Use at most 74 characters instead of 80.
        exit 2
    "#]]);
}

#[test]
fn an_index_built_elsewhere_is_only_mentioned() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.write(
        "Cargo.toml",
        r#"
            [workspace]
            [workspace.metadata.migrations]
            hot-tables = ["Team"]
            built-elsewhere = ["Team_id_idx"]
        "#,
    );
    checkout.add_field_everywhere("@@index([id])");
    checkout.check(
        "migrate index_id --dry-run --postgres local --quiet",
        &expect![[r#"
            -- A job builds these indexes of the schema: their tables are too large to be indexed by a migration.
            --   Team_id_idx
            SELECT 1;
            exit 0
        "#]],
    );
    checkout.write_settings(
        r#"
        hot-tables = ["Team"]
    "#,
    );
    checkout.check_unchanged("migrate index_id --postgres local --quiet", &expect![[r#"
        ! error: A migration cannot build the index `Team_id_idx`: its table `Team` is too large for that and is listed in `hot-tables`.
        !  --> schema.prisma:8:3
        !   |
        ! 8 |   @@index([id])
        !   |   ^^^^^^^^^^^^^
        !   help: Let a job build the index, and add "Team_id_idx" to `built-elsewhere` in [workspace.metadata.migrations] of Cargo.toml.
        ! error: 1 decision is needed before the migration can be written. Nothing was written.
        exit 2
    "#]]);
}

#[test]
fn for_programs() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String?");
    let said = checkout.transcript(&mut checkout.xtask("migrate add_tier --format json --postgres local --quiet"));
    let is_time = |line: &&str| !line.contains("\"milliseconds\"");
    expect![[r#"
        {
          "impact": {
            "migrations": [
              {
                "locks": [
                  {
                    "mode": "ACCESS EXCLUSIVE",
                    "table": "Team"
                  }
                ],
                "name": "NOW_add_tier",
                "rating": "prepared-plan",
                "statements": [
                  {
                    "findings": [],
                    "line": 1,
                    "rating": "info",
                    "sql": "SET LOCAL lock_timeout = '10s'",
                    "tables": []
                  },
                  {
                    "findings": [
                      {
                        "advice": "Name the columns in raw SQL, as Prisma's client does.",
                        "kind": "column-added",
                        "meaning": "The column is new. A `SELECT *` that old pods have prepared fails with \"cached plan must not change result type\" until they reconnect.",
                        "object": "Team.tier",
                        "rating": "prepared-plan"
                      },
                      {
                        "advice": "",
                        "kind": "readers-blocked",
                        "meaning": "Reads and writes of the table wait until the migration ends. The statement takes no longer on a larger table.",
                        "object": "Team",
                        "rating": "lock"
                      }
                    ],
                    "line": 4,
                    "rating": "prepared-plan",
                    "sql": "ALTER TABLE \"Team\"\n    ADD COLUMN IF NOT EXISTS \"tier\" TEXT",
                    "tables": [
                      {
                        "basis": "measured",
                        "held": "ACCESS EXCLUSIVE",
                        "hot": false,
                        "lock": "ACCESS EXCLUSIVE",
                        "rewritten": false,
                        "scanned": false,
                        "table": "Team"
                      }
                    ]
                  }
                ]
              }
            ],
            "rating": "prepared-plan"
          },
          "migrations": [
            {
              "name": "NOW_add_tier",
              "path": "litellm-proxy-extras/litellm_proxy_extras/migrations/NOW_add_tier/migration.sql",
              "sha256": "813c..",
              "sql": "SET LOCAL lock_timeout = '10s';\n\n-- AlterTable\nALTER TABLE \"Team\"\n    ADD COLUMN IF NOT EXISTS \"tier\" TEXT;\n"
            }
          ],
          "proofs": [
            {
              "evidence": "complete: the schema is reached (2 statements in 1 script, 1 object changed)",
              "proof": "applies",
              "warnings": []
            },
            {
              "evidence": "idempotent: a second run changes nothing",
              "proof": "rerun",
              "warnings": []
            },
            {
              "evidence": "schema-scoped: same result next to a schema \"public\" with equal names (2 objects)",
              "proof": "second-schema",
              "warnings": []
            },
            {
              "evidence": "interruptible: a single statement runs as a whole or not at all",
              "proof": "interrupted",
              "warnings": []
            },
            {
              "evidence": "applies to existing rows: tried with 4 rows in 1 table",
              "proof": "rows",
              "warnings": []
            }
          ]
        }
        exit 0
    "#]].assert_eq(&said.lines().filter(is_time).map(|line| format!("{line}\n")).collect::<String>());
}
