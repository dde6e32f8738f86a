//! The table of a run: for each group, in how many channels what was seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::gaps::is_gap;
use super::seen::{Seen, Sight, Situation};
use super::table::{Back, Channel};

/// A channel with what was seen of it, each time that it was played.
#[derive(Debug)]
pub struct Played {
    pub channel: Channel,
    pub rounds: Vec<Vec<Seen>>,
}

impl Played {
    /// Everything that was seen, whenever.
    pub fn seen(&self) -> impl Iterator<Item = &Seen> {
        self.rounds.iter().flatten()
    }

    /// What was seen that must not be, by its word in the list of gaps, with how often it was.
    pub fn gaps(&self) -> BTreeMap<String, usize> {
        let mut times = BTreeMap::new();
        for round in &self.rounds {
            let gaps = round.iter().filter(|one| is_gap(one));
            let words: BTreeSet<String> = gaps.map(ToString::to_string).collect();
            for word in words {
                *times.entry(word).or_insert(0) += 1;
            }
        }
        times
    }

    fn saw(&self, situation: Situation, sight: Sight) -> bool {
        self.seen()
            .any(|one| one.situation == situation && one.sight == sight)
    }

    /// Whether something of the tracker's happened.
    fn got_through(&self, situation: Situation) -> bool {
        [Sight::Leaks, Sight::Runs, Sight::Stores]
            .into_iter()
            .any(|sight| self.saw(situation, sight))
    }
}

/// A column's head, and whether a channel counts for it.
type Column = (&'static str, fn(&Played) -> bool);

const COLUMNS: &[Column] = &[
    ("bare", |one| one.got_through(Situation::Bare)),
    ("called", |one| one.saw(Situation::First, Sight::Calls)),
    ("leaked", |one| one.saw(Situation::First, Sight::Leaks)),
    ("ran", |one| one.saw(Situation::First, Sight::Runs)),
    ("stored", |one| one.saw(Situation::First, Sight::Stores)),
    ("back", |one| {
        one.channel.back == Back::ByItself && one.got_through(Situation::Accepted)
    }),
    ("again", |one| {
        one.channel.back == Back::Again && one.got_through(Situation::Accepted)
    }),
    ("withdrawn", |one| one.got_through(Situation::Withdrawn)),
    ("refused", |one| one.got_through(Situation::Refused)),
    ("return", |one| one.got_through(Situation::Return)),
    ("worker", |one| one.got_through(Situation::Worker)),
    ("w-ran", |one| one.saw(Situation::Worker, Sight::Runs)),
    ("broken", |one| {
        one.seen().any(|seen| seen.sight >= Sight::Breaks)
    }),
];

/// The table as text.
pub fn table(all: &[Played]) -> String {
    let mut text = format!("{:<22}{:>6}", "group", "pages");
    for (head, _) in COLUMNS {
        let _infallible = write!(text, "{head:>11}");
    }
    text.push('\n');
    let groups: BTreeSet<&str> = all.iter().map(|one| one.channel.group()).collect();
    for group in groups {
        line(&mut text, group, all, |one| one.channel.group() == group);
    }
    line(&mut text, "all", all, |_| true);
    line(&mut text, "all known before", all, |one| one.channel.known);
    text
}

fn line(text: &mut String, name: &str, all: &[Played], wanted: impl Fn(&Played) -> bool) {
    let chosen: Vec<&Played> = all.iter().filter(|one| wanted(one)).collect();
    let _infallible = write!(text, "{name:<22}{:>6}", chosen.len());
    for (_, counts) in COLUMNS {
        let count = chosen.iter().filter(|one| counts(one)).count();
        let _infallible = write!(text, "{count:>11}");
    }
    text.push('\n');
}

/// What was seen that must not be, one line a channel, and how often where it was not always.
pub fn gaps(all: &[Played]) -> String {
    let mut text = String::new();
    for one in all {
        let rounds = one.rounds.len();
        let spell = |(word, times): (String, usize)| {
            if times == rounds {
                word
            } else {
                format!("{word} ({times} of {rounds})")
            }
        };
        let words: Vec<String> = one.gaps().into_iter().map(spell).collect();
        if !words.is_empty() {
            let _infallible = writeln!(text, "{}\t{}", one.channel.name, words.join(" "));
        }
    }
    text
}
