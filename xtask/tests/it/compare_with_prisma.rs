//! `diff --compare-with-prisma`, with scripts that stand in for Prisma's client.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use expect_test::expect;

use crate::{
    checkout::{Checkout, ROOT},
    postgres::{self, StrictServer},
};

const DIFF: &str = "diff --from schema:schema.prisma --to schema:new.prisma --compare-with-prisma";

/// A checkout with a change, and a command whose `PATH` has only the given `scripts`, by name, as Prisma's programs.
fn command(arguments: &str, scripts: &[(&str, &str)]) -> (Checkout, Command) {
    let checkout = Checkout::without_git();
    checkout.write("new.prisma", checkout.read(ROOT));
    checkout.add_field("new.prisma", "tier String?");
    fs::create_dir(checkout.path("bin")).unwrap();
    for (name, script) in scripts {
        let path = checkout.path(&format!("bin/{name}"));
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = checkout.xtask(arguments);
    command.env("PATH", checkout.path("bin"));
    (checkout, command)
}

#[test]
fn the_client_on_path_prints_the_same() {
    let script = r#"
        [ "$1" = --version ] && { echo "prisma : 5.4.2"; exit; }
        [ "$3 $5 $7" = "--from-schema-datamodel --to-schema-datamodel --script" ] || exit 9
        printf -- '-- AlterTable\nALTER TABLE "Team" ADD COLUMN     "tier" TEXT;\n\n'"#;
    let (checkout, mut command) = command(DIFF, &[("prisma", script)]);
    checkout.check_command(
        &mut command,
        &expect![[r#"
            -- AlterTable
            ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
            ! note: prisma prints the same SQL.
            exit 0
        "#]],
    );
}

#[test]
fn npx_prints_something_else() {
    let script = r#"
        [ "$1" = --version ] && exit
        [ "$2" = prisma@7.10.0 ] || exit 9
        echo "-- This is an empty migration.""#;
    let other = r#"echo "prisma : 5.4.2""#;
    let (checkout, mut command) = command(&format!("{DIFF} --prisma 7"), &[("npx", script), ("prisma", other)]);
    checkout.check_command(&mut command, &expect![[r#"
        -- AlterTable
        ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
        ! --- npx --yes prisma@7.10.0
        ! +++ cargo xtask
        ! @@ -1 +1,2 @@
        ! --- This is an empty migration.
        ! \ No newline at end of file
        ! +-- AlterTable
        ! +ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
        ! error: npx --yes prisma@7.10.0 prints different SQL. Please report both schemas: the outputs must be byte-identical.
        exit 1
    "#]]);
}

#[test]
fn no_client_is_installed() {
    let (checkout, mut command) = command(DIFF, &[]);
    checkout.check_command(
        &mut command,
        &expect![[r#"
            -- AlterTable
            ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
            ! error: Neither prisma 5 nor npx is on PATH.
            ! Install Node.js, which includes npx, or install the client: npm install --global prisma@5.4.2
            exit 1
        "#]],
    );
}

#[test]
fn a_url_is_not_on_the_command_line() {
    if !postgres::is_there() {
        return;
    }
    let mut server = StrictServer::start();
    let script = r#"
        [ "$1" = --version ] && { echo "prisma : 5.4.2"; exit; }
        case "$*" in *s3cret*) exit 9;; esac
        echo "cannot reach $XTASK_FROM_URL" >&2
        exit 1"#;
    let (checkout, mut command) = command("diff --compare-with-prisma --to empty --from", &[("prisma", script)]);
    checkout.check_command(
        command.arg(server.url("s3cret")),
        &expect![[r#"
            -- This is an empty migration.
            ! error: prisma failed (exit status: 1):
            ! cannot reach $XTASK_FROM_URL
            exit 1
        "#]],
    );
}
