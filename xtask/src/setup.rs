//! What the commands need on the machine, found or installed.
//!
//! Found first: a tool on the PATH is used if its version fits. What is installed goes into cargo's
//! target folder or `xtask/node_modules`, so that the machine stays as it was; only the browser and
//! its driver come through the system's package manager, which is said before it happens.

mod chromium;
mod firefox;
mod node;
mod rust;
mod webkit;

use std::ffi::OsString;
use std::thread;

use anyhow::{Result, anyhow, bail};

use crate::place::Place;
use crate::step::{Step, prefer_own_tools};

pub(crate) use chromium::Browser;
pub(crate) use node::build_examples;
pub(crate) use rust::sysroot;

/// Everything that a build needs.
#[derive(Debug)]
pub(crate) struct Tools {
    /// `PATH` with the repository's own tools in front.
    pub(crate) path: OsString,
}

/// Sets up what `build` needs.
///
/// # Errors
///
/// When something is missing that can't be installed from here; the message says what to install.
pub(crate) fn for_build(place: &Place) -> Result<Tools> {
    rust::prepare(place)?;
    node::prepare(place)?;
    Ok(Tools {
        path: prefer_own_tools(place)?,
    })
}

/// Sets up what the tests need: the build's tools, the trackers that they embed, the browser and its driver.
///
/// # Errors
///
/// As [`for_build`].
pub(crate) fn for_tests(place: &Place) -> Result<(Tools, Browser)> {
    for_pages_while(place, || for_build(place))
}

/// Sets up the browser of that name, and answers with the step that runs `program` with it. One that isn't Chromium has to be
/// there already: no test needs it.
///
/// # Errors
///
/// As [`for_build`], or when there is no such browser.
pub(crate) fn with_browser(place: &Place, browser: &str, program: &str) -> Result<Step> {
    Ok(match browser {
        "chromium" => {
            let (_, found) = for_tests(place)?;
            Step::new(program)
                .env("CHROMEDRIVER", &found.driver)
                .env("CHROMIUM", &found.program)
        }
        "firefox" => {
            let found = firefox::prepare(place)?;
            Step::new(program)
                .env("BROWSER", browser)
                .env("GECKODRIVER", &found.driver)
                .env("FIREFOX", &found.program)
        }
        "webkit" => {
            let found = webkit::prepare()?;
            let step = match &found.screen {
                Some(screen) => Step::new(screen).args(["-a", program]),
                None => Step::new(program),
            };
            step.env("BROWSER", browser)
                .env("WEBKITDRIVER", &found.driver)
                .env("WEBKIT", &found.program)
        }
        other => bail!("nothing is known of a browser {other:?}: chromium, firefox or webkit"),
    })
}

/// Sets up what whole pages need, which are tried with a `pkg/` that is there: what they embed, the browser and its driver. Most
/// of that is fetched, so `meanwhile` is for what is compiled.
///
/// # Errors
///
/// When something is missing that can't be installed from here, or `meanwhile` fails.
pub(crate) fn for_pages_while<T>(
    place: &Place,
    meanwhile: impl FnOnce() -> Result<T>,
) -> Result<(T, Browser)> {
    thread::scope(|scope| {
        let fetched = scope.spawn(|| {
            node::prepare_for_tests(place)?;
            chromium::prepare()
        });
        let made = meanwhile()?;
        let browser = fetched.join().map_err(|fault| anyhow!("{fault:?}"))??;
        Ok((made, browser))
    })
}
