//! The demo's pages are what they claim to be: the tag's lines first and in order, a configuration
//! without a mistake, and every stand-in on them declared, under its name and on its port.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

#[path = "e2e/paste.rs"]
mod paste;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use consent_gate::config::{self, Config, Sources, Value};
use consent_gate::consent::CategorySet;
use consent_gate::gate::{Address, Gate, Grants, Kind, Reason, Request, Rules, Target, Verdict};

const SITES: [&str; 5] = [
    "cloudalytix",
    "cloudgenix",
    "cloudengage",
    "cloudnexus",
    "xcloudconnector",
];

#[test]
fn the_tag_comes_first_in_its_three_lines() {
    for site in SITES {
        let page = read(&format!("sites/{site}/index.html"));
        let head = page.split_once("<head>").unwrap().1;
        let block = head
            .trim_start()
            .strip_prefix(r#"<script type="application/json" id="consent-gate-config">"#)
            .unwrap_or_else(|| panic!("{site}: the configuration is not first"));
        let rest = block.split_once("</script>").unwrap().1.trim_start();
        let rest = rest
            .strip_prefix(paste::SCRIPT)
            .unwrap_or_else(|| panic!("{site}: the tag is not second"));
        assert!(
            rest.trim_start().starts_with(paste::POLICY),
            "{site}: the policy line is not third"
        );
        assert!(page.is_ascii(), "{site} is read right in any encoding");
    }
}

#[test]
fn no_configuration_has_a_mistake() {
    for site in SITES {
        let (_, mistakes) = configuration(site);
        assert!(mistakes.is_empty(), "{site}: {mistakes:?}");
    }
}

#[test]
fn every_stand_in_of_a_page_waits_for_consent_by_the_pages_own_services() {
    let ports = ports();
    let everything = Grants {
        categories: CategorySet::ALL,
        settled: CategorySet::ALL,
        services: Vec::new(),
    };
    for site in SITES {
        let gate = gate(site);
        let mut found = 0;
        for name in stand_ins(site) {
            let port = ports
                .get(&name)
                .unwrap_or_else(|| panic!("{site}: {name} is not in hosts.tsv"));
            let named = format!("{name}.localhost");
            for (host, port) in [(named.as_str(), "8080"), ("127.0.0.1", port.as_str())] {
                let address = Address {
                    host,
                    port,
                    path: "/",
                };
                let request = Request {
                    kind: Kind::Image,
                    target: Target::Address(address),
                    mark: None,
                };
                let before = gate.decide(&request, &Grants::NONE);
                let after = gate.decide(&request, &everything);
                match before.verdict {
                    Verdict::Hold => {
                        assert_eq!(before.reason, Reason::Service, "{site}: {host}:{port}");
                        assert_eq!(after.verdict, Verdict::Allow, "{site}: {host}:{port}");
                    }
                    Verdict::Block => {
                        assert_eq!(after.verdict, Verdict::Block, "{site}: {host}:{port}")
                    }
                    Verdict::Allow => panic!("{site}: {host}:{port} runs before consent"),
                }
                found += 1;
            }
        }
        assert!(found >= 10, "{site} has {found} addresses of stand-ins");
    }
}

/// The stand-ins whose requests a page causes: those it says it has, and those in its markup.
fn stand_ins(site: &str) -> BTreeSet<String> {
    let page = read(&format!("sites/{site}/index.html"));
    let listed = page
        .split("data-stand-ins=\"")
        .skip(1)
        .flat_map(|part| part.split('"').next().unwrap().split(' '));
    let embedded = page
        .split("http://")
        .skip(1)
        .filter_map(|part| part.split_once(".localhost:8080/"))
        .map(|(name, _)| name)
        .filter(|name| !name.contains(['/', '"', ' ']));
    listed.chain(embedded).map(str::to_owned).collect()
}

fn ports() -> BTreeMap<String, String> {
    read("stand-ins/hosts.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut columns = line.split('\t').map(str::to_owned);
            (columns.next().unwrap(), columns.next().unwrap())
        })
        .collect()
}

fn configuration(site: &str) -> (Config, Vec<config::ConfigError>) {
    let page = read(&format!("sites/{site}/index.html"));
    let block = page.split_once("consent-gate-config\">").unwrap().1;
    let block = block.split_once("</script>").unwrap().0;
    let block: Value = serde_json::from_str(block).unwrap();
    config::read(Sources {
        block: Some(block),
        ..Sources::default()
    })
}

fn gate(site: &str) -> Gate {
    let (config, _) = configuration(site);
    let mut gate = Gate::new(Rules {
        mode: config.gate,
        proxies: config.first_party_proxies,
        page_host: "127.0.0.1".to_owned(),
        page_port: "8080".to_owned(),
        never: config.never,
        allow: config.allow,
        first_party: config.first_party,
        services: config.services,
    });
    gate.set_site("127.0.0.1");
    gate
}

fn read(path: &str) -> String {
    let www = Path::new(env!("CARGO_MANIFEST_DIR")).join("www");
    fs::read_to_string(www.join(path)).unwrap()
}
