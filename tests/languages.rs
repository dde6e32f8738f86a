//! The files of `www/lang`: complete, in order, and without the mistakes that can be found by rule.
//!
//! Nobody here reads forty languages, so what a program can see is seen here, and the rest is left to
//! those who speak them. What makes a text hard to get right in every language is not in the texts:
//!
//! - A number stands behind a colon ("Services: 3"), never before a word. So no language needs plural
//!   forms, and none can be wrong.
//! - So do lists of titles and of names: they stay in the form in which a dictionary has them.
//! - Nothing is inflected around what is filled in.
//!
//! `en.json` is the English of the crate, written down for translators; `cargo xtask bless` writes it.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's own fault is a failed test"
)]

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use consent_gate::banner::Key;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// The official languages of the European Union.
const UNION: &str = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv";

/// The others that are there and must stay.
const OTHERS: &str = "ar ca he hi id is ja ko nb pt-BR ru sr-Latn tr uk vi zh-Hans zh-Hant";

/// Texts that may be the same as in English, and why. All else that is the same was forgotten.
const SAME: [(&str, &str); 2] = [
    ("ok", "understood as it is in many languages"),
    ("marketingTitle", "the word of many languages"),
];

/// Names that stay as they are in every language.
const NAMES: [(&str, &[&str]); 2] = [
    ("gpc", &["Global Privacy Control", "GPC"]),
    ("dnt", &["Do Not Track"]),
];

/// Words that none of the other languages has, so far; one that has one takes it off.
const ENGLISH_WORDS: &str = "the and your with choice";

/// Letters that only one way of writing Chinese has, the simplified one first.
const CHINESE: &str = "隐隱 择擇 经經 许許 设設 备備 储儲 读讀 数數 据據 网網 内內 随隨 选選 项項 务務 请請 个個 \
     关關 闭閉 绝絕 览覽 发發 营營 销銷 统統 计計 为為 时時 这這 来來 开開 载載 运運 会會 话話 记記 访訪 问問 \
     显顯 无無 视視 频頻 图圖 广廣 类類 踪蹤 浏瀏 进進 过過 与與 当當 让讓 变變 护護 产產 电電";

/// The letters of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Devanagari,
    Han,
    Kana,
    Hangul,
}

impl Script {
    /// Which a letter belongs to. Signs and marks belong to none.
    fn of(letter: char) -> Option<Self> {
        if !letter.is_alphabetic() {
            return None;
        }
        Some(match u32::from(letter) {
            0x41..=0x24f | 0x1e00..=0x1eff => Self::Latin,
            0x370..=0x3ff | 0x1f00..=0x1fff => Self::Greek,
            0x400..=0x52f => Self::Cyrillic,
            0x590..=0x5ff => Self::Hebrew,
            0x600..=0x6ff | 0x750..=0x77f => Self::Arabic,
            0x900..=0x97f => Self::Devanagari,
            0x3041..=0x30ff => Self::Kana,
            0x3400..=0x4dbf | 0x4e00..=0x9fff => Self::Han,
            0xac00..=0xd7af => Self::Hangul,
            _ => return None,
        })
    }

    /// Those that a language is written in.
    fn all_of(tag: &str) -> &'static [Self] {
        match tag.split('-').next().unwrap_or_default() {
            "el" => &[Self::Greek],
            "be" | "bg" | "mk" | "ru" | "uk" => &[Self::Cyrillic],
            "sr" if !tag.contains("Latn") => &[Self::Cyrillic],
            "he" => &[Self::Hebrew],
            "ar" | "fa" | "ur" => &[Self::Arabic],
            "hi" | "mr" | "ne" => &[Self::Devanagari],
            "zh" => &[Self::Han],
            "ja" => &[Self::Kana, Self::Han],
            "ko" => &[Self::Hangul],
            _ => &[Self::Latin],
        }
    }

    /// Written without spaces, so that a Latin name may touch its neighbours.
    fn is_dense(self) -> bool {
        matches!(self, Self::Han | Self::Kana | Self::Hangul)
    }
}

/// A flat JSON object as it stands: in its order, and with keys that are there twice.
struct Entries(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Flat;
        impl<'de> Visitor<'de> for Flat {
            type Value = Entries;
            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("one flat object of texts")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Entries, M::Error> {
                let mut found = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    found.push(entry);
                }
                Ok(Entries(found))
            }
        }
        from.deserialize_map(Flat)
    }
}

