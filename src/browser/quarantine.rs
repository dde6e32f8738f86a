//! What is held, in the order in which it came, and the order in which it goes.
//!
//! It knows no element and no call: each held thing has a ticket, an object of the shims that can
//! release or refuse it. It decides nothing either: everything is judged again at the moment of its release,
//! and without a [`Permit`], which only the gate makes, nothing goes.
//!
//! The order is that of a page that was never held: external scripts are put in together and run one after
//! the other, an inline script waits for the external ones before it, deferred ones come last.
//!
//! ```ignore
//! quarantine.hold(held)?;
//! quarantine.pump(&app);
//! ```

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::gate::{Address, Decision, Kind, Mark, Permit, Request, ServiceRef, Target, Verdict};
use crate::record::Millis;

#[wasm_bindgen]
extern "C" {
    /// A held thing as the shims know it.
    #[derive(Clone)]
    pub type Ticket;

    /// Its element, or `null` for a call.
    #[wasm_bindgen(method, getter)]
    pub fn element(this: &Ticket) -> JsValue;
    /// Lets it go. Will it report that it has loaded or failed?
    #[wasm_bindgen(method, catch)]
    fn release(this: &Ticket) -> Result<bool, JsValue>;
    /// Fails a call the way the platform does; an element just stays as it is.
    #[wasm_bindgen(method, catch)]
    fn refuse(this: &Ticket) -> Result<JsValue, JsValue>;
}

/// When a held thing may go, once it is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// At once: images, frames, async scripts, calls.
    Now,
    /// An external script in order: after the ordered ones before it, which run first.
    Ordered,
    /// An inline script: when every ordered one before it has loaded or failed.
    Inline,
    /// After all of these: `defer`, modules.
    Deferred,
}

impl Order {
    /// The order of a number that the shims use.
    #[must_use]
    pub const fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Ordered,
            2 => Self::Inline,
            3 => Self::Deferred,
            _ => Self::Now,
        }
    }
}

/// Where a held thing goes, kept as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A host.
    Address {
        /// Lower case.
        host: String,
        /// Empty for the scheme's own.
        port: String,
        /// Path and query.
        path: String,
    },
    /// Nothing outside of the page.
    Local,
    /// What can't be read.
    Unreadable,
}

impl Destination {
    /// The same, as the gate takes it.
    #[must_use]
    pub fn target(&self) -> Target<'_> {
        match self {
            Self::Address { host, port, path } => Target::Address(Address { host, port, path }),
            Self::Local => Target::Local,
            Self::Unreadable => Target::Unreadable,
        }
    }
}

impl From<Target<'_>> for Destination {
    fn from(target: Target<'_>) -> Self {
        match target {
            Target::Address(Address { host, port, path }) => Self::Address {
                host: host.to_owned(),
                port: port.to_owned(),
                path: path.to_owned(),
            },
            Target::Local => Self::Local,
            Target::Unreadable => Self::Unreadable,
        }
    }
}

/// One held thing.
pub struct Held {
    /// What it is.
    pub kind: Kind,
    /// Where it goes.
    pub destination: Destination,
    /// The mark on its element.
    pub mark: Option<Mark>,
    /// When it may go.
    pub order: Order,
    /// Its number in the ledger.
    pub sighting: u32,
    /// Bytes that it keeps in memory, for calls.
    pub weight: u32,
    /// Names that an unmarked inline script waits for; empty for everything else.
    pub needs: Vec<String>,
    /// The way back to it.
    pub ticket: Ticket,
}

impl Held {
    const fn is_call(&self) -> bool {
        matches!(self.kind, Kind::Fetch | Kind::Xhr | Kind::Beacon)
    }

    /// The only way out, and it takes what only the gate makes.
    fn let_go(&self, _: Permit) -> bool {
        self.ticket.release().unwrap_or(false)
    }

    /// What the gate is asked about it.
    #[must_use]
    pub fn request(&self) -> Request<'_> {
        Request {
            kind: self.kind,
            target: self.destination.target(),
            mark: self.mark.as_ref(),
        }
    }
}

