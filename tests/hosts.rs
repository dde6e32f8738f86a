//! Hosts, addresses and marks, case by case from tables. Each table says how many cases it holds, so
//! that none can be skipped in silence.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use consent_gate::consent::{Category, CategorySet, Service, ServiceId};
use consent_gate::gate::{
    Address, Attributes, Decision, Gate, Grants, HostPattern, Kind, Mode, PageHost, Reason,
    Request, Rules, Target, Verdict, Write,
};

const HOSTS: &str = include_str!("data/hosts.tsv");
const MARKS: &str = include_str!("data/marks.tsv");
const URLS: &str = include_str!("data/url-cases.tsv");

/// The rows of a table whose first line tells their number.
fn cases(table: &'static str) -> Vec<Vec<&'static str>> {
    let (head, rest) = table.split_once('\n').expect("a head line");
    let count = head.trim_start_matches(['#', ' ']).split(' ').next();
    let rows: Vec<Vec<&str>> = rest
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(count, Some(rows.len().to_string().as_str()), "{head}");
    rows
}

fn gate(mode: Mode) -> Gate {
    Gate::new(Rules {
        mode,
        page_host: "www.shop.test".to_owned(),
        ..Rules::default()
    })
}

fn ask(gate: &Gate, host: &str, path: &str) -> Decision {
    let address = Address {
        host,
        port: "",
        path,
    };
    let request = Request {
        kind: Kind::Script,
        target: Target::Address(address),
        mark: None,
    };
    gate.decide(&request, &Grants::NONE)
}

fn category(text: &str) -> Option<Category> {
    let category = Category::from_id(text);
    assert!(category.is_some() || text == "-", "no category: {text}");
    category
}

fn service(id: &str, category: Option<Category>) -> Service {
    Service {
        id: ServiceId::new(id).expect("a free id"),
        name: id.to_owned(),
        category,
        hosts: Vec::new(),
        cookies: Vec::new(),
        storage: Vec::new(),
        provider: None,
        policy_url: None,
        purpose: None,
        retention: None,
        transfer: None,
    }
}

#[test]
fn hosts_are_read_matched_and_known_as_the_table_says() {
    let auto = gate(Mode::Auto);
    let page = PageHost {
        host: "www.shop.test".to_owned(),
        port: String::new(),
    };
    for row in cases(HOSTS) {
        match row.as_slice() {
            ["parse", pattern, wanted] => {
                let pattern = pattern.replace("<long>", &"a.".repeat(127));
                let pattern = pattern.replace("<label>", &"a".repeat(64));
                let error = HostPattern::parse(&pattern).err();
                let said = error.map_or("ok".to_owned(), |error| format!("{error:?}"));
                assert_eq!(&said, wanted, "{pattern}");
            }
            ["match", pattern, host, port, path, wanted] => {
                let pattern = HostPattern::parse(pattern).expect("a pattern");
                let address = Address { host, port, path };
                let matched = pattern.matches(&address, &page).is_some();
                assert_eq!(matched, *wanted == "yes", "{row:?}");
            }
            ["known", host, wanted] => {
                let host = host.replace("<long>", &"a.".repeat(120));
                let decision = ask(&auto, &host, "/some/file.js");
                match *wanted {
                    "unreadable" => {
                        assert_eq!(decision.reason, Reason::Unreadable, "{host}");
                        assert_eq!(decision.verdict, Verdict::Hold, "{host}");
                    }
                    "-" => assert_eq!(decision.reason, Reason::Unlisted, "{host}"),
                    wanted => {
                        assert_eq!(decision.category, category(wanted), "{host}");
                        let held = wanted != "essential";
                        assert_eq!(decision.verdict == Verdict::Hold, held, "{host}");
                    }
                }
            }
            _ => panic!("what is {row:?}?"),
        }
    }
}

#[test]
fn addresses_have_the_category_that_the_table_says() {
    let auto = gate(Mode::Auto);
    for row in cases(URLS) {
        let [url, wanted] = row.as_slice() else {
            panic!("what is {row:?}?")
        };
        let rest = url.strip_prefix("https://").expect("https");
        let (host, path) = rest.split_at(rest.find('/').expect("a path"));
        let decision = ask(&auto, host, path);
        // What is on no list passes, as what is essential does.
        let said = decision.category.unwrap_or(Category::Essential);
        assert_eq!(Some(said), category(wanted), "{url} {decision:?}");
    }
}

#[test]
fn marks_are_read_in_every_dialect() {
    let gate = Gate::new(Rules {
        services: vec![
            service("my-map", Some(Category::Functional)),
            service("performance", Some(Category::Marketing)),
            service("mixpanel", Some(Category::Marketing)),
        ],
        ..Rules::default()
    });
    for row in cases(MARKS) {
        let [attributes, element, wanted] = row.as_slice() else {
            panic!("what is {row:?}?")
        };
        let value = |name: &str| {
            let mut all = attributes.split(" & ");
            all.find_map(|one| one.strip_prefix(name)?.strip_prefix('='))
        };
        let mark = gate.read_mark(&Attributes {
            consent: value("consent"),
            category: value("category"),
            service: value("service"),
            name: value("name"),
            cookieconsent: value("cookieconsent"),
            class: value("class"),
            inert: *element == "inert",
        });
        let said = mark.map_or("none".to_owned(), |mark| {
            let mut all: Vec<&str> = mark.categories.iter().map(Category::id).collect();
            all.extend(mark.services.iter().map(|it| gate.service_id(*it)));
            all.extend(mark.unknown.then_some("unknown"));
            all.join(" ")
        });
        assert_eq!(&said, wanted, "{row:?}");
    }
}

/// A site with a rule of every kind.
fn rules() -> Rules {
    let pattern = |text: &str| HostPattern::parse(text).expect("a pattern");
    let own = |id: &str, category, host: &str| Service {
        hosts: vec![host.to_owned()],
        ..service(id, category)
    };
    Rules {
        page_host: "www.shop.test".to_owned(),
        never: vec![pattern("never.test")],
        allow: ["hotjar.com", "tie.test", "deep.held.test"]
            .map(pattern)
            .to_vec(),
        first_party: vec![pattern("cdn-of-shop.test")],
        services: vec![
            own("broken", None, "broken.test"),
            own("held", Some(Category::Marketing), "held.test"),
            own("tie", Some(Category::Functional), "tie.test"),
            own("segment", Some(Category::Essential), "sst.shop.test"),
            own("path", Some(Category::Analytics), "/stats/"),
        ],
        ..Rules::default()
    }
}

/// What lets pass on any host, for Cloudflare's own check of visitors.
const ANY_HOST: &str = "/cdn-cgi/challenge-platform/pixel";

fn said(gate: &Gate, host: &str, path: &str) -> (Verdict, Reason) {
    let decision = ask(gate, host, path);
    (decision.verdict, decision.reason)
}

const ALLOW: Verdict = Verdict::Allow;
const HOLD: Verdict = Verdict::Hold;

#[test]
fn the_first_rule_that_speaks_decides() {
    let mut gate = Gate::new(rules());
    let never = (Verdict::Block, Reason::Never);
    assert_eq!(said(&gate, "a.never.test", "/"), never);
    assert_eq!(
        said(&gate, "script.hotjar.com", "/"),
        (ALLOW, Reason::Allow)
    );
    assert_eq!(said(&gate, "tie.test", "/"), (HOLD, Reason::Service));
    assert_eq!(said(&gate, "held.test", "/"), (HOLD, Reason::Service));
    assert_eq!(said(&gate, "x.deep.held.test", "/"), (ALLOW, Reason::Allow));
    // The owner's word on a built-in service counts for the built-in hosts of it.
    let segment = (ALLOW, Reason::HostTable);
    assert_eq!(said(&gate, "cdn.segment.com", "/"), segment);
    // What lets pass on any host must not open a tracker's.
    let tracker = (HOLD, Reason::HostTable);
    assert_eq!(said(&gate, "doubleclick.net", ANY_HOST), tracker);

    gate.set_site("shop.test");
    let own = (ALLOW, Reason::OwnSite);
    assert_eq!(said(&gate, "cdn-of-shop.test", "/"), own);
    assert_eq!(said(&gate, "www.shop.test", "/statsx"), own);
    assert_eq!(said(&gate, "www.shop.test", ANY_HOST), own);
    let stats = (HOLD, Reason::Service);
    assert_eq!(said(&gate, "www.shop.test", "/stats/x"), stats);
    // A tracker on the own host, and the owner's word against it.
    let proxied = (HOLD, Reason::FirstPartyProxy);
    assert_eq!(said(&gate, "www.shop.test", "/gtag/js?id=G-1"), proxied);
    assert_eq!(
        said(&gate, "metrics.shop.test", "/gtm.js?id=GTM-X"),
        proxied
    );
    let sst = (ALLOW, Reason::Service);
    assert_eq!(said(&gate, "sst.shop.test", "/gtag/js?id=G-1"), sst);
}

#[test]
fn strict_holds_what_is_on_no_list_and_manual_gates_marks_alone() {
    let strict = Gate::new(Rules {
        mode: Mode::Strict,
        ..rules()
    });
    let held = (HOLD, Reason::Strict);
    assert_eq!(said(&strict, "some.example", "/"), held);
    assert_eq!(said(&strict, "some.example", ANY_HOST), held);
    let listed = (ALLOW, Reason::HostTable);
    assert_eq!(said(&strict, "js.stripe.com", "/v3"), listed);
    let manual = Gate::new(Rules {
        mode: Mode::Manual,
        ..rules()
    });
    let free = (ALLOW, Reason::Manual);
    assert_eq!(said(&manual, "www.google-analytics.com", "/"), free);
    assert_eq!(said(&manual, "held.test", "/"), free);
    let never = (Verdict::Block, Reason::Never);
    assert_eq!(said(&manual, "never.test", "/"), never);
}

#[test]
fn only_the_exact_host_is_the_own_site_until_the_site_is_known() {
    let mut gate = Gate::new(rules());
    assert!(gate.needs_site("img.shop.test") && !gate.needs_site("www.shop.test"));
    assert!(!gate.needs_site("shop.example"));
    let own = (ALLOW, Reason::OwnSite);
    assert_eq!(said(&gate, "www.shop.test", "/a.js"), own);
    let third_party = (HOLD, Reason::PathRule);
    assert_eq!(said(&gate, "img.shop.test", "/matomo.js"), third_party);
    // A site of which the page is no part is not believed.
    gate.set_site("evil.test");
    gate.set_site("test");
    gate.set_site("");
    assert!(gate.needs_site("img.shop.test"));
    assert_ne!(said(&gate, "evil.test", "/"), own);
    gate.set_site("shop.test");
    assert!(!gate.needs_site("img.shop.test"));
    assert_eq!(said(&gate, "img.shop.test", "/"), own);
    let other = (ALLOW, Reason::Unlisted);
    assert_eq!(said(&gate, "notshop.test", "/"), other);
    // A page without a host has no own site.
    let nowhere = Gate::new(Rules::default());
    assert_ne!(said(&nowhere, "a.test", "/"), own);
    assert!(!nowhere.needs_site("a.test"));
}

#[test]
fn nothing_grants_what_cannot_be_read() {
    let gate = Gate::new(rules());
    let all = Grants {
        categories: CategorySet::ALL,
        settled: CategorySet::ALL,
        services: Vec::new(),
    };
    let decide = |target, attributes: Attributes<'_>| {
        let mark = gate.read_mark(&attributes);
        let request = Request {
            kind: Kind::Image,
            target,
            mark: mark.as_ref(),
        };
        let decision = gate.decide(&request, &all);
        (decision.verdict, decision.reason, decision.settled)
    };
    let address = |host| {
        Target::Address(Address {
            host,
            port: "",
            path: "/",
        })
    };
    let consent = |text| Attributes {
        consent: Some(text),
        ..Attributes::default()
    };
    // A service that couldn't be read has no category to grant.
    assert_eq!(
        decide(address("broken.test"), Attributes::default()),
        (HOLD, Reason::Service, true)
    );
    assert_eq!(
        decide(address("a.test"), consent("broken")),
        (HOLD, Reason::Mark, true)
    );
    assert_eq!(
        decide(Target::Unreadable, consent("essential")),
        (HOLD, Reason::Unreadable, true)
    );
    assert_eq!(
        decide(address("a.test"), consent("nonsense")),
        (HOLD, Reason::UnknownMark, true)
    );
    // The sentinels: what can be read is granted, and inline code without a mark is let alone.
    assert_eq!(
        decide(address("a.test"), consent("marketing held")),
        (ALLOW, Reason::Mark, false)
    );
    assert_eq!(
        decide(Target::Local, Attributes::default()),
        (ALLOW, Reason::Local, false)
    );
}

