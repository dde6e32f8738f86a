//! The built-in knowledge: hosts, path rules and services, generated into `trackers/` by
//! `cargo xtask trackers` from the tables in `xtask/data/`.
//!
//! The text is decoded once, into an open-addressing table of 64-bit hashes. One pass over a host
//! from its right end meets the hash of every suffix on the way; the text is compared after the
//! hash, so a lookup is exact and a table can be read in a test.
//!
//! `hosts.txt` holds one line per category, in their order. In a line, each host stands with its
//! labels reversed (`com.google-analytics`), the part that it shares with the host before replaced
//! by a capital letter (`A` nothing, `B` one byte, …). `services.txt` and `paths.txt` are lines of
//! fields between `|`.

use std::sync::OnceLock;

use super::host::bare;
use super::names::{End, fits};
use crate::consent::Category;

/// What the built-in knowledge says of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rating {
    /// The category.
    pub category: Category,
    /// The built-in service.
    pub service: Option<u16>,
}

/// What was found for an address: a rule for its path, and an entry for its host.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    pub rule: Option<Rating>,
    pub host: Option<Rating>,
}

/// A service that everybody knows.
#[derive(Debug)]
pub(super) struct BuiltIn {
    pub id: &'static str,
    pub name: String,
    pub category: Category,
    /// Its hosts, separated by spaces.
    hosts: &'static str,
    /// Names of cookies, separated by spaces.
    pub cookies: &'static str,
    /// Names of storage keys, separated by spaces.
    pub storage: &'static str,
}

/// The decoded tables. Hosts are most of them, and are decoded when the first address is looked up: whoever waits for
/// the gate to start doesn't wait for that.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub services: Vec<BuiltIn>,
    /// Rules for paths of one host.
    paths: Vec<(&'static str, PathRule)>,
    /// Rules for hosts of which only the beginning is given (`www.google.*`).
    regional: Vec<(&'static str, Vec<PathRule>)>,
    /// Rules for any host.
    signatures: Vec<PathRule>,
    hosts: OnceLock<Hosts>,
}

/// What is known of hosts.
#[derive(Debug, Default)]
struct Hosts {
    /// Every host, one after the other.
    text: String,
    entries: Vec<Entry>,
    /// The number of an entry plus one, at a place that its hash gives; 0 for none. Its length is a
    /// power of two, at least twice the number of entries.
    slots: Vec<u16>,
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    start: usize,
    end: usize,
    rating: Option<Rating>,
    rules: Vec<PathRule>,
}

#[derive(Clone, Copy, Debug)]
struct PathRule {
    pattern: &'static str,
    /// What stands after the `/`: most rules fail there, and one byte is soon compared.
    second: Option<u8>,
    rating: Rating,
}

impl Table {
    /// The tables that ship.
    pub fn built_in() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Self::decode(SERVICES, PATHS))
    }

    /// The service at `at`.
    pub fn service(&self, at: u16) -> Option<&BuiltIn> {
        self.services.get(usize::from(at))
    }

    /// What is known of `host` (without a trailing dot) and `path`. Of the rules, the one of the
    /// longest host decides, then the one of the longest pattern.
    pub fn find(&self, host: &str, path: &str) -> Found {
        let mut found = self.known().find(host, path);
        if let Some(rating) = self.regional_rule(host, path) {
            found.rule = Some(rating);
        }
        found
    }

    /// The rule for any host that `path` fits, if one does.
    pub fn signature(&self, path: &str) -> Option<Rating> {
        longest(&self.signatures, path)
    }

    /// Every host of the table.
    pub fn hosts(&self) -> impl Iterator<Item = (&str, Rating)> {
        let known = self.known();
        let entries = known.entries.iter();
        entries.filter_map(|entry| Some((known.text_of(entry), entry.rating?)))
    }

    /// Every rule for paths of one host: the host, a star where only its beginning is known, the
    /// pattern, and what it says.
    pub fn each_rule(&self, tell: &mut dyn FnMut(&str, &str, &str, Rating)) {
        for (front, rules) in &self.regional {
            for rule in rules {
                tell(front, "*", rule.pattern, rule.rating);
            }
        }
        let known = self.known();
        for entry in &known.entries {
            for rule in &entry.rules {
                tell(known.text_of(entry), "", rule.pattern, rule.rating);
            }
        }
    }

    /// Every rule for any host.
    pub fn each_signature(&self, tell: &mut dyn FnMut(&str, Rating)) {
        for rule in &self.signatures {
            tell(rule.pattern, rule.rating);
        }
    }

    /// How the paths begin that `signature` knows.
    pub fn signature_heads(&self) -> impl Iterator<Item = &'static str> {
        let patterns = self.signatures.iter().map(|rule| rule.pattern);
        patterns.map(|pattern| pattern.split_once('*').map_or(pattern, |(head, _)| head))
    }

    /// Is there a rule for some path of `host`?
    pub fn looks_at_paths(&self, host: &str) -> bool {
        let host = bare(host);
        let starts = host.match_indices('.').map(|(at, _)| at + 1);
        let mut suffixes = starts.chain([0]).filter_map(|start| host.get(start..));
        suffixes.any(|suffix| {
            let hash = suffix.bytes().rev().fold(SEED, step);
            let entry = self.known().entry(hash, suffix);
            entry.is_some_and(|entry| !entry.rules.is_empty())
        }) || self
            .regional
            .iter()
            .any(|(front, _)| is_region_of(front, host))
    }

    fn known(&self) -> &Hosts {
        self.hosts.get_or_init(|| Hosts::decode(HOSTS, self))
    }

    fn regional_rule(&self, host: &str, path: &str) -> Option<Rating> {
        self.regional
            .iter()
            .filter(|(front, _)| is_region_of(front, host))
            .find_map(|(_, rules)| longest(rules, path))
    }

    fn decode(services: &'static str, paths: &'static str) -> Self {
        let mut table = Self::default();
        for line in services.lines() {
            table.read_service(line);
        }
        for line in paths.lines() {
            table.read_rule(line);
        }
        table
    }

    fn read_service(&mut self, line: &'static str) {
        let mut fields = line.split('|');
        let mut next = || fields.next().unwrap_or("");
        let (id, name, category, hosts) = (next(), next(), next(), next());
        let (cookies, storage) = (next(), next());
        // What a service calls its cookies it mostly calls its keys too.
        let storage = if storage == "=" { cookies } else { storage };
        let Some(category) = category_of(category) else {
            return;
        };
        self.services.push(BuiltIn {
            id,
            name: if name.is_empty() {
                spelled(id)
            } else {
                name.to_owned()
            },
            category,
            hosts,
            cookies,
            storage,
        });
    }

    fn read_rule(&mut self, line: &'static str) {
        let mut fields = line.split('|');
        let mut next = || fields.next().unwrap_or("");
        let (hosts, category, service, patterns) = (next(), next(), next(), next());
        let Some(category) = category_of(category) else {
            return;
        };
        let at = self.services.iter().position(|known| known.id == service);
        let rating = Rating {
            category,
            service: at.and_then(|at| u16::try_from(at).ok()),
        };
        for pattern in patterns.split(' ') {
            let rule = PathRule {
                pattern,
                second: second(pattern).filter(|_| pattern.starts_with('/')),
                rating,
            };
            for host in hosts.split(' ') {
                if host.is_empty() {
                    self.signatures.push(rule);
                } else if let Some(front) = host.strip_suffix('*') {
                    self.add_regional(front, rule);
                } else {
                    self.paths.push((host, rule));
                }
            }
        }
    }

    fn add_regional(&mut self, front: &'static str, rule: PathRule) {
        match self.regional.iter_mut().find(|(other, _)| *other == front) {
            Some((_, rules)) => rules.push(rule),
            None => self.regional.push((front, vec![rule])),
        }
    }
}