/// How a file of these entries is written: one a line, in this order, nothing escaped without need.
fn written(entries: &[(String, String)]) -> String {
    let line = |(id, text): &(String, String)| {
        let [id, text] = [id, text].map(|one| serde_json::to_string(one).unwrap());
        format!("  {id}: {text}")
    };
    let lines: Vec<String> = entries.iter().map(line).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

/// Everything that is wrong with a file, each with the file, the key and what to do.
fn faults(tag: &str, raw: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut say = |key: &str, what: String| {
        let key = if key.is_empty() {
            String::new()
        } else {
            format!(" {key}:")
        };
        faults.push(format!("www/lang/{tag}.json:{key} {what}"));
    };
    if !is_tag(tag) {
        say(
            "",
            "the name is no BCP 47 tag in its usual spelling, such as de, pt-BR or zh-Hans; rename it"
                .to_owned(),
        );
    }
    let entries = match serde_json::from_str::<Entries>(raw) {
        Ok(Entries(entries)) => entries,
        Err(fault) => {
            say("", format!("{fault}; mend the JSON"));
            return faults;
        }
    };
    if let Some((at, line)) = first_difference(raw, &written(&entries)) {
        say(
            "",
            format!(
                "line {at} isn't as the others are written (one key a line, two spaces before it); write {line:?}"
            ),
        );
    }

    for (at, (id, _)) in entries.iter().enumerate() {
        if Key::from_id(id).is_none() {
            say(id, "no text has this name; take it out".to_owned());
        } else if entries[..at].iter().any(|(other, _)| other == id) {
            say(id, "is there twice; take one out".to_owned());
        }
    }
    let mut last = None;
    for (number, key) in Key::ALL.iter().enumerate() {
        let id = key.id();
        let Some(at) = entries.iter().position(|(other, _)| other == id) else {
            say(
                id,
                format!("is missing; translate {:?} for it", key.english()),
            );
            continue;
        };
        if last.is_some_and(|last| at < last) {
            let before = Key::ALL[number - 1].id();
            say(id, format!("stands too early; it comes after {before}"));
        }
        last = last.max(Some(at));
        for what in text_faults(tag, *key, &entries[at].1) {
            say(id, what);
        }
    }

    let text = |key: Key| {
        let found = entries.iter().find(|(id, _)| id == key.id());
        found.map_or(0, |(_, text)| text.chars().count())
    };
    // How much longer one may be, in halves; a single word can't be chosen as freely as two.
    for (accept, reject, more) in [
        (Key::AcceptAll, Key::RejectAll, 3),
        (Key::AcceptNew, Key::RejectNew, 4),
    ] {
        let (one, other) = (text(accept), text(reject));
        if one > 0 && other > 0 && 2 * one.max(other) > more * one.min(other) {
            say(
                reject.id(),
                format!(
                    "{} and this differ so much in length that one looks weightier; word them alike",
                    accept.id()
                ),
            );
        }
    }
    faults
}

/// Languages that are written from the right.
const FROM_THE_RIGHT: &[&str] = &["ar", "he"];

/// What is wrong with one text.
fn text_faults(tag: &str, key: Key, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut say = |what: String| faults.push(what);
    let english = key.english();
    if text.trim().is_empty() {
        say(format!("is empty; translate {english:?}"));
        return faults;
    }
    if text.trim() != text {
        say("has blanks at an end; take them off".to_owned());
    }
    for sign in ['<', '!', '！', '¡'] {
        if text.contains(sign) {
            say(format!(
                "has {sign:?}; texts are neither markup nor shouted, take it out"
            ));
        }
    }
    let invisible = |sign: char| {
        sign.is_control()
            || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
    };
    // Kept together, so that the signs of a name (`_id`, `yt-*`) don't go to its other end.
    let together = "\u{2068}{name}\u{2069}";
    let declared = [
        Key::Purpose,
        Key::Provider,
        Key::Keys,
        Key::Retention,
        Key::Transfer,
    ];
    let from_the_right = FROM_THE_RIGHT.contains(&tag);
    if from_the_right && declared.contains(&key) && !text.contains(together) {
        say("has {name} without U+2068 before it and U+2069 behind it".to_owned());
    }
    let plain = if from_the_right {
        text.replace(together, "{name}")
    } else {
        text.to_owned()
    };
    if let Some(sign) = plain.chars().find(|sign| invisible(*sign)) {
        say(format!(
            "has the invisible sign U+{:04X}; take it out",
            u32::from(sign)
        ));
    }
    if text.contains("  ") {
        say("has two blanks in a row; take one out".to_owned());
    }

    let (wanted, given) = (places(english), places(text));
    if wanted != given {
        say(format!(
            "has the places {given:?}, but is filled with {wanted:?}; use each once"
        ));
    }
    for place in ["{count}", "{purposes}", "{services}"] {
        if let Some((before, _)) = text.split_once(place)
            && ![": ", "：", ":\u{a0}"]
                .iter()
                .any(|end| before.ends_with(end))
        {
            say(format!(
                "{place} doesn't stand directly behind a colon; put one before it, so that no language needs plurals or cases"
            ));
        }
    }
    let ceiling = ceiling(key);
    let length = text.chars().count();
    if length > ceiling {
        say(format!(
            "has {length} letters, {ceiling} are allowed; shorten it"
        ));
    }
    for (id, names) in NAMES {
        for name in names {
            if id == key.id() && !text.contains(name) {
                say(format!("lacks the name {name:?}; put it in as it is"));
            }
        }
    }
    if tag == "en" {
        return faults;
    }

    let may_be_same = SAME.iter().any(|(id, _)| *id == key.id());
    if text == english {
        if !may_be_same {
            say(
                "is the same as in English; translate it, or give the reason in SAME of tests/languages.rs"
                    .to_owned(),
            );
        }
        return faults;
    }
    faults.extend(letter_faults(tag, text));
    faults
}

/// What is wrong with the letters of a text: a wrong script, leftovers of English, wrong blanks.
fn letter_faults(tag: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut words = without_places(text);
    for (_, names) in NAMES {
        for name in names {
            words = words.replace(name, " ");
        }
    }
    let split = |sign: char| !(sign.is_alphabetic() || sign == '’');
    for word in words.to_lowercase().split(split) {
        if ENGLISH_WORDS.split(' ').any(|english| english == word) {
            faults.push(format!("has the English word {word:?}; translate it"));
        }
    }

    let scripts = Script::all_of(tag);
    let mut own = 0;
    let mut last = None;
    for letter in words.chars() {
        let script = Script::of(letter);
        match script {
            Some(script) if scripts.contains(&script) => own += 1,
            None | Some(Script::Latin) => {}
            Some(script) => faults.push(format!(
                "has {letter:?}, a letter of the {script:?} script; write it in {scripts:?}"
            )),
        }
        if let (Some(script), Some(before)) = (script, last)
            && script != before
            && ![script, before].iter().any(|one| one.is_dense())
        {
            faults.push(format!(
                "mixes {before:?} and {script:?} letters in one word, at {letter:?}; one of them only looks right"
            ));
        }
        last = script.or_else(|| last.filter(|_| letter.is_alphabetic()));
    }
    if own == 0 {
        faults.push(format!(
            "has no letter of the script {scripts:?}; translate it"
        ));
    }

    for pair in CHINESE.split_whitespace() {
        let wrong = match tag {
            "zh-Hans" => pair.chars().nth(1),
            "zh-Hant" => pair.chars().next(),
            _ => None,
        };
        if let Some(wrong) = wrong.filter(|wrong| text.contains(*wrong)) {
            faults.push(format!("has {wrong:?} of {pair:?}; take the other one"));
        }
    }
    if tag == "fr" {
        let blanks = [(':', '\u{a0}'), (';', '\u{202f}'), ('?', '\u{202f}')];
        for (sign, blank) in blanks {
            let mut before = text.split(sign);
            before.next_back();
            if before.any(|part| !part.ends_with(blank)) {
                faults.push(format!(
                    "has no U+{:04X} before {sign:?}; put it there",
                    u32::from(blank)
                ));
            }
        }
    }
    faults
}

/// How many letters a text may have: what a narrow screen has room for.
fn ceiling(key: Key) -> usize {
    match key {
        Key::AcceptAll
        | Key::RejectAll
        | Key::Choose
        | Key::Ok
        | Key::AcceptNew
        | Key::RejectNew
        | Key::Save
        | Key::EmbedOnce
        | Key::EmbedAlways
        | Key::AlwaysOn
        | Key::EssentialTitle
        | Key::AnalyticsTitle
        | Key::FunctionalTitle
        | Key::MarketingTitle => 26,
        Key::OptInTitle
        | Key::OptOutTitle
        | Key::NoticeTitle
        | Key::NewTitle
        | Key::Preferences
        | Key::EmbedTitle => 60,
        Key::DoNotSell => 80,
        _ => key.english().chars().count() * 9 / 5 + 20,
    }
}

/// The places of a text that are filled in, sorted.
fn places(text: &str) -> Vec<&str> {
    let parts = text.split('{').skip(1);
    let mut found: Vec<&str> = parts.filter_map(|part| part.split('}').next()).collect();
    found.sort_unstable();
    found
}

fn without_places(text: &str) -> String {
    let mut parts = text.split('{');
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        left.push(' ');
        left.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    left
}

/// A language, perhaps a script, perhaps a region, spelled as RFC 5646 §2.1.1 recommends.
fn is_tag(tag: &str) -> bool {
    let letters = |part: &str, from, to, rest: fn(&u8) -> bool| {
        (from..=to).contains(&part.len()) && part.bytes().all(|byte| rest(&byte))
    };
    let mut parts = tag.split('-').peekable();
    let language = |part: &&str| letters(part, 2, 3, u8::is_ascii_lowercase);
    let script = |part: &&str| {
        let (first, rest) = part.split_at_checked(1).unwrap_or_default();
        letters(first, 1, 1, u8::is_ascii_uppercase) && letters(rest, 3, 3, u8::is_ascii_lowercase)
    };
    let region = |part: &&str| {
        letters(part, 2, 2, u8::is_ascii_uppercase) || letters(part, 3, 3, u8::is_ascii_digit)
    };
    if parts.next_if(language).is_none() {
        return false;
    }
    parts.next_if(script);
    parts.next_if(region);
    parts.next().is_none()
}

/// The first line, counted from one, that isn't as it should be, and how it should be.
fn first_difference<'a>(is: &str, should: &'a str) -> Option<(usize, &'a str)> {
    if is == should {
        return None;
    }
    let mut is = is.split('\n');
    for (at, line) in should.split('\n').enumerate() {
        if is.next() != Some(line) {
            return Some((at + 1, line));
        }
    }
    Some((should.split('\n').count() + 1, ""))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("www/lang")
}

