//! The interface in a real browser, drawn by the real `surface.js` with the real style sheet.
//!
//! Scripts can't make trusted events, so the surface is told to trust these; one test keeps the
//! real rule and proves that a script's click is nothing.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::Banner;
use crate::banner::{
    Act, CategoryView, Direction, Drawing, FirstLayer, Preferences, Texts, ViewModel,
};
use crate::browser::natives::Natives;
use crate::config::{self, Layout, Root};
use crate::consent::{Category, Service, ServiceId};
use crate::regime::{Regime, Signals};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/www/surface.js")]
extern "C" {
    fn surface(window: &JsValue, options: &JsValue) -> JsValue;
}

struct Page {
    banner: Banner,
    acts: Rc<RefCell<Vec<Act>>>,
}

impl Page {
    fn new() -> Self {
        Self::with("true", Root::Open)
    }

    /// A page without an interface of an earlier test; `trusts` is a JS expression of `event`.
    fn with(trusts: &str, root: Root) -> Self {
        run("const old = document.getElementById('consent-gate-ui'); if (old) old.remove();");
        let options = Object::new();
        let trusts = Function::new_with_args("event", &["return ", trusts].concat());
        let css = JsValue::from(include_str!("../../../www/banner.css"));
        Reflect::set(&options, &"css".into(), &css).unwrap();
        Reflect::set(&options, &"trusts".into(), &trusts).unwrap();
        let natives: Natives = surface(&js_sys::global(), &options).unchecked_into();
        let acts = Rc::new(RefCell::new(Vec::new()));
        let heard = Rc::clone(&acts);
        let banner = Banner::new(
            natives,
            root,
            Rc::new(move |act| heard.borrow_mut().push(act)),
        );
        Self { banner, acts }
    }

    fn show(&self, change: impl Fn(&mut ViewModel<'static>)) {
        let mut view = view();
        change(&mut view);
        self.banner.render(Drawing::of(&view));
    }

    fn acts(&self) -> Vec<Act> {
        self.acts.borrow_mut().drain(..).collect()
    }
}

/// Changes how the banner looks.
fn set(view: &mut ViewModel<'_>, change: impl Fn(&mut config::Banner)) {
    let mut look = view.look.clone();
    change(&mut look);
    // A test's few bytes may stay.
    view.look = Box::leak(Box::new(look));
}

fn view() -> ViewModel<'static> {
    let service: &Service = Box::leak(Box::new(Service {
        id: ServiceId::new("example").unwrap(),
        name: "Example".into(),
        category: None,
        hosts: Vec::new(),
        cookies: Vec::new(),
        storage: Vec::new(),
        provider: None,
        policy_url: Some("javascript:document.title='run'".into()),
        retention: None,
        transfer: None,
    }));
    let offered = |category| CategoryView {
        category,
        title: None,
        text: None,
        granted: category == Category::Analytics,
        services: vec![service],
    };
    ViewModel {
        first: FirstLayer::Banner,
        preferences: Preferences::Closed,
        regime: Regime::OptIn,
        site: "Example site",
        language: "en",
        direction: Direction::Ltr,
        texts: Texts::default(),
        policy_url: Some("/privacy"),
        imprint_url: Some("/imprint"),
        categories: Category::ALL.into_iter().map(offered).collect(),
        signals: Signals::default(),
        revision_note: None,
        new_services: Vec::new(),
        look: Box::leak(Box::default()),
    }
}

/// Runs JS with `root` as the shadow root and `$` as its `querySelector`.
fn run(code: &str) -> JsValue {
    let head = "const root = document.getElementById('consent-gate-ui')?.shadowRoot;\
                const $ = (selector) => root.querySelector(selector);\
                const all = (selector) => [...root.querySelectorAll(selector)];";
    let function = Function::new_no_args(&[head, code].concat());
    function.call0(&JsValue::NULL).unwrap()
}

fn said(code: &str) -> String {
    run(&["return String(", code, ")"].concat())
        .as_string()
        .unwrap()
}

