//! Queries of files, and of what is in them.

use compare::Subject;
use model::FileKind;
use report::query::Contents;
use report::rows::Answer;

use super::{ask, ask_with, check, shown, subject};

const FILES: &str = "\
//- /bin -> usr/bin
//- /usr/bin/su mode=4755
su
//- /usr/bin/wall mode=2755 gid=5
wall
//- /usr/bin/ping xattr:security.capability=0x0100000200200000000000000000000000000000
ping
//- /usr/binary mode=0 text=abc
//- /usr/bin/both mode=6755 uid=7 gid=8
//- /dev/console char=5,1
//- /run/fifo fifo
//- /a\\x20b\\xff
x
//- /srv/ mode=2775
";

#[test]
fn files_are_listed_with_all_below_a_path() {
    check(
        FILES,
        "list-files /usr/bin",
        "/usr/bin 0755\n/usr/bin/both 06755\n/usr/bin/ping 0644\n/usr/bin/su 04755\n/usr/bin/wall 02755",
    );
    check(FILES, "list-files /usr/binary", "/usr/binary 0000");
    check(FILES, "list-files re:/usr/bin/[sw]", "/usr/bin/su 04755\n/usr/bin/wall 02755");
    // Links are not followed: a path means what stands there.
    check(FILES, "list-files /bin", "/bin 0777");
    check(
        FILES,
        "list-files",
        "no path is given\n hint: say `all`, or which path is meant: its beginning, or re:PATTERN",
    );
}

