//! The public calls. Each takes what a page hands over, checks it, and throws a `TypeError` or a
//! `RangeError` that names the argument before anything has changed.
//!
//! `api.js` wraps them as `window.ConsentGate`; their types stand in `consent-gate.d.ts`.

use js_sys::{Array, Error, Function, Object, RangeError, TypeError};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};

use super::{App, Engine, notify, plain, show, storage};
use crate::config::{Sources, Worker};
use crate::consent::Category;
use crate::gate::ServiceRef;
use crate::record::{Source, WireRecord};
use crate::regime::Regime;
use crate::session::{Choice, Event, Session, Target};
use crate::value::Value;

/// What a name stands for.
enum Named {
    Category(Category),
    Service(ServiceRef),
}

#[wasm_bindgen]
impl Engine {
    /// Takes the page's side: what tells listeners, and what resolves promises after a change.
    pub fn listen(&self, emit: Function, changed: Function) {
        self.app.notices.attach(emit, changed);
    }

    /// Shows the preferences.
    pub fn preferences(&self) {
        show::preferences(&self.app);
    }
}

impl Engine {
    /// Is the category granted?
    pub(super) fn has(&self, category: JsValue) -> Result<bool, JsValue> {
        let category = category_named("category", &category)?;
        Ok(self.app.ask(|session| session.has(category)))
    }

    /// Is the service granted: its own answer, else its category's?
    pub(super) fn has_service(&self, id: JsValue) -> Result<bool, JsValue> {
        let service = self.app.service_named("id", &id)?;
        Ok(self.app.ask(|session| session.has_service(service)))
    }

    /// Is the category or service granted? For promises of it.
    pub(super) fn is_granted(&self, name: JsValue) -> Result<bool, JsValue> {
        let named = self.app.named("categoryOrService", &name)?;
        Ok(self.app.ask(|session| match named {
            Named::Category(category) => session.has(category),
            Named::Service(service) => session.has_service(service),
        }))
    }

    /// The state.
    pub(super) fn state(&self) -> JsValue {
        plain::give(&notify::state(&self.app))
    }

    /// The record's key where what is stored has to outlast a page that clears its storage: without it more would be
    /// allowed. Else nothing.
    pub(super) fn lasting(&self) -> String {
        if self.app.ask(Session::regime) == Regime::OptIn {
            String::new()
        } else {
            self.app.store.key().to_owned()
        }
    }

    /// What the second line has to know: `*` for this file as its script, an address, or nothing; the
    /// record's key; the record as it is stored; with U+0001 between them.
    pub(super) fn second_line(&self) -> String {
        let app = &self.app;
        let (mut text, wire) = app.ask(|session| {
            let worker = match &session.config().worker {
                Worker::Off => "",
                Worker::Own => "*",
                Worker::Url(address) => address,
            };
            (worker.to_owned(), session.record().map(WireRecord::from))
        });
        for part in [
            app.store.key(),
            &wire.map_or_else(String::new, |wire| storage::text(&app.natives, &wire)),
        ] {
            text.push('\u{1}');
            text.push_str(part);
        }
        text
    }

    /// Accepts everything that is offered.
    pub(super) fn accept_all(&self) -> Result<(), JsValue> {
        self.app.widen()?;
        self.app.choose(Choice::AcceptAll, Source::Api);
        Ok(())
    }

    /// Refuses everything but essential.
    pub(super) fn reject_all(&self) {
        self.app.choose(Choice::RejectAll, Source::Api);
    }

    /// Answers for single categories; the others keep their state.
    pub(super) fn set(&self, choices: JsValue) -> Result<(), JsValue> {
        let answers = self.app.answers(&choices)?;
        self.choose(Choice::Set(answers, Vec::new()))
    }

    /// Answers for one service.
    pub(super) fn set_service(&self, id: JsValue, granted: JsValue) -> Result<(), JsValue> {
        let service = self.app.service_named("id", &id)?;
        let Some(granted) = granted.as_bool() else {
            return Err(wrong_type(&["granted must be true or false"]));
        };
        self.app.check_answerable("id", service, granted)?;
        self.choose(Choice::SetService(service, granted))
    }

