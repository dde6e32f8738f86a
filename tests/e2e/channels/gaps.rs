//! The ledger of what gets through, or does not come back: `tests/data/channel_gaps.txt`.
//!
//! One line each: the channel, what is seen of it, and why, with tabs between. `first:leaks` must be seen
//! every time; `first:leaks?` is a race that goes both ways, of which there may be only so many. What is
//! seen and not listed fails the run, and so does what is listed and not seen, so that the list can
//! only be true. A race hides nothing but itself.
//!
//! `cargo xtask channels --write-gaps --times 3` takes off what is over, marks what was seen only some of
//! the times, and puts what is new at the end without a reason. The list can't be read until somebody
//! has written one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::seen::{Seen, Sight, Situation};
use super::tally::Played;
use crate::list::{self, Constancy, List};

/// The list.
#[derive(Debug)]
pub struct Gaps {
    /// What the list says of itself.
    head: String,
    lines: Vec<Line>,
}

/// One line: gaps of one channel that have one reason.
#[derive(Debug)]
struct Line {
    channel: String,
    /// What is seen, and whether it is every time.
    sights: Vec<(String, Constancy)>,
    reason: String,
}

impl Gaps {
    /// Reads the list; a line without a reason is an error.
    pub fn parse(text: &str) -> Result<Self, String> {
        let list = List::parse(text)?;
        let mut lines = Vec::new();
        let mut known = BTreeSet::new();
        for line in list.lines {
            let number = line.number;
            let line = Line::of(line);
            for (sight, _) in &line.sights {
                if !known.insert((line.channel.clone(), sight.clone())) {
                    return Err(format!(
                        "line {number}: `{sight}` of {} is listed twice",
                        line.channel
                    ));
                }
            }
            lines.push(line);
        }
        Ok(Self {
            head: list.head,
            lines,
        })
    }

    /// Channels that are listed and not there.
    pub fn stale<'a>(&'a self, names: &'a [String]) -> impl Iterator<Item = &'a String> {
        let listed = self.lines.iter().map(|line| &line.channel);
        listed.filter(|name| !names.contains(name))
    }

    /// Is anything of this channel listed?
    pub fn lists(&self, channel: &str) -> bool {
        self.lines.iter().any(|line| line.channel == channel)
    }

    /// What is seen of this channel every time.
    pub fn constant(&self, channel: &str) -> Vec<String> {
        let listed = self.of(channel).into_iter();
        listed
            .filter(|(_, constancy)| *constancy == Constancy::Always)
            .map(|(word, _)| word.to_owned())
            .collect()
    }

    /// How many races there are.
    pub fn races(&self) -> usize {
        let all = self.lines.iter().flat_map(|line| &line.sights);
        all.filter(|(_, constancy)| *constancy == Constancy::Sometimes)
            .count()
    }

    /// What is not as the list says.
    pub fn faults(&self, one: &Played, played: &[Situation]) -> Vec<String> {
        let listed = self.of(&one.channel.name);
        let gaps = one.gaps();
        let mut faults: Vec<String> = gaps
            .keys()
            .filter(|word| !listed.contains_key(word.as_str()))
            .map(|word| {
                let detail = one.seen().find(|seen| seen.to_string() == **word);
                format!("{word} {}", detail.map_or("", |seen| &seen.detail))
            })
            .collect();
        let over = listed.iter().filter(|(word, constancy)| {
            **constancy == Constancy::Always
                && was_played(word, played)
                && gaps.get(**word) != Some(&one.rounds.len())
        });
        faults
            .extend(over.map(|(word, _)| format!("{word} is over: take it off channel_gaps.txt")));
        faults
    }

    /// The list as it should be after what was seen now.
    pub fn rewritten(&self, all: &[Played], played: &[Situation]) -> String {
        let mut text = self.head.clone();
        for line in &self.lines {
            let one = all.iter().find(|one| one.channel.name == line.channel);
            let words: Vec<String> = line
                .sights
                .iter()
                .filter_map(|(word, constancy)| {
                    let now = match one {
                        Some(one) if was_played(word, played) => after(*constancy, one, word)?,
                        Some(_) | None => *constancy,
                    };
                    Some(now.spell(word))
                })
                .collect();
            if !words.is_empty() {
                let words = words.join(" ");
                let _infallible = writeln!(text, "{}\t{words}\t{}", line.channel, line.reason);
            }
        }
        for one in all {
            let listed = self.of(&one.channel.name);
            let new: Vec<String> = one
                .gaps()
                .into_keys()
                .filter(|word| !listed.contains_key(word.as_str()))
                .filter_map(|word| Some(after(Constancy::Always, one, &word)?.spell(&word)))
                .collect();
            if !new.is_empty() {
                let _infallible = writeln!(text, "{}\t{}\t", one.channel.name, new.join(" "));
            }
        }
        text
    }

