//! An image of a cluster: its files, for later runs to start from.
//!
//! `initdb` takes most of the time of a first start. What it and this program make is therefore kept in the user's cache. The
//! engine calls such an image a seed, and wants to know what made it. It has no other way to its files than SQL.

use std::{fmt::Write as _, io::Write as _, path::Path};

use anyhow::{Context as _, anyhow};
use oliphaunt_wasix::session::ClusterSeed;
use sha2::{Digest as _, Sha256};

use crate::{
    engine::{Cluster, MAJOR, Session},
    report::Report,
    role,
};

/// The version of the engine's crate, which goes by it.
const ENGINE: &str = "0.3.2";

/// The database that every cluster comes with, and its owner, who may do nothing beyond that.
pub(crate) const DATABASE: &str = "scratch";
pub(crate) const OWNER: &str = "owner";

/// Where to work on databases, and what new ones are copied from.
pub(crate) const MAINTENANCE: &str = "template1";

/// What `initdb` names the database that becomes [`DATABASE`].
const INITIAL: &str = "postgres";

/// The fewer databases there are, the less is to be read.
const SET_UP: [&str; 6] = [
    "CREATE ROLE owner LOGIN",
    "UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'",
    "DROP DATABASE template0",
    "ALTER DATABASE postgres RENAME TO scratch",
    "ALTER DATABASE scratch OWNER TO owner",
    "CHECKPOINT",
];

/// Every folder and file but those of one run, and those that a dropped database leaves. The first of two columns is the
/// path, and the second the size of a file.
const FILES: &str = "
    WITH RECURSIVE entry AS (
        SELECT name AS path, stat.* FROM pg_ls_dir('.') name, pg_stat_file(name) stat
        UNION ALL
        SELECT path || '/' || name, stat.*
        FROM entry, pg_ls_dir(path) name, pg_stat_file(path || '/' || name) stat
        WHERE entry.isdir
    )
    SELECT path, CASE WHEN NOT isdir THEN size END FROM entry
    WHERE path NOT LIKE 'postmaster.%' AND path NOT LIKE 'pg_stat_tmp/%'
      AND (path NOT LIKE 'base/%' OR EXISTS (SELECT FROM pg_database WHERE path || '/' LIKE 'base/' || oid || '/%'))
    ORDER BY path";

/// What the names of images begin with.
const PREFIX: &str = "cluster-";

/// How much of a file is read at once.
const CHUNK: u64 = 1 << 20;

/// Starts the cluster from its image in the cache, or makes both.
pub(crate) fn cluster(cache: &Path) -> anyhow::Result<Cluster> {
    let file = cache.join(name());
    if let Some(cluster) = read(&file).and_then(|seed| Cluster::start(Some(seed)).ok()) {
        return Ok(cluster);
    }
    let cluster = Cluster::start(None)?;
    let image = set_up(&cluster).and_then(|mut session| take(&cluster, &mut session));
    let image = image.map_err(|report| anyhow!("the engine refused to be set up: {}", report.summary()))?;
    // Whoever cannot keep it, for want of space or rights, makes it again.
    _ = keep(&file, &image?);
    Ok(cluster)
}

/// The file's name. What is in the image follows from what makes it.
fn name() -> String {
    let mut hash = Sha256::new();
    for part in [ENGINE, env!("CARGO_PKG_VERSION"), FILES, role::KEEPER, role::GUARD].iter().chain(&SET_UP) {
        hash.update(part);
        hash.update([0]);
    }
    format!("{PREFIX}{}", &hex(&hash.finalize())[..16])
}

/// Gives a new cluster its databases, and returns a session that looks at them.
fn set_up(cluster: &Cluster) -> Result<Session, Report> {
    let mut session = cluster.open(INITIAL)?;
    session.run(role::KEEPER)?;
    session.run(role::GUARD)?;
    drop(session);
    let mut session = cluster.open(MAINTENANCE)?;
    session.run(role::GUARD)?;
    for statement in SET_UP {
        session.run(statement)?;
    }
    Ok(session)
}

