//! A helper, and a client of its server: it shares with the program what a message is, and brings no crates along.

use std::{
    env,
    io::{BufReader, Read as _, Write as _},
    os::unix::net::UnixStream,
    path::PathBuf,
    process::Command,
};

use scratch_protocol::{Helper, Server};

use crate::wire::{self, messages};

pub(crate) const OWNER: &str = "owner";
pub(crate) const SUPERUSER: &str = "postgres";
pub(crate) const DATABASE: &str = "scratch";

/// The program, with a cache that these tests share.
pub(crate) fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_scratch-embedded"));
    program.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    program
}

/// A helper with a server.
pub(crate) struct Embedded {
    pub(crate) server: Server,
    _helper: Helper,
}

impl Embedded {
    pub(crate) fn start() -> Self {
        Self::of(&mut program()).unwrap()
    }

    /// Starts a program; the error is what it has to say.
    pub(crate) fn of(program: &mut Command) -> Result<Self, String> {
        let mut helper = Helper::start(program, &[]).unwrap();
        let server = helper.wait(|_| {})?;
        Ok(Self { server, _helper: helper })
    }

    /// Connects as the owner of the database that the server comes with.
    pub(crate) fn owner(&self) -> Client {
        self.client(OWNER, DATABASE).unwrap()
    }

    /// Connects as the superuser.
    pub(crate) fn superuser(&self) -> Client {
        self.client(SUPERUSER, DATABASE).unwrap()
    }

    pub(crate) fn client(&self, role: &str, database: &str) -> Result<Client, Refusal> {
        Client::open(self.stream(), &[("user", role), ("database", database)])
    }

    pub(crate) fn stream(&self) -> UnixStream {
        UnixStream::connect(socket_folder(&self.server.url).join(".s.PGSQL.5432")).unwrap()
    }
}

/// The folder of the socket that a URL names.
pub(crate) fn socket_folder(url: &str) -> PathBuf {
    let (_, folder) = url.split_once("?host=").unwrap();
    folder.replace("%2F", "/").into()
}

/// A connection.
pub(crate) struct Client {
    stream: BufReader<UnixStream>,
}

/// What a server refuses with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) severity: String,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Client {
    /// Opens a session.
    pub(crate) fn open(mut stream: UnixStream, parameters: &[(&str, &str)]) -> Result<Self, Refusal> {
        stream.write_all(&wire::opening(parameters)).unwrap();
        let mut client = Self { stream: BufReader::new(stream) };
        client.answer().map(|_| client)
    }

    /// Runs statements, and returns the fields of all rows, each row on a line.
    pub(crate) fn run(&mut self, sql: &str) -> Result<String, Refusal> {
        self.send(&wire::query(sql))
    }

    /// Sends messages that want an answer.
    pub(crate) fn send(&mut self, packet: &[u8]) -> Result<String, Refusal> {
        // A server that has hung up says why before.
        _ = self.stream.get_mut().write_all(packet);
        self.answer()
    }

    /// Whether the server has hung up.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.stream.read(&mut [0]).is_ok_and(|read| read == 0)
    }

    fn answer(&mut self) -> Result<String, Refusal> {
        let mut rows = Vec::new();
        let mut refusal = None;
        loop {
            let mut packet = Vec::new();
            let kind = wire::read_message(&mut self.stream, &mut packet).unwrap_or_default();
            let Some(message) = messages(&packet).next() else { break };
            match kind {
                Some(b'D') => rows.push(message.row().into_iter().flatten().collect::<Vec<_>>().join(" ")),
                Some(b'E') => refusal = Some(Refusal::parse(message.body)),
                Some(b'Z') | None => break,
                Some(_) => {}
            }
        }
        refusal.map_or_else(|| Ok(rows.join("\n")), Err)
    }
}

impl Refusal {
    fn parse(body: &[u8]) -> Self {
        let field = |wanted: u8| {
            let field = body.split(|&byte| byte == 0).find(|field| field.first() == Some(&wanted))?;
            Some(String::from_utf8_lossy(&field[1..]).into_owned())
        };
        let required = |wanted: u8| field(wanted).unwrap_or_default();
        Self { severity: required(b'V'), code: required(b'C'), message: required(b'M'), hint: field(b'H') }
    }
}
