//! Every way by which a page can reach a third party or write a tracking key, in a real browser.
//!
//! What a channel is stands in `table.rs`, what is done with it in `play.rs`, what is known to get
//! through in `gaps.rs`. The environment chooses:
//!
//! | variable | meaning |
//! |---|---|
//! | `CASE=text` | only channels with this in their name |
//! | `PKG=folder` | another build than `pkg/` |
//! | `TAG=none`, `TAG=script` | the pages without our tag, or without its policy line |
//! | `BROWSER=firefox` | in Firefox, which no test does |
//! | `REPORT=1`, `REPORT=write` | print what is seen, and compare it with nothing; write the list of gaps anew |

mod gaps;
mod play;
mod street;
mod table;
mod tally;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stage::{Stage, Visit};

use crate::case::Kind;
use crate::driver::{Driver, Maker};
use gaps::Gaps;
use play::{Player, Situation};
use street::{Street, Tag};
use tally::Played;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_channel_is_as_the_list_of_gaps_says() {
    let _alone = crate::ONE_BROWSER.lock().await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = root.join("tests/pages/channels");
    let wanted = std::env::var("CASE").unwrap_or_default();
    let all = table::read(&pages).unwrap_or_else(|fault| panic!("{fault}"));
    let names: Vec<String> = all.iter().map(|channel| channel.name.clone()).collect();
    let list = root.join("tests/data/channel_gaps.txt");
    let text = std::fs::read_to_string(&list).unwrap_or_default();
    let gaps = Gaps::parse(&text).unwrap_or_else(|fault| panic!("{}: {fault}", list.display()));
    let stale: Vec<_> = gaps.stale(&names).collect();
    assert!(
        stale.is_empty(),
        "channel_gaps.txt names channels that are not there: {stale:?}"
    );
    assert!(
        gaps.races() <= MOST_RACES,
        "{} races are too many: a gap that may or may not be there proves little",
        gaps.races()
    );
    let tag = match std::env::var("TAG").as_deref() {
        Ok("none") => Tag::None,
        Ok("script") => Tag::Script,
        Ok(other) => panic!("there is no TAG={other}"),
        Err(_) => Tag::Whole,
    };
    let maker = match std::env::var("BROWSER").as_deref() {
        Ok("firefox") => Maker::Firefox,
        Ok("chromium") | Err(_) => Maker::Chromium,
        Ok(other) => panic!("there is no BROWSER={other}"),
    };
    let chosen = all
        .into_iter()
        .filter(|channel| channel.name.contains(&wanted))
        .filter(|channel| {
            channel
                .only
                .as_deref()
                .is_none_or(|only| only == maker.name())
        })
        .collect();
    let played = play_all(root, &pages, maker, tag, chosen).await;
    say(&tally::table(&played));
    let played_in: BTreeSet<Situation> = played
        .iter()
        .flat_map(|one| one.seen.iter().map(|seen| seen.situation))
        .chain([Situation::First, Situation::Accepted, Situation::Return])
        .collect();
    let situations: Vec<Situation> = played_in.into_iter().collect();
    match std::env::var("REPORT").as_deref() {
        Ok("write") => {
            let text = gaps.rewritten(&played, &situations);
            std::fs::write(&list, text).expect("the list can be written");
            return;
        }
        Ok(_) => return say(&tally::gaps(&played)),
        Err(_) => {}
    }
    let mut wrong = 0;
    for one in &played {
        let faults = gaps.faults(&one.channel.name, &one.seen, &situations);
        if !faults.is_empty() {
            wrong += 1;
            say(&format!(
                "FAILED {}\n    {}\n",
                one.channel.name,
                faults.join("\n    ")
            ));
        }
    }
    assert_eq!(
        wrong, 0,
        "{wrong} channels are not as channel_gaps.txt says"
    );
}

/// Plays them in one browser after the other, so that none grows old.
async fn play_all(
    root: &Path,
    pages: &Path,
    maker: Maker,
    tag: Tag,
    channels: Vec<table::Channel>,
) -> Vec<Played> {
    let package = std::env::var_os("PKG").map_or_else(|| root.join("pkg"), PathBuf::from);
    let driver = Driver::start(maker).unwrap_or_else(|fault| panic!("{fault}"));
    let mut played = Vec::new();
    let mut rest = channels.into_iter().peekable();
    while rest.peek().is_some() {
        let street = Street::new(pages, &package);
        let player = street.clone();
        let respond = Arc::new(move |visit: &Visit| player.answer(visit));
        let stage = Stage::start(0, respond).await.expect("a free port");
        let browser = driver
            .open(root, Kind::Plain, stage.port())
            .await
            .expect("a browser");
        let mut player = Player {
            browser: &browser,
            stage: &stage,
            street: &street,
            tag,
            has_worker: false,
        };
        if tag == Tag::Whole {
            player.has_worker = player.hire_worker().await.unwrap_or(false);
        }
        for channel in rest.by_ref().take(SHARE) {
            let begun = std::time::Instant::now();
            let seen = player.play(&channel).await;
            let words: Vec<String> = seen.iter().map(ToString::to_string).collect();
            println!(
                "{} {} ms {}",
                channel.name,
                begun.elapsed().as_millis(),
                words.join(" ")
            );
            for one in seen.iter().filter(|one| !one.detail.is_empty()) {
                println!("    {one} {}", one.detail);
            }
            played.push(Played { channel, seen });
        }
        if let Err(fault) = browser.client.close().await {
            println!("the browser did not close: {fault}");
        }
    }
    played
}

/// Says something that is read also when all is well.
fn say(text: &str) {
    let _nobody_listens = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Channels for one browser before it is started anew.
const SHARE: usize = 60;

/// So many gaps may go both ways.
const MOST_RACES: usize = 12;
