//! Where the record is kept: local storage, else a cookie, else nowhere but in memory.
//!
//! Local storage is probed before `gloo-storage` is asked for it, since that panics where site data is
//! blocked or the frame is sandboxed. What was written is read back: storage that is full, or that
//! swallows writes, counts as not there. A record that can't be read is no consent; it is kept aside
//! before the next choice overwrites it, so that nothing is lost.

use std::cell::Cell;

use gloo_storage::{LocalStorage, SessionStorage, Storage as _};

use super::env::location;
use super::natives::Natives;
use super::plain;
use crate::config::{Config, ConfigError, code};
use crate::record::{Millis, Record, WireError, WireRecord};

/// What keeps the record: where the last one was found or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Local storage.
    Local,
    /// A cookie of the site.
    Cookie,
    /// This page only.
    Memory,
}

impl Backend {
    /// Its name in `state()`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Cookie => "cookie",
            Self::Memory => "memory",
        }
    }
}

/// What was found.
pub struct Found {
    /// The newest record that could be read.
    pub record: Option<Record>,
    /// What could not.
    pub unreadable: Option<Unreadable>,
}

/// A stored text that is no record.
pub struct Unreadable {
    /// Where it is.
    pub backend: Backend,
    /// What is wrong with it; `None` where it isn't even JSON.
    pub error: Option<WireError>,
}

/// The record's store.
pub struct RecordStore {
    key: String,
    cookie_domain: Option<String>,
    backend: Cell<Backend>,
    keep_aside: Cell<bool>,
}

impl RecordStore {
    /// A store under `key`; with a cookie domain the record is shared over its subdomains.
    pub const fn new(key: String, cookie_domain: Option<String>) -> Self {
        Self {
            key,
            cookie_domain,
            backend: Cell::new(Backend::Local),
            keep_aside: Cell::new(false),
        }
    }

    /// The key in local storage, to tell our own `storage` events from others.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The domain of the cookie, if the record is shared over its subdomains.
    pub fn cookie_domain(&self) -> Option<&str> {
        self.cookie_domain.as_deref()
    }

    /// The key under which the text of a record in local storage is kept that can't be read.
    pub fn aside(&self) -> String {
        let mut aside = self.key.clone();
        aside.push_str(".unreadable");
        aside
    }

    /// Where the record is.
    pub fn backend(&self) -> Backend {
        self.backend.get()
    }

    /// Is there anything to read again, or is the record only in memory?
    pub fn is_kept(&self) -> bool {
        self.backend.get() != Backend::Memory
    }

    /// Reads what is stored, from wherever it is; the newest record wins.
    pub fn read(&self, natives: &Natives, now: Millis) -> Found {
        let in_local = local_text(&self.key);
        let in_cookie = self.cookie_text(natives);
        self.backend.set(match (&in_local, &in_cookie) {
            (Some(_), _) => Backend::Local,
            (None, Some(_)) => Backend::Cookie,
            // A record that found no room is in memory, and that nothing is stored says nothing of it.
            (None, None) if local().is_some() => self.backend.get(),
            (None, None) => Backend::Memory,
        });
        let read = |text: &Option<String>| text.as_deref().map(|text| decode(natives, text, now));
        let (local, cookie) = (read(&in_local), read(&in_cookie));
        self.keep_aside.set(matches!(local, Some(Err(_))));
        let (backend, error) = match (&local, &cookie) {
            (Some(Err(error)), _) => (Backend::Local, Some(*error)),
            (_, Some(Err(error))) => (Backend::Cookie, Some(*error)),
            (None | Some(Ok(_)), None | Some(Ok(_))) => (Backend::Memory, None),
        };
        let unreadable = error.map(|error| Unreadable { backend, error });
        let record = match (local.and_then(Result::ok), cookie.and_then(Result::ok)) {
            (Some(local), Some(cookie)) => Some(if cookie.at > local.at { cookie } else { local }),
            (local, cookie) => local.or(cookie),
        };
        Found { record, unreadable }
    }

