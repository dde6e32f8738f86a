//! Plays all cases: one browser at a time, each with a stage of its own.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use stage::{Stage, Visit};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::act;
use crate::case::{Case, Kind, Step, Story, called};
use crate::check::Place;
use crate::driver::{Browser, Driver, LONGEST, Maker, POLL};
use crate::scene::Scene;

/// What became of a story.
#[derive(Debug)]
pub struct Told {
    /// `<case>/<story>`
    pub story: String,
    /// What was not as demanded; nothing when all went well.
    pub faults: Vec<String>,
    /// There was something that should not have been; else all that is wrong may be that something was late.
    pub got_out: bool,
}

impl Told {
    fn is_late(&self) -> bool {
        !self.faults.is_empty() && !self.got_out
    }
}

/// Plays the cases and tells what became of each of their stories. One from which nothing got out, but in which something did not
/// come in its time, is played once more if such are few: a browser that pauses on a busy machine is no fault of the
/// gate's, and what is one comes again. Something that got out counts at once.
pub async fn run_all(root: &Path, package: &Path, mut cases: Vec<Case>) -> Vec<Told> {
    let maker = Maker::chosen().unwrap_or_else(|fault| panic!("{fault}"));
    // Signals, profiles and the like are asked of Chromium alone.
    cases.retain(|case| maker == Maker::Chromium || case.browser == Kind::Plain);
    let driver = Arc::new(Driver::start(maker).unwrap_or_else(|fault| panic!("{fault}")));
    let mut told = play_all(&driver, root, package, cases.clone()).await;
    let late: Vec<String> = told
        .iter()
        .filter(|told| told.is_late())
        .map(|told| told.story.clone())
        .collect();
    if late.len() <= MOST_LATE {
        let mut cases = cases;
        for case in &mut cases {
            let Case { name, stories, .. } = case;
            stories.retain(|story| late.contains(&called(name, story)));
        }
        cases.retain(|case| !case.stories.is_empty());
        told.retain(|told| !told.is_late());
        told.extend(play_all(&driver, root, package, cases).await);
    }
    told.sort_by(|one, other| one.story.cmp(&other.story));
    told
}

async fn play_all(
    driver: &Arc<Driver>,
    root: &Path,
    package: &Path,
    cases: Vec<Case>,
) -> Vec<Told> {
    let seats = Arc::new(Semaphore::new(BROWSERS));
    let mut shifts = JoinSet::new();
    for (kind, cases) in divide(cases) {
        let (driver, seats) = (Arc::clone(driver), Arc::clone(&seats));
        let (root, scene) = (root.to_path_buf(), Scene::new(package));
        shifts.spawn(async move {
            let _seat = seats.acquire_owned().await;
            work(&driver, &root, scene, kind, cases).await
        });
    }
    shifts.join_all().await.into_iter().flatten().collect()
}

/// Cases that need the same kind of browser, in shares small enough that none of them grows old.
fn divide(mut cases: Vec<Case>) -> Vec<(Kind, Vec<Case>)> {
    cases.sort_by_key(|case| case.browser);
    let mut shifts: Vec<(Kind, Vec<Case>)> = Vec::new();
    for case in cases {
        match shifts.last_mut() {
            Some((kind, share)) if *kind == case.browser && share.len() < SHARE => share.push(case),
            Some(_) | None => shifts.push((case.browser, vec![case])),
        }
    }
    shifts
}

/// One browser, from its start to its end.
async fn work(
    driver: &Driver,
    root: &Path,
    scene: Scene,
    kind: Kind,
    cases: Vec<Case>,
) -> Vec<Told> {
    let player = scene.clone();
    let respond = Arc::new(move |visit: &Visit| player.answer(visit));
    let stage = Stage::start(0, respond).await.expect("a free port");
    let browser = driver
        .open(root, kind, stage.port())
        .await
        .expect("a browser");
    let mut told = Vec::new();
    let mut earlier = Vec::new();
    for case in cases {
        for (number, story) in case.stories.iter().enumerate() {
            let begun = Instant::now();
            let host = format!("{}-{number}.test", case.name);
            scene.play(&host, &case.folder);
            let playing = play(&browser, &stage, &case, story, &host, &earlier);
            let (mut faults, mut got_out) = match timeout(MOST_TIME, playing).await {
                Ok(Ok(())) => (Vec::new(), false),
                Ok(Err(stop)) => (stop.faults, stop.got_out),
                Err(_) => (vec![format!("not over after {MOST_TIME:?}")], false),
            };
            earlier.push(host);
            let said = console_faults(&browser, &case).await;
            got_out |= !said.is_empty();
            faults.extend(said);
            if let Err(fault) = act::leave(&browser).await {
                faults.push(fault);
            }
            let story = called(&case.name, story);
            println!("{story} {} ms", begun.elapsed().as_millis());
            for fault in &faults {
                println!("    not as its case says: {fault}");
            }
            told.push(Told {
                story,
                faults,
                got_out,
            });
        }
    }
    if let Err(fault) = browser.client.close().await {
        println!("the browser did not close: {fault}");
    }
    told
}

