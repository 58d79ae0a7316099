//! A helper program: PostgreSQL within it, as WebAssembly. `scratch_protocol` says how it is spoken to.
//!
//! ```text
//! scratch-embedded [--version N]
//! ```
//!
//! The engine is one program for one user and one connection. A bridge makes a server of it that takes clients one after the
//! other, each in a session of its own, at a socket in a folder that nobody else can look into. All data is in memory.

mod bridge;
mod cache;
mod door;
mod engine;
mod image;
mod report;
mod role;
mod wire;

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

use crate::{bridge::Bridge, engine::MAJOR};

/// What the names of all folders begin with that runs make, as those of other servers of this machine's do.
const PREFIX: &str = "scratch-postgres-embedded-";

fn main() -> ExitCode {
    let error = match run() {
        Ok(()) => return ExitCode::SUCCESS,
        Err(error) => error,
    };
    // The parent reads this where it waits for the server; it may be gone.
    _ = writeln!(io::stderr(), "{error:#}.");
    ExitCode::FAILURE
}

fn run() -> anyhow::Result<()> {
    require_version(&env::args().skip(1).collect::<Vec<_>>())?;
    let cache = cache::folder()?;
    let requests = scratch_protocol::listen();
    let folder = Arc::new(create_folder()?);
    let clients = door::open(&folder.path().join(".s.PGSQL.5432"))?;
    end_with(requests, Arc::clone(&folder));

    let mut bridge = Bridge::new(image::cluster(&cache)?);
    let version = bridge.prepare(image::DATABASE, image::OWNER)?;
    let [database, owner] = [image::DATABASE, image::OWNER].map(str::to_owned);
    Message::Ready(Server {
        url: format!(
            "postgresql://{}@/{}?host={}",
            engine::SUPERUSER,
            image::MAINTENANCE,
            percent_encoded(folder.path().as_os_str().as_bytes())
        ),
        location: "within a helper program".to_owned(),
        takes_one_connection: true,
        prepared: Some(Prepared { version, database, owner }),
    })
    .print();
    // The engine is bound to this thread, and may be in the middle of anything when the end comes.
    clients.into_iter().for_each(|client| bridge.serve(client));
    Ok(())
}

/// `--version N` is all that there is to say.
fn require_version(arguments: &[String]) -> anyhow::Result<()> {
    match arguments {
        [] => Ok(()),
        [option, version] if option == "--version" && *version == MAJOR.to_string() => Ok(()),
        [option, version] if option == "--version" => bail!(
            "The embedded PostgreSQL is version {MAJOR}, and {version} was asked for. Ask for {MAJOR}, or choose \
             --postgres local or --postgres container"
        ),
        _ => bail!("usage: scratch-embedded [--version {MAJOR}]"),
    }
}

/// A folder for the socket. Those that killed runs left are removed first.
fn create_folder() -> anyhow::Result<OwnedFolder> {
    let mut places = vec![env::temp_dir(), PathBuf::from("/tmp")];
    places.dedup();
    for place in &places {
        OwnedFolder::take_abandoned(place, PREFIX, Uid::effective()).for_each(|folder| _ = folder.remove());
    }
    // The path of a socket is at most this long (104 bytes on macOS, 108 on Linux, a NUL included).
    places.retain(|place| place.as_os_str().len() + PREFIX.len() + "/XXXXXX/.s.PGSQL.5432".len() < 104);
    let mut folders = places.iter().map(|place| OwnedFolder::create(place, PREFIX));
    let folder = folders.find_map(Result::ok);
    folder.context("No folder can be made for a socket. Point TMPDIR to one with a short path that can be written to")
}

/// Ends this process when the parent does, or somebody says so.
#[expect(clippy::exit, reason = "nothing interrupts the engine, and all that it has is this process's memory")]
fn end_with(requests: Requests, folder: Arc<OwnedFolder>) {
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
