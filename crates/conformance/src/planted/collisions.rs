//! Two branches that pass alone, and collide when both are merged.

use super::Score;
use crate::repository::Repository;

/// The seconds in the stamp of the second branch's migration.
const SECOND: u32 = 40;

pub(super) fn collide(repository: &Repository, score: &mut Score) -> anyhow::Result<()> {
    // The seconds in the stamp of the first branch's migration, and the check that fails after the merge.
    let cases = [("equal stamps", SECOND, "names"), ("an older stamp", SECOND + 1, "order")];
    for (name, seconds, found_by) in cases {
        repository.start_branch()?;
        let base = repository.git(&["rev-parse", "HEAD"])?;
        branch(repository, "second", "LiteLLM_BudgetTable", SECOND)?;
        score.compare("collision", &format!("{name}, second branch alone"), &repository.check()?, &[]);

        repository.start_branch()?;
        branch(repository, "first", "LiteLLM_TeamTable", seconds)?;
        score.compare("collision", &format!("{name}, first branch alone"), &repository.check()?, &[]);
        repository.git(&["push", "--quiet", "origin", "first:main"])?;

        repository.git(&["checkout", "--quiet", "second"])?;
        repository.git(&["merge", "--quiet", "--message=Merge", "origin/main"])?;
        repository.set_version("0.4.112")?;
        repository.commit()?;
        let merged = repository.check()?;
        score.compare("collision", &format!("{name}, both merged"), &merged, &[found_by]);
        let findings = merged.findings_of(found_by);
        let help = findings.first().and_then(|finding| finding["help"].as_str()).unwrap_or_default();
        let names_command = help.contains("cargo xtask --root . restamp");
        score.add(names_command, "collision          the finding names the command that fixes it");
        repository.xtask("restamp")?;
        repository.commit()?;
        score.compare("collision", &format!("{name}, after restamp"), &repository.check()?, &[]);
        repository.git(&["push", "--quiet", "--force", "origin", &format!("{}:main", base.trim())])?;
    }
    Ok(())
}

/// Makes a branch with a new field and its migration.
fn branch(repository: &Repository, name: &str, model: &str, seconds: u32) -> anyhow::Result<()> {
    repository.git(&["checkout", "--quiet", "-B", name])?;
    repository.add_to_model(model, "note String?")?;
    repository.migrate_at(&format!("add_{name}_note"), seconds)?;
    repository.set_version("0.4.111")?;
    repository.commit()
}
