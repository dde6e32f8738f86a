//! Marks on elements: what must be granted before one may load, in our words and in those of the
//! tools that sites come from.
//!
//! | tool | where it stands |
//! |---|---|
//! | ours | `data-consent="analytics youtube"`, on any element |
//! | Cookiebot | `data-cookieconsent="statistics,marketing"` |
//! | OneTrust | `class="optanon-category-C0002"` |
//! | cookieconsent | `data-category="analytics"`, `data-service="…"` |
//! | Klaro | `data-name="youtube"` |
//!
//! Foreign marks count on inert elements only: on live ones the same attributes mean other things.
//! The last two are so general that they count only with an id that is known.

use super::{Gate, ServiceRef};
use crate::consent::{Category, CategorySet};

/// What a marked element waits for; all of it must be granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Categories.
    pub categories: CategorySet,
    /// Services.
    pub services: Vec<ServiceRef>,
    /// Did the mark name something that nobody knows? Then it is held.
    pub unknown: bool,
}

/// The attributes of one element in which a mark may stand; `None` where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attributes<'a> {
    /// `data-consent`.
    pub consent: Option<&'a str>,
    /// `data-category`.
    pub category: Option<&'a str>,
    /// `data-service`.
    pub service: Option<&'a str>,
    /// `data-name`.
    pub name: Option<&'a str>,
    /// `data-cookieconsent`.
    pub cookieconsent: Option<&'a str>,
    /// `class`.
    pub class: Option<&'a str>,
    /// Does the element load nothing as it stands (`type=text/plain`, or no live `src`)?
    pub inert: bool,
}

impl Mark {
    fn add(&mut self, word: Option<Word>) {
        match word {
            Some(Word::Category(category)) => self.categories = self.categories.with(category),
            Some(Word::Service(service)) if self.services.contains(&service) => {}
            Some(Word::Service(service)) => self.services.push(service),
            None => self.unknown = true,
        }
    }
}

/// What one word of a mark names.
enum Word {
    Category(Category),
    Service(ServiceRef),
}

impl Gate {
    /// The mark on an element, if it has one.
    ///
    /// Fails closed: a mark in words of its own tool that names nothing known is a mark all the
    /// same, and holds its element.
    #[must_use]
    pub fn read_mark(&self, attributes: &Attributes<'_>) -> Option<Mark> {
        if let Some(text) = attributes.consent {
            return Some(read_words(
                text.split_ascii_whitespace(),
                |word| match Category::from_id(word) {
                    Some(category) => Some(Word::Category(category)),
                    None => self.find_service(word).map(Word::Service),
                },
            ));
        }
        if !attributes.inert {
            return None;
        }
        if let Some(text) = attributes.cookieconsent {
            let text = text.trim_ascii();
            // Cookiebot's own way to say "this is no business of yours".
            return (!text.eq_ignore_ascii_case("ignore")).then(|| {
                let words = text.split([',', ' ']).filter(|word| !word.is_empty());
                read_words(words, |word| alias(word).map(Word::Category))
            });
        }
        if let Some(mark) = attributes.class.and_then(read_class) {
            return Some(mark);
        }
        if let Some(category) = attributes.category.map(str::trim_ascii).and_then(alias) {
            let mut mark = Mark::default();
            mark.add(Some(Word::Category(category)));
            // The service is a finer answer within the category; one that only the other tool
            // knew adds nothing to be asked for.
            if let Some(service) = attributes.service.and_then(|name| self.named(name)) {
                mark.add(Some(Word::Service(service)));
            }
            return Some(mark);
        }
        let name = attributes.name.map(str::trim_ascii)?;
        let word = match self.named(name) {
            Some(service) => Word::Service(service),
            None => Word::Category(alias(name)?),
        };
        let mut mark = Mark::default();
        mark.add(Some(word));
        Some(mark)
    }

    /// The service that another tool's configuration calls `name`: by its id or by its name,
    /// without regard to case and to what stands between the letters (`googleAnalytics`,
    /// `Google Analytics`).
    fn named(&self, name: &str) -> Option<ServiceRef> {
        let name = name.trim_ascii();
        self.find_service(name).or_else(|| {
            self.every_service().find(|service| {
                same_letters(self.service_id(*service), name)
                    || same_letters(self.service_name(*service), name)
            })
        })
    }
}

fn read_words<'a>(
    words: impl Iterator<Item = &'a str>,
    read: impl Fn(&str) -> Option<Word>,
) -> Mark {
    let mut mark = Mark::default();
    for word in words {
        mark.add(read(word));
    }
    // A mark without a word asks for something, nobody knows what.
    mark.unknown |= mark.categories.is_empty() && mark.services.is_empty();
    mark
}

/// OneTrust's groups, in a class such as `optanon-category-C0002` or `optanon-category-C0002-C0004`.
fn read_class(class: &str) -> Option<Mark> {
    let groups = class
        .split_ascii_whitespace()
        .find_map(|name| name.strip_prefix("optanon-category-"))?;
    Some(read_words(groups.split('-'), |group| {
        let category = match group.trim_start_matches(['C', '0']) {
            "1" => Category::Essential,
            "2" => Category::Analytics,
            "3" => Category::Functional,
            // C0005 is their group of social media.
            "4" | "5" => Category::Marketing,
            _ => return None,
        };
        Some(Word::Category(category))
    }))
}

/// The category that other tools mean by a word.
fn alias(word: &str) -> Option<Category> {
    ALIASES
        .iter()
        .find(|(_, words)| {
            words
                .split(' ')
                .any(|known| known.eq_ignore_ascii_case(word))
        })
        .map(|(category, _)| *category)
}

fn same_letters(left: &str, right: &str) -> bool {
    let letters = |text| str::bytes(text).filter(u8::is_ascii_alphanumeric);
    letters(left).next().is_some()
        && letters(left)
            .map(|byte| byte.to_ascii_lowercase())
            .eq(letters(right).map(|byte| byte.to_ascii_lowercase()))
}

const ALIASES: [(Category, &str); 4] = [
    (
        Category::Essential,
        "essential necessary required strictly-necessary strictly_necessary",
    ),
    (
        Category::Analytics,
        "analytics analytical measurement performance statistic statistics",
    ),
    (
        Category::Functional,
        "functional functionality personalization preference preferences",
    ),
    (
        Category::Marketing,
        "marketing ad ads advertisement advertising social social-media targeting",
    ),
];
