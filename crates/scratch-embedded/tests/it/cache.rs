//! The cache folder, and starting without a usable one.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command, thread};

use crate::client::{Embedded, program};

#[test]
fn an_unusable_cache_is_replaced_and_a_damaged_image_is_created_again() {
    let folder = tempfile::tempdir().unwrap();
    let no_folder = folder.path().join("file");
    fs::write(&no_folder, "").unwrap();
    let mut program = program();
    program.env("XDG_CACHE_HOME", &no_folder).env("TMPDIR", folder.path());
    let start = |program: &mut Command| {
        Embedded::start_program(program).unwrap().owner().run("SELECT count(*) FROM pg_class").unwrap()
    };
    let whole = start(&mut program);

    let in_use = folder.path().join(format!("scratch-embedded-{}", nix::unistd::Uid::effective()));
    assert_eq!(fs::metadata(&in_use).unwrap().permissions().mode() & 0o777, 0o700);
    let images = || fs::read_dir(&in_use).unwrap().flatten().map(|it| it.path()).filter(|it| it.is_file());
    let image = images().next().unwrap();
    let size = fs::metadata(&image).unwrap().len();
    fs::File::options().write(true).open(&image).unwrap().set_len(size / 2).unwrap();
    fs::write(in_use.join("cluster-of-another-version"), "").unwrap();
    assert_eq!(start(&mut program), whole);
    assert_eq!(images().collect::<Vec<_>>(), std::slice::from_ref(&image));
    assert!(fs::metadata(&image).unwrap().len() > size / 2);
}

#[test]
fn two_first_runs_can_fill_the_cache_at_the_same_time() {
    let cache = tempfile::tempdir().unwrap();
    let started = thread::scope(|scope| {
        let start = || Embedded::start_program(program().env("XDG_CACHE_HOME", cache.path())).unwrap();
        [scope.spawn(start), scope.spawn(start)].map(|started| started.join().unwrap())
    });
    let [one, other] = &started;
    assert_ne!(one.server.url, other.server.url);
    one.owner().run("CREATE TABLE t AS SELECT 1").unwrap();
    other.owner().run("CREATE TABLE t AS SELECT 2").unwrap();
    assert_eq!(one.owner().run("SELECT * FROM t").unwrap(), "1");
    assert_eq!(other.owner().run("SELECT * FROM t").unwrap(), "2");
}

#[test]
fn code_from_a_folder_that_other_users_can_write_to_is_not_executed() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("scratch-embedded");
    let folders = [cache, folder.path().join(format!("scratch-embedded-{}", nix::unistd::Uid::effective()))];
    for path in &folders {
        fs::create_dir(path).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
    }
    let mut program = program();
    let error =
        Embedded::start_program(program.env("XDG_CACHE_HOME", folder.path()).env("TMPDIR", folder.path())).map(drop);
    let error = error.unwrap_err();
    assert_eq!(error.matches("other users can write to it").count(), 2, "{error}");
    assert!(error.ends_with("Set XDG_CACHE_HOME to a writable folder."), "{error}");
}
