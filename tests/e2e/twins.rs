//! The same page twice in the same browser: as it was before it had a gate, and with it.
//!
//! What a page of `tests/pages/twins` tells of itself (`window.told`, a promise of lines) must be the same both times, line
//! by line and in the same order. `same/` are pages on which nothing is gated: they walk over everything that the gate patches.
//! `released/` are pages whose trackers tell in which order they ran and what they met: without the gate at once,
//! with it after the visitor has accepted. What is known to differ stands in `tests/data/twin_differences.txt`, and
//! one that is listed and not there fails as well. A page of `released/` says in `window.lines` how many lines it will tell.
//!
//! In a page `%TAG%` stands for the paste of the README, `%TAG nonce="n"%` for one with that attribute, and `%TAG sri%` for one
//! with its hash. At hosts of others `/twins/name.js` is `tests/pages/twins/files/name.js`, or a script that tells its name.
//!
//! A page's headers stand beside it, in `name.headers`, one `Name: value` a line; `name@other.headers` plays the same page once
//! more under these. In both `%HASH name.js%` stands for the hash
//! of that script; in a header `%GATE%` for those of the gate's two files, and `%INLINE%` for those of the page's inline
//! scripts. What is reported to `/report` counts as told: a policy must find nothing in the gate.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use stage::{Answer, Stage, Visit, find_file, third_party};

