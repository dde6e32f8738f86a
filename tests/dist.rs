//! What is shipped, judged as it lies in `pkg/`: small enough, nothing in it that does not belong
//! there, and the surface that owners rely on.
//!
//! Needs a built `pkg/` and the JavaScript tools; `cargo xtask dist` sees to both.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's own fault is a failed test"
)]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use consent_gate::config::Banner;
use consent_gate::consent::Category;
use consent_gate::gate::Kind;
use consent_gate::record::{Action, Source};
use consent_gate::regime::Regime;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha384};

/// Blocking bytes are the dearest thing there is: a visitor on a slow line waits for each of them. The build
/// holds itself to the same list.
const CEILINGS: &str = include_str!("data/dist/ceilings.tsv");

const DROP_IN: &str = "consent-gate.js";
const INTERFACE: &str = "consent-gate-ui.js";
const FULL: &str = "consent-gate.full.js";
const SCRIPTS: [&str; 3] = [DROP_IN, INTERFACE, FULL];
const MODULE: &str = "consent_gate.js";
const WASM: &str = "consent_gate_bg.wasm";
const TYPES: &str = "consent_gate.d.ts";

#[test]
fn every_script_stays_below_its_ceiling() {
    for (name, ceiling) in ceilings() {
        let size = brotli(&shipped(name));
        assert!(
            size <= ceiling,
            "{name} has {size} bytes as brotli, {ceiling} are allowed"
        );
    }
}

/// A script whose response names no charset is read in the page's encoding.
#[test]
fn every_script_means_the_same_in_every_encoding() {
    for name in SCRIPTS {
        for (at, byte) in shipped(name).iter().enumerate() {
            let plain = *byte == b'\n' || (0x20..0x7f).contains(byte);
            assert!(
                plain,
                "{name}: byte {byte:#x} at {at} is no printable ASCII"
            );
        }
    }
}

#[test]
fn every_script_is_one_strict_function_and_declares_no_global() {
    for name in SCRIPTS {
        node(&["xtask/js/check-drop-in.mjs", &format!("pkg/{name}")]);
    }
}

