//! A helper program that runs PostgreSQL in its own process, as WebAssembly. `scratch_protocol` describes how the parent uses it.
//!
//! ```text
//! scratch-embedded [--version N]
//! ```
//!
//! The engine serves one user and one connection. A proxy turns it into a server that accepts clients one after the other, each
//! in its own session. The server listens on a socket in a folder that no other user can read. All data is in memory.

mod cache_folder;
mod cluster_image;
mod engine;
mod error_response;
mod listener;
mod pg_protocol;
mod proxy;
mod session_role;

use std::{
    env,
    io::{self, Write as _},
    os::unix::ffi::OsStrExt as _,
    path::PathBuf,
    process::{self, ExitCode},
    sync::Arc,
    thread,
};

use anyhow::{Context as _, bail};
use nix::unistd::Uid;
use scratch_protocol::{Message, OwnedFolder, Prepared, Requests, Server};

use crate::{engine::MAJOR, proxy::Proxy};

/// The prefix of the names of all runs' folders. It begins like the prefix of the other backends' folders.
const PREFIX: &str = "scratch-postgres-embedded-";

fn main() -> ExitCode {
    let error = match run() {
        Ok(()) => return ExitCode::SUCCESS,
        Err(error) => error,
    };
    // The parent reads this while it waits for the server. Writing fails if the parent has ended.
    _ = writeln!(io::stderr(), "{error:#}.");
    ExitCode::FAILURE
}

fn run() -> anyhow::Result<()> {
    require_version(&env::args().skip(1).collect::<Vec<_>>())?;
    let cache = cache_folder::path()?;
    let requests = scratch_protocol::listen();
    let folder = Arc::new(create_folder()?);
    let clients = listener::listen(&folder.path().join(".s.PGSQL.5432"))?;
    exit_when_stopped(requests, Arc::clone(&folder));

    let mut proxy = Proxy::new(cluster_image::start_cluster(&cache)?);
    let version = proxy.prepare(cluster_image::DATABASE, cluster_image::OWNER)?;
    let [database, owner] = [cluster_image::DATABASE, cluster_image::OWNER].map(str::to_owned);
    Message::Ready(Server {
        url: format!(
            "postgresql://{}@/{}?host={}",
            engine::SUPERUSER,
            cluster_image::MAINTENANCE,
            percent_encoded(folder.path().as_os_str().as_bytes())
        ),
        location: "within a helper program".to_owned(),
        takes_one_connection: true,
        prepared: Some(Prepared { version, database, owner }),
    })
    .print();
    // The engine is bound to this thread. `exit_when_stopped` ends the process, whatever the engine is doing.
    clients.into_iter().for_each(|client| proxy.serve(client));
    Ok(())
}

/// Checks the only option, `--version N`.
fn require_version(arguments: &[String]) -> anyhow::Result<()> {
    match arguments {
        [] => Ok(()),
        [option, version] if option == "--version" && *version == MAJOR.to_string() => Ok(()),
        [option, version] if option == "--version" => bail!(
            "The embedded PostgreSQL has version {MAJOR}, but version {version} was requested. Request version {MAJOR}, or use \
             --postgres local or --postgres container"
        ),
        _ => bail!("usage: scratch-embedded [--version {MAJOR}]"),
    }
}

/// Creates a folder for the socket. Removes the folders of killed runs first.
fn create_folder() -> anyhow::Result<OwnedFolder> {
    let mut parents = vec![env::temp_dir(), PathBuf::from("/tmp")];
    parents.dedup();
    for parent in &parents {
        OwnedFolder::take_abandoned(parent, PREFIX, Uid::effective()).for_each(|folder| _ = folder.remove());
    }
    // The maximum length of a socket's path is 104 bytes on macOS and 108 on Linux, including a NUL.
    parents.retain(|parent| parent.as_os_str().len() + PREFIX.len() + "/XXXXXX/.s.PGSQL.5432".len() < 104);
    let mut folders = parents.iter().map(|parent| OwnedFolder::create(parent, PREFIX));
    let folder = folders.find_map(Result::ok);
    folder.context("Creating a folder for the socket failed. Set TMPDIR to a writable folder with a short path")
}

/// Ends this process when it must stop the server.
#[expect(clippy::exit, reason = "the engine cannot be interrupted, and this process's memory is all that it uses")]
fn exit_when_stopped(requests: Requests, folder: Arc<OwnedFolder>) {
    thread::spawn(move || {
        requests.for_each(drop);
        process::exit(i32::from(fs_err::remove_dir_all(folder.path()).is_err()));
    });
}

fn percent_encoded(bytes: &[u8]) -> String {
    let encoded = |&byte: &u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    bytes.iter().map(encoded).collect()
}
