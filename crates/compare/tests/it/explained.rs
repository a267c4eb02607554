//! Changes that no package explains: what programs generate, and what lines of history name.

use crate::check;

/// A database of apk with one package.
fn apk(version: &str) -> String {
    format!(
        "//- /lib/apk/db/installed\nP:a\nV:{version}\nF:usr/lib\nR:a.so\n//- /usr/lib/a.so\n{version}\n"
    )
}

#[test]
fn what_is_written_at_an_installation_is_generated() {
    let side = |version: &str| {
        apk(version)
            + &format!(
                "//- /etc/ld.so.cache\n{version}\n//- /etc/passwd\nroot:x:0:0\n{version}\n//- /var/log/dpkg.log\n{version}\n"
            )
    };
    check(
        &side("1"),
        &side("2"),
        "
        upgraded a 1 -> 2
        ~ /etc/ld.so.cache content generated
        ~ /etc/passwd content generated
        ~ /lib/apk/db/installed content database
        ~ /usr/lib/a.so content package by a
        ~ /var/log/dpkg.log content generated
        ",
    );
}

#[test]
fn without_a_reason_to_be_written_nothing_is_generated() {
    let side =
        |text: &str| apk("1") + &format!("//- /etc/ld.so.cache\n{text}\n//- /etc/passwd\n{text}\n");
    check(
        &side("1"),
        &side("2"),
        "
        ~ /etc/ld.so.cache content unexplained
        ~ /etc/passwd content unexplained
        ",
    );
    // A library that came is a reason for the linker's list, and none for the users.
    check(
        &side("1"),
        &(side("2") + "//- /usr/lib/b.so.1\nx\n"),
        "
        ~ /etc/ld.so.cache content generated
        ~ /etc/passwd content unexplained
        + /usr/lib/b.so.1 unexplained
        ",
    );
}

#[test]
fn a_program_is_never_generated_and_a_privilege_is_told_whatever_the_cause() {
    let new = "//- /var/log/dpkg.log mode=755\nx\n//- /var/log/apt/x mode=4644\nx\n";
    let pair = crate::pair("//- /var/log/apt/\n", &("//- /var/log/apt/\n".to_owned() + new));
    let comparison = pair.compare();
    let shown: Vec<_> = comparison
        .files
        .iter()
        .map(|change| format!("{} {} {}", change.path(), change.cause.name(), change.needs_look()))
        .collect();
    assert_eq!(shown, ["/var/log/apt/x generated true", "/var/log/dpkg.log unexplained true"]);
}

#[test]
fn compiled_python_is_generated_beside_a_source_that_belongs_to_somebody() {
    let side = |byte: &str| {
        format!(
            "//- /lib/apk/db/installed\nP:py\nV:1\nF:usr/lib/py\nR:six.py\n\n//- /usr/lib/py/six.py\n1\n\
             //- /usr/lib/py/__pycache__/six.cpython-312.opt-1.pyc\n{byte}\n//- /srv/x.py\n1\n//- /srv/x.pyc\n{byte}\n\
             //- /srv/__pycache__/alone.cpython-312.pyc\n{byte}\n"
        )
    };
    check(
        &side("1"),
        &side("2"),
        "
        ~ /srv/__pycache__/alone.cpython-312.pyc content unexplained
        ~ /srv/x.pyc content unexplained
        ~ /usr/lib/py/__pycache__/six.cpython-312.opt-1.pyc content generated
        ",
    );
}

#[test]
fn a_file_that_a_package_ships_to_be_edited_is_not_altered_where_there_was_a_reason() {
    let database = "//- /lib/apk/db/installed\nP:baselayout\nV:1\nF:etc\nR:passwd\nR:motd\n\n";
    let old = format!("{database}//- /etc/passwd\nroot\n//- /etc/motd\n1\n");
    let layer = "//- /etc/passwd\nroot\napp\n//- /etc/motd\n2\n";
    let new = |instruction: &str| {
        format!("//- layer ADD rootfs.tar.gz /\n{old}//- layer {instruction}\n{layer}")
    };
    let old = format!("//- layer ADD rootfs.tar.gz /\n{old}");
    check(
        &old,
        &new("RUN /bin/sh -c adduser -D app # buildkit"),
        "
        ~ /etc/motd content altered by baselayout
        ~ /etc/passwd content,size instruction by baselayout
        history: none -> RUN /bin/sh -c adduser -D app # buildkit
        ",
    );
    check(
        &old,
        &new("COPY motd passwd /etc/"),
        "
        ~ /etc/motd content altered by baselayout
        ~ /etc/passwd content,size instruction by baselayout
        history: none -> COPY motd passwd /etc/
        ",
    );
    check(
        &old,
        &new("RUN /bin/sh -c ./install.sh # buildkit"),
        "
        ~ /etc/motd content altered by baselayout
        ~ /etc/passwd content,size altered by baselayout
        history: none -> RUN /bin/sh -c ./install.sh # buildkit
        ",
    );
}

