//! A browser's driver and the browsers that it starts.
//!
//! Each browser has a fresh profile and takes every host name of the world to one stage.

use std::env;
use std::io::{self, BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, TimeoutConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::case::Kind;

/// Whose browser it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    Chromium,
    /// For measuring alone: what is tested is tested in Chromium.
    Firefox,
    /// WebKitGTK's, the engine of Safari; likewise.
    WebKit,
}

impl Maker {
    /// Which one `BROWSER` asks for.
    pub fn chosen() -> Result<Self, String> {
        match env::var("BROWSER").unwrap_or_default().as_str() {
            "chromium" | "" => Ok(Self::Chromium),
            "firefox" => Ok(Self::Firefox),
            "webkit" => Ok(Self::WebKit),
            other => Err(format!("there is no BROWSER={other}")),
        }
    }

    /// The name under which tables know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    fn driver(self) -> (&'static str, &'static str) {
        match self {
            Self::Chromium => ("CHROMEDRIVER", "chromedriver"),
            Self::Firefox => ("GECKODRIVER", "geckodriver"),
            Self::WebKit => ("WEBKITDRIVER", "WebKitWebDriver"),
        }
    }

    /// The port to ask for: any that is free, where the driver says which one it took.
    fn wanted_port(self) -> io::Result<u16> {
        match self {
            Self::Chromium | Self::Firefox => Ok(0),
            Self::WebKit => TcpListener::bind("127.0.0.1:0")?
                .local_addr()
                .map(|at| at.port()),
        }
    }

    /// The port in a line of the driver's, if it is the one that says so.
    fn port(self, line: &str) -> Option<u16> {
        // `… on port 0` is what was asked for; the sentence that names another one is the answer.
        let before = match self {
            Self::Chromium => "successfully on port ",
            Self::Firefox => "Listening on 127.0.0.1:",
            Self::WebKit => return None,
        };
        let (_, rest) = line.split_once(before)?;
        rest.trim_end_matches('.').parse().ok()
    }
}

