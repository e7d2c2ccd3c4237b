//! One request from its first line to its answer: path, credential, repository, backend, in this order; before them, what is to
//! go wrong.

use std::net::IpAddr;
use std::path::PathBuf;

use bytes::Bytes;
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ALLOW, AUTHORIZATION, CONTENT_TYPE, DATE, EXPECT, HOST, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, StatusCode, Uri};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::access::{self, Credential, GitCredential, Refusal};
use crate::backend::{Call, Git, Output, run};
use crate::fault::{Asked, Faults, Kind, Plan};
use crate::identities::Identities;
use crate::repository;
use crate::request_log::{self, Bodies, RequestLog, is_access_key_id};
use crate::route::Route;
use crate::transfer::{Broken, Metered, Scissors};

/// A fixed text, or what the backend sends.
pub(crate) type Body = Metered<Either<Full<Bytes>, Output>>;

/// How much of a refused request's body is read, so that a client that writes first and reads later gets its answer.
const DISCARDED: u64 = 1024 * 1024;

/// What every request of one server shares.
pub(crate) struct Service {
    pub(crate) git: Git,
    pub(crate) repositories: PathBuf,
    pub(crate) identities: Identities,
    pub(crate) git_credential: Option<GitCredential>,
    pub(crate) region: String,
    pub(crate) log: RequestLog,
    pub(crate) faults: Faults,
}

/// Who asks, and the means to be rid of them.
pub(crate) struct Client {
    pub(crate) address: IpAddr,
    pub(crate) scissors: Scissors,
}

/// The connection ends here, without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut by a fault")]
pub(crate) struct Cut;

/// An answer other than the backend's: its status, its text, and the header that belongs to the status.
struct Refused {
    status: StatusCode,
    text: String,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refused {
    fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), header: None }
    }

    fn unauthorized(text: impl Into<String>) -> Self {
        let header = Some((WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"codecommit\"")));
        Self { header, ..Self::new(StatusCode::UNAUTHORIZED, text) }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        if refusal == Refusal::Unauthenticated {
            Self::unauthorized(refusal.to_string())
        } else {
            // 403 and not 401, so that Git's credential helpers keep what they have: as CodeCommit answers.
            Self::new(StatusCode::FORBIDDEN, refusal.to_string())
        }
    }
}

impl Service {
    /// Answers one request as far as its faults let it, and logs it.
    pub(crate) async fn answer(&self, request: Request<Incoming>, client: &Client) -> Result<Response<Body>, Cut> {
        let target = logged_target(&request);
        let plan = self.plan(&request);
        let bodies = Bodies::default();
        let mut logged = request_log::Request {
            method: request.method().to_string(),
            target,
            status: 0,
            access_key_id: None,
            authenticated: request.headers().contains_key(AUTHORIZATION),
            received: 0,
            sent: 0,
        };
        let mut request = request.map(|body| Metered::new(body, bodies.received.clone()));
        if let Some(delay) = plan.delay {
            tokio::time::sleep(delay).await;
        }
        let now = OffsetDateTime::now_utc() + plan.clock.unwrap_or_default();
        let answer = match &plan.fault {
            Some(Kind::CutRequest(bytes)) => {
                self.log.add(logged, bodies);
                read(&mut request, *bytes).await;
                return Err(Cut);
            }
            Some(Kind::SilentRequest) => {
                self.log.add(logged, bodies);
                read(&mut request, u64::MAX).await;
                return std::future::pending().await;
            }
            Some(fault) if let Some(refused) = refusal(fault, request.uri()) => {
                discard(&mut request).await;
                Err(refused)
            }
            _ => self.serve(request, client.address, now, &mut logged.access_key_id).await,
        };
        let mut response = answer.unwrap_or_else(Refused::into_response).map(|body| {
            let body = Metered::new(body, bodies.sent.clone());
            match plan.fault {
                Some(Kind::CutAnswer(after)) => body.broken(after, Broken::Cut(client.scissors.clone())),
                Some(Kind::SilentAnswer(after)) => body.broken(after, Broken::Silence),
                _ => body,
            }
        });
        // Left alone, the library writes the system's time.
        if plan.clock.is_some()
            && let Ok(date) = HeaderValue::from_str(&http_date(now))
        {
            response.headers_mut().insert(DATE, date);
        }
        logged.status = response.status().as_u16();
        self.log.add(logged, bodies);
        Ok(response)
    }

    /// What goes wrong with a request.
    fn plan(&self, request: &Request<Incoming>) -> Plan {
        self.faults.plan(&Asked {
            method: request.method(),
            route: Route::parse(request.uri().path(), request.uri().query()).as_ref(),
            authenticated: request.headers().contains_key(AUTHORIZATION),
        })
    }

