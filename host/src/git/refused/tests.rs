use super::*;

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}

fn sought() -> Sought {
    Sought {
        repository: "demo".to_owned(),
        region: "eu-west-1".to_owned(),
        region_source: RegionSource::Profile,
        host: "git-codecommit.eu-west-1.amazonaws.com".to_owned(),
        region_of_host: None,
        profile: ChosenProfile { name: "prod".to_owned(), source: ProfileSource::Url },
        are_agents: false,
        account: None,
    }
}

/// Signed a minute ago with lasting keys.
fn signer() -> Signer {
    Signer { access_key_id: KEY.to_owned(), is_temporary: false, expires: None, at: now() - Duration::from_mins(1) }
}

fn refused(signer: Option<Signer>, failure: Failure, sought: Sought, clock: Option<ClockOffset>) -> Option<Refused> {
    let outcome = Outcome { signer, failure: Some(failure), ..Outcome::default() };
    Refused::of(outcome, sought, now(), || clock)
}

#[track_caller]
fn says(refused: Option<Refused>, fact: &str, hint: &str) {
    let refused = refused.expect("there is more to say");
    assert_eq!((refused.to_string().as_str(), refused.hint().as_str()), (fact, hint));
}

#[test]
fn a_refusal_without_another_reason_is_about_permissions() {
    for failure in [Failure::Status(403), Failure::Unauthorized] {
        says(
            refused(Some(signer()), failure, sought(), None),
            "CodeCommit refused access key AKIAIOSFODNN7EXAMPLE of profile 'prod' for repository 'demo' in region eu-west-1",
            "codecommit:GitPull and codecommit:GitPush have to be allowed; \
             `aws codecommit get-repository --repository-name demo --region eu-west-1 --profile prod` says why they are not",
        );
    }
}

#[test]
fn keys_whose_profile_is_not_certain_are_named_alone() {
    let profile = ChosenProfile { name: "default".to_owned(), source: ProfileSource::Default };
    let sought = Sought { profile, region_source: RegionSource::AwsDefaultRegion, ..sought() };
    says(
        refused(Some(signer()), Failure::Status(403), sought.clone(), None),
        "CodeCommit refused access key AKIAIOSFODNN7EXAMPLE for repository 'demo' in region eu-west-1 (AWS_DEFAULT_REGION)",
        "codecommit:GitPull and codecommit:GitPush have to be allowed; \
         `aws codecommit get-repository --repository-name demo --region eu-west-1` says why they are not",
    );
    let sought = Sought { region_source: RegionSource::AwsRegion, ..sought };
    let refused = refused(None, Failure::Status(403), sought, None).unwrap().to_string();
    assert_eq!(refused, "CodeCommit refused the AWS keys for repository 'demo' in region eu-west-1 (AWS_REGION)");
}

#[test]
fn a_clock_that_is_off_comes_first_and_by_how_much_is_said() {
    let ended = Signer { at: now() - Duration::from_hours(1), is_temporary: true, ..signer() };
    let off = |offset| refused(Some(ended.clone()), Failure::Status(403), sought(), Some(offset));
    let fact = |offset| format!("the clock of this machine is {offset} that of git-codecommit.eu-west-1.amazonaws.com");
    let hint = format!("set the clock: {SET_CLOCK}");
    says(off(ClockOffset::Behind(Duration::from_secs(3590))), &fact("1 hour behind"), &hint);
    says(off(ClockOffset::Ahead(Duration::from_mins(901))), &fact("15 hours and 1 minute ahead of"), &hint);
}

#[test]
fn a_duration_is_said_in_its_two_largest_units() {
    for (seconds, words) in [
        (301, "5 minutes"),
        (3600 + 29, "1 hour"),
        (3600 + 30, "1 hour and 1 minute"),
        (86_400, "1 day"),
        (86_400 * 2 + 3600 * 3 + 240, "2 days and 3 hours"),
        (86_400 + 240, "1 day"),
        (7200 + 120, "2 hours and 2 minutes"),
    ] {
        assert_eq!(InWords(Duration::from_secs(seconds)).to_string(), words);
    }
}

#[test]
fn a_clock_that_is_near_is_no_reason() {
    let there = now();
    for seconds in [0, 300] {
        let by = Duration::from_secs(seconds);
        assert_eq!(ClockOffset::between(there + by, there), None);
        assert_eq!(ClockOffset::between(there - by, there), None);
    }
    let by = Duration::from_secs(301);
    assert_eq!(ClockOffset::between(there + by, there), Some(ClockOffset::Ahead(by)));
    assert_eq!(ClockOffset::between(there - by, there), Some(ClockOffset::Behind(by)));
}

#[test]
fn an_operation_that_took_longer_than_its_signature_holds_is_told_so() {
    let ended = Signer { at: now() - Duration::from_secs(901), ..signer() };
    says(
        refused(Some(ended), Failure::Status(403), sought(), None),
        "a signature holds for 15 minutes, and the operation took longer",
        "try again; what takes longer than that can be done in parts, with `git clone --depth 1` for example",
    );
}

