//! What stands in the place of a held frame, and what the visitor does there.
//!
//! Only where content was meant that somebody came for: a frame of the functional category (video, map, chat, post), of a
//! service that the owner declared, or that is marked up. What a tracker puts in gets no word of ours. The page's half
//! is `www/gate/placeholders.js`.

use wasm_bindgen::prelude::wasm_bindgen;

use super::{App, Engine, show};
use crate::banner::{Embed, Screen};
use crate::consent::Category;
use crate::gate::{Decision, Reason, Target, Verdict};
use crate::record::Source;
use crate::session::{Choice, Event};

#[wasm_bindgen]
impl Engine {
    /// The view of the placeholder of a held frame, for the interface; empty where none is due. `title`: what the page
    /// calls the frame.
    pub fn placeholder(&self, number: u32, title: &str) -> String {
        let Some((decision, host, several)) = self.held(number) else {
            return String::new();
        };
        self.app.ask(|session| {
            let category = decision
                .category
                .filter(|category| session.offered().contains(*category));
            let Some(category) = category else {
                return String::new();
            };
            if decision.verdict != Verdict::Hold || !is_content(&decision, category) {
                return String::new();
            }
            // Of several that must all be granted no one speaks for the others.
            let embed = Embed {
                category,
                service: decision.service.filter(|_| !several),
                host: &host,
                title,
            };
            Screen::placeholder(session, &embed, self.app.now())
        })
    }
}

impl Engine {
    /// The visitor did something in the placeholder of a held frame.
    pub(super) fn act_in(&self, number: u32, name: &str) {
        let app = &*self.app;
        let Some((decision, _, several)) = self.held(number) else {
            return;
        };
        match (name, decision.service.filter(|_| !several)) {
            ("once", _) => {
                if let Some(decision) = decision.once() {
                    app.quarantine().release(number, &decision, app);
                }
            }
            ("always", Some(service)) => {
                // The banner, if it is there, stays.
                app.handle(Event::Choose(
                    Choice::SetService(service, true),
                    Source::Placeholder,
                ));
            }
            ("choose", _) => show::preferences(&self.app),
            _ => {}
        }
    }

    /// How a held thing is judged now, its host, and whether it waits for several things.
    fn held(&self, number: u32) -> Option<(Decision, String, bool)> {
        let app: &App = &self.app;
        app.quarantine().look(number, |held| {
            let request = held.request();
            let host = match request.target {
                Target::Address(address) => address.host.to_owned(),
                Target::Local | Target::Unreadable => String::new(),
            };
            let several = held
                .mark
                .as_ref()
                .is_some_and(|mark| mark.services.len() + mark.categories.iter().count() > 1);
            (app.decide(&request), host, several)
        })
    }
}

fn is_content(decision: &Decision, category: Category) -> bool {
    category == Category::Functional || matches!(decision.reason, Reason::Mark | Reason::Service)
}
