//! Node.js and the pinned npm packages: the tools of the build (wasm-opt, the bundler, the minifier, the
//! TypeScript checker), what the tests bring along (the trackers that they embed, axe-core, fonts), and the frameworks of the
//! examples.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::step::Step;

/// Installs the npm tools of the build.
pub(crate) fn prepare(place: &Place) -> Result<()> {
    check_version()?;
    install(&place.root.join("xtask"))
}

/// Installs the trackers that `tests/pages/sdk-*` embed, what `tests/e2e/looks` needs, and what `www/examples` are
/// written with.
pub(crate) fn prepare_for_tests(place: &Place) -> Result<()> {
    check_version()?;
    install(&place.root.join("tests").join("sdks"))?;
    install(&examples(place))
}

/// Builds `www/examples`.
pub(crate) fn build_examples(place: &Place) -> Result<()> {
    let folder = examples(place);
    install(&folder)?;
    Step::new("npm")
        .args(["run", "--silent", "build", "--", "--logLevel", "warn"])
        .folder(&folder)
        .run()
}

fn examples(place: &Place) -> PathBuf {
    place.root.join("www").join("examples")
}

fn check_version() -> Result<()> {
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
    Ok(())
}

/// Installs a folder's packages when its lock file has changed since they were installed.
fn install(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let lock =
        fs::read_to_string(&lock).with_context(|| format!("can't read {}", lock.display()))?;
    // The tools contain programs of the platform, so a folder that two machines share is no use to both.
    let wanted = format!(
        "{} {}\n{lock}",
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    let stamp = folder.join("node_modules").join(".installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    // No package of these needs its install script, and a script is code nobody here has read.
    Step::new("npm")
        .args(["ci", "--ignore-scripts"])
        .folder(folder)
        .run()
        .context("the JavaScript packages could not be installed; npm comes with Node.js")?;
    fs::write(&stamp, wanted).with_context(|| format!("can't write {}", stamp.display()))
}

const OLDEST_NODE: u32 = 20;
