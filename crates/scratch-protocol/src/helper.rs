//! The parent's handle on a helper.

use std::{
    ffi::OsStr,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    os::unix::process::CommandExt as _,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::{Message, Server, write_field};

/// A running helper. Dropping it stops the helper and waits until the helper has cleaned up.
#[derive(Debug)]
pub struct Helper {
    process: Child,
    input: Option<ChildStdin>,
    /// Kept open because the helper can go on printing.
    output: Option<BufReader<ChildStdout>>,
}

impl Helper {
    /// Starts a helper and writes `input` to its standard input.
    pub fn start(command: &mut Command, input: &[u8]) -> io::Result<Self> {
        let mut process = command
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let output = process.stdout.take().map(BufReader::new);
        let mut helper = Self { input: process.stdin.take(), process, output };
        helper.send(|pipe| pipe.write_all(input));
        Ok(helper)
    }

    /// Waits for the server and passes the messages before that to `on_message`.
    ///
    /// # Errors
    /// The helper ended before its server was ready. The error is the helper's own text.
    pub fn wait(&mut self, mut on_message: impl FnMut(Message)) -> Result<Server, String> {
        let lines = self.output.iter_mut().flat_map(|output| output.lines().map_while(Result::ok));
        for message in lines.filter_map(|line| Message::parse(&line)) {
            match message {
                Message::Ready(server) => return Ok(server),
                other => on_message(other),
            }
        }
        let error = self.read_stderr();
        Err(if error.is_empty() { "The helper process ended without an error message.".to_owned() } else { error })
    }

    /// Sends a request.
    pub fn request(&mut self, request: &OsStr) {
        self.send(|pipe| write_field(pipe, request));
    }

    /// Stops the helper, and returns the end of its standard error: the last lines of the server's log.
    pub fn stop(&mut self) -> String {
        drop(self.input.take());
        let stderr_tail = self.read_stderr();
        _ = self.process.wait();
        stderr_tail
    }

    fn send(&mut self, write: impl FnOnce(&mut ChildStdin) -> io::Result<()>) {
        if let Some(input) = &mut self.input {
            // Writing fails only if the helper has ended, and `wait` reports why it did.
            _ = write(input);
        }
    }

    fn read_stderr(&mut self) -> String {
        let mut text = String::new();
        if let Some(mut stderr) = self.process.stderr.take() {
            _ = stderr.read_to_string(&mut text);
        }
        text.trim().to_owned()
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        drop(self.input.take());
        _ = self.process.wait();
    }
}
