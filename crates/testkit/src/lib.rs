//! Images as text, for tests: [`image()`] builds what a few lines describe, to the same bytes every time.
//!
//! An [`Image`] goes wherever images come from: [`write_layout`], [`write_index`], [`write_oci_archive`],
//! [`write_docker_archive`], [`write_docker_archive_v25`], or as [`Image::manifest`] and [`Image::blobs`] into a registry.
//! [`engine::Engine`] plays a container engine. A [`Package`] is what a package manager records, [`demo()`] the project's
//! demonstration, [`write_advisories`] makes a database of what is wrong with packages, [`arbitrary_image`] and
//! [`arbitrary_pair`] are for property tests.
//!
//! Nothing here belongs to the product: other rooms have it as a dev-dependency only. What is not as it should be, a
//! text or a folder, makes these functions panic with the reason, as a test wants it.
//!
//! ```
//! let image = testkit::image(
//!     r#"
//!     //- /etc/motd
//!     welcome
//!     //- /usr/bin/tool mode=4755 size=1000
//!     //- /bin -> usr/bin
//!     //- layer RUN rm /etc/motd
//!     //- whiteout /etc/motd
//!     //- config {"User": "app"}
//!     "#,
//! );
//! assert_eq!(image.layers().len(), 2);
//!
//! let folder = tempfile::tempdir().unwrap();
//! testkit::write_layout(folder.path(), "1.0", &image);
//! assert!(folder.path().join("index.json").exists());
//! ```
//!
//! # The grammar
//!
//! A line that begins with `//- ` starts something; the lines below it are its content, each with a line feed at its
//! end. Blank lines count as content too, but mean nothing below what has none. A text may be indented as a whole:
//! what its first line is indented by is taken from every line.
//!
//! | line | what it puts into the layer |
//! |---|---|
//! | `//- /path` | a regular file with the lines below as its content |
//! | `//- /path/` | a directory; those that no line names are not in the archive |
//! | `//- /path -> text` | a symbolic link |
//! | `//- /path => /other` | a hard link: another name of `/other` |
//! | `//- /path char=1,3`, `block=8,0`, `fifo` | a device, a named pipe |
//! | `//- whiteout /path` | `.wh.` before the last name |
//! | `//- opaque /path` | `.wh..wh..opq` in the directory |
//! | `//- raw NAME` | like the lines above, but `NAME` (and a hard link's target) stands in the archive as it is: `./a`, `a//b`, `../a`, `/a` |
//! | `//- mtime 1700000000` | nothing; it is the time of the entries below that give none |
//!
//! | line | what it says of the image |
//! |---|---|
//! | `//- layer [instruction]` | the next layer begins; before any entry it names the first one, which needs no line |
//! | `//- empty instruction` | a line of the history that made no layer |
//! | `//- config {json}` | merged into the configuration's `config`; may go on in the lines below |
//! | `//- image {json}` | merged into the whole configuration, last of all: `author`, a wrong `history`, … |
//! | `//- platform linux/arm64` | what it runs on; `linux/amd64` without it |
//! | `//- created 2026-10-02T00:00:00Z` | when it was built; nothing is said without it |
//!
//! Merging follows RFC 7386: objects are merged, `null` removes, anything else replaces. There is a history only where
//! a `layer` or `empty` line has an instruction.
//!
//! After the name may stand, in any order:
//!
//! | word | meaning |
//! |---|---|
//! | `mode=4755` | permission bits, octal; else 755 for directories, 777 for symbolic links, 644 |
//! | `uid=0` `gid=0` `mtime=1700000000` | numbers; 0 where they are not given |
//! | `xattr:NAME=VALUE` | an extended attribute, as a PAX record `SCHILY.xattr.NAME`; `0x…` are bytes in hexadecimal |
//! | `pax:KEY=VALUE` | any other PAX record |
//! | `type=L` | the type flag, whatever the line looks like: GNU's long names (`L`), global PAX headers (`g`), unknown ones |
//! | `size=1000000` | content made up of the name: letters in lines, always the same |
//! | `seed=2` | with `size`: other content under the same name |
//! | `hex=00ff` `base64=AP8=` `text=abc` | content that lines cannot say; `text` has no line feed at its end |
//! | `claim=5000` | the size that the header claims, whatever the content is |
//!
//! In names and values `\xNN`, `\\`, `\n`, `\t`, `\r` and `\u{…}` stand for bytes and characters, as
//! [`model::visible`] writes them; a space in a name is `\x20`, and `""` after `raw` is the empty name. Names and link
//! texts of more than 100 bytes, and ones that are not ASCII, go into PAX records as well.
//!
//! # Hard cases
//!
//! | case | how to say it |
//! |---|---|
//! | directories that no entry names | leave their lines out |
//! | whiteout and re-adding in one layer | `//- /a` and `//- whiteout /a`, in either order |
//! | a bare `.wh.`, `.wh..wh..opqX`, `.wh..wh.plnk` | `//- /.wh.`, `//- /srv/.wh..wh..opqX`, … are names like others |
//! | overlay's own whiteouts | `//- /a char=0,0`, `//- /srv/ xattr:trusted.overlay.opaque=y` |
//! | a chain of hard links, one to a lower layer, one to nothing | `//- /b => /a`, `//- /c => /b`, anywhere |
//! | an entry through a linked directory | `//- /lib -> usr/lib`, then `//- /lib/x` |
//! | cycles of links, links out of the image | `//- /a -> b`, `//- /b -> /a`, `//- /c -> ../../etc` |
//! | names out of the image, odd names | `//- raw ../../etc/passwd`, `//- raw a//b`, `//- raw a\x00b` |
//! | a file for a directory, duplicates | two lines with one path |
//! | no layers, an empty layer, a layer of no bytes | no lines, `//- layer`, [`Image::with_layer`] |
//! | equal layers (equal diff-ids) | the same lines below two `//- layer` |
//! | a history that does not fit | `//- empty`, or `//- image {"history": []}` |
//! | global PAX headers, GNU's long names | `//- raw x type=g`, `//- raw ././@LongLink type=L`, with their content below |
//! | sparse files | `pax:GNU.sparse.major=1 pax:GNU.sparse.minor=0 …`, with the map as content |
//! | sizes that lie, cut and damaged archives | `claim=`; [`Image::layers`], cut, into [`Image::with_layer`] |
//! | media types that lie | [`Image::declared`] |
//! | blobs that lie or lack | change the files of [`write_layout`] |

mod advisories;
mod arbitrary;
mod archive;
mod blobs;
mod corpus;
mod demo;
mod docker;
pub mod engine;
mod image;
mod layout;
mod package;
pub mod registry;
mod text;

pub use advisories::write_advisories;
pub use arbitrary::{arbitrary_image, arbitrary_pair};
pub use blobs::{Compression, compress, digest};
pub use corpus::{corpus, corpus_file, corpus_layers};
pub use demo::{DEMO_ADVISORIES, demo};
pub use docker::{write_docker_archive, write_docker_archive_v25};
pub use image::{Image, Media, image};
pub use layout::{index, write_index, write_layout, write_oci_archive};
pub use package::{Package, apk_database, apk_package, deb_package, dpkg_database};
