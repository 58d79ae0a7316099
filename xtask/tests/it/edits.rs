//! What an engineer does to the schema, and what there is to review then: the edits are made to this repository's own schema,
//! and the migrations follow those that it has.

use expect_test::{ExpectFile, expect_file};

use crate::{
    checkout::{Checkout, MIGRATIONS, ROOT},
    postgres,
};

const TAG: &str = "model LiteLLM_Tag {\n";

#[test]
fn a_new_model() {
    check(
        &[(
            "// Limits that",
            "model LiteLLM_Plan {\n  plan_id String @id @default(uuid())\n  title String @unique\n  features String[] @default([])\n  limits Json @default(\"{}\")\n  created_at DateTime @default(now())\n\n  @@index([created_at])\n}\n\n// Limits that",
        )],
        &["migrate add_plan"],
        &expect_file!["edits/a_new_model.txt"],
    );
}

#[test]
fn a_new_column() {
    check(
        &[(TAG, "model LiteLLM_Tag {\n  colour String?\n  rank Int @default(0)\n")],
        &["migrate add_colour_and_rank_to_tag"],
        &expect_file!["edits/a_new_column.txt"],
    );
}

#[test]
fn a_new_required_column() {
    check(
        &[(TAG, "model LiteLLM_Tag {\n  owner_id String\n")],
        &["migrate add_owner_to_tag"],
        &expect_file!["edits/a_new_required_column.txt"],
    );
}

#[test]
fn an_index_of_an_ordinary_table() {
    check(
        &[(TAG, "model LiteLLM_Tag {\n  @@index([budget_id])\n")],
        &["migrate index_budget_of_tag"],
        &expect_file!["edits/an_index_of_an_ordinary_table.txt"],
    );
}

#[test]
fn a_unique_index_of_an_ordinary_table() {
    check(
        &[(TAG, "model LiteLLM_Tag {\n  @@unique([description])\n")],
        &["migrate require_different_descriptions_of_tags"],
        &expect_file!["edits/a_unique_index_of_an_ordinary_table.txt"],
    );
}

#[test]
fn an_index_of_a_hot_table() {
    check(
        &[("  @@index([customer_id])", "  @@index([customer_id])\n  @@index([model])")],
        &["migrate index_model_of_spend_logs"],
        &expect_file!["edits/an_index_of_a_hot_table.txt"],
    );
}

#[test]
fn a_renamed_column() {
    check(
        &[(
            "model LiteLLM_Tag {\n  name        String   @id\n  description String?",
            "model LiteLLM_Tag {\n  name        String   @id\n  purpose String?",
        )],
        &[
            "migrate rename_description_of_tag",
            "migrate rename_description_of_tag --rename LiteLLM_Tag.description=purpose",
        ],
        &expect_file!["edits/a_renamed_column.txt"],
    );
}

#[test]
fn a_renamed_model() {
    check(
        &[("LiteLLM_Tag", "LiteLLM_Sticker")],
        &["migrate rename_tag", "migrate rename_tag --rename LiteLLM_Tag=LiteLLM_Sticker"],
        &expect_file!["edits/a_renamed_model.txt"],
    );
}

#[test]
fn a_model_that_is_renamed_past_another_one() {
    check(
        &[("LiteLLM_Tag", "LiteLLM_Label")],
        &["migrate rename_tag --rename LiteLLM_Tag=LiteLLM_Label"],
        &expect_file!["edits/a_model_that_is_renamed_past_another_one.txt"],
    );
}

#[test]
fn a_dropped_column() {
    check(
        &[(
            "model LiteLLM_Tag {\n  name        String   @id\n  description String?",
            "model LiteLLM_Tag {\n  name        String   @id",
        )],
        &["migrate drop_description_of_tag", "migrate drop_description_of_tag --allow-destructive"],
        &expect_file!["edits/a_dropped_column.txt"],
    );
}