/// Why a story ended before its end.
struct Stop {
    faults: Vec<String>,
    got_out: bool,
}

async fn play(
    browser: &Browser,
    stage: &Stage,
    case: &Case,
    story: &Story,
    host: &str,
    earlier: &[String],
) -> Result<(), Stop> {
    let origin = format!("{}://{host}", case.scheme);
    let begun = stage.ledger().newest();
    let written = match browser.maker {
        Maker::Chromium => String::new(),
        Maker::Firefox | Maker::WebKit => markup(&case.folder),
    };
    for (number, step) in story.steps.iter().enumerate() {
        let place = Place {
            browser,
            ledger: stage.ledger(),
            host,
            earlier,
            since: stage.ledger().newest(),
            begun,
            written: &written,
        };
        let named = |fault: String| format!("{}: {fault}", step.act);
        let unplayed = |fault| Stop {
            faults: vec![named(fault)],
            got_out: place.is_lost(step),
        };
        act::perform(browser, &step.act.replace("{host}", host), &origin)
            .await
            .map_err(unplayed)?;
        wait_for(&place, step).await;
        act::sentinel(browser, number).await.map_err(unplayed)?;
        let faults = place.faults(step).await;
        if !faults.is_empty() {
            return Err(Stop {
                faults: faults.into_iter().map(named).collect(),
                got_out: place.got_out(step).await,
            });
        }
    }
    Ok(())
}

/// The text of a case's pages.
fn markup(folder: &Path) -> String {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|end| end == "html"))
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect()
}

/// Gives what is demanded the time to happen. Whether it did is judged afterwards, behind the
/// sentinel, together with what must not have happened.
async fn wait_for(place: &Place<'_>, step: &Step) {
    let deadline = Instant::now() + LONGEST;
    while !place.faults(step).await.is_empty() && !place.is_lost(step) && Instant::now() < deadline
    {
        tokio::time::sleep(POLL).await;
    }
}

/// Is this from a page of another case, whose worker had the last word?
fn is_of_another(text: &str, case: &Case) -> bool {
    let place = text.split(' ').next().unwrap_or_default();
    let host = place
        .split("//")
        .nth(1)
        .and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| host.ends_with(".test") && !host.starts_with(&case.name))
}

async fn console_faults(browser: &Browser, case: &Case) -> Vec<String> {
    if browser.maker != Maker::Chromium {
        return Vec::new();
    }
    let said = match browser.console().await {
        Ok(said) => said,
        Err(fault) => return vec![fault],
    };
    let mut faults: Vec<String> = said
        .iter()
        .filter(|line| line.is_error && !is_of_another(&line.text, case))
        .filter(|line| {
            let expected = case.allows.iter().chain(&case.says_once);
            !expected.into_iter().any(|part| line.text.contains(part))
        })
        .map(|line| format!("console: {}", line.text))
        .collect();
    for part in &case.says_once {
        let lines: Vec<_> = said
            .iter()
            .filter(|line| line.text.contains(part))
            .collect();
        if lines.len() != 1 {
            faults.push(format!(
                "console: `{part}` was not said once, but so: {lines:#?}"
            ));
        }
    }
    faults
}

/// Browsers at a time. A second one on two cores makes the races that no script wins (README) likelier, and
/// a case fails that has nothing to do with the change at hand.
const BROWSERS: usize = 1;

/// With more late stories than this, something is slow that should not be.
const MOST_LATE: usize = 3;

/// No story takes a quarter of it; a browser that does not answer would hold up all others.
const MOST_TIME: Duration = Duration::from_secs(120);

/// Cases for one browser before it is started anew.
const SHARE: usize = 25;
