//! Firefox and its driver, which only measuring needs: no test does.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::chromium::named;
use super::rust::tool;
use crate::place::Place;

/// Firefox and the driver that speaks with it.
#[derive(Debug)]
pub(crate) struct Firefox {
    /// The WebDriver server.
    pub(crate) driver: PathBuf,
    /// The browser.
    pub(crate) program: PathBuf,
}

/// Finds the browser, and installs the driver if need be.
pub(crate) fn prepare(place: &Place) -> Result<Firefox> {
    let program = named("FIREFOX", &["firefox", "firefox-esr"])
        .context("Firefox is not on the PATH; install it, or name it in FIREFOX")?;
    if let Some(driver) = named("GECKODRIVER", &["geckodriver"]) {
        return Ok(Firefox { driver, program });
    }
    tool(place, "geckodriver", "geckodriver", GECKODRIVER)?;
    let driver = place.tools().join("bin").join("geckodriver");
    Ok(Firefox { driver, program })
}

const GECKODRIVER: &str = "0.37.1";