fn click(act: &str) {
    run(&["all('[data-act=", act, "]').pop().click()"].concat());
}

fn escape(selector: &str) {
    let event = "new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true })";
    run(&["$('", selector, "').dispatchEvent(", event, ")"].concat());
}

#[wasm_bindgen_test]
fn nothing_is_mounted_until_something_is_shown() {
    let page = Page::new();
    page.show(|view| {
        view.first = FirstLayer::Hidden;
        set(view, |look| look.reopen = config::Reopen::Nothing);
    });
    assert_eq!(said("document.getElementById('consent-gate-ui')"), "null");
    page.show(|_| {});
    assert_eq!(
        said("root.host.nextElementSibling === document.body"),
        "true"
    );
}

#[wasm_bindgen_test]
fn the_three_choices_are_the_same_element_with_the_same_looks() {
    let page = Page::new();
    for layout in [Layout::Bar, Layout::Box, Layout::Modal] {
        for regime in Regime::ALL {
            page.show(|view| {
                set(view, |look| look.layout = layout);
                view.regime = regime;
            });
            assert_eq!(said("all('.act').length"), "3");
            // Every computed property of the three, but for what follows from their words and
            // their place in the row.
            let differing = said(
                "(() => { const [one, ...rest] = all('.act').map((act) => getComputedStyle(act));\
                   const free = /size|width|height|inset|^(top|left|right|bottom)|origin|perspective/;\
                   return [...one].filter((name) => !free.test(name) &&\
                     rest.some((other) => other.getPropertyValue(name) !== one.getPropertyValue(name))); })()",
            );
            assert_eq!(differing, "");
            let widths =
                said("new Set(all('.act').map((act) => Math.round(act.offsetWidth))).size");
            assert_eq!(widths, "1", "{regime:?} {layout:?}");
            let sizes =
                said("new Set(all('.act').map((act) => getComputedStyle(act).fontSize)).size");
            assert_eq!(sizes, "1");
        }
    }
}

#[wasm_bindgen_test]
fn roles_and_names() {
    let page = Page::new();
    page.show(|_| {});
    assert_eq!(
        said("$('.card').localName + $('.card').getAttribute('aria-modal')"),
        "sectionnull"
    );
    let name = "root.getElementById($('.card').getAttribute('aria-labelledby')).textContent";
    assert_eq!(said(name), "Your privacy, your choice");
    assert_eq!(
        said("all('button').map((button) => button.ariaLabel || button.textContent)"),
        "Accept all,Reject all,Choose,Close and refuse"
    );
    assert_eq!(said("$('[role=status]').textContent"), "");
    assert_eq!(said("$('[lang]').lang + $('[lang]').dir"), "enltr");
    // The banner beside the page takes the focus from nobody.
    assert_eq!(
        said("root.activeElement + ' ' + $('[autofocus],[tabindex]')"),
        "null null"
    );
}

#[wasm_bindgen_test]
fn few_nodes_until_something_is_opened() {
    let page = Page::new();
    page.show(|view| {
        view.revision_note = Some("Why");
        view.signals = Signals {
            dnt: true,
            gpc: true,
        };
    });
    let nodes = "(() => { let count = 1; const walk = document.createTreeWalker(root);\
                 while (walk.nextNode()) count++; return count + 1; })()";
    let count: u32 = said(nodes).parse().unwrap();
    assert!(count <= 45, "{count}");
    assert_eq!(said("$('dialog,input')"), "null");
}

