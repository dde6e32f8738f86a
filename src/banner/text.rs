//! Every word that a visitor reads: its key, and its English.
//!
//! Other languages, and an owner's own words, stand over the English key by key; a missing one
//! falls back. Texts are text: nothing in them is markup. `{site}`, `{purposes}`, `{services}`,
//! `{count}`, `{name}`, `{choose}` are filled in where a text has them.
//!
//! The sentences say what happens, refusal included, without praise, guilt or jokes (EDPB
//! Guidelines 03/2022 on deceptive patterns).
//!
//! The gate knows the names alone, and numbers; the English is in the interface.
//!
//! ```
//! use consent_gate::banner::{Key, Texts};
//! let mut texts = Texts::default();
//! texts.put(Key::AcceptAll as usize, "Alle annehmen");
//! assert_eq!(texts.of(Key::AcceptAll), "Alle annehmen");
//! assert_eq!(texts.of(Key::RejectAll), "Reject all");
//! assert_eq!(texts.fill(Key::NewText, &[("services", "Maps")]),
//!     "New since your last choice: Maps. Everything else stays as you chose it.");
//! ```

use super::languages::base;
use crate::consent::Category;
use crate::words;

/// One list, so that a key, its name and its English cannot part.
macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident $id:literal $english:literal)+) => {
        /// The key of one text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Key { $($(#[$doc])* $key,)+ }

        impl Key {
            /// Every key, in the order in which translators meet them.
            pub const ALL: &'static [Self] = &[$(Self::$key),+];

            /// The name of every key, in the same order, as words in one text.
            pub const IDS: &'static str = concat!($(" ", $id),+).trim_ascii_start();

            /// Its English.
            #[must_use]
            pub const fn english(self) -> &'static str {
                match self { $(Self::$key => $english),+ }
            }
        }
    };
}

