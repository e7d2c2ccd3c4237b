//! From a request to its answer: what is allowed is signed, and both that and a refusal are written down first.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::audit::{Audit, Event, Peer};
use super::identities::{Identities, Known};
use super::limits;
use super::rules::{Denied, Rules};
use crate::aws::identity::Identity;
use crate::aws::time;
use crate::git::credential::{self, Form, Https, Request};
use crate::policy::{self, Endpoint, Policy, Signed};
use crate::printable::Shown;

/// What Git and its like read.
pub(super) type Answer = Zeroizing<Vec<u8>>;

/// What all connections sign with.
pub(super) struct Signer {
    policy: Policy,
    rules: RwLock<Arc<Rules>>,
    identities: Arc<Identities>,
    audit: Audit,
}

/// Why there is no credential.
#[derive(Clone, Copy)]
pub(super) enum Refusal<'a> {
    /// It is no request.
    Malformed,
    /// It has more than [`limits::REQUEST`] bytes.
    TooLong,
    /// It did not come to its end.
    HalfSent,
    /// No rule allows it.
    Denied(Denied, Https<'a>),
    /// There are no keys to sign with.
    NoKeys(Https<'a>),
    /// The component gave no signature.
    NotSigned(Https<'a>),
}

/// A try that needs keys first.
struct Wanted(policy::Remote);

impl Signer {
    pub(super) fn new(policy: Policy, rules: Rules, identities: Arc<Identities>, audit: Audit) -> Self {
        Self { policy, rules: RwLock::new(Arc::new(rules)), identities, audit }
    }

    /// The rules at this moment.
    pub(super) fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Goes by other rules from now on, with keys that are looked for anew.
    pub(super) fn replace(&self, rules: Rules) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
        self.identities.forget();
    }

    /// Opens the audit log anew.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn open_audit_again(&self) -> std::io::Result<()> {
        self.audit.open_again()
    }

    /// Looks for the keys of every profile, before anybody asks.
    pub(super) fn look_for_keys(&self) {
        for rule in self.rules().of_each_profile() {
            tokio::spawn(Arc::clone(&self.identities).renew(rule.remote()));
        }
    }

    /// The answer to a request.
    pub(super) async fn answer(&self, request: &[u8], peer: Peer) -> Answer {
        let Ok(request) = Request::read(request) else { return self.refuse(Refusal::Malformed, peer) };
        let Some(asked) = request.https() else { return self.refuse(Refusal::Malformed, peer) };
        // Whoever has waited finds keys, or that there are none. Only if all is read anew meanwhile there is once more nothing.
        for _ in 0..3 {
            match self.attempt(&request, asked, peer) {
                Ok(answer) => return answer,
                Err(Wanted(remote)) => Arc::clone(&self.identities).renew(remote).await,
            }
        }
        self.refuse(Refusal::NoKeys(asked), peer)
    }

    /// Answers a request without waiting, with an instance of the component that is for this request alone.
    fn attempt(&self, request: &Request, asked: Https<'_>, peer: Peer) -> Result<Answer, Wanted> {
        let rules = self.rules();
        let Ok(mut instance) = self.policy.instance() else {
            return Ok(self.refuse(Refusal::NotSigned(asked), peer));
        };
        let (rule, endpoint) = match rules.allow(&mut instance, asked, peer.uid) {
            Ok(Ok(allowed)) => allowed,
            Ok(Err(denied)) => return Ok(self.refuse(Refusal::Denied(denied, asked), peer)),
            Err(_) => return Ok(self.refuse(Refusal::NotSigned(asked), peer)),
        };
        let identity = match self.identities.known(rule.profile.as_deref()) {
            Known::Good(identity) => identity,
            Known::Ageing(identity) => {
                tokio::spawn(Arc::clone(&self.identities).renew(rule.remote()));
                identity
            }
            Known::Failed => return Ok(self.refuse(Refusal::NoKeys(asked), peer)),
            Known::Unknown => return Err(Wanted(rule.remote())),
        };
        let Ok(mut signed) = instance.sign(&endpoint, &identity.credentials(), None) else {
            return Ok(self.refuse(Refusal::NotSigned(asked), peer));
        };
        // A signature is worth nothing without the keys that made it.
        signed.expires = identity.expires.map_or(signed.expires, |keys| keys.min(signed.expires));
        let profile = rule.profile.as_deref();
        Ok(self.give(request, &signed, &endpoint, (&rule.text, profile), &identity, peer))
    }

    /// Writes down that a credential is given, and gives it.
    fn give(
        &self,
        request: &Request,
        signed: &Signed,
        endpoint: &Endpoint,
        (rule, profile): (&str, Option<&str>),
        identity: &Identity,
        peer: Peer,
    ) -> Answer {
        let event = Event::Signed {
            rule,
            repository: endpoint.path.rsplit('/').next().unwrap_or_default(),
            region: &endpoint.region,
            host: &endpoint.host,
            profile,
            access_key: identity.access_key_id.expose(),
            expires: &time::show(signed.expires).unwrap_or_default(),
        };
        if self.audit.write(&event, peer, SystemTime::now()).is_err() {
            return refusal("the agent cannot write its audit log", "its disk may be full");
        }
        // Room for all of it, because what grows leaves copies behind.
        let room = signed.username.expose().len() + signed.password.expose().len() + 256;
        let mut answer = Zeroizing::new(Vec::with_capacity(room));
        match credential::answer(request, signed, Form::Password, &mut *answer) {
            Ok(()) => answer.push(b'\n'),
            Err(_) => return refusal("the answer could not be written", "ask again"),
        }
        answer
    }

    /// Writes down that none is given, and says why, as far as it is for the job to know.
    pub(super) fn refuse(&self, why: Refusal<'_>, peer: Peer) -> Answer {
        let shown = |text: &str| Some(Shown(text).to_string());
        let asked = match why {
            Refusal::Denied(_, asked) | Refusal::NoKeys(asked) | Refusal::NotSigned(asked) => Some(asked),
            Refusal::Malformed | Refusal::TooLong | Refusal::HalfSent => None,
        };
        let event = Event::Refused {
            reason: why.name(),
            host: asked.and_then(|asked| shown(asked.host)),
            path: asked.and_then(|asked| shown(asked.path)),
            region: asked.and_then(|asked| asked.region.and_then(shown)),
            profile: asked.and_then(|asked| asked.username.and_then(shown)),
        };
        // Nothing is given, written down or not.
        let _ = self.audit.write(&event, peer, SystemTime::now());
        refusal(&why.words(), why.hint())
    }
}

