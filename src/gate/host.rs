//! Host patterns as owners write them: `example.com`, `example.com/path`, `example.com:8081`, `/stats/`.
//!
//! Parsed once into a form that can't be wrong. It knows no URLs, no schemes and no public suffix
//! list (the list alone is larger than everything else that ships), only the shape of names.
//!
//! ```
//! use consent_gate::gate::{HostError, HostPattern};
//! assert!(HostPattern::parse("*.Example.com/path").is_ok());
//! assert_eq!(HostPattern::parse("https://example.com"), Err(HostError::Scheme));
//! ```

use core::fmt;

use super::Address;
use crate::decimal;

/// Which addresses a rule speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    /// Lower case, no trailing dot; empty for the site's own host.
    host: String,
    /// Empty for any port.
    port: String,
    /// Empty for any path, else from its first `/`.
    path: String,
}

/// How much a matching pattern says; the greater one decides. The host counts first, then the
/// path, then the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specificity {
    host: usize,
    path: usize,
    port: bool,
}

/// Why a pattern can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostError {
    /// A character that no host name has.
    Character,
    /// Nothing there.
    Empty,
    /// Two dots in a row, or a dot in front of nothing.
    EmptyLabel,
    /// Letters outside of ASCII: browsers compare the punycode form.
    Idn,
    /// Numbers that are no IPv4 address, or brackets that hold no IPv6 address.
    IpAddress,
    /// A port that is no number from 1 to 65535.
    Port,
    /// A query or a fragment.
    Query,
    /// `https://`, or another scheme, in front.
    Scheme,
    /// White space.
    Spaces,
    /// More than 253 characters, or more than 63 between two dots.
    TooLong,
    /// A user name in front of an `@`.
    UserInfo,
    /// `/` alone: every address of the site itself.
    WholeSite,
    /// `com`, `co.uk`: everybody's hosts.
    WholeTld,
    /// A `*` anywhere but in front of the first dot, or at the end of the path.
    Wildcard,
}

impl HostError {
    /// What is wrong and what to write instead.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Character => {
                "has a character that no host name has; write letters, digits, hyphens and dots"
            }
            Self::Empty => "is empty; write a host such as example.com",
            Self::EmptyLabel => "has a dot too many",
            Self::Idn => "must be given in its punycode form (xn--…), as browsers send it",
            Self::IpAddress => "is no complete IP address (127.0.0.1, or [::1] in brackets)",
            Self::Port => "has a port that is no number from 1 to 65535",
            Self::Query => "ends before the ? or #; patterns match whole paths",
            Self::Scheme => "names a scheme; leave the https:// away",
            Self::Spaces => "holds white space; write one host per entry",
            Self::TooLong => "is longer than a host name can be",
            Self::UserInfo => "holds a user name; leave everything up to the @ away",
            Self::WholeSite => "would be the whole site; name a path such as /stats/",
            Self::WholeTld => "is a whole top-level domain; name a host below it",
            Self::Wildcard => {
                "holds a * where it can't be; example.com covers its subdomains by itself"
            }
        }
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message())
    }
}

