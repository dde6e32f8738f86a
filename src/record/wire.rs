//! Record ⇄ stored form: JSON with readable names, versioned, total.
//!
//! A text in storage can be anything: from an older version, cut off, edited, from another program.
//! Reading is total and fails closed: what is not wholly a record is an error that names the place,
//! and counts as no consent. Every older version must stay readable for ever; each has its samples in
//! `tests/data/records/`. It knows no JSON text and no clock.
//!
//! The form of version 1:
//!
//! | field | |
//! |---|---|
//! | `v` | 1 |
//! | `id` | text, 1 to 64 bytes |
//! | `revision` | whole number, 1 to 2^32 − 1 |
//! | `at`, `expires` | milliseconds since 1970; `expires` at most 400 days after `at` |
//! | `regime` | `opt-in`, `opt-out`, `notice` |
//! | `region` | ISO 3166-2 or `null` |
//! | `language` | text, 1 to 64 bytes |
//! | `categories` | id → granted?, the offered ones only; an unknown id grants nothing |
//! | `services` | id → granted?, those with an answer of their own |
//! | `known` | ids of the services that the visitor was told of |
//! | `action`, `source` | names of [`Action`] and [`Source`] |
//! | `signals` | `{ dnt, gpc }` |
//! | `ownSignals` | id → the same, for services that were allowed by themselves while other signals were on; may be missing |
//! | `unasked` | there where the visitor is still to be asked although every category has an answer |
//! | `previous` | id of the record before, or `null` |
//!
//! Further fields are ignored, so that a newer version can add some without a new `v`.
//!
//! ```
//! use consent_gate::record::{WireError, WireRecord};
//! let stored: WireRecord = serde_json::from_str(r#"{ "v": 99 }"#).unwrap();
//! assert_eq!(stored.read(0), Err(WireError::Version));
//! ```

use core::cmp::Ordering;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Action, Millis, Record, RecordId, Source};
use crate::consent::{Category, CategorySet, ServiceId};
use crate::regime::{Regime, Region, Signals};
use crate::value::{Fields, Value};

/// Why a stored record can't be used; the text is the place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// It is no object.
    Shape,
    /// `v` is missing, or of a version that is not known here.
    Version,
    /// The field is missing or of the wrong type.
    Type(&'static str),
    /// The field is a number, but not one that it can have.
    Range(&'static str),
    /// The field is a text, but none that is known for it.
    Unknown(&'static str),
    /// The field is empty, or longer than anything that was ever written.
    Limit(&'static str),
    /// The record was made more than a day after now.
    Future,
}

impl WireError {
    /// The field; empty for the whole record.
    #[must_use]
    pub const fn place(self) -> &'static str {
        match self {
            Self::Shape => "",
            Self::Version => "v",
            Self::Type(place) | Self::Range(place) | Self::Unknown(place) | Self::Limit(place) => {
                place
            }
            Self::Future => "at",
        }
    }

    /// What is wrong there.
    #[must_use]
    pub const fn fault(self) -> &'static str {
        match self {
            Self::Shape => "the stored record is no object",
            Self::Version => "the version is not known",
            Self::Type(_) => "is missing or of the wrong type",
            Self::Range(_) => "is out of range",
            Self::Unknown(_) => "is not a known name",
            Self::Limit(_) => "is empty or too long",
            Self::Future => "lies in the future",
        }
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place().is_empty() {
            out.write_str(self.place())?;
            out.write_str(": ")?;
        }
        out.write_str(self.fault())
    }
}

/// The stored form: what serde reads and writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WireRecord(Value);

impl WireRecord {
    /// Reads a record at the time `now`. Whether it has expired is not asked here: an expired one
    /// still tells what was refused.
    ///
    /// # Errors
    /// Anything that is not wholly a record of a known version, and one from more than a day after
    /// `now` (a day, because clocks are set back): it could claim to be valid for ever.
    pub fn read(&self, now: Millis) -> Result<Record, WireError> {
        let record = self.decode()?;
        if record.at > now.saturating_add(DAY) {
            return Err(WireError::Future);
        }
        Ok(record)
    }

    /// The stored form as a value.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.0
    }

    /// Reads a record without asking for the time.
    fn decode(&self) -> Result<Record, WireError> {
        if self.0.as_map().is_none() {
            return Err(WireError::Shape);
        }
        match self.0.field("v").and_then(Value::as_whole) {
            Some(1) => decode_v1(&self.0),
            Some(_) | None => Err(WireError::Version),
        }
    }
}

