//! The trees of the interface: first layer, preferences, reopen control.
//!
//! Accept, reject and choose are made by one function with one class, in one group, so that no
//! setting can make one weigh more than another (EDPB Cookie Banner Taskforce, 17 January 2023;
//! 11 CCR §7004(a)(2)). It knows classes, and nothing of what they look like.

use super::{CategoryView, FirstLayer, Key, ServiceView, Tree, ViewModel, is_safe_link};
use crate::config::{Layout, Position, Reopen};
use crate::consent::Category;
use crate::regime::Regime;

/// The first layer: the banner, the notice, the line, or nothing.
#[must_use]
pub fn first_layer(view: &ViewModel) -> Tree {
    let mut tree = Tree::default();
    match view.first {
        FirstLayer::Hidden => {}
        FirstLayer::Line => line(&mut tree, view),
        FirstLayer::Banner => banner(&mut tree, view),
    }
    tree
}

/// The preferences, a modal dialog.
#[must_use]
pub fn preferences(view: &ViewModel) -> Tree {
    let texts = &view.texts;
    let mut tree = Tree::default();
    tree.open("dialog").attr("class", "card more");
    tree.attr("aria-labelledby", "more");
    tree.attr("data-escape", "close");
    tree.open("div").attr("class", "top");
    heading(&mut tree, "more", texts.of(Key::Preferences), Layout::Modal);
    cross(&mut tree, "close", texts.of(Key::Close));
    tree.close();
    tree.open("div").attr("class", "words");
    tree.leaf("p", "", &site_text(view, Key::PreferencesText));
    notes(&mut tree, view);
    for offered in &view.categories {
        category(&mut tree, view, offered);
    }
    if !view.look.links.is_empty() {
        tree.leaf("h3", "", texts.of(Key::Links));
        tree.open("ul");
        for owner in &view.look.links {
            tree.open("li");
            link(&mut tree, &owner.url, &owner.text);
            tree.close();
        }
        tree.close();
    }
    page_links(&mut tree, view);
    tree.close();
    buttons(
        &mut tree,
        &[
            ("save", texts.of(Key::Save)),
            ("accept", texts.of(Key::AcceptAll)),
            ("reject", texts.of(Key::RejectAll)),
        ],
    );
    tree.close();
    tree
}

/// The small control that leads back to the preferences, where nothing else of ours is shown.
#[must_use]
pub fn reopen(view: &ViewModel) -> Tree {
    let mut tree = Tree::default();
    if view.first == FirstLayer::Hidden && view.look.reopen == Reopen::Button {
        tree.open("button").attr("type", "button");
        // Californian law wants the link's words to be seen, not only its sign.
        let wide = if view.regime == Regime::OptIn {
            ""
        } else {
            " wide"
        };
        tree.attr(
            "class",
            &["again ", place(view.look.position), wide].concat(),
        );
        tree.attr("data-act", "choose");
        tree.leaf("span", "sign", "");
        tree.leaf("span", "name", view.texts.of(Key::Preferences));
        tree.close();
    }
    tree
}

fn banner(tree: &mut Tree, view: &ViewModel) {
    let texts = &view.texts;
    let (title, text) = match (view.new_services.is_empty(), view.regime) {
        (false, _) => (Key::NewTitle, Key::NewText),
        (true, Regime::OptIn) => (Key::OptInTitle, Key::OptInText),
        (true, Regime::OptOut) => (Key::OptOutTitle, Key::OptOutText),
        (true, Regime::Notice) => (Key::NoticeTitle, Key::NoticeText),
    };
    card(tree, view);
    tree.open("div").attr("class", "words");
    heading(tree, "first", texts.of(title), view.look.layout);
    if let Some(note) = &view.revision_note {
        tree.leaf("p", "note", note);
    }
    tree.leaf("p", "", &site_text(view, text));
    partners(tree, view);
    notes(tree, view);
    page_links(tree, view);
    tree.close();
    let accept_all = ("accept", texts.of(Key::AcceptAll));
    let reject_all = ("reject", texts.of(Key::RejectAll));
    let ok = ("ok", texts.of(Key::Ok));
    let [first, second] = match (view.new_services.is_empty(), view.regime) {
        (false, _) => [
            ("accept-new", texts.of(Key::AcceptNew)),
            ("reject-new", texts.of(Key::RejectNew)),
        ],
        (true, Regime::OptIn) => [accept_all, reject_all],
        (true, Regime::OptOut) if offers(view, Category::Marketing) => {
            [ok, ("opt-out", texts.of(Key::DoNotSell))]
        }
        (true, Regime::OptOut | Regime::Notice) => [ok, reject_all],
    };
    buttons(tree, &[first, second, ("choose", texts.of(Key::Choose))]);
    cross(tree, "dismiss", texts.of(Key::Dismiss));
    tree.close();
}

