//! PostgreSQL's `ErrorResponse` message.

use crate::pg_protocol::{Message, encode};

/// An error in the fields of the protocol: each has a letter and a text.
#[derive(Clone, Debug)]
pub(crate) struct ErrorResponse {
    fields: Vec<(u8, String)>,
}

const HINT: u8 = b'H';

const OTHER_BACKENDS: &str = "The embedded PostgreSQL lacks some features of a full server. Use --postgres local or \
                              --postgres container.";

impl ErrorResponse {
    /// An error that ends the session.
    pub(crate) fn fatal(code: &str, text: &str) -> Self {
        let fields = [(b'S', "FATAL"), (b'V', "FATAL"), (b'C', code), (b'M', text)];
        Self { fields: fields.map(|(letter, text)| (letter, text.to_owned())).into() }
    }

    /// Parses a message; `None` if it is not an error.
    pub(crate) fn parse(message: Message<'_>) -> Option<Self> {
        let texts = message.body.split(|&byte| byte == 0).filter_map(<[u8]>::split_first);
        let fields = texts.map(|(&letter, text)| (letter, String::from_utf8_lossy(text).into_owned())).collect();
        (message.kind == b'E').then_some(Self { fields })
    }

    /// The same error with the severity that ends a session.
    pub(crate) fn into_fatal(mut self) -> Self {
        for (letter, text) in &mut self.fields {
            if matches!(letter, b'S' | b'V') {
                "FATAL".clone_into(text);
            }
        }
        self
    }

    /// Adds a hint at the other backends if a limit of the engine can be the cause.
    pub(crate) fn with_other_backends(mut self) -> Self {
        if self.can_be_a_limit() {
            match self.fields.iter_mut().find(|(letter, _)| *letter == HINT) {
                Some((_, hint)) => *hint = format!("{hint} {OTHER_BACKENDS}"),
                None => self.fields.push((HINT, OTHER_BACKENDS.to_owned())),
            }
        }
        self
    }

    /// Encodes the error as a message.
    pub(crate) fn to_message(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (letter, text) in &self.fields {
            body.push(*letter);
            body.extend_from_slice(text.as_bytes());
            body.push(0);
        }
        body.push(0);
        encode(b'E', &body)
    }

    /// The message and the SQLSTATE code.
    pub(crate) fn summary(&self) -> String {
        format!("{} ({})", self.field(b'M'), self.field(b'C'))
    }

    /// Whether a full PostgreSQL server may accept what the engine rejects: features that are not compiled in, extensions and
    /// collations that are not included, too little stack or memory, a crash.
    fn can_be_a_limit(&self) -> bool {
        match self.field(b'C') {
            "0A000" | "53000" | "53200" | "53300" | "54001" | "58P01" | "XX000" => true,
            "42704" => self.field(b'M').starts_with("collation "),
            _ => false,
        }
    }

    fn field(&self, wanted: u8) -> &str {
        self.fields.iter().find(|(letter, _)| *letter == wanted).map_or("", |(_, text)| text)
    }
}
