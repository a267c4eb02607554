//! Everything that can be asked, on one page.

use http::Method;

use super::page::{AFTER, LIMIT};
use super::written::{ALL, COLOUR, FORMAT, FORMAT_OR_MORE, SIZES, WIDTH};
use super::{Access, Answers, Parameter, Route, Shape};
use super::{
    analyses, comparisons, deeds, hooks, images, kept, lists, openapi, queries, search, sign_in,
};

const fn needed(name: &'static str, shape: Shape, about: &'static str) -> Parameter {
    Parameter { name, required: true, shape, about }
}

const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Parameter {
    Parameter { name, required: false, shape, about }
}

const REPO: Parameter = needed("repo", Shape::Place, "The repository.");
const PLACE: Parameter = needed("place", Shape::Place, "A group or a repository.");
const PLATFORM: Parameter = optional(
    "platform",
    Shape::Text,
    "Of an index, the image for this platform; linux/amd64 unless it is said.",
);
const TO_REPO: Parameter = optional(
    "to_repo",
    Shape::Place,
    "The repository of the image after; the same unless it is said.",
);
const FROM: Parameter = optional("from", Shape::Text, "The image before: a digest or a tag.");
const SINCE: Parameter = optional(
    "since",
    Shape::Text,
    "The image before is what the tag `to` meant then: 30d, 12h, 2w ago, a day, or a moment.",
);
const PREVIOUS: Parameter = optional(
    "previous",
    Shape::Switch,
    "The image before is what the tag `to` meant before what it means now.",
);
const TO: Parameter = needed("to", Shape::Text, "The image after: a digest or a tag.");
const VULNERABILITIES: Parameter = optional(
    "vulnerabilities",
    Shape::Switch,
    "Whether advisories are asked; they are unless it is said.",
);
const LAYERS: Parameter =
    optional("layers", Shape::Switch, "Whether it is told what each layer does to the files.");
const DIGEST: Parameter = needed("digest", Shape::Digest, "The image.");
const NUMBER: Parameter = needed("number", Shape::Number, "The number of the analysis.");

/// What has to be allowed to know an image.
const READ: &[&str] = &["repo.list", "sboms.list"];

/// All routes.
pub(crate) fn routes() -> &'static [Route] {
    ROUTES
}

static ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/openapi.json",
        name: "describe",
        about: "This document.",
        parameters: &[],
        body: None,
        access: Access::Open,
        answers: Answers::Document(200, "Description"),
        run: openapi::served,
    },
    Route {
        method: Method::GET,
        path: "/sign-in",
        name: "describeSignIn",
        about: "Where people sign in, for programs that send them there: what the issuer says is exchanged for a token.",
        parameters: &[],
        body: None,
        access: Access::Open,
        answers: Answers::Document(200, "SignIn"),
        run: sign_in::told,
    },
    Route {
        method: Method::GET,
        path: "/repos",
        name: "listRepos",
        about: "Repositories that the caller may see, by ID.",
        parameters: &[
            optional("name", Shape::Text, "Those with this name."),
            optional("group", Shape::Text, "Those right in a group with this name."),
            AFTER,
            LIMIT,
        ],
        body: None,
        access: Access::Known,
        answers: Answers::Document(200, "Repos"),
        run: lists::repos,
    },
    Route {
        method: Method::GET,
        path: "/tags",
        name: "listTags",
        about: "The tags of a repository, by name.",
        parameters: &[REPO, AFTER, LIMIT],
        body: None,
        access: Access::Scoped("repo", &["tag.list"]),
        answers: Answers::Document(200, "Tags"),
        run: lists::tags,
    },
    Route {
        method: Method::GET,
        path: "/history",
        name: "listHistory",
        about: "What a tag meant, the oldest first; also of a tag that is not there any more.",
        parameters: &[REPO, needed("tag", Shape::Text, "The tag."), AFTER, LIMIT],
        body: None,
        access: Access::Scoped("repo", &["tag.list"]),
        answers: Answers::Document(200, "History"),
        run: lists::history,
    },
    Route {
        method: Method::GET,
        path: "/images",
        name: "listImages",
        about: "The images that were seen in a repository, by digest; of an index, both its own digest and that of the \
            image that was taken of it.",
        parameters: &[REPO, AFTER, LIMIT],
        body: None,
        access: Access::Scoped("repo", READ),
        answers: Answers::Document(200, "Images"),
        run: lists::images,
    },
    Route {
        method: Method::GET,
        path: "/images/{digest}",
        name: "describeImage",
        about: "What is in an image. It is read first where nobody has; where that takes long, it is to be asked again.",
        parameters: &[DIGEST, REPO, PLATFORM, LAYERS, FORMAT, ALL, SIZES, WIDTH, COLOUR],
        body: None,
        access: Access::Scoped("repo", READ),
        answers: Answers::Own("analysis"),
        run: images::analysis,
    },
    Route {
        method: Method::GET,
        path: "/images/{digest}/vulnerabilities",
        name: "scanImage",
        about: "What the latest advisories of the service say of an image's packages. The header `pentimento-outcome` says what \
            it comes to: the worst severity, `none`, or `untold` where it could not be told of all packages.",
        parameters: &[
            DIGEST,
            REPO,
            PLATFORM,
            optional("only_fixed", Shape::Switch, "Without what no version fixes."),
            FORMAT_OR_MORE,
            ALL,
            WIDTH,
            COLOUR,
        ],
        body: None,
        access: Access::Scoped("repo", comparisons::NEEDED),
        answers: Answers::Own("scan"),
        run: images::scan,
    },
    Route {
        method: Method::GET,
        path: "/images/{digest}/risks",
        name: "listRisks",
        about: "Which secrets and weak settings an image has; no secret is shown. The header `pentimento-outcome` is `found` where \
            there is a secret that no package ships, else `none`.",
        parameters: &[DIGEST, REPO, PLATFORM, FORMAT, ALL, WIDTH, COLOUR],
        body: None,
        access: Access::Scoped("repo", READ),
        answers: Answers::Own("risks"),
        run: images::risks,
    },
    Route {
        method: Method::GET,
        path: "/images/{digest}/verification",
        name: "verifyImage",
        about: "Which files of packages are not as they were installed. The header `pentimento-outcome` says what it comes to: \
            `whole`, `altered`, or `untold` where it could not be told of all files.",
        parameters: &[DIGEST, REPO, PLATFORM, FORMAT, ALL, WIDTH, COLOUR],
        body: None,
        access: Access::Scoped("repo", READ),
        answers: Answers::Own("verification"),
        run: images::verification,
    },
    Route {
        method: Method::GET,
        path: "/images/{digest}/kept",
        name: "describeKeptImage",
        about: "What is known of an image beside what is in it: names, layers, what it is built on.",
        parameters: &[DIGEST, REPO, PLATFORM, FORMAT, WIDTH, COLOUR],
        body: None,
        access: Access::Scoped("repo", READ),
        answers: Answers::Own("images"),
        run: kept::image,
    },
    Route {
        method: Method::GET,
        path: "/kept",
        name: "listKeptImages",
        about: "The images whose facts are kept and that the caller may see, the one analyzed last first, by all names that \
            they have and had. There is no answer where there are more than 10,000.",
        parameters: &[
            optional("place", Shape::Place, "In this repository, or in this group and below it."),
            FORMAT,
            WIDTH,
            COLOUR,
        ],
        body: None,
        access: Access::Known,
        answers: Answers::Own("images"),
        run: kept::images,
    },
    Route {
        method: Method::GET,
        path: "/sightings",
        name: "describeHistory",
        about: "What a tag meant, the latest first, and how much changed from one image to the next, where both are kept.",
        parameters: &[REPO, needed("tag", Shape::Text, "The tag."), LIMIT, FORMAT, WIDTH, COLOUR],
        body: None,
        access: Access::Scoped("repo", &["tag.list", "repo.list", "sboms.list"]),
        answers: Answers::Own("history"),
        run: kept::history,
    },
    Route {
        method: Method::GET,
        path: "/queries/{query}",
        name: "query",
        about: "Asks a question of `pentimento query`. Images, also those among its parameters, are GROUP/REPOSITORY:TAG, \
            REPOSITORY@DIGEST, the same with the repository's ID, or a digest or an ID. 500 images and twenty seconds at the \
            most. The header `pentimento-outcome` says whether there are `warnings`, or else that it is `told`.",
        parameters: &[
            needed("query", Shape::Text, "The question: show-pkg-diffs."),
            optional(
                "image",
                Shape::Texts,
                "The images; every kept one that the caller may see unless it is said.",
            ),
            optional("parameter", Shape::Texts, "What the question is told, one after the other."),
            PLATFORM,
            FORMAT,
            WIDTH,
            COLOUR,
        ],
        body: None,
        access: Access::Known,
        answers: Answers::Own("query"),
        run: queries::ask,
    },
    Route {
        method: Method::POST,
        path: "/analyses",
        name: "analyze",
        about: "Wants an image to be read, and does not wait for it. What is wanted already is not wanted twice.",
        parameters: &[
            REPO,
            needed("image", Shape::Text, "The image: a digest or a tag."),
            PLATFORM,
        ],
        body: None,
        access: Access::Scoped("repo", READ),
        answers: Answers::Document(202, "Analysis"),
        run: analyses::want,
    },
    Route {
        method: Method::GET,
        path: "/analyses",
        name: "listAnalyses",
        about: "The analyses of a repository, the latest first.",
        parameters: &[REPO, AFTER, LIMIT],
        body: None,
        access: Access::Scoped("repo", READ),
        answers: Answers::Document(200, "Analyses"),
        run: analyses::list,
    },
    Route {
        method: Method::GET,
        path: "/analyses/{number}",
        name: "describeAnalysis",
        about: "How far an analysis is.",
        parameters: &[NUMBER, REPO],
        body: None,
        access: Access::Scoped("repo", READ),
        answers: Answers::Document(200, "Analysis"),
        run: analyses::one,
    },
    Route {
        method: Method::GET,
        path: "/analyses/{number}/events",
        name: "followAnalysis",
        about: "How far an analysis is, told whenever something about it changes, until it has ended or ten minutes are \
            over. Events are called as its state is.",
        parameters: &[NUMBER, REPO],
        body: None,
        access: Access::Scoped("repo", READ),
        answers: Answers::Events("Analysis"),
        run: analyses::events,
    },
    Route {
        method: Method::GET,
        path: "/comparisons",
        name: "compare",
        about: "What differs between two images, and why. The header `pentimento-outcome` says what it comes to: `same`, \
            `different`, `over` where a budget is not kept, or `untold` where it could not be told of all packages.",
        parameters: &[
            REPO,
            FROM,
            SINCE,
            PREVIOUS,
            TO,
            TO_REPO,
            PLATFORM,
            VULNERABILITIES,
            LAYERS,
            optional("changelog", Shape::Switch, "Whether it is told what changelogs say."),
            optional(
                "budget",
                Shape::Texts,
                "How much may grow: 5MB, 10%, /usr=10MB, package:openssl=1MB.",
            ),
            FORMAT_OR_MORE,
            optional("files", Shape::Switch, "In a table: every changed path."),
            ALL,
            SIZES,
            WIDTH,
            COLOUR,
        ],
        body: None,
        access: Access::Scoped("repo", comparisons::NEEDED),
        answers: Answers::Own("comparison"),
        run: comparisons::whole,
    },
    Route {
        method: Method::GET,
        path: "/comparisons/files",
        name: "listChangedFiles",
        about: "The changed paths of a comparison, as its document has them, in pages.",
        parameters: &[
            REPO,
            FROM,
            SINCE,
            PREVIOUS,
            TO,
            TO_REPO,
            PLATFORM,
            optional("cause", Shape::Text, "Those with this cause."),
            optional("below", Shape::Text, "Those at this path or below it."),
            AFTER,
            LIMIT,
        ],
        body: None,
        access: Access::Scoped("repo", comparisons::NEEDED),
        answers: Answers::Document(200, "ChangedFiles"),
        run: comparisons::files,
    },
    Route {
        method: Method::GET,
        path: "/comparisons/explanation",
        name: "explainPath",
        about: "Everything about one path of two images: what each layer did to it, and why it changed.",
        parameters: &[
            REPO,
            FROM,
            SINCE,
            PREVIOUS,
            TO,
            TO_REPO,
            PLATFORM,
            needed("path", Shape::Text, "The path."),
            FORMAT,
            WIDTH,
            COLOUR,
        ],
        body: None,
        access: Access::Scoped("repo", comparisons::NEEDED),
        answers: Answers::Own("explanation"),
        run: comparisons::explanation,
    },
    Route {
        method: Method::GET,
        path: "/comparisons/contents",
        name: "lookIntoFiles",
        about: "What differs inside of files of two images, which are read again where they came from: 20 files at the most.",
        parameters: &[
            REPO,
            FROM,
            SINCE,
            PREVIOUS,
            TO,
            TO_REPO,
            PLATFORM,
            Parameter {
                name: "path",
                required: true,
                shape: Shape::Texts,
                about: "The files, by their paths.",
            },
            FORMAT,
            ALL,
            WIDTH,
            COLOUR,
        ],
        body: None,
        access: Access::Scoped("repo", comparisons::NEEDED),
        answers: Answers::Own("contents"),
        run: comparisons::contents,
    },
    Route {
        method: Method::GET,
        path: "/comparisons/changelogs",
        name: "listChangelogs",
        about: "What changelogs say between two images. The header `pentimento-outcome` is `told`, or `untold` where packages may \
            have changed of which it cannot be told.",
        parameters: &[
            REPO,
            FROM,
            SINCE,
            PREVIOUS,
            TO,
            TO_REPO,
            PLATFORM,
            optional(
                "package",
                Shape::Texts,
                "Of this package, or of the packages of this source.",
            ),
            FORMAT,
            ALL,
            WIDTH,
            COLOUR,
        ],
        body: None,
        access: Access::Scoped("repo", comparisons::NEEDED),
        answers: Answers::Own("changelogs"),
        run: comparisons::changelogs,
    },
    Route {
        method: Method::GET,
        path: "/search",
        name: "search",
        about: "Which images have a package, a file with these bytes, or a vulnerability. Images whose facts are kept are \
            looked into, 500 and ten seconds at the most; `next` says where the rest begins.",
        parameters: &[
            optional("package", Shape::Text, "The name of a package."),
            optional("type", Shape::Text, "Of a package: deb, rpm, apk, npm, …"),
            optional(
                "range",
                Shape::Text,
                "Of a package: versions, by the order of its kind: bounds such as >=1.2,<2, all of which hold.",
            ),
            optional("file", Shape::Digest, "The SHA-256 of a file."),
            optional("vulnerability", Shape::Text, "The name of a vulnerability: CVE-2024-5535."),
            optional("place", Shape::Place, "In this repository, or in this group and below it."),
            AFTER,
            LIMIT,
        ],
        body: None,
        access: Access::Known,
        answers: Answers::Document(200, "Hits"),
        run: search::search,
    },
    Route {
        method: Method::GET,
        path: "/deeds",
        name: "listDeeds",
        about: "The audit trail: what was changed at a place and below it, and what somebody tried to, the latest first.",
        parameters: &[PLACE, AFTER, LIMIT],
        body: None,
        access: Access::Scoped("place", &["groups.update"]),
        answers: Answers::Document(200, "Deeds"),
        run: deeds::list,
    },
    Route {
        method: Method::GET,
        path: "/hooks",
        name: "describeHook",
        about: "Where a registry sends its messages about what was pushed, and what it has to show with them.",
        parameters: &[PLACE],
        body: None,
        access: Access::Scoped("place", &["repo.update"]),
        answers: Answers::Document(200, "Hook"),
        run: hooks::told,
    },
    Route {
        method: Method::POST,
        path: "/hooks",
        name: "receiveHook",
        about: "Takes a message of a registry (Distribution, Harbor or Docker Hub). Tags that it says were pushed are \
            looked at. The hook's secret comes as `authorization`, or as a parameter where the registry can send nothing \
            else.",
        parameters: &[PLACE, optional("secret", Shape::Text, "The secret of the hook.")],
        body: Some("HookMessage"),
        access: Access::Open,
        answers: Answers::Document(202, "Accepted"),
        run: hooks::received,
    },
];
