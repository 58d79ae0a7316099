//! Programs of this workspace that Cargo builds when `cargo xtask` first needs them.
//!
//! Their dependencies take long to compile. As separate programs they do not delay the build of `cargo xtask` itself.

use std::{
    env,
    ffi::OsString,
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::SystemTime,
};

use serde_json::Value;

/// A folder in the workspace of the programs.
const WORKSPACE_MEMBER: &str = env!("CARGO_MANIFEST_DIR");

/// A program of this workspace.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The name of its package and of the program itself.
    pub package: &'static str,
    /// Its purpose, as a phrase after its name: `which runs PostgreSQL in a container`.
    pub purpose: &'static str,
    /// The duration of its first build: `a few minutes`.
    pub build_takes: &'static str,
}

impl Program {
    /// The path of the program. Cargo builds it if it is missing or out of date, and `note` receives a text about that. If
    /// `shows_progress`, Cargo prints its progress on standard error.
    ///
    /// # Errors
    /// If Cargo cannot build the program. The error contains Cargo's own messages.
    pub fn built(&self, mut note: impl FnMut(&str), shows_progress: bool) -> Result<PathBuf, String> {
        // Cargo takes longer to find out that nothing has changed than a server takes to start.
        let folder = target_folder();
        let beside = folder.as_ref().map(|folder| folder.join(self.package)).filter(|program| program.is_file());
        let Self { package, purpose, build_takes } = self;
        match beside {
            Some(program) if is_fresh(&program, WORKSPACE_MEMBER.as_ref()) => return Ok(program),
            Some(_) => note(&format!("cargo rebuilds {package}, {purpose}")),
            None => note(&format!("cargo builds {package}, {purpose}; this takes {build_takes}, once")),
        }
        self.build(folder.as_deref(), shows_progress)
    }

    fn build(&self, folder: Option<&Path>, shows_progress: bool) -> Result<PathBuf, String> {
        let failed = |why: String| format!("cargo failed to build {}: {why}", self.package);
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
        cargo.args(["build", "--locked", "--message-format", "json-render-diagnostics", "--package", self.package]);
        match folder.and_then(Path::file_name).and_then(|name| name.to_str()) {
            None | Some("debug") => {}
            Some(profile) => _ = cargo.args(["--profile", profile]),
        }
        if shows_progress {
            cargo.stderr(Stdio::inherit());
        } else {
            cargo.arg("--quiet").stderr(Stdio::piped());
        }
        let output = cargo
            .current_dir(WORKSPACE_MEMBER)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .map_err(|error| failed(format!("{error}. Is cargo on PATH?")))?;
        let messages = String::from_utf8_lossy(&output.stdout);
        let program = messages.lines().find_map(|line| self.executable(line)).filter(|_| output.status.success());
        let program = program.ok_or_else(|| {
            let errors = String::from_utf8_lossy(&output.stderr);
            failed(format!("{}.\n{}", output.status, errors.trim()).trim_end().to_owned())
        })?;
        // `is_fresh` compares this time, and Cargo does not update it if the program has not changed. If setting it fails, the
        // next run starts Cargo again.
        _ = File::open(&program).and_then(|file| file.set_modified(SystemTime::now()));
        Ok(program)
    }

    /// The path of the program, if this message of Cargo's reports it.
    fn executable(&self, message: &str) -> Option<PathBuf> {
        let message: Value = serde_json::from_str(message).ok()?;
        let is_program = message["target"]["name"] == self.package && message["reason"] == "compiler-artifact";
        message["executable"].as_str().filter(|_| is_program).map(PathBuf::from)
    }
}

/// The folder of the programs that Cargo builds with the profile of the running program. It has the name of the profile.
fn target_folder() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let folder = program.parent()?;
    // Tests and examples are in a subfolder.
    let is_deeper = folder.ends_with("deps") || folder.ends_with("examples");
    Some(if is_deeper { folder.parent()? } else { folder }.to_owned())
}

/// Whether a program is newer than its sources and manifests in the workspace of `member`. Cargo compares the same times.
fn is_fresh(program: &Path, member: &Path) -> bool {
    let above = |path: &Path, name: &str| path.ancestors().map(|it| it.join(name)).find(|file| file.is_file());
    let list = fs_err::read_to_string(program.with_extension("d")).unwrap_or_default();
    let (Ok(built), Some(lock), sources) = (modified(program), above(member, "Cargo.lock"), sources(&list)) else {
        return false;
    };
    let workspace = lock.with_extension("toml");
    // Several workspaces can share a target folder.
    let is_in_workspace = |source: &PathBuf| workspace.parent().is_some_and(|root| source.starts_with(root));
    if sources.is_empty() || !sources.iter().all(is_in_workspace) {
        return false;
    }
    let manifests: Vec<_> = sources.iter().filter_map(|source| above(source, "Cargo.toml")).collect();
    let is_older = |file: &PathBuf| modified(file).is_ok_and(|time| time <= built);
    [lock, workspace].iter().chain(&manifests).chain(&sources).all(is_older)
}

fn modified(file: &Path) -> io::Result<SystemTime> {
    fs_err::metadata(file)?.modified()
}

/// Parses the list of sources that Cargo writes beside a program: `program: source source`, with a backslash before each blank
/// in a name.
fn sources(list: &str) -> Vec<PathBuf> {
    let (_, sources) = list.split_once(": ").unwrap_or_default();
    sources.replace("\\ ", "\0").split_whitespace().map(|source| PathBuf::from(source.replace('\0', " "))).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_program_older_than_a_source_is_not_fresh() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let [program, source, manifest, lock] = ["program", "a b.rs", "Cargo.toml", "Cargo.lock"].map(file);
        let touch = |file: &Path, seconds: u64| {
            let time = SystemTime::now() + Duration::from_secs(seconds);
            File::options().create(true).append(true).open(file).unwrap().set_modified(time).unwrap();
        };
        let is_fresh = || is_fresh(&program, folder.path());
        assert!(!is_fresh());
        for old in [&source, &manifest, &lock] {
            touch(old, 0);
        }
        touch(&program, 1);
        assert!(!is_fresh(), "its sources are unknown");
        let list = format!("{}: {}\n", program.display(), source.display().to_string().replace(' ', "\\ "));
        fs_err::write(file("program.d"), &list).unwrap();
        assert!(is_fresh());
        for (time, new) in [&source, &manifest, &lock].into_iter().enumerate() {
            touch(new, 2 * time as u64 + 2);
            assert!(!is_fresh(), "{} is newer", new.display());
            touch(&program, 2 * time as u64 + 3);
            assert!(is_fresh());
        }
        fs_err::write(file("program.d"), list + " /elsewhere/main.rs").unwrap();
        assert!(!is_fresh(), "it belongs to another workspace");
    }
}
