//! Text in steps, each ended by one control character, so that much crosses a border in one call.
//!
//! Two things travel so: the view, from the gate to the interface ([`View`](super::View)), and the
//! trees of elements, from the interface to the page. Equal ones are equal texts, which is how the
//! page's side knows that nothing is to be done. Words stay words: whatever is in a value, it can't
//! become a step.
//!
//! ```
//! use consent_gate::banner::Steps;
//! let mut tree = Steps::default();
//! tree.put("<p;@class=note;\"$;>;", &["<b>&amp;"]);
//! assert_eq!(tree.as_str(), "<p\u{1}@class=note\u{1}\"<b>&amp;\u{1}>\u{1}");
//! ```

/// Steps being written.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Steps(String);

impl Steps {
    /// Writes steps, each ended by `;`. Each `$` stands for the next of `values`. In a tree `<tag` opens
    /// an element, `@name=…` gives it an attribute, `"…` puts words into it, `>` closes it.
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
                    let words = values.next().copied().unwrap_or_default();
                    for letter in words.chars().filter(|letter| !MARKS.contains(letter)) {
                        self.0.push(letter);
                    }
                }
                _ => self.0.push(letter),
            }
        }
    }

    /// Puts further steps behind these.
    pub fn add(&mut self, more: &Self) {
        self.0.push_str(&more.0);
    }

    /// The text that is read on the other side.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Behind each step; a control character, which no owner's text needs.
pub(super) const END: char = '\u{1}';

/// Between texts of steps, where several travel as one.
pub(super) const NEXT: char = '\u{2}';

/// What no words from outside may have in them.
const MARKS: [char; 2] = [END, NEXT];

#[cfg(test)]
mod tests {
    use super::Steps;

    #[test]
    fn no_words_become_a_step() {
        let mut tree = Steps::default();
        let hostile = ["a\u{1}<script\u{2}", "\u{1}@onclick=x"];
        tree.put("<p;\"$;@title=$;>;", &hostile);
        assert_eq!(
            tree.as_str(),
            "<p\u{1}\"a<script\u{1}@title=@onclick=x\u{1}>\u{1}"
        );
    }
}
