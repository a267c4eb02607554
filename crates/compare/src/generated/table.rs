//! The table of generated paths: what programs write of their own accord when something is installed, as data.
//!
//! Who adds a row says what is made, by what, of what, and shows paths that are meant and paths beside them that are
//! not. The page docs/causes.md is made of it. What a row does not say is not excused: it is `unexplained`.

use super::Row;
use super::When::{Beside, Input, Package};

/// Any package of a distribution.
const ANY: super::When = Package(&["*"]);

/// Programs that change users and groups.
const ACCOUNTS: &[&str] = &[
    "useradd",
    "adduser",
    "usermod",
    "userdel",
    "deluser",
    "groupadd",
    "addgroup",
    "groupmod",
    "groupdel",
    "delgroup",
    "gpasswd",
    "passwd",
    "chpasswd",
    "chage",
    "chsh",
    "chfn",
    "newusers",
    "pwconv",
    "grpconv",
    "systemd-sysusers",
];

/// Programs that install packages.
const APT: &[&str] = &["apt-get", "apt", "aptitude", "dpkg", "install_packages"];
const RPM: &[&str] = &["yum", "dnf", "microdnf", "tdnf", "zypper", "rpm"];
const PYTHON: &[&str] =
    &["python", "python3", "pip", "pip3", "uv", "poetry", "pipenv", "py3compile", "pycompile"];

/// What changes which certificates are trusted.
const TRUST: &[super::When] = &[
    Package(&["ca-certificates*", "p11-kit*", "java-cacerts"]),
    Input(&[
        "/usr/share/ca-certificates/**",
        "/usr/local/share/ca-certificates/**",
        "/etc/ca-certificates.conf",
        "/etc/pki/ca-trust/source/**",
        "/usr/share/pki/**",
        "/etc/pki/trust/**",
        "/etc/ca-certificates/trust-source/**",
    ]),
];
const TRUSTING: &[&str] = &["update-ca-certificates", "update-ca-trust", "trust", "c_rehash"];