/// The names of the files, without their ending.
fn tags() -> Vec<String> {
    let mut tags = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let tag = name.strip_suffix(".json");
        assert!(
            tag.is_some(),
            "www/lang/{name} is no JSON file; it would be shipped"
        );
        tags.extend(tag.map(str::to_owned));
    }
    tags.sort();
    tags
}

#[test]
fn the_gate_knows_every_file_and_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/lang");
    let mut there: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "en.json")
        .map(|name| name.replace(".json", ""))
        .collect();
    there.sort_by_key(|tag| tag.to_lowercase());
    assert_eq!(there.join(" "), consent_gate::banner::languages::FILES);
}

#[test]
fn every_language_is_complete_and_well_written() {
    let mut all = Vec::new();
    for tag in tags() {
        if tag != "en" {
            let raw = fs::read_to_string(folder().join(format!("{tag}.json"))).unwrap();
            all.extend(faults(&tag, &raw));
        }
    }
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
}

#[test]
fn every_promised_language_is_there() {
    let there = tags();
    for tag in UNION.split(' ').chain(OTHERS.split(' ')) {
        assert!(
            there.iter().any(|other| other == tag),
            "www/lang/{tag}.json is missing"
        );
    }
}

/// Translators start from this file, and a page whose language is English loads none.
#[test]
fn the_english_file_is_the_english_of_the_crate() {
    let english = |key: &Key| (key.id().to_owned(), key.english().to_owned());
    let english: Vec<(String, String)> = Key::ALL.iter().map(english).collect();
    let file = folder().join("en.json");
    if env::var_os("BLESS").is_some() {
        fs::write(&file, written(&english)).unwrap();
    }
    let raw = fs::read_to_string(&file).unwrap();
    let should = written(&english);
    let difference = first_difference(&raw, &should);
    assert_eq!(
        difference, None,
        "www/lang/en.json: `cargo xtask bless` writes it from src/banner/text.rs"
    );
    assert_eq!(faults("en", &raw), Vec::<String>::new());
}

