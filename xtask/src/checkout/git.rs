//! The git repository of the checkout.

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use xshell::{Cmd, Shell, cmd};

/// The git repository of a checkout.
#[derive(Debug)]
pub(crate) struct Git {
    shell: Shell,
}

/// The object ID of a blob or a commit.
pub(crate) type Oid = String;

impl Git {
    /// The repository that contains `dir`, if any.
    pub(crate) fn find(dir: &Path) -> anyhow::Result<Option<Self>> {
        let shell = Shell::new()?;
        shell.change_dir(dir);
        let git = Self { shell };
        let output = match git.command(&["rev-parse", "--git-dir"]).ignore_status().output() {
            Ok(output) => output,
            Err(error) if is_in_repository(dir) => {
                return Err(error).context("git could not be run, and the checkout has a Git repository. Install git.");
            }
            Err(_) => return Ok(None),
        };
        if output.status.success() {
            return Ok(Some(git));
        }
        let error = String::from_utf8_lossy(&output.stderr);
        if error.contains("not a git repository") {
            return Ok(None);
        }
        // For example, the repository belongs to another user. Ignoring it could overwrite an edit.
        bail!("git cannot read the checkout in {}: {}", dir.display(), error.trim());
    }

    /// Whether HEAD has a commit.
    pub(crate) fn has_commits(&self) -> anyhow::Result<bool> {
        Ok(self.resolve("HEAD^{commit}")?.is_some())
    }

    /// The blob of `path` in `revision`, if both exist.
    pub(crate) fn blob(&self, revision: &str, path: &Path) -> anyhow::Result<Option<Oid>> {
        self.resolve(&format!("{revision}:./{}", path.display()))
    }

    /// The text of an object such as `main:schema.prisma`, or git's error.
    pub(crate) fn read(&self, object: &str) -> anyhow::Result<String> {
        let output = self.command(&["cat-file", "blob", object]).ignore_status().output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(String::from_utf8(output.stdout)?)
    }

    /// The blob ID of `content` if it were committed with its line endings. Filters are not applied: the configuration of the
    /// checkout decides which programs they run.
    pub(crate) fn blob_of(&self, content: &[u8]) -> anyhow::Result<Oid> {
        Ok(self.command(&["hash-object", "--stdin", "--no-filters"]).stdin(content).read()?)
    }

    /// Every blob of `path` from `base` to HEAD.
    pub(crate) fn blobs_since(&self, base: &str, path: &Path) -> anyhow::Result<Vec<Oid>> {
        let range = format!("{base}..HEAD");
        let raw = self
            .command(&["log", "--format=", "--raw", "--no-abbrev", "--no-renames", "--full-history", "-m"])
            .args([range.as_str(), "--"])
            .arg(path)
            .read()?;
        // `:100644 100644 <before> <after> M\tpath`
        let after = raw.lines().filter_map(|line| line.split(' ').nth(3)).map(str::to_owned);
        Ok(after.chain(self.blob(base, path)?).collect())
    }

    /// The newest common commit of HEAD and `branch`, if known.
    pub(crate) fn merge_base(&self, branch: &str) -> anyhow::Result<Option<Oid>> {
        let output = self.command(&["merge-base", "HEAD", branch]).ignore_status().read()?;
        Ok(Some(output).filter(|base| !base.is_empty()))
    }

    /// The first candidate that is a local or remote-tracking branch. `origin/HEAD` is resolved to the branch it points to.
    pub(crate) fn first_branch(&self, candidates: &[String]) -> anyhow::Result<Option<String>> {
        let refs: Vec<_> = candidates
            .iter()
            .flat_map(|name| ["refs/heads/", "refs/remotes/"].map(|kind| kind.to_owned() + name))
            .collect();
        let listing = self.command(&["for-each-ref", "--format=%(refname) %(symref)"]).args(&refs).read()?;
        let found: BTreeMap<_, _> = listing.lines().filter_map(|line| line.split_once(' ')).collect();
        Ok(refs.iter().find_map(|name| {
            let symref = *found.get(name.as_str())?;
            let name = if symref.is_empty() { name } else { symref };
            Some(name.trim_start_matches("refs/heads/").trim_start_matches("refs/remotes/").to_owned())
        }))
    }

    /// The short name of a branch, with `origin/HEAD` resolved to the branch it points to.
    pub(crate) fn full_name(&self, branch: &str) -> anyhow::Result<String> {
        let name = self.command(&["rev-parse", "--abbrev-ref", branch]).ignore_status().read()?;
        Ok(if name.is_empty() { branch.to_owned() } else { name })
    }