/// Under Do Not Track the banner does not open by itself.
fn line(tree: &mut Tree, view: &ViewModel) {
    let key = match view.regime {
        Regime::OptIn => Key::Line,
        Regime::OptOut | Regime::Notice => Key::LineOptOut,
    };
    tree.open("section").attr("aria-labelledby", "first");
    tree.attr("class", &["card line ", edge(view)].concat());
    tree.attr("data-escape", "dismiss")
        .attr("data-edge", edge(view));
    tree.open("p").attr("id", "first");
    tree.text(view.texts.of(key)).close();
    button(tree, "choose", view.texts.of(Key::Choose));
    cross(tree, "dismiss", view.texts.of(Key::Dismiss));
    tree.close();
}

/// Opens the card of the banner. A region beside the page, unless the page has to wait: only then
/// is it a dialog, and the browser makes the rest inert.
fn card(tree: &mut Tree, view: &ViewModel) {
    let (tag, shape) = match view.look.layout {
        Layout::Bar => ("section", edge(view)),
        Layout::Box => ("section", place(view.look.position)),
        Layout::Modal => ("dialog", "center"),
    };
    let layout = match view.look.layout {
        Layout::Bar => "bar ",
        Layout::Box => "box ",
        Layout::Modal => "modal ",
    };
    tree.open(tag)
        .attr("class", &["card ", layout, shape].concat());
    tree.attr("aria-labelledby", "first")
        .attr("data-escape", "dismiss");
    if tag == "section" {
        tree.attr("data-edge", edge(view));
    }
}

/// How many others are asked for, one click away by name (CNIL, délibération 2020-092).
fn partners(tree: &mut Tree, view: &ViewModel) {
    let asked = view.categories.iter();
    let asked = asked.filter(|offered| offered.category != Category::Essential);
    let count: usize = asked.map(|offered| offered.services.len()).sum();
    if count > 0 && view.new_services.is_empty() {
        let count = count.to_string();
        let places = [
            ("count", count.as_str()),
            ("choose", view.texts.of(Key::Choose)),
        ];
        tree.leaf("p", "", &view.texts.fill(Key::Partners, &places));
    }
}

/// What the browser's signals did, where it can be seen (11 CCR §7025(c)(6)).
fn notes(tree: &mut Tree, view: &ViewModel) {
    for (on, key) in [(view.signals.gpc, Key::Gpc), (view.signals.dnt, Key::Dnt)] {
        if on {
            tree.leaf("p", "note", view.texts.of(key));
        }
    }
}

fn category(tree: &mut Tree, view: &ViewModel, offered: &CategoryView) {
    let texts = &view.texts;
    let id = offered.category.id();
    let title = offered.title.as_deref();
    let text = offered.text.as_deref();
    tree.open("div").attr("class", "group");
    tree.open("label").attr("class", "switch");
    tree.leaf(
        "b",
        "",
        title.unwrap_or(texts.of(Key::title(offered.category))),
    );
    let locked = offered.category == Category::Essential;
    if locked {
        tree.leaf("i", "", texts.of(Key::AlwaysOn));
    }
    tree.open("input")
        .attr("type", "checkbox")
        .attr("role", "switch");
    tree.attr("name", id).attr("aria-describedby", id);
    if locked {
        tree.attr("disabled", "");
    }
    if locked || offered.granted {
        tree.attr("checked", "");
    }
    tree.close().close();
    tree.open("p").attr("id", id);
    tree.text(text.unwrap_or(texts.of(Key::text(offered.category))))
        .close();
    if !offered.services.is_empty() {
        let count = offered.services.len().to_string();
        tree.open("details");
        tree.leaf(
            "summary",
            "",
            &texts.fill(Key::Services, &[("count", &count)]),
        );
        tree.open("ul");
        for one in &offered.services {
            service(tree, view, one);
        }
        tree.close().close();
    }
    tree.close();
}

