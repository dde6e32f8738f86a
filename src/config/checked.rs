//! The configuration after every check: types that can't be wrong.
//!
//! What a field means, and its default, stands in the README; what is stored here is always usable,
//! because a faulty value has already fallen back to its default. It knows nothing of where a value
//! came from.
//!
//! ```
//! use consent_gate::config::Config;
//! let config = Config::default();
//! assert_eq!(config.revision, 1);
//! assert_eq!(config.categories.len(), 4);
//! ```

use crate::consent::{Category, CategorySet, Service};
use crate::gate::{HostPattern, Mode, Proxies};
use crate::regime::{Regime, Region};

/// Everything that a site can say about its gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The privacy policy.
    pub policy_url: Option<String>,
    /// The imprint.
    pub imprint_url: Option<String>,
    /// Who asks; `None` is the page's host.
    pub site_name: Option<String>,
    /// The language of the texts.
    pub language: Language,
    /// Per language, texts that stand in place of the built-in ones: `(language, [(key, text)])`.
    pub texts: Vec<(String, Vec<(String, String)>)>,
    /// The regime; `None` follows the region.
    pub regime: Option<Regime>,
    /// Where the visitor is; `None` is unknown, and gets the strictest.
    pub region: Option<Region>,
    /// Are visitors under age? Then every sale, share and marketing use needs opt-in.
    pub minor: bool,
    /// Is Do Not Track obeyed?
    pub do_not_track: Honor,
    /// Is Global Privacy Control obeyed?
    pub global_privacy_control: Honor,
    /// What is gated.
    pub gate: Mode,
    /// Hosts that count as the site's own.
    pub first_party: Vec<HostPattern>,
    /// Hosts that always pass.
    pub allow: Vec<HostPattern>,
    /// Hosts that never pass.
    pub never: Vec<HostPattern>,
    /// Are trackers known that are proxied through the site's own host?
    pub first_party_proxies: Proxies,
    /// What an undecided visitor's calls do.
    pub pending: Pending,
    /// The offered categories in display order; essential is always one of them.
    pub categories: Vec<CategoryText>,
    /// The owner's services in their own order. Ids are unique. One that has a mistake has
    /// `category: None` and is held.
    pub services: Vec<Service>,
    /// The version of the site's policy; at least 1.
    pub revision: u32,
    /// Why it is a new version.
    pub revision_note: Option<String>,
    /// After how many days a choice expires, 1 to 400; `None` is the regime's default.
    pub consent_days: Option<u32>,
    /// How the banner looks.
    pub banner: Banner,
    /// Who may widen consent by script.
    pub api: Api,
    /// What was said about single consent interfaces; what is not named is `Auto`.
    pub vendors: Vec<(String, VendorSetting)>,
    /// Where each decision's record is posted.
    pub records_endpoint: Option<String>,
    /// Where the record is kept.
    pub storage: Storage,
    /// Does a service worker hold the line?
    pub worker: Worker,
    /// Is the page reloaded after a withdrawal that a live page can't wholly obey?
    pub withdraw_reload: bool,
}

impl Config {
    /// The categories that are offered; essential is always in it.
    #[must_use]
    pub fn offered(&self) -> CategorySet {
        self.categories.iter().map(|category| category.id).collect()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            policy_url: None,
            imprint_url: None,
            site_name: None,
            language: Language::Auto,
            texts: Vec::new(),
            regime: None,
            region: None,
            minor: false,
            do_not_track: Honor::Honor,
            global_privacy_control: Honor::Honor,
            gate: Mode::Auto,
            first_party: Vec::new(),
            allow: Vec::new(),
            never: Vec::new(),
            first_party_proxies: Proxies::Auto,
            pending: Pending::Hold,
            categories: Category::ALL.map(CategoryText::plain).into(),
            services: Vec::new(),
            revision: 1,
            revision_note: None,
            consent_days: None,
            banner: Banner::default(),
            api: Api::Open,
            vendors: Vec::new(),
            records_endpoint: None,
            storage: Storage::default(),
            worker: Worker::Off,
            withdraw_reload: false,
        }
    }
}

