//! Prisma's own engine.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, bail};
use prisma_schema::Flavour;
use serde_json::{Value, json};

use crate::{
    case::{Answer, Question, VALID, remark, with_datasource},
    ours,
};

/// The script that knows where the engine is.
const LIBRARY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/lib.sh");

/// A process that asks Prisma's engine, in any of its versions.
#[derive(Debug)]
pub struct Oracle {
    folder: PathBuf,
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// Where a diff begins.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// With nothing.
    Empty,
    /// With a schema.
    Schema(&'a str),
    /// With the database at a URL.
    Database(&'a str),
}

impl Oracle {
    /// The folder of the engine, which is made ready to run if need be.
    pub fn find() -> anyhow::Result<PathBuf> {
        let output = Command::new("bash")
            .args(["-c", "source \"$0\" && oracle", LIBRARY])
            .output()
            .context("bash, which looks for Prisma's engine, cannot be run.")?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
    }

    /// Starts the engine of this folder.
    pub fn start(folder: &Path) -> anyhow::Result<Self> {
        let mut process = Command::new("node")
            .arg(folder.join("oracle.mjs"))
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("node, which runs Prisma's engine, cannot be started.")?;
        let input = process.stdin.take().context("node has no standard input.")?;
        let output = BufReader::new(process.stdout.take().context("node has no standard output.")?);
        Ok(Self { folder: folder.to_owned(), process, input, output })
    }

    /// Prisma's answer to a question. One about a database needs the URL of that which its setup made.
    pub fn answer(&mut self, question: &Question, flavour: Flavour, database: Option<&str>) -> anyhow::Result<Answer> {
        let (from, after) = match question {
            Question::Verdict { schema } => return self.verdict(schema, flavour),
            Question::Schemas { before, after } => (before.as_deref().map_or(Origin::Empty, Origin::Schema), after),
            Question::Database { after, .. } => {
                (Origin::Database(database.context("The question is about a database.")?), after)
            }
        };
        self.ask_diff(from, after, flavour)?;
        self.read_diff()
    }

    /// Asks for the SQL that leads to `to`. [`Oracle::read_diff`] has the answer.
    pub fn ask_diff(&mut self, from: Origin<'_>, to: &str, flavour: Flavour) -> anyhow::Result<()> {
        let schema = |text: &str| json!({ "schema": with_datasource(text, flavour) });
        let from = match from {
            Origin::Empty => json!("empty"),
            Origin::Schema(text) => schema(text),
            Origin::Database(url) => json!({ "url": url }),
        };
        let engine = if flavour < Flavour::V7 { "6.6.0" } else { "7.10.0" };
        self.ask(&json!({ "id": 0, "from": from, "to": schema(to), "engine": engine }))
    }

    /// The answer to what was asked last: the SQL, or that one side is refused.
    pub fn read_diff(&mut self) -> anyhow::Result<Answer> {
        let answer = self.read()?;
        if let Some(sql) = answer["sql"].as_str() {
            return Ok(Answer::Sql(sql.to_owned()));
        }
        let error = &answer["error"];
        // The codes of a schema that is not valid, and of a database that is not read as a foreign key leaves its namespaces.
        if error["code"] == "P1012" || error["code"] == "P4002" {
            return Ok(ours::refused());
        }
        bail!("Prisma's engine fails: {error}")
    }

    fn verdict(&mut self, schema: &str, flavour: Flavour) -> anyhow::Result<Answer> {
        let schema = with_datasource(schema, flavour);
        let engine = match flavour {
            Flavour::V5 => "5.4.2",
            Flavour::V6 => "6.6.0",
            Flavour::V7 => "7.10.0",
        };
        self.ask(&json!({ "id": 0, "op": "lint", "schema": schema, "engine": engine }))?;
        let answer = self.read()?;
        let diagnostics =
            answer["diagnostics"].as_array().with_context(|| format!("Prisma's engine fails: {answer}"))?;
        let remarks = diagnostics.iter().map(|diagnostic| {
            let offset = |key: &str| {
                let offset = usize::try_from(diagnostic[key].as_u64()?).ok()?;
                // Version 6 began to count in the units of JavaScript's strings.
                Some(if flavour < Flavour::V6 { offset } else { byte_offset(&schema, offset) })
            };
            let (start, end) = offset("start").zip(offset("end")).context("A diagnostic has no place.")?;
            let message = diagnostic["text"].as_str().unwrap_or_default();
            Ok(remark(&schema, diagnostic["is_warning"] == true, start, end, message))
        });
        let verdict = remarks.collect::<anyhow::Result<String>>()?;
        Ok(Answer::Text(if verdict.is_empty() { VALID.to_owned() } else { verdict }))
    }

    fn ask(&mut self, question: &Value) -> anyhow::Result<()> {
        self.input.write_all(format!("{question}\n").as_bytes()).context("Prisma's engine takes no more questions.")
    }

    fn read(&mut self) -> anyhow::Result<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.is_empty() {
            *self = Self::start(&self.folder)?;
            bail!("Prisma's engine ended instead of an answer.");
        }
        Ok(serde_json::from_str(&line)?)
    }
}

/// Where in the text so many units of UTF-16 end.
fn byte_offset(text: &str, units: usize) -> usize {
    let mut count = 0;
    let is_before = |letter: &char| {
        count += letter.len_utf16();
        count <= units
    };
    text.chars().take_while(is_before).map(char::len_utf8).sum()
}

impl Drop for Oracle {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// The URL of a database as Prisma's engine takes it: JavaScript reads no URL that has a user and no host.
#[must_use]
pub fn url(database: &scratch_postgres::Database) -> String {
    let url = database.superuser_url().expose();
    match url.strip_prefix("postgresql://").and_then(|rest| rest.split_once("@/")) {
        Some((user, rest)) => format!("postgresql://localhost/{rest}&user={user}"),
        None => url,
    }
}
