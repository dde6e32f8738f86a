//! One attempt to load or to write, as an interceptor saw it.
//!
//! Hosts and paths arrive already split by the browser's own URL parser; there is none here.

use super::Mark;

/// What wants to load or write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A script with an address.
    Script = 0,
    /// A script with its code inside.
    InlineScript = 1,
    /// An image or pixel.
    Image = 2,
    /// A frame.
    Frame = 3,
    /// `fetch`.
    Fetch = 4,
    /// `XMLHttpRequest`.
    Xhr = 5,
    /// `navigator.sendBeacon`.
    Beacon = 6,
    /// A stylesheet.
    Stylesheet = 7,
    /// Another `<link>` that loads.
    Link = 8,
    /// Video, audio, track or poster.
    Media = 9,
    /// `<object>` or `<embed>`.
    Embed = 10,
    /// `EventSource`.
    EventSource = 11,
    /// `WebSocket`.
    WebSocket = 12,
    /// Anything else that is marked.
    Other = 13,
    /// A cookie.
    Cookie = 14,
    /// A key of local storage.
    LocalStorage = 15,
    /// A key of session storage.
    SessionStorage = 16,
    /// A form that is sent into a frame.
    Form = 17,
    /// The `ping` of a link.
    Ping = 18,
    /// A worker's own script, or one that it imports.
    Worker = 19,
    /// A module that a script imports.
    Import = 20,
    /// An address in a style: a background, a list's bullet, an `@import`.
    Style = 21,
    /// A font that a style or a script asks for.
    Font = 22,
    /// A database.
    IndexedDb = 23,
    /// A cache that pages keep themselves.
    Cache = 24,
}

impl Kind {
    /// Every kind, at the index of its number.
    pub const ALL: [Self; 25] = [
        Self::Script,
        Self::InlineScript,
        Self::Image,
        Self::Frame,
        Self::Fetch,
        Self::Xhr,
        Self::Beacon,
        Self::Stylesheet,
        Self::Link,
        Self::Media,
        Self::Embed,
        Self::EventSource,
        Self::WebSocket,
        Self::Other,
        Self::Cookie,
        Self::LocalStorage,
        Self::SessionStorage,
        Self::Form,
        Self::Ping,
        Self::Worker,
        Self::Import,
        Self::Style,
        Self::Font,
        Self::IndexedDb,
        Self::Cache,
    ];

    /// Its name in `report()` and events.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::InlineScript => "inline-script",
            Self::Image => "image",
            Self::Frame => "frame",
            Self::Fetch => "fetch",
            Self::Xhr => "xhr",
            Self::Beacon => "beacon",
            Self::Stylesheet => "stylesheet",
            Self::Link => "link",
            Self::Media => "media",
            Self::Embed => "embed",
            Self::EventSource => "eventsource",
            Self::WebSocket => "websocket",
            Self::Other => "other",
            Self::Cookie => "cookie",
            Self::LocalStorage => "local-storage",
            Self::SessionStorage => "session-storage",
            Self::Form => "form",
            Self::Ping => "ping",
            Self::Worker => "worker",
            Self::Import => "import",
            Self::Style => "style",
            Self::Font => "font",
            Self::IndexedDb => "indexed-db",
            Self::Cache => "cache",
        }
    }

    /// Does it load by a call, without an element?
    #[must_use]
    pub const fn is_call(self) -> bool {
        matches!(
            self,
            Self::Fetch | Self::Xhr | Self::Beacon | Self::EventSource | Self::WebSocket
        )
    }

    /// The kind of a number that the shims use; an unknown number is `Other`.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        Self::ALL
            .get(usize::from(number))
            .copied()
            .unwrap_or(Self::Other)
    }
}

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// Lower case, ASCII (punycode), without a trailing dot; never empty.
    pub host: &'a str,
    /// The port as text, empty for the scheme's own.
    pub port: &'a str,
    /// Path and query, from the first `/`.
    pub path: &'a str,
}

/// What a request reaches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// A host.
    Address(Address<'a>),
    /// Nothing outside of the page: inline code, `data:`, `blob:`. Only a mark can hold it.
    Local,
    /// Text that the browser's parser refused. It is held: what can't be judged stays closed.
    Unreadable,
}

/// One attempt to load something.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What wants to load.
    pub kind: Kind,
    /// Where from.
    pub target: Target<'a>,
    /// The mark on its element, if any.
    pub mark: Option<&'a Mark>,
}

/// One attempt to write a cookie, a storage key, a database or a cache.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    /// What is written.
    pub kind: Kind,
    /// The name of the cookie, key, database or cache.
    pub name: &'a str,
}
