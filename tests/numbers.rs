//! Scripts and Rust speak in numbers, which are written down on both sides; this keeps them the same.
//!
//! Half of the Rust is compiled for browsers alone, so it is read as text, as the scripts are. A number that only one side uses is
//! no business of this.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::panic, reason = "a test's own fault is a failed test")]

#[path = "support/text.rs"]
mod text;

use std::collections::BTreeMap;

use consent_gate::gate::Kind;
use text::{between, read};

#[test]
fn every_call_has_the_number_of_its_method() {
    let (script, rust) = (read("www/gate/calls.js"), read("src/browser/calls.rs"));
    for door in ["tell", "read", "ask", "call"] {
        let told = constants(between(&script, &format!("// engine.{door}("), "\n\n"));
        let told: BTreeMap<String, u32> = told
            .into_iter()
            .map(|(name, number)| (name.to_lowercase(), number))
            .collect();
        let taken = methods(between(&rust, &format!("pub fn {door}("), "\n    }\n"));
        assert!(!told.is_empty(), "there are no calls of {door}");
        assert_eq!(told, taken, "{door}: calls.js and calls.rs");
    }
}

/// The method that each arm calls, with the arm's number.
fn methods(source: &str) -> BTreeMap<String, u32> {
    let mut methods = BTreeMap::new();
    let mut arm = None;
    for line in source.lines().map(str::trim) {
        if let Some((number, _)) = line.split_once(" => ") {
            arm = number.parse().ok();
        }
        if let (Some(number), Some((_, call))) = (arm, line.split_once("self.")) {
            let name = call.split('(').next().unwrap_or_default();
            methods.insert(name.to_owned(), number);
        }
    }
    methods
}

#[test]
fn every_kind_has_the_number_of_its_place() {
    let script = read("www/gate/numbers.js");
    let statement = between(&script, "of `Kind` in src/gate/request.rs.\n", ";");
    let told: BTreeMap<u32, String> = constants(statement)
        .into_iter()
        .map(|(name, number)| (number, name))
        .collect();
    let known: BTreeMap<u32, String> = (0..)
        .zip(Kind::ALL)
        .map(|(number, kind)| {
            let name = match kind {
                Kind::InlineScript => "INLINE",
                Kind::EventSource => "EVENT_SOURCE",
                Kind::WebSocket => "WEB_SOCKET",
                Kind::LocalStorage => "LOCAL",
                Kind::SessionStorage => "SESSION",
                Kind::IndexedDb => "DATABASE",
                _ => return (number, kind.id().to_uppercase()),
            };
            (number, name.to_owned())
        })
        .collect();
    assert_eq!(told, known, "numbers.js and `Kind::ALL`");
    for (number, kind) in (0..).zip(Kind::ALL) {
        assert_eq!(kind as u8, number, "{kind:?} is not at its place in `ALL`");
    }
}

/// What is added to a kind must not be a kind itself.
#[test]
fn there_is_room_above_the_kinds() {
    let loads = constants(&read("www/gate/shims/loads.js"));
    let mask = loads["KIND"];
    assert!(Kind::ALL.iter().all(|kind| u32::from(*kind as u8) <= mask));
    for name in ["SET", "LIST", "PAGE"] {
        assert_eq!(loads[name] & mask, 0, "{name} in loads.js");
    }
    assert_eq!(constants(&read("www/gate/numbers.js"))["PLAIN"] & mask, 0);
}

#[test]
fn the_bits_of_an_answer_are_the_same() {
    let script = constants(&read("www/gate/numbers.js"));
    let rust = constants(&read("src/browser/intercept/mod.rs"));
    for name in ["PLAIN", "HOLD", "SETTLED", "MARKED", "WIDE", "SIGHTING"] {
        assert_eq!(script[name], rust[name], "{name}");
    }
    let verdicts = ["ALLOW", "HOLD", "BLOCK"].map(|name| rust[name]);
    for verdict in verdicts {
        assert_eq!(
            verdict & script["VERDICT"],
            verdict,
            "no room for {verdict}"
        );
    }
    // Above them, each a bit of its own; the number of a sighting begins where they end.
    let bits = ["VERDICT", "SETTLED", "MARKED", "WIDE"].map(|name| script[name]);
    let all = bits.iter().fold(0, |all, bits| all | bits);
    assert_eq!(all, bits.iter().sum(), "two bits of an answer are the same");
    assert_eq!(all >> script["SIGHTING"], 0, "SIGHTING lies in the bits");
}

