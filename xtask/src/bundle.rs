//! Glue, shims, styles and wasm put together into the files of `pkg/`.
//!
//! The work is done by `xtask/js/bundle.mjs`, because the bundler and the minifier speak JavaScript.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::place::Place;
use crate::setup::Tools;
use crate::step::Step;

/// One of the programs that the crate is compiled to.
pub(crate) struct Shell {
    /// The stem of the files that wasm-pack writes.
    pub(crate) stem: &'static str,
    /// What cargo is told about features.
    pub(crate) features: &'static [&'static str],
}

/// The wasm that takes the text of a wasm apart.
pub(crate) const UNPACKER: &str = "unpacker.wasm";

/// The gate, whose stem is the ES module's too, and the interface.
pub(crate) const SHELLS: &[Shell] = &[
    Shell {
        stem: MODULE,
        features: &[],
    },
    Shell {
        stem: "consent_gate_ui",
        features: &["--features", "interface"],
    },
];

const MODULE: &str = "consent_gate";

/// Makes the released files in a folder of their own, and says where.
pub(crate) fn assemble(place: &Place, tools: &Tools, glue: &Path) -> Result<PathBuf> {
    let folder = place.ship().join("pkg");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("can't empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    // Before the interface, which knows their hashes.
    languages(&place.root.join("www/lang"), &folder.join("lang"))?;
    Step::new("node")
        .arg("xtask/js/bundle.mjs")
        .arg(glue)
        .arg(&folder)
        .env("PATH", &tools.path)
        .run()?;
    copy(
        &place.root.join("www/consent-gate.d.ts"),
        &folder.join(format!("{MODULE}.d.ts")),
    )?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.md"] {
        copy(&place.root.join(licence), &folder.join(licence))?;
    }
    Ok(folder)
}

/// The languages, each as one line: a visitor loads one, and what is laid out for translators is not for them.
fn languages(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("can't make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("can't list {}", from.display()))? {
        let (name, from) = entry.map(|entry| (entry.file_name(), entry.path()))?;
        let text =
            fs::read_to_string(&from).with_context(|| format!("can't read {}", from.display()))?;
        let to = to.join(name);
        fs::write(&to, without_blanks(&text))
            .with_context(|| format!("can't write {}", to.display()))?;
    }
    Ok(())
}

/// JSON without the blanks that mean nothing, those outside of strings. All else stays as it is.
fn without_blanks(json: &str) -> String {
    let mut left = String::with_capacity(json.len());
    let (mut inside, mut escaped) = (false, false);
    for sign in json.chars() {
        if inside || !sign.is_ascii_whitespace() {
            left.push(sign);
        }
        if sign == '"' && !escaped {
            inside = !inside;
        }
        escaped = sign == '\\' && !escaped;
    }
    left
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .map(drop)
        .with_context(|| format!("can't copy {} to {}", from.display(), to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_go_outside_of_strings_alone() {
        let written =
            "{\n  \"a b\": \"c\u{a0}: “d”\",\n  \"e\": \" \\\" : \\\\\",\r\n\t\"f\" : \"\"\n}\n";
        let shipped = "{\"a b\":\"c\u{a0}: “d”\",\"e\":\" \\\" : \\\\\",\"f\":\"\"}";
        assert_eq!(without_blanks(written), shipped);
        assert_eq!(without_blanks(shipped), shipped);
    }
}
