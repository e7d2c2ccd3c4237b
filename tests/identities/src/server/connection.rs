//! From a connection to requests, and what the proxy does with them.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::State;
use super::answers::Reply;
use super::arrived::Arrived;

/// One of the addresses of a [`super::Server`].
#[derive(Clone)]
pub(super) struct Listener {
    pub(super) by_proxy: bool,
    pub(super) acceptor: Option<TlsAcceptor>,
    pub(super) origin: String,
    /// Where the proxy's tunnels lead.
    pub(super) tls_address: SocketAddr,
    pub(super) state: Arc<State>,
}

/// Accepts for as long as the runtime is there.
pub(super) async fn accept(socket: TcpListener, listener: Listener) {
    loop {
        let (stream, _) = socket.accept().await.unwrap();
        tokio::spawn(serve(stream, listener.clone()));
    }
}

async fn serve(stream: TcpStream, listener: Listener) {
    let _ = stream.set_nodelay(true);
    match listener.acceptor.clone() {
        None => serve_http(stream, listener).await,
        // One that does not trust the certificate says so by itself.
        Some(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve_http(stream, listener).await;
            }
        }
    }
}

async fn serve_http(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, listener: Listener) {
    let answer = service_fn(move |request| {
        let listener = listener.clone();
        async move { Ok::<_, Infallible>(answer(request, &listener).await) }
    });
    // botocore keeps the headers of an answer, and what is recorded of it is to be the same each time.
    let _ = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades()
        .await;
}

async fn answer(request: Request<Incoming>, listener: &Listener) -> Response<Full<Bytes>> {
    if listener.by_proxy && request.method() == Method::CONNECT {
        listener.state.log_tunnel(&request.uri().to_string());
        tokio::spawn(tunnel(request, listener.tls_address));
        return Response::new(Full::default());
    }
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
    let arrived = Arrived { parts, body, listener: listener.origin.clone(), by_proxy: listener.by_proxy };
    match listener.state.answer(&arrived) {
        Some(reply) => response(reply),
        // Never answered: until the client has had enough, or the case is over.
        None => std::future::pending().await,
    }
}

/// Leads to the services, whatever host was asked for.
async fn tunnel(request: Request<Incoming>, to: SocketAddr) {
    let Ok(client) = hyper::upgrade::on(request).await else { return };
    let Ok(mut server) = TcpStream::connect(to).await else { return };
    let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(client), &mut server).await;
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(reply.status).header(CONTENT_TYPE, reply.content_type);
    if let Some(error) = reply.error_type {
        response = response.header("x-amzn-errortype", error);
    }
    response.body(Full::new(reply.body.into())).unwrap()
}
