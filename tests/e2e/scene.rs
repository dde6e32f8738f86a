//! What the stage plays for one case: the page on its own host, the world on all others.
//!
//! A page's host is `<case>-<number>.test`, and everything below it counts as its own. In a page
//! `%TAG%` stands for the paste of the README, with the case's `config.json` where there is one, and
//! `<!--pause 200-->` for a slow network at that place, `%HOST%` for the page's own host, and `%SRI%` for the
//! drop-in's hash. `headers.txt` has headers for the page, one `Name: value` a line; `answers.tsv` has what is answered otherwise:
//!
//! | path | how |
//! |---|---|
//! | `/path` of the page's host | `missing`; `slow 700`, in milliseconds; or `closed` to other origins |
//! | `host/path` of another | `echo`: what was posted to it, of which 64 kB are kept |
//!
//! Below `/examples/` stand the files of `www/examples`, built where they have to be.
//!
//! `packages.tsv` has addresses of other hosts at which a file stands, each with its place in `tests/sdks/node_modules`, or
//! in the case's own folder if it begins with `./`; both may be folders, which end in `/`. In a page `%PACKAGE place%` stands
//! for such a file's text.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use sha2::{Digest as _, Sha384};
use stage::{Answer, Piece, Visit, content_type, find_file, third_party};

use crate::paste::{POLICY, SCRIPT};

/// The scene that is played now. Clones share it.
#[derive(Clone, Debug)]
pub struct Scene {
    package: PathBuf,
    now: Arc<Mutex<Now>>,
}

#[derive(Clone, Debug, Default)]
struct Now {
    host: String,
    folder: PathBuf,
}

impl Scene {
    /// An empty scene with the built files of this folder.
    pub fn new(package: &Path) -> Self {
        Self {
            package: package.to_path_buf(),
            now: Arc::default(),
        }
    }

    /// Plays this folder on this host from now on.
    pub fn play(&self, host: &str, folder: &Path) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = Now {
            host: host.to_owned(),
            folder: folder.to_path_buf(),
        };
    }

    /// The answer to any request of the browser.
    pub fn answer(&self, visit: &Visit) -> Answer {
        let now = self
            .now
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if is_own(&now.host, &visit.host) {
            self.answer_as_page(&now, visit)
        } else {
            let address = format!("{}{}", visit.host, visit.path);
            if otherwise(&now.folder, &address) == "echo" && visit.method == "POST" {
                return Answer::json(visit.body.clone()).open_to(visit);
            }
            packaged(&now.folder, visit).unwrap_or_else(|| third_party(visit))
        }
    }

    fn answer_as_page(&self, now: &Now, visit: &Visit) -> Answer {
        let otherwise = otherwise(&now.folder, &visit.path);
        let answer = match visit.path.as_str() {
            _ if otherwise == "missing" => Answer::missing(),
            "/sentinel" => Answer::pixel(),
            "/favicon.ico" => Answer::empty(),
            path => {
                let gate = path.trim_start_matches("/pkg");
                let page = if path == "/" {
                    first_page(&now.folder)
                } else {
                    path.to_owned()
                };
                if let Some(file) = find_file(&now.folder, &page) {
                    page_answer(now, &self.package, &file)
                } else if let Some(file) = find_file(&self.package, gate) {
                    package_answer(&file)
                } else if let Some(file) = example(path) {
                    package_answer(&file)
                } else {
                    own_by_use(visit)
                }
            }
        };
        let slow = otherwise.strip_prefix("slow ");
        let slow = slow.and_then(|text| text.parse().ok());
        let answer = answer.after(slow.map_or_else(|| visit.delay(), Duration::from_millis));
        if otherwise == "closed" {
            answer
        } else {
            answer.open_to(visit)
        }
    }
}

