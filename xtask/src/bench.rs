//! How fast `Gate::decide` is natively, how fast the drop-in stands guard in a page, what it costs a busy one, and
//! what the interface costs.

use anyhow::{Result, bail};

use crate::build::{self, Freshness};
use crate::place::Place;
use crate::setup;
use crate::step::Step;

/// Runs one benchmark or all; of those in a page the rest of the arguments are theirs.
///
/// # Errors
///
/// When the name is unknown, or a benchmark can't be run. Slowness is printed, never an error:
/// a timed test fails on a busy machine.
pub(crate) fn run(place: &Place, arguments: &[String]) -> Result<()> {
    match arguments {
        [] => {
            native()?;
            page(place, "start", &[])?;
            page(place, "busy", &[])?;
            page(place, "interface", &[])
        }
        [name] if name == "native" => native(),
        [name, rest @ ..] if ["start", "busy", "interface"].contains(&name.as_str()) => {
            page(place, name, rest)
        }
        _ => bail!("`bench` knows `native`, `start`, `busy` and `interface`"),
    }
}

fn native() -> Result<()> {
    Step::new("cargo")
        .args(["bench", "--bench", "decide"])
        .run()
}

fn page(place: &Place, name: &str, arguments: &[String]) -> Result<()> {
    let (tools, browser) = setup::for_tests(place)?;
    build::make(place, Freshness::WhenChanged)?;
    Step::new("node")
        .arg(format!("benches/page/{name}.mjs"))
        .args(arguments)
        .env("PATH", &tools.path)
        .env("CHROMEDRIVER", &browser.driver)
        .env("CHROMIUM", &browser.program)
        .run()
}
