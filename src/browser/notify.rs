//! What pages are told: snapshots of the state, and events.
//!
//! `ready` and `change` are told at once, `change` before anything is released. `block` and `release`
//! come in a microtask of their own, so that a page's listener never runs inside of a tracker's call. Where a listener
//! brings about what it is told of, without end, the page gets its turn in between (`api.js`, `host.js`).

use std::cell::{Cell, RefCell};

use js_sys::Function;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};

use super::natives::Natives;
use super::{App, plain};
use crate::consent::{Category, CategorySet};
use crate::gate::{ServiceRef, Verdict};
use crate::record::{Action, Millis};
use crate::regime::Region;
use crate::report::{Sighting, SightingNumber};
use crate::session::{Change, Session};
use crate::value::{Fields, Value};

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
pub(super) fn state(app: &App) -> Value {
    let storage = app.store.backend().id();
    let iso = |at| iso(&app.natives, at);
    app.ask(|session| {
        let record = session.record();
        let mut categories = Fields::new();
        for category in Category::ALL {
            categories.put(category.id(), session.has(category));
        }
        let mut signals = Fields::new();
        signals.put("dnt", session.signals().dnt);
        signals.put("gpc", session.signals().gpc);
        let mut state = Fields::new();
        // As of when it is granted, so that both say the same.
        state.put("status", session.status(session.as_of()).id());
        state.put("categories", categories.done());
        state.put("services", services(session));
        state.put("regime", session.regime().id());
        let region = session.config().region.map(Region::text);
        state.put("region", region.as_deref());
        state.put("signals", signals.done());
        state.put("id", record.map(|record| record.id.0.as_str()));
        let revision = record.map(|record| record.revision);
        state.put("revision", revision.map_or(Value::Null, Value::from));
        let at = record.map(|record| iso(record.at));
        state.put("at", at.as_deref());
        // An owner who shortens the time shortens it for choices that were made before.
        let expires = session.ends().or(record.map(|record| record.expires));
        let expires = expires.map(iso);
        state.put("expires", expires.as_deref());
        state.put("language", session.language());
        state.put("storage", storage);
        state.done()
    })
}

/// `ready`, and `granted()` of what is granted from the start.
pub(super) fn ready(app: &App) {
    let state = state(app);
    app.notices.tell("ready", &plain::give(&state));
    app.notices.resolve();
}

/// `change`.
pub(super) fn change(app: &App, change: &Change, previous: Value) {
    let mut detail = Fields::new();
    detail.put("state", state(app));
    detail.put("previous", previous);
    app.ask(|session| {
        let granted = names(session, change.granted, &change.services_granted);
        detail.put("granted", granted);
        let denied = names(session, change.denied, &change.services_denied);
        detail.put("denied", denied);
    });
    detail.put("action", change.action.map(Action::id));
    detail.put("source", change.source.id());
    app.notices.tell("change", &plain::give(&detail.done()));
    app.notices.resolve();
}

fn names(session: &Session, categories: CategorySet, services: &[ServiceRef]) -> Value {
    let mut names = Vec::new();
    for category in categories.iter() {
        names.push(Value::from(category.id()));
    }
    for service in services {
        names.push(Value::from(session.gate().service_id(*service)));
    }
    Value::List(names)
}

/// `show` or `hide` of a view.
pub(super) fn view(app: &App, kind: &str, view: &str) {
    let mut detail = Fields::new();
    detail.put("view", view);
    app.notices.tell(kind, &plain::give(&detail.done()));
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
        let mut detail = Fields::new();
        detail.put("url", seen.url.as_str());
        detail.put("kind", seen.kind.id());
        detail.put("category", seen.category.map(Category::id));
        self.ask(|session| detail.put("service", service_id(session, seen.service)));
        detail.put("reason", seen.reason.id());
        let detail = plain::give(&detail.done());
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
            self.natives.soon(tell.unchecked_ref());
        }
    }
}

/// `report()`.
pub(super) fn report(app: &App) -> Value {
    let ledger = app.ledger.borrow();
    let session = app.session.borrow();
    let (mut held, mut released, mut allowed) = (Vec::new(), Vec::new(), Vec::new());
    for seen in ledger.sightings() {
        let lines = match (seen.verdict, seen.was_held) {
            (Verdict::Hold | Verdict::Block, _) => &mut held,
            (Verdict::Allow, true) => &mut released,
            (Verdict::Allow, false) => &mut allowed,
        };
        lines.push(line(seen, &session));
    }
    let mut writes = Vec::new();
    for seen in ledger.writes() {
        let mut line = Fields::new();
        line.put("name", seen.name.as_str());
        line.put("kind", seen.kind.id());
        line.put("service", service_id(&session, seen.service));
        line.put("verdict", seen.verdict.id());
        writes.push(line.done());
    }
    let mut errors = Vec::new();
    for fault in app.faults.borrow().iter() {
        let mut line = Fields::new();
        line.put("code", fault.code.as_str());
        line.put("path", fault.path.as_str());
        line.put("message", fault.message.as_str());
        errors.push(line.done());
    }
    let mut report = Fields::new();
    report.put("held", Value::List(held));
    report.put("released", Value::List(released));
    report.put("allowed", Value::List(allowed));
    report.put("writes", Value::List(writes));
    report.put("vendors", Fields::new().done());
    report.put("errors", Value::List(errors));
    let truncated = ledger.is_truncated() || app.quarantine.truncated();
    report.put("truncated", truncated);
    report.done()
}

fn line(seen: &Sighting, session: &Session) -> Value {
    let mut line = Fields::new();
    line.put("url", seen.url.as_str());
    line.put("kind", seen.kind.id());
    line.put("category", seen.category.map(Category::id));
    line.put("service", service_id(session, seen.service));
    line.put("verdict", seen.verdict.id());
    line.put("reason", seen.reason.id());
    line.put("count", seen.count);
    line.done()
}

/// A time as ISO 8601 in UTC.
pub(super) fn iso(natives: &Natives, at: Millis) -> String {
    #[expect(clippy::cast_precision_loss, reason = "times are below 2^53")]
    natives.iso(at as f64)
}

fn services(session: &Session) -> Value {
    let gate = session.gate();
    let mut named = Vec::new();
    for service in gate.own_services() {
        named.extend(gate.find_service(service.id.as_str()));
    }
    for (service, _) in &session.grants().services {
        named.push(*service);
    }
    named.sort_unstable();
    named.dedup();
    let mut services = Fields::new();
    for service in named {
        services.put(gate.service_id(service), session.has_service(service));
    }
    services.done()
}

fn service_id(session: &Session, service: Option<ServiceRef>) -> Option<&str> {
    service.map(|service| session.gate().service_id(service))
}
