//! The order of the rules (for owners: README, "What is granted when").

use super::host::{bare, is_readable};
use super::trackers::Rating;
use super::{
    Address, Decision, Gate, Grants, HostPattern, Mark, Mode, Proxies, Reason, Request, ServiceRef,
    Target, Verdict, Write,
};
use crate::consent::Category;

impl Gate {
    /// May it load, and why?
    ///
    /// The first rule that speaks decides:
    ///
    /// 1. `never`, whatever else is said;
    /// 2. a mark on the element: all that it names must be granted; of a category alone, the service whose address it is;
    /// 3. the most specific match among `services` and `allow`; a tie is the service's;
    /// 4. the page's own site and `firstParty`: passes, unless the path is the signature of a
    ///    tracker that is proxied through it;
    /// 5. the built-in rules for paths;
    /// 6. the built-in table of hosts;
    /// 7. the mode: `auto` lets pass, `strict` holds.
    ///
    /// `manual` goes by 1 and 2 alone. What can't be read is held before anything else is asked:
    /// nobody can have granted it. Nothing here allocates.
    #[must_use]
    pub fn decide(&self, request: &Request<'_>, grants: &Grants) -> Decision {
        let address = match request.target {
            Target::Address(address) if is_readable(bare(address.host)) => address,
            Target::Address(_) | Target::Unreadable => {
                return closed(Verdict::Hold, Reason::Unreadable);
            }
            Target::Local => {
                return match request.mark {
                    Some(mark) => self.decide_mark(mark, grants),
                    None => open(Reason::Local),
                };
            }
        };

        let matches = |pattern: &HostPattern| pattern.matches(&address, &self.page);
        if self.never.iter().any(|pattern| matches(pattern).is_some()) {
            return closed(Verdict::Block, Reason::Never);
        }

        if let Some(mark) = request.mark {
            return self
                .decide_known(request, mark, grants)
                .unwrap_or_else(|| self.decide_mark(mark, grants));
        }

        if self.mode != Mode::Manual {
            let named = self
                .hosts
                .iter()
                .rev()
                .filter_map(|(pattern, at)| Some((matches(pattern)?, *at)))
                .max_by_key(|(specificity, _)| *specificity);
            let allowed = self.allow.iter().filter_map(matches).max();
            match (named, allowed) {
                (Some((service, at)), allowed) if Some(service) >= allowed => {
                    return self.weigh_service(ServiceRef::Own(at), Reason::Service, grants);
                }
                (_, Some(_)) => return open(Reason::Allow),
                (_, None) => {}
            }
        }

        if self.owns(&address) {
            let looked_for = self.mode != Mode::Manual && self.proxies == Proxies::Auto;
            let proxied = looked_for
                .then(|| self.table.signature(address.path))
                .flatten()
                .filter(|rating| rating.category != Category::Essential);
            return match proxied {
                Some(rating) => self.weigh(rating, Reason::FirstPartyProxy, grants),
                None => open(Reason::OwnSite),
            };
        }

        if self.mode == Mode::Manual {
            return open(Reason::Manual);
        }
        self.decide_third_party(&address, grants)
    }

    /// May it be written? Names that nobody is known to write are the site's own and pass.
    #[must_use]
    pub fn decide_write(&self, write: &Write<'_>, grants: &Grants) -> Decision {
        if self.mode == Mode::Manual {
            return open(Reason::Manual);
        }
        match self.writer_of(write.kind, write.name) {
            Some(service @ ServiceRef::Own(_)) => {
                self.weigh_service(service, Reason::Service, grants)
            }
            Some(service @ ServiceRef::BuiltIn(_)) => {
                self.weigh_service(service, Reason::NameTable, grants)
            }
            None => open(Reason::Unlisted),
        }
    }

    fn decide_third_party(&self, address: &Address<'_>, grants: &Grants) -> Decision {
        let found = self.table.find(bare(address.host), address.path);
        if let Some(rating) = found.rule {
            return self.weigh(rating, Reason::PathRule, grants);
        }
        // A signature that fits any host says nothing new of a host that is gated anyway, and one
        // that lets pass must not open a tracker's host, nor a host that `strict` holds.
        let listed = found.host.map(|rating| rating.category);
        if matches!(listed, None | Some(Category::Essential)) {
            let signature = self.table.signature(address.path).filter(|rating| {
                rating.category != Category::Essential
                    || (listed.is_none() && self.mode != Mode::Strict)
            });
            if let Some(rating) = signature {
                return self.weigh(rating, Reason::PathRule, grants);
            }
        }
        match (found.host, self.mode) {
            (Some(rating), _) => self.weigh(rating, Reason::HostTable, grants),
            (None, Mode::Auto) => open(Reason::Unlisted),
            (None, Mode::Manual) => open(Reason::Manual),
            // It waits for its owner, not for the visitor: its calls fail.
            (None, Mode::Strict) => closed(Verdict::Hold, Reason::Strict),
        }
    }

