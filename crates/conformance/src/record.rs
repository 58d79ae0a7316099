//! Records the answers of Prisma's engine in the kept cases.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use scratch_postgres::{Options, Server};

use crate::{
    answers,
    case::{Case, CaseFile, Question},
    oracle::{self, Oracle},
};

/// The folder of the kept cases.
pub const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");

/// A file of kept cases.
#[derive(Debug)]
pub struct KeptFile {
    /// The path.
    pub path: PathBuf,
    /// The text.
    pub text: String,
    /// The parsed text.
    pub file: CaseFile,
}

/// Reads these files of cases, or all files in [`CASES`] in the order of their names.
///
/// # Errors
/// A file cannot be read or parsed.
pub fn kept_files(files: &[PathBuf]) -> anyhow::Result<Vec<KeptFile>> {
    let mut paths = files.to_vec();
    if paths.is_empty() {
        for entry in fs_err::read_dir(CASES)? {
            paths.push(entry?.path());
        }
        paths.sort();
    }
    paths.into_iter().map(KeptFile::read).collect()
}

impl KeptFile {
    fn read(path: PathBuf) -> anyhow::Result<Self> {
        let text = fs_err::read_to_string(&path)?;
        let file = text.parse().with_context(|| format!("{} is not a file of cases.", path.display()))?;
        Ok(Self { path, text, file })
    }

    /// The file name without its extension.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Asks Prisma's engine, and a server for the cases about databases.
#[derive(Debug)]
pub struct Recorder {
    oracle: Oracle,
    server: Option<Server>,
}

impl Recorder {
    /// Starts Prisma's engine in this folder.
    ///
    /// # Errors
    /// The engine does not start.
    pub fn new(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self { oracle: Oracle::start(folder)?, server: None })
    }

    /// The file with the answers that the engine gives now.
    ///
    /// # Errors
    /// The engine or the server fails.
    pub fn record(&mut self, file: &CaseFile) -> anyhow::Result<CaseFile> {
        let mut file = file.clone();
        for case in &mut file.cases {
            self.record_case(case).with_context(|| format!("The case {:?} gets no answer.", case.name))?;
        }
        Ok(file)
    }

    fn record_case(&mut self, case: &mut Case) -> anyhow::Result<()> {
        let database = match &case.question {
            Question::Database { setup, .. } => Some(answers::create_database(self.server()?, setup)?),
            _ => None,
        };
        let url = database.as_ref().map(oracle::database_url);
        let mut answers = Vec::new();
        for &flavour in case.question.flavours() {
            answers.push((flavour, self.oracle.answer(&case.question, flavour, url.as_deref())?));
        }
        case.set_answers(answers);
        Ok(())
    }

    fn server(&mut self) -> anyhow::Result<&Server> {
        let server = match self.server.take() {
            Some(server) => server,
            None => Server::start(&Options::default(), &mut ())?,
        };
        Ok(self.server.insert(server))
    }
}
