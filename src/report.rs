//! What was seen on this page: a bounded list of sightings and writes, each with its verdict.
//!
//! It knows nothing of elements or promises; what is held waits in the shell's quarantine. The
//! address is kept without its query, which may hold what a visitor typed.
//!
//! ```
//! use consent_gate::gate::{Decision, Kind, Reason, Verdict};
//! use consent_gate::report::Ledger;
//! let mut ledger = Ledger::default();
//! let held = Decision {
//!     verdict: Verdict::Hold, reason: Reason::HostTable, category: None, service: None, settled: false,
//! };
//! let sighting = ledger.see(Kind::Script, "https://tracker.test/a.js", &held);
//! assert_eq!(ledger.see(Kind::Script, "https://tracker.test/a.js", &held), sighting);
//! assert_eq!(ledger.sightings().len(), 1);
//! ```

use crate::consent::Category;
use crate::gate::{Decision, Kind, Reason, ServiceRef, Verdict};

/// One address of one kind, as often as it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The address without query and fragment.
    pub url: String,
    /// What wanted to load.
    pub kind: Kind,
    /// The category it was judged by.
    pub category: Option<Category>,
    /// The service it was judged by.
    pub service: Option<ServiceRef>,
    /// The last verdict.
    pub verdict: Verdict,
    /// Which rule decided.
    pub reason: Reason,
    /// How often it was seen.
    pub count: u32,
    /// Was it held at some time?
    pub was_held: bool,
    hash: u32,
}

/// One name of one kind of storage that a script wanted to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteSighting {
    /// The name of the cookie, key, database or cache.
    pub name: String,
    /// What was written.
    pub kind: Kind,
    /// Whose it is.
    pub service: Option<ServiceRef>,
    /// The last verdict.
    pub verdict: Verdict,
}

/// The number of a sighting; it stays the same while the page lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SightingNumber(pub u32);

/// Everything third-party that was seen on this page.
#[derive(Debug, Default)]
pub struct Ledger {
    sightings: Vec<Sighting>,
    writes: Vec<WriteSighting>,
    truncated: bool,
}

impl Ledger {
    /// Notes one attempt to load `url` (without its query) and answers its number; `None` when the
    /// list is full, and then `truncated` says so.
    pub fn see(&mut self, kind: Kind, url: &str, decision: &Decision) -> Option<SightingNumber> {
        let hash = fnv(url);
        let known = self
            .sightings
            .iter()
            .position(|seen| seen.hash == hash && seen.kind == kind && seen.url == url);
        if let Some(at) = known {
            if let Some(seen) = self.sightings.get_mut(at) {
                seen.judge(decision);
                seen.count = seen.count.saturating_add(seen.counts_itself());
            }
            return number(at);
        }
        if self.sightings.len() >= SIGHTINGS_AT_MOST {
            self.truncated = true;
            return None;
        }
        let mut seen = Sighting {
            url: url.to_owned(),
            kind,
            category: None,
            service: None,
            verdict: decision.verdict,
            reason: decision.reason,
            count: 0,
            was_held: false,
            hash,
        };
        seen.judge(decision);
        seen.count = seen.counts_itself();
        self.sightings.push(seen);
        number(self.sightings.len() - 1)
    }

    /// A held thing was judged again.
    pub fn judge_again(&mut self, number: SightingNumber, decision: &Decision) {
        if let Some(seen) = self.at_mut(number) {
            seen.judge(decision);
        }
    }

    /// One more element with this address was held.
    pub fn count_held(&mut self, number: SightingNumber) {
        if let Some(seen) = self.at_mut(number)
            && seen.verdict != Verdict::Allow
            && !seen.kind.is_call()
        {
            seen.count = seen.count.saturating_add(1);
        }
    }

    /// Notes one attempt to write.
    pub fn see_write(&mut self, kind: Kind, name: &str, decision: &Decision) {
        let known = self
            .writes
            .iter_mut()
            .find(|seen| seen.kind == kind && seen.name == name);
        if let Some(seen) = known {
            seen.verdict = decision.verdict;
        } else if self.writes.len() >= WRITES_AT_MOST {
            self.truncated = true;
        } else {
            self.writes.push(WriteSighting {
                name: name.to_owned(),
                kind,
                service: decision.service,
                verdict: decision.verdict,
            });
        }
    }

    /// Something had to be left out.
    pub fn truncate(&mut self) {
        self.truncated = true;
    }

    /// Was a bound met?
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The gate is another one: `same` finds a service of the old one in the new one.
    pub fn translate(&mut self, same: impl Fn(ServiceRef) -> Option<ServiceRef>) {
        let services = self.sightings.iter_mut().map(|seen| &mut seen.service);
        let writers = self.writes.iter_mut().map(|seen| &mut seen.service);
        for service in services.chain(writers) {
            *service = service.and_then(&same);
        }
    }

