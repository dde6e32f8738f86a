//! What is released: the files, their bytes, their hashes, and the ceilings.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha384};

use crate::place::Place;

/// So many bytes a script may have as brotli sends them. `tests/dist.rs` holds them to the same list.
const CEILINGS: &str = include_str!("../../tests/data/dist/ceilings.tsv");

/// What the drop-in is to come down to.
const GOAL: usize = 48 * 1024;

/// Puts newly made files in the place of the old ones, and writes `SIZES` and `SRI` beside them. What is the same is left alone, since
/// pages may be being tried with it.
pub(crate) fn replace(place: &Place, made: &Path) -> Result<()> {
    let names = list(made)?;
    let mut sizes = String::from("# bytes: raw, gzip -9, brotli -11\n");
    let mut hashes = String::new();
    for name in &names {
        let bytes = read(&made.join(name))?;
        sizes.push_str(&size_line(name, &bytes)?);
        hashes.push_str(&hash_line(name, &bytes));
    }
    write(&made.join("SIZES"), &sizes)?;
    write(&made.join("SRI"), &hashes)?;

    let pkg = place.pkg();
    let wanted: BTreeSet<String> = list(made)?.into_iter().collect();
    for old in list(&pkg)? {
        if !wanted.contains(&old) {
            let path = pkg.join(&old);
            fs::remove_file(&path).with_context(|| format!("can't remove {}", path.display()))?;
        }
    }
    for name in &wanted {
        let (bytes, to) = (read(&made.join(name))?, pkg.join(name));
        if fs::read(&to).is_ok_and(|old| old == bytes) {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("can't make {}", folder.display()))?;
        }
        fs::write(&to, bytes).with_context(|| format!("can't write {}", to.display()))?;
    }
    Ok(())
}

/// Prints `pkg/SIZES`.
pub(crate) fn print(place: &Place) -> Result<()> {
    let path = place.pkg().join("SIZES");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("can't read {}; run `cargo xtask build`", path.display()))?;
    println!("\n{text}");
    Ok(())
}

/// Fails when a script is larger than it may be.
pub(crate) fn keep_ceilings(place: &Place) -> Result<()> {
    for (name, ceiling) in ceilings()? {
        let size = brotli(&read(&place.pkg().join(name))?)?;
        if size > ceiling {
            bail!("pkg/{name} has {size} bytes as brotli, {ceiling} are allowed");
        }
        println!("pkg/{name}: {size} of {ceiling} bytes (brotli)");
    }
    println!("The drop-in blocks the page; the goal for it is {GOAL}.");
    Ok(())
}

fn ceilings() -> Result<Vec<(&'static str, usize)>> {
    let lines = CEILINGS.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, bytes) = line.split_once('\t').context("two columns are needed")?;
            Ok((name, bytes.parse()?))
        })
        .collect::<Result<_>>()
        .context("tests/data/dist/ceilings.tsv")
}

fn size_line(name: &str, bytes: &[u8]) -> Result<String> {
    let raw = bytes.len();
    Ok(format!(
        "{raw}\t{}\t{}\t{name}\n",
        gzip(bytes)?,
        brotli(bytes)?
    ))
}

fn hash_line(name: &str, bytes: &[u8]) -> String {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha384::digest(bytes));
    format!("sha384-{hash}\t{name}\n")
}

/// Compressors that cargo pins, not those of the machine: the numbers are in git.
fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let options = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &options)?;
    Ok(out.len())
}

/// The files of a folder and of those inside of it, sorted, with `/` between the names.
fn list(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        let here = folder.join(&inside);
        if !here.is_dir() {
            continue;
        }
        for entry in
            fs::read_dir(&here).with_context(|| format!("can't list {}", here.display()))?
        {
            let entry = entry?;
            let path = inside.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                names.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    names.sort();
    Ok(names)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("can't read {}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_integrity_attribute() {
        // The example of the Subresource Integrity specification, §1.
        assert_eq!(
            hash_line("x", b"alert('Hello, world.');"),
            "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO\tx\n"
        );
    }

    #[test]
    fn compressed_is_smaller_than_raw() {
        let text = "consent ".repeat(1000);
        assert!(gzip(text.as_bytes()).unwrap() < 200);
        assert!(brotli(text.as_bytes()).unwrap() < 100);
    }
}