#[test]
fn writes_are_known_by_name_and_a_sites_own_names_pass() {
    let gate = Gate::new(Rules {
        services: vec![Service {
            cookies: vec!["shop_*".to_owned()],
            storage: vec!["shop-key".to_owned()],
            ..service("shop-stats", Some(Category::Analytics))
        }],
        ..Rules::default()
    });
    let said = |kind, name| {
        let write = Write { kind, name };
        let decision = gate.decide_write(&write, &Grants::NONE);
        let held = decision.verdict == Verdict::Hold;
        assert_eq!(held, decision.service.is_some(), "{name}");
        decision
            .service
            .map_or("-", |service| gate.service_id(service))
    };
    for (name, wanted) in [
        ("_ga", "google-analytics"),
        ("_ga_ABC123", "google-analytics"),
        ("_gid", "google-analytics"),
        ("_gcl_au", "google-ads"),
        ("_fbp", "meta-pixel"),
        ("_fbc", "meta-pixel"),
        ("_clck", "clarity"),
        ("_uetsid", "bing-uet"),
        ("_hjSessionUser_1", "hotjar"),
        ("_pk_id.1.abcd", "matomo"),
        ("_mkto_trk", "marketo"),
        ("mp_0123_mixpanel", "mixpanel"),
        ("AMP_abc", "amplitude"),
        ("ajs_anonymous_id", "segment"),
        ("ph_key_posthog", "posthog"),
        ("_pin_unauth", "pinterest-tag"),
        ("_ttp", "tiktok-pixel"),
        ("_scid_r", "snap-pixel"),
        ("li_fat_id", "linkedin-insight"),
        ("cto_bundle", "criteo"),
        ("utag_main", "tealium"),
        ("_dd_s", "datadog-rum"),
        ("__adroll_fpc", "adroll"),
        ("_vis_opt_s", "vwo"),
        ("_ym_uid", "yandex-metrica"),
        ("visitor_id123456-hash", "pardot"),
        ("hubspotutk", "hubspot"),
        ("vuid", "vimeo"),
        ("shop_visits", "shop-stats"),
        ("uid", "-"),
        ("session", "-"),
        ("sessionid", "-"),
        ("PHPSESSID", "-"),
        ("csrftoken", "-"),
        ("visitor_id", "-"),
        ("mp_volume", "-"),
        ("_GA", "-"),
        ("lang", "-"),
        ("theme", "-"),
        ("cart", "-"),
        ("", "-"),
    ] {
        assert_eq!(said(Kind::Cookie, name), wanted, "{name}");
    }
    for (name, wanted) in [
        ("bugsnag-anonymous-id", "bugsnag"),
        ("adjust-sdk.p", "adjust"),
        ("__mpq_token_ev", "mixpanel"),
        ("mp_tab_id_x", "mixpanel"),
        ("ajs_user_id", "segment"),
        ("shop-key", "shop-stats"),
        ("shop_visits", "-"),
        ("token", "-"),
        ("consent-gate", "-"),
    ] {
        assert_eq!(said(Kind::LocalStorage, name), wanted, "{name}");
    }
}

