//! What no setting can change: the same buttons, refusal in the first layer, nothing ticked.

use super::{first_layer, preferences, reopen};
use crate::banner::{CategoryView, FirstLayer, ServiceView, Steps, View};
use crate::config::Layout;
use crate::consent::Category;
use crate::regime::{Regime, Signals};

#[test]
fn the_buttons_of_a_choice_differ_in_their_act_only() {
    for regime in Regime::ALL {
        for layout in [Layout::Bar, Layout::Box, Layout::Modal] {
            for new in [Vec::new(), vec!["Maps"]] {
                let mut view = view();
                view.regime = regime;
                view.layout = layout;
                view.new_services = new;
                let tree = first_layer(&view);
                let buttons = buttons(&tree);
                assert_eq!(buttons.len(), 3);
                for attributes in &buttons {
                    assert_eq!(attributes, &["type=button", "class=act", "part=button"]);
                }
            }
        }
    }
}

#[test]
fn refusing_is_in_the_first_layer_under_every_regime() {
    for (regime, refusal) in [
        (Regime::OptIn, "@data-act=reject\u{1}\"Reject all\u{1}"),
        (
            Regime::OptOut,
            "@data-act=opt-out\u{1}\"Do not sell or share my personal information\u{1}",
        ),
        (Regime::Notice, "@data-act=reject\u{1}\"Reject all\u{1}"),
    ] {
        let mut view = view();
        view.regime = regime;
        for offered in &mut view.categories {
            offered.granted = regime != Regime::OptIn;
        }
        assert!(first_layer(&view).as_str().contains(refusal), "{regime:?}");
    }
    // Where nothing is sold, the general refusal stands in its place, and nobody speaks of a sale.
    let mut view = view();
    view.regime = Regime::OptOut;
    for offered in &mut view.categories {
        offered.granted = offered.category != Category::Marketing;
    }
    let mut less = view.clone();
    less.categories
        .retain(|offered| offered.category != Category::Marketing);
    for view in [&view, &less] {
        let tree = first_layer(view);
        assert!(!tree.as_str().contains("opt-out") && tree.as_str().contains("=reject"));
        assert!(!tree.as_str().contains("selling") && !tree.as_str().contains("Marketing"));
    }
    // A signal that denies it is spoken of, and can be confirmed.
    view.signals.gpc = true;
    let tree = first_layer(&view);
    assert!(tree.as_str().contains("=opt-out") && !tree.as_str().contains("selling"));
}

#[test]
fn nothing_is_ticked_that_is_not_granted() {
    let mut view = view();
    assert_eq!(count(&preferences(&view), "@checked=\u{1}"), 1);
    assert_eq!(count(&preferences(&view), "@disabled=\u{1}"), 1);
    for offered in &mut view.categories {
        offered.granted = offered.category == Category::Functional;
    }
    assert_eq!(count(&preferences(&view), "@checked=\u{1}"), 2);
}

#[test]
fn a_signal_is_acknowledged_wherever_one_chooses() {
    let mut view = view();
    view.signals = Signals {
        gpc: true,
        dnt: true,
    };
    for tree in [first_layer(&view), preferences(&view)] {
        assert!(
            tree.as_str()
                .contains("(Global Privacy Control, GPC) is honoured")
        );
        assert!(tree.as_str().contains("(Do Not Track). This is honoured"));
    }
    view.first = FirstLayer::Line;
    let line = first_layer(&view);
    assert_eq!(buttons(&line).len(), 1);
    assert!(line.as_str().contains("not to be tracked"));
    // Where it alone answers for all that is asked about.
    view.signals.dnt = false;
    let line = first_layer(&view);
    assert!(line.as_str().contains("Global Privacy Control"));
}

#[test]
fn a_category_that_is_not_offered_is_not_named() {
    let mut view = view();
    view.categories
        .retain(|offered| offered.category != Category::Marketing);
    assert!(!first_layer(&view).as_str().contains("Marketing"));
    assert!(!preferences(&view).as_str().contains("marketing"));
}

#[test]
fn declared_services_are_counted_without_the_essential_ones() {
    let mut view = view();
    assert!(!first_layer(&view).as_str().contains("Services:"));
    for offered in &mut view.categories {
        offered.services = vec![service(); 2];
    }
    let counted = "Services: 6. \u{201c}Choose\u{201d} names each of them.";
    assert!(first_layer(&view).as_str().contains(counted));
}