fn refusal(words: &str, hint: &str) -> Answer {
    Zeroizing::new(format!("error={words}\nhint={hint}\nquit=1\n\n").into_bytes())
}

impl Refusal<'_> {
    /// The reason in the audit log.
    fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLong => "too-long",
            Self::HalfSent => "half-sent",
            Self::Denied(denied, _) => denied.name(),
            Self::NoKeys(_) => "no-keys",
            Self::NotSigned(_) => "not-signed",
        }
    }

    /// What the job is told. Which rules there are, and whose keys, is not for it to know.
    fn words(self) -> String {
        match self {
            Self::Malformed => "the request is not for one repository over HTTPS".to_owned(),
            Self::TooLong => format!("the request is longer than {} KiB", limits::REQUEST >> 10),
            Self::HalfSent => "the request ended before its empty line".to_owned(),
            Self::Denied(_, asked) => {
                let name = asked.path.strip_prefix("v1/repos/").unwrap_or(asked.path);
                let region = asked.region.map(|region| format!(" in {}", Shown(region))).unwrap_or_default();
                let profile =
                    asked.username.map(|name| format!(" with the profile '{}'", Shown(name))).unwrap_or_default();
                format!("no rule allows this user the repository '{}'{region}{profile}", Shown(name))
            }
            Self::NoKeys(_) => "it has no AWS keys for this repository at present".to_owned(),
            Self::NotSigned(_) => "the policy component gave no signature".to_owned(),
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Malformed | Self::TooLong | Self::HalfSent => "ask as Git asks a credential helper",
            Self::Denied(..) => "whoever runs the agent can add a rule; its audit log says what none fits",
            Self::NoKeys(_) | Self::NotSigned(_) => "whoever runs the agent finds in its log why",
        }
    }
}
