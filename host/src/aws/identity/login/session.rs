//! The file of a session: read, and refreshed before its keys end.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_signin::Client;
use aws_sdk_signin::config::http::HttpRequest;
use aws_sdk_signin::operation::create_o_auth2_token::CreateOAuth2TokenError;
use aws_sdk_signin::types::{CreateOAuth2TokenRequestBody, CreateOAuth2TokenResponseBody, OAuth2ErrorCode};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::proof::{NoProof, ProofKey, new_id};
use super::{Fault, Problem};
use crate::Error;
use crate::aws::cache::folder::PATIENCE;
use crate::aws::cache::object::Field;
use crate::aws::cache::{CacheFolder, Object, hex};
use crate::aws::config_files::expand;
use crate::aws::identity::description::Details;
use crate::aws::identity::{Expiry, Identity, Sources};
use crate::aws::network::{CallFault, Service};
use crate::aws::time;
use crate::printable::Shown;
use crate::secret::Secret;

/// How a sentence names the service.
const SERVICE: &str = "AWS Sign-In";

/// Keys with more time left than this are used: `LoginCredentialFetcher._REFRESH_THRESHOLD`.
const REFRESH_WINDOW: Duration = Duration::from_mins(5);

/// A session, of which there may be a file.
pub(super) struct Session<'a> {
    sources: &'a Sources<'a>,
    profile: &'a str,
    name: &'a str,
    folder: PathBuf,
    /// The name of the file, without `.json`.
    key: String,
    /// The monotonic clock at what the sources take for now.
    started: Instant,
}

/// What a file holds.
pub(super) struct Token {
    identity: Identity,
    expires: SystemTime,
    client_id: Secret,
    /// The refresh token, which is good for one refresh.
    refresh: Secret,
    dpop_key: Secret,
    /// Where the user signed in; files of older sign-ins do not say.
    region: Option<Secret>,
    /// The text of the file.
    bytes: Zeroizing<Vec<u8>>,
}

/// Keys as they are kept.
pub(super) struct Kept {
    identity: Identity,
    expires: SystemTime,
    is_renewed: bool,
}

impl Kept {
    /// Adds what is known of them.
    pub(super) fn describe(&self, details: Details) -> Details {
        let expiry = Expiry { of: "the keys", at: self.expires, is_renewed: self.is_renewed };
        let note = format!("access key {}", Shown(self.identity.access_key_id.expose()));
        details.keys(&self.identity).note(note).expires(expiry)
    }
}

impl<'a> Session<'a> {
    /// The session of this name.
    ///
    /// # Errors
    /// The variable with the folder is not UTF-8; there is no home folder.
    pub(super) fn new(sources: &'a Sources<'a>, profile: &'a str, name: &'a str) -> Result<Self, Error> {
        let home = sources.home();
        let folder = if let Some(folder) = sources.variables.text("AWS_LOGIN_CACHE_DIRECTORY")? {
            expand(folder.as_ref(), sources.variables.0, home.as_deref())
        } else {
            let none = || Fault { profile: profile.to_owned(), session: name.to_owned(), problem: Problem::None };
            home.ok_or_else(none)?.join(".aws").join("login").join("cache")
        };
        let key = hex(&Sha256::digest(name));
        Ok(Self { sources, profile, name, folder, key, started: Instant::now() })
    }

