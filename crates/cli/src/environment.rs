//! Every environment variable that the program looks at. No other file reads the environment.

use std::env;
use std::path::PathBuf;

use engine::{ChangelogPlaces, EngineSocket, Secret};
use model::Engine;

/// Set to anything, it turns colours off (<https://no-color.org>).
const NO_COLOR: &str = "NO_COLOR";
/// The folder of Docker's `config.json`, `~/.docker` by default.
const DOCKER_CONFIG: &str = "DOCKER_CONFIG";
/// Podman's and Skopeo's file of credentials.
const REGISTRY_AUTH_FILE: &str = "REGISTRY_AUTH_FILE";
/// Where a session's files are; Podman keeps credentials there.
const XDG_RUNTIME_DIR: &str = "XDG_RUNTIME_DIR";
/// Where Docker listens, as its own programs read it.
const DOCKER_HOST: &str = "DOCKER_HOST";
/// Where Podman listens, as its own programs read it.
const CONTAINER_HOST: &str = "CONTAINER_HOST";
/// Where Docker listens where nothing else is said: for the whole machine, and for one user.
const DOCKER_SOCKET: &str = "/var/run/docker.sock";
const DOCKER_USER_SOCKET: &str = "docker.sock";
/// Where Podman listens where nothing else is said: for the whole machine, and for one user.
const PODMAN_SOCKET: &str = "/run/podman/podman.sock";
const PODMAN_USER_SOCKET: &str = "podman/podman.sock";
/// The folder of settings, `~/.config` by default.
const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";
/// The folder of kept facts.
const PENTIMENTO_CACHE: &str = "PENTIMENTO_CACHE";
/// How many bytes of facts are kept.
const PENTIMENTO_CACHE_SIZE: &str = "PENTIMENTO_CACHE_SIZE";
/// The folder of what a service of this machine keeps, and of the list of tags that are watched.
const PENTIMENTO_DATA: &str = "PENTIMENTO_DATA";
/// The address of the service that is asked.
#[cfg(feature = "serve")]
const PENTIMENTO_SERVER: &str = "PENTIMENTO_SERVER";
/// The folder of kept advisories.
const PENTIMENTO_ADVISORIES: &str = "PENTIMENTO_ADVISORIES";
/// Where Debian publishes changelogs, or a mirror of that.
const PENTIMENTO_DEBIAN_CHANGELOGS: &str = "PENTIMENTO_DEBIAN_CHANGELOGS";
/// Where Ubuntu publishes changelogs, or a mirror of that.
const PENTIMENTO_UBUNTU_CHANGELOGS: &str = "PENTIMENTO_UBUNTU_CHANGELOGS";
/// Where Alpine's commits can be read, or a mirror of that.
const PENTIMENTO_ALPINE_COMMITS: &str = "PENTIMENTO_ALPINE_COMMITS";
/// The folder of what a user's programs keep, `~/.local/share` by default.
const XDG_DATA_HOME: &str = "XDG_DATA_HOME";
/// The folder of what can be made again, `~/.cache` by default.
const XDG_CACHE_HOME: &str = "XDG_CACHE_HOME";
/// The user's folder.
const HOME: &str = "HOME";
/// The proxy for registries, in either spelling.
const PROXY: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
/// Hosts that the proxy is not for, parted by commas, in either spelling.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// A file of certificates that are trusted besides the built-in ones.
const SSL_CERT_FILE: &str = "SSL_CERT_FILE";

/// What the environment says.
pub(crate) struct Environment {
    home: Option<PathBuf>,
}

impl Environment {
    pub(crate) fn read() -> Environment {
        Environment { home: path(HOME) }
    }

    /// Whether colours are unwanted.
    pub(crate) fn no_colour() -> bool {
        path(NO_COLOR).is_some()
    }

    /// The proxy for registries.
    pub(crate) fn proxy() -> Option<Secret> {
        text(PROXY).map(Secret::new)
    }

    /// Hosts that the proxy is not for.
    pub(crate) fn no_proxy() -> Vec<String> {
        let hosts = text(NO_PROXY).unwrap_or_default();
        hosts.split(',').map(str::trim).filter(|host| !host.is_empty()).map(Into::into).collect()
    }

    /// Certificates that are trusted besides the built-in ones.
    pub(crate) fn certificate_files() -> Vec<PathBuf> {
        path(SSL_CERT_FILE).into_iter().collect()
    }

    /// The folder that relative paths begin in; none where it is gone.
    pub(crate) fn working_folder() -> Option<PathBuf> {
        env::current_dir().ok()
    }

