//! Every check, one function each, and all of them at once.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, thread};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

use crate::build::{self, Freshness};
use crate::place::Place;
use crate::setup::{self, Browser, Tools};
use crate::step::Step;
use crate::trackers;

/// What to do about formatting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Formatting {
    /// Change the files.
    Write,
    /// Only say what would change.
    Check,
}

/// `cargo xtask test`: set-up and every check.
///
/// The pages take most of the time, and leave a third of two cores alone: they wait for frames, and for new processes. So what needs
/// no browser, from the set-up of the build on, is done beside them by a process that gets only what they leave. They are tried with
/// the `pkg/` that git has; that the sources make it is one of the things that are proved meanwhile. With changed sources it is
/// built first.
///
/// # Errors
///
/// When any check fails, once all are over; each says so as soon as it knows.
pub(crate) fn everything(place: &Place) -> Result<()> {
    let start = Instant::now();
    let is_changed = changes(build::INPUTS).is_none_or(|changes| !changes.is_empty());
    let (program, browser) = pages_ready(place, is_changed)?;
    let (shown, proved) = thread::scope(|scope| {
        let beside = scope.spawn(|| beside(place));
        let shown = timed("The pages", || pages_step(&program, &browser).run());
        (shown, beside.join())
    });
    match (shown, proved.map_err(|fault| anyhow!("{fault:?}"))?) {
        (Err(shown), Err(proved)) => bail!("{shown:#}\n{proved:#}"),
        (shown, proved) => shown.and(proved)?,
    }
    // Another browser beside the pages would cost them races.
    self::browser(place, &[])?;
    let seconds = start.elapsed().as_secs();
    println!(
        "\nEverything passed in {} min {} s.",
        seconds / 60,
        seconds % 60
    );
    Ok(())
}

/// `checks` in a process of the lowest priority; what it says is printed in one piece, and its end once more as the fault.
fn beside(place: &Place) -> Result<()> {
    let log = place.target.join("checks.log");
    let own = env::current_exe().context("this program can't find itself")?;
    let step = Step::new("nice").args(["-n", "19"]).arg(own).arg("checks");
    let mut said = String::new();
    timed("What needs no browser", || {
        let done = step.run_aside(&log);
        said = String::from_utf8_lossy(&fs::read(&log).unwrap_or_default()).into_owned();
        println!("\n{said}");
        done
    })
    .with_context(|| said.lines().next_back().unwrap_or_default().to_owned())
}

fn timed(what: &str, run: impl FnOnce() -> Result<()>) -> Result<()> {
    let start = Instant::now();
    let result = run();
    let ending = if result.is_ok() { "passed" } else { "FAILED" };
    println!("\n{what}: {ending} after {} s.", start.elapsed().as_secs());
    result
}

/// `cargo xtask checks`: what needs no browser, in the order in which faults are cheapest to find. The tests for one are compiled.
///
/// # Errors
///
/// At the first check that fails.
pub(crate) fn checks(place: &Place) -> Result<()> {
    lint(place)?;
    native(place, &[])?;
    without_debug_assertions(place)?;
    dist(place)?;
    Step::new("cargo")
        .args(["test", "--locked", "--lib", "--no-run"])
        .args(WASM)
        .run()
}

/// Formats, or checks that it is formatted.
pub(crate) fn format(formatting: Formatting) -> Result<()> {
    let step = Step::new("cargo").args(["fmt", "--all"]);
    match formatting {
        Formatting::Write => step.run(),
        Formatting::Check => step
            .args(["--", "--check"])
            .run()
            .context("run `cargo xtask fmt`"),
    }
}