impl From<&Record> for WireRecord {
    fn from(record: &Record) -> Self {
        let mut categories = Fields::new();
        for category in record.offered.union(CategorySet::ESSENTIAL).iter() {
            let granted = record.granted.contains(category) || category == Category::Essential;
            categories.put(category.id(), granted);
        }
        let mut services = Fields::new();
        for (id, answer) in &record.services {
            services.put(id.as_str(), *answer);
        }
        let mut known = Vec::new();
        for id in &record.known {
            known.push(Value::from(id.as_str()));
        }
        let mut wire = Fields::new();
        wire.put("v", VERSION);
        wire.put("id", record.id.0.as_str());
        wire.put("revision", record.revision);
        wire.put("at", record.at);
        wire.put("expires", record.expires);
        wire.put("regime", record.regime.id());
        wire.put("region", record.region.as_deref());
        wire.put("language", record.language.as_str());
        wire.put("categories", categories.done());
        wire.put("services", services.done());
        wire.put("known", Value::List(known));
        wire.put("action", record.action.id());
        wire.put("source", record.source.id());
        wire.put(SIGNALS, signals(record.signals));
        if !record.own_signals.is_empty() {
            let mut own = Fields::new();
            for (id, on) in &record.own_signals {
                own.put(id.as_str(), signals(*on));
            }
            wire.put(OWN_SIGNALS, own.done());
        }
        if record.unasked {
            wire.put(UNASKED, true);
        }
        let previous = record.previous.as_ref();
        wire.put("previous", previous.map(|id| id.0.as_str()));
        Self(wire.done())
    }
}

const SIGNALS: &str = "signals";
const OWN_SIGNALS: &str = "ownSignals";
const UNASKED: &str = "unasked";

fn signals(on: Signals) -> Value {
    let mut fields = Fields::new();
    fields.put("dnt", on.dnt);
    fields.put("gpc", on.gpc);
    fields.done()
}

fn decode_v1(stored: &Value) -> Result<Record, WireError> {
    let mut stored = Stored {
        value: stored,
        fault: None,
    };
    let at = stored.whole("at");
    let expires = stored.whole("expires");
    if expires < at || expires - at > LONGEST_LIFE {
        stored.fail(WireError::Range("expires"));
    }
    let revision = u32::try_from(stored.whole("revision")).unwrap_or(0);
    if revision == 0 {
        stored.fail(WireError::Range("revision"));
    }
    let (granted, offered) = stored.categories();
    // What stands in for a name that isn't known is never seen: the fault is what comes back.
    let record = Record {
        revision,
        at,
        expires,
        granted,
        offered,
        id: RecordId(stored.text("id").to_owned()),
        regime: stored
            .name("regime", Regime::from_id)
            .unwrap_or(Regime::OptIn),
        region: stored.region(),
        language: stored.text("language").to_owned(),
        services: stored.services(),
        known: stored.known(),
        action: stored
            .name("action", Action::from_id)
            .unwrap_or(Action::RejectAll),
        source: stored
            .name("source", Source::from_id)
            .unwrap_or(Source::Storage),
        signals: stored.signals(stored.value.field(SIGNALS), SIGNALS),
        own_signals: stored.own_signals(),
        unasked: stored.value.field(UNASKED).is_some(),
        previous: stored
            .optional_text("previous")
            .map(|id| RecordId(id.to_owned())),
    };
    stored.fault.map_or(Ok(record), Err)
}

/// A record that is being read. The first fault stays, and what was asked for is then anything: one
/// look at the end is far less code than giving back a half-made record after every field.
struct Stored<'v> {
    value: &'v Value,
    fault: Option<WireError>,
}

impl<'v> Stored<'v> {
    #[inline(never)]
    fn fail(&mut self, fault: WireError) {
        self.fault.get_or_insert(fault);
    }

