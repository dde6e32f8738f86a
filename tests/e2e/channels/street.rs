//! What answers while a channel is played: its page on its own host, and the rest of the world.
//!
//! | who is asked | what answers |
//! |---|---|
//! | the page's host, `/` | the channel's page, with the headers of `<name>.headers` |
//! | the page's host, and any other name under `.test` | `tests/pages/channels/files`, and the built files |
//! | there, `/redirect?to=…` | a redirect |
//! | there, `/cookie?…` | an answer that sets this cookie |
//! | there, `/socket`, `/stream` | a socket and a stream of events that say `hello` |
//! | there, `/ran?…`, `/sentinel` | a pixel; the ledger is what matters |
//! | everybody else | a tracker: its scripts say that they ran by asking `/ran` of the page's own host |
//!
//! Answers come at once, which is the worst case for a gate that must be quicker. In a page `%TAG%`
//! stands for the paste of the README, `<!--pause 200-->` for a slow network at that place, and
//! `<!--fill-->` for a long text.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use stage::{Answer, Visit, content_type, find_file};

use crate::paste::{POLICY, SCRIPT};
use crate::scene::{is_own, package_answer, pieces, replace};

/// What `%TAG%` stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tag {
    /// Nothing: the page as it was before it had a gate.
    None,
    /// The script without the policy line.
    Script,
    /// Both lines.
    #[default]
    Whole,
    /// Both, and the service worker switched on.
    Worker,
}

impl Tag {
    fn text(self, config: &str, headers: &str) -> String {
        // Nobody looks at the banner here, and a page that draws none is played in two thirds of the time.
        let mut fields = vec!["\"banner\": { \"autoShow\": false, \"reopen\": \"none\" }"];
        if self == Self::Worker {
            fields.push("\"worker\": true");
        }
        let own = config.trim().strip_prefix('{').unwrap_or("}");
        let comma = if own.trim() == "}" { "" } else { "," };
        let config = format!("{{ {}{comma} {own}", fields.join(", "));
        let block = format!(
            "<script type=\"application/json\" id=\"consent-gate-config\">{config}</script>\n"
        );
        // The pages' policies know one nonce.
        let nonce = if headers.contains("'nonce-abc'") {
            " nonce=\"abc\""
        } else {
            ""
        };
        let script = SCRIPT.replace("<script", &format!("<script{nonce}"));
        match self {
            Self::None => String::new(),
            Self::Script => format!("{block}{script}"),
            Self::Whole | Self::Worker => format!("{block}{script}\n{POLICY}"),
        }
    }
}

/// The street that is played now. Clones share it.
#[derive(Clone, Debug)]
pub struct Street {
    pages: PathBuf,
    package: PathBuf,
    now: Arc<Mutex<Now>>,
}

#[derive(Clone, Debug, Default)]
struct Now {
    host: String,
    channel: String,
    tag: Tag,
}

impl Street {
    /// A street with the pages of one folder and the built files of another.
    pub fn new(pages: &Path, package: &Path) -> Self {
        Self {
            pages: pages.to_path_buf(),
            package: package.to_path_buf(),
            now: Arc::default(),
        }
    }

