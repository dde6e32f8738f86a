//! A tree of elements as one text, so that it crosses into the page in a single call.
//!
//! Equal trees are equal texts, which is how the shell knows that nothing is to be done. Words
//! become text nodes and nothing else: no value can become an element, whatever is in it.
//!
//! ```
//! use consent_gate::banner::Tree;
//! let mut tree = Tree::default();
//! tree.open("p").attr("class", "note").text("<b>&amp;").close();
//! assert_eq!(tree.as_str(), "<p\u{1}@class=note\u{1}\"<b>&amp;\u{1}>\u{1}");
//! ```

/// A tree being written; what is opened is to be closed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tree(String);

impl Tree {
    /// Begins an element.
    pub fn open(&mut self, tag: &str) -> &mut Self {
        self.step('<', tag, "")
    }

    /// Gives the element that is open an attribute.
    pub fn attr(&mut self, name: &str, value: &str) -> &mut Self {
        self.step('@', name, "=").0.pop();
        self.words(value)
    }

    /// Puts words into the element that is open.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.0.push('"');
        self.words(text)
    }

    /// Ends the element that is open.
    pub fn close(&mut self) -> &mut Self {
        self.step('>', "", "")
    }

    /// A whole element with words only.
    pub fn leaf(&mut self, tag: &str, class: &str, text: &str) -> &mut Self {
        self.open(tag).attr("class", class).text(text).close()
    }

    /// The text that the page's side reads.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn step(&mut self, kind: char, name: &str, end: &str) -> &mut Self {
        self.0.push(kind);
        self.0.push_str(name);
        self.0.push_str(end);
        self.0.push(END);
        self
    }

    /// Words from outside; the mark between steps can't be in them.
    fn words(&mut self, words: &str) -> &mut Self {
        for part in words.split(END) {
            self.0.push_str(part);
        }
        self.0.push(END);
        self
    }
}

/// May a link lead there: http, https, mailto, or relative. Everything else could run script.
#[must_use]
pub fn is_safe_link(url: &str) -> bool {
    // Browsers drop tabs and line breaks inside a scheme, so none may be there at all.
    if url.chars().any(char::is_control) {
        return false;
    }
    let path_at = url.find(['/', '?', '#']).unwrap_or(url.len());
    match url.find(':') {
        Some(colon) if colon < path_at => {
            let scheme = url.get(..colon).unwrap_or_default().trim_start();
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
        tree.open("p")
            .text("a\u{1}<script")
            .attr("title", "\u{1}@onclick=x")
            .close();
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
