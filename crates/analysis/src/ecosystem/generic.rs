//! Programs that somebody built or copied into an image, recognised by their names and by what they say of their version.
//! It counts only where no package manager knows the file, and guesses nothing where the pattern does not match.

use std::collections::HashMap;
use std::sync::LazyLock;

use model::{Evidence, Package, Scheme};
use regex::bytes::Regex;

use super::{EVERY_SIZE, Ecosystem, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "generic",
    title: "programs that no package has",
    osv: None,
    scheme: Some(Scheme::Generic),
    readers: READERS,
    records: &[],
    holdings: None,
};

/// What programs say: the first group of a pattern that matches is the version. Where a comment does not say otherwise,
/// the pattern was tried on the program that Debian 12 builds.
#[rustfmt::skip]
static READERS: &[Reader] = &[
    says("node", &["node", "nodejs", "libnode.so.*"], r"(?-u)node\.js/v(\d+\.\d+\.\d+)|\x00(?:node )?v((?:0|4|5|6)\.\d+\.\d+)\x00"),
    says("python", &["python2.*", "python3.*", "libpython*"], r"[\x00/-]([23]\.\d{1,2}\.\d{1,2}(?:(?:a|b|rc)\d+)?\+?)\x00"),
    says("ruby", &["ruby", "libruby*"], r"ruby (\d+\.\d+\.\d+(?:(?:p|preview|rc|dev)\d*)?) \("),
    says("perl", &["perl", "perl5*", "libperl.so*"], r"/perl5?/(5\.\d+\.\d+)"),
    says("php", &["php", "php-*", "php5*", "php7*", "php8*", "libphp*"], r"X-Powered-By: PHP/(\d+\.\d+\.\d+(?:(?:alpha|beta|RC)\d+)?)"),
    says("java", &["release"], r#"JAVA_VERSION="([0-9][^"\n]{0,60})""#),
    says("go", &["go/VERSION"], r"\bgo(1\.\d+(?:\.\d+|(?:beta|rc)\d+)?)"),
    says("rust", &["librustc_driver-*"], r"rustc version (\d+\.\d+\.\d+(?:-(?:nightly|dev|beta(?:\.\d+)?))?)"),
    says("nginx", &["nginx"], r"nginx version: [a-z]+/(\d+\.\d+\.\d+)"),
    says("httpd", &["httpd", "apache2"], r"Apache/(\d+\.\d+\.\d+)"),
    says("haproxy", &["haproxy"], r"(?:HA-?Proxy version |\x00)(\d+\.\d+(?:\.\d+|-dev\d+|-rc\d+))[-0-9a-z~+.]*(?:,|\x00)"),
    // As Docker's images of Redis have it, too, where the name of the machine stands behind the version.
    says("redis", &["redis-server", "redis-check-rdb"], REDIS),
    says("valkey", &["valkey-server"], REDIS),
    says("postgres", &["postgres"], r"\(PostgreSQL\) (\d+(?:\.\d+)*(?:(?:alpha|beta|rc)\d+)?)"),
    // From what others tell of it: `mysql-8.0.4-rc/` in paths of its sources.
    says("mysql", &["mysqld", "mysql"], r"/mysql-(\d+\.\d+\.\d+)|\x00(\d+\.\d+\.\d+)\x00+mysql"),
    says("mariadb", &["mariadbd", "mariadb", "mysqld", "mysql"], r"\x00(\d+\.\d+\.\d+)-MariaDB"),
    // Untried: version and commit stand beside one another.
    says("mongodb", &["mongod", "mongos"], r"\x00(\d+\.\d+\.\d+(?:-rc\d+)?)\x00+[0-9a-f]{40}\x00|[0-9a-f]{40}\x00+(\d+\.\d+\.\d+(?:-rc\d+)?)\x00"),
    says("memcached", &["memcached"], r"memcached (\d+\.\d+\.\d+)"),
    says("rabbitmq", &["rabbit.app"], r#"\{\s*vsn\s*,\s*"(\d[^"\n]{0,60})""#),
    // Programs in Go whose makers put the version in while linking; those of HashiCorp from what others tell of them.
    says("consul", &["consul"], r"CONSUL_VERSION: (\d+\.\d+\.\d+)|GitDescribe=v?(\d+\.\d+\.\d+)|\x00v(\d+\.\d+\.\d+)\x00"),
    says("vault", &["vault"], r"version\.Version=v?(\d+\.\d+\.\d+(?:-rc\d+)?)|\x00(1\.\d+\.\d+(?:-rc\d+)?)\x00"),
    says("traefik", &["traefik"], r"version\.Version=v?(\d+\.\d+\.\d+[-.0-9a-z]*)|\x00v?(\d+\.\d+\.\d+(?:-(?:alpha|beta|ea|rc)\.?\d+)?)\x00"),
    says("helm", &["helm"], r"version\.version=v(\d+\.\d+\.\d+[-.0-9a-z]*)|\x00v(\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)\x00"),
    says("kubectl", &["kubectl"], r"version\.gitVersion=v(\d+\.\d+\.\d+[-.0-9a-z]*)|\x00v(\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)\x00"),
    // Its own interface, which it is released with, stands in the list of its modules.
    says("etcd", &["etcd", "etcdctl", "etcdutl"], r"dep\tgo\.etcd\.io/etcd/api/v3\tv(3\.\d+\.\d+[-.0-9a-z]*)"),
    says("openssl", &["openssl", "libcrypto.so*"], r"OpenSSL (\d+\.\d+\.\d+(?:[a-z]{1,2}|-(?:alpha|beta)\d+)?) +\d"),
    says("busybox", &["busybox"], r"BusyBox v(\d+\.\d+\.\d+)"),
    says("bash", &["bash"], r"@\(#\)Bash version (\d+\.\d+\.\d+)\("),
    says("curl", &["curl", "libcurl*"], r"curl/(\d+\.\d+\.\d+)"),
];

const REDIS: &str = r"[^\d.](\d+\.\d+\.\d+?)(?:[0-9a-z]{12}-|[a-z][\w-]*-)?1[4-9]\d{17}";

const fn says(what: &'static str, files: &'static [&'static str], pattern: &'static str) -> Reader {
    let wants = Want::Says { what, files, pattern };
    Reader { revision: 1, wants, companions: &[], limit: EVERY_SIZE, read: recognise }
}

/// Patterns once they are compiled, which takes longer than most searches.
static COMPILED: LazyLock<HashMap<&'static str, Regex>> = LazyLock::new(|| {
    let patterns = READERS.iter().filter_map(|reader| match reader.wants {
        Want::Says { pattern, .. } => Some((pattern, Regex::new(pattern).ok()?)),
        _ => None,
    });
    patterns.collect()
});

/// The pattern that some reader looks for.
pub(crate) fn compiled(pattern: &str) -> Option<&'static Regex> {
    COMPILED.get(pattern)
}

