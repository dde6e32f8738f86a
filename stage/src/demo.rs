//! The demo's stage: the sites of `www/`, and stand-ins for the third parties on them.
//!
//! | address | what answers |
//! |---|---|
//! | `http://127.0.0.1:8080/…` | `www/…`, then `pkg/…` (so `/consent-gate.js` is the built file) |
//! | `http://<name>.localhost:8080/…` | `www/stand-ins/<name>/…` |
//! | `http://127.0.0.1:<port>/…` | the same, on the port that `www/stand-ins/hosts.tsv` gives the name: for Safari, which does not look up `*.localhost` |
//! | `/__log` on the first port | what the stand-ins were asked, newest last, as JSON; `?since=<number>` for the newer part. Every answer of the sites has the newest number of its moment in `Server-Timing: log;dur=<number>` |
//!
//! A stand-in's query is ignored; a file without an ending is what the browser wants it for, and a
//! script where it does not say (`gtag/js`); what is not there is a pixel where a picture was
//! wanted, and else 204.
//!
//! Pages and stand-ins are written with the names and port 8080. Where the demo is served on another port, that one
//! is in its place, and the ports of the stand-ins are as much higher or lower. A page asked for with `?ports`, and a stand-in asked for by its port, is sent with
//! `//<name>.localhost:8080/` replaced by `//127.0.0.1:<port>/`; nothing else is ever changed in a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use crate::answer::Answer;
use crate::folder::{find_file, send_file};
use crate::ledger::{Ledger, Visit};
use crate::server::Stage;

/// Serves the demo until the process ends.
///
/// # Errors
///
/// When the port is taken, or the folder has no `www`.
pub fn run(root: &Path, port: u16) -> io::Result<()> {
    if !root.join("www").is_dir() {
        let fault = format!("there is no folder `www` in {}", root.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, fault));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut ports = read_ports(&root.join("www/stand-ins/hosts.tsv"))?;
        for (further, _) in &mut ports {
            *further = moved(*further, port);
        }
        let log = Ledger::default();
        let demo = Arc::new(Demo {
            root: root.to_path_buf(),
            port,
            ports: ports.clone(),
            log,
        });
        let mut stages = vec![start(port, Arc::clone(&demo)).await?];
        for (further, name) in ports {
            match start(further, Arc::clone(&demo)).await {
                Ok(stage) => stages.push(stage),
                // Only a browser that can't look up `*.localhost` misses it.
                Err(fault) => println!("{name} has no port of its own: {fault}"),
            }
        }
        println!("The demo is at http://127.0.0.1:{port}/ (stop it with Ctrl+C)");
        std::future::pending::<()>().await;
        drop(stages);
        Ok(())
    })
}

async fn start(port: u16, demo: Arc<Demo>) -> io::Result<Stage> {
    let respond = Arc::new(move |visit: &Visit| demo.answer(visit));
    Stage::start(port, respond).await.map_err(|fault| {
        io::Error::new(
            fault.kind(),
            format!("port {port} of 127.0.0.1 can't be opened: {fault}"),
        )
    })
}

/// The stand-ins with a port: name, port, real host, with tabs between them.
fn read_ports(file: &Path) -> io::Result<Vec<(u16, String)>> {
    let text = fs::read_to_string(file)?;
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut columns = line.split('\t');
            let named = columns
                .next()
                .zip(columns.next().and_then(|port| port.parse().ok()));
            let (name, port) = named.ok_or_else(|| {
                io::Error::other(format!("{}: no name and port: {line:?}", file.display()))
            })?;
            Ok((port, name.to_owned()))
        })
        .collect()
}

/// A port that is written for a demo on [`WRITTEN`], for one on `port`.
const fn moved(written: u16, port: u16) -> u16 {
    written.wrapping_sub(WRITTEN).wrapping_add(port)
}

struct Demo {
    root: PathBuf,
    /// The sites' own port, which is in every stand-in's address too.
    port: u16,
    /// The stand-ins that have a port to themselves.
    ports: Vec<(u16, String)>,
    /// The stand-ins' visits alone; the sites' own are of no interest to the panel.
    log: Ledger,
}