    fn text(&mut self, name: &'static str) -> &'v str {
        self.optional_text(name).unwrap_or_else(|| {
            self.fail(WireError::Type(name));
            ""
        })
    }

    /// A text that may be missing or `null`.
    #[inline(never)]
    fn optional_text(&mut self, name: &'static str) -> Option<&'v str> {
        let value = self.value.field(name)?;
        if value.is_null() {
            return None;
        }
        let Some(text) = value.as_text() else {
            self.fail(WireError::Type(name));
            return None;
        };
        if text.is_empty() || text.len() > LONGEST_TEXT {
            self.fail(WireError::Limit(name));
        }
        Some(text)
    }

    /// One of the names that are known for the field.
    fn name<T>(&mut self, name: &'static str, from_id: fn(&str) -> Option<T>) -> Option<T> {
        let known = from_id(self.text(name));
        if known.is_none() {
            self.fail(WireError::Unknown(name));
        }
        known
    }

    /// A whole number that a double counts exactly.
    #[inline(never)]
    fn whole(&mut self, name: &'static str) -> u64 {
        let value = self.value.field(name).unwrap_or(&Value::Null);
        value.as_whole().unwrap_or_else(|| {
            self.fail(if matches!(value, Value::Number(_)) {
                WireError::Range(name)
            } else {
                WireError::Type(name)
            });
            0
        })
    }

    fn answer(&mut self, value: Option<&Value>, place: &'static str) -> bool {
        value.and_then(Value::as_bool).unwrap_or_else(|| {
            self.fail(WireError::Type(place));
            false
        })
    }

    fn region(&mut self) -> Option<String> {
        match Region::parse(self.optional_text("region")?) {
            Ok(region) => Some(region.text()),
            Err(_) => {
                self.fail(WireError::Unknown("region"));
                None
            }
        }
    }

    /// The granted and the offered categories. Only an exact `true` under a known id grants;
    /// essential is always granted, whatever stands there.
    fn categories(&mut self) -> (CategorySet, CategorySet) {
        let mut granted = CategorySet::ESSENTIAL;
        let mut offered = CategorySet::ESSENTIAL;
        let answers = self.value.field("categories").unwrap_or(&Value::Null);
        if answers.as_map().is_none() {
            self.fail(WireError::Type("categories"));
        }
        for category in Category::ALL {
            let answer = answers.field(category.id());
            if answer.is_none() {
                continue;
            }
            offered = offered.with(category);
            if self.answer(answer, "categories") {
                granted = granted.with(category);
            }
        }
        (granted, offered)
    }

    fn services(&mut self) -> Vec<(ServiceId, bool)> {
        let mut services = Vec::new();
        let Some(answers) = self.value.field("services").and_then(Value::as_map) else {
            self.fail(WireError::Type("services"));
            return services;
        };
        if answers.len() > MOST_SERVICES {
            self.fail(WireError::Limit("services"));
            return services;
        }
        for (id, answer) in answers {
            let answer = self.answer(Some(answer), "services");
            self.put(&mut services, id, answer, "services");
        }
        services
    }

    fn known(&mut self) -> Vec<ServiceId> {
        let mut known = Vec::new();
        let Some(ids) = self.value.field("known").and_then(Value::as_list) else {
            self.fail(WireError::Type("known"));
            return known;
        };
        if ids.len() > MOST_SERVICES {
            self.fail(WireError::Limit("known"));
            return known;
        }
        // Sorted as the answers are: a second kind of list would be sorted by a second copy of the
        // code.
        let mut sorted = Vec::new();
        for id in ids {
            match id.as_text() {
                Some(id) => self.put(&mut sorted, id, true, "known"),
                None => self.fail(WireError::Type("known")),
            }
        }
        for (id, _) in sorted {
            known.push(id);
        }
        known
    }

    /// Puts an id in its place. Of an id that stands twice the last counts, as in `JSON.parse`.
    #[inline(never)]
    fn put(
        &mut self,
        services: &mut Vec<(ServiceId, bool)>,
        id: &str,
        answer: bool,
        place: &'static str,
    ) {
        if id.len() > LONGEST_TEXT {
            self.fail(WireError::Limit(place));
        }
        let Some(id) = ServiceId::new(id) else {
            self.fail(WireError::Unknown(place));
            return;
        };
        // From the end: they were written in order.
        let mut at = services.len();
        while let Some((before, kept)) = at.checked_sub(1).and_then(|at| services.get_mut(at)) {
            match id.as_str().cmp(before.as_str()) {
                Ordering::Greater => break,
                Ordering::Equal => {
                    *kept = answer;
                    return;
                }
                Ordering::Less => at -= 1,
            }
        }
        services.insert(at, (id, answer));
    }

    fn own_signals(&mut self) -> Vec<(ServiceId, Signals)> {
        let mut own = Vec::new();
        let Some(given) = self.value.field(OWN_SIGNALS) else {
            return own;
        };
        let Some(given) = given.as_map().filter(|given| given.len() <= MOST_SERVICES) else {
            self.fail(WireError::Type(OWN_SIGNALS));
            return own;
        };
        for (id, on) in given {
            let on = self.signals(Some(on), OWN_SIGNALS);
            match ServiceId::new(id) {
                Some(id) => own.push((id, on)),
                None => self.fail(WireError::Unknown(OWN_SIGNALS)),
            }
        }
        own
    }

    #[inline(never)]
    fn signals(&mut self, on: Option<&Value>, place: &'static str) -> Signals {
        let on = on.unwrap_or(&Value::Null);
        Signals {
            dnt: self.answer(on.field("dnt"), place),
            gpc: self.answer(on.field("gpc"), place),
        }
    }
}

/// The version that is written.
const VERSION: u32 = 1;

const DAY: Millis = 24 * 60 * 60 * 1000;

/// No choice counts for longer: it is what browsers keep a cookie for (RFC 6265bis §5.5), and more
/// than any regulator's advice.
const LONGEST_LIFE: Millis = 400 * DAY;

/// Ids and tags; the configuration takes no longer ones.
const LONGEST_TEXT: usize = 64;

/// The owner's 500 services and all built-in ones.
const MOST_SERVICES: usize = 2000;

#[cfg(test)]
mod tests {
    use super::{DAY, WireError, WireRecord};
    use crate::consent::{Category, CategorySet, ServiceId};
    use crate::record::{Action, Record, RecordId, Source};
    use crate::regime::{Regime, Signals};

    const NOW: u64 = 1_790_000_000_000;

    const WHOLE: &str = r#"{"v":1,"id":"a1","revision":3,"at":1790000000000,"expires":1805552000000,"regime":"opt-in","region":"US-CA","language":"en","categories":{"essential":true,"analytics":true,"marketing":false},"services":{"matomo":true,"youtube":false},"known":["matomo","youtube"],"action":"save","source":"preferences","signals":{"dnt":false,"gpc":true},"ownSignals":{"matomo":{"dnt":true,"gpc":true}},"unasked":true,"previous":"a0"}"#;

    fn service(id: &str) -> ServiceId {
        ServiceId::new(id).expect(id)
    }

    fn record() -> Record {
        Record {
            id: RecordId("a1".to_owned()),
            revision: 3,
            at: NOW,
            expires: NOW + 180 * DAY,
            regime: Regime::OptIn,
            region: Some("US-CA".to_owned()),
            language: "en".to_owned(),
            granted: CategorySet::ESSENTIAL.with(Category::Analytics),
            offered: CategorySet::ALL.without(Category::Functional),
            services: vec![(service("matomo"), true), (service("youtube"), false)],
            known: vec![service("matomo"), service("youtube")],
            action: Action::Save,
            source: Source::Preferences,
            signals: Signals {
                dnt: false,
                gpc: true,
            },
            own_signals: vec![(
                service("matomo"),
                Signals {
                    dnt: true,
                    gpc: true,
                },
            )],
            unasked: true,
            previous: Some(RecordId("a0".to_owned())),
        }
    }

    fn read(text: &str) -> Result<Record, WireError> {
        let stored: WireRecord = serde_json::from_str(text).expect(text);
        stored.read(NOW)
    }

    /// The whole record with one piece of its text replaced.
    fn changed(from: &str, to: &str) -> Result<Record, WireError> {
        assert_eq!(WHOLE.matches(from).count(), 1, "{from}");
        read(&WHOLE.replace(from, to))
    }

    #[test]
    fn it_is_written_in_readable_words() {
        let text = serde_json::to_string(&WireRecord::from(&record())).expect("written");
        assert_eq!(text, WHOLE);
        assert_eq!(read(&text), Ok(record()));
    }

    #[test]
    fn what_may_be_missing_may_be_missing() {
        let expected = Record {
            region: None,
            own_signals: Vec::new(),
            unasked: false,
            previous: None,
            ..record()
        };
        let short = WHOLE
            .replace(r#""region":"US-CA","#, "")
            .replace(
                r#","ownSignals":{"matomo":{"dnt":true,"gpc":true}},"unasked":true"#,
                "",
            )
            .replace(r#","previous":"a0""#, "");
        assert_eq!(read(&short).as_ref(), Ok(&expected));
        let nulls = WHOLE
            .replace(
                r#","ownSignals":{"matomo":{"dnt":true,"gpc":true}},"unasked":true"#,
                "",
            )
            .replace("\"US-CA\"", "null")
            .replace("\"a0\"", "null");
        assert_eq!(read(&nulls), Ok(expected));
    }

    #[test]
    fn every_needed_field_is_needed() {
        let whole: serde_json::Value = serde_json::from_str(WHOLE).expect("JSON");
        let fields = whole.as_object().expect("object");
        for name in fields.keys() {
            let mut cut = fields.clone();
            cut.remove(name);
            let outcome = read(&serde_json::to_string(&cut).expect("written"));
            match name.as_str() {
                "v" => assert_eq!(outcome, Err(WireError::Version)),
                "region" | "ownSignals" | "unasked" | "previous" => {
                    assert!(outcome.is_ok(), "{name}")
                }
                needed => {
                    let error = outcome.expect_err(needed);
                    assert_eq!(
                        (error.place(), error),
                        (needed, WireError::Type(error.place()))
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (from, to, error) in [
            (r#""v":1"#, r#""v":2"#, WireError::Version),
            (r#""v":1"#, r#""v":"1""#, WireError::Version),
            (r#""v":1"#, r#""v":1.5"#, WireError::Version),
            (r#""id":"a1""#, r#""id":"""#, WireError::Limit("id")),
            (r#""id":"a1""#, r#""id":1"#, WireError::Type("id")),
            (
                r#""revision":3"#,
                r#""revision":0"#,
                WireError::Range("revision"),
            ),
            (
                r#""revision":3"#,
                r#""revision":1.5"#,
                WireError::Range("revision"),
            ),
            (
                r#""revision":3"#,
                r#""revision":4294967296"#,
                WireError::Range("revision"),
            ),
            (
                r#""revision":3"#,
                r#""revision":"3""#,
                WireError::Type("revision"),
            ),
            (
                r#""at":1790000000000"#,
                r#""at":-1"#,
                WireError::Range("at"),
            ),
            (
                r#""at":1790000000000"#,
                r#""at":1e300"#,
                WireError::Range("at"),
            ),
            (
                r#""at":1790000000000"#,
                r#""at":true"#,
                WireError::Type("at"),
            ),
            (
                r#""at":1790000000000"#,
                r#""at":1805552000001"#,
                WireError::Range("expires"),
            ),
            (
                "1805552000000",
                "1790000000000.5",
                WireError::Range("expires"),
            ),
            (
                "1805552000000",
                "1824560000001",
                WireError::Range("expires"),
            ),
            (
                "1805552000000",
                "9007199254740993",
                WireError::Range("expires"),
            ),
            ("opt-in", "Opt-In", WireError::Unknown("regime")),
            ("US-CA", "Atlantis", WireError::Unknown("region")),
            ("\"US-CA\"", "7", WireError::Type("region")),
            (
                r#""language":"en""#,
                r#""language":"""#,
                WireError::Limit("language"),
            ),
            (
                r#""analytics":true"#,
                r#""analytics":1"#,
                WireError::Type("categories"),
            ),
            (
                r#""analytics":true"#,
                r#""analytics":"true""#,
                WireError::Type("categories"),
            ),
            (
                r#""analytics":true"#,
                r#""analytics":null"#,
                WireError::Type("categories"),
            ),
            (
                r#""matomo":true"#,
                r#""matomo":"yes""#,
                WireError::Type("services"),
            ),
            (
                r#""matomo":true"#,
                r#""marketing":true"#,
                WireError::Unknown("services"),
            ),
            (
                r#""matomo":true"#,
                r#""":true"#,
                WireError::Unknown("services"),
            ),
            (
                r#"["matomo","youtube"]"#,
                r#"["essential"]"#,
                WireError::Unknown("known"),
            ),
            (r#"["matomo","youtube"]"#, "[1]", WireError::Type("known")),
            (r#"["matomo","youtube"]"#, "{}", WireError::Type("known")),
            ("\"save\"", "\"saved\"", WireError::Unknown("action")),
            ("\"preferences\"", "\"prefs\"", WireError::Unknown("source")),
            (r#""dnt":false"#, r#""dnt":0"#, WireError::Type("signals")),
            (r#"false,"gpc":true}"#, "false}", WireError::Type("signals")),
            (
                r#"true,"gpc":true}"#,
                "true}",
                WireError::Type("ownSignals"),
            ),
            (
                r#""ownSignals":{"matomo":{"dnt":true,"gpc":true}}"#,
                r#""ownSignals":null"#,
                WireError::Type("ownSignals"),
            ),
            (
                r#""previous":"a0""#,
                r#""previous":[]"#,
                WireError::Type("previous"),
            ),
        ] {
            assert_eq!(changed(from, to), Err(error), "{from} -> {to}");
        }
        for text in ["null", "[]", "7", "\"x\"", "true"] {
            assert_eq!(read(text), Err(WireError::Shape), "{text}");
        }
        assert_eq!(read("{}"), Err(WireError::Version));
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let long = "x".repeat(65);
        for (from, place) in [
            (r#""id":"a1""#, "id"),
            (r#""language":"en""#, "language"),
            (r#""previous":"a0""#, "previous"),
        ] {
            let to = format!("\"{place}\":\"{long}\"");
            assert_eq!(changed(from, &to), Err(WireError::Limit(place)));
        }
        let id = format!("\"{long}\":true");
        assert_eq!(
            changed(r#""matomo":true"#, &id),
            Err(WireError::Limit("services"))
        );
        let many: Vec<_> = (0..2001).map(|n| format!("\"s{n}\"")).collect();
        let list = format!("[{}]", many.join(","));
        assert_eq!(
            changed(r#"["matomo","youtube"]"#, &list),
            Err(WireError::Limit("known"))
        );
    }

    #[test]
    fn unknown_categories_grant_nothing_and_essential_stays() {
        let record = changed(
            r#""analytics":true"#,
            r#""everything":true,"Analytics":true"#,
        );
        assert_eq!(
            record.map(|record| (record.granted, record.offered)),
            Ok((
                CategorySet::ESSENTIAL,
                CategorySet::ESSENTIAL.with(Category::Marketing)
            ))
        );
        let denied = changed(r#""essential":true"#, r#""essential":false"#);
        assert_eq!(denied, Ok(self::record()));
    }

    #[test]
    fn of_what_stands_twice_the_last_counts() {
        let twice = changed(
            r#""analytics":true"#,
            r#""analytics":true,"analytics":false"#,
        );
        assert_eq!(
            twice.map(|record| record.granted),
            Ok(CategorySet::ESSENTIAL)
        );
        let services = changed(r#""matomo":true"#, r#""matomo":true,"matomo":false"#);
        assert_eq!(
            services.map(|record| record.services.first().cloned()),
            Ok(Some((service("matomo"), false)))
        );
    }

    #[test]
    fn a_record_from_the_future_is_refused_but_a_clock_may_be_a_day_off() {
        let stored = WireRecord::from(&record());
        assert!(stored.read(NOW - DAY).is_ok());
        assert_eq!(stored.read(NOW - DAY - 1), Err(WireError::Future));
        assert!(stored.read(u64::MAX).is_ok());
    }

    #[test]
    fn an_error_says_where_and_what() {
        assert_eq!(WireError::Range("at").to_string(), "at: is out of range");
        assert_eq!(
            WireError::Shape.to_string(),
            "the stored record is no object"
        );
    }
}
