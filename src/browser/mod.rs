//! The shell: sees, asks, and does what it is told. It is the only part that knows a page.
//!
//! [`App`] owns the session and everything that reaches the page. One rule keeps it from harm: no borrow
//! of the session lives across a call into JavaScript, since a page's listener may call us again from
//! inside. Only this file talks to the session's `handle`.

mod api;
mod calls;
mod clear;
mod env;
mod intercept;
mod natives;
mod notify;
mod placeholder;
mod plain;
mod quarantine;
mod read;
mod settings;
mod show;
mod storage;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::wasm_bindgen;

use crate::config::{Api, Config, ConfigError, code};
use crate::gate::{
    Attributes, Decision, Gate, Kind, Mark, Reason, Request, Rules, Target, Verdict, Write,
};
use crate::record::{Millis, RecordId, Source};
use crate::report::Ledger;
use crate::session::{Change, Choice, Effects, Event, Moment, Session, Store};
use crate::value::Value;
use natives::Natives;
use notify::Notices;
use quarantine::Quarantine;
use show::Shown;
use storage::{Backend, RecordStore, Unreadable};

/// The engine as `boot.js` holds it: every call of the shims and of the public interface.
#[wasm_bindgen]
#[expect(missing_debug_implementations, reason = "it holds a page")]
pub struct Engine {
    pub(crate) app: Rc<App>,
}

/// One page's gate.
pub(crate) struct App {
    me: Weak<App>,
    natives: Natives,
    session: RefCell<Session>,
    ledger: RefCell<Ledger>,
    quarantine: Quarantine,
    store: RecordStore,
    faults: RefCell<Vec<Fault>>,
    notices: Notices,
    shown: Cell<Shown>,
    /// The end of the choice that is waited for; 0 for none.
    awaited: Cell<Millis>,
}

#[wasm_bindgen]
impl Engine {
    /// Reads the configuration and the record. It tells nobody and shows nothing yet: `start` does.
    #[wasm_bindgen(constructor)]
    pub fn new(host: Natives) -> Engine {
        let (sources, mut errors) = read::sources(&host);
        let (mut config, mistakes) = crate::config::read(sources);
        errors.extend(mistakes);
        errors.extend(storage::strange_domain(&mut config, &host.page_host()));
        let store = RecordStore::new(
            config.storage.key.clone(),
            config.storage.cookie_domain.clone(),
        );
        let now = now(&host);
        let found = store.read(&host, now);
        let unreadable = found.unreadable.as_ref();
        errors.extend(unreadable.map(|unreadable| unreadable_record(unreadable, &store)));
        let gate = Gate::new(rules(&config, &host));
        let surroundings = settings::surroundings(&host, &config);
        errors.extend(show::check_texts(&config));
        let app = Rc::new_cyclic(|app| App {
            me: app.clone(),
            natives: host,
            session: RefCell::new(Session::new(config, gate, surroundings, found.record, now)),
            ledger: RefCell::default(),
            quarantine: Quarantine::new(),
            store,
            faults: RefCell::new(errors.into_iter().map(Fault::from).collect()),
            notices: Notices::default(),
            shown: Cell::default(),
            awaited: Cell::default(),
        });
        Engine { app }
    }
}

impl Engine {
    /// Everything is in place: clear what was refused before, tell that the gate is ready, and follow
    /// other tabs and time.
    fn start(&self) {
        let app = &self.app;
        for fault in app.faults.borrow().iter().filter(|fault| !fault.told) {
            app.warn(fault);
        }
        clear::refused(app);
        settings::follow(app);
        app.await_end();
        notify::ready(app);
        show::follow(app);
    }

    /// It is time to look again.
    fn wake(&self) {
        self.app.awaited.set(0);
        settings::reread(&self.app);
    }

    /// Reports what `boot.js` met before there was an engine, or later: once for each code, which is
    /// the first word; the place in the configuration follows it behind an `@`.
    fn fault(&self, fault: &str) {
        if let Some((place, message)) = fault.split_once(' ') {
            let (code, path) = place.split_once('@').unwrap_or((place, ""));
            if code == "no-language" {
                // The record is to name the language that was read.
                self.app.session.borrow_mut().speak("en");
            }
            self.app.report_fault_at(code, path, message);
        }
    }
}

