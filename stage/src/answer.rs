//! What the stage sends back.
//!
//! An answer is made of pieces, each of which may be kept back for a while: a page can arrive in
//! two chunks with a slow network between them, which is when a browser's speculative parser acts.
//!
//! ```
//! let answer = stage::Answer::script("window.ran = 1");
//! assert_eq!(answer.status, 200);
//! ```

use std::time::Duration;

use bytes::Bytes;

use crate::ledger::Visit;

/// A run of bytes, sent after a pause.
#[derive(Clone, Debug)]
pub struct Piece {
    /// How long the network seems to take before these bytes.
    pub after: Duration,
    /// The bytes.
    pub bytes: Bytes,
}

/// One response.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Header names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub pieces: Vec<Piece>,
}

impl Answer {
    /// A response of one piece.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            pieces: vec![Piece {
                after: Duration::ZERO,
                bytes: body.into(),
            }],
        }
    }

    /// A document.
    #[must_use]
    pub fn html(body: impl Into<Bytes>) -> Self {
        Self::new(200, "text/html; charset=utf-8", body)
    }

    /// A script.
    #[must_use]
    pub fn script(body: impl Into<Bytes>) -> Self {
        Self::new(200, "text/javascript; charset=utf-8", body)
    }

    /// A JSON text.
    #[must_use]
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self::new(200, "application/json", body)
    }

    /// The transparent picture of one dot that counting pixels are.
    #[must_use]
    pub fn pixel() -> Self {
        Self::new(200, "image/gif", Bytes::from_static(PIXEL))
    }

    /// A WebSocket that says one thing and then stays open.
    #[must_use]
    pub fn socket(word: &'static str) -> Self {
        Self::new(101, "", Bytes::from_static(word.as_bytes()))
    }

    /// Nothing, successfully.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            status: 204,
            headers: Vec::new(),
            pieces: Vec::new(),
        }
    }

    /// Nothing there.
    #[must_use]
    pub fn missing() -> Self {
        Self::new(404, "text/plain; charset=utf-8", "not found")
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Keeps the first piece back.
    #[must_use]
    pub fn after(mut self, pause: Duration) -> Self {
        match self.pieces.first_mut() {
            Some(piece) => piece.after += pause,
            None => self.pieces.push(Piece {
                after: pause,
                bytes: Bytes::new(),
            }),
        }
        self
    }

    /// Lets every origin read it, with its cookies: a third party that no browser refuses, so that
    /// what a test sees missing was held by the gate and by nothing else.
    #[must_use]
    pub fn open_to(self, visit: &Visit) -> Self {
        let origin = visit.origin.as_deref().unwrap_or("*");
        self.with("access-control-allow-origin", origin)
            .with("access-control-allow-credentials", "true")
            .with(
                "access-control-allow-methods",
                "GET, POST, PUT, DELETE, OPTIONS",
            )
            .with(
                "access-control-allow-headers",
                visit.will_carry.as_deref().unwrap_or("content-type"),
            )
            .with("cross-origin-resource-policy", "cross-origin")
            .with("timing-allow-origin", "*")
    }
}

const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\
\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
