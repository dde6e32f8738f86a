//! The stage as a proxy (SOCKS 5, RFC 1928): for browsers that can't be told to take every name to one
//! port, but can be told to reach everything through one. Whatever host is wanted, the stage itself is
//! who answers.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The first byte of a client's greeting.
pub(crate) const VERSION: u8 = 5;

/// Grants whatever is asked for. Afterwards the stream is as if the host had been called directly; `None`
/// if the client does not speak the protocol.
pub(crate) async fn welcome(stream: &mut TcpStream) -> Option<()> {
    let [_version, methods] = take(stream).await?;
    skip(stream, methods.into()).await?;
    stream.write_all(&[VERSION, NO_PASSWORD]).await.ok()?;
    let [_version, _command, _reserved, kind] = take(stream).await?;
    let length = match kind {
        IPV4 => 4,
        IPV6 => 16,
        _ => {
            let [length] = take(stream).await?;
            length.into()
        }
    };
    skip(stream, length + PORT).await?;
    let granted = [VERSION, 0, 0, IPV4, 0, 0, 0, 0, 0, 0];
    stream.write_all(&granted).await.ok()
}

async fn take<const N: usize>(stream: &mut TcpStream) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await.ok()?;
    Some(bytes)
}

async fn skip(stream: &mut TcpStream, length: usize) -> Option<()> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await.ok().map(drop)
}

const NO_PASSWORD: u8 = 0;
const IPV4: u8 = 1;
const IPV6: u8 = 4;
/// The bytes of a port.
const PORT: usize = 2;
