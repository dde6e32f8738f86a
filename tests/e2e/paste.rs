//! The two lines that the README has owners paste, once for every test that plays or reads them.

/// The product.
pub const SCRIPT: &str = r#"<script src="/consent-gate.js"></script>"#;

/// The policy line, which stops Chromium's look-ahead.
pub const POLICY: &str =
    r#"<meta http-equiv="Content-Security-Policy" content="manifest-src * data: blob:">"#;
