//! Stand-ins for the world's trackers, under the names that they really have.
//!
//! A stand-in does what is seen of the original from outside: it says that it ran (its name is
//! pushed to `window.__ran`), takes over what was queued for it, sets the cookies that it is known
//! for, and reports to its collecting host over the channel that the original uses. Nothing of the
//! originals' code is in it.
//!
//! Every other host answers by what the browser wanted: a script that says its own address, a
//! pixel, a frame, an empty object. `?delay=<ms>` makes any of them slow.
//!
//! ```
//! use stage::{Scheme, Visit, third_party};
//!
//! let visit = Visit::new(Scheme::Https, "connect.facebook.net", "GET", "/en_US/fbevents.js");
//! let body = third_party(&visit).pieces[0].bytes.clone();
//! assert!(String::from_utf8_lossy(&body).contains("_fbp"));
//! ```

use std::fmt::Write as _;

use crate::answer::Answer;
use crate::ledger::Visit;

/// The answer of whoever the visit's host is, when it is not the page's own.
#[must_use]
pub fn third_party(visit: &Visit) -> Answer {
    let answer = if visit.method == "OPTIONS" {
        Answer::empty()
    } else {
        match STAND_INS.iter().find(|one| one.answers(visit)) {
            Some(stand_in) => Answer::script(stand_in.source()),
            None => answer_by_use(visit),
        }
    };
    answer.after(visit.delay()).open_to(visit)
}

fn answer_by_use(visit: &Visit) -> Answer {
    let path = visit.path.as_str();
    let wanted_for = visit.wanted_for.as_deref().unwrap_or_default();
    let ends_with = |ending: &str| path.ends_with(ending);
    if wanted_for == "script" || ends_with(".js") {
        let mut source = run_line(&format!("{}{path}", visit.host));
        if ends_with(".mjs") {
            source.push_str("export default 1;\n");
        }
        return Answer::script(source);
    }
    match wanted_for {
        "image" => Answer::pixel(),
        "iframe" | "frame" | "embed" | "object" | "document" => Answer::html(FRAME),
        "style" => Answer::new(200, "text/css; charset=utf-8", ":root { --reached: 1 }"),
        _ if ends_with(".gif") || ends_with(".png") => Answer::pixel(),
        _ if ends_with(".html") => Answer::html(FRAME),
        _ => Answer::json("{}"),
    }
}

/// How a stand-in reports.
#[derive(Clone, Copy, Debug)]
enum Channel {
    Beacon,
    Fetch,
    Image,
    Request,
}

#[derive(Debug)]
struct StandIn {
    host: &'static str,
    /// The script's path begins with this.
    path: &'static str,
    /// What it says when it ran.
    name: &'static str,
    /// What it does first: where the original looks for the calls that were queued for it.
    takes_over: &'static str,
    cookies: &'static [&'static str],
    reports: &'static [(Channel, &'static str)],
}

impl StandIn {
    fn answers(&self, visit: &Visit) -> bool {
        visit.host == self.host && visit.path.starts_with(self.path)
    }

    /// The script. `window.__report.<name>()` sends the reports once more, for a test that wants
    /// to know what a script that runs already can still do.
    fn source(&self) -> String {
        let mut source = run_line(self.name);
        source.push_str(self.takes_over);
        source.push('\n');
        let mut body = String::new();
        for cookie in self.cookies {
            let _infallible = writeln!(
                body,
                "document.cookie = '{cookie}; path=/; max-age=34560000';"
            );
        }
        for (channel, url) in self.reports {
            let _infallible = match channel {
                Channel::Beacon => writeln!(body, "navigator.sendBeacon('{url}', 'x');"),
                Channel::Fetch => writeln!(
                    body,
                    "fetch('{url}', {{ method: 'POST', keepalive: true }}).catch(function () {{}});"
                ),
                Channel::Image => writeln!(body, "new Image().src = '{url}';"),
                Channel::Request => writeln!(
                    body,
                    "(function (x) {{ x.open('POST', '{url}'); x.send('x'); }})(new XMLHttpRequest());"
                ),
            };
        }
        let name = self.name;
        let _infallible = write!(
            source,
            "(window.__report = window.__report || {{}})['{name}'] = function () {{\n{body}}};\n\
             window.__report['{name}']();\n"
        );
        source
    }
}

fn run_line(name: &str) -> String {
    format!("(window.__ran = window.__ran || []).push('{name}');\n")
}

const FRAME: &str = "<!doctype html><title>frame</title><p>A frame of somebody else's.</p>";

const STAND_INS: &[StandIn] = &[
    StandIn {
        host: "www.googletagmanager.com",
        path: "/gtag/js",
        name: "gtag",
        takes_over: "window.__queued = (window.dataLayer || []).map(function (call) { return call[0]; });",
        cookies: &["_ga=GA1.1.1.1", "_ga_TEST=GS2.1.1"],
        reports: &[(
            Channel::Fetch,
            "https://www.google-analytics.com/g/collect?v=2",
        )],
    },
    StandIn {
        host: "www.googletagmanager.com",
        path: "/gtm.js",
        name: "gtm",
        takes_over: "",
        cookies: &[],
        reports: &[],
    },
    StandIn {
        host: "www.google-analytics.com",
        path: "/analytics.js",
        name: "analytics",
        takes_over: "window.__queued = (window.ga && window.ga.q || []).map(function (call) { return call[0]; });",
        cookies: &["_ga=GA1.2.1.1", "_gid=GA1.2.2.2"],
        reports: &[(
            Channel::Request,
            "https://www.google-analytics.com/j/collect?v=1",
        )],
    },
    StandIn {
        host: "connect.facebook.net",
        path: "/en_US/fbevents.js",
        name: "fbevents",
        takes_over: "window.__queued = (window.fbq && window.fbq.queue || []).map(function (call) { return call[0]; });",
        cookies: &["_fbp=fb.1.1.1"],
        reports: &[(
            Channel::Image,
            "https://www.facebook.com/tr/?id=1&ev=PageView",
        )],
    },
    StandIn {
        host: "cdn.segment.com",
        path: "/analytics.js/v1/",
        name: "segment",
        takes_over: "window.__queued = (window.analytics || []).map(function (call) { return call[0]; });",
        cookies: &["ajs_anonymous_id=1"],
        reports: &[
            (
                Channel::Fetch,
                "https://cdn.segment.com/v1/projects/KEY/settings",
            ),
            (Channel::Fetch, "https://api.segment.io/v1/p"),
        ],
    },
    StandIn {
        host: "cdn.mxpnl.com",
        path: "/libs/mixpanel-2-latest.min.js",
        name: "mixpanel",
        takes_over: "window.__queued = (window.mixpanel && window.mixpanel._i || []).map(function (call) { return call[0]; });",
        cookies: &["mp_TOKEN_mixpanel=1"],
        reports: &[(Channel::Request, "https://api-js.mixpanel.com/track/")],
    },
    StandIn {
        host: "snap.licdn.com",
        path: "/li.lms-analytics/insight.min.js",
        name: "linkedin",
        takes_over: "window.__queued = window._linkedin_data_partner_ids || [];",
        cookies: &["li_fat_id=1"],
        reports: &[(Channel::Image, "https://px.ads.linkedin.com/collect/?pid=1")],
    },
    StandIn {
        host: "bat.bing.com",
        path: "/bat.js",
        name: "uet",
        takes_over: "window.UET = function (o) { this.q = o.q; this.push = function () {}; };",
        cookies: &["_uetsid=1", "_uetvid=1"],
        reports: &[(Channel::Beacon, "https://bat.bing.com/actionp/0")],
    },
];
