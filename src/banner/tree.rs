//! A tree of elements as one text, so that it crosses into the page in a single call.
//!
//! Equal trees are equal texts, which is how the shell knows that nothing is to be done. Words
//! become text nodes and nothing else: no value can become an element, whatever is in it.
//!
//! ```
//! use consent_gate::banner::Tree;
//! let mut tree = Tree::default();
//! tree.put("<p;@class=note;\"$;>;", &["<b>&amp;"]);
//! assert_eq!(tree.as_str(), "<p\u{1}@class=note\u{1}\"<b>&amp;\u{1}>\u{1}");
//! ```

/// A tree being written; what is opened is to be closed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tree(String);

impl Tree {
    /// Writes steps, each ended by `;`: `<tag` opens an element, `@name=…` gives it an attribute,
    /// `"…` puts words into it, `>` closes it. Each `$` stands for the next of `values`.
    ///
    /// The fixed parts are text for this one function, and not calls for each attribute: the
    /// interface is hundreds of them, and every call would be code that each visitor loads.
    #[inline(never)]
    pub fn put(&mut self, steps: &str, values: &[&str]) {
        let mut values = values.iter();
        for letter in steps.chars() {
            match letter {
                ';' => self.0.push(END),
                '$' => {
                    // The mark between steps can't be in words from outside.
                    let words = values.next().copied().unwrap_or_default();
                    for letter in words.chars().filter(|letter| *letter != END) {
                        self.0.push(letter);
                    }
                }
                _ => self.0.push(letter),
            }
        }
    }

    /// The text that the page's side reads.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// May a link lead there: http, https, mailto, or relative. Everything else could run script.
#[must_use]
pub fn is_safe_link(url: &str) -> bool {
    // Browsers drop tabs and line breaks inside a scheme, so none may be there at all.
    if url.chars().any(char::is_control) {
        return false;
    }
    match url.split_once(':') {
        // A colon after the beginning of the path is no end of a scheme.
        Some((scheme, _)) if !scheme.bytes().any(|byte| b"/?#".contains(&byte)) => {
            let scheme = scheme.trim_ascii_start();
            ["http", "https", "mailto"]
                .iter()
                .any(|safe| scheme.eq_ignore_ascii_case(safe))
        }
        _ => true,
    }
}

/// Between two steps; a control character, which no owner's text needs.
const END: char = '\u{1}';

#[cfg(test)]
mod tests {
    use super::{Tree, is_safe_link};

    #[test]
    fn no_words_become_a_step() {
        let mut tree = Tree::default();
        tree.put("<p;\"$;@title=$;>;", &["a\u{1}<script", "\u{1}@onclick=x"]);
        assert_eq!(
            tree.as_str(),
            "<p\u{1}\"a<script\u{1}@title=@onclick=x\u{1}>\u{1}"
        );
    }

    #[test]
    fn links_that_could_run_script_are_not_links() {
        for safe in [
            "/privacy",
            "https://a.example/x:y",
            "mailto:a@b.example",
            "?a:b",
            "p#x",
            "",
        ] {
            assert!(is_safe_link(safe), "{safe}");
        }
        for unsafe_link in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "\u{1}javascript:x",
        ] {
            assert!(!is_safe_link(unsafe_link), "{unsafe_link}");
        }
    }
}
