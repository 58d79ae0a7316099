//! Released migrations and accepted findings.

use expect_test::expect;

use super::{check, feature, output};
use crate::checkout::{Checkout, dedent};

#[test]
fn findings_in_released_migrations() {
    let checkout = feature();
    checkout.write_migration("20250102000000_update", r#"ALTER TABLE "Team" ADD COLUMN "note" TEXT;"#);
    checkout.commit();
    checkout.git(&["branch", "--force", "main"]);
    check(
        &checkout,
        "--only names --only lint",
        &expect![[r#"
            failed names finding
            failed lint findings

            error: 3 findings in 1 released migration, which must not change
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update/migration.sql
                 lint/missing-lock-timeout: This statement waits for a lock on Team without a timeout, and
                   later queries wait behind it. (line 1)
                 lint/not-rerunnable: Running this twice fails. (line 1)
                 names/name: The name "update" is invalid: the name must describe the change, such as
                   `add_tier_to_team`.
              help: Accept them, so that only new findings fail: cargo xtask check --accept

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 3 errors
            exit 1
        "#]],
    );
    checkout.check(
        "--quiet check --only names --only lint --accept",
        &expect![[r#"
        exit 0
    "#]],
    );
    check(
        &checkout,
        "--only names --only lint",
        &expect![[r#"
            passed names accepted
            passed lint accepted

            check passed: 2 checks, 3 accepted findings
            exit 0
        "#]],
    );
}

#[test]
fn a_check_that_cannot_run_does_not_pass() {
    let checkout = Checkout::without_git();
    check(
        &checkout,
        "--only order --only immutable --only names",
        &expect![[r#"
            passed names
            not run order The migrations of the base branch cannot be determined: the checkout is not in a git repository.
            not run immutable The migrations of the base branch cannot be determined: the checkout is not in a git repository.

            check failed: 2 checks not run
            exit 1
        "#]],
    );
}

#[test]
fn accepted_findings() {
    let checkout = feature();
    checkout.write_migration("20250102000000_update", "SELECT 1;");
    checkout.check(
        "--quiet check --only names --accept",
        &expect![[r#"
        exit 0
    "#]],
    );
    expect![[r##"
        # Findings of `cargo xtask check` that are accepted. `cargo xtask check --accept` adds and removes entries and keeps the reasons,
        # which you may edit. An entry is valid as long as the migration has this SHA-256.

        [[accepted]]
        migration = "20250102000000_update"
        check = "names"
        rule = "name"
        sha256 = "17db4fd369edb9244b9f91d9aeed145c3d04ad8ba6e95d06247f07a63527d11a"
        reason = "accepted by `check --accept` on DATE"
    "##]]
    .assert_eq(&without_date(&checkout.read("migrations-accepted.toml")));
    check(
        &checkout,
        "--only names",
        &expect![[r#"
            passed names accepted

            check passed: 1 check, 1 accepted finding
            exit 0
        "#]],
    );
    checkout.write_migration("20250102000000_update", "SELECT 2;");
    check(
        &checkout,
        "--only names",
        &expect![[r#"
            failed names finding

            error[names/name]: The name "update" is invalid: the name must describe the change, such as
              `add_tier_to_team`.
             --> litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update/migration.sql
              help: Rename it:
              mv litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_update litellm-proxy-extras/litellm_proxy_extras/migrations/20250102000000_DESCRIPTION

            error[accepted]: This accepted finding no longer occurs: 20250102000000_update, names, name
              help: Remove it from the list: cargo xtask check --accept

            To learn more about a finding: cargo xtask check --explain NAME
            check failed: 2 errors
            exit 1
        "#]],
    );
}

#[test]
fn accepted_findings_in_the_old_format() {
    let checkout = feature();
    checkout.write_migration("20250102000000_update", "SELECT 1;");
    checkout.write(
        "migrations-accepted.toml",
        dedent(
            r#"
                ["20250102000000_update"]
                sha256 = "17db4fd369edb9244b9f91d9aeed145c3d04ad8ba6e95d06247f07a63527d11a"
                findings = [
                    "names: The name is not descriptive.",
                ]
            "#,
        ),
    );
    assert!(output(&checkout, "--only names").starts_with("passed names accepted"));
    checkout.check(
        "check --only names --accept",
        &expect![[r#"
        ! error: migrations-accepted.toml has an old format. Convert it with all checks: omit --only.
        exit 1
    "#]],
    );
}

/// The list of accepted findings without today's date.
fn without_date(list: &str) -> String {
    let date = list.split("` on ").nth(1).map_or("", |rest| &rest[..10]);
    list.replace(date, "DATE")
}
