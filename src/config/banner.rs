//! `banner`: how it looks and where it stands.
//!
//! A colour is one whose contrast can be computed, as [`Color::parse`] reads it: what can't be
//! checked could make a button unreadable. Nothing else reaches a stylesheet, so nothing in it can load
//! (`url()`), refer (`var()`) or end the declaration.

use super::checked::{Banner, Layout, Link, Position, Reopen, Root, Theme};
use super::place::Place;
use super::reader::Reader;
use crate::palette::Color;
use crate::words;

/// Reads `banner`.
pub(super) fn read(reader: &mut Reader, at: &Place<'_>, banner: &mut Banner) {
    if !reader.object(at, FIELDS) {
        return;
    }
    reader.choose(at, "layout", LAYOUTS, &mut banner.layout);
    let positions = positions(banner.layout);
    if let (_, [usual, ..]) = positions {
        banner.position = *usual;
    }
    reader.choose(at, "position", positions, &mut banner.position);
    reader.choose(at, "theme", THEMES, &mut banner.theme);
    reader.choose(at, "reopen", REOPENS, &mut banner.reopen);
    reader.choose(at, "root", ROOTS, &mut banner.root);
    reader.flag(at, "autoShow", &mut banner.auto_show);
    if let Some(at) = at.given("colors") {
        read_colors(reader, &at, &mut banner.colors);
    }
    if let Some(at) = at.given("links") {
        read_links(reader, &at, &mut banner.links);
    }
}

fn read_colors(reader: &mut Reader, at: &Place<'_>, colors: &mut Vec<(&'static str, String)>) {
    reader.object(at, Banner::COLORS);
    for name in words::each(Banner::COLORS) {
        let Some(at) = at.given(name) else {
            continue;
        };
        let Some(text) = reader.text(&at, LONGEST_COLOR) else {
            continue;
        };
        if Color::parse(text).is_some() {
            colors.push((name, text.trim_ascii().to_owned()));
        } else {
            let message = "must be an opaque colour, such as \"#0a58ca\" or \"rgb(10, 88, 202)\"";
            reader.refuse(&at, message);
        }
    }
}

fn read_links(reader: &mut Reader, at: &Place<'_>, links: &mut Vec<Link>) {
    for number in 0..reader.list(at, MOST_LINKS) {
        let at = at.item(number);
        if !reader.object(&at, "text url") {
            continue;
        }
        let text = at.child("text");
        let text = reader.text(&text, LONGEST_TEXT).map(str::to_owned);
        let url = reader.url(&at.child("url"));
        if let (Some(text), Some(url)) = (text, url) {
            links.push(Link { text, url });
        }
    }
}

/// The places that a layout can have, the usual one first.
const fn positions(layout: Layout) -> (&'static str, &'static [Position]) {
    match layout {
        Layout::Bar => ("bottom top", &[Position::Bottom, Position::Top]),
        Layout::Box => (
            "bottom-right bottom-left top-right top-left center",
            &[
                Position::BottomRight,
                Position::BottomLeft,
                Position::TopRight,
                Position::TopLeft,
                Position::Center,
            ],
        ),
        Layout::Modal => ("center", &[Position::Center]),
    }
}

const FIELDS: &str = "layout position theme colors reopen autoShow root links";

const LAYOUTS: (&str, &[Layout]) = ("bar box modal", &[Layout::Bar, Layout::Box, Layout::Modal]);

const THEMES: (&str, &[Theme]) = ("auto light dark", &[Theme::Auto, Theme::Light, Theme::Dark]);

const REOPENS: (&str, &[Reopen]) = ("button none", &[Reopen::Button, Reopen::Nothing]);

const ROOTS: (&str, &[Root]) = ("open closed", &[Root::Open, Root::Closed]);

const MOST_LINKS: usize = 20;
const LONGEST_TEXT: usize = 256;
const LONGEST_COLOR: usize = 64;