    /// The keys, refreshed where that is due.
    ///
    /// # Errors
    /// There are none, or the service does not give new ones.
    pub(super) fn keys(&self) -> Result<Identity, Error> {
        let folder = self.open()?;
        let token = self.read(&folder)?;
        if !self.is_due(&token) {
            return Ok(token.identity);
        }
        // Whoever holds the lock is refreshing the keys, and can do so once: wait for it, and read what came of it.
        let _lock = match folder.lock(&format!("{}.lock", self.key), PATIENCE) {
            Ok(lock) => Some(lock),
            // New keys could not be kept, and the refresh token that is kept would be no good any more.
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
                if token.expires > self.sources.now {
                    return Ok(token.identity);
                }
                return Err(self.fault(Problem::NotWritable).into());
            }
            Err(_) => None,
        };
        let token = self.read(&folder)?;
        if self.is_due(&token) { self.refresh(&folder, &token) } else { Ok(token.identity) }
    }

    /// The keys as they are kept, and whether they are refreshed when they are next needed.
    ///
    /// # Errors
    /// There are none, or they are due and cannot be refreshed.
    pub(super) fn kept(&self) -> Result<Kept, Fault> {
        let token = self.read(&self.open()?)?;
        let is_renewed = self.is_due(&token);
        if is_renewed {
            self.proof_key(&token)?;
        }
        Ok(Kept { is_renewed, identity: token.identity, expires: token.expires })
    }

    fn proof_key(&self, token: &Token) -> Result<ProofKey, Fault> {
        ProofKey::parse(token.dpop_key.expose()).ok_or_else(|| self.fault(Problem::Key))
    }

    fn open(&self) -> Result<CacheFolder, Fault> {
        CacheFolder::open(&self.folder).ok_or_else(|| self.fault(Problem::None))
    }

    fn is_due(&self, token: &Token) -> bool {
        token.expires <= self.sources.now + REFRESH_WINDOW
    }

    fn fault(&self, problem: Problem) -> Fault {
        Fault { profile: self.profile.to_owned(), session: self.name.to_owned(), problem }
    }

    fn read(&self, folder: &CacheFolder) -> Result<Token, Fault> {
        let bytes = folder.read(&format!("{}.json", self.key)).ok_or_else(|| self.fault(Problem::None))?;
        Token::parse(bytes).map_err(|problem| self.fault(problem))
    }

    /// Gets new keys: `LoginCredentialFetcher.refresh_credentials`.
    fn refresh(&self, folder: &CacheFolder, token: &Token) -> Result<Identity, Error> {
        let key = self.proof_key(token)?;
        let (now, started) = (self.sources.now, self.started);
        // Once for each attempt, when the URL is known that the proof is for. It lasts for seconds, and the wait for the lock may
        // have been longer than that.
        let prove = move |mut request: HttpRequest| {
            let proof = key.prove(request.uri(), now + started.elapsed(), &new_id()?)?;
            request.headers_mut().try_insert("dpop", proof).map_err(|_| NoProof)?;
            Ok::<_, NoProof>(request)
        };
        let input = CreateOAuth2TokenRequestBody::builder()
            .client_id(token.client_id.expose())
            .grant_type("refresh_token")
            .refresh_token(token.refresh.expose())
            .build();
        let unreadable = || self.fault(Problem::Call(Box::new(CallFault::Unreadable { service: SERVICE })));
        let region = token.region(self.sources)?;
        let config = self.sources.network.config(Service::Signin, &region, None)?;
        let call = Client::new(&config).create_o_auth2_token().token_input(input.map_err(|_| unreadable())?);
        let call = call.customize().map_request(prove).send();
        match self.sources.network.wait_for(SERVICE, call).map_err(Error::Network)? {
            Ok(answer) => {
                let keys = answer.token_output.and_then(|answer| self.keep(folder, token, answer));
                Ok(keys.ok_or_else(unreadable)?)
            }
            // Another program, which knows no lock, may have refreshed them first.
            // And keys that are still good are good.
            Err(error) => match self.read(folder) {
                Ok(token) if token.expires > now + started.elapsed() => Ok(token.identity),
                _ => Err(self.fault(refused(&error)).into()),
            },
        }
    }

    /// Takes the keys out of an answer, and writes them with all that is to be known the next time.
    fn keep(&self, folder: &CacheFolder, token: &Token, answer: CreateOAuth2TokenResponseBody) -> Option<Identity> {
        let keys = answer.access_token?;
        let refresh_token = Secret::new(answer.refresh_token);
        let identity = Identity {
            access_key_id: Secret::new(keys.access_key_id),
            secret_access_key: Secret::new(keys.secret_access_key),
            session_token: Some(Secret::new(keys.session_token)),
            expires: None,
        };
        let new = identity.credentials();
        let session_token = new.session_token?;
        // The client makes an empty text of what is missing.
        if [new.access_key_id, new.secret_access_key, session_token].contains(&"") {
            return None;
        }
        let lasts = Duration::from_secs(u64::try_from(answer.expires_in).ok().filter(|seconds| *seconds > 0)?);
        let expires = self.sources.now + lasts;
        let expiry = time::show(expires)?;
        let object = Object::parse(&token.bytes)?;
        let access_token = object.object("accessToken")?.with(&[
            ("accessKeyId", Field::Text(new.access_key_id)),
            ("secretAccessKey", Field::Text(new.secret_access_key)),
            ("sessionToken", Field::Text(session_token)),
            ("expiresAt", Field::Text(&expiry)),
        ]);
        let mut changes = vec![("accessToken", Field::Json(&access_token))];
        if !refresh_token.expose().is_empty() {
            changes.push(("refreshToken", Field::Text(refresh_token.expose())));
        }
        let text = object.with(&changes);
        // That it cannot be written is the next command's fault, if it is one: this one has its keys.
        let _ = folder.write(&format!("{}.json", self.key), text.as_bytes());
        Some(Identity { expires: Some(expires), ..identity })
    }
}

