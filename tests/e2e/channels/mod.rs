//! Every way by which a page can reach a third party or write a tracking key, in a real browser.
//!
//! What a channel is stands in `table.rs`, what is done with it in `play.rs`, what can be seen of it in
//! `seen.rs`, what is known to get through in `gaps.rs`. The environment chooses:
//!
//! | variable | meaning |
//! |---|---|
//! | `CASE=text,text` | only channels with one of these in their name |
//! | `PKG=folder` | another build than `pkg/` |
//! | `TAG=none`, `TAG=script` | the pages without our tag, or without its policy line |
//! | `BROWSER=firefox`, `BROWSER=webkit` | in another browser, which no test does |
//! | `TIMES=3` | each of them so often, for what is a race |
//! | `REPORT=1`, `REPORT=write` | print what is seen, and compare it with nothing; write the list of gaps anew |

mod gaps;
mod look;
mod play;
mod run;
mod seen;
mod street;
mod table;
mod tally;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::driver::Maker;
use crate::list::allow_races;
use gaps::Gaps;
use run::Wish;
use seen::Situation;
use street::Tag;
use table::Channel;
use tally::Played;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_channel_is_as_the_list_of_gaps_says() {
    let _alone = crate::ONE_BROWSER.lock().await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wish = wish(root).unwrap_or_else(|fault| panic!("{fault}"));
    let list = root.join("tests/data/channel_gaps.txt");
    let gaps = read_gaps(&list, &wish).unwrap_or_else(|fault| panic!("{fault}"));
    // The list is Chromium's; of another browser nobody knows what must come.
    if wish.maker == Maker::Chromium {
        for channel in &mut wish.channels {
            channel.due = gaps.constant(&channel.name);
        }
    }
    // The test command has half an hour: of what never leaked and was never promised, it plays the first visitor only.
    if env::var("REPORT").is_err() && env::var("CASE").is_err() {
        for channel in &mut wish.channels {
            channel.brief = !channel.known && !channel.works && !gaps.lists(&channel.name);
        }
    }
    let played = run::run_all(root, &wish).await;
    say(&tally::table(&played));
    let situations = situations(&played);
    match env::var("REPORT").as_deref() {
        Ok("write") => {
            let text = gaps.rewritten(&played, &situations);
            fs::write(&list, text).expect("the list can be written");
        }
        Ok(_) => say(&tally::gaps(&played)),
        Err(_) => {
            let (wrong, faults) = compare(&gaps, &played, &situations);
            if !wrong.is_empty() {
                let mut text = format!("not as channel_gaps.txt says:\n{}\n", faults.join("\n"));
                say(&text);
                let again = Wish {
                    times: 2,
                    channels: wrong,
                    ..wish
                };
                text += "Twice more, to tell what is a race:\n";
                text += &tally::gaps(&run::run_all(root, &again).await);
                panic!("{text}");
            }
        }
    }
}

/// What the environment asks for.
fn wish(root: &Path) -> Result<Wish, String> {
    let word = |name: &str| env::var(name).unwrap_or_default();
    let maker = Maker::chosen()?;
    let tag = match word("TAG").as_str() {
        "none" => Tag::None,
        "script" => Tag::Script,
        "" => Tag::Whole,
        other => return Err(format!("there is no TAG={other}")),
    };
    let pages = root.join("tests/pages/channels");
    let wanted = word("CASE");
    let mut channels = table::read(&pages)?;
    channels.retain(|channel| {
        let only = channel.only.as_deref();
        only.is_none_or(|only| only == maker.name())
            && wanted.split(',').any(|part| channel.name.contains(part))
    });
    Ok(Wish {
        pages,
        package: env::var_os("PKG").map_or_else(|| root.join("pkg"), PathBuf::from),
        maker,
        tag,
        times: word("TIMES").parse().unwrap_or(1),
        channels,
    })
}

fn read_gaps(list: &Path, wish: &Wish) -> Result<Gaps, String> {
    let say = |fault: &dyn std::fmt::Display| format!("{}: {fault}", list.display());
    let text = fs::read_to_string(list).map_err(|fault| say(&fault))?;
    let gaps = Gaps::parse(&text).map_err(|fault| say(&fault))?;
    let all = table::read(&wish.pages)?;
    let names: Vec<String> = all.into_iter().map(|channel| channel.name).collect();
    let stale: Vec<_> = gaps.stale(&names).collect();
    if !stale.is_empty() {
        return Err(say(&format!("there are no such channels: {stale:?}")));
    }
    allow_races(gaps.races(), MOST_RACES).map_err(|fault| say(&fault))?;
    Ok(gaps)
}

/// Where something was looked at: always, but for the views with a worker and those without our tag.
fn situations(played: &[Played]) -> Vec<Situation> {
    let seen = played.iter().flat_map(Played::seen);
    let all: BTreeSet<Situation> = seen.map(|one| one.situation).chain(ALWAYS).collect();
    all.into_iter().collect()
}

/// The channels that are not as the list says, each with a word about it.
fn compare(
    gaps: &Gaps,
    played: &[Played],
    situations: &[Situation],
) -> (Vec<Channel>, Vec<String>) {
    let (mut wrong, mut words) = (Vec::new(), Vec::new());
    for one in played {
        let faults = gaps.faults(one, situations);
        if !faults.is_empty() {
            words.push(format!(
                "{}\n    {}",
                one.channel.name,
                faults.join("\n    ")
            ));
            wrong.push(one.channel.clone());
        }
    }
    (wrong, words)
}

/// Says something that is read also when all is well.
fn say(text: &str) {
    let _nobody_listens = std::io::stdout().lock().write_all(text.as_bytes());
}

const ALWAYS: [Situation; 5] = [
    Situation::First,
    Situation::Accepted,
    Situation::Withdrawn,
    Situation::Refused,
    Situation::Return,
];

/// So many gaps may go both ways.
const MOST_RACES: usize = 41;
