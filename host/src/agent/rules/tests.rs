use super::*;
use crate::policy::Policy;

const HOST: &str = "git-codecommit.eu-west-1.amazonaws.com";

fn policy() -> Instance {
    Policy::load().unwrap().instance().unwrap()
}

/// The server that the region of a rule has.
fn host_of(remote: policy::Remote) -> Result<String, HelperError> {
    let region = remote.region.unwrap();
    let options = Options { fips: false, host: None, extra_regions: &[] };
    Ok(policy().resolve(&region, &remote.repository, options)?.host)
}

fn rules(rules: &[&str]) -> Result<Rules, RuleFault> {
    let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    Rules::read(&rules, None, &mut policy(), host_of)
}

#[track_caller]
fn fault(rule: &str) -> (String, Option<String>) {
    let fault = rules(&[rule]).unwrap_err();
    (fault.to_string(), fault.hint())
}

fn asked(path: &str) -> Https<'_> {
    Https { host: HOST, path, username: None, region: None }
}

/// Which repository a request of the user 1001 gets, or why none.
#[track_caller]
fn answer(rules: &Rules, asked: Https<'_>) -> Result<String, Denied> {
    let allowed = rules.allow(&mut policy(), asked, 1001).unwrap();
    allowed.map(|(_, endpoint)| endpoint.url)
}

#[test]
fn a_rule_names_region_profile_patterns_and_users() {
    let read = |text| rules(&[text]).unwrap().0.remove(0);
    let rule = read("uid=1001,0 codecommit::EU-west-1://prod@team-*,infra");
    assert_eq!(
        rule,
        Rule {
            text: "uid=1001,0 codecommit::EU-west-1://prod@team-*,infra".to_owned(),
            region: "eu-west-1".to_owned(),
            profile: Some("prod".to_owned()),
            host: HOST.to_owned(),
            patterns: vec![Pattern("team-*".to_owned()), Pattern("infra".to_owned())],
            uids: vec![1001, 0],
        }
    );
    let rule = read("eu-west-1://*/");
    assert_eq!((rule.profile, rule.patterns, rule.uids), (None, vec![Pattern("*".to_owned())], vec![]));
    let rule = read("codecommit::eu-west-1://a b, c@d@x*y,z");
    assert_eq!(rule.profile.as_deref(), Some("a b, c@d"));
    assert_eq!(rule.patterns, [Pattern("x*y".to_owned()), Pattern("z".to_owned())]);
}

#[test]
fn what_is_no_rule_is_refused_with_what_to_type() {
    let how = Some("write a rule as codecommit::eu-west-1://PROFILE@team-*".to_owned());
    assert_eq!(
        fault("codecommit://prod@team-*"),
        ("the rule 'codecommit://prod@team-*' names no region".to_owned(), how.clone())
    );
    let star = Some("name the region and the profile in full, in a rule each".to_owned());
    for rule in ["codecommit::eu-west-1://*@team", "codecommit::eu-*-1://prod@team", "codecommit::eu-west-1://a*,b@c"] {
        assert_eq!(fault(rule), (format!("the rule '{rule}' has a * outside of the repository"), star.clone()));
    }
    let uid = Some("write it as 'uid=1001 codecommit::eu-west-1://PROFILE@team-*'".to_owned());
    for first in ["uid=", "uid=a", "uid=1,", "uid=-1", "uid=+1", "uid=4294967296"] {
        let rule = format!("{first} codecommit::eu-west-1://team");
        assert_eq!(fault(&rule), (format!("the rule '{rule}' has before its URL what is not uid=NUMBER"), uid.clone()));
    }
    assert_eq!(
        fault("codecommit::eu-west-1://prod@"),
        (
            "the rule 'codecommit::eu-west-1://prod@' cannot be used: the URL names no repository".to_owned(),
            Some("use codecommit::eu-west-1://prod@REPOSITORY".to_owned())
        )
    );
    assert_eq!(rules(&[]).unwrap_err().to_string(), "no rule allows anything");
    // The rest is the component's to say.
    for rule in [
        "team-*",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/team-*",
        "codecommit::eu-west-1://prod@team-*.git",
        "codecommit::eu-west-1://prod@team-*/../x",
        "codecommit::eu-west-1://prod@team-%2a",
        "codecommit::eu-west-1://prod@team-*,",
        "codecommit::eu-west-1://prod@team-*,a b",
        "codecommit::eu-west-1://@team-*",
        "codecommit::no-where-1://prod@team-*",
    ] {
        let (fact, _) = fault(rule);
        assert!(fact.starts_with(&format!("the rule '{rule}' cannot be used: ")), "{fact}");
    }
    let long = format!("codecommit::eu-west-1://{}", "*".repeat(101));
    assert!(fault(&long).0.contains("cannot be used"));
}

#[test]
fn a_star_is_any_run_of_characters_and_all_else_is_itself() {
    let fits = |pattern: &str, name| Pattern(pattern.to_owned()).fits(name);
    for (pattern, name) in [
        ("team-*", "team-x"),
        ("team-*", "team-"),
        ("*", "a.b_c-D"),
        ("*-x", "team-x"),
        ("a*b*c", "abc"),
        ("a*b*c", "aXbXbXc"),
        ("a*a", "aa"),
        ("**", "x"),
        ("a*b*", "axbb"),
    ] {
        assert!(fits(pattern, name), "{pattern} {name}");
    }
    for (pattern, name) in [
        ("team-*", "Team-x"),
        ("team-*", "xteam-x"),
        ("team", "team-x"),
        ("team", "xteam"),
        ("a*a", "a"),
        ("a*b*c", "acb"),
        ("ab*ba", "aba"),
        ("a*b*b", "ab"),
        ("a.c", "abc"),
        ("a?c", "abc"),
        ("[a]", "a"),
    ] {
        assert!(!fits(pattern, name), "{pattern} {name}");
    }
}

