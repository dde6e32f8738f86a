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

/// The list.
#[derive(Debug, Default)]
pub struct Gaps {
    /// What stands before the first line.
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

/// Whether something is seen every time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Constancy {
    Always,
    Sometimes,
}

impl Constancy {
    /// What it is after a channel was played some times; nothing when it is over.
    fn after(self, one: &Played, word: &str) -> Option<Self> {
        match (self, one.gaps().get(word)) {
            (Self::Sometimes, _) => Some(Self::Sometimes),
            (Self::Always, None) => None,
            (Self::Always, Some(times)) if *times < one.rounds.len() => Some(Self::Sometimes),
            (Self::Always, Some(_)) => Some(Self::Always),
        }
    }

    fn spell(self, word: &str) -> String {
        match self {
            Self::Always => word.to_owned(),
            Self::Sometimes => format!("{word}?"),
        }
    }
}

impl Gaps {
    /// Reads the list; a line without a reason is an error.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut gaps = Self::default();
        let mut known = BTreeSet::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if line.starts_with('#') {
                gaps.head.push_str(line);
                gaps.head.push('\n');
                continue;
            }
            let parsed = parse_line(line)?;
            for (sight, _) in &parsed.sights {
                if !known.insert((parsed.channel.clone(), sight.clone())) {
                    return Err(format!("`{sight}` is listed twice: {line:?}"));
                }
            }
            gaps.lines.push(parsed);
        }
        Ok(gaps)
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
                        Some(one) if was_played(word, played) => constancy.after(one, word)?,
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
                .filter_map(|word| Some(Constancy::Always.after(one, &word)?.spell(&word)))
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

fn parse_line(line: &str) -> Result<Line, String> {
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
    let sights = sights.split(' ').map(|word| match word.strip_suffix('?') {
        Some(word) => (word.to_owned(), Constancy::Sometimes),
        None => (word.to_owned(), Constancy::Always),
    });
    Ok(Line {
        channel: channel.to_owned(),
        sights: sights.collect(),
        reason: reason.to_owned(),
    })
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
