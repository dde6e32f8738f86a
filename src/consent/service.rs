//! One third party that can be let in or kept out.
//!
//! Plain text as the owner declared it; what its hosts match is `gate`'s business.

use super::Category;

/// The id of a service: never empty, never a category's id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceId(String);

impl ServiceId {
    /// An id from text that was checked: `None` when it is empty or a category's id.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let free = !text.is_empty() && Category::from_id(text).is_none();
        free.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A service as the site's owner declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its id, in records and in `data-consent`.
    pub id: ServiceId,
    /// What visitors are shown.
    pub name: String,
    /// The category it is answered for with. A service that couldn't be read is held: `None`.
    pub category: Option<Category>,
    /// Host patterns (contract: `example.com`, `example.com/path`, `/stats/`, with an optional
    /// `:port`), each already accepted by `gate::HostPattern::parse`.
    pub hosts: Vec<String>,
    /// Names of its cookies, `*` for any run.
    pub cookies: Vec<String>,
    /// Names of its keys in local and session storage, `*` for any run.
    pub storage: Vec<String>,
    /// What it is for, in words.
    pub purpose: Option<String>,
    /// Who runs it.
    pub provider: Option<String>,
    /// Its privacy policy.
    pub policy_url: Option<String>,
    /// How long it keeps what it stores, in words.
    pub retention: Option<String>,
    /// Which country data goes to, in words.
    pub transfer: Option<String>,
}
