//! The token of a sign-in, which `aws sso login` keeps in `~/.aws/sso/cache`: read, and refreshed before it ends.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aws_sdk_ssooidc::Client;
use aws_sdk_ssooidc::operation::create_token::CreateTokenOutput;
use zeroize::Zeroizing;

use super::{Fault, SERVICE, Settings};
use crate::Error;
use crate::aws::cache::folder::PATIENCE;
use crate::aws::cache::object::Field;
use crate::aws::cache::{CacheFolder, Object, role};
use crate::aws::identity::Sources;
use crate::aws::network::{CallFault, Service};
use crate::aws::time;
use crate::secret::Secret;

/// A token with less time left than this is refreshed: `SSOTokenProvider._REFRESH_WINDOW`.
const REFRESH_WINDOW: Duration = Duration::from_mins(15);

/// Fails where nobody is signed in, which takes neither the network nor a wait.
///
/// # Errors
/// There is no token, or it has expired and cannot be refreshed.
pub(super) fn check(sources: &Sources<'_>, settings: &Settings<'_>) -> Result<(), Fault> {
    let tokens = Tokens::open(sources, settings)?;
    let token = tokens.read()?;
    if tokens.is_due(&token) { Ok(()) } else { tokens.good(token).map(drop) }
}

/// How long a sign-in is good for.
pub(super) struct Kept {
    pub(super) expires: SystemTime,
    /// Whether it is refreshed when it is next needed.
    pub(super) is_renewed: bool,
}

/// Reads how long a sign-in is good for.
///
/// # Errors
/// Nobody is signed in.
pub(super) fn kept(sources: &Sources<'_>, settings: &Settings<'_>) -> Result<Kept, Fault> {
    let tokens = Tokens::open(sources, settings)?;
    let token = tokens.read()?;
    Ok(Kept { expires: token.expires, is_renewed: tokens.is_due(&token) })
}

/// Finds the token of a sign-in, and refreshes it where that is due and can be done.
///
/// # Errors
/// There is none, or it has expired; or the service was not reached.
pub(super) fn find(sources: &Sources<'_>, settings: &Settings<'_>) -> Result<Secret, Error> {
    let tokens = Tokens::open(sources, settings)?;
    let token = tokens.read()?;
    if !tokens.is_due(&token) {
        return Ok(tokens.good(token)?);
    }
    // Whoever holds the lock is refreshing the token, and can do so once: wait for it, and read what came of it.
    let _lock = match tokens.folder.lock(&format!("{}.lock", tokens.key), PATIENCE) {
        Ok(lock) => Some(lock),
        // A refreshed token could not be kept, and the one that is kept would be no good any more.
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            return Ok(tokens.good(token)?);
        }
        Err(_) => None,
    };
    let token = tokens.read()?;
    if tokens.is_due(&token) { tokens.refresh(token) } else { Ok(tokens.good(token)?) }
}

/// The folder of the tokens.
fn sso_cache(home: &Path) -> PathBuf {
    home.join(".aws").join("sso").join("cache")
}

/// A token, as it was read.
struct Token {
    /// The access token.
    secret: Secret,
    expires: SystemTime,
    /// What it is refreshed with, where there is all of it.
    refresh: Option<Refresh>,
    /// The text of its file.
    bytes: Zeroizing<Vec<u8>>,
}

/// What a token is refreshed with.
struct Refresh {
    client_id: Secret,
    client_secret: Secret,
    token: Secret,
    /// When the client, which is this machine, has to be registered anew.
    registration_expires: SystemTime,
}

impl Token {
    /// Reads a file; none where it is not that of a token: `SSOTokenLoader.__call__`.
    fn parse(bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        let object = Object::parse(&bytes)?;
        let secret = object.text("accessToken").filter(|text| !text.expose().is_empty())?;
        Some(Self { secret, expires: object.time("expiresAt")?, refresh: Refresh::find(&object), bytes })
    }
}

impl Refresh {
    fn find(object: &Object<'_>) -> Option<Self> {
        Some(Self {
            client_id: object.text("clientId")?,
            client_secret: object.text("clientSecret")?,
            token: object.text("refreshToken")?,
            registration_expires: object.time("registrationExpiresAt")?,
        })
    }
}