    /// Plays this channel on this host from now on.
    pub fn play(&self, host: &str, channel: &str, tag: Tag) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = Now {
            host: host.to_owned(),
            channel: channel.to_owned(),
            tag,
        };
    }

    /// The answer to any request of the browser.
    pub fn answer(&self, visit: &Visit) -> Answer {
        let now = self
            .now
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let answer = if is_own("test", &visit.host) {
            self.answer_as_site(&now, visit)
        } else {
            answer_as_tracker(&now.host, visit)
        };
        answer.after(visit.delay()).open_to(visit)
    }

    fn answer_as_site(&self, now: &Now, visit: &Visit) -> Answer {
        match visit.path.as_str() {
            "/" if visit.host == now.host => self.page(now, &now.channel),
            "/redirect" => redirect(visit.parameter("to").unwrap_or_default()),
            "/cookie" => Answer::json("{}").with("set-cookie", &format!("{}; Path=/", visit.query)),
            "/socket" => Answer::socket("hello"),
            "/stream" => Answer::new(200, "text/event-stream", "data: hello\n\n"),
            "/favicon.ico" => Answer::empty(),
            "/ran" | "/sentinel" => Answer::pixel(),
            path => {
                if let Some(file) = find_file(&self.package, path) {
                    package_answer(&file)
                } else if let Some(file) = find_file(&self.pages, path) {
                    self.file(now, &file)
                } else {
                    Answer::missing()
                }
            }
        }
    }

    fn page(&self, now: &Now, name: &str) -> Answer {
        let answer = self.file(now, &self.pages.join(format!("{name}.html")));
        headers(&self.pages.join(name))
            .lines()
            .filter_map(|line| line.split_once(": "))
            .fold(answer, |answer, (name, value)| answer.with(name, value))
    }

    fn file(&self, now: &Now, file: &Path) -> Answer {
        let bytes = fs::read(file).unwrap_or_default();
        let name = file.to_string_lossy();
        let kind = match name.rsplit('.').next() {
            Some("speculationrules") => "application/speculationrules+json",
            Some("m3u8") => "application/vnd.apple.mpegurl",
            _ => content_type(&name),
        };
        if !kind.contains("html") {
            return Answer::new(200, kind, bytes);
        }
        let config = fs::read_to_string(file.with_extension("json")).unwrap_or_default();
        let tag = now.tag.text(&config, &headers(file));
        let bytes = replace(&bytes, b"%TAG%", tag.as_bytes());
        let bytes = replace(
            &bytes,
            FILL,
            "A sentence of text. ".repeat(15_000).as_bytes(),
        );
        let mut answer = Answer::new(200, kind, Vec::new());
        answer.pieces = pieces(&bytes);
        answer
    }
}

/// The headers of a page, which stand beside it.
fn headers(page: &Path) -> String {
    fs::read_to_string(page.with_extension("headers")).unwrap_or_default()
}

fn redirect(to: &str) -> Answer {
    let mut answer = Answer::empty().with("location", to);
    answer.status = 302;
    answer
}

/// A long text.
const FILL: &[u8] = b"<!--fill-->";

fn answer_as_tracker(site: &str, visit: &Visit) -> Answer {
    let wanted_for = visit.wanted_for.as_deref().unwrap_or_default();
    let ends_with = |ending: &str| visit.path.ends_with(ending);
    if visit.method == "OPTIONS" {
        return Answer::empty();
    }
    match wanted_for {
        "image" => Answer::pixel(),
        "iframe" | "frame" | "embed" | "object" | "document" | "fencedframe" => {
            Answer::html("<!doctype html><title>frame</title><p>A frame of somebody else's.</p>")
        }
        "style" => Answer::new(200, "text/css; charset=utf-8", ":root { --reached: 1 }"),
        "json" => Answer::json("{}"),
        "script" | "worker" | "sharedworker" | "audioworklet" | "paintworklet" => {
            Answer::script(tracker_script(site, visit))
        }
        _ if ends_with(".js") || ends_with(".mjs") => Answer::script(tracker_script(site, visit)),
        // A worker fetches an image for nothing in particular.
        _ if ends_with(".gif") => Answer::pixel(),
        _ if ends_with(".svg") => Answer::new(
            200,
            "image/svg+xml",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><g id=\"a\"/><filter id=\"f\"/></svg>",
        ),
        _ => Answer::json("{}"),
    }
}

/// A script that says that it ran, from wherever it runs. A module can be imported by its default.
fn tracker_script(site: &str, visit: &Visit) -> String {
    let module = if visit.path.ends_with(".mjs") {
        "export default 1;\n"
    } else {
        ""
    };
    format!(
        "if (globalThis.fetch) fetch('https://{site}/ran?{}{}', {{ mode: 'no-cors' }}).catch(function () {{}});\n{module}",
        visit.host, visit.path
    )
}
