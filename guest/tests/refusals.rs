//! Every refusal, word for word.

use codecommit_policy::endpoint::{Endpoint, Options, RegionSource, RegionSources, choose_region, resolve};
use codecommit_policy::refusal::Cause;
use codecommit_policy::remote_url::{Remote, parse};
use codecommit_policy::{Refusal, endpoint};

/// The cause, the message and the hint of a refusal.
#[track_caller]
fn refuses<T>(result: Result<T, Refusal>, cause: Cause, message: &str, hint: Option<&str>) {
    let refusal = result.err().expect("a refusal");
    assert_eq!((refusal.cause(), refusal.to_string().as_str(), refusal.hint().as_deref()), (cause, message, hint));
    let words = refusal.to_string() + &refusal.hint().unwrap_or_default();
    assert!(!words.chars().any(codecommit_policy::printable::is_unprintable), "unprintable: {words:?}");
    assert!(!words.contains("hunter2"), "a password is shown: {words}");
}

#[track_caller]
fn reads(url: &str, repository: &str, profile: Option<&str>, region: Option<&str>) {
    let expected = Remote {
        repository: repository.to_owned(),
        profile: profile.map(str::to_owned),
        region: region.map(str::to_owned),
    };
    assert_eq!(parse(url), Ok(expected), "{url}");
}

const FORMS: Option<&str> =
    Some("write codecommit://[PROFILE@]REPOSITORY or codecommit::REGION://[PROFILE@]REPOSITORY");

#[test]
fn both_forms_are_read_whole_and_as_git_passes_them() {
    reads("codecommit://MyRepo", "MyRepo", None, None);
    reads("codecommit://prod@MyRepo", "MyRepo", Some("prod"), None);
    reads("codecommit::eu-west-1://MyRepo", "MyRepo", None, Some("eu-west-1"));
    reads("codecommit::eu-west-1://prod@MyRepo", "MyRepo", Some("prod"), Some("eu-west-1"));
    reads("eu-west-1://prod@MyRepo", "MyRepo", Some("prod"), Some("eu-west-1"));
    reads("codecommit::codecommit://MyRepo", "MyRepo", None, None);
}

#[test]
fn the_scheme_has_no_case_and_the_rest_keeps_its_own() {
    reads("CodeCommit://Prod@MyRepo", "MyRepo", Some("Prod"), None);
    reads("CODECOMMIT::EU-West-1://myREPO", "myREPO", None, Some("eu-west-1"));
}

#[test]
fn a_profile_may_hold_what_a_repository_may_not() {
    reads("codecommit://me@example.com@MyRepo", "MyRepo", Some("me@example.com"), None);
    reads("codecommit://my profile@MyRepo", "MyRepo", Some("my profile"), None);
    reads("codecommit://a:b%20c@MyRepo", "MyRepo", Some("a:b%20c"), None);
    reads("codecommit://本番@MyRepo", "MyRepo", Some("本番"), None);
}

#[test]
fn one_trailing_slash_is_taken() {
    reads("codecommit://MyRepo/", "MyRepo", None, None);
    reads("eu-west-1://prod@MyRepo/", "MyRepo", Some("prod"), Some("eu-west-1"));
}

#[test]
fn names_of_every_allowed_kind_are_read() {
    let longest = "x".repeat(100);
    for name in ["a", "A-b_c.d", "-x", ".hidden", "...", "git", "a.git.b", "x.GIT", "1", &longest] {
        reads(&format!("codecommit://{name}"), name, None, None);
    }
}

#[test]
fn what_is_not_a_url_of_ours_is_refused_with_the_forms() {
    for url in
        ["", "MyRepo", "codecommit:MyRepo", "codecommit:/MyRepo", "codecommit::MyRepo", "://MyRepo", "a b://MyRepo"]
    {
        refuses(parse(url), Cause::MalformedUrl, &format!("'{url}' is not a codecommit URL"), FORMS);
    }
    let long = format!("codecommit://{}", "x".repeat(2048 - 12));
    refuses(parse(&long), Cause::UrlTooLong, "the URL has 2049 bytes, and at most 2048 are taken", FORMS);
}