impl Hosts {
    fn decode(lines: &str, table: &Table) -> Self {
        let mut hosts = Self::default();
        hosts.grow(1024);
        for (category, line) in Category::ALL.into_iter().zip(lines.split('\n')) {
            hosts.read(category, line);
        }
        for (at, known) in (0..).zip(&table.services) {
            for host in known.hosts.split(' ').filter(|host| !host.is_empty()) {
                if let Some(entry) = hosts.insert_text(host) {
                    entry.rating = Some(Rating {
                        category: known.category,
                        service: Some(at),
                    });
                }
            }
        }
        for (host, rule) in &table.paths {
            if let Some(entry) = hosts.insert_text(host) {
                entry.rules.push(*rule);
            }
        }
        hosts
    }

    fn find(&self, host: &str, path: &str) -> Found {
        let mut found = Found::default();
        let mut hash = SEED;
        let mut after = 0;
        for (length, byte) in (1..).zip(host.bytes().rev()) {
            if byte == b'.' {
                self.meet(hash, host, after, path, &mut found);
            }
            hash = step(hash, byte);
            after = length;
        }
        self.meet(hash, host, after, path, &mut found);
        found
    }

    /// Takes over what is known of the last `length` bytes of `host`.
    fn meet(&self, hash: u64, host: &str, length: usize, path: &str, found: &mut Found) {
        let suffix = host.get(host.len() - length..).unwrap_or("");
        let Some(entry) = self.entry(hash, suffix) else {
            return;
        };
        if entry.rating.is_some() {
            found.host = entry.rating;
        }
        if let Some(rating) = longest(&entry.rules, path) {
            found.rule = Some(rating);
        }
    }

    /// The entry for `host`, whose hash is `hash`.
    fn entry(&self, hash: u64, host: &str) -> Option<&Entry> {
        self.place_of(hash, host)
            .and_then(|at| self.entries.get(at))
    }

