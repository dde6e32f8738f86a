//! Reads single values and writes down what is wrong with them.
//!
//! Every method notes a mistake at its place and goes on: what couldn't be read is `None`, empty, or
//! stays as it was. It knows types and shapes, not what a field is for.
//!
//! Names that belong together are words in one text ([`crate::words`]), and a value is put into its
//! slot here: a field then costs its caller one call.

use super::fault::{ConfigError, code};
use super::near;
use super::place::{Place, quote};
use crate::decimal;
use crate::gate::HostPattern;
use crate::link::is_harmless;
use crate::value::Value;
use crate::words;

/// Collects the mistakes.
#[derive(Debug, Default)]
pub(super) struct Reader {
    errors: Vec<ConfigError>,
    /// Every mistake, also those beyond what is kept.
    count: usize,
    /// The fields that were given as attributes of the tag.
    pub(super) attributes: Vec<&'static str>,
}

impl Reader {
    /// How many mistakes there were so far.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The mistakes; of very many the first hundred, and a word about the rest.
    pub(super) fn finish(mut self) -> Vec<ConfigError> {
        if self.count > self.errors.len() {
            self.errors.push(ConfigError::new(
                code::LIMIT,
                "",
                "there are more mistakes than are listed here; correct these first",
            ));
        }
        self.errors
    }