/// Formatting, tables that are not stale, names in JavaScript that nobody defines or uses, clippy for both targets,
/// rustdoc: a warning is a failure.
pub(crate) fn lint(place: &Place) -> Result<()> {
    let tools = setup::for_build(place)?;
    format(Formatting::Check)?;
    trackers::check(&place.root)?;
    Step::new("oxlint")
        .args([
            "--config",
            "xtask/js/lint.json",
            "www",
            "xtask/js",
            "benches",
        ])
        .env("PATH", &tools.path)
        .run()?;
    Step::new("cargo")
        .args(["clippy", "--locked", "--workspace", "--all-targets"])
        .args(DENY)
        .run()?;
    Step::new("cargo")
        .args(["clippy", "--locked", "--lib", "--tests"])
        .args(WASM)
        .args(DENY)
        .run()?;
    // The other program.
    Step::new("cargo")
        .args(["clippy", "--locked", "--lib", "--features", "interface"])
        .args(WASM)
        .args(DENY)
        .run()?;
    let document = || {
        Step::new("cargo")
            .args(["doc", "--locked", "--no-deps", "--document-private-items"])
            // These pages are for those who work here: private items are in them and may be linked.
            .env(
                "RUSTDOCFLAGS",
                "-D warnings -A rustdoc::private_intra_doc_links",
            )
    };
    document().arg("--workspace").run()?;
    document().args(WASM).run()
}

/// Tests that need no browser: units, tables, properties, documentation.
pub(crate) fn native(place: &Place, filter: &[String]) -> Result<()> {
    Step::new("cargo")
        .args(["test", "--locked", "--workspace", "--lib", "--bins"])
        .args(test_targets(place)?)
        .args(filter)
        .run()?;
    if filter.is_empty() {
        Step::new("cargo")
            .args(["test", "--locked", "--workspace", "--doc"])
            .run()?;
    }
    Ok(())
}

/// Once more as it ships: a `debug_assert!` must not be what keeps the gate closed.
fn without_debug_assertions(place: &Place) -> Result<()> {
    let profile = "profile.dev.package.consent-gate";
    Step::new("cargo")
        .args(["test", "--locked", "--lib"])
        .args(test_targets(place)?)
        .args(["--config", &format!("{profile}.debug-assertions=false")])
        .args(["--config", &format!("{profile}.overflow-checks=false")])
        .run()
}

/// Tests of DOM code in headless Chromium.
pub(crate) fn browser(place: &Place, filter: &[String]) -> Result<()> {
    let (tools, browser) = setup::for_tests(place)?;
    Step::new("wasm-pack")
        .args(["test", "--headless", "--chrome", "--mode", "no-install"])
        .arg("--chromedriver")
        .arg(&browser.driver)
        // What follows the folder goes to `cargo build` first, which knows no filter; what follows the
        // `--` goes to the tests alone.
        .args([".", "--locked", "--lib", "--"])
        .args(filter)
        .env("PATH", &tools.path)
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            browser.capabilities(place)?,
        )
        // Two cores that also compile: the defaults of 20 and 5 seconds are for a quiet machine.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "180")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
        .run()
}

/// What is shipped: built, the same as in git, and as promised.
pub(crate) fn dist(place: &Place) -> Result<()> {
    let tools = setup::for_build(place)?;
    build::run(place, Freshness::WhenChanged)?;
    same_as_in_git()?;
    dist_tests(&tools, Goldens::Compare)?;
    Step::new("tsc")
        .args(["--project", "tests/types"])
        .env("PATH", &tools.path)
        .run()
        .context("www/consent-gate.d.ts and its use in tests/types don't fit")
}

/// The committed `pkg/` is what owners without Rust copy; it must be what the sources make.
fn same_as_in_git() -> Result<()> {
    let changes =
        changes(&["pkg"]).context("pkg/ can't be compared with git: `git status` fails here")?;
    if changes.is_empty() {
        println!("\npkg/ is byte for byte what git has.");
        return Ok(());
    }
    bail!(
        "pkg/ in git is not what the sources build:\n{changes}\nThe build has written the new files. \
         If the change is meant, commit pkg/ together with its sources; if not, some tool or source \
         differs from the pinned ones."
    )
}

/// What is changed or new at or below such places, a line each.
fn changes(places: &[&str]) -> Option<String> {
    Step::new("git")
        .args(["status", "--porcelain", "--untracked-files=all", "--"])
        .args(places)
        .ask()
}

/// What to do with golden lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goldens {
    Compare,
    Accept,
}

