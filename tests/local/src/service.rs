//! One request from its first line to its answer: path, credential, repository, backend, in this order.

use std::net::IpAddr;
use std::path::PathBuf;

use bytes::Bytes;
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body as _, Incoming};
use hyper::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, EXPECT, HOST, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Request, Response, StatusCode};
use time::OffsetDateTime;

use crate::access::{Asked, Credential, Refusal};
use crate::backend::{Call, Git, Output, run};
use crate::identities::Identities;
use crate::repository;
use crate::request_log::{self, RequestLog, is_access_key_id};
use crate::route::Route;

/// A fixed text, or what the backend sends.
pub(crate) type Body = Either<Full<Bytes>, Output>;

/// How much of a refused request's body is read, so that a client that writes first and reads later gets its answer.
const DISCARDED: u64 = 1024 * 1024;

/// What every request of one server shares.
pub(crate) struct Service {
    pub(crate) git: Git,
    pub(crate) repositories: PathBuf,
    pub(crate) identities: Identities,
    pub(crate) region: String,
    pub(crate) log: RequestLog,
}

/// An answer other than the backend's: its status, its text, and the header that belongs to the status.
struct Refused {
    status: StatusCode,
    text: String,
    header: Option<(HeaderName, &'static str)>,
}

impl Refused {
    fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), header: None }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        if refusal == Refusal::Unauthenticated {
            let header = Some((WWW_AUTHENTICATE, "Basic realm=\"codecommit\""));
            Self { status: StatusCode::UNAUTHORIZED, text: refusal.to_string(), header }
        } else {
            // 403 and not 401, so that Git's credential helpers keep what they have: as CodeCommit answers.
            Self::new(StatusCode::FORBIDDEN, refusal.to_string())
        }
    }
}

impl Service {
    /// Answers one request, and logs it.
    pub(crate) async fn answer(&self, request: Request<Incoming>, client: IpAddr) -> Response<Body> {
        let method = request.method().to_string();
        let target = logged_target(&request);
        let mut access_key_id = None;
        let response = match self.serve(request, client, &mut access_key_id).await {
            Ok(response) => response,
            Err(refused) => refused.into_response(),
        };
        let status = response.status().as_u16();
        self.log.add(request_log::Request { method, target, status, access_key_id });
        response
    }

    async fn serve(
        &self,
        mut request: Request<Incoming>,
        client: IpAddr,
        access_key_id: &mut Option<String>,
    ) -> Result<Response<Body>, Refused> {
        let uri = request.uri().clone();
        let checked = match Route::parse(uri.path(), uri.query()) {
            None => Err(Refused::new(StatusCode::NOT_FOUND, "no such path")),
            Some(route) => self.check(&request, &route, access_key_id).map(|user| (route, user)),
        };
        let (route, user) = match checked {
            Ok(checked) => checked,
            Err(refused) => {
                discard(&mut request).await;
                return Err(refused);
            }
        };
        let (head, body) = request.into_parts();
        let call = Call {
            repositories: &self.repositories,
            method: &head.method,
            path: &route.backend_path(),
            query: &route.backend_query(),
            headers: &head.headers,
            user: &user,
            client,
        };
        let answer = run(&self.git, &call, body)
            .await
            .map_err(|fault| Refused::new(StatusCode::INTERNAL_SERVER_ERROR, fault.to_string()))?;
        let mut response = Response::new(Either::Right(answer.body));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }

    /// Everything that can be refused before the body is looked at; returns the access key that asked.
    fn check(
        &self,
        request: &Request<Incoming>,
        route: &Route<'_>,
        access_key_id: &mut Option<String>,
    ) -> Result<String, Refused> {
        if request.method() != route.method() {
            let allow = if route.discovery { "GET" } else { "POST" };
            let header = Some((ALLOW, allow));
            return Err(Refused { status: StatusCode::METHOD_NOT_ALLOWED, text: format!("expected {allow}"), header });
        }
        let header = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes);
        let credential = Credential::from_header(header)?;
        let identities = self
            .identities
            .read()
            .map_err(|error| Refused::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
        let user = credential.access_key_id();
        let known = identities.iter().any(|identity| identity.access_key_id() == user);
        if known || is_access_key_id(user) {
            *access_key_id = Some(user.to_owned());
        }
        let asked = Asked {
            repository: route.repository,
            path: route.signed_path,
            host: request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default(),
            region: &self.region,
        };
        credential.check(&identities, asked, OffsetDateTime::now_utc())?;
        if !repository::path(&self.repositories, route.repository).is_dir() {
            return Err(Refused::new(StatusCode::NOT_FOUND, format!("repository {} does not exist", route.repository)));
        }
        Ok(user.to_owned())
    }
}

impl Refused {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Either::Left(Full::from(format!("{}\n", self.text))));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if let Some((name, value)) = self.header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// Path and query as they came. A query that is not one of Git's may hold anything, a signature too, and is left out.
fn logged_target(request: &Request<Incoming>) -> String {
    let path = request.uri().path();
    match request.uri().query() {
        None => path.to_owned(),
        Some(query) if Route::parse(path, Some(query)).is_some() => format!("{path}?{query}"),
        Some(_) => format!("{path}?..."),
    }
}

/// Reads some of the body and drops it, unless the client waits to be told before it sends any.
async fn discard(request: &mut Request<Incoming>) {
    if request.headers().contains_key(EXPECT) {
        return;
    }
    let body = request.body_mut();
    let mut left = DISCARDED;
    while left > 0 && !body.is_end_stream() {
        let Some(Ok(frame)) = body.frame().await else { return };
        let read = frame.data_ref().map_or(0, |data| data.len() as u64);
        left = left.saturating_sub(read.max(1));
    }
}