    /// Its number.
    fn place_of(&self, hash: u64, host: &str) -> Option<usize> {
        let mut slot = place(hash, self.slots.len());
        loop {
            let at = usize::from(*self.slots.get(slot)?).checked_sub(1)?;
            let entry = self.entries.get(at)?;
            if entry.hash == hash && self.text_of(entry).eq_ignore_ascii_case(host) {
                return Some(at);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn text_of(&self, entry: &Entry) -> &str {
        self.text.get(entry.start..entry.end).unwrap_or("")
    }

    fn read(&mut self, category: Category, line: &str) {
        let mut reversed = String::new();
        let mut rest = line;
        while let Some(shared) = rest.bytes().next() {
            reversed.truncate(usize::from(shared.saturating_sub(b'A')));
            rest = rest.get(1..).unwrap_or("");
            let end = rest
                .bytes()
                .position(|byte| byte.is_ascii_uppercase())
                .unwrap_or(rest.len());
            reversed.push_str(rest.get(..end).unwrap_or(""));
            rest = rest.get(end..).unwrap_or("");
            let start = self.text.len();
            for label in reversed.rsplit('.') {
                if self.text.len() > start {
                    self.text.push('.');
                }
                self.text.push_str(label);
            }
            if let Some(entry) = self.insert(start) {
                entry.rating = Some(Rating {
                    category,
                    service: None,
                });
            }
        }
    }

    fn insert_text(&mut self, host: &str) -> Option<&mut Entry> {
        let start = self.text.len();
        self.text.push_str(host);
        self.insert(start)
    }

    /// The entry for the host that the text holds from `start` on; a new one if there is none.
    fn insert(&mut self, start: usize) -> Option<&mut Entry> {
        let host = self.text.get(start..).unwrap_or("");
        let hash = host.bytes().rev().fold(SEED, step);
        if let Some(at) = self.place_of(hash, host) {
            self.text.truncate(start);
            return self.entries.get_mut(at);
        }
        self.entries.push(Entry {
            hash,
            start,
            end: self.text.len(),
            rating: None,
            rules: Vec::new(),
        });
        if self.entries.len() * 2 > self.slots.len() {
            self.grow(self.slots.len() * 2);
        } else {
            self.seat(self.entries.len());
        }
        self.entries.last_mut()
    }

    fn grow(&mut self, slots: usize) {
        self.slots.clear();
        self.slots.resize(slots, 0);
        for number in 1..=self.entries.len() {
            self.seat(number);
        }
    }

    /// Finds a free slot for the entry with this number (its index plus one).
    fn seat(&mut self, number: usize) {
        let Some(entry) = self.entries.get(number - 1) else {
            return;
        };
        let mut slot = place(entry.hash, self.slots.len());
        let mask = self.slots.len() - 1;
        while self.slots.get(slot).is_some_and(|taken| *taken != 0) {
            slot = (slot + 1) & mask;
        }
        if let (Some(free), Ok(number)) = (self.slots.get_mut(slot), u16::try_from(number)) {
            *free = number;
        }
    }
}

impl PathRule {
    fn fits(&self, path: &str) -> bool {
        let star = matches!(self.second, None | Some(b'*'));
        (star || self.second == second(path)) && fits(self.pattern, path, End::Free)
    }
}

fn second(path: &str) -> Option<u8> {
    path.as_bytes().get(1).copied()
}

/// The rating of the longest pattern that `path` fits.
fn longest(rules: &[PathRule], path: &str) -> Option<Rating> {
    rules
        .iter()
        .filter(|rule| rule.fits(path))
        .max_by_key(|rule| rule.pattern.len())
        .map(|rule| rule.rating)
}

/// Is `host` `front` (`www.google.`) and a country's ending (`de`, `co.uk`, `com.au`)?
fn is_region_of(front: &str, host: &str) -> bool {
    let Some((start, ending)) = host.split_at_checked(front.len()) else {
        return false;
    };
    if !start.eq_ignore_ascii_case(front) {
        return false;
    }
    let mut labels = ending.split('.');
    match (labels.next(), labels.next(), labels.next()) {
        (Some(label), None, None) => label.len() > 1,
        (Some(label), Some(country), None) => {
            country.len() == 2
                && (label.eq_ignore_ascii_case("co") || label.eq_ignore_ascii_case("com"))
        }
        _ => false,
    }
}

/// `google-analytics` → `Google Analytics`, for the names that are no more than that.
fn spelled(id: &str) -> String {
    let mut name = String::new();
    for word in id.split('-') {
        if !name.is_empty() {
            name.push(' ');
        }
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

fn category_of(letter: &str) -> Option<Category> {
    Category::ALL
        .into_iter()
        .find(|category| category.id().starts_with(letter) && !letter.is_empty())
}

/// FNV-1a, which reads one byte at a time: a suffix's hash is a step on the way to a longer one's.
const fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ byte.to_ascii_lowercase() as u64).wrapping_mul(0x0100_0000_01b3)
}

/// The low bits of FNV depend on the low bits of the text alone; the high ones are folded in.
#[expect(
    clippy::cast_possible_truncation,
    reason = "only the bits below the mask are wanted"
)]
const fn place(hash: u64, slots: usize) -> usize {
    (hash ^ (hash >> 32)) as usize & slots.wrapping_sub(1)
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const HOSTS: &str = include_str!("trackers/hosts.txt");
const SERVICES: &str = include_str!("trackers/services.txt");
const PATHS: &str = include_str!("trackers/paths.txt");
