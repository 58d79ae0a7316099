//! The findings of each check.

use std::{fs, os::unix::fs::symlink};

use expect_test::expect;

use super::{check, feature, output};
use crate::{
    checkout::{Checkout, MIGRATIONS, PROXY, ROOT, dedent},
    postgres,
};

#[test]
fn a_good_change_passes() {
    if !postgres::is_there() {
        return;
    }
    check(
        &feature(),
        "--postgres local",
        &expect![[r#"
            passed schema-copies
            passed names
            passed order
            passed immutable
            passed replay
            passed drift
            passed rerun
            passed upgrade
            passed second-schema
            passed lint
            passed impact
            passed package-version

            check passed: 12 checks
            exit 0
        "#]],
    );
}

#[test]
fn a_copy_behind_the_root_schema() {
    let checkout = feature();
    checkout.add_field(ROOT, "note String?");
    check(
        &checkout,
        "--only schema-copies",
        &expect![[r#"
            failed schema-copies findings

            error[schema-copies]: This copy of the schema is not equal to the schema at the root.
             --> litellm/proxy/schema.prisma
              help: Run: cargo xtask schema-sync

            error[schema-copies]: This copy of the schema is not equal to the schema at the root.
             --> litellm-proxy-extras/litellm_proxy_extras/schema.prisma
              help: Run: cargo xtask schema-sync

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 2 errors
            exit 1
        "#]],
    );
}

#[test]
fn an_edited_copy_and_an_invalid_schema() {
    let checkout = feature();
    checkout.add_field(PROXY, "note String?");
    checkout.add_field(ROOT, "note Strng?");
    check(
        &checkout,
        "--only schema-copies",
        &expect![[r#"
            failed schema-copies findings

            error[schema-copies]: This copy of the schema was edited instead of the schema at the root.
             --> litellm/proxy/schema.prisma
              help: Run: cargo xtask schema-sync

            error[schema-copies]: This copy of the schema is not equal to the schema at the root.
             --> litellm-proxy-extras/litellm_proxy_extras/schema.prisma
              help: Run: cargo xtask schema-sync

            error[schema-copies]: The schema is not valid.
             --> schema.prisma
                 | error: Type "Strng" is neither a built-in type, nor refers to another model, custom type, or enum.
                 |  --> schema.prisma:8:8
                 |   |
                 | 8 |   note Strng?
                 |   |        ^^^^^
                 |   help: did you mean `String`?
              help: Correct it, then run: cargo xtask schema-sync

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 3 errors
            exit 1
        "#]],
    );
}

#[test]
fn a_copy_that_is_a_symbolic_link() {
    let checkout = feature();
    fs::remove_file(checkout.path(PROXY)).unwrap();
    symlink("../../schema.prisma", checkout.path(PROXY)).unwrap();
    check(
        &checkout,
        "--only schema-copies",
        &expect![[r#"
            failed schema-copies finding

            error[schema-copies]: litellm/proxy/schema.prisma is a symbolic link to ../../schema.prisma. Each
              package is built from its own schema, so the copy must be a regular file.
             --> litellm/proxy/schema.prisma
              help: Replace the link with a file: rm litellm/proxy/schema.prisma && cargo xtask schema-sync

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 error
            exit 1
        "#]],
    );
}

#[test]
fn invalid_names() {
    let checkout = feature();
    for name in ["20250102000000_update", "20250103_add_note", "20250104000000_Add note", "20250101000000_add_note"] {
        checkout.write_migration(name, "SELECT 1;");
    }
    checkout.write_migration("20250105000000_of_windows", "SELECT 1;\r\nSELECT 2;\r\n");
    fs::create_dir(checkout.path(&format!("{MIGRATIONS}/20250106000000_empty"))).unwrap();
    checkout.write(&format!("{MIGRATIONS}/notes.txt"), "");
    check(
        &checkout,
        "--only names",
        &expect![[r#"
            failed names findings

            error[names]: litellm-proxy-extras/litellm_proxy_extras/migrations/20250106000000_empty is an
              empty folder. Prisma fails with P3015.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250106000000_empty
              help: Git does not track empty folders, so it is probably a remnant of another branch. Remove it:
              rmdir litellm-proxy-extras/litellm_proxy_extras/migrations/20250106000000_empty

            error[names]: litellm-proxy-extras/litellm_proxy_extras/migrations/notes.txt is not a migration.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/notes.txt
              help: Move it out of the folder, or remove it:
              rm litellm-proxy-extras/litellm_proxy_extras/migrations/notes.txt

            error[names/name]: The name "update" is invalid: the name must describe the change, such as
              `add_tier_to_team`.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update/migration.sql
              help: Rename it:
              mv litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_DESCRIPTION

            error[names/name]: The name begins with "20250103", which is not a timestamp of 14 digits.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250103_add_note/migration.sql
              help: Rename it:
              mv litellm-proxy-extras/litellm_proxy_extras/migrations/20250103_add_note litellm-proxy-extras/litellm_proxy_extras/migrations/NOW_add_note

            error[names/name]: The name "Add note" is invalid: a name must be lower snake_case and begin with
              a letter: try `add_note`.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250104000000_Add note/migration.sql
              help: Rename it:
              mv 'litellm-proxy-extras/litellm_proxy_extras/migrations/20250104000000_Add note' litellm-proxy-extras/litellm_proxy_extras/migrations/20250104000000_add_note

            error[names/line-endings]: A line ends in CRLF instead of LF.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250105000000_of_windows/migration.sql:1
              help: Convert it:
              sed -i 's/\r$//' litellm-proxy-extras/litellm_proxy_extras/migrations/20250105000000_of_windows/migration.sql

            error[names/timestamp]: 20250101000000_add_tier has the same timestamp 20250101000000.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250101000000_add_note/migration.sql
              help: Run: cargo xtask restamp

            error[names/timestamp]: 20250101000000_add_note has the same timestamp 20250101000000.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250101000000_add_tier/migration.sql
              help: Run: cargo xtask restamp

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 8 errors
            exit 1
        "#]],
    );
}

#[test]
fn a_migration_before_the_newest_of_the_base_branch() {
    let checkout = feature();
    checkout.git(&["switch", "--quiet", "main"]);
    checkout.write_migration("20250101000001_add_budget", "SELECT 1;");
    checkout.commit();
    checkout.git(&["switch", "--quiet", "feature"]);
    check(
        &checkout,
        "--only order",
        &expect![[r#"
            failed order finding

            error[order]: The migration comes before 20250101000001_add_budget, which main already has.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250101000000_add_tier/migration.sql
              help: Run: cargo xtask restamp
              This is equivalent to:
              git mv litellm-proxy-extras/litellm_proxy_extras/migrations/20250101000000_add_tier litellm-proxy-extras/litellm_proxy_extras/migrations/NOW_add_tier

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 error
            exit 1
        "#]],
    );
    assert!(
        output(&checkout, "--only immutable").starts_with("passed"),
        "migrations that the base got later are not missing"
    );
    checkout.check(
        "restamp",
        &expect![[r#"
            20250101000000_add_tier -> NOW_add_tier
            ! note: Add the old and the new names to the commit: git add --all
            exit 0
        "#]],
    );
    assert!(output(&checkout, "--only order").starts_with("passed"));
    checkout.check(
        "restamp",
        &expect![[r#"
            ! note: The unmerged migrations already come after all others. No file was changed.
            exit 0
        "#]],
    );
}

#[test]
fn two_merged_branches_with_the_same_timestamp() {
    let checkout = feature();
    checkout.git(&["switch", "--quiet", "main"]);
    checkout.write_migration("20250101000000_add_budget", "SELECT 1;");
    checkout.commit();
    checkout.git(&["switch", "--quiet", "feature"]);
    checkout.git(&["-c", "user.name=T", "-c", "user.email=t@example.org", "merge", "--quiet", "--message=x", "main"]);
    check(
        &checkout,
        "--only order --only names",
        &expect![[r#"
            failed names finding
            passed order

            error[names/timestamp]: 20250101000000_add_budget has the same timestamp 20250101000000.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250101000000_add_tier/migration.sql
              help: Run: cargo xtask restamp

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 error
            exit 1
        "#]],
    );
    let mut restamp = checkout.xtask("--quiet restamp");
    assert!(restamp.output().unwrap().status.success());
    assert!(!output(&checkout, "--only order --only names").contains("failed"));
    assert!(
        checkout.path(&format!("{MIGRATIONS}/20250101000000_add_budget")).exists(),
        "a released migration was renamed"
    );
}

#[test]
fn an_edited_and_a_deleted_released_migration() {
    let checkout = feature();
    checkout.write_migration("20010101000000_baseline", "SELECT 1;");
    check(
        &checkout,
        "--only immutable",
        &expect![[r#"
            failed immutable finding

            error[immutable]: The released migration was changed. Its SHA-256 is
              17db4fd369edb9244b9f91d9aeed145c3d04ad8ba6e95d06247f07a63527d11a; in main it is
              1f9012c173b01550d73e33764f224d5bc36d850f84bb14b1509c77d36391f290.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20010101000000_baseline/migration.sql
              help: Restore it:
              git restore --source=main -- litellm-proxy-extras/litellm_proxy_extras/migrations/20010101000000_baseline/migration.sql

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 error
            exit 1
        "#]],
    );
    fs::remove_dir_all(checkout.path(&format!("{MIGRATIONS}/20010101000000_baseline"))).unwrap();
    check(
        &checkout,
        "--only immutable",
        &expect![[r#"
            failed immutable finding

            error[immutable]: The released migration was deleted. main has it with the SHA-256
              1f9012c173b01550d73e33764f224d5bc36d850f84bb14b1509c77d36391f290.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20010101000000_baseline/migration.sql
              help: Restore it:
              git restore --source=main -- litellm-proxy-extras/litellm_proxy_extras/migrations/20010101000000_baseline/migration.sql

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 error
            exit 1
        "#]],
    );
}

#[test]
fn a_migration_that_fails() {
    if !postgres::is_there() {
        return;
    }
    let checkout = feature();
    checkout.write_migration(
        "20250102000000_add_note",
        r#"
            SELECT 1;

            ALTER TABLE "Tem" ADD COLUMN "note" TEXT;
        "#,
    );
    check(
        &checkout,
        "--only replay --only drift --postgres local",
        &expect![[r#"
            failed replay finding
            not run drift The migrations could not be replayed.

            error[replay]: PostgreSQL rejects the migration: relation "Tem" does not exist (42P01)
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_add_note/migration.sql:3
               3 | ALTER TABLE "Tem" ADD COLUMN "note" TEXT
              help: If the migration is new, correct it. If it is released, undo the edit:
              git restore litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_add_note/migration.sql

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 check not run, 1 error
            exit 1
        "#]],
    );
}

#[test]
fn a_migration_that_is_missing() {
    if !postgres::is_there() {
        return;
    }
    let checkout = feature();
    checkout.add_field_everywhere("note String?");
    check(
        &checkout,
        "--only drift --postgres local",
        &expect![[r#"
            failed drift finding

            error[drift]: The migrations do not produce this schema. Missing SQL:
             --> schema.prisma
                 | -- AlterTable
                 | ALTER TABLE "Team" ADD COLUMN     "note" TEXT;
              help: Write the migration: cargo xtask migrate NAME

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 error
            exit 1
        "#]],
    );
}

#[test]
fn a_migration_that_cannot_be_applied_twice() {
    if !postgres::is_there() {
        return;
    }
    let checkout = feature();
    checkout.write_migration(
        "20250102000000_add_note",
        r#"
            SET LOCAL lock_timeout = '10s';
            ALTER TABLE "Team" ADD COLUMN "note" TEXT;
        "#,
    );
    check(
        &checkout,
        "--only rerun --only upgrade --postgres local",
        &expect![[r#"
            failed rerun finding
            passed upgrade

            error[rerun]: The migration cannot be applied twice.
              PostgreSQL says: column "note" of relation "Team" already exists (42701)
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_add_note/migration.sql:2
               2 | ALTER TABLE "Team" ADD COLUMN "note" TEXT
              help: Add IF [NOT] EXISTS to the statement, or put it into a DO block that checks whether it is
              already done: an interrupted migration is applied again.

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 error
            exit 1
        "#]],
    );
}

#[test]
fn a_guard_that_checks_only_a_name() {
    if !postgres::is_there() {
        return;
    }
    let checkout = feature();
    checkout.write_migration(
        "20250102000000_limit_id",
        r#"
            DO $$ BEGIN
              IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'Team_id_check') THEN
                ALTER TABLE "Team" ADD CONSTRAINT "Team_id_check" CHECK ("id" <> '');
              END IF;
            END $$;
        "#,
    );
    check(
        &checkout,
        "--only rerun --only second-schema --postgres local",
        &expect![[r#"
            passed rerun
            failed second-schema finding

            error[second-schema]: The result differs next to a schema with equal names.
              - constraint "Team_id_check" on "Team" is missing
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_limit_id/migration.sql:1
               1 | DO $$ BEGIN
               2 |   IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'Team_id_check') THEN
               3 |     ALTER TABLE "Team" ADD CONSTRAINT "Team_id_check" CHECK ("id" <> '');
               4 |   END IF;
               5 | END $$
              help: Let each guard check the table too (conrelid = '"Table"'::regclass), and name no schema:
              another schema of the same database can contain objects with equal names.

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 error
            exit 1
        "#]],
    );
}

#[test]
fn a_migration_that_depends_on_its_position() {
    if !postgres::is_there() {
        return;
    }
    let checkout = feature();
    checkout.git(&["switch", "--quiet", "main"]);
    checkout.write_migration(
        "20250103000000_drop_tier",
        r#"
            ALTER TABLE "Team" DROP COLUMN IF EXISTS "tier";
        "#,
    );
    checkout.commit();
    checkout.git(&["switch", "--quiet", "feature"]);
    checkout.git(&["-c", "user.name=T", "-c", "user.email=t@example.org", "merge", "--quiet", "--message=x", "main"]);
    check(
        &checkout,
        "--only order --only upgrade --only drift --postgres local",
        &expect![[r#"
            failed order finding
            failed drift finding
            failed upgrade finding

            error[order]: The migration comes before 20250103000000_drop_tier, which main already has.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250101000000_add_tier/migration.sql
              help: Run: cargo xtask restamp
              This is equivalent to:
              git mv litellm-proxy-extras/litellm_proxy_extras/migrations/20250101000000_add_tier litellm-proxy-extras/litellm_proxy_extras/migrations/NOW_add_tier

            error[drift]: The migrations do not produce this schema. Missing SQL:
             --> schema.prisma
                 | -- AlterTable
                 | ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
              help: Write the migration: cargo xtask migrate NAME

            error[upgrade]: An upgraded database differs from a new one. Compared with a new one:
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250101000000_add_tier/migration.sql
                 | column "tier" of "Team" is new: type text
              help: Run: cargo xtask restamp

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 3 errors
            exit 1
        "#]],
    );
}

#[test]
fn a_migration_that_breaks_pods_of_the_previous_release() {
    if !postgres::is_there() {
        return;
    }
    let checkout = feature();
    checkout.write_migration(
        "20250102000000_drop_id",
        r#"
            ALTER TABLE "Team" ADD COLUMN "name" TEXT;
            ALTER TABLE "Team" DROP COLUMN "id";
        "#,
    );
    check(
        &checkout,
        "--only impact --postgres local",
        &expect![[r#"
            failed impact finding

            error[impact/column-dropped]: Team.id: The column is dropped. Prisma's client names every column,
              so every query of old pods on the table fails.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_drop_id/migration.sql:2
               2 | ALTER TABLE "Team" DROP COLUMN "id"
              help: Release a version whose schema lacks the column, and drop it in a later release.

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 error
            exit 1
        "#]],
    );
}

#[test]
fn an_unchanged_package_version() {
    let checkout = Checkout::with_migrations();
    let write_package = |project: &str, commitizen: &str| {
        let manifest = format!(
            r#"
                [project]
                name = "litellm-proxy-extras"
                version = "{project}"

                [tool.commitizen]
                version = "{commitizen}"
            "#
        );
        checkout.write("litellm-proxy-extras/pyproject.toml", dedent(&manifest));
    };
    write_package("1.0.0", "1.0.0");
    checkout.write(
        "pyproject.toml",
        dedent(
            r#"
                [project.optional-dependencies]
                proxy = ["litellm-proxy-extras==1.0.0; extra"]
            "#,
        ),
    );
    checkout.commit();
    checkout.git(&["switch", "--quiet", "--create", "feature"]);
    checkout.write_migration("20250101000000_add_tier", "SELECT 1;");
    check(
        &checkout,
        "--only package-version",
        &expect![[r#"
            warned package-version finding

            warning[package-version]: The branch has new migrations, but the package version is still 1.0.0.
             --> litellm-proxy-extras/pyproject.toml
              help: Raise `version` in [project] and [tool.commitizen], and the pinned version.

            To learn more about a finding: cargo xtask check --explain NAME
            check passed: 1 check, 1 warning
            exit 0
        "#]],
    );
    write_package("1.0.1", "1.0.0");
    check(
        &checkout,
        "--only package-version",
        &expect![[r#"
            warned package-version findings

            warning[package-version]: The version in [project] is 1.0.1, but in [tool.commitizen] it is 1.0.0.
             --> litellm-proxy-extras/pyproject.toml
              help: Make the versions equal.

            warning[package-version]: litellm-proxy-extras is pinned to 1.0.0, but its version is 1.0.1.
             --> pyproject.toml
              help: Pin it to 1.0.1, and run: uv lock

            To learn more about a finding: cargo xtask check --explain NAME
            check passed: 1 check, 2 warnings
            exit 0
        "#]],
    );
}

#[test]
fn a_lint_finding() {
    let checkout = feature();
    checkout.write_migration(
        "20250102000000_index_tier",
        r#"
            SET LOCAL lock_timeout = '10s';

            DO $$ BEGIN
              CREATE INDEX IF NOT EXISTS "Team_tier_idx" ON "Team"("tier");
            END $$;
        "#,
    );
    check(
        &checkout,
        "--only lint",
        &expect![[r#"
            failed lint finding

            error[lint/blocking-index]: Building this index blocks writes to Team.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_index_tier/migration.sql:4:3
               4 |   CREATE INDEX IF NOT EXISTS "Team_tier_idx" ON "Team"("tier");
              help: Build it with CREATE INDEX CONCURRENTLY, as the only statement of a separate migration.

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 1 error
            exit 1
        "#]],
    );
    checkout.write_migration(
        "20250102000000_index_tier",
        r#"
            SET LOCAL lock_timeout = '10s';
            -- xtask: allow(blocking-index) because there are ten teams
            CREATE INDEX IF NOT EXISTS "Team_tier_idx" ON "Team"("tier");
        "#,
    );
    assert!(output(&checkout, "--only lint").starts_with("passed"));
}
