//! `git codecommit explain`: exact words for what is right and what is wrong.

mod agent;
mod asked;
mod found;
mod keys;
mod right;
mod wrong;

use crate::person::{Person, SECRET};

/// A profile with a role, which the keys of another assume.
const ROLE: &str =
    "[profile prod]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = user\n";
/// The file of the role's keys: the SHA-1 of `{"RoleArn": "arn:aws:iam::123456789012:role/deploy"}`.
const ROLE_CACHE: &str = ".aws/cli/cache/6a9d9ba39800a1773d9a3bd50c4a0db301ff5832.json";
/// A profile of IAM Identity Center.
const SSO: &str = "\
[profile corp]\nregion = eu-west-1\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Developer
[sso-session work]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n";
/// The file of its sign-in: the SHA-1 of `work`.
const SSO_TOKEN: &str = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json";
/// A profile of `aws login`.
const LOGIN: &str = "[profile me]\nregion = eu-west-1\nlogin_session = arn:aws:iam::123456789012:user/me\n";
/// The file of its session: the SHA-256 of its name.
const LOGIN_CACHE: &str = ".aws/login/cache/286187707741fc2ccb93cf9e56dbd0ee0a16208feed5fbc8ae1baa86d44c283f.json";

/// Keys of a role, as they are kept.
fn kept(expiration: &str) -> String {
    format!(
        r#"{{"Credentials": {{"AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "{SECRET}",
        "SessionToken": "example-secret-token", "Expiration": "{expiration}"}}}}"#
    )
}

/// A sign-in to IAM Identity Center, as it is kept.
fn sign_in(expires: &str) -> String {
    format!(r#"{{"accessToken": "example-secret-access-token", "expiresAt": "{expires}"}}"#)
}

/// A session of `aws login`, as it is kept.
fn session(expires: &str) -> String {
    format!(
        r#"{{"accessToken": {{"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "secretAccessKey": "{SECRET}",
        "sessionToken": "example-secret-token", "expiresAt": "{expires}"}}, "refreshToken": "example-secret-refresh-token",
        "dpopKey": "example-secret-key", "clientId": "arn:aws:signin:::devtools/same-device"}}"#
    )
}

/// Every name is one that programs may rely on.
#[test]
fn programs_read_the_same_as_json() {
    let person = Person::new()
        .config(ROLE)
        .keys("user")
        .file(ROLE_CACHE, &kept("2099-01-01T00:00:00Z"))
        .set("AWS_REGION", "us-west-2")
        .remote("codecommit://prod@MyRepo");
    assert_eq!(
        person.json(&["origin"]),
        "\
[
  {
    \"remote\": \"origin\",
    \"url\": \"codecommit://prod@MyRepo\",
    \"written\": \"codecommit://prod@MyRepo\",
    \"rewritten_by\": null,
    \"push_urls\": [],
    \"is_codecommit\": true,
    \"read_as\": null,
    \"repository\": {
      \"value\": \"MyRepo\",
      \"source\": \"the URL\",
      \"overridden\": []
    },
    \"profile\": {
      \"value\": \"prod\",
      \"source\": \"the URL\",
      \"overridden\": []
    },
    \"region\": {
      \"value\": \"eu-west-1\",
      \"source\": \"profile 'prod' in ~/.aws/config\",
      \"overridden\": [
        {
          \"what\": \"AWS_REGION=us-west-2\",
          \"why\": \"the profile's region comes first\"
        }
      ]
    },
    \"endpoint\": {
      \"value\": \"https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo\",
      \"source\": \"the region\",
      \"overridden\": []
    },
    \"identity\": {
      \"value\": \"role arn:aws:iam::123456789012:role/deploy\",
      \"source\": \"role_arn of profile 'prod'\",
      \"way\": \"role\",
      \"access_key_id\": \"ASIAIOSFODNN7EXAMPLE\",
      \"notes\": [
        \"access key ASIAIOSFODNN7EXAMPLE, kept in ~/.aws/cli/cache\"
      ],
      \"expires\": {
        \"what\": \"the keys\",
        \"at\": \"2099-01-01T00:00:00Z\",
        \"is_renewed\": false
      },
      \"overridden\": [],
      \"fault\": null
    },
    \"caller\": null,
    \"fault\": null
  }
]
"
    );
}

#[test]
fn a_fault_is_one_in_json_too() {
    let person = Person::new().remote("codecommit://gone@MyRepo");
    assert_eq!(
        person.json(&[]),
        "\
[
  {
    \"remote\": \"origin\",
    \"url\": \"codecommit://gone@MyRepo\",
    \"written\": \"codecommit://gone@MyRepo\",
    \"rewritten_by\": null,
    \"push_urls\": [],
    \"is_codecommit\": true,
    \"read_as\": null,
    \"repository\": {
      \"value\": \"MyRepo\",
      \"source\": \"the URL\",
      \"overridden\": []
    },
    \"profile\": null,
    \"region\": null,
    \"endpoint\": null,
    \"identity\": null,
    \"caller\": null,
    \"fault\": {
      \"fact\": \"there is no AWS profile 'gone'\",
      \"hint\": \"there are no profiles: type `aws configure`, or write ~/.aws/config\"
    }
  }
]
"
    );
}
