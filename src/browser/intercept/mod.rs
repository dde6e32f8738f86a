//! The Rust half of every channel: what a shim saw becomes a [`Request`], the gate is asked, and the
//! answer goes back as one number.
//!
//! It knows neither elements nor calls, and no rule. Strings arrive as the browser's address parser split
//! them.

use wasm_bindgen::prelude::wasm_bindgen;

use super::quarantine::{Destination, Held, Keeper, Order, Quarantine, Ticket};
use super::{App, Engine, clear};
use crate::gate::{
    Address, Attributes, Decision, Kind, Mark, Reason, Request, Target, Verdict, Write, free_names,
};
use crate::record::Millis;
use crate::report::SightingNumber;

#[wasm_bindgen]
impl Engine {
    /// May it load? Bits of the answer: 0–1 the verdict (0 allow, 1 hold, 2 block), 2 it has been
    /// answered for (calls fail instead of waiting), 3 the element bears a mark, 4 every path of this
    /// host is allowed (but see `heads`), from 5 on the number of its sighting plus one.
    ///
    /// `met`: see [`Met`]. `inert`: the element loads nothing as it stands; then it matters only if it
    /// bears a mark.
    pub fn judge(&self, kind: u8, met: &str, inert: bool) -> u32 {
        let met = Met::read(met);
        let mark = read_marks(&self.app, met.marks, inert);
        if inert && mark.is_none() {
            return 0;
        }
        let request = Request {
            kind: Kind::from_number(kind & !PLAIN),
            target: met.target,
            mark: mark.as_ref(),
        };
        let decision = self.app.decide(&request);
        if decision.reason == Reason::UnknownMark {
            self.app.unknown_mark(met.marks);
        }
        let sighting = self.app.saw(&request, &decision, scheme(kind));
        let mut code = number(decision.verdict) | (sighting.wrapping_add(1) << SIGHTING);
        if decision.settled {
            code |= SETTLED;
        }
        if mark.is_some() {
            code |= MARKED;
        } else if matches!(decision.verdict, Verdict::Allow) && self.app.is_host_wide(met.target) {
            code |= WIDE;
        }
        if !matches!(decision.verdict, Verdict::Allow) && is_stream(request.kind) {
            self.app.blocked(sighting, None);
        }
        code
    }

    /// Takes a thing into the quarantine; its number there, or 0 if there is no room.
    ///
    /// `sighting`: as `judge` gave it (plus one), 0 for one that was held before there was an engine.
    #[expect(
        clippy::too_many_arguments,
        reason = "each object that crosses costs a call for each field"
    )]
    pub fn hold(
        &self,
        kind: u8,
        met: &str,
        inert: bool,
        order: u8,
        sighting: u32,
        weight: u32,
        ticket: Ticket,
    ) -> u32 {
        let Met {
            target,
            marks,
            code,
        } = Met::read(met);
        let mark = read_marks(&self.app, marks, inert);
        let scheme = scheme(kind);
        let kind = Kind::from_number(kind & !PLAIN);
        let request = Request {
            kind,
            target,
            mark: mark.as_ref(),
        };
        let sighting = if sighting == 0 {
            let decision = self.app.decide(&request);
            self.app.saw(&request, &decision, scheme)
        } else {
            sighting - 1
        };
        self.app
            .ledger
            .borrow_mut()
            .count_held(SightingNumber(sighting));
        let element = ticket.element();
        let destination = Destination::from(target);
        let held = Held {
            kind,
            destination,
            mark,
            order: Order::from_number(order),
            sighting,
            weight,
            needs: self.missing(code, Some(&ticket)),
            ticket,
        };
        let element = (!element.is_null()).then_some(&element);
        let number = self.app.quarantine().hold(held).unwrap_or(0);
        self.app.blocked(sighting, element);
        number
    }
}

impl Engine {
    /// How paths begin that are judged for themselves on any host, separated by spaces.
    pub(super) fn heads(&self) -> String {
        self.app.ask(|session| {
            let mut heads = String::new();
            for head in session.gate().signature_heads() {
                heads.push_str(head);
                heads.push(' ');
            }
            heads
        })
    }

