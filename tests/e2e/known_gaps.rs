//! The list of what is known not to work, with reasons: `tests/data/expected_failures.txt`.
//!
//! One line each: `<case>/<story>`, a tab, the reason. A gap that is listed and closed fails the
//! run just as one that is open and not listed, so that the list can only be true. `<case>/<story>?` is a race,
//! which goes both ways; there may be only so many.

use std::fs;
use std::path::Path;

/// The list.
#[derive(Debug, Default)]
pub struct KnownGaps {
    gaps: Vec<String>,
    races: Vec<String>,
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
        let text =
            fs::read_to_string(file).map_err(|fault| format!("{}: {fault}", file.display()))?;
        let mut known = Self::default();
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            match line.split_once('\t') {
                Some((story, reason)) if !reason.trim().is_empty() => {
                    match story.strip_suffix('?') {
                        Some(race) => known.races.push(race.to_owned()),
                        None => known.gaps.push(story.to_owned()),
                    }
                }
                Some(_) | None => return Err(format!("a gap needs its reason: {line:?}")),
            }
        }
        if known.races.len() > MOST_RACES {
            return Err(format!(
                "{} races are too many: a gap that may or may not be there proves little",
                known.races.len()
            ));
        }
        Ok(known)
    }

    /// What a story's result means.
    pub fn judge(&self, story: &str, passed: bool) -> Ending {
        if !passed && self.races.iter().any(|race| race == story) {
            return Ending::KnownGap;
        }
        match (self.gaps.iter().any(|gap| gap == story), passed) {
            (false, true) => Ending::Passed,
            (false, false) => Ending::Failed,
            (true, false) => Ending::KnownGap,
            (true, true) => Ending::UnexpectedSuccess,
        }
    }

    /// Lines that name no story.
    pub fn stale<'a>(&'a self, stories: &'a [String]) -> impl Iterator<Item = &'a String> {
        let all = self.gaps.iter().chain(&self.races);
        all.filter(|gap| !stories.contains(gap))
    }
}

#[test]
fn the_list_can_only_be_true() {
    let known = KnownGaps {
        gaps: vec!["fetch/accept".to_owned()],
        races: vec!["fetch/return".to_owned()],
    };
    assert_eq!(known.judge("fetch/return", true), Ending::Passed);
    assert_eq!(known.judge("fetch/return", false), Ending::KnownGap);
    assert_eq!(known.judge("fetch/accept", true), Ending::UnexpectedSuccess);
    assert_eq!(known.judge("fetch/accept", false), Ending::KnownGap);
    assert_eq!(known.judge("fetch/reject", false), Ending::Failed);
    assert_eq!(known.stale(&["fetch/return".to_owned()]).count(), 1);
}