#[test]
fn the_readme_names_every_language() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let start = readme.find("### Texts").unwrap();
    let texts = readme[start..].split("\n|").next().unwrap();
    for tag in tags() {
        assert!(
            texts.contains(&format!("`{tag}`")),
            "the README doesn't name {tag}"
        );
    }
}

// The checks must be able to fail, or they prove nothing.

/// A file that is German, but for what `change` does to it.
fn german(change: impl FnOnce(&mut Vec<(String, String)>)) -> Vec<String> {
    let raw = fs::read_to_string(folder().join("de.json")).unwrap();
    let Entries(mut entries) = serde_json::from_str(&raw).unwrap();
    change(&mut entries);
    faults("de", &written(&entries))
}

/// The only fault of a file holds these words.
#[track_caller]
fn only(faults: &[String], words: &[&str]) {
    assert_eq!(faults.len(), 1, "{faults:?}");
    for word in words {
        assert!(faults[0].contains(word), "{word:?}: {faults:?}");
    }
}

/// One text of a language has one fault, and it is this.
#[track_caller]
fn refused(tag: &str, key: Key, text: &str, word: &str) {
    only(&text_faults(tag, key, text), &[word]);
}

#[track_caller]
fn taken(tag: &str, key: Key, text: &str) {
    assert_eq!(text_faults(tag, key, text), Vec::<String>::new());
}

