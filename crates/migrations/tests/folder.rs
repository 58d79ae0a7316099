//! Reading, checking and extending a migrations folder.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

use expect_test::{Expect, expect};
use migrations::{Folder, Name, NewMigration, Stamp};
use tempfile::TempDir;

#[test]
fn migrations_come_in_the_order_of_their_names() {
    let root = folder(&[
        ("20260102000000_b/migration.sql", "SELECT 2;\n"),
        ("20260102_day", ""),
        ("20260102_day/migration.sql", "SELECT 3;\n"),
        ("20260102000000_A name with spaces/migration.sql", "SELECT 1;\n"),
        ("migration_lock.toml", "# Please do not edit\nprovider = \"postgresql\"\n"),
        (".gitkeep", "x"),
    ]);
    let folder = Folder::read(root.path()).unwrap();
    let read: Vec<_> = folder.migrations().iter().map(|m| format!("{} {}", m.name, m.sql)).collect();
    expect![[r#"
        20260102000000_A name with spaces SELECT 1;
        20260102000000_b SELECT 2;
        20260102_day SELECT 3;
    "#]]
    .assert_eq(&read.concat());
    assert!(folder.problems().is_empty());
    assert_eq!(folder.migrations()[0].checksum(), "b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd");
}

#[test]
fn problems() {
    let root = folder(&[
        ("20260101000000_empty folder", ""),
        ("20260102000000_no_script/notes.md", "x"),
        ("20260103000000_latin", ""),
        ("notes.md", "x"),
    ]);
    fs::write(root.path().join("20260103000000_latin/migration.sql"), b"-- caf\xe9").unwrap();
    symlink("20260103000000_latin", root.path().join("20260104000000_link")).unwrap();
    check_problems(
        root.path(),
        &expect![[r#"
            FOLDER/20260101000000_empty folder is an empty folder. Prisma fails with P3015.
            FOLDER/20260102000000_no_script contains no migration.sql. Prisma fails with P3015.
            FOLDER/20260103000000_latin/migration.sql is not valid UTF-8 from byte 6 on.
            FOLDER/20260104000000_link is a symbolic link, which Prisma ignores.
            FOLDER/notes.md is not a migration.
            FOLDER/migration_lock.toml is missing.
        "#]],
    );
}

#[test]
fn the_lock_file_must_name_postgresql() {
    let root = folder(&[("migration_lock.toml", "provider = \"mysql\"\n")]);
    check_problems(
        root.path(),
        &expect![[r#"
            FOLDER/migration_lock.toml names the provider "mysql" instead of "postgresql".
        "#]],
    );
    let root = folder(&[("migration_lock.toml", "x")]);
    check_problems(
        root.path(),
        &expect![[r#"
            FOLDER/migration_lock.toml names no provider.
        "#]],
    );
    let lock_file = root.path().join("migration_lock.toml");
    fs::remove_file(&lock_file).unwrap();
    symlink("elsewhere", &lock_file).unwrap();
    check_problems(
        root.path(),
        &expect![[r#"
            FOLDER/migration_lock.toml is a symbolic link.
        "#]],
    );
}

#[test]
fn a_file_is_not_a_folder() {
    let root = folder(&[("migrations", "x")]);
    let error = Folder::read(&root.path().join("migrations")).unwrap_err();
    assert!(error.to_string().contains("Not a directory"), "{error}");
}

#[test]
fn the_first_migration_creates_the_folder_and_the_second_sorts_after_it() {
    let root = TempDir::new().unwrap();
    let path = root.path().join("migrations");
    let name: Name = "add_tier".parse().unwrap();

    let folder = Folder::read(&path).unwrap();
    assert!(!folder.exists());
    let now = Stamp::now();
    let new = |stamp, sql: &str| NewMigration { stamp, name: name.clone(), sql: sql.to_owned() };
    let first = folder.add(&[new(now, "SELECT 1;\n")]).unwrap().remove(0);
    let folder = Folder::read(&path).unwrap();
    let later = now.after(folder.migrations().iter().map(|migration| migration.name.as_str())).unwrap();
    let second = folder.add(&[new(later, "SELECT 2;\n")]).unwrap().remove(0);

    assert!(second > first);
    let folder = Folder::read(&path).unwrap();
    assert!(folder.problems().is_empty(), "{:?}", folder.problems());
    assert_eq!(folder.migrations().iter().map(|m| m.sql.as_str()).collect::<Vec<_>>(), ["SELECT 1;\n", "SELECT 2;\n"]);
    assert_eq!(fs::metadata(first).unwrap().permissions().mode() & 0o444, 0o444, "other users may read the script");
    assert!(folder.add(&[new(later, "")]).is_err());
}

/// A folder with these files. A path with an empty content is a folder.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let root = TempDir::new().unwrap();
    for (path, content) in files {
        let path = root.path().join(path);
        if content.is_empty() {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }
    root
}

fn check_problems(folder: &Path, expected: &Expect) {
    let read = Folder::read(folder).unwrap();
    let problems: String = read.problems().iter().map(|problem| format!("{problem}\n")).collect();
    expected.assert_eq(&problems.replace(folder.to_str().unwrap(), "FOLDER"));
}
