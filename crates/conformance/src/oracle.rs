//! The oracle: a Node.js process that answers with Prisma's own engine.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, bail};
use prisma_schema::Flavour;
use serde_json::{Value, json};

use crate::case::{Answer, Question, VALID, diagnostic_line, with_datasource};

/// The shell library that finds the engine.
const LIBRARY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/lib.sh");

/// A process that runs the engine of every version.
#[derive(Debug)]
pub struct Oracle {
    folder: PathBuf,
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// The starting point of a diff.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// An empty database.
    Empty,
    /// A schema.
    Schema(&'a str),
    /// The database at a URL.
    Database(&'a str),
}

impl Oracle {
    /// The folder of the engine. The first call installs its packages.
    ///
    /// # Errors
    /// The engine or Node.js is not on this machine.
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

    /// Starts the engine in this folder.
    ///
    /// # Errors
    /// Node.js does not start.
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

    /// Prisma's answer to a question. A question about a database needs the URL of the database that its setup created.
    ///
    /// # Errors
    /// The engine fails.
    pub fn answer(&mut self, question: &Question, flavour: Flavour, database: Option<&str>) -> anyhow::Result<Answer> {
        let (from, after) = match question {
            Question::Validation { schema } => return self.validate(schema, flavour),
            Question::Schemas { before, after } => (before.as_deref().map_or(Origin::Empty, Origin::Schema), after),
            Question::Database { after, .. } => {
                (Origin::Database(database.context("The question needs the URL of a database.")?), after)
            }
        };
        self.request_diff(from, after, flavour)?;
        self.read_diff()
    }

    /// Requests the SQL that turns `from` into `to`. [`Oracle::read_diff`] reads the answer.
    ///
    /// # Errors
    /// The engine accepts no more requests.
    pub fn request_diff(&mut self, from: Origin<'_>, to: &str, flavour: Flavour) -> anyhow::Result<()> {
        let schema = |text: &str| json!({ "schema": with_datasource(text, flavour) });
        let from = match from {
            Origin::Empty => json!("empty"),
            Origin::Schema(text) => schema(text),
            Origin::Database(url) => json!({ "url": url }),
        };
        let engine = if flavour < Flavour::V7 { "6.6.0" } else { "7.10.0" };
        self.request(&json!({ "id": 0, "from": from, "to": schema(to), "engine": engine }))
    }

    /// Reads the answer to the latest request: the SQL, or a refusal.
    ///
    /// # Errors
    /// The engine fails.
    pub fn read_diff(&mut self) -> anyhow::Result<Answer> {
        let answer = self.read()?;
        if let Some(sql) = answer["sql"].as_str() {
            return Ok(Answer::Sql(sql.to_owned()));
        }
        let error = &answer["error"];
        // P1012: the schema is invalid. P4002: a foreign key of the database refers to another PostgreSQL schema.
        if error["code"] == "P1012" || error["code"] == "P4002" {
            return Ok(Answer::refused());
        }
        bail!("Prisma's engine fails: {error}")
    }

    fn validate(&mut self, schema: &str, flavour: Flavour) -> anyhow::Result<Answer> {
        let schema = with_datasource(schema, flavour);
        let engine = match flavour {
            Flavour::V5 => "5.4.2",
            Flavour::V6 => "6.6.0",
            Flavour::V7 => "7.10.0",
        };
        self.request(&json!({ "id": 0, "op": "lint", "schema": schema, "engine": engine }))?;
        let answer = self.read()?;
        let diagnostics =
            answer["diagnostics"].as_array().with_context(|| format!("Prisma's engine fails: {answer}"))?;
        let lines = diagnostics.iter().map(|diagnostic| {
            let offset = |key: &str| {
                let offset = usize::try_from(diagnostic[key].as_u64()?).ok()?;
                // Version 5 counts bytes, and later versions count UTF-16 code units.
                Some(if flavour < Flavour::V6 { offset } else { byte_offset(&schema, offset) })
            };
            let (start, end) = offset("start").zip(offset("end")).context("A diagnostic has no span.")?;
            let message = diagnostic["text"].as_str().unwrap_or_default();
            Ok(diagnostic_line(&schema, diagnostic["is_warning"] == true, start, end, message))
        });
        let verdict = lines.collect::<anyhow::Result<String>>()?;
        Ok(Answer::Text(if verdict.is_empty() { VALID.to_owned() } else { verdict }))
    }

    fn request(&mut self, request: &Value) -> anyhow::Result<()> {
        self.input.write_all(format!("{request}\n").as_bytes()).context("Prisma's engine accepts no more requests.")
    }

    fn read(&mut self) -> anyhow::Result<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.is_empty() {
            *self = Self::start(&self.folder)?;
            bail!("Prisma's engine ended without an answer.");
        }
        Ok(serde_json::from_str(&line)?)
    }
}

/// The byte offset after this many UTF-16 code units.
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

/// The URL of a database for Prisma's engine.
#[must_use]
pub fn database_url(database: &scratch_postgres::Database) -> String {
    engine_url(&database.superuser_url().expose())
}

/// A URL in the form that Prisma's engine accepts: JavaScript rejects a URL with a user and no host.
pub(crate) fn engine_url(url: &str) -> String {
    match url.strip_prefix("postgresql://").and_then(|rest| rest.split_once("@/")) {
        Some((user, rest)) => format!("postgresql://localhost/{rest}&user={user}"),
        None => url.to_owned(),
    }
}