#[test]
fn a_service_is_shown_with_what_is_declared_of_it() {
    let mut view = view();
    for offered in &mut view.categories {
        offered.services = vec![service()];
    }
    let tree = preferences(&view);
    for shown in [
        "\"One\u{1}",
        "\"Provider, with access to the data: One Ltd\u{1}",
        "\"Stores: _one, one, two\u{1}",
        "@href=https://example.com/\u{1}",
    ] {
        assert_eq!(count(&tree, shown), 4, "{shown}");
    }
    assert_eq!(count(&tree, "Kept for"), 0);
}

#[test]
fn each_service_has_a_switch_of_its_own_but_where_nothing_can_be_refused() {
    let mut view = view();
    for offered in &mut view.categories {
        offered.services = vec![ServiceView {
            id: "one",
            granted: offered.category == Category::Analytics,
            ..service()
        }];
    }
    let tree = preferences(&view);
    let switch = "@role=switch\u{1}@name=one\u{1}@aria-describedby=about-one\u{1}";
    assert_eq!(count(&tree, switch), 3);
    assert_eq!(count(&tree, &format!("{switch}@checked=")), 1);
    assert_eq!(count(&tree, &format!("{switch}@disabled=")), 0);
}

#[test]
fn lists_have_the_comma_of_the_language() {
    for (language, list) in [
        ("en", "Stores: _one, one, two"),
        ("ar-EG", "Stores: _one\u{60c} one\u{60c} two"),
        ("zh-Hant", "Stores: _one\u{3001}one\u{3001}two"),
    ] {
        let mut view = view();
        view.language = language;
        for offered in &mut view.categories {
            offered.services = vec![service()];
        }
        assert!(preferences(&view).as_str().contains(list), "{language}");
    }
}

#[test]
fn every_service_is_counted() {
    let mut view = view();
    for offered in &mut view.categories {
        offered.services = vec![service()];
    }
    assert!(first_layer(&view).as_str().contains("Services: 3"));
    assert_eq!(count(&preferences(&view), "Services: 1"), 4);
}

#[test]
fn a_service_that_stands_alone_is_seen() {
    let mut view = view();
    for offered in &mut view.categories {
        offered.services = vec![service()];
    }
    assert_eq!(count(&preferences(&view), "<details\u{1}@open=\u{1}"), 0);
    for offered in &mut view.categories {
        offered.services = vec![ServiceView {
            granted: true,
            ..service()
        }];
    }
    assert_eq!(count(&preferences(&view), "<details\u{1}@open=\u{1}"), 3);
}

#[test]
fn the_way_back_shows_when_nothing_else_does() {
    let mut view = view();
    assert_eq!(reopen(&view), Steps::default());
    view.reopen = true;
    view.first = FirstLayer::Hidden;
    assert_eq!(first_layer(&view), Steps::default());
    assert!(reopen(&view).as_str().contains("@data-act=choose"));
}

#[test]
fn every_element_that_is_opened_is_closed() {
    let mut view = view();
    view.policy_url = Some("/privacy");
    view.links = vec![("Opt out", "https://example.com/")];
    view.reopen = true;
    for offered in &mut view.categories {
        offered.services = vec![service()];
    }
    for tree in [first_layer(&view), preferences(&view), reopen(&view)] {
        let steps = || tree.as_str().split('\u{1}');
        let opened = steps().filter(|step| step.starts_with('<')).count();
        let closed = steps().filter(|step| step.starts_with('>')).count();
        assert_eq!(opened, closed);
    }
}

/// The attributes of every button of a choice, its act left out.
fn buttons(tree: &Steps) -> Vec<Vec<&str>> {
    let elements = tree.as_str().split('<');
    let acts = elements.filter(|element| element.contains("@class=act\u{1}"));
    acts.map(|element| {
        let steps = element
            .split('\u{1}')
            .filter_map(|step| step.strip_prefix('@'));
        steps
            .filter(|step| !step.starts_with("data-act="))
            .collect()
    })
    .collect()
}

fn count(tree: &Steps, part: &str) -> usize {
    tree.as_str().matches(part).count()
}

fn service() -> ServiceView<'static> {
    ServiceView {
        name: "One",
        provider: "One Ltd",
        keys: vec!["_one", "one", "two"],
        policy_url: Some("https://example.com/"),
        ..ServiceView::default()
    }
}

fn view() -> View<'static> {
    View {
        first: FirstLayer::Banner,
        site: "Example",
        language: "en",
        categories: Category::ALL.map(CategoryView::plain).into(),
        ..View::default()
    }
}
