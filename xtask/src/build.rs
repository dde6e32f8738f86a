//! `pkg/` from the sources, byte for byte the same on every machine.
//!
//! 1. `wasm-pack` compiles the crate, with a standard library rebuilt for size, and wasm-bindgen
//!    writes its glue: once for the gate, and once for the interface.
//! 2. `wasm-opt` shrinks each wasm, and the names by which glue and wasm call each other. All entries, the
//!    drop-ins and the ES module, carry these bytes.
//! 3. `packing` makes each wasm a text, and its own wasm takes such a text apart in the page.
//! 4. `xtask/js/bundle.mjs` puts glue, shims, styles and wasm together.
//! 5. `pkg/` gets the files, their sizes and their hashes.
//!
//! What could differ between machines is the place of the checkout, of cargo's and rustup's folders:
//! they are mapped away. Everything else is pinned by the toolchain file and the two lock files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::bundle::{self, Shell};
use crate::pkg;
use crate::place::Place;
use crate::setup::{self, Tools};
use crate::step::Step;

/// Whether to build when nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// Only when a source, a tool or a released file is another one than at the last build.
    WhenChanged,
    /// In any case.
    Always,
}

/// Builds `pkg/`, prints the sizes, and fails over a ceiling.
///
/// # Errors
///
/// As [`make`], or when a script is larger than it may be.
pub(crate) fn run(place: &Place, freshness: Freshness) -> Result<()> {
    make(place, freshness)?;
    pkg::print(place)?;
    pkg::keep_ceilings(place)
}

/// Builds `pkg/`, whatever its size: what is too large can still be looked at, tried and measured.
///
/// # Errors
///
/// When a tool is missing or fails.
pub(crate) fn make(place: &Place, freshness: Freshness) -> Result<()> {
    let tools = setup::for_build(place)?;
    let stamp = place.ship().join("built-from");
    let now = fingerprint(place)?;
    let built = fs::read_to_string(&stamp).unwrap_or_default();
    if freshness == Freshness::Always || built != now {
        let glue = compile(place, &tools)?;
        let assembled = bundle::assemble(place, &tools, &glue)?;
        pkg::replace(place, &assembled)?;
        // Taken again, because it covers the files that were just made.
        fs::write(&stamp, fingerprint(place)?)
            .with_context(|| format!("can't write {}", stamp.display()))?;
    } else {
        println!("pkg/ is up to date.");
    }
    Ok(())
}

/// The wasm of both shells and their glue, in a folder of their own.
fn compile(place: &Place, tools: &Tools) -> Result<PathBuf> {
    let glue = place.ship().join("glue");
    if glue.exists() {
        fs::remove_dir_all(&glue).with_context(|| format!("can't empty {}", glue.display()))?;
    }
    for shell in bundle::SHELLS {
        compile_shell(place, tools, &glue, shell)?;
    }
    unpacker(place, tools, &glue)?;
    Ok(glue)
}

fn compile_shell(place: &Place, tools: &Tools, glue: &Path, shell: &Shell) -> Result<()> {
    Step::new("wasm-pack")
        .args([
            "build",
            "--target",
            "web",
            "--release",
            "--mode",
            "no-install",
        ])
        .args(["--no-pack", "--no-opt", "--no-typescript", "--no-gitignore"])
        .args(["--out-name", shell.stem, "--out-dir"])
        .arg(glue)
        .args([".", "--", "--locked"])
        .args(shell.features)
        .args(REBUILD_STD)
        .env("PATH", &tools.path)
        .env("CARGO_TARGET_DIR", place.ship())
        .env("CARGO_ENCODED_RUSTFLAGS", flags(place)?.join("\u{1f}"))
        // The two options above are not stable; this lets the pinned stable compiler take them.
        .env("RUSTC_BOOTSTRAP", "1")
        .run()?;
    let raw = glue.join(format!("{}_bg.wasm", shell.stem));
    let small = glue.join("small.wasm");
    let kept = glue.join(format!("{}.kept.json", shell.stem));
    Step::new("node")
        .arg("xtask/js/kept-exports.mjs")
        .arg(glue)
        .arg(shell.stem)
        .env("PATH", &tools.path)
        .run_into(&kept)?;
    Step::new("wasm-metadce")
        .args(WASM_FEATURES)
        .arg("--graph-file")
        .arg(&kept)
        .arg(&raw)
        .arg("-o")
        .arg(&small)
        .env("PATH", &tools.path)
        .run()?;
    Step::new("wasm-opt")
        .args(["-Oz", "--converge"])
        // A function with one caller stays one unless it is tiny: put into its caller it saves bytes,
        // but renames its locals, and compresses worse than it did by itself.
        .arg("--one-caller-inline-max-function-size=20")
        // The first bytes of memory are the far end of the stack, which stands before everything else: no
        // address of anything lies there, so that a small offset can always be part of a load.
        .arg("--low-memory-unused")
        // By name: `--all-features` emits sections that no browser takes.
        .args(WASM_FEATURES)
        .args(STRIP)
        .arg(&small)
        .arg("-o")
        .arg(&small)
        .env("PATH", &tools.path)
        .run()?;
    // A step of its own, because `--converge` would shorten again what is short, and print that too.
    Step::new("wasm-opt")
        .args(WASM_FEATURES)
        // Prints which short name is whose; the bundler needs it for the glue.
        .arg("--minify-imports-and-exports-and-modules")
        .arg(&small)
        .arg("-o")
        .arg(&small)
        .env("PATH", &tools.path)
        .run_into(&glue.join(format!("{}.names.json", shell.stem)))?;
    pack(
        &small,
        &raw,
        &glue.join(format!("{}.packed.txt", shell.stem)),
    )
}

