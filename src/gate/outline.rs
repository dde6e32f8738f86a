//! The gate's answers for those who can't ask it: workers, in which there is no engine.
//!
//! It adds no rule. What is told here follows [`Gate::decide`], and a property test holds the two together.

use super::host::{Specificity, stands_alone};
use super::trackers::Rating;
use super::{Decision, Gate, Grants, HostPattern, Mode, Proxies, Reason, ServiceRef, Verdict};
use crate::consent::Category;

impl Gate {
    /// What is decided for every address, as lines for a matcher that knows no rule:
    ///
    /// | line | what it says |
    /// |---|---|
    /// | `r0 host port pattern` | the first of these that fits decides |
    /// | `h1 host host …` | else the longest of these that the host is or is below |
    /// | `s1 pattern` | else, or for the answer 3, the first of these that the path fits |
    /// | `d0` | else this |
    ///
    /// The digit is the answer: 0 passes, 1 waits, 2 is refused, 3 goes by the signatures and else passes. A
    /// host covers what is below it, one with `=` in front only itself; one with a star at its end is the
    /// beginning of hosts. The port is `*` for any, or the ports that fit, between commas. In a pattern, which
    /// is a beginning, `*` is any run, and `^` the end or a `/` or `?`.
    #[must_use]
    pub fn outline(&self, grants: &Grants) -> String {
        let mut lines = Lines::default();
        for pattern in &self.never {
            self.rule(REFUSED, pattern, &mut lines);
        }
        let strict = self.mode == Mode::Strict;
        if self.mode != Mode::Manual {
            self.own_rules(grants, &mut lines);
            self.own_site(&mut lines);
            self.built_in_rules(grants, &mut lines);
        }
        lines.add(&["d", if strict { REFUSED } else { PASSES }]);
        lines.text
    }

    /// The owner's `services` and `allow`, the most specific first; a tie is the service's.
    fn own_rules(&self, grants: &Grants, lines: &mut Lines) {
        let mut rules: Vec<(Specificity, &str, &HostPattern)> = Vec::new();
        for pattern in &self.allow {
            rules.push((pattern.specificity(&self.page), PASSES, pattern));
        }
        // Of two services with equal patterns the first counts.
        for (pattern, at) in self.hosts.iter().rev() {
            let decision = self.weigh_service(ServiceRef::Own(*at), Reason::Service, grants);
            rules.push((pattern.specificity(&self.page), answer(&decision), pattern));
        }
        rules.sort_by_key(|(specificity, ..)| *specificity);
        for (_, answer, pattern) in rules.iter().rev() {
            self.rule(answer, pattern, lines);
        }
    }

    fn own_site(&self, lines: &mut Lines) {
        let own = match self.proxies {
            Proxies::Auto => BY_SIGNATURE,
            Proxies::Off => PASSES,
        };
        if !self.page.host.is_empty() {
            lines.add(&["r", own, " =", &self.page.host, " * \n"]);
        }
        if let Some(site) = self.site() {
            let exact = if stands_alone(site) { " =" } else { " " };
            lines.add(&["r", own, exact, site, " * \n"]);
        }
        for pattern in &self.first_party {
            self.rule(own, pattern, lines);
        }
    }

    fn rule(&self, answer: &str, pattern: &HostPattern, lines: &mut Lines) {
        let (host, port) = if pattern.host().is_empty() {
            (self.page.host.as_str(), self.page.port.as_str())
        } else {
            (pattern.host(), pattern.port())
        };
        // Nothing is below the page's exact host, nor below an address of numbers.
        let exact = if pattern.host().is_empty() || stands_alone(host) {
            " ="
        } else {
            " "
        };
        let ports = match (pattern.host().is_empty(), port) {
            (false, "") => "*",
            // Left out of addresses where it is the scheme's own.
            (false, "443") => "443,",
            (false, "80") => "80,",
            (_, port) => port,
        };
        let path = pattern.path();
        let open = path.is_empty() || path.ends_with('/');
        let end = if open { "\n" } else { "^\n" };
        lines.add(&["r", answer, exact, host, " ", ports, " ", path, end]);
    }

    fn built_in_rules(&self, grants: &Grants, lines: &mut Lines) {
        let weigh = |rating: Rating| answer(&self.weigh(rating, Reason::HostTable, grants));
        let mut rules: Vec<(String, &str, Rating)> = self.table.rules().collect();
        rules.sort_by_key(|(host, pattern, _)| {
            // A host whose ending is left open is as long as a host can be: its rules come first.
            let length = if host.ends_with('*') {
                usize::MAX
            } else {
                host.len()
            };
            core::cmp::Reverse((length, pattern.len()))
        });
        for (host, pattern, rating) in rules {
            lines.add(&["r", weigh(rating), " ", &host, " * ", pattern, "\n"]);
        }
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
        let mut signatures: Vec<(&str, Rating)> = self.table.signatures().collect();
        signatures.sort_by_key(|(pattern, _)| core::cmp::Reverse(pattern.len()));
        for (pattern, rating) in signatures {
            // One that lets pass says no more than that the host does.
            if rating.category != Category::Essential {
                lines.add(&["s", weigh(rating), " ", pattern, "\n"]);
            }
        }
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
