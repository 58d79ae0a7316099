//! The messages that a helper prints on standard output.

use std::{
    fmt,
    io::{self, Write as _},
};

const URL: &str = "postgresql://";

/// A message of a helper, which is one line of its standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Information for the user.
    Note(String),
    /// The progress of a long operation. It replaces the previous progress text.
    Progress(String),
    /// The server accepts connections. This is the last message.
    Ready(Server),
}

/// A server that accepts connections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// The URL of a superuser, `postgresql://...`, password included.
    pub url: String,
    /// Where the server runs, as a phrase after `PostgreSQL 17.6`: `in a container of postgres:17`.
    pub location: String,
    /// Whether the server accepts only one connection at a time.
    pub takes_one_connection: bool,
    /// The database that the server has prepared.
    pub prepared: Option<Prepared>,
}

/// A database that a server creates before it is ready. It saves its user a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The version of the server, such as `18.4`.
    pub version: String,
    /// The name of the database, which is empty.
    pub database: String,
    /// The role that owns the database. It has no other rights.
    pub owner: String,
}

impl Message {
    /// Prints the message. Printing fails only if the parent has ended, and then standard input ends too.
    pub fn print(&self) {
        let mut output = io::stdout();
        _ = writeln!(output, "{self}").and_then(|()| output.flush());
    }

    /// Parses a line; `None` for a line that the helper's runtime or a test harness has printed.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        match line.split_once('\t') {
            Some(("note", text)) => Some(Self::Note(text.to_owned())),
            Some(("progress", text)) => Some(Self::Progress(text.to_owned())),
            // A test harness can have begun the line with the name of the test.
            _ => Some(Self::Ready(Server::parse(&line[line.find(URL)?..]))),
        }
    }
}

impl Server {
    fn parse(line: &str) -> Self {
        let mut fields = line.split('\t');
        let mut server = Self { url: fields.next().unwrap_or_default().to_owned(), ..Self::default() };
        for fact in fields {
            match fact.split_once('=') {
                Some(("location", location)) => server.location = location.to_owned(),
                Some(("connections", "1")) => server.takes_one_connection = true,
                Some(("prepared", value)) => server.prepared = Prepared::parse(value),
                _ => {}
            }
        }
        server
    }
}

impl Prepared {
    fn parse(value: &str) -> Option<Self> {
        let mut words = value.split(' ').map(str::to_owned);
        Some(Self { version: words.next()?, database: words.next()?, owner: words.next()? })
    }
}

/// One line: `note` or `progress`, a tab and the text, or the URL of the server and its facts, each after a tab.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one_line = |text: &str| text.replace(['\n', '\t'], " ");
        match self {
            Self::Note(text) => write!(f, "note\t{}", one_line(text)),
            Self::Progress(text) => write!(f, "progress\t{}", one_line(text)),
            Self::Ready(Server { url, location, takes_one_connection, prepared }) => {
                f.write_str(url)?;
                if !location.is_empty() {
                    write!(f, "\tlocation={}", one_line(location))?;
                }
                if *takes_one_connection {
                    f.write_str("\tconnections=1")?;
                }
                match prepared {
                    Some(Prepared { version, database, owner }) => {
                        write!(f, "\tprepared={version} {database} {owner}")
                    }
                    None => Ok(()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(line: &Message, expected: &Expect) {
        let text = line.to_string();
        expected.assert_eq(&text.replace('\t', "<tab>"));
        assert_eq!(Message::parse(&text).as_ref(), Some(line));
    }

    #[test]
    fn a_message_is_parsed() {
        check(&Message::Note("it starts".to_owned()), &expect!["note<tab>it starts"]);
        check(&Message::Progress("34 %".to_owned()), &expect!["progress<tab>34 %"]);
        let url = "postgresql://postgres:s3cret@127.0.0.1:1/postgres".to_owned();
        let server = Server { url, ..Server::default() };
        check(&Message::Ready(server.clone()), &expect!["postgresql://postgres:s3cret@127.0.0.1:1/postgres"]);
        let [version, database, owner] = ["18.4", "scratch", "owner"].map(str::to_owned);
        let server = Server {
            location: "in a container of postgres:17".to_owned(),
            takes_one_connection: true,
            prepared: Some(Prepared { version, database, owner }),
            ..server
        };
        check(
            &Message::Ready(server.clone()),
            &expect![[
                "postgresql://postgres:s3cret@127.0.0.1:1/postgres<tab>location=in a container of postgres:17<tab>connections=1<tab>prepared=18.4 scratch owner"
            ]],
        );
        let after_a_test = format!("test guardian ... {}\tnew=fact", Message::Ready(server.clone()));
        assert_eq!(Message::parse(&after_a_test), Some(Message::Ready(server)));
    }

    #[test]
    fn output_of_other_programs_is_skipped() {
        for line in ["", "running 1 test", "notes\tx"] {
            assert_eq!(Message::parse(line), None);
        }
    }

    #[test]
    fn a_message_is_one_line() {
        assert_eq!(Message::Note("a\nb\tc".to_owned()).to_string(), "note\ta b c");
    }
}