#[test]
fn nothing_but_the_name_that_the_component_reads_comes_as_far_as_a_pattern() {
    let rules = rules(&["codecommit::eu-west-1://prod@team-*", "codecommit::eu-west-1://prod@*-x"]).unwrap();
    assert_eq!(
        answer(&rules, asked("v1/repos/team-x")).as_deref(),
        Ok("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/team-x")
    );
    for path in [
        "",
        "v1/repos/",
        "v1/repos/other",
        "v1/repos/Team-x1",
        "V1/repos/team-x",
        "/v1/repos/team-x",
        "v1/repos/team-x/",
        "v1//repos/team-x",
        "v1/repos/other/../team-x",
        "v1/repos/team-x/../other",
        "v1/repos/../repos/team-x",
        "v1/repos/team-x/info/refs",
        "v1/repos/team-x?service=git-receive-pack",
        "v1/repos/team-x#",
        "v1/repos/team-%78",
        "v1/repos/team-%2e%2e",
        "v1/repos/team-x%2fother",
        "v1/repos/team-x.git",
        "v1/repos/team-\u{445}",
        "v1/repos/team-x\u{0}",
        "v1/repos/team-x ",
        "v1/repos/team-x\r",
        "v1\\repos\\team-x",
        "v1/repos/..",
        "v1/repos/team-*",
        "team-x",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/team-x",
    ] {
        assert_eq!(answer(&rules, asked(path)), Err(Denied::Repository), "{path}");
    }
    let long = format!("v1/repos/team-{}", "x".repeat(96));
    assert_eq!(answer(&rules, asked(&long)), Err(Denied::Repository));
    assert!(answer(&rules, asked(&long[..long.len() - 1])).is_ok());
}

#[test]
fn server_region_profile_and_user_have_to_be_a_rules() {
    let all = ["uid=1001 codecommit::eu-west-1://prod@team-*", "codecommit::us-east-1://*"];
    let rules = rules(&all).unwrap();
    let team = asked("v1/repos/team-x");
    let denied = |asked| answer(&rules, asked).unwrap_err();
    for host in
        ["", "evil.example", "git-codecommit.eu-west-1.amazonaws.com:443", "GIT-codecommit.eu-west-1.amazonaws.com"]
    {
        assert_eq!(denied(Https { host, ..team }), Denied::Server, "{host}");
    }
    for region in ["us-east-1", "EU-WEST-1", "", "eu-west-1 "] {
        assert_eq!(denied(Https { region: Some(region), ..team }), Denied::Region, "{region}");
    }
    for username in ["", "Prod", "prod ", "other"] {
        assert_eq!(denied(Https { username: Some(username), ..team }), Denied::Profile, "{username}");
    }
    assert_eq!(rules.allow(&mut policy(), team, 1002).unwrap().unwrap_err(), Denied::User);
    let all_right = Https { region: Some("eu-west-1"), username: Some("prod"), ..team };
    assert!(answer(&rules, all_right).is_ok());
    // The rule without a profile is for who names none.
    let east = Https { host: "git-codecommit.us-east-1.amazonaws.com", ..team };
    assert!(answer(&rules, east).is_ok());
    assert_eq!(denied(Https { username: Some("prod"), ..east }), Denied::Profile);
}

/// Where a server is named by hand, it stands for any region: whoever asks says which it is.
#[test]
fn of_one_server_each_region_has_its_own_rules() {
    let local = |_: policy::Remote| Ok("localhost:1".to_owned());
    let texts = ["codecommit::eu-west-1://a", "codecommit::us-east-1://b"].map(str::to_owned);
    let rules = Rules::read(&texts, None, &mut policy(), local).unwrap();
    let asked = |path, region| Https { host: "localhost:1", path, username: None, region: Some(region) };
    let allowed = |asked| rules.allow(&mut policy(), asked, 0).unwrap().map(|(_, endpoint)| endpoint.region);
    assert_eq!(allowed(asked("v1/repos/a", "eu-west-1")).as_deref(), Ok("eu-west-1"));
    assert_eq!(allowed(asked("v1/repos/b", "us-east-1")).as_deref(), Ok("us-east-1"));
    assert_eq!(allowed(asked("v1/repos/b", "eu-west-1")), Err(Denied::Repository));
    assert_eq!(allowed(Https { region: None, ..asked("v1/repos/b", "") }).as_deref(), Ok("us-east-1"));
}

#[test]
fn a_file_has_a_rule_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rules");
    fs::write(&path, "# ours\n\n  codecommit::eu-west-1://a  \r\nuid=1 codecommit::eu-west-1://b\n").unwrap();
    let read = |path: &Path| Rules::read(&["eu-west-1://c".to_owned()], Some(path), &mut policy(), host_of);
    let texts: Vec<String> = read(&path).unwrap().0.into_iter().map(|rule| rule.text).collect();
    assert_eq!(texts, ["eu-west-1://c", "codecommit::eu-west-1://a", "uid=1 codecommit::eu-west-1://b"]);
    let missing = folder.path().join("missing");
    assert_eq!(
        read(&missing).unwrap_err().to_string(),
        format!("the rules in {} cannot be read: there is no such file", missing.display())
    );
    assert!(read(folder.path()).is_err());
}
