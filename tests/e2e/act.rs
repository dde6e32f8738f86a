//! What can happen in a step.
//!
//! | first column | what happens |
//! |---|---|
//! | `before`, `return` | the page is opened on the story's host (the first time, or again) |
//! | `open /path` | another page of the case is opened |
//! | `accept`, `reject`, `choose`, `save` | a click on *Accept all*, *Reject all*, *Choose*, *Save choices* |
//! | `press TEXT` | a click on any other button of the interface |
//! | `press-twice TEXT` | a double click on it: the second click goes where the first one went, whatever is there by then |
//! | `press-in SELECTOR: TEXT` | a click on a button of the placeholder in a frame of the page |
//! | `switch ID` | a click on the switch of a category |
//! | `withdraw` | `ConsentGate.withdraw()` |
//! | `do EXPRESSION` | JavaScript in the page, awaited; throwing fails the story |
//! | `click SELECTOR` | a click on an element of the page |
//! | `keys Tab Enter` | keys, one after the other, to whatever has the focus |
//! | `tab-to TEXT`, `back-to TEXT` | the Tab key (with Shift) until what is called so has the focus |
//! | `tab-around` | the Tab key there and back: the focus must stay in the interface, or go to the browser's own controls |
//! | `phone` | the window gets the size of a phone's until the story is over |
//! | `second-tab` | the page in a new tab beside the first |
//! | `first-tab`, `last-tab` | back to that tab |
//!
//! ` (2)` at the end tells two equal steps apart. Clicks and keys are the browser's own, so that the
//! page sees them as a visitor's.

use fantoccini::Locator;
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::{Browser, Maker};

/// Does what a step's first column says.
pub async fn perform(browser: &Browser, act: &str, origin: &str) -> Result<(), String> {
    let act = act.strip_suffix(" (2)").unwrap_or(act);
    let (verb, rest) = act.split_once(' ').unwrap_or((act, ""));
    match (verb, rest) {
        ("before" | "return", "") => open(browser, &format!("{origin}/")).await,
        ("open", path) => open(browser, &format!("{origin}{path}")).await,
        ("accept", "") => press(browser, "Accept all").await,
        ("reject", "") => press(browser, "Reject all").await,
        ("choose", "") => press(browser, "Choose").await,
        ("save", "") => press(browser, "Save choices").await,
        ("press", text) => press(browser, text).await,
        ("press-twice", text) => press_twice(browser, text).await,
        ("press-in", rest) => press_in(browser, rest).await,
        ("switch", category) => click(browser, &switch(category)).await,
        ("withdraw", "") => browser.value("ConsentGate.withdraw()").await.map(drop),
        ("do", expression) => browser.value(expression).await.map(drop),
        ("click", selector) => {
            let found = browser
                .client
                .find(Locator::Css(selector))
                .await
                .map_err(say)?;
            found.click().await.map_err(say)
        }
        ("keys", names) => keys(browser, names).await,
        ("tab-to", text) => tab_to(browser, "Tab", text).await,
        ("back-to", text) => tab_to(browser, "Back", text).await,
        ("tab-around", "") => tab_around(browser).await,
        ("phone", "") => browser.resize(&json!([390, 844])).await,
        ("second-tab", "") => {
            let tab = browser.client.new_window(true).await.map_err(say)?;
            let handle = tab.handle;
            browser.client.switch_to_window(handle).await.map_err(say)?;
            open(browser, &format!("{origin}/")).await
        }
        ("first-tab" | "last-tab", "") => {
            let mut tabs = browser.client.windows().await.map_err(say)?;
            if verb == "last-tab" {
                tabs.reverse();
            }
            let tab = tabs.into_iter().next().ok_or("there is no tab")?;
            browser.client.switch_to_window(tab).await.map_err(say)
        }
        _ => Err(format!("there is no step `{act}`")),
    }
}

/// Leaves the page, so that what it still sends counts as its own story's, and closes further tabs.
pub async fn leave(browser: &Browser) -> Result<(), String> {
    let tabs = browser.client.windows().await.map_err(say)?;
    for tab in tabs.into_iter().skip(1).rev() {
        browser.client.switch_to_window(tab).await.map_err(say)?;
        browser.client.close_window().await.map_err(say)?;
    }
    perform(browser, "first-tab", "").await?;
    if browser.maker == Maker::Chromium {
        let restored = browser.devtools("Emulation.clearDeviceMetricsOverride", json!({}));
        restored.await?;
    }
    open(browser, "about:blank").await
}

/// Sends a request that comes after everything that the page has begun, and waits until it is
/// answered. It goes to a host that is new to the browser, so that it has to go the whole way that
/// a tracker's request would have gone; a second one follows what the first one's turn let happen. Each sets out in the
/// task that follows a frame, when what the frame's layout asks for has been asked for.
pub async fn sentinel(browser: &Browser, number: usize) -> Result<(), String> {
    let expression = format!(
        "new Promise((done) => {{\n\
           let left = 2;\n\
           const {{ port1, port2 }} = new MessageChannel();\n\
           const task = () => port2.postMessage(0);\n\
           const send = () => document.hidden ? setTimeout(task, 50) : requestAnimationFrame(task);\n\
           port1.onmessage = () => {{\n\
             const image = document.createElement('img');\n\
             image.onload = image.onerror = (event) => left-- > 1 ? send() : done(event.type);\n\
             image.src = location.protocol + '//s{number}x' + left + '.' + location.host + '/sentinel';\n\
           }};\n\
           send();\n\
         }})"
    );
    match browser.value(&expression).await?.as_str() {
        Some("load") => Ok(()),
        other => Err(format!("the sentinel did not arrive: {other:?}")),
    }
}

