//! Each operation completes or changes nothing, and leaves no temporary files.

#![allow(clippy::unwrap_used)]

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
};

use atomic_write::{Replacement, create_folders, rename_all, replace_files, replace_seen_files};
use tempfile::TempDir;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_that_has_changed_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (same, changed, created) =
        (folder.path().join("same"), folder.path().join("changed"), folder.path().join("created"));
    fs::write(&same, "1").unwrap();
    fs::write(&changed, "2").unwrap();
    fs::write(&created, "3").unwrap();
    for (path, seen) in [(&changed, Some(b"1".as_slice())), (&created, None)] {
        let files =
            [Replacement { path: &same, seen: Some(b"1"), new: b"new" }, Replacement { path, seen, new: b"new" }];
        let error = replace_seen_files(&files).unwrap_err();
        assert_eq!(error.to_string(), format!("{} was changed by another program", path.display()));
    }
    let contents = [same, changed, created].map(|path| fs::read_to_string(path).unwrap());
    assert_eq!(contents, ["1", "2", "3"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn files_get_their_content_and_keep_their_mode() {
    let folder = TempDir::new().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    fs::write(&old, "before").unwrap();
    fs::set_permissions(&old, Permissions::from_mode(0o664)).unwrap();

    replace_files(&[(old.clone(), b"after"), (new.clone(), b"made")]).unwrap();

    assert_eq!(fs::read_to_string(&old).unwrap(), "after");
    assert_eq!(fs::metadata(&old).unwrap().permissions().mode() & 0o7777, 0o664);
    assert_eq!(fs::read_to_string(&new).unwrap(), "made");
    assert_eq!(names(folder.path()), ["new", "old"]);
}

#[test]
fn a_failed_rename_undoes_the_earlier_ones() {
    let folder = TempDir::new().unwrap();
    let [kept, made, stuck] = ["kept", "made", "stuck"].map(|name| folder.path().join(name));
    fs::write(&kept, "before").unwrap();
    // Renaming a file over a folder fails, and nothing before the rename does.
    fs::create_dir(&stuck).unwrap();

    let error = replace_files(&[(kept.clone(), b"after"), (made, b"x"), (stuck, b"x")]).unwrap_err();

    assert!(error.to_string().contains("stuck"), "{error}");
    assert_eq!(fs::read_to_string(&kept).unwrap(), "before");
    assert_eq!(names(folder.path()), ["kept", "stuck"]);
}

#[test]
fn folders_are_created_with_all_their_files() {
    let root = TempDir::new().unwrap();
    let parent = root.path().join("migrations");
    fs::create_dir(&parent).unwrap();
    let script = Path::new("migration.sql");
    let new = |name: &str, sql: &'static [u8]| (parent.join(name), vec![(script, sql), (Path::new("deep/file"), b"x")]);

    create_folders(&[new("1_a", b"SELECT 1;"), new("2_b", b"SELECT 2;")]).unwrap();

    assert_eq!(fs::read_to_string(parent.join("2_b/migration.sql")).unwrap(), "SELECT 2;");
    assert_eq!(names(&parent.join("1_a")), ["deep", "migration.sql"]);
    assert_eq!(names(&parent), ["1_a", "2_b"]);
    let error = create_folders(&[new("0_new", b""), new("1_a", b"")]).unwrap_err();
    assert!(error.to_string().ends_with("migrations/1_a already exists"), "{error}");
    assert_eq!(names(&parent), ["1_a", "2_b"]);
}

#[test]
fn all_paths_are_renamed_or_none() {
    let root = TempDir::new().unwrap();
    for name in ["a", "b", "taken"] {
        fs::write(root.path().join(name), name).unwrap();
    }
    let rename = |old: &str, new: &str| (root.path().join(old), root.path().join(new));

    let error = rename_all(&[rename("a", "c"), rename("b", "taken")]).unwrap_err();
    assert!(error.to_string().ends_with("taken already exists"), "{error}");
    assert_eq!(names(root.path()), ["a", "b", "taken"]);

    rename_all(&[rename("a", "c"), rename("b", "a")]).unwrap();
    assert_eq!(names(root.path()), ["a", "c", "taken"]);
    assert_eq!(fs::read_to_string(root.path().join("a")).unwrap(), "b");
}

#[test]
fn only_the_leftovers_of_ended_processes_are_removed() {
    let mut ended = Command::new("true").spawn().unwrap();
    ended.wait().unwrap();
    let folder = TempDir::new().unwrap();
    let running = format!(".xtask-{}-x", std::process::id());
    fs::write(folder.path().join(format!(".xtask-{}-x", ended.id())), "").unwrap();
    fs::create_dir(folder.path().join(format!(".xtask-{}-y", ended.id()))).unwrap();
    fs::write(folder.path().join(&running), "").unwrap();

    replace_files(&[(folder.path().join("a"), b"")]).unwrap();

    assert_eq!(names(folder.path()), [running.as_str(), "a"]);
}
