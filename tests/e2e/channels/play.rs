//! Plays one channel through everything that a visitor may decide.
//!
//! | situation | what the visitor did |
//! |---|---|
//! | `bare` | opened the page without our tag. Played where nothing else has shown that the page does what it is here for |
//! | `first` | opened the page for the first time |
//! | `accepted` | then accepted, without a reload |
//! | `withdrawn` | then took it back, and the page does it once more |
//! | `refused` | opened it on another host and refused, and the page does it once more |
//! | `return` | then came back |
//! | `worker` | opened the page while the service worker is in charge |
//!
//! Every situation ends with a sentinel: a request that can only come after what the page had begun.

use std::fmt;
use std::time::{Duration, Instant};

use serde_json::Value;
use stage::{Stage, Visit};

use super::street::{Street, Tag};
use super::table::{Back, Channel, Key};
use crate::act;
use crate::check::is_noise;
use crate::driver::{Browser, Maker, POLL};
use crate::scene::is_own;

/// When something is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Situation {
    Bare,
    First,
    Accepted,
    Withdrawn,
    Refused,
    Return,
    Worker,
}

impl Situation {
    pub fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::First => "first",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
            Self::Refused => "refused",
            Self::Return => "return",
            Self::Worker => "worker",
        }
    }
}

/// What can be seen of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// A tracker was asked, or called where that is all there is.
    Leaks,
    /// A tracker's code ran.
    Runs,
    /// The tracker's key is there.
    Stores,
    /// Nothing came back after consent.
    Away,
    /// The page does not do what it is here for, so that it proves nothing.
    Silent,
    /// Something of the site's own did not work.
    Breaks,
    /// The page threw something that nobody caught.
    Throws,
    /// The page could not be played to its end.
    Stuck,
}

impl Sight {
    pub fn name(self) -> &'static str {
        match self {
            Self::Leaks => "leaks",
            Self::Runs => "runs",
            Self::Stores => "stores",
            Self::Away => "away",
            Self::Silent => "silent",
            Self::Breaks => "breaks",
            Self::Throws => "throws",
            Self::Stuck => "stuck",
        }
    }
}

/// One thing that was seen in one situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub situation: Situation,
    pub sight: Sight,
    /// The requests, or the reason.
    pub detail: String,
}

impl fmt::Display for Seen {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}", self.situation.name(), self.sight.name())
    }
}

impl Channel {
    /// What it is there for.
    fn wanted(&self) -> Sight {
        if self.runs {
            Sight::Runs
        } else if self.stores.is_some() {
            Sight::Stores
        } else {
            Sight::Leaks
        }
    }

    /// A host for one of its visitors, so that none finds what another one stored.
    fn host(&self, visitor: &str) -> String {
        let label = self.name.replace('/', "-").to_ascii_lowercase();
        format!("{label}-{visitor}.test")
    }
}

/// A browser with its stage, on which channels are played.
#[derive(Debug)]
pub struct Player<'a> {
    pub browser: &'a Browser,
    pub stage: &'a Stage,
    pub street: &'a Street,
    pub tag: Tag,
    /// Whether the site of the second views has its worker.
    pub has_worker: bool,
}

/// Where the ledgers stood.
#[derive(Clone, Copy)]
struct Mark {
    asked: u64,
    called: u64,
}

