//! Figures of the service for whoever watches it, in the text format of Prometheus. They tell no names.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use engine::Ledger;

/// Bounds of how long answers took, in milliseconds.
const BOUNDS: [u64; 10] = [1, 2, 5, 10, 25, 100, 250, 1_000, 5_000, 30_000];

/// Ways that requests come.
const PROTOCOLS: [&str; 3] = ["HTTP/1.1", "HTTP/2", "gRPC"];

/// What requests come to: the first digit of the status.
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// What is counted.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: [[AtomicU64; CLASSES.len()]; PROTOCOLS.len()],
    took: [AtomicU64; BOUNDS.len() + 1],
    took_microseconds: AtomicU64,
    looks: [AtomicU64; 3],
}

/// What looking at a tag came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// It means what it meant.
    Same,
    /// It means something else.
    Moved,
    /// It could not be asked for.
    Failed,
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn answered(&self, protocol: &str, status: u16, took: Duration) {
        let protocol = PROTOCOLS.iter().position(|known| *known == protocol).unwrap_or_default();
        let class = match status {
            ..300 => 0,
            300..400 => 1,
            400..500 => 2,
            _ => 3,
        };
        count(&self.requests[protocol][class], 1);
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let place = BOUNDS.iter().position(|bound| took <= bound * 1_000);
        count(&self.took[place.unwrap_or(BOUNDS.len())], 1);
        count(&self.took_microseconds, took);
    }

    /// Counts that somebody looked at a tag.
    pub(crate) fn looked(&self, look: Look) {
        count(&self.looks[look as usize], 1);
    }

    /// All of it, with what the ledger has to do.
    pub(crate) fn text(&self, ledger: &Ledger) -> String {
        let mut text = String::new();
        let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        head(&mut text, "pentimento_requests_total", "counter", "Requests that were answered.");
        for (protocol, classes) in PROTOCOLS.iter().zip(&self.requests) {
            for (class, counter) in CLASSES.iter().zip(classes) {
                let labels = format!("protocol=\"{protocol}\",status=\"{class}\"");
                line(&mut text, "pentimento_requests_total", &labels, value(counter));
            }
        }
        let name = "pentimento_request_duration_seconds";
        head(&mut text, name, "histogram", "How long it took until answers began.");
        let mut all = 0;
        for (place, counter) in self.took.iter().enumerate() {
            all += value(counter);
            let bound = BOUNDS.get(place).map(|bound| seconds(bound * 1_000));
            let labels = format!("le=\"{}\"", bound.unwrap_or_else(|| "+Inf".into()));
            line(&mut text, &format!("{name}_bucket"), &labels, all);
        }
        let sum = seconds(value(&self.took_microseconds));
        // Writing to a text does not fail.
        let _ = writeln!(text, "{name}_sum {sum}\n{name}_count {all}");
        head(&mut text, "pentimento_looks_total", "counter", "Looks at tags of registries.");
        for (outcome, counter) in ["same", "moved", "failed"].iter().zip(&self.looks) {
            let labels = format!("outcome=\"{outcome}\"");
            line(&mut text, "pentimento_looks_total", &labels, value(counter));
        }
        if let Ok(jobs) = ledger.count_jobs() {
            head(&mut text, "pentimento_jobs", "gauge", "Jobs of the ledger, by how far they are.");
            for (state, number) in jobs {
                let labels = format!("state=\"{}\"", state.name());
                line(&mut text, "pentimento_jobs", &labels, number);
            }
        }
        text
    }
}

fn count(counter: &AtomicU64, by: u64) {
    counter.fetch_add(by, Ordering::Relaxed);
}

fn head(text: &mut String, name: &str, kind: &str, about: &str) {
    let _ = writeln!(text, "# HELP {name} {about}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &str, value: u64) {
    let _ = writeln!(text, "{name}{{{labels}}} {value}");
}

/// Microseconds as seconds, without what a binary fraction would add.
fn seconds(microseconds: u64) -> String {
    let (whole, part) = (microseconds / 1_000_000, microseconds % 1_000_000);
    let text = format!("{whole}.{part:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_as_prometheus_reads_them() {
        let metrics = Metrics::default();
        metrics.answered("gRPC", 200, Duration::from_micros(1_500));
        metrics.answered("HTTP/2", 404, Duration::from_millis(40));
        metrics.answered("HTTP/1.1", 503, Duration::from_mins(2));
        metrics.looked(Look::Moved);
        let text = metrics.text(&Ledger::in_memory().unwrap());
        let has = |line: &str| assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        has("# TYPE pentimento_requests_total counter");
        has("pentimento_requests_total{protocol=\"gRPC\",status=\"2xx\"} 1");
        has("pentimento_requests_total{protocol=\"HTTP/2\",status=\"4xx\"} 1");
        has("pentimento_request_duration_seconds_bucket{le=\"0.001\"} 0");
        has("pentimento_request_duration_seconds_bucket{le=\"0.002\"} 1");
        has("pentimento_request_duration_seconds_bucket{le=\"0.1\"} 2");
        has("pentimento_request_duration_seconds_bucket{le=\"+Inf\"} 3");
        has("pentimento_request_duration_seconds_sum 120.0415");
        has("pentimento_request_duration_seconds_count 3");
        has("pentimento_looks_total{outcome=\"moved\"} 1");
    }
}
