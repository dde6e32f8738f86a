//! The gate itself: the owner's rules, the built-in ones, and what both know of services.
//!
//! It is built once per configuration; afterwards only the site can be told to it.

use super::host::{PageHost, bare, covers, stands_alone};
use super::names::{End, fits};
use super::trackers::Table;
use super::{Address, HostPattern, Kind, ServiceRef};
use crate::consent::{Category, Service};

/// What the gate gates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Known trackers and the owner's services; other hosts pass.
    #[default]
    Auto,
    /// Marked elements only.
    Manual,
    /// Every third party that is on no list, too.
    Strict,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Manual, Self::Strict];
}

/// Are trackers looked for on the site's own host?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proxies {
    /// By signatures that only one vendor has.
    #[default]
    Auto,
    /// Not at all.
    Off,
}

impl Proxies {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Auto, Self::Off];
}

/// What the owner asked for, as far as the gate is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// What is gated.
    pub mode: Mode,
    /// Whether trackers are looked for on the own site.
    pub proxies: Proxies,
    /// The page's host; empty where it has none.
    pub page_host: String,
    /// The page's port; empty for the scheme's own.
    pub page_port: String,
    /// What never passes.
    pub never: Vec<HostPattern>,
    /// What always passes.
    pub allow: Vec<HostPattern>,
    /// What counts as the site's own.
    pub first_party: Vec<HostPattern>,
    /// The owner's services. Hosts that `HostPattern::parse` refuses match nothing.
    pub services: Vec<Service>,
}

/// Decides what may load.
#[derive(Debug)]
pub struct Gate {
    pub(super) mode: Mode,
    pub(super) proxies: Proxies,
    pub(super) page: PageHost,
    pub(super) never: Vec<HostPattern>,
    pub(super) allow: Vec<HostPattern>,
    pub(super) first_party: Vec<HostPattern>,
    pub(super) hosts: Vec<(HostPattern, u16)>,
    pub(super) table: &'static Table,
    site: Option<String>,
    services: Vec<Service>,
    /// For each built-in service, the owner's of the same id.
    overrides: Vec<Option<u16>>,
}

impl Gate {
    /// A gate by the owner's rules.
    #[must_use]
    pub fn new(mut rules: Rules) -> Self {
        let table = Table::built_in();
        let mut hosts = Vec::new();
        for (at, service) in (0..).zip(&rules.services) {
            for host in &service.hosts {
                if let Ok(pattern) = HostPattern::parse(host) {
                    hosts.push((pattern, at));
                }
            }
        }
        let overrides = table
            .services
            .iter()
            .map(|known| {
                let mut own = (0..).zip(&rules.services);
                own.find(|(_, service)| service.id.as_str() == known.id)
                    .map(|(at, _)| at)
            })
            .collect::<Vec<Option<u16>>>();
        // One that only moves a built-in service keeps its name.
        for (known, own) in table.services.iter().zip(&overrides) {
            if let Some(service) = own.and_then(|at| rules.services.get_mut(usize::from(at)))
                && service.name == known.id
            {
                known.name.as_str().clone_into(&mut service.name);
            }
        }
        Self {
            mode: rules.mode,
            proxies: rules.proxies,
            page: PageHost {
                host: bare(&rules.page_host).to_ascii_lowercase(),
                port: rules.page_port,
            },
            never: rules.never,
            allow: rules.allow,
            first_party: rules.first_party,
            hosts,
            table,
            site: None,
            services: rules.services,
            overrides,
        }
    }

    /// Must the site be found before `host` can be judged? Only a host that ends like the page's
    /// own can belong to its site, and only then is a cookie probe worth its price.
    #[must_use]
    pub fn needs_site(&self, host: &str) -> bool {
        let host = bare(host);
        let page = self.page.host.as_str();
        self.site.is_none()
            && !host.eq_ignore_ascii_case(page)
            && !stands_alone(page)
            && !stands_alone(host)
            && last_two(page).eq_ignore_ascii_case(last_two(host))
    }

    /// The page's registrable domain, or its exact host where cookies are refused.
    ///
    /// A site of which the page is no part is not taken: it would let foreign hosts pass.
    pub fn set_site(&mut self, site: &str) {
        let site = bare(site).trim_start_matches('.').to_ascii_lowercase();
        if covers(&site, &self.page.host) {
            self.site = Some(site);
        }
    }

    /// The page's registrable domain, if it was looked for.
    pub(super) fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// The service of an id; the owner's come first.
    #[must_use]
    pub fn find_service(&self, id: &str) -> Option<ServiceRef> {
        self.every_service()
            .find(|service| self.service_id(*service) == id)
    }

    /// The id of a service.
    #[must_use]
    pub fn service_id(&self, service: ServiceRef) -> &str {
        match service {
            ServiceRef::Own(at) => self.own(at).map_or("", |own| own.id.as_str()),
            ServiceRef::BuiltIn(at) => self.table.service(at).map_or("", |known| known.id),
        }
    }

