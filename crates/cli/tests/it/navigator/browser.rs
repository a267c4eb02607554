//! Chromium, told what to do in the words of `WebDriver`: a small part of them, over HTTP as chromedriver speaks it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// What an element is called in answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long something may take to come true.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one window, until it is dropped.
pub(super) struct Browser {
    port: u16,
    session: String,
    driver: Child,
    _output: BufReader<ChildStdout>,
}

impl Browser {
    pub(super) fn start() -> Browser {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(driver.stdout.take().unwrap());
        let port = loop {
            let mut line = String::new();
            assert!(output.read_line(&mut line).unwrap() > 0, "chromedriver ended");
            let line = line.trim().trim_end_matches('.');
            if let Some((_, port)) = line.rsplit_once("on port ")
                && let Ok(port @ 1..) = port.parse()
            {
                break port;
            }
        };
        let mut browser = Browser { port, session: String::new(), driver, _output: output };
        // A container has no user namespaces for its sandbox, and little shared memory.
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--window-size=1280,900",
        ];
        let options = json!({ "args": arguments });
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let made =
            browser.ask("POST", "/session", &json!({ "capabilities": { "alwaysMatch": wanted } }));
        made["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        browser
    }

    /// Opens an address.
    pub(super) fn open(&self, url: &str) {
        self.call("url", &json!({ "url": url }));
    }

    /// Runs a script in the page, and gives what it returns.
    pub(super) fn run(&self, script: &str) -> Value {
        self.call("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Runs a script in the page that gives what it is about to find to the last of its arguments.
    pub(super) fn run_and_wait(&self, script: &str) -> Value {
        self.call("execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Runs a script in every page that is opened from now on, before anything of its own.
    pub(super) fn run_at_first(&self, script: &str) {
        self.develop("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script }));
    }

    /// Waits until something is true of the page.
    pub(super) fn until(&self, condition: &str) {
        let began = Instant::now();
        while self.run(&format!("return Boolean({condition})")) != true {
            assert!(
                began.elapsed() < PATIENCE,
                "never: {condition}\n{}",
                self.run("return document.body.innerText")
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Clicks at the first element that a selector means.
    pub(super) fn click(&self, selector: &str) {
        let element = self.find("css selector", selector);
        self.call(&format!("element/{element}/click"), &json!({}));
    }

    /// Clicks at the first link with this text.
    pub(super) fn click_text(&self, text: &str) {
        let element = self.find("link text", text);
        self.call(&format!("element/{element}/click"), &json!({}));
    }

    /// Writes into a field.
    pub(super) fn write(&self, selector: &str, text: &str) {
        let element = self.find("css selector", selector);
        self.call(&format!("element/{element}/value"), &json!({ "text": text }));
    }

    /// Presses a key, wherever the page has the eye.
    pub(super) fn press(&self, key: &str) {
        let keys = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let actions = json!([{ "type": "key", "id": "keyboard", "actions": keys }]);
        self.call("actions", &json!({ "actions": actions }));
    }

    /// Goes on by the keyboard until an element is met that a selector means. Whatever is met on the way shows that it is.
    pub(super) fn tab_to(&self, selector: &str) {
        const MET: &str = "const met = document.activeElement;
            const style = getComputedStyle(met);
            return [met.matches(arguments[0]), met === document.body || style.outlineStyle !== 'none', met.outerHTML.slice(0, 160)];";
        for _ in 0..400 {
            self.press("\u{e004}");
            let met = json!({ "script": MET, "args": [selector] });
            let met = self.call("execute/sync", &met);
            assert_eq!(met[1], true, "nothing shows that it is met: {}", met[2]);
            if met[0] == true {
                return;
            }
        }
        panic!("no key leads to {selector}");
    }

    /// Makes the window so wide, for somebody who wants light or dark.
    pub(super) fn see(&self, width: u32, scheme: &str) {
        let metrics =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.develop("Emulation.setDeviceMetricsOverride", &metrics);
        self.develop("Emulation.setEmulatedMedia", &features);
    }

    /// Runs no script of pages that are opened from now on. Those that it is told to run itself it does.
    pub(super) fn without_script(&self) {
        self.develop("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    }

    /// A picture of the whole page (PNG).
    pub(super) fn picture(&self) -> Vec<u8> {
        let taken =
            self.develop("Page.captureScreenshot", &json!({ "captureBeyondViewport": true }));
        BASE64_STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()
    }

    /// Errors that the browser has told of since it was asked last.
    pub(super) fn troubles(&self) -> Vec<String> {
        let told = self.call("se/log", &json!({ "type": "browser" }));
        let told = told.as_array().unwrap().iter().filter(|entry| entry["level"] == "SEVERE");
        told.map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    fn find(&self, using: &str, value: &str) -> String {
        let found = self.call("element", &json!({ "using": using, "value": value }));
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    fn develop(&self, command: &str, parameters: &Value) -> Value {
        self.call("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    fn call(&self, command: &str, body: &Value) -> Value {
        self.ask("POST", &format!("/session/{}/{command}", self.session), body)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
        let body = body.to_string();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).unwrap();
        // It does not hang up by itself.
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(count) = line.strip_prefix("content-length:") {
                length = count.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).unwrap();
        let json: Value = serde_json::from_slice(&answer).unwrap();
        let value = json["value"].clone();
        assert!(value.get("error").is_none(), "{path} {body}: {value}");
        value
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session ends the browser; killing the driver alone would leave it.
        let path = format!("/session/{}", self.session);
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            let _ = write!(stream, "DELETE {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            let _ = stream.read(&mut [0; 64]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