    /// The paths and contents of the files in `folder` at a revision.
    pub(crate) fn files(&self, revision: &str, folder: &Path) -> anyhow::Result<Vec<(PathBuf, Vec<u8>)>> {
        let listing = self.command(&["ls-tree", "-r", "-z", revision, "--"]).arg(folder).read()?;
        // `100644 blob <oid>\tpath`
        let entries = listing.split('\0').filter_map(|entry| entry.split_once('\t'));
        let (oids, paths): (Vec<_>, Vec<_>) =
            entries.filter_map(|(mode, path)| Some((mode.split(' ').nth(2)?, PathBuf::from(path)))).unzip();
        let wanted = oids.iter().map(|oid| format!("{oid}\n")).collect::<String>();
        let output = self.command(&["cat-file", "--batch"]).stdin(wanted).output()?.stdout;
        let mut rest = output.as_slice();
        // Each object: `<oid> blob <size>`, a line feed, the content, a line feed.
        let content = |path: PathBuf| {
            let end = rest.iter().position(|&byte| byte == b'\n')?;
            let size: usize = std::str::from_utf8(&rest[..end]).ok()?.rsplit(' ').next()?.parse().ok()?;
            let content = rest.get(end + 1..end + 1 + size)?.to_vec();
            rest = rest.get(end + 2 + size..)?;
            Some((path, content))
        };
        let files: Option<Vec<_>> = paths.into_iter().map(content).collect();
        files.with_context(|| format!("git cannot read the files of {} in {revision}.", folder.display()))
    }

    /// The paths of the files in `folder` at a revision.
    pub(crate) fn names(&self, revision: &str, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let listing = self.command(&["ls-tree", "-r", "-z", "--name-only", revision, "--"]).arg(folder).read()?;
        Ok(listing.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from).collect())
    }

    /// The text of `path` in `revision`, if it exists.
    pub(crate) fn content(&self, revision: &str, path: &Path) -> anyhow::Result<Option<String>> {
        self.blob(revision, path)?.map(|oid| self.read(&oid)).transpose()
    }

    /// Whether git tracks a file, or any file of a folder.
    pub(crate) fn is_tracked(&self, path: &Path) -> anyhow::Result<bool> {
        Ok(!self.command(&["ls-files", "-z", "--"]).arg(path).read()?.is_empty())
    }

    /// Whether the clone is shallow.
    pub(crate) fn is_shallow(&self) -> anyhow::Result<bool> {
        Ok(self.command(&["rev-parse", "--is-shallow-repository"]).read()? == "true")
    }

    /// The files at `paths` that differ between two revisions.
    pub(crate) fn changed(&self, from: &str, to: &str, paths: &[&Path]) -> anyhow::Result<Vec<PathBuf>> {
        let command = self.command(&["diff", "--name-only", "--no-renames", "--relative", "-z", from, to, "--"]);
        let output = command.args(paths).read()?;
        Ok(output.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from).collect())
    }

    /// The path of a file for our own data in the git directory of this work tree.
    pub(crate) fn private_file(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.command(&["rev-parse", "--git-path", name]).read()?;
        Ok(self.shell.current_dir().join(path))
    }

    /// The ID of the named object, if it exists.
    pub(crate) fn resolve(&self, object: &str) -> anyhow::Result<Option<Oid>> {
        let output = self.command(&["rev-parse", "--verify", "--quiet", object]).ignore_status().read()?;
        Ok(Some(output).filter(|oid| !oid.is_empty()))
    }

    fn command(&self, arguments: &[&str]) -> Cmd<'_> {
        // The configuration of the checkout must not start programs.
        let safe = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat"];
        let command = cmd!(self.shell, "git {safe...} {arguments...}").quiet().env("LC_ALL", "C");
        // Git sets such variables for hooks. They name the repository of the hook, or change the meaning of arguments.
        let variables = env::vars_os().map(|(name, _)| name);
        let variables = variables.filter(|name| name.as_encoded_bytes().starts_with(b"GIT_"));
        variables.fold(command, Cmd::env_remove)
    }
}

/// Whether `dir` looks like part of a Git repository.
fn is_in_repository(dir: &Path) -> bool {
    dir.canonicalize().is_ok_and(|dir| dir.ancestors().any(|folder| folder.join(".git").exists()))
}
