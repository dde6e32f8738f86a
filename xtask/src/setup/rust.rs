//! The compiler's parts for wasm, `wasm-pack`, and the `wasm-bindgen` that fits the crate.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::place::Place;
use crate::step::{Step, prefer_own_tools};

/// Installs what is missing.
pub(crate) fn prepare(place: &Place) -> Result<()> {
    parts_of_the_toolchain()?;
    let bindgen = bindgen_version(&place.root.join("Cargo.lock"))?;
    tool(place, "wasm-pack", "wasm-pack", WASM_PACK)?;
    tool(place, "wasm-bindgen", "wasm-bindgen-cli", &bindgen)?;
    Ok(())
}

/// Where the compiler keeps its parts.
pub(crate) fn sysroot() -> Result<PathBuf> {
    Step::new("rustc")
        .args(["--print", "sysroot"])
        .ask()
        .map(PathBuf::from)
        .context("`rustc` does not answer; install Rust with rustup (https://rustup.rs)")
}

/// The crate and the command line of wasm-bindgen speak a private format: their versions must be equal.
pub(crate) fn bindgen_version(lock: &Path) -> Result<String> {
    let text =
        fs::read_to_string(lock).with_context(|| format!("can't read {}", lock.display()))?;
    let mut lines = text.lines();
    lines
        .find(|line| *line == "name = \"wasm-bindgen\"")
        .and_then(|_| lines.next())
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .context("Cargo.lock names no version of wasm-bindgen")
}

/// rustup installs the parts that `rust-toolchain.toml` names together with a new toolchain, but not
/// into one that was there before.
fn parts_of_the_toolchain() -> Result<()> {
    let library = sysroot()?.join("lib").join("rustlib");
    if !library.join("wasm32-unknown-unknown").is_dir() {
        Step::new("rustup")
            .args(["target", "add", "wasm32-unknown-unknown"])
            .run()
            .context("the compiler lacks its wasm32-unknown-unknown target")?;
    }
    if !library.join("src/rust/library").is_dir() {
        Step::new("rustup")
            .args(["component", "add", "rust-src"])
            .run()
            .context("the compiler lacks the sources of its standard library")?;
    }
    Ok(())
}

pub(super) fn tool(place: &Place, program: &str, package: &str, version: &str) -> Result<()> {
    let path = prefer_own_tools(place)?;
    let found = Step::new(program).arg("--version").env("PATH", path).ask();
    // Some say more below the line that has it.
    let second = |text: &str| text.split_whitespace().nth(1) == Some(version);
    if found.as_deref().is_some_and(second) {
        return Ok(());
    }
    match found {
        Some(other) => println!(
            "{} is here, {version} is needed",
            other.lines().next().unwrap_or_default()
        ),
        None => println!("{package} {version} is needed (this takes a minute or two, once)"),
    }
    Step::new("cargo")
        .args(["install", package, "--version", version, "--root"])
        .arg(place.tools())
        // What they have in common is compiled once.
        .arg("--target-dir")
        .arg(place.tools().join("build"))
        // They have little to do: what takes minutes is to optimise them.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
        .run()
        .with_context(|| format!("{package} {version} could not be installed"))
}

/// The version that `pkg/` is made with.
const WASM_PACK: &str = "0.15.1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_version_that_the_crate_pins() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let version = bindgen_version(&root.join("Cargo.lock")).unwrap();
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("wasm-bindgen = \"={version}\"")));
    }
}
