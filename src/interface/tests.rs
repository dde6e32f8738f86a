//! The interface in a real browser, drawn by the real `surface.js` with the real style sheet, and heard by
//! the real `ear.js`.
//!
//! Scripts can't make trusted events, so the ear is told to trust these; one test keeps the
//! real rule and proves that a script's click is nothing.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use crate::banner::{CategoryView, Drawing, FirstLayer, Key, Preferences, ServiceView, View};
use crate::config::{Layout, Theme};
use crate::consent::Category;
use crate::palette::Color;
use crate::regime::{Regime, Signals};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/www/gate/capture.js")]
extern "C" {
    fn capture(window: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/www/gate/ear.js")]
extern "C" {
    fn hear(natives: &JsValue, root: &JsValue, act: &Function, trusts: &Function);
}

#[wasm_bindgen(module = "/www/ui/draw.js")]
extern "C" {
    fn tools(natives: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/www/ui/surface.js")]
extern "C" {
    fn surface(place: &JsValue) -> Function;
}

struct Page {
    put: Function,
}

impl Page {
    fn new() -> Self {
        Self::with("true", "open")
    }

    /// A page without an interface of an earlier test, with a place as `interface.js` makes it;
    /// `trusts` is a JS expression of `event`.
    fn with(trusts: &str, mode: &str) -> Self {
        let make = "const old = document.getElementById('consent-gate-ui'); if (old) old.remove();\
                    const host = document.createElement('div'); host.id = 'consent-gate-ui';\
                    window.acts = []; window.faults = [];\
                    return { host, root: host.attachShadow({ mode }) }";
        let make = Function::new_with_args("mode", make);
        let place: Object = make.call1(&JsValue::NULL, &mode.into()).unwrap().into();
        let natives = capture(&js_sys::global());
        // The interface of an earlier test is not to come back when this one takes it away.
        Reflect::set(&natives, &"MutationObserver".into(), &Object::new()).unwrap();
        let css = JsValue::from(include_str!("../../www/ui/banner.css"));
        Reflect::set(&place, &"css".into(), &css).unwrap();
        Reflect::set(&place, &"natives".into(), &natives).unwrap();
        Reflect::set(&place, &"draw".into(), &tools(&natives)).unwrap();
        let fault = Function::new_with_args("code, message", "faults.push(code + ' ' + message)");
        Reflect::set(&place, &"fault".into(), &fault).unwrap();
        let root = Reflect::get(&place, &"root".into()).unwrap();
        let act = Function::new_with_args(
            "name, switches",
            "acts.push([name, ...switches.split(' ').filter((word) => word && word[0] !== '!')].join(' '))",
        );
        let trusts = Function::new_with_args("event", &["return ", trusts].concat());
        hear(&natives, &root, &act, &trusts);
        Self {
            put: surface(&place),
        }
    }

    fn show(&self, change: impl Fn(&mut View<'static>)) {
        let mut view = view();
        change(&mut view);
        let drawing = Drawing::of(&view).text();
        self.put.call1(&JsValue::NULL, &drawing.into()).unwrap();
    }
}

/// What the visitor did since this was last asked: names of acts, each with the switches that were on.
fn acts() -> String {
    said("acts.splice(0)")
}

fn view() -> View<'static> {
    let offered = |category| CategoryView {
        granted: category == Category::Analytics,
        services: vec![ServiceView {
            name: "Example",
            id: match category {
                Category::Analytics => "counter",
                Category::Functional => "maps",
                Category::Essential | Category::Marketing => "ads",
            },
            granted: category == Category::Analytics,
            policy_url: Some("javascript:document.title='run'"),
            ..ServiceView::default()
        }],
        ..CategoryView::plain(category)
    };
    View {
        first: FirstLayer::Banner,
        site: "Example site",
        language: "en",
        policy_url: Some("/privacy"),
        imprint_url: Some("/imprint"),
        categories: Category::ALL.map(offered).into(),
        ..View::default()
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
fn it_stands_before_the_body_once_something_is_shown() {
    let page = Page::new();
    page.show(|view| view.first = FirstLayer::Hidden);
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
                view.layout = layout;
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
        view.texts.put(Key::OptInText as usize, markup);
        view.texts.put(Key::AcceptAll as usize, markup);
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
    for act in ["accept", "reject", "choose", "dismiss"] {
        click(act);
        assert_eq!(acts(), act);
    }
    page.show(|view| {
        view.regime = Regime::OptOut;
        for offered in &mut view.categories {
            offered.granted = true;
        }
    });
    click("opt-out");
    assert_eq!(acts(), "opt-out");
    page.show(|view| view.new_services = vec!["Maps"]);
    assert_eq!(
        said("all('[data-act=accept],[data-act=reject]').length"),
        "0"
    );
    click("accept-new");
    click("reject-new");
    assert_eq!(acts(), "accept-new,reject-new");
}

#[wasm_bindgen_test]
fn a_click_or_key_made_by_a_script_is_nothing() {
    let page = Page::with("event.isTrusted", "open");
    page.show(|_| {});
    click("accept");
    escape("h2");
    assert_eq!(acts(), "");
}

#[wasm_bindgen_test]
fn escape_in_the_banner_is_a_dismissal_and_elsewhere_nothing() {
    let page = Page::new();
    page.show(|_| {});
    run(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))",
    );
    assert_eq!(acts(), "");
    escape("[data-act=accept]");
    assert_eq!(acts(), "dismiss");
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
            "all('input[type=checkbox][role=switch]').map((one) => one.name + (one.checked ? ' on' : '') + (one.disabled ? ' locked' : ''))"
        ),
        "essential on locked,analytics on,counter on,functional,maps,marketing,ads"
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
    assert_eq!(acts(), "");
    click("save");
    // A category's switch takes those of its services along.
    assert_eq!(acts(), "save essential marketing ads");
    page.show(|view| {
        view.first = FirstLayer::Hidden;
        view.reopen = true;
        view.saved = true;
    });
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
    assert_eq!(
        acts(),
        "choose,close essential analytics counter marketing ads"
    );
    page.show(|_| {});
    assert_eq!(said("root.activeElement.textContent"), "Choose");
    assert_eq!(said("$('[role=status]').textContent"), "");
    page.show(|view| view.preferences = Preferences::Open);
    assert_eq!(said("$('input[name=marketing]').checked"), "false");
}

#[wasm_bindgen_test]
fn the_modal_layout_waits_for_an_answer_and_escape_refuses() {
    let page = Page::new();
    page.show(|view| view.layout = Layout::Modal);
    assert_eq!(said("$('dialog').matches(':modal')"), "true");
    assert_eq!(said("root.activeElement.localName"), "h2");
    run("$('dialog').dispatchEvent(new Event('cancel', { cancelable: true }))");
    assert_eq!(acts(), "dismiss");
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
fn what_a_listener_had_drawn_meanwhile_stands() {
    let page = Page::new();
    page.show(|_| {});
    run("$('[data-act=choose]').focus()");
    // The button keeps the focus as it is drawn anew, and the page that hears it hides everything:
    // the preferences that came with it must not open any more.
    let nothing = Drawing::of(&View::default()).text();
    let listen = "document.addEventListener('focusin', () => put(nothing), { once: true })";
    Function::new_with_args("put, nothing", listen)
        .call2(&JsValue::NULL, &page.put, &nothing.into())
        .unwrap();
    page.show(|view| {
        view.revision_note = Some("Older");
        view.preferences = Preferences::Open;
    });
    assert_eq!(said("$('.card')"), "null");
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
        view.theme = Theme::Light;
        view.colors = vec![("accent", "#ffff00"), ("text", "#dddddd")];
    });
    let small = "all('button,a').filter((one) => one.getBoundingClientRect().height < 44).length";
    assert_eq!(said(small), "0");
    let text = said("getComputedStyle($('.card')).color");
    let ground = said("getComputedStyle($('.card')).backgroundColor");
    let read = |text: &str| Color::parse(text).unwrap();
    assert!(
        read(&text).contrast(read(&ground)) >= 5.0,
        "{text} on {ground}"
    );
}

#[wasm_bindgen_test]
fn a_closed_root_shows_scripts_nothing() {
    let page = Page::with("true", "closed");
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
