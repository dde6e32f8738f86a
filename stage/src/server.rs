//! One port that speaks plain HTTP and TLS, for any host.
//!
//! A resolver rule can send every name to one port only, whatever its scheme, so the first byte
//! of a connection decides: a TLS handshake begins with 22, a proxy's client with 5, no HTTP method with
//! either.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use std::sync::Arc;
//! use stage::{Answer, Stage, Visit};
//!
//! let stage = Stage::start(0, Arc::new(|_: &Visit| Answer::pixel())).await?;
//! println!("{}", stage.port());
//! # Ok(()) }
//! ```

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::answer::Answer;
use crate::ledger::{Ledger, Scheme, Visit};
use crate::socket;
use crate::socks;
use crate::tls;

/// Whoever answers. Called once for each request, after it was written into the ledger.
pub trait Respond: Send + Sync + 'static {
    /// The answer to this visit.
    fn respond(&self, visit: &Visit) -> Answer;
}

impl<F: Fn(&Visit) -> Answer + Send + Sync + 'static> Respond for F {
    fn respond(&self, visit: &Visit) -> Answer {
        self(visit)
    }
}

/// A running server. It stops when it is dropped.
#[derive(Debug)]
pub struct Stage {
    port: u16,
    ledger: Ledger,
    calls: Ledger,
    listeners: Vec<JoinHandle<()>>,
}

impl Stage {
    /// Starts on a port of the loopback address; 0 takes a free one.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub async fn start(port: u16, respond: Arc<dyn Respond>) -> io::Result<Self> {
        let (ledger, calls) = (Ledger::default(), Ledger::default());
        let acceptor = tls::acceptor()?;
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = first.local_addr()?.port();
        let mut sockets = vec![first];
        // Browsers take `name.localhost` to either loopback address. A machine without IPv6 has
        // only the one, which is enough.
        if let Ok(second) = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            sockets.push(second);
        }
        let mut listeners: Vec<_> = sockets
            .into_iter()
            .map(|socket| {
                let house = House {
                    acceptor: acceptor.clone(),
                    ledger: ledger.clone(),
                    calls: calls.clone(),
                    respond: Arc::clone(&respond),
                    port,
                };
                tokio::spawn(house.listen(socket))
            })
            .collect();
        if let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).await {
            listeners.push(tokio::spawn(count(socket, calls.clone())));
        }
        Ok(Self {
            port,
            ledger,
            calls,
            listeners,
        })
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// What it was asked so far.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Whom it was called as, whether or not a request followed: one line for each TLS connection, by
    /// the name in its greeting, and one without a name for each address that datagrams come from. What a browser connects to in
    /// advance, and calls that are no requests, are seen here alone.
    #[must_use]
    pub fn calls(&self) -> &Ledger {
        &self.calls
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for listener in &self.listeners {
            listener.abort();
        }
    }
}

/// Writes down that datagrams came, once for each address that they come from. Nobody answers them, and a browser
/// says what nobody answered again and again, long after the page that asked has gone.
async fn count(socket: UdpSocket, calls: Ledger) {
    let mut ignored = [0_u8; 64];
    let mut known = BTreeSet::new();
    loop {
        // One that is longer than the room for it is an error on some systems, and came all the same.
        let came = socket.recv_from(&mut ignored).await;
        if came.is_ok_and(|(_, from)| !known.insert(from)) {
            continue;
        }
        calls.write(Visit::new(Scheme::Https, "", "DATAGRAM", ""));
    }
}

#[derive(Clone)]
struct House {
    acceptor: TlsAcceptor,
    ledger: Ledger,
    calls: Ledger,
    respond: Arc<dyn Respond>,
    port: u16,
}

impl House {
    async fn listen(self, socket: TcpListener) {
        loop {
            let Ok((stream, _)) = socket.accept().await else {
                continue;
            };
            let house = self.clone();
            // A connection that breaks is the browser's business; the next one is served as well.
            tokio::spawn(async move { house.greet(stream).await });
        }
    }

    async fn greet(self, mut stream: TcpStream) {
        let mut first = [0_u8; 1];
        let Ok(1) = stream.peek(&mut first).await else {
            return;
        };
        if first == [socks::VERSION] {
            let through = socks::welcome(&mut stream).await;
            if through.is_none() || stream.peek(&mut first).await.is_err() {
                return;
            }
        }
        // Small answers must not wait for more to come.
        if stream.set_nodelay(true).is_err() {
            return;
        }
        if first == [TLS_HANDSHAKE] {
            if let Ok(stream) = self.acceptor.clone().accept(stream).await {
                let name = stream.get_ref().1.server_name().unwrap_or_default();
                self.calls
                    .write(Visit::new(Scheme::Https, name, "CONNECT", ""));
                self.serve(Scheme::Https, stream).await;
            }
        } else {
            self.serve(Scheme::Http, stream).await;
        }
    }

