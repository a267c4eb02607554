//! How blobs come: packed in every way, lied about, cut short, or not at all.

use std::io::{self, Read, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::write::GzEncoder;
use layer::{Compression, Expect, Kind, Limits, Seen, read};
use model::{Digest, Sha256};
use sha2::Digest as _;

use crate::tar::Tar;

/// An archive of two files.
fn archive() -> Vec<u8> {
    Tar::new().file("a", "first").file("b", "second").end()
}

const LISTING: &str = "/a 5 /b 6";

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zstd frame that decoders pass over, as `zstd:chunked` puts its table of contents into one.
fn skippable(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    [b"\x50\x2a\x4d\x18", &length[..], content].concat()
}

fn sha256(bytes: &[u8]) -> Digest {
    Digest::Sha256(Sha256(sha2::Sha256::digest(bytes).into()))
}

fn promised(bytes: &[u8]) -> Expect {
    Expect { digest: Some(sha256(bytes)), size: Some(bytes.len() as u64), diff_id: None }
}

/// Reads a blob and lists its regular files with what could be read of them.
fn list(
    blob: impl Read + Send,
    expect: &Expect,
    limits: &Limits,
) -> Result<(String, Seen), String> {
    read(blob, expect, limits, |entries| {
        let mut files = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            let mut length = 0;
            while let Some(bytes) = entries.chunk()? {
                length += bytes.len() as u64;
            }
            assert!(!matches!(entry.kind, Kind::Regular { size } if size != length));
            files.push(format!("{} {length}", entry.path));
        }
        Ok::<_, layer::Error>(files.join(" "))
    })
    .map_err(|error| error.to_string())
}

#[track_caller]
fn check(blob: &[u8], compression: Compression, archive: &[u8]) {
    let (files, seen) = list(blob, &promised(blob), &Limits::default()).unwrap();
    assert_eq!(files, LISTING);
    let (size, inflated) = (blob.len() as u64, archive.len() as u64);
    let (digest, diff_id) = (sha256(blob), sha256(archive));
    assert_eq!(seen, Seen { digest, diff_id, size, inflated, compression });
}

#[track_caller]
fn check_error(blob: &[u8], expect: &Expect, error: &str) {
    assert_eq!(list(blob, expect, &Limits::default()).unwrap_err(), error);
}

#[test]
fn the_bytes_decide_how_a_blob_is_packed() {
    let archive = archive();
    check(&archive, Compression::None, &archive);
    check(&gzip(&archive), Compression::Gzip, &archive);
    check(&zstd(&archive), Compression::Zstd, &archive);
}

#[test]
fn gzip_may_have_many_members_and_end_in_zeros() {
    let archive = archive();
    let (head, tail) = archive.split_at(700);
    let members = [gzip(head), gzip(b""), gzip(tail)].concat();
    check(&members, Compression::Gzip, &archive);
    check(&[&members[..], &[0; 3000]].concat(), Compression::Gzip, &archive);
}

#[test]
fn gzip_headers_may_have_every_field() {
    let archive = archive();
    let mut encoder = flate2::GzBuilder::new()
        .filename("layer.tar")
        .comment("a comment")
        .extra(vec![7; 300])
        .write(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&archive).unwrap();
    check(&encoder.finish().unwrap(), Compression::Gzip, &archive);
    let mut plain = gzip(&archive);
    plain[3] |= 2;
    let checksum = {
        let mut crc = flate2::Crc::new();
        crc.update(&plain[..10]);
        crc.sum().to_le_bytes()
    };
    let with = |checksum: &[u8]| [&plain[..10], &checksum[..2], &plain[10..]].concat();
    check(&with(&checksum), Compression::Gzip, &archive);
    let broken = with(&[!checksum[0], checksum[1]]);
    check_error(
        &broken,
        &promised(&broken),
        "its gzip stream is broken after 0 inflated bytes: the checksum of a header is wrong",
    );
}

#[test]
fn zstd_may_have_many_frames_and_skippable_ones_anywhere() {
    let archive = archive();
    let (head, tail) = archive.split_at(700);
    let frames =
        [skippable(b"x"), zstd(head), skippable(b""), zstd(tail), skippable(&vec![9; 70_000])];
    check(&frames.concat(), Compression::Zstd, &archive);
}

