//! Adds a column to a real checkout of LiteLLM, as an engineer does: `schema-sync`, then `migrate`.
#![allow(clippy::print_stdout, reason = "prints the result")]

use std::path::Path;

use anyhow::ensure;

use crate::{
    corpus, difference,
    repository::{COPIES, Repository},
};

/// Runs the steps on a clone of `checkout`, a LiteLLM checkout of the release that `corpus` is about. Returns whether
/// `migrate --dry-run` prints Prisma's answer.
///
/// # Errors
/// A step fails.
pub fn run(checkout: &Path, corpus: Option<&Path>) -> anyhow::Result<bool> {
    let repository = Repository::clone(checkout)?;
    let before = repository.migrations()?.len();

    let sql = repository.xtask("migrate add_tier --style prisma --dry-run")?;
    match corpus.filter(|corpus| corpus.is_file()) {
        Some(corpus) => {
            let prisma = corpus::prefix_answer(corpus, before)?;
            if sql != prisma {
                print!("{}", difference(("Prisma", &prisma), ("migrate --dry-run", &sql)));
                return Ok(false);
            }
            println!("migrate --dry-run prints Prisma's SQL");
        }
        None => println!("skipped: the comparison of migrate --dry-run with Prisma's SQL: there is no corpus"),
    }

    repository.add_to_root_model("LiteLLM_BudgetTable", "tier String?\n  @@index([tier])")?;
    let output = repository.xtask_command("schema-sync --check").output()?;
    ensure!(output.status.code() == Some(1), "schema-sync --check ended with {}, not 1.", output.status);
    let report = [output.stdout, output.stderr].concat();
    let report = String::from_utf8_lossy(&report);
    for copy in COPIES {
        ensure!(report.contains(copy), "schema-sync --check does not name {copy}:\n{report}");
    }
    println!("schema-sync --check names both stale copies");

    repository.xtask("schema-sync")?;
    repository.xtask("migrate add_tier --style prisma")?;
    let written = repository.migrations()?.len() - before;
    ensure!(written == 1, "migrate wrote {written} migrations, not 1.");
    println!("migrate writes one migration");

    repository.xtask("migrate add_tier_again --style prisma")?;
    let written = repository.migrations()?.len() - before;
    ensure!(written == 1, "A second migrate wrote {} migrations, not 0.", written - 1);
    println!("a second migrate writes nothing");
    Ok(true)
}
