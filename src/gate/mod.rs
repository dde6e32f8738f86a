//! May this load? `Gate::decide` takes references, allocates nothing, and says why.
//!
//! It sees hosts, paths and names that were split by the browser, and what is granted; it knows no
//! clock, no document and no address parser.
//!
//! ```
//! use consent_gate::gate::{Address, Gate, Grants, Kind, Request, Rules, Target, Verdict};
//! let gate = Gate::new(Rules { page_host: "shop.test".to_owned(), ..Rules::default() });
//! let address = Address { host: "www.google-analytics.com", port: "", path: "/g/collect?v=2" };
//! let request = Request { kind: Kind::Fetch, target: Target::Address(address), mark: None };
//! assert_eq!(gate.decide(&request, &Grants::NONE).verdict, Verdict::Hold);
//! ```

mod decide;
mod grants;
mod host;
mod imports;
mod inline;
mod mark;
mod names;
mod outline;
mod request;
mod rules;
mod trackers;
mod verdict;
mod wide;

pub use grants::{Grants, ServiceRef};
pub use host::{HostError, HostPattern, PageHost, Specificity};
pub use inline::free_names;
pub use mark::{Attributes, Mark};
pub use request::{Address, Kind, Request, Target, Write};
pub use rules::{Gate, Mode, Proxies, Rules};
pub use verdict::{Decision, Permit, Reason, Verdict};
