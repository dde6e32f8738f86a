//! What every channel lets through, as a table to read: the same pages that `e2e` judges.
//!
//! ```text
//! cargo xtask channels                        # as a site has it
//! cargo xtask channels --tag none storage/    # without our tag: what the pages do by themselves
//! cargo xtask channels --browser firefox      # or webkit
//! cargo xtask channels --write-gaps           # tests/data/channel_gaps.txt, after a change
//! ```

use anyhow::{Context, Result, bail};

use crate::build::{self, Freshness};
use crate::place::Place;
use crate::setup;

/// Plays the channels and prints what is seen.
///
/// # Errors
///
/// When an option is unknown, or something is missing that can't be installed.
pub(crate) fn run(place: &Place, arguments: &[String]) -> Result<()> {
    let mut further = Vec::new();
    let mut browser = "chromium";
    let mut package = None;
    let mut report = "1";
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let mut value = || rest.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--browser" => browser = value()?,
            "--tag" => further.push(("TAG", value()?)),
            "--times" => further.push(("TIMES", value()?)),
            "--pkg" => package = Some(value()?),
            "--write-gaps" => report = "write",
            filter if !filter.starts_with('-') => further.push(("CASE", word)),
            _ => bail!(
                "`channels` knows --browser, --tag, --times, --pkg, --write-gaps and a filter, not {word:?}"
            ),
        }
    }
    let mut step = setup::with_browser(place, browser, "cargo")?
        .args(["test", "--locked", "--test", "e2e", "every_channel"])
        .args(["--", "--nocapture"])
        .env("REPORT", report);
    match package {
        Some(folder) => step = step.env("PKG", folder),
        None => build::make(place, Freshness::WhenChanged)?,
    }
    further
        .into_iter()
        .fold(step, |step, (name, value)| step.env(name, value))
        .run()
}