impl HostPattern {
    /// What may be the pattern within a text that is none: an address as it is copied, without the scheme in front, the query
    /// and the slash at the end. Only for what a pattern holds: what it lets pass must not be guessed.
    #[must_use]
    pub fn within(text: &str) -> &str {
        let text = text.trim_ascii();
        let text = text.split_once("//").map_or(text, |(_, rest)| rest);
        let text = text.split(['?', '#']).next().unwrap_or(text);
        text.strip_suffix('/').unwrap_or(text)
    }

    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// A [`HostError`] that says what to write instead. Nothing is guessed: a pattern that was read
    /// otherwise than it was meant could let a tracker pass.
    pub fn parse(text: &str) -> Result<Self, HostError> {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Err(HostError::Empty);
        }
        if text.chars().any(char::is_whitespace) {
            return Err(HostError::Spaces);
        }
        if text.starts_with("//") || text.as_bytes().windows(3).any(|run| run == b"://") {
            return Err(HostError::Scheme);
        }
        if has(text, b"?#") {
            return Err(HostError::Query);
        }
        let cut = text.bytes().position(|byte| byte == b'/');
        let (authority, path) = text
            .split_at_checked(cut.unwrap_or(text.len()))
            .unwrap_or_default();
        if has(authority, b"@") {
            return Err(HostError::UserInfo);
        }
        // People write `example.com/path/*` for what the path covers anyway.
        let path = match path.strip_suffix('*') {
            Some(shorter) if shorter.ends_with('/') => shorter,
            Some(_) | None => path,
        };
        if has(path, b"*") {
            return Err(HostError::Wildcard);
        }
        let path = if path == "/" { "" } else { path };
        let (host, port) = if authority.is_empty() {
            if path.is_empty() {
                return Err(HostError::WholeSite);
            }
            (String::new(), "")
        } else {
            let (host, port) = split_port(authority)?;
            (read_host(host)?, port)
        };
        Ok(Self {
            host,
            port: port.to_owned(),
            path: path.to_owned(),
        })
    }

    /// Does it speak of `address`, and how exactly? `page` is the page's own host and port, of which
    /// a pattern without a host speaks.
    #[must_use]
    pub fn matches(&self, address: &Address<'_>, page: &PageHost) -> Option<Specificity> {
        let covered = self.covers_host(address, page);
        let host = if self.host.is_empty() {
            page.host.len()
        } else {
            self.host.len()
        };
        (covered && path_covers(&self.path, address.path)).then_some(Specificity {
            host,
            path: self.path.len(),
            port: !self.port.is_empty(),
        })
    }

    /// Does it speak of some paths of the host that `address` names, and of others not?
    #[must_use]
    pub fn speaks_of_a_part(&self, address: &Address<'_>, page: &PageHost) -> bool {
        !self.path.is_empty() && self.covers_host(address, page)
    }

    fn covers_host(&self, address: &Address<'_>, page: &PageHost) -> bool {
        if self.host.is_empty() {
            page.is(address)
        } else {
            covers(&self.host, address.host) && same_port(&self.port, address.port)
        }
    }

    /// The port as text; empty for any.
    pub(super) fn port(&self) -> &str {
        &self.port
    }

    /// The path as text; empty for any.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The host as text; empty for the site's own.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// The page's own host and port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageHost {
    /// Lower case; empty where a page has none.
    pub host: String,
    /// Empty for the scheme's own.
    pub port: String,
}

impl PageHost {
    fn is(&self, address: &Address<'_>) -> bool {
        !self.host.is_empty()
            && self.host.eq_ignore_ascii_case(bare(address.host))
            && self.port == address.port
    }
}

/// `host` without the dots at its end: `example.com.` is the same machine.
#[must_use]
pub(super) fn bare(host: &str) -> &str {
    host.trim_end_matches('.')
}

/// Is `host` the same as `suffix`, or below it? IP addresses and `localhost` have nothing below.
#[must_use]
pub(super) fn covers(suffix: &str, host: &str) -> bool {
    let host = bare(host);
    let Some(rest) = host.len().checked_sub(suffix.len()) else {
        return false;
    };
    let Some((front, end)) = host.split_at_checked(rest) else {
        return false;
    };
    end.eq_ignore_ascii_case(suffix)
        && (front.is_empty() || front.ends_with('.') && !stands_alone(suffix))
}

/// Is it a name without a below: an IP address, or a single label?
#[must_use]
pub(super) fn stands_alone(host: &str) -> bool {
    !host.contains('.') || is_numeric(host)
}

/// Can it be a host at all (the URL standard's forbidden host code points)?
#[must_use]
pub(super) fn is_readable(host: &str) -> bool {
    let bracketed = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = bracketed {
        return is_ipv6(address);
    }
    !host.is_empty() && host.len() <= 255 && host.bytes().all(is_host_byte)
}

/// A match is one test of a bit; a search in a list was the dearest part of a decision.
const fn is_host_byte(byte: u8) -> bool {
    !matches!(
        byte,
        0..=b' '
            | b'#'
            | b'%'
            | b'/'
            | b':'
            | b'<'
            | b'>'
            | b'?'
            | b'@'
            | b'['
            | b'\\'
            | b']'
            | b'^'
            | b'|'
            | 0x7f..
    )
}

fn is_ipv6(text: &str) -> bool {
    text.contains(':')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.')
}

