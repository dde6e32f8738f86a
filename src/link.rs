//! Which links may stand on the owner's page: those that can only lead somewhere.

use crate::words;

/// Can the link only lead somewhere, and not run anything? It is http, https, mailto, or relative, and what stands before
/// a colon is exactly one of these schemes: browsers drop tabs, line breaks and leading control characters from an
/// address (URL Standard, basic URL parser, steps 1 to 3), so `java\tscript:` runs.
pub(crate) fn is_harmless(url: &str) -> bool {
    let url = url.trim_ascii_start();
    for (at, byte) in url.bytes().enumerate() {
        match byte {
            0..b' ' | 0x7f => return false,
            b':' => {
                let scheme = url.get(..at).unwrap_or_default().to_ascii_lowercase();
                return words::position("http https mailto", &scheme).is_some();
            }
            b'/' | b'?' | b'#' | b'\\' => break,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn links_lead_somewhere_and_run_nothing() {
        for fine in [
            "/privacy",
            "privacy.html",
            "./a:b",
            "?a:b",
            "#top",
            "//cdn.test/x",
            "https://a.test/",
            "HTTP://a.test",
            "mailto:privacy@a.test",
            "datenschutz/erklärung",
            "https://a.example/x:y",
            "p#x",
            "",
        ] {
            assert!(is_harmless(fine), "{fine}");
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://a.test/1",
            "file:///etc",
            "a.test:80/x",
            ":x",
            "x y:z",
            " JavaScript:alert(1)",
        ] {
            assert!(!is_harmless(bad), "{bad}");
        }
    }
}
