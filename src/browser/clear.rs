//! Clears what is known to belong to a refused service: cookies on every domain and path that a page
//! can reach, keys of local and session storage, databases and caches. The latter two can only be listed
//! asynchronously, which the shims do; they ask here which are refused.
//!
//! Whose a name is, the gate knows; a name that nobody knows is the site's own and stays.

use super::{App, env, storage};
use crate::gate::{Kind, Verdict, Write};
use crate::session::Session;

/// Clears everything whose write would not be allowed now and that has been answered for.
pub fn refused(app: &App) {
    // Most pages have nobody who was refused yet, and the first look at a store has the browser ask another process.
    if app.ask(Session::has_refused) {
        all(app);
    }
}

// Apart, because browsers compile a function when it is first called, and on most pages this one never is.
#[inline(never)]
fn all(app: &App) {
    cookies(app);
    // Where site data is blocked there is nothing to clear.
    if let Some(local) = storage::local() {
        keys(app, Kind::LocalStorage, &local);
    }
    if let Some(session) = storage::session() {
        keys(app, Kind::SessionStorage, &session);
    }
    app.natives.clear();
}

/// Would its write not be allowed, and has it been answered for?
pub(super) fn is_refused(app: &App, kind: Kind, name: &str) -> bool {
    let decision = app.decide_write(&Write { kind, name });
    decision.verdict != Verdict::Allow && decision.settled
}

fn keys(app: &App, kind: Kind, storage: &web_sys::Storage) {
    let count = storage.length().unwrap_or(0);
    let names: Vec<String> = (0..count)
        .filter_map(|at| storage.key(at).ok().flatten())
        .collect();
    for name in names.iter().filter(|name| is_refused(app, kind, name)) {
        let _ = storage.remove_item(name);
    }
}

fn cookies(app: &App) {
    let host = app.natives.page_host();
    let path = env::location(&app.natives, "pathname");
    for pair in app.natives.cookies().split(';') {
        let pair = pair.trim_ascii_start();
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        if name.is_empty() || !is_refused(app, Kind::Cookie, name) {
            continue;
        }
        // A script sees no cookie's domain or path, so every one that it may have been set with is tried.
        for path in paths(&path) {
            // One that is kept apart for each site that embeds this one is another cookie.
            for rest in ["", "; secure; partitioned"] {
                expire(app, name, path, &[rest]);
                for domain in domains(&host) {
                    expire(app, name, path, &[rest, "; domain=", domain]);
                }
            }
        }
    }
}

fn expire(app: &App, name: &str, path: &str, rest: &[&str]) {
    let mut cookie = String::from(name);
    cookie.push_str("=; max-age=0; path=");
    cookie.push_str(path);
    for part in rest {
        cookie.push_str(part);
    }
    app.natives.write_cookie(&cookie);
}

/// The host and the suffixes of it that have a dot in them: what a cookie's `Domain` may be.
fn domains(host: &str) -> impl Iterator<Item = &str> {
    let parents = host
        .match_indices('.')
        .filter_map(|(at, _)| host.get(at + 1..));
    std::iter::once(host)
        .chain(parents)
        .filter(|suffix| suffix.contains('.'))
}

/// `/`, and every folder above the page with and without its last slash.
fn paths(path: &str) -> impl Iterator<Item = &str> {
    let folders = path
        .match_indices('/')
        .flat_map(move |(at, _)| [path.get(..at), path.get(..=at)]);
    folders
        .flatten()
        .filter(|folder| !folder.is_empty())
        .chain(std::iter::once(path))
}