/// A file of `www/examples`, as it stands or as it was built.
fn example(path: &str) -> Option<PathBuf> {
    let path = path.strip_prefix("/examples/")?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["target/examples", "www/examples"]
        .into_iter()
        .find_map(|folder| find_file(&root.join(folder), path))
}

/// The file that a maker keeps at this address, by `packages.tsv`.
fn packaged(folder: &Path, visit: &Visit) -> Option<Answer> {
    let text = fs::read_to_string(folder.join("packages.tsv")).ok()?;
    let asked = format!("{}{}", visit.host, visit.path);
    let mut lines = text.lines().filter_map(|line| line.split_once('\t'));
    let file = lines.find_map(|(address, place)| match asked.strip_prefix(address)? {
        "" => Some(place.to_owned()),
        rest if place.ends_with('/') => Some(format!("{place}{rest}")),
        _ => None,
    })?;
    if visit.method == "OPTIONS" {
        return Some(Answer::empty().open_to(visit));
    }
    let kind = content_type(file.trim_end_matches(".gz"));
    let answer = Answer::new(200, kind, package_file(folder, &file));
    let answer = if file.ends_with(".gz") {
        answer.with("content-encoding", "gzip")
    } else {
        answer
    };
    Some(answer.open_to(visit))
}

fn package_file(folder: &Path, place: &str) -> Vec<u8> {
    let path = match place.strip_prefix("./") {
        Some(own) => folder.join(own),
        None => Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/sdks/node_modules")
            .join(place),
    };
    fs::read(&path).unwrap_or_else(|fault| {
        panic!(
            "{}: {fault}; `cargo xtask test` installs it",
            path.display()
        )
    })
}

/// How `answers.tsv` wants a path to be answered; empty for as usual.
fn otherwise(folder: &Path, path: &str) -> String {
    let text = fs::read_to_string(folder.join("answers.tsv")).unwrap_or_default();
    let mut lines = text.lines().filter_map(|line| line.split_once('\t'));
    let found = lines.find(|(wanted, _)| *wanted == path);
    found.map(|(_, how)| how.to_owned()).unwrap_or_default()
}

/// The hash of a built file.
pub fn hash(package: &Path, name: &str) -> String {
    integrity(&fs::read(package.join(name)).unwrap_or_default())
}

/// The hash of some bytes, as `integrity` and a policy have it.
pub fn integrity(bytes: &[u8]) -> String {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha384::digest(bytes));
    format!("sha384-{hash}")
}

/// Whether a host is the page's own or below it.
pub fn is_own(page: &str, host: &str) -> bool {
    host == page
        || host
            .strip_suffix(page)
            .is_some_and(|rest| rest.ends_with('.'))
}

fn first_page(folder: &Path) -> String {
    let name = if folder.join("index.xhtml").is_file() {
        "index.xhtml"
    } else {
        "index.html"
    };
    format!("/{name}")
}

fn page_answer(now: &Now, package: &Path, file: &Path) -> Answer {
    let folder = &now.folder;
    let bytes = fs::read(file).unwrap_or_default();
    let kind = content_type(&file.to_string_lossy());
    if !kind.contains("html") {
        return Answer::new(200, kind, bytes);
    }
    let config = fs::read_to_string(folder.join("config.json")).ok();
    let bytes = replace(&bytes, b"%TAG%", tag(config.as_deref(), kind).as_bytes());
    let bytes = replace(&bytes, b"%HOST%", now.host.as_bytes());
    let bytes = with_package(bytes, folder);
    let bytes = replace(
        &bytes,
        b"%SRI%",
        hash(package, "consent-gate.js").as_bytes(),
    );
    let mut answer = Answer::new(200, kind, Vec::new());
    answer.pieces = pieces(&bytes);
    let headers = fs::read_to_string(folder.join("headers.txt")).unwrap_or_default();
    for (name, value) in headers.lines().filter_map(|line| line.split_once(": ")) {
        // A case's own content type takes the place of ours; all else is added.
        answer
            .headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        answer = answer.with(name, value);
    }
    answer
}

