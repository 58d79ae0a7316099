//! Reads files of a checkout that may be hostile.
//!
//! A path in such a checkout can name a device, a FIFO or a file of any size. [`read`] opens only regular files and reads no more
//! than a limit, so that it neither blocks nor exhausts the memory.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use nix::fcntl::OFlag;

/// The largest schema, script or settings file that is read, in bytes.
pub const MAX_FILE_SIZE: u64 = 32 << 20;

/// Reads the regular file at `path`, or the regular file that a symbolic link at `path` points to.
///
/// # Errors
/// If the file cannot be read, is not a regular file, or is larger than [`MAX_FILE_SIZE`]. The error names the file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_up_to(path, MAX_FILE_SIZE)
        .map_err(|error| io::Error::new(error.kind(), format!("failed to read file `{}`: {error}", path.display())))
}

fn read_up_to(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // Opening a device can have effects, so the type is checked first. It is checked again on the open file, because the path
    // can have changed. Without O_NONBLOCK, opening a FIFO would wait for a writer.
    require_regular(&fs::metadata(path)?)?;
    let file = OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path)?;
    let metadata = file.metadata()?;
    require_regular(&metadata)?;
    let mut content = Vec::new();
    file.take(limit + 1).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        let message = format!("it has {} bytes, and the limit is {limit}", metadata.len());
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(content)
}

fn require_regular(metadata: &fs::Metadata) -> io::Result<()> {
    match metadata.is_file() {
        true => Ok(()),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use expect_test::{Expect, expect};
    use nix::{sys::stat::Mode, unistd::mkfifo};

    use super::*;

    #[test]
    fn a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "text").unwrap();
        assert_eq!(read_up_to(&path, 4).unwrap(), b"text");
        check(&read_up_to(&path, 3), &expect!["it has 4 bytes, and the limit is 3"]);
    }

    #[test]
    fn devices_and_fifos_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        mkfifo(&fifo, Mode::S_IRWXU).unwrap();
        check(&read(Path::new("/dev/zero")), &expect!["failed to read file `/dev/zero`: it is not a regular file"]);
        check(&read_up_to(&fifo, 1), &expect!["it is not a regular file"]);
        check(&read_up_to(folder.path(), 1), &expect!["it is not a regular file"]);
    }

    fn check(result: &io::Result<Vec<u8>>, expected: &Expect) {
        expected.assert_eq(&result.as_ref().unwrap_err().to_string());
    }
}
