//! The documents name only what exists, and all of what owners and those who work here need.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test's own fault is a failed test"
)]

#[path = "e2e/paste.rs"]
mod paste;
#[path = "support/text.rs"]
mod text;

use std::collections::BTreeSet;
use std::fs;

use text::{between, read, root};

const DOCUMENTS: [&str; 4] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
];

#[test]
fn every_path_that_the_documents_name_exists() {
    for document in DOCUMENTS {
        for link in links(&read(document)) {
            assert!(
                root().join(link).exists(),
                "{document} names {link}, which is not there"
            );
        }
    }
}

#[test]
fn the_limits_of_the_readme_are_the_programs() {
    let readme = read("README.md");
    let limits = between(&readme, "### Limits", "\n### ");
    for (file, name, words) in [
        (
            "src/config/services.rs",
            "MOST_SERVICES",
            "| `services` | {}; ",
        ),
        ("src/config/reader.rs", "MOST_HOSTS", "| {} hosts each |"),
        ("src/config/services.rs", "MOST_NAMES", "| {} names each |"),
        (
            "src/config/banner.rs",
            "MOST_LINKS",
            "| `banner.links` | {} |",
        ),
        ("src/config/services.rs", "LONGEST_ID", "`storage.key` {}; "),
        (
            "src/config/services.rs",
            "LONGEST_NAME",
            "a link's text {}; ",
        ),
        (
            "src/config/services.rs",
            "LONGEST_WORDS",
            "of a service {}; ",
        ),
        (
            "src/config/wording.rs",
            "LONGEST_TEXT",
            "any other text {} |",
        ),
        ("src/report.rs", "SIGHTINGS_AT_MOST", "| {} addresses, "),
        ("src/report.rs", "WRITES_AT_MOST", ", {} writes; "),
        ("src/config/reader.rs", "MOST_ERRORS", "the first {}, "),
        ("src/browser/quarantine.rs", "MAX_CALLS", "| {} with "),
        (
            "src/browser/quarantine.rs",
            "MAX_HELD",
            "| {}; what finds no room stays",
        ),
    ] {
        let source = read(file);
        let value = between(between(&source, &format!("const {name}: "), ";"), "= ", ";");
        let number: usize = value.replace('_', "").parse().expect(name);
        let said = if number >= 1000 {
            format!("{},{:03}", number / 1000, number % 1000)
        } else {
            number.to_string()
        };
        let wanted = words.replace("{}", &said);
        assert!(
            limits.contains(&wanted),
            "{name} is {value}, but the README has no {wanted:?}"
        );
    }
}

#[test]
fn the_architecture_names_every_script() {
    let text = read("ARCHITECTURE.md");
    let named: BTreeSet<&str> = links(&text).into_iter().collect();
    let mut scripts = Vec::new();
    for folder in ["www/gate", "www/ui", "www/worker"] {
        collect(folder, ".js", &mut scripts);
    }
    for path in scripts {
        assert!(
            named.contains(path.as_str()),
            "ARCHITECTURE.md says nothing of {path}"
        );
    }
}

/// Every relative link of a Markdown text, without its anchor.
fn links(text: &str) -> Vec<&str> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let files = targets.filter_map(|target| target.split('#').next());
    files
        .filter(|file| !file.is_empty() && !file.contains("://"))
        .collect()
}

#[test]
fn links_are_found() {
    assert_eq!(
        links("a [b](c.md) and [d](https://e.test) [f](#g) [h](i.md#j)"),
        ["c.md", "i.md"]
    );
}

#[test]
fn the_readme_has_owners_paste_what_the_tests_play() {
    for line in [paste::SCRIPT, paste::POLICY] {
        assert!(read("README.md").contains(line), "the README lacks {line}");
    }
}

#[test]
fn every_text_that_an_owner_can_override_is_listed_in_the_readme() {
    let keys = consent_gate::banner::Key::ALL;
    let keys = keys.iter().map(|key| key.id().to_owned());
    all_named("README.md", keys.collect());
}

#[test]
fn every_field_of_the_configuration_is_in_the_readme_and_in_the_types() {
    let source = read("src/config/merge.rs");
    let known = words_of_texts(between(&source, "const FORMS:", "];"));
    let types = read("www/consent-gate.d.ts");
    let config = between(&types, "export interface Config {", "\n}");
    // Fields of fields stand further in.
    let own = config.lines().filter_map(|line| line.strip_prefix("  "));
    let own = own.filter(|line| !line.starts_with(' '));
    let typed = own.filter_map(|line| Some(line.split_once("?:")?.0.to_owned()));
    assert_eq!(typed.collect::<BTreeSet<_>>(), known, "the types' `Config`");
    all_named("README.md", known);
}

