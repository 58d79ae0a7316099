//! Asks Prisma's engine for the answers of the kept cases.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use scratch_postgres::{Options, Server};

use crate::{
    case::{Case, CaseFile, Question},
    oracle::{self, Oracle},
    ours,
};

/// Where the kept cases are.
pub const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");

/// A file of cases.
#[derive(Debug)]
pub struct Kept {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The same, understood.
    pub file: CaseFile,
}

/// Reads these files of cases, or all there are, in the order of their names.
pub fn kept(files: &[PathBuf]) -> anyhow::Result<Vec<Kept>> {
    let mut paths = files.to_vec();
    if paths.is_empty() {
        for entry in fs_err::read_dir(CASES)? {
            paths.push(entry?.path());
        }
        paths.sort();
    }
    paths.into_iter().map(Kept::read).collect()
}

impl Kept {
    fn read(path: PathBuf) -> anyhow::Result<Self> {
        let text = fs_err::read_to_string(&path)?;
        let file = text.parse().with_context(|| format!("{} is no file of cases.", path.display()))?;
        Ok(Self { path, text, file })
    }

    /// The name of the file, without folder and ending.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Asks, and has the answers.
#[derive(Debug)]
pub struct Recorder {
    oracle: Oracle,
    server: Option<Server>,
}

impl Recorder {
    /// Starts Prisma's engine of this folder.
    pub fn new(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self { oracle: Oracle::start(folder)?, server: None })
    }

    /// The file as it has to be.
    pub fn record(&mut self, file: &CaseFile) -> anyhow::Result<CaseFile> {
        let mut file = file.clone();
        for case in &mut file.cases {
            self.record_case(case).with_context(|| format!("There is no answer for the case {:?}.", case.name))?;
        }
        Ok(file)
    }

    fn record_case(&mut self, case: &mut Case) -> anyhow::Result<()> {
        let database = match &case.question {
            Question::Database { setup, .. } => Some(ours::database(self.server()?, setup)?),
            _ => None,
        };
        let url = database.as_ref().map(oracle::url);
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
