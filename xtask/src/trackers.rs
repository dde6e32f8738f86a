//! `cargo xtask trackers`: the tables of `xtask/data/` → the text that ships in `src/gate/trackers/`.
//!
//! It chooses what ships and writes it as small as it compresses; what the text means is told in
//! `src/gate/trackers.rs`. With `--check` it writes nothing and fails if what is there is stale.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// Runs the command in the repository at `root`.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    match arguments {
        [] => make(root, Tables::Write),
        [only] if only == "--check" => check(root),
        [other, ..] => bail!("`trackers` knows only --check, not {other}"),
    }
}

/// Fails if what ships is not what the tables make.
pub(crate) fn check(root: &Path) -> Result<()> {
    make(root, Tables::Check)
}

/// What to do about the text that ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tables {
    Write,
    Check,
}

fn make(root: &Path, tables: Tables) -> Result<()> {
    let data = root.join("xtask").join("data");
    let read = |name: &str| {
        fs::read_to_string(data.join(name)).with_context(|| format!("can't read xtask/data/{name}"))
    };
    let sources = Sources {
        trackers: &read("trackers.tsv")?,
        essential: &read("essential.tsv")?,
        services: &read("services.tsv")?,
        rules: &read("path-rules.tsv")?,
    };
    let out = root.join("src").join("gate").join("trackers");
    let mut all = Vec::new();
    for (name, text) in sources.pack()? {
        ensure!(text.is_ascii(), "{name} holds bytes above 127");
        println!(
            "{name:13} {:6} bytes, {:5} with brotli",
            text.len(),
            brotli(text.as_bytes())?
        );
        all.extend_from_slice(text.as_bytes());
        let path = out.join(name);
        match tables {
            Tables::Write => {
                fs::write(&path, text)
                    .with_context(|| format!("can't write {}", path.display()))?;
            }
            Tables::Check => {
                let there = fs::read_to_string(&path).unwrap_or_default();
                ensure!(
                    there == text,
                    "src/gate/trackers/{name} is stale; run `cargo xtask trackers`"
                );
            }
        }
    }
    println!(
        "together      {:6} bytes, {:5} with brotli",
        all.len(),
        brotli(&all)?
    );
    Ok(())
}

/// How many of the most seen gated suffixes ship. The first 500 are 98 % of what pages ask for; the
/// next 500 would cost 1.7 KB of a blocking script for less than 2 %.
const MOST_SEEN: usize = 500;

/// Their order is the order of the lines in `hosts.txt`.
const CATEGORIES: [&str; 4] = ["essential", "analytics", "functional", "marketing"];

struct Sources<'a> {
    trackers: &'a str,
    essential: &'a str,
    services: &'a str,
    rules: &'a str,
}

#[derive(Clone, PartialEq)]
struct Known<'a> {
    category: &'a str,
    service: &'a str,
}

