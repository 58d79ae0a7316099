//! Faults, each with the checks that it is found by.

use fs_err as fs;

use super::repository::{COPY, MIGRATIONS, Repository, SCHEMA};

pub(super) struct Fault {
    pub(super) what: &'static str,
    pub(super) found_by: &'static [&'static str],
    pub(super) plant: fn(&Repository) -> anyhow::Result<()>,
}

const ADD_TIER: &str = "SET LOCAL lock_timeout = '10s';\n\
                        ALTER TABLE \"LiteLLM_TeamTable\" ADD COLUMN IF NOT EXISTS \"tier\" TEXT;\n";

/// A field, its migration and a new version of the package.
fn add_tier(repository: &Repository, sql: &str) -> anyhow::Result<()> {
    repository.add_to_model("LiteLLM_TeamTable", "tier String?")?;
    repository.add_migration("add_tier", sql)?;
    repository.bump("0.4.111")
}

fn add_inert(repository: &Repository, folder: &str) -> anyhow::Result<()> {
    repository.write(&format!("{MIGRATIONS}/{folder}/migration.sql"), "SELECT 1;\n")?;
    repository.bump("0.4.111")
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        what: "a copy of the schema is edited instead of the root",
        found_by: &["schema-copies"],
        plant: |repository| {
            repository.edit(COPY, "model LiteLLM_TeamTable {\n", "model LiteLLM_TeamTable {\n  tier String?\n")
        },
    },
    Fault {
        what: "a field without its migration",
        found_by: &["drift"],
        plant: |repository| repository.add_to_model("LiteLLM_TeamTable", "tier String?"),
    },
    Fault {
        what: "an index of the spend logs that nobody builds",
        found_by: &["drift"],
        plant: |repository| repository.add_to_model("LiteLLM_SpendLogs", "@@index([team_id, model])"),
    },
    Fault {
        what: "a name that says nothing",
        found_by: &["names"],
        plant: |repository| {
            repository.add_migration("update", "SELECT 1;\n")?;
            repository.bump("0.4.111")
        },
    },
    Fault {
        what: "an empty folder",
        found_by: &["names"],
        plant: |repository| Ok(fs::create_dir(repository.path(MIGRATIONS).join("20260101000000_add_tier"))?),
    },
    Fault {
        what: "line endings of Windows",
        found_by: &["names"],
        plant: |repository| {
            repository.add_migration("do_nothing", "SELECT 1;\r\n")?;
            repository.bump("0.4.111")
        },
    },
    Fault {
        what: "a stamp that is taken",
        found_by: &["names"],
        plant: |repository| add_inert(repository, &format!("{}_zone", &repository.newest()?[..14])),
    },
    Fault {
        what: "a stamp before those of the base",
        found_by: &["order"],
        plant: |repository| add_inert(repository, "20250401000001_do_nothing"),
    },
    Fault {
        what: "a released migration is edited",
        found_by: &["immutable"],
        plant: |repository| {
            let accepted = repository.read("migrations-accepted.toml")?;
            let names = repository.migrations()?;
            // What was accepted of a file does not hold any more once it changes.
            let name = names.iter().find(|name| !accepted.contains(*name)).expect("some are without fault");
            let path = format!("{MIGRATIONS}/{name}/migration.sql");
            repository.write(&path, &(repository.read(&path)? + "-- A note.\n"))
        },
    },
    Fault {
        what: "a migration that fails",
        found_by: &["replay"],
        plant: |repository| add_tier(repository, &ADD_TIER.replace("TeamTable", "TeemTable")),
    },
    Fault {
        what: "a guard that looks for something else than is done",
        found_by: &["rerun"],
        plant: |repository| {
            let guard = "attrelid = '\"LiteLLM_TeamTable\"'::regclass AND attname = 'teir'";
            add_tier(repository, &guarded(guard))
        },
    },
    Fault {
        // Only out of its order can a migration lead elsewhere.
        what: "an index that comes later on a new database is dropped",
        found_by: &["order", "upgrade"],
        plant: |repository| {
            let sql = "SET LOCAL lock_timeout = '10s';\nDROP INDEX IF EXISTS \"LiteLLM_SpendLogs_session_id_idx\";\n";
            repository.write(&format!("{MIGRATIONS}/20250401000001_drop_session_index/migration.sql"), sql)?;
            repository.bump("0.4.111")
        },
    },
    Fault {
        what: "a guard that is content with the table of another schema",
        found_by: &["second-schema"],
        plant: |repository| {
            let guard = "attrelid::regclass::text LIKE '%\"LiteLLM_TeamTable\"' AND attname = 'tier'";
            add_tier(repository, &guarded(guard))
        },
    },
    Fault {
        what: "a lock that is waited for without an end",
        found_by: &["lint"],
        plant: |repository| add_tier(repository, ADD_TIER.split_once('\n').map_or(ADD_TIER, |(_, rest)| rest)),
    },
    Fault {
        what: "an index that nobody can write during",
        found_by: &["lint"],
        plant: |repository| {
            repository.add_to_model("LiteLLM_TeamTable", "@@index([soft_budget])")?;
            let index = "CREATE INDEX IF NOT EXISTS \"LiteLLM_TeamTable_soft_budget_idx\" ON \"LiteLLM_TeamTable\"(\"soft_budget\");\n";
            repository.add_migration("index_soft_budget", &format!("SET LOCAL lock_timeout = '10s';\n{index}"))?;
            repository.bump("0.4.111")
        },
    },
    Fault {
        what: "rows that are deleted without a word",
        found_by: &["lint"],
        plant: |repository| {
            let delete = "DELETE FROM \"LiteLLM_TeamTable\" WHERE \"team_alias\" = 'none';\n";
            repository.add_migration("clean_teams", &format!("SET LOCAL lock_timeout = '10s';\n{delete}"))?;
            repository.bump("0.4.111")
        },
    },
    Fault {
        what: "a column that old pods read is dropped",
        found_by: &["impact"],
        plant: |repository| {
            let schema = repository.read(SCHEMA)?;
            let model = schema.split("model LiteLLM_TeamTable {\n").nth(1).unwrap_or_default();
            let field = model.lines().find(|line| line.trim_start().starts_with("max_budget ")).unwrap_or_default();
            repository.edit(SCHEMA, &format!("{field}\n"), "")?;
            repository.xtask("schema-sync")?;
            repository.xtask("migrate drop_team_budget --allow-destructive")?;
            repository.bump("0.4.111")
        },
    },
    Fault {
        what: "the package keeps its version",
        found_by: &["package-version"],
        plant: |repository| {
            repository.add_to_model("LiteLLM_TeamTable", "tier String?")?;
            repository.add_migration("add_tier", ADD_TIER)
        },
    },
];

fn guarded(condition: &str) -> String {
    format!(
        "SET LOCAL lock_timeout = '10s';\n\
         DO $$\nBEGIN\n    IF NOT EXISTS (SELECT 1 FROM pg_attribute WHERE {condition}) THEN\n        \
         ALTER TABLE \"LiteLLM_TeamTable\" ADD COLUMN \"tier\" TEXT;\n    END IF;\nEND $$;\n"
    )
}
