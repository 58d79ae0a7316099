//! A helper and a client of its server. The client shares the encoding of messages with the program and needs no other crate.

use std::{
    env,
    io::{BufReader, Read as _, Write as _},
    os::unix::net::UnixStream,
    path::PathBuf,
    process::Command,
};

use scratch_protocol::{Helper, Server};

use crate::pg_protocol::{self, messages};

pub(crate) const OWNER: &str = "owner";
pub(crate) const SUPERUSER: &str = "postgres";
pub(crate) const DATABASE: &str = "scratch";

/// The program, with a cache folder that the tests share.
pub(crate) fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_scratch-embedded"));
    program.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    program
}

/// A running helper with its server.
pub(crate) struct Embedded {
    pub(crate) server: Server,
    _helper: Helper,
}

impl Embedded {
    pub(crate) fn start() -> Self {
        Self::start_program(&mut program()).unwrap()
    }

    /// Starts a program. The error is the text that it prints.
    pub(crate) fn start_program(program: &mut Command) -> Result<Self, String> {
        let mut helper = Helper::start(program, &[]).unwrap();
        let server = helper.wait(|_| {})?;
        Ok(Self { server, _helper: helper })
    }

    /// Connects to the prepared database as its owner.
    pub(crate) fn owner(&self) -> Client {
        self.client(OWNER, DATABASE).unwrap()
    }

    /// Connects as the superuser.
    pub(crate) fn superuser(&self) -> Client {
        self.client(SUPERUSER, DATABASE).unwrap()
    }

    pub(crate) fn client(&self, role: &str, database: &str) -> Result<Client, Rejection> {
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

/// An error response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) severity: String,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Client {
    /// Opens a session.
    pub(crate) fn open(mut stream: UnixStream, parameters: &[(&str, &str)]) -> Result<Self, Rejection> {
        stream.write_all(&pg_protocol::startup(parameters)).unwrap();
        let mut client = Self { stream: BufReader::new(stream) };
        client.answer().map(|_| client)
    }

    /// Runs statements, and returns the fields of all rows, each row on a line.
    pub(crate) fn run(&mut self, sql: &str) -> Result<String, Rejection> {
        self.send(&pg_protocol::query(sql))
    }

    /// Sends messages and reads the answer. The last message must be one that the server answers.
    pub(crate) fn send(&mut self, packet: &[u8]) -> Result<String, Rejection> {
        // If the server has disconnected, its reason is still readable.
        _ = self.stream.get_mut().write_all(packet);
        self.answer()
    }

    /// Whether the server has disconnected.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.stream.read(&mut [0]).is_ok_and(|read| read == 0)
    }

    fn answer(&mut self) -> Result<String, Rejection> {
        let mut rows = Vec::new();
        let mut rejection = None;
        loop {
            let mut packet = Vec::new();
            let kind = pg_protocol::read_message(&mut self.stream, &mut packet).unwrap_or_default();
            let Some(message) = messages(&packet).next() else { break };
            match kind {
                Some(b'D') => rows.push(message.row().into_iter().flatten().collect::<Vec<_>>().join(" ")),
                Some(b'E') => rejection = Some(Rejection::parse(message.body)),
                Some(b'Z') | None => break,
                Some(_) => {}
            }
        }
        rejection.map_or_else(|| Ok(rows.join("\n")), Err)
    }
}

impl Rejection {
    fn parse(body: &[u8]) -> Self {
        let field = |wanted: u8| {
            let field = body.split(|&byte| byte == 0).find(|field| field.first() == Some(&wanted))?;
            Some(String::from_utf8_lossy(&field[1..]).into_owned())
        };
        let required = |wanted: u8| field(wanted).unwrap_or_default();
        Self { severity: required(b'V'), code: required(b'C'), message: required(b'M'), hint: field(b'H') }
    }
}
