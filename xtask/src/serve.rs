//! The demo, set up, built and served.

use anyhow::{Result, bail};

use crate::build::{self, Freshness};
use crate::place::Place;
use crate::step::Step;

/// Builds what has changed, then serves until it is stopped.
///
/// # Errors
///
/// When the build fails or the port is taken.
pub(crate) fn run(place: &Place, arguments: &[String]) -> Result<()> {
    let port = match arguments {
        [] => PORT,
        [name, port] if name == "--port" => port.as_str(),
        _ => bail!("`serve` knows only `--port <number>`"),
    };
    build::make(place, Freshness::WhenChanged)?;
    Step::new("cargo")
        .args(["run", "--quiet", "--package", "stage", "--", port])
        .run()
}

const PORT: &str = "8080";