#[test]
fn a_new_value_of_an_enum() {
    check(
        &[("  running\n  failed", "  running\n  paused\n  failed")],
        &["migrate add_paused_to_job_status"],
        &expect_file!["edits/a_new_value_of_an_enum.txt"],
    );
}

#[test]
fn a_new_value_of_an_enum_that_is_a_default() {
    check(
        &[
            ("  running\n  failed", "  running\n  paused\n  failed"),
            ("JobStatus @default(waiting)", "JobStatus @default(paused)"),
        ],
        &["migrate pause_new_cron_jobs"],
        &expect_file!["edits/a_new_value_of_an_enum_that_is_a_default.txt"],
    );
}

#[test]
fn a_value_that_an_enum_loses() {
    check(
        &[
            ("enum JobStatus {\n  waiting\n", "enum JobStatus {\n"),
            ("JobStatus @default(waiting)", "JobStatus @default(running)"),
        ],
        &["migrate drop_waiting_from_job_status", "migrate drop_waiting_from_job_status --allow-destructive"],
        &expect_file!["edits/a_value_that_an_enum_loses.txt"],
    );
}

#[test]
fn a_wider_type() {
    check(
        &[("  total_tokens      Int ", "  total_tokens      BigInt ")],
        &["migrate widen_total_tokens"],
        &expect_file!["edits/a_wider_type.txt"],
    );
}

#[test]
fn another_type() {
    check(
        &[(
            "  description String?\n  budget_id   String?\n  spend       Float    @default(0.0)",
            "  description Json?\n  budget_id   String?\n  spend       Float    @default(0.0)",
        )],
        &["migrate make_description_of_tag_json", "migrate make_description_of_tag_json --allow-destructive"],
        &expect_file!["edits/another_type.txt"],
    );
}

#[test]
fn a_relation_to_an_existing_table() {
    check(
        &[
            (
                TAG,
                "model LiteLLM_Tag {\n  team_id String?\n  team LiteLLM_Team? @relation(fields: [team_id], references: [team_id])\n",
            ),
            (
                "  members           LiteLLM_TeamMember[]",
                "  members           LiteLLM_TeamMember[]\n  tags LiteLLM_Tag[]",
            ),
            (
                "  models LiteLLM_ProxyModel[] @relation(\"ModelTags\")\n",
                "  models LiteLLM_ProxyModel[] @relation(\"ModelTags\")\n\n  @@index([team_id])\n",
            ),
        ],
        &["migrate relate_tag_to_team"],
        &expect_file!["edits/a_relation_to_an_existing_table.txt"],
    );
}

/// Edits the schema, runs the commands one after the other, and compares what they say. What the last one says it wrote, it
/// has shown before.
#[track_caller]
fn check(edits: &[(&str, &str)], commands: &[&str], expected: &ExpectFile) {
    if !postgres::is_there() {
        return;
    }
    let Some(checkout) = Checkout::of_this_repository() else {
        eprintln!("skipped: the repository has no schema of its own");
        return;
    };
    let schema = edits.iter().fold(checkout.read(ROOT), |schema, (old, new)| {
        assert!(schema.contains(old), "{old}");
        schema.replace(old, new)
    });
    checkout.write_schema(&schema);
    let before = checkout.tree();
    let said = commands.iter().map(|command| {
        let transcript = checkout.transcript(checkout.xtask(command).args(["--postgres", "local"]));
        // Editors take blanks at the end of a line away.
        format!("$ {command}\n{}", transcript.replace("! \n", "!\n"))
    });
    let said = said.collect::<Vec<_>>().join("\n");
    expected.assert_eq(&said);
    for (path, content) in checkout.tree().iter().filter(|file| !before.contains(file) && file.0.is_file()) {
        assert!(path.starts_with(checkout.path(MIGRATIONS)), "{}", path.display());
        let shown: String = String::from_utf8_lossy(content).lines().map(|line| format!("! {line}\n")).collect();
        assert!(said.contains(&shown.replace("! \n", "!\n")), "{shown}");
    }
}
