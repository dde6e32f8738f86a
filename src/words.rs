//! Lists of words in one text, with a space between them.
//!
//! A name in such a list costs its letters; as an item of an array it costs an address and a length
//! as well. It knows nothing of what the words mean.
//!
//! `position("bar box modal", "box")` is `Some(1)`; `position("bar box modal", "b")` is `None`.

/// The words of a list, in order.
pub(crate) fn each(list: &str) -> impl Iterator<Item = &str> {
    list.split(' ')
}

/// One list of them all.
#[inline(never)]
pub(crate) fn list(words: &[&str]) -> String {
    let mut list = String::new();
    for word in words {
        if !list.is_empty() {
            list.push(' ');
        }
        list.push_str(word);
    }
    list
}

/// Where the word stands in the list, counted from 0.
#[inline(never)]
pub(crate) fn position(list: &str, word: &str) -> Option<usize> {
    each(list).position(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn only_whole_words_are_found() {
        for (word, at) in [
            ("bar", Some(0)),
            ("modal", Some(2)),
            ("", None),
            ("b", None),
            ("bar box", None),
            ("Bar", None),
        ] {
            assert_eq!(position("bar box modal", word), at, "{word}");
        }
    }
}
