//! What a helper says on standard output.

use std::{
    fmt,
    io::{self, Write as _},
};

const URL: &str = "postgresql://";

/// A line of what a helper says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Something that a person may want to know.
    Note(String),
    /// How far it has come with what takes long: the text replaces the one before.
    Progress(String),
    /// The server takes connections. This is the last line.
    Ready(Server),
}

/// A server that takes connections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// A superuser's URL, `postgresql://...`, password included.
    pub url: String,
    /// Where it is, to follow the words `PostgreSQL 17.6`: `in a container of postgres:17`.
    pub place: String,
    /// Whether it can only take one connection at a time.
    pub takes_one_connection: bool,
    /// What it has prepared, if anything.
    pub prepared: Option<Prepared>,
}

/// What a server comes with, so that nobody has to connect to it before there is work to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// Its version, such as `18.4`.
    pub version: String,
    /// An empty database.
    pub database: String,
    /// The role that the database belongs to, and that can do nothing beyond that.
    pub owner: String,
}

impl Line {
    /// Says the line. When the parent is gone there is nobody to hear it, and the end of standard input tells.
    pub fn say(&self) {
        let mut output = io::stdout();
        _ = writeln!(output, "{self}").and_then(|()| output.flush());
    }

    /// Understands a line; one that the helper's runtime or a test program printed by itself is none of these.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        match line.split_once('\t') {
            Some(("note", text)) => Some(Self::Note(text.to_owned())),
            Some(("progress", text)) => Some(Self::Progress(text.to_owned())),
            // A test program can have begun the line with the name of the test.
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
                Some(("place", place)) => server.place = place.to_owned(),
                Some(("connections", "1")) => server.takes_one_connection = true,
                Some(("prepared", words)) => server.prepared = Prepared::parse(words),
                _ => {}
            }
        }
        server
    }
}

impl Prepared {
    fn parse(words: &str) -> Option<Self> {
        let mut words = words.split(' ').map(str::to_owned);
        Some(Self { version: words.next()?, database: words.next()?, owner: words.next()? })
    }
}

/// One line: a kind and its text, or a URL and what is to be known of the server, each after a tab.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one_line = |text: &str| text.replace(['\n', '\t'], " ");
        match self {
            Self::Note(text) => write!(f, "note\t{}", one_line(text)),
            Self::Progress(text) => write!(f, "progress\t{}", one_line(text)),
            Self::Ready(Server { url, place, takes_one_connection, prepared }) => {
                f.write_str(url)?;
                if !place.is_empty() {
                    write!(f, "\tplace={}", one_line(place))?;
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

    fn check(line: &Line, expected: &Expect) {
        let text = line.to_string();
        expected.assert_eq(&text.replace('\t', "<tab>"));
        assert_eq!(Line::parse(&text).as_ref(), Some(line));
    }

    #[test]
    fn a_line_is_understood() {
        check(&Line::Note("it begins".to_owned()), &expect!["note<tab>it begins"]);
        check(&Line::Progress("34 %".to_owned()), &expect!["progress<tab>34 %"]);
        let url = "postgresql://postgres:s3cret@127.0.0.1:1/postgres".to_owned();
        let server = Server { url, ..Server::default() };
        check(&Line::Ready(server.clone()), &expect!["postgresql://postgres:s3cret@127.0.0.1:1/postgres"]);
        let [version, database, owner] = ["18.4", "scratch", "owner"].map(str::to_owned);
        let server = Server {
            place: "in a container of postgres:17".to_owned(),
            takes_one_connection: true,
            prepared: Some(Prepared { version, database, owner }),
            ..server
        };
        check(
            &Line::Ready(server.clone()),
            &expect![[
                "postgresql://postgres:s3cret@127.0.0.1:1/postgres<tab>place=in a container of postgres:17<tab>connections=1<tab>prepared=18.4 scratch owner"
            ]],
        );
        let after_a_test = format!("test guardian ... {}\tnew=fact", Line::Ready(server.clone()));
        assert_eq!(Line::parse(&after_a_test), Some(Line::Ready(server)));
    }

    #[test]
    fn what_something_else_printed_is_passed_over() {
        for line in ["", "running 1 test", "notes\tx"] {
            assert_eq!(Line::parse(line), None);
        }
    }

    #[test]
    fn a_text_stays_on_its_line() {
        assert_eq!(Line::Note("a\nb\tc".to_owned()).to_string(), "note\ta b c");
    }
}