    async fn serve(
        self,
        scheme: Scheme,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) {
        let service = service_fn(|request| {
            let house = self.clone();
            async move { Ok::<_, Infallible>(house.answer(scheme, request).await) }
        });
        // The error is a closed connection.
        let _closed = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
            .await;
    }

    async fn answer(
        &self,
        scheme: Scheme,
        mut request: Request<Incoming>,
    ) -> Response<Channel<Bytes>> {
        let upgrade = hyper::upgrade::on(&mut request);
        let (head, body) = request.into_parts();
        let text = |name: HeaderName| {
            head.headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let host = text(header::HOST).unwrap_or_default();
        let target = head
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str());
        let mut visit = Visit::new(scheme, &host, head.method.as_str(), target);
        visit.port = visit.port.or(Some(self.port));
        visit.cookie = text(header::COOKIE);
        visit.referer = text(header::REFERER);
        visit.origin = text(header::ORIGIN);
        visit.gpc = text(HeaderName::from_static("sec-gpc"));
        visit.dnt = text(header::DNT);
        visit.wanted_for = text(HeaderName::from_static("sec-fetch-dest"));
        visit.will_carry = text(header::ACCESS_CONTROL_REQUEST_HEADERS);
        visit.number = self.ledger.write(visit.clone());
        // Read to the end, so that the connection can be used again.
        if let Ok(body) = body.collect().await {
            let bytes = body.to_bytes();
            let kept = bytes.get(..MOST_KEPT).unwrap_or(&bytes);
            visit.body = String::from_utf8_lossy(kept).into_owned();
            self.ledger.note_body(visit.number, &visit.body);
        }
        let mut answer = self.respond.respond(&visit);
        // The pause before the first piece is the whole answer's, headers included.
        let pause = answer
            .pieces
            .first_mut()
            .map(|piece| std::mem::take(&mut piece.after));
        tokio::time::sleep(pause.unwrap_or_default()).await;
        if answer.status == StatusCode::SWITCHING_PROTOCOLS {
            answer.headers = vec![
                ("connection".to_owned(), "upgrade".to_owned()),
                ("upgrade".to_owned(), "websocket".to_owned()),
            ];
            if let Some(key) = text(header::SEC_WEBSOCKET_KEY) {
                answer = answer.with("sec-websocket-accept", &socket::accept(&key));
            }
            if let Some(word) = answer.pieces.pop() {
                tokio::spawn(socket::say(word.bytes, upgrade));
            }
        }
        send(answer)
    }
}

/// Turns an answer into a response whose body arrives piece by piece.
fn send(answer: Answer) -> Response<Channel<Bytes>> {
    let (mut sender, body) = Channel::new(4);
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    write_headers(response.headers_mut(), &answer.headers);
    tokio::spawn(async move {
        for piece in answer.pieces {
            if !piece.after.is_zero() {
                tokio::time::sleep(piece.after).await;
            }
            if sender.send_data(piece.bytes).await.is_err() {
                break;
            }
        }
    });
    response
}

fn write_headers(into: &mut HeaderMap, headers: &[(String, String)]) {
    // Nothing is kept by the browser, so that every use of an address is a line in the ledger.
    into.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            into.append(name, value);
        }
    }
}

/// Of a body more is not kept.
const MOST_KEPT: usize = 64 << 10;

/// The content type of a TLS record that opens a handshake (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 22;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datagrams_are_written_down_once_for_each_address_they_come_from() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let stage = Stage::start(0, Arc::new(|_: &Visit| Answer::pixel()))
                .await
                .unwrap();
            for again in [2, 1] {
                let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
                for _ in 0..again {
                    socket.send_to(&[0; 1200], stage.address()).await.unwrap();
                }
            }
            // In the order in which they were sent, so that with the last all are there.
            let calls = stage.calls();
            for _ in 0..100 {
                if calls.since(0).len() == 2 {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
            let methods: Vec<String> = calls.since(0).into_iter().map(|one| one.method).collect();
            assert_eq!(methods, ["DATAGRAM", "DATAGRAM"]);
        });
    }
}
