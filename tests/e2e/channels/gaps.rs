//! The ledger of channels that are not wholly held, or do not come back: `tests/data/channel_gaps.txt`.
//!
//! One line each: the channel, what is seen of it, and why, with tabs between. `first:leaks` must be seen
//! every time; `first:leaks?` is a race that goes both ways, of which there may be only so many. What is
//! seen and not listed fails the run, and so does what is listed and not seen, so that the list can
//! only be true. A race hides nothing but itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::play::{Seen, Sight, Situation};

/// The list.
#[derive(Debug, Default)]
pub struct Gaps {
    /// Channel → what is seen → whether it is a race.
    listed: BTreeMap<String, BTreeMap<String, Constancy>>,
}

/// Whether something is seen every time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Constancy {
    Always,
    Sometimes,
}

impl Gaps {
    /// Reads the list; a line without a reason is an error.
    pub fn read(file: &Path) -> Result<Self, String> {
        let text =
            fs::read_to_string(file).map_err(|fault| format!("{}: {fault}", file.display()))?;
        let mut gaps = Self::default();
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            gaps.add(line)?;
        }
        Ok(gaps)
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let mut columns = line.splitn(3, '\t');
        let (Some(channel), Some(sights), Some(reason)) =
            (columns.next(), columns.next(), columns.next())
        else {
            return Err(format!(
                "a gap is a channel, what is seen, and why: {line:?}"
            ));
        };
        if reason.trim().is_empty() {
            return Err(format!("a gap needs its reason: {line:?}"));
        }
        let known = self.listed.entry(channel.to_owned()).or_default();
        for word in sights.split(' ') {
            let (word, constancy) = match word.strip_suffix('?') {
                Some(word) => (word, Constancy::Sometimes),
                None => (word, Constancy::Always),
            };
            if known.insert(word.to_owned(), constancy).is_some() {
                return Err(format!("`{word}` is listed twice: {line:?}"));
            }
        }
        Ok(())
    }

    /// Channels that are listed and not there.
    pub fn stale<'a>(&'a self, names: &'a [String]) -> impl Iterator<Item = &'a String> {
        self.listed.keys().filter(|name| !names.contains(name))
    }

    /// How many races there are.
    pub fn races(&self) -> usize {
        let all = self.listed.values().flat_map(BTreeMap::values);
        all.filter(|one| **one == Constancy::Sometimes).count()
    }

    /// What is not as the list says.
    pub fn faults(&self, channel: &str, seen: &[Seen], played: &[Situation]) -> Vec<String> {
        let nothing = BTreeMap::new();
        let listed = self.listed.get(channel).unwrap_or(&nothing);
        let gaps: BTreeMap<String, &Seen> = seen
            .iter()
            .filter(|one| is_gap(one))
            .map(|one| (one.to_string(), one))
            .collect();
        let mut faults: Vec<String> = gaps
            .iter()
            .filter(|(word, _)| !listed.contains_key(*word))
            .map(|(word, one)| format!("{word} {}", one.detail))
            .collect();
        let was_played = |word: &str| {
            played
                .iter()
                .any(|one| word.split(':').next() == Some(one.name()))
        };
        faults.extend(
            listed
                .iter()
                .filter(|(word, constancy)| {
                    **constancy == Constancy::Always
                        && was_played(word)
                        && !gaps.contains_key(*word)
                })
                .map(|(word, _)| format!("{word} is over: take it off channel_gaps.txt")),
        );
        faults
    }
}

/// Whether this is what must not be.
pub fn is_gap(seen: &Seen) -> bool {
    match seen.situation {
        Situation::Bare | Situation::Accepted => matches!(
            seen.sight,
            Sight::Away | Sight::Breaks | Sight::Throws | Sight::Stuck
        ),
        Situation::First
        | Situation::Withdrawn
        | Situation::Refused
        | Situation::Return
        | Situation::Worker => true,
    }
}

#[test]
fn a_race_hides_nothing_but_itself() {
    let mut gaps = Gaps::default();
    gaps.add("a/b\tfirst:leaks? return:runs\tbecause").unwrap();
    let see = |situation, sight| Seen {
        situation,
        sight,
        detail: String::new(),
    };
    let runs = see(Situation::Return, Sight::Runs);
    let leak = see(Situation::First, Sight::Leaks);
    let all = [Situation::First, Situation::Return];
    assert!(gaps.faults("a/b", &[runs.clone()], &all).is_empty());
    assert!(
        gaps.faults("a/b", &[leak.clone(), runs.clone()], &all)
            .is_empty()
    );
    assert_eq!(
        gaps.faults("a/b", &[leak.clone()], &all).len(),
        1,
        "listed and not seen"
    );
    let other = see(Situation::First, Sight::Runs);
    assert_eq!(
        gaps.faults("a/b", &[other, runs], &all).len(),
        1,
        "seen and not listed"
    );
    assert!(gaps.add("a/b\tfirst:runs\t").is_err());
    assert!(gaps.add("a/b\tfirst:leaks\ttwice").is_err());
}