/// The token of one sign-in.
struct Tokens<'a> {
    sources: &'a Sources<'a>,
    settings: &'a Settings<'a>,
    folder: CacheFolder,
    /// The name of the file, without `.json`.
    key: String,
}

impl<'a> Tokens<'a> {
    /// The tokens of a sign-in, where there is a folder of them.
    fn open(sources: &'a Sources<'a>, settings: &'a Settings<'a>) -> Result<Self, Fault> {
        settings.check_session()?;
        let folder = sources.home().and_then(|home| CacheFolder::open(&sso_cache(&home)));
        let folder = folder.ok_or_else(|| settings.no_session())?;
        Ok(Self { sources, settings, folder, key: role::key(settings.sign_in()) })
    }

    /// Reads the token.
    fn read(&self) -> Result<Token, Fault> {
        let bytes = self.folder.read(&format!("{}.json", self.key));
        bytes.and_then(Token::parse).ok_or_else(|| self.settings.no_session())
    }

    /// Whether a token is to be refreshed, and can be. One of the older form of a profile is not.
    fn is_due(&self, token: &Token) -> bool {
        let now = self.sources.now;
        let refresh = token.refresh.as_ref().filter(|refresh| refresh.registration_expires > now);
        self.settings.session.is_some() && refresh.is_some() && token.expires < now + REFRESH_WINDOW
    }

    /// The token, unless it has expired.
    fn good(&self, token: Token) -> Result<Secret, Fault> {
        if token.expires > self.sources.now {
            return Ok(token.secret);
        }
        Err(Fault::Expired { profile: self.settings.profile.to_owned(), session: self.settings.sign_in().to_owned() })
    }

    /// Refreshes a token: `SSOTokenProvider._attempt_create_token`.
    fn refresh(&self, token: Token) -> Result<Secret, Error> {
        let Some(refresh) = &token.refresh else {
            return Ok(self.good(token)?);
        };
        let config = self.sources.network.config(Service::SsoOidc, self.settings.region, None)?;
        let call = Client::new(&config)
            .create_token()
            .grant_type("refresh_token")
            .client_id(refresh.client_id.expose())
            .client_secret(refresh.client_secret.expose())
            .refresh_token(refresh.token.expose());
        let answer = self.sources.network.wait_for(SERVICE, call.send()).map_err(Error::Network)?;
        let (ended, fault) = match answer {
            Ok(answer) => match self.keep(&token, answer) {
                Some(access_token) => return Ok(access_token),
                None => (false, CallFault::Unreadable { service: SERVICE }),
            },
            Err(error) => {
                let fault = CallFault::new(SERVICE, &error);
                // Refused, rather than put off or failed.
                let refused = error.raw_response().is_some_and(|response| response.status().is_client_error());
                (refused && fault.code() != Some("SlowDownException"), fault)
            }
        };
        // Another program, which knows no lock, may have refreshed it first.
        match self.good(self.read()?) {
            Ok(access_token) => Ok(access_token),
            Err(expired) => Err(Error::Sso(if ended { expired } else { Fault::Call(Box::new(fault)) })),
        }
    }

    /// Takes the token out of an answer, and writes it with all that is to be known the next time.
    fn keep(&self, token: &Token, answer: CreateTokenOutput) -> Option<Secret> {
        let access_token = Secret::new(answer.access_token?);
        let refresh_token = answer.refresh_token.map(Secret::new);
        let lasts = Duration::from_secs(u64::try_from(answer.expires_in).ok().filter(|seconds| *seconds > 0)?);
        let expires = time::show(self.sources.now + lasts)?;
        let mut changes = vec![
            ("startUrl", Field::Text(self.settings.start_url)),
            ("region", Field::Text(self.settings.region)),
            ("accessToken", Field::Text(access_token.expose())),
            ("expiresAt", Field::Text(&expires)),
        ];
        changes.extend(refresh_token.as_ref().map(|text| ("refreshToken", Field::Text(text.expose()))));
        let text = Object::parse(&token.bytes)?.with(&changes);
        // That it cannot be written is the next command's fault, if it is one: this one has its token.
        let _ = self.folder.write(&format!("{}.json", self.key), text.as_bytes());
        Some(access_token)
    }
}
