//! May this load? `Gate::decide` takes references, allocates nothing, and says why.

mod grants;
mod mark;
mod request;
mod verdict;

pub use grants::{Grants, ServiceRef};
pub use mark::Mark;
pub use request::{Address, Kind, Request, Target, Write};
pub use verdict::{Decision, Permit, Reason, Verdict};