#[test]
fn every_kind_of_file_is_told_apart() {
    // The digest is what sha256sum says of `abc`.
    check(
        FILES,
        "list-files-detail /bin /usr/binary /dev /run",
        "/bin slink 7 0777 usr/bin DIRECTORY_OR_OTHER\n\
         /dev dir 0 0755 NA DIRECTORY_OR_OTHER\n\
         /dev/console dev 0 0644 NA DIRECTORY_OR_OTHER\n\
         /run dir 0 0755 NA DIRECTORY_OR_OTHER\n\
         /run/fifo fifo 0 0644 NA DIRECTORY_OR_OTHER\n\
         /usr/binary file 3 0000 NA ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
}

#[test]
fn privileges_are_all_told() {
    check(
        FILES,
        "list-suids all",
        "/usr/bin/both 06755 setuid(7),setgid(8)\n\
         /usr/bin/ping 0644 cap_net_raw=ep\n\
         /usr/bin/su 04755 setuid(0)\n\
         /usr/bin/wall 02755 setgid(5)",
    );
}

#[test]
fn names_that_are_not_text_are_shown_inert() {
    check(FILES, "list-files re:/a", "/a,b\\xff 0644");
    check("//- /\\u{1b}[31m\nx\n", "list-files all", "/\\u{1b}[31m 0644");
}

/// Gives a query what it needs, out of the same text that the image was made of.
fn search(subject: &Subject, files: &[(&str, &str)], command: &str) -> Result<Answer, String> {
    let mut words = command.split(' ');
    let query = report::query::find(words.next().unwrap()).unwrap();
    let parameters: Vec<String> = words.map(Into::into).collect();
    let need = query.contents.unwrap()(subject, &parameters).map_err(|wrong| wrong.what)?;
    let mut contents = Contents::default();
    for path in &need.files {
        let (_, bytes) = files.iter().find(|(name, _)| path.to_str() == Some(name)).unwrap();
        contents.seen.insert(path.clone(), need.look(bytes.as_bytes()));
    }
    ask_with(&[subject], command, &contents).map_err(|wrong| wrong.what)
}

#[test]
fn lines_that_match_are_told_by_number_and_never_shown() {
    let files = [
        ("/app/.env", "A=1\nAWS=AKIAIOSFODNN7EXAMPLE\n\nkey AKIAIOSFODNN7EXAMPLE\r\n"),
        ("/app/id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n"),
        ("/srv/plain", "PASSWORD=secret"),
        ("/srv/bytes", "\u{ff}PASSWORD=secret\n"),
    ];
    let image: String = files
        .iter()
        .map(|(path, text)| format!("//- {path}\n{}\n", text.replace("\r\n", "\n").trim_end()))
        .collect();
    let subject = subject(&image);
    let check = |command: &str, expect: &str| {
        let told = search(&subject, &files, command);
        let told = told.map_or_else(|what| what, |answer| shown(&subject, Ok(answer)));
        assert_eq!(told.trim_end(), expect, "{command}");
        assert!(!told.contains("secret") && !told.contains("EXAMPLE"), "{told}");
    };
    check(
        "list-content-search-matches all",
        "/app/.env AWS_ACCESS_KEY 1,3\n/app/id_rsa PRIV_KEY 0",
    );
    check("list-content-search-matches PASS=PASSWORD=.", "/srv/bytes PASS 0\n/srv/plain PASS 0");
    check("list-content-search-matches ^PASSWORD=", "/srv/plain ^PASSWORD= 0");
    check("list-content-search-matches ^PASSWORD= under=/app", "");
    check("list-content-search-matches under=/app", "it is not said what to look for");
    check(
        "list-content-search-matches (",
        "`(` is no regular expression that can be used: unclosed group",
    );
}

#[test]
fn files_that_are_too_large_to_be_searched_are_told_of() {
    let mut subject = subject("//- /big\nx\n");
    let mut files = subject.side.facts.files.to_vec();
    let mut entry = (*files[0].entry).clone();
    if let FileKind::Regular { size, .. } = &mut entry.kind {
        *size = 1 << 30;
    }
    files[0].entry = entry.into();
    subject.side.facts.files = files.into();
    let told = shown(&subject, ask(&[&subject], "list-content-search-matches all"));
    assert_eq!(told, "\nWarning Output\n\n1 files larger than 10485760 bytes were not searched");
}

const KEPT: &str = "\
//- /etc/passwd
root:x:0:0::/root:/bin/sh
//- /etc/group
root:x:0:
//- /etc/os-release -> ../usr/lib/os-release
//- /usr/lib/os-release
ID=shop
//- /etc/shadow
root:!::
//- layer
//- /etc/group
root:x:0:root
//- whiteout /etc/passwd
";

#[test]
fn kept_files_live_and_die_by_layers() {
    check(
        KEPT,
        "list-retrieved-files all",
        "retrieve_files /etc/group 14\nretrieve_files /usr/lib/os-release 8",
    );
    check(
        KEPT,
        "list-retrieved-files /etc",
        "`/etc` means nothing to this query\n hint: its only parameter is `all`",
    );
}

#[test]
fn kept_files_are_handed_over_below_a_folder() {
    let subject = subject(KEPT);
    let written = |command: &str| {
        let answer = ask(&[&subject], command).unwrap();
        let files: Vec<String> = answer
            .files
            .iter()
            .map(|(path, bytes)| format!("{path}={}", String::from_utf8_lossy(bytes)))
            .collect();
        (files.concat(), shown(&subject, Ok(answer)))
    };
    let (files, rows) = written("get-retrieved-files all out/");
    assert_eq!(files, "/etc/group=root:x:0:root\n/usr/lib/os-release=ID=shop\n");
    assert_eq!(rows, "/etc/group out/etc/group\n/usr/lib/os-release out/usr/lib/os-release");
    // Links lead to what is kept.
    let (files, rows) = written("get-retrieved-files /etc/os-release .");
    assert_eq!(files, "/usr/lib/os-release=ID=shop\n");
    assert_eq!(rows, "/usr/lib/os-release ./usr/lib/os-release");
    let (files, rows) = written("get-retrieved-files ../../nothing out");
    assert_eq!(files, "");
    assert!(rows.contains("there is no file ../../nothing"), "{rows}");
    let (_, rows) = written("get-retrieved-files /etc out");
    assert!(rows.contains("/etc is a directory, not a regular file"), "{rows}");
}

#[test]
fn a_file_that_is_not_kept_is_read_again() {
    let subject = subject(KEPT);
    let files = [("/etc/shadow", "root:!::\n")];
    let answer = search(&subject, &files, "get-retrieved-files /etc/shadow out").unwrap();
    assert_eq!(answer.files.values().next().unwrap(), &Box::from(&b"root:!::\n"[..]));
    let answer = ask(&[&subject], "get-retrieved-files /etc/shadow out").unwrap();
    assert_eq!(answer.warnings, ["/etc/shadow is not kept, and was not read again"]);
    let missing = Contents { missing: Some("nobody is asked".into()), ..Contents::default() };
    let answer = ask_with(&[&subject], "get-retrieved-files /etc/shadow out", &missing).unwrap();
    assert_eq!(answer.warnings, ["nobody is asked"]);
}

#[test]
fn where_to_write_has_to_be_said() {
    let hint = "say which file, or `all`, and the folder to write to: get-retrieved-files /etc/passwd ./out";
    let check = |command: &str, what: &str| check(KEPT, command, &format!("{what}\n hint: {hint}"));
    check("get-retrieved-files all", "no folder to write to is given");
    check("get-retrieved-files", "no file is given");
    check("get-retrieved-files a b c", "`c` is one parameter too many");
}
