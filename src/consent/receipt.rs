//! The exportable view of one choice: what was asked, what was answered, by which rules.
//!
//! The sections follow ISO/IEC TS 27560:2023 as the W3C Data Privacy Vocabulary's guide maps it: schema
//! version and ids, the processing with its purposes and recipients, the party, the events. It holds
//! nothing that identifies the visitor.

use serde::Serialize;

/// One receipt, ready to be written as JSON. Times are ISO 8601 in UTC, made by the shell.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt<'a> {
    /// The form of the receipt.
    pub schema: &'static str,
    /// The record's random id.
    pub record_id: &'a str,
    /// The record before.
    pub previous: Option<&'a str>,
    /// The site that asked.
    pub controller: Controller<'a>,
    /// Where, as ISO 3166-2, if known.
    pub jurisdiction: Option<&'a str>,
    /// The rules that were in force.
    pub regime: &'static str,
    /// The site's policy version.
    pub revision: u32,
    /// The language of the texts that were shown.
    pub language: &'a str,
    /// What was asked and answered.
    pub purposes: Vec<Purpose<'a>>,
    /// What happened, and how long it counts.
    pub event: Event<'a>,
    /// How consent is taken back.
    pub withdrawal: &'static str,
}

/// Who asked.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Controller<'a> {
    /// The site's name, or its host.
    pub name: &'a str,
    /// Its privacy policy.
    pub policy_url: Option<&'a str>,
}

/// One category, as it was answered.
#[derive(Clone, Debug, Serialize)]
pub struct Purpose<'a> {
    /// The category's id.
    pub category: &'static str,
    /// `given`, `refused`, or `unanswered`.
    pub state: &'static str,
    /// The site's services in it, with their own answers where they have one.
    pub services: Vec<Recipient<'a>>,
}

/// One third party.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipient<'a> {
    /// The service's id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Who runs it.
    pub provider: Option<&'a str>,
    /// Where data goes.
    pub transfer: Option<&'a str>,
    /// How long data is kept.
    pub retention: Option<&'a str>,
    /// Its own answer.
    pub state: Option<&'static str>,
}

/// The act itself.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event<'a> {
    /// When.
    pub at: &'a str,
    /// Until when it counts.
    pub valid_until: &'a str,
    /// What was done.
    pub action: &'static str,
    /// Where it was done.
    pub source: &'static str,
    /// Was Do Not Track on?
    pub do_not_track: bool,
    /// Was Global Privacy Control on?
    pub global_privacy_control: bool,
}

/// The form that this version writes.
pub const SCHEMA: &str = "consent-gate-receipt/1 (ISO/IEC TS 27560:2023)";
