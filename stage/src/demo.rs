//! The demo's stage: the sites of `www/`, and stand-ins for the third parties on them.
//!
//! | address | what answers |
//! |---|---|
//! | `http://127.0.0.1:8080/…` | `www/…`, then `pkg/…` (so `/consent-gate.js` is the built file) |
//! | `http://<name>.localhost:8080/…` | `www/stand-ins/<name>/…` |
//! | `http://127.0.0.1:8081/<name>/…` to `8084` | the same, for Safari, which does not look up `*.localhost` |
//! | `/__log` on the first port | what the stand-ins were asked, newest last, as JSON; `?since=<number>` for the newer part |
//!
//! A stand-in's query is ignored; a file without an ending is a script (`gtag/js`); what is not
//! there is a pixel where a picture was wanted, and else 204.

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
        let log = Ledger::default();
        let respond = Arc::new(Demo {
            root: root.to_path_buf(),
            port,
            log,
        });
        let mut stages = vec![start(port, Arc::clone(&respond)).await?];
        for further in 1..=FURTHER_PORTS {
            stages.push(start(port.saturating_add(further), Arc::clone(&respond)).await?);
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

struct Demo {
    root: PathBuf,
    port: u16,
    /// The stand-ins' visits alone; the sites' own are of no interest to the panel.
    log: Ledger,
}

impl Demo {
    fn answer(&self, visit: &Visit) -> Answer {
        match self.stand_in(visit) {
            Some((name, path)) => {
                if visit.method == "OPTIONS" {
                    return Answer::empty().open_to(visit);
                }
                self.log.write(visit.clone());
                self.log.keep(LOG_LENGTH);
                self.answer_for(name, path, visit).open_to(visit)
            }
            None if visit.path == "/__log" => self.read_log(visit),
            None => self.answer_for_site(&visit.path),
        }
    }

    /// Which stand-in is meant, and the path within it.
    fn stand_in<'v>(&self, visit: &'v Visit) -> Option<(&'v str, &'v str)> {
        if let Some(name) = visit.host.strip_suffix(".localhost") {
            return Some((name.split('.').next()?, &visit.path));
        }
        if visit.port == Some(self.port) {
            return None;
        }
        let path = visit.path.strip_prefix('/')?;
        let name = path.split('/').next()?;
        Some((name, path.get(name.len()..)?))
    }

    fn answer_for(&self, name: &str, path: &str, visit: &Visit) -> Answer {
        // The name becomes part of a path only through `find_file`, which refuses to climb.
        let inside = format!("/{name}{path}");
        let found = find_file(&self.root.join("www/stand-ins"), &inside)
            .and_then(|file| send_file(&file, "text/javascript; charset=utf-8"));
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

/// Ports after the first one that answer for the stand-ins.
const FURTHER_PORTS: u16 = 4;

/// So many visits are remembered for the panel.
const LOG_LENGTH: usize = 2000;
