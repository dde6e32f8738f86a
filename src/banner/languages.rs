//! Which languages there are texts in, and which of them a visitor gets.
//!
//! English is inside; every other one is a file `lang/<tag>.json` beside the drop-in, whose values stand in
//! the order of [`Key::ALL`](super::Key::ALL). Tags are those of BCP 47, compared without regard to case.
//!
//! ```
//! use consent_gate::banner::languages::{file, spoken_here};
//! assert_eq!(file("de-AT"), Some("de"));
//! assert_eq!(file("zh-TW"), Some("zh-Hant"));
//! assert_eq!(file("en-GB"), None);
//! assert!(spoken_here("en-GB") && !spoken_here("tlh"));
//! ```

use crate::words;

/// The tags of the files, in alphabetic order.
pub const FILES: &str = "ar bg ca cs da de el es et fi fr ga he hi hr hu id is it ja ko lt lv mt nb \
                         nl pl pt pt-BR ro ru sk sl sr-Latn sv tr uk vi zh-Hans zh-Hant";

/// Tags that say the same otherwise: old ones, macrolanguages, and places for a script. What is asked for, and the
/// file.
const OTHERWISE: &str =
    "no nb nn nb iw he in id sr sr-Latn zh zh-Hans zh-TW zh-Hant zh-HK zh-Hant zh-MO zh-Hant";

/// The file with the texts for a tag: that of the tag itself, or of the longest part of its beginning (RFC 4647
/// §3.4). `None` for English, and where there is none.
#[must_use]
pub fn file(tag: &str) -> Option<&'static str> {
    let mut part = tag;
    loop {
        let mut others = words::each(OTHERWISE);
        while let (Some(from), Some(to)) = (others.next(), others.next()) {
            if part.eq_ignore_ascii_case(from) {
                return Some(to);
            }
        }
        if let Some(found) = words::each(FILES).find(|known| part.eq_ignore_ascii_case(known)) {
            return Some(found);
        }
        (part, _) = part.rsplit_once('-')?;
    }
}

/// Are there built-in texts for it?
#[must_use]
pub fn spoken_here(tag: &str) -> bool {
    base(tag).eq_ignore_ascii_case("en") || file(tag).is_some()
}

/// The language of a tag, without script, region and the rest.
#[must_use]
pub fn base(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{FILES, OTHERWISE, file, spoken_here};
    use crate::words;

    #[test]
    fn a_tag_finds_the_nearest_file() {
        for (tag, found) in [
            ("de", Some("de")),
            ("DE-at-1996", Some("de")),
            ("pt", Some("pt")),
            ("pt-AO", Some("pt")),
            ("pt-br", Some("pt-BR")),
            ("no", Some("nb")),
            ("nn-NO", Some("nb")),
            ("zh-CN", Some("zh-Hans")),
            ("zh-Hant-HK", Some("zh-Hant")),
            ("zh-hk", Some("zh-Hant")),
            ("iw-IL", Some("he")),
            ("sr-Latn-RS", Some("sr-Latn")),
            // Cyrillic, as a rule; there is no such file, but who reads it reads both.
            ("sr", Some("sr-Latn")),
            ("sr-Cyrl-RS", Some("sr-Latn")),
            ("en", None),
            ("en-US", None),
            ("d", None),
            ("", None),
            ("-", None),
            ("fra", None),
        ] {
            assert_eq!(file(tag), found, "{tag}");
        }
        assert!(spoken_here("EN-in") && spoken_here("ga") && !spoken_here("xx"));
    }

    #[test]
    fn every_other_spelling_leads_to_a_file() {
        let mut others = words::each(OTHERWISE);
        while let Some(from) = others.next() {
            let to = others.next().expect("pairs");
            assert_eq!(file(from), Some(to));
            assert!(words::position(FILES, to).is_some(), "{to}");
        }
    }
}
