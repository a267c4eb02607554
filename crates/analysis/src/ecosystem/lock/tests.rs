//! What lock files of each kind declare, and which of them are read.

use super::ECOSYSTEM;
use crate::transcript::transcript;

/// What a file of this name in an application's folder declares.
#[track_caller]
fn check(name: &str, text: &str, expect: &str) {
    let told = transcript(&ECOSYSTEM, &format!("srv/app/{name}"), text.as_bytes());
    assert_eq!(told.trim_end().replace("declares ", ""), expect, "{name}");
}

#[test]
fn npm_names_folders_or_packages_in_one_another() {
    check(
        "package-lock.json",
        r#"{"name":"app","lockfileVersion":3,"packages":{"":{"name":"app","version":"1.0.0"},
            "node_modules/ms":{"version":"2.1.3"},"node_modules/a/node_modules/@s/b":{"version":"1.0.0-rc.1"},
            "node_modules/mine":{"resolved":"packages/mine","link":true},"packages/mine":{"version":"9.9.9"},
            "node_modules/by-another-name":{"name":"real","version":"3.0.0"},
            "node_modules/git":{"version":"git+ssh://git@h/x.git#abc"}}}"#,
        "@s/b 1.0.0-rc.1\nms 2.1.3\nreal 3.0.0",
    );
    check(
        "npm-shrinkwrap.json",
        r#"{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","dependencies":{"b":{"version":"2.0.0"}}},
            "c":{"version":"npm:@s/d@3.0.0"},"e":{"version":"file:../e"}}}"#,
        "@s/d 3.0.0\na 1.0.0\nb 2.0.0",
    );
    check("package-lock.json", r#"{"lockfileVersion":3}"#, "");
    check("package-lock.json", "{}", "notice: names neither packages nor dependencies");
}

#[test]
fn yarn_has_had_two_forms() {
    check(
        "yarn.lock",
        "# yarn lockfile v1\n\n\"@babel/core@^7.0.0\", \"@babel/core@^7.1.0\":\n  version \"7.20.1\"\n  resolved \"https://x\"\n  \
         dependencies:\n    version \"1.0.0\"\n\nlodash@^4:\n  version \"4.17.21\"\n\nx@npm:y@^1:\n  version \"1.2.0\"\n",
        "@babel/core 7.20.1\nlodash 4.17.21\ny 1.2.0",
    );
    check(
        "yarn.lock",
        "__metadata:\n  version: 6\n\n\"app@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"app@workspace:.\"\n\n\
         \"lodash@npm:^4.17.0, lodash@npm:^4.17.21\":\n  version: 4.17.21\n  resolution: \"lodash@npm:4.17.21\"\n",
        "lodash 4.17.21",
    );
}

#[test]
fn every_pnpm_writes_keys_otherwise() {
    check(
        "pnpm-lock.yaml",
        "lockfileVersion: '9.0'\n\nimporters:\n  .:\n    dependencies:\n\npackages:\n\n  '@s/a@1.0.0':\n    resolution: {}\n\
         \x20   engines:\n  b@2.0.0:\n    resolution: {}\n  c@file:../c:\n    resolution: {}\n\nsnapshots:\n\n  d@3.0.0:\n",
        "@s/a 1.0.0\nb 2.0.0",
    );
    check(
        "pnpm-lock.yaml",
        "lockfileVersion: '6.0'\npackages:\n  /@s/a@1.0.0(react@18.0.0):\n    dev: true\n  /b@2.0.0:\n    dev: false\n",
        "@s/a 1.0.0\nb 2.0.0",
    );
    check(
        "pnpm-lock.yaml",
        "lockfileVersion: 5.4\npackages:\n  /@s/a/1.0.0_react@18.0.0:\n    dev: true\n  /b/2.0.0:\n    dev: false\n",
        "@s/a 1.0.0\nb 2.0.0",
    );
}

