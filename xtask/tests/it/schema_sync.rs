use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
};

use expect_test::expect;

use crate::checkout::{Checkout, EXTRAS, PROXY, ROOT, SCHEMA};

#[test]
fn copies_follow_the_root() {
    let checkout = Checkout::new();
    checkout.add_field(ROOT, "tier String?");
    checkout.check(
        "schema-sync",
        &expect![[r#"
        source   f3b8..  schema.prisma
        written  f3b8..  litellm/proxy/schema.prisma
        written  f3b8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
    assert_eq!(checkout.read(PROXY), checkout.read(ROOT));
    assert_eq!(checkout.read(EXTRAS), checkout.read(ROOT));
    checkout.check_unchanged(
        "schema-sync",
        &expect![[r#"
        source   f3b8..  schema.prisma
        in sync  f3b8..  litellm/proxy/schema.prisma
        in sync  f3b8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
}

#[test]
fn check_prints_differences_and_writes_nothing() {
    let checkout = Checkout::new();
    checkout.add_field(ROOT, "tier String?");
    fs::remove_file(checkout.path(EXTRAS)).unwrap();
    checkout.check_unchanged("schema-sync --check", &expect![[r#"
        source   f3b8..  schema.prisma
        differs  10c8..  litellm/proxy/schema.prisma
        missing  ----------------------------------------------------------------  litellm-proxy-extras/litellm_proxy_extras/schema.prisma

        --- litellm/proxy/schema.prisma
        +++ schema.prisma
        @@ -5,4 +5,5 @@

         model Team {
           id String @id
        +  tier String?
         }
        ! error: 2 of 2 copies differ from schema.prisma: litellm/proxy/schema.prisma, litellm-proxy-extras/litellm_proxy_extras/schema.prisma.
        ! Overwrite them: cargo xtask schema-sync
        exit 1
    "#]]);
}

#[test]
fn check_of_equal_copies() {
    Checkout::new().check(
        "schema-sync --check",
        &expect![[r#"
        source   10c8..  schema.prisma
        in sync  10c8..  litellm/proxy/schema.prisma
        in sync  10c8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
}

#[test]
fn a_second_edit_of_the_root_is_synced() {
    let checkout = Checkout::new();
    for field in ["tier String?", "rank Int?"] {
        checkout.add_field(ROOT, field);
        assert!(checkout.xtask("schema-sync").output().unwrap().status.success());
        assert_eq!(checkout.read(PROXY), checkout.read(ROOT));
    }
}

#[test]
fn a_missing_copy_is_created() {
    let checkout = Checkout::new();
    fs::remove_file(checkout.path(PROXY)).unwrap();
    checkout.check(
        "schema-sync",
        &expect![[r#"
        source   10c8..  schema.prisma
        written  10c8..  litellm/proxy/schema.prisma
        in sync  10c8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
    assert_eq!(checkout.read(PROXY), SCHEMA);
}

#[test]
fn file_modes_are_kept() {
    let checkout = Checkout::new();
    checkout.add_field(ROOT, "tier String?");
    fs::set_permissions(checkout.path(PROXY), Permissions::from_mode(0o664)).unwrap();
    assert!(checkout.xtask("schema-sync").output().unwrap().status.success());
    assert_eq!(fs::metadata(checkout.path(PROXY)).unwrap().permissions().mode() & 0o7777, 0o664);
}

#[test]
fn an_edited_copy_is_not_overwritten() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier String?");
    checkout.check_unchanged(
        "schema-sync",
        &expect![[r#"

            --- schema.prisma
            +++ litellm/proxy/schema.prisma
            @@ -5,4 +5,5 @@

             model Team {
               id String @id
            +  tier String?
             }
            ! error: litellm/proxy/schema.prisma was edited instead of schema.prisma, and the edit is not committed.
            ! Copy the edit to schema.prisma: cargo xtask schema-sync --adopt litellm/proxy/schema.prisma
            ! Or discard it: cargo xtask schema-sync --force
            exit 1
        "#]],
    );
    checkout.check_unchanged(
        "schema-sync --check",
        &expect![[r#"
            source   10c8..  schema.prisma
            differs  f3b8..  litellm/proxy/schema.prisma
            in sync  10c8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma

            --- schema.prisma
            +++ litellm/proxy/schema.prisma
            @@ -5,4 +5,5 @@

             model Team {
               id String @id
            +  tier String?
             }
            ! error: litellm/proxy/schema.prisma was edited instead of schema.prisma, and the edit is not committed.
            ! Copy the edit to schema.prisma: cargo xtask schema-sync --adopt litellm/proxy/schema.prisma
            ! Or discard it: cargo xtask schema-sync --force
            exit 1
        "#]],
    );
}

#[test]
fn an_edit_in_a_commit_of_the_branch_is_not_overwritten() {
    let checkout = Checkout::new();
    checkout.git(&["switch", "--quiet", "--create", "feature"]);
    checkout.add_field(PROXY, "tier String?");
    checkout.commit();
    checkout.check_unchanged(
        "schema-sync",
        &expect![[r#"

            --- schema.prisma
            +++ litellm/proxy/schema.prisma
            @@ -5,4 +5,5 @@

             model Team {
               id String @id
            +  tier String?
             }
            ! error: litellm/proxy/schema.prisma was edited instead of schema.prisma, in a commit of this branch.
            ! Copy the edit to schema.prisma: cargo xtask schema-sync --adopt litellm/proxy/schema.prisma
            ! Or discard it: cargo xtask schema-sync --force
            exit 1
        "#]],
    );
}

#[test]
fn an_outdated_copy_of_the_branch_is_overwritten() {
    let checkout = Checkout::new();
    checkout.git(&["switch", "--quiet", "--create", "feature"]);
    checkout.add_field_everywhere("tier String?");
    checkout.commit();
    checkout.add_field(ROOT, "rank Int?");
    checkout.commit();
    checkout.check(
        "schema-sync",
        &expect![[r#"
        source   4d1c..  schema.prisma
        written  4d1c..  litellm/proxy/schema.prisma
        written  4d1c..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
}

#[test]
fn a_copy_that_differed_before_the_branch_is_overwritten() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier String?");
    checkout.commit();
    checkout.git(&["switch", "--quiet", "--create", "feature"]);
    checkout.check(
        "schema-sync",
        &expect![[r#"
        source   10c8..  schema.prisma
        written  10c8..  litellm/proxy/schema.prisma
        in sync  10c8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
}

#[test]
fn an_edit_is_adopted() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier String?");
    checkout.check(
        &format!("schema-sync --adopt {PROXY}"),
        &expect![[r#"
        source   f3b8..  schema.prisma
        in sync  f3b8..  litellm/proxy/schema.prisma
        written  f3b8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
    assert_eq!(checkout.read(ROOT), checkout.read(PROXY));
    assert_eq!(checkout.read(EXTRAS), checkout.read(PROXY));
}

#[test]
fn an_edit_is_not_adopted_over_another_one() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier String?");
    checkout.add_field(EXTRAS, "rank Int?");
    checkout.check_unchanged(&format!("schema-sync --adopt {PROXY}"), &expect![[r#"

        --- schema.prisma
        +++ litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        @@ -5,5 +5,5 @@

         model Team {
           id String @id
        -  tier String?
        +  rank Int?
         }
        ! error: litellm-proxy-extras/litellm_proxy_extras/schema.prisma was edited instead of schema.prisma, and the edit is not committed.
        ! Merge the edits by hand in schema.prisma.
        ! Or keep only the edits in litellm/proxy/schema.prisma: cargo xtask schema-sync --adopt litellm/proxy/schema.prisma --force
        exit 1
    "#]]);
}

#[test]
fn an_edit_is_not_adopted_over_an_edited_root() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier String?");
    checkout.add_field(ROOT, "rank Int?");
    checkout.check_unchanged(&format!("schema-sync --adopt {PROXY}"), &expect![[r#"
        ! error: schema.prisma has edits that litellm/proxy/schema.prisma would overwrite. Merge the two by hand, commit schema.prisma, or discard its edits: cargo xtask schema-sync --adopt litellm/proxy/schema.prisma --force
        exit 1
    "#]]);
}

#[test]
fn only_a_copy_can_be_adopted() {
    let checkout = Checkout::new();
    checkout.check_unchanged("schema-sync --adopt Cargo.toml", &expect![[r#"
        ! error: Cargo.toml is not a copy of schema.prisma. The copies are: litellm/proxy/schema.prisma, litellm-proxy-extras/litellm_proxy_extras/schema.prisma.
        exit 1
    "#]]);
}

#[test]
fn an_edit_can_be_discarded() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier String?");
    checkout.check(
        "schema-sync --force",
        &expect![[r#"
        source   10c8..  schema.prisma
        written  10c8..  litellm/proxy/schema.prisma
        in sync  10c8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
    assert_eq!(checkout.read(PROXY), SCHEMA);
}

#[test]
fn without_git_or_commits_the_root_wins() {
    let checkout = Checkout::without_git();
    checkout.add_field(PROXY, "tier String?");
    checkout.check(
        "schema-sync",
        &expect![[r#"
        source   10c8..  schema.prisma
        written  10c8..  litellm/proxy/schema.prisma
        in sync  10c8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
    checkout.git(&["init", "--quiet"]);
    checkout.add_field(PROXY, "tier String?");
    checkout.check(
        "schema-sync",
        &expect![[r#"
        source   10c8..  schema.prisma
        written  10c8..  litellm/proxy/schema.prisma
        in sync  10c8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
}

#[test]
fn a_detached_head_without_a_base_branch_still_protects_uncommitted_edits() {
    let checkout = Checkout::new();
    checkout.git(&["switch", "--quiet", "--detach"]);
    checkout.git(&["branch", "--quiet", "--delete", "main"]);
    checkout.add_field(PROXY, "tier String?");
    let output = checkout.xtask("schema-sync").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn different_line_endings_are_not_an_edit() {
    let checkout = Checkout::new();
    checkout.write(PROXY, SCHEMA.replace('\n', "\r\n"));
    checkout.check_unchanged(
        "schema-sync --check",
        &expect![[r#"
            source   10c8..  schema.prisma
            differs  25a8..  litellm/proxy/schema.prisma
            in sync  10c8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma

            litellm/proxy/schema.prisma differs from schema.prisma only in line endings (CRLF, LF).
            ! error: 1 of 2 copies differ from schema.prisma: litellm/proxy/schema.prisma.
            ! Overwrite them: cargo xtask schema-sync
            exit 1
        "#]],
    );
    checkout.check(
        "schema-sync",
        &expect![[r#"
        source   10c8..  schema.prisma
        written  10c8..  litellm/proxy/schema.prisma
        in sync  10c8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        exit 0
    "#]],
    );
    assert_eq!(checkout.read(PROXY), SCHEMA);
}

#[test]
fn windows_line_endings_in_the_root_are_named() {
    let checkout = Checkout::new();
    checkout.write(ROOT, SCHEMA.replace('\n', "\r\n"));
    checkout.check("schema-sync --check", &expect![[r#"
        source   25a8..  schema.prisma
        differs  10c8..  litellm/proxy/schema.prisma
        differs  10c8..  litellm-proxy-extras/litellm_proxy_extras/schema.prisma

        litellm/proxy/schema.prisma differs from schema.prisma only in line endings (CRLF, LF).

        litellm-proxy-extras/litellm_proxy_extras/schema.prisma differs from schema.prisma only in line endings (CRLF, LF).
        ! note: schema.prisma has Windows line endings (CRLF). The copies will have them too. Convert it: sed -i 's/\r$//' schema.prisma
        ! error: 2 of 2 copies differ from schema.prisma: litellm/proxy/schema.prisma, litellm-proxy-extras/litellm_proxy_extras/schema.prisma.
        ! Overwrite them: cargo xtask schema-sync
        exit 1
    "#]]);
}

#[test]
fn a_symbolic_link_in_place_of_a_copy() {
    let checkout = Checkout::new();
    fs::remove_file(checkout.path(PROXY)).unwrap();
    symlink("../../schema.prisma", checkout.path(PROXY)).unwrap();
    checkout.check_unchanged("schema-sync", &expect![[r#"
        ! error: litellm/proxy/schema.prisma is a symbolic link to ../../schema.prisma. Each package is built from its own schema, so the copy must be a regular file. Replace the link with a file: rm litellm/proxy/schema.prisma && cargo xtask schema-sync
        exit 1
    "#]]);
}

#[test]
fn a_symbolic_link_in_place_of_the_root() {
    let checkout = Checkout::new();
    fs::remove_file(checkout.path(ROOT)).unwrap();
    symlink(PROXY, checkout.path(ROOT)).unwrap();
    checkout.check_unchanged("schema-sync", &expect![[r#"
        ! error: schema.prisma is a symbolic link to litellm/proxy/schema.prisma. The root schema must be a regular file. Replace the link with the file: cp --remove-destination "$(realpath schema.prisma)" schema.prisma
        exit 1
    "#]]);
}

#[test]
fn an_unreadable_copy() {
    let checkout = Checkout::new();
    fs::set_permissions(checkout.path(PROXY), Permissions::from_mode(0o000)).unwrap();
    if fs::read(checkout.path(PROXY)).is_ok() {
        eprintln!("skipped: this user may read every file");
        return;
    }
    checkout.check(
        "schema-sync",
        &expect![[r#"
        ! error: failed to open file `litellm/proxy/schema.prisma`: Permission denied (os error 13)
        exit 1
    "#]],
    );
}

#[test]
fn a_folder_that_cannot_be_written() {
    let checkout = Checkout::new();
    checkout.add_field(ROOT, "tier String?");
    let folder = checkout.path("litellm-proxy-extras/litellm_proxy_extras");
    fs::set_permissions(&folder, Permissions::from_mode(0o555)).unwrap();
    if fs::write(folder.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    checkout.check_unchanged(
        "schema-sync",
        &expect![[r#"
        ! error: The schemas could not be written. Nothing was changed.
        !   because: failed to write in litellm-proxy-extras/litellm_proxy_extras: Permission denied (os error 13) at path "CHECKOUT/litellm-proxy-extras/litellm_proxy_extras/TEMPORARY"
        exit 1
    "#]],
    );
}

#[test]
fn a_folder_in_place_of_a_copy() {
    let checkout = Checkout::new();
    fs::remove_file(checkout.path(PROXY)).unwrap();
    fs::create_dir(checkout.path(PROXY)).unwrap();
    checkout.check_unchanged(
        "schema-sync",
        &expect![[r#"
            ! error: litellm/proxy/schema.prisma is not a regular file. Move it out of the way.
            exit 1
        "#]],
    );
}

#[test]
fn a_missing_folder() {
    let checkout = Checkout::new();
    checkout.add_field(ROOT, "tier String?");
    fs::remove_dir_all(checkout.path("litellm-proxy-extras")).unwrap();
    checkout.check_unchanged("schema-sync", &expect![[r#"
        ! error: The folder litellm-proxy-extras/litellm_proxy_extras of a schema copy does not exist. Restore it, pass --root DIR, or set `copies` in [workspace.metadata.migrations] of Cargo.toml.
        exit 1
    "#]]);
}

#[test]
fn a_missing_root() {
    let checkout = Checkout::new();
    fs::remove_file(checkout.path(ROOT)).unwrap();
    checkout.check_unchanged("schema-sync", &expect![[r#"
        ! error: schema.prisma does not exist. Run the command in a LiteLLM checkout, pass --root DIR, or set `schema` in [workspace.metadata.migrations] of Cargo.toml.
        exit 1
    "#]]);
}

#[test]
fn a_schema_that_is_invalid() {
    let checkout = Checkout::new();
    checkout.add_field(ROOT, "tier Strin?");
    checkout.check_unchanged(
        "schema-sync",
        &expect![[r#"
            ! error: Type "Strin" is neither a built-in type, nor refers to another model, custom type, or enum.
            !  --> schema.prisma:8:8
            !   |
            ! 8 |   tier Strin?
            !   |        ^^^^^
            !   help: did you mean `String`?
            ! error: schema.prisma is not a valid schema: 1 error. Correct the schema and run the command again.
            exit 1
        "#]],
    );
    checkout.check_unchanged(
        "schema-sync --check",
        &expect![[r#"
            ! error: Type "Strin" is neither a built-in type, nor refers to another model, custom type, or enum.
            !  --> schema.prisma:8:8
            !   |
            ! 8 |   tier Strin?
            !   |        ^^^^^
            !   help: did you mean `String`?
            ! error: schema.prisma is not a valid schema: 1 error. Correct the schema and run the command again.
            exit 1
        "#]],
    );
}

#[test]
fn an_edit_that_is_invalid_is_not_adopted() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier Strin?");
    checkout.check_unchanged(
        &format!("schema-sync --adopt {PROXY}"),
        &expect![[r#"
            ! error: Type "Strin" is neither a built-in type, nor refers to another model, custom type, or enum.
            !  --> litellm/proxy/schema.prisma:8:8
            !   |
            ! 8 |   tier Strin?
            !   |        ^^^^^
            !   help: did you mean `String`?
            ! error: litellm/proxy/schema.prisma is not a valid schema: 1 error. Correct the schema and run the command again.
            exit 1
        "#]],
    );
}

#[test]
fn text_that_is_not_utf_8() {
    let checkout = Checkout::new();
    checkout.write(PROXY, b"// caf\xe9\n");
    checkout.check_unchanged(
        "schema-sync",
        &expect![[r#"

            litellm/proxy/schema.prisma is not valid UTF-8. Its differences cannot be shown.
            ! error: litellm/proxy/schema.prisma was edited instead of schema.prisma, and the edit is not committed.
            ! Copy the edit to schema.prisma: cargo xtask schema-sync --adopt litellm/proxy/schema.prisma
            ! Or discard it: cargo xtask schema-sync --force
            exit 1
        "#]],
    );
    checkout.write(ROOT, b"// caf\xe9\n");
    checkout.check_unchanged(
        "schema-sync",
        &expect![[r#"
            ! error: schema.prisma is not valid UTF-8 at byte 6. Save it as UTF-8.
            exit 1
        "#]],
    );
}

#[test]
fn settings_name_the_copies() {
    let checkout = Checkout::new();
    checkout.write(
        "Cargo.toml",
        r#"
        [workspace.metadata.migrations]
        copies = ["copy.prisma"]
    "#,
    );
    checkout.check(
        "schema-sync",
        &expect![[r#"
        source   10c8..  schema.prisma
        written  10c8..  copy.prisma
        exit 0
    "#]],
    );
    assert_eq!(checkout.read("copy.prisma"), SCHEMA);
    checkout.write(
        "Cargo.toml",
        r#"
        [workspace.metadata.migrations]
        copy = "copy.prisma"
    "#,
    );
    checkout.check("schema-sync", &expect![[r#"
        ! error: The settings in Cargo.toml are invalid.
        !   because: [workspace.metadata.migrations] has the unknown key `copy`. Did you mean `copies`? The known keys are: base, built-elsewhere, copies, folder, hot-tables, lock-timeout, postgres-version, prisma, schema, style, table-prefix.
        exit 1
    "#]]);
}

#[test]
fn it_works_from_a_folder_inside_and_from_outside() {
    let checkout = Checkout::new();
    checkout.add_field(ROOT, "tier String?");
    let mut inside = checkout.xtask("schema-sync --check --quiet");
    checkout.check_command(inside.current_dir(checkout.path("litellm")), &expect![[r#"
        source   f3b8..  ../schema.prisma
        differs  10c8..  ../litellm/proxy/schema.prisma
        differs  10c8..  ../litellm-proxy-extras/litellm_proxy_extras/schema.prisma

        --- ../litellm/proxy/schema.prisma
        +++ ../schema.prisma
        @@ -5,4 +5,5 @@

         model Team {
           id String @id
        +  tier String?
         }

        --- ../litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        +++ ../schema.prisma
        @@ -5,4 +5,5 @@

         model Team {
           id String @id
        +  tier String?
         }
        ! error: 2 of 2 copies differ from ../schema.prisma: ../litellm/proxy/schema.prisma, ../litellm-proxy-extras/litellm_proxy_extras/schema.prisma.
        ! Overwrite them: cargo xtask schema-sync
        exit 1
    "#]]);
    let mut outside = checkout.xtask("schema-sync --check --root");
    checkout.check_command(outside.arg(checkout.path("")).current_dir("/"), &expect![[r#"
        source   f3b8..  CHECKOUT/schema.prisma
        differs  10c8..  CHECKOUT/litellm/proxy/schema.prisma
        differs  10c8..  CHECKOUT/litellm-proxy-extras/litellm_proxy_extras/schema.prisma

        --- CHECKOUT/litellm/proxy/schema.prisma
        +++ CHECKOUT/schema.prisma
        @@ -5,4 +5,5 @@

         model Team {
           id String @id
        +  tier String?
         }

        --- CHECKOUT/litellm-proxy-extras/litellm_proxy_extras/schema.prisma
        +++ CHECKOUT/schema.prisma
        @@ -5,4 +5,5 @@

         model Team {
           id String @id
        +  tier String?
         }
        ! error: 2 of 2 copies differ from CHECKOUT/schema.prisma: CHECKOUT/litellm/proxy/schema.prisma, CHECKOUT/litellm-proxy-extras/litellm_proxy_extras/schema.prisma.
        ! Overwrite them: cargo xtask --root CHECKOUT/ schema-sync
        exit 1
    "#]]);
    let mut nowhere = checkout.xtask("schema-sync");
    checkout.check_command(
        nowhere.current_dir("/"),
        &expect![[r#"
            ! error: The current directory is not in a Cargo workspace. Change into a checkout, or pass --root DIR.
            exit 1
        "#]],
    );
}
