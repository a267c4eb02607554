//! Writes the image that standard input describes into a layout: `cargo run -p testkit --example image -- FOLDER TAG`.

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, tag] = &arguments[..] else { panic!("a folder and a tag must be given") };
    let text = std::io::read_to_string(std::io::stdin()).expect("the text must be readable");
    testkit::write_layout(folder.as_ref(), tag, &testkit::image(&text));
}