/// The check must be able to fail, or it proves nothing.
#[test]
fn a_script_that_declares_a_global_or_does_not_offer_itself_first_is_refused() {
    let folder = env::temp_dir().join(format!("consent-gate-dist-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in [
        (
            "global",
            "var leaked = 1; !function () { \"use strict\"; }();",
        ),
        ("sloppy", "!function () { leaked = 1; }();"),
        ("umlaut", "!function () { \"use strict\"; \"\u{fc}\"; }();"),
        (INTERFACE, "!function () { \"use strict\"; }();"),
        (
            INTERFACE,
            "!function () { \"use strict\"; const a = new Uint8Array(1); ConsentGate.interface(\"\", () => a); }();",
        ),
        (
            INTERFACE,
            "!function () { \"use strict\"; ConsentGate.interface(\"\".slice(1), () => 1); }();",
        ),
    ] {
        let file = folder.join(name);
        fs::write(&file, text).unwrap();
        let status = Command::new("node")
            .arg(root().join("xtask/js/check-drop-in.mjs"))
            .arg(&file)
            .output()
            .unwrap()
            .status;
        assert!(!status.success(), "{name} was taken");
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn all_entries_carry_the_same_wasm() {
    let [drop_in, interface, full] = [DROP_IN, INTERFACE, FULL].map(shipped);
    let [gate] = modules(&drop_in);
    assert!(
        packing::unpacked(gate) == shipped(WASM),
        "the drop-in carries another module"
    );
    let [ui] = modules(&interface);
    assert!(packing::unpacked(ui).starts_with(b"\0asm"));
    assert!(modules(&full) == [gate, ui], "the full file carries others");
}

/// The modules that a script carries as text: by far its longest literals.
fn modules<const COUNT: usize>(script: &[u8]) -> [&str; COUNT] {
    let literals = script.split(|byte| matches!(byte, b'"' | b'<' | b'\\'));
    let mut literals: Vec<&[u8]> = literals.collect();
    literals.sort_by_key(|literal| std::cmp::Reverse(literal.len()));
    std::array::from_fn(|at| std::str::from_utf8(literals[at]).unwrap())
}

/// The browser refuses every other file, so a wrong hash would be a banner that never shows.
#[test]
fn the_drop_in_knows_its_interface_by_its_hash() {
    let hash = format!("\"sha384-{}\"", hash(INTERFACE));
    assert!(holds(&shipped(DROP_IN), &hash));
    assert!(!holds(&shipped(FULL), &hash));
}

/// What only the interface needs is not paid for by those who never see it.
#[test]
fn the_drop_in_has_no_words_and_no_looks() {
    for part in ["system-ui", "aria-labelledby", "prefers-reduced-motion"] {
        assert!(!holds(&shipped(DROP_IN), part), "{part}");
        assert!(!holds(&shipped(WASM), part), "{part}");
    }
    for part in ["Your privacy, your choice", "aria-labelledby", "card line"] {
        assert!(!holds(&shipped(WASM), part), "{part}");
    }
    assert!(holds(&shipped(INTERFACE), "system-ui"));
}

/// Names of functions, the compiler's versions, lists of features: none of it is for visitors.
#[test]
fn the_wasm_has_no_custom_section() {
    let wasm = shipped(WASM);
    assert_eq!(wasm.get(..8).unwrap(), b"\0asm\x01\0\0\0");
    let mut at = 8;
    while at < wasm.len() {
        let section = wasm[at];
        let (length, next) = leb128(&wasm, at + 1);
        assert_ne!(section, 0, "a custom section at {at}");
        at = next + length;
    }
    assert_eq!(at, wasm.len());
}

#[test]
fn nothing_of_the_workshop_is_shipped() {
    let forbidden = [
        "panicked at",
        ".rs:",
        "src/",
        "/root",
        "/home/",
        "/Users/",
        "/rust/",
        "/cargo/",
        "registry/src",
        "serde_json",
        "sourceMappingURL",
        "already borrowed",
    ];
    for name in [DROP_IN, INTERFACE, FULL, MODULE, WASM] {
        let bytes = shipped(name);
        for word in forbidden {
            assert!(!holds(&bytes, word), "{name} holds {word:?}");
        }
    }
    // The drop-in spells the wasm as text, so the words above are looked for in the wasm itself.
    assert!(
        holds(&shipped(WASM), "google-analytics"),
        "the search finds nothing at all"
    );
}

#[test]
fn sizes_are_true() {
    let mut expected = String::from("# bytes: raw, gzip -9, brotli -11\n");
    for name in files() {
        let bytes = shipped(&name);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&bytes).unwrap();
        let gzip = gzip.finish().unwrap().len();
        let brotli = brotli(&bytes);
        expected.push_str(&format!("{}\t{gzip}\t{brotli}\t{name}\n", bytes.len()));
    }
    assert_eq!(String::from_utf8(shipped("SIZES")).unwrap(), expected);
}

#[test]
fn hashes_are_true() {
    let mut expected = String::new();
    for name in files() {
        let hash = hash(&name);
        expected.push_str(&format!("sha384-{hash}\t{name}\n"));
    }
    assert_eq!(String::from_utf8(shipped("SRI")).unwrap(), expected);
}

/// What owners' code is written against. A changed line here is a changed promise.
#[test]
fn the_surface_is_the_agreed_one() {
    let module = format!("pkg/{MODULE}");
    let types = format!("pkg/{TYPES}");
    let surface = node(&["xtask/js/surface.mjs", &module, &types]);

    let named = |prefix: &str| -> Vec<String> {
        let lines = surface.lines().filter_map(|line| line.strip_prefix(prefix));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(
        named("module "),
        named("function "),
        "code and types differ"
    );
    let calls = named("ConsentGate.");
    assert!(!calls.is_empty());
    for call in &calls {
        assert!(named("module ").contains(call), "the module lacks {call}");
    }

    let golden = root().join("tests/data/dist/surface.txt");
    if env::var_os("BLESS").is_some() {
        fs::write(&golden, &surface).unwrap();
    }
    let agreed = fs::read_to_string(&golden).unwrap();
    assert_eq!(surface, agreed, "`cargo xtask bless` accepts the change");
}

/// Closed sets are written twice, in Rust and in the declarations; this keeps them one.
#[test]
fn the_types_know_exactly_the_words_of_every_closed_set() {
    let types = String::from_utf8(shipped(TYPES)).unwrap();
    let [verdicts, reasons] = ["Verdict", "Reason"].map(|name| ids(VERDICT, name));
    // The one word for where no wasm runs is written by a script.
    let statuses = &ids(STANDING, "Status") | &BTreeSet::from(["unavailable"]);
    for (place, wanted) in [
        ("export type Kind =", set(Kind::ALL.map(Kind::id))),
        (
            "export type Category =",
            set(Category::ALL.map(Category::id)),
        ),
        ("export type Action =", set(Action::ALL.map(Action::id))),
        ("export type Source =", set(Source::ALL.map(Source::id))),
        ("export type Regime =", set(Regime::ALL.map(Regime::id))),
        ("export type Verdict =", verdicts),
        ("export type Reason =", reasons),
        ("readonly status:", statuses),
        ("colors?:", set(Banner::COLORS.split(' '))),
    ] {
        let (_, rest) = types.split_once(place).expect(place);
        let union = rest.split(';').next().unwrap();
        assert_eq!(set(union.split('"').skip(1).step_by(2)), wanted, "{place}");
    }
}

/// The words of a closed set that has no list of all, out of the one place that names every one.
fn ids<'a>(source: &'a str, name: &str) -> BTreeSet<&'a str> {
    let (_, rest) = source.split_once(&format!("\nimpl {name} {{")).expect(name);
    let own = rest.split("\n}").next().unwrap();
    set(own
        .split("=> \"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap()))
}

fn set<'a>(words: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    words.into_iter().collect()
}

const VERDICT: &str = include_str!("../src/gate/verdict.rs");
const STANDING: &str = include_str!("../src/session/standing.rs");

#[test]
fn the_package_is_of_this_version_and_its_entries_exist() {
    let package: serde_json::Value = serde_json::from_slice(&shipped("package.json")).unwrap();
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
    let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(holds(&shipped(DROP_IN), &version));
    for field in ["main", "module", "types"] {
        let path = package[field].as_str().unwrap().trim_start_matches("./");
        assert!(files().contains(&path.to_owned()), "{field} is not there");
    }
    let exports = package["exports"].as_object().unwrap();
    for name in SCRIPTS {
        assert_eq!(exports[&format!("./{name}")], format!("./{name}"));
    }
    // The module reaches the interface by the name that it has beside it.
    assert!(holds(&shipped(MODULE), "import(\"./consent-gate-ui.js\")"));
}

/// Laid out for nobody, but the same texts: that they are good is the business of `tests/languages.rs`.
#[test]
fn every_language_is_shipped_as_one_line() {
    let mut there = files();
    there.retain(|name| name.starts_with("lang/"));
    let mut written = Vec::new();
    for entry in fs::read_dir(root().join("www/lang")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("lang/{}", path.file_name().unwrap().to_str().unwrap());
        let line = String::from_utf8(shipped(&name)).unwrap();
        assert!(!line.contains('\n') && !line.contains(": \""), "{name}");
        let [is, should] = [line, fs::read_to_string(path).unwrap()]
            .map(|text| serde_json::from_str::<serde_json::Value>(&text).unwrap());
        assert_eq!(is, should, "{name}");
        written.push(name);
    }
    written.sort();
    assert_eq!(there, written);
}

#[test]
fn notices_of_others_are_shipped() {
    for name in [DROP_IN, FULL, MODULE] {
        let bytes = shipped(name);
        assert!(bytes.starts_with(b"/*!"));
        assert!(holds(&bytes, "Patrick Hulce"));
    }
    assert!(files().contains(&"THIRD-PARTY.md".to_owned()));
}

fn ceilings() -> [(&'static str, usize); SCRIPTS.len()] {
    let lines = CEILINGS.lines().filter(|line| !line.starts_with('#'));
    let ceilings: Vec<_> = lines
        .map(|line| {
            let (name, bytes) = line.split_once('\t').unwrap();
            (name, bytes.parse().unwrap())
        })
        .collect();
    let ceilings: [(&str, usize); SCRIPTS.len()] = ceilings.try_into().unwrap();
    assert_eq!(ceilings.map(|(name, _)| name), SCRIPTS);
    ceilings
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shipped(name: &str) -> Vec<u8> {
    let path = root().join("pkg").join(name);
    fs::read(&path)
        .unwrap_or_else(|fault| panic!("{}: {fault}; `cargo xtask build` makes it", path.display()))
}

/// Every shipped file but the two that tell of the others.
fn files() -> Vec<String> {
    let pkg = root().join("pkg");
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(pkg.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else {
                found.push(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.retain(|name| name != "SIZES" && name != "SRI");
    found.sort();
    found
}

fn node(arguments: &[&str]) -> String {
    let output = Command::new("node")
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("Node.js is needed");
    let faults = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{faults}");
    String::from_utf8(output.stdout).unwrap()
}

fn hash(name: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha384::digest(shipped(name)))
}

fn brotli(bytes: &[u8]) -> usize {
    let options = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &options).unwrap();
    out.len()
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes
        .windows(word.len())
        .any(|part| part == word.as_bytes())
}

/// An unsigned number of the wasm format, and where it ends.
fn leb128(bytes: &[u8], mut at: usize) -> (usize, usize) {
    let mut number = 0;
    let mut shift = 0;
    loop {
        let byte = bytes[at];
        at += 1;
        number |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return (number, at);
        }
    }
}