    /// A choice that may let something pass or not, where a script may make it.
    fn choose(&self, choice: Choice) -> Result<(), JsValue> {
        let app = &self.app;
        if app.ask(|session| session.would_widen(choice.clone(), app.now())) {
            app.widen()?;
        }
        app.choose(choice, Source::Api);
        Ok(())
    }

    /// Takes consent back: for everything, a category or a service.
    pub(super) fn withdraw(&self, name: JsValue) -> Result<(), JsValue> {
        let target = if name.is_undefined() {
            Target::Everything
        } else {
            match self.app.named("categoryOrService", &name)? {
                Named::Category(Category::Essential) => {
                    return Err(out_of_range(&[
                        "categoryOrService: \"essential\" can't be withdrawn",
                    ]));
                }
                Named::Category(category) => Target::Category(category),
                Named::Service(service) => {
                    self.app
                        .check_answerable("categoryOrService", service, false)?;
                    Target::Service(service)
                }
            }
        };
        self.choose(Choice::Withdraw(target))
    }

    /// Forgets the record, holds again and asks again. Where the law lets pass what nobody has refused, that widens.
    pub(super) fn reset(&self) -> Result<(), JsValue> {
        if self.app.ask(Session::regime) != Regime::OptIn {
            self.app.widen()?;
        }
        self.app.handle(Event::Reset);
        show::banner_again(&self.app);
        Ok(())
    }

    /// Shows the first layer.
    pub(super) fn show(&self) {
        show::banner_again(&self.app);
    }

    /// Hides the interface and stores nothing.
    pub(super) fn hide(&self) {
        show::hide(&self.app);
    }

    /// Everything third-party that was seen on this page.
    pub(super) fn report(&self) -> JsValue {
        plain::give(&notify::report(&self.app))
    }

    /// The receipt of the last decision, or `null`.
    pub(super) fn receipt(&self) -> JsValue {
        let receipt = self
            .app
            .ask(|session| session.receipt(&|at| notify::iso(&self.app.natives, at)));
        plain::give(&receipt.unwrap_or(Value::Null))
    }

    /// Replaces the configuration at run time.
    pub(super) fn configure(&self, config: JsValue) -> Result<(), JsValue> {
        if !config.is_object() || Array::is_array(&config) {
            return Err(wrong_type(&[
                "config must be an object of configuration fields",
            ]));
        }
        let value = plain::take(&self.app.natives, &config)
            .map_err(|_| wrong_type(&["config can't be read: it must be plain, as JSON is"]))?;
        let sources = Sources {
            global: Some(value),
            ..Sources::default()
        };
        let (mut config, mut mistakes) = crate::config::read(sources);
        mistakes.extend(storage::strange_domain(
            &mut config,
            &self.app.natives.page_host(),
        ));
        // Where the record lies can't change: there may be one.
        let key = self.app.store.key();
        if config.storage.cookie_domain.is_some()
            && config.storage.cookie_domain.as_deref() != self.app.store.cookie_domain()
        {
            return Err(out_of_range(&[
                "config.storage.cookieDomain can't change at run time; leave it out",
            ]));
        }
        if config.storage.key != key {
            if config.storage.key != crate::config::Storage::KEY {
                return Err(out_of_range(&[
                    "config.storage.key can't change at run time; leave it out or set it to \"",
                    key,
                    "\"",
                ]));
            }
            config.storage.key = key.to_owned();
        }
        // A script that may not widen consent by a call may not do it by a configuration either.
        if let Err(reason) = self.app.may_widen() {
            return Err(not_allowed(reason));
        }
        self.app.configure(config, mistakes);
        Ok(())
    }
}

impl App {
    fn widen(&self) -> Result<(), JsValue> {
        self.may_widen().map_err(not_allowed)
    }

