//! Any bytes as a document of OSV, secdb, OpenVEX and CSAF, as a file of rules and as a scanner's answer: no panic, and what is read of ranges can be
//! read as constraints.

#![no_main]

use libfuzzer_sys::fuzz_target;
use model::{Constraint, Findings, Format, ImageFacts, Time};
use vuln::rules::Rules;
use vuln::vex::{self, Document, Target};
use vuln::{Listed, Program};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(reading) = vuln::osv::read(bytes) {
        for affected in reading.advisories.iter().flat_map(|(_, affected)| affected) {
            for range in &affected.ranges {
                let format = Format::named(&range.format).expect("a reader writes formats that are known");
                assert!(Constraint::parse(&range.constraint, format).is_ok());
            }
        }
    }
    let _ = vuln::secdb::read(bytes);
    let (facts, target) = (ImageFacts::default(), Target::default());
    for program in Program::ALL {
        let _ = program.read(bytes, b"{}", &facts);
    }
    let mut findings = Findings::default();
    if let Ok(document) = Document::read("vex.json", bytes) {
        let _ = vex::apply(&mut [Listed { findings: &mut findings, facts: &facts, target: &target }], &[document]);
    }
    if let Ok(rules) = std::str::from_utf8(bytes).map(|text| Rules::parse("rules.toml", text)) {
        let mut listed = [Listed { findings: &mut findings, facts: &facts, target: &target }];
        let _ = rules.map(|rules| rules.apply(&mut listed, Time(0)));
    }
});
