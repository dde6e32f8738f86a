//! What pages are told: snapshots of the state, and events.
//!
//! `ready` and `change` are told at once, `change` before anything is released. `block` and `release`
//! come in a microtask of their own, so that a page's listener never runs inside of a tracker's call.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Object};
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};

use super::App;
use crate::consent::Millis;
use crate::gate::{Kind, ServiceRef};
use crate::regime::Region;
use crate::report::{Sighting, SightingNumber};
use crate::session::{Change, Session};

/// Where notices go: the function that `api.js` handed over, and what waits for the microtask.
#[derive(Default)]
pub(super) struct Notices {
    emit: RefCell<Option<Function>>,
    changed: RefCell<Option<Function>>,
    later: RefCell<Vec<(&'static str, JsValue)>>,
    scheduled: Cell<bool>,
}

impl Notices {
    /// Takes the page's side: `emit(type, detail)` tells listeners, `changed()` resolves promises.
    pub(super) fn attach(&self, emit: Function, changed: Function) {
        self.emit.replace(Some(emit));
        self.changed.replace(Some(changed));
    }

    fn tell(&self, kind: &str, detail: &JsValue) {
        let emit = self.emit.borrow().clone();
        if let Some(emit) = emit {
            // What a listener throws is caught and reported on the page's side.
            let _ = emit.call2(&JsValue::NULL, &JsValue::from_str(kind), detail);
        }
    }

    fn resolve(&self) {
        let changed = self.changed.borrow().clone();
        if let Some(changed) = changed {
            let _ = changed.call0(&JsValue::NULL);
        }
    }
}

/// The state as `state()` answers it.
pub(super) fn state(app: &App, now: Millis) -> JsValue {
    let storage = app.store.place().id();
    app.ask(|session| {
        let record = session.record();
        to_js(&State {
            status: session.status(now).id(),
            categories: Pairs(
                crate::consent::Category::ALL
                    .into_iter()
                    .map(|category| (category.id(), session.has(category)))
                    .collect(),
            ),
            services: Pairs(services(session)),
            regime: session.regime().id(),
            region: session.config().region.map(Region::text),
            signals: SignalState {
                dnt: session.signals().dnt,
                gpc: session.signals().gpc,
            },
            id: record.map(|record| record.id.0.as_str()),
            revision: record.map(|record| record.revision),
            at: record.map(|record| iso(record.at)),
            expires: record.map(|record| iso(record.expires)),
            language: session.language(),
            storage,
        })
    })
}

/// `ready`, and `granted()` of what is granted from the start.
pub(super) fn ready(app: &App) {
    let state = state(app, app.now());
    app.notices.tell("ready", &state);
    app.notices.resolve();
}

/// `change`.
pub(super) fn change(app: &App, change: &Change, previous: JsValue, now: Millis) {
    let (granted, denied) = app.ask(|session| {
        let names = |categories: crate::consent::CategorySet, services: &[ServiceRef]| {
            let names = Array::new();
            for category in categories.iter() {
                names.push(&JsValue::from_str(category.id()));
            }
            for service in services {
                names.push(&JsValue::from_str(session.gate().service_id(*service)));
            }
            JsValue::from(names)
        };
        (
            names(change.granted, &change.services_granted),
            names(change.denied, &change.services_denied),
        )
    });
    let action = change
        .action
        .map_or(JsValue::NULL, |action| JsValue::from_str(action.id()));
    let detail = object(&[
        ("state", state(app, now)),
        ("previous", previous),
        ("granted", granted),
        ("denied", denied),
        ("action", action),
        ("source", JsValue::from_str(change.source.id())),
    ]);
    app.notices.tell("change", &detail);
    app.notices.resolve();
}

/// `show` or `hide` of a view.
pub(super) fn view(app: &App, kind: &str, view: &str) {
    app.notices
        .tell(kind, &object(&[("view", JsValue::from_str(view))]));
}

impl App {
    /// `block`: something was held, in a microtask.
    pub(crate) fn blocked(&self, sighting: u32, element: Option<&JsValue>) {
        self.tell_later("block", sighting, element);
    }

    /// `release`: something held was let go, in a microtask.
    pub(crate) fn released(&self, sighting: u32, element: Option<&JsValue>) {
        self.tell_later("release", sighting, element);
    }