keys! {
    /// Heading of the opt-in banner.
    OptInTitle "optInTitle" "Your privacy, your choice"
    /// Text of the opt-in banner: who, what for, what refusing means, how to change it.
    OptInText "optInText" "With your permission, {site} and the services it uses store and read data on your device for: {purposes}. Until you agree, only what the site needs is used. You can change your choice at any time."
    /// Heading of the opt-out notice.
    OptOutTitle "optOutTitle" "Your privacy choices"
    /// Text of the opt-out notice.
    OptOutText "optOutText" "{site} and the services it uses store and read data on your device for: {purposes}. Some of this may count as selling or sharing personal information. You can say no, now or at any time."
    /// Heading of the plain notice.
    NoticeTitle "noticeTitle" "Your privacy choices"
    /// Text of the plain notice.
    NoticeText "noticeText" "{site} and the services it uses store and read data on your device for: {purposes}. You can say no, now or at any time."
    /// How many services are declared, and where they are named.
    Partners "partners" "Services: {count}. “{choose}” names each of them."
    /// Button.
    AcceptAll "acceptAll" "Accept all"
    /// Button.
    RejectAll "rejectAll" "Reject all"
    /// Button that opens the preferences.
    Choose "choose" "Choose"
    /// Button that takes notice without changing anything.
    Ok "ok" "OK"
    /// Button, worded by California Civ. Code 1798.135(a)(1).
    DoNotSell "doNotSell" "Do not sell or share my personal information"
    /// Name of the cross: closing is a refusal, so it says so.
    Dismiss "dismiss" "Close and refuse"
    /// Heading when new services are asked for alone.
    NewTitle "newTitle" "A new service asks for your permission"
    /// Text when new services are asked for alone.
    NewText "newText" "New since your last choice: {services}. Everything else stays as you chose it."
    /// Button for the new services alone.
    AcceptNew "acceptNew" "Accept"
    /// Button for the new services alone.
    RejectNew "rejectNew" "Reject"
    /// 11 CCR §7025(c)(6): the site shows that the signal was processed.
    Gpc "gpc" "Your browser's opt-out request (Global Privacy Control, GPC) is honoured: marketing, sale and sharing are off unless you choose otherwise here."
    /// The same for Do Not Track.
    Dnt "dnt" "Your browser asks not to be tracked (Do Not Track). This is honoured: analytics and marketing are off unless you choose otherwise here."
    /// The line in place of a banner, opt-in.
    Line "line" "Optional storage is off because your browser asks not to be tracked."
    /// The line in place of a notice, other regimes.
    LineOptOut "lineOptOut" "Analytics and marketing are off because your browser asks not to be tracked."
    /// Heading of the preferences, and name of the reopen control.
    Preferences "preferences" "Your privacy choices"
    /// Text of the preferences.
    PreferencesText "preferencesText" "Decide what {site} may use. Your choice counts from now on, and you can change it at any time."
    /// Button.
    Save "save" "Save choices"
    /// Name of the cross of the preferences.
    Close "close" "Close without saving"
    /// Beside the switch of essential.
    AlwaysOn "alwaysOn" "Always on"
    /// Above the list of a category's services.
    Services "services" "Services: {count}"
    /// In a service: what it is for.
    Purpose "purpose" "Used for: {name}"
    /// In a service: who runs it, and so has access (CJEU C-673/17, Planet49: visitors are told who does).
    Provider "provider" "Provider, with access to the data: {name}"
    /// In a service.
    Keys "keys" "Stores: {name}"
    /// In a service.
    Retention "retention" "Kept for: {name}"
    /// In a service.
    Transfer "transfer" "Data goes to: {name}"
    /// Link to a service's own policy.
    ServicePolicy "servicePolicy" "Privacy policy of {name}"
    /// Link.
    Policy "policy" "Privacy policy"
    /// Link.
    Imprint "imprint" "Imprint"
    /// Above the owner's links.
    Links "links" "More ways to opt out and to read on"
    /// Said after a choice.
    Saved "saved" "Your choice is saved."
    /// Heading in the place of a held video, map, chat or post: who it comes from.
    EmbedTitle "embedTitle" "Content from {name}"
    /// Under that heading: what loading it means.
    EmbedText "embedText" "This is not loaded yet. If you load it, {name} receives data such as your IP address, and may store and read data on your device."
    /// Button: this one, on this page, until it is left.
    EmbedOnce "embedOnce" "Load once"
    /// Button: all content of this provider, from now on.
    EmbedAlways "embedAlways" "Always allow"
    /// Category.
    EssentialTitle "essentialTitle" "Essential"
    /// Category.
    EssentialText "essentialText" "Needed for the site to work: security, your session, and remembering this choice."
    /// Category.
    AnalyticsTitle "analyticsTitle" "Analytics"
    /// Category.
    AnalyticsText "analyticsText" "Counts visits and shows what works on the site and what does not."
    /// Category.
    FunctionalTitle "functionalTitle" "Functional"
    /// Category.
    FunctionalText "functionalText" "Comfort and content from other companies: videos, maps, chat, remembered settings."
    /// Category.
    MarketingTitle "marketingTitle" "Marketing"
    /// Category.
    MarketingText "marketingText" "Advertising and measuring its success, also across other sites. Data may be shared with, or sold to, other companies."
}

impl Key {
    /// Its name in `texts` and in language files.
    #[must_use]
    pub fn id(self) -> &'static str {
        words::each(Self::IDS)
            .nth(self as usize)
            .unwrap_or_default()
    }

    /// The key of a name, exact spelling only.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.get(words::position(Self::IDS, id)?).copied()
    }

    /// The title of a category.
    #[must_use]
    pub const fn title(category: Category) -> Self {
        match category {
            Category::Essential => Self::EssentialTitle,
            Category::Analytics => Self::AnalyticsTitle,
            Category::Functional => Self::FunctionalTitle,
            Category::Marketing => Self::MarketingTitle,
        }
    }

    /// The text of a category.
    #[must_use]
    pub const fn text(category: Category) -> Self {
        match category {
            Category::Essential => Self::EssentialText,
            Category::Analytics => Self::AnalyticsText,
            Category::Functional => Self::FunctionalText,
            Category::Marketing => Self::MarketingText,
        }
    }
}

/// The owner's texts of all languages, by the names of their keys.
type Own = [(String, Vec<(String, String)>)];

