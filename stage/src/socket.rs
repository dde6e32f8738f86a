//! A WebSocket that says one word (RFC 6455). It listens to nothing and stays open until it is left.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The value of `Sec-WebSocket-Accept` for a key (RFC 6455, section 4.2.2).
pub(crate) fn accept(key: &str) -> String {
    let text = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}

/// Says the word once the connection has become a socket.
pub(crate) async fn say(word: Bytes, upgrade: OnUpgrade) {
    let Ok(line) = upgrade.await else { return };
    let mut line = TokioIo::new(line);
    let Ok(length) = u8::try_from(word.len()) else {
        return;
    };
    let frame = [&[WHOLE_TEXT, length][..], &word].concat();
    let mut ignored = [0_u8; 256];
    if line.write_all(&frame).await.is_ok() {
        while line.read(&mut ignored).await.is_ok_and(|count| count > 0) {}
    }
}

/// The first byte of a text that is one frame (RFC 6455, section 5.2). Its length is the second, below
/// 126.
const WHOLE_TEXT: u8 = 0x81;

#[test]
fn the_example_of_the_standard() {
    assert_eq!(
        accept("dGhlIHNhbXBsZSBub25jZQ=="),
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    );
}
