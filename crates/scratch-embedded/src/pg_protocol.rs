//! The parts of PostgreSQL's frontend/backend protocol that the proxy needs.

use std::io::{self, Read, Write};

/// The request codes that can replace the protocol version in a startup packet.
const CANCEL: i32 = 80_877_102;
const SSL: i32 = 80_877_103;
const GSS: i32 = 80_877_104;

const MAJOR_VERSION: i32 = 3;

/// PostgreSQL's own limits, in bytes.
const MAX_STARTUP_LENGTH: usize = 10_000;
const MAX_MESSAGE_LENGTH: usize = 1 << 30;

/// Reads the parameters of a client's startup packet; `None` for a cancel request. Declines encryption, because the socket is
/// private.
pub(crate) fn read_startup(stream: &mut (impl Read + Write)) -> io::Result<Option<Vec<(String, String)>>> {
    loop {
        let mut body = Vec::new();
        read_body(stream, &mut body, MAX_STARTUP_LENGTH)?;
        let (_, body) = body.split_first_chunk::<4>().ok_or_else(malformed)?;
        let (code, parameters) = body.split_first_chunk::<4>().ok_or_else(malformed)?;
        match i32::from_be_bytes(*code) {
            SSL | GSS => stream.write_all(b"N")?,
            CANCEL => return Ok(None),
            version if version >> 16 == MAJOR_VERSION => return parse_parameters(parameters).map(Some),
            _ => return Err(malformed()),
        }
    }
}

/// Appends a client's next message to `packet`, and returns the type byte of the message; `None` at the end of the stream.
pub(crate) fn read_message(stream: &mut impl Read, packet: &mut Vec<u8>) -> io::Result<Option<u8>> {
    let mut kind = [0];
    if stream.read(&mut kind)? == 0 {
        return Ok(None);
    }
    packet.push(kind[0]);
    read_body(stream, packet, MAX_MESSAGE_LENGTH)?;
    Ok(Some(kind[0]))
}

/// A message from the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// The type byte.
    pub(crate) kind: u8,
    pub(crate) body: &'a [u8],
}

/// The messages in the server's output.
pub(crate) fn messages(mut bytes: &[u8]) -> impl Iterator<Item = Message<'_>> {
    std::iter::from_fn(move || {
        let (&kind, rest) = bytes.split_first()?;
        let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
        let body = rest.get(4..length)?;
        bytes = &rest[length..];
        Some(Message { kind, body })
    })
}

impl Message<'_> {
    /// The fields of a `DataRow`, as text.
    pub(crate) fn row(&self) -> Vec<Option<String>> {
        let mut fields = Vec::new();
        let mut rest = self.body.get(2..).unwrap_or_default();
        while let Some((length, bytes)) = rest.split_first_chunk() {
            let length = usize::try_from(i32::from_be_bytes(*length)).ok();
            let (field, after) = bytes.split_at(length.unwrap_or(0).min(bytes.len()));
            fields.push(length.map(|_| String::from_utf8_lossy(field).into_owned()));
            rest = after;
        }
        fields
    }
}

/// Encodes a message.
pub(crate) fn encode(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    message.extend(with_length(body));
    message
}

/// Encodes a `Query`.
pub(crate) fn query(sql: &str) -> Vec<u8> {
    encode(b'Q', &[sql.as_bytes(), b"\0"].concat())
}

/// Encodes a startup packet.
pub(crate) fn startup(parameters: &[(&str, &str)]) -> Vec<u8> {
    let mut body = (MAJOR_VERSION << 16).to_be_bytes().to_vec();
    for text in parameters.iter().flat_map(|&(name, value)| [name, value]).chain([""]) {
        body.extend_from_slice(text.as_bytes());
        body.push(0);
    }
    with_length(&body)
}

fn parse_parameters(bytes: &[u8]) -> io::Result<Vec<(String, String)>> {
    let mut texts = bytes.split(|&byte| byte == 0).map(|text| String::from_utf8(text.to_vec()));
    let mut next = || texts.next().and_then(Result::ok).ok_or_else(malformed);
    let mut parameters = Vec::new();
    loop {
        let name = next()?;
        if name.is_empty() {
            return Ok(parameters);
        }
        parameters.push((name, next()?));
    }
}

/// Appends a length and the body. The length counts its own four bytes too.
fn read_body(stream: &mut impl Read, packet: &mut Vec<u8>, max_length: usize) -> io::Result<()> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    packet.extend_from_slice(&length);
    let length = usize::try_from(i32::from_be_bytes(length)).ok().and_then(|length| length.checked_sub(4));
    let length = length.filter(|&length| length <= max_length).ok_or_else(malformed)?;
    let read = stream.take(length as u64).read_to_end(packet)?;
    if read == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn with_length(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), body].concat()
}

fn malformed() -> io::Error {
    io::ErrorKind::InvalidData.into()
}
