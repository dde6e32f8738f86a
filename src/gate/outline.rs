//! The gate's answers for those who can't ask it: workers, in which there is no engine.
//!
//! It adds no rule. What is told here follows [`Gate::decide`], and a property test holds the two together.

use super::host::stands_alone;
use super::trackers::Rating;
use super::{Decision, Gate, Grants, HostPattern, Mode, Proxies, Reason, ServiceRef, Verdict};
use crate::consent::Category;

impl Gate {
    /// What is decided for every address, and for every name of a database, as lines for a matcher
    /// that knows no rule. The first letter is the kind of line, then comes the answer:
    ///
    /// | line | what it says |
    /// |---|---|
    /// | `n2 host ports pattern` | the first kind of line that fits decides, in the order of this table |
    /// | `o0 host ports pattern` | of these the one of the longest host, then the longest pattern, then one with ports |
    /// | `w3 host ports pattern` | |
    /// | `p1 host ports pattern` | again the longest |
    /// | `h1 host host …` | the longest that the host is or is below |
    /// | `s1 pattern` | also for the answer 3: the longest |
    /// | `d0` | the rest |
    /// | `k1 name name …` | names that may not be written |
    ///
    /// 0 passes, 1 waits, 2 is refused, 3 goes by the signatures (`s`) and passes where none fits. A
    /// host covers what is below it, one with `=` in front only itself; one with a star at its end is the
    /// beginning of hosts, and longer than any. Ports are `*` for any, or those that fit, between commas.
    /// A pattern is a beginning; in it `*` is any run, and `^` the end or a `/` or `?`.
    #[must_use]
    pub fn outline(&self, grants: &Grants) -> String {
        let mut lines = Lines::default();
        for pattern in &self.never {
            self.rule("n", REFUSED, pattern, &mut lines);
        }
        let strict = self.mode == Mode::Strict;
        if self.mode != Mode::Manual {
            for (pattern, at) in &self.hosts {
                let decision = self.weigh_service(ServiceRef::Own(*at), Reason::Service, grants);
                self.rule("o", answer(&decision), pattern, &mut lines);
            }
            for pattern in &self.allow {
                self.rule("o", PASSES, pattern, &mut lines);
            }
            self.own_site(&mut lines);
            self.built_in(grants, &mut lines);
            self.names(grants, &mut lines);
        }
        lines.add(&["d", if strict { REFUSED } else { PASSES }]);
        lines.text
    }

    fn own_site(&self, lines: &mut Lines) {
        let own = match self.proxies {
            Proxies::Auto => BY_SIGNATURE,
            Proxies::Off => PASSES,
        };
        if !self.page.host.is_empty() {
            lines.add(&["w", own, " =", &self.page.host, " * \n"]);
        }
        if let Some(site) = self.site() {
            let exact = if stands_alone(site) { " =" } else { " " };
            lines.add(&["w", own, exact, site, " * \n"]);
        }
        for pattern in &self.first_party {
            self.rule("w", own, pattern, lines);
        }
    }

    fn rule(&self, kind: &str, answer: &str, pattern: &HostPattern, lines: &mut Lines) {
        let own = pattern.host().is_empty();
        let (host, ports) = if own {
            (self.page.host.as_str(), self.page.port.as_str())
        } else {
            let ports = match pattern.port() {
                "" => "*",
                // Left out of addresses where it is the scheme's own.
                "443" => "443,",
                "80" => "80,",
                port => port,
            };
            (pattern.host(), ports)
        };
        // Nothing is below the page's exact host, nor below an address of numbers.
        let exact = if own || stands_alone(host) { " =" } else { " " };
        let path = pattern.path();
        let open = path.is_empty() || path.ends_with('/');
        let end = if open { "\n" } else { "^\n" };
        lines.add(&[kind, answer, exact, host, " ", ports, " ", path, end]);
    }

    fn built_in(&self, grants: &Grants, lines: &mut Lines) {
        let weigh = |rating: Rating| answer(&self.weigh(rating, Reason::HostTable, grants));
        self.table.each_rule(&mut |host, star, pattern, rating| {
            lines.add(&["p", weigh(rating), " ", host, star, " * ", pattern, "\n"]);
        });
        for kind in [PASSES, WAITS, REFUSED, BY_SIGNATURE] {
            lines.add(&["h", kind]);
            for (host, rating) in self.table.hosts() {
                let is = if rating.category == Category::Essential {
                    BY_SIGNATURE
                } else {
                    weigh(rating)
                };
                if is == kind {
                    lines.add(&[" ", host]);
                }
            }
            lines.add(&["\n"]);
        }
        self.table.each_signature(&mut |pattern, rating| {
            // One that lets pass says no more than that the host does.
            if rating.category != Category::Essential {
                lines.add(&["s", weigh(rating), " ", pattern, "\n"]);
            }
        });
    }

    fn names(&self, grants: &Grants, lines: &mut Lines) {
        let is_held = |service| {
            let decision = self.weigh_service(service, Reason::NameTable, grants);
            decision.verdict != Verdict::Allow
        };
        lines.add(&["k1"]);
        for (at, service) in (0..).zip(self.own_services()) {
            if is_held(ServiceRef::Own(at)) {
                for name in &service.storage {
                    lines.add(&[" ", name]);
                }
            }
        }
        for (at, service) in (0..).zip(&self.table.services) {
            if is_held(ServiceRef::BuiltIn(at)) && !service.storage.is_empty() {
                lines.add(&[" ", service.storage]);
            }
        }
        lines.add(&["\n"]);
    }
}

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn add(&mut self, parts: &[&str]) {
        for part in parts {
            self.text.push_str(part);
        }
    }
}

const fn answer(decision: &Decision) -> &'static str {
    match decision.verdict {
        Verdict::Allow => PASSES,
        Verdict::Hold if !decision.settled => WAITS,
        Verdict::Hold | Verdict::Block => REFUSED,
    }
}

const PASSES: &str = "0";
const WAITS: &str = "1";
const REFUSED: &str = "2";
const BY_SIGNATURE: &str = "3";