/// The last label is a number: then browsers read an IPv4 address.
fn is_numeric(host: &str) -> bool {
    host.rsplit('.')
        .next()
        .is_some_and(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `/path` covers `/path`, `/path/…` and `/path?…`, not `/pathology`.
fn path_covers(pattern: &str, path: &str) -> bool {
    let Some(rest) = path.strip_prefix(pattern) else {
        return false;
    };
    pattern.is_empty() || pattern.ends_with('/') || rest.is_empty() || rest.starts_with(['/', '?'])
}

/// An address has no port where it is the scheme's own; an owner may have written that one.
fn same_port(pattern: &str, port: &str) -> bool {
    let own = |text: &str| text == "443" || text == "80";
    pattern.is_empty() || pattern == port || (port.is_empty() && own(pattern))
}

fn split_port(authority: &str) -> Result<(&str, &str), HostError> {
    // What stands in brackets has colons of its own.
    let bracket = authority.bytes().rposition(|byte| byte == b']');
    let start = bracket.map_or(0, |at| at + 1);
    let colons = || authority.bytes().enumerate().skip(start);
    let Some((colon, _)) = colons().find(|(_, byte)| *byte == b':') else {
        return Ok((authority, ""));
    };
    let (host, port) = authority.split_at_checked(colon).unwrap_or_default();
    let port = port.strip_prefix(':').unwrap_or_default();
    if bracket.is_none() && has(port, b":") {
        return Err(HostError::IpAddress);
    }
    match decimal::read(port) {
        Some(1..=65535) if !port.starts_with('0') => Ok((host, port)),
        Some(_) | None => Err(HostError::Port),
    }
}

fn read_host(text: &str) -> Result<String, HostError> {
    if let Some(address) = text.strip_prefix('[') {
        return match address.strip_suffix(']') {
            Some(inner) if is_ipv6(inner) => Ok(text.to_ascii_lowercase()),
            Some(_) | None => Err(HostError::IpAddress),
        };
    }
    let text = text
        .strip_prefix("*.")
        .or_else(|| text.strip_prefix('.'))
        .unwrap_or(text);
    let host = text.strip_suffix('.').unwrap_or(text);
    if has(host, b"*") {
        return Err(HostError::Wildcard);
    }
    if host.is_empty() {
        return Err(HostError::Empty);
    }
    if !host.is_ascii() {
        return Err(HostError::Idn);
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !host.bytes().all(allowed) {
        return Err(HostError::Character);
    }
    let (mut labels, mut octets) = (0, 0);
    let (mut longest, mut empty) = (0, false);
    for label in host.split('.') {
        labels += 1;
        longest = longest.max(label.len());
        empty |= label.is_empty();
        let number = decimal::read(label).filter(|_| label.len() == 1 || !label.starts_with('0'));
        if number.is_some_and(|number| number < 256) {
            octets += 1;
        }
    }
    if empty {
        return Err(HostError::EmptyLabel);
    }
    if host.len() > 253 || longest > 63 {
        return Err(HostError::TooLong);
    }
    if is_numeric(host) {
        return if labels == 4 && octets == 4 {
            Ok(host.to_owned())
        } else {
            Err(HostError::IpAddress)
        };
    }
    let host = host.to_ascii_lowercase();
    if is_whole_tld(&host) {
        return Err(HostError::WholeTld);
    }
    Ok(host)
}

/// Is one of the bytes in it?
#[inline(never)]
fn has(text: &str, bytes: &[u8]) -> bool {
    text.bytes().any(|byte| bytes.contains(&byte))
}

/// Without a public suffix list only the plain cases are known; what slips through is the owner's
/// own word, and a single label never covers anything below it.
fn is_whole_tld(host: &str) -> bool {
    let in_list = |list: &str, label: &str| list.split(' ').any(|known| known == label);
    let Some((second, last)) = host.rsplit_once('.') else {
        return host.len() == 2 || in_list(TOP_LEVEL, host);
    };
    last.len() == 2 && in_list(SECOND_LEVEL, second)
}

const TOP_LEVEL: &str = "app biz cloud com dev edu eu gov info int invalid mil \
    name net online org shop site test xyz";

/// Below a country code these are registries, not sites (`co.uk`, `com.au`).
const SECOND_LEVEL: &str = "ac co com edu gov ltd net org or";
