//! The formats for programs, and the explanations.

use std::fs;

use std::process::Command;

use expect_test::expect;

use super::feature;
use crate::{checkout::Checkout, postgres};

#[test]
fn the_json_format() {
    let checkout = feature();
    checkout.write_migration("20250102000000_update", r#"ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "note" TEXT;"#);
    let output = checkout.transcript(&mut checkout.xtask("--quiet check --only names --only lint --format json"));
    let without_times: String = output
        .lines()
        .map(|line| {
            if line.contains("\"milliseconds\"") { "      \"milliseconds\": 0,\n".into() } else { format!("{line}\n") }
        })
        .collect();
    expect![[r#"
        {
          "base": "main",
          "checks": [
            {
              "accepted": 0,
              "findings": [
                {
                  "about": {
                    "name": "20250102000000_update",
                    "sha256": "f25f.."
                  },
                  "column": null,
                  "excerpt": null,
                  "help": "Rename it: mv litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_DESCRIPTION",
                  "line": null,
                  "message": "The name \"update\" is invalid: the name must describe the change, such as `add_tier_to_team`.",
                  "object": null,
                  "path": "litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update/migration.sql",
                  "released": false,
                  "rule": "name",
                  "severity": "error"
                }
              ],
              "milliseconds": 0,
              "name": "names",
              "status": "failed",
              "why_not_run": null
            },
            {
              "accepted": 0,
              "findings": [
                {
                  "about": {
                    "name": "20250102000000_update",
                    "sha256": "f25f.."
                  },
                  "column": 1,
                  "excerpt": "ALTER TABLE \"Team\" ADD COLUMN IF NOT EXISTS \"note\" TEXT;",
                  "help": "Begin the file with: SET LOCAL lock_timeout = '10s';",
                  "line": 1,
                  "message": "This statement waits for a lock on Team without a timeout, and later queries wait behind it.",
                  "object": "Team",
                  "path": "litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update/migration.sql",
                  "released": false,
                  "rule": "missing-lock-timeout",
                  "severity": "error"
                }
              ],
              "milliseconds": 0,
              "name": "lint",
              "status": "failed",
              "why_not_run": null
            }
          ],
          "impact": null,
          "new_migrations": [
            "20250101000000_add_tier",
            "20250102000000_update"
          ],
          "outdated_acceptances": [],
          "passed": false
        }
        exit 1
    "#]].assert_eq(&without_times);
}

#[test]
fn the_github_format() {
    if !postgres::is_there() {
        return;
    }
    let checkout = feature();
    checkout.write_migration("20250102000000_update", r#"ALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "note" TEXT;"#);
    let summary = checkout.path("summary.md");
    let mut command: Command =
        checkout.xtask("check --only names --only lint --only impact --postgres local --format github");
    let output = checkout.transcript(command.env("GITHUB_STEP_SUMMARY", &summary));
    let annotations: String =
        output.lines().filter(|line| line.starts_with("::")).map(|line| format!("{line}\n")).collect();
    expect![[r#"
        ::error file=litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update/migration.sql,title=names/name::The name "update" is invalid: the name must describe the change, such as `add_tier_to_team`.%0ARename it: mv litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_DESCRIPTION
        ::error file=litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update/migration.sql,line=1,col=1,title=lint/missing-lock-timeout::This statement waits for a lock on Team without a timeout, and later queries wait behind it.%0AALTER TABLE "Team" ADD COLUMN IF NOT EXISTS "note" TEXT;%0ABegin the file with: SET LOCAL lock_timeout = '10s';
    "#]].assert_eq(&annotations);
    expect![[r#"
        ## Migrations

        | check | result | findings | accepted |
        |---|---|---|---|
        | `names` | failed | 1 | 0 |
        | `lint` | failed | 1 | 0 |
        | `impact` | passed | 0 | 0 |

        | new migration | impact on pods of the previous release | locks | SHA-256 |
        |---|---|---|---|
        | `20250101000000_add_tier` | prepared-plan | `Team` ACCESS EXCLUSIVE | `5ae7f647c27bc7dcded9a4f9f72eeabd0e221f6e32cf992a11bf946c6873f2a3` |
        | `20250102000000_update` | prepared-plan | `Team` ACCESS EXCLUSIVE | `f25feec69e8b48f3600afaa771ecac405d404de201d5d5ac0d73dd57e3e6a916` |
    "#]]
    .assert_eq(&fs::read_to_string(summary).unwrap());
}

#[test]
fn explanations() {
    let checkout = Checkout::new();
    checkout.check("check --explain order", &expect![[r#"
        # order

        New migrations come after the migrations of the base branch.

        A deployed database has already applied the migrations of the base branch, so Prisma applies a new migration after them. A new
        database applies all migrations in the order of their names. If a new migration has an earlier name, the two orders differ, and
        the tested order is not the order that customers get.

        `cargo xtask restamp` gives the migrations that are not merged yet new timestamps after all others and keeps their order. The
        finding also shows the equivalent commands.
        exit 0
    "#]]);
    // The first run may build the lint.
    checkout.xtask("check --explain").output().unwrap();
    checkout.check(
        "check --explain odor",
        &expect![[r#"
            ! error: No check or rule has the name "odor". List all names: cargo xtask check --explain
            !   because: there is no rule named odor
            exit 1
        "#]],
    );
}
