//! Who may use whom: a module uses only what stands before it in `ARCHITECTURE.md`.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom up; those of one line don't know each other, but for tools.
const LAYERS: [&[&str]; 9] = [
    &["words", "decimal", "value", "memory"],
    &["link", "palette"],
    &["consent"],
    &["regime", "gate"],
    &["config", "record", "report"],
    &["session"],
    &["banner"],
    &["browser", "interface"],
    &["lib"],
];

fn layer(module: &str) -> usize {
    LAYERS
        .iter()
        .position(|layer| layer.contains(&module))
        .unwrap_or_else(|| panic!("{module} has no place in tests/layers.rs and ARCHITECTURE.md"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// The code of a file without its tests and comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source");
    let code = text.split("#[cfg(test)]\nmod tests {").next();
    code.unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn nothing_uses_what_stands_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut uses = 0;
    for file in files {
        let inside = file.strip_prefix(&root).expect("below src");
        let own = inside
            .iter()
            .next()
            .and_then(|first| Path::new(first).file_stem());
        let own = own.and_then(|own| own.to_str()).expect("a name");
        for used in code(&file).split("crate::").skip(1) {
            let end = used.find(|c: char| !c.is_ascii_lowercase() && c != '_');
            let used = used.get(..end.unwrap_or(used.len())).unwrap_or_default();
            if used != own {
                uses += 1;
                assert!(
                    layer(used) < layer(own),
                    "{}: {own} may not use {used}",
                    inside.display()
                );
            }
        }
    }
    assert!(uses > 100, "only {uses} uses were found");
}