impl App {
    /// The captured natives.
    pub(crate) const fn natives(&self) -> &Natives {
        &self.natives
    }

    /// What is held.
    pub(crate) const fn quarantine(&self) -> &Quarantine {
        &self.quarantine
    }

    /// May this load? The site is looked for when a host is first met that may belong to it.
    pub(crate) fn decide(&self, request: &Request<'_>) -> Decision {
        if let Target::Address(address) = request.target
            && self.session.borrow().gate().needs_site(address.host)
        {
            let site = self.natives.site();
            self.session.borrow_mut().gate_mut().set_site(&site);
        }
        self.session.borrow().decide(request)
    }

    /// Is every path of its host allowed, since this one is?
    pub(crate) fn is_host_wide(&self, target: Target<'_>) -> bool {
        match target {
            Target::Address(address) => self.ask(|session| session.gate().is_host_wide(&address)),
            Target::Local | Target::Unreadable => false,
        }
    }

    /// What is decided for every address. The site has to be known for it.
    pub(crate) fn outline(&self) -> String {
        let site = self.natives.site();
        self.session.borrow_mut().gate_mut().set_site(&site);
        self.session.borrow().outline()
    }

    /// May this be written?
    pub(crate) fn decide_write(&self, write: &Write<'_>) -> Decision {
        self.session.borrow().decide_write(write)
    }

    /// Notes an attempt to load; answers its number, `u32::MAX` where it isn't noted: nothing outside of
    /// the page, the site's own, or a list that is full.
    pub(crate) fn saw(
        &self,
        request: &Request<'_>,
        decision: &Decision,
        scheme: &'static str,
    ) -> u32 {
        let Target::Address(address) = request.target else {
            return UNNOTED;
        };
        let own = decision.reason == Reason::OwnSite || address.host == self.natives.page_host();
        if own && decision.verdict == Verdict::Allow {
            return UNNOTED;
        }
        let mut url = String::with_capacity(address.host.len() + address.path.len() + 16);
        for part in [scheme, "://", address.host] {
            url.push_str(part);
        }
        if !address.port.is_empty() {
            url.push(':');
            url.push_str(address.port);
        }
        let path = address.path.bytes();
        let end = path.take_while(|byte| !matches!(byte, b'?' | b'#')).count();
        url.push_str(address.path.get(..end).unwrap_or_default());
        if decision.reason == Reason::Strict {
            let mut message = String::from(address.host);
            message.push_str(
                " is on no list, and `gate` is \"strict\": it stays out whatever the visitor answers, until `services` or `allow` names it; `report().held` has all such, with the reason `strict`",
            );
            self.report_fault("unlisted-host", &message);
        }
        let number = self.ledger.borrow_mut().see(request.kind, &url, decision);
        number.map_or(UNNOTED, |number| number.0)
    }

    /// Notes an attempt to write.
    pub(crate) fn saw_write(&self, write: &Write<'_>, decision: &Decision) {
        self.ledger
            .borrow_mut()
            .see_write(write.kind, write.name, decision);
    }

    /// What an element's attributes say that it waits for.
    pub(crate) fn read_mark(&self, attributes: &Attributes<'_>) -> Option<Mark> {
        self.session.borrow().gate().read_mark(attributes)
    }

