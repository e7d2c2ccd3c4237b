//! What a profile says about its role: `AssumeRoleProvider._get_role_config`.

use std::borrow::Cow;
use std::time::Duration;

use super::Fault;
use crate::Error;
use crate::aws::cache::role::{LEAST_LEFT, LEAST_LEFT_OF_ASKED};
use crate::aws::config_files::{ConfigFiles, Profile};
use crate::aws::identity::sts::Request;

/// A profile's role.
#[derive(Debug)]
pub(super) struct Role<'a> {
    pub(super) request: Request<'a>,
    pub(super) source: Source<'a>,
}

/// What a role is assumed with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    Environment,
    Container,
    InstanceMetadata,
    Profile { name: &'a str, profile: Profile<'a> },
}

impl Source<'_> {
    /// The option that names it, for a sentence.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Environment => "credential_source Environment".to_owned(),
            Self::Container => "credential_source EcsContainer".to_owned(),
            Self::InstanceMetadata => "credential_source Ec2InstanceMetadata".to_owned(),
            Self::Profile { name, .. } => format!("source_profile '{name}'"),
        }
    }
}

/// Whether a profile has a role to assume. A role with a token file is the web identity's, even where the file's name is empty.
pub(in crate::aws::identity) fn is_for(profile: Profile<'_>) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// Whether a profile has keys of its own, or a part of them.
pub(super) fn has_static_keys(profile: Profile<'_>) -> bool {
    ["aws_access_key_id", "aws_secret_access_key"].iter().any(|option| profile.get(option).is_some())
}

/// Whether the keys of a source profile are those of its own role.
pub(super) fn is_next(profile: Profile<'_>) -> bool {
    is_for(profile) && !has_static_keys(profile)
}

impl<'a> Role<'a> {
    /// How much time the keys in the cache need to have left.
    pub(super) fn least_left(&self) -> Duration {
        if self.request.mfa_serial.is_some() { LEAST_LEFT_OF_ASKED } else { LEAST_LEFT }
    }

    /// That the source has no keys.
    pub(super) fn no_keys(&self, profile: &str) -> Error {
        Error::Role(Fault::NoSourceKeys { profile: profile.to_owned(), from: self.source.name() })
    }

    /// Reads what a profile says; the profiles that led to it, itself included, are those visited.
    pub(super) fn read(
        files: &'a ConfigFiles,
        name: &str,
        profile: Profile<'a>,
        visited: &[String],
    ) -> Result<Self, Fault> {
        let profile_name = || name.to_owned();
        let source = match (profile.get("source_profile"), profile.get("credential_source")) {
            (Some(_), Some(_)) => return Err(Fault::TwoSources { profile: profile_name() }),
            (None, None) => return Err(Fault::NoSource { profile: profile_name() }),
            (None, Some(_)) => match profile.text("credential_source").unwrap_or_default() {
                "Environment" => Source::Environment,
                "EcsContainer" => Source::Container,
                "Ec2InstanceMetadata" => Source::InstanceMetadata,
                other => {
                    return Err(Fault::UnknownCredentialSource { profile: profile_name(), from: other.to_owned() });
                }
            },
            (Some(_), None) => {
                let source = profile.text("source_profile").unwrap_or_default();
                source_profile(files, name, source, visited)?
            }
        };
        let role_arn = profile.text("role_arn").filter(|arn| !arn.is_empty());
        let request = Request {
            // botocore leaves a duration out that is no number.
            duration: profile.text("duration_seconds").and_then(|seconds| seconds.trim().parse().ok()),
            external_id: profile.text("external_id"),
            role_arn: role_arn.ok_or_else(|| Fault::EmptyRole { profile: profile_name() })?,
            session_name: profile.text("role_session_name").filter(|name| !name.is_empty()),
            mfa_serial: profile.text("mfa_serial").filter(|serial| !serial.is_empty()),
        };
        Ok(Self { request, source })
    }
}

/// The profile that another one names as its source: `AssumeRoleProvider._validate_source_profile`.
fn source_profile<'a>(
    files: &'a ConfigFiles,
    name: &str,
    source: &'a str,
    visited: &[String],
) -> Result<Source<'a>, Fault> {
    let Some(profile) = files.profile(source) else {
        return Err(Fault::UnknownSourceProfile {
            profile: name.to_owned(),
            from: source.to_owned(),
            known: files.profile_names().into_iter().map(Cow::into_owned).collect(),
        });
    };
    // A profile may be its own source where it has keys: then it holds a user and a role in one.
    let is_loop = visited.iter().any(|known| known == source) && (source != name || !has_static_keys(profile));
    if is_loop {
        let profiles = visited.iter().cloned().chain([source.to_owned()]).collect();
        return Err(Fault::Loop { profiles });
    }
    Ok(Source::Profile { name: source, profile })
}
