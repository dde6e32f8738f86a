//! A case: one folder of `tests/pages`, read into stories.
//!
//! `expect.tsv` has three columns with tabs between them (blanks here). Lines with the same first column in a row are one step; the
//! step is what happens, its lines are what must be true once it has happened.
//!
//! ```text
//! # who opens it: any of `gpc`, `dnt`, `no-site-data`, `ordinary`
//! browser   gpc   -
//! # console errors that belong to the case, and a sentence that must be said exactly once
//! allows   -   Failed to load resource
//! says-once   -   wasm-unsafe-eval
//! story   accept   -
//! before   quiet   -
//! accept   request   GET https://www.googletagmanager.com/gtag/js
//! accept   ran   gtag
//! ```
//!
//! Steps and checks are documented where they are done: `act.rs` and `check.rs`. Every story gets
//! a host of its own, so that no story finds what another one stored.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// One folder of `tests/pages`.
#[derive(Clone, Debug)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    pub folder: PathBuf,
    pub browser: Kind,
    pub scheme: &'static str,
    /// Parts of console errors that are expected.
    pub allows: Vec<String>,
    /// Parts of console messages of which there must be exactly one.
    pub says_once: Vec<String>,
    pub stories: Vec<Story>,
}

/// What kind of visitor's browser a case needs. One profile can't be two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Plain,
    /// Sends Global Privacy Control.
    Gpc,
    /// Sends Do Not Track.
    Dnt,
    /// Refuses cookies and storage.
    NoSiteData,
    /// Tells nobody that it is driven. Some trackers are silent in one that does; the gate never asks.
    Ordinary,
    /// Sends both signals, and draws letters in the same way on every machine; for `looks`.
    Looks,
}

/// By what a story is called wherever one speaks of it: `<case>/<story>`.
pub fn called(case: &str, story: &Story) -> String {
    format!("{case}/{}", story.name)
}

/// A sequence of steps on one host.
#[derive(Clone, Debug)]
pub struct Story {
    pub name: String,
    pub steps: Vec<Step>,
}

/// One thing that happens, and what must be true afterwards.
#[derive(Clone, Debug)]
pub struct Step {
    /// What happens, as the first column says it.
    pub act: String,
    pub checks: Vec<Check>,
}

/// A line's second and third column.
#[derive(Clone, Debug)]
pub struct Check {
    pub what: String,
    pub value: String,
}

/// A line that can't be understood.
#[derive(Debug)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

/// Every case below `pages`, by name.
pub fn read_all(pages: &Path) -> Result<Vec<Case>, Unreadable> {
    let listing = fs::read_dir(pages).map_err(|fault| Unreadable(fault.to_string()))?;
    let mut folders: Vec<PathBuf> = listing
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("expect.tsv").is_file())
        .collect();
    folders.sort();
    folders.into_iter().map(read).collect()
}

fn read(folder: PathBuf) -> Result<Case, Unreadable> {
    let name = folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let text = fs::read_to_string(folder.join("expect.tsv"))
        .map_err(|fault| Unreadable(format!("{name}: {fault}")))?;
    parse(name, folder, &text)
}

fn parse(name: String, folder: PathBuf, text: &str) -> Result<Case, Unreadable> {
    let mut case = Case {
        name,
        folder,
        browser: Kind::Plain,
        scheme: "https",
        allows: Vec::new(),
        says_once: Vec::new(),
        stories: Vec::new(),
    };
    for (index, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fault = |why: &str| {
            Unreadable(format!(
                "{}/expect.tsv:{}: {why}: {line:?}",
                case.name,
                index + 1
            ))
        };
        let mut columns = line.splitn(3, '\t');
        let (Some(act), Some(what), Some(value)) = (columns.next(), columns.next(), columns.next())
        else {
            return Err(fault("three columns are needed"));
        };
        match act {
            "browser" => {
                case.browser = match what {
                    "gpc" => Kind::Gpc,
                    "dnt" => Kind::Dnt,
                    "no-site-data" => Kind::NoSiteData,
                    "ordinary" => Kind::Ordinary,
                    _ => return Err(fault("no such browser")),
                }
            }
            "scheme" if what == "http" => case.scheme = "http",
            "allows" => case.allows.push(value.to_owned()),
            "says-once" => case.says_once.push(value.to_owned()),
            "story" => case.stories.push(Story {
                name: what.to_owned(),
                steps: Vec::new(),
            }),
            _ => {
                if case.stories.is_empty() {
                    case.stories.push(Story {
                        name: "only".to_owned(),
                        steps: Vec::new(),
                    });
                }
                let check = Check {
                    what: what.to_owned(),
                    value: value.to_owned(),
                };
                add(&mut case.stories, act, check);
            }
        }
    }
    Ok(case)
}

fn add(stories: &mut [Story], act: &str, check: Check) {
    let Some(story) = stories.last_mut() else {
        return;
    };
    match story.steps.last_mut() {
        Some(step) if step.act == act => step.checks.push(check),
        Some(_) | None => {
            story.steps.push(Step {
                act: act.to_owned(),
                checks: vec![check],
            });
        }
    }
}

#[test]
fn a_line_that_says_nothing_is_not_passed_over() {
    let read = |text: &str| parse("case".to_owned(), PathBuf::new(), text);
    let case = read("browser\tgpc\t-\nbefore\tquiet\t-\naccept\tran\ta b\n").unwrap();
    assert_eq!(case.browser, Kind::Gpc);
    assert_eq!(case.stories[0].steps[1].checks[0].value, "a b");
    assert!(read("before quiet -\n").is_err(), "blanks are no tabs");
    assert!(read("browser\tmosaic\t-\n").is_err());
}
