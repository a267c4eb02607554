//! Looks through small texts for what rules say of them, while they go by. It holds one such file, and nothing of others.

use model::Hit;

/// What is looked through of the file that goes by.
#[derive(Default)]
pub(super) struct Looking {
    state: State,
    size: usize,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Nothing went by yet.
    #[default]
    Fresh,
    /// It is looked through as a whole once it went by.
    Gathering,
    /// It is not worth a look, or was looked through.
    Done,
}

impl Looking {
    /// Makes ready for a file of so many bytes; room that was taken is used again.
    pub(super) fn start(&mut self, size: u64) {
        self.bytes.clear();
        let is_small = size > 0 && size <= risk::MOST_BYTES;
        self.size = usize::try_from(size).unwrap_or(usize::MAX);
        self.state = if is_small { State::Fresh } else { State::Done };
    }

    /// More bytes of the file at `path`, which has no leading slash; what rules say of it once it is whole.
    pub(super) fn take(&mut self, path: &[u8], chunk: &[u8]) -> Vec<Hit> {
        match self.state {
            State::Done => return Vec::new(),
            State::Fresh => {
                if !risk::is_worth_reading(path, self.size as u64, chunk) {
                    self.state = State::Done;
                    return Vec::new();
                }
                if chunk.len() >= self.size {
                    self.state = State::Done;
                    return risk::in_file(path, chunk);
                }
                self.state = State::Gathering;
            }
            State::Gathering => {}
        }
        self.bytes.extend_from_slice(chunk);
        if self.bytes.len() < self.size {
            return Vec::new();
        }
        self.state = State::Done;
        risk::in_file(path, &self.bytes)
    }
}
