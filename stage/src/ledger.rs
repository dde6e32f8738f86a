//! What was asked of the stage, in the order in which it was asked.
//!
//! The ledger refuses to know what a request is for: it keeps the facts that arrived on the wire.
//!
//! ```
//! use stage::{Ledger, Scheme, Visit};
//!
//! let ledger = Ledger::default();
//! ledger.write(Visit::new(Scheme::Https, "shop.test", "GET", "/a.gif?b=1"));
//! let seen = ledger.since(0);
//! assert_eq!(seen[0].host, "shop.test");
//! assert_eq!((seen[0].path.as_str(), seen[0].query.as_str()), ("/a.gif", "b=1"));
//! ```

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How the request came in. One port serves both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Without encryption.
    Http,
    /// Over TLS, with the stage's own certificate.
    Https,
}

impl Scheme {
    /// The scheme as an address writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Position in the ledger, counted from 1.
    pub number: u64,
    /// How it came in.
    pub scheme: Scheme,
    /// The `Host` header without its port, in lower case.
    pub host: String,
    /// The port of the `Host` header, if it named one.
    pub port: Option<u16>,
    /// The method, as written.
    pub method: String,
    /// The path without its query.
    pub path: String,
    /// What follows the question mark, or nothing.
    pub query: String,
    /// `Cookie`
    pub cookie: Option<String>,
    /// `Referer`
    pub referer: Option<String>,
    /// `Origin`
    pub origin: Option<String>,
    /// `Sec-GPC`, the browser's opt-out signal.
    pub gpc: Option<String>,
    /// `DNT`, Do Not Track.
    pub dnt: Option<String>,
    /// `Sec-Fetch-Dest`: what the browser wanted it for.
    pub wanted_for: Option<String>,
    /// `Access-Control-Request-Headers`: what a request that is yet to come will carry.
    pub will_carry: Option<String>,
    /// The beginning of what was sent, as text.
    pub body: String,
}

impl Visit {
    /// A visit with nothing but its address.
    #[must_use]
    pub fn new(scheme: Scheme, host: &str, method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (host, port) = match host.rsplit_once(':') {
            Some((name, digits)) => match digits.parse() {
                Ok(port) => (name, Some(port)),
                Err(_) => (host, None),
            },
            None => (host, None),
        };
        Self {
            number: 0,
            scheme,
            host: host.to_ascii_lowercase(),
            port,
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            cookie: None,
            referer: None,
            origin: None,
            gpc: None,
            dnt: None,
            wanted_for: None,
            will_carry: None,
            body: String::new(),
        }
    }

    /// Method and address without the query, the form in which expectations are written:
    /// `GET https://shop.test/a.gif`.
    #[must_use]
    pub fn line(&self) -> String {
        format!(
            "{} {}://{}{}",
            self.method,
            self.scheme.as_str(),
            self.host,
            self.path
        )
    }

    /// The value of one query parameter as it stands, not decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key == name).then_some(value)
        })
    }

    /// How long the answer is to take: `?delay=<ms>`.
    #[must_use]
    pub fn delay(&self) -> Duration {
        let wanted = self.parameter("delay").and_then(|text| text.parse().ok());
        Duration::from_millis(wanted.unwrap_or(0))
    }
}

/// All visits so far. Clones share one list.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    visits: Arc<Mutex<Vec<Visit>>>,
}

impl Ledger {
    /// Writes a visit down and answers its number.
    pub fn write(&self, mut visit: Visit) -> u64 {
        let mut visits = self.lock();
        let number = visits.last().map_or(0, |last| last.number) + 1;
        visit.number = number;
        visits.push(visit);
        number
    }

    /// Adds what was sent with a visit: it arrives after the visit was written down.
    pub fn note_body(&self, number: u64, body: &str) {
        let mut visits = self.lock();
        if let Some(visit) = visits.iter_mut().rfind(|visit| visit.number == number) {
            body.clone_into(&mut visit.body);
        }
    }

    /// The visits with a number above `number`, oldest first.
    #[must_use]
    pub fn since(&self, number: u64) -> Vec<Visit> {
        self.lock()
            .iter()
            .filter(|visit| visit.number > number)
            .cloned()
            .collect()
    }

    /// The number of the newest visit, 0 when there is none.
    #[must_use]
    pub fn newest(&self) -> u64 {
        self.lock().last().map_or(0, |visit| visit.number)
    }

    /// Keeps only the newest `count` visits, so that a long-running demo does not grow without end.
    pub fn keep(&self, count: usize) {
        let mut visits = self.lock();
        let surplus = visits.len().saturating_sub(count);
        visits.drain(..surplus);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Visit>> {
        // A writer that panicked leaves at worst a list without its own line.
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
