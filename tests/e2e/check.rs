//! What can be demanded after a step.
//!
//! | second column | third column: what must be true |
//! |---|---|
//! | `request` | `GET https://host/path`, once in this step (` x2`: twice); **the step's requests to other hosts are exactly those listed** |
//! | `may` | a host whose requests don't matter here |
//! | `quiet` | nothing: says that the step has no request, for the reader |
//! | `own` | `GET /path` was asked of the page's own host in this step |
//! | `not-own` | it was not |
//! | `header` | `host name value`: the newest request to the host carried `gpc`, `dnt` or `cookie` so |
//! | `sent` | `host word word`: what was sent to the host in this step (addresses and bodies) has these words, in this order |
//! | `sent-so-far` | the same of all of the story's steps up to this one |
//! | `not-sent` | `host word`: it has not |
//! | `ran` | the scripts that said so have run, in this order (`-`: none) |
//! | `cookie`, `no-cookie` | cookies with these names are there, are not |
//! | `button`, `no-button` | a button of the interface can be seen, can't |
//! | `focus` | what is called so has the focus |
//! | `js` | a JavaScript expression, awaited, that is true |
//! | `error` | a code that `ConsentGate.report().errors` has |

use stage::{Ledger, Visit};

use crate::act::{FOCUSED_TEXT, button};
use crate::case::{Check, Step};
use crate::driver::Browser;
use crate::scene::is_own;

/// Where and since when a step is judged.
#[derive(Debug)]
pub struct Place<'a> {
    pub browser: &'a Browser,
    pub ledger: &'a Ledger,
    pub host: &'a str,
    /// The hosts of the stories before, whose service workers the browser looks after when it finds time.
    pub earlier: &'a [String],
    /// The ledger's newest line before the step.
    pub since: u64,
    /// The one before the story.
    pub begun: u64,
    /// The markup of the story's pages, in a browser that looks ahead in it whatever a script does, and keeps what it found:
    /// of requests for what is written there nothing can be demanded. Else empty.
    pub written: &'a str,
}