impl Player<'_> {
    /// Plays a channel and tells everything that was seen, whether good or bad.
    pub async fn play(&self, channel: &Channel) -> Vec<Seen> {
        let mut seen = Vec::new();
        let watch = if self.is_watched(channel) {
            self.browser.watch_keys().await.ok()
        } else {
            None
        };
        if let Err(fault) = self.play_all(channel, &mut seen).await {
            let situation = seen.last().map_or(Situation::Bare, |one| one.situation);
            seen.push(Seen {
                situation,
                sight: Sight::Stuck,
                detail: fault,
            });
        }
        let mut left = act::leave(self.browser).await;
        if let Some(watch) = watch {
            left = left.and(self.browser.unwatch_keys(watch).await);
        }
        if let Err(fault) = left {
            println!("{}: the page can't be left: {fault}", channel.name);
        }
        seen
    }

    async fn play_all(&self, channel: &Channel, seen: &mut Vec<Seen>) -> Result<(), String> {
        if self.tag != Tag::None {
            self.play_tagged(channel, seen).await?;
        }
        let wanted = channel.wanted();
        let shown = if channel.works {
            seen.iter().all(|one| one.sight != Sight::Breaks)
        } else {
            seen.iter().any(|one| one.sight == wanted)
        };
        if !shown || self.tag == Tag::None {
            let since = self.mark();
            self.open(channel, &channel.host("n"), Tag::None).await?;
            self.look(channel, Situation::Bare, since, seen).await?;
            if !channel.works && !self.is_back(channel, since).await? {
                seen.push(Seen {
                    situation: Situation::Bare,
                    sight: Sight::Silent,
                    detail: "the page does not do what it is here for".to_owned(),
                });
            }
        }
        Ok(())
    }

    async fn play_tagged(&self, channel: &Channel, seen: &mut Vec<Seen>) -> Result<(), String> {
        let (visitor, refuser) = (channel.host("a"), channel.host("r"));
        let since = self.mark();
        self.open(channel, &visitor, self.tag).await?;
        self.look(channel, Situation::First, since, seen).await?;
        if channel.works {
            self.decide("rejectAll").await?;
            self.open(channel, &visitor, self.tag).await?;
            return self.look(channel, Situation::Return, since, seen).await;
        }

        let since = self.mark();
        if channel.leaves {
            self.open(channel, &visitor, self.tag).await?;
        }
        self.decide("acceptAll").await?;
        if channel.back == Back::Again {
            self.act_again().await?;
        }
        if channel.leaves {
            self.look(channel, Situation::Accepted, since, seen).await?;
        }
        self.wait_for_return(channel, since, seen).await?;

        if channel.leaves {
            self.open(channel, &visitor, self.tag).await?;
        }
        let since = self.mark();
        self.decide("withdraw").await?;
        self.forget_keys(channel).await?;
        self.act_again().await?;
        self.look(channel, Situation::Withdrawn, since, seen)
            .await?;

        // One visitor's storage is not the other's.
        self.open(channel, &refuser, self.tag).await?;
        self.finish(0).await?;
        let since = self.mark();
        if channel.leaves {
            self.open(channel, &refuser, self.tag).await?;
        }
        self.decide("rejectAll").await?;
        self.forget_keys(channel).await?;
        self.act_again().await?;
        self.look(channel, Situation::Refused, since, seen).await?;
        let since = self.mark();
        self.open(channel, &refuser, self.tag).await?;
        self.look(channel, Situation::Return, since, seen).await?;

        if self.has_worker {
            let since = self.mark();
            self.open(channel, WORKER_HOST, Tag::Worker).await?;
            self.look(channel, Situation::Worker, since, seen).await?;
        }
        Ok(())
    }

    /// Registers the worker on the site of the second views, and says whether there is one.
    pub async fn hire_worker(&self) -> Result<bool, String> {
        self.street.play(WORKER_HOST, "files/blank", Tag::Worker);
        self.browser
            .open(&format!("https://{WORKER_HOST}/"))
            .await?;
        let there = "new Promise((done) => {
            setTimeout(done, 3000, false);
            navigator.serviceWorker.getRegistration().then((found) =>
              found ? navigator.serviceWorker.ready.then(() => done(true)) : setTimeout(() =>
                navigator.serviceWorker.getRegistration().then((found) => found
                  ? navigator.serviceWorker.ready.then(() => done(true)) : done(false)), 500));
        })";
        Ok(self.browser.value(there).await? == true)
    }

    async fn open(&self, channel: &Channel, host: &str, tag: Tag) -> Result<(), String> {
        self.street.play(host, &channel.name, tag);
        self.browser.open(&format!("https://{host}/")).await?;
        self.settle("window.ready").await
    }

    /// Waits for a promise of the page's, but not for ever.
    async fn settle(&self, promise: &str) -> Result<(), String> {
        let bounded = format!(
            "Promise.race([{promise}, new Promise((done) => setTimeout(done, 2000))]).then(() => 0, () => 0)"
        );
        self.browser.value(&bounded).await.map(drop)
    }

    async fn decide(&self, call: &str) -> Result<(), String> {
        self.browser
            .value(&format!("void ConsentGate.{call}()"))
            .await
            .map(drop)
    }

    async fn act_again(&self) -> Result<(), String> {
        let again = "typeof act === 'function' ? act() : 0";
        self.settle(&format!(
            "new Promise((done) => {{ try {{ done({again}) }} catch (fault) {{ done(0) }} }})"
        ))
        .await
    }

    /// What the page had begun has arrived once this returns.
    async fn finish(&self, number: usize) -> Result<(), String> {
        act::sentinel(self.browser, number).await
    }

    async fn look(
        &self,
        channel: &Channel,
        situation: Situation,
        since: Mark,
        seen: &mut Vec<Seen>,
    ) -> Result<(), String> {
        if channel.leaves {
            let here = self.browser.value("location.origin").await?;
            let blank = format!("{}/files/blank.html", here.as_str().unwrap_or_default());
            self.browser.open(&blank).await?;
        }
        let works = if channel.works {
            self.browser.value(WORKS).await?
        } else {
            Value::Bool(true)
        };
        self.finish(situation as usize).await?;
        let thrown = self.thrown().await?;
        let mut tell = |sight, detail: String| {
            seen.push(Seen {
                situation,
                sight,
                detail,
            });
        };
        if works != true {
            tell(Sight::Breaks, works.to_string());
        }
        if !thrown.is_empty() {
            tell(Sight::Throws, thrown.join(", "));
        }
        if channel.works {
            return Ok(());
        }
        let leaks = self.leaks(channel, since);
        if !leaks.is_empty() {
            tell(Sight::Leaks, leaks.join(", "));
        }
        let ran = self.ran(since);
        if !ran.is_empty() {
            tell(Sight::Runs, ran.join(", "));
        }
        if let Some(key) = &channel.stores
            && self.was_stored(channel, key).await?
        {
            tell(Sight::Stores, key.name.clone());
        }
        Ok(())
    }

    /// What the page threw and nobody caught, since this was last asked.
    async fn thrown(&self) -> Result<Vec<String>, String> {
        let said = self.browser.console().await?;
        let thrown = said.into_iter().map(|line| line.text);
        Ok(thrown.filter(|text| text.contains("Uncaught")).collect())
    }

    async fn wait_for_return(
        &self,
        channel: &Channel,
        since: Mark,
        seen: &mut Vec<Seen>,
    ) -> Result<(), String> {
        // What got through before is not held any more, and need not come again.
        let wanted = channel.wanted();
        let was_through = seen
            .iter()
            .any(|one| one.situation == Situation::First && one.sight == wanted);
        let is_due = channel.back != Back::Never && !was_through;
        let deadline = Instant::now() + PATIENCE;
        let mut back = self.is_back(channel, since).await?;
        while !back && is_due && Instant::now() < deadline {
            tokio::time::sleep(POLL).await;
            back = self.is_back(channel, since).await?;
        }
        self.finish(Situation::Accepted as usize).await?;
        back = back || self.is_back(channel, since).await?;
        let (sight, detail) = match (back, is_due) {
            (true, _) => (wanted, String::new()),
            (false, true) => (Sight::Away, String::new()),
            (false, false) => return Ok(()),
        };
        seen.push(Seen {
            situation: Situation::Accepted,
            sight,
            detail,
        });
        Ok(())
    }

    async fn is_back(&self, channel: &Channel, since: Mark) -> Result<bool, String> {
        if channel.runs {
            return Ok(!self.ran(since).is_empty());
        }
        if let Some(key) = &channel.stores {
            return self.is_stored(key).await;
        }
        let asks = channel.asks.as_deref().unwrap_or_default();
        let asked = |line: &String| line.contains(&format!("//{asks}"));
        Ok(self.leaks(channel, since).iter().any(asked))
    }

    fn mark(&self) -> Mark {
        Mark {
            asked: self.stage.ledger().newest(),
            called: self.stage.calls().newest(),
        }
    }

    /// The requests to trackers.
    fn leaks(&self, channel: &Channel, since: Mark) -> Vec<String> {
        let mut visits = self.stage.ledger().since(since.asked);
        if channel.connects {
            visits.extend(self.stage.calls().since(since.called));
        }
        visits.retain(|visit| !is_own("test", &visit.host) && !is_noise(visit));
        visits.iter().map(Visit::line).collect()
    }

    /// The scripts that said that they ran.
    fn ran(&self, since: Mark) -> Vec<String> {
        let visits = self.stage.ledger().since(since.asked);
        visits
            .into_iter()
            .filter(|visit| visit.path == "/ran" && is_own("test", &visit.host))
            .map(|visit| visit.query)
            .collect()
    }

    /// Whether a channel's keys are looked at after every task of its pages.
    fn is_watched(&self, channel: &Channel) -> bool {
        let place = channel.stores.as_ref().map(|key| key.place.as_str());
        self.browser.maker == Maker::Chromium
            && matches!(place, Some("cookie" | "local" | "session"))
    }

    /// What was there until a decision may have been there.
    async fn forget_keys(&self, channel: &Channel) -> Result<(), String> {
        if self.is_watched(channel) {
            self.browser.seen_keys().await?;
        }
        Ok(())
    }

    /// Whether a key outlived the task that wrote it, even if it is gone by now.
    async fn was_stored(&self, channel: &Channel, key: &Key) -> Result<bool, String> {
        if !self.is_watched(channel) {
            return self.is_stored(key).await;
        }
        let seen = self.browser.seen_keys().await?;
        Ok(seen.contains(&format!("{}:{}", key.place, key.name)))
    }

    async fn is_stored(&self, key: &Key) -> Result<bool, String> {
        let keys = self.browser.stored(&key.place).await?;
        Ok(keys.contains(&key.name))
    }
}

/// Whether a page that does nothing wrong works: its own word, which it may take a while for.
const WORKS: &str = "Promise.race([
    Promise.resolve(window.works).then((works) => works ?? 'no word', (fault) => 'rejected: ' + fault),
    new Promise((done) => setTimeout(done, 4000, 'no word in time')),
])";

/// The site on which second views are played.
const WORKER_HOST: &str = "worker.test";

/// How long something may take to come back.
const PATIENCE: Duration = Duration::from_millis(1200);
