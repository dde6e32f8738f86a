//! Patterns with `*` for any run: names of cookies and storage keys, and the paths of trackers.
//!
//! No regular expressions: they would weigh more than the rest of the gate.

/// Where a pattern must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// At the end of the text.
    Bound,
    /// Anywhere: the pattern is a beginning.
    Free,
}

/// Does `text` fit `pattern`? Case counts, as it does in cookie names and paths.
#[must_use]
pub(super) fn fits(pattern: &str, text: &str, end: End) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    // The last star seen, and the place in the text from which it was tried.
    let mut star: Option<(usize, usize)> = None;
    loop {
        match pattern.get(at) {
            None if end == End::Free || from == text.len() => return true,
            Some(b'*') => {
                star = Some((at + 1, from));
                at += 1;
                continue;
            }
            Some(wanted) if text.get(from) == Some(wanted) => {
                at += 1;
                from += 1;
                continue;
            }
            Some(_) | None => {}
        }
        // Let the last star swallow one byte more.
        match star {
            Some((after, tried)) if tried < text.len() => {
                star = Some((after, tried + 1));
                at = after;
                from = tried + 1;
            }
            Some(_) | None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{End, fits};

    #[test]
    fn stars_stand_for_any_run() {
        for (pattern, text) in [
            ("_ga", "_ga"),
            ("_ga_*", "_ga_ABC"),
            ("mp_*_mixpanel", "mp_a_mixpanel_b_mixpanel"),
            ("*", ""),
            ("a*b*c", "abbc"),
        ] {
            assert!(fits(pattern, text, End::Bound), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("_ga", "_gat"),
            ("_ga", "_GA"),
            ("_ga_*", "_ga"),
            ("mp_*_mixpanel", "mp_mixpanel"),
            ("a*b*c", "acb"),
            ("", "a"),
        ] {
            assert!(!fits(pattern, text, End::Bound), "{pattern} {text}");
        }
    }

    #[test]
    fn a_free_end_makes_it_a_beginning() {
        assert!(fits("/gtag/js?*id=G-", "/gtag/js?l=x&id=G-ABC", End::Free));
        assert!(!fits("/gtag/js?*id=G-", "/gtag/js?l=x&id=AW-1", End::Free));
        assert!(!fits("/tr?", "/", End::Free));
    }
}