impl Demo {
    fn answer(&self, visit: &Visit) -> Answer {
        let answer = self.answer_as_written(visit);
        // What was asked is told as it was.
        if visit.path == "/__log" {
            return answer;
        }
        let by_port = match self.stand_in(visit) {
            Some(_) => !visit.host.ends_with(".localhost"),
            None => visit.parameter("ports").is_some(),
        };
        if by_port || self.port != WRITTEN {
            self.name_ports(answer, by_port)
        } else {
            answer
        }
    }

    /// The answer with this demo's own port, and with the stand-ins' ports in place of their names if that is asked for.
    fn name_ports(&self, mut answer: Answer, by_port: bool) -> Answer {
        for piece in &mut answer.pieces {
            let Ok(text) = std::str::from_utf8(&piece.bytes) else {
                continue;
            };
            let mut text = text.to_owned();
            // In what the pages declare, and in the list of the stand-ins.
            for before in ["127.0.0.1:", "\t"] {
                text = self.with_moved_ports(&text, before);
            }
            for (port, name) in self.ports.iter().filter(|_| by_port) {
                let named = format!("//{name}.localhost:{WRITTEN}/");
                text = text.replace(&named, &format!("//127.0.0.1:{port}/"));
            }
            let own = format!(".localhost:{}", self.port);
            text = text.replace(&format!(".localhost:{WRITTEN}"), &own);
            piece.bytes = text.into();
        }
        answer
    }

    /// A text in which each port of a stand-in that stands behind `before` is the one that it has here.
    fn with_moved_ports(&self, text: &str, before: &str) -> String {
        let mut parts = text.split(before);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| {
            let end = part.find(|c: char| !c.is_ascii_digit());
            let (digits, rest) = part.split_at(end.unwrap_or(part.len()));
            let here = digits.parse().ok().map(|port| moved(port, self.port));
            let here = here.filter(|here| self.ports.iter().any(|(port, _)| port == here));
            let port = here.map_or_else(|| digits.to_owned(), |here| here.to_string());
            format!("{text}{before}{port}{rest}")
        })
    }

    fn answer_as_written(&self, visit: &Visit) -> Answer {
        match self.stand_in(visit) {
            Some(name) => {
                if visit.method == "OPTIONS" {
                    return Answer::empty().open_to(visit);
                }
                self.log.write(visit.clone());
                self.log.keep(LOG_LENGTH);
                self.answer_for(name, visit).open_to(visit)
            }
            None if visit.path == "/__log" => self.read_log(visit),
            None => {
                let newest = format!("log;dur={}", self.log.newest());
                self.answer_for_site(&visit.path)
                    .with("server-timing", &newest)
            }
        }
    }

    /// Which stand-in is meant.
    fn stand_in<'v>(&'v self, visit: &'v Visit) -> Option<&'v str> {
        match visit.host.strip_suffix(".localhost") {
            Some(name) => name.split('.').next(),
            None => self
                .ports
                .iter()
                .find_map(|(port, name)| (visit.port == Some(*port)).then_some(name.as_str())),
        }
    }

    fn answer_for(&self, name: &str, visit: &Visit) -> Answer {
        // The name becomes part of a path only through `find_file`, which refuses to climb.
        let inside = format!("/{name}{}", visit.path);
        let found = find_file(&self.root.join("www/stand-ins"), &inside)
            .and_then(|file| send_file(&file, content_type_by_use(visit)));
        match (found, visit.wanted_for.as_deref()) {
            (Some(answer), _) => answer,
            (None, Some("image")) => Answer::pixel(),
            (None, _) => Answer::empty(),
        }
    }

    fn answer_for_site(&self, path: &str) -> Answer {
        let in_package = path.strip_prefix("/pkg").unwrap_or(path);
        find_file(&self.root.join("www"), path)
            .or_else(|| find_file(&self.root.join("pkg"), in_package))
            .and_then(|file| send_file(&file, "application/octet-stream"))
            .unwrap_or_else(Answer::missing)
    }

    fn read_log(&self, visit: &Visit) -> Answer {
        let since = visit
            .parameter("since")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let lines: Vec<_> = self
            .log
            .since(since)
            .into_iter()
            .map(|seen| {
                json!({
                    "number": seen.number,
                    "method": seen.method,
                    "host": seen.host,
                    "port": seen.port,
                    "path": seen.path,
                    "query": seen.query,
                    "cookie": seen.cookie,
                    "referer": seen.referer,
                    "gpc": seen.gpc,
                    "dnt": seen.dnt,
                    "wantedFor": seen.wanted_for,
                })
            })
            .collect();
        Answer::json(serde_json::Value::from(lines).to_string())
    }
}