    /// What visitors are shown for a service.
    #[must_use]
    pub fn service_name(&self, service: ServiceRef) -> &str {
        match self.resolve(service) {
            ServiceRef::Own(at) => self.own(at).map_or("", |own| own.name.as_str()),
            ServiceRef::BuiltIn(at) => self
                .table
                .service(at)
                .map_or("", |known| known.name.as_str()),
        }
    }

    /// The category that a service is answered for with; `None` holds it.
    #[must_use]
    pub fn service_category(&self, service: ServiceRef) -> Option<Category> {
        match self.resolve(service) {
            ServiceRef::Own(at) => self.own(at)?.category,
            ServiceRef::BuiltIn(at) => self.table.service(at).map(|known| known.category),
        }
    }

    /// What the owner has declared of a service.
    #[must_use]
    pub fn own_service(&self, service: ServiceRef) -> Option<&Service> {
        match self.resolve(service) {
            ServiceRef::Own(at) => self.own(at),
            ServiceRef::BuiltIn(_) => None,
        }
    }

    /// The names of cookies and keys that a built-in service is known to write, `*` for any run; also of one that the owner
    /// has named anew.
    pub fn known_names(&self, service: ServiceRef) -> impl Iterator<Item = &'static str> {
        let at = match service {
            ServiceRef::Own(own) => {
                let mut overrides = (0..).zip(&self.overrides);
                overrides
                    .find(|(_, of)| **of == Some(own))
                    .map(|(at, _)| at)
            }
            ServiceRef::BuiltIn(at) => Some(at),
        };
        let known = at.and_then(|at| self.table.service(at));
        let both = known.map_or(["", ""], |known| [known.cookies, known.storage]);
        both.into_iter().flat_map(str::split_ascii_whitespace)
    }

    /// The owner's services.
    #[must_use]
    pub fn own_services(&self) -> &[Service] {
        &self.services
    }

    /// Every service, the owner's first; a built-in one that the owner overrides is left out.
    pub fn every_service(&self) -> impl Iterator<Item = ServiceRef> {
        let own = (0..).zip(&self.services).map(|(at, _)| ServiceRef::Own(at));
        let built_in = (0..)
            .zip(&self.overrides)
            .filter(|(_, own)| own.is_none())
            .map(|(at, _)| ServiceRef::BuiltIn(at));
        own.chain(built_in)
    }

    /// The service that is known to write a name; the owner's word comes first. `None` for a name that nobody is known to write:
    /// it is the site's own.
    pub(super) fn writer_of(&self, kind: Kind, name: &str) -> Option<ServiceRef> {
        let fit = |pattern: &str| fits(pattern, name, End::Bound);
        let own = |service: &Service| {
            let names = if kind == Kind::Cookie {
                &service.cookies
            } else {
                &service.storage
            };
            names.iter().any(|pattern| fit(pattern))
        };
        let mut services = (0..).zip(&self.services);
        if let Some((at, _)) = services.find(|(_, service)| own(service)) {
            return Some(ServiceRef::Own(at));
        }
        let mut built_in = (0..).zip(&self.table.services);
        built_in
            .find(|(_, known)| {
                let names = if kind == Kind::Cookie {
                    known.cookies
                } else {
                    known.storage
                };
                names
                    .split(' ')
                    .any(|pattern| !pattern.is_empty() && fit(pattern))
            })
            .map(|(at, _)| self.resolve(ServiceRef::BuiltIn(at)))
    }

    /// The owner's service in place of the built-in one of the same id.
    pub(super) fn resolve(&self, service: ServiceRef) -> ServiceRef {
        match service {
            ServiceRef::Own(_) => service,
            ServiceRef::BuiltIn(at) => self
                .overrides
                .get(usize::from(at))
                .copied()
                .flatten()
                .map_or(service, ServiceRef::Own),
        }
    }

    /// Is the address, whose host was found readable, one of the site's own?
    pub(super) fn owns(&self, address: &Address<'_>) -> bool {
        self.is_same_site(address.host)
            || self
                .first_party
                .iter()
                .any(|pattern| pattern.matches(address, &self.page).is_some())
    }

    fn is_same_site(&self, host: &str) -> bool {
        let page = &self.page.host;
        !page.is_empty()
            && (bare(host).eq_ignore_ascii_case(page)
                || self.site.as_ref().is_some_and(|site| covers(site, host)))
    }

    fn own(&self, at: u16) -> Option<&Service> {
        self.services.get(usize::from(at))
    }
}

/// The last two labels of a host: no site is larger.
fn last_two(host: &str) -> &str {
    let dot = host.rmatch_indices('.').nth(1).map(|(at, _)| at + 1);
    dot.and_then(|at| host.get(at..)).unwrap_or(host)
}
