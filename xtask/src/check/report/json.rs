//! For programs. The form is stable: fields may be added. `impact` is what `cargo xtask migrate --format json` says of it, or
//! null where it was not measured.
//!
//! ```json
//! {
//!   "passed": false,
//!   "base": "origin/main",
//!   "new_migrations": ["20260131102030_add_tier_to_team"],
//!   "checks": [{
//!     "name": "drift", "status": "failed", "milliseconds": 12, "accepted": 0, "why_not_run": null,
//!     "findings": [{
//!       "severity": "error", "path": "schema.prisma", "line": null, "column": null, "rule": null, "message": "…",
//!       "excerpt": "…", "help": "…", "about": { "name": "schema.prisma", "sha256": "…" }, "released": false
//!     }]
//!   }],
//!   "impact": { "rating": "lock", "migrations": […] },
//!   "outdated_acceptances": []
//! }
//! ```

use serde_json::{Value, json};

use crate::check::{Results, Subject};

pub(crate) fn render(results: &Results, subject: &Subject<'_>) -> String {
    let checks: Vec<Value> = results
        .outcomes
        .iter()
        .map(|outcome| {
            let status = match &outcome.result {
                Err(_) => "not_run",
                Ok(_) if outcome.is_passed() => "passed",
                Ok(_) => "failed",
            };
            json!({
                "name": outcome.check.name,
                "status": status,
                "milliseconds": outcome.took.as_millis(),
                "accepted": outcome.accepted,
                "why_not_run": outcome.result.as_ref().err(),
                "findings": outcome.result.as_ref().ok(),
            })
        })
        .collect();
    let new = subject.new_migrations().unwrap_or_default();
    let report = json!({
        "passed": results.is_passed(),
        "base": subject.history.as_ref().ok().map(|history| &history.base.name),
        "new_migrations": new.iter().map(|migration| &migration.name).collect::<Vec<_>>(),
        "checks": checks,
        "impact": results.impact,
        "outdated_acceptances": results.outdated,
    });
    format!("{report:#}\n")
}