/// What a file without an ending is, by what the browser wants it for.
fn content_type_by_use(visit: &Visit) -> &'static str {
    match visit.wanted_for.as_deref() {
        Some("iframe" | "document" | "embed" | "object") => "text/html; charset=utf-8",
        Some("empty") => "application/json",
        Some("image") => "image/gif",
        Some(_) | None => "text/javascript; charset=utf-8",
    }
}

/// The port that pages and stand-ins are written with.
const WRITTEN: u16 = 8080;

/// So many visits are remembered for the panel.
const LOG_LENGTH: usize = 2000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Scheme;

    #[test]
    fn on_another_port_the_stand_ins_have_others_too() {
        let demo = Demo {
            root: PathBuf::new(),
            port: 8090,
            ports: vec![(moved(8081, 8090), "one".to_owned())],
            log: Ledger::default(),
        };
        assert_eq!(
            demo.with_moved_ports("127.0.0.1:8081, 127.0.0.1:80, 8081", "127.0.0.1:"),
            "127.0.0.1:8091, 127.0.0.1:80, 8081"
        );
        assert_eq!(
            demo.with_moved_ports("one\t8081\treal", "\t"),
            "one\t8091\treal"
        );
    }

    #[test]
    fn a_stand_in_answers_under_its_name_and_on_its_port() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let ports = read_ports(&root.join("www/stand-ins/hosts.tsv")).unwrap();
        let (port, name) = ports
            .iter()
            .find(|(_, name)| name == "googletagmanager")
            .cloned()
            .expect("a stand-in for the tag that everybody has");
        let demo = Demo {
            root,
            port: 8080,
            ports,
            log: Ledger::default(),
        };
        for host in [
            format!("{name}.localhost:8080"),
            format!("127.0.0.1:{port}"),
        ] {
            let visit = Visit::new(Scheme::Http, &host, "GET", "/gtag/js?id=G-DEMO");
            let answer = demo.answer(&visit);
            assert_eq!(answer.status, 200, "{host}");
            assert_eq!(answer.headers[0].1, "text/javascript; charset=utf-8");
        }
        for (target, found) in [
            ("/sites/cloudengage/", "//googletagmanager.localhost:8080/"),
            ("/sites/cloudengage/?ports", &format!("//127.0.0.1:{port}/")),
        ] {
            let page = demo.answer(&Visit::new(Scheme::Http, "127.0.0.1:8080", "GET", target));
            let text = String::from_utf8(page.pieces[0].bytes.to_vec()).unwrap();
            assert!(text.contains(&format!("{found}gtag/js")), "{target}");
        }
        let elsewhere = Demo {
            root: demo.root.clone(),
            port: 9090,
            ports: demo.ports.clone(),
            log: Ledger::default(),
        };
        for (host, target, found) in [
            (
                "127.0.0.1:9090",
                "/sites/cloudengage/",
                "//googletagmanager.localhost:9090/",
            ),
            (
                "127.0.0.1:9090",
                "/sites/cloudengage/?ports",
                &format!("//127.0.0.1:{port}/"),
            ),
            ("127.0.0.1:9090", "/", "//probe.localhost:9090/"),
            (
                "googletagmanager.localhost:9090",
                "/gtag/js",
                "//google-analytics.localhost:9090/",
            ),
        ] {
            let page = elsewhere.answer(&Visit::new(Scheme::Http, host, "GET", target));
            let text = String::from_utf8(page.pieces[0].bytes.to_vec()).unwrap();
            assert!(
                text.contains(found) && !text.contains("8080"),
                "{host}{target}"
            );
        }
        let own = Visit::new(Scheme::Http, "127.0.0.1:8080", "GET", "/__log");
        assert!(demo.answer(&own).pieces[0].bytes.starts_with(b"["));
        assert_eq!(
            demo.log.since(0).len(),
            2,
            "the sites' own visits are not logged"
        );
    }
}
