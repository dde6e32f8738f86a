//! "Did you mean …?": the known name that is nearest to a misspelt one.
//!
//! Case and separators don't count, two letters swapped count once. It also knows what other consent
//! tools call our four categories.
//!
//! `nearest("policy_url", &["policyUrl", "regime"])` is `Some("policyUrl")`; `nearest("zebra", …)` is
//! `None`.

/// The nearest of `names`, if it is near enough to be meant: at most a third of the letters differ.
pub(super) fn nearest<'n>(text: &str, names: &[&'n str]) -> Option<&'n str> {
    let letters = letters(text);
    let most = (letters.len() / 3).max(1);
    names
        .iter()
        .map(|name| (distance(&letters, &self::letters(name)), *name))
        .filter(|(distance, _)| *distance <= most && !letters.is_empty())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
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
    distance(&text, &name) <= most
}

/// What another tool's name of a category is called here.
pub(super) fn category_of_others(text: &str) -> Option<&'static str> {
    let names = [
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
    let letters = letters(text);
    names
        .into_iter()
        .find(|(_, others)| others.split(' ').any(|other| other.as_bytes() == letters))
        .map(|(category, _)| category)
}

/// The letters that count. Longer text than any name of ours is cut: it is near to none of them.
fn letters(text: &str) -> Vec<u8> {
    text.bytes()
        .filter(|byte| !matches!(byte, b'-' | b'_' | b' ' | b'.'))
        .take(LONGEST)
        .map(|byte| byte.to_ascii_lowercase())
        .collect()
}

/// Letters to change, add, drop or swap with the next (optimal string alignment).
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
    let mut before = None;
    for (down, letter) in one.iter().enumerate() {
        let mut next = vec![down + 1];
        let mut left = None;
        for (across, against) in other.iter().enumerate() {
            let change = at(&row, across) + usize::from(letter != against);
            let add = at(&next, across) + 1;
            let drop = at(&row, across + 1) + 1;
            let mut least = change.min(add).min(drop);
            if before == Some(against) && left == Some(letter) {
                least = least.min(at(&above, across.wrapping_sub(1)) + 1);
            }
            next.push(least);
            left = Some(against);
        }
        before = Some(letter);
        above = row;
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use super::{category_of_others, distance, is_slip, nearest};

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
            assert_eq!(
                distance(one.as_bytes(), other.as_bytes()),
                steps,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn the_nearest_name_is_offered_and_no_far_one() {
        let names = ["policyUrl", "regime", "region", "revision", "api", "gate"];
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
            assert_eq!(nearest(text, &names), name, "{text}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), &names), None);
        assert_eq!(nearest("x", &[]), None);
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