fn service(tree: &mut Tree, view: &ViewModel, service: &ServiceView) {
    tree.open("li").leaf("b", "", &service.name);
    let keys = service.keys.join(", ");
    let rows = [
        (Key::Provider, service.provider.as_deref()),
        (Key::Keys, (!keys.is_empty()).then_some(keys.as_str())),
        (Key::Retention, service.retention.as_deref()),
        (Key::Transfer, service.transfer.as_deref()),
    ];
    for (key, value) in rows {
        if let Some(value) = value {
            tree.leaf("span", "", &view.texts.fill(key, &[("name", value)]));
        }
    }
    if let Some(url) = &service.policy_url {
        let text = view
            .texts
            .fill(Key::ServicePolicy, &[("name", &service.name)]);
        link(tree, url, &text);
    }
    tree.close();
}

fn page_links(tree: &mut Tree, view: &ViewModel) {
    let links = [
        (Key::Policy, &view.policy_url),
        (Key::Imprint, &view.imprint_url),
    ];
    if links.iter().all(|(_, url)| url.is_none()) {
        return;
    }
    tree.open("p").attr("class", "links");
    for (key, url) in links {
        if let Some(url) = url {
            link(tree, url, view.texts.of(key));
        }
    }
    tree.close();
}

/// A link; one that could run script is shown as words.
fn link(tree: &mut Tree, url: &str, text: &str) {
    tree.open("a");
    if is_safe_link(url) {
        tree.attr("href", url);
        tree.attr("target", "_blank")
            .attr("rel", "noopener noreferrer");
    }
    tree.text(text).close();
}

/// A card's title. A dialog is read from its title on; what stands beside the page must not take
/// the focus from it.
fn heading(tree: &mut Tree, id: &str, text: &str, layout: Layout) {
    tree.open("h2").attr("id", id);
    if layout == Layout::Modal {
        tree.attr("tabindex", "-1").attr("autofocus", "");
    }
    tree.text(text).close();
}

/// The buttons that stand for a choice, in one group; under each other where words are long.
fn buttons(tree: &mut Tree, all: &[(&str, &str)]) {
    let long = all
        .iter()
        .any(|(_, text)| text.chars().count() > LONG_LABEL);
    let class = if long { "acts tall" } else { "acts" };
    tree.open("div").attr("class", class);
    for (act, text) in all {
        button(tree, act, text);
    }
    tree.close();
}

/// Every button that stands for a choice, made alike.
fn button(tree: &mut Tree, act: &str, text: &str) {
    tree.open("button")
        .attr("type", "button")
        .attr("class", "act");
    tree.attr("data-act", act).text(text).close();
}

fn cross(tree: &mut Tree, act: &str, name: &str) {
    tree.open("button")
        .attr("type", "button")
        .attr("class", "cross");
    tree.attr("data-act", act).attr("aria-label", name);
    tree.attr("title", name).close();
}

/// A text with everything filled in that texts of the banner may name.
fn site_text(view: &ViewModel, key: Key) -> String {
    let mut purposes = String::new();
    for offered in &view.categories {
        if offered.category != Category::Essential {
            if !purposes.is_empty() {
                purposes.push_str(", ");
            }
            let built_in = view.texts.of(Key::title(offered.category));
            purposes.push_str(offered.title.as_deref().unwrap_or(built_in));
        }
    }
    let services = view.new_services.join(", ");
    let places = [
        ("site", view.site.as_str()),
        ("purposes", &purposes),
        ("services", &services),
    ];
    view.texts.fill(key, &places)
}

fn offers(view: &ViewModel, category: Category) -> bool {
    view.categories
        .iter()
        .any(|offered| offered.category == category)
}

/// The edge of the window at which the first layer stands.
const fn edge(view: &ViewModel) -> &'static str {
    match view.look.position {
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

#[cfg(test)]
mod tests;
