//! The configuration of an image, OCI's with Docker's extensions; never a manifest.

mod inspected;
mod past;

use std::collections::BTreeMap;

use model::{Digest, Health, History, Platform, Settings};
use serde::Deserialize;

use super::lenient::{self, Names, Words};

pub(crate) use inspected::Inspected;
pub(crate) use past::Past;

/// What Go writes for a time that was never set.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// An image's configuration.
#[derive(Debug, Deserialize)]
pub(crate) struct Config {
    #[serde(default)]
    created: Option<String>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    os: String,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    architecture: String,
    #[serde(default)]
    variant: Option<String>,
    #[serde(rename = "config", default, deserialize_with = "lenient::null_is_default")]
    execution: Execution,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    rootfs: RootFs,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    history: Vec<HistoryLine>,
}

#[derive(Debug, Default, Deserialize)]
struct RootFs {
    #[serde(default, deserialize_with = "lenient::digests")]
    diff_ids: Vec<Digest>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Execution {
    #[serde(default)]
    user: Option<String>,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    env: Vec<String>,
    #[serde(default)]
    entrypoint: Words,
    #[serde(default)]
    cmd: Words,
    #[serde(default)]
    working_dir: Option<String>,
    #[serde(default)]
    exposed_ports: Names,
    #[serde(default)]
    volumes: Names,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    labels: BTreeMap<String, Option<String>>,
    #[serde(default)]
    stop_signal: Option<String>,
    #[serde(default)]
    shell: Words,
    #[serde(default)]
    healthcheck: Option<HealthCheck>,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    on_build: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HealthCheck {
    #[serde(default)]
    test: Words,
    #[serde(default)]
    interval: Option<i64>,
    #[serde(default)]
    timeout: Option<i64>,
    #[serde(default)]
    start_period: Option<i64>,
    #[serde(default)]
    start_interval: Option<i64>,
    #[serde(default)]
    retries: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct HistoryLine {
    #[serde(default)]
    created: Option<String>,
    #[serde(default)]
    created_by: Option<String>,
    #[serde(default)]
    comment: Option<String>,
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    empty_layer: bool,
}

impl Config {
    /// Reads a configuration. The error is a clause about "it".
    pub(crate) fn parse(bytes: &[u8]) -> Result<Config, String> {
        super::json(bytes)
    }

    /// The digests of the inflated layers, the lowest first.
    pub(crate) fn diff_ids(&self) -> &[Digest] {
        &self.rootfs.diff_ids
    }

    /// When the image was built.
    pub(crate) fn created(&self) -> Option<String> {
        said(self.created.as_deref()).filter(|created| created != NEVER)
    }

    /// What it runs on, where it says that.
    pub(crate) fn platform(&self) -> Option<Platform> {
        super::named_platform(&self.os, &self.architecture, self.variant.as_deref())
    }

    /// Whether it could run on `platform`. A configuration that names no platform, or no variant, could.
    pub(crate) fn could_run_on(&self, platform: &Platform) -> bool {
        match self.platform() {
            None => true,
            Some(own) if said(self.variant.as_deref()).is_none() => {
                own.os == platform.os && own.architecture == platform.architecture
            }
            Some(own) => own == *platform,
        }
    }

    /// Whether it says that it is not an image's: attestations run on `unknown/unknown`.
    pub(crate) fn is_no_image(&self) -> bool {
        self.os == "unknown" || self.architecture == "unknown"
    }

    /// What a container starts with.
    pub(crate) fn settings(self) -> Settings {
        let config = self.execution;
        // Docker writes what is not set as an empty text or list; it means the same.
        let words = |words: Words| Some(words.0).filter(|words| !words.is_empty());
        Settings {
            user: said(config.user.as_deref()),
            env: config.env.iter().map(|line| variable(line)).collect(),
            entrypoint: words(config.entrypoint),
            cmd: words(config.cmd),
            workdir: said(config.working_dir.as_deref()),
            ports: config.exposed_ports.0,
            volumes: config.volumes.0,
            labels: (config.labels.into_iter())
                .map(|(name, value)| (name, value.unwrap_or_default()))
                .collect(),
            stop_signal: said(config.stop_signal.as_deref()),
            shell: words(config.shell),
            healthcheck: config.healthcheck.map(Health::from),
            onbuild: config.on_build,
            author: said(self.author.as_deref()),
            history: self.history.into_iter().map(History::from).collect(),
        }
    }
}

/// Parts `NAME=VALUE`; where a name comes twice, the later one holds, as in a container.
fn variable(line: &str) -> (String, String) {
    let (name, value) = line.split_once('=').unwrap_or((line, ""));
    (name.into(), value.into())
}

fn said(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(Into::into)
}

impl From<HealthCheck> for Health {
    fn from(check: HealthCheck) -> Health {
        // Zero means "as the engine likes", which is what nothing means too.
        let number = |number: Option<i64>| {
            number.and_then(|number| u64::try_from(number).ok()).filter(|&number| number > 0)
        };
        Health {
            test: check.test.0,
            interval: number(check.interval),
            timeout: number(check.timeout),
            start_period: number(check.start_period),
            start_interval: number(check.start_interval),
            retries: number(check.retries),
        }
    }
}

impl From<HistoryLine> for History {
    fn from(line: HistoryLine) -> History {
        History {
            created: said(line.created.as_deref()).filter(|created| created != NEVER),
            created_by: said(line.created_by.as_deref()),
            comment: said(line.comment.as_deref()),
            empty_layer: line.empty_layer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        Config::parse(text.as_bytes()).unwrap().settings()
    }

    #[test]
    fn everything_null_is_nothing() {
        let text = r#"{"created":null,"author":null,"os":null,"architecture":null,"rootfs":null,"history":null,
            "config":{"User":"","Env":null,"Entrypoint":null,"Cmd":[],"WorkingDir":null,"ExposedPorts":null,
            "Volumes":null,"Labels":null,"StopSignal":null,"Shell":null,"Healthcheck":null,"OnBuild":null}}"#;
        assert_eq!(settings(text), Settings::default());
        assert_eq!(settings("{}"), Settings::default());
        assert_eq!(settings(r#"{"config":null,"unheard_of":[1]}"#), Settings::default());
    }

    #[test]
    fn variables_are_parted_at_the_first_equals_sign() {
        let settings = settings(r#"{"config":{"Env":["A=1","B=x=y","C","A=2","D="]}}"#);
        let env: Vec<_> =
            settings.env.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        assert_eq!(env.join(" "), "A:2 B:x=y C: D:");
    }

    #[test]
    fn a_command_may_be_one_text() {
        let settings = settings(r#"{"config":{"Entrypoint":"/run","Cmd":["a","b"]}}"#);
        assert_eq!(settings.entrypoint, Some(vec!["/run".into()]));
        assert_eq!(settings.cmd, Some(vec!["a".into(), "b".into()]));
    }

    #[test]
    fn dockers_extensions_are_read() {
        let settings = settings(
            r#"{"config":{"Healthcheck":{"Test":["CMD-SHELL","true"],"Interval":5000000000,"Retries":3,
            "Timeout":0,"StartPeriod":-1},"OnBuild":["RUN x"],"Shell":["/bin/bash","-c"],
            "ExposedPorts":{"80/tcp":{}},"Labels":{"a":null,"b":"c"}}}"#,
        );
        let health = settings.healthcheck.unwrap();
        assert_eq!(health.test, ["CMD-SHELL", "true"]);
        assert_eq!((health.interval, health.timeout), (Some(5_000_000_000), None));
        assert_eq!((health.start_period, health.retries), (None, Some(3)));
        assert_eq!(settings.onbuild, ["RUN x"]);
        assert_eq!(settings.ports.first().map(String::as_str), Some("80/tcp"));
        assert_eq!(settings.labels["a"], "");
    }

    #[test]
    fn a_time_that_was_never_set_is_no_time() {
        let config = Config::parse(br#"{"created":"0001-01-01T00:00:00Z"}"#).unwrap();
        assert_eq!(config.created(), None);
    }

    #[test]
    fn a_platform_without_variant_could_be_any() {
        let config = Config::parse(br#"{"os":"linux","architecture":"arm"}"#).unwrap();
        assert!(config.could_run_on(&"linux/arm/v6".parse().unwrap()));
        assert!(!config.could_run_on(&"linux/arm64".parse().unwrap()));
    }
}