    fn service_named(&self, argument: &str, name: &JsValue) -> Result<ServiceRef, JsValue> {
        let Some(id) = name.as_string() else {
            return Err(wrong_type(&[argument, " must be a service's id, a string"]));
        };
        self.ask(|session| session.gate().find_service(&id))
            .ok_or_else(|| out_of_range(&[argument, ": no service has the id \"", &id, "\""]))
    }

    fn named(&self, argument: &str, name: &JsValue) -> Result<Named, JsValue> {
        let Some(id) = name.as_string() else {
            return Err(wrong_type(&[
                argument,
                " must be a category or a service's id, a string",
            ]));
        };
        if let Some(category) = Category::from_id(&id) {
            return Ok(Named::Category(category));
        }
        self.ask(|session| session.gate().find_service(&id))
            .map(Named::Service)
            .ok_or_else(|| {
                out_of_range(&[
                    argument,
                    ": \"",
                    &id,
                    "\" is neither a category nor a service's id",
                ])
            })
    }

    /// A service can be answered for only if its category can.
    fn check_answerable(
        &self,
        argument: &str,
        service: ServiceRef,
        answer: bool,
    ) -> Result<(), JsValue> {
        let (category, offered) =
            self.ask(|session| (session.gate().service_category(service), session.offered()));
        match category {
            Some(Category::Essential) if answer => Ok(()),
            Some(Category::Essential) => Err(out_of_range(&[
                argument,
                ": an essential service can't be refused",
            ])),
            Some(category) if offered.contains(category) || !answer => Ok(()),
            Some(_) => Err(out_of_range(&[
                argument,
                ": the service's category is not offered on this site",
            ])),
            None => Err(out_of_range(&[
                argument,
                ": the service's declaration has a mistake, so it stays held; see report().errors",
            ])),
        }
    }

    fn answers(&self, choices: &JsValue) -> Result<Vec<(Category, bool)>, JsValue> {
        if !choices.is_object() || Array::is_array(choices) {
            return Err(wrong_type(&[
                "choices must be an object of categories, such as { analytics: true }",
            ]));
        }
        let offered = self.ask(Session::offered);
        let mut answers = Vec::new();
        for entry in Object::entries(choices.unchecked_ref()) {
            let entry = Array::from(&entry);
            let name = entry.get(0);
            let category = category_named("choices", &name)?;
            let id = category.id();
            let Some(answer) = entry.get(1).as_bool() else {
                return Err(wrong_type(&["choices.", id, " must be true or false"]));
            };
            if category == Category::Essential {
                if !answer {
                    return Err(out_of_range(&["choices.essential can't be refused"]));
                }
                continue;
            }
            if answer && !offered.contains(category) {
                return Err(out_of_range(&[
                    "choices.",
                    id,
                    " is not offered on this site",
                ]));
            }
            answers.push((category, answer));
        }
        Ok(answers)
    }
}

fn category_named(argument: &str, name: &JsValue) -> Result<Category, JsValue> {
    let Some(id) = name.as_string() else {
        return Err(wrong_type(&[argument, " must be a category, a string"]));
    };
    Category::from_id(&id).ok_or_else(|| {
        out_of_range(&[
            argument,
            ": \"",
            &id,
            "\" is no category; there are essential, analytics, functional, marketing",
        ])
    })
}

fn sentence(parts: &[&str]) -> String {
    let mut text = String::from("ConsentGate: ");
    for part in parts {
        text.push_str(part);
    }
    text
}

#[cold]
fn wrong_type(parts: &[&str]) -> JsValue {
    TypeError::new(&sentence(parts)).into()
}

#[cold]
fn out_of_range(parts: &[&str]) -> JsValue {
    RangeError::new(&sentence(parts)).into()
}

#[cold]
fn not_allowed(reason: &str) -> JsValue {
    let error: JsValue = Error::new(&sentence(&[reason])).into();
    // Setting a property of a fresh object can't fail.
    let _ = js_sys::Reflect::set(
        &error,
        &JsValue::from_str("code"),
        &JsValue::from_str("not-allowed"),
    );
    error
}
