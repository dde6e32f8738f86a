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

#[cfg(test)]
mod tests {
    use crate::config::{self, Config, ConfigError, Sources};
    use crate::consent::Category;

    fn read(services: &str) -> (Config, Vec<ConfigError>) {
        let text = format!("{{\"services\":{services}}}");
        config::read(Sources {
            block: Some(serde_json::from_str(&text).expect(&text)),
            ..Sources::default()
        })
    }

    const GOOD: &str =
        r#"{"id":"good","name":"Good","category":"analytics","hosts":["good.test"]}"#;

    #[test]
    fn a_service_is_read_whole() {
        let (config, errors) = read(
            r#"[{"id":"matomo","name":"Matomo","category":"analytics",
                "hosts":["Matomo.test","/stats/","127.0.0.1:8081"],"cookies":["_pk_*"],
                "storage":["mtm"],"provider":"InnoCraft","policyUrl":"https://m.test/",
                "retention":"13 months","transfer":"none"}]"#,
        );
        assert_eq!(errors, []);
        let service = &config.services[0];
        assert_eq!(service.id.as_str(), "matomo");
        assert_eq!(service.category, Some(Category::Analytics));
        assert_eq!(service.hosts, ["Matomo.test", "/stats/", "127.0.0.1:8081"]);
        assert_eq!(service.cookies, ["_pk_*"]);
        assert_eq!(service.storage, ["mtm"]);
        assert_eq!(service.provider.as_deref(), Some("InnoCraft"));
        assert_eq!(service.policy_url.as_deref(), Some("https://m.test/"));
        assert_eq!(service.retention.as_deref(), Some("13 months"));
        assert_eq!(service.transfer.as_deref(), Some("none"));
    }

    #[test]
    fn one_without_hosts_may_go_without_a_name() {
        let (config, errors) = read(r#"[{"id":"youtube","category":"marketing"}]"#);
        assert_eq!(errors, []);
        assert_eq!(config.services[0].name, "youtube");
        assert_eq!(config.services[0].category, Some(Category::Marketing));
    }

    /// Every mistake holds its service, names its place, and loses neither the service's other hosts
    /// nor another service.
    #[test]
    fn a_faulty_service_is_kept_and_held() {
        for (bad, code, path) in [
            (
                r#""name":"B","category":"analytics","hosts":["b.test"]"#,
                "config-missing",
                "services[0].id",
            ),
            (
                r#""id":7,"name":"B","category":"analytics","hosts":["b.test"]"#,
                "config-type",
                "services[0].id",
            ),
            (
                r#""id":"a b","name":"B","category":"analytics","hosts":["b.test"]"#,
                "config-value",
                "services[0].id",
            ),
            (
                r#""id":"__proto__","name":"B","category":"analytics","hosts":["b.test"]"#,
                "config-value",
                "services[0].id",
            ),
            (
                r#""id":"marketing","name":"B","category":"analytics","hosts":["b.test"]"#,
                "config-value",
                "services[0].id",
            ),
            (
                r#""id":"b","category":"analytics","hosts":["b.test"]"#,
                "config-missing",
                "services[0].name",
            ),
            (
                r#""id":"b","name":"B","hosts":["b.test"]"#,
                "config-missing",
                "services[0].category",
            ),
            (
                r#""id":"b","name":"B","category":"statistics","hosts":["b.test"]"#,
                "config-value",
                "services[0].category",
            ),
            (
                r#""id":"b","name":"B","category":["analytics"],"hosts":["b.test"]"#,
                "config-type",
                "services[0].category",
            ),
            (
                r#""id":"b","name":"B","category":"analytics","hosts":"b.test""#,
                "config-type",
                "services[0].hosts",
            ),
            (
                r#""id":"b","name":"B","category":"analytics","hosts":["https://x.test","b.test"]"#,
                "config-host",
                "services[0].hosts[0]",
            ),
            (
                r#""id":"b","name":"B","category":"analytics","hosts":["b.test",null]"#,
                "config-type",
                "services[0].hosts[1]",
            ),
            (
                r#""id":"b","name":"B","category":"analytics","hosts":["b.test"],"cookies":["*"]"#,
                "config-value",
                "services[0].cookies[0]",
            ),
            (
                r#""id":"b","name":"B","category":"analytics","hosts":["b.test"],"storage":[""]"#,
                "config-value",
                "services[0].storage[0]",
            ),
            (
                r#""id":"b","name":"B","category":"analytics","hosts":["b.test"],"policyUrl":"javascript:1""#,
                "config-url",
                "services[0].policyUrl",
            ),
            (
                r#""id":"b","name":"B","category":"analytics","hosts":["b.test"],"cookie":["_b"]"#,
                "config-unknown",
                "services[0].cookie",
            ),
        ] {
            let (config, errors) = read(&format!("[{{{bad}}},{GOOD}]"));
            let places: Vec<_> = errors.iter().map(|e| (e.code, e.path.as_str())).collect();
            assert_eq!(places, [(code, path)], "{bad}");
            assert_eq!(config.services.len(), 2, "{bad}");
            assert_eq!(config.services[0].category, None, "{bad}");
            assert_eq!(config.services[0].hosts, ["b.test"], "{bad}");
            assert_eq!(
                config.services[1].category,
                Some(Category::Analytics),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_hint_comes_with_the_mistake() {
        let (_, errors) =
            read(r#"[{"id":"b","name":"B","category":"statistics","host":["b.test"]}]"#);
        let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
        assert!(
            messages[0].contains("did you mean \"hosts\"?"),
            "{messages:?}"
        );
        assert!(
            messages[1].contains("did you mean \"analytics\"?"),
            "{messages:?}"
        );
    }

    #[test]
    fn ids_are_unique_and_the_second_of_two_is_held() {
        let (config, errors) = read(&format!("[{GOOD},{GOOD},{GOOD}]"));
        assert_eq!(errors.len(), 2);
        assert_eq!(errors[0].code, "config-duplicate");
        assert_eq!(errors[0].path, "services[1].id");
        let categories: Vec<_> = config.services.iter().map(|s| s.category).collect();
        assert_eq!(categories, [Some(Category::Analytics), None, None]);
        let mut ids: Vec<_> = config.services.iter().map(|s| s.id.as_str()).collect();
        ids.dedup();
        assert_eq!(ids.len(), 3);
    }

    #[test]
    fn what_is_no_service_at_all_is_still_one_that_is_held() {
        let (config, errors) = read(&format!("[5,null,{GOOD}]"));
        assert!(errors.iter().any(|error| error.path == "services[0]"));
        assert!(errors.iter().any(|error| error.path == "services[1]"));
        assert_eq!(config.services.len(), 3);
        assert_eq!(config.services[0].category, None);
    }

    #[test]
    fn an_object_in_place_of_the_list_is_held() {
        let (config, errors) = read(&format!("{{\"good\":{GOOD}}}"));
        assert_eq!(errors.len(), 1);
        assert_eq!(config.services[0].category, None);
        assert_eq!(config.services[0].hosts, ["good.test"]);
    }

    #[test]
    fn too_many_are_an_error_and_open_nothing() {
        let many: Vec<_> = (0..600)
            .map(|n| {
                format!("{{\"id\":\"s{n}\",\"name\":\"S\",\"category\":\"analytics\",\"hosts\":[\"s{n}.test\"]}}")
            })
            .collect();
        let (config, errors) = read(&format!("[{}]", many.join(",")));
        assert_eq!(errors.len(), 1);
        assert_eq!(
            (errors[0].code, errors[0].path.as_str()),
            ("config-limit", "services")
        );
        assert_eq!(config.services.len(), 501);
        let rest = config.services.last().expect("the rest");
        assert_eq!((rest.category, rest.hosts.len()), (None, 100));
    }
}
