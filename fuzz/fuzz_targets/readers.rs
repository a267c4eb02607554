//! Any bytes as a file that a reader wants; the first byte says which reader. Where it wants companions, what comes after
//! the middle is one.

#![no_main]

use analysis::ecosystem::{ALL, Input, Want};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let readers: Vec<_> = ALL.iter().flat_map(|ecosystem| ecosystem.readers).collect();
    let reader = readers[usize::from(choice) % readers.len()];
    let (main, beside) = match reader.companions {
        [] => (bytes, &b""[..]),
        _ => bytes.split_at(bytes.len() / 2),
    };
    let companions: Vec<(&str, &[u8])> =
        reader.companions.iter().map(|name| (*name, beside)).collect();
    let path = path(reader.wants);
    // An executable is known by its bytes.
    assert!(reader.wants == Want::Executable || reader.wants.is_met_by(path.as_bytes()));
    let input = Input { path: path.as_bytes(), bytes: main, beyond: &[], companions: &companions };
    let read = (reader.read)(&input);
    // The same bytes say the same, whenever they are read.
    assert_eq!(read, (reader.read)(&input));
});

/// A path that is meant: some readers look at where a file stands.
fn path(want: Want) -> String {
    match want {
        Want::Path(path) => path.into(),
        Want::In(folder, suffix) => format!("{folder}/package:amd64{suffix}"),
        Want::Under(folder) => format!("{folder}/package"),
        Want::Below(folder, name) => format!("{folder}/package/{name}"),
        Want::Name(name) => format!("usr/lib/{name}"),
        // The folder is that of gems' specifications.
        Want::Suffix(suffix) => format!("usr/lib/specifications/package-1{suffix}"),
        Want::Right(suffix, name) => format!("usr/lib/package-1{suffix}/{name}"),
        Want::Beneath(folder, suffix) if suffix.starts_with('/') => format!("srv/{folder}/package{suffix}"),
        Want::Beneath(folder, suffix) => format!("srv/{folder}/package/package{suffix}"),
        Want::Folder(folder) => format!("{folder}/0c2jq8qxwbqbfh7l9nq2p1vn8dhsy3wm-bash-5.2"),
        Want::Says { files, .. } => files[0].replace('*', "1"),
        Want::Executable => "usr/bin/program".into(),
        Want::Within(folder, name) => format!("srv/{folder}/package/{name}"),
    }
}
