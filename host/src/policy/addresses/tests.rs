use super::*;

#[test]
fn the_component_reads_and_writes_as_the_guest_does() {
    let defaults = Defaults { profile: Some("prod"), account: Some("123456789012"), region: Some("us-east-1") };
    let url = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo";
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        Address::read(url, defaults).unwrap(),
        Address {
            repository: "MyRepo".to_owned(),
            region: text("eu-west-1"),
            profile: text("prod"),
            account: text("123456789012"),
            host: None,
            fips: false,
            codecommit: text("codecommit::eu-west-1://prod@MyRepo"),
            https: text(url),
            ssh: text("ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo"),
            console: text(
                "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo/browse?region=eu-west-1"
            ),
            arn: text("arn:aws:codecommit:eu-west-1:123456789012:MyRepo"),
        }
    );
    let bare = Address::read("codecommit://MyRepo", Defaults::default()).unwrap();
    assert_eq!((bare.codecommit, bare.https), (text("codecommit://MyRepo"), None));
}

#[test]
fn its_refusal_is_the_policys() {
    let Err(Error::Refused(refusal)) = Address::read("https://example.net/", Defaults::default()) else {
        panic!("it is read")
    };
    assert_eq!(refusal.cause, Cause::OtherAddress);
    assert_eq!(refusal.message, "this is no URL or ARN of a CodeCommit repository");
}

#[test]
fn an_address_that_is_not_of_the_text_is_not_used() {
    let url = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo";
    let read = Address::read(url, Defaults::default()).unwrap();
    let check = |address: &Address| checks::check_address(address, url, &[""; 3]);
    assert_eq!(check(&read), Ok(()));
    let elsewhere = Some("elsewhere".to_owned());
    for other in [
        Address { repository: "Other".to_owned(), ..read.clone() },
        Address { repository: String::new(), ..read.clone() },
        Address { region: elsewhere.clone(), ..read.clone() },
        Address { profile: elsewhere.clone(), ..read.clone() },
        Address { host: elsewhere, ..read.clone() },
    ] {
        assert_eq!(check(&other), Err("it reads of the text what is not there"), "{other:?}");
    }
    for form in ["http://x/MyRepo", "https://x/Other", "https://x/MyRepo\u{1b}[2J", "https://x/MyRepo\n"] {
        let other = Address { https: Some(form.to_owned()), ..read.clone() };
        assert_eq!(check(&other), Err("a form that it writes is not one of this repository"), "{form:?}");
    }
}
