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

use std::mem;
use std::time::{Duration, Instant};

use stage::Stage;

use super::look::Mark;
use super::seen::{Seen, Sight, Situation};
use super::street::{Street, Tag};
use super::table::{Back, Channel};
use crate::act;
use crate::driver::{Browser, Maker, POLL};

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
            if !channel.works && !self.comes_back(channel, since).await? {
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
            self.look(channel, Situation::Return, since, seen).await?;
            return self.play_with_worker(channel, seen).await;
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

        if channel.brief {
            return Ok(());
        }
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

        self.play_with_worker(channel, seen).await
    }

    async fn play_with_worker(
        &self,
        channel: &Channel,
        seen: &mut Vec<Seen>,
    ) -> Result<(), String> {
        // A worker hears of requests, not of keys, which would be there for the channels after this one.
        if !self.has_worker || channel.stores.is_some() {
            return Ok(());
        }
        let since = self.mark();
        self.open(channel, WORKER_HOST, Tag::Worker).await?;
        self.look(channel, Situation::Worker, since, seen).await?;
        // A page that went elsewhere has none.
        self.browser.value(OTHERS_GONE).await.ok();
        Ok(())
    }

    /// Registers the worker on the site of the second views. Without it none of them could be played, and
    /// what it stops would be taken for stopped.
    pub async fn hire_worker(&self) -> Result<(), String> {
        self.street.play(WORKER_HOST, "files/gated", Tag::Worker);
        self.browser
            .open(&format!("https://{WORKER_HOST}/"))
            .await?;
        match self.browser.value(HIRED).await?.as_str() {
            Some("hired") => Ok(()),
            other => Err(format!("the worker did not come: {other:?}")),
        }
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
    pub async fn finish(&self, number: usize) -> Result<(), String> {
        act::sentinel(self.browser, number).await
    }

    /// Whether a channel does what it is there for, given some time.
    async fn comes_back(&self, channel: &Channel, since: Mark) -> Result<bool, String> {
        let is_known = self.browser.maker == Maker::Chromium;
        let patience = if is_known && !channel.is_due(Situation::Accepted, Sight::Away) {
            PATIENCE
        } else {
            IMPATIENCE
        };
        let deadline = Instant::now() + patience;
        let mut back = self.is_back(channel, since).await?;
        while !back && Instant::now() < deadline {
            tokio::time::sleep(POLL).await;
            back = self.is_back(channel, since).await?;
        }
        Ok(back)
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
        let mut back = is_due && self.comes_back(channel, since).await?;
        // Scripts that are released come one after the other, and none of them is to count as one that ran in spite of what
        // is done next.
        let mut come = self.come(channel, since);
        for round in 0..MOST_ROUNDS {
            let number = Situation::Accepted as usize + round * 10;
            self.finish(number).await?;
            let before = mem::replace(&mut come, self.come(channel, since));
            if come == before {
                break;
            }
        }
        back = back || self.is_back(channel, since).await?;
        let mut tell = |sight, detail| {
            seen.push(Seen {
                situation: Situation::Accepted,
                sight,
                detail,
            });
        };
        match (back, is_due) {
            (true, _) => tell(wanted, String::new()),
            (false, true) => tell(Sight::Away, String::new()),
            (false, false) => {}
        }
        let asked = self.asked(channel, since);
        if channel.back == Back::ByItself && !was_through && asked.len() > channel.times {
            tell(Sight::Twice, asked.join(", "));
        }
        Ok(())
    }
}

/// Waits for the worker; where it doesn't come, the gate may know why.
const HIRED: &str = "new Promise((done) => {
    setTimeout(() => done(JSON.stringify(ConsentGate.report().errors)), 20000);
    navigator.serviceWorker.ready.then(() => done('hired'));
})";

/// Workers that a channel has registered would serve the channels after it.
const OTHERS_GONE: &str = "navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all
    .filter(({ active, waiting, installing }) => !(active ?? waiting ?? installing)?.scriptURL.includes('consent-gate'))
    .map((one) => one.unregister())))";

/// The site on which second views are played.
const WORKER_HOST: &str = "worker.test";

/// How often is looked once more whether all has come that was released.
const MOST_ROUNDS: usize = 30;

/// How long what must come may take, on a machine that has other things to do.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// How long is waited for what would come against the list of gaps, or in a browser that has none.
const IMPATIENCE: Duration = Duration::from_millis(1200);
