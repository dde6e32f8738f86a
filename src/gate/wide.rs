//! Where the path makes no difference, so that whoever asks can remember the answer by host.

use super::{Address, Gate, HostPattern, Mode};

impl Gate {
    /// Is every address of this host judged as this one is, whatever its path? Only paths that begin
    /// like one of [`Gate::signature_heads`] may be judged otherwise: those are looked for on any host.
    #[must_use]
    pub fn is_host_wide(&self, address: &Address<'_>) -> bool {
        let looks_at_path = |pattern: &HostPattern| pattern.speaks_of_a_part(address, &self.page);
        let own = self.hosts.iter().map(|(pattern, _)| pattern);
        let mut patterns = (self.never.iter())
            .chain(&self.allow)
            .chain(&self.first_party)
            .chain(own);
        !patterns.any(looks_at_path)
            && (self.mode == Mode::Manual
                || self.owns(address)
                || !self.table.looks_at_paths(address.host))
    }

    /// How the paths begin that give a tracker away on any host, without their stars.
    pub fn signature_heads(&self) -> impl Iterator<Item = &'static str> {
        self.table.signature_heads()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Gate, Rules};
    use super::*;

    fn wide(rules: Rules, host: &str) -> bool {
        Gate::new(rules).is_host_wide(&Address {
            host,
            port: "",
            path: "/a/b.png",
        })
    }

    fn patterns(texts: &[&str]) -> Vec<HostPattern> {
        texts
            .iter()
            .filter_map(|text| HostPattern::parse(text).ok())
            .collect()
    }

    #[test]
    fn a_host_without_rules_for_paths_is_wide() {
        let rules = || Rules {
            page_host: "shop.test".to_owned(),
            ..Rules::default()
        };
        assert!(wide(rules(), "shop.test"));
        assert!(wide(rules(), "images.example.com"));
        assert!(!wide(rules(), "www.googletagmanager.com"));
        assert!(!wide(rules(), "www.google.de"), "a regional rule");
        assert!(
            !wide(rules(), "x.cdn.jsdelivr.net."),
            "a rule of its parent"
        );
    }

    #[test]
    fn an_owners_word_on_a_path_is_heard() {
        for (texts, host, expected) in [
            (["example.com/stats"], "a.example.com", false),
            (["example.com"], "a.example.com", true),
            (["/stats/"], "shop.test", false),
            (["/stats/"], "a.example.com", true),
        ] {
            for field in 0..3 {
                let mut rules = Rules {
                    page_host: "shop.test".to_owned(),
                    ..Rules::default()
                };
                let list = match field {
                    0 => &mut rules.never,
                    1 => &mut rules.allow,
                    _ => &mut rules.first_party,
                };
                *list = patterns(&texts);
                assert_eq!(wide(rules, host), expected, "{texts:?} {host} {field}");
            }
        }
    }

    #[test]
    fn heads_have_no_stars() {
        let gate = Gate::new(Rules::default());
        assert!(
            gate.signature_heads()
                .all(|head| head.starts_with('/') && !head.contains('*'))
        );
        assert!(gate.signature_heads().any(|head| head == "/gtag/js?"));
    }
}
