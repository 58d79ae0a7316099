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
    checkout.add_field_everywhere("tier String?\n  @@index([tier])");
    checkout.check(
        "migrate add_tier --postgres local",
        &expect![[r#"
            litellm-proxy-extras/litellm_proxy_extras/migrations/NOW_add_tier/migration.sql
            ! note: The migration to review:
            ! -- AlterTable
            ! ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
            ! 
            ! -- CreateIndex
            ! CREATE INDEX "Team_tier_idx" ON "Team"("tier");
            ! 
            exit 0
        "#]],
    );
    checkout.check_unchanged(
        "migrate add_tier --postgres local",
        &expect![[r#"
        ! note: No schema changes: the migrations lead to schema.prisma as it is.
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
        -- AlterTable
        ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
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
fn several_at_once_do_not_disturb_each_other() {
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
            "-- AlterTable\nALTER TABLE \"Team\" ADD COLUMN     \"tier\" TEXT;\n"
        );
    }
}

#[test]
fn copies_that_differ_stop_it() {
    let checkout = Checkout::with_migrations();
    checkout.add_field(ROOT, "tier String?");
    checkout.check_unchanged("migrate add_tier", &expect![[r#"
        ! error: Not all schemas are the same, so that it is not known which one is meant: schema.prisma and litellm/proxy/schema.prisma, litellm-proxy-extras/litellm_proxy_extras/schema.prisma.
        ! See what differs: cargo xtask schema-sync --check
        ! Make them equal: cargo xtask schema-sync
        exit 1
    "#]]);
    checkout.add_field(PROXY, "tier String?");
    fs::remove_file(checkout.path(EXTRAS)).unwrap();
    checkout.check_unchanged("migrate add_tier", &expect![[r#"
        ! error: Not all schemas are the same, so that it is not known which one is meant: schema.prisma and litellm-proxy-extras/litellm_proxy_extras/schema.prisma.
        ! See what differs: cargo xtask schema-sync --check
        ! Make them equal: cargo xtask schema-sync
        exit 1
    "#]]);
}

#[test]
fn sql_that_postgresql_refuses_is_not_written() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String @default(dbgenerated(\"no_such_function()\"))");
    checkout.check_unchanged(
        "migrate add_tier --postgres local",
        &expect![[r#"
            ! error: PostgreSQL refuses the new migration:2: function no_such_function() does not exist (42883)
            !   hint: No function matches the given name and argument types. You might need to add explicit type casts.
            !   statement: ALTER TABLE "Team" ADD COLUMN     "tier" TEXT NOT NULL DEFAULT no_such_function()
            ! Nothing was written. Change the schema; this is what it leads to:
            ! 
            ! -- AlterTable
            ! ALTER TABLE "Team" ADD COLUMN     "tier" TEXT NOT NULL DEFAULT no_such_function();
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
            ! error: The new migration does not lead to the schema, so nothing was written. After it, this remains:
            ! 
            ! -- AlterTable
            ! ALTER TABLE "Team" ALTER COLUMN "tier" SET DEFAULT lower('A');
            ! 
            ! Change the schema so that a database can follow it. An expression, for one, must be spelt as PostgreSQL spells it.
            exit 1
        "#]],
    );
}