    /// The services that were met, each once.
    #[must_use]
    pub fn services(&self) -> Vec<ServiceRef> {
        let mut met = Vec::new();
        for seen in &self.sightings {
            if let Some(service) = seen.service
                && !met.contains(&service)
            {
                met.push(service);
            }
        }
        met
    }

    /// Every sighting, first seen first.
    #[must_use]
    pub fn sightings(&self) -> &[Sighting] {
        &self.sightings
    }

    /// Every write, first seen first.
    #[must_use]
    pub fn writes(&self) -> &[WriteSighting] {
        &self.writes
    }

    /// The sighting of a number.
    #[must_use]
    pub fn at(&self, number: SightingNumber) -> Option<&Sighting> {
        self.sightings.get(number.0 as usize)
    }

    fn at_mut(&mut self, number: SightingNumber) -> Option<&mut Sighting> {
        self.sightings.get_mut(number.0 as usize)
    }
}

impl Sighting {
    /// Is being judged the same as being seen once more? A call is judged once. An element is judged
    /// whenever it is touched, so it counts when it is held, or when it passes without ever having been.
    const fn counts_itself(&self) -> u32 {
        let passes = matches!(self.verdict, Verdict::Allow) && !self.was_held;
        (self.kind.is_call() || passes) as u32
    }

    fn judge(&mut self, decision: &Decision) {
        self.verdict = decision.verdict;
        self.reason = decision.reason;
        self.category = decision.category;
        self.service = decision.service;
        self.was_held |= decision.verdict == Verdict::Hold;
    }
}

fn number(at: usize) -> Option<SightingNumber> {
    u32::try_from(at).ok().map(SightingNumber)
}

/// FNV-1a: only to tell most addresses apart before their text is compared.
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// A page asks for some hundred addresses; a hostile one for a million.
const SIGHTINGS_AT_MOST: usize = 1_000;
const WRITES_AT_MOST: usize = 500;

#[cfg(test)]
mod tests {
    use super::{Ledger, SIGHTINGS_AT_MOST, WRITES_AT_MOST};
    use crate::gate::{Decision, Kind, Reason, Verdict};

    const fn decision(verdict: Verdict) -> Decision {
        Decision {
            verdict,
            reason: Reason::HostTable,
            category: None,
            service: None,
            settled: false,
        }
    }

    #[test]
    fn the_same_address_is_one_line_that_counts() {
        let mut ledger = Ledger::default();
        let first = ledger.see(Kind::Image, "https://a.test/p", &decision(Verdict::Hold));
        let again = ledger.see(Kind::Image, "https://a.test/p", &decision(Verdict::Hold));
        let other = ledger.see(Kind::Script, "https://a.test/p", &decision(Verdict::Hold));
        assert_eq!(first, again);
        assert_ne!(first, other);
        assert_eq!(ledger.sightings().len(), 2);
    }

    #[test]
    fn an_element_counts_once_however_often_it_is_judged_and_a_call_each_time() {
        let (held, passes) = (decision(Verdict::Hold), decision(Verdict::Allow));
        let counts = |ledger: &Ledger| ledger.sightings()[0].count;
        let mut ledger = Ledger::default();
        for _ in 0..3 {
            ledger.see(Kind::Script, "https://a.test/s", &held);
        }
        let number = ledger.see(Kind::Script, "https://a.test/s", &held).unwrap();
        ledger.count_held(number);
        ledger.see(Kind::Script, "https://a.test/s", &passes);
        assert_eq!(counts(&ledger), 1);

        let mut ledger = Ledger::default();
        for _ in 0..3 {
            let number = ledger.see(Kind::Fetch, "https://a.test/f", &held).unwrap();
            ledger.count_held(number);
        }
        assert_eq!(counts(&ledger), 3);

        let mut ledger = Ledger::default();
        ledger.see(Kind::Image, "https://a.test/i", &passes);
        assert_eq!(counts(&ledger), 1);
    }

    #[test]
    fn a_release_remembers_that_it_was_held() {
        let mut ledger = Ledger::default();
        let number = ledger
            .see(Kind::Image, "https://a.test/p", &decision(Verdict::Hold))
            .unwrap();
        ledger.judge_again(number, &decision(Verdict::Allow));
        let seen = ledger.at(number).unwrap();
        assert!(seen.was_held && seen.verdict == Verdict::Allow);
    }

    #[test]
    fn a_flood_is_cut_off_and_said() {
        let mut ledger = Ledger::default();
        for at in 0..=SIGHTINGS_AT_MOST {
            let url = format!("https://a.test/{at}");
            let number = ledger.see(Kind::Image, &url, &decision(Verdict::Hold));
            assert_eq!(number.is_some(), at < SIGHTINGS_AT_MOST);
        }
        assert!(ledger.is_truncated());
        let mut ledger = Ledger::default();
        for at in 0..=WRITES_AT_MOST {
            ledger.see_write(Kind::Cookie, &format!("c{at}"), &decision(Verdict::Hold));
        }
        assert!(ledger.is_truncated());
        assert_eq!(ledger.writes().len(), WRITES_AT_MOST);
    }
}
