//! Changes in which nothing is wrong.

use super::repository::{Repository, SCHEMA};

pub(super) struct Change {
    pub(super) what: &'static str,
    pub(super) make: fn(&Repository) -> anyhow::Result<()>,
}

/// Adds lines to a model, and the migration for them.
fn migrate(repository: &Repository, model: &str, lines: &str) -> anyhow::Result<()> {
    repository.add_to_model(model, lines)?;
    repository.xtask("migrate change_it").map(drop)
}

/// Adds to the end of the schema, and the migration for it.
fn append(repository: &Repository, text: &str) -> anyhow::Result<()> {
    let schema = repository.read(SCHEMA)?;
    repository.write(SCHEMA, &format!("{}\n\n{text}\n", schema.trim_end()))?;
    repository.xtask("schema-sync")?;
    repository.xtask("migrate change_it").map(drop)
}

pub(super) const CHANGES: &[Change] = &[
    Change { what: "an optional column", make: |it| migrate(it, "LiteLLM_TeamTable", "tier String?") },
    Change {
        what: "a column with a default",
        make: |it| migrate(it, "LiteLLM_TeamTable", "tier String @default(\"free\")"),
    },
    Change {
        what: "a list and a JSON",
        make: |it| migrate(it, "LiteLLM_TeamTable", "tiers String[] @default([])\n  notes Json?"),
    },
    Change {
        what: "an index of a table in use",
        make: |it| migrate(it, "LiteLLM_TeamTable", "@@index([soft_budget])"),
    },
    Change {
        what: "a column and its index, in two migrations",
        make: |it| migrate(it, "LiteLLM_TeamTable", "tier String?\n  @@index([tier])"),
    },
    Change { what: "a table", make: |it| append(it, "model LiteLLM_Tier {\n  name String @id\n  price Float?\n}") },
    Change {
        what: "tables that refer to one another, and an enum",
        make: |it| {
            append(
                it,
                "enum TierKind {\n  free\n  paid\n}\n\nmodel LiteLLM_Tier {\n  name String @id\n  kind TierKind @default(free)\n  \
                 prices LiteLLM_TierPrice[]\n}\n\nmodel LiteLLM_TierPrice {\n  id String @id\n  tier_name String\n  tier \
                 LiteLLM_Tier @relation(fields: [tier_name], references: [name])\n\n  @@index([tier_name])\n}",
            )
        },
    },
    Change {
        what: "an index that a job builds",
        make: |it| {
            it.edit(
                "Cargo.toml",
                "built-elsewhere = [",
                "built-elsewhere = [\"LiteLLM_SpendLogs_team_id_model_idx\", ",
            )?;
            migrate(it, "LiteLLM_SpendLogs", "@@index([team_id, model])")
        },
    },
    Change {
        what: "rows that are filled in, by hand",
        make: |it| {
            let update =
                "UPDATE \"LiteLLM_TeamTable\" SET \"team_alias\" = \"team_id\" WHERE \"team_alias\" IS NULL;\n";
            it.add_migration("fill_in_team_alias", &format!("SET LOCAL lock_timeout = '10s';\n{update}"))
        },
    },
    Change {
        what: "rows that are meant to go, with the reason",
        make: |it| {
            let delete = "-- xtask: allow(destructive-statement) because these teams are made anew when they are used\n\
                          DELETE FROM \"LiteLLM_TeamTable\" WHERE \"team_alias\" = 'none';\n";
            it.add_migration("clean_teams", &format!("SET LOCAL lock_timeout = '10s';\n{delete}"))
        },
    },
    Change {
        what: "a comment in the schema",
        make: |it| it.add_to_model("LiteLLM_TeamTable", "// Teams are made by admins."),
    },
];
