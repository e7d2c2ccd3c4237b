//! Bad components in the place of ours: each is stopped and refused.

use std::time::Duration;

use super::super::engine::Policy;
use super::super::{Cause, Credentials, Error, Options, Refusal};
use super::{NO_OPTIONS, endpoint};

/// What is said of a component that is asked for an endpoint.
#[track_caller]
fn of_endpoint(code: &'static [u8], options: Options<'_>) -> Result<String, Error> {
    let mut instance = Policy::from_code(code).unwrap().instance()?;
    instance.resolve("us-east-1", "MyDemoRepo", options).map(|endpoint| endpoint.url)
}

/// What is said of a component that is asked for a signature.
#[track_caller]
fn of_signature(code: &'static [u8]) -> Result<String, Error> {
    let mut instance = Policy::from_code(code).unwrap().instance()?;
    let credentials = Credentials { access_key_id: "example-key", secret_access_key: "s", session_token: None };
    instance.sign(&endpoint(), &credentials, Some(Duration::ZERO)).map(|signed| signed.username.expose().to_owned())
}

/// Fails where it is not a failure of the component, told in these words.
#[track_caller]
fn fails(answer: Result<String, Error>, why: &str) {
    match answer {
        Err(error @ Error::Failed(_)) => assert_eq!(error.to_string(), format!("the policy component failed: {why}")),
        other => panic!("{other:?}"),
    }
}