#[test]
fn a_file_of_another_shape_is_refused() {
    only(
        &german(|all| drop(all.remove(7))),
        &["de.json: acceptAll:", "missing", "Accept all"],
    );
    only(
        &german(|all| all.push(("acceptAl".to_owned(), "x".to_owned()))),
        &["acceptAl:", "no text has this name"],
    );
    only(
        &german(|all| all.push(all[7].clone())),
        &["acceptAll:", "twice"],
    );
    only(
        &german(|all| all.swap(7, 8)),
        &["rejectAll:", "comes after acceptAll"],
    );
    only(
        &german(|all| all[7].1 = "Ja".to_owned()),
        &["rejectAll:", "acceptAll", "weightier"],
    );
    assert_eq!(german(|_| {}), Vec::<String>::new());

    let raw = fs::read_to_string(folder().join("de.json")).unwrap();
    only(
        &faults("de", &raw.replacen("  \"", "    \"", 1)),
        &["line 2"],
    );
    only(&faults("de", &raw.replacen("ß", "\\u00df", 1)), &["line "]);
    only(&faults("de", raw.trim_end()), &["line 52"]);
    only(&faults("de", &format!("{raw}\n")), &["line 53"]);
    only(&faults("de", "{"), &["mend the JSON"]);
    only(&faults("de", "{ \"ok\": 1 }"), &["mend the JSON"]);
    only(
        &faults("de", "{ \"ok\": { \"a\": \"b\" } }"),
        &["mend the JSON"],
    );
    only(&faults("DE", &raw), &["DE.json: the name"]);
}

#[test]
fn a_file_name_is_a_tag() {
    for tag in [
        "de",
        "pt-BR",
        "zh-Hans",
        "sr-Latn",
        "es-419",
        "zh-Hant-TW",
        "gsw",
    ] {
        assert!(is_tag(tag), "{tag}");
    }
    for tag in [
        "",
        "d",
        "german",
        "DE",
        "pt_BR",
        "pt-br",
        "zh-hans",
        "zh-HANS",
        "de-",
        "-de",
        "de--AT",
        "pt-BR-Latn",
        "de-AT-x",
        "de.bak",
        "zh-Häns",
    ] {
        assert!(!is_tag(tag), "{tag}");
    }
}

#[test]
fn an_untidy_text_is_refused() {
    refused("de", Key::Saved, "", "is empty");
    refused("de", Key::Saved, " \u{a0}", "is empty");
    refused("de", Key::Saved, "Gespeichert. ", "blanks at an end");
    refused("fr", Key::Saved, "\u{a0}Enregistré.", "blanks at an end");
    refused("de", Key::Saved, "Gut  so.", "two blanks");
    refused("de", Key::Saved, "<b>Gespeichert", "'<'");
    refused("de", Key::Saved, "Gespeichert!", "'!'");
    refused("ja", Key::Saved, "保存しました！", "'！'");
    refused("de", Key::Saved, "Ge\u{7}speichert", "U+0007");
    refused("de", Key::Saved, "Ge\u{ad}speichert", "U+00AD");
    refused("ar", Key::Saved, "\u{200f}تم حفظ اختيارك.", "U+200F");
    taken("ar", Key::Saved, "تم حفظ اختيارك.");
    refused("ar", Key::Keys, "ما يُخزَّن: {name}", "without U+2068");
    taken("ar", Key::Keys, "ما يُخزَّن: \u{2068}{name}\u{2069}");
    refused(
        "de",
        Key::Keys,
        "Speichert: \u{2068}{name}\u{2069}",
        "U+2068",
    );
}