#[test]
fn characters_that_cannot_be_seen_are_refused_and_not_echoed() {
    let hint = Some("type the URL by hand: a character that cannot be seen was copied with it");
    for (url, shown) in [
        ("codecommit://a\nb", r"\u{a}"),
        ("codecommit://a\rb", r"\u{d}"),
        ("codecommit://a\0b", r"\u{0}"),
        ("codecommit://\u{1b}[31ma", r"\u{1b}"),
        ("codecommit://p\u{202e}x@a", r"\u{202e}"),
        ("codecommit://a\u{200b}", r"\u{200b}"),
        ("\u{feff}codecommit://a", r"\u{feff}"),
        ("codecommit://a\u{7f}", r"\u{7f}"),
        ("codecommit://a\u{3164}@b", r"\u{3164}"),
    ] {
        let message = format!("the URL holds '{shown}', which cannot be seen");
        refuses(parse(url), Cause::UnprintableCharacter, &message, hint);
    }
}

#[test]
fn a_pasted_https_or_ssh_url_is_answered_with_the_url_to_use() {
    let use_this = Some("use codecommit::eu-west-1://MyRepo");
    let https = "a URL that begins with https:// is not a codecommit URL";
    let ssh = "a URL that begins with ssh:// is not a codecommit URL";
    for (url, message) in [
        ("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo", https),
        ("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo/", https),
        ("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo.git", https),
        ("HTTPS://me:hunter2@git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo", https),
        ("https://git-codecommit.eu-west-1.amazonaws.com:443/v1/repos/MyRepo", https),
        ("ssh://APKAEIBAERJR2EXAMPLE@git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo", ssh),
    ] {
        refuses(parse(url), Cause::OtherTransport, message, use_this);
    }
    let inside = "the URL names a server where the repository belongs";
    for url in [
        "codecommit://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "codecommit::eu-west-1://me@git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "codecommit://me:hunter2@git-codecommit.eu-west-1.amazonaws.com:443/v1/repos/MyRepo",
    ] {
        refuses(parse(url), Cause::OtherTransport, inside, use_this);
    }
    let china = "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/MyRepo";
    refuses(parse(china), Cause::OtherTransport, https, Some("use codecommit::cn-north-1://MyRepo"));
}

#[test]
fn a_url_that_would_be_refused_is_not_given_as_the_one_to_use() {
    let name = "git-codecommit.eu-west-1.amazonaws.com.git";
    let message = format!("the repository name '{name}' ends in '.git', and no CodeCommit name does");
    refuses(parse(&format!("codecommit://{name}")), Cause::MalformedRepository, &message, None);
}

#[test]
fn another_transports_url_is_refused_without_showing_it() {
    for url in [
        "https://me:hunter2@example.com/x",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/",
        "https://git-codecommit.eu-west-1.amazonaws.com",
        "https://git-codecommit.eu-west-1.amazonaws.com.example.com/v1/repos/MyRepo",
    ] {
        refuses(parse(url), Cause::OtherTransport, "a URL that begins with https:// is not a codecommit URL", FORMS);
    }
    refuses(
        parse("file:///etc"),
        Cause::OtherTransport,
        "a URL that begins with file:// is not a codecommit URL",
        FORMS,
    );
}

#[test]
fn what_can_be_a_password_is_not_echoed() {
    for url in
        ["me:hunter2@example.com:x", "codecommit::me:hunter2@example.com:x", "git+ssh://me:hunter2@example.com:x"]
    {
        refuses(parse(url), Cause::MalformedUrl, "'…@example.com:x' is not a codecommit URL", FORMS);
    }
    refuses(
        parse("codecommit://me:hunter2@example.com/x"),
        Cause::SurplusPart,
        "the URL has a path, '/x'",
        Some("use codecommit://me:…@example.com"),
    );
    refuses(
        parse("codecommit://MyRepo/https://me:hunter2@example.com"),
        Cause::SurplusPart,
        "the URL has a path, '…@example.com'",
        Some("use codecommit://MyRepo"),
    );
    refuses(
        parse("codecommit://me:hunter2 @MyRepo"),
        Cause::MalformedProfile,
        "the profile 'me:…' begins or ends with a space",
        None,
    );
}

