//! Plays channels, one browser after the other, so that none grows old.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use stage::{Stage, Visit};

use super::play::Player;
use super::seen::Seen;
use super::street::{Street, Tag};
use super::table::Channel;
use super::tally::Played;
use crate::case::Kind;
use crate::driver::{Driver, Maker};

/// Which channels are played, with what, and how often.
#[derive(Debug)]
pub struct Wish {
    pub pages: PathBuf,
    pub package: PathBuf,
    pub maker: Maker,
    pub tag: Tag,
    pub times: usize,
    pub channels: Vec<Channel>,
}

/// Plays what is wished for.
pub async fn run_all(root: &Path, wish: &Wish) -> Vec<Played> {
    let driver = Driver::start(wish.maker).unwrap_or_else(|fault| panic!("{fault}"));
    let mut played: Vec<Played> = Vec::new();
    for share in wish.channels.chunks(SHARE) {
        let mut rounds: Vec<Vec<Vec<Seen>>> = vec![Vec::new(); share.len()];
        for _ in 0..wish.times {
            let seen = in_one_browser(root, &driver, wish, share).await;
            for (rounds, seen) in rounds.iter_mut().zip(seen) {
                rounds.push(seen);
            }
        }
        played.extend(share.iter().zip(rounds).map(|(channel, rounds)| Played {
            channel: channel.clone(),
            rounds,
        }));
    }
    played
}

async fn in_one_browser(
    root: &Path,
    driver: &Driver,
    wish: &Wish,
    share: &[Channel],
) -> Vec<Vec<Seen>> {
    let street = Street::new(&wish.pages, &wish.package);
    let answering = street.clone();
    let respond = Arc::new(move |visit: &Visit| answering.answer(visit));
    let stage = Stage::start(0, respond).await.expect("a free port");
    let browser = driver
        .open(root, Kind::Plain, stage.port())
        .await
        .expect("a browser");
    let player = Player {
        browser: &browser,
        stage: &stage,
        street: &street,
        tag: wish.tag,
        has_worker: wish.tag == Tag::Whole,
    };
    if player.has_worker {
        let hired = player.hire_worker().await;
        hired.unwrap_or_else(|fault| panic!("{fault}"));
    }
    let mut all = Vec::new();
    for channel in share {
        let begun = Instant::now();
        let seen = player.play(channel).await;
        let words: Vec<String> = seen.iter().map(ToString::to_string).collect();
        let took = begun.elapsed().as_millis();
        println!("{} {took} ms {}", channel.name, words.join(" "));
        for one in seen.iter().filter(|one| !one.detail.is_empty()) {
            println!("    {one} {}", one.detail);
        }
        all.push(seen);
    }
    if let Err(fault) = browser.client.close().await {
        println!("the browser did not close: {fault}");
    }
    all
}

/// Channels for one browser before it is started anew.
const SHARE: usize = 112;
