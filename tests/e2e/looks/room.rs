//! A browser with the page on which the interface is looked at, and the table of what is looked at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use stage::{Stage, Visit};

use crate::case::Kind;
use crate::driver::{Browser, Driver, Maker};
use crate::scene::Scene;

/// `tests/data/looks.json`.
#[derive(Debug)]
pub struct Table {
    all: Value,
    wanted: String,
}

impl Table {
    pub fn read() -> Self {
        let path = root().join("tests/data/looks.json");
        let text = std::fs::read_to_string(&path).expect("tests/data/looks.json");
        Self {
            all: serde_json::from_str(&text)
                .unwrap_or_else(|fault| panic!("{}: {fault}", path.display())),
            wanted: std::env::var("CASE").unwrap_or_default(),
        }
    }

    /// One of its lists.
    pub fn list(&self, name: &str) -> &[Value] {
        self.all[name]
            .as_array()
            .unwrap_or_else(|| panic!("no list `{name}`"))
    }

    /// A configuration over which those of the states are laid.
    pub fn base(&self) -> &Value {
        &self.all["base"]
    }

    /// The states that a pass goes through, those alone that `CASE` names.
    pub fn states(&self, pass: &Value) -> impl Iterator<Item = &Value> {
        let only = pass["states"].as_array();
        self.list("states").iter().filter(move |state| {
            self.wants(name(state)) && only.is_none_or(|only| only.contains(&state["name"]))
        })
    }

    pub fn state(&self, name: &Value) -> &Value {
        let mut states = self.list("states").iter();
        states
            .find(|state| state["name"] == *name)
            .unwrap_or_else(|| panic!("no state {name}"))
    }

    /// The layouts in which a pass looks at a state.
    pub fn layouts(&self, pass: &Value, state: &Value) -> impl Iterator<Item = &str> {
        let only = pass["layouts"].as_array();
        let all = self.all["layouts"][text(&state["layouts"])].as_array();
        let all = all.unwrap_or_else(|| panic!("{state} has no layouts"));
        all.iter().map(text).filter(move |layout| {
            let kind = layout.split(' ').next();
            only.is_none_or(|only| only.iter().any(|one| one.as_str() == kind))
        })
    }

    /// The languages in which a pass looks.
    pub fn languages<'a>(&'a self, pass: &'a Value) -> &'a Value {
        pass.get("languages").unwrap_or(&self.all["languages"])
    }

    /// Whether `CASE` names it.
    pub fn wants(&self, name: &str) -> bool {
        name.contains(&self.wanted)
    }
}

/// The words of a value that has some.
pub fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

/// What an entry of the table is called.
pub fn name(entry: &Value) -> &str {
    text(&entry["name"])
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A browser on the page.
#[derive(Debug)]
pub struct Room {
    browser: Browser,
    scene: Scene,
    axe: String,
    visits: usize,
    _stage: Stage,
    _driver: Driver,
}

impl Room {
    pub async fn open() -> Self {
        let package = std::env::var_os("PKG").map_or_else(|| root().join("pkg"), PathBuf::from);
        let scene = Scene::new(&package);
        let player = scene.clone();
        let respond = Arc::new(move |visit: &Visit| player.answer(visit));
        let stage = Stage::start(0, respond).await.expect("a free port");
        let driver = Driver::start(Maker::Chromium).unwrap_or_else(|fault| panic!("{fault}"));
        let opened = driver.open(root(), Kind::Looks, stage.port()).await;
        let axe = root().join("tests/sdks/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&axe).unwrap_or_else(|fault| {
            panic!("{}: {fault}; `cargo xtask test` installs it", axe.display())
        });
        Self {
            browser: opened.expect("a browser"),
            scene,
            axe,
            visits: 0,
            _stage: stage,
            _driver: driver,
        }
    }

    /// Opens the page as a new visitor, in a window and with wishes as an entry of the table has them.
    pub async fn enter(&mut self, page: &str, look: &Value) {
        self.visits += 1;
        let host = format!("looks-{}.test", self.visits);
        self.scene.play(&host, &root().join("tests/pages/looks"));
        self.browser.resize(&look["window"]).await.unwrap();
        self.wish("", &look["features"]).await;
        self.browser
            .open(&format!("https://{host}{page}"))
            .await
            .unwrap();
        self.run(&self.axe).await;
        self.run(include_str!("judge.js")).await;
    }

    /// A medium, and what the visitor's system asks for: nothing moves, unless it says otherwise.
    pub async fn wish(&self, media: &str, features: &Value) {
        let mut all = Map::new();
        all.insert("prefers-reduced-motion".to_owned(), json!("reduce"));
        all.extend(features.as_object().cloned().unwrap_or_default());
        let features: Vec<Value> = all
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let media = json!({ "media": media, "features": features });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Gives axe to the pages in frames, which can't be reached from around them.
    pub async fn enter_frames(&self, table: &Table) {
        self.value(&format!(
            "judge.showFrames({}, {}, 'en')",
            table.base(),
            json!(table.list("frames"))
        ))
        .await;
        for frame in table.list("frames") {
            let selector = format!("#{}", text(frame));
            let found = self
                .browser
                .client
                .find(fantoccini::Locator::Css(&selector))
                .await;
            found.unwrap().enter_frame().await.unwrap();
            self.run(&self.axe).await;
            self.browser.client.enter_parent_frame().await.unwrap();
        }
    }

    async fn run(&self, script: &str) {
        let ran = self.browser.client.execute(script, Vec::new()).await;
        ran.unwrap_or_else(|fault| panic!("the page's judge doesn't run: {fault}"));
    }

    /// What an expression comes to in the page.
    pub async fn value(&self, expression: &str) -> Value {
        self.browser
            .value(expression)
            .await
            .unwrap_or_else(|fault| panic!("{expression}: {fault}"))
    }

    /// As [`Room::value`]; what goes wrong is the answer's.
    pub async fn try_value(&self, expression: &str) -> Result<Value, String> {
        self.browser.value(expression).await
    }

    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        self.browser.devtools(command, parameters).await.unwrap()
    }

    /// What is to be seen, as a PNG.
    pub async fn screen(&self) -> Vec<u8> {
        self.browser.client.screenshot().await.unwrap()
    }

    pub async fn close(self) {
        self.browser
            .client
            .close()
            .await
            .expect("the browser closes");
    }
}
