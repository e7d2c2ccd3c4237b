//! Programs in the place of the helper, which do what it must not do.
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

use std::path::Path;

use identity_cases::helper::{self, Ran};
use identity_cases::secrets::Secrets;
use identity_cases::{Answer, MadeCase, Stage, proof, verdict};

pub(crate) const TESTS: &[(&str, fn())] = &[
    ("a_password_proves_its_secret", a_password_proves_its_secret),
    ("a_secret_in_an_error_is_found", a_secret_in_an_error_is_found),
    ("a_secret_in_a_file_is_found", a_secret_in_a_file_is_found),
    ("a_secret_among_the_arguments_of_git_is_found", a_secret_among_the_arguments_of_git_is_found),
    ("half_of_a_credential_is_a_fault", half_of_a_credential_is_a_fault),
    ("nobody_is_asked_at_a_terminal", nobody_is_asked_at_a_terminal),
    ("a_program_sees_its_case_and_nothing_else", a_program_sees_its_case_and_nothing_else),
    ("a_case_without_a_recording_does_not_pass", a_case_without_a_recording_does_not_pass),
];

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// Runs a program of `helpers/` in the place of the helper, with a secret in a file.
fn run(case: &MadeCase, program: &str) -> Ran {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/helpers");
    helper::run(&Stage::new(case), &folder.join(program))
}

fn case_with_secret() -> MadeCase {
    MadeCase::new("", &[("secret", "example-secret-of-user")])
}

/// A vector of `codecommit-local`, of a program that is not of this project.
fn a_password_proves_its_secret() {
    let case = MadeCase::new("url = \"codecommit://MyDemoRepo\"\n", &[]);
    let username = "AKIAIOSFODNN7EXAMPLE%IQoJb3JpZ2luX2VjE+/=EXAMPLE";
    let password = "20260102T030405Za65e1c7316c46466c73a462eb9fd7d4d94742a4d4f77bb5d51ac08f2531191a5";
    let keys = |secrets: [&str; 2]| {
        let secrets = Secrets::of([].into_iter(), secrets.map(str::to_owned));
        proof::keys(username, password, &case, &secrets).unwrap()
    };
    let proved = keys(["another", SECRET]);
    assert_eq!(proved.access_key_id, "AKIAIOSFODNN7EXAMPLE");
    assert_eq!(proved.secret_access_key, SECRET);
    assert_eq!(proved.session_token.as_deref(), Some("IQoJb3JpZ2luX2VjE+/=EXAMPLE"));
    assert_eq!(keys(["another", "and another"]).secret_access_key, "?");
}

fn a_secret_in_an_error_is_found() {
    let ran = run(&case_with_secret(), "shows");
    assert_eq!(ran.faults, ["standard error shows example-secret-of-user"]);
}

fn a_secret_in_a_file_is_found() {
    let ran = run(&case_with_secret(), "keeps");
    assert_eq!(ran.faults, ["the file kept shows example-secret-of-user"]);
    assert_eq!(ran.outcome.files.keys().collect::<Vec<_>>(), [".aws/cli/cache/key.json", "kept"]);
}

fn a_secret_among_the_arguments_of_git_is_found() {
    let ran = run(&case_with_secret(), "tells-git");
    assert_eq!(ran.faults, ["an argument of git shows example-secret-of-user"]);
}

fn half_of_a_credential_is_a_fault() {
    let ran = run(&case_with_secret(), "breaks-off");
    assert_eq!(ran.faults, ["neither a credential nor a refusal: status Some(1), 30 bytes on stdout"]);
}

fn nobody_is_asked_at_a_terminal() {
    let ran = run(&case_with_secret(), "asks");
    assert_eq!(ran.outcome.answer, Answer::Error("nobody is there\n".to_owned()));
}

fn a_program_sees_its_case_and_nothing_else() {
    let case = MadeCase::new("unset = [\"AWS_DEFAULT_REGION\"]\n[environment]\nAWS_PROFILE = \"work\"\n", &[]);
    let ran = run(&case, "looks-around");
    let names = "AWS_EC2_METADATA_DISABLED\nAWS_PROFILE\nGIT_CONFIG_NOSYSTEM\nHOME\nLC_ALL\nPATH\nTMPDIR\n";
    let request = "protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n";
    assert_eq!(ran.outcome.answer, Answer::Error(format!("{request}{names}")));
}

fn a_case_without_a_recording_does_not_pass() {
    let case = case_with_secret();
    let stage = Stage::new(&case);
    let ran = run(&case, "asks");
    assert_eq!(verdict::problems(&stage, &ran), ["botocore.json is missing: type `cargo xtask record`"]);
}
