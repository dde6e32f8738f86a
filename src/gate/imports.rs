//! Addresses below which modules of trackers are served: for a page's import map, which knows no
//! subdomains and no patterns.

use super::{Address, Gate, Grants, HostPattern, Kind, Request, Target, Verdict};

impl Gate {
    /// Tells each such address (`https://host/…/`) that may not be imported now.
    pub fn held_imports(&self, grants: &Grants, tell: &mut dyn FnMut(&str)) {
        let mut judge = |host: &str, port: &str, path: &str| {
            let address = Address { host, port, path };
            let request = Request {
                kind: Kind::Import,
                target: Target::Address(address),
                mark: None,
            };
            if self.decide(&request, grants).verdict != Verdict::Allow {
                let colon = if port.is_empty() { "" } else { ":" };
                tell(&["https://", host, colon, port, path].concat());
            }
        };
        for known in KNOWN.split_ascii_whitespace() {
            if let Some(path) = known.find('/').and_then(|at| known.get(at..)) {
                let host = known.strip_suffix(path).unwrap_or_default();
                judge(host, "", path);
            }
        }
        let own = self.hosts.iter().map(|(pattern, _)| pattern);
        for pattern in own.chain(&self.never) {
            if let Some(folder) = folder(pattern) {
                judge(pattern.host(), pattern.port(), folder);
            }
        }
    }
}

/// The folder that a pattern speaks of. One that speaks of a file, or of the page's own host, is left
/// out: an import map would have to name it to the letter.
fn folder(pattern: &HostPattern) -> Option<&str> {
    match pattern.path() {
        _ if pattern.host().is_empty() => None,
        "" => Some("/"),
        path => path.ends_with('/').then_some(path),
    }
}

/// Real ones: hosts that serve scripts which are modules, or work as modules, and packages that are
/// modules, at the networks that serve packages.
const KNOWN: &str = "cdn.segment.com/ cdn.amplitude.com/ cdn.mxpnl.com/ plausible.io/ \
    us-assets.i.posthog.com/ eu-assets.i.posthog.com/ d2wy8f7a9ursnm.cloudfront.net/ \
    js.sentry-cdn.com/ browser.sentry-cdn.com/ static.hotjar.com/ script.hotjar.com/ \
    www.clarity.ms/ static.cloudflareinsights.com/ va.vercel-scripts.com/ \
    www.googletagmanager.com/ www.google-analytics.com/ connect.facebook.net/ \
    snap.licdn.com/ bat.bing.com/ analytics.tiktok.com/ static.ads-twitter.com/ s.pinimg.com/ct/ \
    sc-static.net/ cdn.taboola.com/ amplify.outbrain.com/ js.hs-scripts.com/ cdn.adjust.com/ \
    cdn.jsdelivr.net/npm/@plausible-analytics/ cdn.jsdelivr.net/npm/@segment/analytics-next/ \
    cdn.jsdelivr.net/npm/@amplitude/ cdn.jsdelivr.net/npm/mixpanel-browser/ \
    cdn.jsdelivr.net/npm/posthog-js/ cdn.jsdelivr.net/npm/@vercel/analytics/ \
    unpkg.com/@plausible-analytics/ unpkg.com/@amplitude/ unpkg.com/mixpanel-browser/";

#[cfg(test)]
mod tests {
    use super::super::Rules;
    use super::*;
    use crate::consent::{Category, CategorySet};

    fn held(rules: Rules, grants: &Grants) -> Vec<String> {
        let mut all = Vec::new();
        Gate::new(rules).held_imports(grants, &mut |address| all.push(address.to_owned()));
        all
    }

    #[test]
    fn what_is_held_is_told() {
        let all = held(Rules::default(), &Grants::NONE);
        let known = KNOWN.split_ascii_whitespace().count();
        assert_eq!(all.len(), known, "{all:?}");
        assert!(all.contains(&"https://cdn.segment.com/".to_owned()));
        let granted = Grants {
            categories: CategorySet::ESSENTIAL.with(Category::Analytics),
            ..Grants::NONE
        };
        let all = held(Rules::default(), &granted);
        assert!(!all.contains(&"https://cdn.segment.com/".to_owned()));
        assert!(all.contains(&"https://connect.facebook.net/".to_owned()));
    }

    #[test]
    fn an_owners_hosts_are_told_as_far_as_a_map_can_name_them() {
        let parse = |text| HostPattern::parse(text).ok();
        let never = ["a.test:8443", "b.test/file", "c.test/folder/", "/own/"];
        let all = held(
            Rules {
                page_host: "shop.test".to_owned(),
                never: never.into_iter().filter_map(parse).collect(),
                ..Rules::default()
            },
            &Grants {
                categories: CategorySet::ALL,
                ..Grants::NONE
            },
        );
        assert_eq!(all, ["https://a.test:8443/", "https://c.test/folder/"]);
    }
}