    /// What the session answers to a question about it.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Session) -> T) -> T {
        question(&self.session.borrow())
    }

    /// Now.
    pub(crate) fn now(&self) -> Millis {
        now(&self.natives)
    }

    /// A visitor's, or a script's, choice.
    pub(crate) fn choose(&self, choice: Choice, source: Source) {
        show::answered(self);
        self.handle(Event::Choose(choice, source));
    }

    /// Takes an event to the session and performs what comes of it, in the order of [`Effects`].
    pub(crate) fn handle(&self, event: Event) {
        let moment = Moment {
            now: self.now(),
            id: RecordId(self.natives.uuid()),
        };
        let before = notify::state(self);
        let effects = self.session.borrow_mut().handle(event, moment);
        self.perform(effects, before);
        self.await_end();
    }

    /// Lets time pass when the choice ends, also in a page that stays open.
    fn await_end(&self) {
        let Some(end) = self.ask(Session::ends) else {
            return;
        };
        if self.awaited.replace(end) != end {
            #[expect(clippy::cast_precision_loss, reason = "a span of some months")]
            self.natives.wake(end.saturating_sub(self.now()) as f64);
        }
    }

    fn perform(&self, effects: Effects, before: Value) {
        let change = effects.change.as_ref();
        let withdrawn = change.is_some_and(Change::narrows);
        // What was let load once lasts until something is decided that lets in nothing more.
        let widened = change.is_some_and(Change::widens);
        let at_hand = change.is_some_and(Change::is_at_hand);
        match effects.store {
            Some(Store::Write(record)) => self.store.write(&self.natives, &record),
            Some(Store::Forget) => self.store.forget(&self.natives),
            None => {}
        }
        if effects.regrade {
            // From here on nothing is answered from what was granted before.
            self.natives.forget(withdrawn || !widened, withdrawn);
        }
        if let Some(change) = effects.change {
            notify::change(self, &change, before);
            clear::refused(self);
        }
        let stays = withdrawn.then(|| self.stays());
        if effects.regrade && at_hand && !withdrawn {
            // Whoever has clicked is to see at once that it was heard (Interaction to Next Paint).
            self.natives.later(true);
        } else if effects.regrade {
            intercept::obey(self);
        }
        if let Some(stays) = stays.filter(|stays| !stays.is_empty()) {
            self.faults
                .borrow_mut()
                .retain(|fault| fault.code != RELOAD_NEEDED);
            self.report_fault(RELOAD_NEEDED, &stays);
        }
        if effects.show {
            show::refresh(self);
        }
        if withdrawn && self.ask(|session| session.config().withdraw_reload) {
            self.natives.reload();
        }
    }

    /// What no gate takes back: code, pictures and fonts that were let in, and have been denied since. Empty if there are none.
    fn stays(&self) -> String {
        let code = self.let_in(&[Kind::Script, Kind::Import, Kind::Worker]);
        let pictures = self.let_in(&[Kind::Image, Kind::Style, Kind::Font]);
        if code.is_empty() && pictures.is_empty() {
            return String::new();
        }
        let mut message = String::new();
        for (what, hosts) in [
            ("code from ", &code),
            ("pictures and fonts from ", &pictures),
        ] {
            if !hosts.is_empty() {
                message.push_str(if message.is_empty() { "" } else { ", and " });
                message.push_str(what);
                message.push_str(&hosts.join(", "));
            }
        }
        message.push_str(": loaded before, and perhaps there until the page is loaded again");
        if !code.is_empty() {
            message.push_str("; what that code asks for or writes is held");
        }
        if !self.ask(|session| session.config().withdraw_reload) {
            message.push_str(". With `withdrawReload` the page is loaded again by itself");
        }
        message
    }

    /// The hosts from which things of some kinds were let in that are denied now.
    fn let_in(&self, kinds: &[Kind]) -> Vec<String> {
        let mut hosts: Vec<String> = Vec::new();
        for seen in self.ledger.borrow().sightings() {
            let is_denied = seen.category.is_some_and(|category| {
                self.ask(|session| !session.grants().allows(seen.service, category))
            });
            let host = seen.url.split('/').nth(2).unwrap_or_default();
            if seen.verdict == Verdict::Allow
                && kinds.contains(&seen.kind)
                && is_denied
                && !hosts.iter().any(|known| known == host)
            {
                hosts.push(host.to_owned());
            }
        }
        hosts
    }

    /// May a script widen consent now? `Err` says why not.
    pub(crate) fn may_widen(&self) -> Result<(), &'static str> {
        match self.ask(|session| session.config().api) {
            Api::Open => Ok(()),
            Api::Activation if self.natives.gesture() => Ok(()),
            Api::Activation => Err(
                "`api` is \"activation\": a script may widen consent only during a visitor's own gesture",
            ),
            Api::ReadOnly => Err("`api` is \"read-only\": scripts can't widen consent"),
        }
    }

    /// The configuration is replaced at run time, with the checks that it has at the start.
    pub(crate) fn configure(&self, config: Config, mistakes: Vec<ConfigError>) {
        let gate = Gate::new(rules(&config, &self.natives));
        self.blame(mistakes.into_iter().chain(show::check_texts(&config)));
        let surroundings = settings::surroundings(&self.natives, &config);
        self.ask(|session| {
            let same = |service| gate.find_service(session.gate().service_id(service));
            self.quarantine.translate(same);
            self.ledger.borrow_mut().translate(same);
        });
        self.handle(Event::Configured(Box::new((config, gate, surroundings))));
    }

    /// The mistakes of a configuration stand in the place of those of the one before; what was there already isn't said again.
    fn blame(&self, mistakes: impl Iterator<Item = ConfigError>) {
        let before = self.faults.take();
        let mut faults = Vec::new();
        for mistake in mistakes {
            let fault = Fault::from(mistake);
            let is_known =
                |known: &Fault| known.path == fault.path && known.message == fault.message;
            if !before.iter().any(is_known) {
                self.warn(&fault);
            }
            faults.push(fault);
        }
        for fault in before {
            if !fault.code.starts_with("config-") && fault.code != code::NOT_YET {
                faults.push(fault);
            }
        }
        self.faults.replace(faults);
    }

    /// Notes a fault for `report()` and says it on the console, once for each code.
    pub(crate) fn report_fault(&self, code: &str, message: &str) {
        self.report_fault_at(code, "", message);
    }

    /// The same of a place in the configuration.
    fn report_fault_at(&self, code: &str, path: &str, message: &str) {
        if self.faults.borrow().iter().any(|known| known.code == code) {
            return;
        }
        let fault = Fault {
            code: code.to_owned(),
            path: path.to_owned(),
            message: message.to_owned(),
            told: true,
        };
        self.warn(&fault);
        self.faults.borrow_mut().push(fault);
    }

    fn warn(&self, fault: &Fault) {
        let mut text = String::from("consent-gate: ");
        if !fault.path.is_empty() {
            text.push_str(&fault.path);
            text.push_str(": ");
        }
        for part in [&fault.message, " (", &fault.code, ")"] {
            text.push_str(part);
        }
        self.natives.warn(&text);
    }
}

