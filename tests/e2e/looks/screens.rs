//! What is drawn, beside pictures that somebody has looked at and approved: `tests/data/screens`.
//!
//! All letters are of one font, which the page brings along, so that lines break in the same places on every machine; how
//! their edges are drawn is not compared (`picture.rs`). `BLESS=1` writes the approved pictures anew (`cargo xtask bless`); where
//! one differs, what was wanted, what is there, and where they differ is written to `target/screens`.

use std::fs;

use serde_json::{Value, json};

use super::picture::Picture;
use super::room::{Room, Table, root, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_drawn_is_what_was_approved() {
    let _alone = crate::ONE_BROWSER.lock().await;
    let table = Table::read();
    let screens: Vec<(String, &Value)> = table
        .list("screens")
        .iter()
        .map(|screen| (name(screen), screen))
        .collect();
    let approved = root().join("tests/data/screens");
    let blesses = std::env::var_os("BLESS").is_some();
    let wanted: Vec<_> = screens
        .iter()
        .filter(|(name, _)| table.wants(name))
        .collect();
    if wanted.is_empty() {
        return;
    }
    let differs = root().join("target/screens");
    let _none = fs::remove_dir_all(&differs);
    fs::create_dir_all(&approved).expect("a folder for screens");
    fs::create_dir_all(&differs).expect("a folder in target");
    let mut room = Room::open().await;
    let mut faults = Vec::new();
    for (name, screen) in wanted {
        let now = Picture::read(&taken(&mut room, &table, screen).await).expect("a picture");
        let file = approved.join(format!("{name}.png"));
        if blesses {
            // One that is as it was stays as it is, so that only what is another one is there to be looked at.
            let known = fs::read(&file)
                .ok()
                .and_then(|bytes| Picture::read(&bytes).ok());
            if known.is_none_or(|known| now.fault(&known).is_some()) {
                println!("looks: writes tests/data/screens/{name}.png");
                now.write(&file).unwrap();
            }
            continue;
        }
        let bytes = fs::read(&file).unwrap_or_else(|fault| {
            panic!("{}: {fault}; `cargo xtask bless` writes it", file.display())
        });
        if let Some((fault, marked)) = now.fault(&Picture::read(&bytes).expect("a picture")) {
            let at = |which: &str| differs.join(format!("{name}.{which}.png"));
            fs::write(at("approved"), bytes).expect("a file in target");
            now.write(&at("now")).unwrap();
            marked.write(&at("where")).unwrap();
            faults.push(format!(
                "{name} {fault}: see target/screens/{name}.where.png, .now.png, .approved.png"
            ));
        }
    }
    room.close().await;
    for fault in &faults {
        println!("FAILED looks/{fault}");
    }
    let stale: Vec<_> = fs::read_dir(&approved)
        .expect("the folder of screens")
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|file| {
            !screens
                .iter()
                .any(|(name, _)| file == &format!("{name}.png"))
        })
        .collect();
    assert!(
        stale.is_empty(),
        "no screen of looks.json is called so: {stale:?}"
    );
    assert!(
        faults.is_empty(),
        "{} screens are not as approved; if they are meant to be so, `cargo xtask bless`, and look at each",
        faults.len()
    );
}

/// The name of a screen's file: what it shows, and how.
fn name(screen: &Value) -> String {
    let width = &screen["window"][0];
    let parts =
        ["state", "layout", "theme", "language"].map(|part| text(&screen[part]).replace(' ', "-"));
    let parts = parts.iter().filter(|part| !part.is_empty());
    let parts: Vec<&str> = parts.map(String::as_str).collect();
    format!("{}-{width}", parts.join("-"))
}

async fn taken(room: &mut Room, table: &Table, screen: &Value) -> Vec<u8> {
    let look = json!({
        "window": screen["window"],
        "features": { "prefers-color-scheme": screen["theme"] },
    });
    let language = text(&screen["language"]);
    // A bar that scrolls looks otherwise on every system.
    room.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }))
        .await;
    if screen["state"] == "frames" {
        room.enter("/frames.html", &look).await;
        let frames = json!(table.list("frames"));
        room.value(&format!(
            "judge.showFrames({}, {frames}, '{language}')",
            table.base()
        ))
        .await;
        room.value(&format!("judge.pin({frames})")).await;
        room.value("ConsentGate.hide()").await;
    } else {
        room.enter("/", &look).await;
        let shown = format!(
            "judge.show({}, {}, '{}', '{language}')",
            table.base(),
            table.state(&screen["state"]),
            text(&screen["layout"])
        );
        room.value(&shown).await;
        room.value("judge.pin([])").await;
    }
    room.value("judge.still()").await;
    room.screen().await
}