    /// May a name be written? The same bits. `PLAIN` asks of one that stands there: may it stay?
    ///
    /// The record's own name is ours alone: a script that could write it could answer for the visitor. It
    /// stays if there is a record.
    pub(super) fn judge_write(&self, kind: u8, name: &str) -> u32 {
        let write = Write {
            kind: Kind::from_number(kind & !PLAIN),
            name,
        };
        if name == self.app.store.key() && matches!(write.kind, Kind::Cookie | Kind::LocalStorage) {
            let stays = kind & PLAIN != 0 && self.app.ask(|session| session.record().is_some());
            return if stays { ALLOW } else { BLOCK };
        }
        let decision = self.app.decide_write(&write);
        self.app.saw_write(&write, &decision);
        number(decision.verdict)
    }

    /// Is a database or cache of that name to be deleted?
    pub(super) fn is_refused(&self, kind: u8, name: &str) -> bool {
        clear::is_refused(&self.app, Kind::from_number(kind), name)
    }

    /// What is decided for every address, for workers (`Gate::outline`).
    pub(super) fn outline(&self) -> String {
        self.app.outline()
    }

    /// Addresses below which nothing may be imported now, each with a space behind it.
    pub(super) fn imports(&self) -> String {
        let mut all = String::new();
        self.app.ask(|session| {
            let tell = &mut |address: &str| {
                all.push_str(address);
                all.push(' ');
            };
            session.gate().held_imports(session.grants(), tell);
        });
        all
    }

    /// A held thing is gone by itself.
    pub(super) fn drop(&self, number: u32) {
        self.app.quarantine().forget(number);
    }

    /// An ordered script that was released has loaded or failed.
    pub(super) fn settled(&self, number: u32) {
        self.app.quarantine().settled(number, &*self.app);
    }

    /// What is granted has changed; the page has been painted since.
    pub(super) fn obey(&self) {
        obey(&self.app);
    }

    /// The next slice of what goes.
    pub(super) fn resume(&self) {
        self.app.quarantine().resume(&*self.app);
    }

    /// Is a next slice due?
    pub(super) fn paused(&self) -> bool {
        self.app.quarantine().is_paused()
    }

    /// Lets go what may go.
    pub(super) fn pump(&self) {
        self.app.quarantine().pump(&*self.app);
    }

    /// Is a script held on which an inline script may depend?
    pub(super) fn waiting(&self) -> bool {
        self.app.quarantine().has_ordered()
    }

    /// Does an inline script name what does not exist yet, while a script is held that may bring it?
    pub(super) fn awaits(&self, code: &str) -> bool {
        !self.missing(code, None).is_empty()
    }

    fn missing(&self, code: &str, ticket: Option<&Ticket>) -> Vec<String> {
        let mut missing = Vec::new();
        for name in free_names(code) {
            if !self.app.natives().exists(name, ticket) {
                missing.push(name.to_owned());
            }
        }
        missing
    }
}

impl Keeper for App {
    fn judge(&self, request: &Request<'_>) -> Decision {
        self.decide(request)
    }

    fn exists(&self, name: &str, held: &Held) -> bool {
        self.natives().exists(name, Some(&held.ticket))
    }

    fn released(&self, held: &Held, decision: &Decision) {
        let number = SightingNumber(held.sighting);
        self.ledger.borrow_mut().judge_again(number, decision);
        let element = held.ticket.element();
        let element = (!element.is_null()).then_some(&element);
        App::released(self, held.sighting, element);
    }

    fn now(&self) -> Millis {
        App::now(self)
    }

    fn later(&self) {
        self.natives().later(false);
    }
}

impl App {
    /// The owner is told of the first mark that names what nobody knows.
    fn unknown_mark(&self, marks: &str) {
        let mut given = marks
            .split('\u{1}')
            .filter_map(|value| value.strip_prefix('='));
        let mut message = String::from("the mark \"");
        message.push_str(given.next().unwrap_or_default());
        message.push_str(
            "\" names neither a category (essential, analytics, functional, marketing) nor the id of a service, \
             so what bears it stays held",
        );
        self.report_fault("unknown-mark", &message);
    }
}

