//! A data folder packed into one file: creating a thousand small files is slow on disks and fast in shared memory.
//!
//! The file has the contents of the files, an index with their digests, the index's offset, the digest of the index and the key,
//! and a mark at the end. Unpacking verifies all of them, so that a damaged, renamed or forged file is never used.

use std::{
    fmt::Write as _,
    fs::{DirBuilder, File},
    io::{self, BufWriter, Write},
    os::unix::fs::{DirBuilderExt as _, FileExt as _},
    path::{Component, Path},
    thread,
};

use sha2::{Digest as _, Sha256};

use crate::sha256::hex;

/// The mark at the end of an entry. It changes with the format.
pub(super) const MARK: &[u8; 8] = b"scratch2";
/// The length of a digest as text.
const DIGEST: usize = 64;
const TRAILER: usize = size_of::<u64>() + DIGEST + MARK.len();

/// The limit of a file in the data folder. A forged length could otherwise fill the disk.
const MAX_LENGTH: u64 = 1 << 30;

/// Packs the folder into the file of the entry `key`.
pub(crate) fn pack(folder: &Path, file: &File, key: &str) -> io::Result<()> {
    let mut packer = Packer { file: BufWriter::with_capacity(1 << 20, file), length: 0, index: String::new() };
    packer.add(folder, "")?;
    let Packer { mut file, length, index } = packer;
    file.write_all(index.as_bytes())?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(digest(&[key.as_bytes(), index.as_bytes()]).as_bytes())?;
    file.write_all(MARK)?;
    file.flush()
}

/// Unpacks the file of the entry `key` into `folder`, which must not exist yet.
pub(crate) fn unpack(file: &File, folder: &Path, key: &str) -> io::Result<()> {
    let index = read_index(file, key)?;
    let entries = index.lines().map(Entry::parse).collect::<Option<Vec<_>>>().ok_or_else(damaged)?;
    // The server refuses a data folder that other users can read.
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder.create(folder)?;
    let (folders, files): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| entry.path.ends_with('/'));
    for entry in folders {
        builder.create(folder.join(entry.path))?;
    }
    let (first_half, second_half) = files.split_at(files.len() / 2);
    thread::scope(|scope| {
        let second_half = scope.spawn(|| unpack_files(file, second_half, folder));
        unpack_files(file, first_half, folder)?;
        second_half.join().unwrap_or_else(|_| Err(damaged()))
    })
}

/// A file or folder in the index.
struct Entry<'a> {
    /// The offset of the content in the archive.
    offset: u64,
    /// The stored length of the content. The rest is zeros: write-ahead logs have megabytes of them.
    stored: usize,
    /// The length of the file.
    length: u64,
    /// The digest of the stored content; empty for a folder.
    digest: &'a str,
    /// The path; the path of a folder ends in a slash.
    path: &'a str,
}

impl<'a> Entry<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.splitn(5, ' ');
        let entry = Self {
            offset: fields.next()?.parse().ok()?,
            stored: fields.next()?.parse().ok()?,
            length: fields.next()?.parse().ok()?,
            digest: fields.next()?,
            path: fields.next()?,
        };
        let is_inside = Path::new(entry.path).components().all(|part| matches!(part, Component::Normal(_)));
        (is_inside && entry.stored as u64 <= entry.length && entry.length <= MAX_LENGTH).then_some(entry)
    }
}

struct Packer<'a> {
    file: BufWriter<&'a File>,
    length: u64,
    index: String,
}

impl Packer<'_> {
    fn add(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in fs_err::read_dir(folder)? {
            let entry = entry?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.add_entry(&[], 0, &format!("{path}/"));
                self.add(&entry.path(), &format!("{path}/"))?;
            } else {
                let content = fs_err::read(entry.path())?;
                let stored = content.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
                self.add_entry(&content[..stored], content.len(), &path);
                self.file.write_all(&content[..stored])?;
                self.length += stored as u64;
            }
        }
        Ok(())
    }

    fn add_entry(&mut self, stored: &[u8], length: usize, path: &str) {
        let digest = digest(&[stored]);
        // Writing to a string cannot fail.
        _ = writeln!(self.index, "{} {} {length} {digest} {path}", self.length, stored.len());
    }
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash)
}