#[wasm_bindgen_test]
fn texts_with_markup_are_shown_as_text() {
    let page = Page::new();
    let markup = "<img src=x onerror=\"document.title='run'\"> &amp; <b>";
    page.show(|view| {
        let own = ["optInText", "acceptAll"].map(|key| (key.to_owned(), markup.to_owned()));
        view.texts = Texts::new(vec![("en".to_owned(), own.to_vec())].leak(), "en");
        view.revision_note = Some(markup);
        view.site = markup;
        view.preferences = Preferences::Open;
        for offered in &mut view.categories {
            offered.title = Some(markup);
        }
    });
    assert_eq!(said("all('img').length"), "0");
    assert_eq!(said("$('[data-act=accept]').textContent"), markup);
    assert_eq!(said("$('.switch b').textContent"), markup);
    // A link that would run script is no link.
    assert_eq!(
        said("all('details a').length > 0 && all('details a[href]').length"),
        "0"
    );
}

#[wasm_bindgen_test]
fn every_button_says_what_was_done() {
    let page = Page::new();
    page.show(|_| {});
    for (act, expected) in [
        ("accept", Act::AcceptAll),
        ("reject", Act::RejectAll),
        ("choose", Act::OpenPreferences),
        ("dismiss", Act::Dismiss),
    ] {
        click(act);
        assert_eq!(page.acts(), [expected]);
    }
    page.show(|view| view.regime = Regime::OptOut);
    click("opt-out");
    assert_eq!(
        page.acts(),
        [Act::Save(vec![
            (Category::Analytics, true),
            (Category::Functional, false),
            (Category::Marketing, false)
        ])]
    );
    page.show(|view| view.new_services = vec!["Maps"]);
    assert_eq!(
        said("all('[data-act=accept],[data-act=reject]').length"),
        "0"
    );
    click("accept-new");
    click("reject-new");
    assert_eq!(page.acts(), [Act::AcceptNew, Act::RejectNew]);
}

#[wasm_bindgen_test]
fn a_click_or_key_made_by_a_script_is_nothing() {
    let page = Page::with("event.isTrusted", Root::Open);
    page.show(|_| {});
    click("accept");
    escape("h2");
    assert_eq!(page.acts(), []);
}

#[wasm_bindgen_test]
fn escape_in_the_banner_is_a_dismissal_and_elsewhere_nothing() {
    let page = Page::new();
    page.show(|_| {});
    run(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))",
    );
    assert_eq!(page.acts(), []);
    escape("[data-act=accept]");
    assert_eq!(page.acts(), [Act::Dismiss]);
}

#[wasm_bindgen_test]
fn preferences_are_a_modal_dialog_with_switches_as_granted() {
    let page = Page::new();
    page.show(|view| view.preferences = Preferences::Open);
    assert_eq!(said("$('dialog').matches(':modal')"), "true");
    assert_eq!(
        said("root.activeElement.textContent"),
        "Your privacy choices"
    );
    assert_eq!(
        said(
            "all('input[type=checkbox][role=switch]').map((one) => [one.name, one.checked, one.disabled])"
        ),
        "essential,true,true,analytics,true,false,functional,false,false,marketing,false,false"
    );
    assert_eq!(
        said("$('input[name=marketing]').labels[0].textContent"),
        "Marketing"
    );
    assert_eq!(
        said("$('input').labels[0].textContent"),
        "EssentialAlways on"
    );
    assert_eq!(
        said(
            "root.getElementById($('input[name=analytics]').getAttribute('aria-describedby')).textContent"
        ),
        "Counts visits and shows what works on the site and what does not."
    );
}

#[wasm_bindgen_test]
fn save_takes_the_switches_as_they_stand_and_is_announced() {
    let page = Page::new();
    page.show(|view| view.preferences = Preferences::Open);
    run("$('input[name=analytics]').click(); $('input[name=marketing]').click();");
    assert_eq!(page.acts(), []);
    click("save");
    assert_eq!(
        page.acts(),
        [Act::Save(vec![
            (Category::Analytics, false),
            (Category::Functional, false),
            (Category::Marketing, true)
        ])]
    );
    page.show(|view| view.first = FirstLayer::Hidden);
    assert_eq!(
        said("$('[role=status]').textContent"),
        "Your choice is saved."
    );
    assert_eq!(said("$('dialog')"), "null");
    assert_eq!(said("$('.again').textContent"), "Your privacy choices");
}