/// The owner's texts for a language as the gate hands them over: the numbers of their keys, in such an
/// order that a later one stands over an earlier one, and those of the exact tag over those of its base.
/// Names that aren't keys are left out (the configuration reports them).
pub fn spoken<'a>(own: &'a Own, language: &str, mut found: impl FnMut(usize, &'a str)) {
    let base = base(language);
    for exact in [false, true] {
        for (tag, texts) in own {
            let is_exact = tag.eq_ignore_ascii_case(language);
            if is_exact == exact && (exact || tag.eq_ignore_ascii_case(base)) {
                for (name, text) in texts {
                    if let Some(number) = words::position(Key::IDS, name) {
                        found(number, text);
                    }
                }
            }
        }
    }
}

/// The texts of one language: the owner's over those of its file, and these over the English.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts<'a> {
    own: Vec<(usize, &'a str)>,
    file: Vec<&'a str>,
}

impl<'a> Texts<'a> {
    /// Puts a text of the owner's over what stood under that key's number.
    pub fn put(&mut self, number: usize, text: &'a str) {
        self.own.push((number, text));
    }

    /// Takes the next text of the language's file; they come in the order of the keys.
    pub fn next(&mut self, text: &'a str) {
        self.file.push(text);
    }

    /// Has the file of the language come?
    #[must_use]
    pub fn has_file(&self) -> bool {
        !self.file.is_empty()
    }

    /// One text as it stands.
    #[must_use]
    pub fn of(&self, key: Key) -> &'a str {
        for (number, text) in self.own.iter().rev() {
            if *number == key as usize {
                return text;
            }
        }
        self.file
            .get(key as usize)
            .copied()
            .unwrap_or(key.english())
    }

    /// One text with its places filled in. A place that nobody fills stays as it is, so that a
    /// mistake in a translation is seen.
    #[must_use]
    pub fn fill(&self, key: Key, places: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.of(key);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let place = after.split_once('}').and_then(|(name, rest)| {
                let (_, value) = places.iter().find(|(place, _)| *place == name)?;
                Some((*value, rest))
            });
            let (value, behind) = place.unwrap_or(("{", after));
            filled.push_str(value);
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Texts, spoken};

    #[test]
    fn every_key_has_one_name_and_honest_english() {
        for (at, key) in Key::ALL.iter().enumerate() {
            assert_eq!(Key::from_id(key.id()), Some(*key));
            assert!(Key::ALL[..at].iter().all(|other| other.id() != key.id()));
            assert!(!key.english().is_empty() && !key.english().contains(['<', '!']));
        }
        assert_eq!(Key::from_id("AcceptAll"), None);
        assert_eq!(Key::from_id(""), None);
    }

    #[test]
    fn a_later_text_stands_over_an_earlier_one() {
        let own = |tag: &str, texts: &[(&str, &str)]| {
            let owned = |&(key, text): &(&str, &str)| (key.to_owned(), text.to_owned());
            (tag.to_owned(), texts.iter().map(owned).collect())
        };
        let all = [
            own("de-at", &[("save", "Merken")]),
            own(
                "de",
                &[
                    ("save", "Sichern"),
                    ("ok", "Fine"),
                    ("ok", "Good"),
                    ("nonsense", "x"),
                ],
            ),
            own("fr", &[("close", "Fermer")]),
        ];
        for (language, save) in [("de-AT", "Merken"), ("DE", "Sichern"), ("de-CH", "Sichern")] {
            let mut texts = Texts::default();
            spoken(&all, language, |number, text| texts.put(number, text));
            assert_eq!(texts.of(Key::Ok), "Good");
            assert_eq!(texts.of(Key::Save), save, "{language}");
            assert_eq!(texts.of(Key::Close), Key::Close.english());
        }
    }

    #[test]
    fn places_are_filled_once_and_strange_braces_survive() {
        let mut texts = Texts::default();
        texts.put(Key::Line as usize, "{a}{a}{b {site} } {");
        texts.put(Key::Saved as usize, "é{site}é");
        let places = [("a", "{site}"), ("site", "S")];
        assert_eq!(texts.fill(Key::Line, &places), "{site}{site}{b S } {");
        assert_eq!(texts.fill(Key::Saved, &places), "éSé");
    }

    #[test]
    fn the_english_has_no_place_that_is_not_filled() {
        let known = ["site", "purposes", "services", "count", "name", "choose"];
        for key in Key::ALL {
            for part in key.english().split('{').skip(1) {
                let place = part.split('}').next().unwrap();
                assert!(known.contains(&place), "{}: {place}", key.id());
            }
        }
    }
}
