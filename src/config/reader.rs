//! Reads single values and writes down what is wrong with them.
//!
//! Every method answers with the value, or with `None` (or the given default) after noting the
//! mistake at its place. It knows types and shapes, not what a field is for.
//!
//! A place is a chain on the stack, so that nothing is built for the values that are fine:
//! `Place::root("services").item(2).field("hosts").item(0)` is written `services[2].hosts[0]`.

use super::fault::{ConfigError, code};
use super::near;
use crate::decimal;
use crate::gate::HostPattern;
use crate::value::Value;

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    parent: Option<&'p Self>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Field(&'p str),
    Item(usize),
}

impl<'p> Place<'p> {
    pub(super) const fn root(name: &'p str) -> Self {
        Self {
            parent: None,
            step: Step::Field(name),
        }
    }

    pub(super) const fn field<'q>(&'q self, name: &'q str) -> Place<'q>
    where
        'p: 'q,
    {
        Place {
            parent: Some(self),
            step: Step::Field(name),
        }
    }

    pub(super) const fn item<'q>(&'q self, number: usize) -> Place<'q>
    where
        'p: 'q,
    {
        Place {
            parent: Some(self),
            step: Step::Item(number),
        }
    }

    fn text(&self) -> String {
        let mut text = self.parent.map(Self::text).unwrap_or_default();
        match self.step {
            Step::Field(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(clip(name));
            }
            Step::Item(number) => {
                text.push('[');
                decimal::push(&mut text, number);
                text.push(']');
            }
        }
        text
    }
}

