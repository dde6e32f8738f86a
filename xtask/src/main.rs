//! Set-up, build, serve, test: every command of this repository.
//!
//! `cargo xtask <command>`. Each step is printed as the plain command it is, so that a failing one
//! can be repeated by hand. This crate knows how to run tools; it knows nothing about consent.

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

mod bench;
mod build;
mod bundle;
mod channels;
mod check;
mod pkg;
mod place;
mod serve;
mod setup;
mod step;
mod trackers;

use place::Place;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match Place::find().and_then(|place| command(&place, &arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(place: &Place, arguments: &[String]) -> Result<()> {
    let (name, rest) = match arguments.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("help", arguments),
    };
    match name {
        "setup" => {
            nothing_more(name, rest)?;
            setup::for_tests(place).map(drop)
        }
        "build" => {
            let freshness = match rest {
                [] => build::Freshness::WhenChanged,
                [force] if force == "--force" => build::Freshness::Always,
                [other, ..] => bail!("`build` knows only --force, not {other:?}"),
            };
            build::run(place, freshness)
        }
        "serve" => serve::run(place, rest),
        "test" | "ci" => {
            nothing_more(name, rest)?;
            check::everything(place)
        }
        "checks" => {
            nothing_more(name, rest)?;
            check::checks(place)
        }
        "native" => check::native(place, rest),
        "fmt" => {
            nothing_more(name, rest)?;
            check::format(check::Formatting::Write)
        }
        "lint" => {
            nothing_more(name, rest)?;
            check::lint(place)
        }
        "browser" => check::browser(place, rest),
        "dist" => {
            nothing_more(name, rest)?;
            check::dist(place)
        }
        "e2e" => check::e2e(place, rest),
        "channels" => channels::run(place, rest),
        "bless" => {
            nothing_more(name, rest)?;
            check::bless(place)
        }
        "size" => {
            nothing_more(name, rest)?;
            pkg::print(place)
        }
        "bench" => bench::run(place, rest),
        "trackers" => trackers::run(&place.root, rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("there is no command {other:?}\n\n{HELP}"),
    }
}

fn nothing_more(command: &str, rest: &[String]) -> Result<()> {
    match rest {
        [] => Ok(()),
        [first, ..] => bail!("`{command}` takes no arguments, but got {first:?}"),
    }
}

const HELP: &str = "\
cargo xtask <command>

  serve [--port 8080]   set up, build, and serve the demo on http://127.0.0.1:8080/
  test                  set up (the browser too) and run everything; `ci` is the same

  setup                 only set up
  checks                everything of `test` that needs no browser
  build [--force]       pkg/ from the sources
  fmt                   format
  lint                  formatting, stale tracker tables, names in JavaScript, clippy (native and wasm32), rustdoc
  native [filter]       native unit, table, property and documentation tests
  browser [filter]      tests of DOM code in headless Chromium
  dist                  build, compare pkg/ with git, test what is shipped
  e2e [filter]          build, then whole pages in a real browser; with --browser webkit or
                        firefox [case], the pages that need nothing of Chromium's
  channels [filter]     what every channel lets through, as a table; --browser firefox|webkit,
                        --tag none|script (no tag, no policy line), --pkg <folder>,
                        --times <how often>, --write-gaps (tests/data/channel_gaps.txt)
  bless                 accept changed golden lists and screens (look at them before you commit)
  size                  bytes of what is shipped
  bench [native]        Gate::decide
  bench start [loads]   how fast the drop-in stands guard in a page
  bench busy [rounds]   what the gate costs a busy page; PART=fetches plays one part
  bench interface [rounds]   a click on accept, the nodes, the heap, beside another banner
  trackers [--check]    make the built-in tracker table from xtask/data, or see whether it is stale
";
