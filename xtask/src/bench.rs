//! How fast `Gate::decide` is natively, and how fast the drop-in stands guard in a page.

use anyhow::{Result, bail};

use crate::build::{self, Freshness};
use crate::place::Place;
use crate::setup;
use crate::step::Step;

/// Runs one benchmark or both.
///
/// # Errors
///
/// When the name is unknown, or a benchmark can't be run. Slowness is printed, never an error:
/// a timed test fails on a busy machine.
pub(crate) fn run(place: &Place, arguments: &[String]) -> Result<()> {
    match arguments {
        [] => native().and_then(|()| page(place)),
        [name] if name == "native" => native(),
        [name] if name == "page" => page(place),
        _ => bail!("`bench` knows `native` and `page`"),
    }
}

fn native() -> Result<()> {
    Step::new("cargo")
        .args(["bench", "--bench", "decide"])
        .run()
}

fn page(place: &Place) -> Result<()> {
    let (tools, browser) = setup::for_tests(place)?;
    build::make(place, Freshness::WhenChanged)?;
    Step::new("node")
        .arg("xtask/js/page-bench.mjs")
        .env("PATH", &tools.path)
        .env("CHROMEDRIVER", &browser.driver)
        .env("CHROMIUM", &browser.program)
        .run()
}