    /// Notes a mistake; the message is put together from `pieces`.
    #[inline(never)]
    pub(super) fn fault(&mut self, at: &Place<'_>, code: &'static str, pieces: &[&str]) {
        self.count += 1;
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(ConfigError {
                code,
                path: at.text(&self.attributes),
                message: pieces.concat(),
            });
        }
    }

    /// Notes a value of the right type that can't be.
    #[inline(never)]
    pub(super) fn refuse(&mut self, at: &Place<'_>, message: &str) {
        self.fault(at, code::VALUE, &[message]);
    }

    #[inline(never)]
    pub(super) fn wrong_type(&mut self, at: &Place<'_>, wanted: &str) {
        let found = at.value.noun();
        self.fault(at, code::TYPE, &["must be ", wanted, ", not ", found]);
    }

    #[inline(never)]
    pub(super) fn missing(&mut self, at: &Place<'_>, what: &str) {
        self.fault(at, code::MISSING, &["is missing; give ", what]);
    }

    #[inline(never)]
    pub(super) fn twice(&mut self, at: &Place<'_>, what: &str, fix: &str) {
        let mut quoted = String::new();
        quote(&mut quoted, what);
        self.fault(at, code::DUPLICATE, &[&quoted, " is there twice", fix]);
    }

    /// Notes that a field is understood, but not built yet.
    #[inline(never)]
    pub(super) fn not_yet(&mut self, at: &Place<'_>) {
        let message = "is understood, but this version can't do it yet; it changes nothing";
        self.fault(at, code::NOT_YET, &[message]);
    }

    #[inline(never)]
    pub(super) fn too_many(&mut self, at: &Place<'_>, most: usize) {
        let mut message = "has more than ".to_owned();
        decimal::push(&mut message, most);
        message.push_str(" entries; shorten the list");
        self.fault(at, code::LIMIT, &[&message]);
    }

    /// Notes a field that nobody knows.
    #[inline(never)]
    pub(super) fn unknown(&mut self, at: &Place<'_>, name: &str, names: &str) {
        let mut message = "is no field that is known here".to_owned();
        push_hint(&mut message, self.meant(name, names), "; leave it out");
        self.fault(at, code::UNKNOWN, &[&message]);
    }

    /// Notes a value that is none of `names`. `meant` is known to be meant, from elsewhere.
    #[inline(never)]
    pub(super) fn not_one_of(&mut self, at: &Place<'_>, names: &str, meant: Option<&str>) {
        let mut wanted = String::new();
        let mut left = words::each(names).count();
        for name in words::each(names) {
            if !wanted.is_empty() {
                wanted.push_str(if left == 1 { " or " } else { ", " });
            }
            quote(&mut wanted, name);
            left -= 1;
        }
        let Some(text) = at.value.as_text() else {
            self.wrong_type(at, &wanted);
            return;
        };
        let mut message = String::new();
        quote(&mut message, text);
        message.push_str(" is not possible here, only ");
        message.push_str(&wanted);
        let meant = meant.or_else(|| self.meant(text, names));
        push_hint(&mut message, meant, "");
        self.refuse(at, &message);
    }

    /// What was meant; not looked for in what isn't listed any more.
    fn meant<'n>(&self, text: &str, names: &'n str) -> Option<&'n str> {
        if self.errors.len() < MOST_ERRORS {
            near::nearest(text, names)
        } else {
            None
        }
    }

    /// A text that isn't empty, of at most `most` bytes.
    #[inline(never)]
    pub(super) fn text<'p>(&mut self, at: &Place<'p>, most: usize) -> Option<&'p str> {
        let Some(text) = at.value.as_text() else {
            self.wrong_type(at, "text");
            return None;
        };
        if text.trim_ascii().is_empty() {
            self.refuse(at, "is empty; give a text, or leave it out");
            return None;
        }
        if text.len() > most {
            let most = decimal::text(most);
            self.fault(
                at,
                code::LIMIT,
                &["is longer than ", &most, " bytes; shorten it"],
            );
            return None;
        }
        Some(text)
    }

    /// The text in a field, if there is one.
    #[inline(never)]
    pub(super) fn words(
        &mut self,
        parent: &Place<'_>,
        name: &str,
        most: usize,
        slot: &mut Option<String>,
    ) {
        if let Some(at) = parent.given(name) {
            *slot = self.text(&at, most).map(str::to_owned);
        }
    }

    /// The answer in a field, if there is one. Is there no mistake?
    #[inline(never)]
    pub(super) fn flag(&mut self, parent: &Place<'_>, name: &str, slot: &mut bool) -> bool {
        let at = parent.child(name);
        if let Some(answer) = at.value.as_bool() {
            *slot = answer;
        } else if !at.is_missing() {
            self.wrong_type(&at, "true or false");
            return false;
        }
        true
    }

    /// The whole number from 1 to `most` in a field, if there is one.
    #[inline(never)]
    pub(super) fn whole(&mut self, parent: &Place<'_>, name: &str, most: u32) -> Option<u32> {
        let at = parent.given(name)?;
        if !matches!(at.value, Value::Number(_)) {
            self.wrong_type(&at, "a number");
            return None;
        }
        let number = at.value.as_whole().unwrap_or(0);
        if number == 0 || number > u64::from(most) {
            let mut message = "must be a whole number from 1 to ".to_owned();
            decimal::push(&mut message, most as usize);
            self.refuse(&at, &message);
            return None;
        }
        Some(number as u32)
    }

    /// One of a closed set in a field, if there is one: `values` in the order of their `names`. Is
    /// there no mistake?
    #[inline(never)]
    pub(super) fn choose<T: Copy>(
        &mut self,
        parent: &Place<'_>,
        name: &str,
        (names, values): (&str, &[T]),
        slot: &mut T,
    ) -> bool {
        let Some(at) = parent.given(name) else {
            return true;
        };
        match self.position(&at, names).and_then(|at| values.get(at)) {
            Some(value) => {
                *slot = *value;
                true
            }
            None => false,
        }
    }

    /// Which of `names` it is.
    #[inline(never)]
    pub(super) fn position(&mut self, at: &Place<'_>, names: &str) -> Option<usize> {
        let known = words::position(names, at.value.as_text().unwrap_or(""));
        if known.is_none() {
            self.not_one_of(at, names, None);
        }
        known
    }

    /// Is it an object? Fields that are none of `names` are noted.
    #[inline(never)]
    pub(super) fn object(&mut self, at: &Place<'_>, names: &str) -> bool {
        let Some(fields) = at.value.as_map() else {
            self.wrong_type(at, "an object");
            return false;
        };
        for (name, value) in fields {
            if words::position(names, name).is_none() {
                self.unknown(&at.named(name, value), name, names);
            }
        }
        true
    }

    /// How many items of a list are to be read. One that is too long is read up to its limit.
    #[inline(never)]
    pub(super) fn list(&mut self, at: &Place<'_>, most: usize) -> usize {
        let Some(items) = at.value.as_list() else {
            self.wrong_type(at, "a list");
            return 0;
        };
        if items.len() > most {
            self.too_many(at, most);
        }
        items.len().min(most)
    }

    /// A link that can do nothing but lead somewhere.
    #[inline(never)]
    pub(super) fn url(&mut self, at: &Place<'_>) -> Option<String> {
        let text = self.text(at, LONGEST_URL)?.trim_ascii();
        if is_harmless(text) {
            return Some(text.to_owned());
        }
        let message = "must be an http, https or mailto address, or a path such as /privacy";
        self.fault(at, code::URL, &[message]);
        None
    }

    /// The link in a field, if there is one.
    #[inline(never)]
    pub(super) fn link(&mut self, parent: &Place<'_>, name: &str, slot: &mut Option<String>) {
        if let Some(at) = parent.given(name) {
            *slot = self.url(&at);
        }
    }

    /// A host pattern.
    #[inline(never)]
    pub(super) fn pattern(&mut self, at: &Place<'_>) -> Option<HostPattern> {
        let text = self.text(at, LONGEST_URL)?;
        match HostPattern::parse(text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let mut quoted = String::new();
                quote(&mut quoted, text);
                self.fault(at, code::HOST, &[&quoted, " ", error.message()]);
                None
            }
        }
    }

    /// The host patterns in a field, if it is there; those that can't be read are left out. `held`: what they name is held, so
    /// that what can be read within them counts.
    #[inline(never)]
    pub(super) fn patterns(
        &mut self,
        parent: &Place<'_>,
        name: &str,
        held: bool,
        slot: &mut Vec<HostPattern>,
    ) {
        if let Some(at) = parent.given(name) {
            for number in 0..self.list(&at, MOST_HOSTS) {
                let item = at.item(number);
                let mut pattern = self.pattern(&item);
                if held && pattern.is_none() {
                    let within = item.value.as_text().map(HostPattern::within);
                    pattern = within.and_then(|text| HostPattern::parse(text).ok());
                }
                slot.extend(pattern);
            }
        }
    }

    /// The name of a host, without port, path or `*`; a dot in front is left away.
    #[inline(never)]
    pub(super) fn host(&mut self, at: &Place<'_>) -> Option<String> {
        let pattern = self.pattern(at)?;
        let text = at.value.as_text()?.trim_ascii();
        let text = text.strip_prefix('.').unwrap_or(text);
        if !text.is_empty() && pattern.host().eq_ignore_ascii_case(text) {
            return Some(pattern.host().to_owned());
        }
        let message = "must be a host's name alone, such as example.com";
        self.fault(at, code::HOST, &[message]);
        None
    }
}

fn push_hint(message: &mut String, meant: Option<&str>, otherwise: &str) {
    match meant {
        Some(name) => {
            message.push_str("; did you mean ");
            quote(message, name);
            message.push('?');
        }
        None => message.push_str(otherwise),
    }
}

const MOST_ERRORS: usize = 100;
const MOST_HOSTS: usize = 5000;
const LONGEST_URL: usize = 2048;

#[cfg(test)]
mod tests {
    use super::Reader;
    use crate::config::place::Place;
    use crate::value::Value;

    #[test]
    fn very_many_mistakes_are_counted_and_the_first_are_kept() {
        let mut reader = Reader::default();
        let root = Place::root("list", &Value::Null);
        for at in 0..1000 {
            assert_eq!(reader.text(&root.item(at), 9), None);
        }
        assert_eq!(reader.count(), 1000);
        let errors = reader.finish();
        assert_eq!(errors.len(), 101);
        assert_eq!(errors.last().map(|error| error.code), Some("config-limit"));
    }
}
