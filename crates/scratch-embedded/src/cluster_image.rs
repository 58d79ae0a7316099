//! The image of a cluster: an archive of its files, from which later runs start.
//!
//! `initdb` takes most of the time of a first start. So the files of the prepared cluster are stored in the user's cache. The
//! engine calls such an image a seed and requires metadata about its origin. SQL is the only way to read the engine's files.

use std::{fmt::Write as _, io::Write as _, path::Path};

use anyhow::{Context as _, anyhow};
use oliphaunt_wasix::session::ClusterSeed;
use sha2::{Digest as _, Sha256};
use sql_script::literal;

use crate::{
    engine::{Cluster, MAJOR, Session},
    error_response::ErrorResponse,
    session_role,
};

/// The version of the engine's crate, which the engine compares with the version in the image.
const ENGINE: &str = "0.3.2";

/// The database of every cluster, and its owner, which has no other rights.
pub(crate) const DATABASE: &str = "scratch";
pub(crate) const OWNER: &str = "owner";

/// The database from which to create other databases. It is their template too.
pub(crate) const MAINTENANCE: &str = "template1";

/// The name that `initdb` gives to the later [`DATABASE`].
const INITIAL: &str = "postgres";

/// The statements that prepare a new cluster. Fewer databases make a smaller image.
const SET_UP: [&str; 6] = [
    "CREATE ROLE owner LOGIN",
    "UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'",
    "DROP DATABASE template0",
    "ALTER DATABASE postgres RENAME TO scratch",
    "ALTER DATABASE scratch OWNER TO owner",
    "CHECKPOINT",
];

/// Lists all folders and files, except the files of the current run and of dropped databases. The columns are the path and the
/// size, which is NULL for a folder.
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

/// The prefix of the names of images.
const PREFIX: &str = "cluster-";

/// The number of bytes of a file that one query reads.
const CHUNK: u64 = 1 << 20;

/// Starts a cluster from the image in the cache. Creates the image if it is missing or damaged.
pub(crate) fn start_cluster(cache: &Path) -> anyhow::Result<Cluster> {
    let file = cache.join(file_name());
    if let Some(cluster) = read(&file).and_then(|seed| Cluster::start(Some(seed)).ok()) {
        return Ok(cluster);
    }
    let cluster = Cluster::start(None)?;
    let image = set_up(&cluster).and_then(|mut session| create_image(&cluster, &mut session));
    let image = image.map_err(|error| anyhow!("preparing the engine failed: {}", error.summary()))?;
    // If storing fails, for lack of space or permission, the next run creates the image again.
    _ = store(&file, &image?);
    Ok(cluster)
}

/// The name of the image's file: a hash of everything that determines its content.
fn file_name() -> String {
    let mut hash = Sha256::new();
    let parts = [ENGINE, env!("CARGO_PKG_VERSION"), FILES, session_role::CLUSTER_SETUP, session_role::DATABASE_SETUP];
    for part in parts.iter().chain(&SET_UP) {
        hash.update(part);
        hash.update([0]);
    }
    format!("{PREFIX}{}", &hex(&hash.finalize())[..16])
}

/// Prepares a new cluster, and returns a session for reading its files.
fn set_up(cluster: &Cluster) -> Result<Session, ErrorResponse> {
    let mut session = cluster.open(INITIAL)?;
    session.run(session_role::CLUSTER_SETUP)?;
    session.run(session_role::DATABASE_SETUP)?;
    drop(session);
    let mut session = cluster.open(MAINTENANCE)?;
    session.run(session_role::DATABASE_SETUP)?;
    for statement in SET_UP {
        session.run(statement)?;
    }
    Ok(session)
}

/// Reads all files of the cluster. They do not change, because no other session is open.
fn create_image(cluster: &Cluster, session: &mut Session) -> Result<anyhow::Result<Vec<u8>>, ErrorResponse> {
    let mut files = Vec::new();
    for row in session.run(FILES)? {
        let [Some(path), size] = row.as_slice() else { continue };
        let size = size.as_ref().map(|size| size.parse().unwrap_or(0));
        files.push((path.clone(), size.map(|size| read_file(session, path, size)).transpose()?));
    }
    Ok(pack(cluster, &files))
}

fn read_file(session: &mut Session, path: &str, size: u64) -> Result<Vec<u8>, ErrorResponse> {
    let mut content = Vec::new();
    for offset in (0..size).step_by(CHUNK as usize) {
        let rows = session.run(&format!("SELECT pg_read_binary_file({}, {offset}, {CHUNK})", literal(path)))?;
        let chunk = rows.first().and_then(|row| row.first()?.as_deref()?.strip_prefix("\\x")).unwrap_or_default();
        let digit = |digit: u8| if digit < b'a' { digit - b'0' } else { digit - b'a' + 10 };
        content.extend(chunk.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])));
    }
    Ok(content)
}

/// Encodes an image: the metadata of the seed on one line, and the files in an archive.
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

/// Reads the seed from a file that [`store`] wrote. The engine verifies its checksum.
fn read(file: &Path) -> Option<ClusterSeed> {
    let image = fs_err::read(file).ok()?;
    let end = image.iter().position(|&byte| byte == b'\n')?;
    Some(ClusterSeed::new(&image[end + 1..], &image[..end]))
}

/// Writes the image, and removes images of other versions and unfinished ones.
fn store(file: &Path, image: &[u8]) -> anyhow::Result<()> {
    let folder = file.parent().context("the image has no parent folder")?;
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