#[test]
fn every_code_that_is_reported_is_in_the_readme_and_no_other() {
    let readme = read("README.md");
    let table = between(&readme, "## When something is wrong", "\n## ");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let listed: BTreeSet<String> = rows
        .filter_map(|row| row.split(" | ").next())
        .flat_map(|codes| codes.split('`').step_by(2))
        .map(str::to_owned)
        .filter(|code| !code.is_empty())
        .collect();
    let reported = codes();
    let unlisted: Vec<&String> = reported
        .iter()
        .filter(|code| !listed.contains(*code))
        // They have one line together, and tell their place.
        .filter(|code| !code.starts_with("config-"))
        .collect();
    let unknown: Vec<&String> = listed
        .iter()
        .filter(|code| !reported.contains(*code) && *code != "config-…")
        .collect();
    assert!(
        unlisted.is_empty() && unknown.is_empty(),
        "the README's table lacks {unlisted:?}, and has {unknown:?}, which nothing reports"
    );
}

/// Every code that something reports, out of the sources.
fn codes() -> BTreeSet<String> {
    let config = read("src/config/fault.rs");
    let texts = between(&config, "pub mod code {", "\n}").split("&str = ");
    let mut codes: BTreeSet<String> = texts.skip(1).filter_map(literal).collect();
    let mut files = Vec::new();
    for (folder, ending) in [("src", ".rs"), ("www/gate", ".js"), ("www/ui", ".js")] {
        collect(folder, ending, &mut files);
    }
    for file in files {
        let whole = read(&file);
        // Tests report what they like.
        let text = whole.split("#[cfg(test)]").next().unwrap_or_default();
        for call in ["fault(", "ConfigError::new("] {
            let arguments = text.split(call).skip(1).map(str::trim_start);
            codes.extend(arguments.filter_map(|rest| literal(rest).or_else(|| named(text, rest))));
        }
    }
    codes
}

/// The text at the beginning of a piece of source.
fn literal(source: &str) -> Option<String> {
    let (text, _) = source.strip_prefix('"')?.split_once('"')?;
    Some(text.to_owned())
}

/// The text of the constant at the beginning of a piece of source.
fn named(file: &str, source: &str) -> Option<String> {
    let end = source.find(|letter: char| !letter.is_ascii_uppercase() && letter != '_')?;
    let name = source.get(..end).filter(|name| !name.is_empty())?;
    let (_, value) = file.split_once(&format!("const {name}: &str = "))?;
    literal(value)
}

#[test]
fn codes_are_found_wherever_they_are_reported() {
    let codes = codes();
    for code in [
        "config-type",       // a list of them
        "no-wasm",           // the gate's scripts
        "no-language",       // the interface's
        "record-unreadable", // Rust
        "reload-needed",     // a constant
    ] {
        assert!(codes.contains(code), "{code} is not in {codes:?}");
    }
}

#[test]
fn every_command_is_in_contributing_and_no_other_is_named() {
    let source = read("xtask/src/main.rs");
    let arms = between(&source, "match name {", "\n    }");
    let arms = arms
        .lines()
        .filter_map(|line| line.strip_prefix("        \"")?.split_once(" =>"));
    let known: Vec<Vec<&str>> = arms
        .map(|(names, _)| names.trim_end_matches('"').split("\" | \"").collect())
        .filter(|names: &Vec<&str>| !names.contains(&"help"))
        .collect();
    assert!(!known.is_empty());
    let contributing = commands(&read("CONTRIBUTING.md"));
    // The others are other words for the first.
    let firsts = known.iter().filter_map(|names| names.first());
    let lacks: Vec<_> = firsts
        .filter(|name| !contributing.contains(**name))
        .collect();
    assert!(lacks.is_empty(), "CONTRIBUTING.md lacks {lacks:?}");
    for document in DOCUMENTS {
        for command in commands(&read(document)) {
            assert!(
                known.iter().any(|names| names.contains(&command.as_str())),
                "{document} names `cargo xtask {command}`, which is not there"
            );
        }
    }
}

/// The commands of xtask that a text names.
fn commands(text: &str) -> BTreeSet<String> {
    let words = text.split("cargo xtask ").skip(1);
    words
        .filter_map(|rest| {
            rest.split(|letter: char| !letter.is_ascii_alphanumeric())
                .next()
        })
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn all_named(document: &str, names: BTreeSet<String>) {
    let text = read(document);
    for name in names {
        assert!(
            text.contains(&format!("`{name}`")),
            "{document} lacks `{name}`"
        );
    }
}

/// The words of all texts in a piece of Rust.
fn words_of_texts(source: &str) -> BTreeSet<String> {
    let texts = source.split('"').skip(1).step_by(2);
    let words = texts.flat_map(str::split_whitespace);
    // A text that goes on in the next line.
    words
        .filter(|word| *word != "\\")
        .map(str::to_owned)
        .collect()
}

/// The files below a folder whose names end so, from the root on.
fn collect(folder: &str, ending: &str, files: &mut Vec<String>) {
    for entry in fs::read_dir(root().join(folder)).expect(folder) {
        let name = entry.expect(folder).file_name();
        let path = format!("{folder}/{}", name.to_string_lossy());
        if root().join(&path).is_dir() {
            collect(&path, ending, files);
        } else if path.ends_with(ending) && !path.ends_with("/tests.rs") {
            files.push(path);
        }
    }
}
