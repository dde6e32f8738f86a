//! The list of what is known not to work, with reasons: `tests/data/expected_failures.txt`.
//!
//! One line each: `<case>/<story>`, a tab, the reason. A gap that is listed and closed fails the
//! run just as one that is open and not listed, so that the list can only be true. `<case>/<story>?` is a race,
//! which goes both ways; there may be only so many.

use std::path::Path;

use crate::list::{Constancy, List, allow_races};

/// The list.
#[derive(Debug)]
pub struct KnownGaps {
    gaps: Vec<(String, Constancy)>,
}

/// So many may go both ways.
const MOST_RACES: usize = 4;

/// How a story ended, seen with the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Passed,
    Failed,
    KnownGap,
    UnexpectedSuccess,
}

impl KnownGaps {
    /// Reads the list; a line without a reason is an error.
    pub fn read(file: &Path) -> Result<Self, String> {
        Self::of(&List::read(file)?)
    }

    fn of(list: &List<1>) -> Result<Self, String> {
        let read = list.lines.iter().map(|line| {
            let (story, constancy) = Constancy::read(&line.keys[0]);
            (story.to_owned(), constancy)
        });
        let gaps: Vec<_> = read.collect();
        let races = gaps
            .iter()
            .filter(|(_, constancy)| *constancy == Constancy::Sometimes);
        allow_races(races.count(), MOST_RACES)?;
        Ok(Self { gaps })
    }

    /// What a story's result means.
    pub fn judge(&self, story: &str, passed: bool) -> Ending {
        let listed = self.gaps.iter().find(|(gap, _)| gap == story);
        match (listed.map(|(_, constancy)| *constancy), passed) {
            (None | Some(Constancy::Sometimes), true) => Ending::Passed,
            (None, false) => Ending::Failed,
            (Some(_), false) => Ending::KnownGap,
            (Some(Constancy::Always), true) => Ending::UnexpectedSuccess,
        }
    }

    /// Lines that name no story.
    pub fn stale<'a>(&'a self, stories: &'a [String]) -> impl Iterator<Item = &'a String> {
        let all = self.gaps.iter().map(|(gap, _)| gap);
        all.filter(|gap| !stories.contains(gap))
    }
}

#[test]
fn the_list_can_only_be_true() {
    let list = List::parse("fetch/accept\tbecause\nfetch/return?\ta race\n").unwrap();
    let known = KnownGaps::of(&list).unwrap();
    assert_eq!(known.judge("fetch/return", true), Ending::Passed);
    assert_eq!(known.judge("fetch/return", false), Ending::KnownGap);
    assert_eq!(known.judge("fetch/accept", true), Ending::UnexpectedSuccess);
    assert_eq!(known.judge("fetch/accept", false), Ending::KnownGap);
    assert_eq!(known.judge("fetch/reject", false), Ending::Failed);
    assert_eq!(known.stale(&["fetch/return".to_owned()]).count(), 1);
}
