//! What opens clouds.

use super::{About, password, token};
use crate::check::{random, very_random};
use crate::rule::{Files, Rule, Severity};

pub(super) static RULES: &[Rule] = &[
    token(
        About {
            id: "aws-access-key",
            severity: Severity::High,
            title: "access key of AWS",
            reason: "With the secret that belongs to it, which is seldom far, it opens an account",
        },
        &["AKIA", "ASIA"],
        r"\b(?P<secret>(?:AKIA|ASIA)[A-Z2-7]{16})\b",
        random,
    ),
    token(
        About {
            id: "aws-secret-key",
            severity: Severity::Critical,
            title: "secret access key of AWS",
            reason: "With its key's id, it opens an account",
        },
        &[
            "aws_secret",
            "AWS_SECRET",
            "ecretAccessKey",
            "secret_access_key",
            "SECRET_ACCESS_KEY",
            "secretKey",
        ],
        r#"(?i)\b(?P<name>(?:aws_?)?secret_?(?:access_?)?key(?:_id)?)\b["']?\s*(?:[:=]>?|\s)\s*["']?(?P<secret>[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"#,
        very_random,
    ),
    token(
        About {
            id: "gcp-api-key",
            severity: Severity::High,
            title: "API key of Google",
            reason: "It uses the project's services, and its money, wherever it is not restricted",
        },
        &["AIza"],
        r"\b(?P<secret>AIza[0-9A-Za-z_-]{35})(?:[^0-9A-Za-z_-]|$)",
        random,
    ),
    token(
        About {
            id: "gcp-oauth-secret",
            severity: Severity::High,
            title: "OAuth client secret of Google",
            reason: "Whoever has it can pose as the application",
        },
        &["GOCSPX-"],
        r"\b(?P<secret>GOCSPX-[0-9A-Za-z_-]{28})(?:[^0-9A-Za-z_-]|$)",
        random,
    ),
    token(
        About {
            id: "azure-storage-key",
            severity: Severity::Critical,
            title: "account key of Azure Storage",
            reason: "It opens everything in the storage account",
        },
        &["AccountKey="],
        r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)",
        very_random,
    ),
    token(
        About {
            id: "azure-client-secret",
            severity: Severity::High,
            title: "client secret of Microsoft Entra",
            reason: "Whoever has it acts as the application",
        },
        &["7Q~", "8Q~", "9Q~"],
        r"(?:^|[^A-Za-z0-9_~.-])(?P<secret>[A-Za-z0-9_~.]{3}[7-9]Q~[A-Za-z0-9_~.-]{31,34})(?:[^A-Za-z0-9_~.-]|$)",
        very_random,
    ),
    token(
        About {
            id: "alibaba-access-key",
            severity: Severity::High,
            title: "access key of Alibaba Cloud",
            reason: "With the secret that belongs to it, it opens an account",
        },
        &["LTAI"],
        r"\b(?P<secret>LTAI[A-Za-z0-9]{20})\b",
        random,
    ),
    token(
        About {
            id: "digitalocean-token",
            severity: Severity::High,
            title: "token of DigitalOcean",
            reason: "Whoever has it acts as its owner until it is revoked",
        },
        &["_v1_"],
        r"\b(?P<secret>do[opr]_v1_[a-f0-9]{64})\b",
        random,
    ),
    token(
        About {
            id: "vault-token",
            severity: Severity::High,
            title: "token of HashiCorp Vault",
            reason: "It opens what the vault keeps",
        },
        &["hvs.", "hvb."],
        r"\b(?P<secret>hv[sb]\.[A-Za-z0-9_-]{24,})(?:[^A-Za-z0-9_-]|$)",
        very_random,
    ),
    token(
        About {
            id: "terraform-token",
            severity: Severity::High,
            title: "token of Terraform Cloud",
            reason: "It opens workspaces, with what they may change",
        },
        &[".atlasv1."],
        r"\b(?P<secret>[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,80})(?:[^A-Za-z0-9_=-]|$)",
        very_random,
    ),
    token(
        About {
            id: "databricks-token",
            severity: Severity::High,
            title: "token of Databricks",
            reason: "Whoever has it acts as its owner until it is revoked",
        },
        &["dapi"],
        r"\b(?P<secret>dapi[a-f0-9]{32})\b",
        random,
    ),
    password(
        About {
            id: "kubernetes-credentials",
            severity: Severity::High,
            title: "credentials of a Kubernetes cluster",
            reason: "Whoever has them acts in the cluster as the user that they belong to",
        },
        Files::Named(&["kubeconfig", "*.kubeconfig", ".kube/config", "kubernetes/*.conf"]),
        &["client-key-data", "token:", "password:"],
        r"(?m)^\s*(?P<name>client-key-data|token|password):\s*(?P<secret>[A-Za-z0-9+/=._-]{16,})",
        random,
    ),
];
