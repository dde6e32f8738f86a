//! What is due on the screen, from what the session knows and what was asked for, and all of it as one
//! text for the interface.
//!
//! It decides; the interface only draws. What the letters of the text mean stands in
//! [`View`](super::View), which reads it.
//!
//! ```ignore
//! let screen = Screen::of(&session, Asked::default(), now);
//! assert_eq!(View::read(&screen.view).first, screen.first);
//! ```

use super::text::spoken;
use super::{FirstLayer, Key, Steps, languages};
use crate::config::Reopen;
use crate::consent::Category;
use crate::decimal;
use crate::gate::ServiceRef;
use crate::record::Millis;
use crate::regime::Signals;
use crate::session::{Session, View};

/// What visitor and page asked of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The first layer was asked for, although nothing may be open.
    pub first: bool,
    /// The page hid the interface; nothing is stored, and it is asked again on the next page.
    pub muted: bool,
    /// The preferences are open.
    pub preferences: bool,
    /// A choice was made in the interface, and it is still to be said that it is stored.
    pub saved: bool,
}

/// What is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// What stands in the first layer.
    pub first: FirstLayer,
    /// Whether the control that leads back is there.
    pub reopen: bool,
    /// All of it, for the interface.
    pub view: String,
}

impl Screen {
    /// What is due at this moment.
    ///
    /// `seen`: the services that this page has met, declared or not.
    #[must_use]
    pub fn of(session: &Session, asked: Asked, seen: &[ServiceRef], now: Millis) -> Self {
        let config = session.config();
        let look = &config.banner;
        let due = session.view(now);
        let by_itself = look.auto_show && !asked.muted;
        let first = match (&due, asked.first) {
            (_, true) => FirstLayer::Banner,
            (View::Ask(_), false) if by_itself => FirstLayer::Banner,
            (View::Line(_), false) if by_itself => FirstLayer::Line,
            (View::Nothing | View::Ask(_) | View::Line(_), false) => FirstLayer::Hidden,
        };
        let reopen = first == FirstLayer::Hidden && look.reopen == Reopen::Button;

        let mut text = head(
            session,
            session.signals_in_force(now),
            [
                first as u8,
                asked.preferences.into(),
                reopen.into(),
                asked.saved.into(),
            ],
        );
        some(&mut text, "p", config.policy_url.as_deref());
        some(&mut text, "i", config.imprint_url.as_deref());
        if let View::Ask(ask) = due {
            let note = config.revision_note.as_deref();
            some(&mut text, "n", note.filter(|_| ask.revised));
            for new in ask.services {
                text.put("e$;", &[session.gate().service_name(new)]);
            }
        }
        for link in &look.links {
            text.put("a$;@$;", &[&link.text, &link.url]);
        }
        for offered in &config.categories {
            text.put("c$;", &[offered.id.id()]);
            some(&mut text, "t", offered.title.as_deref());
            some(&mut text, "x", offered.text.as_deref());
            some(&mut text, "g", session.has(offered.id).then_some(""));
            for one in listed(session, offered.id, seen) {
                service(&mut text, session, one);
            }
        }
        Self {
            first,
            reopen,
            view: text.as_str().to_owned(),
        }
    }

    /// The view of what stands in the place of a held frame.
    #[must_use]
    pub fn placeholder(session: &Session, embed: &Embed<'_>, now: Millis) -> String {
        // What the browser asks is told where it stands against what could be allowed here: only an answer to a text
        // that says so beats a signal.
        let mut signals = session.signals_in_force(now);
        if !signals.denied().contains(embed.category) {
            signals = Signals::default();
        }
        let mut text = head(session, signals, [FirstLayer::Embed as u8, 0, 0, 0]);
        text.put("c$;", &[embed.category.id()]);
        match embed.service {
            Some(one) => service(&mut text, session, one),
            None => text.put("s$;", &[embed.host]),
        }
        some(
            &mut text,
            "q",
            Some(embed.title).filter(|title| !title.is_empty()),
        );
        text.as_str().to_owned()
    }
}

/// A held frame, for its placeholder.
#[derive(Clone, Copy, Debug)]
pub struct Embed<'a> {
    /// What it waits for.
    pub category: Category,
    /// Whose it is, if that is known.
    pub service: Option<ServiceRef>,
    /// The host it comes from.
    pub host: &'a str,
    /// What the page calls it.
    pub title: &'a str,
}

/// A bit for each text.
const ALL_KEYS: u64 = u64::MAX >> (u64::BITS as usize - Key::ALL.len());

/// What every view begins with: what there are few of as digits, the language and its words, the looks.
fn head(session: &Session, signals: Signals, own: [u8; 4]) -> Steps {
    let config = session.config();
    let look = &config.banner;
    let mut text = Steps::default();
    for number in own.into_iter().chain([
        session.regime() as u8,
        look.layout as u8,
        look.position as u8,
        look.theme as u8,
        signals.dnt.into(),
        signals.gpc.into(),
    ]) {
        text.put("$", &[&decimal::text(number.into())]);
    }
    let (mut words, mut known) = (Steps::default(), 0_u64);
    spoken(&config.texts, session.language(), |number, own| {
        known |= 1 << number;
        words.put("w$=$;", &[&decimal::text(number), own]);
    });
    // Where the owner has said everything, nothing is fetched.
    let file = languages::file(session.language()).filter(|_| known != ALL_KEYS);
    text.put(
        "$;h$;l$;",
        &[
            file.unwrap_or_default(),
            session.site_name(),
            session.language(),
        ],
    );
    for (name, color) in &look.colors {
        text.put("b$=$;", &[name, color]);
    }
    text.add(&words);
    text
}

/// The services that are shown in a category: those that the owner declared, and the known ones that the page has met.
pub fn listed<'a>(
    session: &'a Session,
    category: Category,
    seen: &'a [ServiceRef],
) -> impl Iterator<Item = ServiceRef> + 'a {
    let gate = session.gate();
    gate.every_service().filter(move |one| {
        gate.service_category(*one) == Some(category)
            && (gate.own_service(*one).is_some() || seen.contains(one))
    })
}

/// What is shown of a service.
fn service(text: &mut Steps, session: &Session, one: ServiceRef) {
    let gate = session.gate();
    text.put("s$;j$;", &[gate.service_name(one), gate.service_id(one)]);
    some(text, "y", session.has_service(one).then_some(""));
    let own = gate.own_service(one);
    some(text, "f", own.and_then(|own| own.purpose.as_deref()));
    some(text, "v", own.and_then(|own| own.provider.as_deref()));
    // The owner's names beside the known ones; a cookie and a key of one name are one to a reader.
    let mut names: Vec<&str> = Vec::new();
    if let Some(own) = own {
        names.extend(own.cookies.iter().chain(&own.storage).map(String::as_str));
    }
    for name in gate.known_names(one) {
        names.push(name);
    }
    for (at, name) in names.iter().enumerate() {
        if !names.iter().take(at).any(|before| before == name) {
            text.put("k$;", &[name]);
        }
    }
    some(text, "d", own.and_then(|own| own.retention.as_deref()));
    some(text, "o", own.and_then(|own| own.transfer.as_deref()));
    some(text, "u", own.and_then(|own| own.policy_url.as_deref()));
}

/// A step for what is there.
fn some(text: &mut Steps, kind: &str, words: Option<&str>) {
    if let Some(words) = words {
        text.put("$$;", &[kind, words]);
    }
}

#[cfg(test)]
mod tests;