#[test]
fn nothing_is_an_empty_layer_however_it_is_packed() {
    for blob in [vec![], vec![0; 1024], gzip(b""), zstd(b""), skippable(b"only"), gzip(&[0; 1024])]
    {
        let (files, _) = list(&blob[..], &promised(&blob), &Limits::default()).unwrap();
        assert_eq!(files, "");
    }
}

#[test]
fn a_sha512_digest_is_verified_and_the_diff_id_stays_sha256() {
    let archive = archive();
    for blob in [archive.clone(), gzip(&archive)] {
        let digest = Digest::Sha512(Box::new(sha2::Sha512::digest(&blob).into()));
        let expect = Expect { digest: Some(digest.clone()), ..Expect::default() };
        let (_, seen) = list(&blob[..], &expect, &Limits::default()).unwrap();
        assert_eq!((seen.digest, seen.diff_id), (digest, sha256(&archive)));
    }
}

#[test]
fn a_wrong_digest_is_told_even_if_the_archive_is_fine() {
    let blob = gzip(&archive());
    let expect = Expect { digest: Some(sha256(b"other")), ..promised(&blob) };
    let error = format!(
        "its bytes are not what {} promises (got {} after {} bytes)",
        sha256(b"other"),
        sha256(&blob),
        blob.len()
    );
    check_error(&blob, &expect, &error);
}

#[test]
fn a_damaged_blob_is_told_as_a_wrong_digest() {
    let archive = archive();
    for good in [archive.clone(), gzip(&archive), zstd(&archive)] {
        for place in [0, 20, good.len() / 2, good.len() - 1] {
            let mut bad = good.clone();
            bad[place] ^= 0x55;
            let error = list(&bad[..], &promised(&good), &Limits::default()).unwrap_err();
            assert!(error.starts_with("its bytes are not what sha256:"), "{place}: {error}");
        }
    }
}

#[test]
fn a_truncated_blob_is_told_as_too_short() {
    let archive = archive();
    for blob in [archive.clone(), gzip(&archive), zstd(&archive)] {
        let (cut, size) = (blob.len() / 2, blob.len());
        check_error(
            &blob[..cut],
            &promised(&blob),
            &format!("it should have {size} bytes and has {cut}"),
        );
    }
}

#[test]
fn no_more_is_read_than_one_byte_beyond_the_promised_size() {
    let blob = gzip(&archive());
    let expect = promised(&blob);
    let size = blob.len();
    let mut endless = blob.chain(io::repeat(0));
    let error = list(&mut endless, &expect, &Limits::default()).unwrap_err();
    assert_eq!(error, format!("it should have {size} bytes and has more"));
    // Nothing of what is endless was read but that byte.
    assert_eq!(endless.get_ref().0.len(), 0);
}

#[test]
fn a_broken_stream_without_a_promise_is_told_as_such() {
    let archive = archive();
    let none = Expect::default();
    let blob = gzip(&archive);
    check_error(
        &blob[..blob.len() - 9],
        &none,
        "its gzip stream is broken after 3072 inflated bytes: it is cut short",
    );
    let mut wrong = blob.clone();
    let end = wrong.len();
    wrong[end - 1] ^= 1;
    check_error(
        &wrong,
        &none,
        "its gzip stream is broken after 3072 inflated bytes: the length of what came out is wrong",
    );
    check_error(
        &[&blob[..], b"junk"].concat(),
        &none,
        "its gzip stream is broken after 3072 inflated bytes: it is cut short",
    );
    check_error(
        &[&blob[..], b"more junk, long enough for a header"].concat(),
        &none,
        "its gzip stream is broken after 3072 inflated bytes: what follows is not gzip",
    );
    let blob = zstd(&archive);
    check_error(
        &blob[..blob.len() - 1],
        &none,
        "its zstd stream is broken after 3072 inflated bytes: it is cut short",
    );
    check_error(
        &[&blob[..], b"junk"].concat(),
        &none,
        "its zstd stream is broken after 3072 inflated bytes: Unknown frame descriptor",
    );
}

#[test]
fn what_is_no_layer_is_named() {
    let none = Expect::default();
    let page = format!("<html>{}</html>", "sorry ".repeat(200));
    check_error(page.as_bytes(), &none, "it is not a tar archive: its first block is no header");
    check_error(
        &gzip(page.as_bytes()),
        &none,
        "it is not a tar archive: its first block is no header",
    );
    check_error(b"\xfd7zXZ\0 and so on", &none, "it is not a tar archive: it is xz");
    check_error(&gzip(&gzip(&archive())), &none, "it is not a tar archive: it is gzip");
}

