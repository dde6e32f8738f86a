//! "Did you mean …?": the known name that is nearest to a misspelt one.
//!
//! Case and separators don't count, two letters swapped count once. It also knows what other consent
//! tools call our four categories.
//!
//! `nearest("policy_url", "policyUrl regime")` is `Some("policyUrl")`; `nearest("zebra", …)` is
//! `None`.

use crate::words;

/// The nearest of `names`, if it is near enough to be meant: at most a third of the letters differ.
pub(super) fn nearest<'n>(text: &str, names: &'n str) -> Option<&'n str> {
    let text = letters(text);
    if text.is_empty() {
        return None;
    }
    for steps in 0..=(text.len() / 3).clamp(1, MOST_STEPS) {
        for name in words::each(names) {
            if is_within(text.as_bytes(), letters(name).as_bytes(), steps) {
                return Some(name);
            }
        }
    }
    None
}

/// Is `text` so near to `name` that nothing else can be meant? For places where strangers' names
/// are usual, such as the attributes of a tag.
pub(super) fn is_slip(text: &str, name: &str) -> bool {
    let (text, name) = (letters(text), letters(name));
    let most = match name.len() {
        0..5 => 0,
        5..8 => 1,
        _ => 2,
    };
    is_within(text.as_bytes(), name.as_bytes(), most)
}

/// What another tool's name of a category is called here.
pub(super) fn category_of_others(text: &str) -> Option<&'static str> {
    let letters = letters(text);
    for (category, others) in OTHERS {
        if words::position(others, &letters).is_some() {
            return Some(category);
        }
    }
    None
}

/// The letters that count. Longer text than any name of ours is cut: it is near to none of them.
#[inline(never)]
fn letters(text: &str) -> String {
    let mut letters = String::new();
    for letter in text.chars() {
        if !matches!(letter, '-' | '_' | ' ' | '.') && letters.len() < LONGEST {
            letters.push(letter.to_ascii_lowercase());
        }
    }
    letters
}

/// Are there at most `steps` letters to change, add, drop or swap with the next (optimal string
/// alignment)?
///
/// It tries every way, which is little code, and quick for few steps: letters that agree at the
/// beginning never have to be touched.
fn is_within(mut one: &[u8], mut other: &[u8], steps: usize) -> bool {
    while let ([letter, rest @ ..], [against, other_rest @ ..]) = (one, other) {
        if letter != against {
            break;
        }
        (one, other) = (rest, other_rest);
    }
    if one.len().abs_diff(other.len()) > steps {
        return false;
    }
    let ([letter, rest @ ..], [against, other_rest @ ..]) = (one, other) else {
        // What is left of the longer one is added, or dropped.
        return true;
    };
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    if let ([next, rest @ ..], [next_against, other_rest @ ..]) = (rest, other_rest)
        && (letter, next) == (next_against, against)
        && is_within(rest, other_rest, steps)
    {
        return true;
    }
    is_within(rest, other_rest, steps)
        || is_within(rest, other, steps)
        || is_within(one, other_rest, steps)
}

/// What statisticians and lawyers call the four, case and separators left away.
const OTHERS: [(&str, &str); 4] = [
    (
        "essential",
        "necessary strictlynecessary required technical security",
    ),
    (
        "analytics",
        "statistics statistic performance measurement tracking",
    ),
    (
        "functional",
        "preferences preference functionality personalization media embeds",
    ),
    (
        "marketing",
        "ads ad advertising advertisement targeting retargeting social",
    ),
];

/// As far as anything is recognised; each more takes four times as long.
const MOST_STEPS: usize = 5;

const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use super::{category_of_others, is_slip, is_within, nearest};

    #[test]
    fn distance_counts_changes() {
        for (one, other, steps) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("ba", "ab", 1),
            ("kitten", "sitting", 3),
            ("langauge", "language", 1),
            ("ca", "abc", 3),
        ] {
            let within = |steps| is_within(one.as_bytes(), other.as_bytes(), steps);
            assert_eq!(
                (0..9).find(|steps| within(*steps)),
                Some(steps),
                "{one} {other}"
            );
        }
    }

    #[test]
    fn the_nearest_name_is_offered_and_no_far_one() {
        let names = "policyUrl regime region revision api gate";
        for (text, name) in [
            ("policy_url", Some("policyUrl")),
            ("PolicyURL", Some("policyUrl")),
            ("regoin", Some("region")),
            ("regim", Some("regime")),
            ("revison", Some("revision")),
            ("apis", Some("api")),
            ("zebra", None),
            ("", None),
            ("---", None),
            ("ø", None),
        ] {
            assert_eq!(nearest(text, names), name, "{text}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), names), None);
    }

    #[test]
    fn a_slip_is_very_near() {
        assert!(is_slip("policyurl", "policyUrl"));
        assert!(is_slip("langauge", "language"));
        assert!(!is_slip("date", "gate"));
        assert!(is_slip("gate", "gate"));
    }

    #[test]
    fn other_tools_categories_are_known() {
        assert_eq!(category_of_others("Strictly-Necessary"), Some("essential"));
        assert_eq!(category_of_others("statistics"), Some("analytics"));
        assert_eq!(category_of_others("nonsense"), None);
    }
}
