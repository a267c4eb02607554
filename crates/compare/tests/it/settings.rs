//! Settings are compared one by one.

use crate::check;

#[test]
fn each_setting_that_differs_is_told() {
    check(
        r#"
        //- config {"User": "app", "Env": ["PATH=/bin", "OLD=1"], "Entrypoint": ["/shop"], "ExposedPorts": {"80/tcp": {}}}
        //- config {"Labels": {"version": "1.4"}, "StopSignal": "SIGTERM", "WorkingDir": "/srv"}
        //- config {"Healthcheck": {"Test": ["CMD", "true"], "Interval": 30000000000, "Retries": 3}}
        "#,
        r#"
        //- config {"User": "root", "Env": ["PATH=/usr/bin", "NEW=1"], "Entrypoint": ["/shop", "--serve"], "Cmd": ["x"]}
        //- config {"ExposedPorts": {"443/tcp": {}}, "Volumes": {"/data": {}}, "Labels": {"version": "1.5"}}
        "#,
        "
        user: app -> root
        entrypoint: /shop -> /shop --serve
        cmd: none -> x
        workdir: /srv -> none
        env NEW: none -> 1
        env OLD: 1 -> none
        env PATH: /bin -> /usr/bin
        ports 443/tcp: none -> 443/tcp
        ports 80/tcp: 80/tcp -> none
        volumes /data: none -> /data
        stop-signal: SIGTERM -> none
        healthcheck: CMD true interval=30s retries=3 -> none
        labels version: 1.4 -> 1.5
        ",
    );
}

#[test]
fn history_is_compared_line_by_line_without_times() {
    check(
        "//- layer FROM base\n//- /a\n1\n//- empty ENV A=1\n//- empty CMD x\n",
        "//- layer FROM base\n//- /a\n1\n//- empty ENV A=2\n//- empty USER y\n//- empty CMD x\n",
        "
        history: ENV A=1 -> none
        history: none -> ENV A=2
        history: none -> USER y
        ",
    );
}

#[test]
fn a_line_that_came_between_leaves_the_others_alone() {
    check(
        "//- layer FROM base\n//- /a\n1\n//- empty ENV A=1\n//- empty USER x\n//- empty CMD x\n",
        "//- layer FROM base\n//- /a\n1\n//- empty LABEL b\n//- empty ENV A=1\n//- empty USER y\n//- empty CMD x\n",
        "
        history: USER x -> none
        history: none -> LABEL b
        history: none -> USER y
        ",
    );
}

#[test]
fn another_distribution_or_platform_is_told() {
    check(
        "//- platform linux/amd64\n//- /etc/os-release\nID=debian\nVERSION_ID=12\n",
        "//- platform linux/arm64\n//- /etc/os-release\nID=wolfi\n",
        "
        ~ /etc/os-release content,size unexplained
        distribution: debian 12 -> wolfi
        platform: linux/amd64 -> linux/arm64
        ",
    );
}

#[test]
fn words_of_a_command_are_told_apart() {
    check(
        r#"//- config {"Entrypoint": ["a b", "c"]}"#,
        r#"//- config {"Entrypoint": ["a", "b c", ""]}"#,
        r#"
        entrypoint: "a b" c -> a "b c" ""
        "#,
    );
}

#[test]
fn the_root_directory_is_a_setting() {
    check("//- /a\n1\n", "//- / mode=4777\n//- /a\n1\n", "root-directory: 0755 0:0 -> 4777 0:0");
}
