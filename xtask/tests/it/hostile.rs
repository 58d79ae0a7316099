//! Checkouts of a stranger, command lines with secrets, and environments that mislead.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::{Command, Stdio},
};

use expect_test::expect;

use crate::{
    checkout::{Checkout, MIGRATIONS, PROXY, ROOT},
    postgres,
};

#[test]
fn settings_that_lead_out_of_the_checkout() {
    for (settings, expected) in [
        (
            r#"copies = ["../victim/.profile"]"#,
            expect![[r#"
            ! error: The setting `copies` in [workspace.metadata.migrations] of Cargo.toml is invalid.
            !   because: "../victim/.profile" must be a relative path without `..`.
            exit 1
        "#]],
        ),
        (
            r#"schema = "/etc/passwd""#,
            expect![[r#"
            ! error: The setting `schema` in [workspace.metadata.migrations] of Cargo.toml is invalid.
            !   because: "/etc/passwd" must be a relative path without `..`.
            exit 1
        "#]],
        ),
        (
            r#"folder = """#,
            expect![[r#"
            ! error: The setting `folder` in [workspace.metadata.migrations] of Cargo.toml is invalid.
            !   because: "" must be a relative path without `..`.
            exit 1
        "#]],
        ),
        (
            r#"copies = ["linked/x.prisma"]"#,
            expect![[r#"
            ! error: The setting `copies` in [workspace.metadata.migrations] of Cargo.toml is invalid.
            !   because: "linked/x.prisma" leads through a symbolic link to /etc, which is outside the checkout.
            exit 1
        "#]],
        ),
    ] {
        let checkout = Checkout::without_git();
        symlink("/etc", checkout.path("linked")).unwrap();
        checkout.write_settings(settings);
        checkout.check_unchanged("schema-sync", &expected);
    }
}

#[test]
fn a_lock_file_that_is_a_device() {
    let checkout = Checkout::with_migrations();
    let lock = checkout.path(&format!("{MIGRATIONS}/migration_lock.toml"));
    fs::remove_file(&lock).unwrap();
    symlink("/dev/zero", &lock).unwrap();
    checkout.check(
        "replay",
        &expect![[r#"
            ! error: litellm-proxy-extras/litellm_proxy_extras/migrations/migration_lock.toml is a symbolic link. Replace the link with the file itself.
            exit 1
        "#]],
    );
}

#[test]
fn a_schema_that_is_a_fifo() {
    let checkout = Checkout::new();
    fs::remove_file(checkout.path(ROOT)).unwrap();
    assert!(Command::new("mkfifo").arg(checkout.path(ROOT)).status().unwrap().success());
    checkout.check(
        "schema-sync",
        &expect![[r#"
        ! error: schema.prisma is not a regular file. Move it out of the way.
        exit 1
    "#]],
    );
    checkout.check(
        "diff --from empty --to schema:schema.prisma",
        &expect![[r#"
        ! error: The schema is not readable.
        !   because: failed to read file `schema.prisma`: it is not a regular file
        exit 1
    "#]],
    );
}

#[test]
fn the_configuration_of_git_starts_no_program() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier String?");
    let (program, trace) = (checkout.path("program"), checkout.path("trace"));
    fs::write(&program, format!("#!/bin/sh\necho \"$@\" >>{}\ncat\n", trace.display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    checkout.write(".gitattributes", "*.prisma filter=x diff=x\n");
    for key in
        ["core.fsmonitor", "filter.x.clean", "filter.x.smudge", "filter.x.process", "diff.x.textconv", "core.pager"]
    {
        checkout.git(&["config", key, program.to_str().unwrap()]);
    }
    for command in ["schema-sync --check", "schema-sync", "check --only schema-copies --only immutable"] {
        let output = checkout.xtask(command).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(!trace.exists(), "{command} ran {}", fs::read_to_string(&trace).unwrap());
    }
}

#[test]
fn variables_of_git_do_not_redirect() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier String?");
    let mut command = checkout.xtask("schema-sync");
    for variable in ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_LITERAL_PATHSPECS", "GIT_NAMESPACE"] {
        command.env(variable, "/nonexistent");
    }
    assert!(checkout.transcript(&mut command).contains("was edited instead of schema.prisma"));
}

#[test]
fn git_is_not_installed() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier String?");
    checkout.check_command(
        checkout.xtask("schema-sync").env("PATH", "/nonexistent"),
        &expect![[r#"
        ! error: git could not be run, and the checkout has a Git repository. Install git.
        !   because: command not found: `git`
        exit 1
    "#]],
    );
}

#[test]
fn children_are_waited_for_where_sigchld_is_ignored() {
    let checkout = Checkout::new();
    checkout.add_field(PROXY, "tier String?");
    let program = checkout.xtask("schema-sync");
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' CHLD; exec \"$@\"", "sh"]).arg(program.get_program()).args(program.get_args());
    command.current_dir(checkout.path(""));
    assert!(checkout.transcript(&mut command).contains("was edited instead of schema.prisma"));
}

#[test]
fn control_sequences_and_workflow_commands_are_shown() {
    let checkout = Checkout::new();
    checkout.write(ROOT, "model \u{1b}]0;title\u{7} {\n}\n::add-mask::secret\n");
    let said = checkout.transcript(&mut checkout.xtask("schema-sync"));
    assert!(!said.contains(['\u{1b}', '\u{7}']), "{said:?}");
    assert!(!said.lines().any(|line| line.trim_start_matches("! ").trim_start().starts_with("::")), "{said}");
}

#[test]
fn a_mistyped_url_does_not_show_its_password() {
    let checkout = Checkout::with_migrations();
    for command in [
        "replay --postgres app:s3cret@localhost",
        "replay --postgres postgres:/app:s3cret@localhost",
        "diff --from postgres:/app:s3cret@localhost/x --to empty",
        "diff --from empty --to app:s3cret@localhost",
    ] {
        let said = checkout.transcript(&mut checkout.xtask(command));
        assert!(said.contains("with an @") && !said.contains("s3cret"), "{said}");
    }
}

#[test]
fn an_empty_root_schema() {
    let checkout = Checkout::new();
    checkout.write(ROOT, "\n");
    checkout.check_unchanged(
        "schema-sync",
        &expect![[r#"
        ! error: schema.prisma is empty, and its copies are not. Restore it: git restore schema.prisma
        exit 1
    "#]],
    );
}

#[test]
fn standard_output_is_full() {
    if !postgres::is_there() || !Path::new("/dev/full").exists() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String?");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = checkout.xtask("migrate add_tier --quiet --postgres local");
    let output = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("These migrations were written:\nlitellm-proxy-extras"), "{said}");
}
