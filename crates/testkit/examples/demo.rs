//! Writes the two images of the demonstration into a layout: `cargo run -p testkit --example demo -- FOLDER`.

fn main() {
    let folder = std::env::args_os().nth(1).expect("a folder must be given");
    let (old, new) = testkit::demo();
    testkit::write_layout(folder.as_ref(), "1.4", &old);
    testkit::write_layout(folder.as_ref(), "1.5", &new);
}