/// What a layer with this instruction explains of some paths.
#[track_caller]
fn explains(instruction: &str, expect: &[&str]) {
    let base = "//- layer ADD file:1 in /\n//- /usr/lib/x\n1\n//- /lib -> usr/lib\n//- /usr/bin/\n//- /etc/\n";
    let layer = "//- /srv/app/bin/run\n1\n//- /srv/app/x.txt\n1\n//- /usr/bin/tool mode=755\n1\n//- /usr/lib/y\n1\n//- /opt/\n";
    let pair = crate::pair(base, &format!("{base}//- layer {instruction}\n{layer}"));
    let comparison = pair.compare();
    let explained = comparison.files.iter().filter(|change| change.cause.name() == "instruction");
    let explained: Vec<String> = explained.map(|change| change.path().to_string()).collect();
    assert_eq!(explained, expect, "{instruction}");
    let back = crate::pair(&format!("{base}//- layer {instruction}\n{layer}"), base);
    let back = back.compare();
    let back = back.files.iter().filter(|change| change.cause.name() == "instruction");
    assert_eq!(back.map(|change| change.path().to_string()).collect::<Vec<_>>(), expect);
}

#[test]
fn an_instruction_explains_what_it_names() {
    const APP: [&str; 4] = ["/srv/app", "/srv/app/bin", "/srv/app/bin/run", "/srv/app/x.txt"];
    let with_srv: Vec<&str> = ["/srv"].into_iter().chain(APP).collect();
    explains("COPY app /srv/app # buildkit", &with_srv);
    explains("/bin/sh -c #(nop) COPY dir:0a1b in /srv/app ", &with_srv);
    explains("COPY --chown=1:1 app /srv # buildkit", &with_srv);
    explains("RUN /bin/sh -c cd /srv/app && ./build # buildkit", &with_srv);
    explains("RUN |1 A=b /bin/sh -c unzip x.zip -d /srv/app/ # buildkit", &with_srv);
    explains("/bin/sh -c mkdir -p /srv/app/bin", &["/srv/app/bin", "/srv/app/bin/run"]);
    explains("WORKDIR /opt/", &["/opt"]);
    // A common directory is not meant by being spoken of, only as a destination.
    explains("RUN /bin/sh -c ls /usr/bin # buildkit", &[]);
    explains("RUN /bin/sh -c tar x -C /usr/bin # buildkit", &["/usr/bin/tool"]);
    explains("RUN /bin/sh -c curl -o /usr/bin/tool example.com # buildkit", &["/usr/bin/tool"]);
    // Links are followed: /lib is /usr/lib.
    explains("COPY y /lib/y # buildkit", &["/usr/lib/y"]);
    explains("ADD rootfs.tar.gz", &[]);
    explains("RUN /bin/sh -c ./install.sh # buildkit", &[]);
    explains("bazel build ...", &[]);
}

#[test]
fn both_lines_have_to_name_a_path_that_both_images_made_anew() {
    let side = |instruction: &str, byte: &str| {
        format!(
            "//- layer ADD file:1 in /\n//- /srv/\n//- layer {instruction}\n//- /srv/x\n{byte}\n"
        )
    };
    let causes = |old: &str, new: &str| {
        let pair = crate::pair(&side(old, "1"), &side(new, "2"));
        let causes: Vec<_> =
            pair.compare().files.iter().map(|change| change.cause.name()).collect();
        causes.join(" ")
    };
    assert_eq!(causes("COPY a /srv/", "COPY b /srv/"), "instruction");
    assert_eq!(causes("COPY a /srv/", "RUN ./install.sh"), "unexplained");
    assert_eq!(causes("RUN ./install.sh", "COPY a /srv/"), "unexplained");
}

#[test]
fn what_a_command_took_away_is_its_doing_if_it_says_so() {
    let base = "//- layer COPY a b /srv/\n//- /srv/a\n1\n//- /srv/b\n1\n";
    let new = format!("{base}//- layer RUN rm /srv/b\n//- whiteout /srv/a\n//- whiteout /srv/b\n");
    check(
        base,
        &new,
        "
        - /srv/a unexplained
        - /srv/b instruction
        history: none -> RUN rm /srv/b
        ",
    );
}

#[test]
fn a_history_that_does_not_fit_the_layers_explains_nothing() {
    let old = "//- layer COPY a /srv/\n//- /srv/a\n1\n";
    let new = "//- layer COPY a /srv/\n//- /srv/a\n2\n//- image {\"history\": []}\n";
    let pair = crate::pair(old, new);
    let comparison = pair.compare();
    assert_eq!(comparison.files[0].cause.name(), "unexplained");
}