/// What is granted has changed, and the shims have forgotten what they knew: waiting calls that are denied
/// fail, frames and media that are denied are held again, and what is granted goes.
pub(crate) fn obey(app: &App) {
    let quarantine: &Quarantine = app.quarantine();
    quarantine.ask_anew();
    quarantine.refuse_denied(app);
    app.natives().rescan();
    quarantine.pump(app);
    if quarantine.take_overflow() {
        // Room was made: elements that had found none are looked for.
        app.natives().rescan();
        quarantine.pump(app);
    }
}

/// What a shim met, as one text, because each text that crosses costs code on both sides.
struct Met<'a> {
    target: Target<'a>,
    /// The attributes in which a mark may stand, see [`read_marks`].
    marks: &'a str,
    /// The text of an unmarked inline script that waits for what it names.
    code: &'a str,
}

impl<'a> Met<'a> {
    /// Host, port and path with U+0001 between them; the marks; the code: with U+0002 before each of the
    /// latter two. What the browser's address parser has split has neither character in it.
    fn read(text: &'a str) -> Self {
        let mut fields = text.splitn(3, '\u{2}');
        let mut field = || fields.next().unwrap_or_default();
        let (place, marks, code) = (field(), field(), field());
        let mut parts = place.splitn(3, '\u{1}');
        let mut part = || parts.next().unwrap_or_default();
        Self {
            target: target(part(), part(), part()),
            marks,
            code,
        }
    }
}

/// An empty host stands for what does not leave the page; one of nothing but dots can't be read.
fn target<'a>(host: &'a str, port: &'a str, path: &'a str) -> Target<'a> {
    if host.is_empty() {
        return Target::Local;
    }
    // `www.example.com.` is the same host, and a way around a list that doesn't know it.
    let host = host.trim_end_matches('.');
    if host.is_empty() {
        return Target::Unreadable;
    }
    Target::Address(Address { host, port, path })
}

/// The scheme that a shim saw, for the report: the number of a kind has a bit for it.
fn scheme(kind: u8) -> &'static str {
    let plain = kind & PLAIN != 0;
    match (Kind::from_number(kind & !PLAIN), plain) {
        (Kind::WebSocket, true) => "ws",
        (Kind::WebSocket, false) => "wss",
        (_, true) => "http",
        (_, false) => "https",
    }
}

/// A verdict as the shims know it.
const fn number(verdict: Verdict) -> u32 {
    match verdict {
        Verdict::Allow => ALLOW,
        Verdict::Hold => HOLD,
        Verdict::Block => BLOCK,
    }
}

/// Calls that can't wait and have no ticket; being refused is all that happens to them.
const fn is_stream(kind: Kind) -> bool {
    matches!(kind, Kind::WebSocket | Kind::EventSource)
}

/// `marks` holds the values of `data-consent`, `data-category`, `data-service`, `data-name`,
/// `data-cookieconsent` and `class`, each with `=` before it if the element has the attribute, joined by
/// U+0001.
fn read_marks(app: &App, marks: &str, inert: bool) -> Option<Mark> {
    if marks.is_empty() {
        return None;
    }
    let mut values = marks.split('\u{1}').map(|value| value.strip_prefix('='));
    let mut next = || values.next().flatten();
    app.read_mark(&Attributes {
        consent: next(),
        category: next(),
        service: next(),
        name: next(),
        cookieconsent: next(),
        class: next(),
        inert,
    })
}

/// Added to a kind's number: not encrypted.
const PLAIN: u8 = 32;

const ALLOW: u32 = 0;
const HOLD: u32 = 1;
const BLOCK: u32 = 2;
const SETTLED: u32 = 4;
const MARKED: u32 = 8;
const WIDE: u32 = 16;
const SIGHTING: u32 = 5;
