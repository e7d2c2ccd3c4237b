//! Roles that moto gives the helper.
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

use std::path::Path;

use identity_cases::helper::{self, Ran};
use identity_cases::secrets::Secrets;
use identity_cases::{Answer, MadeCase, Stage, proof};
use libtest_mimic::Trial;
use serde_json::Value;

use crate::server::Moto;

const HELPER: &str = env!("CARGO_BIN_EXE_git-remote-codecommit");
const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";

/// The number of requests that make the user, which moto does not check.
const TO_MAKE_A_USER: u32 = 3;

/// A case made for moto.
struct Made(MadeCase);

impl Made {
    /// A profile `role` with this role and these lines, whose source are these keys.
    fn role(moto: &Moto, role: &str, lines: &str, (id, secret): &(String, String)) -> Self {
        let description = format!(
            "url = \"codecommit://role@demo\"\nmfa-code = \"492816\"\nsecrets = [\"{secret}\"]\n\
             [environment]\nAWS_ENDPOINT_URL_STS = \"{}\"\nGIT_ASKPASS = \"@askpass@\"\n",
            moto.url()
        );
        let config =
            format!("[profile role]\nrole_arn = arn:aws:iam::123456789012:role/{role}\nsource_profile = user\n{lines}");
        let credentials = format!("[user]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
        Self(MadeCase::new(&description, &[(".aws/config", &config), (".aws/credentials", &credentials)]))
    }

    #[track_caller]
    fn run(&self) -> Ran {
        let ran = helper::run(&Stage::new(&self.0), Path::new(HELPER));
        assert_eq!(ran.faults, Vec::<String>::new());
        ran
    }

    /// The helper signs with the keys that moto gave last; the role that they are of.
    #[track_caller]
    fn has_keys_of(&self, moto: &Moto) -> Value {
        let ran = self.run();
        let roles = moto.assumed_roles();
        let role = roles.last().unwrap_or_else(|| panic!("no role was assumed: {ran:?}"));
        let text = |name: &str| role[name].as_str().unwrap().to_owned();
        let secrets = Secrets::of([].into_iter(), [text("secret_access_key")]);
        let Some((username, password)) = &ran.credential else { panic!("{ran:?}") };
        let keys = proof::keys(username, password, &self.0, &secrets).unwrap();
        assert_eq!(keys.access_key_id, text("access_key_id"));
        assert_eq!(keys.secret_access_key, text("secret_access_key"));
        assert_eq!(keys.session_token, Some(text("session_token")));
        role.clone()
    }

    #[track_caller]
    fn is_refused(&self, reason: &str) {
        let ran = self.run();
        let Answer::Error(stderr) = &ran.outcome.answer else { panic!("{ran:?}") };
        assert!(stderr.contains(reason), "{stderr}");
    }
}

/// The tests, by name.
pub(crate) fn trials() -> Vec<Trial> {
    let trials = [
        ("a_role_is_assumed_with_a_signature_that_moto_checks", a_role_is_assumed as fn()),
        ("a_web_identity_gets_the_keys_that_moto_gives", a_web_identity_gets_keys),
        ("a_code_given_to_the_helper_serves_the_aws_cli", the_helper_serves_the_aws_cli),
        ("keys_that_the_aws_cli_got_serve_the_helper", the_aws_cli_serves_the_helper),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    trials.map(trial).into()
}

fn a_role_is_assumed() {
    let moto = Moto::start(Some(TO_MAKE_A_USER));
    let user = moto.user();
    let plain = Made::role(&moto, "deploy", "", &user).has_keys_of(&moto);
    assert_eq!(plain["role_arn"], "arn:aws:iam::123456789012:role/deploy");
    assert_eq!(plain["external_id"], Value::Null);

    let lines = "external_id = +é/&=\nrole_session_name = build@7,x=y\n";
    let named = Made::role(&moto, "deploy", lines, &user).has_keys_of(&moto);
    assert_eq!((&named["external_id"], &named["session_name"]), (&"+é/&=".into(), &"build@7,x=y".into()));

    let with_mfa = Made::role(&moto, "deploy", &format!("mfa_serial = {SERIAL}\nduration_seconds = 900\n"), &user);
    let ran = with_mfa.run();
    assert_eq!(ran.outcome.prompts, [format!("Enter MFA code for {SERIAL}: ")]);
    with_mfa.has_keys_of(&moto);

    Made::role(&moto, "other", "", &user).is_refused("is not authorized to perform: sts:AssumeRole");
    let wrong = (user.0.clone(), user.1.to_uppercase());
    Made::role(&moto, "deploy", "", &wrong).is_refused("The request signature we calculated does not match");
}

fn a_web_identity_gets_keys() {
    let moto = Moto::start(None);
    let description = format!(
        "[environment]\nAWS_ENDPOINT_URL_STS = \"{}\"\nAWS_ROLE_ARN = \"arn:aws:iam::123456789012:role/web\"\n\
         AWS_ROLE_SESSION_NAME = \"pod-7\"\nAWS_WEB_IDENTITY_TOKEN_FILE = \"@home@/token\"\n",
        moto.url()
    );
    let role = Made(MadeCase::new(&description, &[("token", "example-jwt-of-pod")])).has_keys_of(&moto);
    assert_eq!(
        (&role["role_arn"], &role["session_name"]),
        (&"arn:aws:iam::123456789012:role/web".into(), &"pod-7".into())
    );
}

/// Keys that moto takes without a look.
fn any_user() -> (String, String) {
    ("AKIAEXAMPLEUSER".to_owned(), "example-secret-of-user".to_owned())
}

/// What the AWS CLI says it is, without a terminal and without input.
#[track_caller]
fn aws_cli_is(stage: &Stage<'_>, role: &str) {
    let aws = std::env::var_os("CODECOMMIT_AWS_CLI")
        .expect("CODECOMMIT_AWS_CLI is unset: it names aws; run cargo xtask test, which installs it");
    let arguments = ["sts", "get-caller-identity", "--profile", "role", "--query", "Arn", "--output", "text"];
    let output = stage.run(Path::new(&aws), &arguments, "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let arn = String::from_utf8(output.stdout).unwrap();
    assert!(arn.starts_with(&format!("arn:aws:sts::123456789012:assumed-role/{role}")), "{arn}");
}

fn the_helper_serves_the_aws_cli() {
    let moto = Moto::start(None);
    let made = Made::role(&moto, "deploy", &format!("mfa_serial = {SERIAL}\n"), &any_user());
    let stage = Stage::new(&made.0);
    let ran = helper::run(&stage, Path::new(HELPER));
    assert_eq!(ran.outcome.prompts, [format!("Enter MFA code for {SERIAL}: ")]);
    aws_cli_is(&stage, "deploy/git-remote-codecommit-");
    assert_eq!(moto.assumed_roles().len(), 1);
}

fn the_aws_cli_serves_the_helper() {
    let moto = Moto::start(None);
    let made = Made::role(&moto, "deploy", "duration_seconds = 3600\nexternal_id = ext-é\n", &any_user());
    let stage = Stage::new(&made.0);
    aws_cli_is(&stage, "deploy/botocore-session-");
    let ran = helper::run(&stage, Path::new(HELPER));
    assert_eq!(ran.faults, Vec::<String>::new());
    let Some((username, _)) = &ran.credential else { panic!("{ran:?}") };
    let roles = moto.assumed_roles();
    assert_eq!(roles.len(), 1);
    assert!(username.starts_with(&format!("{}%", roles[0]["access_key_id"].as_str().unwrap())), "{username}");
}
