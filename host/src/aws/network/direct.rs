//! Plain requests to an endpoint of this machine or beside it: containers and instance metadata.
//!
//! Never through a proxy, which could not reach it, and would see the keys. No redirect is followed, for a redirect could lead out
//! of the machine. One connection a request: there are three at most.
//!
//! The client is the one that the AWS SDK has, without its retries: the sources of keys have rules of their own for those.

use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::connection::CaptureSmithyConnection;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use http::uri::Scheme;
use http::{HeaderValue, Uri};
use thiserror::Error;
use zeroize::Zeroizing;

use super::call::root_cause;
use super::{Network, TlsContext};
use crate::Error as HelperError;
use crate::printable::Shown;

/// No document of keys has more bytes than this, and no session token of a metadata service.
const LONGEST: usize = 1 << 15;

/// Who asks.
const USER_AGENT: &str = concat!("git-remote-codecommit/", env!("CARGO_PKG_VERSION"));

/// Why there was no answer; what it says is the rest of a sentence that names the endpoint.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// There was no connection.
    #[error("could not be reached: {}", Shown(.0))]
    Unreachable(String),
    /// There was a connection, and no whole answer in time.
    #[error("did not answer in time")]
    TimedOut,
    /// There was a connection, and it ended before the answer did.
    #[error("broke off its answer")]
    Broken,
    /// The answer is too long for what it should be.
    #[error("gave an answer of more than {LONGEST} bytes")]
    TooLong,
}

/// The URL of an endpoint: HTTP or HTTPS, with a host.
///
/// It can hold what only this machine is to know, so it is not shown.
pub struct Url(Uri);

impl Url {
    /// Reads a URL; none where it is not one to ask.
    pub fn parse(text: &str) -> Option<Self> {
        let url: Uri = text.parse().ok()?;
        let is_http = [Some(&Scheme::HTTP), Some(&Scheme::HTTPS)].contains(&url.scheme());
        (is_http && url.host().is_some_and(|host| !host.is_empty())).then_some(Self(url))
    }

    /// Whether it is asked over TLS.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == Some(&Scheme::HTTPS)
    }

    /// The host, in lower case, and an IPv6 address without its brackets.
    pub fn host(&self) -> String {
        self.0.host().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase()
    }
}

/// A request without a body.
pub struct Request<'a> {
    /// `GET` or `PUT`.
    pub method: &'static str,
    /// Where to.
    pub url: &'a Url,
    /// Names and values, each of which [`is_header`].
    pub headers: &'a [(&'static str, &'a str)],
    /// Who is asked, as a sentence names it.
    pub service: &'static str,
    /// How long all of it may take, from the connection to the end of the answer.
    pub limit: Duration,
}

/// An answer, whatever it says.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body, which can hold keys.
    pub body: Zeroizing<Vec<u8>>,
}

/// Whether a header can have this value: not with a line break in it, for one.
pub fn is_header(value: &str) -> bool {
    HeaderValue::from_str(value).is_ok()
}

impl Network<'_> {
    /// Sends a request once, directly.
    ///
    /// # Errors
    /// Of the outer result: the network or the certificates cannot be used. Of the inner one: there was no answer.
    pub fn ask(&self, request: &Request<'_>) -> Result<Result<Answer, Fault>, HelperError> {
        let builder = Connector::builder().proxy_config(ProxyConfig::disabled());
        let connector = if request.url.is_https() { over_tls(builder, self.trusted()?) } else { builder.build_http() };
        self.wait_for(request.service, send(&connector, request)).map_err(HelperError::Network)
    }
}

/// The client with TLS; without it, no certificate is read.
fn over_tls(builder: ConnectorBuilder, trusted: TlsContext) -> Connector {
    builder.tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).tls_context(trusted).build()
}

/// Sends a request, and tells a missing connection from a missing answer.
async fn send(connector: &Connector, request: &Request<'_>) -> Result<Answer, Fault> {
    let connection = CaptureSmithyConnection::new();
    let mut message =
        http::Request::builder().method(request.method).uri(&request.url.0).header("user-agent", USER_AGENT);
    if request.method == "PUT" {
        // Said by every other client; without it some servers wait for a body.
        message = message.header("content-length", "0");
    }
    for (name, value) in request.headers {
        message = message.header(*name, *value);
    }
    // It can be sent: the URL was read, and the headers were asked about.
    let message = message.body(SdkBody::empty()).ok().and_then(|message| HttpRequest::try_from(message).ok());
    let mut message = message.ok_or_else(|| Fault::Unreachable("the request cannot be sent".to_owned()))?;
    message.add_extension(connection.clone());
    let answer = async {
        let response = connector.call(message).await.map_err(|error| {
            if connection.get().is_some() { Fault::Broken } else { Fault::Unreachable(root_cause(&error)) }
        })?;
        let status = response.status().as_u16();
        // Room for all of it, because a buffer that grows leaves a copy behind.
        let mut body = Zeroizing::new(Vec::with_capacity(LONGEST));
        let mut stream = ByteStream::new(response.into_body());
        while let Some(part) = stream.next().await {
            let part = part.map_err(|_| Fault::Broken)?;
            if part.len() > LONGEST - body.len() {
                return Err(Fault::TooLong);
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer { status, body })
    };
    tokio::time::timeout(request.limit, answer).await.unwrap_or_else(|_| {
        Err(match connection.get() {
            Some(_) => Fault::TimedOut,
            None => Fault::Unreachable("there was no connection in time".to_owned()),
        })
    })
}

#[cfg(test)]
mod tests;
