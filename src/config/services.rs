//! The owner's services. What has a mistake is kept and held.
//!
//! A service that was left out for a misspelt category would let its tracker pass, so every entry
//! yields a service, with as many of its hosts as can be read; with any mistake in it, it has no
//! category, and the gate holds it whatever the choice. It knows no tracker by name.

use super::fault::code;
use super::near;
use super::reader::{Place, Reader, field, quote};
use crate::consent::{Category, Service, ServiceId};
use crate::gate::HostPattern;
use crate::value::Value;

/// Reads `services`.
pub(super) fn read(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Vec<Service> {
    let mut services = Services {
        reader,
        list: Vec::new(),
    };
    match value {
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                if at < MOST_SERVICES {
                    services.add(item, &place.item(at), Trust::Checked);
                } else {
                    services.reader.too_many(place, MOST_SERVICES);
                    services.hold_rest(items.get(at..).unwrap_or_default());
                    break;
                }
            }
        }
        // A list was meant; what is in it is held until it is one.
        Value::Map(fields) => {
            services.reader.wrong_type(place, "a list", value);
            for (name, item) in fields.iter().take(MOST_SERVICES) {
                services.add(item, &place.field(name), Trust::Held);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Other => {
            services.reader.wrong_type(place, "a list", value);
        }
    }
    services.list
}

/// The category of an id, with a hint for what other tools call it.
pub(super) fn category(reader: &mut Reader, value: &Value, place: &Place<'_>) -> Option<Category> {
    let known = value.as_text().and_then(Category::from_id);
    if known.is_none() {
        let meant = value.as_text().and_then(near::category_of_others);
        reader.not_a_choice(value, place, &Category::ALL.map(Category::id), meant);
    }
    known
}

/// May what is read be granted?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// If it has no mistake.
    Checked,
    /// No: what is around it is wrong already.
    Held,
}

struct Services<'r> {
    reader: &'r mut Reader,
    list: Vec<Service>,
}