    fn of(&self, channel: &str) -> BTreeMap<&str, Constancy> {
        let lines = self.lines.iter().filter(|line| line.channel == channel);
        lines
            .flat_map(|line| &line.sights)
            .map(|(word, constancy)| (word.as_str(), *constancy))
            .collect()
    }
}

impl Line {
    fn of(line: list::Line<2>) -> Self {
        let [channel, sights] = line.keys;
        let sights = sights.split(' ').map(|word| {
            let (word, constancy) = Constancy::read(word);
            (word.to_owned(), constancy)
        });
        Self {
            channel,
            sights: sights.collect(),
            reason: line.reason,
        }
    }
}

/// How constant it is after a channel was played some times; nothing when it is over.
fn after(before: Constancy, one: &Played, word: &str) -> Option<Constancy> {
    match (before, one.gaps().get(word)) {
        (Constancy::Sometimes, _) => Some(Constancy::Sometimes),
        (Constancy::Always, None) => None,
        (Constancy::Always, Some(times)) if *times < one.rounds.len() => Some(Constancy::Sometimes),
        (Constancy::Always, Some(_)) => Some(Constancy::Always),
    }
}

fn was_played(word: &str, played: &[Situation]) -> bool {
    let situation = word.split(':').next();
    played.iter().any(|one| situation == Some(one.name()))
}

/// Whether this must not be.
pub fn is_gap(seen: &Seen) -> bool {
    match seen.sight {
        Sight::Calls => false,
        Sight::Leaks | Sight::Runs | Sight::Stores => {
            !matches!(seen.situation, Situation::Bare | Situation::Accepted)
        }
        Sight::Away
        | Sight::Twice
        | Sight::Silent
        | Sight::Breaks
        | Sight::Throws
        | Sight::Stuck => true,
    }
}

#[test]
fn a_race_hides_nothing_but_itself() {
    let gaps = Gaps::parse("# head\na/b\tfirst:leaks? return:runs\tbecause\n").unwrap();
    let see = |situation, sight| Seen {
        situation,
        sight,
        detail: String::new(),
    };
    let runs = see(Situation::Return, Sight::Runs);
    let leaks = see(Situation::First, Sight::Leaks);
    let other = see(Situation::First, Sight::Runs);
    let all = [Situation::First, Situation::Return];
    let play = |rounds: &[&[&Seen]]| Played {
        channel: super::table::parse("a/b\t-").unwrap(),
        rounds: rounds
            .iter()
            .map(|seen| seen.iter().copied().cloned().collect())
            .collect(),
    };
    let faults = |rounds: &[&[&Seen]]| gaps.faults(&play(rounds), &all).len();
    assert_eq!(faults(&[&[&runs]]), 0);
    assert_eq!(faults(&[&[&leaks, &runs]]), 0);
    assert_eq!(faults(&[&[&leaks]]), 1, "listed and not seen");
    assert_eq!(faults(&[&[&other, &runs]]), 1, "seen and not listed");
    assert_eq!(faults(&[&[&runs], &[]]), 1, "listed and not seen each time");
    let written = |rounds: &[&[&Seen]]| gaps.rewritten(&[play(rounds)], &all);
    assert_eq!(
        written(&[&[&runs, &other], &[&runs]]),
        "# head\na/b\tfirst:leaks? return:runs\tbecause\na/b\tfirst:runs?\t\n"
    );
    assert_eq!(written(&[&[]]), "# head\na/b\tfirst:leaks?\tbecause\n");
}

#[test]
fn a_line_needs_its_reason() {
    assert!(Gaps::parse("a/b\tfirst:runs\t").is_err());
    assert!(Gaps::parse("a/b\tfirst:runs").is_err());
    assert!(Gaps::parse("a/b\tfirst:runs\tonce\na/b\tfirst:runs\ttwice").is_err());
}
