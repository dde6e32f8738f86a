//! Files on disk as answers.
//!
//! A path is taken apart before it touches the disk, so that no request leaves its folder.
//!
//! ```
//! assert_eq!(stage::content_type("a/b.wasm"), "application/wasm");
//! assert_eq!(stage::content_type("gtag/js"), "application/octet-stream");
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use crate::answer::Answer;

/// The content type that a file's ending asks for.
#[must_use]
pub fn content_type(path: &str) -> &'static str {
    let ending = path
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, end)| end);
    match ending {
        Some("html") => "text/html; charset=utf-8",
        Some("xhtml") => "application/xhtml+xml; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("gif") => "image/gif",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("ico") => "image/x-icon",
        Some("txt" | "tsv" | "md") => "text/plain; charset=utf-8",
        Some(_) | None => "application/octet-stream",
    }
}

/// The file that a request's path names below `root`; a folder stands for its `index.html`.
#[must_use]
pub fn find_file(root: &Path, path: &str) -> Option<PathBuf> {
    let mut found = root.to_path_buf();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        // A name that could climb, or hide a separator behind an escape, names nothing.
        if segment.starts_with('.') || segment.contains(['\\', '%', ':']) {
            return None;
        }
        found.push(segment);
    }
    if found.is_dir() {
        found.push("index.html");
    }
    found.is_file().then_some(found)
}

/// The file as an answer, under its own content type or the one given for names without an ending.
pub(crate) fn send_file(file: &Path, otherwise: &'static str) -> Option<Answer> {
    let bytes = fs::read(file).ok()?;
    let kind = match content_type(file.to_str()?) {
        "application/octet-stream" => otherwise,
        known => known,
    };
    Some(Answer::new(200, kind, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_its_folder() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(find_file(&root, "/lib.rs").is_some());
        assert_eq!(find_file(&root, "/../Cargo.toml"), None);
        assert_eq!(find_file(&root, "/%2e%2e/Cargo.toml"), None);
        assert_eq!(find_file(&root, "/nothing.rs"), None);
    }
}
