//! The table of a run: for each group, in how many channels what was seen.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::gaps::gaps_in;
use super::play::{Seen, Sight, Situation};
use super::table::{Back, Channel};

/// A channel with what was seen of it.
#[derive(Debug)]
pub struct Played {
    pub channel: Channel,
    pub seen: Vec<Seen>,
}

impl Played {
    fn saw(&self, situation: Situation, sight: Sight) -> bool {
        self.seen
            .iter()
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
        one.seen.iter().any(|seen| seen.sight >= Sight::Breaks)
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

/// What was seen that must not be, one line a channel.
pub fn gaps(all: &[Played]) -> String {
    let mut text = String::new();
    for one in all {
        let words: Vec<String> = gaps_in(&one.seen).into_keys().collect();
        if !words.is_empty() {
            let _infallible = writeln!(text, "{}\t{}", one.channel.name, words.join(" "));
        }
    }
    text
}
