//! Who may come in: one client at a time.
//!
//! Others wait at the door, for the end of one session and the start of the next overlap in many programs.

use std::{
    io::{self, Write as _},
    os::unix::net::{UnixListener, UnixStream},
    path::Path,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::Duration,
};

use crate::{report::Report, wire};

/// How long a client waits, and how long it may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client who was let in. The next one is once this is dropped.
pub(crate) struct Client {
    pub(crate) stream: UnixStream,
    /// What it wants its session to be like.
    pub(crate) parameters: Vec<(String, String)>,
    _seat: Seat,
}

impl Client {
    /// The value of a parameter.
    pub(crate) fn parameter(&self, wanted: &str) -> Option<&str> {
        self.parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

/// Opens the door at a socket.
pub(crate) fn open(socket: &Path) -> io::Result<Receiver<Client>> {
    let listener = UnixListener::bind(socket)?;
    let (sender, clients) = mpsc::channel();
    thread::spawn(move || {
        let door = Arc::new(Door::default());
        for stream in listener.incoming().flatten() {
            let (door, sender) = (Arc::clone(&door), sender.clone());
            // A client that goes away while it waits is nobody's loss.
            thread::spawn(move || admit(&door, stream, &sender));
        }
    });
    Ok(clients)
}

fn admit(door: &Arc<Door>, mut stream: UnixStream, sender: &Sender<Client>) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let Some(parameters) = wire::read_opening(&mut stream)? else { return Ok(()) };
    stream.set_read_timeout(None)?;
    match door.wait() {
        Some(_seat) => _ = sender.send(Client { stream, parameters, _seat }),
        None => {
            let text = format!(
                "the embedded PostgreSQL serves one connection at a time, and another one has been open for {} s",
                PATIENCE.as_secs()
            );
            stream.write_all(&Report::fatal("53300", &text).with_other_backends().to_message())?;
        }
    }
    Ok(())
}

#[derive(Default)]
struct Door {
    is_taken: Mutex<bool>,
    left: Condvar,
}

/// The only one there is.
struct Seat(Arc<Door>);

impl Door {
    fn wait(self: &Arc<Self>) -> Option<Seat> {
        let waiting = self.left.wait_timeout_while(self.lock(), PATIENCE, |is_taken| *is_taken);
        let (mut is_taken, waited) = waiting.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return None;
        }
        *is_taken = true;
        Some(Seat(Arc::clone(self)))
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        *self.0.lock() = false;
        self.0.left.notify_one();
    }
}