impl<'a> Sources<'a> {
    fn pack(&self) -> Result<[(&'static str, String); 3]> {
        let services = rows::<6>(self.services, "services.tsv")?;
        let ids: BTreeSet<&str> = services.iter().map(|[id, ..]| *id).collect();
        ensure!(
            ids.len() == services.len(),
            "services.tsv names an id twice"
        );

        // What is known of a host, and where it is written down.
        let mut known: BTreeMap<&str, Known<'_>> = BTreeMap::new();
        for [id, name, category, hosts, ..] in &services {
            let (id, category) = (*id, *category);
            ensure!(
                CATEGORIES.contains(&category),
                "services.tsv: {id} is in no category"
            );
            ensure!(
                !CATEGORIES.contains(&id),
                "services.tsv: {id} is a category's id"
            );
            ensure!(
                name.is_ascii(),
                "services.tsv: the name of {id} is not ASCII"
            );
            for host in hosts.split_whitespace() {
                plain_host(host)?;
                let before = known.insert(
                    host,
                    Known {
                        category,
                        service: id,
                    },
                );
                ensure!(before.is_none(), "services.tsv names {host} twice");
            }
        }
        let trackers = rows::<3>(self.trackers, "trackers.tsv")?;
        let essential = rows::<3>(self.essential, "essential.tsv")?;
        let gated = trackers.iter().filter(|row| row[1] != "essential");
        let picked = gated.take(MOST_SEEN).chain(&essential);
        // Whoever stands below something that ships and is of another category ships with it,
        // however seldom it is seen.
        for [host, category, _] in picked.chain(&trackers) {
            plain_host(host)?;
            ensure!(CATEGORIES.contains(category), "{host} is in no category");
            known.entry(host).or_insert(Known {
                category,
                service: "-",
            });
        }
        let often: BTreeSet<&str> = trackers
            .iter()
            .filter(|row| row[1] != "essential")
            .take(MOST_SEEN)
            .chain(&essential)
            .map(|[host, ..]| *host)
            .collect();
        let rare: Vec<&str> = known
            .iter()
            .filter(|(host, entry)| entry.service == "-" && !often.contains(**host))
            .map(|(host, _)| *host)
            .collect();
        let mut ships = known.clone();
        for host in rare.iter().rev() {
            ships.remove(host);
        }
        // Shorter hosts first: an exception below an exception sees what it is below of.
        let mut exceptions = rare;
        exceptions.sort_by_key(|host| host.len());
        for host in exceptions {
            if let (Some(above), Some(own)) = (nearest_above(&ships, host), known.get(host))
                && above.category != own.category
            {
                ships.insert(host, own.clone());
            }
        }
        // What its nearest parent says already is left out.
        let told: Vec<&str> = ships
            .iter()
            .filter(|(host, own)| {
                own.service == "-"
                    && nearest_above(&ships, host)
                        .is_some_and(|above| above.category == own.category)
            })
            .map(|(host, _)| *host)
            .collect();
        for host in told {
            ships.remove(host);
        }

        let counts = CATEGORIES.map(|category| {
            ships
                .values()
                .filter(|entry| entry.category == category)
                .count()
        });
        println!(
            "{} hosts: {} essential, {} analytics, {} functional, {} marketing; {} services",
            ships.len(),
            counts[0],
            counts[1],
            counts[2],
            counts[3],
            services.len()
        );
        Ok([
            ("hosts.txt", front_coded(&ships)),
            ("services.txt", services_text(&services)?),
            ("paths.txt", self.rules_text(&ids, &ships)?),
        ])
    }

    /// One line per category and service, so that a host is written once for all of its patterns.
    fn rules_text(
        &self,
        ids: &BTreeSet<&str>,
        ships: &BTreeMap<&str, Known<'_>>,
    ) -> Result<String> {
        let mut text = String::new();
        let rules = rows::<5>(self.rules, "path-rules.tsv")?;
        let with_rules: BTreeSet<&str> = rules.iter().flat_map(|row| row[0].split(' ')).collect();
        for [hosts, patterns, category, service, _] in rules {
            // A rule for every path says what the host table says, unless rules of a host above
            // stand against it.
            let told = |host: &str| {
                let same = ships.get(host).or_else(|| nearest_above(ships, host));
                patterns == "/"
                    && same.is_some_and(|own| {
                        own.category == category && (own.service == service || service.is_empty())
                    })
                    && !above(host).any(|above| with_rules.contains(above))
            };
            if hosts.split(' ').all(told) {
                continue;
            }
            ensure!(
                CATEGORIES.contains(&category),
                "path-rules.tsv: {hosts}: no category {category}"
            );
            ensure!(
                service.is_empty() || ids.contains(service),
                "path-rules.tsv: {hosts}: nobody knows the service {service}"
            );
            for pattern in patterns.split('|') {
                ensure!(
                    pattern.starts_with(['/', '*']) && !pattern.contains(char::is_whitespace),
                    "path-rules.tsv: {hosts}: {pattern} is no path"
                );
            }
            let hosts = if hosts == "*" { "" } else { hosts };
            let patterns = patterns.replace('|', " ");
            text.push_str(&[hosts, &category[..1], service, &patterns].join("|"));
            text.push('\n');
        }
        Ok(text)
    }
}

fn services_text(services: &[[&str; 6]]) -> Result<String> {
    let mut text = String::new();
    for [id, name, category, hosts, cookies, storage] in services {
        for pattern in cookies.split_whitespace().chain(storage.split_whitespace()) {
            let letters = pattern.chars().filter(|letter| *letter != '*').count();
            let famous = ["_ga", "_hj*"].contains(&pattern);
            ensure!(
                letters > 3 || famous,
                "services.tsv: {id}: {pattern} is short enough to be a site's own"
            );
        }
        // A name that the id spells is left out; the decoder spells it the same way.
        let name = if *name == spelled(id) { "" } else { name };
        let storage = if storage == cookies && !cookies.is_empty() {
            "="
        } else {
            storage
        };
        let line = [id, name, &category[..1], hosts, cookies, storage].join("|");
        text.push_str(line.trim_end_matches('|'));
        text.push('\n');
    }
    Ok(text)
}

/// `google-analytics` → `Google Analytics`.
fn spelled(id: &str) -> String {
    let mut name = String::new();
    for word in id.split('-') {
        if !name.is_empty() {
            name.push(' ');
        }
        let (first, rest) = word.split_at(word.len().min(1));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

/// The hosts that no service names, reversed by labels, each with the part that it shares with the
/// one before as a capital letter.
fn front_coded(ships: &BTreeMap<&str, Known<'_>>) -> String {
    let mut text = String::new();
    for category in CATEGORIES {
        let mut reversed: Vec<String> = ships
            .iter()
            .filter(|(_, entry)| entry.category == category && entry.service == "-")
            .map(|(host, _)| host.rsplit('.').collect::<Vec<_>>().join("."))
            .collect();
        reversed.sort();
        let mut before = String::new();
        for host in reversed {
            let pairs = host.bytes().zip(before.bytes());
            let shared = pairs
                .take(25)
                .take_while(|(left, right)| left == right)
                .count();
            text.extend(('A'..='Z').nth(shared));
            text.push_str(&host[shared..]);
            before = host;
        }
        text.push('\n');
    }
    text
}

/// What is said of the nearest host above `host`.
fn nearest_above<'a, 'b>(
    known: &'b BTreeMap<&str, Known<'a>>,
    host: &str,
) -> Option<&'b Known<'a>> {
    above(host).find_map(|above| known.get(above))
}

/// The names above a host: `b.c`, `c` for `a.b.c`.
fn above(host: &str) -> impl Iterator<Item = &str> {
    host.match_indices('.')
        .filter_map(|(dot, _)| host.get(dot + 1..))
}

/// The rows of a table; a missing cell at the end is empty.
fn rows<'a, const N: usize>(text: &'a str, name: &str) -> Result<Vec<[&'a str; N]>> {
    let mut rows = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let mut cells = [""; N];
        for (count, cell) in line.split('\t').enumerate() {
            *cells
                .get_mut(count)
                .with_context(|| format!("{name}: too many cells: {line}"))? = cell;
        }
        ensure!(
            !line.contains(['{', '}']),
            "{name}: a placeholder is left: {line}"
        );
        rows.push(cells);
    }
    Ok(rows)
}

fn plain_host(host: &str) -> Result<()> {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte);
    ensure!(
        host.contains('.') && host.bytes().all(allowed) && !host.split('.').any(str::is_empty),
        "{host} is no host in lower case"
    );
    Ok(())
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    drop(writer);
    Ok(packed.len())
}