/// What the quarantine asks and tells while it lets things go. None of these may call it back, except
/// through what a released script does.
pub trait Keeper {
    /// May it load now?
    fn judge(&self, request: &Request<'_>) -> Decision;
    /// Is there a global of that name where the held thing is?
    fn exists(&self, name: &str, held: &Held) -> bool;
    /// It went, by this decision.
    fn released(&self, held: &Held, decision: &Decision);
    /// Now.
    fn now(&self) -> Millis;
    /// More is to go, in a task of its own: this one has taken long enough.
    fn later(&self);
}

/// There is no room for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// A held thing under its number.
struct Kept {
    number: u32,
    thing: Held,
    // It was judged and may not go. It is asked again after a change, and not whenever another one comes: a
    // page that has many would stand still.
    denied: Cell<bool>,
}

/// Everything that is held on a page.
#[derive(Default)]
pub struct Quarantine {
    held: RefCell<Vec<Kept>>,
    // Ordered scripts that were released and have not reported yet.
    loading: RefCell<Vec<u32>>,
    last: Cell<u32>,
    pumping: Cell<bool>,
    // A slice is over, and the next one has been asked for: until then nobody else goes on. 0: none is due.
    paused: Cell<Millis>,
    again: Cell<bool>,
    truncated: Cell<bool>,
    overflow: Cell<bool>,
}

impl Quarantine {
    /// Nothing is held.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a thing in and gives it its number, never 0.
    ///
    /// # Errors
    /// [`Full`]: a call must fail now; an element stays inert, and is found again by a scan.
    pub fn hold(&self, thing: Held) -> Result<u32, Full> {
        let mut held = self.held.borrow_mut();
        let fits = if thing.is_call() {
            let calls = held.iter().filter(|kept| kept.thing.is_call());
            let (count, bytes) = calls.fold((0, 0_u32), |(count, bytes), call| {
                (count + 1, bytes.saturating_add(call.thing.weight))
            });
            count < MAX_CALLS && bytes.saturating_add(thing.weight) <= MAX_CALL_BYTES
        } else {
            held.len() < MAX_HELD
        };
        if !fits {
            self.truncated.set(true);
            self.overflow.set(self.overflow.get() || !thing.is_call());
            return Err(Full);
        }
        let number = self.last.get().wrapping_add(1).max(1);
        self.last.set(number);
        held.push(Kept {
            number,
            thing,
            denied: Cell::new(false),
        });
        Ok(number)
    }

    /// The gate is another one: `same` finds a service of the old one in the new one.
    pub fn translate(&self, same: impl Fn(ServiceRef) -> Option<ServiceRef>) {
        for kept in self.held.borrow_mut().iter_mut() {
            if let Some(mark) = &mut kept.thing.mark {
                let named = mark.services.len();
                mark.services = mark.services.iter().copied().filter_map(&same).collect();
                mark.unknown |= mark.services.len() < named;
            }
        }
    }

    /// What is granted has changed: everything is to be judged anew.
    pub fn ask_anew(&self) {
        for kept in self.held.borrow().iter() {
            kept.denied.set(false);
        }
    }

    /// What is held under a number, for who asks about it.
    pub fn look<T>(&self, number: u32, question: impl FnOnce(&Held) -> T) -> Option<T> {
        let held = self.held.borrow();
        held.get(place_of(&held, number)?)
            .map(|kept| question(&kept.thing))
    }

    /// The thing is gone by itself: aborted, changed, removed.
    pub fn forget(&self, number: u32) {
        self.take(number);
    }

    /// Was a bound ever met?
    #[must_use]
    pub fn truncated(&self) -> bool {
        self.truncated.get()
    }

    /// Are there elements that found no room? Asking clears the answer: the caller looks for them now.
    #[must_use]
    pub fn take_overflow(&self) -> bool {
        self.overflow.replace(false)
    }

    /// Is a script held on which a later inline script may depend?
    #[must_use]
    pub fn has_ordered(&self) -> bool {
        self.has_ordered_before(u32::MAX)
    }

    /// A released script has loaded or failed.
    pub fn settled(&self, number: u32, keeper: &impl Keeper) {
        self.loading.borrow_mut().retain(|known| *known != number);
        self.pump(keeper);
    }

    /// Lets go what may go, in order. Called from inside itself (a released script inserts another), it
    /// only notes that there is more to do, so that the order holds.
    pub fn pump(&self, keeper: &impl Keeper) {
        self.again.set(true);
        let now = keeper.now();
        // A page that clears every timer has cleared ours too.
        if now < self.paused.get() || self.pumping.replace(true) {
            return;
        }
        self.paused.set(0);
        let end = now.saturating_add(SLICE);
        while self.again.replace(false) {
            if !self.pump_once(keeper, end) {
                self.paused.set(keeper.now().saturating_add(PATIENCE));
                keeper.later();
                break;
            }
        }
        self.pumping.set(false);
    }

    /// The page has had its turn: the next slice.
    pub fn resume(&self, keeper: &impl Keeper) {
        self.paused.set(0);
        self.pump(keeper);
    }