#[test]
fn a_category_alone_speaks_of_the_service_whose_host_it_is() {
    let gate = gate(Mode::Auto);
    let youtube = gate.find_service("youtube").expect("a built-in service");
    let decide = |host, mark: &str, granted: CategorySet, answer: Option<bool>| {
        let grants = Grants {
            categories: granted,
            settled: CategorySet::ALL,
            services: answer.map(|answer| (youtube, answer)).into_iter().collect(),
        };
        let mark = gate.read_mark(&Attributes {
            consent: Some(mark),
            ..Attributes::default()
        });
        let request = Request {
            kind: Kind::Frame,
            target: Target::Address(Address {
                host,
                port: "",
                path: "/embed/x",
            }),
            mark: mark.as_ref(),
        };
        let decision = gate.decide(&request, &grants);
        assert_eq!(decision.reason, Reason::Mark);
        (decision.verdict, decision.service)
    };
    let (all, none) = (CategorySet::ALL, CategorySet::EMPTY);
    let (host, own) = ("www.youtube.com", Some(youtube));
    // Its own answer counts, and without one the category that stands there, whatever the table says.
    for mark in ["functional", "marketing"] {
        assert_eq!(decide(host, mark, all, None), (ALLOW, own));
        assert_eq!(decide(host, mark, none, None), (HOLD, own));
        assert_eq!(decide(host, mark, all, Some(false)), (HOLD, own));
        assert_eq!(decide(host, mark, none, Some(true)), (ALLOW, own));
    }
    // All of several must be granted, and a host that nobody knows goes by its category.
    let several = "functional analytics";
    assert_eq!(decide(host, several, none, Some(true)), (HOLD, None));
    assert_eq!(
        decide("a.test", "functional", none, Some(true)),
        (HOLD, None)
    );
    assert_eq!(
        decide("a.test", "functional", all, Some(false)),
        (ALLOW, None)
    );
}