    /// Where facts are kept; none where there is no home.
    pub(crate) fn cache_folder(&self) -> Option<PathBuf> {
        let shared = self.shared_cache_folder();
        path(PENTIMENTO_CACHE).or_else(|| shared.map(|folder| folder.join("pentimento")))
    }

    /// Where programs keep what can be made again; none where there is no home.
    pub(crate) fn shared_cache_folder(&self) -> Option<PathBuf> {
        self.base(XDG_CACHE_HOME, ".cache")
    }

    /// Where a service of this machine keeps what it has, and where the list of watched tags is; none where there is no home.
    pub(crate) fn data_folder(&self) -> Option<PathBuf> {
        let shared = self.base(XDG_DATA_HOME, ".local/share");
        path(PENTIMENTO_DATA).or_else(|| shared.map(|folder| folder.join("pentimento")))
    }

    /// The address of the service that is asked, as it was said.
    #[cfg(feature = "serve")]
    pub(crate) fn server() -> Option<String> {
        env::var(PENTIMENTO_SERVER).ok().filter(|value| !value.is_empty())
    }

    /// Where distributions publish changelogs.
    pub(crate) fn changelog_places() -> ChangelogPlaces {
        let ChangelogPlaces { debian, ubuntu, alpine } = ChangelogPlaces::default();
        let place = |variable: &str, usual: String| {
            let said = env::var(variable).ok().filter(|value| !value.is_empty());
            said.map_or(usual, |said| said.trim_end_matches('/').to_owned())
        };
        ChangelogPlaces {
            debian: place(PENTIMENTO_DEBIAN_CHANGELOGS, debian),
            ubuntu: place(PENTIMENTO_UBUNTU_CHANGELOGS, ubuntu),
            alpine: place(PENTIMENTO_ALPINE_COMMITS, alpine),
        }
    }

    /// Where advisories are kept; none where there is no home.
    pub(crate) fn advisories_folder(&self) -> Option<PathBuf> {
        let shared = self.base(XDG_DATA_HOME, ".local/share");
        path(PENTIMENTO_ADVISORIES)
            .or_else(|| shared.map(|folder| folder.join("pentimento/advisories")))
    }

    /// A folder that a variable names, or the usual one.
    fn base(&self, variable: &str, usual: &str) -> Option<PathBuf> {
        // The specification of base directories has relative paths passed over.
        let said = path(variable).filter(|path| path.is_absolute());
        said.or_else(|| self.home.as_ref().map(|home| home.join(usual)))
    }

    /// How many bytes of facts are kept, as it was said.
    pub(crate) fn cache_size() -> Option<String> {
        env::var(PENTIMENTO_CACHE_SIZE).ok().filter(|value| !value.is_empty())
    }

    /// Where container engines may listen: where a variable says, else at the usual places, the user's own first.
    pub(crate) fn engines() -> Vec<EngineSocket> {
        let of_user = |name: &str| path(XDG_RUNTIME_DIR).map(|folder| folder.join(name));
        let sockets = |engine, variable: &str, user: &str, machine: &str| {
            let said = env::var(variable).ok().filter(|value| !value.is_empty());
            let addresses = said.map_or_else(
                || {
                    let usual = [of_user(user), Some(PathBuf::from(machine))];
                    let usual = usual.into_iter().flatten();
                    usual.map(|path| format!("unix://{}", path.display())).collect()
                },
                |said| vec![said],
            );
            addresses.into_iter().map(move |address| EngineSocket { engine, address })
        };
        sockets(Engine::Docker, DOCKER_HOST, DOCKER_USER_SOCKET, DOCKER_SOCKET)
            .chain(sockets(Engine::Podman, CONTAINER_HOST, PODMAN_USER_SOCKET, PODMAN_SOCKET))
            .collect()
    }

    /// Files that may hold credentials for registries, the one that wins first.
    pub(crate) fn credential_files(&self) -> Vec<PathBuf> {
        let below_home = |name: &str| self.home.as_ref().map(|home| home.join(name));
        let docker = path(DOCKER_CONFIG).or_else(|| below_home(".docker"));
        let settings = path(XDG_CONFIG_HOME).or_else(|| below_home(".config"));
        let files = [
            path(REGISTRY_AUTH_FILE),
            docker.map(|folder| folder.join("config.json")),
            path(XDG_RUNTIME_DIR).map(|folder| folder.join("containers/auth.json")),
            settings.map(|folder| folder.join("containers/auth.json")),
        ];
        files.into_iter().flatten().collect()
    }
}

/// The first of these variables that is set to some text.
fn text(names: [&str; 2]) -> Option<String> {
    names.iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
}

/// A variable that is set to nothing counts as not set.
fn path(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