    fn tell_later(&self, kind: &'static str, sighting: u32, element: Option<&JsValue>) {
        let ledger = self.ledger.borrow();
        let Some(seen) = ledger.at(SightingNumber(sighting)) else {
            return;
        };
        let detail = object(&[
            ("url", JsValue::from_str(&seen.url)),
            ("kind", JsValue::from_str(seen.kind.id())),
            (
                "category",
                text_or_null(seen.category.map(|category| category.id())),
            ),
            (
                "service",
                self.ask(|session| service_id(session, seen.service)),
            ),
            ("reason", JsValue::from_str(seen.reason.id())),
        ]);
        drop(ledger);
        if let Some(element) = element {
            self.natives.set(&detail, "element", element);
        }
        self.notices.later.borrow_mut().push((kind, detail));
        if !self.notices.scheduled.replace(true) {
            let app = self.me.clone();
            let tell = Closure::once_into_js(move || {
                let Some(app) = app.upgrade() else { return };
                app.notices.scheduled.set(false);
                let waiting = app.notices.later.take();
                for (kind, detail) in waiting {
                    app.notices.tell(kind, &detail);
                }
            });
            self.natives.queue_microtask(tell.unchecked_ref());
        }
    }
}

/// `report()`.
pub(super) fn report(app: &App) -> JsValue {
    let ledger = app.ledger.borrow();
    let session = app.session.borrow();
    let lines = |wanted: fn(&Sighting) -> bool| -> Vec<Line<'_>> {
        let seen = ledger.sightings().iter().filter(|seen| wanted(seen));
        seen.map(|seen| Line::of(seen, &session)).collect()
    };
    let faults = app.faults.borrow();
    to_js(&Report {
        held: lines(|seen| seen.verdict != crate::gate::Verdict::Allow),
        released: lines(|seen| seen.verdict == crate::gate::Verdict::Allow && seen.was_held),
        allowed: lines(|seen| seen.verdict == crate::gate::Verdict::Allow && !seen.was_held),
        writes: ledger
            .writes()
            .iter()
            .map(|seen| WriteLine {
                name: &seen.name,
                kind: write_kind(seen.kind),
                service: seen
                    .service
                    .map(|service| session.gate().service_id(service)),
                verdict: seen.verdict.id(),
            })
            .collect(),
        vendors: Pairs(Vec::<(&str, bool)>::new()),
        errors: faults
            .iter()
            .map(|fault| ErrorLine {
                code: &fault.code,
                path: &fault.path,
                message: &fault.message,
            })
            .collect(),
        truncated: ledger.is_truncated() || app.quarantine.truncated(),
    })
}

/// A value of ours as a plain JavaScript value. It can't fail for what is handed over here; if it ever
/// did, `null` tells nothing and opens nothing.
pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}

/// A time as ISO 8601 in UTC.
pub(super) fn iso(at: Millis) -> String {
    #[expect(clippy::cast_precision_loss, reason = "times are below 2^53")]
    let date = js_sys::Date::new(&JsValue::from_f64(at as f64));
    String::from(date.to_iso_string())
}

/// An object with these properties.
pub(super) fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let entries = Array::new();
    for (name, value) in properties {
        entries.push(&Array::of2(&JsValue::from_str(name), value));
    }
    Object::from_entries(&entries).map_or(JsValue::NULL, JsValue::from)
}

fn services(session: &Session) -> Vec<(&str, bool)> {
    let gate = session.gate();
    let own = gate
        .own_services()
        .iter()
        .filter_map(|service| gate.find_service(service.id.as_str()));
    let mut named: Vec<ServiceRef> = own
        .chain(
            session
                .grants()
                .services
                .iter()
                .map(|(service, _)| *service),
        )
        .collect();
    named.sort_unstable();
    named.dedup();
    named
        .into_iter()
        .map(|service| (gate.service_id(service), session.has_service(service)))
        .collect()
}

fn service_id(session: &Session, service: Option<ServiceRef>) -> JsValue {
    text_or_null(service.map(|service| session.gate().service_id(service)))
}

fn text_or_null(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::NULL, JsValue::from_str)
}

/// `report().writes` tells the three stores apart by the names that their interfaces have.
const fn write_kind(kind: Kind) -> &'static str {
    kind.id()
}

#[derive(Serialize)]
struct State<'a> {
    status: &'a str,
    categories: Pairs<'a>,
    services: Pairs<'a>,
    regime: &'a str,
    region: Option<String>,
    signals: SignalState,
    id: Option<&'a str>,
    revision: Option<u32>,
    at: Option<String>,
    expires: Option<String>,
    language: &'a str,
    storage: &'a str,
}

#[derive(Serialize)]
struct SignalState {
    dnt: bool,
    gpc: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    held: Vec<Line<'a>>,
    released: Vec<Line<'a>>,
    allowed: Vec<Line<'a>>,
    writes: Vec<WriteLine<'a>>,
    vendors: Pairs<'a>,
    errors: Vec<ErrorLine<'a>>,
    truncated: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    url: &'a str,
    kind: &'a str,
    category: Option<&'a str>,
    service: Option<&'a str>,
    verdict: &'a str,
    reason: &'a str,
    count: u32,
}

impl<'a> Line<'a> {
    fn of(seen: &'a Sighting, session: &'a Session) -> Self {
        Self {
            url: &seen.url,
            kind: seen.kind.id(),
            category: seen.category.map(|category| category.id()),
            service: seen
                .service
                .map(|service| session.gate().service_id(service)),
            verdict: seen.verdict.id(),
            reason: seen.reason.id(),
            count: seen.count,
        }
    }
}

#[derive(Serialize)]
struct WriteLine<'a> {
    name: &'a str,
    kind: &'a str,
    service: Option<&'a str>,
    verdict: &'a str,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    code: &'a str,
    path: &'a str,
    message: &'a str,
}

/// Names and answers as one object.
struct Pairs<'a>(Vec<(&'a str, bool)>);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, answer) in &self.0 {
            map.serialize_entry(name, answer)?;
        }
        map.end()
    }
}
