//! Tokens and keys of services.

use super::{About, token};
use crate::check::{checksum_62, checksum_hex, random, very_random, web_token};
use crate::rule::{Rule, Severity};

/// What most of them are good for.
const OWNER: &str = "Whoever has it acts as its owner until it is revoked";

pub(super) static RULES: &[Rule] = &[
    token(
        About {
            id: "github-token",
            severity: Severity::Critical,
            title: "token of GitHub",
            reason: OWNER,
        },
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        r"\b(?P<secret>gh[pousr]_[A-Za-z0-9]{36})\b",
        checksum_62,
    ),
    token(
        About {
            id: "github-fine-grained-token",
            severity: Severity::Critical,
            title: "fine-grained token of GitHub",
            reason: OWNER,
        },
        &["github_pat_"],
        r"\b(?P<secret>github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b",
        very_random,
    ),
    token(
        About {
            id: "gitlab-token",
            severity: Severity::Critical,
            title: "token of GitLab",
            reason: OWNER,
        },
        &["glpat-", "gldt-", "glrt-", "glsoat-", "glcbt-", "glptt-", "glagent-"],
        r"\b(?P<secret>gl(?:pat|dt|rt|soat|cbt|ptt|agent)-[0-9A-Za-z_-]{20,64})(?:[^0-9A-Za-z_-]|$)",
        random,
    ),
    token(
        About {
            id: "npm-token",
            severity: Severity::Critical,
            title: "token of npm",
            reason: "Whoever has it publishes packages in its owner's name until it is revoked",
        },
        &["npm_"],
        r"\b(?P<secret>npm_[A-Za-z0-9]{36})\b",
        checksum_62,
    ),
    token(
        About {
            id: "pypi-token",
            severity: Severity::Critical,
            title: "token of PyPI",
            reason: "Whoever has it publishes packages in its owner's name until it is revoked",
        },
        &["pypi-AgE"],
        r"\b(?P<secret>pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,})",
        very_random,
    ),
    token(
        About {
            id: "rubygems-token",
            severity: Severity::Critical,
            title: "token of RubyGems",
            reason: "Whoever has it publishes packages in its owner's name until it is revoked",
        },
        &["rubygems_"],
        r"\b(?P<secret>rubygems_[a-f0-9]{48})\b",
        random,
    ),
    token(
        About {
            id: "crates-token",
            severity: Severity::Critical,
            title: "token of the registry of Rust crates",
            reason: "Whoever has it publishes packages in its owner's name until it is revoked",
        },
        &["cio"],
        r"\b(?P<secret>cio[A-Za-z0-9]{32})\b",
        very_random,
    ),
    token(
        About {
            id: "nuget-token",
            severity: Severity::Critical,
            title: "token of NuGet",
            reason: "Whoever has it publishes packages in its owner's name until it is revoked",
        },
        &["oy2"],
        r"\b(?P<secret>oy2[a-z0-9]{43})\b",
        random,
    ),
    token(
        About {
            id: "docker-hub-token",
            severity: Severity::Critical,
            title: "token of Docker Hub",
            reason: "Whoever has it pulls and pushes images in its owner's name",
        },
        &["dckr_pat_"],
        r"\b(?P<secret>dckr_pat_[A-Za-z0-9_-]{27})(?:[^A-Za-z0-9_-]|$)",
        random,
    ),
    token(
        About {
            id: "slack-token",
            severity: Severity::High,
            title: "token of Slack",
            reason: OWNER,
        },
        &["xoxb-", "xoxp-", "xoxa-", "xoxe-", "xoxr-", "xoxs-", "xapp-"],
        r"\b(?P<secret>xox[abeoprs]-(?:[0-9]+-){1,4}[A-Za-z0-9-]{16,}|xapp-[0-9]-[A-Z0-9]+-[0-9]+-[a-f0-9]{32,})",
        random,
    ),
    token(
        About {
            id: "slack-webhook",
            severity: Severity::Medium,
            title: "webhook of Slack",
            reason: "Whoever has it writes into a channel",
        },
        &["hooks.slack.com/"],
        r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[A-Z][A-Z0-9]{7,11}/[A-Z][A-Z0-9]{7,11}/[A-Za-z0-9]{20,})",
        random,
    ),
    token(
        About {
            id: "discord-webhook",
            severity: Severity::Medium,
            title: "webhook of Discord",
            reason: "Whoever has it writes into a channel",
        },
        &["/api/webhooks/"],
        r"discord(?:app)?\.com/api/webhooks/(?P<secret>[0-9]{17,20}/[A-Za-z0-9_-]{60,90})",
        very_random,
    ),
    token(
        About {
            id: "telegram-token",
            severity: Severity::High,
            title: "token of a Telegram bot",
            reason: "Whoever has it acts as the bot",
        },
        &[":AA"],
        r"\b(?P<secret>[0-9]{8,10}:AA[A-Za-z0-9_-]{33})(?:[^A-Za-z0-9_-]|$)",
        very_random,
    ),
    token(
        About {
            id: "stripe-key",
            severity: Severity::Critical,
            title: "live key of Stripe",
            reason: "It moves money",
        },
        &["k_live_"],
        r"\b(?P<secret>[sr]k_live_[0-9A-Za-z]{24,247})\b",
        random,
    ),
    token(
        About {
            id: "square-token",
            severity: Severity::Critical,
            title: "token of Square",
            reason: "It moves money",
        },
        &["sq0csp-", "sq0atp-"],
        r"\b(?P<secret>sq0(?:csp|atp)-[0-9A-Za-z_-]{22,43})(?:[^0-9A-Za-z_-]|$)",
        random,
    ),
    token(
        About {
            id: "shopify-token",
            severity: Severity::High,
            title: "token of Shopify",
            reason: "It opens a shop",
        },
        &["shpat_", "shpca_", "shppa_", "shpss_"],
        r"\b(?P<secret>shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b",
        random,
    ),
    token(
        About {
            id: "twilio-key",
            severity: Severity::High,
            title: "key of Twilio",
            reason: "It sends messages and calls at its owner's cost",
        },
        &["twilio", "TWILIO", "Twilio"],
        r#"(?i)(?P<name>twilio[A-Za-z_]{0,30})[\"']?\s*[:=]\s*[\"']?(?P<secret>(?:SK)?[0-9a-f]{32})\b"#,
        random,
    ),
    token(
        About {
            id: "sendgrid-key",
            severity: Severity::High,
            title: "key of SendGrid",
            reason: "It sends mail in its owner's name",
        },
        &["SG."],
        r"\b(?P<secret>SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?:[^A-Za-z0-9_-]|$)",
        very_random,
    ),
    token(
        About {
            id: "mailgun-key",
            severity: Severity::High,
            title: "key of Mailgun",
            reason: "It sends mail in its owner's name",
        },
        &["mailgun", "MAILGUN", "Mailgun"],
        r#"(?i)(?P<name>mailgun[A-Za-z_]{0,30})[\"']?\s*[:=]\s*[\"']?(?P<secret>(?:key-)?[0-9a-f]{32})\b"#,
        random,
    ),
    token(
        About {
            id: "openai-key",
            severity: Severity::High,
            title: "key of OpenAI",
            reason: "It is used at its owner's cost",
        },
        &["T3BlbkFJ"],
        r"\b(?P<secret>sk-(?:[A-Za-z]+-)?[A-Za-z0-9_-]{20,80}T3BlbkFJ[A-Za-z0-9_-]{20,80})",
        very_random,
    ),
    token(
        About {
            id: "anthropic-key",
            severity: Severity::High,
            title: "key of Anthropic",
            reason: "It is used at its owner's cost",
        },
        &["sk-ant-"],
        r"\b(?P<secret>sk-ant-[a-z]+[0-9]{2}-[A-Za-z0-9_-]{80,110})",
        very_random,
    ),
    token(
        About {
            id: "hugging-face-token",
            severity: Severity::High,
            title: "token of Hugging Face",
            reason: OWNER,
        },
        &["hf_"],
        r"\b(?P<secret>hf_[A-Za-z]{34})\b",
        random,
    ),
    token(
        About {
            id: "grafana-token",
            severity: Severity::High,
            title: "token of Grafana",
            reason: OWNER,
        },
        &["glsa_"],
        r"\b(?P<secret>glsa_[A-Za-z0-9]{32}_[a-f0-9]{8})\b",
        checksum_hex,
    ),
    token(
        About {
            id: "new-relic-key",
            severity: Severity::Medium,
            title: "key of New Relic",
            reason: OWNER,
        },
        &["NRAK-"],
        r"\b(?P<secret>NRAK-[A-Z0-9]{27})\b",
        random,
    ),
    token(
        About {
            id: "postman-key",
            severity: Severity::Medium,
            title: "key of Postman",
            reason: OWNER,
        },
        &["PMAK-"],
        r"\b(?P<secret>PMAK-[a-f0-9]{24}-[a-f0-9]{34})\b",
        random,
    ),
    token(
        About {
            id: "pulumi-token",
            severity: Severity::High,
            title: "token of Pulumi",
            reason: "It opens stacks, with what they may change",
        },
        &["pul-"],
        r"\b(?P<secret>pul-[a-f0-9]{40})\b",
        random,
    ),
    token(
        About {
            id: "atlassian-token",
            severity: Severity::High,
            title: "token of Atlassian",
            reason: OWNER,
        },
        &["ATATT3"],
        r"\b(?P<secret>ATATT3[A-Za-z0-9_=-]{180,})",
        very_random,
    ),
    token(
        About {
            id: "linear-key",
            severity: Severity::Medium,
            title: "key of Linear",
            reason: OWNER,
        },
        &["lin_api_"],
        r"\b(?P<secret>lin_api_[A-Za-z0-9]{40})\b",
        very_random,
    ),
    token(
        About {
            id: "supabase-token",
            severity: Severity::High,
            title: "token of Supabase",
            reason: OWNER,
        },
        &["sbp_"],
        r"\b(?P<secret>sbp_[a-f0-9]{40})\b",
        random,
    ),
    token(
        About {
            id: "json-web-token",
            severity: Severity::Medium,
            title: "JSON web token",
            reason: "Until it expires, it says who somebody is and what he may do",
        },
        &["eyJ"],
        r"\b(?P<secret>eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,})",
        web_token,
    ),
];
