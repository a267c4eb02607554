//! Every query over the corpus in each of its four forms, beside the answers that were looked at and committed.
//!
//! Parameters are cut down, so that a person can read what is committed; a question whose whole answer is long is asked
//! again without the cut, and the number of its rows and the digest of its JSON stand below.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _, Write as _};

use engine::{Files, Options, Subject};
use flate2::read::MultiGzDecoder;
use model::{ImageKind, Time};
use report::query::{Contents, Query, Question, Scope};
use report::rows::{Answers, Form};

use crate::json::answered;
use crate::questions::{ancestor, read};

/// A question.
struct Asked {
    /// The images that are asked.
    of: &'static [&'static str],
    /// The query and its parameters, cut down.
    words: &'static str,
    /// The same without the cut.
    whole: &'static str,
}

const fn asked(of: &'static [&'static str], words: &'static str, whole: &'static str) -> Asked {
    Asked { of, words, whole }
}

const ALPINE: &[&str] = &["alpine:3.20.3"];
const CENTOS: &[&str] = &["rpm:sqlite-new"];
const BUSYBOX: &[&str] = &["busybox:latest-uclibc"];
const DISTROLESS: &[&str] = &["distroless:v2-debug"];
/// Made by hand, every privilege that a file can have.
const HARD: &[&str] = &["hard:base"];
const NODE: &[&str] = &["cut:nodeapp"];
const PYTHON: &[&str] = &["cut:pyapp"];
/// Made by hand, since no image of the corpus has packages of Ruby or Java.
const APP: &[&str] = &["hand:app"];
/// That one alpine is built on the other is said of them here, and not true.
const SEVERAL: &[&str] =
    &["alpine:3.19.4", "alpine:3.20.3", "rpm:sqlite-new", "distroless:v2-debug"];

/// What is asked, at least once for each query.
const QUESTIONS: &[Asked] = &[
    asked(CENTOS, "show-pkg-diffs rpm:sqlite-old", ""),
    asked(BUSYBOX, "show-pkg-diffs alpine:3.20.3", ""),
    asked(DISTROLESS, "show-pkg-diffs distroless:v1", ""),
    asked(
        ALPINE,
        "show-file-diffs alpine:3.19.4 exclude=re:/(bin|lib|sbin|usr|etc/ssl)",
        "show-file-diffs alpine:3.19.4 also=all",
    ),
    asked(
        CENTOS,
        "show-file-diffs rpm:sqlite-old also=mode exclude=/var exclude=/usr",
        "show-file-diffs rpm:sqlite-old",
    ),
    asked(ALPINE, "show-non-packaged-files 2 /", "show-non-packaged-files leaves"),
    asked(CENTOS, "show-non-packaged-files all /", "show-non-packaged-files leaves"),
    asked(BUSYBOX, "show-non-packaged-files 2", "show-non-packaged-files leaves"),
    asked(CENTOS, "show-non-packaged-files-diff all / rpm:sqlite-old", ""),
    asked(
        ALPINE,
        "show-non-packaged-files-diff 3 / alpine:3.19.4",
        "show-non-packaged-files-diff leaves / alpine:3.19.4",
    ),
    asked(ALPINE, "has-package musl zlib-1.3.1-r1 zlib-1 bash", ""),
    asked(CENTOS, "list-packages all", ""),
    asked(BUSYBOX, "list-packages all", ""),
    asked(ALPINE, "list-package-detail musl", "list-package-detail all"),
    asked(NODE, "list-package-detail libc-bin", "list-package-detail all"),
    asked(ALPINE, "list-package-licenses MIT", "list-package-licenses all"),
    asked(NODE, "list-npms body-parser accepts", "list-npms all"),
    asked(NODE, "list-npm-detail body-parser", "list-npm-detail all"),
    asked(APP, "list-gems all", ""),
    asked(APP, "list-gem-detail all", ""),
    asked(PYTHON, "list-python-packages a", "list-python-packages all"),
    asked(PYTHON, "list-python-package-detail aiohttp", "list-python-package-detail all"),
    asked(APP, "list-java-packages all", ""),
    asked(APP, "list-java-package-detail all", ""),
    asked(ALPINE, "list-files /etc/apk", "list-files all"),
    asked(ALPINE, "list-files-detail /lib/apk", "list-files-detail all"),
    asked(HARD, "list-suids /", ""),
    asked(
        ALPINE,
        "list-content-search-matches login=:/bin/ash$ https://.*main under=/etc",
        "list-content-search-matches all",
    ),
    asked(ALPINE, "list-retrieved-files all", ""),
    asked(ALPINE, "get-retrieved-files /etc/alpine-release out", "get-retrieved-files all out"),
    asked(DISTROLESS, "list-image-attrs all", ""),
    asked(CENTOS, "show-distro all", ""),
    asked(ALPINE, "show-dockerfile all", ""),
    asked(ALPINE, "show-familytree all", ""),
    asked(ALPINE, "show-layer-info all", ""),
    asked(ALPINE, "show-layers all", ""),
    asked(SEVERAL, "base-status all", ""),
    asked(SEVERAL, "common-packages all", ""),
    asked(SEVERAL, "distro-bins all", ""),
    asked(SEVERAL, "size-bins 0 1 2 5", ""),
];