    async fn serve(
        &self,
        mut request: Request<Metered<Incoming>>,
        client: IpAddr,
        now: OffsetDateTime,
        access_key_id: &mut Option<String>,
    ) -> Result<Response<Either<Full<Bytes>, Output>>, Refused> {
        let uri = request.uri().clone();
        let checked = match Route::parse(uri.path(), uri.query()) {
            None => Err(Refused::new(StatusCode::NOT_FOUND, "no such path")),
            Some(route) => self.check(&request, &route, now, access_key_id).map(|user| (route, user)),
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
        request: &Request<Metered<Incoming>>,
        route: &Route<'_>,
        now: OffsetDateTime,
        access_key_id: &mut Option<String>,
    ) -> Result<String, Refused> {
        if request.method() != route.method() {
            let allow = if route.discovery { "GET" } else { "POST" };
            let header = Some((ALLOW, HeaderValue::from_static(allow)));
            return Err(Refused { status: StatusCode::METHOD_NOT_ALLOWED, text: format!("expected {allow}"), header });
        }
        let header = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes);
        let credential = Credential::from_header(header)?;
        let user = credential.access_key_id();
        if self.git_credential.as_ref().is_some_and(|known| credential.is(known)) {
            *access_key_id = Some(user.to_owned());
            return self.exists(route).map(|()| user.to_owned());
        }
        let identities = self
            .identities
            .read()
            .map_err(|error| Refused::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
        let known = identities.iter().any(|identity| identity.access_key_id() == user);
        if known || is_access_key_id(user) {
            *access_key_id = Some(user.to_owned());
        }
        let asked = access::Asked {
            repository: route.repository,
            path: route.signed_path,
            host: request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default(),
            region: &self.region,
        };
        credential.check(&identities, asked, now)?;
        self.exists(route).map(|()| user.to_owned())
    }

    fn exists(&self, route: &Route<'_>) -> Result<(), Refused> {
        if repository::path(&self.repositories, route.repository).is_dir() {
            return Ok(());
        }
        Err(Refused::new(StatusCode::NOT_FOUND, format!("repository {} does not exist", route.repository)))
    }
}

impl Refused {
    fn into_response(self) -> Response<Either<Full<Bytes>, Output>> {
        let mut response = Response::new(Either::Left(Full::from(format!("{}\n", self.text))));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if let Some((name, value)) = self.header {
            headers.insert(name, value);
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

/// The answer in place of the right one, where a fault is one of answers.
fn refusal(fault: &Kind, asked: &Uri) -> Option<Refused> {
    match fault {
        Kind::Status { status: StatusCode::UNAUTHORIZED, .. } => Some(Refused::unauthorized("401 as asked for")),
        Kind::Status { status, retry_after } => {
            let header = retry_after.map(|seconds| (RETRY_AFTER, HeaderValue::from(seconds)));
            Some(Refused { header, ..Refused::new(*status, format!("{} as asked for", status.as_u16())) })
        }
        Kind::Expired(StatusCode::UNAUTHORIZED) => Some(Refused::unauthorized(Refusal::TimestampTooOld.to_string())),
        Kind::Expired(status) => Some(Refused::new(*status, Refusal::TimestampTooOld.to_string())),
        Kind::Redirect { status, base } => {
            let target = asked.path_and_query().map_or("/", PathAndQuery::as_str);
            let location = HeaderValue::from_str(&format!("{base}{target}")).ok()?;
            Some(Refused { header: Some((LOCATION, location)), ..Refused::new(*status, "elsewhere, as asked for") })
        }
        _ => None,
    }
}

/// A time as a `Date` header has it (RFC 9110, section 5.6.7).
fn http_date(time: OffsetDateTime) -> String {
    let format =
        format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
    time.format(format).unwrap_or_default()
}

/// Reads some of the body and drops it, unless the client waits to be told before it sends any.
async fn discard(request: &mut Request<Metered<Incoming>>) {
    if !request.headers().contains_key(EXPECT) {
        read(request, DISCARDED).await;
    }
}

/// Reads at least so many bytes of the body, and drops them, as far as there are any.
async fn read(request: &mut Request<Metered<Incoming>>, bytes: u64) {
    let body = request.body_mut();
    let mut left = bytes;
    while left > 0 && !body.is_end_stream() {
        let Some(Ok(frame)) = body.frame().await else { return };
        let read = frame.data_ref().map_or(0, |data| data.len() as u64);
        left = left.saturating_sub(read.max(1));
    }
}
