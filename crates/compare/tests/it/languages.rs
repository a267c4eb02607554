//! Packages of languages: several copies of one, and whose their files are.

use crate::check;

/// An installed package of npm below a folder.
fn npm(folder: &str, name: &str, version: &str) -> String {
    format!(
        "//- {folder}/node_modules/{name}/package.json\n{{\"name\":\"{name}\",\"version\":\"{version}\"}}\n\
         //- {folder}/node_modules/{name}/index.js\n{name} {version}\n"
    )
}

const PYTHON: &str = "/usr/lib/python3/site-packages";

/// An installed package of Python, with its record.
fn pypi(folder: &str, name: &str, version: &str) -> String {
    format!(
        "//- {folder}/{name}-{version}.dist-info/METADATA\nName: {name}\nVersion: {version}\n\
         //- {folder}/{name}-{version}.dist-info/RECORD\n{name}.py,,\n../../../bin/{name},,\n"
    )
}

#[test]
fn a_packages_folder_is_its_own() {
    check(
        &(npm("/srv", "ms", "2.0.0") + "//- /srv/app.js\n1\n"),
        &(npm("/srv", "ms", "2.1.0") + "//- /srv/app.js\n2\n"),
        "upgraded ms 2.0.0 -> 2.1.0
        ~ /srv/app.js content unexplained
        ~ /srv/node_modules/ms/index.js content package by ms
        ~ /srv/node_modules/ms/package.json content package by ms",
    );
}

#[test]
fn a_package_in_a_package_is_not_the_outer_ones() {
    let outer = npm("/srv", "a", "1");
    check(
        &(outer.clone() + &npm("/srv/node_modules/a", "b", "1")),
        &(outer + &npm("/srv/node_modules/a", "b", "2")),
        "upgraded b 1 -> 2
        ~ /srv/node_modules/a/node_modules/b/index.js content package by b
        ~ /srv/node_modules/a/node_modules/b/package.json content package by b",
    );
}

#[test]
fn what_changes_while_its_package_does_not_is_altered() {
    let package = npm("/srv", "ms", "1");
    check(
        &package,
        &(package.clone() + "//- /srv/node_modules/ms/index.js\nmine me\n"),
        "~ /srv/node_modules/ms/index.js content,size altered by ms",
    );
}

#[test]
fn a_second_copy_is_one_more_and_no_other_version() {
    let one = npm("/srv", "ms", "1");
    let two = one.clone() + &npm("/opt", "ms", "1");
    check(&two, &two, "");
    check(
        &one,
        &two,
        "added ms  -> 1
        + /opt package by ms
        + /opt/node_modules package by ms
        + /opt/node_modules/ms package by ms
        + /opt/node_modules/ms/index.js package by ms
        + /opt/node_modules/ms/package.json package by ms",
    );
    check(
        &two,
        &(one + &npm("/opt", "ms", "2")),
        "upgraded ms 1 -> 2
        ~ /opt/node_modules/ms/index.js content package by ms
        ~ /opt/node_modules/ms/package.json content package by ms",
    );
}

#[test]
fn a_package_in_another_place_has_moved() {
    check(
        &npm("/a", "ms", "1"),
        &npm("/b", "ms", "1"),
        "moved ms 1 -> 1
        - /a package by ms
        - /a/node_modules package by ms
        - /a/node_modules/ms package by ms
        - /a/node_modules/ms/index.js package by ms
        - /a/node_modules/ms/package.json package by ms
        + /b package by ms
        + /b/node_modules package by ms
        + /b/node_modules/ms package by ms
        + /b/node_modules/ms/index.js package by ms
        + /b/node_modules/ms/package.json package by ms",
    );
}

#[test]
fn what_moved_is_apart_from_what_went() {
    check(
        &(npm("/a", "ms", "1") + &npm("/b", "ms", "2")),
        &(npm("/a", "ms", "2") + "//- /b/node_modules/ms/\n"),
        "removed ms 1 ->
        moved ms 2 -> 2
        ~ /a/node_modules/ms/index.js content package by ms
        ~ /a/node_modules/ms/package.json content package by ms
        - /b/node_modules/ms/index.js package by ms
        - /b/node_modules/ms/package.json package by ms",
    );
}

#[test]
fn a_record_of_python_says_whose_programs_are() {
    let program = |text: &str| format!("//- /usr/bin/x\n{text}\n//- {PYTHON}/x.py\n{text}\n");
    check(
        &(pypi(PYTHON, "x", "1.0") + &program("old")),
        &(pypi(PYTHON, "x", "1.0.post1") + &program("new")),
        "upgraded x 1.0 -> 1.0.post1
        ~ /usr/bin/x content package by x
        - /usr/lib/python3/site-packages/x-1.0.dist-info package by x
        - /usr/lib/python3/site-packages/x-1.0.dist-info/METADATA package by x
        - /usr/lib/python3/site-packages/x-1.0.dist-info/RECORD package by x
        + /usr/lib/python3/site-packages/x-1.0.post1.dist-info package by x
        + /usr/lib/python3/site-packages/x-1.0.post1.dist-info/METADATA package by x
        + /usr/lib/python3/site-packages/x-1.0.post1.dist-info/RECORD package by x
        ~ /usr/lib/python3/site-packages/x.py content package by x",
    );
}

