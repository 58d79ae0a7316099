//! The lint as a program of its own: its dependencies take long to compile, and most commands of `cargo xtask` do not need it.
//!
//! Without arguments, it reads a [`LintRequest`] from standard input and prints a list of [`migration_lint::LintFinding`]s,
//! whose `file` is the name of the migration:
//!
//! ```json
//! {
//!   "released": [{ "name": "20260131102030_add_tier", "sql": "…" }],
//!   "new": [],
//!   "hot_tables": ["LiteLLM_SpendLogs"],
//!   "prefix": "LiteLLM_"
//! }
//! ```
//!
//! `explain RULE` prints the page of a rule, and `explain` prints the list of rules.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    env,
    io::{self, Read as _, Write as _},
    process::ExitCode,
    thread,
};

use migration_lint::{Script, explain, lint_folder, overview};
use serde::Deserialize;

/// In bytes. The system only provides the pages that are used.
const STACK_SIZE: usize = 512 << 20;

#[derive(Deserialize)]
struct LintRequest<'a> {
    #[serde(borrow)]
    released: Vec<MigrationText<'a>>,
    #[serde(borrow)]
    new: Vec<MigrationText<'a>>,
    hot_tables: BTreeSet<String>,
    prefix: String,
}

#[derive(Deserialize)]
struct MigrationText<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    sql: Cow<'a, str>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => on_large_stack(lint),
        ["explain"] => Ok(overview()),
        ["explain", rule] => explain(rule).ok_or_else(|| format!("there is no rule named {rule}")),
        _ => Err("usage: migration-lint [explain [RULE]]".to_owned()),
    };
    let printed = result.and_then(|text| io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string()));
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the lint on a thread with a large stack: the parser of squawk recurses once for each level of nesting.
fn on_large_stack(lint: fn() -> Result<String, String>) -> Result<String, String> {
    let thread = thread::Builder::new().stack_size(STACK_SIZE).spawn(lint).map_err(|error| error.to_string())?;
    thread.join().map_err(|_| "the lint panicked".to_owned())?
}

fn lint() -> Result<String, String> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
    let request: LintRequest<'_> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let (released, new) = (scripts(&request.released), scripts(&request.new));
    let findings = lint_folder(&released, &new, &request.hot_tables, &request.prefix);
    serde_json::to_string(&findings).map_err(|error| error.to_string())
}

fn scripts<'a>(migrations: &'a [MigrationText<'_>]) -> Vec<Script<'a>> {
    migrations.iter().map(|migration| Script { name: &migration.name, sql: &migration.sql }).collect()
}
