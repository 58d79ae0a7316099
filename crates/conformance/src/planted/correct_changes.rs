//! Changes without a fault.

use crate::repository::{Repository, SCHEMA};

pub(super) struct Change {
    pub(super) name: &'static str,
    pub(super) make: fn(&Repository) -> anyhow::Result<()>,
}

/// Adds lines to a model, and generates the migration.
fn add_to_model(repository: &Repository, model: &str, lines: &str) -> anyhow::Result<()> {
    repository.add_to_model(model, lines)?;
    repository.xtask("migrate change_it").map(drop)
}

/// Adds a block to the schema, and generates the migration.
fn add_block(repository: &Repository, block: &str) -> anyhow::Result<()> {
    let schema = repository.read(SCHEMA)?;
    repository.write(SCHEMA, &format!("{}\n\n{block}", schema.trim_end()))?;
    repository.xtask("schema-sync")?;
    repository.xtask("migrate change_it").map(drop)
}

const TIER: &str = r"model LiteLLM_Tier {
  name String @id
  price Float?
}
";

const TIER_WITH_PRICES: &str = r"enum TierKind {
  free
  paid
}

model LiteLLM_Tier {
  name String @id
  kind TierKind @default(free)
  prices LiteLLM_TierPrice[]
}

model LiteLLM_TierPrice {
  id String @id
  tier_name String
  tier LiteLLM_Tier @relation(fields: [tier_name], references: [name])

  @@index([tier_name])
}
";

const FILL_IN: &str = r#"SET LOCAL lock_timeout = '10s';
UPDATE "LiteLLM_TeamTable" SET "team_alias" = "team_id" WHERE "team_alias" IS NULL;
"#;

const DELETE_WITH_REASON: &str = r#"SET LOCAL lock_timeout = '10s';
-- xtask: allow(destructive-statement) because these teams are made anew when they are used
DELETE FROM "LiteLLM_TeamTable" WHERE "team_alias" = 'none';
"#;

pub(super) const CHANGES: &[Change] = &[
    Change { name: "an optional column", make: |it| add_to_model(it, "LiteLLM_TeamTable", "tier String?") },
    Change {
        name: "a column with a default",
        make: |it| add_to_model(it, "LiteLLM_TeamTable", r#"tier String @default("free")"#),
    },
    Change {
        name: "a list column and a JSON column",
        make: |it| add_to_model(it, "LiteLLM_TeamTable", "tiers String[] @default([])\n  notes Json?"),
    },
    Change {
        name: "an index on a table in use",
        make: |it| add_to_model(it, "LiteLLM_TeamTable", "@@index([soft_budget])"),
    },
    Change {
        name: "a column and its index, in two migrations",
        make: |it| add_to_model(it, "LiteLLM_TeamTable", "tier String?\n  @@index([tier])"),
    },
    Change { name: "a table", make: |it| add_block(it, TIER) },
    Change { name: "two tables with a foreign key, and an enum", make: |it| add_block(it, TIER_WITH_PRICES) },
    Change {
        name: "an index that a job builds",
        make: |it| {
            it.edit(
                "Cargo.toml",
                "built-elsewhere = [",
                "built-elsewhere = [\"LiteLLM_SpendLogs_team_id_model_idx\", ",
            )?;
            add_to_model(it, "LiteLLM_SpendLogs", "@@index([team_id, model])")
        },
    },
    Change { name: "a hand-written update", make: |it| it.add_migration("fill_in_team_alias", FILL_IN) },
    Change { name: "a deletion with its reason", make: |it| it.add_migration("clean_teams", DELETE_WITH_REASON) },
    Change {
        name: "a comment in the schema",
        make: |it| it.add_to_model("LiteLLM_TeamTable", "// Teams are made by admins."),
    },
];
