//! The trees of the interface: first layer, preferences, reopen control.
//!
//! Accept, reject and choose are made by one function with one class, in one group, so that no
//! setting can make one weigh more than another (EDPB Cookie Banner Taskforce, 17 January 2023;
//! 11 CCR §7004(a)(2)). It knows classes, and nothing of what they look like.

use super::languages::base;
use super::{CategoryView, FirstLayer, Key, ServiceView, Steps, View};
use crate::config::{Layout, Position};
use crate::consent::Category;
use crate::decimal;
use crate::link::is_harmless;
use crate::regime::Regime;

/// The first layer: the banner, the notice, the line, or nothing.
#[must_use]
pub fn first_layer(view: &View<'_>) -> Steps {
    let mut tree = Steps::default();
    match view.first {
        FirstLayer::Hidden => {}
        FirstLayer::Line => line(&mut tree, view),
        FirstLayer::Banner => banner(&mut tree, view),
        FirstLayer::Embed => embed(&mut tree, view),
    }
    tree
}

/// The preferences, a modal dialog.
#[must_use]
pub fn preferences(view: &View<'_>) -> Steps {
    let texts = &view.texts;
    let mut tree = Steps::default();
    tree.put(
        "<dialog;@class=card more;@part=preferences;@aria-labelledby=more;@data-escape=close;<div;@class=top;",
        &[],
    );
    heading(&mut tree, "more", texts.of(Key::Preferences), Layout::Modal);
    cross(&mut tree, "close", texts.of(Key::Close));
    tree.put(">;<div;@class=words;", &[]);
    paragraph(&mut tree, "", &site_text(view, Key::PreferencesText));
    notes(&mut tree, view);
    for offered in &view.categories {
        category(&mut tree, view, offered);
    }
    if !view.links.is_empty() {
        tree.put("<h3;\"$;>;<ul;", &[texts.of(Key::Links)]);
        for (text, url) in &view.links {
            tree.put("<li;", &[]);
            link(&mut tree, url, text);
            tree.put(">;", &[]);
        }
        tree.put(">;", &[]);
    }
    page_links(&mut tree, view);
    tree.put(">;", &[]);
    buttons(
        &mut tree,
        &[
            ("save", texts.of(Key::Save)),
            ("accept", texts.of(Key::AcceptAll)),
            ("reject", texts.of(Key::RejectAll)),
        ],
    );
    tree.put(">;", &[]);
    tree
}

/// The small control that leads back to the preferences, where nothing else of ours is shown.
#[must_use]
pub fn reopen(view: &View<'_>) -> Steps {
    let mut tree = Steps::default();
    if view.reopen {
        // Californian law wants the link's words to be seen, not only its sign.
        let wide = if view.regime == Regime::OptIn {
            ""
        } else {
            " wide"
        };
        let name = view.texts.of(Key::Preferences);
        tree.put(
            "<button;@type=button;@class=again $$;@part=reopen;@data-act=choose;<span;@class=sign;>;\
             <span;@class=name;\"$;>;>;",
            &[place(view.position), wide, name],
        );
    }
    tree
}

fn banner(tree: &mut Steps, view: &View<'_>) {
    let texts = &view.texts;
    let accept_all = ("accept", Key::AcceptAll);
    let reject_all = ("reject", Key::RejectAll);
    let ok = ("ok", Key::Ok);
    let (title, text, first, second) = if !view.new_services.is_empty() {
        let accept = ("accept-new", Key::AcceptNew);
        let reject = ("reject-new", Key::RejectNew);
        (Key::NewTitle, Key::NewText, accept, reject)
    } else {
        match view.regime {
            Regime::OptIn => (Key::OptInTitle, Key::OptInText, accept_all, reject_all),
            Regime::OptOut => {
                // Where marketing is off, nothing is sold; but a signal that turned it off can be confirmed.
                let ads = |offered: &&CategoryView<'_>| offered.category == Category::Marketing;
                let sells = view.categories.iter().find(ads).map(|ads| ads.granted);
                let text = if sells == Some(true) {
                    Key::OptOutText
                } else {
                    Key::NoticeText
                };
                let refuse = if sells.is_some_and(|on| on || view.signals.gpc) {
                    ("opt-out", Key::DoNotSell)
                } else {
                    reject_all
                };
                (Key::OptOutTitle, text, ok, refuse)
            }
            Regime::Notice => (Key::NoticeTitle, Key::NoticeText, ok, reject_all),
        }
    };
    card(tree, view);
    tree.put("<div;@class=words;", &[]);
    heading(tree, "first", texts.of(title), view.layout);
    if let Some(note) = view.revision_note {
        paragraph(tree, "note", note);
    }
    paragraph(tree, "", &site_text(view, text));
    partners(tree, view);
    notes(tree, view);
    page_links(tree, view);
    tree.put(">;", &[]);
    let three = [first, second, ("choose", Key::Choose)];
    buttons(tree, &three.map(|(act, key)| (act, texts.of(key))));
    cross(tree, "dismiss", texts.of(Key::Dismiss));
    tree.put(">;", &[]);
}

