//! Looks at what a channel has done: in the stage's ledger, in the browser's storage, on the console.

use std::time::Instant;

use serde_json::Value;
use stage::Visit;

use super::play::{PATIENCE, Player};
use super::seen::{Seen, Sight, Situation};
use super::table::{Channel, Key};
use crate::check::is_noise;
use crate::driver::{Maker, POLL};
use crate::scene::is_own;

/// Where the ledgers stood.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    asked: u64,
    called: u64,
}

impl Player<'_> {
    /// Tells what there is to be seen, once what the page had begun has arrived.
    pub async fn look(
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
        self.wait_for_due(channel, situation, since).await;
        let leaks = self.leaks(channel, since);
        let calls = self.calls(since);
        if !leaks.is_empty() {
            tell(Sight::Leaks, leaks.join(", "));
        } else if !calls.is_empty() {
            tell(Sight::Calls, calls.join(", "));
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

    /// Waits for what the list of gaps says is seen: the sentinel need not be behind it, since it goes its own way.
    async fn wait_for_due(&self, channel: &Channel, situation: Situation, since: Mark) {
        let is_missing = || {
            channel.is_due(situation, Sight::Leaks) && self.leaks(channel, since).is_empty()
                || channel.is_due(situation, Sight::Runs) && self.ran(since).is_empty()
        };
        let deadline = Instant::now() + PATIENCE;
        while is_missing() && Instant::now() < deadline {
            tokio::time::sleep(POLL).await;
        }
    }

    /// What the page threw and nobody caught, since this was last asked.
    async fn thrown(&self) -> Result<Vec<String>, String> {
        let said = self.browser.console().await?;
        let thrown = said.into_iter().map(|line| line.text);
        Ok(thrown.filter(|text| text.contains("Uncaught")).collect())
    }

    /// Whether a channel does what it is there for.
    pub async fn is_back(&self, channel: &Channel, since: Mark) -> Result<bool, String> {
        if channel.runs {
            return Ok(!self.ran(since).is_empty());
        }
        if let Some(key) = &channel.stores {
            return self.is_stored(key).await;
        }
        Ok(!self.asked(channel, since).is_empty())
    }

    /// The requests that a channel is there for, without the questions whether they may be made.
    pub fn asked(&self, channel: &Channel, since: Mark) -> Vec<String> {
        let asks = format!("//{}", channel.asks.as_deref().unwrap_or_default());
        let mut lines = self.leaks(channel, since);
        lines.retain(|line| line.contains(&asks) && !line.starts_with("OPTIONS "));
        lines
    }

    /// How much has come: requests to trackers, and words of scripts that ran.
    pub fn come(&self, channel: &Channel, since: Mark) -> usize {
        self.leaks(channel, since).len() + self.ran(since).len()
    }

    pub fn mark(&self) -> Mark {
        Mark {
            asked: self.stage.ledger().newest(),
            called: self.stage.calls().newest(),
        }
    }

    /// The requests to trackers, and the calls where a channel has nothing else.
    fn leaks(&self, channel: &Channel, since: Mark) -> Vec<String> {
        let visits = self.stage.ledger().since(since.asked);
        let mut lines = to_trackers(visits);
        if channel.connects {
            lines.extend(self.calls(since));
        }
        lines
    }

    /// The connections that were opened to trackers.
    fn calls(&self, since: Mark) -> Vec<String> {
        to_trackers(self.stage.calls().since(since.called))
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
    pub fn is_watched(&self, channel: &Channel) -> bool {
        let place = channel.stores.as_ref().map(|key| key.place.as_str());
        self.browser.maker == Maker::Chromium
            && matches!(place, Some("cookie" | "local" | "session"))
    }

    /// What was there until a decision may have been there.
    pub async fn forget_keys(&self, channel: &Channel) -> Result<(), String> {
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

fn to_trackers(mut visits: Vec<Visit>) -> Vec<String> {
    visits.retain(|visit| !is_own("test", &visit.host) && !is_noise(visit));
    visits.iter().map(Visit::line).collect()
}

/// Whether a page that does nothing wrong works: its own word, which it may take a while for.
const WORKS: &str = "Promise.race([
    Promise.resolve(window.works).then((works) => works ?? 'no word', (fault) => 'rejected: ' + fault),
    new Promise((done) => setTimeout(done, 15000, 'no word in time')),
])";
