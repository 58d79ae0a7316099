use expect_test::expect;

use crate::{
    checkout::{Checkout, MIGRATIONS, ROOT},
    postgres,
};

#[test]
fn between_schemas() {
    let checkout = Checkout::new();
    checkout.write("new.prisma", checkout.read(ROOT));
    checkout.add_field("new.prisma", "tier String?");
    checkout.check(
        "diff --from schema:schema.prisma --to schema:new.prisma",
        &expect![[r#"
        -- AlterTable
        ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
        exit 0
    "#]],
    );
    checkout.check(
        "diff --from schema:schema.prisma --to schema:new.prisma --exit-code -q",
        &expect![[r#"
        -- AlterTable
        ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
        exit 2
    "#]],
    );
    checkout.check(
        "diff --from schema:schema.prisma --to schema:schema.prisma --exit-code",
        &expect![[r#"
        -- This is an empty migration.
        exit 0
    "#]],
    );
}

#[test]
fn without_a_checkout() {
    let checkout = Checkout::without_git();
    std::fs::remove_file(checkout.path("Cargo.toml")).unwrap();
    checkout.check(
        "diff --from schema:schema.prisma --to schema:schema.prisma",
        &expect![[r#"
        -- This is an empty migration.
        exit 0
    "#]],
    );
    checkout.write("Cargo.toml", "[workspace\n");
    let said = checkout.transcript(&mut checkout.xtask("diff --from empty --to empty"));
    assert!(said.starts_with("! error: CHECKOUT/Cargo.toml is not valid TOML."), "{said}");
}

#[test]
fn a_folder_of_schemas() {
    let checkout = Checkout::new();
    checkout.write("parts/a.prisma", checkout.read(ROOT));
    checkout.write(
        "parts/b.prisma",
        r#"
        model User {
          id Int @id
        }
    "#,
    );
    checkout.write("parts/readme.md", "x");
    checkout.check(
        "diff --from schema:schema.prisma --to schema:parts",
        &expect![[r#"
        -- CreateTable
        CREATE TABLE "User" (
            "id" INTEGER NOT NULL,

            CONSTRAINT "User_pkey" PRIMARY KEY ("id")
        );
        exit 0
    "#]],
    );
    checkout.check(
        "diff --from empty --to schema:litellm",
        &expect![[r#"
            ! error: litellm contains no *.prisma file.
            exit 1
        "#]],
    );
}

#[test]
fn from_a_git_revision() {
    let checkout = Checkout::new();
    checkout.add_field(ROOT, "tier String?");
    checkout.check(
        "diff --from git:HEAD:schema.prisma --to schema:schema.prisma",
        &expect![[r#"
        -- AlterTable
        ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
        exit 0
    "#]],
    );
    checkout.check(
        "diff --from git:HEAD:none.prisma --to empty",
        &expect![[r#"
            ! error: git cannot read HEAD:none.prisma.
            !   because: fatal: path 'none.prisma' does not exist in 'HEAD'
            exit 1
        "#]],
    );
}

#[test]
fn from_migrations_and_from_a_database() {
    if !postgres::is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field(ROOT, "tier String?");
    checkout.check(
        &format!("diff --from migrations:{MIGRATIONS} --to schema:schema.prisma -q"),
        &expect![[r#"
        -- AlterTable
        ALTER TABLE "Team" ADD COLUMN     "tier" TEXT;
        exit 0
    "#]],
    );
    checkout.check(
        "diff --from migrations:none --to empty",
        &expect![[r#"
            ! error: The migrations folder none does not exist.
            exit 1
        "#]],
    );
    let mut server = postgres::StrictServer::start();
    server
        .client
        .batch_execute(
            "CREATE TABLE \"Public\" (id INT PRIMARY KEY);
             CREATE SCHEMA other CREATE TABLE \"Other\" (id INT PRIMARY KEY);
             ALTER ROLE app SUPERUSER;",
        )
        .unwrap();
    let url = server.url("s3cret");
    checkout.check_command(
        checkout.xtask("diff --to empty --from").arg(&url),
        &expect![[r#"
        -- DropTable
        DROP TABLE "Public";
        exit 0
    "#]],
    );
    checkout.check_command(
        checkout.xtask("diff --to empty --from").arg(format!("{url}&schema=other")),
        &expect![[r#"
        -- DropTable
        DROP TABLE "Other";
        exit 0
    "#]],
    );
}

#[test]
fn an_invalid_spec() {
    let checkout = Checkout::new();
    checkout.check("diff --from nothing --to git:main", &expect![[r#"
        ! error: The SPEC "nothing" is invalid: it must be empty, schema:PATH, migrations:DIR, git:REF:PATH or a postgresql:// URL.
        exit 64
    "#]]);
    checkout.check(
        "diff --from empty --to git:main",
        &expect![[r#"
        ! error: The SPEC "git:main" is invalid: `git:` needs a revision and a path, as in git:main:schema.prisma.
        exit 64
    "#]],
    );
    checkout.check(
        "diff --from empty --to schema:none.prisma",
        &expect![[r#"
            ! error: The schema is not readable.
            !   because: failed to read file `none.prisma`: No such file or directory (os error 2)
            exit 1
        "#]],
    );
}