/// Where the browser answers for the visitor, the banner does not open by itself.
fn line(tree: &mut Steps, view: &View<'_>) {
    let key = match view.regime {
        _ if !view.signals.dnt => Key::Gpc,
        Regime::OptIn => Key::Line,
        Regime::OptOut | Regime::Notice => Key::LineOptOut,
    };
    let edge = edge(view);
    tree.put(
        "<section;@aria-labelledby=first;@class=card line $;@part=banner;@data-escape=dismiss;@data-edge=$;\
         <p;@id=first;\"$;>;",
        &[edge, edge, view.texts.of(key)],
    );
    button(tree, "choose", view.texts.of(Key::Choose));
    cross(tree, "dismiss", view.texts.of(Key::Dismiss));
    tree.put(">;", &[]);
}

/// What stands in the place of a held frame: what it is, who gets data, and two ways to load it. Where nobody knows whose
/// it is, there is no service to allow for good, and the preferences are the second way.
fn embed(tree: &mut Steps, view: &View<'_>) {
    let texts = &view.texts;
    let mut services = view.categories.iter().flat_map(|offered| &offered.services);
    let Some(service) = services.next() else {
        return;
    };
    let name = [("name", service.name)];
    tree.put(
        "<section;@class=embed;@aria-labelledby=first;<div;@class=words;<h2;@id=first;\"$;>;",
        &[&texts.fill(Key::EmbedTitle, &name)],
    );
    if !view.frame_title.is_empty() {
        tree.put("<p;@class=what;\"$;>;", &[view.frame_title]);
    }
    paragraph(tree, "", &texts.fill(Key::EmbedText, &name));
    details(tree, view, service);
    notes(tree, view);
    tree.put(">;", &[]);
    let second = if service.id.is_empty() {
        ("choose", Key::Choose)
    } else {
        ("always", Key::EmbedAlways)
    };
    let two = [("once", Key::EmbedOnce), second];
    buttons(tree, &two.map(|(act, key)| (act, texts.of(key))));
    tree.put(">;", &[]);
}

/// Opens the card of the banner. A region beside the page, unless the page has to wait: only then
/// is it a dialog, and the browser makes the rest inert.
fn card(tree: &mut Steps, view: &View<'_>) {
    let edge = edge(view);
    let (layout, shape) = match view.layout {
        Layout::Bar => ("bar", edge),
        Layout::Box => ("box", place(view.position)),
        Layout::Modal => {
            tree.put(
                "<dialog;@class=card modal center;@part=banner;@aria-labelledby=first;@data-escape=dismiss;",
                &[],
            );
            return;
        }
    };
    tree.put(
        "<section;@class=card $ $;@part=banner;@aria-labelledby=first;@data-escape=dismiss;@data-edge=$;",
        &[layout, shape, edge],
    );
}

/// How many others are asked for, one click away by name (CNIL, délibération 2020-092).
fn partners(tree: &mut Steps, view: &View<'_>) {
    let mut count = 0;
    for offered in &view.categories {
        if offered.category != Category::Essential {
            count += offered.services.len();
        }
    }
    if count > 0 && view.new_services.is_empty() {
        let count = decimal::text(count);
        let places = [
            ("count", count.as_str()),
            ("choose", view.texts.of(Key::Choose)),
        ];
        paragraph(tree, "", &view.texts.fill(Key::Partners, &places));
    }
}

