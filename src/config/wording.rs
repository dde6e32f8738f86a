//! What visitors read: the language, the owner's texts, and the offered categories.
//!
//! It knows no key of a text: who has the texts checks those.

use super::checked::{CategoryText, Language};
use super::place::Place;
use super::reader::Reader;
use super::services;
use crate::consent::{Category, CategorySet};

/// Reads `language`.
pub(super) fn language(reader: &mut Reader, at: &Place<'_>) -> Language {
    match reader.text(at, LONGEST_NAME) {
        None | Some("auto") => Language::Auto,
        Some(tag) if is_language(tag) => Language::Tag(tag.to_owned()),
        Some(_) => {
            reader.refuse(at, NOT_A_LANGUAGE);
            Language::Auto
        }
    }
}

/// Reads `texts`.
pub(super) fn texts(reader: &mut Reader, at: &Place<'_>) -> Vec<(String, Vec<(String, String)>)> {
    let mut texts: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let Some(languages) = at.value.as_map() else {
        reader.wrong_type(at, "an object");
        return texts;
    };
    for (tag, of_tag) in languages {
        let at = at.named(tag, of_tag);
        if !is_language(tag) {
            reader.refuse(&at, NOT_A_LANGUAGE);
            continue;
        }
        let Some(fields) = of_tag.as_map() else {
            reader.wrong_type(&at, "an object");
            continue;
        };
        if texts
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(tag))
        {
            reader.twice(&at, tag, "; keep one of the two");
            continue;
        }
        let mut own = Vec::new();
        for (key, text) in fields {
            if let Some(text) = reader.text(&at.named(key, text), LONGEST_TEXT) {
                own.push((key.clone(), text.to_owned()));
            }
        }
        texts.push((tag.clone(), own));
    }
    texts
}

/// Reads `categories`, the offered ones; `None` where mistakes leave nothing to ask for, which would hide the banner.
pub(super) fn categories(reader: &mut Reader, at: &Place<'_>) -> Option<Vec<CategoryText>> {
    let before = reader.count();
    let mut offered = CategorySet::EMPTY;
    let mut categories = Vec::new();
    for number in 0..reader.list(at, MOST_CATEGORIES) {
        let at = at.item(number);
        let Some(category) = category(reader, &at) else {
            continue;
        };
        if offered.contains(category.id) {
            reader.twice(&at, category.id.id(), "; the first counts");
            continue;
        }
        offered = offered.with(category.id);
        categories.push(category);
    }
    if CategorySet::ESSENTIAL.covers(offered) && reader.count() > before {
        return None;
    }
    if !offered.contains(Category::Essential) {
        categories.insert(0, CategoryText::plain(Category::Essential));
    }
    Some(categories)
}

fn category(reader: &mut Reader, at: &Place<'_>) -> Option<CategoryText> {
    if at.value.as_text().is_some() {
        return services::category(reader, at).map(CategoryText::plain);
    }
    if !reader.object(at, "id title text") {
        return None;
    }
    let (mut title, mut text) = (None, None);
    reader.words(at, "title", LONGEST_NAME, &mut title);
    reader.words(at, "text", LONGEST_TEXT, &mut text);
    let id = services::category(reader, &at.child("id"))?;
    Some(CategoryText { id, title, text })
}

/// Is it the shape of a BCP 47 tag (RFC 5646 §2.1: parts of one to eight letters or digits)?
fn is_language(text: &str) -> bool {
    let mut least = 2;
    let mut length = 0;
    for byte in text.bytes() {
        // Only letters, and at least two, before the first hyphen.
        if byte.is_ascii_alphabetic() || (least == 1 && byte.is_ascii_digit()) {
            length += 1;
        } else if byte == b'-' && (least..=8).contains(&length) {
            (least, length) = (1, 0);
        } else {
            return false;
        }
    }
    text.len() <= 35 && (least..=8).contains(&length)
}

const NOT_A_LANGUAGE: &str = "must be a language tag such as \"de\" or \"pt-BR\"";

const MOST_CATEGORIES: usize = 50;
const LONGEST_NAME: usize = 256;
const LONGEST_TEXT: usize = 4096;

#[cfg(test)]
mod tests {
    use super::is_language;

    #[test]
    fn language_tags_have_a_shape() {
        for fine in ["en", "de-AT", "zh-Hant-TW", "sr-Latn", "de-1996"] {
            assert!(is_language(fine), "{fine}");
        }
        for bad in [
            "",
            "e",
            "en_US",
            "en-",
            "-en",
            "english language",
            "12",
            "en-toolongpart",
        ] {
            assert!(!is_language(bad), "{bad}");
        }
    }
}