use crate::act;
use crate::case::Kind;
use crate::driver::{Browser, Driver, Maker, POLL};
use crate::list::List;
use crate::paste::{POLICY, SCRIPT};
use crate::scene::{hash, integrity, is_own, package_answer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_with_the_gate_is_as_it_was_without() {
    let _alone = crate::ONE_BROWSER.lock().await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = std::env::var_os("PKG").map_or_else(|| root.join("pkg"), PathBuf::from);
    let pages = root.join("tests/pages/twins");
    let differences = Differences::read(&root.join("tests/data/twin_differences.txt")).unwrap();
    let wanted = std::env::var("CASE").unwrap_or_default();
    let names: Vec<String> = ["same", "released"]
        .iter()
        .flat_map(|group| pages_in(&pages, group))
        .collect();
    let stale: Vec<&String> = differences
        .pages()
        .filter(|page| {
            !names
                .iter()
                .any(|name| name == page.trim_end_matches(" again"))
        })
        .collect();
    assert!(
        stale.is_empty(),
        "twin_differences.txt names pages that are not there: {stale:?}"
    );
    let chosen: Vec<&String> = names.iter().filter(|name| name.contains(&wanted)).collect();
    if chosen.is_empty() {
        return;
    }

    let scene = Twins {
        pages,
        package,
        now: Arc::default(),
        reports: Arc::default(),
    };
    let player = scene.clone();
    let respond = Arc::new(move |visit: &Visit| player.answer(visit));
    let stage = Stage::start(0, respond).await.expect("a free port");
    let driver = Driver::start(Maker::Chromium).unwrap_or_else(|fault| panic!("{fault}"));
    let browser = driver
        .open(root, Kind::Plain, stage.port())
        .await
        .expect("a browser");
    let mut wrong = 0;
    for name in chosen {
        let begun = Instant::now();
        let faults = match play(&browser, &scene, name).await {
            Ok((bare, visits)) => visits
                .iter()
                .flat_map(|(visit, gated)| differences.faults(visit, &bare, gated))
                .collect(),
            Err(fault) => vec![fault],
        };
        println!(
            "twins/{name} {} ms, {} faults",
            begun.elapsed().as_millis(),
            faults.len()
        );
        if !faults.is_empty() {
            wrong += 1;
            println!("FAILED twins/{name}\n    {}", faults.join("\n    "));
        }
        if let Err(fault) = act::leave(&browser).await {
            println!("{name}: the page can't be left: {fault}");
        }
    }
    if let Err(fault) = browser.client.close().await {
        println!("the browser did not close: {fault}");
    }
    assert_eq!(wrong, 0, "{wrong} pages are not the same with the gate");
}

fn pages_in(pages: &Path, group: &str) -> Vec<String> {
    let listing = fs::read_dir(pages.join(group))
        .into_iter()
        .flatten()
        .flatten();
    let mut names: Vec<String> = listing
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter_map(|file| {
            let variant = file
                .strip_suffix(".headers")
                .filter(|own| own.contains('@'));
            let name = file.strip_suffix(".html").or(variant)?;
            Some(format!("{group}/{name}"))
        })
        .collect();
    names.sort();
    names
}

/// What the page tells without the gate, and what with it, on each visit by the name that it has in the list: one on which
/// all is accepted, and one `again` on which it is from the beginning.
async fn play(browser: &Browser, scene: &Twins, name: &str) -> Result<Told, String> {
    let label = name.replace(['/', '@'], "-");
    let open = async |host: String, has_gate: bool| -> Result<String, String> {
        scene.play(&host, name, has_gate);
        browser.open(&format!("https://{host}/")).await?;
        Ok(host)
    };
    let host = open(format!("{label}-bare.test"), false).await?;
    let mut bare = told_whole(browser, &host).await?;
    bare.extend(scene.reports(&host));

    let host = open(format!("{label}-gate.test"), true).await?;
    let mut early = Vec::new();
    let is_released = name.starts_with("released/");
    if is_released {
        act::sentinel(browser, 0).await?;
        early = told(browser, &host).await?;
        browser.value("void ConsentGate.acceptAll()").await?;
    }
    let mut first = told_finally(browser, scene, &host).await?;
    for line in early {
        if let Some(found) = first.iter_mut().find(|told| **told == line) {
            found.insert_str(0, "before consent: ");
        }
    }
    let mut visits = vec![(name.to_owned(), first)];
    if is_released {
        open(host.clone(), true).await?;
        // A sandbox remembers nothing.
        if browser.value("ConsentGate.has('analytics')").await? == true {
            let again = told_finally(browser, scene, &host).await?;
            visits.push((format!("{name} again"), again));
        }
    }
    Ok((bare, visits))
}

type Told = (Vec<String>, Vec<(String, Vec<String>)>);

/// What it has told, and what was reported of it, when nothing more may come.
async fn told_finally(browser: &Browser, scene: &Twins, host: &str) -> Result<Vec<String>, String> {
    told_whole(browser, host).await?;
    act::sentinel(browser, 1).await?;
    let mut lines = told(browser, host).await?;
    lines.extend(scene.reports(host));
    Ok(lines)
}

/// What it tells once it has told as many lines as it says that it will, or has had time enough.
async fn told_whole(browser: &Browser, host: &str) -> Result<Vec<String>, String> {
    let wanted = browser.value("window.lines ?? 0").await?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let lines = told(browser, host).await?;
        if lines.len() as u64 >= wanted.as_u64().unwrap_or_default() || Instant::now() > deadline {
            return Ok(lines);
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn told(browser: &Browser, host: &str) -> Result<Vec<String>, String> {
    let answer = browser.value("window.told").await?;
    let lines = answer
        .as_array()
        .ok_or_else(|| format!("the page told {answer}"))?;
    let lines = lines.iter().filter_map(|line| line.as_str());
    Ok(lines.map(|line| line.replace(host, "HOST")).collect())
}

#[derive(Clone, Debug)]
struct Twins {
    pages: PathBuf,
    package: PathBuf,
    now: Arc<Mutex<(String, String, bool)>>,
    // Host and text.
    reports: Arc<Mutex<Vec<(String, String)>>>,
}

impl Twins {
    fn play(&self, host: &str, name: &str, has_gate: bool) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) =
            (host.to_owned(), name.to_owned(), has_gate);
    }

    fn answer(&self, visit: &Visit) -> Answer {
        let (host, name, has_gate) = self
            .now
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let path = visit.path.as_str();
        let answer = match path {
            "/" if visit.host == host => self.page(&name, has_gate),
            "/report" => {
                let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
                reports.push((visit.host.clone(), visit.body.clone()));
                Answer::empty()
            }
            "/sentinel" => Answer::pixel(),
            "/favicon.ico" => Answer::empty(),
            _ if path.starts_with("/twins/") && path.ends_with(".js") => self.script(visit),
            _ if is_own(&host, &visit.host) => match find_file(&self.package, path) {
                Some(file) => package_answer(&file),
                None => Answer::missing(),
            },
            "/twins/missing.gif" => Answer::missing(),
            _ => return third_party(visit),
        };
        answer.after(visit.delay()).open_to(visit)
    }

    fn page(&self, name: &str, has_gate: bool) -> Answer {
        let read = |name: &str, ending: &str| {
            fs::read_to_string(self.pages.join(format!("{name}.{ending}"))).unwrap_or_default()
        };
        let own = name.split('@').next().unwrap_or(name);
        let page = filled(&read(own, "html"), "%HASH ", |script| {
            integrity(self.source(script).as_bytes())
        });
        let page = filled(&page, "%TAG", |with| {
            if has_gate {
                self.tag(with.trim())
            } else {
                String::new()
            }
        });
        let inline = page
            .split("<script")
            .skip(1)
            .filter_map(|rest| rest.split_once('>'));
        let inline = inline.filter(|(attributes, _)| !attributes.contains("src="));
        let inline = inline.filter_map(|(_, rest)| rest.split_once("</script>"));
        let inline: Vec<String> = inline
            .map(|(text, _)| format!("'{}'", integrity(text.as_bytes())))
            .collect();
        let gate = format!(
            "'{}' '{}'",
            hash(&self.package, "consent-gate.js"),
            hash(&self.package, "consent-gate-ui.js")
        );
        let headers = filled(&read(name, "headers"), "%HASH ", |script| {
            integrity(self.source(script).as_bytes())
        });
        let headers = headers
            .replace("%GATE%", &gate)
            .replace("%INLINE%", &inline.join(" "));
        let mut answer = Answer::html(page);
        for (name, value) in headers.lines().filter_map(|line| line.split_once(": ")) {
            answer = answer.with(name, value);
        }
        answer
    }

    /// The paste of the README, with the attributes that the page's policies want. On one line, so that those of the page keep
    /// their numbers.
    fn tag(&self, with: &str) -> String {
        let with = match with {
            "sri" => format!(
                " integrity=\"{}\" crossorigin",
                hash(&self.package, "consent-gate.js")
            ),
            _ if with.is_empty() => String::new(),
            _ => format!(" {with}"),
        };
        let script = SCRIPT.replace("<script", &format!("<script{with}"));
        script + POLICY
    }

    fn source(&self, name: &str) -> String {
        let own = find_file(&self.pages.join("files"), name)
            .and_then(|file| fs::read_to_string(file).ok());
        own.unwrap_or_else(|| format!("say('{name}');\n"))
    }

    fn script(&self, visit: &Visit) -> Answer {
        let referer = visit.referer.as_deref().unwrap_or("-");
        let source = self.source(visit.path.trim_start_matches("/twins/"));
        Answer::script(source.replace("%REFERER%", referer))
    }

    /// What was reported of a page since this was asked, as lines.
    fn reports(&self, host: &str) -> Vec<String> {
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        let of_page = reports.extract_if(.., |(known, _)| known == host);
        of_page
            .map(|(_, text)| format!("reported {}", text.replace(host, "HOST")))
            .collect()
    }
}

/// Text in which each mark, from its beginning to the next `%`, has been filled in.
fn filled(text: &str, begin: &str, with: impl Fn(&str) -> String) -> String {
    let mut parts = text.split(begin);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (mark, rest) = part.split_once('%').unwrap_or((part, ""));
        whole.push_str(&with(mark));
        whole.push_str(rest);
    }
    whole
}