impl Token {
    /// Reads a file: `LoginCredentialFetcher.load_cached_credentials`.
    pub(super) fn parse(bytes: Zeroizing<Vec<u8>>) -> Result<Self, Problem> {
        let object = Object::parse(&bytes).ok_or(Problem::None)?;
        let mut missing = Vec::new();
        let mut text = |object: &Object<'_>, field: &str, name| {
            let text = object.text(field).filter(|text| !text.expose().is_empty());
            if text.is_none() {
                missing.push(name);
            }
            text
        };
        let keys = object.object("accessToken").map(|keys| {
            (
                text(&keys, "accessKeyId", "accessToken.accessKeyId"),
                text(&keys, "secretAccessKey", "accessToken.secretAccessKey"),
                text(&keys, "sessionToken", "accessToken.sessionToken"),
                text(&keys, "expiresAt", "accessToken.expiresAt").and_then(|text| time::parse(text.expose())),
            )
        });
        if keys.is_none() {
            text(&object, "accessToken", "accessToken");
        }
        let refresh = text(&object, "refreshToken", "refreshToken");
        let dpop_key = text(&object, "dpopKey", "dpopKey");
        let client_id = text(&object, "clientId", "clientId");
        let region = object.text("signInRegion").filter(|region| !region.expose().is_empty());
        let keys = keys.and_then(|(id, secret, token, expires)| Some((id?, secret?, token?, expires?)));
        match (keys, refresh, dpop_key, client_id) {
            (
                Some((access_key_id, secret_access_key, session_token, expires)),
                Some(refresh),
                Some(dpop_key),
                Some(client_id),
            ) => {
                let (session_token, ends) = (Some(session_token), Some(expires));
                let identity = Identity { access_key_id, secret_access_key, session_token, expires: ends };
                Ok(Self { identity, expires, client_id, refresh, dpop_key, region, bytes })
            }
            // A time that cannot be read is there, and none.
            _ if missing.is_empty() => Err(Problem::Incomplete(vec!["accessToken.expiresAt"])),
            _ => Err(Problem::Incomplete(missing)),
        }
    }

    /// The region in which the user signed in, otherwise the profile's.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn region(&self, sources: &Sources<'_>) -> Result<String, Error> {
        self.region.as_ref().map_or_else(sources.region, |region| Ok(region.expose().to_owned()))
    }
}

/// What it comes down to that the service gave no keys.
fn refused(error: &SdkError<CreateOAuth2TokenError, HttpResponse>) -> Problem {
    if let Some(CreateOAuth2TokenError::AccessDeniedException(denied)) = error.as_service_error() {
        match denied.error() {
            OAuth2ErrorCode::TokenExpired => return Problem::Expired,
            OAuth2ErrorCode::UserCredentialsChanged => return Problem::CredentialsChanged,
            OAuth2ErrorCode::InsufficientPermissions => return Problem::NotPermitted,
            _ => {}
        }
    }
    Problem::Call(Box::new(CallFault::new(SERVICE, error)))
}