#[test]
fn the_orders_are_the_same() {
    let script = constants(&read("www/gate/numbers.js"));
    let rust = read("src/browser/quarantine.rs");
    let from_number = between(&rust, "impl Order {", "\n}");
    for (name, order) in [
        ("ORDERED", "Ordered"),
        ("INLINE_ORDER", "Inline"),
        ("DEFERRED", "Deferred"),
    ] {
        let arm = format!("{} => Self::{order},", script[name]);
        assert!(from_number.contains(&arm), "quarantine.rs lacks {arm}");
    }
    let arms = from_number.matches(" => Self::").count();
    assert!(arms == 4 && from_number.contains("_ => Self::Now,"));
    assert_eq!(script["NOW"], 0);
}

#[test]
fn how_much_the_interface_matters_is_the_same() {
    let script = constants(&read("www/gate/interface.js"));
    let rust = constants(&read("src/browser/show.rs"));
    for name in ["DUE", "ASKED_FOR"] {
        assert_eq!(script[name], rust[name], "{name}");
    }
}

/// What a request is for, as browsers call it, is judged as what asks for such things in a page.
#[test]
fn the_worker_knows_each_destination_by_the_right_kind() {
    let script = read("www/worker/worker.js");
    let table = between(&script, "const KINDS = {", "};");
    let numbers = constants(&read("www/gate/numbers.js"));
    let pairs = table
        .split(',')
        .filter_map(|pair| pair.trim().split_once(": "));
    let told: BTreeMap<&str, u32> = pairs
        .filter_map(|(name, kind)| Some((name.trim_matches('"'), *numbers.get(kind)?)))
        .collect();
    let known: BTreeMap<&str, u32> = [
        ("", Kind::Fetch),
        ("audio", Kind::Media),
        ("audioworklet", Kind::Worker),
        ("embed", Kind::Embed),
        ("font", Kind::Font),
        ("frame", Kind::Frame),
        ("iframe", Kind::Frame),
        ("image", Kind::Image),
        ("manifest", Kind::Link),
        ("object", Kind::Embed),
        ("paintworklet", Kind::Worker),
        ("script", Kind::Script),
        ("serviceworker", Kind::Worker),
        ("sharedworker", Kind::Worker),
        ("style", Kind::Stylesheet),
        ("track", Kind::Media),
        ("video", Kind::Media),
        ("worker", Kind::Worker),
    ]
    .map(|(name, kind)| (name, u32::from(kind as u8)))
    .into();
    assert_eq!(told, known, "worker.js");
}

/// Every `NAME = number` and `NAME: type = number` of a piece of source.
fn constants(source: &str) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for statement in source.split([',', ';', '\n']) {
        let Some((name, number)) = statement.split_once(" = ") else {
            continue;
        };
        let name = name.split(':').next().unwrap_or_default();
        let name = name.split(' ').next_back().unwrap_or_default();
        let shouted = name
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || letter == '_');
        if let (true, Ok(number)) = (shouted, number.trim().parse()) {
            found.insert(name.to_owned(), number);
        }
    }
    found
}

#[test]
fn numbers_are_found_on_both_sides() {
    let script = "export const A = 0, B_C = 1,\n  D = 2;\nconst MOST = 60_000, e = 3;\n";
    let rust = "/// Text.\npub const A: u8 = 0;\nconst B_C: u32 = 1;\nconst D: u8 = 2;\n";
    assert_eq!(constants(script), constants(rust));
    assert_eq!(constants(script)["B_C"], 1);
    let arms = "0 => self.a(),\n4 => {\n    self.b(text);\n    0\n}\n3 => Ok(self.c()),\n_ => 0,";
    let methods: Vec<(String, u32)> = methods(arms).into_iter().collect();
    assert_eq!(
        methods,
        [("a", 0), ("b", 4), ("c", 3)].map(|(name, number)| (name.to_owned(), number))
    );
}
