//! The parent's hold on a helper.

use std::{
    ffi::OsStr,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    os::unix::process::CommandExt as _,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::{Line, Server, write_field};

/// A helper, which keeps its server until this is dropped. That waits until all is cleaned up.
#[derive(Debug)]
pub struct Helper {
    process: Child,
    input: Option<ChildStdin>,
    /// Kept open for what a helper goes on to print.
    output: Option<BufReader<ChildStdout>>,
}

impl Helper {
    /// Starts the helper and writes `order`, what does not stand in its arguments, to its standard input.
    pub fn start(command: &mut Command, order: &[u8]) -> io::Result<Self> {
        let mut process = command
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let output = process.stdout.take().map(BufReader::new);
        let mut helper = Self { input: process.stdin.take(), process, output };
        helper.send(|input| input.write_all(order));
        Ok(helper)
    }

    /// Waits for the server. `hear` gets the lines before that; without a server, the error is what the helper has to say.
    pub fn wait(&mut self, mut hear: impl FnMut(Line)) -> Result<Server, String> {
        let lines = self.output.iter_mut().flat_map(|output| output.lines().map_while(Result::ok));
        for line in lines.filter_map(|line| Line::parse(&line)) {
            match line {
                Line::Ready(server) => return Ok(server),
                other => hear(other),
            }
        }
        let words = self.last_words();
        Err(if words.is_empty() { "The process that should keep it ended without a word.".to_owned() } else { words })
    }

    /// Sends a wish.
    pub fn wish(&mut self, wish: &OsStr) {
        self.send(|input| write_field(input, wish));
    }

    /// Ends the helper, and returns what it leaves to be said: the end of the server's log.
    pub fn end(&mut self) -> String {
        drop(self.input.take());
        let words = self.last_words();
        _ = self.process.wait();
        words
    }

    fn send(&mut self, write: impl FnOnce(&mut ChildStdin) -> io::Result<()>) {
        if let Some(input) = &mut self.input {
            // A helper that cannot be written to has ended, and whoever waits for its server finds out why.
            _ = write(input);
        }
    }

    fn last_words(&mut self) -> String {
        let mut words = String::new();
        if let Some(mut errors) = self.process.stderr.take() {
            _ = errors.read_to_string(&mut words);
        }
        words.trim().to_owned()
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        drop(self.input.take());
        _ = self.process.wait();
    }
}
