//! Faults of hand-written or generated migrations that users of LiteLLM and Prisma have reported. `migrate` and `check` must not
//! repeat them. The numbers are issues of BerriAI/litellm, or of prisma/prisma where noted:
//!
//! - a required check passed without a migration: 36937, 24244;
//! - a stale branch dropped columns that others had added: 24013, 24029, 24078;
//! - the copies of the schema differ, or a copy was edited instead of the root: 23869, 24433, 17936, 24705;
//! - a column or a table is missing after an upgrade: 33074, 15446, 14591, 4717;
//! - "already exists", and a migration that cannot be applied again: 21995, 19204, 23655;
//! - old pods fail during a rolling deployment: 6124, 36418, 41743;
//! - an index build on the spend logs blocks writers: 23976, 11683, 39666, 41562, 39365;
//! - replicas deadlock, and indexes stay INVALID: 39187, 39384;
//! - machines without a network: 33167, 13369, 34325, 35485, 17695, and 19666, 21960, 12230 of Prisma;
//! - a generator deletes files: 33135;
//! - a rename loses data: 7790, 4694, 17926, 8381, 11296 of Prisma;
//! - CONCURRENTLY and IF NOT EXISTS must be added by hand: 14456, 29220, 23734, 13417, 13068 of Prisma.

use std::os::unix::fs::symlink;

use postgres::{Client, error::SqlState};
use scratch_postgres::{Database, Options, Server};

use crate::{
    checkout::{Checkout, PROXY},
    migrate_stale::behind,
    postgres::is_there,
};

#[test]
fn a_check_does_not_pass_while_a_migration_is_missing() {
    if !is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.commit();
    checkout.add_field_everywhere("tier String?");
    let said = run(&checkout, "check --only drift --postgres local");
    assert!(said.contains("ADD COLUMN") && said.ends_with("exit 1\n"), "{said}");
}

#[test]
fn a_stale_branch_does_not_drop_columns_that_others_added() {
    let said = run(&behind(), "migrate add_tier");
    assert!(said.contains("20010101000001_add_budget") && said.ends_with("exit 3\n"), "{said}");
}

#[test]
fn an_edit_of_a_copy_is_neither_used_nor_lost() {
    let checkout = Checkout::with_migrations();
    checkout.commit();
    checkout.add_field(PROXY, "tier String?");
    for command in ["migrate add_tier", "schema-sync"] {
        let said = run(&checkout, command);
        assert!(said.contains(PROXY) && said.ends_with("exit 1\n"), "{said}");
    }
    assert!(checkout.read(PROXY).contains("tier"));
}

#[test]
fn an_upgrade_leads_to_the_schema() {
    let Some((checkout, deployment)) = deployed() else { return };
    checkout.add_field_everywhere(
        r#"
        tier String?
        members Member[]
    "#,
    );
    checkout.add_model_everywhere(
        r#"
            model Member {
              id String @id
              team Team @relation(fields: [id], references: [id])
            }
        "#,
    );
    write(&checkout, "migrate add_tier_and_members");
    deployment.upgrade(&checkout).unwrap();
    let url = deployment.url();
    let said = run(&checkout, &format!("diff --from {url} --to schema:schema.prisma --exit-code"));
    assert!(said.ends_with("exit 0\n"), "{said}");
}

#[test]
fn an_applied_migration_can_run_again() {
    let Some((checkout, deployment)) = deployed() else { return };
    checkout.add_field_everywhere(
        r#"
        tier Tier @default(FREE)
        boss String?
        head Team? @relation("x", fields: [boss], references: [id])
        staff Team[] @relation("x")
        @@unique([boss])
    "#,
    );
    checkout.add_model_everywhere(
        r#"
        enum Tier {
          FREE
          PAID
        }
    "#,
    );
    write(&checkout, "migrate add_tier_and_boss");
    deployment.upgrade(&checkout).unwrap();
    deployment.upgrade(&checkout).unwrap();
}

#[test]
fn a_second_schema_does_not_hide_missing_objects() {
    let Some((checkout, deployment)) = deployed() else { return };
    checkout.add_field_everywhere(
        r#"
        boss String?
        head Team? @relation("x", fields: [boss], references: [id])
        staff Team[] @relation("x")
    "#,
    );
    write(&checkout, "migrate add_boss");
    let mut client = deployment.client();
    let other = "CREATE SCHEMA other; SET search_path = other;
                 CREATE TABLE \"Team\" (id TEXT, boss TEXT CONSTRAINT \"Team_boss_fkey\" CHECK (boss <> ''))";
    client.batch_execute(other).unwrap();
    deployment.upgrade(&checkout).unwrap();
    let keys = client.query("SELECT FROM pg_constraint WHERE contype = 'f' AND convalidated", &[]).unwrap();
    assert_eq!(keys.len(), 1);
}

#[test]
fn impact_on_old_pods_is_reported() {
    if !is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.write_migration("20010101000001_add_tier", "ALTER TABLE \"Team\" ADD COLUMN \"tier\" TEXT;\n");
    let said = run(&checkout, "migrate drop_tier --allow-destructive --postgres local");
    assert!(said.contains("breaking: Team.tier") && said.ends_with("exit 0\n"), "{said}");
}

