//! Each top-level field into its place in [`Config`].
//!
//! A field that isn't given keeps its default; what is wrong with one is noted by the [`Reader`], and
//! the rest is read as if nothing had happened. It knows nothing of sources: they are merged already.

use super::checked::{Api, Config, Honor, Pending, Storage, VendorSetting, Worker};
use super::place::Place;
use super::reader::Reader;
use super::{banner, services, wording};
use crate::gate::{Mode, Proxies};
use crate::regime::{Regime, Region};
use crate::value::Value;
use crate::words;

/// Reads every field of the merged object at `at`.
pub(super) fn read(reader: &mut Reader, at: &Place<'_>, config: &mut Config) {
    read_plain(reader, at, config);
    if let Some(at) = at.given("language") {
        config.language = wording::language(reader, &at);
    }
    if let Some(at) = at.given("texts") {
        config.texts = wording::texts(reader, &at);
    }
    if let Some(at) = at.given("categories")
        && let Some(categories) = wording::categories(reader, &at)
    {
        config.categories = categories;
    }
    if let Some(at) = at.given("banner") {
        banner::read(reader, &at, &mut config.banner);
    }
    if let Some(at) = at.given("region") {
        config.region = region(reader, &at);
    }
    if let Some(at) = at.given("services") {
        config.services = services::read(reader, &at);
    }
    if let Some(at) = at.given("storage") {
        read_storage(reader, &at, &mut config.storage);
    }
    if let Some(at) = at.given("vendors") {
        read_vendors(reader, &at, &mut config.vendors);
    }
    if let Some(at) = at.given("records") {
        config.records_endpoint = records(reader, &at);
    }
    if let Some(at) = at.given("worker") {
        config.worker = worker(reader, &at);
    }
}

/// The fields with a single value, or a list of hosts.
fn read_plain(reader: &mut Reader, at: &Place<'_>, config: &mut Config) {
    reader.link(at, "policyUrl", &mut config.policy_url);
    reader.link(at, "imprintUrl", &mut config.imprint_url);
    reader.words(at, "siteName", LONGEST_NAME, &mut config.site_name);
    reader.words(at, "revisionNote", LONGEST_TEXT, &mut config.revision_note);
    if let Some(revision) = reader.whole(at, "revision", u32::MAX) {
        config.revision = revision;
    }
    config.consent_days = reader.whole(at, "consentDays", MOST_DAYS);
    reader.choose(at, "doNotTrack", HONORS, &mut config.do_not_track);
    let gpc = &mut config.global_privacy_control;
    reader.choose(at, "globalPrivacyControl", HONORS, gpc);
    reader.choose(at, "gate", MODES, &mut config.gate);
    let proxies = &mut config.first_party_proxies;
    reader.choose(at, "firstPartyProxies", PROXIES, proxies);
    reader.choose(at, "pending", PENDINGS, &mut config.pending);
    reader.flag(at, "withdrawReload", &mut config.withdraw_reload);
    // Of these the default is the laxest, so a mistake is the strictest.
    if !reader.choose(at, "regime", REGIMES, &mut config.regime) {
        config.regime = Some(Regime::OptIn);
    }
    if !reader.flag(at, "minor", &mut config.minor) {
        config.minor = true;
    }
    if !reader.choose(at, "api", APIS, &mut config.api) {
        config.api = Api::ReadOnly;
    }
    reader.patterns(at, "firstParty", false, &mut config.first_party);
    reader.patterns(at, "allow", false, &mut config.allow);
    reader.patterns(at, "never", true, &mut config.never);
    let never = at.child("never");
    if never.value.as_text().is_some() {
        // A single host in place of a list can be meant in one way only, and it closes.
        config.never.extend(reader.pattern(&never));
    }
}

fn region(reader: &mut Reader, at: &Place<'_>) -> Option<Region> {
    // A server that doesn't know leaves its hole empty.
    if at.value.as_text() == Some("") {
        return None;
    }
    match Region::parse(reader.text(at, LONGEST_NAME)?) {
        Ok(region) => Some(region),
        Err(error) => {
            reader.refuse(at, error.hint());
            None
        }
    }
}

