//! The component, run by the host, against the policy as plain Rust. An input is a URL; the regions of `AWS_DEFAULT_REGION`, the
//! profile and `AWS_REGION`, and the profile's name; a region, a repository, `CODE_COMMIT_ENDPOINT`, whether FIPS is asked for, and
//! a region that the user vouches for; access key, secret key, token and time; and region, host and path of another endpoint.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use codecommit_policy::{Refusal, endpoint, remote_url, signing};
use git_remote_codecommit::policy::{Credentials, Endpoint, Error, Instance, Options, Policy, RegionSources};

use crate::fields::Fields;

/// Loaded once; each input has an instance of its own.
static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::load().expect("the component can be loaded"));

/// Both give the same answers, or refuse with the same cause and the same words.
pub fn check(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let mut fields = Fields::new(&input);
    let component = &mut POLICY.instance().expect("the component starts");

    parses(component, fields.text());
    chooses(component, [(); 5].map(|()| fields.optional()));
    let (region, repository, host) = (fields.text(), fields.text(), fields.optional());
    let (fips, extra_region) = (fields.flag(), fields.optional());
    let resolved = resolves(component, region, repository, (fips, host, extra_region));
    let credentials = Credentials {
        access_key_id: fields.text(),
        secret_access_key: fields.text(),
        session_token: fields.optional(),
    };
    let at = fields.text().parse().unwrap_or(1_600_000_000);
    if let Some(endpoint) = resolved {
        signs(component, &endpoint, credentials, at);
    }
    // No caller has to have it from `resolve`.
    let [region, host, path] = [(); 3].map(|()| fields.text().to_owned());
    let url = format!("https://{host}{path}");
    signs(component, &Endpoint { region, partition: "aws".to_owned(), host, path, url }, credentials, at);
}

fn parses(component: &mut Instance, url: &str) {
    let shown = |repository, profile, region| format!("{repository:?} {profile:?} {region:?}");
    let components = component.parse(url).map(|remote| shown(remote.repository, remote.profile, remote.region));
    let natives = remote_url::parse(url).map(|remote| shown(remote.repository, remote.profile, remote.region));
    same(components, natives);
}

fn chooses(component: &mut Instance, sources: [Option<&str>; 5]) {
    let [url, aws_default_region, profile, aws_region, profile_name] = sources;
    let components = component
        .choose_region(RegionSources { url, aws_default_region, profile, aws_region, profile_name })
        .map(|chosen| format!("{} {}", chosen.name, named(&chosen.source)));
    let natives = endpoint::choose_region(&endpoint::RegionSources {
        url,
        aws_default_region,
        profile,
        aws_region,
        profile_name,
    })
    .map(|(name, source)| format!("{name} {}", named(&source)));
    same(components, natives);
}

fn resolves(
    component: &mut Instance,
    region: &str,
    repository: &str,
    (fips, host, extra_region): (bool, Option<&str>, Option<&str>),
) -> Option<Endpoint> {
    let borrowed: Vec<&str> = extra_region.into_iter().collect();
    let owned: Vec<String> = extra_region.into_iter().map(str::to_owned).collect();
    let components = component.resolve(region, repository, Options { fips, host, extra_regions: &borrowed });
    let natives = endpoint::resolve(region, repository, &endpoint::Options { fips, host, extra_regions: &owned });
    let shown = |parts: [&str; 5]| parts.join(" ");
    let resolved = components.as_ref().ok().cloned();
    same(
        components.map(|e| shown([&e.region, &e.partition, &e.host, &e.path, &e.url])),
        natives.map(|e| shown([&e.region, &e.partition, &e.host, &e.path, &e.url()])),
    );
    resolved
}

fn signs(component: &mut Instance, of: &Endpoint, credentials: Credentials<'_>, seconds: u64) {
    let at = Duration::from_secs(seconds);
    let native = endpoint::Endpoint {
        region: of.region.clone(),
        partition: of.partition.clone(),
        host: of.host.clone(),
        path: of.path.clone(),
    };
    same(component.string_to_sign(of, at), signing::string_to_sign(&native, seconds));
    let signed = component.sign(of, &credentials, Some(at));
    let Credentials { access_key_id, secret_access_key, session_token } = credentials;
    let natives =
        signing::sign(&native, &signing::Credentials { access_key_id, secret_access_key, session_token }, seconds);
    let url = signed.as_ref().ok().map(|signed| component.authenticated_url(of, signed));
    let natives_url =
        natives.as_ref().ok().map(|signed| signing::authenticated_url(&native, &signed.username, &signed.password));
    let shown = |username: &str, password: &str, expires: u64| format!("{username} {password} {expires}");
    same(
        signed.map(|signed| {
            let expires = signed.expires.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
            shown(signed.username.expose(), signed.password.expose(), expires)
        }),
        natives.map(|signed| shown(&signed.username, &signed.password, signed.expires)),
    );
    if let (Some(url), Some(natives_url)) = (url, natives_url) {
        same(url.map(|url| url.expose().to_owned()), natives_url);
    }
}

/// The name of a case, which the bindings show as `Cause::X`.
fn named(case: &impl std::fmt::Debug) -> String {
    let name = format!("{case:?}");
    name.rsplit("::").next().unwrap_or(&name).to_owned()
}

/// Compares answers, or causes, messages and hints of refusals.
#[track_caller]
fn same(components: Result<String, Error>, natives: Result<String, Refusal>) {
    let components = components.map_err(|error| match error {
        Error::Refused(refusal) => (named(&refusal.cause), refusal.message, refusal.hint),
        other => panic!("{other}"),
    });
    let natives = natives.map_err(|refusal| (named(&refusal.cause()), refusal.to_string(), refusal.hint()));
    assert_eq!(components, natives);
}
