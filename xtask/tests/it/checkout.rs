//! A small checkout in a temporary directory.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use expect_test::Expect;
use tempfile::TempDir;

/// A schema that is valid, in a few lines.
pub(crate) const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n\n\
                                 model Team {\n  id String @id\n}\n";
pub(crate) const ROOT: &str = "schema.prisma";
pub(crate) const PROXY: &str = "litellm/proxy/schema.prisma";
pub(crate) const EXTRAS: &str = "litellm-proxy-extras/litellm_proxy_extras/schema.prisma";

pub(crate) struct Checkout {
    dir: TempDir,
}

impl Checkout {
    /// A root schema, two copies that are equal to it, and no git.
    pub(crate) fn without_git() -> Self {
        let checkout = Self { dir: TempDir::new().unwrap() };
        checkout.write("Cargo.toml", "[workspace]\n");
        for path in [ROOT, PROXY, EXTRAS] {
            checkout.write(path, SCHEMA);
        }
        checkout
    }

    /// The same, committed on the branch `main`.
    pub(crate) fn new() -> Self {
        let checkout = Self::without_git();
        checkout.git(&["init", "--quiet", "--initial-branch=main"]);
        checkout.commit();
        checkout
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Adds a field to the model in the schema at `path`.
    pub(crate) fn add_field(&self, path: &str, field: &str) {
        let text = self.read(path);
        self.write(path, text.replace("  id String @id\n", &format!("  id String @id\n  {field}\n")));
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "--message=x"]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        let status = Command::new("git").args(arguments).current_dir(self.dir.path()).status().unwrap();
        assert!(status.success());
    }

    /// All files and folders but git's, with their content.
    pub(crate) fn tree(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut tree = Vec::new();
        walk(self.dir.path(), &mut tree);
        tree.sort();
        tree
    }

    pub(crate) fn xtask(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments.split_whitespace()).current_dir(self.dir.path());
        command.env_remove("XTASK_POSTGRES_URL");
        command
    }

    /// Runs `cargo xtask` and compares all that it says.
    pub(crate) fn check(&self, arguments: &str, expected: &Expect) {
        self.check_command(&mut self.xtask(arguments), expected);
    }

    pub(crate) fn check_command(&self, command: &mut Command, expected: &Expect) {
        expected.assert_eq(&self.transcript(command));
    }

    /// What a command says, to which stream, and its exit status.
    pub(crate) fn transcript(&self, command: &mut Command) -> String {
        let output = command.output().unwrap();
        let mut transcript = String::from_utf8(output.stdout).unwrap();
        for line in String::from_utf8(output.stderr).unwrap().lines() {
            transcript += &format!("! {line}\n");
        }
        transcript +=
            &format!("exit {}\n", output.status.code().map_or("by signal".to_owned(), |code| code.to_string()));
        without_hashes(&transcript.replace(self.dir.path().to_str().unwrap(), "CHECKOUT"))
    }

    /// The same for a command that must leave the work tree alone.
    pub(crate) fn check_unchanged(&self, arguments: &str, expected: &Expect) {
        let before = self.tree();
        self.check(arguments, expected);
        assert!(before == self.tree(), "the work tree has changed");
    }
}

fn walk(dir: &Path, tree: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with(".git") {
            continue;
        }
        if path.is_symlink() || !path.is_dir() {
            tree.push((path.clone(), fs::read(&path).unwrap_or_default()));
        } else {
            tree.push((path.clone(), Vec::new()));
            walk(&path, tree);
        }
    }
}

/// `text` with each SHA-256 shortened to its first four digits.
fn without_hashes(text: &str) -> String {
    let is_hash = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split_inclusive([' ', '\n'])
        .map(|word| match word.trim_end() {
            hash if is_hash(hash) => format!("{}..{}", &hash[..4], &word[64..]),
            _ => word.to_owned(),
        })
        .collect()
}
