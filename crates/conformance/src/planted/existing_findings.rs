//! The faults of LiteLLM's own migrations: the first check finds them, and they are accepted.

use serde_json::Value;

use super::Score;
use crate::repository::Repository;

/// The indexes that the schema of 0.4.110 declares and a job of LiteLLM builds.
const BUILT_ELSEWHERE: [&str; 2] = ["LiteLLM_SpendLogs_litellm_call_id_idx", "LiteLLM_SpendLogs_api_key_startTime_idx"];

pub(super) fn find_and_accept(repository: &Repository, score: &mut Score) -> anyhow::Result<()> {
    let first = repository.check()?;
    score.compare("existing", "the first check", &first, &["names", "drift", "rerun", "lint"]);
    let has = |finding: &&&Value, key: &str, text: &str| finding[key].as_str().is_some_and(|it| it.contains(text));
    let names = first.findings_of("names");
    let stamps = names.iter().filter(|it| it["rule"] == "timestamp").count();
    let lint = first.findings_of("lint");
    let guards = lint.iter().filter(|it| it["rule"] == "guard-by-name-alone" && has(it, "excerpt", "conname")).count();
    let drift = first.findings_of("drift");
    let indexes = BUILT_ELSEWHERE.iter().filter(|index| drift.iter().any(|it| has(&it, "excerpt", index))).count();
    for (name, found, expected) in [
        ("migrations with a stamp that is taken", stamps, 24),
        ("invalid names", names.len() - stamps, 5),
        ("migrations that cannot be applied twice", first.findings_of("rerun").len(), 16),
        ("guards that test only the name of a constraint", guards, 36),
        ("indexes that a job builds", indexes, 2),
    ] {
        score.add(found == expected, &format!("existing           {found} of {expected} {name}"));
    }
    let list = BUILT_ELSEWHERE.map(|index| format!("{index:?}")).join(", ");
    let settings = format!("[workspace]\n\n[workspace.metadata.migrations]\nbuilt-elsewhere = [{list}]\n");
    repository.write("Cargo.toml", &settings)?;
    // Records in the history why the schema has indexes that no migration builds.
    repository.migrate_at("declare_indexes_of_a_job", 10)?;
    repository.xtask("check --accept")?;
    repository.commit()?;
    repository.git(&["push", "--quiet", "origin", "HEAD:main"])?;
    score.compare("existing", "after check --accept", &repository.check()?, &[]);
    Ok(())
}
