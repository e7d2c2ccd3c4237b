//! Whose secret made a password: CodeCommit's signature made anew, by code that the helper shares nothing with.

use codecommit_local::Scope;

use crate::case::Case;
use crate::outcome::Keys;
use crate::secrets::Secrets;

/// The keys behind a user name and a password.
///
/// # Errors
/// What is wrong with the form of the password.
pub fn keys(username: &str, password: &str, case: &Case, secrets: &Secrets) -> Result<Keys, String> {
    let (timestamp, signature) = password.split_once('Z').ok_or("the password has no Z")?;
    let signature = hex::decode(signature).map_err(|error| format!("the password's signature: {error}"))?;
    if timestamp.len() != 15 {
        return Err(format!("the password's time is {timestamp}"));
    }
    let repository = case.description.url.rsplit(['@', '/']).next().unwrap_or_default();
    let (host, path) = (case.host(), format!("/v1/repos/{repository}"));
    let scope = Scope { timestamp, region: &case.description.region, host: &host, path: &path };
    let secret = secrets.iter().find(|secret| scope.is_signed(secret, &signature));
    let (id, token) = username.split_once('%').map_or((username, None), |(id, token)| (id, Some(token)));
    Ok(Keys {
        access_key_id: id.to_owned(),
        secret_access_key: secret.unwrap_or("?").to_owned(),
        session_token: token.map(str::to_owned),
    })
}