#[test]
fn a_port_path_query_or_fragment_is_refused_with_the_url_without_it() {
    let refused = |url, message, hint| refuses(parse(url), Cause::SurplusPart, message, Some(hint));
    refused(
        "codecommit://prod@MyRepo:8080",
        "the URL has a port, ':8080'",
        "use codecommit://prod@MyRepo, and name another server with CODE_COMMIT_ENDPOINT=HOST:PORT",
    );
    refused("us-east-1://MyRepo/src/main", "the URL has a path, '/src/main'", "use codecommit::us-east-1://MyRepo");
    refused("codecommit://MyRepo//", "the URL has a path, '//'", "use codecommit://MyRepo");
    refused("codecommit://MyRepo?x=1", "the URL has a query, '?x=1'", "use codecommit://MyRepo");
    refused("codecommit://MyRepo#main", "the URL has a fragment, '#main'", "use codecommit://MyRepo");
    refuses(parse("codecommit://a b/c"), Cause::SurplusPart, "the URL has a path, '/c'", None);
}

#[test]
fn a_missing_profile_or_repository_is_refused() {
    refuses(
        parse("eu-west-1://@MyRepo"),
        Cause::MalformedProfile,
        "the URL has no profile before '@'",
        Some("use codecommit::eu-west-1://MyRepo for the default profile"),
    );
    refuses(
        parse("codecommit:// prod@MyRepo"),
        Cause::MalformedProfile,
        "the profile ' prod' begins or ends with a space",
        None,
    );
    let none = "the URL names no repository";
    refuses(parse("codecommit://"), Cause::MalformedRepository, none, Some("use codecommit://REPOSITORY"));
    refuses(parse("codecommit:///x"), Cause::MalformedRepository, none, Some("use codecommit://REPOSITORY"));
    refuses(parse("codecommit://prod@"), Cause::MalformedRepository, none, Some("use codecommit://prod@REPOSITORY"));
}

#[test]
fn a_name_that_no_repository_has_is_refused_with_the_fault() {
    let refused = |url, message, hint| refuses(parse(url), Cause::MalformedRepository, message, hint);
    refused(
        "codecommit://my repo",
        "the repository name 'my repo' holds ' ', and CodeCommit allows only letters, digits, '.', '_' and '-'",
        None,
    );
    refused(
        "codecommit://my%2Drepo",
        "the repository name 'my%2Drepo' holds '%', and CodeCommit allows only letters, digits, '.', '_' and '-'",
        Some("write the name as CodeCommit shows it: nothing is percent-decoded"),
    );
    refused(
        "codecommit://dépôt",
        "the repository name 'dépôt' holds 'é', and CodeCommit allows only letters, digits, '.', '_' and '-'",
        None,
    );
    refused(
        "eu-west-1://prod@MyRepo.git",
        "the repository name 'MyRepo.git' ends in '.git', and no CodeCommit name does",
        Some("use codecommit::eu-west-1://prod@MyRepo"),
    );
    refused("codecommit://.git", "the repository name '.git' ends in '.git', and no CodeCommit name does", None);
    refused("codecommit://..", "'..' cannot be a repository name", None);
    refused("codecommit://.", "'.' cannot be a repository name", None);
    let long = format!("codecommit://{}", "x".repeat(101));
    refused(&long, "the repository name has 101 characters, and CodeCommit allows 100", None);
}

#[test]
fn the_region_is_the_urls_then_aws_default_region_then_the_profiles_then_aws_region() {
    let mut sources = RegionSources {
        url: Some("us-east-1"),
        aws_default_region: Some("us-east-2"),
        profile: Some("us-west-1"),
        aws_region: Some("us-west-2"),
        profile_name: Some("prod"),
    };
    let chosen = |sources: &RegionSources<'_>| choose_region(sources).unwrap();
    assert_eq!(chosen(&sources), ("us-east-1".to_owned(), RegionSource::Url));
    sources.url = None;
    assert_eq!(chosen(&sources), ("us-east-2".to_owned(), RegionSource::AwsDefaultRegion));
    sources.aws_default_region = Some("");
    assert_eq!(chosen(&sources), ("us-west-1".to_owned(), RegionSource::Profile));
    sources.profile = None;
    assert_eq!(chosen(&sources), ("us-west-2".to_owned(), RegionSource::AwsRegion));
    sources.aws_region = None;
    refuses(
        choose_region(&sources),
        Cause::NoRegion,
        "no AWS Region is given, and the profile 'prod' has none",
        Some(
            "write it in the URL, codecommit::REGION://…, or set it: aws configure set region REGION --profile 'prod'",
        ),
    );
    refuses(
        choose_region(&RegionSources::default()),
        Cause::NoRegion,
        "no AWS Region is given",
        Some("write it in the URL, codecommit::REGION://…, or set it: aws configure set region REGION"),
    );
}

