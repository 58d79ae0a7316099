//! Two branches, each with a migration that is fine, that collide when both are merged.

use super::{Score, repository::Repository};

/// When the migration of the branch that is merged last was made, in seconds after the last one of the base.
const MADE: u32 = 40;

pub(super) fn collide(repository: &Repository, score: &mut Score) -> anyhow::Result<()> {
    let cases = [("a stamp that is taken", MADE, "names"), ("a stamp that is too early", MADE + 1, "order")];
    for (what, made, found_by) in cases {
        repository.start_branch()?;
        let base = repository.git(&["rev-parse", "HEAD"])?;
        branch(repository, "second", "LiteLLM_BudgetTable", MADE)?;
        score.tell("collision", &format!("{what}, one branch alone"), &repository.check()?, &[]);

        repository.start_branch()?;
        branch(repository, "first", "LiteLLM_TeamTable", made)?;
        score.tell("collision", &format!("{what}, the other alone"), &repository.check()?, &[]);
        repository.git(&["push", "--quiet", "origin", "first:main"])?;

        repository.git(&["checkout", "--quiet", "second"])?;
        repository.git(&["merge", "--quiet", "--message=Merge", "origin/main"])?;
        repository.bump("0.4.112")?;
        repository.commit()?;
        let merged = repository.check()?;
        score.tell("collision", &format!("{what}, both merged"), &merged, &[found_by]);
        let help = merged.findings_of(found_by).first().map(|it| it["help"].as_str().unwrap_or_default().to_owned());
        let says_how = help.is_some_and(|help| help.lines().next() == Some("Run: cargo xtask --root . restamp"));
        score.note(says_how, "collision          the command that mends it is shown");
        repository.xtask("restamp")?;
        repository.commit()?;
        score.tell("collision", &format!("{what}, after that command"), &repository.check()?, &[]);
        repository.git(&["push", "--quiet", "--force", "origin", &format!("{}:main", base.trim())])?;
    }
    Ok(())
}

/// A branch with a field and its migration.
fn branch(repository: &Repository, name: &str, model: &str, made: u32) -> anyhow::Result<()> {
    repository.git(&["checkout", "--quiet", "-B", name])?;
    repository.add_to_model(model, "note String?")?;
    repository.migrate_at(&format!("add_{name}_note"), made)?;
    repository.bump("0.4.111")?;
    repository.commit()
}