/// Every row, in the order of the page.
pub static TABLE: &[Row] = &[
    // The dynamic linker.
    Row::new("linker-cache", "the list of libraries that the dynamic linker looks through", "ldconfig writes it anew whenever libraries come or go")
        .at(&["/etc/ld.so.cache", "/etc/ld.so.cache~", "/var/cache/ldconfig/aux-cache"])
        .when(&[ANY, Input(&["/**/*.so", "/**/*.so.*", "/etc/ld.so.conf", "/etc/ld.so.conf.d/*"])])
        .by(&["ldconfig"])
        .examples(&["/etc/ld.so.cache", "/var/cache/ldconfig/aux-cache"], &["/etc/ld.so.conf", "/etc/ld.so.preload"]),
    // Users and groups.
    Row::new("accounts", "users and groups, and what they were before", "packages add users of their own when they are installed")
        .at(&[
            "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid", "/etc/passwd-",
            "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/subuid-", "/etc/subgid-",
        ])
        .when(&[ANY])
        .by(ACCOUNTS)
        .edited()
        .examples(&["/etc/passwd", "/etc/gshadow-", "/etc/subuid"], &["/etc/sudoers", "/etc/pam.d/passwd", "/usr/bin/passwd"]),
    Row::new("account-locks", "what programs that change accounts leave", "they lock the files while they write")
        .at(&["/etc/.pwd.lock", "/etc/*.lock"])
        .when(&[ANY])
        .by(ACCOUNTS)
        .examples(&["/etc/.pwd.lock", "/etc/group.lock"], &["/etc/lock"]),
    Row::new("home-skeleton", "a new user's folder, with copies of the skeleton", "useradd makes it")
        .at(&[
            "/home/*", "/home/*/.bashrc", "/home/*/.bash_logout", "/home/*/.bash_profile", "/home/*/.profile",
            "/home/*/.zshrc", "/home/*/.kshrc", "/var/mail/*", "/var/spool/mail/*",
        ])
        .by(ACCOUNTS)
        .examples(&["/home/app", "/home/app/.bashrc"], &["/home/app/.ssh/authorized_keys", "/home/app/bin", "/srv/.bashrc"]),
    Row::new("shells", "the shells that users may have", "shells enter themselves when they are installed")
        .at(&["/etc/shells", "/var/lib/shells.state"])
        .when(&[ANY])
        .by(&["add-shell", "remove-shell", "update-shells"])
        .edited()
        .examples(&["/etc/shells"], &["/etc/shellsx"]),
    // Certificates.
    Row::new("certificates", "the certificates that are trusted, put together", "update-ca-certificates and update-ca-trust write them of those that are installed")
        .at(&[
            "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/ca-bundle.crt", "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem",
            "/etc/ssl/certs/java/cacerts",
            "/etc/default/cacerts", "/etc/pki/ca-trust/extracted/**", "/etc/pki/java/cacerts", "/etc/pki/tls/cert.pem",
            "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/tls/certs/ca-bundle.trust.crt", "/var/lib/ca-certificates/**",
            "/etc/ca-certificates/extracted/**",
        ])
        .when(TRUST)
        .by(TRUSTING)
        .edited()
        .examples(
            &["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/java/cacerts"],
            &["/etc/ssl/private/server.key", "/usr/local/share/ca-certificates/own.crt", "/etc/ssl/openssl.cnf"],
        ),
    Row::new("certificate-links", "links to the certificates that are trusted, by name and by hash", "update-ca-certificates sets them for those that are installed")
        .at(&["/etc/ssl/certs/*.pem", "/etc/ssl/certs/*.0", "/etc/ssl/certs/*.1", "/etc/ssl/certs/*.crt"])
        .leading("")
        .when(TRUST)
        .by(TRUSTING)
        .examples(&["/etc/ssl/certs/5ed36f99.0", "/etc/ssl/certs/ISRG_Root_X1.pem"], &["/etc/ssl/private/own.pem"]),
    Row::new("java-certificates", "the certificates that Java trusts", "installing Java or certificates writes them anew")
        .at(&["/usr/lib/jvm/*/lib/security/cacerts", "/usr/lib/jvm/*/jre/lib/security/cacerts", "/opt/java/*/lib/security/cacerts"])
        .when(&[Package(&["ca-certificates*", "java-cacerts", "openjdk*", "java-*", "temurin*"]), Input(&["/etc/ssl/certs/**", "/usr/share/ca-certificates/**"])])
        .by(&["keytool", "update-ca-certificates"])
        .examples(&["/usr/lib/jvm/java-17-openjdk-amd64/lib/security/cacerts"], &["/usr/lib/jvm/java-17-openjdk-amd64/lib/security/java.security"]),
    Row::new("own-certificate", "a certificate that a package makes for this machine", "ssl-cert makes one when it is installed")
        .at(&["/etc/ssl/certs/ssl-cert-snakeoil.pem", "/etc/ssl/private/ssl-cert-snakeoil.key", "/etc/pki/tls/certs/localhost.crt", "/etc/pki/tls/private/localhost.key"])
        .when(&[Package(&["ssl-cert", "mod_ssl", "httpd*"])])
        .by(&["make-ssl-cert"])
        .examples(&["/etc/ssl/private/ssl-cert-snakeoil.key"], &["/etc/ssl/private/server.key"]),
    // Alternatives.
    Row::new("alternatives", "links to the program that was chosen of several", "update-alternatives sets them when packages bring alternatives")
        .at(&["/etc/alternatives/*", "/etc/alternatives", "/var/lib/alternatives/*", "/var/log/alternatives.log"])
        .when(&[ANY])
        .by(&["update-alternatives", "alternatives", "update-java-alternatives"])
        .edited()
        .examples(&["/etc/alternatives/editor", "/var/log/alternatives.log"], &["/etc/alternatives/a/b"]),
    Row::new("alternatives-names", "names that lead to a chosen program", "update-alternatives makes them as links into /etc/alternatives")
        .at(&["/**"])
        .leading("/etc/alternatives/")
        .when(&[ANY])
        .by(&["update-alternatives", "alternatives", "update-java-alternatives"])
        .examples(&["/usr/bin/editor", "/usr/share/man/man1/editor.1.gz"], &[]),
    // Logs.
    Row::new("installation-logs", "what package managers wrote of what they did", "every installation adds lines")
        .at(&[
            "/var/log/dpkg.log*", "/var/log/apt/**", "/var/log/apt", "/var/log/aptitude*", "/var/log/bootstrap.log", "/var/log/yum.log*",
            "/var/log/dnf*.log*", "/var/log/hawkey.log*", "/var/log/zypper.log*", "/var/log/zypp/**", "/var/log/YaST2/**",
            "/var/log/apk.log", "/var/log/pacman.log", "/var/log/microdnf.log", "/var/log/anaconda/**", "/var/log/installer/**",
            "/root/anaconda-*", "/root/original-ks.cfg", "/var/log/unattended-upgrades/**", "/var/log/pip.log",
        ])
        .always()
        .examples(&["/var/log/dpkg.log", "/var/log/apt/history.log", "/var/log/dnf.rpm.log"], &["/var/log/app.log", "/var/log/nginx/error.log"]),
    Row::new("login-records", "who logged in and failed to", "programs that log in add to them, and creating a user does")
        .at(&["/var/log/lastlog", "/var/log/faillog", "/var/log/wtmp", "/var/log/btmp", "/var/log/tallylog", "/var/run/utmp", "/run/utmp"])
        .always()
        .examples(&["/var/log/faillog", "/var/log/lastlog"], &["/var/log/auth.log"]),
    // Caches and lists of package managers.
    Row::new("apt-caches", "downloaded packages and indexes of apt", "apt keeps what it fetched")
        .at(&["/var/cache/apt/**", "/var/cache/apt", "/var/lib/apt/**", "/var/cache/apt-show-versions/**"])
        .always()
        .by(APT)
        .examples(&["/var/cache/apt/pkgcache.bin", "/var/lib/apt/lists/lock"], &["/etc/apt/sources.list", "/etc/apt/trusted.gpg.d/own.gpg"]),
    Row::new("debconf", "answers to questions that packages ask", "debconf keeps them, and what they were before")
        .at(&["/var/cache/debconf/**", "/var/cache/debconf", "/var/lib/ucf/**", "/var/lib/ucf"])
        .always()
        .by(APT)
        .examples(&["/var/cache/debconf/templates.dat-old", "/var/lib/ucf/hashfile"], &["/etc/debconf.conf"]),
    Row::new("rpm-caches", "downloaded packages and metadata of yum, dnf, tdnf and zypper", "they keep what they fetched")
        .at(&[
            "/var/cache/yum/**", "/var/cache/dnf/**", "/var/cache/libdnf5/**", "/var/cache/tdnf/**", "/var/cache/zypp/**", "/var/cache/PackageKit/**",
            "/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/tdnf", "/var/cache/zypp", "/var/lib/rpm-state/**",
            "/var/tmp/yum-*/**",
        ])
        .always()
        .by(RPM)
        .examples(&["/var/cache/dnf/baseos.solv", "/var/cache/zypp/solv/@System/solv"], &["/etc/yum.repos.d/own.repo", "/etc/pki/rpm-gpg/own"]),
    Row::new("rpm-history", "what yum, dnf and zypper remember of why a package is there", "every installation adds to it")
        .at(&["/var/lib/yum/**", "/var/lib/dnf/**", "/usr/lib/sysimage/libdnf5/**", "/var/lib/zypp/**", "/var/lib/tdnf/**"])
        .always()
        .by(RPM)
        .examples(&["/var/lib/dnf/history.sqlite"], &["/var/lib/other"]),
    Row::new("apk-caches", "indexes and packages that apk fetched", "apk keeps what it fetched")
        .at(&["/var/cache/apk/**", "/etc/apk/cache/**", "/var/cache/apk", "/var/cache/misc"])
        .always()
        .by(&["apk"])
        .examples(&["/var/cache/apk/APKINDEX.b53994b4.tar.gz", "/etc/apk/cache/installed"], &["/etc/apk/repositories", "/etc/apk/keys/own.rsa.pub"]),
    Row::new("pacman-caches", "packages and lists that pacman fetched", "pacman keeps what it fetched")
        .at(&["/var/cache/pacman/**", "/var/lib/pacman/sync/**"])
        .always()
        .by(&["pacman"])
        .examples(&["/var/lib/pacman/sync/core.db"], &["/etc/pacman.conf", "/etc/pacman.d/gnupg/pubring.gpg"]),
    Row::new("language-caches", "what the package managers of languages fetched and built", "they keep it for the next time; nothing runs it from there")
        .at(&[
            "~/.cache/pip/**", "~/.cache/uv/**", "~/.cache/pypoetry/**", "~/.npm/_cacache/**",
            "~/.npm/_logs/**", "~/.npm/_update-notifier-last-checked", 
            "/usr/local/share/.cache/yarn/**", "~/.cache/yarn/**", "~/.yarn/berry/cache/**", "~/.local/share/pnpm/store/**",
            "~/.cache/node/corepack/**", "~/.bundle/cache/**", "/usr/local/bundle/cache/**", "~/.composer/cache/**", "~/.cache/composer/**",
            "~/.cache/go-build/**", "~/.cargo/registry/index/**", "~/.cargo/registry/cache/**",
            "~/.local/share/NuGet/http-cache/**",
        ])
        .always()
        .examples(&["/home/app/.cache/pip/http-v2/a/b", "/home/app/.npm/_cacache/index-v5/1/2"], &["/home/app/.npmrc", "/home/app/.config/pip/pip.conf", "/home/app/.cargo/credentials.toml", "/home/app/.composer/auth.json"]),
    // Python.
    Row::new("python-bytecode", "Python's modules, compiled", "Python compiles a module when it is installed or first used, and writes down the time of its source")
        .at(&["/**/__pycache__/*.pyc", "/**/__pycache__/*.pyo", "/**/*.pyc", "/**/*.pyo"])
        .when(&[Beside])
        .by(PYTHON)
        .undigested()
        .examples(&["/usr/lib/python3/dist-packages/__pycache__/six.cpython-311.pyc"], &["/usr/lib/python3/dist-packages/six.py", "/srv/__pycache__/x.so"]),
    Row::new("python-bytecode-folders", "folders of compiled modules", "Python makes one beside the sources")
        .at(&["/**/__pycache__"])
        .when(&[Beside])
        .by(PYTHON)
        .undigested()
        .examples(&["/usr/lib/python3/dist-packages/__pycache__"], &["/usr/lib/python3/dist-packages"]),
    Row::new("python-bookkeeping", "what Debian's Python remembers of modules", "its triggers write it when packages bring modules")
        .at(&["/var/lib/python/**", "/usr/share/python3/runtime.d/**", "/var/lib/python3/**"])
        .when(&[ANY])
        .examples(&["/var/lib/python/python3.11_already_installed"], &["/usr/lib/python3/site.py"]),
    // Locales, time, fonts, icons, manuals.
    Row::new("locales", "compiled locales", "localedef and locale-gen compile them of the definitions that are installed")
        .at(&["/usr/lib/locale/locale-archive*", "/usr/lib/locale/*/**", "/usr/lib/locale/*", "/etc/locale.gen", "/etc/default/locale"])
        .when(&[Package(&["locales*", "glibc*", "libc-bin", "libc-l10n", "language-pack-*", "musl-locales*", "belocs*"])])
        .by(&["locale-gen", "localedef", "update-locale", "dpkg-reconfigure"])
        .examples(&["/usr/lib/locale/locale-archive", "/usr/lib/locale/de_DE.utf8/LC_TIME"], &["/usr/share/i18n/locales/de_DE"]),
    Row::new("timezone", "the machine's time zone", "tzdata sets it when it is installed")
        .at(&["/etc/timezone", "/etc/localtime", "/etc/adjtime"])
        .when(&[Package(&["tzdata*", "timezone*"])])
        .by(&["dpkg-reconfigure", "setup-timezone", "timedatectl"])
        .edited()
        .examples(&["/etc/localtime"], &["/etc/time"]),
    Row::new("font-caches", "lists of fonts and of what they have", "fc-cache and its kin look through the fonts again")
        .at(&[
            "/var/cache/fontconfig/**", "/var/cache/fontconfig", "/usr/lib/fontconfig/cache/**", "/**/.cache/fontconfig/**", "/usr/share/fonts/**/fonts.dir", "/usr/share/fonts/**/fonts.scale",
            "/usr/share/fonts/**/.uuid", "/usr/share/fonts/**/fonts.cache-1", "/var/lib/defoma/**", "/var/lib/ghostscript/**", "/etc/X11/fonts/**/*.alias", "/usr/share/fonts/**/fonts.alias",
        ])
        .when(&[ANY, Input(&["/**/*.ttf", "/**/*.otf", "/**/*.ttc", "/**/*.pfb", "/**/*.pcf.gz", "/**/*.woff", "/etc/fonts/**"])])
        .by(&["fc-cache", "mkfontdir", "mkfontscale", "update-fonts-dir", "update-fonts-scale", "update-fonts-alias"])
        .examples(&["/var/cache/fontconfig/1-le64.cache-7", "/usr/share/fonts/X11/misc/fonts.dir"], &["/usr/share/fonts/own.ttf", "/etc/fonts/local.conf"]),
    Row::new("manual-indexes", "indexes of manual pages and info documents", "mandb and install-info write them when documents come or go")
        .at(&["/var/cache/man/**", "/var/cache/man", "/usr/share/info/dir", "/usr/share/info/dir.old", "/usr/share/man/mandoc.db", "/usr/share/man/**/whatis", "/usr/local/share/info/dir"])
        .when(&[ANY, Input(&["/usr/share/man/**", "/usr/share/info/**", "/usr/local/share/man/**"])])
        .by(&["mandb", "makewhatis", "install-info", "update-info-dir"])
        .edited()
        .examples(&["/var/cache/man/index.db", "/usr/share/info/dir"], &["/usr/share/info/own.info", "/usr/share/man/man1/x.1"]),
    Row::new("icon-caches", "lists of icons", "gtk-update-icon-cache looks through the icons again")
        .at(&["/usr/share/icons/*/icon-theme.cache", "/usr/share/icons/*/.icon-theme.cache"])
        .when(&[ANY, Input(&["/usr/share/icons/**"])])
        .by(&["gtk-update-icon-cache", "update-icon-caches", "gtk4-update-icon-cache"])
        .examples(&["/usr/share/icons/hicolor/icon-theme.cache"], &["/usr/share/icons/hicolor/index.theme"]),
    Row::new("desktop-caches", "lists of applications and the kinds of files that they open", "update-desktop-database and update-mime-database put them together")
        .at(&[
            "/usr/share/applications/mimeinfo.cache", "/usr/share/mime/*", "/usr/share/mime/*/**", "/var/lib/AccountsService/**",
            "/usr/share/applications/bamf-2.index", "/var/cache/app-info/**", "/var/cache/swcatalog/**", "/var/cache/cups/**", "/etc/mailcap",
        ])
        .when(&[ANY, Input(&["/usr/share/mime/packages/**", "/usr/share/applications/**"])])
        .by(&["update-desktop-database", "update-mime-database", "update-mime"])
        .edited()
        .examples(&["/usr/share/mime/mime.cache", "/usr/share/applications/mimeinfo.cache"], &["/usr/share/applications/own.desktop"]),
    Row::new("glib-caches", "lists of GLib's settings and modules, compiled", "their triggers compile them of what is installed")
        .at(&[
            "/usr/share/glib-2.0/schemas/gschemas.compiled", "/usr/lib/**/gio/modules/giomodule.cache", "/usr/lib64/gio/modules/giomodule.cache",
            "/usr/lib/**/gdk-pixbuf-2.0/*/loaders.cache", "/usr/lib64/gdk-pixbuf-2.0/*/loaders.cache", "/usr/lib/**/gtk-*/*/immodules.cache",
            "/usr/lib64/gtk-*/*/immodules.cache", "/usr/lib/**/pango/*/modules.cache", "/etc/gtk-2.0/**/gtk.immodules", "/etc/dconf/db/*", "/usr/lib/**/gconv/gconv-modules.cache",
            "/usr/lib64/gconv/gconv-modules.cache", "/lib64/gconv/gconv-modules.cache",
        ])
        .when(&[ANY, Input(&["/usr/share/glib-2.0/schemas/*.xml", "/**/gio/modules/*.so", "/**/loaders/*.so", "/**/gconv/*.so", "/etc/dconf/db/*.d/**"])])
        .by(&["glib-compile-schemas", "gio-querymodules", "gdk-pixbuf-query-loaders", "gtk-query-immodules-3.0", "iconvconfig", "dconf"])
        .edited()
        .examples(&["/usr/share/glib-2.0/schemas/gschemas.compiled", "/usr/lib/x86_64-linux-gnu/gio/modules/giomodule.cache"], &["/usr/share/glib-2.0/schemas/own.gschema.xml", "/usr/lib/x86_64-linux-gnu/gio/modules/own.so"]),
    // The system's own.
    Row::new("machine-id", "what this machine calls itself", "systemd and dbus make one up when they are installed")
        .at(&["/etc/machine-id", "/var/lib/dbus/machine-id", "/var/lib/systemd/random-seed", "/var/lib/urandom/random-seed", "/etc/hostid", "/var/lib/systemd/credential.secret"])
        .always()
        .examples(&["/etc/machine-id"], &["/etc/machine-info"]),
    Row::new("engine-files", "files that a container engine puts its own in the place of", "no container sees what the image has there")
        .at(&["/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/etc/mtab", "/.dockerenv", "/.dockerinit", "/run/.containerenv", "/run/secrets"])
        .always()
        .edited()
        .examples(&["/etc/hosts", "/.dockerenv"], &["/etc/hosts.allow", "/etc/nsswitch.conf"]),
    Row::new("mount-points", "empty folders that something is mounted at", "engines and build programs make them")
        .at(&["/dev", "/proc", "/sys", "/dev/pts", "/dev/shm", "/dev/mqueue", "/run", "/run/lock", "/dev/console", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/full", "/dev/tty", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/core", "/dev/ptmx"])
        .always()
        .examples(&["/dev/console", "/proc"], &["/dev/sda", "/run/app.pid"]),
    Row::new("service-links", "links to what is started with what", "packages enable their units when they are installed")
        .at(&["/etc/systemd/system/*.wants/*", "/etc/systemd/system/*.requires/*", "/etc/systemd/user/*.wants/*", "/etc/systemd/system/*.service", "/etc/rc?.d/*"])
        .leading("")
        .when(&[ANY])
        .by(&["systemctl", "deb-systemd-helper", "update-rc.d", "chkconfig"])
        .examples(&["/etc/systemd/system/multi-user.target.wants/cron.service", "/etc/rc2.d/S01cron"], &["/etc/systemd/system/own.timer"]),
    Row::new("systemd-state", "what systemd's helpers remember of units", "they write it down when units are enabled")
        .at(&["/var/lib/systemd/deb-systemd-helper-*/**", "/var/lib/systemd/deb-systemd-user-helper-*/**", "/var/lib/systemd/catalog/database", "/var/lib/systemd/timers/*", "/etc/systemd/system/*.wants", "/etc/systemd/system/*.requires", "/etc/systemd/user/*.wants"])
        .when(&[ANY])
        .by(&["systemctl", "deb-systemd-helper", "journalctl"])
        .examples(&["/var/lib/systemd/catalog/database", "/etc/systemd/system/multi-user.target.wants"], &["/etc/init.d/own"]),
    Row::new("hardware-database", "what udev knows of devices, compiled", "systemd-hwdb compiles it when udev is installed")
        .at(&["/etc/udev/hwdb.bin", "/usr/lib/udev/hwdb.bin", "/lib/udev/hwdb.bin"])
        .when(&[ANY, Input(&["/usr/lib/udev/hwdb.d/**", "/etc/udev/hwdb.d/**", "/lib/udev/hwdb.d/**"])])
        .by(&["systemd-hwdb", "udevadm"])
        .edited()
        .examples(&["/usr/lib/udev/hwdb.bin"], &["/etc/udev/rules.d/own.rules"]),
    Row::new("kernel-modules", "which kernel modules need which", "depmod works it out when modules come or go")
        .at(&["/lib/modules/*/modules.*", "/usr/lib/modules/*/modules.*"])
        .when(&[Package(&["linux*", "kernel*", "kmod*"]), Input(&["/**/*.ko", "/**/*.ko.xz", "/**/*.ko.gz", "/**/*.ko.zst"])])
        .by(&["depmod", "update-initramfs", "dracut"])
        .edited()
        .examples(&["/lib/modules/6.1.0-18-amd64/modules.dep.bin"], &["/lib/modules/6.1.0-18-amd64/own.ko"]),
    Row::new("boot-files", "what a machine boots with, put together", "initramfs programs pack it of kernel and modules")
        .at(&["/boot/initrd*", "/boot/initramfs*", "/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/initrd.img*", "/vmlinuz*", "/var/lib/initramfs-tools/*", "/boot/loader/entries/*"])
        .when(&[Package(&["linux*", "kernel*", "initramfs*", "dracut*", "grub*", "mkinitfs*"])])
        .by(&["update-initramfs", "dracut", "mkinitfs", "mkinitcpio", "update-grub", "grub2-mkconfig"])
        .examples(&["/boot/initrd.img-6.1.0-18-amd64"], &["/boot/own"]),
    Row::new("pam", "how users prove who they are, put together", "pam-auth-update writes it of the profiles that packages bring")
        .at(&["/etc/pam.d/common-*", "/var/lib/pam/*", "/var/lib/authselect/**"])
        .when(&[Package(&["*pam*", "authselect*", "*sss*", "systemd*"]), Input(&["/usr/share/pam-configs/*"])])
        .by(&["pam-auth-update", "authselect"])
        .edited()
        .examples(&["/etc/pam.d/common-auth", "/var/lib/pam/seen"], &["/etc/pam.d/sshd", "/etc/security/access.conf"]),
    Row::new("ssh-host-keys", "keys that a machine shows to who logs in", "openssh makes them when it is installed; every container of the image has them")
        .at(&["/etc/ssh/ssh_host_*_key", "/etc/ssh/ssh_host_*_key.pub"])
        .when(&[Package(&["openssh*", "dropbear*"])])
        .by(&["ssh-keygen", "dropbearkey"])
        .examples(&["/etc/ssh/ssh_host_ed25519_key"], &["/home/app/.ssh/id_ed25519", "/etc/ssh/sshd_config"]),
    // Programs that keep lists of what is installed.
    Row::new("tex-indexes", "lists of TeX's files and formats", "mktexlsr and fmtutil put them together when packages come")
        .at(&["/**/texmf*/ls-R", "/usr/share/texmf/ls-R*", "/var/lib/texmf/**", "/var/lib/tex-common/**", "/etc/texmf/**/*.cnf"])
        .when(&[Package(&["tex*", "lmodern", "tipa", "cm-super*", "fonts-*", "dblatex", "latex*"])])
        .by(&["mktexlsr", "texhash", "fmtutil-sys", "updmap-sys", "update-texmf", "tlmgr"])
        .examples(&["/usr/share/texlive/texmf-dist/ls-R", "/var/lib/texmf/web2c/pdftex/pdflatex.fmt"], &["/usr/share/texlive/texmf-dist/tex/own.sty"]),
    Row::new("editor-caches", "what editors compile of packages' code and help", "their triggers do so when packages bring some")
        .at(&["/usr/share/emacs/site-lisp/**/*.elc", "/usr/share/emacs*/site-lisp/**/*.elc", "/usr/share/vim/**/doc/tags", "/var/lib/emacsen-common/**", "/var/lib/vim/**", "/usr/lib/emacs/**/native-lisp/**", "/usr/share/xemacs*/**/*.elc"])
        .when(&[ANY])
        .examples(&["/usr/share/vim/vim90/doc/tags", "/usr/share/emacs/site-lisp/debian/x.elc"], &["/etc/vim/vimrc.local"]),
    Row::new("markup-catalogs", "which document types are installed", "XML and SGML packages enter themselves")
        .at(&["/etc/xml/*", "/etc/sgml/*", "/var/lib/xml-core/*", "/var/lib/sgml-base/*"])
        .when(&[ANY])
        .by(&["xmlcatalog", "update-catalog", "update-xmlcatalog"])
        .edited()
        .examples(&["/etc/xml/catalog", "/var/lib/sgml-base/supercatalog"], &["/usr/share/xml/own.dtd"]),
    Row::new("perl-indexes", "what Perl remembers of installed modules", "installing a module adds to it")
        .at(&["/**/perllocal.pod", "/usr/share/perl5/XML/SAX/ParserDetails.ini", "/etc/perl/XML/SAX/ParserDetails.ini", "/var/lib/perl/**"])
        .when(&[ANY, Input(&["/**/*.pm"])])
        .by(&["cpan", "cpanm", "update-perl-sax-parsers"])
        .edited()
        .examples(&["/usr/local/lib/x86_64-linux-gnu/perl/5.36.0/perllocal.pod"], &["/usr/local/share/perl/5.36.0/Own.pm"]),
    Row::new("r-indexes", "R's indexes of help and packages", "R writes them when a package is installed")
        .at(&["/usr/lib/R/doc/html/packages.html", "/usr/share/R/doc/html/packages.html", "/usr/local/lib/R/doc/html/packages.html", "/usr/lib/R/library/*/R/*.rdx"])
        .when(&[Package(&["r-*", "R-*"]), Input(&["/**/site-library/*/DESCRIPTION"])])
        .by(&["R", "Rscript", "install2.r"])
        .examples(&["/usr/lib/R/doc/html/packages.html"], &["/usr/lib/R/etc/Rprofile.site"]),
    Row::new("php-modules", "which of PHP's modules are on", "phpenmod sets links when packages bring modules")
        .at(&["/etc/php/*/*/conf.d/*", "/var/lib/php/modules/**", "/usr/share/php/.registry/**", "/usr/share/php/.channels/**", "/usr/local/lib/php/.registry/**", "/usr/local/lib/php/.channels/**", "/usr/local/lib/php/.lock", "/usr/local/lib/php/.depdb*", "/usr/local/lib/php/.filemap"])
        .when(&[Package(&["php*"])])
        .by(&["phpenmod", "phpdismod", "pecl", "pear", "docker-php-ext-install", "docker-php-ext-enable"])
        .examples(&["/etc/php/8.2/cli/conf.d/20-curl.ini", "/usr/local/lib/php/.registry/.channel.pecl.php.net/redis.reg"], &["/etc/php/8.2/cli/php.ini"]),
    Row::new("apache-modules", "which of Apache's modules and sites are on", "packages set links when they are installed")
        .at(&["/etc/apache2/mods-enabled/*", "/etc/apache2/conf-enabled/*", "/etc/apache2/sites-enabled/*", "/var/lib/apache2/**"])
        .when(&[Package(&["apache2*", "libapache2-*", "php*", "javascript-common"])])
        .by(&["a2enmod", "a2dismod", "a2enconf", "a2disconf", "a2ensite", "a2dissite"])
        .examples(&["/etc/apache2/mods-enabled/ssl.load"], &["/etc/apache2/sites-available/own.conf"]),
    Row::new("gem-caches", "what RubyGems fetched and compiled", "it keeps archives and documentation of what it installed")
        .at(&["/var/lib/gems/*/cache/*", "/usr/local/lib/ruby/gems/*/cache/*", "/usr/local/bundle/cache/**", "/var/lib/gems/*/doc/**", "/usr/local/lib/ruby/gems/*/doc/**", "/**/gems/**/gem_make.out", "/**/gems/**/mkmf.log", "/**/extensions/**/gem.build_complete"])
        .when(&[Input(&["/**/specifications/*.gemspec"])])
        .by(&["gem", "bundle"])
        .examples(&["/usr/local/bundle/cache/rack-3.0.0.gem", "/usr/local/lib/ruby/gems/3.2.0/cache/rake-13.0.6.gem"], &["/usr/local/lib/ruby/gems/3.2.0/gems/own/lib/x.rb"]),
    Row::new("node-bookkeeping", "what package managers of Node remember of a tree", "they write it at every installation")
        .at(&["/**/node_modules/.package-lock.json", "/**/node_modules/.yarn-integrity", "/**/node_modules/.yarn-state.yml", "/**/node_modules/.modules.yaml", "/**/node_modules/.pnpm/lock.yaml", "/**/node_modules/.cache/**"])
        .when(&[Input(&["/**/node_modules/**/package.json"])])
        .by(&["npm", "yarn", "pnpm"])
        .examples(&["/srv/node_modules/.package-lock.json"], &["/srv/package-lock.json", "/srv/node_modules/own/index.js"]),
    Row::new("java-archives", "Java's own classes, ready to be mapped", "Java writes them when it is installed")
        .at(&["/usr/lib/jvm/*/lib/server/classes*.jsa", "/usr/lib/jvm/*/lib/client/classes*.jsa", "/opt/java/*/lib/server/classes*.jsa"])
        .when(&[Package(&["openjdk*", "java-*", "temurin*", "*-jdk*", "*-jre*"])])
        .by(&["java"])
        .undigested()
        .examples(&["/usr/lib/jvm/java-17-openjdk-amd64/lib/server/classes.jsa"], &["/usr/lib/jvm/java-17-openjdk-amd64/lib/server/libjvm.so"]),
    Row::new("dictionaries", "lists of words and spelling dictionaries, built", "their triggers build them of what is installed")
        .at(&["/var/lib/dictionaries-common/**", "/var/cache/dictionaries-common/**", "/var/lib/aspell/*", "/usr/share/dict/words*", "/etc/dictionaries-common/*"])
        .when(&[ANY])
        .by(&["update-dictcommon-aspell", "select-default-wordlist", "aspell-autobuildhash"])
        .examples(&["/var/lib/aspell/en.compat", "/usr/share/dict/words"], &["/usr/share/dict/own"]),
    Row::new("selinux", "SELinux' policy, put together", "semodule builds it of the modules that are installed")
        .at(&["/etc/selinux/*/policy/*", "/etc/selinux/*/contexts/files/*.bin", "/var/lib/selinux/**", "/etc/selinux/*/.policy.sha512"])
        .when(&[Package(&["selinux*", "libselinux*", "policycoreutils*", "container-selinux"])])
        .by(&["semodule", "semanage", "restorecon"])
        .edited()
        .examples(&["/etc/selinux/targeted/policy/policy.33"], &["/etc/selinux/config"]),
    Row::new("crypto-policies", "which ciphers programs may use, written out for each", "update-crypto-policies writes it of the policy that is set")
        .at(&["/etc/crypto-policies/back-ends/*", "/etc/crypto-policies/state/*"])
        .when(&[Package(&["crypto-policies*"]), Input(&["/etc/crypto-policies/config", "/usr/share/crypto-policies/**"])])
        .by(&["update-crypto-policies", "fips-mode-setup"])
        .edited()
        .examples(&["/etc/crypto-policies/back-ends/openssl.config"], &["/etc/crypto-policies/config"]),
    Row::new("mail-aliases", "who gets whose mail, compiled", "newaliases compiles it when a mail server is installed")
        .at(&["/etc/aliases.db", "/var/lib/postfix/*", "/etc/mail/*.db", "/etc/mailname"])
        .when(&[Package(&["postfix*", "sendmail*", "exim*", "*mail*"]), Input(&["/etc/aliases"])])
        .by(&["newaliases", "postalias", "makemap"])
        .examples(&["/etc/aliases.db"], &["/etc/aliases", "/etc/postfix/main.cf"]),
    Row::new("small-caches", "caches of single programs", "their triggers write them when something is installed")
        .at(&["/var/lib/scrollkeeper/**", "/var/cache/nscd/*", "/var/cache/samba/**", "/var/lib/mecab/**", "/var/lib/misc/*", "/var/cache/ldconfig", "/var/lib/mlocate/*", "/var/lib/plocate/*", "/var/cache/locate/*", "/var/cache/swcatalog", "/etc/.updated", "/var/.updated", "/etc/.java/**", "/var/lib/ieee-data/*"])
        .when(&[ANY])
        .by(&["updatedb", "systemd-tmpfiles"])
        .examples(&["/etc/.updated", "/var/lib/plocate/plocate.db"], &["/etc/updated"]),
    Row::new("old-settings", "what a package manager left of settings that it would not overwrite, or replaced", "it keeps both where somebody had changed them")
        .at(&["/etc/**/*.dpkg-old", "/etc/**/*.dpkg-dist", "/etc/**/*.dpkg-new", "/etc/**/*.rpmnew", "/etc/**/*.rpmsave", "/etc/**/*.rpmorig", "/etc/**/*.apk-new", "/etc/**/*.pacnew", "/etc/**/*.pacsave", "/etc/**/*.ucf-dist", "/etc/**/*.ucf-old"])
        .when(&[ANY])
        .examples(&["/etc/nginx/nginx.conf.dpkg-dist", "/etc/ssh/sshd_config.rpmnew"], &["/etc/nginx/nginx.conf.bak"]),
];
