//! Node.js and the pinned npm tools: wasm-opt, the bundler, the minifier, the TypeScript checker.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::step::Step;

/// Installs the npm tools when the lock file has changed since they were installed.
pub(crate) fn prepare(place: &Place) -> Result<()> {
    let version = Step::new("node")
        .arg("--version")
        .ask()
        .context("Node.js is missing; install version 20 or newer (https://nodejs.org)")?;
    let major = version
        .strip_prefix('v')
        .and_then(|text| text.split('.').next())
        .and_then(|text| text.parse::<u32>().ok())
        .with_context(|| format!("`node --version` says {version:?}"))?;
    if major < OLDEST_NODE {
        bail!("Node.js {version} is too old; install version {OLDEST_NODE} or newer");
    }

    let folder = place.root.join("xtask");
    let lock = fs::read_to_string(folder.join("package-lock.json"))
        .context("can't read xtask/package-lock.json")?;
    // The tools contain programs of the platform, so a folder that two machines share is no use to both.
    let wanted = format!(
        "{} {}\n{lock}",
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    let stamp = place.node_modules().join(".installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    // No package of these needs its install script, and a script is code nobody here has read.
    Step::new("npm")
        .args(["ci", "--ignore-scripts"])
        .folder(&folder)
        .run()
        .context("the JavaScript tools could not be installed; npm comes with Node.js")?;
    fs::write(&stamp, wanted).with_context(|| format!("can't write {}", stamp.display()))
}

const OLDEST_NODE: u32 = 20;