/// Reads what matched: the first version that fits the file's name.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn recognise(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let wants = READERS.iter().map(|reader| reader.wants);
    let package = wants.filter(|wants| wants.is_met_by(input.path)).find_map(|wants| {
        let Want::Says { what, pattern, .. } = wants else { return None };
        let pattern = compiled(pattern)?;
        let mut versions = pattern.captures_iter(input.bytes).filter_map(|found| {
            let version = found.iter().skip(1).flatten().next()?;
            kept(str::from_utf8(version.as_bytes()).ok()?)
        });
        let version = versions.find(|version| fits(input.path, version))?;
        Some(Package::new(ECOSYSTEM.name, what, &version, Scheme::Generic))
    });
    let packages = package.map(|package| Evidence::Packages(vec![(package, Vec::new())]));
    Ok(Reading { evidence: packages.into_iter().collect(), ..Reading::default() })
}

/// Python's files are called after the first two numbers of its version, and other versions may stand in them.
fn fits(path: &[u8], version: &str) -> bool {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let name = name.strip_prefix(b"lib").unwrap_or(name);
    let Some(rest) = name.strip_prefix(b"python") else { return true };
    let numbers = rest.split(|byte| !byte.is_ascii_digit()).take(2);
    numbers
        .zip(version.split('.'))
        .all(|(ours, theirs)| ours.is_empty() || ours == theirs.as_bytes())
}

#[cfg(test)]
mod tests;