/// A running driver. It ends with this value.
#[derive(Debug)]
pub struct Driver {
    maker: Maker,
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts the driver on a port that it finds itself.
    pub fn start(maker: Maker) -> io::Result<Self> {
        let (variable, usual) = maker.driver();
        let program = env::var(variable).unwrap_or_else(|_| usual.to_owned());
        let wanted = maker.wanted_port()?;
        let mut process = Command::new(&program)
            .arg(format!("--port={wanted}"))
            // The time zone is a hint at where the visitor is, so that it is the same everywhere.
            .env("TZ", "America/Los_Angeles")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|fault| {
                io::Error::new(
                    fault.kind(),
                    format!("{program} can't be started ({fault}); `cargo xtask test` installs it"),
                )
            })?;
        let mut lines =
            BufReader::new(process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?).lines();
        let port = match wanted {
            0 => lines
                .by_ref()
                .map_while(Result::ok)
                .find_map(|line| maker.port(&line)),
            taken => answers(taken).then_some(taken),
        };
        // What it says later must have somewhere to go.
        std::thread::spawn(move || lines.for_each(drop));
        match port {
            Some(port) => Ok(Self {
                maker,
                process,
                port,
            }),
            None => {
                let _gone = process.kill();
                Err(io::Error::other(format!(
                    "{program} did not say on which port it listens"
                )))
            }
        }
    }

    /// Opens a browser whose every request reaches the stage at `stage`.
    pub async fn open(&self, root: &Path, kind: Kind, stage: u16) -> Result<Browser, String> {
        let capabilities = match self.maker {
            Maker::Chromium => capabilities(root, kind, stage)?,
            Maker::Firefox => firefox(stage)?,
            Maker::WebKit => webkit(stage)?,
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .map_err(|fault| format!("the browser did not start: {fault}"))?;
        let limits = TimeoutConfiguration::new(Some(LONGEST), Some(LONGEST), None);
        client
            .update_timeouts(limits)
            .await
            .map_err(|fault| fault.to_string())?;
        Ok(Browser {
            maker: self.maker,
            client,
        })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

/// Whether somebody listens on a port before the longest wait is over.
fn answers(port: u16) -> bool {
    let deadline = Instant::now() + LONGEST;
    while Instant::now() < deadline {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        std::thread::sleep(POLL);
    }
    false
}

fn capabilities(root: &Path, kind: Kind, stage: u16) -> Result<Capabilities, String> {
    let path = root.join("webdriver.json");
    let text =
        std::fs::read_to_string(&path).map_err(|fault| format!("{}: {fault}", path.display()))?;
    let mut all: Value = serde_json::from_str(&text).map_err(|fault| fault.to_string())?;
    let options = &mut all["goog:chromeOptions"];
    let mut flags: Vec<Value> = options["args"].as_array().cloned().unwrap_or_default();
    let mut further = vec![
        format!("--host-resolver-rules=MAP * 127.0.0.1:{stage}"),
        "--ignore-certificate-errors".to_owned(),
        "--window-size=1280,900".to_owned(),
        "--lang=en-US".to_owned(),
        "--disable-features=OptimizationHints,MediaRouter,Translate,HttpsUpgrades".to_owned(),
    ];
    let mut preferences = json!({});
    match kind {
        Kind::Plain => {}
        Kind::Gpc => further.push("--enable-features=GlobalPrivacyControlForce".to_owned()),
        Kind::Dnt => preferences["enable_do_not_track"] = json!(true),
        Kind::NoSiteData => {
            preferences["profile"]["default_content_setting_values"]["cookies"] = json!(2);
        }
        Kind::Ordinary => {
            further.push("--disable-blink-features=AutomationControlled".to_owned());
            further.push(format!("--user-agent={ORDINARY}"));
        }
        Kind::Looks => {
            further.push("--enable-features=GlobalPrivacyControlForce".to_owned());
            preferences["enable_do_not_track"] = json!(true);
            further.extend(SAME_LETTERS.iter().map(|&flag| flag.to_owned()));
        }
    }
    flags.extend(further.into_iter().map(Value::from));
    options["args"] = Value::from(flags);
    options["prefs"] = preferences;
    if let Ok(program) = env::var("CHROMIUM") {
        options["binary"] = json!(program);
    }
    all["goog:loggingPrefs"] = json!({ "browser": "ALL" });
    all["acceptInsecureCerts"] = json!(true);
    object(&all)
}

/// Firefox takes no rule for names, so it is told to reach everything through the stage.
fn firefox(stage: u16) -> Result<Capabilities, String> {
    let all = json!({
        "acceptInsecureCerts": true,
        "moz:firefoxOptions": {
            "binary": env::var("FIREFOX").unwrap_or_else(|_| "firefox-esr".to_owned()),
            "args": ["-headless", "--width=1280", "--height=900"],
            "prefs": {
                "network.proxy.type": 1,
                "network.proxy.socks": "127.0.0.1",
                "network.proxy.socks_port": stage,
                "network.proxy.socks_version": 5,
                "network.proxy.socks_remote_dns": true,
                "network.captive-portal-service.enabled": false,
                "network.connectivity-service.enabled": false,
                "network.trr.mode": 5,
                "network.http.http3.enable": false,
                "browser.safebrowsing.malware.enabled": false,
                "browser.safebrowsing.phishing.enabled": false,
                "browser.safebrowsing.downloads.enabled": false,
                "dom.disable_open_during_load": false,
                "dom.security.https_first": false,
                "services.settings.server": "data:,#remote-settings-dummy/v1",
                "app.normandy.enabled": false,
                "extensions.getAddons.cache.enabled": false,
                "extensions.systemAddon.update.enabled": false,
                "media.gmp-manager.updateEnabled": false,
                "datareporting.policy.dataSubmissionEnabled": false,
                "toolkit.telemetry.server": "",
                "browser.region.network.url": "",
                "browser.newtabpage.activity-stream.feeds.topsites": false,
                "intl.accept_languages": "en-US",
            },
        },
    });
    object(&all)
}

/// Nor does WebKit. Its own small browser is part of the library, in a folder that distributions name differently.
fn webkit(stage: u16) -> Result<Capabilities, String> {
    let all = json!({
        "acceptInsecureCerts": true,
        "webkitgtk:browserOptions": {
            "binary": env::var("WEBKIT").map_err(|_| "WEBKIT must name MiniBrowser")?,
            "args": [
                "--automation",
                // It doesn't look at the proxy among the capabilities.
                format!("--proxy=socks5://127.0.0.1:{stage}"),
                "--ignore-tls-errors",
                "--javascript-can-open-windows-automatically=true",
            ],
        },
    });
    object(&all)
}

fn object(all: &Value) -> Result<Capabilities, String> {
    let all = all.as_object().cloned();
    all.ok_or_else(|| "the capabilities are no object".to_owned())
}

/// One open browser.
#[derive(Debug)]
pub struct Browser {
    pub maker: Maker,
    pub client: Client,
}

impl Browser {
    /// The value of a JavaScript expression, awaited. An expression that throws is an error.
    pub async fn value(&self, expression: &str) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1];\n\
             (async () => ({expression}))().then(\n\
               (value) => done({{ value }}),\n\
               (fault) => done({{ fault: String(fault) }}));"
        );
        let answer = self.client.execute_async(&script, Vec::new()).await;
        let answer = answer.map_err(|fault| fault.to_string())?;
        match answer.get("fault") {
            Some(fault) => Err(fault.as_str().unwrap_or("unknown").to_owned()),
            None => Ok(answer.get("value").cloned().unwrap_or(Value::Null)),
        }
    }

    /// Opens an address and waits for the page's load event.
    pub async fn open(&self, address: &str) -> Result<(), String> {
        let opened = self.client.goto(address).await;
        opened.map_err(|fault| fault.to_string())
    }

    /// The names that are stored in one place, read where no script of the page can interfere: in a world
    /// of its own, with functions that nobody patched.
    pub async fn stored(&self, place: &str) -> Result<Vec<String>, String> {
        let names = match place {
            "cookie" => "document.cookie.split('; ').map((pair) => pair.split('=')[0])",
            "local" => "Object.keys(localStorage)",
            "session" => "Object.keys(sessionStorage)",
            "idb" => "indexedDB.databases().then((all) => all.map((one) => one.name))",
            "cache" => "caches.keys()",
            other => return Err(format!("there is no place `{other}`")),
        };
        let answer = match self.maker {
            Maker::Chromium => self.ask_apart(names).await?,
            // The session's own storage is not another tab's, and nothing there is patched by its methods' names.
            _ if place == "session" => self.value(names).await?,
            Maker::Firefox | Maker::WebKit => self.ask_in_tab(names).await?,
        };
        let names = answer
            .as_array()
            .ok_or_else(|| format!("{place} can't be read: {answer}"))?;
        let names = names.iter().filter_map(Value::as_str);
        Ok(names.map(str::to_owned).collect())
    }

    /// From the next page on, writes down which keys are there between any two tasks of the page, so that
    /// one that is swept away a moment later is seen too. Answers what `unwatch_keys` needs.
    pub async fn watch_keys(&self) -> Result<Value, String> {
        let watch = json!({ "source": WATCH, "worldName": WORLD });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", watch)
            .await
    }

    /// Ends what `watch_keys` began.
    pub async fn unwatch_keys(&self, watch: Value) -> Result<(), String> {
        let ended = self.devtools("Page.removeScriptToEvaluateOnNewDocument", watch);
        ended.await.map(drop)
    }

    /// The keys that were seen since this was last asked, as `kind:name`.
    pub async fn seen_keys(&self) -> Result<Vec<String>, String> {
        let all = self
            .ask_apart("(() => { const all = [...seen]; seen.clear(); return all })()")
            .await?;
        let all = all.as_array().cloned().unwrap_or_default();
        Ok(all
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect())
    }

    /// Asks in the page, but in a world that the page's scripts can't reach.
    async fn ask_apart(&self, expression: &str) -> Result<Value, String> {
        let tree = self.devtools("Page.getFrameTree", json!({})).await?;
        let frame = &tree["frameTree"]["frame"]["id"];
        let world = json!({ "frameId": frame, "worldName": WORLD });
        let world = self.devtools("Page.createIsolatedWorld", world).await?;
        let question = json!({
            "expression": expression,
            "contextId": world["executionContextId"],
            "awaitPromise": true,
            "returnByValue": true,
        });
        let answer = self.devtools("Runtime.evaluate", question).await?;
        Ok(answer["result"]["value"].clone())
    }

    /// Asks in another tab, on a page of the same site that has no scripts.
    async fn ask_in_tab(&self, expression: &str) -> Result<Value, String> {
        let say = |fault: fantoccini::error::CmdError| fault.to_string();
        let address = self.value("location.origin + '/files/blank.html'").await?;
        let here = self.client.window().await.map_err(say)?;
        let there = self.client.new_window(true).await.map_err(say)?.handle;
        self.client.switch_to_window(there).await.map_err(say)?;
        self.open(address.as_str().unwrap_or_default()).await?;
        let answer = self.value(expression).await;
        self.client.close_window().await.map_err(say)?;
        self.client.switch_to_window(here).await.map_err(say)?;
        answer
    }

    /// What Chromium's own protocol answers.
    pub async fn devtools(
        &self,
        command: &'static str,
        parameters: Value,
    ) -> Result<Value, String> {
        let asked = DevTools {
            command,
            parameters,
        };
        let answer = self.client.issue_cmd(asked).await;
        answer.map_err(|fault| format!("{command}: {fault}"))
    }

    /// Gives the window a width and a height in CSS pixels, which may be smaller than a browser's own windows can be.
    pub async fn resize(&self, size: &Value) -> Result<(), String> {
        if self.maker != Maker::Chromium {
            let number = |at: usize| size[at].as_u64().and_then(|all| u32::try_from(all).ok());
            let (Some(width), Some(height)) = (number(0), number(1)) else {
                return Err(format!("no size: {size}"));
            };
            let resized = self.client.set_window_size(width, height).await;
            return resized.map_err(|fault| fault.to_string());
        }
        let size =
            json!({ "width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": false });
        let resized = self.devtools("Emulation.setDeviceMetricsOverride", size);
        resized.await.map(drop)
    }

    /// Waits until an expression answers with an element, which may be in a shadow tree.
    pub async fn element(&self, expression: &str) -> Result<Element, String> {
        let script = format!("return {expression}");
        let deadline = Instant::now() + LONGEST;
        loop {
            let found = self.client.execute(&script, Vec::new()).await;
            if let Ok(found) = &found
                && let Some(id) = found.get(ELEMENT_KEY).and_then(Value::as_str)
            {
                return Ok(Element::from_element_id(
                    self.client.clone(),
                    id.to_owned().into(),
                ));
            }
            if Instant::now() > deadline {
                return Err(format!("no element: {expression} ({found:?})"));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// What the console heard since it was last asked. Only Chromium tells.
    pub async fn console(&self) -> Result<Vec<Said>, String> {
        if self.maker != Maker::Chromium {
            return Ok(Vec::new());
        }
        let answer = self
            .client
            .issue_cmd(ReadConsole)
            .await
            .map_err(|fault| fault.to_string())?;
        let text = |entry: &Value, key: &str| {
            entry
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let entries = answer.as_array().cloned().unwrap_or_default();
        Ok(entries
            .iter()
            .map(|entry| Said {
                is_error: text(entry, "level") == "SEVERE",
                text: text(entry, "message"),
            })
            .collect())
    }
}

/// One line of the console.
#[derive(Clone, Debug)]
pub struct Said {
    pub is_error: bool,
    pub text: String,
}

#[derive(Debug)]
struct ReadConsole;

impl WebDriverCompatibleCommand for ReadConsole {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({ "type": "browser" }).to_string()),
        )
    }
}

