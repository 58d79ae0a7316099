//! Errors as the server reports them.

use crate::wire::{Message, message};

/// What is wrong, in the protocol's fields: each a letter and a text.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    fields: Vec<(u8, String)>,
}

const HINT: u8 = b'H';

const OTHER_BACKENDS: &str = "The embedded PostgreSQL lacks some of what others have. Try --postgres local or \
                              --postgres container.";

impl Report {
    /// The end of a session, before its time.
    pub(crate) fn fatal(code: &str, text: &str) -> Self {
        let fields = [(b'S', "FATAL"), (b'V', "FATAL"), (b'C', code), (b'M', text)];
        Self { fields: fields.map(|(letter, text)| (letter, text.to_owned())).into() }
    }

    /// The report in a message, if it holds one.
    pub(crate) fn parse(message: Message<'_>) -> Option<Self> {
        let texts = message.body.split(|&byte| byte == 0).filter_map(<[u8]>::split_first);
        let fields = texts.map(|(&letter, text)| (letter, String::from_utf8_lossy(text).into_owned())).collect();
        (message.kind == b'E').then_some(Self { fields })
    }

    /// The same report about the session as a whole.
    pub(crate) fn into_fatal(mut self) -> Self {
        for (letter, text) in &mut self.fields {
            if matches!(letter, b'S' | b'V') {
                "FATAL".clone_into(text);
            }
        }
        self
    }

    /// Names the backends to use instead, if this can be the engine's doing.
    pub(crate) fn with_other_backends(mut self) -> Self {
        if self.is_a_limit() {
            match self.fields.iter_mut().find(|(letter, _)| *letter == HINT) {
                Some((_, hint)) => *hint = format!("{hint} {OTHER_BACKENDS}"),
                None => self.fields.push((HINT, OTHER_BACKENDS.to_owned())),
            }
        }
        self
    }

    /// The message that carries the report.
    pub(crate) fn to_message(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (letter, text) in &self.fields {
            body.push(*letter);
            body.extend_from_slice(text.as_bytes());
            body.push(0);
        }
        body.push(0);
        message(b'E', &body)
    }

    /// What it says, and its code.
    pub(crate) fn summary(&self) -> String {
        format!("{} ({})", self.field(b'M'), self.field(b'C'))
    }

    /// Whether a server with all of PostgreSQL may take what this one refuses: features that are not compiled in, extensions
    /// and collations that it does not bring along, too little stack or memory, a crash.
    fn is_a_limit(&self) -> bool {
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