#[test]
fn python_has_many() {
    let text = "[[package]]\nname = \"Flask\"\nversion = \"2.0.1\"\ndescription = \"a = b\"\n\n[package.dependencies]\n\
                name = \"no\"\nversion = \"0\"\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\nsource = { editable = \".\" }\n\n\
                [[package]]\nname = \"click\"\nversion = \"8.0\"\nsource = { registry = \"https://x\" }\n";
    check("poetry.lock", text, "Flask 2.0.1\nclick 8.0");
    check("uv.lock", text, "Flask 2.0.1\nclick 8.0");
    check(
        "Pipfile.lock",
        r#"{"_meta":{"hash":{}},"default":{"a":{"version":"==1.0"},"b":{"git":"x"}},"develop":{"c":{"version":"==2"}}}"#,
        "a 1.0\nc 2",
    );
    check(
        "requirements.txt",
        "# a==0\n-r other.txt\nflask==2.0.1  # why\nrequests[socks]==2.28 ; python_version < '3.9'\nurllib3 === 1.26.9 \\\n    \
         --hash=sha256:00\nnumpy==1.24.0 --hash=sha256:00\nb>=1\nc==1.*\nd==1,<2\n./local\nhttps://x/y==1\n",
        "flask 2.0.1\nnumpy 1.24.0\nrequests 2.28\nurllib3 1.26.9",
    );
}

#[test]
fn other_languages_have_one_each() {
    check(
        "Gemfile.lock",
        "GIT\n  remote: https://x\n  specs:\n    a (1.0)\n\nPATH\n  remote: .\n  specs:\n    mine (0.1)\n\nGEM\n  specs:\n    \
         nokogiri (1.13.8-x86_64-linux)\n      racc (~> 1.4)\n    rake (13.0.6)\n\nDEPENDENCIES\n  rake (= 1)\n",
        "a 1.0\nnokogiri 1.13.8\nrake 13.0.6",
    );
    check(
        "Cargo.lock",
        "version = 3\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"serde\",\n]\n\n[[package]]\n\
         name = \"serde\"\nversion = \"1.0.190\"\nsource = \"registry+https://x\"\nchecksum = \"00\"\n",
        "serde 1.0.190",
    );
    check(
        "go.mod",
        "module example.org/app\n\ngo 1.21\n\nrequire example.org/a v1.0.0\nrequire (\n\texample.org/b v2.0.0+incompatible // indirect\n\
         \texample.org/c v0.0.0-20210101000000-abcdefabcdef\n\texample.org/d v1.0.0\n)\n\nreplace example.org/c => ../c\nreplace (\n\
         \texample.org/d v1.0.0 => example.org/e v1.1.0\n)\n\nexclude example.org/f v1.0.0\n",
        "example.org/a v1.0.0\nexample.org/b v2.0.0+incompatible\nexample.org/e v1.1.0",
    );
    check(
        "composer.lock",
        r#"{"packages":[{"name":"psr/log","version":"3.0.0"}],"packages-dev":[{"name":"a/b","version":"dev-main"}]}"#,
        "a/b dev-main\npsr/log 3.0.0",
    );
    check(
        "packages.lock.json",
        r#"{"version":1,"dependencies":{"net6.0":{"A":{"type":"Direct","resolved":"1.0.0"},"mine":{"type":"Project"}}}}"#,
        "A 1.0.0",
    );
    check(
        "pubspec.lock",
        "packages:\n  http:\n    dependency: \"direct main\"\n    description:\n      name: http\n    source: hosted\n    \
         version: \"1.1.0\"\n  mine:\n    source: path\n    version: \"0.0.1\"\nsdks:\n  dart: \">=3.0.0\"\n",
        "http 1.1.0",
    );
    check(
        "mix.lock",
        "%{\n  \"jason\": {:hex, :jason, \"1.4.0\", \"00\", [:mix], [], \"hexpm\"},\n}\n",
        "jason 1.4.0",
    );
    check(
        "gradle.lockfile",
        "# comment\norg.x:a:1.0=compileClasspath\nempty=\n",
        "a 1.0 group=org.x",
    );
    check(
        "renv.lock",
        r#"{"Packages":{"zoo":{"Package":"zoo","Version":"1.8-12"}}}"#,
        "zoo 1.8-12",
    );
}