async fn open(browser: &Browser, address: &str) -> Result<(), String> {
    browser.client.goto(address).await.map_err(say)
}

async fn press(browser: &Browser, text: &str) -> Result<(), String> {
    click(browser, &button(text)).await
}

async fn press_twice(browser: &Browser, text: &str) -> Result<(), String> {
    let mut clicks = MouseActions::new("mouse".to_owned()).then(PointerAction::MoveToElement {
        element: browser.element(&button(text)).await?,
        duration: None,
        x: 0.0,
        y: 0.0,
    });
    for _ in 0..2 {
        clicks = clicks
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
    }
    browser.client.perform_actions(clicks).await.map_err(say)
}

async fn press_in(browser: &Browser, rest: &str) -> Result<(), String> {
    let (selector, text) = rest.split_once(": ").ok_or("no `SELECTOR: TEXT`")?;
    let frame = browser.client.find(Locator::Css(selector)).await;
    frame.map_err(say)?.enter_frame().await.map_err(say)?;
    let part = format!(
        "[...document.querySelectorAll('*')].flatMap((part) => [...part.shadowRoot?.querySelectorAll('button') ?? []])\
         .find((part) => part.textContent === '{text}' && part.checkVisibility())"
    );
    let pressed = click(browser, &part).await;
    // What was pressed may have sent the frame elsewhere.
    browser.client.enter_parent_frame().await.map_err(say)?;
    pressed
}

async fn click(browser: &Browser, expression: &str) -> Result<(), String> {
    browser
        .element(expression)
        .await?
        .click()
        .await
        .map_err(say)
}

async fn keys(browser: &Browser, names: &str) -> Result<(), String> {
    let mut pressed = KeyActions::new("keyboard".to_owned());
    let shift = char::from(Key::Shift);
    for name in names.split(' ') {
        let value = match name {
            "Tab" | "Back" => char::from(Key::Tab),
            "Enter" => char::from(Key::Enter),
            "Escape" => char::from(Key::Escape),
            "Space" => ' ',
            other => return Err(format!("there is no key `{other}`")),
        };
        if name == "Back" {
            pressed = pressed.then(KeyAction::Down { value: shift });
        }
        pressed = pressed
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        if name == "Back" {
            pressed = pressed.then(KeyAction::Up { value: shift });
        }
    }
    browser.client.perform_actions(pressed).await.map_err(say)
}

async fn tab_to(browser: &Browser, key: &str, text: &str) -> Result<(), String> {
    let mut seen = Vec::new();
    for _ in 0..MOST_STOPS {
        keys(browser, key).await?;
        let focused = browser.value(FOCUSED_TEXT).await?;
        if focused == text {
            return Ok(());
        }
        seen.push(focused.to_string());
    }
    Err(format!(
        "the Tab key does not lead to `{text}`, but to {}",
        seen.join(", ")
    ))
}

async fn tab_around(browser: &Browser) -> Result<(), String> {
    let mut seen = Vec::new();
    for key in ["Tab", "Back"] {
        for _ in 0..MOST_STOPS {
            keys(browser, key).await?;
            // While the browser's own controls have it, no element does.
            let place = browser
                .value("document.activeElement.id || document.activeElement.localName")
                .await?;
            if place != "consent-gate-ui" && place != "body" {
                return Err(format!("the focus leaves the interface for {place}"));
            }
            seen.push(browser.value(FOCUSED_TEXT).await?.to_string());
        }
    }
    if seen
        .iter()
        .any(|text| text == "\"Close without saving\"" || text == "\"Close and refuse\"")
    {
        Ok(())
    } else {
        Err(format!(
            "the focus is not led around, but to {}",
            seen.join(", ")
        ))
    }
}

/// The button of the interface with this text, where it can be seen. The last one, because the
/// preferences come after the banner and lie above it.
pub fn button(text: &str) -> String {
    format!(
        "({INTERFACE}).findLast((part) => part.matches('button') \
         && part.textContent.trim() === '{text}' && part.checkVisibility())"
    )
}

/// The switch of a category, by its label, which is what a visitor clicks on.
fn switch(category: &str) -> String {
    format!(
        "({INTERFACE}).findLast((part) => part.matches('label') \
         && part.control?.matches('[role=switch][name={category}]') && part.checkVisibility())"
    )
}

/// Every element of the interface; none while there is no interface.
const INTERFACE: &str =
    "[...document.getElementById('consent-gate-ui')?.shadowRoot?.querySelectorAll('*') ?? []]";

/// What has the focus is called so, looked for into shadow trees and frames.
pub const FOCUSED_TEXT: &str = "((active) => {
    for (let inner = active; inner; ) {
        inner = active.shadowRoot?.activeElement ?? active.contentDocument?.activeElement;
        if (inner) active = inner;
    }
    const name = active?.getAttribute('aria-label') || active?.labels?.[0]?.querySelector('b') || active;
    return (name?.textContent ?? name ?? '').trim();
})(document.activeElement)";

/// More stops than any page of these tests has.
const MOST_STOPS: usize = 30;

fn say(fault: impl std::fmt::Display) -> String {
    fault.to_string()
}
