//! Faults, each with the checks that must find it.

use fs_err as fs;

use crate::repository::{COPIES, MIGRATIONS, Repository, SCHEMA};

pub(super) struct Fault {
    pub(super) name: &'static str,
    pub(super) found_by: &'static [&'static str],
    pub(super) plant: fn(&Repository) -> anyhow::Result<()>,
}

const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '10s';\n";

const ADD_TIER: &str = r#"ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN IF NOT EXISTS "tier" TEXT;
"#;

/// Adds a field, its migration and a new version of the package.
fn add_tier(repository: &Repository, sql: &str) -> anyhow::Result<()> {
    repository.add_to_model("LiteLLM_TeamTable", "tier String?")?;
    add_migration(repository, "add_tier", sql)
}

/// Adds a migration and a new version of the package.
fn add_migration(repository: &Repository, name: &str, sql: &str) -> anyhow::Result<()> {
    repository.add_migration(name, sql)?;
    repository.set_version("0.4.111")
}

/// Adds a migration with this stamp, and a new version of the package.
fn add_stamped(repository: &Repository, folder: &str, sql: &str) -> anyhow::Result<()> {
    repository.write(&format!("{MIGRATIONS}/{folder}/migration.sql"), sql)?;
    repository.set_version("0.4.111")
}

/// Adds the column unless the condition finds a row in `pg_attribute`.
fn guarded(condition: &str) -> String {
    format!(
        r#"SET LOCAL lock_timeout = '10s';
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_attribute WHERE {condition}) THEN
        ALTER TABLE "LiteLLM_TeamTable" ADD COLUMN "tier" TEXT;
    END IF;
END $$;
"#
    )
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "an edit in a copy of the schema",
        found_by: &["schema-copies"],
        plant: |it| it.edit(COPIES[0], "model LiteLLM_TeamTable {\n", "model LiteLLM_TeamTable {\n  tier String?\n"),
    },
    Fault {
        name: "a field without a migration",
        found_by: &["drift"],
        plant: |it| it.add_to_model("LiteLLM_TeamTable", "tier String?"),
    },
    Fault {
        name: "an index of the spend logs without a migration",
        found_by: &["drift"],
        plant: |it| it.add_to_model("LiteLLM_SpendLogs", "@@index([team_id, model])"),
    },
    Fault { name: "a meaningless name", found_by: &["names"], plant: |it| add_migration(it, "update", "SELECT 1;\n") },
    Fault {
        name: "an empty folder",
        found_by: &["names"],
        plant: |it| Ok(fs::create_dir(it.path(MIGRATIONS).join("20260101000000_add_tier"))?),
    },
    Fault {
        name: "Windows line endings",
        found_by: &["names"],
        plant: |it| add_migration(it, "do_nothing", "SELECT 1;\r\n"),
    },
    Fault {
        name: "a stamp that is taken",
        found_by: &["names"],
        plant: |it| add_stamped(it, &format!("{}_zone", &it.newest_migration()?[..14]), "SELECT 1;\n"),
    },
    Fault {
        name: "a stamp older than the base's migrations",
        found_by: &["order"],
        plant: |it| add_stamped(it, "20250401000001_do_nothing", "SELECT 1;\n"),
    },
    Fault {
        name: "an edit in a released migration",
        found_by: &["immutable"],
        plant: |it| {
            // An edit also revokes the accepted findings of a migration, so take one that has none.
            let accepted = it.read("migrations-accepted.toml")?;
            let names = it.migrations()?;
            let name = names.iter().find(|name| !accepted.contains(*name)).expect("some migrations have no findings");
            let path = format!("{MIGRATIONS}/{name}/migration.sql");
            it.write(&path, &(it.read(&path)? + "-- A note.\n"))
        },
    },
    Fault {
        name: "a migration that fails",
        found_by: &["replay"],
        plant: |it| add_tier(it, &(LOCK_TIMEOUT.to_owned() + ADD_TIER).replace("TeamTable", "TeemTable")),
    },
    Fault {
        name: "a guard that tests for another column",
        found_by: &["rerun"],
        plant: |it| add_tier(it, &guarded("attrelid = '\"LiteLLM_TeamTable\"'::regclass AND attname = 'teir'")),
    },
    Fault {
        // Only a migration that is out of order can lead to another result on a new database.
        name: "an old stamp on a migration that drops a younger index",
        found_by: &["order", "upgrade"],
        plant: |it| {
            let sql = "DROP INDEX IF EXISTS \"LiteLLM_SpendLogs_session_id_idx\";\n";
            add_stamped(it, "20250401000001_drop_session_index", &(LOCK_TIMEOUT.to_owned() + sql))
        },
    },
    Fault {
        name: "a guard that accepts the table of another PostgreSQL schema",
        found_by: &["second-schema"],
        plant: |it| {
            add_tier(it, &guarded("attrelid::regclass::text LIKE '%\"LiteLLM_TeamTable\"' AND attname = 'tier'"))
        },
    },
    Fault { name: "a lock without a timeout", found_by: &["lint"], plant: |it| add_tier(it, ADD_TIER) },
    Fault {
        name: "an index build that blocks writers",
        found_by: &["lint"],
        plant: |it| {
            it.add_to_model("LiteLLM_TeamTable", "@@index([soft_budget])")?;
            let sql = r#"CREATE INDEX IF NOT EXISTS "LiteLLM_TeamTable_soft_budget_idx" ON "LiteLLM_TeamTable"("soft_budget");"#;
            add_migration(it, "index_soft_budget", &format!("{LOCK_TIMEOUT}{sql}\n"))
        },
    },
    Fault {
        name: "a deletion without a reason",
        found_by: &["lint"],
        plant: |it| {
            let sql = r#"DELETE FROM "LiteLLM_TeamTable" WHERE "team_alias" = 'none';"#;
            add_migration(it, "clean_teams", &format!("{LOCK_TIMEOUT}{sql}\n"))
        },
    },
    Fault {
        name: "the drop of a column that old pods read",
        found_by: &["impact"],
        plant: |it| {
            let schema = it.read(SCHEMA)?;
            let model = schema.split("model LiteLLM_TeamTable {\n").nth(1).unwrap_or_default();
            let field = model.lines().find(|line| line.trim_start().starts_with("max_budget ")).unwrap_or_default();
            it.edit(SCHEMA, &format!("{field}\n"), "")?;
            it.xtask("schema-sync")?;
            it.xtask("migrate drop_team_budget --allow-destructive")?;
            it.set_version("0.4.111")
        },
    },
    Fault {
        name: "an unchanged package version",
        found_by: &["package-version"],
        plant: |it| {
            it.add_to_model("LiteLLM_TeamTable", "tier String?")?;
            it.add_migration("add_tier", &format!("{LOCK_TIMEOUT}{ADD_TIER}"))
        },
    },
];