#[test]
fn python_takes_two_spellings_for_one_name() {
    check(
        "//- /a/Zope_x.dist-info/METADATA\nName: Zope_x\nVersion: 1\n",
        "//- /a/Zope_x.dist-info/METADATA\nName: zope-x\nVersion: 2\n",
        "upgraded zope-x 1 -> 2
        ~ /a/Zope_x.dist-info/METADATA content package by zope-x",
    );
}

#[test]
fn what_the_system_owns_stays_the_systems() {
    let python = "//- /usr/lib/python3/x.egg-info\nName: x\nVersion: ";
    let dpkg = "//- /var/lib/dpkg/status\nPackage: python3-x\nStatus: install ok installed\nVersion: 1\n\
        //- /var/lib/dpkg/info/python3-x.list\n/usr/lib/python3/x.egg-info\n";
    check(
        &format!("{dpkg}{python}1\n"),
        &format!("{dpkg}{python}2\n"),
        "upgraded x 1 -> 2
        ~ /usr/lib/python3/x.egg-info content altered by python3-x",
    );
}

#[test]
fn links_and_records_of_npm_explain_themselves() {
    let link = "//- /srv/node_modules/.bin/ms -> ../ms/";
    check(
        &format!(
            "{}{link}index.js\n//- /srv/node_modules/.package-lock.json\n1\n",
            npm("/srv", "ms", "1")
        ),
        &format!(
            "{}{link}./index.js\n//- /srv/node_modules/.package-lock.json\n2\n",
            npm("/srv", "ms", "2")
        ),
        "upgraded ms 1 -> 2
        ~ /srv/node_modules/.bin/ms link package by ms
        ~ /srv/node_modules/.package-lock.json content database
        ~ /srv/node_modules/ms/index.js content package by ms
        ~ /srv/node_modules/ms/package.json content package by ms",
    );
}

#[test]
fn a_gems_files_lie_beside_its_specification() {
    let gem = |version: &str| {
        let home = "/usr/lib/ruby/gems/3.1.0";
        format!(
            "//- {home}/specifications/x-{version}.gemspec\ns.name = \"x\"\ns.version = \"{version}\"\n\
             //- {home}/gems/x-{version}/lib/x.rb\n1\n\
             //- {home}/extensions/x86_64-linux/3.1.0/x-{version}/x.so\n{version}\n"
        )
    };
    check(
        &(gem("1") + "//- /usr/lib/ruby/gems/3.1.0/gems/y/y.rb\n1\n"),
        &(gem("2") + "//- /usr/lib/ruby/gems/3.1.0/gems/y/y.rb\n2\n"),
        "upgraded x 1 -> 2
        - /usr/lib/ruby/gems/3.1.0/extensions/x86_64-linux/3.1.0/x-1 package by x
        - /usr/lib/ruby/gems/3.1.0/extensions/x86_64-linux/3.1.0/x-1/x.so package by x
        + /usr/lib/ruby/gems/3.1.0/extensions/x86_64-linux/3.1.0/x-2 package by x
        + /usr/lib/ruby/gems/3.1.0/extensions/x86_64-linux/3.1.0/x-2/x.so package by x
        - /usr/lib/ruby/gems/3.1.0/gems/x-1 package by x
        - /usr/lib/ruby/gems/3.1.0/gems/x-1/lib package by x
        - /usr/lib/ruby/gems/3.1.0/gems/x-1/lib/x.rb package by x
        + /usr/lib/ruby/gems/3.1.0/gems/x-2 package by x
        + /usr/lib/ruby/gems/3.1.0/gems/x-2/lib package by x
        + /usr/lib/ruby/gems/3.1.0/gems/x-2/lib/x.rb package by x
        ~ /usr/lib/ruby/gems/3.1.0/gems/y/y.rb content unexplained
        - /usr/lib/ruby/gems/3.1.0/specifications/x-1.gemspec package by x
        + /usr/lib/ruby/gems/3.1.0/specifications/x-2.gemspec package by x",
    );
}

#[test]
fn a_licence_that_is_not_there_any_more_is_no_other_package() {
    let dpkg =
        "//- /var/lib/dpkg/status\nPackage: bash\nStatus: install ok installed\nVersion: 1\n";
    check(
        &format!("{dpkg}//- /usr/share/doc/bash/copyright\nLicense: GPL-3+\n"),
        dpkg,
        "- /usr unexplained
        - /usr/share unexplained
        - /usr/share/doc unexplained
        - /usr/share/doc/bash unexplained
        - /usr/share/doc/bash/copyright unexplained",
    );
}
