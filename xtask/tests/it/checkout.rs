//! A small checkout in a temporary folder.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use expect_test::Expect;
use tempfile::TempDir;

/// A small valid schema.
pub(crate) const SCHEMA: &str = r#"datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model Team {
  id String @id
}
"#;
pub(crate) const ROOT: &str = "schema.prisma";
pub(crate) const PROXY: &str = "litellm/proxy/schema.prisma";
pub(crate) const MIGRATIONS: &str = "litellm-proxy-extras/litellm_proxy_extras/migrations";
pub(crate) const EXTRAS: &str = "litellm-proxy-extras/litellm_proxy_extras/schema.prisma";

pub(crate) struct Checkout {
    dir: TempDir,
}

impl Checkout {
    /// A root schema and two equal copies, without a Git repository.
    pub(crate) fn without_git() -> Self {
        let checkout = Self { dir: TempDir::new().unwrap() };
        checkout.write("Cargo.toml", "[workspace]\n");
        checkout.write_schema(SCHEMA);
        checkout
    }

    /// The same files, committed on the branch `main`.
    pub(crate) fn new() -> Self {
        let checkout = Self::without_git();
        checkout.git(&["init", "--quiet", "--initial-branch=main"]);
        checkout.commit();
        checkout
    }

    /// The same checkout with the migration that leads to the schema.
    pub(crate) fn with_migrations() -> Self {
        let checkout = Self::new();
        checkout.write(&format!("{MIGRATIONS}/migration_lock.toml"), "provider = \"postgresql\"\n");
        checkout.write_migration(
            "20010101000000_baseline",
            r#"
                CREATE TABLE IF NOT EXISTS "Team" (
                    "id" TEXT NOT NULL,

                    CONSTRAINT "Team_pkey" PRIMARY KEY ("id")
                );
            "#,
        );
        checkout
    }

    /// The schema, the copies and the migrations of this repository, committed on the branch `main`. `None` in an adopter's
    /// copy of the tool.
    pub(crate) fn of_this_repository() -> Option<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let schema = fs::read_to_string(repository.join(ROOT)).ok()?;
        let mut migrations = Vec::new();
        walk(&repository.join(MIGRATIONS), &mut migrations);
        let checkout = Self { dir: TempDir::new().unwrap() };
        checkout.write("Cargo.toml", "[workspace]\n");
        checkout.write_schema(&schema);
        for (path, content) in migrations.iter().filter(|(path, _)| path.is_file()) {
            checkout.write(path.strip_prefix(&repository).unwrap().to_str().unwrap(), content);
        }
        checkout.git(&["init", "--quiet", "--initial-branch=main"]);
        checkout.commit();
        Some(checkout)
    }

    /// Writes the settings of the checkout.
    pub(crate) fn write_settings(&self, settings: &str) {
        self.write("Cargo.toml", format!("[workspace]\n[workspace.metadata.migrations]\n{}\n", dedent(settings)));
    }

    /// Writes the root schema and its copies.
    pub(crate) fn write_schema(&self, schema: &str) {
        [ROOT, PROXY, EXTRAS].iter().for_each(|path| self.write(path, schema));
    }

    pub(crate) fn write_migration(&self, name: &str, sql: &str) {
        self.write(&format!("{MIGRATIONS}/{name}/migration.sql"), dedent(sql));
    }

    /// Adds a field to the model in the root schema and its copies.
    pub(crate) fn add_field_everywhere(&self, field: &str) {
        for path in [ROOT, PROXY, EXTRAS] {
            self.add_field(path, field);
        }
    }

    /// Adds a model or an enum to the root schema and its copies.
    pub(crate) fn add_model_everywhere(&self, model: &str) {
        self.write_schema(&format!("{}\n{}\n", self.read(ROOT), dedent(model).trim_end()));
    }

    /// Replaces text in the root schema and its copies.
    pub(crate) fn replace_everywhere(&self, old: &str, new: &str) {
        self.write_schema(&self.read(ROOT).replace(old, new));
    }

    /// The names and the SQL of the migrations, in order.
    pub(crate) fn migrations(&self) -> Vec<(String, String)> {
        let folders = fs::read_dir(self.path(MIGRATIONS)).unwrap().map(|entry| entry.unwrap().path());
        let mut folders: Vec<_> = folders.filter(|path| path.is_dir()).collect();
        folders.sort();
        let name = |folder: &Path| folder.file_name().unwrap().to_str().unwrap().to_owned();
        folders.iter().map(|it| (name(it), fs::read_to_string(it.join("migration.sql")).unwrap())).collect()
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
        let field = dedent(field).trim_end().replace('\n', "\n  ");
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

    /// All files and folders with their content, except those of Git.
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

    /// Runs `cargo xtask` and compares its output.
    pub(crate) fn check(&self, arguments: &str, expected: &Expect) {
        self.check_command(&mut self.xtask(arguments), expected);
    }

    pub(crate) fn check_command(&self, command: &mut Command, expected: &Expect) {
        expected.assert_eq(&self.transcript(command));
    }

    /// The output of a command with its exit status. Lines of standard error begin with `! `.
    pub(crate) fn transcript(&self, command: &mut Command) -> String {
        let output = command.output().unwrap();
        let status = output.status.code().map_or("by signal".to_owned(), |code| code.to_string());
        let mut transcript = String::new();
        for (mark, text) in [("", output.stdout), ("! ", output.stderr)] {
            // A snapshot keeps no trailing blanks.
            let lines = String::from_utf8(text).unwrap();
            transcript.extend(lines.lines().map(|line| format!("{mark}{}\n", line.trim_end())));
        }
        transcript += &format!("exit {status}\n");
        normalize(&transcript.replace(self.dir.path().to_str().unwrap(), "CHECKOUT"))
    }

    /// Runs a command that must not change the work tree, and compares its output.
    pub(crate) fn check_unchanged(&self, arguments: &str, expected: &Expect) {
        let before = self.tree();
        self.check(arguments, expected);
        assert!(before == self.tree(), "the work tree has changed");
    }
}

/// The text without its leading line break and its common indentation, so that a test can show it in a raw string. The last
/// line of a raw string holds only the indentation of the quote.
pub(crate) fn dedent(text: &str) -> String {
    let Some(text) = text.strip_prefix('\n') else { return text.to_owned() };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let indentation = lines.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let text = text.trim_end_matches(' ');
    text.split_inclusive('\n').map(|line| line.get(indentation..).unwrap_or("\n")).collect()
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

/// Replaces the parts that vary between runs: hashes are shortened, the current time is `NOW`, a temporary name is
/// `TEMPORARY`.
fn normalize(text: &str) -> String {
    let is_hash = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_now = |word: &str| {
        word.len() == 14 && word.parse::<u64>().is_ok_and(|n| (2026..2100).contains(&(n / 10_u64.pow(10))))
    };
    text.split_inclusive([' ', '\n', '/', '_', '"'])
        .map(|piece| {
            let (word, end) = piece.split_at(piece.trim_end_matches([' ', '\n', '/', '_', '"']).len());
            match word {
                hash if is_hash(hash) => format!("{}..{end}", &hash[..4]),
                stamp if is_now(stamp) => format!("NOW{end}"),
                name if name.starts_with(".xtask-") => format!("TEMPORARY{end}"),
                _ => piece.to_owned(),
            }
        })
        .collect()
}