/// The images of the corpus, by the names that they have here.
type Images = BTreeMap<String, Image>;

/// An image, and where it can be read again.
struct Image {
    subject: Subject,
    place: String,
}

/// The images of the corpus that are asked, and that others are compared with.
fn images() -> Option<Images> {
    let corpus = testkit::corpus()?;
    let mut images = BTreeMap::new();
    let tagged = [
        "alpine:3.19.4",
        "alpine:3.20.3",
        "rpm:sqlite-old",
        "rpm:sqlite-new",
        "busybox:latest-uclibc",
        "hard:base",
        "distroless:v1",
        "distroless:v2-debug",
    ];
    for name in tagged {
        let (layout, tag) = name.split_once(':').unwrap();
        let folder = corpus.join("images").join(layout);
        images.insert(name.to_owned(), read(&format!("oci:{}:{tag}", folder.display())));
    }
    let mut layers = vec![("hand:app".to_owned(), app())];
    for name in ["nodeapp", "pyapp"] {
        let archive = testkit::corpus_file(&format!("cut/{name}-v1_v2/new.tar.gz"))?;
        let mut layer = Vec::new();
        MultiGzDecoder::new(&archive[..]).read_to_end(&mut layer).unwrap();
        layers.push((format!("cut:{name}"), layer));
    }
    for (name, layer) in layers {
        let folder = tempfile::tempdir().unwrap();
        // Digests in the answers must not depend on how well somebody compresses.
        testkit::write_layout(
            folder.path(),
            "1",
            &testkit::image("").with_layer(&layer).compressed(testkit::Compression::None),
        );
        images.insert(name, read(&format!("oci:{}:1", folder.path().display())));
    }
    let mut images: Images =
        images.into_iter().map(|(name, subject)| named(name, subject)).collect();
    let base = ancestor(&images["alpine:3.19.4"].subject);
    images.get_mut("alpine:3.20.3")?.subject.ancestors = vec![base];
    Some(images)
}

/// A layer with a gem and a Java archive in another.
fn app() -> Vec<u8> {
    let gem = b"Gem::Specification.new do |s|\n  s.name = \"shop-mail\".freeze\n  s.version = \"1.2.0\"\n\
        \x20 s.authors = [\"Shop Keepers\".freeze]\n  s.licenses = [\"MIT\".freeze]\n\
        \x20 s.homepage = \"https://shop.example/mail\".freeze\nend\n";
    let manifest = b"Manifest-Version: 1.0\r\nImplementation-Title: The Till\r\n\
        Implementation-Version: 9\r\nImplementation-Vendor: Shop Keepers\r\nSpecification-Version: 1.4\r\n\r\n";
    let properties = b"version=1.4.0\ngroupId=example.shop\nartifactId=till\n";
    let inner = java(&[("META-INF/MANIFEST.MF", manifest)]);
    let outer = java(&[
        ("META-INF/MANIFEST.MF", manifest),
        ("META-INF/maven/example.shop/till/pom.properties", properties),
        ("WEB-INF/lib/scales-2.0.jar", &inner),
    ]);
    let files: [(&str, &[u8]); 2] = [
        ("usr/local/bundle/specifications/shop-mail-1.2.0.gemspec", gem),
        ("srv/till.war", &outer),
    ];
    let mut layer = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        layer.append_data(&mut header, path, bytes).unwrap();
    }
    layer.into_inner().unwrap()
}

