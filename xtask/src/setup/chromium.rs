//! Chromium and its driver, which only tests need.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::place::Place;
use crate::step::Step;

/// A browser and the driver that fits it.
#[derive(Debug)]
pub(crate) struct Browser {
    /// The WebDriver server.
    pub(crate) driver: PathBuf,
    /// The browser, where it is not at a place that the driver knows by itself.
    pub(crate) program: PathBuf,
}

impl Browser {
    /// A copy of `webdriver.json` that names this browser, for who takes it from a file alone.
    pub(crate) fn capabilities(&self, place: &Place) -> Result<PathBuf> {
        let from = place.root.join("webdriver.json");
        let text =
            fs::read_to_string(&from).with_context(|| format!("can't read {}", from.display()))?;
        let named = with_binary(&text, &self.program)
            .with_context(|| format!("{} can't name a browser", from.display()))?;
        let to = place.target.join("webdriver.json");
        fs::create_dir_all(&place.target)
            .and_then(|()| fs::write(&to, named))
            .with_context(|| format!("can't write {}", to.display()))?;
        Ok(to)
    }
}

fn with_binary(capabilities: &str, program: &Path) -> Result<String> {
    let mut all: Value = serde_json::from_str(capabilities)?;
    let options = all
        .get_mut("goog:chromeOptions")
        .and_then(Value::as_object_mut)
        .context("there are no goog:chromeOptions")?;
    options.insert("binary".to_owned(), program.to_string_lossy().into());
    Ok(all.to_string())
}

/// Finds the browser, or installs it.
pub(crate) fn prepare() -> Result<Browser> {
    if let Some(found) = find() {
        return fitting(found);
    }
    let managers = managers();
    let manager = managers
        .iter()
        .find(|manager| on_path(manager.program).is_some())
        .with_context(|| format!("{MISSING}, and no package manager known here is installed"))?;
    println!(
        "{MISSING}: installing them through {} (packages {}).",
        manager.program,
        manager.packages.join(", ")
    );
    for command in manager.commands() {
        as_root(&command, manager.needs_root)
            .and_then(Step::run)
            .with_context(|| {
                format!("{MISSING}, and {} could not install them", manager.program)
            })?;
    }
    let found = find().with_context(|| format!("{MISSING} even after the installation"))?;
    fitting(found)
}

fn find() -> Option<Browser> {
    let program = named("CHROMIUM", BROWSERS)?;
    let driver = named("CHROMEDRIVER", DRIVERS)?;
    Some(Browser { driver, program })
}

/// A driver refuses a browser of another major version, with a message that few understand.
fn fitting(browser: Browser) -> Result<Browser> {
    let of_browser = major_version(&browser.program);
    let of_driver = major_version(&browser.driver);
    match (of_browser, of_driver) {
        (Some(of_browser), Some(of_driver)) if of_browser != of_driver => bail!(
            "{} is version {of_browser} but {} is version {of_driver}: update the older one, or name \
             a fitting pair in CHROMIUM and CHROMEDRIVER",
            browser.program.display(),
            browser.driver.display(),
        ),
        _ => Ok(browser),
    }
}

fn major_version(program: &Path) -> Option<u32> {
    let text = Step::new(program).arg("--version").ask()?;
    text.split([' ', '.']).find_map(|word| word.parse().ok())
}

pub(super) fn named(variable: &str, usual: &[&str]) -> Option<PathBuf> {
    match env::var_os(variable) {
        Some(path) => Some(PathBuf::from(path)),
        None => usual.iter().find_map(|name| on_path(name)),
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    if name.starts_with('/') {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    env::split_paths(&env::var_os("PATH").unwrap_or_default())
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

#[derive(Debug)]
struct Manager {
    program: &'static str,
    /// What must run first, if the list of packages may be old.
    refresh: Option<&'static [&'static str]>,
    install: &'static [&'static str],
    packages: &'static [&'static str],
    needs_root: bool,
}

impl Manager {
    fn commands(&self) -> Vec<Vec<OsString>> {
        let refresh = self
            .refresh
            .map(|words| self.command(words.iter().copied()));
        let install = self.command(self.install.iter().chain(self.packages).copied());
        refresh.into_iter().chain([install]).collect()
    }

    fn command<'a>(&self, words: impl Iterator<Item = &'a str>) -> Vec<OsString> {
        [self.program]
            .into_iter()
            .chain(words)
            .map(OsString::from)
            .collect()
    }
}

fn as_root(command: &[OsString], needs_root: bool) -> Result<Step> {
    let (program, arguments) = command.split_first().context("an empty command")?;
    let root = !needs_root || Step::new("id").arg("-u").ask().as_deref() == Some("0");
    let step = if root {
        Step::new(program)
    } else if on_path("sudo").is_some() {
        // Never ask for a password: nobody may be there to answer.
        Step::new("sudo").arg("-n").arg(program)
    } else {
        bail!("this needs root, and there is no sudo")
    };
    let step = step.args(arguments);
    Ok(if program == "apt-get" {
        step.env("DEBIAN_FRONTEND", "noninteractive")
    } else {
        step
    })
}

fn managers() -> [Manager; 5] {
    [
        Manager {
            program: "apt-get",
            refresh: Some(&["update"]),
            install: &["install", "--yes", "--no-install-recommends"],
            packages: &["chromium", "chromium-driver"],
            needs_root: true,
        },
        Manager {
            program: "dnf",
            refresh: None,
            install: &["install", "--assumeyes"],
            packages: &["chromium", "chromedriver"],
            needs_root: true,
        },
        Manager {
            program: "pacman",
            refresh: None,
            install: &["-Sy", "--noconfirm", "--needed"],
            packages: &["chromium"],
            needs_root: true,
        },
        Manager {
            program: "apk",
            refresh: None,
            install: &["add", "--no-cache"],
            packages: &["chromium", "chromium-chromedriver"],
            needs_root: true,
        },
        Manager {
            program: "brew",
            refresh: None,
            install: &["install", "--cask"],
            packages: &["google-chrome", "chromedriver"],
            needs_root: false,
        },
    ]
}

const MISSING: &str = "Chromium and chromedriver are needed for the tests and are not both on the \
                       PATH (CHROMIUM and CHROMEDRIVER may name them)";

const BROWSERS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const DRIVERS: &[&str] = &[
    "chromedriver",
    "/usr/lib/chromium/chromedriver",
    "/usr/lib/chromium-browser/chromedriver",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_named_beside_the_flags() {
        let text = r#"{ "goog:chromeOptions": { "args": ["--headless=new"] } }"#;
        assert_eq!(
            with_binary(text, Path::new("/opt/chromium")).unwrap(),
            r#"{"goog:chromeOptions":{"args":["--headless=new"],"binary":"/opt/chromium"}}"#
        );
        assert!(with_binary("{}", Path::new("/opt/chromium")).is_err());
    }

    #[test]
    fn every_manager_installs_a_browser() {
        for manager in managers() {
            let commands = manager.commands();
            let last = commands.last().unwrap();
            assert_eq!(last.first().unwrap(), manager.program);
            assert!(
                last.iter()
                    .any(|word| { word.to_string_lossy().contains("chrom") })
            );
        }
    }

    #[test]
    fn apt_learns_of_new_packages_first() {
        let managers = managers();
        let apt = managers.first().unwrap().commands();
        assert_eq!(apt.len(), 2);
        assert_eq!(apt.first().unwrap().last().unwrap(), "update");
    }
}
