//! Every form in which a repository is written, read and written.

use codecommit_policy::addresses::{Address, Forms, read};
use codecommit_policy::{Refusal, regions};

fn address(repository: &str, region: &str) -> Address {
    Address {
        repository: repository.to_owned(),
        region: region.to_owned(),
        profile: String::new(),
        account: String::new(),
        host: String::new(),
        fips: false,
    }
}

#[track_caller]
fn reads(text: &str, expected: &Address) {
    assert_eq!(read(text).as_ref(), Ok(expected), "{text}");
}

#[test]
fn a_codecommit_url_is_read_as_the_helper_reads_it() {
    reads("codecommit://MyRepo", &address("MyRepo", ""));
    let prod = Address { profile: "prod".to_owned(), ..address("MyRepo", "eu-west-1") };
    reads("codecommit::eu-west-1://prod@MyRepo", &prod);
    assert_eq!(
        read("codecommit://a b").unwrap_err().to_string(),
        "the repository name 'a b' holds ' ', and CodeCommit allows only letters, digits, '.', '_' and '-'"
    );
}

#[test]
fn an_https_url_is_read_with_the_host_of_a_region_its_fips_endpoint_or_a_vpc_endpoint() {
    let plain = address("MyRepo", "eu-west-1");
    for url in [
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo/",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo.git",
        "https://git-codecommit.eu-west-1.amazonaws.com:443/v1/repos/MyRepo",
        "HTTPS://Git-CodeCommit.EU-West-1.AmazonAWS.com/v1/repos/MyRepo",
        "https://alice:hunter2@git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "https://ASIA%25token:2026@x@git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
    ] {
        reads(url, &plain);
    }
    reads("https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/a", &address("a", "cn-north-1"));
    // A region that nobody knows yet.
    reads("https://git-codecommit.mx-central-1.amazonaws.com/v1/repos/a", &address("a", "mx-central-1"));
    let fips = Address { fips: true, ..address("a", "us-east-1") };
    reads("https://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/a", &fips);
    let host = "vpce-0a1b-2c3d.git-codecommit.us-east-1.vpce.amazonaws.com";
    let vpc_endpoint = Address { host: host.to_owned(), ..address("a", "us-east-1") };
    reads(&format!("https://{host}/v1/repos/a"), &vpc_endpoint);
    reads(&format!("https://{}/v1/repos/a", host.to_ascii_uppercase()), &vpc_endpoint);
}

#[test]
fn an_ssh_url_a_page_of_the_console_and_an_arn_are_read() {
    let plain = address("MyRepo", "eu-west-1");
    for url in [
        "ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "ssh://APKAEXAMPLE@git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo/browse?region=eu-west-1",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo/setup",
        "https://console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo/commits?region=eu-west-1&x=y",
        "https://console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo?x=y&region=eu-west-1#z",
    ] {
        reads(url, &plain);
    }
    let page = "https://us-gov-west-1.console.amazonaws-us-gov.com/codesuite/codecommit/repositories/a/browse";
    reads(page, &address("a", "us-gov-west-1"));
    reads("https://cn-north-1.console.amazonaws.cn/codesuite/codecommit/repositories/a", &address("a", "cn-north-1"));
    let arn = Address { account: "123456789012".to_owned(), ..plain };
    reads("arn:aws:codecommit:eu-west-1:123456789012:MyRepo", &arn);
}

#[test]
fn what_is_no_address_is_refused_and_not_quoted() {
    for text in [
        "",
        "MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repo/MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/Repos/MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com//v1/repos/MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com:8443/v1/repos/MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com./v1/repos/MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com.example.net/v1/repos/MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com@example.net/v1/repos/MyRepo",
        "https://xgit-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "https://example.net/git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com.cn/v1/repos/MyRepo",
        "https://git-codecommit%2eeu-west-1.amazonaws.com/v1/repos/MyRepo",
        "http://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "https://alice:hunter2@example.net/v1/repos/MyRepo",
        "ssh://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/MyRepo",
        "ssh://git-codecommit.us-east-1.amazonaws.com:22/v1/repos/MyRepo",
        "https://console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo",
        "https://console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo?region=cn-north-1",
        "https://eu-west-1.console.aws.amazon.com.example.net/codesuite/codecommit/repositories/MyRepo",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/repositories/MyRepo",
        "https://eu-west-1.signin.aws.amazon.com/codesuite/codecommit/repositories/MyRepo",
        "arn:aws:codecommit:eu-west-1:123456789012",
        "arn:aws:codecommit:eu-west-1:12345678901:MyRepo",
        "arn:aws-cn:codecommit:eu-west-1:123456789012:MyRepo",
        "arn:aws:codebuild:eu-west-1:123456789012:MyRepo",
        "arn:aws:codecommit:*:123456789012:MyRepo",
    ] {
        assert_eq!(read(text), Err(Refusal::OtherAddress), "{text}");
    }
    let refusal = Refusal::OtherAddress;
    assert_eq!(refusal.to_string(), "this is no URL or ARN of a CodeCommit repository");
    assert_eq!(
        refusal.hint().as_deref(),
        Some(
            "such are codecommit::eu-west-1://MyRepo, https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo and \
             arn:aws:codecommit:eu-west-1:123456789012:MyRepo"
        )
    );
}

