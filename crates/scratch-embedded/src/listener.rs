//! Accepting clients at the socket, one at a time.
//!
//! Other clients wait, because many programs open their next session before the previous one has ended.

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

use crate::{error_response::ErrorResponse, pg_protocol};

/// How long a client waits for the end of another session, and how long it may take to send its startup packet.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A client that may use the engine. Dropping it admits the next client.
pub(crate) struct Client {
    pub(crate) stream: UnixStream,
    /// The parameters of its startup packet.
    pub(crate) parameters: Vec<(String, String)>,
    _slot: OccupiedSlot,
}

impl Client {
    /// The value of a parameter.
    pub(crate) fn parameter(&self, wanted: &str) -> Option<&str> {
        self.parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

/// Listens at a socket, and returns the admitted clients.
pub(crate) fn listen(socket: &Path) -> io::Result<Receiver<Client>> {
    let listener = UnixListener::bind(socket)?;
    let (sender, clients) = mpsc::channel();
    thread::spawn(move || {
        let slot = Arc::new(Slot::default());
        for stream in listener.incoming().flatten() {
            let (slot, sender) = (Arc::clone(&slot), sender.clone());
            // An error means that the client has disconnected.
            thread::spawn(move || admit(&slot, stream, &sender));
        }
    });
    Ok(clients)
}

fn admit(slot: &Arc<Slot>, mut stream: UnixStream, sender: &Sender<Client>) -> io::Result<()> {
    stream.set_read_timeout(Some(TIMEOUT))?;
    let Some(parameters) = pg_protocol::read_startup(&mut stream)? else { return Ok(()) };
    stream.set_read_timeout(None)?;
    match slot.occupy() {
        Some(_slot) => _ = sender.send(Client { stream, parameters, _slot }),
        None => {
            let text = format!(
                "the embedded PostgreSQL serves one connection at a time, and another connection has been open for {} s",
                TIMEOUT.as_secs()
            );
            stream.write_all(&ErrorResponse::fatal("53300", &text).with_other_backends().to_message())?;
        }
    }
    Ok(())
}

/// The server's only connection slot.
#[derive(Default)]
struct Slot {
    is_occupied: Mutex<bool>,
    released: Condvar,
}

/// Dropping it releases the slot.
struct OccupiedSlot(Arc<Slot>);

impl Slot {
    fn occupy(self: &Arc<Self>) -> Option<OccupiedSlot> {
        let waiting = self.released.wait_timeout_while(self.lock(), TIMEOUT, |is_occupied| *is_occupied);
        let (mut is_occupied, waited) = waiting.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return None;
        }
        *is_occupied = true;
        Some(OccupiedSlot(Arc::clone(self)))
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_occupied.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OccupiedSlot {
    fn drop(&mut self) {
        *self.0.lock() = false;
        self.0.released.notify_one();
    }
}
