//! Nothing is left behind, however the program or its helper ends.

use std::{
    env, fs,
    io::{self, BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::client::{Embedded, socket_folder};

const ENDING: &str = "SCRATCH_EMBEDDED_TEST_ENDING";

/// Not a test but the program under test, which the tests below start.
#[expect(clippy::exit, reason = "the test covers this way to end")]
#[test]
fn parent() {
    let Some(ending) = env::var_os(ENDING) else { return };
    let embedded = Embedded::start();
    let mut owner = embedded.owner();
    println!("at {}", embedded.server.url);
    if ending == "busy" {
        owner.run("SELECT pg_sleep(600)").unwrap();
    }
    io::stdin().read_line(&mut String::new()).unwrap();
    match ending.to_str() {
        Some("panic") => panic!("requested by the test"),
        Some("exit") => process::exit(3),
        _ => {}
    }
}

#[test]
fn nothing_is_left_when_the_program_ends_by_itself() {
    for ending in ["return", "panic", "exit"] {
        let mut program = Program::start(ending);
        writeln!(program.process.stdin.take().unwrap()).unwrap();
        program.process.wait().unwrap();
        program.leaves_nothing();
    }
}

#[test]
fn nothing_is_left_when_the_program_is_killed() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGQUIT, Signal::SIGHUP, Signal::SIGKILL] {
        let mut program = Program::start("signal");
        program.end(signal);
        program.leaves_nothing();
    }
}

#[test]
fn nothing_is_left_when_the_helper_is_terminated() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGQUIT, Signal::SIGHUP] {
        let mut program = Program::start("signal");
        kill(program.helper, signal).unwrap();
        program.leaves_nothing();
        program.end(Signal::SIGKILL);
    }
}

#[test]
fn nothing_is_left_of_an_endless_query() {
    let mut program = Program::start("busy");
    program.end(Signal::SIGKILL);
    program.leaves_nothing();
}

#[test]
fn the_next_run_removes_the_folder_of_a_killed_helper() {
    let mut program = Program::start("signal");
    kill(program.helper, Signal::SIGKILL).unwrap();
    program.end(Signal::SIGKILL);
    assert!(program.folder.exists());
    // Until the helper has ended, it holds the lock of its folder.
    program.wait_for_helper();
    let living = Embedded::start();
    // The run of another test can have taken the folder over, and may still be removing it.
    eventually("the folder is removed", || !program.folder.exists());
    Embedded::start();
    assert!(socket_folder(&living.server.url).exists());
}

/// A program with a helper.
struct Program {
    process: Child,
    helper: Pid,
    folder: PathBuf,
}

impl Program {
    /// Starts the program and waits until it is connected.
    fn start(ending: &str) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["leaks::parent", "--exact", "--nocapture"])
            .env(ENDING, ending)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let folder = lines.find_map(|line| Some(socket_folder(line.split_once("at postgresql")?.1))).unwrap();
        let helper = processes().into_iter().find(|it| it.parent == process.id()).unwrap();
        assert!(fs::exists(&folder).unwrap());
        Self { helper: Pid::from_raw(helper.pid.cast_signed()), folder, process }
    }

    fn end(&mut self, signal: Signal) {
        kill(Pid::from_raw(self.process.id().cast_signed()), signal).unwrap();
        self.process.wait().unwrap();
    }

    fn leaves_nothing(&self) {
        self.wait_for_helper();
        assert!(!self.folder.exists());
    }

    fn wait_for_helper(&self) {
        let helper = self.helper.as_raw().cast_unsigned();
        eventually("the helper has ended", || processes().iter().all(|process| process.pid != helper));
    }
}

fn eventually(what: &str, is_true: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_true() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

struct Process {
    pid: u32,
    parent: u32,
}

/// The running processes, without zombies.
fn processes() -> Vec<Process> {
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid=,stat="]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let parse = |line: &str| {
        let mut fields = line.split_whitespace();
        let (pid, parent) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let is_alive = !fields.next()?.starts_with('Z');
        is_alive.then_some(Process { pid, parent })
    };
    text.lines().filter_map(parse).collect()
}
