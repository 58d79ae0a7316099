//! Edits that engineers make to a schema, and the whole report of each. The edits change this repository's own schema, and the
//! migrations follow its own.

use expect_test::{ExpectFile, expect_file};

use self::Edit::{Insert, Replace, ReplaceAll};
use crate::{
    checkout::{Checkout, MIGRATIONS, ROOT, dedent},
    postgres,
};

#[test]
fn a_new_model() {
    check(
        &[Insert {
            after: "",
            lines: r#"
                model LiteLLM_Plan {
                  plan_id String @id @default(uuid())
                  title String @unique
                  features String[] @default([])
                  limits Json @default("{}")
                  created_at DateTime @default(now())

                  @@index([created_at])
                }
            "#,
        }],
        &["migrate add_plan"],
        &expect_file!["edits/a_new_model.txt"],
    );
}

#[test]
fn a_new_column() {
    check(
        &[Insert {
            after: "model LiteLLM_Tag {",
            lines: r#"
            colour String?
            rank Int @default(0)
        "#,
        }],
        &["migrate add_colour_and_rank_to_tag"],
        &expect_file!["edits/a_new_column.txt"],
    );
}

#[test]
fn a_new_required_column() {
    check(
        &[Insert { after: "model LiteLLM_Tag {", lines: "owner_id String" }],
        &["migrate add_owner_to_tag"],
        &expect_file!["edits/a_new_required_column.txt"],
    );
}

#[test]
fn an_index_of_an_ordinary_table() {
    check(
        &[Insert { after: "model LiteLLM_Tag {", lines: "@@index([budget_id])" }],
        &["migrate index_budget_of_tag"],
        &expect_file!["edits/an_index_of_an_ordinary_table.txt"],
    );
}

#[test]
fn a_unique_index_of_an_ordinary_table() {
    check(
        &[Insert { after: "model LiteLLM_Tag {", lines: "@@unique([description])" }],
        &["migrate require_different_descriptions_of_tags"],
        &expect_file!["edits/a_unique_index_of_an_ordinary_table.txt"],
    );
}

#[test]
fn an_index_of_a_hot_table() {
    check(
        &[Insert { after: "  @@index([customer_id])", lines: "@@index([model])" }],
        &["migrate index_model_of_spend_logs"],
        &expect_file!["edits/an_index_of_a_hot_table.txt"],
    );
}

#[test]
fn a_renamed_column() {
    check(
        &[Replace { in_model: "LiteLLM_Tag", old: "  description String?", new: "  purpose String?" }],
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
        &[ReplaceAll { old: "LiteLLM_Tag", new: "LiteLLM_Sticker" }],
        &["migrate rename_tag", "migrate rename_tag --rename LiteLLM_Tag=LiteLLM_Sticker"],
        &expect_file!["edits/a_renamed_model.txt"],
    );
}

#[test]
fn a_model_that_is_renamed_past_another_one() {
    check(
        &[ReplaceAll { old: "LiteLLM_Tag", new: "LiteLLM_Label" }],
        &["migrate rename_tag --rename LiteLLM_Tag=LiteLLM_Label"],
        &expect_file!["edits/a_model_that_is_renamed_past_another_one.txt"],
    );
}

#[test]
fn a_dropped_column() {
    check(
        &[Replace { in_model: "LiteLLM_Tag", old: "  description String?", new: "" }],
        &["migrate drop_description_of_tag", "migrate drop_description_of_tag --allow-destructive"],
        &expect_file!["edits/a_dropped_column.txt"],
    );
}

#[test]
fn a_new_value_of_an_enum() {
    check(
        &[Insert { after: "  running", lines: "paused" }],
        &["migrate add_paused_to_job_status"],
        &expect_file!["edits/a_new_value_of_an_enum.txt"],
    );
}

#[test]
fn a_new_value_of_an_enum_that_is_a_default() {
    check(
        &[
            Insert { after: "  running", lines: "paused" },
            ReplaceAll { old: "JobStatus @default(waiting)", new: "JobStatus @default(paused)" },
        ],
        &["migrate pause_new_cron_jobs"],
        &expect_file!["edits/a_new_value_of_an_enum_that_is_a_default.txt"],
    );
}

