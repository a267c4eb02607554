//! Everything that can be called, on one page. Of two paths of the gateway that both fit, the one further below wins.

#![expect(clippy::too_many_lines, reason = "it is a table")]

use http::Method;

use crate::rpc::{Body, Rpc};
use crate::services::{
    auth, groups, identities, images, ping, reports, repos, role_bindings, roles, sts, tags,
};

/// Paths of the contract at which nothing can be called, and what could be: it is Unimplemented, and not unknown. They come
/// before all others.
pub(crate) const UNOFFERED: &[(&str, &str)] = &[
    (
        "/registry/v1/digestcount/{parent_id=**}",
        "chainguard.platform.registry.Registry/GetManifestDigestCount",
    ),
    ("/registry/v1/eoltags", "chainguard.platform.registry.Registry/ListEolTags"),
    (
        "/registry/v1/repotagssummary/{repo_id=**}",
        "chainguard.platform.registry.Registry/GetRepoTagsSummary",
    ),
    (
        "/registry/v1/repocountbysource/{id=**}",
        "chainguard.platform.registry.Registry/GetRepoCountBySource",
    ),
    (
        "/registry/v1/versions/{package=**}",
        "chainguard.platform.registry.Registry/GetPackageVersionMetadata",
    ),
    ("/registry/v1/buildreports", "chainguard.platform.registry.Registry/ListBuildReports"),
    ("/registry/v1/buildstatus", "chainguard.platform.registry.Registry/GetBuildStatus"),
    ("/registry/v2/{rest=**}", "the second version of the registry's services"),
    ("/registry/v2beta1/{rest=**}", "the second version of the registry's services"),
    ("/iam/v1/groups:lookupGroup", "chainguard.platform.iam.Groups/LookupGroup"),
    ("/iam/v1/rolebindings/batch/{parent=**}", "a batch of role bindings"),
    ("/auth/v1/register", "chainguard.platform.auth.Auth/Register"),
    ("/auth/v1/delete/{id=*}", "chainguard.platform.auth.Auth/Delete"),
    ("/sts/headless_sessions", "chainguard.platform.auth.Auth/GetHeadlessSession"),
    (
        "/sts/exchange_refresh_token",
        "chainguard.platform.oidc.SecurityTokenService/ExchangeRefreshToken",
    ),
    ("/events/v1/subscriptions/{parent_id=**}", "a subscription to events"),
];

/// Everything that can be called.
pub(crate) fn all() -> Vec<Rpc> {
    let mut all = registry();
    all.extend(iam());
    all.extend(others());
    all
}