/// The wasm as text beside the wasm that comes out of it.
fn pack(small: &Path, wasm: &Path, text: &Path) -> Result<()> {
    let module = fs::read(small).with_context(|| format!("can't read {}", small.display()))?;
    let (packed, unpacked) = packing::pack(&module)
        .with_context(|| format!("{} can't be packed as text", small.display()))?;
    fs::write(wasm, unpacked).with_context(|| format!("can't write {}", wasm.display()))?;
    fs::write(text, packed).with_context(|| format!("can't write {}", text.display()))
}

/// The small wasm that takes the text apart in the page.
fn unpacker(place: &Place, tools: &Tools, glue: &Path) -> Result<()> {
    Step::new("cargo")
        .args(["build", "--locked", "--release", "--package", "packing"])
        .args(["--target", TARGET])
        .args(REBUILD_STD)
        .env("CARGO_TARGET_DIR", place.ship())
        .env("CARGO_ENCODED_RUSTFLAGS", flags(place)?.join("\u{1f}"))
        .env("RUSTC_BOOTSTRAP", "1")
        .run()?;
    let built = place.ship().join(TARGET).join("release/packing.wasm");
    Step::new("wasm-opt")
        .args(["-Oz", "--converge", "--low-memory-unused"])
        .args(WASM_FEATURES)
        .args(STRIP)
        .arg(built)
        .arg("-o")
        .arg(glue.join(bundle::UNPACKER))
        .env("PATH", &tools.path)
        .run()
}

fn flags(place: &Place) -> Result<Vec<String>> {
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .context("neither CARGO_HOME nor a home folder is known")?;
    let sysroot = setup::sysroot()?;
    let mapped = [
        (place.root.clone(), "/consent-gate"),
        (cargo_home, "/cargo"),
        (sysroot.join("lib/rustlib/src/rust"), "/rust"),
    ];
    let unstable = ["-Zunstable-options", "-Cpanic=immediate-abort"];
    // No file names and lines of panics, no `{:?}`: nobody could see them, and the former would name
    // folders.
    let silent = ["-Zlocation-detail=none", "-Zfmt-debug=none"];
    // Small functions go into their callers before LLVM sees them, also across crates: off for what is built for
    // size, where it takes away a tenth of the code.
    let inlined = [
        "-Zinline-mir=yes",
        "-Zcross-crate-inline-threshold=always",
        "-Zinline-mir-threshold=15",
        "-Zinline-mir-hint-threshold=15",
    ];
    let mut flags: Vec<String> = unstable
        .into_iter()
        .chain(silent)
        .chain(inlined)
        .map(Into::into)
        .collect();
    for (folder, name) in mapped {
        flags.push(format!("--remap-path-prefix={}={name}", folder.display()));
    }
    Ok(flags)
}

/// A hash over everything that goes in and everything that came out.
fn fingerprint(place: &Place) -> Result<String> {
    let mut files = Vec::new();
    for input in INPUTS {
        collect(&place.root.join(input), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(&file).with_context(|| format!("can't read {}", file.display()))?;
        hash.update(file.to_string_lossy().as_bytes());
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    }
    let digits: Vec<String> = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(digits.concat())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if path.is_dir() {
        let entries =
            fs::read_dir(path).with_context(|| format!("can't list {}", path.display()))?;
        for entry in entries {
            collect(&entry?.path(), files)?;
        }
    }
    Ok(())
}

const TARGET: &str = "wasm32-unknown-unknown";

/// Panics become traps without text: their messages and formatting are a fifth of the wasm.
const REBUILD_STD: [&str; 2] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];

const STRIP: [&str; 3] = [
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// What every browser with synchronous wasm of this size has (Chromium 114, Firefox 100, Safari 15).
const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-mutable-globals",
];

/// The sources of `pkg/`, and `pkg/` itself.
pub(crate) const INPUTS: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "THIRD-PARTY.md",
    "packing",
    "pkg",
    "rust-toolchain.toml",
    "src",
    "www/both.js",
    "www/consent-gate.d.ts",
    "www/drop-in.js",
    "www/full.js",
    "www/gate",
    "www/lang",
    "www/module.js",
    "www/ui",
    "www/worker",
    "xtask/js",
    "xtask/package-lock.json",
    "xtask/src",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_changes_with_a_file() {
        let root = std::env::temp_dir().join(format!("xtask-fingerprint-{}", std::process::id()));
        fs::create_dir_all(root.join("src")).unwrap();
        let place = Place {
            root: root.clone(),
            target: root.join("target"),
        };
        let empty = fingerprint(&place).unwrap();
        fs::write(root.join("src/lib.rs"), "a").unwrap();
        let one = fingerprint(&place).unwrap();
        fs::write(root.join("src/lib.rs"), "b").unwrap();
        let other = fingerprint(&place).unwrap();
        fs::remove_dir_all(&root).unwrap();
        assert_ne!(empty, one);
        assert_ne!(one, other);
    }
}