/// The language of the texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Language {
    /// The page's, else the visitor's, else English.
    Auto,
    /// A BCP 47 tag, as it was written.
    Tag(String),
}

/// What becomes of a browser's signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Honor {
    /// It is obeyed.
    Honor,
    /// It is not looked at.
    Ignore,
}

/// What `fetch` and `XMLHttpRequest` to a held host do while the visitor is undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// They wait.
    Hold,
    /// They fail at once.
    Fail,
}

/// An offered category, with what the owner says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryText {
    /// Which.
    pub id: Category,
    /// Its title; `None` is the built-in one.
    pub title: Option<String>,
    /// Its text; `None` is the built-in one.
    pub text: Option<String>,
}

impl CategoryText {
    /// The category with its built-in texts.
    #[must_use]
    pub const fn plain(id: Category) -> Self {
        Self {
            id,
            title: None,
            text: None,
        }
    }
}

/// How the banner looks and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// Its shape.
    pub layout: Layout,
    /// Its place; always one that the layout can have.
    pub position: Position,
    /// Light or dark.
    pub theme: Theme,
    /// Colours, `(name, colour)`: names are of [`Banner::COLORS`], and the colour is one that
    /// [`Color::parse`](crate::palette::Color::parse) reads.
    pub colors: Vec<(&'static str, String)>,
    /// What brings it back.
    pub reopen: Reopen,
    /// Does it open by itself where a choice is missing?
    pub auto_show: bool,
    /// Can scripts of the page look inside?
    pub root: Root,
    /// Further links.
    pub links: Vec<Link>,
}

impl Banner {
    /// The names of the colours that can be set, as words in one text.
    pub const COLORS: &str = "background text accent accentText border focus";
}

impl Default for Banner {
    fn default() -> Self {
        Self {
            layout: Layout::Bar,
            position: Position::Bottom,
            theme: Theme::Auto,
            colors: Vec::new(),
            reopen: Reopen::Button,
            auto_show: true,
            root: Root::Open,
            links: Vec::new(),
        }
    }
}

/// The banner's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// As wide as the window, at its top or bottom.
    Bar,
    /// A box in a corner.
    Box,
    /// In the middle, over a dimmed page.
    Modal,
}

/// The banner's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Top edge (bar).
    Top,
    /// Bottom edge (bar).
    Bottom,
    /// Upper left corner (box).
    TopLeft,
    /// Upper right corner (box).
    TopRight,
    /// Lower left corner (box).
    BottomLeft,
    /// Lower right corner (box).
    BottomRight,
    /// Middle (modal, box).
    Center,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the visitor's system.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What brings the preferences back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reopen {
    /// A small button in the corner.
    Button,
    /// Nothing of ours; the page has its own link.
    Nothing,
}

/// The mode of the banner's shadow root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// Scripts of the page can look inside.
    Open,
    /// They can't.
    Closed,
}

/// A link with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub text: String,
    /// Where it goes: http(s), mailto or relative.
    pub url: String,
}

/// Who may widen consent by script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// Any script.
    Open,
    /// Only during a visitor's own gesture.
    Activation,
    /// Nobody.
    ReadOnly,
}

/// What was said about one consent interface.
#[derive(Clone, Debug, PartialEq)]
pub enum VendorSetting {
    /// Used where the page has it.
    Auto,
    /// Left alone.
    Off,
    /// Its own options. This version has no interface that could check them, and doesn't keep them.
    Options,
}

/// Where the record is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// The key in local storage, and the name of the cookie in its place.
    pub key: String,
    /// The domain of that cookie, to share it over subdomains; lower case, no dot in front.
    pub cookie_domain: Option<String>,
    /// The owner's other domains.
    pub domains: Vec<String>,
}

impl Storage {
    /// The key where none is given.
    pub const KEY: &'static str = "consent-gate";
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            key: Self::KEY.to_owned(),
            cookie_domain: None,
            domains: Vec::new(),
        }
    }
}

/// The service worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worker {
    /// None.
    Off,
    /// The script's own file.
    Own,
    /// The file at this address.
    Url(String),
}
