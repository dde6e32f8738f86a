//! The documents name only what exists.
#![cfg(not(target_arch = "wasm32"))]

#[path = "e2e/paste.rs"]
mod paste;

use std::fs;
use std::path::Path;

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
fn every_path_that_the_documents_name_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ] {
        let text = fs::read_to_string(root.join(document)).expect(document);
        for link in links(&text) {
            assert!(
                root.join(link).exists(),
                "{document} names {link}, which is not there"
            );
        }
    }
}

#[test]
fn the_readme_has_owners_paste_what_the_tests_play() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("README.md");
    for line in [paste::SCRIPT, paste::POLICY] {
        assert!(readme.contains(line), "the README lacks {line}");
    }
}

#[test]
fn every_text_that_an_owner_can_override_is_listed_in_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("README.md");
    for key in consent_gate::banner::Key::ALL {
        let name = format!("`{}`", key.id());
        assert!(
            readme.contains(&name),
            "the README does not list the text {name}"
        );
    }
}

#[test]
fn links_are_found() {
    assert_eq!(
        links("a [b](c.md) and [d](https://e.test) [f](#g) [h](i.md#j)"),
        ["c.md", "i.md"]
    );
}
