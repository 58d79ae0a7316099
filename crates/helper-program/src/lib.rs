//! Programs of this workspace that cargo builds when they are first needed.
//!
//! What they are linked with takes long to compile. Who never needs one does not pay for it, and `cargo xtask` itself is there
//! soon.

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

/// In the workspace of the programs.
const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// A program of this workspace.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its package, and its name.
    pub package: &'static str,
    /// What it is for, to follow its name: `which runs PostgreSQL in a container`.
    pub purpose: &'static str,
    /// How long its first build takes: `a few minutes`.
    pub build_takes: &'static str,
}

impl Program {
    /// The path of the program, which cargo builds unless it is there already. What is done that takes long is noted, and if
    /// `is_loud`, cargo shows on standard error how far it is.
    ///
    /// # Errors
    /// If cargo cannot build it, sentences that say so and why.
    pub fn built(&self, mut note: impl FnMut(&str), is_loud: bool) -> Result<PathBuf, String> {
        // A cargo that finds nothing to do takes longer for that than a server for its start.
        let folder = folder_of_programs();
        let beside = folder.as_ref().map(|folder| folder.join(self.package)).filter(|program| program.is_file());
        let Self { package, purpose, build_takes } = self;
        match beside {
            Some(program) if is_fresh(&program, HERE.as_ref()) => return Ok(program),
            Some(_) => note(&format!("cargo brings {package} up to date, {purpose}")),
            None => note(&format!("cargo builds {package}, {purpose}; this takes {build_takes}, once")),
        }
        self.build(folder.as_deref(), is_loud)
    }

    fn build(&self, folder: Option<&Path>, is_loud: bool) -> Result<PathBuf, String> {
        let failed = |why: String| format!("cargo did not build {}: {why}", self.package);
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
        cargo.args(["build", "--locked", "--message-format", "json-render-diagnostics", "--package", self.package]);
        match folder.and_then(Path::file_name).and_then(|name| name.to_str()) {
            None | Some("debug") => {}
            Some(profile) => _ = cargo.args(["--profile", profile]),
        }
        if is_loud {
            cargo.stderr(Stdio::inherit());
        } else {
            cargo.arg("--quiet").stderr(Stdio::piped());
        }
        let output = cargo
            .current_dir(HERE)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .map_err(|error| failed(format!("{error}. Is cargo on PATH?")))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let program = said.lines().find_map(|line| self.executable(line)).filter(|_| output.status.success());
        let program = program.ok_or_else(|| {
            let errors = String::from_utf8_lossy(&output.stderr);
            failed(format!("{}.\n{}", output.status, errors.trim()).trim_end().to_owned())
        })?;
        // For `is_fresh`: cargo leaves the time of a program alone that it need not build again. Without it, cargo is only
        // asked once more.
        _ = File::open(&program).and_then(|file| file.set_modified(SystemTime::now()));
        Ok(program)
    }

    /// The path of the program, if that is what this message of cargo's is about.
    fn executable(&self, message: &str) -> Option<PathBuf> {
        let message: Value = serde_json::from_str(message).ok()?;
        let is_ours = message["target"]["name"] == self.package && message["reason"] == "compiler-artifact";
        message["executable"].as_str().filter(|_| is_ours).map(PathBuf::from)
    }
}

/// Where cargo puts the programs that it builds in the same way as the one that runs. Its name tells the profile.
fn folder_of_programs() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let folder = program.parent()?;
    // Tests and examples are one folder deeper.
    let is_deeper = folder.ends_with("deps") || folder.ends_with("examples");
    Some(if is_deeper { folder.parent()? } else { folder }.to_owned())
}

/// Whether a program is newer than all that it was made from in the workspace of `member`, as far as that can change. Cargo
/// goes by these times, too.
fn is_fresh(program: &Path, member: &Path) -> bool {
    let above = |path: &Path, name: &str| path.ancestors().map(|it| it.join(name)).find(|file| file.is_file());
    let list = fs_err::read_to_string(program.with_extension("d")).unwrap_or_default();
    let (Ok(built), Some(lock), sources) = (modified(program), above(member, "Cargo.lock"), sources(&list)) else {
        return false;
    };
    let workspace = lock.with_extension("toml");
    // Workspaces can share a folder for what cargo builds.
    let is_of_workspace = |source: &PathBuf| workspace.parent().is_some_and(|root| source.starts_with(root));
    if sources.is_empty() || !sources.iter().all(is_of_workspace) {
        return false;
    }
    let manifests: Vec<_> = sources.iter().filter_map(|source| above(source, "Cargo.toml")).collect();
    let is_older = |file: &PathBuf| modified(file).is_ok_and(|time| time <= built);
    [lock, workspace].iter().chain(&manifests).chain(&sources).all(is_older)
}

fn modified(file: &Path) -> io::Result<SystemTime> {
    fs_err::metadata(file)?.modified()
}

/// The files that cargo lists beside a program: `program: source source`, with a backslash before each blank in a name.
fn sources(list: &str) -> Vec<PathBuf> {
    let (_, sources) = list.split_once(": ").unwrap_or_default();
    sources.replace("\\ ", "\0").split_whitespace().map(|source| PathBuf::from(source.replace('\0', " "))).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_program_older_than_a_source_is_built_again() {
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
        assert!(!is_fresh(), "nobody knows of what it was made");
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
        assert!(!is_fresh(), "it is another workspace's");
    }
}