    /// Is a next slice due?
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused.get() != 0
    }

    /// Is it through? Or was time up before.
    fn pump_once(&self, keeper: &impl Keeper, end: Millis) -> bool {
        let numbers: Vec<u32> = self
            .held
            .borrow()
            .iter()
            .filter(|kept| !kept.denied.get())
            .map(|kept| kept.number)
            .collect();
        let mut stopped = false;
        for deferred in [false, true] {
            if deferred && stopped {
                return true;
            }
            for &number in &numbers {
                let Some((order, decision)) = self.judge(number, keeper) else {
                    continue;
                };
                let goes = match order {
                    Order::Now => !deferred,
                    Order::Ordered => !deferred && !stopped,
                    Order::Inline => {
                        stopped |= !deferred && !self.loading.borrow().is_empty();
                        !deferred && !stopped
                    }
                    Order::Deferred => deferred,
                };
                if goes {
                    self.release(number, &decision, keeper);
                    if keeper.now() > end {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Is it allowed now, and are the names there that it waits for?
    fn judge(&self, number: u32, keeper: &impl Keeper) -> Option<(Order, Decision)> {
        let held = self.held.borrow();
        let Kept { thing, denied, .. } = held.get(place_of(&held, number)?)?;
        let decision = keeper.judge(&thing.request());
        denied.set(decision.permit().is_none());
        decision.permit()?;
        let order = thing.order;
        if thing.needs.is_empty() {
            return Some((order, decision));
        }
        let complete = thing.needs.iter().all(|name| keeper.exists(name, thing));
        drop(held);
        (complete || !self.has_ordered_before(number)).then_some((order, decision))
    }

    fn has_ordered_before(&self, number: u32) -> bool {
        self.held
            .borrow()
            .iter()
            .take_while(|kept| kept.number < number)
            .any(|Kept { thing, .. }| {
                // A page that marks its scripts up knows that they don't run; what needs them is
                // marked up as well.
                thing.mark.is_none() && matches!(thing.order, Order::Ordered | Order::Inline)
            })
    }

    /// Lets one thing go, if the decision allows: in its turn, or because the visitor decided about it alone.
    pub fn release(&self, number: u32, decision: &Decision, keeper: &impl Keeper) {
        let Some(permit) = decision.permit() else {
            return;
        };
        let Some(thing) = self.take(number) else {
            return;
        };
        // No borrow is open here: an inline script runs inside this call, and may do anything.
        let reports = thing.let_go(permit);
        if reports {
            self.loading.borrow_mut().push(number);
        }
        keeper.released(&thing, decision);
    }

    fn take(&self, number: u32) -> Option<Held> {
        let mut held = self.held.borrow_mut();
        let index = place_of(&held, number)?;
        Some(held.remove(index).thing)
    }

    /// Fails the waiting calls whose answer is no.
    pub fn refuse_denied(&self, keeper: &impl Keeper) {
        let denied: Vec<u32> = self
            .held
            .borrow()
            .iter()
            .filter(|kept| kept.thing.is_call())
            .filter(|kept| {
                let decision = keeper.judge(&kept.thing.request());
                match decision.verdict {
                    Verdict::Allow => false,
                    Verdict::Hold => decision.settled,
                    Verdict::Block => true,
                }
            })
            .map(|kept| kept.number)
            .collect();
        for number in denied {
            if let Some(thing) = self.take(number) {
                // A call that can't even be refused is none of the page's business.
                drop(thing.ticket.refuse());
            }
        }
    }
}

/// Where a number stands; they only ever grow.
fn place_of(held: &[Kept], number: u32) -> Option<usize> {
    held.binary_search_by_key(&number, |kept| kept.number).ok()
}

impl core::fmt::Debug for Quarantine {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("Quarantine")
    }
}

/// After so many milliseconds the page gets a turn, so that nobody waits for hundreds of held things.
const SLICE: Millis = 8;
/// So long the next slice is waited for.
const PATIENCE: Millis = 1000;

/// So many calls wait at most…
const MAX_CALLS: usize = 200;
/// …with so many bytes…
const MAX_CALL_BYTES: u32 = 1 << 20;
/// …and this many things in all. How long a call waits is `PATIENCE` in network.js.
const MAX_HELD: usize = 5000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::{Category, CategorySet};
    use crate::gate::Reason;
    use js_sys::{Array, Function, Object, Reflect};
    use wasm_bindgen::JsCast;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    /// Grants the categories given; knows the names given.
    struct Page {
        granted: Cell<CategorySet>,
        names: RefCell<Vec<String>>,
        settled: Cell<bool>,
        clock: Cell<Millis>,
        /// How long a release takes.
        pace: Cell<Millis>,
        pauses: Cell<u32>,
    }

    impl Page {
        fn new() -> Self {
            Self {
                granted: Cell::new(CategorySet::ESSENTIAL),
                names: RefCell::default(),
                settled: Cell::new(false),
                clock: Cell::new(0),
                pace: Cell::new(0),
                pauses: Cell::new(0),
            }
        }
    }

    impl Keeper for Page {
        fn judge(&self, request: &Request<'_>) -> Decision {
            let granted = request.target != Target::Unreadable
                && request.mark.is_none_or(|mark| {
                    mark.categories
                        .iter()
                        .all(|category| self.granted.get().contains(category))
                });
            Decision {
                verdict: if granted {
                    Verdict::Allow
                } else {
                    Verdict::Hold
                },
                reason: Reason::Mark,
                category: None,
                service: None,
                settled: self.settled.get(),
            }
        }
        fn exists(&self, name: &str, _: &Held) -> bool {
            self.names.borrow().iter().any(|known| known == name)
        }
        fn released(&self, _: &Held, _: &Decision) {
            self.clock.set(self.clock.get() + self.pace.get());
        }
        fn now(&self) -> Millis {
            self.clock.get()
        }
        fn later(&self) {
            self.pauses.set(self.pauses.get() + 1);
        }
    }

    /// A ticket that writes its name into the log.
    fn ticket(log: &Array, name: &str, reports: bool) -> Ticket {
        let object = Object::new();
        let write = |word: &str, answer: bool| {
            let code = format!("log.push('{word}{name}'); return {answer}");
            Function::new_with_args("log", &code).bind1(&JsValue::NULL, log)
        };
        Reflect::set(&object, &"element".into(), &JsValue::NULL).unwrap();
        Reflect::set(&object, &"release".into(), &write("", reports)).unwrap();
        Reflect::set(&object, &"refuse".into(), &write("no ", false)).unwrap();
        object.unchecked_into()
    }

    fn thing(log: &Array, name: &str, order: Order, category: Category) -> Held {
        Held {
            kind: Kind::Script,
            destination: Destination::Local,
            mark: Some(Mark {
                categories: CategorySet::EMPTY.with(category),
                ..Mark::default()
            }),
            order,
            sighting: 0,
            weight: 0,
            needs: Vec::new(),
            ticket: ticket(log, name, order == Order::Ordered),
        }
    }

    fn call(log: &Array, name: &str, weight: u32) -> Held {
        Held {
            kind: Kind::Fetch,
            weight,
            ..thing(log, name, Order::Now, Category::Analytics)
        }
    }

    fn words(log: &Array) -> String {
        log.join(" ").into()
    }

    #[wasm_bindgen_test]
    fn order_is_that_of_a_page_that_was_never_held() {
        let (page, log, quarantine) = (Page::new(), Array::new(), Quarantine::new());
        let hold = |name, order| {
            quarantine
                .hold(thing(&log, name, order, Category::Analytics))
                .unwrap()
        };
        hold("deferred", Order::Deferred);
        let first = hold("first", Order::Ordered);
        let second = hold("second", Order::Ordered);
        hold("inline", Order::Inline);
        let third = hold("third", Order::Ordered);
        hold("pixel", Order::Now);
        quarantine.pump(&page);
        assert_eq!(words(&log), "");
        page.granted.set(CategorySet::ALL);
        quarantine.ask_anew();
        quarantine.pump(&page);
        assert_eq!(words(&log), "first second pixel");
        quarantine.settled(second, &page);
        assert_eq!(words(&log), "first second pixel");
        quarantine.settled(first, &page);
        assert_eq!(words(&log), "first second pixel inline third deferred");
        quarantine.settled(third, &page);
        quarantine.pump(&page);
        assert_eq!(words(&log), "first second pixel inline third deferred");
    }

    #[wasm_bindgen_test]
    fn what_is_not_granted_stays_and_holds_up_nobody() {
        let (page, log, quarantine) = (Page::new(), Array::new(), Quarantine::new());
        quarantine
            .hold(thing(&log, "ads", Order::Ordered, Category::Marketing))
            .unwrap();
        quarantine
            .hold(thing(&log, "stats", Order::Inline, Category::Analytics))
            .unwrap();
        page.granted
            .set(CategorySet::ESSENTIAL.with(Category::Analytics));
        quarantine.ask_anew();
        quarantine.pump(&page);
        assert_eq!(words(&log), "stats");
        page.granted.set(CategorySet::ALL);
        quarantine.ask_anew();
        quarantine.pump(&page);
        assert_eq!(words(&log), "stats ads");
    }

    #[wasm_bindgen_test]
    fn a_dependent_inline_script_runs_when_its_names_are_there() {
        let (page, log, quarantine) = (Page::new(), Array::new(), Quarantine::new());
        let tracker = |name| Held {
            mark: None,
            destination: Destination::Unreadable,
            ..thing(&log, name, Order::Ordered, Category::Analytics)
        };
        quarantine.hold(tracker("ads")).unwrap();
        let lib = quarantine
            .hold(thing(&log, "lib", Order::Ordered, Category::Analytics))
            .unwrap();
        quarantine
            .hold(Held {
                kind: Kind::InlineScript,
                mark: None,
                needs: vec!["lib".to_owned()],
                ..thing(&log, "uses-lib", Order::Inline, Category::Analytics)
            })
            .unwrap();
        quarantine.pump(&page);
        assert_eq!(words(&log), "");
        page.granted
            .set(CategorySet::ESSENTIAL.with(Category::Analytics));
        quarantine.ask_anew();
        quarantine.pump(&page);
        assert_eq!(words(&log), "lib");
        page.names.borrow_mut().push("lib".to_owned());
        quarantine.settled(lib, &page);
        assert_eq!(words(&log), "lib uses-lib");
    }

    #[wasm_bindgen_test]
    fn calls_are_bounded_in_number_and_bytes() {
        let (page, log, quarantine) = (Page::new(), Array::new(), Quarantine::new());
        assert!(quarantine.hold(call(&log, "big", MAX_CALL_BYTES)).is_ok());
        assert_eq!(quarantine.hold(call(&log, "more", 1)), Err(Full));
        assert!(quarantine.truncated());
        page.settled.set(true);
        quarantine.refuse_denied(&page);
        assert_eq!(words(&log), "no big");
        for _ in 0..MAX_CALLS {
            assert!(quarantine.hold(call(&log, "c", 0)).is_ok());
        }
        assert_eq!(quarantine.hold(call(&log, "c", 0)), Err(Full));
        // Elements have room of their own, and say so when they find none.
        assert!(!quarantine.take_overflow());
        for _ in 0..MAX_HELD - MAX_CALLS {
            quarantine
                .hold(thing(&log, "e", Order::Now, Category::Analytics))
                .unwrap();
        }
        assert!(
            quarantine
                .hold(thing(&log, "e", Order::Now, Category::Analytics))
                .is_err()
        );
        assert!(quarantine.take_overflow());
    }

    #[wasm_bindgen_test]
    fn what_is_denied_is_asked_again_after_a_change_only() {
        let (page, log, quarantine) = (Page::new(), Array::new(), Quarantine::new());
        let hold = |name| {
            quarantine
                .hold(thing(&log, name, Order::Now, Category::Analytics))
                .unwrap()
        };
        hold("first");
        quarantine.pump(&page);
        page.granted.set(CategorySet::ALL);
        hold("second");
        quarantine.pump(&page);
        assert_eq!(words(&log), "second");
        quarantine.ask_anew();
        quarantine.pump(&page);
        assert_eq!(words(&log), "second first");
    }

    #[wasm_bindgen_test]
    fn what_takes_long_goes_in_slices_and_in_order() {
        let (page, log, quarantine) = (Page::new(), Array::new(), Quarantine::new());
        for name in ["a", "b", "c", "d", "e"] {
            quarantine
                .hold(thing(&log, name, Order::Now, Category::Analytics))
                .unwrap();
        }
        page.granted.set(CategorySet::ALL);
        page.pace.set(SLICE / 2 + 1);
        quarantine.pump(&page);
        assert_eq!((words(&log).as_str(), page.pauses.get()), ("a b", 1));
        // Nobody else goes on meanwhile, and none is asked for twice.
        quarantine.pump(&page);
        assert_eq!((words(&log).as_str(), page.pauses.get()), ("a b", 1));
        quarantine.resume(&page);
        quarantine.resume(&page);
        assert_eq!((words(&log).as_str(), page.pauses.get()), ("a b c d e", 2));
    }

    #[wasm_bindgen_test]
    fn what_was_dropped_never_goes() {
        let (page, log, quarantine) = (Page::new(), Array::new(), Quarantine::new());
        let number = quarantine.hold(call(&log, "gone", 0)).unwrap();
        quarantine.forget(number);
        page.granted.set(CategorySet::ALL);
        quarantine.ask_anew();
        quarantine.pump(&page);
        assert_eq!(words(&log), "");
    }
}
