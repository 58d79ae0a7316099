//! Tests a program whose own `main` becomes the guardian. The guardian cleans up when it receives SIGTERM.

#![allow(clippy::print_stdout, reason = "it prints why it is skipped")]

use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use scratch_postgres::{Choice, Error, Options, Server, guardian};

fn main() {
    guardian::main_if_reentered();
    let options = Options { choice: Choice::Local, ..Options::default() };
    let server = match Server::start(&options, &mut ()) {
        Err(error @ Error::NotInstalled { .. }) => return println!("skipped: {error}"),
        server => server.expect("a server"),
    };
    let url = server.create_database().expect("a database").url().expose();
    let (_, folder) = url.split_once("?host=").expect("a folder");
    let state = fs::read_to_string(format!("{folder}/data/postmaster.pid")).expect("the state of the server");
    let server_process = state.lines().next().expect("the process of the server");
    let output = Command::new("ps").args(["-o", "ppid=", "-p", server_process]).output().expect("a list of processes");
    let guardian = String::from_utf8_lossy(&output.stdout).trim().parse().expect("the number of the guardian");
    kill(Pid::from_raw(guardian), Signal::SIGTERM).expect("SIGTERM is sent");
    let deadline = Instant::now() + Duration::from_secs(30);
    while fs::exists(folder).expect("the state of the folder") {
        assert!(Instant::now() < deadline, "{folder} is left");
        thread::sleep(Duration::from_millis(5));
    }
    println!("ok");
}