/// A command of Chromium's own protocol, which chromedriver passes on.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let path = format!("session/{}/goog/cdp/execute", session.unwrap_or_default());
        base.join(&path)
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}

/// As browsers introduce themselves to everybody.
const ORDINARY: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/149.0.0.0 Safari/537.36";

/// Letters and colours without what a machine's screen and settings make of them.
const SAME_LETTERS: &[&str] = &[
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--enable-font-subpixel-positioning",
    "--force-color-profile=srgb",
    "--force-device-scale-factor=1",
];

/// The name of the world in which keys are read.
const WORLD: &str = "judge";

/// Looks at the keys in a task of its own, over and over, for as long as the page is there.
const WATCH: &str = "(() => {
    const seen = globalThis.seen = new Set();
    const { port1, port2 } = new MessageChannel();
    const look = (kind, names) => { for (const name of names) seen.add(kind + ':' + name); };
    port1.onmessage = () => {
        try {
            look('cookie', document.cookie.split('; ').map((pair) => pair.split('=')[0]));
            look('local', Object.keys(localStorage));
            look('session', Object.keys(sessionStorage));
        } catch {
            return;
        }
        port2.postMessage(0);
    };
    port2.postMessage(0);
})()";

/// No event that a case waits for takes longer than this on a busy machine.
pub const LONGEST: Duration = Duration::from_secs(8);

/// How often a condition is looked at while it is waited for.
pub const POLL: Duration = Duration::from_millis(10);

/// The name under which WebDriver sends an element (WebDriver, section 11.2.2).
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";
