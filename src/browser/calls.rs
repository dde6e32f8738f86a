//! The calls that are made now and then, by their numbers, which are those of `www/gate/calls.js`.
//!
//! Each function that a wasm exports is paid for on both sides, some two hundred bytes before it does anything.
//! So only what is called for every address, or by the interface, has a door of its own; the rest share one for each
//! form that arguments and answers have. A number that nobody gave does nothing.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::Engine;

#[wasm_bindgen]
impl Engine {
    /// What answers nothing; `number` is that of a held thing, where it is about one.
    pub fn tell(&self, call: u8, number: u32) {
        match call {
            0 => self.drop(number),
            1 => self.settled(number),
            2 => self.pump(),
            3 => self.start(),
            4 => self.reject_all(),
            5 => self.show(),
            6 => self.hide(),
            7 => self.obey(),
            8 => self.resume(),
            9 => self.wake(),
            _ => {}
        }
    }

    /// What answers with a text.
    pub fn read(&self, call: u8) -> String {
        match call {
            0 => self.heads(),
            1 => self.outline(),
            2 => self.imports(),
            3 => self.second_line(),
            4 => self.lasting(),
            _ => String::new(),
        }
    }

    /// What is asked about a text, or told by one; answers a number.
    pub fn ask(&self, call: u8, kind: u8, text: &str) -> u32 {
        match call {
            0 => self.judge_write(kind, text),
            1 => self.is_refused(kind, text).into(),
            2 => self.waiting().into(),
            3 => self.awaits(text).into(),
            5 => self.paused().into(),
            4 => {
                self.fault(text);
                0
            }
            _ => 0,
        }
    }

    /// What a page calls, with its own values. A wrong one throws.
    pub fn call(&self, call: u8, first: JsValue, second: JsValue) -> Result<JsValue, JsValue> {
        let done = |(): ()| JsValue::UNDEFINED;
        match call {
            0 => self.has(first).map(JsValue::from_bool),
            1 => self.has_service(first).map(JsValue::from_bool),
            2 => self.is_granted(first).map(JsValue::from_bool),
            3 => Ok(self.state()),
            4 => self.accept_all().map(done),
            5 => self.set(first).map(done),
            6 => self.set_service(first, second).map(done),
            7 => self.withdraw(first).map(done),
            8 => Ok(self.report()),
            9 => Ok(self.receipt()),
            10 => self.configure(first).map(done),
            11 => self.reset().map(done),
            _ => Ok(JsValue::UNDEFINED),
        }
    }
}