/// Collects the mistakes.
#[derive(Debug, Default)]
pub(super) struct Reader {
    errors: Vec<ConfigError>,
    /// Every mistake, also those beyond what is kept.
    count: usize,
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
    pub(super) fn fault(&mut self, place: &Place<'_>, code: &'static str, pieces: &[&str]) {
        self.count += 1;
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(ConfigError {
                code,
                path: place.text(),
                message: pieces.concat(),
            });
        }
    }

    pub(super) fn wrong_type(&mut self, place: &Place<'_>, wanted: &str, value: &Value) {
        self.fault(
            place,
            code::TYPE,
            &["must be ", wanted, ", not ", value.noun()],
        );
    }

    /// A text that isn't empty, of at most `most` bytes.
    pub(super) fn text<'v>(
        &mut self,
        value: &'v Value,
        place: &Place<'_>,
        most: usize,
    ) -> Option<&'v str> {
        let Some(text) = value.as_text() else {
            self.wrong_type(place, "text", value);
            return None;
        };
        if text.trim_ascii().is_empty() {
            self.fault(
                place,
                code::VALUE,
                &["is empty; give a text, or leave it out"],
            );
            return None;
        }
        if text.len() > most {
            self.fault(place, code::LIMIT, &["is too long; shorten it"]);
            return None;
        }
        Some(text)
    }

    pub(super) fn text_of(
        &mut self,
        value: &Value,
        place: &Place<'_>,
        most: usize,
    ) -> Option<String> {
        self.text(value, place, most).map(str::to_owned)
    }

    pub(super) fn flag(&mut self, value: &Value, place: &Place<'_>, otherwise: bool) -> bool {
        if let Some(answer) = value.as_bool() {
            return answer;
        }
        self.wrong_type(place, "true or false", value);
        otherwise
    }

    /// A whole number from 1 to `most`.
    pub(super) fn whole(&mut self, value: &Value, place: &Place<'_>, most: u32) -> Option<u32> {
        if !matches!(value, Value::Number(_)) {
            self.wrong_type(place, "a number", value);
            return None;
        }
        let number = value
            .as_whole()
            .and_then(|whole| u32::try_from(whole).ok())
            .filter(|whole| (1..=most).contains(whole));
        if number.is_none() {
            let limit = decimal::text(most as usize);
            self.fault(
                place,
                code::VALUE,
                &["must be a whole number from 1 to ", &limit],
            );
        }
        number
    }

    /// One of a closed set.
    pub(super) fn choice<T: Copy>(
        &mut self,
        value: &Value,
        place: &Place<'_>,
        options: &[(&'static str, T)],
    ) -> Option<T> {
        // All but the type in one function for all types.
        let chosen = self.option(value, place, &|at| options.get(at).map(|(name, _)| *name))?;
        options.get(chosen).map(|(_, chosen)| *chosen)
    }

    /// Which of the options it is, by their names in order.
    fn option(
        &mut self,
        value: &Value,
        place: &Place<'_>,
        name_at: &dyn Fn(usize) -> Option<&'static str>,
    ) -> Option<usize> {
        let mut names = Vec::new();
        while let Some(name) = name_at(names.len()) {
            if value.as_text() == Some(name) {
                return Some(names.len());
            }
            names.push(name);
        }
        self.not_a_choice(value, place, &names, None);
        None
    }

    /// Notes a value that is none of `names`. `meant` is known to be meant, from elsewhere.
    pub(super) fn not_a_choice(
        &mut self,
        value: &Value,
        place: &Place<'_>,
        names: &[&str],
        meant: Option<&str>,
    ) {
        let mut wanted = String::new();
        for (at, name) in names.iter().enumerate() {
            if at > 0 {
                wanted.push_str(if at + 1 == names.len() { " or " } else { ", " });
            }
            quote(&mut wanted, name);
        }
        let Some(text) = value.as_text() else {
            self.wrong_type(place, &wanted, value);
            return;
        };
        let mut message = String::new();
        quote(&mut message, text);
        message.push_str(" is not possible here, only ");
        message.push_str(&wanted);
        push_hint(
            &mut message,
            meant.or_else(|| near::nearest(text, names)),
            "",
        );
        self.fault(place, code::VALUE, &[&message]);
    }

    /// An object with no other fields than `names`.
    pub(super) fn object<'v>(
        &mut self,
        value: &'v Value,
        place: &Place<'_>,
        names: &[&str],
    ) -> Option<&'v [(String, Value)]> {
        let Some(fields) = value.as_map() else {
            self.wrong_type(place, "an object", value);
            return None;
        };
        for (name, _) in fields {
            if !names.contains(&name.as_str()) {
                self.unknown(&place.field(name), name, names);
            }
        }
        Some(fields)
    }

    /// Notes a field that nobody knows.
    pub(super) fn unknown(&mut self, place: &Place<'_>, name: &str, names: &[&str]) {
        let mut message = "is no field that is known here".to_owned();
        push_hint(&mut message, near::nearest(name, names), "; leave it out");
        self.fault(place, code::UNKNOWN, &[&message]);
    }

    /// A list. One that is too long is read up to its limit.
    pub(super) fn list<'v>(
        &mut self,
        value: &'v Value,
        place: &Place<'_>,
        most: usize,
    ) -> Option<&'v [Value]> {
        let Some(items) = value.as_list() else {
            self.wrong_type(place, "a list", value);
            return None;
        };
        if items.len() > most {
            self.too_many(place, most);
        }
        Some(items.get(..most).unwrap_or(items))
    }

    pub(super) fn too_many(&mut self, place: &Place<'_>, most: usize) {
        let limit = decimal::text(most);
        self.fault(
            place,
            code::LIMIT,
            &["has more than ", &limit, " entries; shorten the list"],
        );
    }

    /// A link that can do nothing but lead somewhere.
    pub(super) fn url(&mut self, value: &Value, place: &Place<'_>) -> Option<String> {
        let text = self.text(value, place, LONGEST_URL)?.trim_ascii();
        if is_harmless(text) {
            return Some(text.to_owned());
        }
        self.fault(
            place,
            code::URL,
            &["must be an http, https or mailto address, or a path such as /privacy"],
        );
        None
    }

    /// A host pattern.
    pub(super) fn pattern(&mut self, value: &Value, place: &Place<'_>) -> Option<HostPattern> {
        let text = self.text(value, place, LONGEST_URL)?;
        match HostPattern::parse(text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let mut quoted = String::new();
                quote(&mut quoted, text);
                self.fault(place, code::HOST, &[&quoted, " ", error.message()]);
                None
            }
        }
    }

    /// A list of host patterns; those that can't be read are left out.
    pub(super) fn patterns(&mut self, value: &Value, place: &Place<'_>) -> Vec<HostPattern> {
        let items = self.list(value, place, MOST_HOSTS).unwrap_or_default();
        items
            .iter()
            .enumerate()
            .filter_map(|(at, item)| self.pattern(item, &place.item(at)))
            .collect()
    }

    /// The name of a host, without port, path or `*`; a dot in front is left away.
    pub(super) fn host(&mut self, value: &Value, place: &Place<'_>) -> Option<String> {
        let pattern = self.pattern(value, place)?;
        let text = value.as_text()?.trim_ascii();
        let text = text.strip_prefix('.').unwrap_or(text).to_ascii_lowercase();
        if !text.is_empty() && pattern.host() == text {
            return Some(text);
        }
        self.fault(
            place,
            code::HOST,
            &["must be a host's name alone, such as example.com"],
        );
        None
    }

    /// Notes that a field is understood, but not built yet.
    pub(super) fn not_yet(&mut self, place: &Place<'_>) {
        self.fault(
            place,
            code::NOT_YET,
            &["is understood, but this version can't do it yet; it changes nothing"],
        );
    }
}

