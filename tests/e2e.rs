//! Whole pages in a real browser, judged by what other hosts were asked.
//!
//! Every folder of `tests/pages` is a case: a page as a site's owner would write it, and
//! `expect.tsv`, which says step by step what the visitor does and what may then have been
//! requested, stored and run. One server answers for every host of the world, and its ledger is
//! the judge. That something did *not* happen is proved by a request that can only come after it,
//! never by waiting.
//!
//! `CASE=text,text cargo test --test e2e` runs the cases with one of these in their name; `PKG=folder` tries
//! another build than the one in `pkg/`; `BROWSER=webkit` plays what needs no more than a page and a visitor in that one,
//! which no test does.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

#[path = "e2e/act.rs"]
mod act;
#[path = "e2e/case.rs"]
mod case;
#[path = "e2e/channels/mod.rs"]
mod channels;
#[path = "e2e/check.rs"]
mod check;
#[path = "e2e/driver.rs"]
mod driver;
#[path = "e2e/known_gaps.rs"]
mod known_gaps;
#[path = "e2e/list.rs"]
mod list;
#[path = "e2e/looks/mod.rs"]
mod looks;
#[path = "e2e/paste.rs"]
mod paste;
#[path = "e2e/run.rs"]
mod run;
#[path = "e2e/scene.rs"]
mod scene;
#[path = "e2e/twins.rs"]
mod twins;

use std::path::{Path, PathBuf};

use known_gaps::{Ending, KnownGaps};

/// Tests that open a browser wait for each other: two at a time on two cores lose races that one wins.
static ONE_BROWSER: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_does_what_its_case_says() {
    let _alone = ONE_BROWSER.lock().await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = std::env::var_os("PKG").map_or_else(|| root.join("pkg"), PathBuf::from);
    assert!(
        package.join("consent-gate.js").is_file(),
        "there is no consent-gate.js in {}: run `cargo xtask build` first",
        package.display()
    );
    let gaps = KnownGaps::read(&root.join("tests/data/expected_failures.txt")).unwrap();
    let all = case::read_all(&root.join("tests/pages")).unwrap_or_else(|fault| panic!("{fault}"));
    let names: Vec<String> = all
        .iter()
        .flat_map(|case| {
            case.stories
                .iter()
                .map(|story| case::called(&case.name, story))
        })
        .collect();
    let stale: Vec<_> = gaps.stale(&names).collect();
    assert!(
        stale.is_empty(),
        "expected_failures.txt names stories that are not there: {stale:?}"
    );

    let wanted = std::env::var("CASE").unwrap_or_default();
    let cases = all
        .into_iter()
        .filter(|case| wanted.split(',').any(|part| case.name.contains(part)))
        .collect();
    // Said once more at the very end: of a long output, a CI keeps the beginning and the end.
    let mut wrong = Vec::new();
    let mut count = 0;
    for told in run::run_all(root, &package, cases).await {
        count += 1;
        let ending = gaps.judge(&told.story, told.faults.is_empty());
        match ending {
            Ending::Passed | Ending::KnownGap => {}
            Ending::Failed => {
                wrong.push(format!(
                    "FAILED {}\n    {}",
                    told.story,
                    told.faults.join("\n    ")
                ));
            }
            Ending::UnexpectedSuccess => {
                wrong.push(format!(
                    "works, so take it off expected_failures.txt: {}",
                    told.story
                ));
            }
        }
    }
    assert!(count > 0, "no case has `{wanted}` in its name");
    assert!(
        wrong.is_empty(),
        "{} of {count} stories are not as their case says\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
