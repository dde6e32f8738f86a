//! The owner's services. What has a mistake is kept and held.
//!
//! A service that was left out for a misspelt category would let its tracker pass, so every entry
//! yields a service, with as many of its hosts as can be read; with any mistake in it, it has no
//! category, and the gate holds it whatever the choice. It knows no tracker by name.

use super::near;
use super::place::Place;
use super::reader::Reader;
use crate::consent::{Category, Service, ServiceId};
use crate::gate::HostPattern;
use crate::value::Value;

/// Reads `services`.
pub(super) fn read(reader: &mut Reader, at: &Place<'_>) -> Vec<Service> {
    let mut services = Services {
        reader,
        list: Vec::new(),
    };
    if let Some(fields) = at.value.as_map() {
        // A list was meant; what is in it is held until it is one.
        services.reader.wrong_type(at, "a list");
        for (name, item) in fields.iter().take(MOST_SERVICES) {
            services.add(&at.named(name, item), Trust::Held);
        }
        return services.list;
    }
    for number in 0..services.reader.list(at, MOST_SERVICES) {
        services.add(&at.item(number), Trust::Checked);
    }
    let items = at.value.as_list().unwrap_or_default();
    if let Some(rest) = items.get(MOST_SERVICES..).filter(|rest| !rest.is_empty()) {
        services.hold_rest(rest);
    }
    services.list
}

