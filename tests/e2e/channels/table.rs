//! A channel: one page of `tests/pages/channels`, by which a page reaches a third party.
//!
//! `channels.tsv` has one line for each, with tabs between its columns:
//!
//! ```text
//! parser/script-fast   www.google-analytics.com/analytics.js   runs
//! storage/cookie-ga    -                                       stores=cookie:_ga
//! ```
//!
//! The first column is the page, `<group>/<name>.html`; the second what it asks of whom, without the
//! scheme and the query; the third has marks:
//!
//! | mark | meaning |
//! |---|---|
//! | `runs` | code of the tracker's runs on the site's own origin |
//! | `stores=KIND:NAME` | a key is written: `cookie`, `local`, `session`, `idb`, `cache` |
//! | `works` | nothing of a tracker's: what the site does by itself, which must go on; its promise or value `works` is true |
//! | `connects` | there is only a connection, and no request |
//! | `leaves` | it happens when the page is left |
//! | `known` | it was measured before this project began, and counts for what was promised then |
//! | `times=2` | by itself it asks so often |
//! | `back=again` | it failed at once or had no effect, and after consent it works when it is done again |
//! | `back=never` | after consent it needs the next view: a header, a redirect, what a file of the site's own did once |
//! | `only=BROWSER` | only this browser has it |
//!
//! Not here, because it can't be seen from a stage on one machine or no browser does it any more: a name
//! that is only looked up (`dns-prefetch`), datagrams to a host that tells who one is (STUN), reports
//! that wait for a minute, what needs a permission or a person (notifications, background fetches), and
//! fenced frames, attribution, interest groups, portals.
//!
//! A page does what it does once by itself; where it can be done again, it has a global function
//! `act`, and where that takes time, a promise `ready`.

use std::fs;
use std::path::Path;

use super::seen::{Sight, Situation};

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Channel {
    /// `<group>/<name>`
    pub name: String,
    /// Host and path that it asks.
    pub asks: Option<String>,
    pub runs: bool,
    pub works: bool,
    pub stores: Option<Key>,
    pub connects: bool,
    pub leaves: bool,
    pub known: bool,
    /// Whether one visitor is enough: the one who accepts and withdraws.
    pub brief: bool,
    /// What the list of gaps says is seen every time, like `first:leaks`: on a busy machine it may take a while.
    pub due: Vec<String>,
    pub back: Back,
    pub times: usize,
    pub only: Option<String>,
}

/// How a channel comes back after consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// It was held and is released.
    ByItself,
    /// It works when the page does it again.
    Again,
    /// Not before the next view.
    Never,
}

/// A key that a tracker is known by.
#[derive(Clone, Debug)]
pub struct Key {
    /// Where it is: `cookie`, `local`, `session`, `idb`, `cache`.
    pub place: String,
    pub name: String,
}

impl Channel {
    /// Whether the list of gaps says that this is seen every time.
    pub fn is_due(&self, situation: Situation, sight: Sight) -> bool {
        let word = format!("{}:{}", situation.name(), sight.name());
        self.due.contains(&word)
    }

    /// What stands before the slash.
    pub fn group(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }
}

/// Every line of `channels.tsv` in `folder`, each with its page.
pub fn read(folder: &Path) -> Result<Vec<Channel>, String> {
    let file = folder.join("channels.tsv");
    let text = fs::read_to_string(&file).map_err(|fault| format!("{}: {fault}", file.display()))?;
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let channels: Vec<Channel> = lines.map(parse).collect::<Result<_, _>>()?;
    for channel in &channels {
        let page = folder.join(format!("{}.html", channel.name));
        if !page.is_file() {
            return Err(format!("there is no {}", page.display()));
        }
    }
    Ok(channels)
}

/// Reads one line.
pub fn parse(line: &str) -> Result<Channel, String> {
    let mut columns = line.split('\t');
    let (Some(name), Some(asks)) = (columns.next(), columns.next()) else {
        return Err(format!("a channel needs a name and whom it asks: {line:?}"));
    };
    let mut channel = Channel {
        name: name.to_owned(),
        asks: (asks != "-").then(|| asks.to_owned()),
        runs: false,
        works: false,
        stores: None,
        connects: false,
        leaves: false,
        known: false,
        brief: false,
        due: Vec::new(),
        back: Back::ByItself,
        times: 1,
        only: None,
    };
    let marks = columns.next().unwrap_or_default();
    for mark in marks.split(' ').filter(|mark| !mark.is_empty()) {
        match mark.split_once('=').unwrap_or((mark, "")) {
            ("runs", "") => channel.runs = true,
            ("works", "") => channel.works = true,
            ("connects", "") => channel.connects = true,
            ("leaves", "") => channel.leaves = true,
            ("known", "") => channel.known = true,
            ("back", "again") => channel.back = Back::Again,
            ("back", "never") => channel.back = Back::Never,
            ("times", number) => channel.times = number.parse().map_err(|_| line.to_owned())?,
            ("only", browser) => channel.only = Some(browser.to_owned()),
            ("stores", key) => {
                let (place, name) = key
                    .split_once(':')
                    .ok_or_else(|| format!("a key is KIND:NAME: {line:?}"))?;
                channel.stores = Some(Key {
                    place: place.to_owned(),
                    name: name.to_owned(),
                });
            }
            _ => return Err(format!("there is no mark `{mark}`: {line:?}")),
        }
    }
    Ok(channel)
}

#[test]
fn a_line_says_what_a_channel_does() {
    let channel = parse("storage/cookie\t-\tstores=cookie:_ga back=never").unwrap();
    assert_eq!((channel.group(), channel.back), ("storage", Back::Never));
    assert_eq!(channel.stores.unwrap().name, "_ga");
    assert!(parse("storage/cookie").is_err());
    assert!(parse("storage/cookie\t-\trun").is_err());
}
