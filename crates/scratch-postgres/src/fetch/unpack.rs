//! Verifies an archive and turns its files into an installation.

use std::{
    fs::Permissions,
    io::{self, Read as _},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Component, Path, PathBuf},
    process::Command,
};

use sha2::{Digest as _, Sha256};

use super::{Failure, package::Package};
use crate::{sha256::hex, version};

/// The archive in a folder, if it has the pinned SHA-256.
pub(super) fn verified(folder: &Path, extension: &str, package: &Package<'_>) -> Result<PathBuf, Failure> {
    let Package { name, version, sha256: pinned, .. } = package;
    let mut files = fs_err::read_dir(folder)?.flatten().map(|file| file.path());
    let Some(archive) = files.find(|path| path.extension().is_some_and(|it| it == extension)) else {
        return Err(format!("it reported success but downloaded no *.{extension} file").into());
    };
    let actual = sha256(&archive)?;
    if actual == *pinned {
        return Ok(archive);
    }
    Err(format!(
        "the file for {name} {version} has the wrong SHA-256 and was not used.\n  \
         actual  {actual}\n  pinned  {pinned}\n  \
         If your settings name a registry or a mirror, that one may have changed the package."
    )
    .into())
}

pub(super) fn sha256(file: &Path) -> io::Result<String> {
    let mut file = fs_err::File::open(file)?;
    let mut hash = Sha256::new();
    let mut chunk = [0; 1 << 16];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hex(&hash)),
            length => hash.update(&chunk[..length]),
        }
    }
}

/// Makes the files in `bin` executable, creates the links that a package cannot contain, and lets all users read the files:
/// root's server runs as another user.
pub(super) fn finish(tree: &Path, bin: &str) -> Result<(), Failure> {
    make_readable(tree)?;
    for program in fs_err::read_dir(tree.join(bin))? {
        fs_err::set_permissions(program?.path(), Permissions::from_mode(0o755))?;
    }
    create_links(&tree.join("package"))
}

/// Sets the permissions. Packages of both registries have no links; one is refused, because it could lead anywhere.
fn make_readable(folder: &Path) -> Result<(), Failure> {
    fs_err::set_permissions(folder, Permissions::from_mode(0o755))?;
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            make_readable(&entry.path())?;
        } else if kind.is_file() {
            fs_err::set_permissions(entry.path(), Permissions::from_mode(0o644))?;
        } else {
            return Err(malformed(&format!("{} is neither a file nor a folder", entry.path().display())));
        }
    }
    Ok(())
}

/// Creates the links that an npm package would create during its installation.
fn create_links(package: &Path) -> Result<(), Failure> {
    #[derive(serde::Deserialize)]
    struct Link {
        source: PathBuf,
        target: PathBuf,
    }

    let list = package.join("native/pg-symlinks.json");
    if !list.exists() {
        return Ok(());
    }
    let links: Vec<Link> = serde_json::from_slice(&fs_err::read(list)?)?;
    for Link { source, target } in links {
        // The only links are other names of a library in the same folder.
        let is_within = |path: &Path| path.components().all(|it| matches!(it, Component::Normal(_)));
        let name = source
            .file_name()
            .filter(|_| source.parent() == target.parent() && is_within(&source) && is_within(&target));
        let Some(name) = name else {
            return Err(malformed(&format!("the link {} leads to {}", target.display(), source.display())));
        };
        symlink(name, package.join(target))?;
    }
    Ok(())
}

/// Asks the server for its version, which also proves that it runs on this machine.
pub(super) fn ask_version(bin: &Path) -> Result<String, Failure> {
    let why = match Command::new(bin.join("postgres")).arg("--version").output() {
        Ok(output) => match version::in_line(&String::from_utf8_lossy(&output.stdout)) {
            Some(version) => return Ok(version.to_owned()),
            None => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        },
        Err(error) => error.to_string(),
    };
    let needs = if cfg!(target_os = "linux") { " It needs glibc 2.27 or later." } else { "" };
    Err(format!("the server in the package does not run on this machine: {why}.{needs}").into())
}

fn malformed(why: &str) -> Failure {
    format!("the package is malformed: {why}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_link_in_an_archive() {
        let tree = tempfile::tempdir().unwrap();
        fs_err::create_dir(tree.path().join("bin")).unwrap();
        symlink("/etc", tree.path().join("bin/etc")).unwrap();
        let error = make_readable(tree.path()).unwrap_err().to_string();
        assert!(error.ends_with("bin/etc is neither a file nor a folder"), "{error}");
    }

    #[test]
    fn refuses_a_link_to_another_folder() {
        for (source, target) in [
            ("../../etc/passwd", "../../etc/x"),
            ("/etc/passwd", "/etc/x"),
            ("native/lib/a", "native/bin/a"),
            ("..", "x"),
        ] {
            let package = tempfile::tempdir().unwrap();
            fs_err::create_dir_all(package.path().join("native/lib")).unwrap();
            fs_err::create_dir_all(package.path().join("native/bin")).unwrap();
            let list = format!(r#"[{{"source": "{source}", "target": "{target}"}}]"#);
            fs_err::write(package.path().join("native/pg-symlinks.json"), list).unwrap();
            let error = create_links(package.path()).unwrap_err().to_string();
            assert_eq!(error, format!("the package is malformed: the link {target} leads to {source}"));
        }
    }
}