#[test]
fn a_text_with_other_places_is_refused() {
    refused("de", Key::EmbedTitle, "Inhalt", "[\"name\"]");
    refused("de", Key::EmbedTitle, "Inhalt von {Name}", "[\"Name\"]");
    refused(
        "de",
        Key::EmbedTitle,
        "{name}: Inhalt von {name}",
        "each once",
    );
    refused("de", Key::Saved, "Gespeichert für {site}.", "[\"site\"]");
    refused("de", Key::Services, "{count} Dienste", "behind a colon");
    refused("de", Key::Services, "Dienste:{count}", "behind a colon");
    refused("ja", Key::Services, "サービス{count}", "behind a colon");
    taken("ja", Key::Services, "サービス：{count}");
    taken("fr", Key::Services, "Services\u{a0}: {count}");
    let text = "Neu ist {services}. Alles andere bleibt, wie es war.";
    refused("de", Key::NewText, text, "{services} doesn't stand");
}

#[test]
fn a_text_that_is_too_long_is_refused() {
    let letters = |count| "ж".repeat(count);
    for (key, ceiling) in [
        (Key::AcceptAll, 26),
        (Key::AlwaysOn, 26),
        (Key::MarketingTitle, 26),
        (Key::OptInTitle, 60),
        (Key::DoNotSell, 80),
        (Key::Saved, 57),
    ] {
        taken("ru", key, &letters(ceiling));
        refused("ru", key, &letters(ceiling + 1), "are allowed; shorten it");
    }
}

#[test]
fn a_text_that_was_not_translated_is_refused() {
    refused(
        "de",
        Key::Saved,
        Key::Saved.english(),
        "the same as in English",
    );
    taken("de", Key::Ok, "OK");
    taken("de", Key::MarketingTitle, "Marketing");
    refused(
        "de",
        Key::Saved,
        "Your Auswahl ist gespeichert.",
        "\"your\"",
    );
    refused("de", Key::Dnt, "Ihr Browser bittet darum.", "Do Not Track");
    refused(
        "de",
        Key::Gpc,
        "Ihr Browser (GPC).",
        "Global Privacy Control",
    );
}

#[test]
fn a_text_in_another_script_is_refused() {
    for tag in [
        "el", "bg", "ru", "uk", "ar", "he", "hi", "zh-Hans", "ja", "ko", "sr",
    ] {
        refused(
            tag,
            Key::Saved,
            "Auswahl gemerkt.",
            "no letter of the script",
        );
    }
    for (tag, text) in [
        ("el", "Εντάξει"),
        ("bg", "Разбрах"),
        ("ar", "حسنًا"),
        ("he", "הבנתי"),
        ("hi", "ठीक है"),
        ("zh-Hans", "知道了"),
        ("ja", "了解"),
        ("ja", "わかった"),
        ("ko", "확인"),
        ("vi", "Đã hiểu"),
        ("uk", "IP-адреса"),
        ("he", "ה־IP"),
        ("zh-Hans", "您的IP地址"),
    ] {
        taken(tag, Key::Ok, text);
    }
    // The first letter is Cyrillic.
    only(&letter_faults("de", "\u{410} b"), &["Cyrillic"]);
    // The first letter is Latin.
    only(
        &letter_faults("ru", "Bыбрать"),
        &["mixes Latin and Cyrillic"],
    );
    only(&letter_faults("ja", "選택"), &["'택'", "Hangul"]);
}

#[test]
fn a_text_of_the_other_chinese_is_refused() {
    refused("zh-Hans", Key::Choose, "選择", "\"选選\"");
    refused("zh-Hant", Key::Choose, "選择", "\"择擇\"");
    taken("zh-Hans", Key::Choose, "选择");
    taken("zh-Hant", Key::Choose, "選擇");
    for pair in CHINESE.split_whitespace() {
        assert_eq!(pair.chars().count(), 2, "{pair}");
    }
}

#[test]
fn french_has_its_blanks() {
    refused("fr", Key::Purpose, "Utilisé pour : {name}", "U+00A0");
    refused("fr", Key::Purpose, "Utilisé pour: {name}", "U+00A0");
    refused("fr", Key::Saved, "Enregistré ; merci", "U+202F");
    taken("fr", Key::Purpose, "Utilisé pour\u{a0}: {name}");
}
