//! What no setting can change: the same buttons, refusal in the first layer, nothing ticked.

use super::{first_layer, preferences, reopen};
use crate::banner::{CategoryView, Direction, FirstLayer, Preferences, Texts, Tree, ViewModel};
use crate::config::{self, Layout};
use crate::consent::{Category, Service, ServiceId};
use crate::regime::{Regime, Signals};

#[test]
fn the_buttons_of_a_choice_differ_in_their_act_only() {
    for regime in Regime::ALL {
        for layout in [Layout::Bar, Layout::Box, Layout::Modal] {
            for new in [Vec::new(), vec!["Maps"]] {
                let mut view = view();
                view.regime = regime;
                set(&mut view, |look| look.layout = layout);
                view.new_services = new;
                let tree = first_layer(&view);
                let buttons = buttons(&tree);
                assert_eq!(buttons.len(), 3);
                for attributes in &buttons {
                    assert_eq!(attributes, &["type=button", "class=act"]);
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
        assert!(first_layer(&view).as_str().contains(refusal), "{regime:?}");
    }
    // Where nothing is sold, the general refusal stands in its place.
    let mut view = view();
    view.regime = Regime::OptOut;
    view.categories
        .retain(|offered| offered.category != Category::Marketing);
    let tree = first_layer(&view);
    assert!(!tree.as_str().contains("opt-out") && tree.as_str().contains("=reject"));
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
    assert_eq!(buttons(&first_layer(&view)).len(), 1);
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
    let service = service();
    assert!(!first_layer(&view).as_str().contains("Services:"));
    for offered in &mut view.categories {
        offered.services = vec![&service; 2];
    }
    let counted = "Services: 6. \u{201c}Choose\u{201d} names each of them.";
    assert!(first_layer(&view).as_str().contains(counted));
}

#[test]
fn a_service_is_shown_with_what_is_declared_of_it() {
    let (mut view, service) = (view(), service());
    for offered in &mut view.categories {
        offered.services = vec![&service];
    }
    let tree = preferences(&view);
    for shown in [
        "\"One\u{1}",
        "\"Provider: One Ltd\u{1}",
        "\"Stores: _one, one, two\u{1}",
        "@href=https://example.com/\u{1}",
    ] {
        assert_eq!(count(&tree, shown), 4, "{shown}");
    }
    assert_eq!(count(&tree, "Kept for"), 0);
}

#[test]
fn the_way_back_shows_when_nothing_else_does() {
    let mut view = view();
    assert_eq!(reopen(&view), Tree::default());
    view.first = FirstLayer::Hidden;
    assert_eq!(first_layer(&view), Tree::default());
    assert!(reopen(&view).as_str().contains("@data-act=choose"));
    set(&mut view, |look| look.reopen = config::Reopen::Nothing);
    assert_eq!(reopen(&view), Tree::default());
}

#[test]
fn every_element_that_is_opened_is_closed() {
    let mut view = view();
    let service = service();
    view.policy_url = Some("/privacy");
    set(&mut view, |look| {
        look.links = vec![config::Link {
            text: "Opt out".into(),
            url: "https://example.com/".into(),
        }];
    });
    for offered in &mut view.categories {
        offered.services = vec![&service];
    }
    for tree in [first_layer(&view), preferences(&view), reopen(&view)] {
        let steps = || tree.as_str().split('\u{1}');
        let opened = steps().filter(|step| step.starts_with('<')).count();
        let closed = steps().filter(|step| step.starts_with('>')).count();
        assert_eq!(opened, closed);
    }
}

/// The attributes of every button of a choice, its act left out.
fn buttons(tree: &Tree) -> Vec<Vec<&str>> {
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

fn count(tree: &Tree, part: &str) -> usize {
    tree.as_str().matches(part).count()
}

/// Changes how the banner looks.
fn set(view: &mut ViewModel<'_>, change: impl Fn(&mut config::Banner)) {
    let mut look = view.look.clone();
    change(&mut look);
    // A test's few bytes may stay.
    view.look = Box::leak(Box::new(look));
}

fn service() -> Service {
    Service {
        id: ServiceId::new("one").unwrap(),
        name: "One".into(),
        category: None,
        hosts: Vec::new(),
        cookies: vec!["_one".into()],
        storage: vec!["one".into(), "two".into()],
        provider: Some("One Ltd".into()),
        policy_url: Some("https://example.com/".into()),
        retention: None,
        transfer: None,
    }
}

fn view() -> ViewModel<'static> {
    let offered = |category| CategoryView {
        category,
        title: None,
        text: None,
        granted: false,
        services: Vec::new(),
    };
    ViewModel {
        first: FirstLayer::Banner,
        preferences: Preferences::Closed,
        regime: Regime::OptIn,
        site: "Example",
        language: "en",
        direction: Direction::Ltr,
        texts: Texts::default(),
        policy_url: None,
        imprint_url: None,
        categories: Category::ALL.into_iter().map(offered).collect(),
        signals: Signals::default(),
        revision_note: None,
        new_services: Vec::new(),
        look: Box::leak(Box::default()),
    }
}