/// A Java archive of these members, nothing of it packed.
fn java(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in members {
        let stored = options.compression_method(zip::CompressionMethod::Stored);
        writer.start_file(*name, stored).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Gives an image a name that is the same wherever the corpus is.
fn named(name: String, mut subject: Subject) -> (String, Image) {
    let called = format!("docker.io/library/{name}");
    (subject.names, subject.current) = (vec![called.clone()], vec![called.clone()]);
    (subject.kind, subject.analyzed) = (ImageKind::User, Time(1_700_000_000));
    let place = std::mem::replace(&mut subject.side.image.reference, called);
    (name, Image { subject, place })
}

fn ask(images: &Images, of: &[&str], words: &str) -> Answers {
    let (query, parameters) = words.split_once(' ').unwrap();
    let query: &Query = report::query::find(query).unwrap();
    let parameters: Vec<String> = parameters.split(' ').map(ToOwned::to_owned).collect();
    let names = (query.images)(&parameters).into_iter();
    let others = names.map(|name| (name.clone(), Ok(images[&name].subject.clone()))).collect();
    let subjects: Vec<&Subject> = of.iter().map(|name| &images[*name].subject).collect();
    let contents = contents(&images[of[0]], query, &parameters);
    let question = Question {
        subjects: &subjects,
        parameters: &parameters,
        others: &others,
        contents: &contents,
    };
    let key = match query.scope {
        Scope::Each => subjects[0].id.as_ref().unwrap().hex(),
        Scope::All => "multi".into(),
    };
    let of = of.iter().map(|name| format!("--image={name}"));
    let command = ["query".to_owned()].into_iter().chain(of);
    let command = command.chain(words.split(' ').map(ToOwned::to_owned)).collect();
    let answer = query.ask(&question).unwrap();
    Answers { command, parameters, answers: vec![(key, answer)] }
}

/// Reads again what the query needs of the image.
fn contents(image: &Image, query: &Query, parameters: &[String]) -> Contents {
    let mut contents = Contents::default();
    let Some(needs) = query.contents else { return contents };
    let need = needs(&image.subject, parameters).unwrap();
    let mut subject = image.subject.clone();
    subject.side.image.reference.clone_from(&image.place);
    let files = Files { subject: &subject, paths: &need.files };
    engine::contents(files, &Options::default(), &engine::unwatched, &mut |path, bytes| {
        contents.seen.insert(path.clone(), need.look(bytes));
    })
    .unwrap();
    contents
}

fn written(answers: &Answers, form: Form) -> String {
    let mut out = Vec::new();
    report::rows::write(answers, form, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A question in its four forms, and what the whole answer comes to.
fn golden(images: &Images, asked: &Asked) -> String {
    let answers = ask(images, asked.of, asked.words);
    answered(&answers);
    let forms = [
        ("grid, as wide as the article's", Form::Grid { terminal: Some(208) }),
        ("plain", Form::Plain),
        ("html", Form::Html),
        ("json", Form::Json),
    ];
    let forms = forms.map(|(name, form)| format!("## {name}\n{}", written(&answers, form)));
    let whole = match asked.whole {
        "" => String::new(),
        words => {
            let answers = ask(images, asked.of, words);
            answered(&answers);
            let digest = testkit::digest(written(&answers, Form::Json).as_bytes());
            let rows: usize = answers.answers.iter().map(|(_, one)| one.rows.rows.len()).sum();
            format!("## {words}\n{rows} rows, {digest}\n")
        }
    };
    format!("# {}: {}\n{}{whole}", asked.of.join(" "), asked.words, forms.join(""))
}

#[test]
fn every_query_answers_as_it_did_when_its_answers_were_looked_at() {
    let Some(images) = images() else { return };
    let mut told: BTreeMap<&str, String> = BTreeMap::new();
    for asked in QUESTIONS {
        let query = asked.words.split(' ').next().unwrap();
        *told.entry(query).or_default() += &golden(&images, asked);
    }
    let every: BTreeSet<&str> = report::query::ALL.iter().map(|query| query.name).collect();
    assert_eq!(told.keys().copied().collect::<BTreeSet<_>>(), every, "each query is asked");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for (query, told) in told {
            insta::assert_snapshot!(query, told);
        }
    });
}
