//! What is wrong with the page that a browser shows: by rules of ours, by those of axe-core where it is there, and by how the page
//! comes about.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use super::browser::Browser;
use super::texts;

/// What is wrong with a page for whoever does not see it, uses no mouse, or has a small window: an empty list where nothing.
const LOOK: &str = include_str!("look.js");

/// Sums up by how much a page moves while nobody touches it, as browsers measure that.
pub(super) const STILL: &str = "window.moved = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value;
}).observe({ type: 'layout-shift', buffered: true });";

/// Holds the page against the rules of axe-core, and gives those that it breaks, each with where.
const HELD: &str = "const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] }).then(
  (found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ': ' + node.html.slice(0, 160) + ' ' + node.failureSummary))),
  (error) => done([String(error)]),
);";

/// How much a page may move while it comes, as browsers add it up: a tenth of what they call good. Where the machine has much
/// else to do, a page is drawn before all of it has come, and columns of tables get wider.
const MOVES: f64 = 0.01;

/// Bytes of a page with all that stands beside it, where it has hardly any data.
const HEAVIEST: u64 = 100 << 10;

/// The windows that a page is looked at in: how wide, in light or in dark.
pub(super) const WINDOWS: [(u32, &str); 4] =
    [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")];

/// The script of axe-core, where `cargo xtask test-setup` could have it.
fn axe() -> Option<&'static str> {
    static AXE: OnceLock<Option<String>> = OnceLock::new();
    let read = || {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
        let script = fs::read_to_string(target.join("peers").join("axe.min.js")).ok();
        if script.is_none() {
            println!("skipped: axe-core is not there, pages are held against rules of ours alone");
        }
        script
    };
    AXE.get_or_init(read).as_deref()
}

/// What is wrong with the page that is there, in these windows.
pub(super) fn looked_at(browser: &Browser, name: &str, windows: &[(u32, &str)]) -> Vec<String> {
    let mut all = Vec::new();
    for &(width, scheme) in windows {
        browser.see(width, scheme);
        let mut wrong = texts(&browser.run(LOOK));
        if let Some(axe) = axe() {
            if browser.run("return typeof axe") == "undefined" {
                browser.run(&format!("{axe}\nwindow.axe = axe"));
            }
            wrong.extend(texts(&browser.run_and_wait(HELD)));
        }
        all.extend(wrong.into_iter().map(|text| format!("{name} {width} {scheme}: {text}")));
    }
    browser.see(1280, "light");
    all
}

/// Opens a page in a large window and in a small one, and gives what is wrong with how it comes: it moves meanwhile, or is heavy.
pub(super) fn measured(browser: &Browser, url: &str) -> Vec<String> {
    let mut all = Vec::new();
    for width in [1280, 390] {
        browser.see(width, "light");
        browser.open(url);
        let moved = browser.run_and_wait(
            "const done = arguments[arguments.length - 1];
            requestAnimationFrame(() => setTimeout(() => done(window.moved), 50));",
        );
        let moved = moved.as_f64().unwrap();
        if moved > MOVES {
            all.push(format!("{url} {width}: moves by {moved}"));
        }
        let bytes = browser.run(
            "return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                .reduce((sum, one) => sum + one.decodedBodySize, 0)",
        );
        let bytes = bytes.as_u64().unwrap();
        if !(1..HEAVIEST).contains(&bytes) {
            all.push(format!("{url}: {bytes} bytes"));
        }
    }
    browser.see(1280, "light");
    all
}