/// Gives some bytes and then fails.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, "the line went dead"));
        }
        self.0.read(target)
    }
}

#[test]
fn a_failing_reader_is_told_whatever_else_is_wrong() {
    let blob = gzip(&archive());
    let broken = [&blob[..20], &[0xff; 200]].concat();
    for bytes in [&b""[..], &blob[..100], &blob, &broken] {
        let expect = Expect { size: None, ..promised(&blob) };
        let error = list(Failing(bytes), &expect, &Limits::default()).unwrap_err();
        assert_eq!(error, "its bytes could not be had: the line went dead");
    }
}

#[test]
fn an_interrupted_reader_is_asked_again() {
    struct Interrupted<'a>(&'a [u8], bool);
    impl Read for Interrupted<'_> {
        fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            self.0.take(3).read(target).inspect(|&count| self.0 = &self.0[count..])
        }
    }
    let blob = gzip(&archive());
    let reader = Interrupted(&blob, false);
    assert_eq!(list(reader, &promised(&blob), &Limits::default()).unwrap().0, LISTING);
}

#[derive(Debug)]
enum Visit {
    Own,
    Layer(layer::Error),
}

impl From<layer::Error> for Visit {
    fn from(error: layer::Error) -> Visit {
        Visit::Layer(error)
    }
}

/// More than fits into the channel, so that the other thread has to wait.
fn large() -> Vec<u8> {
    let mut noise = 1_u64;
    let content: Vec<u8> = (0..4 << 20)
        .map(|_| {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            noise.to_be_bytes()[0]
        })
        .collect();
    let header = crate::tar::Header::new(b"large", b'0', content.len());
    Tar::new().member(header, &content).end()
}

#[test]
fn an_error_of_the_visitor_stops_the_reading() {
    let archive = large();
    for blob in [archive.clone(), gzip(&archive), zstd(&archive)] {
        let expect = promised(&blob);
        let mut reader = (&blob[..]).chain(io::repeat(7));
        let result = read(&mut reader, &expect, &Limits::default(), |entries| {
            entries.next_entry()?;
            Err::<(), _>(Visit::Own)
        });
        assert!(matches!(result, Err(Visit::Own)), "{result:?}");
    }
}

#[test]
fn a_visitor_that_leaves_early_still_gets_a_verified_blob() {
    let archive = large();
    for blob in [archive.clone(), gzip(&archive), zstd(&archive)] {
        let leave = |_: &mut layer::Entries<'_>| Ok::<_, Visit>("left");
        let (left, seen) = read(&blob[..], &promised(&blob), &Limits::default(), leave).unwrap();
        assert_eq!((left, seen.diff_id), ("left", sha256(&archive)));
        let wrong = Expect { digest: Some(sha256(b"")), ..Expect::default() };
        let result = read(&blob[..], &wrong, &Limits::default(), leave);
        assert!(matches!(result, Err(Visit::Layer(layer::Error::Digest { .. }))));
    }
}

#[test]
fn a_visitor_cannot_hide_that_the_stream_is_broken() {
    let mut blob = gzip(&large());
    blob.truncate(blob.len() - 4);
    let result = read(&blob[..], &Expect::default(), &Limits::default(), |entries| {
        while let Ok(Some(_)) = entries.next_entry() {}
        Ok::<_, Visit>("fine")
    });
    assert!(matches!(result, Err(Visit::Layer(layer::Error::Inflate { .. }))), "{result:?}");
}

#[test]
fn panics_of_visitor_and_reader_come_through() {
    struct Panicking;
    impl Read for Panicking {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("reader")
        }
    }
    let blob = gzip(&large());
    let message = |run: &dyn Fn()| {
        let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
        panic.downcast_ref::<&str>().map(ToString::to_string)
    };
    let visitor = message(&|| {
        let _ = read(&blob[..], &Expect::default(), &Limits::default(), |entries| {
            entries.next_entry()?;
            assert!(entries.chunk()?.is_none(), "visitor");
            Ok::<_, Visit>(())
        });
    });
    assert_eq!(visitor.as_deref(), Some("visitor"));
    let reader = message(&|| {
        let _ = list(Panicking, &Expect::default(), &Limits::default());
    });
    assert_eq!(reader.as_deref(), Some("reader"));
}