#[test]
fn bun_writes_json_with_commas_and_remarks() {
    check(
        "bun.lock",
        "{\n  // of bun\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\n    \"\": { \"name\": \"app\", \"dependencies\": { \"ms\": \"^2\", }, },\n  },\n  \
         \"packages\": {\n    \"ms\": [\"ms@2.1.3\", \"\", {}, \"sha512-,}\\\"]\"],\n    /* a scope */\n    \"@s/b\": [\"@s/b@1.0.0-rc.1\", \"\", { \"bin\": { \"b\": \"b.js\", }, }, \"sha512-x\",],\n    \
         \"a/ms\": [\"ms@1.0.0\", \"\", {}, \"sha512-x\"],\n    \"alias\": [\"real@3.0.0\", \"\", {}, \"x\"],\n    \"mine\": [\"mine@workspace:packages/mine\"],\n    \
         \"git\": [\"git@github:a/b#abc\", {}, \"x\"],\n  },\n}\n",
        "@s/b 1.0.0-rc.1\nms 1.0.0\nms 2.1.3\nreal 3.0.0",
    );
    check("bun.lock", "{\"lockfileVersion\": 1}", "");
    check("bun.lock", "[]", "notice: names no packages");
    check(
        "bun.lock",
        "{\"packages\": {",
        "notice: is not the JSON of Bun (EOF while parsing an object at line 1 column 14)",
    );
}

#[test]
fn deno_has_packages_of_npm() {
    let npm =
        r#"{"@s/a@1.0.0":{"integrity":"x"},"b@2.0.0_c@3.0.0":{"dependencies":["c"]},"c@3.0.0":{}}"#;
    let expect = "@s/a 1.0.0\nb 2.0.0\nc 3.0.0";
    check(
        "deno.lock",
        &format!(r#"{{"version":"5","jsr":{{"@std/fs@1.0.0":{{}}}},"npm":{npm}}}"#),
        expect,
    );
    check(
        "deno.lock",
        &format!(r#"{{"version":"3","packages":{{"specifiers":{{}},"npm":{npm}}},"remote":{{}}}}"#),
        expect,
    );
    check(
        "deno.lock",
        &format!(r#"{{"version":"2","remote":{{}},"npm":{{"specifiers":{{}},"packages":{npm}}}}}"#),
        expect,
    );
    check("deno.lock", r#"{"version":"4","remote":{"https://x/y.ts":"00"}}"#, "");
    check("deno.lock", "{}", "notice: says no version of its form");
}

#[test]
fn swift_pins_addresses() {
    check(
        "Package.resolved",
        r#"{"pins":[
            {"identity":"swift-nio","kind":"remoteSourceControl","location":"https://example.org/apple/swift-nio.git",
             "state":{"revision":"abc","version":"2.40.0"}},
            {"identity":"x","kind":"remoteSourceControl","location":"https://example.org/x/y","state":{"branch":"main","revision":"def"}},
            {"identity":"mona.link","kind":"registry","location":"","state":{"version":"1.2.0"}}
          ],"version":2}"#,
        "example.org/apple/swift-nio 2.40.0\nmona.link 1.2.0",
    );
    check(
        "Package.resolved",
        r#"{"object":{"pins":[{"package":"nio","repositoryURL":"https://example.org/apple/swift-nio.git",
            "state":{"branch":null,"revision":"abc","version":"2.40.0"}}]},"version":1}"#,
        "example.org/apple/swift-nio 2.40.0",
    );
    check("Package.resolved", "{}", "notice: has no list of pins");
}

#[test]
fn pods_have_parts() {
    check(
        "Podfile.lock",
        "PODS:\n  - Alamofire (5.6.4)\n  - Firebase/Core (10.0.0):\n    - FirebaseAnalytics (= 10.1.0)\n  - \"GoogleUtilities/NSData+zlib (7.8.0)\"\n  \
         - Mine (0.1.0)\n\nDEPENDENCIES:\n  - Alamofire (~> 5.6)\n  - Mine (from `../mine`)\n\nEXTERNAL SOURCES:\n  Mine:\n    :path: \"../mine\"\n\n\
         SPEC CHECKSUMS:\n  Alamofire: 00\n\nCOCOAPODS: 1.12.0\n",
        "Alamofire 5.6.4\nFirebase 10.0.0\nGoogleUtilities 7.8.0",
    );
}

