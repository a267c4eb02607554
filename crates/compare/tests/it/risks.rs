//! Secrets and weak settings of images: which there are, which came and went, which a later layer hides.

use compare::{Place, Risk, RiskChange, Side};
use engine::{Options, Texts};

/// An image's side, read as a user would have it read.
fn side(text: &str) -> Side {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1", &testkit::image(text));
    let name = format!("oci:{}:1", folder.path().display()).parse().unwrap();
    engine::subject(&name, Texts::Unwanted, &Options::default(), &engine::unwatched).unwrap().side
}

fn told(risk: &Risk<'_>) -> String {
    let place = match &risk.place {
        Place::File { path, line, layer, hidden } => {
            let hidden = hidden.map(|layer| format!(" hidden by {layer}")).unwrap_or_default();
            format!("{path}:{line} of layer {layer}{hidden}")
        }
        place @ Place::Setting { .. } => place.setting().unwrap(),
    };
    let owner = risk.owner.map(|owner| format!(", of {}", owner.name)).unwrap_or_default();
    format!("{} in {place}{owner}", risk.rule.id)
}

/// The risks of an image, whose user is none but root where nothing else is said.
#[track_caller]
fn check(text: &str, expect: &[&str]) {
    let side = side(&format!("//- config {{\"User\": \"app\"}}\n{text}"));
    let told: Vec<String> = compare::risks(&side).iter().map(told).collect();
    assert_eq!(told, expect);
}

#[test]
fn what_a_later_layer_takes_away_is_still_in_the_image() {
    check(
        "//- /srv/.env\nDB_PASSWORD=hunter22\n//- layer\n//- whiteout /srv/.env\n",
        &["password-in-configuration in /srv/.env:1 of layer 0 hidden by 1"],
    );
    check(
        "//- /srv/.env\nDB_PASSWORD=hunter22\n//- layer\n//- /x\n1\n//- layer\n//- opaque /srv\n",
        &["password-in-configuration in /srv/.env:1 of layer 0 hidden by 2"],
    );
    check(
        "//- /srv/.env\nDB_PASSWORD=hunter22\n//- layer\n//- /srv/.env\nnothing\n",
        &["password-in-configuration in /srv/.env:1 of layer 0 hidden by 1"],
    );
    check(
        "//- /srv/.env\nDB_PASSWORD=hunter22\n//- layer\n//- /srv -> /x\n",
        &["password-in-configuration in /srv/.env:1 of layer 0 hidden by 1"],
    );
}

#[test]
fn what_is_written_again_is_told_once() {
    check(
        "//- /srv/.env\nDB_PASSWORD=hunter22\n//- layer\n//- /srv/.env\nX=1\nDB_PASSWORD=hunter22\n",
        &["password-in-configuration in /srv/.env:2 of layer 1"],
    );
}

#[test]
fn what_packages_ship_comes_last() {
    check(
        "//- /lib/apk/db/installed\nP:a\nV:1\nF:etc\nR:a.env\n//- /etc/a.env\nAPI_TOKEN=hunter22\n\
         //- /etc/b.env\nAPI_TOKEN=hunter22\n",
        &[
            "password-in-configuration in /etc/b.env:1 of layer 0",
            "password-in-configuration in /etc/a.env:1 of layer 0, of a",
        ],
    );
}

#[test]
fn configuration_and_history_are_judged_too() {
    let text = "//- config {\"Env\": [\"DB_PASSWORD=hunter22\", \"NODE_ENV=development\"]}\n\
        //- layer RUN |1 TOKEN=hunter22 /bin/sh -c make\n//- /a\n1\n";
    check(
        text,
        &[
            "password-in-configuration in env:DB_PASSWORD",
            "password-in-configuration in history",
            "debug-variable in env:NODE_ENV",
        ],
    );
    let root = side("//- /a\n1\n");
    assert_eq!(compare::risks(&root).iter().map(told).collect::<Vec<_>>(), ["root-user in user"]);
}

#[test]
fn no_value_of_a_setting_tells_a_secret() {
    let old = side("//- config {\"Env\": [\"DB_PASSWORD=hunter22\"]}\n//- /a\n1\n");
    let new = side(
        "//- config {\"Env\": [\"DB_PASSWORD=correcthorse\"], \"Cmd\": [\"x\", \"--token=hunter22\"]}\n\
         //- layer RUN |1 TOKEN=hunter22 /bin/sh -c make\n//- /a\n1\n",
    );
    let comparison = compare::compare(&old, &new);
    let told = format!("{:?} {:?}", comparison.settings, comparison.risks);
    assert!(!told.contains("hunter22") && !told.contains("correcthorse"), "{told}");
    assert!(comparison.settings.iter().any(|change| change.name == "env"), "{told}");
}

#[test]
fn a_line_that_moved_is_no_change_and_turned_round_new_is_gone() {
    let told = |changes: &[RiskChange<'_>]| -> Vec<String> {
        let told = changes.iter().map(|change| (change.is_new, told(&change.risk)));
        told.map(|(is_new, text)| format!("{} {text}", if is_new { '+' } else { '-' })).collect()
    };
    let old = side("//- /a.env\nDB_PASSWORD=hunter22\n");
    let moved = side("//- /a.env\n\nDB_PASSWORD=hunter22\n");
    assert_eq!(told(&compare::compare(&old, &moved).risks), [""; 0]);
    let new = side("//- /a.env\nDB_PASSWORD=hunter22\nAPI_TOKEN=hunter22\n");
    let text = "password-in-configuration in /a.env:2 of layer 0";
    assert_eq!(told(&compare::compare(&old, &new).risks), [format!("+ {text}")]);
    assert_eq!(told(&compare::compare(&new, &old).risks), [format!("- {text}")]);
}