fn registry() -> Vec<Rpc> {
    const GET: Method = Method::GET;
    let list = ["repo.list", "manifest.metadata.list"];
    vec![
        Rpc::scoped(
            "chainguard.platform.registry.Registry/CreateRepo",
            &["repo.create"],
            |request| &request.parent_id,
            repos::create,
        )
        .at(Method::POST, "/registry/v1/repos/{parent_id=**}", Body::Member("repo")),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/UpdateRepo",
            &["repo.update"],
            |repo| &repo.id,
            repos::update,
        )
        .at(Method::PUT, "/registry/v1/repos/{id=**}", Body::All),
        Rpc::narrowed(
            "chainguard.platform.registry.Registry/ListRepos",
            &["repo.list"],
            repos::list,
        )
        .at(GET, "/registry/v1/repos", Body::None),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/DeleteRepo",
            &["repo.delete"],
            |request| &request.id,
            repos::delete,
        )
        .at(Method::DELETE, "/registry/v1/repos/{id=**}", Body::None),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/CreateTag",
            &["tag.create"],
            |request| &request.repo_id,
            tags::create,
        )
        .at(Method::POST, "/registry/v1/tags/{repo_id=**}", Body::Member("tag")),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/UpdateTag",
            &["tag.update"],
            |tag| &tag.id,
            tags::update,
        )
        .at(Method::PUT, "/registry/v1/tags/{id=**}", Body::All),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/DeleteTag",
            &["tag.delete"],
            |request| &request.id,
            tags::delete,
        )
        .at(Method::DELETE, "/registry/v1/tags/{id=**}", Body::None),
        Rpc::narrowed("chainguard.platform.registry.Registry/ListTags", &["tag.list"], tags::list)
            .at(GET, "/registry/v1/tags", Body::None),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/ListTagHistory",
            &["tag.list"],
            |filter| &filter.parent_id,
            tags::history,
        )
        .at(GET, "/registry/v1/tags/{parent_id=**}/history", Body::None),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/DiffImage",
            &["repo.list", "vuln_reports.list", "sboms.list"],
            |request| &request.repo_id,
            images::diff,
        )
        .at(GET, "/registry/v1/repos/{repo_id=**}/diff", Body::None)
        .reading_images(),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/GetSbom",
            &["repo.list", "sboms.list", "manifest.metadata.list"],
            |request| &request.repo_id,
            images::sbom::sbom,
        )
        .at(GET, "/registry/v1/repos/{repo_id=**}/digests/{digest=*}/sbom", Body::None)
        .reading_images(),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/GetRawSbom",
            &["repo.list", "sboms.list"],
            |request| &request.repo_id,
            images::sbom::raw,
        )
        .at(GET, "/registry/v1/repos/{repo_id=**}/digest/{digest=*}/rawsbom", Body::None)
        .reading_images(),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/GetVulnReport",
            &["repo.list", "vuln_reports.list"],
            |request| &request.repo_id,
            images::vulnerabilities::report,
        )
        .at(GET, "/registry/v1/repos/{repo_id=**}/digests/{digest=*}/vulnreport", Body::None)
        .reading_images(),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/GetImageConfig",
            &list,
            |request| &request.repo_id,
            images::config,
        )
        .at(GET, "/registry/v1/repos/{repo_id=**}/digests/{digest=*}/imageconfig", Body::None)
        .reading_images(),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/GetArchs",
            &list,
            |request| &request.repo_id,
            images::architectures,
        )
        .at(GET, "/registry/v1/repos/{repo_id=**}/digests/{digest=*}/architectures", Body::None)
        .reading_images(),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/GetSize",
            &list,
            |request| &request.repo_id,
            images::size,
        )
        .at(GET, "/registry/v1/repos/{repo_id=**}/digests/{digest=*}/size", Body::None)
        .reading_images(),
        Rpc::scoped(
            "chainguard.platform.registry.Registry/ListManifestMetadata",
            &["manifest.metadata.list"],
            |filter| &filter.repo_id,
            images::metadata,
        )
        .at(GET, "/registry/v1/repos/{repo_id=**}/manifestmetdata", Body::None)
        .reading_images(),
        Rpc::narrowed(
            "chainguard.platform.registry.Vulnerabilities/ListVulnReports",
            &["vuln_report.list"],
            reports::list,
        )
        .at(GET, "/registry/v1/vuln_reports", Body::None),
        Rpc::narrowed(
            "chainguard.platform.registry.Vulnerabilities/GetRawVulnReport",
            &["vuln_report.list"],
            reports::raw,
        )
        .at(GET, "/registry/v1/vuln_reports/raw", Body::None),
        Rpc::narrowed(
            "chainguard.platform.registry.Vulnerabilities/ListVulnCountReports",
            &["vuln_report.list"],
            reports::counts,
        )
        .at(GET, "/registry/v1/vuln_reports/counts", Body::None),
    ]
}

