//! WebKitGTK's own small browser and its driver, which only measuring needs: no test does. It is the engine of Safari.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::chromium::named;

/// `MiniBrowser` and the driver that speaks with it.
#[derive(Debug)]
pub(crate) struct WebKit {
    /// The WebDriver server.
    pub(crate) driver: PathBuf,
    /// The browser.
    pub(crate) program: PathBuf,
    /// What makes a screen for it, where there is none.
    pub(crate) screen: Option<PathBuf>,
}

/// Finds the browser and its driver.
///
/// # Errors
///
/// When either is missing: which packages have them differs between systems.
pub(crate) fn prepare() -> Result<WebKit> {
    let driver = named("WEBKITDRIVER", &["WebKitWebDriver"]).context(
        "WebKitWebDriver is not on the PATH; install it (Debian: webkit2gtk-driver), or name it in WEBKITDRIVER",
    )?;
    let program = match env::var_os("WEBKIT") {
        Some(path) => PathBuf::from(path),
        None => mini_browser()
            .context("WebKitGTK's MiniBrowser was not found; install it, or name it in WEBKIT")?,
    };
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| env::var_os(name).is_some());
    let screen = if has_screen {
        None
    } else {
        let found = named("XVFB_RUN", &["xvfb-run"]);
        Some(found.context("there is no screen, and no xvfb-run to make one (Debian: xvfb)")?)
    };
    Ok(WebKit {
        driver,
        program,
        screen,
    })
}

/// It is no command of its own, but lies beside the library, in a folder with the library's version.
fn mini_browser() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = ["/usr/lib", "/usr/lib64", "/usr/libexec"]
        .iter()
        .flat_map(|folder| [folders(Path::new(folder)), vec![PathBuf::from(folder)]].concat())
        .flat_map(|folder| folders(&folder))
        .filter(|folder| named_like_webkit(folder))
        .map(|folder| folder.join("MiniBrowser"))
        .filter(|program| program.is_file())
        .collect();
    found.sort();
    found.pop()
}

fn named_like_webkit(folder: &Path) -> bool {
    let name = folder.file_name().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name.starts_with("webkit"))
}

fn folders(within: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(within).into_iter().flatten().flatten();
    all.map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}
