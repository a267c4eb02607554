//! Programs that keep credentials: `docker-credential-NAME get`. Never waits longer than it was told to.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::Credential;
use crate::Secret;

/// Bytes of a helper's answer at the most.
const ANSWER_LIMIT: u64 = 1 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// Asks the helper of this name for the credential of a server. The error is a clause that begins with its name.
pub(super) fn ask(
    name: &str,
    server: &str,
    patience: Duration,
) -> Result<Option<Credential>, String> {
    // The name comes from a file: it must not lead out of the search path.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.is_empty() || !name.bytes().all(plain) {
        return Err(format!(
            "`{}` is not the name of a credential helper",
            model::visible(name.as_bytes())
        ));
    }
    let program = format!("docker-credential-{name}");
    let mut command = Command::new(&program);
    command.arg("get");
    run(command, server, patience).map_err(|reason| format!("{program} {reason}"))
}

fn run(
    mut command: Command,
    server: &str,
    patience: Duration,
) -> Result<Option<Credential>, String> {
    let until = Instant::now() + patience;
    let late = || format!("did not answer within {} s", patience.as_secs_f32());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("could not be started: {error}"))?;
    let answer = converse(&mut child, server, until);
    let success = answer.is_some().then(|| wait(&mut child, until)).flatten();
    if success.is_none() {
        // It may have ended meanwhile; then there is nothing to kill.
        let _ = child.kill();
        let _ = child.wait();
    }
    let (answer, success) = answer.zip(success).ok_or_else(late)?;
    if !success {
        // Helpers say so on their output; there is no code for it.
        let unknown = String::from_utf8_lossy(&answer).contains("credentials not found");
        return if unknown { Ok(None) } else { Err("failed".into()) };
    }
    // The reader's own message could repeat a password.
    let answer: Answer =
        serde_json::from_slice(&answer).map_err(|_| "gave an answer that makes no sense")?;
    let secret = Secret::new(answer.secret);
    Ok(Some(match answer.username.as_str() {
        "<token>" => Credential::Identity(secret),
        _ => Credential::Password { user: answer.username, password: secret },
    }))
}

/// Says the server's name and hears the answer; none where time runs out.
fn converse(child: &mut Child, server: &str, until: Instant) -> Option<Vec<u8>> {
    let (mut input, output) = (child.stdin.take()?, child.stdout.take()?);
    // A name is far smaller than a pipe, so that writing does not wait; a helper that has ended already is found below.
    let _ = writeln!(input, "{server}");
    drop(input);
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut answer = Vec::new();
        let _ = output.take(ANSWER_LIMIT).read_to_end(&mut answer);
        // Nobody listens any more once time is up.
        let _ = sender.send(answer);
    });
    receiver.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
}

/// Whether it ended well; none where time runs out.
fn wait(child: &mut Child, until: Instant) -> Option<bool> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(2)),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, expect: &str) {
        check_within(Duration::from_secs(20), script, expect);
    }

    fn check_within(patience: Duration, script: &str, expect: &str) {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let shown = match run(command, "h.io", patience) {
            Ok(Some(Credential::Password { user, password })) => {
                format!("{user}:{}", password.expose())
            }
            Ok(Some(Credential::Identity(token))) => format!("identity {}", token.expose()),
            Ok(None) => "none".into(),
            Err(reason) => reason,
        };
        assert_eq!(shown, expect, "{script}");
    }

    #[test]
    fn a_helper_is_asked_for_the_server() {
        check(r#"read s; echo "{\"Username\":\"$s\",\"Secret\":\"p\"}""#, "h.io:p");
        check(r#"echo '{"ServerURL":"x","Username":"<token>","Secret":"t"}'"#, "identity t");
        check("echo 'credentials not found in native keychain'; exit 1", "none");
    }

    #[test]
    fn a_helper_that_fails_is_not_waited_for() {
        check("exit 3", "failed");
        check("echo no", "gave an answer that makes no sense");
        check("exec yes", "failed");
        let short = Duration::from_millis(100);
        check_within(short, "exec sleep 20", "did not answer within 0.1 s");
        check_within(short, "exec >&-; exec sleep 20", "did not answer within 0.1 s");
    }

    #[test]
    fn a_helpers_name_is_only_a_name() {
        for name in ["", "../x", "a/b", "a b", "a;b"] {
            let error = ask(name, "h.io", Duration::ZERO).unwrap_err();
            assert_eq!(error, format!("`{name}` is not the name of a credential helper"));
        }
        let error = ask("that-nobody-has", "h.io", Duration::ZERO).unwrap_err();
        assert!(
            error.starts_with("docker-credential-that-nobody-has could not be started"),
            "{error}"
        );
    }
}
