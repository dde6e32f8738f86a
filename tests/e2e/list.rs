//! The lists of `tests/data` that say what is known not to be as it should: they are read here, once for all of them.
//!
//! One line each, columns with tabs between; the last one is the reason, which can't be empty. Lines that begin with `#` are the
//! head. What the columns mean is the business of who reads the list: `known_gaps.rs`, `channels/gaps.rs`, `twins.rs`.

use std::fs;
use std::path::Path;

/// A list whose lines have so many columns before the reason.
#[derive(Debug)]
pub struct List<const KEYS: usize> {
    /// The lines with `#`, as they stand.
    pub head: String,
    pub lines: Vec<Line<KEYS>>,
}

/// One line.
#[derive(Debug)]
pub struct Line<const KEYS: usize> {
    /// Where it stands, from one on.
    pub number: usize,
    pub keys: [String; KEYS],
    pub reason: String,
}

impl<const KEYS: usize> List<KEYS> {
    /// Reads a file.
    pub fn read(file: &Path) -> Result<Self, String> {
        let say = |fault: &dyn std::fmt::Display| format!("{}: {fault}", file.display());
        let text = fs::read_to_string(file).map_err(|fault| say(&fault))?;
        Self::parse(&text).map_err(|fault| say(&fault))
    }

    /// Reads a text; a line without a reason is an error.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut list = Self {
            head: String::new(),
            lines: Vec::new(),
        };
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            if line.starts_with('#') {
                list.head.push_str(line);
                list.head.push('\n');
            } else if !line.is_empty() {
                list.lines.push(Line::parse(number, line)?);
            }
        }
        Ok(list)
    }
}

impl<const KEYS: usize> Line<KEYS> {
    fn parse(number: usize, line: &str) -> Result<Self, String> {
        let columns: Vec<&str> = line.splitn(KEYS + 1, '\t').collect();
        let (reason, keys) = match columns.split_last() {
            Some((reason, keys)) if keys.len() == KEYS => (*reason, keys),
            Some(_) | None => {
                return Err(format!(
                    "line {number}: {KEYS} columns and a reason are needed: {line:?}"
                ));
            }
        };
        if reason.trim().is_empty() {
            return Err(format!("line {number}: the reason is missing: {line:?}"));
        }
        Ok(Self {
            number,
            keys: std::array::from_fn(|at| keys[at].to_owned()),
            reason: reason.to_owned(),
        })
    }
}

/// Whether something is seen every time, or is a race that goes both ways, which is written with `?` behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constancy {
    Always,
    Sometimes,
}

impl Constancy {
    /// What is listed, and how constant it is.
    pub fn read(word: &str) -> (&str, Self) {
        match word.strip_suffix('?') {
            Some(word) => (word, Self::Sometimes),
            None => (word, Self::Always),
        }
    }

    pub fn spell(self, word: &str) -> String {
        match self {
            Self::Always => word.to_owned(),
            Self::Sometimes => format!("{word}?"),
        }
    }
}

/// Fails where more races are listed than may be.
pub fn allow_races(count: usize, most: usize) -> Result<(), String> {
    if count > most {
        return Err(format!(
            "{count} races are too many: a gap that may or may not be there proves little"
        ));
    }
    Ok(())
}

#[test]
fn a_line_is_its_columns_and_a_reason() {
    let list = List::<2>::parse("# head\n\na\tb c\twhy\tnot\n").unwrap();
    assert_eq!(list.head, "# head\n");
    let line = &list.lines[0];
    assert_eq!((line.number, line.reason.as_str()), (3, "why\tnot"));
    assert_eq!(line.keys, ["a", "b c"]);
    for text in ["a\tb\t", "a\tb\t \n", "a\tb", "a b why"] {
        let fault = List::<2>::parse(&format!("# head\n{text}")).unwrap_err();
        assert!(fault.starts_with("line 2: "), "{fault}");
    }
}

#[test]
fn a_race_is_marked_and_there_are_few() {
    for word in ["a", "a?"] {
        let (plain, constancy) = Constancy::read(word);
        assert_eq!((plain, constancy.spell(plain).as_str()), ("a", word));
    }
    assert!(allow_races(2, 2).is_ok() && allow_races(3, 2).is_err());
}