#[test]
fn no_migration_builds_an_index_on_the_spend_logs() {
    if !is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    let table = "CREATE TABLE \"LiteLLM_SpendLogs\" (\"id\" TEXT NOT NULL, CONSTRAINT \"LiteLLM_SpendLogs_pkey\" PRIMARY KEY (\"id\"));\n";
    checkout.write_migration("20010101000001_add_spend_logs", table);
    checkout.add_model_everywhere(
        r#"
        model LiteLLM_SpendLogs {
          id String @id
          @@index([id])
        }
    "#,
    );
    let said = run(&checkout, "migrate index_spend_logs --postgres local");
    assert!(said.contains("LiteLLM_SpendLogs_id_idx") && said.ends_with("exit 2\n"), "{said}");
}

#[test]
fn an_index_is_built_while_others_write() {
    let Some((checkout, deployment)) = deployed() else { return };
    checkout.add_field_everywhere(
        r#"
        tier String?
        @@index([tier])
    "#,
    );
    let said = write(&checkout, "migrate add_tier");
    assert!(said.contains("leaves the index \"Team_tier_idx\"\n"), "an INVALID index is warned of: {said}");
    let index = checkout.migrations().into_iter().find(|(name, _)| name.ends_with("_add_tier_index")).unwrap().1;
    let statements: Vec<_> = index.lines().filter(|line| !line.starts_with("--")).collect();
    assert_eq!(statements, ["CREATE INDEX CONCURRENTLY IF NOT EXISTS \"Team_tier_idx\" ON \"Team\"(\"tier\");"]);
    deployment.upgrade(&checkout).unwrap();
}

#[test]
fn a_replica_times_out_on_a_lock_and_retries() {
    let Some((checkout, deployment)) = deployed() else { return };
    checkout.write_settings(
        r#"
        lock-timeout = "10ms"
    "#,
    );
    checkout.add_field_everywhere("tier String?");
    write(&checkout, "migrate add_tier");
    let mut reader = deployment.client();
    reader.batch_execute("BEGIN; SELECT FROM \"Team\"").unwrap();
    let error = deployment.upgrade(&checkout).unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::LOCK_NOT_AVAILABLE));
    drop(reader);
    deployment.upgrade(&checkout).unwrap();
}

#[test]
fn migrate_needs_no_network() {
    if !is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.add_field_everywhere("tier String?");
    let programs = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let git = std::env::split_paths(&path).map(|folder| folder.join("git")).find(|git| git.exists()).unwrap();
    symlink(git, programs.path().join("git")).unwrap();
    let mut command = checkout.xtask("migrate add_tier --dry-run --quiet --postgres local");
    command.env("PATH", programs.path());
    for proxy in ["http_proxy", "https_proxy", "ALL_PROXY"] {
        command.env(proxy, "http://127.0.0.1:1");
    }
    let said = checkout.transcript(&mut command);
    assert!(said.ends_with("exit 0\n"), "{said}");
}

#[test]
fn other_files_are_kept() {
    if !is_there() {
        return;
    }
    let checkout = Checkout::with_migrations();
    checkout.write("migrations/20010101000000_baseline/migration.sql", "SELECT 1;\n");
    checkout.write("prisma/migrations/notes.md", "Mind the gap.\n");
    checkout.add_field_everywhere("tier String?");
    let before = checkout.tree();
    write(&checkout, "migrate add_tier");
    let after = checkout.tree();
    assert!(before.iter().all(|file| after.contains(file)));
}

#[test]
fn a_rename_does_not_lose_the_data() {
    let Some((checkout, deployment)) = deployed() else { return };
    checkout.add_field_everywhere("tier String?");
    write(&checkout, "migrate add_tier");
    deployment.upgrade(&checkout).unwrap();
    deployment.client().batch_execute("INSERT INTO \"Team\" VALUES ('a', 'gold')").unwrap();
    checkout.replace_everywhere("tier String?", "level String?");
    let said = run(&checkout, "migrate rename_tier --postgres local");
    assert!(said.ends_with("exit 2\n"), "the rename must not be guessed: {said}");
    write(&checkout, "migrate rename_tier --rename Team.tier=level");
    deployment.upgrade(&checkout).unwrap();
    let level: String = deployment.client().query_one("SELECT level FROM \"Team\"", &[]).unwrap().get(0);
    assert_eq!(level, "gold");
}

/// The database of a running proxy.
struct Deployment(Database);

impl Deployment {
    /// Applies all migrations in order, as a proxy does at start-up, up to the first error.
    fn upgrade(&self, checkout: &Checkout) -> Result<(), postgres::Error> {
        let mut client = self.client();
        let migrations = checkout.migrations();
        // The baseline is already applied, and is not idempotent.
        migrations.iter().skip(1).try_for_each(|(_, sql)| client.batch_execute(sql))
    }

    fn client(&self) -> Client {
        self.0.client().unwrap()
    }

    fn url(&self) -> String {
        self.0.url().expose()
    }
}

/// A checkout, and a database with its only migration.
fn deployed() -> Option<(Checkout, Deployment)> {
    if !is_there() {
        return None;
    }
    let checkout = Checkout::with_migrations();
    let database = Server::start(&Options::for_tests(), &mut ()).unwrap().create_database().unwrap();
    database.client().unwrap().batch_execute(&checkout.migrations()[0].1).unwrap();
    Some((checkout, Deployment(database)))
}

/// The output of a command.
fn run(checkout: &Checkout, command: &str) -> String {
    checkout.transcript(&mut checkout.xtask(command))
}

/// The output of a command that writes a migration.
fn write(checkout: &Checkout, command: &str) -> String {
    let said = run(checkout, &format!("{command} --postgres local"));
    assert!(said.ends_with("exit 0\n"), "{said}");
    said
}
