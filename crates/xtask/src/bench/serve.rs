//! Measures the service: comparisons of known digests at a steady rate. Calls begin when they are due, whether those before
//! them are answered or not, and how long one took is counted from then: a service that stops for a moment is not forgiven
//! what it would have been asked meanwhile.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Error;
use crate::program::{Program, target};
use crate::say::say;

/// Calls in a second.
const RATE: u32 = 1000;

/// Connections that they are spread over.
const CONNECTIONS: u32 = 32;

/// How long 99 of 100 calls may take at the most.
const P99: Duration = Duration::from_millis(10);

/// How much more memory may be in use at the end than after the first tenth, in percent.
const GROWTH: u64 = 10;

/// A service that listens, until it is dropped.
struct Service {
    child: Child,
    address: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Measures for so many seconds.
pub(super) fn run(program: &Program, seconds: u32) -> Result<(), Error> {
    let home = target().join("bench").join("serve");
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home).map_err(Error::io("make", home.display()))?;
    let service = begin(program, &home)?;
    let token = token(program, &home)?;
    let question = question(&service.address, &token)?;
    ask(&mut connect(&service.address)?, &question)?;
    let begin = Instant::now();
    let asking: Vec<_> = (0..CONNECTIONS)
        .map(|number| {
            let (address, question) = (service.address.clone(), question.clone());
            thread::spawn(move || asked(&address, &question, number, begin, seconds))
        })
        .collect();
    thread::sleep(Duration::from_secs(u64::from(seconds)) / 10);
    let before = resident(service.child.id())?;
    let mut took = Vec::new();
    for asking in asking {
        let asked = asking.join().map_err(|_| Error::Failed("a connection was lost".into()))?;
        took.extend(asked?);
    }
    let after = resident(service.child.id())?;
    took.sort_unstable();
    let of = |share: usize| took.get(took.len() * share / 1000).copied().unwrap_or_default();
    say(format!(
        "{} comparisons at {RATE} a second: half within {:.2} ms, 99 % within {:.2} ms, 99.9 % within {:.2} ms, all within \
         {:.2} ms; {} ms allowed for 99 %",
        took.len(),
        milliseconds(of(500)),
        milliseconds(of(990)),
        milliseconds(of(999)),
        milliseconds(took.last().copied().unwrap_or_default()),
        P99.as_millis()
    ));
    say(format!("memory: {before} kB after a tenth of the time, {after} kB at the end"));
    let mut beyond = Vec::new();
    beyond.extend((of(990) > P99).then_some("the time of 99 %"));
    beyond.extend((after > before + before * GROWTH / 100).then_some("the memory"));
    if beyond.is_empty() {
        return Ok(());
    }
    Err(Error::Failed(format!("beyond what is allowed: {}", beyond.join(", "))))
}

fn begin(program: &Program, home: &Path) -> Result<Service, Error> {
    let log = home.join("log");
    let log = fs::File::create(&log).map_err(Error::io("write", log.display()))?;
    let mut child = Command::new(program.path())
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--rate", "0"])
        .env("HOME", home)
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .map_err(Error::io("run", program.path().display()))?;
    let output = child.stdout.take();
    let mut service = Service { child, address: String::new() };
    let mut line = String::new();
    if let Some(output) = output {
        let read = BufReader::new(output).read_line(&mut line);
        read.map_err(Error::io("read what is said by", program.path().display()))?;
    }
    let address = line.trim().strip_prefix("Pentimento serves at http://");
    let none = || Error::Failed(format!("the service did not begin: {line}"));
    address.ok_or_else(none)?.clone_into(&mut service.address);
    Ok(service)
}

fn token(program: &Program, home: &Path) -> Result<String, Error> {
    let run = |what: &str| {
        let output = Command::new(program.path()).args(["auth", what]).env("HOME", home).output();
        output.map_err(Error::io("run", program.path().display()))
    };
    run("login")?;
    Ok(String::from_utf8_lossy(&run("token")?.stdout).trim().to_owned())
}

/// The request for a comparison of two digests that the demonstration has.
fn question(address: &str, token: &str) -> Result<String, Error> {
    let get = |path: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n")
    };
    let ask = |path: &str| -> Result<Value, Error> {
        let answer = ask(&mut connect(address)?, &get(path))?;
        serde_json::from_slice(&answer).map_err(|error| Error::Failed(error.to_string()))
    };
    let first = |answer: &Value, member: &str| {
        answer["items"][0][member].as_str().unwrap_or_default().to_owned()
    };
    let repo = first(&ask("/registry/v1/repos?name=nginx")?, "id");
    let history = ask(&format!("/api/v1/history?repo={repo}&tag=latest"))?;
    let from = first(&history, "digest");
    let to = history["items"][2]["digest"].as_str().unwrap_or_default();
    Ok(get(&format!("/registry/v1/repos/{repo}/diff?from_digest={from}&to_digest={to}")))
}

fn connect(address: &str) -> Result<BufReader<TcpStream>, Error> {
    let stream = TcpStream::connect(address).map_err(Error::io("connect to", address))?;
    stream.set_nodelay(true).map_err(Error::io("connect to", address))?;
    Ok(BufReader::new(stream))
}

/// Asks over one connection whenever it is its turn, and tells how long each answer took.
fn asked(
    address: &str,
    question: &str,
    number: u32,
    begin: Instant,
    seconds: u32,
) -> Result<Vec<Duration>, Error> {
    let mut stream = connect(address)?;
    let mut took = Vec::new();
    for turn in (number..RATE * seconds).step_by(CONNECTIONS as usize) {
        let due = begin + Duration::from_secs(1) * turn / RATE;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        ask(&mut stream, question)?;
        took.push(due.elapsed());
    }
    Ok(took)
}

/// Sends a request and reads its answer, which has to be a good one.
fn ask(stream: &mut BufReader<TcpStream>, question: &str) -> Result<Vec<u8>, Error> {
    let mut exchange = || {
        stream.get_mut().write_all(question.as_bytes())?;
        let (mut status, mut length) = (String::new(), 0);
        stream.read_line(&mut status)?;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().unwrap_or_default();
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        Ok((status, body))
    };
    let (status, body) = exchange().map_err(Error::io("ask", "the service"))?;
    if status.starts_with("HTTP/1.1 200 ") {
        return Ok(body);
    }
    Err(Error::Failed(format!("the service answered {}", status.trim())))
}

/// Kilobytes of memory that a process has in use.
fn resident(process: u32) -> Result<u64, Error> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    Ok(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