fn iam() -> Vec<Rpc> {
    const GET: Method = Method::GET;
    vec![
        Rpc::known("chainguard.platform.iam.Groups/Create", groups::create).at(
            Method::POST,
            "/iam/v1/groups/{parent=**}",
            Body::Member("group"),
        ),
        Rpc::scoped(
            "chainguard.platform.iam.Groups/Update",
            &["groups.update"],
            |group| &group.id,
            groups::update,
        )
        .at(Method::PUT, "/iam/v1/groups/{id=**}", Body::All),
        Rpc::narrowed("chainguard.platform.iam.Groups/List", &["groups.list"], groups::list).at(
            GET,
            "/iam/v1/groups",
            Body::None,
        ),
        Rpc::scoped(
            "chainguard.platform.iam.Groups/Delete",
            &["groups.delete"],
            |request| &request.id,
            groups::delete,
        )
        .at(Method::DELETE, "/iam/v1/groups/{id=**}", Body::None),
        Rpc::scoped(
            "chainguard.platform.iam.Roles/Create",
            &["roles.create"],
            |request| &request.parent_id,
            roles::create,
        )
        .at(Method::POST, "/iam/v1/roles/{parent_id=**}", Body::Member("role")),
        Rpc::scoped(
            "chainguard.platform.iam.Roles/Update",
            &["roles.update"],
            |role| &role.id,
            roles::update,
        )
        .at(Method::PUT, "/iam/v1/roles/{id=**}", Body::All),
        Rpc::narrowed("chainguard.platform.iam.Roles/List", &["roles.list"], roles::list).at(
            GET,
            "/iam/v1/roles",
            Body::None,
        ),
        Rpc::scoped(
            "chainguard.platform.iam.Roles/Delete",
            &["roles.delete"],
            |request| &request.id,
            roles::delete,
        )
        .at(Method::DELETE, "/iam/v1/roles/{id=**}", Body::None),
        Rpc::scoped(
            "chainguard.platform.iam.RoleBindings/Create",
            &["role_bindings.create"],
            |request| &request.parent,
            role_bindings::create,
        )
        .at(Method::POST, "/iam/v1/rolebindings/{parent=**}", Body::Member("role_binding")),
        Rpc::scoped(
            "chainguard.platform.iam.RoleBindings/Update",
            &["role_bindings.update"],
            |binding| &binding.id,
            role_bindings::update,
        )
        .at(Method::PUT, "/iam/v1/rolebindings/{id=**}", Body::All),
        Rpc::narrowed(
            "chainguard.platform.iam.RoleBindings/List",
            &["role_bindings.list"],
            role_bindings::list,
        )
        .at(GET, "/iam/v1/rolebindings", Body::None),
        Rpc::scoped(
            "chainguard.platform.iam.RoleBindings/Delete",
            &["role_bindings.delete"],
            |request| &request.id,
            role_bindings::delete,
        )
        .at(Method::DELETE, "/iam/v1/rolebindings/{id=**}", Body::None),
        Rpc::scoped(
            "chainguard.platform.iam.Identities/Create",
            &["identity.create"],
            |request| &request.parent_id,
            identities::create,
        )
        .at(Method::POST, "/iam/v1/identities/{parent_id=**}", Body::Member("identity")),
        Rpc::scoped(
            "chainguard.platform.iam.Identities/Update",
            &["identity.update"],
            |identity| &identity.id,
            identities::update,
        )
        .at(Method::PUT, "/iam/v1/identities/{id=**}", Body::All),
        Rpc::narrowed(
            "chainguard.platform.iam.Identities/List",
            &["identity.list"],
            identities::list,
        )
        .at(GET, "/iam/v1/identities", Body::None),
        Rpc::narrowed(
            "chainguard.platform.iam.Identities/Lookup",
            &["identity.list"],
            identities::lookup,
        )
        .at(GET, "/iam/v1/identities/lookup", Body::None),
        Rpc::scoped(
            "chainguard.platform.iam.Identities/Delete",
            &["identity.delete"],
            |request| &request.id,
            identities::delete,
        )
        .at(Method::DELETE, "/iam/v1/identities/{id=**}", Body::None),
    ]
}

fn others() -> Vec<Rpc> {
    vec![
        Rpc::open("chainguard.platform.oidc.SecurityTokenService/Exchange", sts::exchange)
            .at(Method::POST, "/sts/exchange", Body::None)
            .at(Method::GET, "/sts/exchange", Body::None),
        Rpc::known("chainguard.platform.auth.Auth/Validate", auth::validate).at(
            Method::GET,
            "/auth/v1/ok",
            Body::None,
        ),
        Rpc::open("chainguard.platform.ping.PingService/Ping", ping::ping).at(
            Method::GET,
            "/ping/v1/ping",
            Body::None,
        ),
    ]
}