/// Something that `report().errors` tells: a mistake of the owner's, or what the browser or page refused.
struct Fault {
    code: String,
    path: String,
    message: String,
    /// It has been said on the console.
    told: bool,
}

impl From<ConfigError> for Fault {
    fn from(error: ConfigError) -> Self {
        Self {
            code: error.code.to_owned(),
            path: error.path,
            message: error.message,
            told: false,
        }
    }
}

/// The code of the fault that says what a withdrawal can't undo in a page that lives.
const RELOAD_NEEDED: &str = "reload-needed";

/// The number of what isn't noted.
pub(crate) const UNNOTED: u32 = u32::MAX;

fn now(natives: &Natives) -> Millis {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time since 1970"
    )]
    let now = natives.now() as Millis;
    now
}

fn rules(config: &Config, natives: &Natives) -> Rules {
    Rules {
        mode: config.gate,
        proxies: config.first_party_proxies,
        page_host: natives.page_host(),
        page_port: natives.page_port(),
        never: config.never.clone(),
        allow: config.allow.clone(),
        first_party: config.first_party.clone(),
        services: config.services.clone(),
    }
}

fn unreadable_record(found: &Unreadable, store: &RecordStore) -> ConfigError {
    let in_cookie = found.backend == Backend::Cookie;
    let (place, fault) = found.error.map_or(("", "it isn't JSON"), |error| {
        (error.place(), error.fault())
    });
    let mut message = String::from("the stored record in ");
    for part in [
        if in_cookie {
            "the cookie"
        } else {
            "local storage"
        },
        " can't be read (",
        place,
        if place.is_empty() { "" } else { " " },
        fault,
    ] {
        message.push_str(part);
    }
    message.push_str("); it counts as no consent, and the visitor is asked again");
    if !in_cookie {
        message.push_str("; with the next choice its text is kept under ");
        message.push_str(&store.aside());
    }
    ConfigError::new("record-unreadable", "storage", &message)
}
