//! The floor: reads, inflates and hashes layers, and does nothing else with them.
//!
//! It is built as the program is: a thread for each processor takes layers from a queue, and each has another one beside
//! it that inflates, so that inflating and hashing overlap. What is stored and what comes out are both hashed.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use sha2::{Digest as _, Sha256};

use crate::Error;
use crate::oci::{self, BUFFER};

/// Buffers on their way between two threads.
const IN_FLIGHT: usize = 8;

/// Options of the hidden verb.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Files of layers.
    layers: Vec<PathBuf>,
}

/// The verb: reads every layer.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let queue = Mutex::new(arguments.layers.iter());
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    let work = || {
        while let Some(layer) = next() {
            read(layer).map_err(Error::io("read", layer.display()))?;
        }
        Ok(())
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| Err(Error::Failed("a thread panicked".into())))
        })
    })
}

/// A piece of a layer.
enum Piece {
    Stored(Vec<u8>),
    Inflated(Vec<u8>),
}

/// Reads one layer: inflates it in another thread and hashes here.
fn read(layer: &Path) -> io::Result<()> {
    let (send, pieces) = sync_channel(IN_FLIGHT);
    let (give_back, empty) = sync_channel(IN_FLIGHT * 4);
    let outlet = Outlet { send, empty };
    thread::scope(|scope| {
        // The outlet goes with the thread: where it ends, the pieces end.
        let inflating = scope.spawn(move || inflate(layer, &outlet));
        let (mut stored, mut inflated) = (Sha256::new(), Sha256::new());
        for piece in pieces {
            let buffer = match piece {
                Piece::Stored(bytes) => {
                    stored.update(&bytes);
                    bytes
                }
                Piece::Inflated(bytes) => {
                    inflated.update(&bytes);
                    bytes
                }
            };
            // A buffer more or less is no matter.
            let _ = give_back.try_send(buffer);
        }
        // Nobody wants to know the digests, but they must not be optimised away.
        std::hint::black_box((stored.finalize(), inflated.finalize()));
        inflating.join().unwrap_or_else(|_| Err(io::Error::other("a thread panicked")))
    })
}

fn inflate(layer: &Path, outlet: &Outlet) -> io::Result<()> {
    let file = std::fs::File::open(layer)?;
    let (_, mut inflated) = oci::inflate(Tee { file, outlet })?;
    loop {
        let mut buffer = outlet.buffer();
        if (&mut inflated).take(BUFFER as u64).read_to_end(&mut buffer)? == 0 {
            return Ok(());
        }
        outlet.send(Piece::Inflated(buffer))?;
    }
}

/// Where pieces go, and where their buffers come back.
struct Outlet {
    send: SyncSender<Piece>,
    empty: Receiver<Vec<u8>>,
}

impl Outlet {
    fn buffer(&self) -> Vec<u8> {
        let mut buffer = self.empty.try_recv().unwrap_or_else(|_| Vec::with_capacity(BUFFER));
        buffer.clear();
        buffer
    }

    fn send(&self, piece: Piece) -> io::Result<()> {
        self.send.send(piece).map_err(|_| io::Error::other("nobody hashes any more"))
    }
}

/// Reads a file and gives a copy of what was read to the outlet.
struct Tee<'a> {
    file: std::fs::File,
    outlet: &'a Outlet,
}

impl Read for Tee<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        let mut buffer = self.outlet.buffer();
        buffer.extend_from_slice(&into[..count]);
        self.outlet.send(Piece::Stored(buffer))?;
        Ok(count)
    }
}