#[test]
fn some_languages_have_several() {
    check(
        "pylock.toml",
        "lock-version = \"1.0\"\n\n[[packages]]\nname = \"attrs\"\nversion = \"25.1.0\"\n\n[[packages.wheels]]\nname = \"attrs-25.1.0.whl\"\n\n\
         [[packages]]\nname = \"app\"\ndirectory = { path = \".\" }\n",
        "attrs 25.1.0",
    );
    check(
        "paket.lock",
        "STORAGE: NONE\nNUGET\n  remote: https://x\n    FSharp.Core (6.0.1)\n      Other (>= 1.0)\n    Serilog (2.10.0) - restriction: >= net6.0\n\
         GITHUB\n  remote: a/b\n    src/x.fs (abc)\n\nGROUP Test\nNUGET\n  remote: https://x\n    xunit (2.4.1)\n",
        "FSharp.Core 6.0.1\nSerilog 2.10.0\nxunit 2.4.1",
    );
    check(
        "rebar.lock",
        "{\"1.2.0\",\n[{<<\"cowboy\">>,{pkg,<<\"cowboy\">>,<<\"2.9.0\">>},0},\n {<<\"mine\">>,\n  {git,\"https://x\",\n       {ref,\"abc\"}},\n  0},\n \
         {<<\"jsx\">>,{pkg,<<\"jsx_hex\">>,<<\"3.1.0\">>},1}]}.\n[\n{pkg_hash,[\n {<<\"cowboy\">>, <<\"00\">>}]}\n].\n",
        "cowboy 2.9.0\njsx_hex 3.1.0",
    );
    check("buildscript-gradle.lockfile", "org.x:a:1.0=classpath\nempty=\n", "a 1.0 group=org.x");
    check(
        "cpanfile.snapshot",
        "# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  Mojolicious-9.31\n    pathname: S/SR/SRI/Mojolicious-9.31.tar.gz\n    \
         provides:\n      Mojo 9.31\n  Foo-Bar-v1.2.3\n    pathname: x\n",
        "Foo-Bar v1.2.3\nMojolicious 9.31",
    );
    check(
        "conan.lock",
        r#"{"version":"0.5","requires":["zlib/1.2.13#rev%1","own/1.0@team/stable#r"],"build_requires":["cmake/3.25.1#r"]}"#,
        "cmake 3.25.1\nown 1.0\nzlib 1.2.13",
    );
}

#[test]
fn what_packages_ship_says_nothing_of_the_image() {
    let declares = |path: &str| !transcript(&ECOSYSTEM, path, b"a==1\n").is_empty();
    for path in [
        "requirements.txt",
        "srv/requirements.txt",
        "home/vendors/requirements.txt",
        "srv/usr/lib/requirements.txt",
    ] {
        assert!(declares(path), "{path}");
    }
    for path in [
        "srv/node_modules/a/requirements.txt",
        "usr/local/lib/python3/site-packages/x/requirements.txt",
        "srv/vendor/x/y/requirements.txt",
        "root/go/pkg/mod/x@v1/requirements.txt",
        "usr/share/doc/x/requirements.txt",
        "usr/lib/x/requirements.txt",
    ] {
        assert!(!declares(path), "{path}");
    }
}

#[test]
fn hostile_files_cost_no_more_than_their_bytes() {
    check("Pipfile.lock", "[]", "");
    check(
        "composer.lock",
        "{",
        "unreadable: it is not JSON (EOF while parsing an object at line 1 column 1)",
    );
    for text in ["{,", "/*", "\"\\", "[\"@", "//"] {
        let told = transcript(&ECOSYSTEM, "a/bun.lock", text.repeat(2_000).as_bytes());
        assert!(told.starts_with("notice: is not the JSON of Bun"), "{told}");
    }
    let deep = format!("{}1", "{\"dependencies\":{\"a\":".repeat(10_000));
    let told = transcript(&ECOSYSTEM, "a/package-lock.json", deep.as_bytes());
    assert!(told.starts_with("unreadable: it is not JSON (recursion limit"), "{told}");
    for name in [
        "yarn.lock",
        "pnpm-lock.yaml",
        "uv.lock",
        "Gemfile.lock",
        "Cargo.lock",
        "go.mod",
        "mix.lock",
        "rebar.lock",
        "paket.lock",
        "Podfile.lock",
        "cpanfile.snapshot",
    ] {
        for text in [
            "@",
            "packages:\n  @:\n  /:\n",
            "[[package]]",
            "GEM\n     (",
            "require (\nreplace",
            "{:hex, :",
            "{pkg,<<\"",
            "PODS:\n  - (\n",
            "NUGET\n     (",
            "  ",
        ] {
            check(name, &text.repeat(2_000), "");
        }
    }
}
