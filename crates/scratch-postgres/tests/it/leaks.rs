//! Tests that nothing is left behind, however a program ends.

use std::{
    env, fs,
    io::{self, BufRead as _, BufReader, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, Uid},
};
use scratch_postgres::{Choice, Observer, Server, Url, replay};
use sql_script::Script;

use crate::support::{eventually, options, with_cache};

const ENDING: &str = "SCRATCH_POSTGRES_TEST_ENDING";
const CACHE: &str = "SCRATCH_POSTGRES_TEST_CACHE";
const URL: &str = "SCRATCH_POSTGRES_TEST_URL";

const FAST: Script<'_> = Script { name: "fast", sql: "CREATE TABLE fast ()" };
const SLOW: Script<'_> = Script { name: "slow", sql: "CREATE TABLE slow (); SELECT pg_sleep(600)" };

/// The program that the tests below start; by itself, this test does nothing.
#[expect(clippy::exit, reason = "the tests cover this way to end")]
#[test]
fn program() {
    let (Some(ending), Some(cache)) = (env::var_os(ENDING), env::var_os(CACHE)) else { return };
    let mut options = with_cache(Path::new(&cache));
    if let Ok(url) = env::var(URL) {
        options.choice = Choice::Url(url.parse().unwrap());
    }
    if ending == "replay" {
        replay(&options, &[FAST, SLOW], &mut Announcer).unwrap();
    }
    let server = Server::start(&options, &mut ()).unwrap();
    let database = server.create_database().unwrap();
    let _client = database.client().unwrap();
    announce();
    io::stdin().read_line(&mut String::new()).unwrap();
    match ending.to_str() {
        Some("panic") => panic!("on request"),
        Some("exit") => process::exit(3),
        _ => {}
    }
}

struct Announcer;

impl Observer for Announcer {
    fn script_starts(&mut self, name: &str) {
        if name == SLOW.name {
            announce();
        }
    }
}

fn announce() {
    println!("ready");
}

#[test]
fn nothing_is_left_when_the_program_ends() {
    let Some((_, folder)) = options() else { return };
    for ending in ["return", "panic", "exit"] {
        let mut program = Program::start(ending, folder.path());
        writeln!(program.process.stdin.take().unwrap()).unwrap();
        program.process.wait().unwrap();
        program.leaves_nothing();
    }
}

#[test]
fn nothing_is_left_when_the_program_is_killed() {
    let Some((_, folder)) = options() else { return };
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGQUIT, Signal::SIGHUP, Signal::SIGKILL] {
        let mut program = Program::start("signal", folder.path());
        kill(pid(program.process.id()), signal).unwrap();
        program.process.wait().unwrap();
        program.leaves_nothing();
    }
}

#[test]
fn the_variables_of_postgresql_have_no_effect() {
    let Some((_, folder)) = options() else { return };
    let variables = ["PGPORT", "PGOPTIONS", "PGHOST", "PGUSER", "PGDATABASE", "PGSSLMODE", "PGSERVICE", "PGDATA"];
    let mut command = command("return", folder.path(), None);
    let mut program = wait_until_ready(command.envs(variables.map(|name| (name, "1"))).spawn().unwrap());
    writeln!(program.stdin.take().unwrap()).unwrap();
    program.wait().unwrap();
}

#[test]
fn a_user_without_a_name_is_refused() {
    let Some((_, folder)) = options() else { return };
    if !Uid::effective().is_root() {
        return;
    }
    let mut command = command("return", folder.path(), None);
    // The user may be unable to open the test program.
    let Ok(program) = command.uid(54_321).gid(54_321).stderr(Stdio::piped()).spawn() else { return };
    let output = program.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("UnnamedUser { uid: 54321 }"), "{text}");
}

#[test]
fn the_next_run_cleans_up_after_a_killed_guardian() {
    let Some((options, folder)) = options() else { return };
    let mut program = Program::start("signal", folder.path());
    kill(program.guardian, Signal::SIGKILL).unwrap();
    program.process.kill().unwrap();
    program.process.wait().unwrap();
    assert!(program.folder.exists());
    if cfg!(target_os = "linux") {
        eventually("the server ends with its guardian", || !program.has_server());
    }
    Server::start(&options, &mut ()).unwrap();
    program.leaves_nothing();
}

