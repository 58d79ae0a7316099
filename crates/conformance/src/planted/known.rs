//! What LiteLLM's migrations have had for long: found by the first check, accepted, and not found again.

use serde_json::Value;

use super::{Score, repository::Repository};

/// The indexes of 0.4.110 that the schema has and a job builds.
const BUILT_ELSEWHERE: [&str; 2] = ["LiteLLM_SpendLogs_litellm_call_id_idx", "LiteLLM_SpendLogs_api_key_startTime_idx"];

pub(super) fn find_and_accept(repository: &Repository, score: &mut Score) -> anyhow::Result<()> {
    let first = repository.check()?;
    score.tell("first", "what was there before", &first, &["names", "drift", "rerun", "lint"]);
    let has = |finding: &&&Value, key: &str, text: &str| finding[key].as_str().is_some_and(|it| it.contains(text));
    let names = first.findings_of("names");
    let stamps = names.iter().filter(|it| has(it, "message", "is also that of")).count();
    let lint = first.findings_of("lint");
    let guards = lint.iter().filter(|it| it["rule"] == "guard-by-name-alone" && has(it, "excerpt", "conname")).count();
    let drift = first.findings_of("drift");
    let indexes = BUILT_ELSEWHERE.iter().filter(|index| drift.iter().any(|it| has(&it, "excerpt", index))).count();
    for (what, found, expected) in [
        ("migrations that share a stamp", stamps, 24),
        ("other names that are none", names.len() - stamps, 5),
        ("migrations that cannot be applied twice", first.findings_of("rerun").len(), 16),
        ("guards that look for the name of a constraint alone", guards, 36),
        ("indexes that a job builds", indexes, 2),
    ] {
        score.note(found == expected, &format!("first              {found} {what}, of {expected}"));
    }
    let list = BUILT_ELSEWHERE.map(|index| format!("{index:?}")).join(", ");
    let settings = format!("[workspace]\n\n[workspace.metadata.migrations]\nbuilt-elsewhere = [{list}]\n");
    repository.write("Cargo.toml", &settings)?;
    // Says in the history why the schema has more than the migrations make.
    repository.migrate_at("declare_indexes_of_a_job", 10)?;
    repository.xtask("check --accept")?;
    repository.commit()?;
    repository.git(&["push", "--quiet", "origin", "HEAD:main"])?;
    score.tell("first", "accepted", &repository.check()?, &[]);
    Ok(())
}
