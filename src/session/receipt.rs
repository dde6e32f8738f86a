//! The exportable view of one choice: what was asked, what was answered, by which rules.
//!
//! The sections follow ISO/IEC TS 27560:2023 as the W3C Data Privacy Vocabulary's guide maps it: schema
//! version and ids, the processing with its purposes and recipients, the party, the events. It holds
//! nothing that identifies the visitor. It knows no calendar: the shell writes times as ISO 8601 in UTC.

use super::Session;
use crate::config::CategoryText;
use crate::consent::{Category, Service};
use crate::record::{Millis, Record};
use crate::value::{Fields, Value};

/// The form that this version writes.
const SCHEMA: &str = "consent-gate-receipt/1 (ISO/IEC TS 27560:2023)";

impl Session {
    /// The receipt of the last decision; `None` where there is none.
    #[must_use]
    pub fn receipt(&self, iso: &dyn Fn(Millis) -> String) -> Option<Value> {
        let record = self.record()?;
        let mut controller = Fields::new();
        controller.put("name", self.site_name());
        controller.put("policyUrl", self.config().policy_url.as_deref());
        let mut purposes = Vec::new();
        for category in &self.config().categories {
            purposes.push(self.purpose(category, record));
        }
        let mut event = Fields::new();
        event.put("at", iso(record.at).as_str());
        event.put("validUntil", iso(record.expires).as_str());
        event.put("action", record.action.id());
        event.put("source", record.source.id());
        event.put("doNotTrack", record.signals.dnt);
        event.put("globalPrivacyControl", record.signals.gpc);
        let mut receipt = Fields::new();
        receipt.put("schema", SCHEMA);
        receipt.put("recordId", record.id.0.as_str());
        let previous = record.previous.as_ref();
        receipt.put("previous", previous.map(|id| id.0.as_str()));
        receipt.put("controller", controller.done());
        receipt.put("jurisdiction", record.region.as_deref());
        receipt.put("regime", record.regime.id());
        receipt.put("revision", record.revision);
        receipt.put("language", record.language.as_str());
        receipt.put("purposes", Value::List(purposes));
        receipt.put("event", event.done());
        receipt.put("withdrawal", "the preferences on the site, at any time");
        Some(receipt.done())
    }

    /// One category, as it was answered, with the site's services in it, and those that were answered for alone.
    fn purpose(&self, category: &CategoryText, record: &Record) -> Value {
        let id = category.id;
        let state = if record.offered.contains(id) || id == Category::Essential {
            answer(record.granted.contains(id))
        } else {
            "unanswered"
        };
        let mut services = Vec::new();
        for one in self.gate().every_service() {
            if self.gate().service_category(one) != Some(id) {
                continue;
            }
            // One that everybody knows is named where it has an answer of its own.
            let own = record.own_answer(self.gate().service_id(one));
            let declared = self.gate().own_service(one);
            if declared.is_some() || own.is_some() {
                let name = self.gate().service_name(one);
                services.push(recipient(self.gate().service_id(one), name, declared, own));
            }
        }
        let mut purpose = Fields::new();
        purpose.put("category", id.id());
        purpose.put("state", state);
        purpose.put("services", Value::List(services));
        purpose.done()
    }
}

/// One third party, with what is declared of it, and its own answer where it has one.
fn recipient(id: &str, name: &str, declared: Option<&Service>, own: Option<bool>) -> Value {
    let said = |what: fn(&Service) -> Option<&str>| declared.and_then(what);
    let mut recipient = Fields::new();
    recipient.put("id", id);
    recipient.put("name", name);
    recipient.put("provider", said(|service| service.provider.as_deref()));
    recipient.put("purpose", said(|service| service.purpose.as_deref()));
    recipient.put("transfer", said(|service| service.transfer.as_deref()));
    recipient.put("retention", said(|service| service.retention.as_deref()));
    recipient.put("state", own.map(answer));
    recipient.done()
}

const fn answer(granted: bool) -> &'static str {
    if granted { "given" } else { "refused" }
}
