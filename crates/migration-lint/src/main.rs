//! The lint as a program: what it is linked with takes long to compile, and most of `cargo xtask` goes without it.
//!
//! Without arguments, it reads from standard input what to look at, and prints what it finds, a list of [`Finding`]s whose `file`
//! is the name of the migration:
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
//! `explain RULE` prints the page of a rule, and `explain` what rules there are.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    env,
    io::{self, Read as _, Write as _},
    process::ExitCode,
};

use migration_lint::{Script, explain, lint_folder, overview};
use serde::Deserialize;

#[derive(Deserialize)]
struct Order<'a> {
    #[serde(borrow)]
    released: Vec<Migration<'a>>,
    #[serde(borrow)]
    new: Vec<Migration<'a>>,
    hot_tables: BTreeSet<String>,
    prefix: String,
}

#[derive(Deserialize)]
struct Migration<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    sql: Cow<'a, str>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let answer = match arguments.as_slice() {
        [] => lint(),
        ["explain"] => Ok(overview()),
        ["explain", rule] => explain(rule).ok_or_else(|| format!("there is no rule {rule}")),
        _ => Err("usage: migration-lint [explain [RULE]]".to_owned()),
    };
    let said = answer.and_then(|text| io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string()));
    match said {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn lint() -> Result<String, String> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
    let order: Order<'_> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let (released, new) = (scripts(&order.released), scripts(&order.new));
    let findings = lint_folder(&released, &new, &order.hot_tables, &order.prefix);
    serde_json::to_string(&findings).map_err(|error| error.to_string())
}

fn scripts<'a>(migrations: &'a [Migration<'_>]) -> Vec<Script<'a>> {
    migrations.iter().map(|migration| Script { path: &migration.name, sql: &migration.sql }).collect()
}