    /// Writes the record to the best that takes it.
    pub fn write(&self, natives: &Natives, record: &Record) {
        let text = text(natives, &WireRecord::from(record));
        if self.keep_aside.replace(false)
            && let Some(unreadable) = local_text(&self.key)
        {
            write_local(&self.aside(), &unreadable);
        }
        let local = write_local(&self.key, &text);
        let cookie = (!local || self.cookie_domain.is_some()) && self.write_cookie(natives, &text);
        self.backend.set(match (local, cookie) {
            (true, _) => Backend::Local,
            (false, true) => Backend::Cookie,
            (false, false) => Backend::Memory,
        });
    }

    /// Removes the record from everywhere.
    pub fn forget(&self, natives: &Natives) {
        if let Some(storage) = local() {
            // A store that refuses to forget is read again, and then it is what it is.
            let _ = storage.remove_item(&self.key);
        }
        if self.cookie_text(natives).is_some() {
            self.set_cookie(natives, "", "0");
        }
    }

    fn cookie_text(&self, natives: &Natives) -> Option<String> {
        let cookies = natives.cookies();
        let value = cookies.split(';').find_map(|pair| {
            let (name, value) = pair.trim_ascii_start().split_once('=')?;
            (name == self.key).then_some(value)
        })?;
        js_sys::decode_uri_component(value).ok().map(String::from)
    }

    fn write_cookie(&self, natives: &Natives, text: &str) -> bool {
        let value = String::from(js_sys::encode_uri_component(text));
        // 400 days is the most that browsers keep a cookie; the record says itself when it ends.
        self.set_cookie(natives, &value, "34560000");
        self.cookie_text(natives).as_deref() == Some(text)
    }

    fn set_cookie(&self, natives: &Natives, value: &str, max_age: &str) {
        let mut cookie = String::with_capacity(value.len() + 120);
        for part in [
            &self.key,
            "=",
            value,
            "; path=/; samesite=lax; max-age=",
            max_age,
        ] {
            cookie.push_str(part);
        }
        if let Some(domain) = &self.cookie_domain {
            cookie.push_str("; domain=");
            cookie.push_str(domain);
        }
        if location(natives, "protocol") == "https:" {
            cookie.push_str("; secure");
        }
        natives.write_cookie(&cookie);
    }
}

/// Takes out a cookie domain that the page does not lie in, under which a browser keeps nothing (RFC 6265 §5.3).
pub(super) fn strange_domain(config: &mut Config, host: &str) -> Option<ConfigError> {
    let domain = config.storage.cookie_domain.as_deref()?;
    let below = host.strip_suffix(domain);
    if below.is_some_and(|below| below.is_empty() || below.ends_with('.')) {
        return None;
    }
    config.storage.cookie_domain = None;
    Some(ConfigError::new(
        code::HOST,
        "storage.cookieDomain",
        "is no domain that this page lies in, so the choice is kept for this host alone",
    ))
}

/// A record as it is stored.
pub(super) fn text(natives: &Natives, wire: &WireRecord) -> String {
    natives.stringify(&plain::give(wire.value()))
}

/// Local storage, if the browser gives it. The getter itself throws where site data is blocked.
pub(super) fn local() -> Option<web_sys::Storage> {
    match web_sys::window()?.local_storage() {
        Ok(Some(_)) => Some(LocalStorage::raw()),
        Ok(None) | Err(_) => None,
    }
}

/// Session storage, likewise.
pub(super) fn session() -> Option<web_sys::Storage> {
    match web_sys::window()?.session_storage() {
        Ok(Some(_)) => Some(SessionStorage::raw()),
        Ok(None) | Err(_) => None,
    }
}

fn local_text(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

fn write_local(key: &str, text: &str) -> bool {
    local().is_some_and(|storage| storage.set_item(key, text).is_ok())
        && local_text(key).as_deref() == Some(text)
}

/// The record of a stored text.
fn decode(natives: &Natives, text: &str, now: Millis) -> Result<Record, Option<WireError>> {
    let wire: Option<WireRecord> = natives.parse(text).ok().and_then(plain::read);
    wire.ok_or(None)?.read(now).map_err(Some)
}