fn dist_tests(tools: &Tools, goldens: Goldens) -> Result<()> {
    let step = Step::new("cargo")
        .args(["test", "--locked", "--test", "dist"])
        .env("PATH", &tools.path);
    match goldens {
        Goldens::Compare => step.run(),
        Goldens::Accept => step.env("BLESS", "1").run(),
    }
}

/// Whole pages in a real browser.
pub(crate) fn e2e(place: &Place, filter: &[String]) -> Result<()> {
    if let [option, rest @ ..] = filter
        && option == "--browser"
    {
        let [browser, case @ ..] = rest else {
            bail!("`e2e --browser` needs the name of one")
        };
        if case.len() > 1 {
            bail!("`e2e --browser {browser}` takes one list of cases: a,b");
        }
        build::make(place, Freshness::WhenChanged)?;
        let step = setup::with_browser(place, browser, "cargo")?
            .args(["test", "--locked", "--test", "e2e", "every_page"])
            .args(["--", "--nocapture"])
            .env("RUST_BACKTRACE", "0");
        let step = case.iter().fold(step, |step, name| step.env("CASE", name));
        return step.run();
    }
    let (program, browser) = pages_ready(place, true)?;
    // What follows a `--` is for the program, as everything is.
    pages_step(&program, &browser)
        .args(filter.iter().filter(|word| *word != "--"))
        .run()
}

/// All that the pages need, and the program that tries them.
fn pages_ready(place: &Place, builds: bool) -> Result<(PathBuf, Browser)> {
    let ready = setup::for_pages_while(place, || {
        if builds {
            build::make(place, Freshness::WhenChanged)?;
        }
        pages_program(place)
    })?;
    setup::build_examples(place)?;
    Ok(ready)
}

/// Compiles the program that tries the pages. As `cargo test` it would wait for what else cargo is doing meanwhile.
fn pages_program(place: &Place) -> Result<PathBuf> {
    let messages = place.target.join("e2e.json");
    Step::new("cargo")
        .args(["test", "--locked", "--test", "e2e", "--no-run"])
        .arg("--message-format=json-render-diagnostics")
        .run_into(&messages)?;
    fs::read_to_string(&messages)?
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .context("cargo does not tell where it has put the program of tests/e2e.rs")
}

fn pages_step(program: &Path, browser: &Browser) -> Step {
    Step::new(program)
        // What is wrong is the last thing that a failed test says, not where in the test it was noticed.
        .env("RUST_BACKTRACE", "0")
        .env("CHROMEDRIVER", &browser.driver)
        .env("CHROMIUM", &browser.program)
}

/// Accepts changed golden lists and screens.
pub(crate) fn bless(place: &Place) -> Result<()> {
    let (tools, browser) = setup::for_tests(place)?;
    // Before the build, which ships it.
    Step::new("cargo")
        .args(["test", "--locked", "--test", "languages"])
        .arg("the_english_file_is_the_english_of_the_crate")
        .env("BLESS", "1")
        .run()?;
    build::make(place, Freshness::WhenChanged)?;
    dist_tests(&tools, Goldens::Accept)?;
    pages_step(&pages_program(place)?, &browser)
        .arg("what_is_drawn_is_what_was_approved")
        .arg("--nocapture")
        .env("BLESS", "1")
        .run()
}

/// `--test <name>` for the files of `tests/`, but for those that need a built `pkg/` and have their own
/// commands.
fn test_targets(place: &Place) -> Result<Vec<String>> {
    let folder = place.root.join("tests");
    let mut names = Vec::new();
    for entry in
        fs::read_dir(&folder).with_context(|| format!("can't list {}", folder.display()))?
    {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let rust = path.extension().is_some_and(|ending| ending == "rs");
        if rust && !["dist", "e2e"].contains(&stem.as_ref()) {
            names.push(stem.into_owned());
        }
    }
    names.sort();
    Ok(names
        .into_iter()
        .flat_map(|name| ["--test".to_owned(), name])
        .collect())
}

const DENY: &[&str] = &["--", "-D", "warnings"];

const WASM: &[&str] = &["--target", "wasm32-unknown-unknown"];
