//! The local server that answers for every host.
//!
//! A page that is tried out here believes that it speaks with the whole web: the browser is told
//! to take every name to this one address, and the stage answers for the shop, for the analytics
//! vendor and for the advertiser alike. What they were asked is written into one [`Ledger`], which
//! is the judge of every end-to-end test: a tracker that has no line in it has not been reached.
//!
//! It knows nothing of consent. It does not decide, hold or judge; it only answers and writes down.
//!
//! ```no_run
//! # fn main() -> std::io::Result<()> {
//! // The demo, as `cargo xtask serve` shows it.
//! stage::demo::run(std::path::Path::new("."), 8080)
//! # }
//! ```

mod answer;
pub mod demo;
mod folder;
mod ledger;
mod server;
mod socket;
mod socks;
mod third_party;
mod tls;

pub use answer::{Answer, Piece};
pub use folder::{content_type, find_file};
pub use ledger::{Ledger, Scheme, Visit};
pub use server::{Respond, Stage};
pub use third_party::third_party;