impl Services<'_> {
    fn add(&mut self, value: &Value, place: &Place<'_>, trust: Trust) {
        let before = self.reader.count();
        let fields = self
            .reader
            .object(value, place, &FIELDS)
            .unwrap_or_default();
        let id = self.id(fields, place);
        let hosts = self.hosts(fields, place);
        let category = match field(fields, "category") {
            Some(value) => category(self.reader, value, &place.field("category")),
            None => {
                self.missing(&place.field("category"), "a category");
                None
            }
        };
        let name = match field(fields, "name") {
            Some(value) => self
                .reader
                .text_of(value, &place.field("name"), LONGEST_NAME),
            None => {
                // Without hosts it only changes a built-in service, or is for marked elements.
                if !hosts.is_empty() {
                    self.missing(&place.field("name"), "the name that visitors are shown");
                }
                None
            }
        };
        let cookies = self.names(fields, place, "cookies");
        let storage = self.names(fields, place, "storage");
        let provider = self.words(fields, place, "provider");
        let retention = self.words(fields, place, "retention");
        let transfer = self.words(fields, place, "transfer");
        let policy_url = field(fields, "policyUrl")
            .and_then(|value| self.reader.url(value, &place.field("policyUrl")));
        let faultless = trust == Trust::Checked && self.reader.count() == before;
        self.list.push(Service {
            name: name.unwrap_or_else(|| id.as_str().to_owned()),
            id,
            category: category.filter(|_| faultless),
            hosts,
            cookies,
            storage,
            provider,
            policy_url,
            retention,
            transfer,
        });
    }

    /// Its id, or one of ours where that can't be used.
    fn id(&mut self, fields: &[(String, Value)], place: &Place<'_>) -> ServiceId {
        let place = place.field("id");
        let given = match field(fields, "id") {
            Some(value) => self.reader.text(value, &place, LONGEST_ID),
            None => {
                self.missing(&place, "an id such as \"matomo\"");
                None
            }
        };
        if let Some(text) = given {
            // Marks name several ids with spaces between, and records have them as field names.
            let odd = text.bytes().any(|byte| byte <= b' ' || byte == 0x7f) || text == "__proto__";
            match ServiceId::new(text) {
                None => self.reader.fault(
                    &place,
                    code::VALUE,
                    &["is the id of a category; give the service an id of its own"],
                ),
                Some(_) if odd => self.reader.fault(
                    &place,
                    code::VALUE,
                    &["can't be an id; use letters, digits and hyphens"],
                ),
                Some(id) if self.is_taken(&id) => {
                    let mut message = String::new();
                    quote(&mut message, text);
                    message.push_str(" is the id of two services; give each its own");
                    self.reader.fault(&place, code::DUPLICATE, &[&message]);
                }
                Some(id) => return id,
            }
        }
        self.own_id()
    }

    fn is_taken(&self, id: &ServiceId) -> bool {
        self.list.iter().any(|service| service.id == *id)
    }

    /// An id that is still free.
    fn own_id(&self) -> ServiceId {
        let mut text = "unnamed-service".to_owned();
        loop {
            // Always an id: it is not empty, and no category is called so.
            if let Some(id) = ServiceId::new(&text)
                && !self.is_taken(&id)
            {
                return id;
            }
            text.push_str("-x");
        }
    }

    /// Its hosts, as far as they can be read. A single text in place of a list is one host.
    fn hosts(&mut self, fields: &[(String, Value)], place: &Place<'_>) -> Vec<String> {
        let Some(value) = field(fields, "hosts") else {
            return Vec::new();
        };
        let place = place.field("hosts");
        if let Value::Text(text) = value {
            self.reader.wrong_type(&place, "a list", value);
            return host(text).into_iter().collect();
        }
        let items = self.reader.list(value, &place, usize::MAX);
        items
            .unwrap_or_default()
            .iter()
            .enumerate()
            .filter_map(|(at, item)| {
                self.reader.pattern(item, &place.item(at))?;
                item.as_text().map(str::to_owned)
            })
            .collect()
    }

    /// Names of cookies or storage keys.
    fn names(
        &mut self,
        fields: &[(String, Value)],
        place: &Place<'_>,
        name: &'static str,
    ) -> Vec<String> {
        let Some(value) = field(fields, name) else {
            return Vec::new();
        };
        let place = place.field(name);
        let items = self.reader.list(value, &place, MOST_NAMES);
        let mut names = Vec::new();
        for (at, item) in items.unwrap_or_default().iter().enumerate() {
            let place = place.item(at);
            let Some(text) = self.reader.text(item, &place, LONGEST_NAME) else {
                continue;
            };
            // It would clear the cart and the session at the first refusal.
            if text.bytes().all(|byte| byte == b'*') {
                self.reader.fault(
                    &place,
                    code::VALUE,
                    &["would be every name there is; begin it with a letter, as in \"_ga*\""],
                );
            } else {
                names.push(text.to_owned());
            }
        }
        names
    }

    fn words(
        &mut self,
        fields: &[(String, Value)],
        place: &Place<'_>,
        name: &'static str,
    ) -> Option<String> {
        let value = field(fields, name)?;
        self.reader
            .text_of(value, &place.field(name), LONGEST_WORDS)
    }

    fn missing(&mut self, place: &Place<'_>, what: &str) {
        self.reader
            .fault(place, code::MISSING, &["is missing; give ", what]);
    }

    /// One held service for the hosts of all that are too many.
    fn hold_rest(&mut self, items: &[Value]) {
        let hosts = items
            .iter()
            .filter_map(|item| item.field("hosts").and_then(Value::as_list))
            .flatten()
            .filter_map(|text| host(text.as_text()?))
            .collect();
        let id = self.own_id();
        self.list.push(Service {
            name: id.as_str().to_owned(),
            id,
            category: None,
            hosts,
            cookies: Vec::new(),
            storage: Vec::new(),
            provider: None,
            policy_url: None,
            retention: None,
            transfer: None,
        });
    }
}

fn host(text: &str) -> Option<String> {
    HostPattern::parse(text).ok().map(|_| text.to_owned())
}

const FIELDS: [&str; 10] = [
    "id",
    "name",
    "category",
    "hosts",
    "cookies",
    "storage",
    "provider",
    "policyUrl",
    "retention",
    "transfer",
];

const MOST_SERVICES: usize = 500;
const MOST_NAMES: usize = 500;
/// As long as a record takes it.
const LONGEST_ID: usize = 64;
const LONGEST_NAME: usize = 256;
const LONGEST_WORDS: usize = 1024;