#[test]
fn nothing_is_left_when_the_server_is_killed() {
    let Some((options, folder)) = options() else { return };
    let mut program = Program::start("return", folder.path());
    let server = child_of(u32::try_from(program.guardian.as_raw()).unwrap());
    kill(pid(server.pid), Signal::SIGKILL).unwrap();
    writeln!(program.process.stdin.take().unwrap()).unwrap();
    program.process.wait().unwrap();
    program.leaves_nothing();

    let mut program = Program::start("signal", folder.path());
    let server = child_of(u32::try_from(program.guardian.as_raw()).unwrap());
    kill(program.guardian, Signal::SIGKILL).unwrap();
    kill(pid(server.pid), Signal::SIGKILL).unwrap();
    program.process.kill().unwrap();
    program.process.wait().unwrap();
    eventually("all processes of the server end", || !program.has_server());
    Server::start(&options, &mut ()).unwrap();
    program.leaves_nothing();
}

#[test]
fn a_killed_replay_leaves_nothing_and_is_not_cached() {
    let Some((options, folder)) = options() else { return };
    let mut program = Program::start("replay", folder.path());
    program.process.kill().unwrap();
    program.process.wait().unwrap();
    program.leaves_nothing();
    assert_eq!(replay(&options, &[FAST], &mut ()).unwrap().cached, 0);
    assert_eq!(replay(&options, &[FAST], &mut ()).unwrap().cached, 1);
}

/// Starts the program and waits until it has a database, on its own server or on the one at `url`.
pub(crate) fn start(ending: &str, cache: &Path, url: Option<&Url>) -> Child {
    wait_until_ready(command(ending, cache, url).spawn().unwrap())
}

fn wait_until_ready(mut process: Child) -> Child {
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
    lines.find(|line| line == "ready").unwrap();
    process
}

/// The command that starts the program.
pub(crate) fn command(ending: &str, cache: &Path, url: Option<&Url>) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["leaks::program", "--exact", "--nocapture"])
        .env(ENDING, ending)
        .env(CACHE, cache)
        .envs(url.map(|url| (URL, url.expose())))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// The only child of a process. The child of a program is its guardian, and the child of a guardian is its server.
pub(crate) fn child_of(parent: u32) -> Process {
    processes().into_iter().find(|it| it.parent == parent).unwrap()
}

pub(crate) fn pid(number: u32) -> Pid {
    Pid::from_raw(number.cast_signed())
}

/// A running program with a server.
struct Program {
    process: Child,
    guardian: Pid,
    folder: PathBuf,
    /// The number of the server's shared memory segment.
    memory: String,
}

impl Program {
    fn start(ending: &str, cache: &Path) -> Self {
        let process = start(ending, cache, None);
        let guardian = child_of(process.id());
        let server = child_of(guardian.pid);
        let folder = server.command.split_once(" -k ").map(|(_, folder)| PathBuf::from(folder.trim())).unwrap();
        let state = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
        let memory = state.lines().nth(6).unwrap().split_whitespace().last().unwrap().to_owned();
        Self { guardian: pid(guardian.pid), folder, memory, process }
    }

    fn has_server(&self) -> bool {
        let folder = self.folder.to_str().unwrap();
        processes().iter().any(|process| process.command.contains(folder))
    }

    fn leaves_nothing(&self) {
        let guardian = u32::try_from(self.guardian.as_raw()).unwrap();
        eventually("the guardian ends", || processes().iter().all(|process| process.pid != guardian));
        assert!(!self.has_server());
        assert!(!self.folder.exists());
        if let Ok(memory) = fs::read_to_string("/proc/sysvipc/shm") {
            let is_the_servers = |line: &str| line.split_whitespace().nth(1) == Some(&self.memory);
            assert!(!memory.lines().any(is_the_servers), "shared memory is left");
        }
    }
}

pub(crate) struct Process {
    pub(crate) pid: u32,
    parent: u32,
    command: String,
}

/// All running processes. Zombies do not count.
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