#[track_caller]
fn url_of(region: &str, options: &Options<'_>) -> String {
    resolve(region, "MyRepo", options).expect("an endpoint").url()
}

#[test]
fn an_endpoint_is_the_regions_host_and_the_repositorys_path() {
    let endpoint = resolve("eu-west-1", "My.Repo_1", &Options::default()).unwrap();
    assert_eq!(
        endpoint,
        Endpoint {
            region: "eu-west-1".to_owned(),
            partition: "aws".to_owned(),
            host: "git-codecommit.eu-west-1.amazonaws.com".to_owned(),
            path: "/v1/repos/My.Repo_1".to_owned(),
        }
    );
    assert_eq!(endpoint.url(), "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/My.Repo_1");
    let china = "https://git-codecommit.cn-northwest-1.amazonaws.com.cn/v1/repos/MyRepo";
    assert_eq!(url_of("cn-northwest-1", &Options::default()), china);
    assert!(resolve("eu-west-1", "a/b", &Options::default()).is_err());
}

#[test]
fn fips_has_a_host_of_its_own_or_none() {
    let fips = Options { fips: true, ..Options::default() };
    assert_eq!(url_of("us-east-1", &fips), "https://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/MyRepo");
    refuses(
        resolve("eu-west-1", "MyRepo", &fips),
        Cause::NoFipsEndpoint,
        "FIPS is asked for, and CodeCommit has no FIPS endpoint in eu-west-1",
        Some("the regions with one: ca-central-1 us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1"),
    );
    // A host of the user's own is what the user says it is.
    let own = Options { fips: true, host: Some("vpce-1.example"), ..Options::default() };
    assert_eq!(url_of("eu-west-1", &own), "https://vpce-1.example/v1/repos/MyRepo");
}

#[test]
fn an_unknown_region_is_refused_with_the_closest_one_and_the_way_to_vouch_for_it() {
    let refused = |region: &str, hint| {
        let message = format!("CodeCommit is not known in region '{region}'");
        refuses(resolve(region, "MyRepo", &Options::default()), Cause::UnknownRegion, &message, Some(hint));
    };
    refused(
        "us-esat-1",
        "did you mean us-east-1? if AWS has added us-esat-1: git config --global --add codecommit.extraRegion us-esat-1",
    );
    refused("uswest2", "did you mean us-west-2?");
    refused(
        "mx-central-1",
        "did you mean me-central-1? if AWS has added mx-central-1: git config --global --add codecommit.extraRegion mx-central-1",
    );
    refused("ap-middle-9", "if AWS has added it: git config --global --add codecommit.extraRegion ap-middle-9");
    refused("eusc-de-east-1", "if AWS has added it: git config --global --add codecommit.extraRegion eusc-de-east-1");
    refused("moon", "write a region's code, such as eu-west-1");
}

#[test]
fn a_region_that_the_user_vouches_for_gets_its_partitions_domain() {
    let extra = ["mx-central-1", "eusc-de-east-1", "us-iso-east-1", "moon"].map(str::to_owned);
    let options = Options { extra_regions: &extra, ..Options::default() };
    assert_eq!(url_of("mx-central-1", &options), "https://git-codecommit.mx-central-1.amazonaws.com/v1/repos/MyRepo");
    assert_eq!(
        url_of("eusc-de-east-1", &options),
        "https://git-codecommit.eusc-de-east-1.amazonaws.eu/v1/repos/MyRepo"
    );
    assert_eq!(url_of("us-iso-east-1", &options), "https://git-codecommit.us-iso-east-1.c2s.ic.gov/v1/repos/MyRepo");
    let moon = resolve("moon", "MyRepo", &options).unwrap_err();
    assert_eq!(moon.cause(), Cause::UnknownRegion);
    let fips = resolve("mx-central-1", "MyRepo", &Options { fips: true, ..options }).unwrap_err();
    assert_eq!(fips.cause(), Cause::NoFipsEndpoint);
}