/// What is known to differ: by its page, each difference.
#[derive(Debug)]
struct Differences(List<2>);

impl Differences {
    /// Reads the list; a line without a reason is an error.
    fn read(file: &Path) -> Result<Self, String> {
        List::read(file).map(Self)
    }

    fn pages(&self) -> impl Iterator<Item = &String> {
        self.0.lines.iter().map(|line| &line.keys[0])
    }

    /// What differs and is not listed, or is listed and does not differ.
    fn faults(&self, page: &str, bare: &[String], gated: &[String]) -> Vec<String> {
        let seen = difference(bare, gated);
        let lines = self.0.lines.iter().map(|line| &line.keys);
        let listed: Vec<&String> = lines
            .filter(|[known, _]| known == page)
            .map(|[_, difference]| difference)
            .collect();
        let is_it = |listed: &str, line: &str| match listed.strip_suffix('*') {
            Some(begin) => line.starts_with(begin),
            None => line == listed,
        };
        let unlisted = seen
            .iter()
            .filter(|line| !listed.iter().any(|known| is_it(known, line)));
        let mut faults: Vec<String> = unlisted.cloned().collect();
        let closed = listed
            .iter()
            .filter(|known| !seen.iter().any(|line| is_it(known, line)));
        faults
            .extend(closed.map(|line| format!("does not differ, so take it off the list: {line}")));
        if bare.is_empty() {
            faults.push("the page told nothing".to_owned());
        }
        faults
    }
}

/// The shortest way from one list to the other: `-` what is gone, `+` what has come. After Myers, "An O(ND) difference algorithm".
fn difference(from: &[String], to: &[String]) -> Vec<String> {
    // How far each diagonal gets after so many steps; kept, so that the way can be walked back.
    let middle = from.len() + to.len() + 1;
    let mut far = vec![0_usize; 2 * middle + 1];
    let mut steps = Vec::new();
    'found: for step in 0..=from.len() + to.len() {
        steps.push(far.clone());
        for diagonal in (middle - step..=middle + step).step_by(2) {
            let comes = diagonal == middle - step
                || (diagonal != middle + step && far[diagonal - 1] < far[diagonal + 1]);
            let mut left = if comes {
                far[diagonal + 1]
            } else {
                far[diagonal - 1] + 1
            };
            let mut right = left + middle - diagonal;
            while left < from.len() && right < to.len() && from[left] == to[right] {
                (left, right) = (left + 1, right + 1);
            }
            far[diagonal] = left;
            if left >= from.len() && right >= to.len() {
                break 'found;
            }
        }
    }
    let (mut left, mut right) = (from.len(), to.len());
    let mut said = Vec::new();
    for (step, far) in steps.iter().enumerate().skip(1).rev() {
        let diagonal = left + middle - right;
        let comes = diagonal == middle - step
            || (diagonal != middle + step && far[diagonal - 1] < far[diagonal + 1]);
        let before = if comes { diagonal + 1 } else { diagonal - 1 };
        left = far[before];
        right = left + middle - before;
        said.push(if comes {
            format!("+{}", to[right])
        } else {
            format!("-{}", from[left])
        });
    }
    said.reverse();
    said
}

#[test]
fn lists_are_compared_in_order() {
    let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        difference(&list("a b c d"), &list("a b c d")),
        Vec::<String>::new()
    );
    assert_eq!(
        difference(&list("a b c d"), &list("a x c d e")),
        list("-b +x +e")
    );
    assert_eq!(difference(&list("a b"), &list("b a")), list("-a +a"));
}

/// How long a release may take.
const PATIENCE: Duration = Duration::from_secs(5);