/// The category of an id, with a hint for what other tools call it.
#[inline(never)]
pub(super) fn category(reader: &mut Reader, at: &Place<'_>) -> Option<Category> {
    if at.is_missing() {
        reader.missing(at, "one of the four categories");
        return None;
    }
    let text = at.value.as_text().unwrap_or("");
    let known = Category::from_id(text);
    if known.is_none() {
        reader.not_one_of(at, CATEGORIES, near::category_of_others(text));
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
    #[inline(never)]
    fn add(&mut self, at: &Place<'_>, trust: Trust) {
        let before = self.reader.count();
        if !self.reader.object(at, FIELDS) {
            let id = self.own_id();
            return self.list.push(held(id, Vec::new()));
        }
        let id = self.id(&at.child("id"));
        let hosts = self.hosts(at);
        let category = category(self.reader, &at.child("category"));
        let mut service = held(id, hosts);
        let name = at.child("name");
        if !name.is_missing() {
            if let Some(name) = self.reader.text(&name, LONGEST_NAME) {
                name.clone_into(&mut service.name);
            }
        } else if !service.hosts.is_empty() {
            // Without hosts it only changes a built-in service, or is for marked elements.
            self.reader
                .missing(&name, "the name that visitors are shown");
        }
        self.names(at, "cookies", &mut service.cookies);
        self.names(at, "storage", &mut service.storage);
        let reader = &mut *self.reader;
        reader.words(at, "provider", LONGEST_WORDS, &mut service.provider);
        reader.words(at, "purpose", LONGEST_WORDS, &mut service.purpose);
        reader.words(at, "retention", LONGEST_WORDS, &mut service.retention);
        reader.words(at, "transfer", LONGEST_WORDS, &mut service.transfer);
        reader.link(at, "policyUrl", &mut service.policy_url);
        if trust == Trust::Checked && reader.count() == before {
            service.category = category;
        }
        self.list.push(service);
    }

    /// Its id, or one of ours where that can't be used.
    fn id(&mut self, at: &Place<'_>) -> ServiceId {
        if at.is_missing() {
            self.reader.missing(at, "an id such as \"matomo\"");
        } else if let Some(text) = self.reader.text(at, LONGEST_ID) {
            // Marks name several ids with spaces between, and records have them as field names.
            let odd = text.bytes().any(|byte| byte <= b' ' || byte == 0x7f) || text == "__proto__";
            match ServiceId::new(text) {
                None => self.reader.refuse(
                    at,
                    "is the id of a category; give the service an id of its own",
                ),
                Some(_) if odd => self
                    .reader
                    .refuse(at, "can't be an id; use letters, digits and hyphens"),
                Some(id) if self.is_taken(&id) => {
                    self.reader
                        .twice(at, text, "; give each service its own id");
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
    #[inline(never)]
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
    fn hosts(&mut self, at: &Place<'_>) -> Vec<String> {
        let mut hosts = Vec::new();
        let Some(at) = at.given("hosts") else {
            return hosts;
        };
        for number in 0..self.reader.list(&at, usize::MAX) {
            let item = at.item(number);
            // What is wrong with it is told; what can be read of it is held.
            self.reader.pattern(&item);
            push_host(&mut hosts, item.value);
        }
        if at.value.as_text().is_some() {
            push_host(&mut hosts, at.value);
        }
        hosts
    }

    /// Names of cookies or storage keys.
    #[inline(never)]
    fn names(&mut self, at: &Place<'_>, name: &str, names: &mut Vec<String>) {
        let Some(at) = at.given(name) else {
            return;
        };
        for number in 0..self.reader.list(&at, MOST_NAMES) {
            let item = at.item(number);
            let Some(text) = self.reader.text(&item, LONGEST_NAME) else {
                continue;
            };
            // It would clear the cart and the session at the first refusal.
            if text.bytes().all(|byte| byte == b'*') {
                let message =
                    "would be every name there is; begin it with a letter, as in \"_ga*\"";
                self.reader.refuse(&item, message);
            } else {
                names.push(text.to_owned());
            }
        }
    }

    /// One held service for the hosts of all that are too many.
    fn hold_rest(&mut self, items: &[Value]) {
        let mut hosts = Vec::new();
        for item in items {
            let of_item = item.field("hosts").and_then(Value::as_list);
            for host in of_item.unwrap_or_default() {
                push_host(&mut hosts, host);
            }
        }
        self.list.push(held(self.own_id(), hosts));
    }
}

/// A service of which nothing but its hosts is known.
#[inline(never)]
fn held(id: ServiceId, hosts: Vec<String>) -> Service {
    Service {
        name: id.as_str().to_owned(),
        id,
        category: None,
        hosts,
        cookies: Vec::new(),
        storage: Vec::new(),
        provider: None,
        policy_url: None,
        purpose: None,
        retention: None,
        transfer: None,
    }
}

/// Adds what can be read of a host.
#[inline(never)]
fn push_host(hosts: &mut Vec<String>, value: &Value) {
    if let Some(text) = value.as_text() {
        let readings = [text, HostPattern::within(text)];
        let read = readings.into_iter();
        hosts.extend(
            read.map(str::to_owned)
                .find(|text| HostPattern::parse(text).is_ok()),
        );
    }
}

const FIELDS: &str =
    "id name category hosts cookies storage purpose provider policyUrl retention transfer";

/// Every id of [`Category`].
const CATEGORIES: &str = "essential analytics functional marketing";

const MOST_SERVICES: usize = 500;
const MOST_NAMES: usize = 500;
/// As long as a record takes it.
const LONGEST_ID: usize = 64;
const LONGEST_NAME: usize = 256;
const LONGEST_WORDS: usize = 1024;

#[cfg(test)]
mod tests {
    use super::CATEGORIES;
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
            // What is held by it is read out of an address, too.
            let hosts: &[_] = match code {
                "config-host" => &["x.test", "b.test"],
                _ => &["b.test"],
            };
            assert_eq!(config.services[0].hosts, hosts, "{bad}");
            assert_eq!(
                config.services[1].category,
                Some(Category::Analytics),
                "{bad}"
            );
        }
    }

    #[test]
    fn every_category_is_offered() {
        assert_eq!(CATEGORIES, Category::ALL.map(Category::id).join(" "));
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
        let paths: Vec<_> = errors.iter().map(|error| error.path.as_str()).collect();
        assert_eq!(paths, ["services[0]", "services[1]"]);
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
