//! What the interface looks like, and whether everybody can use it: in every state, layout, theme, direction and width.
//!
//! `tests/data/looks.json` lists the states and how one gets there, and the passes that go through them; `judge.js` goes there, in
//! the pages of `tests/pages/looks`, and says what is wrong: by axe-core, and by what axe doesn't look at (sizes, places, equal
//! buttons, cut words, what the visitor's system asks for). `screens.rs` compares what is drawn with pictures that somebody
//! has approved.
//!
//! `CASE=preferences cargo test --test e2e looks` looks at the states whose name contains `preferences`, `CASE=frames` at the
//! placeholders.

mod picture;
mod room;
mod screens;

use std::time::Instant;

use serde_json::{Value, json};

use room::{Room, Table, name, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_can_use_what_is_drawn() {
    let _alone = crate::ONE_BROWSER.lock().await;
    let table = Table::read();
    let passes = table.list("passes").iter();
    let passes: Vec<&Value> = passes
        .filter(|pass| table.states(pass).next().is_some() || table.wants("frames"))
        .collect();
    if passes.is_empty() {
        return;
    }
    let mut room = Room::open().await;
    let mut tally = Tally::default();
    for pass in passes {
        let begun = Instant::now();
        let before = tally.looked;
        if pass["frames"] == true {
            if table.wants("frames") {
                placeholders(&mut room, &table, pass, &mut tally).await;
            }
        } else {
            states(&mut room, &table, pass, &mut tally).await;
        }
        println!(
            "looks/{} {} places, {} ms",
            name(pass),
            tally.looked - before,
            begun.elapsed().as_millis()
        );
    }
    room.close().await;
    tally.end();
}

async fn states(room: &mut Room, table: &Table, pass: &Value, tally: &mut Tally) {
    room.enter("/", pass).await;
    for state in table.states(pass) {
        for layout in table.layouts(pass, state) {
            let place = format!("{}, {}, {layout}", name(pass), name(state));
            if pass["print"] == true {
                tally.add(&place, printed(room, table, pass, state).await);
                continue;
            }
            let asked = format!(
                "judge.state({}, {}, {state}, '{layout}', {})",
                pass["checks"],
                table.base(),
                table.languages(pass)
            );
            tally.add(&place, room.try_value(&asked).await);
        }
    }
}

/// What is on the screen, and then on paper: there nothing could be waited for.
async fn printed(room: &Room, table: &Table, pass: &Value, state: &Value) -> Result<Value, String> {
    let asked = format!(
        "judge.state([], {}, {state}, 'bar bottom', ['en'])",
        table.base()
    );
    room.try_value(&asked).await?;
    room.wish("print", &pass["features"]).await;
    let found = room
        .try_value(&format!("judge.here(...{})", pass["checks"]))
        .await;
    room.wish("", &pass["features"]).await;
    Ok(json!({ "en": found? }))
}

async fn placeholders(room: &mut Room, table: &Table, pass: &Value, tally: &mut Tally) {
    room.enter("/frames.html", pass).await;
    room.enter_frames(table).await;
    for language in table.languages(pass).as_array().into_iter().flatten() {
        let asked = format!(
            "judge.frames({}, {}, {}, [{language}])",
            pass["checks"],
            table.base(),
            json!(table.list("frames"))
        );
        tally.add(name(pass), room.try_value(&asked).await);
    }
}

/// A test that finds nothing could be one that can't find anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_broken_is_found() {
    let _alone = crate::ONE_BROWSER.lock().await;
    let table = Table::read();
    if !table.wants("broken") {
        return;
    }
    let mut room = Room::open().await;
    room.enter("/", &json!({ "window": [1280, 800] })).await;
    for broken in table.list("broken") {
        let state = table.state(&broken["state"]);
        let asked = format!(
            "judge.show({}, {state}, '{}', 'en')",
            table.base(),
            text(&broken["layout"])
        );
        room.value(&asked).await;
        let root = "document.getElementById('consent-gate-ui').shadowRoot";
        room.value(&format!(
            "((root) => {{ {} }})({root})",
            text(&broken["by"])
        ))
        .await;
        let found = room
            .value(&format!("judge.here('{}')", text(&broken["check"])))
            .await;
        let found = found.as_array().cloned().unwrap_or_default();
        let wanted = text(&broken["found"]);
        assert!(
            found.iter().any(|fault| text(fault).contains(wanted)),
            "{broken} is not found, but: {found:#?}"
        );
    }
    room.close().await;
}

/// What was looked at, and what is wrong there.
#[derive(Debug, Default)]
struct Tally {
    looked: usize,
    /// Fault and the first place that has it, with how many have.
    faults: Vec<(String, String, usize)>,
}

impl Tally {
    /// Takes faults by place.
    fn add(&mut self, pass: &str, found: Result<Value, String>) {
        let found = found.unwrap_or_else(|fault| json!({ "all": [fault] }));
        for (place, faults) in found.as_object().into_iter().flatten() {
            self.looked += 1;
            for fault in faults.as_array().into_iter().flatten().map(text) {
                match self.faults.iter_mut().find(|(known, ..)| known == fault) {
                    Some((.., count)) => *count += 1,
                    None => self
                        .faults
                        .push((fault.to_owned(), format!("{pass}, {place}"), 1)),
                }
            }
        }
    }

    fn end(self) {
        println!("looks: {} places", self.looked);
        for (fault, place, count) in &self.faults {
            println!("FAILED looks/{place} ({count} times)\n    {fault}");
        }
        assert!(
            self.faults.is_empty(),
            "{} faults in what is drawn",
            self.faults.len()
        );
    }
}