#[test]
fn an_endpoint_of_another_region_is_told() {
    let host = "vpce-1-2.git-codecommit.us-west-2.vpce.amazonaws.com".to_owned();
    let sought = Sought { host, region_of_host: Some("us-west-2".to_owned()), ..sought() };
    says(
        refused(Some(signer()), Failure::Status(403), sought, None),
        "CODE_COMMIT_ENDPOINT is vpce-1-2.git-codecommit.us-west-2.vpce.amazonaws.com, of region us-west-2, \
         and the signature is for region eu-west-1",
        "set CODE_COMMIT_ENDPOINT to an endpoint of eu-west-1, or write the region in the URL: codecommit::us-west-2://…",
    );
}

#[test]
fn temporary_keys_may_have_expired_where_nobody_knows_their_end() {
    let temporary = Signer { is_temporary: true, ..signer() };
    says(
        refused(Some(temporary.clone()), Failure::Status(403), sought(), None),
        "CodeCommit refused access key AKIAIOSFODNN7EXAMPLE of profile 'prod' for repository 'demo' in region eu-west-1",
        "these keys are temporary: `aws sts get-caller-identity --profile prod` says whether they have expired",
    );
    let with_end = Signer { expires: Some(now() + Duration::from_hours(1)), ..temporary };
    let hint = refused(Some(with_end), Failure::Status(403), sought(), None).unwrap().hint();
    assert!(hint.starts_with("codecommit:GitPull"), "{hint}");
}

#[test]
fn a_repository_that_is_not_found_is_told_with_where_it_was_looked_for() {
    let hint = "`aws codecommit list-repositories --region eu-west-1 --profile prod` lists those there are";
    let of_account = Sought { account: Some("123456789012".to_owned()), ..sought() };
    let fact = |whose| format!("there is no repository 'demo' in region eu-west-1{whose}");
    says(refused(Some(signer()), Failure::NotFound, of_account, None), &fact(" of account 123456789012"), hint);
    let of_key = fact(" of the account of access key AKIAIOSFODNN7EXAMPLE");
    says(refused(Some(signer()), Failure::NotFound, sought(), None), &of_key, hint);
    says(refused(None, Failure::NotFound, sought(), None), &fact(""), hint);
}

#[test]
fn keys_of_the_agent_are_whose_it_is_to_look_at() {
    let agents = || Sought { are_agents: true, ..sought() };
    let refusal = "CodeCommit refused access key AKIAIOSFODNN7EXAMPLE of the signing agent for repository 'demo' in region \
                   eu-west-1";
    says(
        refused(Some(signer()), Failure::Status(403), agents(), None),
        refusal,
        "whoever runs the agent has to look: codecommit:GitPull and codecommit:GitPush have to be allowed to its keys",
    );
    says(
        refused(Some(Signer { is_temporary: true, ..signer() }), Failure::Unauthorized, agents(), None),
        refusal,
        "whoever runs the agent has to look: its keys may have expired, or not be allowed codecommit:GitPull and \
         codecommit:GitPush",
    );
    says(
        refused(Some(signer()), Failure::NotFound, agents(), None),
        "there is no repository 'demo' in region eu-west-1 of the account of access key AKIAIOSFODNN7EXAMPLE",
        "whoever runs the agent can say which there are: the profile of its rule decides on the account",
    );
}

#[test]
fn a_server_that_fails_or_is_busy_is_told_as_such() {
    says(
        refused(Some(signer()), Failure::Status(429), sought(), None),
        "CodeCommit takes no more requests of this account for the moment (status 429)",
        "wait a minute, and try again",
    );
    says(
        refused(Some(signer()), Failure::Status(503), sought(), None),
        "CodeCommit failed (status 503)",
        "try again in a minute; https://health.aws.amazon.com/health/status has what AWS knows",
    );
}

#[test]
fn there_is_nothing_to_add_where_the_user_was_told_or_git_says_all() {
    assert_eq!(refused(Some(signer()), Failure::Status(418), sought(), None), None);
    let never = || -> Option<ClockOffset> { panic!("the server is not asked") };
    let told = Outcome { was_told: true, failure: Some(Failure::Unauthorized), ..Outcome::default() };
    assert_eq!(Refused::of(told, sought(), now(), never), None);
    assert_eq!(Refused::of(Outcome::default(), sought(), now(), never), None);
    let later = Outcome { was_let_in: true, failure: Some(Failure::Status(403)), ..Outcome::default() };
    assert!(Refused::of(later, sought(), now(), never).is_some());
    let not_found = Outcome { failure: Some(Failure::NotFound), ..Outcome::default() };
    assert!(Refused::of(not_found, sought(), now(), never).is_some());
}

#[test]
fn an_account_and_a_key_are_shown_safely() {
    let key = Signer { access_key_id: "A\x1b[31m".to_owned(), ..signer() };
    let fact = refused(Some(key), Failure::NotFound, sought(), None).unwrap().to_string();
    assert!(fact.ends_with(r"access key A\u{1b}[31m"), "{fact}");
}