/// Fails where it is not an answer that is refused, in these words.
#[track_caller]
fn is_unusable(answer: Result<String, Error>, why: &str) {
    match answer {
        Err(error @ Error::Unusable(_)) => assert_eq!(error.to_string(), format!("the policy component failed: {why}")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_component_that_never_ends_is_stopped() {
    fails(of_endpoint(bad_components::LOOPS, NO_OPTIONS), "wasm trap: all fuel consumed by WebAssembly");
}

#[test]
fn a_component_that_traps_is_reported_in_one_line() {
    fails(of_endpoint(bad_components::TRAPS, NO_OPTIONS), "wasm trap: wasm `unreachable` instruction executed");
    fails(of_endpoint(bad_components::DIVIDES_BY_ZERO, NO_OPTIONS), "wasm trap: integer divide by zero");
}

#[test]
fn a_component_gets_16_mib_of_memory_at_the_most() {
    fails(of_endpoint(bad_components::GROWS, NO_OPTIONS), "forcing trap when growing memory to 17825792 bytes");
}

#[test]
fn a_component_that_calls_itself_for_ever_is_stopped() {
    fails(of_endpoint(bad_components::RECURSES, NO_OPTIONS), "wasm trap: call stack exhausted");
}

#[test]
fn a_component_that_asks_for_the_time_again_and_again_is_stopped() {
    fails(of_endpoint(bad_components::LOOKS_AT_THE_CLOCK, NO_OPTIONS), "it asks for the time again and again");
}

#[test]
fn a_component_has_one_memory_and_few_and_small_tables() {
    fails(of_endpoint(bad_components::GROWS_A_TABLE, NO_OPTIONS), "forcing trap when growing table to 20001 elements");
    fails(
        of_endpoint(bad_components::HAS_NINE_MEMORIES, NO_OPTIONS),
        "resource limit exceeded: memory count too high at 9",
    );
    fails(
        of_endpoint(bad_components::HAS_TWENTY_TABLES, NO_OPTIONS),
        "resource limit exceeded: table count too high at 21",
    );
}

#[test]
fn an_endpoint_that_is_not_the_one_asked_for_is_not_used() {
    let refused = |code| of_endpoint(code, NO_OPTIONS);
    let good = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/MyDemoRepo";
    assert_eq!(refused(bad_components::ENDPOINT_AS_IT_SHOULD_BE).unwrap(), good);
    is_unusable(refused(bad_components::ENDPOINT_OVER_HTTP), "its URL is not https");
    is_unusable(refused(bad_components::ENDPOINT_IN_ANOTHER_REGION), "its region is not the one asked for");
    is_unusable(refused(bad_components::ENDPOINT_OF_ANOTHER_REPOSITORY), "its path is another repository's");
    is_unusable(refused(bad_components::ENDPOINT_WITH_A_URL_ELSEWHERE), "its URL is not made of its host and path");
    is_unusable(
        refused(bad_components::ENDPOINT_WITH_A_NEWLINE_IN_THE_URL),
        "its URL is not made of its host and path",
    );
    let host = "its host holds a character that no host does";
    is_unusable(refused(bad_components::ENDPOINT_WITH_A_NEWLINE_IN_THE_HOST), host);
    is_unusable(refused(bad_components::ENDPOINT_WITH_A_NUL), host);
    is_unusable(refused(bad_components::ENDPOINT_WITH_A_USER), host);
    let path = "its path holds a character that no repository's does";
    is_unusable(refused(bad_components::ENDPOINT_WITH_A_NEWLINE_IN_THE_PATH), path);
}

/// Which host serves a region is for the policy to say; a host that the user gave is the user's.
#[test]
fn a_host_that_was_given_is_the_one_that_is_used() {
    let with = |code, host| of_endpoint(code, Options { host: Some(host), ..NO_OPTIONS });
    assert!(with(bad_components::ENDPOINT_ELSEWHERE, "evil.example").is_ok());
    assert!(with(bad_components::ENDPOINT_ELSEWHERE, "").is_ok());
    let other = "its host is not the one asked for";
    is_unusable(with(bad_components::ENDPOINT_ELSEWHERE, "localhost:8443"), other);
    is_unusable(with(bad_components::ENDPOINT_AS_IT_SHOULD_BE, "localhost:8443"), other);
    is_unusable(with(bad_components::ENDPOINT_ELSEWHERE, "EVIL.example"), other);
}

/// Refused by the length that it says, of which the host has taken up nothing.
#[test]
fn an_answer_is_too_long_before_the_host_takes_it_up() {
    let too_long =
        "too much data is being copied between the host and the guest: fuel allocated for hostcalls has been exhausted";
    for code in [bad_components::ENDPOINT_OF_TWO_MEGABYTES, bad_components::ENDPOINT_OF_FIVE_TIMES_FOURTEEN_MEGABYTES] {
        fails(of_endpoint(code, NO_OPTIONS), too_long);
    }
    fails(of_signature(bad_components::CREDENTIAL_OF_A_MEGABYTE), too_long);
    // Longer than all of its memory.
    let outside = "string pointer/length out of bounds of memory";
    for code in [bad_components::ENDPOINT_OF_A_GIGABYTE, bad_components::REFUSAL_OF_A_GIGABYTE] {
        fails(of_endpoint(code, NO_OPTIONS), outside);
    }
}

#[test]
fn an_answer_that_is_none_of_its_type_is_refused() {
    fails(of_endpoint(bad_components::ANSWER_THAT_IS_NEITHER, NO_OPTIONS), "invalid expected discriminant");
    fails(of_endpoint(bad_components::REFUSAL_OF_NO_KNOWN_CAUSE, NO_OPTIONS), "unexpected discriminant: 99");
    fails(
        of_endpoint(bad_components::ENDPOINT_NOT_UTF_8, NO_OPTIONS),
        "invalid utf-8 sequence of 1 bytes from index 9",
    );
}

#[test]
fn words_that_cannot_be_shown_are_not_shown() {
    let refused = |code| of_endpoint(code, NO_OPTIONS);
    match refused(bad_components::REFUSAL_AS_IT_SHOULD_BE) {
        Err(Error::Refused(Refusal { cause: Cause::UrlTooLong, message, hint })) => {
            assert_eq!((message.as_str(), hint.as_deref()), ("it is refused", Some("type something else")));
        }
        other => panic!("{other:?}"),
    }
    for code in [
        bad_components::REFUSAL_WITH_AN_ESCAPE_SEQUENCE,
        bad_components::REFUSAL_WITH_AN_ESCAPE_SEQUENCE_IN_THE_HINT,
        bad_components::REFUSAL_OF_TWO_LINES,
        bad_components::REFUSAL_TURNED_AROUND,
        bad_components::REFUSAL_WITHOUT_WORDS,
        bad_components::REFUSAL_OF_FIVE_KILOBYTES,
    ] {
        is_unusable(refused(code), "the words of its refusal are not one line that can be shown");
    }
}

#[test]
fn a_credential_that_git_must_not_be_given_is_not_given() {
    assert_eq!(of_signature(bad_components::CREDENTIAL_AS_IT_SHOULD_BE).unwrap(), "user");
    for code in [
        bad_components::CREDENTIAL_WITH_A_NEWLINE_IN_THE_USER,
        bad_components::CREDENTIAL_WITH_A_NEWLINE_IN_THE_PASSWORD,
        bad_components::CREDENTIAL_WITH_A_NUL,
    ] {
        is_unusable(of_signature(code), "its credential is not one line");
    }
    is_unusable(of_signature(bad_components::CREDENTIAL_OF_HALF_A_MEGABYTE), "its credential is too long");
    is_unusable(of_signature(bad_components::CREDENTIAL_FOR_EVER), "its credential ends at no time");
}