fn read_storage(reader: &mut Reader, at: &Place<'_>, storage: &mut Storage) {
    reader.object(at, "key cookieDomain domains");
    if let Some(at) = at.given("key")
        && let Some(key) = reader.text(&at, LONGEST_KEY)
    {
        // It must be fit to be a cookie's name (RFC 6265 §4.1.1), and no other one's prefix.
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if key.bytes().all(fit) {
            key.clone_into(&mut storage.key);
        } else {
            let message = "may only have letters, digits, hyphens, dots and underscores";
            reader.refuse(&at, message);
        }
    }
    if let Some(at) = at.given("cookieDomain") {
        storage.cookie_domain = reader.host(&at);
    }
    if let Some(at) = at.given("domains") {
        for number in 0..reader.list(&at, MOST_DOMAINS) {
            storage.domains.extend(reader.host(&at.item(number)));
        }
        if !storage.domains.is_empty() {
            reader.not_yet(&at);
        }
    }
}

fn read_vendors(reader: &mut Reader, at: &Place<'_>, vendors: &mut Vec<(String, VendorSetting)>) {
    reader.object(at, VENDORS);
    for name in words::each(VENDORS) {
        let Some(at) = at.given(name) else {
            continue;
        };
        let setting = if at.value.as_map().is_some() {
            reader.not_yet(&at);
            VendorSetting::Options
        } else {
            match reader.position(&at, "auto off") {
                Some(0) => {
                    reader.not_yet(&at);
                    VendorSetting::Auto
                }
                Some(_) => VendorSetting::Off,
                None => continue,
            }
        };
        vendors.push((name.to_owned(), setting));
    }
}

fn records(reader: &mut Reader, at: &Place<'_>) -> Option<String> {
    if !reader.object(at, "endpoint") {
        return None;
    }
    let at = at.child("endpoint");
    if at.is_missing() {
        reader.missing(&at, "the address that records are posted to");
        return None;
    }
    let endpoint = reader.url(&at)?;
    reader.not_yet(&at);
    Some(endpoint)
}

fn worker(reader: &mut Reader, at: &Place<'_>) -> Worker {
    match at.value {
        Value::Text(_) => reader.url(at).map_or(Worker::Off, Worker::Url),
        Value::Bool(true) => Worker::Own,
        Value::Bool(false) => Worker::Off,
        Value::Null | Value::Number(_) | Value::List(_) | Value::Map(_) | Value::Other => {
            reader.wrong_type(at, "true, false or an address");
            Worker::Off
        }
    }
}

const REGIMES: (&str, &[Option<Regime>]) = (
    "auto opt-in opt-out notice",
    &[
        None,
        Some(Regime::OptIn),
        Some(Regime::OptOut),
        Some(Regime::Notice),
    ],
);

const HONORS: (&str, &[Honor]) = ("honor ignore", &[Honor::Honor, Honor::Ignore]);

const MODES: (&str, &[Mode]) = ("auto manual strict", &Mode::ALL);

const PROXIES: (&str, &[Proxies]) = ("auto off", &Proxies::ALL);

const PENDINGS: (&str, &[Pending]) = ("hold fail", &[Pending::Hold, Pending::Fail]);

const APIS: (&str, &[Api]) = (
    "open activation read-only",
    &[Api::Open, Api::Activation, Api::ReadOnly],
);

/// The consent interfaces that can be named.
const VENDORS: &str = "google microsoft clarity meta tiktok matomo shopify wordpress tcf gpp";

/// A record counts for 400 days at most.
const MOST_DAYS: u32 = 400;
const MOST_DOMAINS: usize = 50;
const LONGEST_KEY: usize = 64;
const LONGEST_NAME: usize = 256;
const LONGEST_TEXT: usize = 4096;

#[cfg(test)]
mod tests;
