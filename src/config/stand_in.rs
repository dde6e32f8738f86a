//! Stand-ins for the gate's types until they are there.

/// A host pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern(String);

impl HostPattern {
    /// Reads one.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let fine = !text.is_empty() && !text.contains(char::is_whitespace) && !text.contains("://");
        fine.then(|| Self(text.to_ascii_lowercase()))
            .ok_or("not a host")
    }
}

/// What is gated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Known trackers and the owner's services.
    Auto,
    /// Marked elements only.
    Manual,
    /// Every third party that is on no list.
    Strict,
}

/// Are trackers proxied through the own host known?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxies {
    /// By their signatures.
    Auto,
    /// No.
    Off,
}