/// What the browser's signals did, where it can be seen (11 CCR §7025(c)(6)).
fn notes(tree: &mut Steps, view: &View<'_>) {
    for (on, key) in [(view.signals.gpc, Key::Gpc), (view.signals.dnt, Key::Dnt)] {
        if on {
            paragraph(tree, "note", view.texts.of(key));
        }
    }
}

fn category(tree: &mut Steps, view: &View<'_>, offered: &CategoryView<'_>) {
    let texts = &view.texts;
    let id = offered.category.id();
    tree.put("<div;@class=group;", &[]);
    let locked = offered.category == Category::Essential;
    let state = if locked {
        Switch::Locked
    } else if offered.granted {
        Switch::On
    } else {
        Switch::Off
    };
    switch(tree, view, title(view, offered), id, state);
    let text = offered
        .text
        .unwrap_or(texts.of(Key::text(offered.category)));
    tree.put("<p;@id=about-$;\"$;>;", &[id, text]);
    if !offered.services.is_empty() {
        let count = decimal::text(offered.services.len());
        let summary = texts.fill(Key::Services, &[("count", &count)]);
        // One that stands otherwise than its category is not hidden.
        let alone = |one: &ServiceView<'_>| !locked && one.granted != offered.granted;
        let open = offered.services.iter().any(alone);
        tree.put(
            if open {
                "<details;@open=;"
            } else {
                "<details;"
            },
            &[],
        );
        tree.put("<summary;\"$;>;<ul;", &[&summary]);
        for one in &offered.services {
            service(tree, view, one, locked);
        }
        tree.put(">;>;", &[]);
    }
    tree.put(">;", &[]);
}

/// How a switch stands.
#[derive(Clone, Copy)]
enum Switch {
    Locked,
    On,
    Off,
}

/// A switch with its words in front, which can be clicked as well. What it stands for is described below it.
fn switch(tree: &mut Steps, view: &View<'_>, words: &str, id: &str, state: Switch) {
    tree.put("<label;@class=switch;<b;\"$;>;", &[words]);
    if let Switch::Locked = state {
        tree.put("<i;\"$;>;", &[view.texts.of(Key::AlwaysOn)]);
    }
    tree.put(
        "<input;@type=checkbox;@role=switch;@name=$;@aria-describedby=about-$;",
        &[id, id],
    );
    tree.put(
        match state {
            Switch::Locked => "@disabled=;@checked=;>;>;",
            Switch::On => "@checked=;>;>;",
            Switch::Off => ">;>;",
        },
        &[],
    );
}

fn service(tree: &mut Steps, view: &View<'_>, service: &ServiceView<'_>, locked: bool) {
    tree.put("<li;", &[]);
    if locked {
        tree.put("<b;\"$;>;", &[service.name]);
    } else {
        let state = if service.granted {
            Switch::On
        } else {
            Switch::Off
        };
        switch(tree, view, service.name, service.id, state);
    }
    tree.put("<div;@id=about-$;", &[service.id]);
    details(tree, view, service);
    tree.put(">;>;", &[]);
}

/// What is declared of a service.
fn details(tree: &mut Steps, view: &View<'_>, service: &ServiceView<'_>) {
    let mut keys = String::new();
    for name in &service.keys {
        append(view, &mut keys, name);
    }
    let rows = [
        (Key::Purpose, service.purpose),
        (Key::Provider, service.provider),
        (Key::Keys, keys.as_str()),
        (Key::Retention, service.retention),
        (Key::Transfer, service.transfer),
    ];
    for (key, value) in rows {
        if !value.is_empty() {
            let row = view.texts.fill(key, &[("name", value)]);
            tree.put("<span;\"$;>;", &[&row]);
        }
    }
    if let Some(url) = service.policy_url {
        let name = [("name", service.name)];
        link(tree, url, &view.texts.fill(Key::ServicePolicy, &name));
    }
}

fn page_links(tree: &mut Steps, view: &View<'_>) {
    if view.policy_url.is_none() && view.imprint_url.is_none() {
        return;
    }
    tree.put("<p;@class=links;", &[]);
    for (key, url) in [
        (Key::Policy, view.policy_url),
        (Key::Imprint, view.imprint_url),
    ] {
        if let Some(url) = url {
            link(tree, url, view.texts.of(key));
        }
    }
    tree.put(">;", &[]);
}

