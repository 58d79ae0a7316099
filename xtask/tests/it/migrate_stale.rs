//! Stale branches.

use std::process::Command;

use expect_test::expect;

use crate::{
    checkout::{Checkout, MIGRATIONS},
    postgres,
};

/// A checkout whose branch `feature` lacks a migration of `main`.
pub(crate) fn behind() -> Checkout {
    let checkout = Checkout::with_migrations();
    checkout.commit();
    checkout.git(&["switch", "--quiet", "--create", "feature"]);
    checkout.add_field_everywhere("tier String?");
    checkout.commit();
    checkout.git(&["switch", "--quiet", "main"]);
    checkout.add_field_everywhere("budget Int?");
    checkout.write_migration("20010101000001_add_budget", "ALTER TABLE \"Team\" ADD COLUMN \"budget\" INTEGER;\n");
    checkout.commit();
    checkout.git(&["switch", "--quiet", "feature"]);
    checkout
}

#[test]
fn a_stale_branch_is_refused_with_a_list() {
    let checkout = behind();
    checkout.check_unchanged(
        "migrate add_tier --postgres local",
        &expect![[r#"
            ! error: main has changes that this branch lacks. A migration made without them would undo them:
            !   litellm-proxy-extras/litellm_proxy_extras/migrations/20010101000001_add_budget/migration.sql
            !   schema.prisma
            ! Merge them: git merge main
            ! If this is intended, add --allow-stale
            exit 3
        "#]],
    );
}

#[test]
fn a_stale_branch_can_be_allowed() {
    if !postgres::is_there() {
        return;
    }
    behind().check_unchanged(
        "migrate add_tier --allow-stale --dry-run --postgres local",
        &expect![[r#"
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            ALTER TABLE "Team"
                ADD COLUMN IF NOT EXISTS "tier" TEXT;
            ! note: main has changes that this branch lacks. A migration made without them would undo them:
            !   litellm-proxy-extras/litellm_proxy_extras/migrations/20010101000001_add_budget/migration.sql
            !   schema.prisma
            ! Merge them: git merge main
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
fn a_merged_branch_is_not_stale() {
    if !postgres::is_there() {
        return;
    }
    let checkout = behind();
    checkout.git(&["checkout", "--quiet", "main", "--", "schema.prisma", MIGRATIONS]);
    checkout.commit();
    checkout.git(&["restore", "--source=main", "--", "litellm", "litellm-proxy-extras"]);
    checkout.check_unchanged(
        "migrate nothing_new --postgres local",
        &expect![[r#"
            ! note: No schema changes: the migrations already lead to schema.prisma.
            exit 0
        "#]],
    );
}

#[test]
fn other_changes_of_the_base_do_not_matter() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.commit();
    checkout.git(&["switch", "--quiet", "--create", "feature"]);
    checkout.add_field_everywhere("tier String?");
    checkout.commit();
    checkout.git(&["switch", "--quiet", "main"]);
    checkout.write("README.md", "Hello\n");
    checkout.commit();
    checkout.git(&["switch", "--quiet", "feature"]);
    checkout.check_unchanged(
        "--quiet migrate add_tier --dry-run --postgres local",
        &expect![[r#"
            SET LOCAL lock_timeout = '10s';

            -- AlterTable
            ALTER TABLE "Team"
                ADD COLUMN IF NOT EXISTS "tier" TEXT;
            exit 0
        "#]],
    );
}

#[test]
fn an_unknown_base_is_refused() {
    let checkout = Checkout::without_git();
    checkout.check_unchanged(
        "migrate add_tier",
        &expect![[r#"
            ! error: The base of this branch is unknown: the checkout is not in a git repository.
            ! If this is intended, add --allow-stale
            exit 3
        "#]],
    );
    let checkout = Checkout::with_migrations();
    checkout.commit();
    checkout.git(&["branch", "--quiet", "--move", "trunk"]);
    checkout.check_unchanged(
        "migrate add_tier",
        &expect![[r#"
            ! error: The base of this branch is unknown: none of the branches origin/HEAD, origin/main, origin/master, main, master exists. Fetch it: git fetch origin
            ! Or set `base` in [workspace.metadata.migrations] of Cargo.toml.
            ! If this is intended, add --allow-stale
            exit 3
        "#]],
    );
}

#[test]
fn a_shallow_clone_names_the_fetch_command() {
    let origin = behind();
    origin.git(&["switch", "--quiet", "main"]);
    let parent = tempfile::tempdir().unwrap();
    let clone = parent.path().join("clone");
    let url = format!("file://{}", origin.path("").display());
    let git = |arguments: &[&str]| assert!(Command::new("git").args(arguments).status().unwrap().success());
    git(&["clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=feature", &url, clone.to_str().unwrap()]);
    let mut command = origin.xtask("migrate add_tier --root");
    origin.check_command(
        command.arg(&clone).current_dir(parent.path()),
        &expect![[r#"
            ! error: The base of this branch is unknown: the shallow clone lacks the common commit of HEAD and origin/main. Fetch the whole history: git fetch --unshallow.
            ! If this is intended, add --allow-stale
            exit 3
        "#]],
    );
}
