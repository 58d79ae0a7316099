//! The JSON for programs. Its form is stable: fields may be added. `impact` is the impact of `cargo xtask migrate --format json`,
//! or null if it was not measured.
//!
//! ```json
//! {
//!   "passed": false,
//!   "base": "origin/main",
//!   "new_migrations": ["20260131102030_add_tier_to_team"],
//!   "checks": [{
//!     "name": "drift", "status": "failed", "milliseconds": 12, "accepted": 0, "why_not_run": null,
//!     "findings": [{
//!       "severity": "error", "path": "schema.prisma", "line": null, "column": null, "rule": null, "object": null,
//!       "message": "…", "excerpt": "…", "help": "…", "about": { "name": "schema.prisma", "sha256": "…" },
//!       "released": false
//!     }]
//!   }],
//!   "impact": { "rating": "lock", "migrations": […] },
//!   "outdated_acceptances": []
//! }
//! ```

use serde_json::{Value, json};

use crate::check::{
    context::CheckContext,
    results::{CheckResult, CheckResults},
};

pub(crate) fn render(results: &CheckResults, context: &CheckContext<'_>) -> String {
    let branch = context.branch;
    let new = branch.new_migrations().unwrap_or_default();
    let report = json!({
        "passed": results.is_passed(),
        "base": branch.history.as_ref().ok().map(|history| &history.base.name),
        "new_migrations": new.iter().map(|migration| &migration.name).collect::<Vec<_>>(),
        "checks": results.checks.iter().map(check).collect::<Vec<_>>(),
        "impact": context.measured_impact(),
        "outdated_acceptances": results.obsolete,
    });
    format!("{report:#}\n")
}

fn check(result: &CheckResult) -> Value {
    let status = match &result.findings {
        Err(_) => "not_run",
        Ok(_) if result.is_passed() => "passed",
        Ok(_) => "failed",
    };
    json!({
        "name": result.name,
        "status": status,
        "milliseconds": result.time.as_millis(),
        "accepted": result.accepted,
        "why_not_run": result.findings.as_ref().err(),
        "findings": result.findings.as_ref().ok(),
    })
}