fn read_index(file: &File, key: &str) -> io::Result<String> {
    let end = file.metadata()?.len().checked_sub(TRAILER as u64).ok_or_else(damaged)?;
    let mut trailer = [0; TRAILER];
    file.read_exact_at(&mut trailer, end)?;
    let (start, rest) = trailer.split_at(size_of::<u64>());
    let (index_digest, mark) = rest.split_at(DIGEST);
    let start = start.try_into().map(u64::from_le_bytes).map_err(|_| damaged())?;
    let length = end.checked_sub(start).filter(|_| mark == MARK).ok_or_else(damaged)?;
    let mut index = vec![0; usize::try_from(length).map_err(|_| damaged())?];
    file.read_exact_at(&mut index, start)?;
    if digest(&[key.as_bytes(), &index]).as_bytes() != index_digest {
        return Err(damaged());
    }
    String::from_utf8(index).map_err(|_| damaged())
}

fn unpack_files(archive: &File, entries: &[&Entry<'_>], folder: &Path) -> io::Result<()> {
    let mut content = Vec::new();
    for entry in entries {
        content.resize(entry.stored, 0);
        archive.read_exact_at(&mut content, entry.offset)?;
        if digest(&[&content]) != entry.digest {
            return Err(damaged());
        }
        let mut file = File::create_new(folder.join(entry.path))?;
        file.write_all(&content)?;
        if entry.length > entry.stored as u64 {
            file.set_len(entry.length)?;
        }
    }
    Ok(())
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the cached data folder is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacking_restores_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs_err::create_dir_all(from.join("base/1")).unwrap();
        fs_err::create_dir(from.join("empty")).unwrap();
        let contents = [("base/1/10", &b"\0rows\0\0"[..]), ("zeros", &[0; 5]), ("nothing", b""), ("more", b"more")];
        for (path, content) in contents {
            fs_err::write(from.join(path), content).unwrap();
        }
        let file = tempfile::tempfile().unwrap();
        pack(&from, &file, "key").unwrap();
        unpack(&file, &to, "key").unwrap();
        for (path, content) in contents {
            assert_eq!(fs_err::read(to.join(path)).unwrap(), content);
        }
        assert!(to.join("empty").is_dir());
    }

    fn packed() -> (tempfile::TempDir, File) {
        let folder = tempfile::tempdir().unwrap();
        let file = tempfile::tempfile().unwrap();
        fs_err::create_dir(folder.path().join("base")).unwrap();
        fs_err::write(folder.path().join("base/file"), "content").unwrap();
        pack(folder.path(), &file, "key").unwrap();
        (folder, file)
    }

    fn assert_damaged(file: &File, folder: &Path, key: &str) {
        let error = unpack(file, &folder.join("to"), key).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error}");
        _ = fs_err::remove_dir_all(folder.join("to"));
    }

    #[test]
    fn a_truncated_file_is_damaged() {
        let (folder, file) = packed();
        for cut in (0..file.metadata().unwrap().len()).rev() {
            file.set_len(cut).unwrap();
            assert_damaged(&file, folder.path(), "key");
        }
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let (folder, file) = packed();
        for at in 0..file.metadata().unwrap().len() {
            let mut byte = [0];
            file.read_exact_at(&mut byte, at).unwrap();
            file.write_all_at(&[byte[0] ^ 1], at).unwrap();
            assert_damaged(&file, folder.path(), "key");
            file.write_all_at(&byte, at).unwrap();
        }
        unpack(&file, &folder.path().join("to"), "key").unwrap();
    }

    #[test]
    fn a_file_under_the_name_of_another_entry_is_damaged() {
        let (folder, file) = packed();
        assert_damaged(&file, folder.path(), "another key");
    }

    #[test]
    fn a_forged_index_cannot_leave_the_folder() {
        let forged = |path: &str, length: u64| {
            let file = tempfile::tempfile().unwrap();
            let index = format!("0 0 {length} {} {path}\n", digest(&[&[]]));
            file.write_all_at(index.as_bytes(), 0).unwrap();
            let trailer = [&0_u64.to_le_bytes()[..], digest(&[b"key", index.as_bytes()]).as_bytes(), MARK].concat();
            file.write_all_at(&trailer, index.len() as u64).unwrap();
            file
        };
        let folder = tempfile::tempdir().unwrap();
        for path in ["../x", "/tmp/x", "a/../../x", "a/../../x/"] {
            assert_damaged(&forged(path, 0), folder.path(), "key");
        }
        assert_damaged(&forged("x", 1 << 40), folder.path(), "key");
        unpack(&forged("x", 5), &folder.path().join("to"), "key").unwrap();
    }
}
