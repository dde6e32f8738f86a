//! `banner`: how it looks and where it stands.
//!
//! A colour is one whose contrast can be computed, as [`Color::parse`] reads it: what can't be
//! checked could make a button unreadable. Nothing else reaches a stylesheet, so nothing in it can load
//! (`url()`), refer (`var()`) or end the declaration.

use super::checked::{Banner, Layout, Link, Position, Reopen, Root, Theme};
use super::fault::code;
use super::reader::{Place, Reader, field};
use crate::palette::Color;
use crate::value::Value;

/// Reads `banner`.
pub(super) fn read(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Banner {
    let mut banner = Banner::default();
    let Some(fields) = reader.object(value, place, &FIELDS) else {
        return banner;
    };
    if let Some(value) = field(fields, "layout") {
        let layout = reader.choice(value, &place.field("layout"), &LAYOUTS);
        banner.layout = layout.unwrap_or(banner.layout);
    }
    let places = positions(banner.layout);
    banner.position = usual(banner.layout);
    if let Some(value) = field(fields, "position") {
        let position = reader.choice(value, &place.field("position"), places);
        banner.position = position.unwrap_or(banner.position);
    }
    if let Some(value) = field(fields, "theme") {
        let theme = reader.choice(value, &place.field("theme"), &THEMES);
        banner.theme = theme.unwrap_or(banner.theme);
    }
    if let Some(value) = field(fields, "reopen") {
        let reopen = reader.choice(value, &place.field("reopen"), &REOPENS);
        banner.reopen = reopen.unwrap_or(banner.reopen);
    }
    if let Some(value) = field(fields, "root") {
        let root = reader.choice(value, &place.field("root"), &ROOTS);
        banner.root = root.unwrap_or(banner.root);
    }
    if let Some(value) = field(fields, "autoShow") {
        banner.auto_show = reader.flag(value, &place.field("autoShow"), true);
    }
    if let Some(value) = field(fields, "colors") {
        banner.colors = colors(reader, value, &place.field("colors"));
    }
    if let Some(value) = field(fields, "links") {
        banner.links = links(reader, value, &place.field("links"));
    }
    banner
}

fn colors(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Vec<(&'static str, String)> {
    let fields = reader
        .object(value, place, &Banner::COLORS)
        .unwrap_or_default();
    let mut colors = Vec::new();
    for name in Banner::COLORS {
        let Some(value) = field(fields, name) else {
            continue;
        };
        let place = place.field(name);
        let Some(text) = reader.text(value, &place, LONGEST_COLOR) else {
            continue;
        };
        if Color::parse(text).is_some() {
            colors.push((name, text.trim_ascii().to_owned()));
        } else {
            reader.fault(
                &place,
                code::VALUE,
                &["must be an opaque colour, such as \"#0a58ca\" or \"rgb(10, 88, 202)\""],
            );
        }
    }
    colors
}

fn links(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Vec<Link> {
    let items = reader.list(value, place, MOST_LINKS).unwrap_or_default();
    let mut links = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let place = place.item(at);
        let Some(fields) = reader.object(item, &place, &["text", "url"]) else {
            continue;
        };
        let text = field(fields, "text").unwrap_or(&Value::Null);
        let url = field(fields, "url").unwrap_or(&Value::Null);
        let text = reader.text_of(text, &place.field("text"), LONGEST_TEXT);
        let url = reader.url(url, &place.field("url"));
        if let (Some(text), Some(url)) = (text, url) {
            links.push(Link { text, url });
        }
    }
    links
}

/// The places that a layout can have.
const fn positions(layout: Layout) -> &'static [(&'static str, Position)] {
    match layout {
        Layout::Bar => &[("bottom", Position::Bottom), ("top", Position::Top)],
        Layout::Box => &[
            ("bottom-right", Position::BottomRight),
            ("bottom-left", Position::BottomLeft),
            ("top-right", Position::TopRight),
            ("top-left", Position::TopLeft),
            ("center", Position::Center),
        ],
        Layout::Modal => &[("center", Position::Center)],
    }
}

/// Where it stands if nothing is said.
const fn usual(layout: Layout) -> Position {
    match layout {
        Layout::Bar => Position::Bottom,
        Layout::Box => Position::BottomRight,
        Layout::Modal => Position::Center,
    }
}

const FIELDS: [&str; 8] = [
    "layout", "position", "theme", "colors", "reopen", "autoShow", "root", "links",
];

const LAYOUTS: [(&str, Layout); 3] = [
    ("bar", Layout::Bar),
    ("box", Layout::Box),
    ("modal", Layout::Modal),
];

const THEMES: [(&str, Theme); 3] = [
    ("auto", Theme::Auto),
    ("light", Theme::Light),
    ("dark", Theme::Dark),
];

const REOPENS: [(&str, Reopen); 2] = [("button", Reopen::Button), ("none", Reopen::Nothing)];

const ROOTS: [(&str, Root); 2] = [("open", Root::Open), ("closed", Root::Closed)];

const MOST_LINKS: usize = 20;
const LONGEST_TEXT: usize = 256;
const LONGEST_COLOR: usize = 64;
