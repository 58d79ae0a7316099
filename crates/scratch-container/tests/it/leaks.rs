//! Nothing is left behind, however the program or its helper ends.

use std::{
    env,
    io::{self, BufRead as _, BufReader, Write as _},
    process::{self, Child, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use scratch_postgres::{Docker, Server};

use crate::support::{containers_of, eventually, options};

const ENDING: &str = "SCRATCH_CONTAINER_TEST_ENDING";

/// Not a test but the program under test, which the tests below start.
#[expect(clippy::exit, reason = "the test covers this way to end")]
#[test]
fn parent() {
    let Some(ending) = env::var_os(ENDING) else { return };
    let server = Server::start(&options().unwrap(), &mut ()).unwrap();
    let database = server.create_database().unwrap();
    let _client = database.client().unwrap();
    println!("ready");
    io::stdin().read_line(&mut String::new()).unwrap();
    match ending.to_str() {
        Some("panic") => panic!("requested by the test"),
        Some("exit") => process::exit(3),
        _ => {}
    }
}

#[test]
fn nothing_is_left_when_the_program_ends_by_itself() {
    let Some(_) = options() else { return };
    for ending in ["return", "panic", "exit"] {
        let mut program = Program::start(ending);
        writeln!(program.process.stdin.take().unwrap()).unwrap();
        program.process.wait().unwrap();
        program.leaves_nothing();
    }
}

#[test]
fn nothing_is_left_when_the_program_is_killed() {
    let Some(_) = options() else { return };
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGQUIT, Signal::SIGHUP, Signal::SIGKILL] {
        let mut program = Program::start("signal");
        program.end(signal);
        program.leaves_nothing();
    }
}

#[test]
fn nothing_is_left_when_the_helper_is_terminated() {
    let Some(_) = options() else { return };
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGQUIT, Signal::SIGHUP] {
        let mut program = Program::start("signal");
        kill(program.helper, signal).unwrap();
        program.leaves_nothing();
        program.end(Signal::SIGKILL);
    }
}

#[test]
fn the_next_run_removes_the_container_of_a_killed_helper_once_its_program_has_ended() {
    let Some(options) = options() else { return };
    let mut program = Program::start("signal");
    kill(program.helper, Signal::SIGKILL).unwrap();
    Server::start(&options, &mut ()).unwrap();
    let containers = containers_of(program.process.id());
    assert_eq!(containers.len(), 1, "the program may still use it");
    program.end(Signal::SIGKILL);
    let left_over = Docker::find().unwrap().left_over();
    let is_removed = || containers_of(program.process.id()).is_empty();
    assert!(left_over.contains(&containers[0]) || is_removed(), "{left_over:?}");
    Server::start(&options, &mut ()).unwrap();
    program.leaves_nothing();
}

/// A program with a server in a container.
struct Program {
    process: Child,
    helper: Pid,
}

impl Program {
    /// Starts the program and waits until it has its database.
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
        lines.find(|line| line.ends_with("ready")).unwrap();
        let helper =
            processes().into_iter().find(|it| it.parent == process.id() && it.is("scratch-container")).unwrap();
        assert_eq!(containers_of(process.id()).len(), 1);
        Self { helper: Pid::from_raw(helper.pid.cast_signed()), process }
    }

    fn end(&mut self, signal: Signal) {
        kill(Pid::from_raw(self.process.id().cast_signed()), signal).unwrap();
        self.process.wait().unwrap();
    }

    fn leaves_nothing(&self) {
        let helper = self.helper.as_raw().cast_unsigned();
        eventually("the helper has ended", || processes().iter().all(|process| process.pid != helper));
        assert_eq!(containers_of(self.process.id()), [""; 0]);
    }
}

struct Process {
    pid: u32,
    parent: u32,
    command: String,
}

impl Process {
    fn is(&self, program: &str) -> bool {
        self.command.split_whitespace().next().is_some_and(|it| it.ends_with(program))
    }
}

/// The running processes, without zombies.
fn processes() -> Vec<Process> {
    let output = Command::new("ps").args(["-A", "-ww", "-o", "pid=,ppid=,stat=,args="]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let parse = |line: &str| {
        let mut fields = line.split_whitespace();
        let (pid, parent) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let is_alive = !fields.next()?.starts_with('Z');
        is_alive.then(|| Process { pid, parent, command: fields.collect::<Vec<_>>().join(" ") })
    };
    text.lines().filter_map(parse).collect()
}
