//! How far it is, for who waits longer than a second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use engine::{AdvisoryEvent, Event};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Nothing is shown of what is done so quickly.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error.
pub(crate) struct Progress {
    bar: ProgressBar,
    layers: AtomicU64,
}

impl Progress {
    pub(crate) fn new() -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Progress { bar, layers: AtomicU64::new(0) }
    }

    pub(crate) fn event(&self, event: &Event) {
        match *event {
            Event::Reading { layers, bytes } => {
                self.layers.store(layers as u64, Ordering::Relaxed);
                self.begin(bytes);
            }
            Event::Bytes(count) => self.more(count),
            Event::Advisories(ref event) => self.advisories(event),
            Event::Layer | Event::Found { .. } | Event::Warning(_) => {}
            Event::Stacking => self.bar.set_message("stacking layers"),
        }
    }

    fn more(&self, count: u64) {
        self.bar.inc(count);
        if self.bar.is_hidden() && self.bar.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    }

    fn advisories(&self, event: &AdvisoryEvent) {
        match event {
            AdvisoryEvent::Fetching { bytes, .. } => {
                self.style(*bytes);
                self.bar.set_message("fetching advisories");
                self.bar.reset_elapsed();
            }
            AdvisoryEvent::Fetched(count) => self.more(*count),
            AdvisoryEvent::Unpacking => self.counting("unpacking advisories"),
            AdvisoryEvent::Records { what, count } => {
                self.counting(&format!("reading {what}"));
                self.more(*count);
            }
            AdvisoryEvent::Asking { program } => self.counting(&format!("asking {program}")),
            AdvisoryEvent::Warning(_) => {}
        }
    }

    /// Counts what has no known end.
    fn counting(&self, message: &str) {
        if self.bar.message() == message {
            return;
        }
        self.bar.unset_length();
        self.bar.set_position(0);
        if let Ok(style) = ProgressStyle::with_template(" {msg}  {spinner}  {human_pos}") {
            self.bar.set_style(style);
        }
        self.bar.set_message(message.to_owned());
    }

    fn begin(&self, bytes: Option<u64>) {
        self.style(bytes);
        let layers = self.layers.load(Ordering::Relaxed);
        self.bar.set_message(format!("reading {layers} layers"));
        self.bar.reset_elapsed();
    }

    fn style(&self, bytes: Option<u64>) {
        let template = match bytes {
            Some(bytes) => {
                self.bar.set_length(bytes);
                " {msg}  {bar:20.cyan}  {percent:>3} %  {decimal_bytes} of {decimal_total_bytes}  {decimal_bytes_per_sec}"
            }
            None => " {msg}  {spinner}  {decimal_bytes}  {decimal_bytes_per_sec}",
        };
        // The template is a constant: a wrong one would show in the first test, and plain bars do as well.
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("█▉░"));
        }
    }

    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}
