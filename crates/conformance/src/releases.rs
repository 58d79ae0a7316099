//! Compares the SQL between the schemas of successive releases with Prisma's engine.
#![allow(clippy::print_stdout, reason = "prints the result")]

use std::{collections::HashMap, path::PathBuf};

use anyhow::bail;
use prisma_schema::Flavour;

use crate::{
    answers,
    comparison::{Comparison, OraclePair},
    oracle::{Oracle, Origin},
};

/// A schema and its file.
struct Release<'a> {
    file: &'a PathBuf,
    schema: String,
}

/// Compares the SQL from an empty database to each schema, and between each schema and the next, both ways. `files` are in the
/// order of their releases. A schema that defines a model twice must be refused, and is then left out. Returns whether all
/// is as expected.
///
/// # Errors
/// A file cannot be read, or Prisma's engine has no answer.
pub fn compare(files: &[PathBuf]) -> anyhow::Result<bool> {
    let mut releases = Vec::new();
    for file in files {
        releases.push(Release { file, schema: fs_err::read_to_string(file)? });
    }
    let (valid, invalid): (Vec<_>, Vec<_>) =
        releases.into_iter().partition(|release| lines_of_repeated_models(&release.schema).is_empty());
    for release in &invalid {
        require_refused(release)?;
    }
    println!("{} schemas define a model twice: xtask refuses them and points at both definitions", invalid.len());
    if let Err(error) = Oracle::find() {
        println!("skipped: the comparison of releases with Prisma's engine: {error}");
        return Ok(true);
    }
    compare_with_engine(&valid)
}

/// The line numbers of the models that a schema defines twice.
fn lines_of_repeated_models(schema: &str) -> Vec<usize> {
    let mut line_of: HashMap<&str, usize> = HashMap::new();
    let mut lines = Vec::new();
    for (index, line) in schema.lines().enumerate() {
        let name = line.strip_prefix("model ").and_then(|rest| rest.split_whitespace().next());
        if let Some(name) = name
            && let Some(first) = line_of.insert(name, index + 1)
        {
            lines.extend([first, index + 1]);
        }
    }
    lines
}

fn require_refused(release: &Release<'_>) -> anyhow::Result<()> {
    let file = release.file.display();
    let lines = lines_of_repeated_models(&release.schema);
    let Err(message) = answers::sql_between(None, &release.schema, Flavour::V5) else {
        bail!("{file} defines a model twice, in lines {lines:?}, and was accepted.");
    };
    let numbers: Vec<_> = message.split(|c: char| !c.is_ascii_digit()).collect();
    match lines.iter().find(|line| !numbers.contains(&line.to_string().as_str())) {
        Some(line) => bail!("The error about {file} does not point at line {line}, which defines a model:\n{message}"),
        None => Ok(()),
    }
}

fn compare_with_engine(releases: &[Release<'_>]) -> anyhow::Result<bool> {
    let first = releases.iter().map(|release| (None, release));
    let steps = releases.windows(2).flat_map(|pair| [(Some(&pair[0]), &pair[1]), (Some(&pair[1]), &pair[0])]);
    let mut oracles = OraclePair::start()?;
    let (mut count, mut refused, mut different) = (0, 0, 0);
    for (from, to) in first.chain(steps) {
        let from_name = from.map_or_else(|| "an empty database".to_owned(), |from| from.file.display().to_string());
        let title = format!("{from_name} to {}", to.file.display());
        let from = from.map(|from| from.schema.as_str());
        let origin = from.map_or(Origin::Empty, Origin::Schema);
        let sql = |flavour| answers::sql_between(from, &to.schema, flavour);
        for comparison in oracles.compare(origin, &to.schema, sql)? {
            count += 1;
            match comparison {
                Comparison::Same => {}
                Comparison::BothRefuse => refused += 1,
                Comparison::Different(difference) => {
                    different += 1;
                    println!("{title}: {difference}");
                }
                Comparison::Unanswered(why) => bail!("Prisma has no answer for {title}: {why}"),
            }
        }
    }
    println!("{} of {count} answers equal those of Prisma 6 and 7; {refused} of them are refusals", count - different);
    Ok(different == 0)
}
