//! Any bytes as a blob, packed in any way. What was promised and what comes must agree, and both threads must end.

#![no_main]

mod walk;

use layer::{Error, Expect, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = walk::limits();
    let visit = |entries: &mut layer::Entries<'_>| {
        let (read, result) = walk::walk(entries);
        result.map(|()| read)
    };
    let Ok((entries, seen)) = read(bytes, &Expect::default(), &limits, visit) else { return };
    assert_eq!(seen.size, bytes.len() as u64);
    let promised = Expect { digest: Some(seen.digest.clone()), size: Some(seen.size), diff_id: None };
    let again = read(bytes, &promised, &limits, visit).expect("what was seen once is seen again");
    assert_eq!(again, (entries, seen.clone()));
    let longer = Expect { size: Some(seen.size + 1), ..promised };
    assert!(matches!(read(bytes, &longer, &limits, visit), Err(Error::Size { .. })));
});