/// The field of an object's fields; `null` is as if it weren't there. Of two the last counts.
pub(super) fn field<'v>(fields: &'v [(String, Value)], name: &str) -> Option<&'v Value> {
    fields
        .iter()
        .rev()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value)
        .filter(|value| !value.is_null())
}

/// Is it the shape of a BCP 47 tag (RFC 5646 §2.1: parts of one to eight letters or digits)?
pub(super) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or("");
    text.len() <= 35
        && (2..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Writes `"text"`, shortened where it is long.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    let short = clip(text);
    out.push_str(short);
    if short.len() < text.len() {
        out.push('…');
    }
    out.push('"');
}

/// Can the link only lead somewhere, and not run anything? What stands before a colon must be exactly
/// a scheme that is known: browsers drop tabs, line breaks and leading control characters from an
/// address (URL Standard, basic URL parser, steps 1 to 3), so `java\tscript:` runs, and is none.
fn is_harmless(text: &str) -> bool {
    let end = text
        .bytes()
        .position(|byte| matches!(byte, b':' | b'/' | b'?' | b'#' | b'\\'));
    match end.and_then(|end| text.split_at_checked(end)) {
        Some((scheme, rest)) if rest.starts_with(':') => ["http", "https", "mailto"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known)),
        Some(_) | None => true,
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

/// The first characters of a text that somebody else wrote.
fn clip(text: &str) -> &str {
    let end = text
        .char_indices()
        .nth(LONGEST_QUOTE)
        .map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

const MOST_ERRORS: usize = 100;
const MOST_HOSTS: usize = 5000;
const LONGEST_QUOTE: usize = 40;
const LONGEST_URL: usize = 2048;

#[cfg(test)]
mod tests {
    use super::{Place, Reader, is_harmless, is_language, quote};
    use crate::value::Value;

    #[test]
    fn places_are_written_as_paths() {
        let root = Place::root("services");
        let item = root.item(12);
        let hosts = item.field("hosts");
        assert_eq!(hosts.item(0).text(), "services[12].hosts[0]");
        let long = "x".repeat(1000);
        assert_eq!(Place::root(&long).text().len(), 40);
    }

    #[test]
    fn quotes_are_short_and_never_cut_a_character() {
        let mut text = String::new();
        quote(&mut text, &"é".repeat(100));
        assert_eq!(text, format!("\"{}…\"", "é".repeat(40)));
    }

    #[test]
    fn links_lead_somewhere_and_run_nothing() {
        for fine in [
            "/privacy",
            "privacy.html",
            "./a:b",
            "?a:b",
            "#top",
            "//cdn.test/x",
            "https://a.test/",
            "HTTP://a.test",
            "mailto:privacy@a.test",
            "datenschutz/erklärung",
        ] {
            assert!(is_harmless(fine), "{fine}");
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://a.test/1",
            "file:///etc",
            "a.test:80/x",
            ":x",
            "x y:z",
        ] {
            assert!(!is_harmless(bad), "{bad}");
        }
    }

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

    #[test]
    fn very_many_mistakes_are_counted_and_the_first_are_kept() {
        let mut reader = Reader::default();
        for at in 0..1000 {
            reader.flag(&Value::Null, &Place::root("list").item(at), false);
        }
        assert_eq!(reader.count(), 1000);
        let errors = reader.finish();
        assert_eq!(errors.len(), 101);
        assert_eq!(errors.last().map(|error| error.code), Some("config-limit"));
    }
}