/// A link; one that could run script is shown as words.
fn link(tree: &mut Steps, url: &str, text: &str) {
    tree.put("<a;", &[]);
    if is_harmless(url) {
        tree.put("@href=$;@target=_blank;@rel=noopener noreferrer;", &[url]);
    }
    tree.put("\"$;>;", &[text]);
}

/// A card's title. A dialog is read from its title on; what stands beside the page must not take
/// the focus from it.
fn heading(tree: &mut Steps, id: &str, text: &str, layout: Layout) {
    let focus = match layout {
        Layout::Modal => "@tabindex=-1;@autofocus=;",
        Layout::Bar | Layout::Box => "",
    };
    tree.put("<h2;@id=$;@part=title;", &[id]);
    tree.put(focus, &[]);
    tree.put("\"$;>;", &[text]);
}

fn paragraph(tree: &mut Steps, class: &str, text: &str) {
    tree.put("<p;@class=$;\"$;>;", &[class, text]);
}

/// The buttons that stand for a choice, in one group; under each other where words are long.
fn buttons(tree: &mut Steps, all: &[(&str, &str)]) {
    let long = all
        .iter()
        .any(|(_, text)| text.chars().count() > LONG_LABEL);
    let wordy = all
        .iter()
        .flat_map(|(_, text)| text.split(' '))
        .any(|word| word.chars().count() >= LONG_WORD);
    let form = match (long, wordy) {
        (true, _) => " tall",
        (false, true) => " wordy",
        (false, false) => "",
    };
    tree.put("<div;@class=acts$;", &[form]);
    for (act, text) in all {
        button(tree, act, text);
    }
    tree.put(">;", &[]);
}

/// Every button that stands for a choice, made alike.
fn button(tree: &mut Steps, act: &str, text: &str) {
    tree.put(
        "<button;@type=button;@class=act;@part=button;@data-act=$;\"$;>;",
        &[act, text],
    );
}

fn cross(tree: &mut Steps, act: &str, name: &str) {
    tree.put(
        "<button;@type=button;@class=cross;@data-act=$;@aria-label=$;@title=$;>;",
        &[act, name, name],
    );
}

/// A text with everything filled in that texts of the banner may name.
fn site_text(view: &View<'_>, key: Key) -> String {
    let mut purposes = String::new();
    let asked = || {
        let all = view.categories.iter();
        all.filter(|offered| offered.category != Category::Essential)
    };
    // A notice tells what is done.
    let done = |offered: &CategoryView<'_>| view.regime == Regime::OptIn || offered.granted;
    let nothing = !asked().any(done);
    for offered in asked() {
        if nothing || done(offered) {
            append(view, &mut purposes, title(view, offered));
        }
    }
    let mut services = String::new();
    for service in &view.new_services {
        append(view, &mut services, service);
    }
    let places = [
        ("site", view.site),
        ("purposes", &purposes),
        ("services", &services),
    ];
    view.texts.fill(key, &places)
}

/// Puts a word at the end of a list of words, with the comma of the language.
fn append(view: &View<'_>, list: &mut String, word: &str) {
    if !list.is_empty() {
        list.push_str(match base(view.language) {
            "ar" | "fa" | "ur" => "\u{60c} ",
            "ja" | "zh" => "\u{3001}",
            _ => ", ",
        });
    }
    list.push_str(word);
}

fn title<'a>(view: &View<'a>, offered: &CategoryView<'a>) -> &'a str {
    offered
        .title
        .unwrap_or(view.texts.of(Key::title(offered.category)))
}

/// The edge of the window at which the first layer stands.
const fn edge(view: &View<'_>) -> &'static str {
    match view.position {
        Position::Top | Position::TopLeft | Position::TopRight => "top",
        Position::Bottom | Position::BottomLeft | Position::BottomRight | Position::Center => {
            "bottom"
        }
    }
}

const fn place(position: Position) -> &'static str {
    match position {
        Position::Top => "top",
        Position::Bottom => "bottom",
        Position::TopLeft => "top left",
        Position::TopRight => "top right",
        Position::BottomLeft => "bottom left",
        Position::BottomRight => "bottom right",
        Position::Center => "center",
    }
}

/// Above so many letters three buttons don't fit beside each other in a box.
const LONG_LABEL: usize = 14;

/// From so many letters a word doesn't fit into a third of a phone's width.
const LONG_WORD: usize = 8;

#[cfg(test)]
mod tests;
