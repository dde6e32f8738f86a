//! The gate against the obvious way to write it: lists searched from the first line to the last,
//! text taken apart with `String`s. On random rules and requests both must say the same.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use consent_gate::consent::{Category, CategorySet, Service, ServiceId};
use consent_gate::gate::{
    Address, Attributes, Decision, Gate, Grants, HostPattern, Kind, Mark, Mode, Proxies, Reason,
    Request, Rules, ServiceRef, Target, Verdict, Write,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::{prop_assert, prop_assert_eq, proptest};

#[path = "properties/outline.rs"]
mod outline;

/// Hosts that share suffixes, in and out of the built-in tables.
const HOSTS: [&str; 16] = [
    "shop.test",
    "www.shop.test",
    "img.www.shop.test",
    "notshop.test",
    "test",
    "a.test",
    "b.a.test",
    "c.b.a.test",
    "ba.test",
    "a.test.shop.test",
    "hotjar.com",
    "static.hotjar.com",
    "js.stripe.com",
    "www.youtube.com",
    "127.0.0.1",
    "localhost",
];
const PATHS: [&str; 9] = [
    "/",
    "/stats",
    "/stats/",
    "/stats/x.js",
    "/stats?x=1",
    "/statsx",
    "/embed/1",
    "/matomo.js",
    "/cdn-cgi/scripts/x.js",
];
const PORTS: [&str; 3] = ["", "8080", "443"];

fn pattern() -> impl Strategy<Value = String> {
    let host = select(HOSTS[..].to_vec()).prop_filter("no whole TLD", |host| *host != "test");
    let path = select(vec!["", "", "/stats", "/stats/", "/embed"]);
    let port = select(vec!["", "", ":8080", ":443"]);
    prop_oneof![
        9 => (host, port, path).prop_map(|(host, port, path)| [host, port, path].concat()),
        1 => select(vec!["/stats", "/stats/"]).prop_map(str::to_owned),
    ]
}

fn category() -> impl Strategy<Value = Category> {
    select(Category::ALL.to_vec())
}

fn service(at: usize) -> impl Strategy<Value = Service> {
    (option::weighted(0.9, category()), vec(pattern(), 0..3)).prop_map(move |(category, hosts)| {
        // The first overrides a built-in one.
        let id = if at == 0 {
            "hotjar"
        } else {
            ["s1", "s2"][at - 1]
        };
        Service {
            id: ServiceId::new(id).expect("a free id"),
            name: id.to_owned(),
            category,
            hosts,
            cookies: vec!["own*".to_owned()],
            storage: Vec::new(),
            provider: None,
            policy_url: None,
            purpose: None,
            retention: None,
            transfer: None,
        }
    })
}

fn parsed(patterns: Vec<String>) -> Vec<HostPattern> {
    let parse = |text: &String| HostPattern::parse(text).expect("a pattern");
    patterns.iter().map(parse).collect()
}

/// Rules as they are and as text.
#[derive(Clone, Debug)]
struct Setup {
    rules: Rules,
    never: Vec<String>,
    allow: Vec<String>,
    first_party: Vec<String>,
    site: Option<&'static str>,
}

fn setup() -> impl Strategy<Value = Setup> {
    let modes = (
        select(Mode::ALL.to_vec()),
        select(Proxies::ALL.to_vec()),
        select(vec!["www.shop.test", "shop.test", "127.0.0.1", ""]),
        select(vec!["", "8080"]),
        select(vec![None, Some("shop.test"), Some("www.shop.test")]),
    );
    let lists = (
        vec(pattern(), 0..2),
        vec(pattern(), 0..3),
        vec(pattern(), 0..2),
    );
    let services = prop_oneof![
        Just(Vec::new()),
        service(0).prop_map(|one| vec![one]),
        (service(0), service(1), service(2)).prop_map(|(a, b, c)| vec![a, b, c]),
    ];
    (modes, lists, services).prop_map(
        |((mode, proxies, host, port, site), (never, mut allow, first_party), services)| {
            // A tie now and then: the same pattern on both sides.
            if let Some(service) = services.last()
                && mode != Mode::Strict
            {
                let service: &Service = service;
                allow.extend(service.hosts.first().cloned());
            }
            Setup {
                rules: Rules {
                    mode,
                    proxies,
                    page_host: host.to_owned(),
                    page_port: port.to_owned(),
                    never: parsed(never.clone()),
                    allow: parsed(allow.clone()),
                    first_party: parsed(first_party.clone()),
                    services,
                },
                never,
                allow,
                first_party,
                site,
            }
        },
    )
}

fn grants() -> impl Strategy<Value = Grants> {
    let set = || vec(category(), 0..4).prop_map(CategorySet::from_iter);
    let answers = vec((0..3u16, any::<bool>()), 0..3);
    (set(), set(), answers).prop_map(|(granted, settled, answers)| {
        let mut services: Vec<_> = answers
            .into_iter()
            .map(|(at, answer)| (ServiceRef::Own(at), answer))
            .collect();
        services.sort();
        services.dedup_by_key(|(service, _)| *service);
        Grants {
            categories: granted.union(CategorySet::ESSENTIAL),
            settled: settled.union(CategorySet::ESSENTIAL),
            services,
        }
    })
}

/// What the built-in tables say of `HOSTS` and `PATHS`, by hand.
fn built_in(host: &str, path: &str, strict: bool) -> Option<(Category, Reason, &'static str)> {
    if host.ends_with("youtube.com") && path.starts_with("/embed/") {
        return Some((Category::Functional, Reason::PathRule, "youtube"));
    }
    let known = [
        ("hotjar.com", Category::Analytics, "hotjar"),
        ("js.stripe.com", Category::Essential, "stripe"),
        ("youtube.com", Category::Functional, "youtube"),
    ];
    let entry = known.into_iter().find(|(suffix, ..)| under(host, suffix));
    if entry.is_none_or(|(_, category, _)| category == Category::Essential) {
        if path.starts_with("/matomo.js") {
            return Some((Category::Analytics, Reason::PathRule, "matomo"));
        }
        if path.starts_with("/cdn-cgi/scripts/") && entry.is_none() && !strict {
            return Some((Category::Essential, Reason::PathRule, ""));
        }
    }
    entry.map(|(_, category, service)| (category, Reason::HostTable, service))
}

fn under(host: &str, suffix: &str) -> bool {
    let alone = !suffix.contains('.') || suffix == "127.0.0.1";
    host == suffix || !alone && host.ends_with(&[".", suffix].concat())
}

/// How exactly a pattern speaks of an address, with text alone.
fn speaks(pattern: &str, page: &Rules, address: &Address<'_>) -> Option<(usize, usize, bool)> {
    let at = pattern.find('/').unwrap_or(pattern.len());
    let (authority, path) = pattern.split_at(at);
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let (host, fits) = if host.is_empty() {
        let own = page.page_host == address.host && page.page_port == address.port;
        (page.page_host.as_str(), own && !page.page_host.is_empty())
    } else {
        let ports =
            port.is_empty() || port == address.port || address.port.is_empty() && port == "443";
        (host, under(address.host, host) && ports)
    };
    let below = [path.trim_end_matches('/'), "/"].concat();
    let (bare, _) = address.path.split_once('?').unwrap_or((address.path, ""));
    let exact = bare == path || path.is_empty();
    (fits && (exact || bare.starts_with(&below))).then_some((
        host.len(),
        path.len(),
        !port.is_empty(),
    ))
}

/// Verdict, reason and category by the order of rules, the naive way.
fn oracle(setup: &Setup, address: &Address<'_>, grants: &Grants) -> (Verdict, Reason) {
    let rules = &setup.rules;
    let hit = |list: &[String]| {
        let hits = list.iter().filter_map(|one| speaks(one, rules, address));
        hits.max()
    };
    let granted = |category: Category, id: &str| {
        let own = rules.services.iter().position(|it| it.id.as_str() == id);
        let Some(at) = own else {
            return grants.categories.contains(category);
        };
        let Some(category) = rules.services[at].category else {
            return false;
        };
        let answers = &grants.services;
        let own = answers
            .iter()
            .find(|(it, _)| *it == ServiceRef::Own(at as u16));
        category == Category::Essential
            || own.map_or(grants.categories.contains(category), |(_, answer)| *answer)
    };
    let verdict = |open| if open { Verdict::Allow } else { Verdict::Hold };

    if hit(&setup.never).is_some() {
        return (Verdict::Block, Reason::Never);
    }
    if rules.mode != Mode::Manual {
        let mut best: Option<((usize, usize, bool), &Service)> = None;
        for service in &rules.services {
            if let Some(found) = hit(&service.hosts)
                && best.is_none_or(|(so_far, _)| found > so_far)
            {
                best = Some((found, service));
            }
        }
        let allowed = hit(&setup.allow);
        if let Some((found, service)) = best
            && allowed.is_none_or(|allowed| found >= allowed)
        {
            let category = service.category.unwrap_or(Category::Marketing);
            return (
                verdict(granted(category, service.id.as_str())),
                Reason::Service,
            );
        }
        if allowed.is_some() {
            return (Verdict::Allow, Reason::Allow);
        }
    }
    let page = rules.page_host.as_str();
    let site = setup.site.filter(|site| under(page, site));
    let same = !page.is_empty()
        && (address.host == page || site.is_some_and(|site| under(address.host, site)));
    if same || hit(&setup.first_party).is_some() {
        let proxied = address.path.starts_with("/matomo.js")
            && rules.proxies == Proxies::Auto
            && rules.mode != Mode::Manual;
        if proxied {
            let open = granted(Category::Analytics, "matomo");
            return (verdict(open), Reason::FirstPartyProxy);
        }
        return (Verdict::Allow, Reason::OwnSite);
    }
    if rules.mode == Mode::Manual {
        return (Verdict::Allow, Reason::Manual);
    }
    match built_in(address.host, address.path, rules.mode == Mode::Strict) {
        Some((category, reason, id)) => (verdict(granted(category, id)), reason),
        None if rules.mode == Mode::Strict => (Verdict::Hold, Reason::Strict),
        None => (Verdict::Allow, Reason::Unlisted),
    }
}

fn gate(setup: &Setup) -> Gate {
    let mut gate = Gate::new(setup.rules.clone());
    if let Some(site) = setup.site {
        gate.set_site(site);
    }
    gate
}

fn decide(gate: &Gate, target: Target<'_>, mark: Option<&Mark>, grants: &Grants) -> Decision {
    let request = Request {
        kind: Kind::Script,
        target,
        mark,
    };
    gate.decide(&request, grants)
}

proptest! {
    #[test]
    fn the_gate_says_what_the_oracle_says(
        setup in setup(),
        host in select(HOSTS[..].to_vec()),
        port in select(PORTS[..].to_vec()),
        path in select(PATHS[..].to_vec()),
        grants in grants(),
    ) {
        let address = Address { host, port, path };
        let decision = decide(&gate(&setup), Target::Address(address), None, &grants);
        let said = (decision.verdict, decision.reason);
        prop_assert_eq!(said, oracle(&setup, &address, &grants));
    }

    /// What workers are told is what is decided.
    #[test]
    fn the_outline_says_what_the_gate_says(
        setup in setup(),
        host in select(HOSTS[..].to_vec()),
        port in select(PORTS[..].to_vec()),
        path in select(PATHS[..].to_vec()),
        grants in grants(),
    ) {
        let address = Address { host, port, path };
        let gate = gate(&setup);
        let decision = decide(&gate, Target::Address(address), None, &grants);
        let wanted = match decision.verdict {
            Verdict::Allow => '0',
            Verdict::Hold if !decision.settled => '1',
            Verdict::Hold | Verdict::Block => '2',
        };
        prop_assert_eq!(outline::read(&gate.outline(&grants), &address), wanted);
    }

    /// Where the shims are told that the path doesn't matter, it doesn't.
    #[test]
    fn a_path_matters_only_where_it_is_said_to(
        setup in setup(),
        host in select(HOSTS[..].to_vec()),
        port in select(PORTS[..].to_vec()),
        paths in (select(PATHS[..].to_vec()), select(PATHS[..].to_vec())),
        grants in grants(),
    ) {
        let gate = gate(&setup);
        let told = |path: &str| gate.signature_heads().any(|head| path.starts_with(head));
        if gate.is_host_wide(&Address { host, port, path: paths.0 }) && !told(paths.0) && !told(paths.1) {
            let verdict = |path| decide(&gate, Target::Address(Address { host, port, path }), None, &grants).verdict;
            prop_assert_eq!(verdict(paths.0), verdict(paths.1));
        }
    }

    /// Upper case and a trailing dot name the same machine.
    #[test]
    fn another_spelling_of_a_host_changes_nothing(
        setup in setup(),
        host in select(HOSTS[..].to_vec()),
        path in select(PATHS[..].to_vec()),
        grants in grants(),
    ) {
        let gate = gate(&setup);
        let spelled = [host, "."].concat().to_ascii_uppercase();
        let [plain, other] = [host, spelled.as_str()].map(|host| {
            let address = Address { host, port: "", path };
            decide(&gate, Target::Address(address), None, &grants)
        });
        prop_assert_eq!(plain, other);
    }

    /// A mark opens only when all that it names is granted, and never what nobody knows.
    #[test]
    fn a_mark_needs_all_that_it_names(
        setup in setup(),
        words in vec(select(vec!["analytics", "marketing", "hotjar", "s1", "youtube", "shoes"]), 0..4),
        grants in grants(),
    ) {
        let gate = gate(&setup);
        let text = words.join(" ");
        let mark = gate.read_mark(&Attributes { consent: Some(&text), ..Attributes::default() });
        let decision = decide(&gate, Target::Local, mark.as_ref(), &grants);
        let open = !words.is_empty() && words.iter().all(|word| {
            let (service, category) = match Category::from_id(word) {
                Some(category) => (None, Some(category)),
                None => {
                    let service = gate.find_service(word);
                    (service, service.and_then(|it| gate.service_category(it)))
                }
            };
            category.is_some_and(|category| {
                category == Category::Essential || grants.allows(service, category)
            })
        });
        prop_assert_eq!(decision.verdict == Verdict::Allow, open);
    }

    /// Whatever text comes in, nothing panics, and what can't be a host is held.
    #[test]
    fn any_text_is_survived(
        setup in setup(),
        host in "\\PC{0,40}",
        path in "\\PC{0,40}",
        other in any::<String>(),
    ) {
        let gate = gate(&setup);
        let address = Address { host: &host, port: &other, path: &path };
        let decision = decide(&gate, Target::Address(address), None, &Grants::NONE);
        let impossible = host.is_empty()
            || !host.is_ascii()
            || host.contains([' ', '/', '@', '?', '#', '\\', '%', '<', '>', '^', '|']);
        prop_assert!(!impossible || decision.verdict == Verdict::Hold);
        let _ = (gate.needs_site(&host), gate.find_service(&other));
        let write = Write { kind: Kind::Cookie, name: &other };
        let write = gate.decide_write(&write, &Grants::NONE);
        prop_assert!(write.verdict == Verdict::Allow || write.service.is_some());
        for text in [&host, &path, &other] {
            if let Ok(pattern) = HostPattern::parse(text) {
                let shown = pattern.host();
                prop_assert!(!shown.contains("..") && shown == shown.to_ascii_lowercase());
            }
            let text = Some(text.as_str());
            for mark in [
                Attributes { consent: text, ..Attributes::default() },
                Attributes { class: text, inert: true, ..Attributes::default() },
                Attributes { cookieconsent: text, inert: true, ..Attributes::default() },
                Attributes { category: text, service: text, inert: true, ..Attributes::default() },
                Attributes { name: text, inert: true, ..Attributes::default() },
            ] {
                let _ = gate.read_mark(&mark);
            }
        }
    }

    /// A host that only looks like one in the table is not in the table.
    #[test]
    fn lookalikes_are_not_taken_for_the_host(
        host in select(vec!["google-analytics.com", "hotjar.com", "criteo.net", "clarity.ms"]),
        letters in "[a-z0-9-]{1,12}",
    ) {
        let gate = Gate::new(Rules::default());
        let said = |host: String| {
            let address = Address { host: &host, port: "", path: "/" };
            decide(&gate, Target::Address(address), None, &Grants::NONE).reason
        };
        prop_assert_eq!(said([&letters, ".", host].concat()), Reason::HostTable);
        prop_assert_eq!(said([&letters, host].concat()), Reason::Unlisted);
        prop_assert_eq!(said([host, ".", &letters, ".test"].concat()), Reason::Unlisted);
    }
}

/// The source tables, read the plain way.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

const TRACKERS: &str = include_str!("../xtask/data/trackers.tsv");
const SERVICES: &str = include_str!("../xtask/data/services.tsv");
const ESSENTIAL: &str = include_str!("../xtask/data/essential.tsv");

/// Every host of the sources is known as its own row, or the nearest row above it, says; a seldom one
/// may be left out, but never for another category.
#[test]
fn the_shipped_table_says_what_its_sources_say() {
    let mut named: Vec<(&str, &str)> = Vec::new();
    for row in rows(SERVICES) {
        named.extend(
            row[3]
                .split(' ')
                .filter(|host| !host.is_empty())
                .map(|host| (host, row[2])),
        );
    }
    named.extend(rows(TRACKERS).map(|row| (row[0], row[1])));
    named.extend(rows(ESSENTIAL).map(|row| (row[0], row[1])));
    let wanted = |host: &str| {
        let under = named.iter().filter(|(suffix, _)| under(host, suffix));
        // Of the same host the first row counts: services before trackers before essential.
        under
            .rev()
            .max_by_key(|(suffix, _)| suffix.len())
            .map(|(_, category)| *category)
    };
    let gate = Gate::new(Rules::default());
    let listed = rows(TRACKERS).filter(|row| row[1] != "essential").count();
    let seldom = listed - 500;
    let (mut seen, mut left_out) = (0, 0);
    for (host, _) in &named {
        for host in [(*host).to_owned(), ["x1.", host].concat()] {
            let address = Address {
                host: &host,
                port: "",
                path: "/x1",
            };
            let decision = decide(&gate, Target::Address(address), None, &Grants::NONE);
            if decision.reason == Reason::PathRule {
                continue;
            }
            match decision.category {
                Some(category) => assert_eq!(Some(category.id()), wanted(&host), "{host}"),
                None => left_out += 1,
            }
            seen += 1;
        }
    }
    assert!(seen > 2500, "{seen}");
    // Each was asked for twice, and an exception may go with the seldom host that it is below of.
    assert!(left_out <= 2 * (seldom + 10), "{left_out} of {seen}");
    for row in rows(TRACKERS).filter(|row| row[1] != "essential").take(500) {
        let address = Address {
            host: row[0],
            port: "",
            path: "/x1",
        };
        let decision = decide(&gate, Target::Address(address), None, &Grants::NONE);
        assert_eq!(decision.verdict, Verdict::Hold, "{row:?}");
    }
}

#[test]
fn a_decision_allocates_nothing() {
    let mut owner = Rules {
        page_host: "www.shop.test".to_owned(),
        never: parsed(vec!["never.test".to_owned()]),
        allow: parsed(vec!["allowed.test/path".to_owned()]),
        first_party: parsed(vec!["cdn.test".to_owned()]),
        ..Rules::default()
    };
    for mode in Mode::ALL {
        owner.mode = mode;
        let gate = Gate::new(owner.clone());
        let text = Some("analytics hotjar");
        let mark = gate.read_mark(&Attributes {
            consent: text,
            ..Attributes::default()
        });
        // The first of all decodes the table of hosts.
        let first = Address {
            host: "example.org",
            port: "",
            path: "/",
        };
        let _ = decide(&gate, Target::Address(first), None, &Grants::NONE);
        let counted = allocation_counter::measure(|| {
            for host in HOSTS
                .into_iter()
                .chain(["www.google.de", "cdn.jsdelivr.net", "a b"])
            {
                for path in PATHS {
                    let target = Target::Address(Address {
                        host,
                        port: "",
                        path,
                    });
                    let _ = decide(&gate, target, None, &Grants::NONE);
                    let _ = decide(&gate, target, mark.as_ref(), &Grants::NONE);
                }
                let write = Write {
                    kind: Kind::Cookie,
                    name: host,
                };
                let _ = gate.decide_write(&write, &Grants::NONE);
                let _ = gate.needs_site(host);
            }
        });
        assert_eq!(counted.count_total, 0, "{mode:?}");
        // The sentinel: the counter does count.
        let counted = allocation_counter::measure(|| drop(Gate::new(owner.clone())));
        assert!(counted.count_total > 0);
    }
}