#[test]
fn a_value_that_an_enum_loses() {
    check(
        &[
            Replace { in_model: "JobStatus", old: "  waiting", new: "" },
            ReplaceAll { old: "JobStatus @default(waiting)", new: "JobStatus @default(running)" },
        ],
        &["migrate drop_waiting_from_job_status", "migrate drop_waiting_from_job_status --allow-destructive"],
        &expect_file!["edits/a_value_that_an_enum_loses.txt"],
    );
}

#[test]
fn a_wider_type() {
    check(
        &[ReplaceAll { old: "  total_tokens      Int ", new: "  total_tokens      BigInt " }],
        &["migrate widen_total_tokens"],
        &expect_file!["edits/a_wider_type.txt"],
    );
}

#[test]
fn another_type() {
    check(
        &[Replace { in_model: "LiteLLM_Tag", old: "  description String?", new: "  description Json?" }],
        &["migrate make_description_of_tag_json", "migrate make_description_of_tag_json --allow-destructive"],
        &expect_file!["edits/another_type.txt"],
    );
}

#[test]
fn a_relation_to_an_existing_table() {
    check(
        &[
            Insert {
                after: "model LiteLLM_Tag {",
                lines: r#"
                    team_id String?
                    team LiteLLM_Team? @relation(fields: [team_id], references: [team_id])
                "#,
            },
            Insert { after: "  members           LiteLLM_TeamMember[]", lines: "tags LiteLLM_Tag[]" },
            Insert { after: r#"  models LiteLLM_ProxyModel[] @relation("ModelTags")"#, lines: "@@index([team_id])" },
        ],
        &["migrate relate_tag_to_team"],
        &expect_file!["edits/a_relation_to_an_existing_table.txt"],
    );
}

/// An edit of the schema.
enum Edit {
    /// New lines after the line `after`, or at the end of the schema if `after` is empty.
    Insert { after: &'static str, lines: &'static str },
    /// Another line for `old` in a model or an enum. Without a new line, `old` is removed.
    Replace { in_model: &'static str, old: &'static str, new: &'static str },
    /// Another text for every `old`.
    ReplaceAll { old: &'static str, new: &'static str },
}

impl Edit {
    fn apply(&self, schema: &str) -> String {
        let edited = match *self {
            Insert { after: "", lines } => format!("{schema}\n{}\n", dedent(lines).trim_end()),
            Insert { after, lines } => {
                let lines: String = dedent(lines).trim_end().lines().map(|line| format!("\n  {line}")).collect();
                schema.replace(&format!("{after}\n"), &format!("{after}{lines}\n"))
            }
            Replace { in_model, old, new } => {
                let start = schema.find(&format!(" {in_model} {{\n")).expect(in_model);
                let (before, block) = schema.split_at(start);
                let new = if new.is_empty() { String::new() } else { format!("{new}\n") };
                format!("{before}{}", block.replacen(&format!("{old}\n"), &new, 1))
            }
            ReplaceAll { old, new } => schema.replace(old, new),
        };
        assert_ne!(edited, schema, "the edit changes nothing");
        edited
    }
}

/// Edits the schema, runs the commands in order, and compares their output. Every file that is written must be in the output.
#[track_caller]
fn check(edits: &[Edit], commands: &[&str], expected: &ExpectFile) {
    if !postgres::is_there() {
        return;
    }
    let Some(checkout) = Checkout::of_this_repository() else {
        eprintln!("skipped: the repository has no schema of its own");
        return;
    };
    let schema = edits.iter().fold(checkout.read(ROOT), |schema, edit| edit.apply(&schema));
    checkout.write_schema(&schema);
    let before = checkout.tree();
    let said = commands.iter().map(|command| {
        let transcript = checkout.transcript(checkout.xtask(command).args(["--postgres", "local"]));
        // Editors remove trailing blanks.
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