/// A page with the text of its package, if it asks for one.
fn with_package(bytes: Vec<u8>, folder: &Path) -> Vec<u8> {
    let Some(at) = find(&bytes, b"%PACKAGE ") else {
        return bytes;
    };
    let (head, tail) = bytes.split_at(at);
    let (mark, tail) = tail.split_at(find(&tail[1..], b"%").map_or(tail.len(), |end| end + 2));
    let place = String::from_utf8_lossy(&mark[9..mark.len() - 1]);
    [head, &package_file(folder, &place), tail].concat()
}

/// The built files, as a plain file server sends them: a script's content type names no charset,
/// so that it is read in the page's own encoding.
pub fn package_answer(file: &Path) -> Answer {
    let kind = match content_type(&file.to_string_lossy()) {
        "text/javascript; charset=utf-8" => "text/javascript",
        other => other,
    };
    Answer::new(200, kind, fs::read(file).unwrap_or_default())
}

fn own_by_use(visit: &Visit) -> Answer {
    let wanted_for = visit.wanted_for.as_deref();
    if wanted_for == Some("script") || visit.path.ends_with(".js") {
        let source = format!(
            "(window.__ran = window.__ran || []).push('own{}');",
            visit.path
        );
        return Answer::script(source);
    }
    match wanted_for {
        Some("image") => Answer::pixel(),
        Some("iframe") => Answer::html("<!doctype html><title>own frame</title>"),
        Some(_) | None => Answer::json("{}"),
    }
}

/// The paste of the README.
fn tag(config: Option<&str>, kind: &str) -> String {
    let block = config.map_or(String::new(), |json| {
        format!("<script type=\"application/json\" id=\"consent-gate-config\">{json}</script>\n")
    });
    let paste = format!("{block}{SCRIPT}\n{POLICY}");
    // XML wants to be told that an element has no content.
    match paste.strip_suffix('>') {
        Some(open) if kind.contains("xml") => format!("{open} />"),
        Some(_) | None => paste,
    }
}

pub fn replace(bytes: &[u8], what: &[u8], with: &[u8]) -> Vec<u8> {
    match find(bytes, what) {
        Some(at) => {
            let (head, tail) = bytes.split_at(at);
            [head, with, &tail[what.len()..]].concat()
        }
        None => bytes.to_vec(),
    }
}

/// Cuts a page at its pauses.
pub fn pieces(bytes: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut rest, mut after) = (bytes, Duration::ZERO);
    while let Some(at) = find(rest, PAUSE) {
        let (head, tail) = rest.split_at(at);
        pieces.push(Piece {
            after,
            bytes: head.to_vec().into(),
        });
        let end = find(tail, b"-->").map_or(tail.len(), |end| end + 3);
        let (mark, tail) = tail.split_at(end);
        let digits: String = mark
            .iter()
            .filter(|byte| byte.is_ascii_digit())
            .map(|&byte| char::from(byte))
            .collect();
        after = Duration::from_millis(digits.parse().unwrap_or(0));
        rest = tail;
    }
    pieces.push(Piece {
        after,
        bytes: rest.to_vec().into(),
    });
    pieces
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

const PAUSE: &[u8] = b"<!--pause ";

#[test]
fn a_page_is_cut_at_its_pauses() {
    let cut = pieces(b"one<!--pause 20-->two");
    assert_eq!(
        (cut[0].bytes.as_ref(), cut[1].bytes.as_ref()),
        (&b"one"[..], &b"two"[..])
    );
    assert_eq!(cut[1].after, Duration::from_millis(20));
}

#[test]
fn only_names_below_the_page_are_its_own() {
    assert!(is_own("shop.test", "shop.test") && is_own("shop.test", "s1.shop.test"));
    assert!(!is_own("shop.test", "myshop.test") && !is_own("shop.test", "test"));
}
