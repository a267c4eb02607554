//! Requests and answers of the registry in memory, one of each to a connection. It knows nothing of images.

use std::io::{self, BufRead, Read as _, Write};

use serde_json::json;

/// What a client asked for.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) authorization: Option<String>,
    /// First and last byte.
    pub(super) range: Option<(usize, usize)>,
    pub(super) body: String,
    agent: String,
}

impl Request {
    /// Reads a request; none where the client said nothing.
    pub(super) fn read(stream: &mut impl BufRead) -> io::Result<Option<Request>> {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let mut words = line.split_ascii_whitespace().map(str::to_owned);
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Ok(None);
        };
        let (mut authorization, mut range, mut length, mut agent) = (None, None, 0, String::new());
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "authorization" => authorization = Some(value.to_owned()),
                "range" => range = parse_range(value),
                "content-length" => length = value.parse().unwrap_or_default(),
                "user-agent" => value.clone_into(&mut agent),
                _ => {}
            }
        }
        let mut body = String::new();
        stream.take(length).read_to_string(&mut body)?;
        Ok(Some(Request { method, target, authorization, range, body, agent }))
    }

    /// One line for the log.
    pub(super) fn summary(&self) -> String {
        let mut line = format!("{} {}", self.method, self.target);
        if !self.agent.starts_with("pentimento/") {
            line = format!("{line} by {}", self.agent);
        }
        if let Some((first, last)) = self.range {
            line = format!("{line} bytes {first}-{last}");
        }
        if let Some(authorization) = &self.authorization {
            line = format!("{line} as {authorization}");
        }
        if !self.body.is_empty() {
            line = format!("{line} with {}", self.body);
        }
        line
    }
}

/// Reads a closed range; an open one is none, as with servers that are strict about it.
fn parse_range(value: &str) -> Option<(usize, usize)> {
    let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

/// What a client is told.
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<String>,
    pub(super) body: Vec<u8>,
    /// What the header promises; none leaves it out.
    length: Option<u64>,
    claimed: bool,
}

impl Answer {
    pub(super) fn new(status: u16, body: Vec<u8>) -> Answer {
        Answer { status, headers: Vec::new(), body, length: None, claimed: false }
    }

    /// An error document as the distribution specification has it.
    pub(super) fn error(status: u16, code: &str) -> Answer {
        let document = json!({ "errors": [{ "code": code, "message": code.to_lowercase() }] });
        Answer::new(status, document.to_string().into_bytes())
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Answer {
        self.headers.push(format!("{name}: {value}"));
        self
    }

    pub(super) fn with_lines(mut self, lines: &str) -> Answer {
        self.headers.extend(lines.lines().map(str::to_owned));
        self
    }

    pub(super) fn without_length(self) -> Answer {
        Answer { claimed: true, length: None, ..self }
    }

    pub(super) fn claiming(self, length: u64) -> Answer {
        Answer { claimed: true, length: Some(length), ..self }
    }

    /// Turns the whole into a part; `late` begins it one byte too late.
    pub(super) fn cut_to(&mut self, (first, last): (usize, usize), late: bool) {
        let whole = self.body.len();
        let first = first + usize::from(late);
        if first > last || last >= whole {
            *self = Answer::error(416, "RANGE_INVALID");
            return;
        }
        self.status = 206;
        self.headers.push(format!("Content-Range: bytes {first}-{last}/{whole}"));
        self.body = self.body[first..=last].to_vec();
    }

    /// Sends the header and at most `most` bytes of the body.
    pub(super) fn send(&self, stream: &mut impl Write, most: usize) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} As it is\r\nConnection: close\r\n", self.status);
        let length = if self.claimed { self.length } else { Some(self.body.len() as u64) };
        if let Some(length) = length {
            head = format!("{head}Content-Length: {length}\r\n");
        }
        for header in &self.headers {
            head = format!("{head}{header}\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        stream.write_all(&self.body[..self.body.len().min(most)])?;
        stream.flush()
    }
}