#[wasm_bindgen_test]
fn escape_discards_unsaved_switches_and_the_focus_returns_to_the_opener() {
    let page = Page::new();
    page.show(|_| {});
    run("$('[data-act=choose]').focus()");
    click("choose");
    page.show(|view| view.preferences = Preferences::Open);
    run("$('input[name=marketing]').click()");
    run("$('dialog').dispatchEvent(new Event('cancel', { cancelable: true }))");
    assert_eq!(page.acts(), [Act::OpenPreferences, Act::ClosePreferences]);
    page.show(|_| {});
    assert_eq!(said("root.activeElement.textContent"), "Choose");
    assert_eq!(said("$('[role=status]').textContent"), "");
    page.show(|view| view.preferences = Preferences::Open);
    assert_eq!(said("$('input[name=marketing]').checked"), "false");
}

#[wasm_bindgen_test]
fn the_modal_layout_waits_for_an_answer_and_escape_refuses() {
    let page = Page::new();
    page.show(|view| set(view, |look| look.layout = Layout::Modal));
    assert_eq!(said("$('dialog').matches(':modal')"), "true");
    assert_eq!(said("root.activeElement.localName"), "h2");
    run("$('dialog').dispatchEvent(new Event('cancel', { cancelable: true }))");
    assert_eq!(page.acts(), [Act::Dismiss]);
}

#[wasm_bindgen_test]
fn drawing_the_same_again_touches_nothing() {
    let page = Page::new();
    page.show(|_| {});
    run("window.before = $('.card'); $('[data-act=reject]').focus()");
    page.show(|_| {});
    assert_eq!(said("window.before === $('.card')"), "true");
    // What changes under the visitor's hands keeps the focus where it was.
    page.show(|view| view.revision_note = Some("New"));
    assert_eq!(said("window.before === $('.card')"), "false");
    assert_eq!(said("root.activeElement.textContent"), "Reject all");
}

#[wasm_bindgen_test]
fn a_page_that_threw_the_interface_away_gets_it_back() {
    let page = Page::new();
    page.show(|_| {});
    run("root.host.remove()");
    page.show(|view| view.revision_note = Some("New"));
    assert_eq!(said("$('.note').textContent"), "New");
}

#[wasm_bindgen_test]
fn targets_are_large_and_the_owners_colours_stay_readable() {
    let page = Page::new();
    page.show(|view| {
        set(view, |look| {
            look.theme = config::Theme::Light;
            look.colors = vec![("accent", "#ffff00".into()), ("text", "#dddddd".into())];
        });
    });
    let small = "all('button,a').filter((one) => one.getBoundingClientRect().height < 44).length";
    assert_eq!(said(small), "0");
    let text = said("getComputedStyle($('.card')).color");
    let ground = said("getComputedStyle($('.card')).backgroundColor");
    let read = |text: &str| crate::palette::Color::parse(text).unwrap();
    assert!(
        read(&text).contrast(read(&ground)) >= 5.0,
        "{text} on {ground}"
    );
}

#[wasm_bindgen_test]
fn a_closed_root_shows_scripts_nothing() {
    let page = Page::with("true", Root::Closed);
    page.show(|_| {});
    assert_eq!(said("root"), "null");
    let host = run("return document.getElementById('consent-gate-ui')");
    assert!(Array::of1(&host).get(0).is_object());
}

#[wasm_bindgen_test]
async fn no_focused_control_lies_under_the_banner() {
    let page = Page::new();
    page.show(|_| {});
    let frame = run("return new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
    js_sys::futures::JsFuture::from(js_sys::Promise::from(frame))
        .await
        .unwrap();
    let padding = "getComputedStyle(document.documentElement).scrollPaddingBottom";
    assert_eq!(
        said(&["parseInt(", padding, ") > $('.card').offsetHeight"].concat()),
        "true"
    );
    page.show(|view| view.first = FirstLayer::Hidden);
    assert_eq!(said(padding), "auto");
}