impl Place<'_> {
    /// Everything that is not as the step demands.
    pub async fn faults(&self, step: &Step) -> Vec<String> {
        let mut faults = Vec::new();
        for check in &step.checks {
            let said = self.fault(check).await;
            faults.extend(said.map(|why| format!("{} {}: {why}", check.what, check.value)));
        }
        faults.extend(self.wrong_requests(step));
        faults
    }

    async fn fault(&self, check: &Check) -> Option<String> {
        let value = check.value.replace("{host}", self.host);
        match check.what.as_str() {
            // Judged together, in `wrong_requests`.
            "request" | "may" | "quiet" => None,
            "own" => (!self.asked_own(&value)).then(|| "was not asked".to_owned()),
            "not-own" => self.asked_own(&value).then(|| "was asked".to_owned()),
            "header" => self.wrong_header(&value),
            "sent" => self.wrongly_sent(&value, self.since),
            "sent-so-far" => self.wrongly_sent(&value, self.begun),
            "not-sent" => self
                .wrongly_sent(&value, self.since)
                .is_none()
                .then(|| "was sent".to_owned()),
            "ran" => {
                self.unequal("(window.__ran ?? []).join(' ')", scripts(&value))
                    .await
            }
            "cookie" => self.cookies_fault(&value, Presence::Wanted).await,
            "no-cookie" => self.cookies_fault(&value, Presence::Unwanted).await,
            "button" => self.untrue(&format!("!!{}", button(&value))).await,
            "no-button" => self.untrue(&format!("!{}", button(&value))).await,
            "focus" => self.unequal(FOCUSED_TEXT, &value).await,
            "js" => self.untrue(&value).await,
            "error" => {
                let codes = "ConsentGate.report().errors.map((error) => error.code)";
                self.untrue(&format!("{codes}.includes('{value}')")).await
            }
            other => Some(format!("there is no check `{other}`")),
        }
    }

    /// This step's requests to hosts that are not the page's own.
    fn foreign(&self) -> Vec<Visit> {
        let mut visits = self.ledger.since(self.since);
        visits.retain(|visit| {
            !is_own(self.host, &visit.host)
                && !is_noise(visit)
                && !self.earlier.contains(&visit.host)
        });
        visits
    }

    fn wrong_requests(&self, step: &Step) -> Option<String> {
        let (wanted, seen) = self.wanted_and_seen(step);
        (wanted != seen)
            .then(|| format!("requests\n        wanted {wanted:#?}\n        seen {seen:#?}"))
    }

    /// Whether anything was there that should not have been: a request, something sent, a cookie, a script that ran.
    pub async fn got_out(&self, step: &Step) -> bool {
        for check in &step.checks {
            let is_so = match check.what.as_str() {
                "not-own" | "not-sent" | "no-cookie" => self.fault(check).await.is_some(),
                "ran" => {
                    let wanted = scripts(&check.value);
                    let early = format!("'{wanted}'.startsWith((window.__ran ?? []).join(' '))");
                    self.untrue(&early).await.is_some()
                }
                _ => false,
            };
            if is_so {
                return true;
            }
        }
        self.is_lost(step)
    }

    /// Whether a request was made that should not have been: nothing that comes later can mend that.
    pub fn is_lost(&self, step: &Step) -> bool {
        let (wanted, seen) = self.wanted_and_seen(step);
        let count =
            |lines: &[String], line: &String| lines.iter().filter(|one| *one == line).count();
        seen.iter()
            .any(|line| count(&seen, line) > count(&wanted, line))
    }

    fn wanted_and_seen(&self, step: &Step) -> (Vec<String>, Vec<String>) {
        let values = |what: &'static str| {
            step.checks
                .iter()
                .filter(move |check| check.what == what)
                .map(|check| &check.value)
        };
        let mut wanted: Vec<String> = values("request")
            .flat_map(|value| {
                let (line, times) = value.rsplit_once(" x").unwrap_or((value, "1"));
                vec![line.to_owned(); times.parse().unwrap_or(1)]
            })
            .collect();
        let mut seen: Vec<String> = self
            .foreign()
            .iter()
            .filter(|visit| !values("may").any(|host| *host == visit.host))
            .map(Visit::line)
            .collect();
        // A browser asks beforehand whether it may ask, once or not at all: what counts is that it then asks.
        let asked = seen.clone();
        seen.retain(|line| {
            line.strip_prefix("OPTIONS ")
                .is_none_or(|rest| !asked.iter().any(|one| one.ends_with(rest) && one != line))
        });
        for lines in [&mut wanted, &mut seen] {
            lines.retain(|line| !self.is_written(line));
            lines.sort();
        }
        (wanted, seen)
    }

    /// Whether a request is one for an address in the markup.
    fn is_written(&self, line: &str) -> bool {
        let address = line.strip_prefix("GET https:").unwrap_or_default();
        let ends = |rest: &str| {
            !rest.starts_with(|next: char| next.is_alphanumeric() || "/._-".contains(next))
        };
        !address.is_empty()
            && self
                .written
                .match_indices(address)
                .any(|(at, _)| ends(&self.written[at + address.len()..]))
    }

    fn asked_own(&self, line: &str) -> bool {
        self.ledger.since(self.since).iter().any(|visit| {
            is_own(self.host, &visit.host) && format!("{} {}", visit.method, visit.path) == line
        })
    }

    fn wrong_header(&self, value: &str) -> Option<String> {
        let mut words = value.splitn(3, ' ');
        let (host, name, wanted) = (words.next()?, words.next()?, words.next()?);
        let newest = self
            .ledger
            .since(0)
            .into_iter()
            .rfind(|visit| visit.host == host);
        let seen = newest.and_then(|visit| match name {
            "gpc" => visit.gpc,
            "dnt" => visit.dnt,
            "cookie" => visit.cookie,
            _ => None,
        });
        (seen.as_deref() != Some(wanted)).then(|| format!("is {seen:?}"))
    }

    fn wrongly_sent(&self, value: &str, since: u64) -> Option<String> {
        let (host, words) = value.split_once(' ').unwrap_or((value, ""));
        let sent: String = self
            .ledger
            .since(since)
            .iter()
            .filter(|visit| visit.host == host && visit.method != "OPTIONS")
            .map(|visit| format!("{} {}\n", visit.query, visit.body))
            .collect();
        let sent = plain(&sent);
        let mut rest = sent.as_str();
        for word in words.split(' ') {
            match rest.find(word) {
                Some(at) => rest = &rest[at + word.len()..],
                None => return Some(format!("`{word}` is not in its place in {sent}")),
            }
        }
        None
    }

    async fn cookies_fault(&self, names: &str, presence: Presence) -> Option<String> {
        // Asked of the browser, not of the page, whose `document.cookie` the gate has patched.
        let cookies = match self.browser.client.get_all_cookies().await {
            Ok(cookies) => cookies,
            Err(fault) => return Some(fault.to_string()),
        };
        let wrong: Vec<&str> = names
            .split(' ')
            .filter(|name| {
                let there = cookies.iter().any(|cookie| cookie.name() == *name);
                there != matches!(presence, Presence::Wanted)
            })
            .collect();
        (!wrong.is_empty()).then(|| format!("not so: {}", wrong.join(" ")))
    }

    async fn untrue(&self, expression: &str) -> Option<String> {
        match self.browser.value(expression).await {
            Ok(value) if value == true => None,
            Ok(value) => Some(format!("is {value}")),
            Err(fault) => Some(fault),
        }
    }

    async fn unequal(&self, expression: &str, wanted: &str) -> Option<String> {
        match self.browser.value(expression).await {
            Ok(value) if value == wanted => None,
            Ok(value) => Some(format!("is {value}")),
            Err(fault) => Some(fault),
        }
    }
}

/// The scripts that `ran` demands; `-` is none.
fn scripts(value: &str) -> &str {
    if value == "-" { "" } else { value }
}

#[derive(Clone, Copy, Debug)]
enum Presence {
    Wanted,
    Unwanted,
}

/// Text as it was before it was made fit for an address or a form.
fn plain(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (byte, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &after[2..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn percent_signs_are_read() {
    assert_eq!(plain("data=%5B%22a%22%5D&100%"), "data=[\"a\"]&100%");
}

/// What a browser asks of its maker, whatever page is open.
pub fn is_noise(visit: &Visit) -> bool {
    let host = visit.host.as_str();
    BROWSER_HOSTS.contains(&host)
        || host.ends_with(".mozilla.com")
        || host.ends_with(".mozilla.net")
}

const BROWSER_HOSTS: &[&str] = &[
    "accounts.google.com",
    "android.clients.google.com",
    "clients2.google.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "redirector.gvt1.com",
    "safebrowsingohttpgateway.googleapis.com",
    "update.googleapis.com",
];