#[test]
fn code_commit_endpoint_replaces_the_host_as_it_is_given() {
    for host in [
        "localhost",
        "localhost:8443",
        "VPCE-1.git.example",
        "10.0.0.1:443",
        "[::1]",
        "[::2:3:4:5:6:7:8]:8443",
        "a_b.c:1",
    ] {
        let options = Options { host: Some(host), ..Options::default() };
        assert_eq!(url_of("us-east-1", &options), format!("https://{host}/v1/repos/MyRepo"));
    }
    let empty = Options { host: Some(""), ..Options::default() };
    assert_eq!(url_of("us-east-1", &empty), "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/MyRepo");
}

#[test]
fn a_host_that_is_none_is_refused_with_the_fault() {
    let refused = |host: &str, message: &str, hint: &str| {
        let options = Options { host: Some(host), ..Options::default() };
        refuses(resolve("us-east-1", "MyRepo", &options), Cause::MalformedHost, message, Some(hint));
    };
    let unset = "set it to a host, or host:port, or unset it";
    refused(
        "https://vpce.example/v1",
        "CODE_COMMIT_ENDPOINT 'https://vpce.example/v1' has a scheme, and only host[:port] is taken",
        "set it to the host alone: CODE_COMMIT_ENDPOINT=vpce.example",
    );
    refused(
        "me:hunter2@vpce.example",
        "CODE_COMMIT_ENDPOINT has a user before '@', and only host[:port] is taken",
        "set it to the host alone: CODE_COMMIT_ENDPOINT=vpce.example",
    );
    refused(
        "vpce.example/x",
        "CODE_COMMIT_ENDPOINT 'vpce.example/x' has a path, and only host[:port] is taken",
        "set it to the host alone: CODE_COMMIT_ENDPOINT=vpce.example",
    );
    refused(" vpce.example", "CODE_COMMIT_ENDPOINT ' vpce.example' holds a space", unset);
    refused("exämple.com", "CODE_COMMIT_ENDPOINT 'exämple.com' holds 'ä', which no host does", unset);
    refused("a\nb", r"CODE_COMMIT_ENDPOINT 'a\u{a}b' holds '\u{a}', which no host does", unset);
    refused("a\u{1b}[m", r"CODE_COMMIT_ENDPOINT 'a\u{1b}[m' holds '\u{1b}', which no host does", unset);
    for port in ["host:", "host:0", "host:65536", "host:+1", "host:01", "host:8443x", "a:1:2", "[::1]:"] {
        let message = format!("CODE_COMMIT_ENDPOINT '{port}' has a port that is not a number from 1 to 65535");
        refused(port, &message, unset);
    }
    for host in ["a..b", ".a", "a.", "-a", "a-.b", ":80"] {
        let message = format!(
            "CODE_COMMIT_ENDPOINT '{host}' has an empty or overlong part between dots, or one that begins or ends with '-'"
        );
        refused(host, &message, unset);
    }
    for host in ["[", "[]", "[::1", "[x]", "[1]", "[::1]x", "[1:2:3:4:5:6:7:8:9:a]"] {
        let message = format!("CODE_COMMIT_ENDPOINT '{host}' has no IPv6 address between '[' and ']'");
        refused(host, &message, unset);
    }
    let long = ["a".repeat(63).as_str(); 4].join(".");
    let message = format!("CODE_COMMIT_ENDPOINT '{}…' is longer than the 253 characters of a host", &long[..120]);
    refused(&long, &message, unset);
}

#[test]
fn an_endpoint_of_another_making_is_not_one() {
    let made = endpoint::Endpoint {
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
        host: "example.com".to_owned(),
        path: "/v1/repos/MyRepo".to_owned(),
    };
    assert_eq!(made.check(), Ok(()));
    let elsewhere = Endpoint { path: "/v1/repos/../x".to_owned(), ..made };
    refuses(
        elsewhere.check(),
        Cause::MalformedEndpoint,
        "the endpoint to sign for is not one of CodeCommit",
        Some("sign for what endpoint.resolve returned"),
    );
}
