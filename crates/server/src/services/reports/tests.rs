//! Reports of the demonstration, as clients of the contract ask for them.

use prost::Message as _;
use serde_json::{Value, json};

use crate::testing::Demo;
use crate::wire::registry::{
    GetRawVulnReportRequest, RawVulnReport, VulnReportFilter, VulnReportList,
};

fn latest(demo: &Demo, at: usize) -> String {
    let path = format!("/api/v1/history?repo={}&tag=latest", demo.nginx);
    let history = demo.service.get(&path).json();
    history["items"][at]["digest"].as_str().unwrap_or_else(|| panic!("{history}")).to_owned()
}

#[test]
fn a_report_is_the_document_of_a_scan() {
    let demo = Demo::new();
    let service = &demo.service;
    let digest = latest(&demo, 0);
    let path = format!("/registry/v1/vuln_reports/raw?digest={digest}");
    let told = service.get(&path).json();
    assert_eq!(told["digest"], json!(digest));
    assert_eq!((&told["scanner"]["name"], &told["rawReportUrl"]), (&json!("UNKNOWN"), &json!("")));
    let scan: Value = serde_json::from_str(told["rawReport"].as_str().unwrap()).unwrap();
    // What is older than 1.25.4 has it.
    assert!(scan["findings"].to_string().contains("CVE-2024-24990"), "{scan}");
    // The one that was made at that moment, or none.
    let created = told["createdAt"].as_str().unwrap();
    assert_eq!(service.get(&format!("{path}&createdAt={created}")).json(), told);
    for (more, status) in [
        ("&createdAt=2020-01-01T00:00:00Z", 404),
        ("&scanner=GRYPE", 404),
        ("&scanner=UNKNOWN", 200),
        ("&scanner=x", 400),
    ] {
        assert_eq!(service.get(&format!("{path}{more}")).status, status, "{more}");
    }
    let gone = format!("sha256:{}", "7".repeat(64));
    assert_eq!(service.get(&path.replace(&digest, &gone)).status, 404);
    assert_eq!(service.get(&path.replace(&digest, "x")).status, 400);
    assert_eq!(service.get("/registry/v1/vuln_reports/raw").status, 400);
    // The same over gRPC.
    let request = GetRawVulnReportRequest { digest: digest.clone(), ..Default::default() };
    let token = service.token(&service.owner);
    let name = "chainguard.platform.registry.Vulnerabilities/GetRawVulnReport";
    let (status, answer) = service.call(name, &token, &request.encode_to_vec());
    let report = RawVulnReport::decode(&answer[..]).unwrap();
    assert_eq!(
        (status.as_str(), report.raw_report.as_str()),
        ("0", told["rawReport"].as_str().unwrap())
    );
}

#[test]
fn reports_are_listed_by_place_image_and_scanner() {
    let demo = Demo::new();
    let service = &demo.service;
    let count = |query: &str| {
        let told = service.get(&format!("/registry/v1/vuln_reports?{query}"));
        assert_eq!(told.status, 200, "{}", told.text);
        told.json()["items"].as_array().unwrap().len()
    };
    assert_eq!(count(""), 6);
    assert_eq!(count(&format!("uidp.ids={}", demo.nginx)), 4);
    assert_eq!(count(&format!("uidp.childrenOf={}", demo.nginx.parent().unwrap())), 6);
    let digest = latest(&demo, 0);
    assert_eq!(count(&format!("digest={digest}")), 1);
    assert_eq!(count(&format!("digest=sha256:{}", "7".repeat(64))), 0);
    assert_eq!(count(&format!("digest={digest}&scanner=TRIVY")), 0);
    let filter = VulnReportFilter { digest: digest.clone(), ..Default::default() };
    let token = service.token(&service.owner);
    let name = "chainguard.platform.registry.Vulnerabilities/ListVulnReports";
    let (status, answer) = service.call(name, &token, &filter.encode_to_vec());
    let list = VulnReportList::decode(&answer[..]).unwrap();
    assert_eq!((status.as_str(), list.items[0].digest.as_str()), ("0", digest.as_str()));
}

#[test]
fn counts_follow_what_a_tag_meant_day_by_day() {
    let demo = Demo::new();
    let service = &demo.service;
    let get = |query: &str| service.get(&format!("/registry/v1/vuln_reports/counts?{query}"));
    // `latest` moved on the 15th of February, to what does not have it any more.
    let period = "from=2024-02-13T05:00:00Z&to=2024-02-16T00:00:00Z";
    let told = get(&format!("repo=nginx&tag=latest&{period}")).json();
    let days: Vec<(String, bool)> = (told["items"].as_array().unwrap().iter())
        .map(|item| {
            let has = item["cveIds"].as_array().unwrap().contains(&json!("CVE-2024-24990"));
            (item["date"].as_str().unwrap().to_owned(), has)
        })
        .collect();
    let expect = [("13", true), ("14", true), ("15", false), ("16", false)]
        .map(|(day, has)| (format!("2024-02-{day}T00:00:00Z"), has));
    assert_eq!(days, expect);
    let first = &told["items"][0];
    assert_eq!((&first["repo"], &first["tag"]), (&json!("nginx"), &json!("latest")));
    assert!(first["sizeBytes"].as_str().unwrap().parse::<u64>().unwrap() > 0);
    let all: i64 = (first["vulnCounts"].as_array().unwrap().iter())
        .map(|one| one["count"].as_str().unwrap().parse::<i64>().unwrap())
        .sum();
    assert_eq!(usize::try_from(all).unwrap(), first["cveIds"].as_array().unwrap().len());
    // Before it was there, it had none; today it is counted where nothing is said.
    let early = "from=2023-11-01T00:00:00Z&to=2023-11-02T00:00:00Z";
    assert_eq!(get(&format!("repo=nginx&{early}")).json(), json!({"items": []}));
    assert_eq!(get("repo=nginx&tag=latest").json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(get("").json()["items"].as_array().unwrap().len(), 5);
    let two = get("references=nginx:latest&references=curl:latest").json();
    assert_eq!(two["items"].as_array().unwrap().len(), 2);
    let by_place = get(&format!("repo={}&tag=latest", demo.nginx)).json();
    assert_eq!(by_place, get("repo=nginx&tag=latest").json());
    for (query, status) in [
        ("references=nginx", 400),
        ("from=2024-02-01T00:00:00Z&to=2024-01-01T00:00:00Z", 400),
        ("from=0001-01-01T00:00:00Z", 400),
        ("to=9998-12-31T00:00:00Z&from=9998-01-01T00:00:00Z", 200),
    ] {
        let answered = get(query);
        assert_eq!(answered.status, status, "{query} {}", answered.text);
    }
}