/// Reads all files of the cluster, none of which changes while nothing else is done.
fn take(cluster: &Cluster, session: &mut Session) -> Result<anyhow::Result<Vec<u8>>, Report> {
    let mut files = Vec::new();
    for row in session.run(FILES)? {
        let [Some(path), size] = row.as_slice() else { continue };
        let size = size.as_ref().map(|size| size.parse().unwrap_or(0));
        files.push((path.clone(), size.map(|size| read_file(session, path, size)).transpose()?));
    }
    Ok(pack(cluster, &files))
}

fn read_file(session: &mut Session, path: &str, size: u64) -> Result<Vec<u8>, Report> {
    let mut content = Vec::new();
    for offset in (0..size).step_by(CHUNK as usize) {
        let rows = session.run(&format!("SELECT pg_read_binary_file('{path}', {offset}, {CHUNK})"))?;
        let chunk = rows.first().and_then(|row| row.first()?.as_deref()?.strip_prefix("\\x")).unwrap_or_default();
        let digit = |digit: u8| if digit < b'a' { digit - b'0' } else { digit - b'a' + 10 };
        content.extend(chunk.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])));
    }
    Ok(content)
}

/// What the engine wants to know of a seed, in a line, and the files in an archive.
fn pack(cluster: &Cluster, files: &[(String, Option<Vec<u8>>)]) -> anyhow::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(zstd::Encoder::new(Vec::new(), 1)?);
    for (path, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_mode(0o700);
        header.set_entry_type(if content.is_some() { tar::EntryType::Regular } else { tar::EntryType::Directory });
        let content = content.as_deref().unwrap_or_default();
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, path, content)?;
    }
    let archive = archive.into_inner()?.finish()?;
    let engine = hex(&Sha256::digest(fs_err::read(cluster.files().join("bin/postgres"))?));
    let folders = files.iter().filter(|(_, content)| content.is_none()).count();
    let expanded: usize = files.iter().flat_map(|(_, content)| content).map(Vec::len).sum();
    let mut image = format!(
        "{{\"schema\":\"oliphaunt-cluster-seed-v1\",\"artifactRole\":\"cluster-seed-standard\",\
         \"catalogProfile\":\"standard\",\"runtime\":{{\"product\":\"liboliphaunt-wasix\",\"version\":\"{ENGINE}\",\
         \"engineFamily\":\"wasix\",\"target\":\"portable\",\"physicalFormat\":\"wasix-pg18-v1\",\
         \"postgresMajor\":{MAJOR},\"compatibilityKey\":\"wasix-pg18-datum32-v1\",\"consumerSha256\":\"{engine}\",\
         \"producerSha256\":\"{engine}\",\"initdbSha256\":\"\"}},\"source\":{{\"producer\":\"wasix-initdb\"}},\
         \"archive\":{{\"path\":\"archive\",\"sha256\":\"{}\",\"compressedBytes\":{},\"expandedBytes\":{expanded},\
         \"regularFiles\":{},\"directories\":{folders}}},\"requiredRuntimeFeatures\":[],\
         \"extensions\":{{\"selected\":[],\"startupConfiguration\":[]}},\"icu\":null}}\n",
        hex(&Sha256::digest(&archive)),
        archive.len(),
        files.len() - folders,
    )
    .into_bytes();
    image.extend(archive);
    Ok(image)
}

/// The seed in a file that [`keep`] made. The engine checks that it is whole.
fn read(file: &Path) -> Option<ClusterSeed> {
    let image = fs_err::read(file).ok()?;
    let end = image.iter().position(|&byte| byte == b'\n')?;
    Some(ClusterSeed::new(&image[end + 1..], &image[..end]))
}

/// Writes the file, and removes those of other versions and those that were never finished.
fn keep(file: &Path, image: &[u8]) -> anyhow::Result<()> {
    let folder = file.parent().context("a file without a folder")?;
    let others = fs_err::read_dir(folder)?.flatten();
    let others: Vec<_> = others.filter(|it| it.file_name().to_string_lossy().starts_with(PREFIX)).collect();
    let mut new = tempfile::Builder::new().prefix(PREFIX).tempfile_in(folder)?;
    new.write_all(image)?;
    new.persist(file)?;
    for other in others {
        if other.path() != file {
            _ = fs_err::remove_file(other.path());
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}