#[test]
fn a_name_that_no_repository_has_is_refused_in_every_form() {
    let name = "the repository name 'a%20b' holds '%', and CodeCommit allows only letters, digits, '.', '_' and '-'";
    for text in [
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/a%20b",
        "ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/a%20b",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/a%20b/browse",
        "arn:aws:codecommit:eu-west-1:123456789012:a%20b",
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), name, "{text}");
    }
    let escape = read("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/a\u{1b}[2J").unwrap_err();
    assert_eq!(escape.to_string(), r"the URL holds '\u{1b}', which cannot be seen");
    let long = read(&format!("arn:{}", "x".repeat(2048))).unwrap_err();
    assert_eq!(long.to_string(), "the URL has 2052 bytes, and at most 2048 are taken");
    let refused = read("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/..").unwrap_err();
    assert_eq!(refused.to_string(), "'..' cannot be a repository name");
    let none = read("https://alice:hunter2@git-codecommit.eu-west-1.amazonaws.com/").unwrap_err();
    assert_eq!(none.to_string(), "the URL names no repository");
    assert_eq!(none.hint().as_deref(), Some("use https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/REPOSITORY"));
}

#[test]
fn a_repository_is_written_in_every_form() {
    let address = address("MyRepo", "eu-west-1").or(String::new(), "prod".to_owned(), "123456789012".to_owned());
    assert_eq!(
        Forms::of(&address),
        Forms {
            codecommit: "codecommit::eu-west-1://prod@MyRepo".to_owned(),
            https: "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo".to_owned(),
            ssh: "ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo".to_owned(),
            console: "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo/browse?region=eu-west-1"
                .to_owned(),
            arn: "arn:aws:codecommit:eu-west-1:123456789012:MyRepo".to_owned(),
        }
    );
}

#[test]
fn what_cannot_be_written_is_left_out() {
    let none = address("MyRepo", "");
    assert_eq!(Forms::of(&none), Forms { codecommit: "codecommit://MyRepo".to_owned(), ..Forms::default() });
    let secret = Forms::of(&address("MyRepo", "us-iso-east-1"));
    assert_eq!((secret.console.as_str(), secret.arn.as_str()), ("", ""));
    assert_eq!(secret.https, "https://git-codecommit.us-iso-east-1.c2s.ic.gov/v1/repos/MyRepo");
    assert_eq!(Forms::of(&address("MyRepo", "nowhere")).https, "");
    for account in ["", "1234", "12345678901x"] {
        let given = Address { account: account.to_owned(), ..address("MyRepo", "eu-west-1") };
        assert_eq!(Forms::of(&given).arn, "", "{account}");
    }
    // No URL holds it.
    let profile = Address { profile: " prod".to_owned(), ..address("MyRepo", "eu-west-1") };
    assert_eq!(Forms::of(&profile).codecommit, "");
}

#[test]
fn every_form_of_every_region_is_read_as_the_same_repository() {
    let profile = "me@example.com";
    for region in &regions::REGIONS {
        let given = address("a.b_c-D", region.name).or(String::new(), profile.to_owned(), "123456789012".to_owned());
        let forms = Forms::of(&given);
        for text in [&forms.codecommit, &forms.https, &forms.ssh, &forms.console, &forms.arn] {
            assert_ne!(text, "", "{}", region.name);
            let read = read(text).unwrap().or(String::new(), profile.to_owned(), "123456789012".to_owned());
            assert_eq!(read, given, "{text}");
        }
        if region.fips {
            let fips = Address { fips: true, ..given };
            assert_eq!(read(&Forms::of(&fips).https).map(|read| read.fips), Ok(true), "{}", region.name);
        }
    }
}
