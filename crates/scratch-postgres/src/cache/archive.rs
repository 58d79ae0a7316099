//! A data folder packed into one file: creating a thousand small files is slow on disks and fast in shared memory.
//!
//! The file has the contents of the files, an index, the index's offset, and a mark at the end. A truncated file has no
//! mark.

use std::{
    fmt::Write as _,
    fs::{DirBuilder, File},
    io::{self, BufWriter, Write},
    os::unix::fs::{DirBuilderExt as _, FileExt as _},
    path::Path,
    thread,
};

const MARK: &[u8; 8] = b"scratch\n";
const TRAILER: usize = size_of::<u64>() + MARK.len();

/// Packs the folder into the file.
pub(crate) fn pack(folder: &Path, file: &File) -> io::Result<()> {
    let mut packer = Packer { file: BufWriter::with_capacity(1 << 20, file), length: 0, index: String::new() };
    packer.add(folder, "")?;
    let Packer { mut file, length, index } = packer;
    file.write_all(index.as_bytes())?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(MARK)?;
    file.flush()
}

/// Unpacks the file into `folder`, which must not exist yet.
pub(crate) fn unpack(file: &File, folder: &Path) -> io::Result<()> {
    let index = read_index(file)?;
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
    /// The path; the path of a folder ends in a slash.
    path: &'a str,
}

impl<'a> Entry<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.splitn(4, ' ');
        Some(Self {
            offset: fields.next()?.parse().ok()?,
            stored: fields.next()?.parse().ok()?,
            length: fields.next()?.parse().ok()?,
            path: fields.next()?,
        })
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
                self.add_entry(0, 0, &format!("{path}/"));
                self.add(&entry.path(), &format!("{path}/"))?;
            } else {
                let content = fs_err::read(entry.path())?;
                let stored = content.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
                self.add_entry(stored, content.len(), &path);
                self.file.write_all(&content[..stored])?;
                self.length += stored as u64;
            }
        }
        Ok(())
    }

    fn add_entry(&mut self, stored: usize, length: usize, path: &str) {
        // Writing to a string cannot fail.
        _ = writeln!(self.index, "{} {stored} {length} {path}", self.length);
    }
}

fn read_index(file: &File) -> io::Result<String> {
    let end = file.metadata()?.len().checked_sub(TRAILER as u64).ok_or_else(damaged)?;
    let mut trailer = [0; TRAILER];
    file.read_exact_at(&mut trailer, end)?;
    let (start, mark) = trailer.split_at(size_of::<u64>());
    let start = start.try_into().map(u64::from_le_bytes).map_err(|_| damaged())?;
    let length = end.checked_sub(start).filter(|_| mark == MARK).ok_or_else(damaged)?;
    let mut index = vec![0; usize::try_from(length).map_err(|_| damaged())?];
    file.read_exact_at(&mut index, start)?;
    String::from_utf8(index).map_err(|_| damaged())
}

fn unpack_files(archive: &File, entries: &[&Entry<'_>], folder: &Path) -> io::Result<()> {
    let mut content = Vec::new();
    for entry in entries {
        content.resize(entry.stored, 0);
        archive.read_exact_at(&mut content, entry.offset)?;
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
        pack(&from, &file).unwrap();
        unpack(&file, &to).unwrap();
        for (path, content) in contents {
            assert_eq!(fs_err::read(to.join(path)).unwrap(), content);
        }
        assert!(to.join("empty").is_dir());
    }

    #[test]
    fn a_truncated_file_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let file = tempfile::tempfile().unwrap();
        fs_err::write(folder.path().join("file"), "content").unwrap();
        pack(folder.path(), &file).unwrap();
        let length = file.metadata().unwrap().len();
        for cut in [length - 1, 3, 0] {
            file.set_len(cut).unwrap();
            let error = unpack(&file, &folder.path().join("to")).unwrap_err();
            assert_eq!(error.to_string(), "the cached data folder is damaged");
        }
    }
}