    /// An address that is known to be a service's, and marked by a category alone: what the visitor has said of that
    /// service counts, and else the category.
    fn decide_known(
        &self,
        request: &Request<'_>,
        mark: &Mark,
        grants: &Grants,
    ) -> Option<Decision> {
        let mut categories = mark.categories.iter();
        let category = categories.next()?;
        if mark.unknown || !mark.services.is_empty() || categories.next().is_some() {
            return None;
        }
        let unmarked = Request {
            mark: None,
            ..*request
        };
        let service = self.decide(&unmarked, grants).service?;
        Some(judge(Some(service), category, Reason::Mark, grants))
    }

    /// All that a mark names must be granted. What it names and nobody knows can't be.
    fn decide_mark(&self, mark: &Mark, grants: &Grants) -> Decision {
        if mark.unknown || (mark.categories.is_empty() && mark.services.is_empty()) {
            return closed(Verdict::Hold, Reason::UnknownMark);
        }
        let categories = mark.categories.iter().map(|category| {
            let rating = Rating {
                category,
                service: None,
            };
            self.weigh(rating, Reason::Mark, grants)
        });
        let services = mark
            .services
            .iter()
            .map(|service| self.weigh_service(*service, Reason::Mark, grants));
        // The last word is that of the first that is missing; one that was refused outweighs one
        // that is still open, because no further answer can then release the element.
        let mut verdict: Option<Decision> = None;
        for decision in services.chain(categories) {
            verdict = Some(match verdict {
                None => decision,
                Some(before) if weight(&decision) > weight(&before) => decision,
                Some(before) => before,
            });
        }
        verdict.unwrap_or(closed(Verdict::Hold, Reason::UnknownMark))
    }

    /// A built-in answer, by the owner's service of the same id if there is one.
    pub(super) fn weigh(&self, rating: Rating, reason: Reason, grants: &Grants) -> Decision {
        match rating
            .service
            .map(|at| self.resolve(ServiceRef::BuiltIn(at)))
        {
            Some(service @ ServiceRef::Own(_)) => self.weigh_service(service, reason, grants),
            service @ (None | Some(ServiceRef::BuiltIn(_))) => {
                judge(service, rating.category, reason, grants)
            }
        }
    }

    /// A service that couldn't be read has no category: it is held, and nothing can grant it.
    pub(super) fn weigh_service(
        &self,
        service: ServiceRef,
        reason: Reason,
        grants: &Grants,
    ) -> Decision {
        let service = self.resolve(service);
        match self.service_category(service) {
            Some(category) => judge(Some(service), category, reason, grants),
            None => Decision {
                service: Some(service),
                ..closed(Verdict::Hold, reason)
            },
        }
    }
}

fn judge(
    service: Option<ServiceRef>,
    category: Category,
    reason: Reason,
    grants: &Grants,
) -> Decision {
    let granted = category == Category::Essential || grants.allows(service, category);
    Decision {
        verdict: if granted {
            Verdict::Allow
        } else {
            Verdict::Hold
        },
        reason,
        category: Some(category),
        service,
        settled: !granted && grants.is_settled(service, category),
    }
}

const fn open(reason: Reason) -> Decision {
    Decision {
        verdict: Verdict::Allow,
        reason,
        category: None,
        service: None,
        settled: false,
    }
}

/// Closed by something that no visitor's answer changes.
const fn closed(verdict: Verdict, reason: Reason) -> Decision {
    Decision {
        verdict,
        reason,
        category: None,
        service: None,
        settled: true,
    }
}

const fn weight(decision: &Decision) -> u8 {
    match decision.verdict {
        Verdict::Allow => 0,
        Verdict::Hold if decision.settled => 2,
        Verdict::Hold => 1,
        Verdict::Block => 3,
    }
}
