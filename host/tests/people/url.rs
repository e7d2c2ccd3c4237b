//! `git codecommit url`: each form of a repository to each other one.

use crate::person::Person;

const FORMS: [&str; 5] = ["codecommit", "https", "ssh", "console", "arn"];

/// Repositories of three partitions, as [`FORMS`] are.
const REPOSITORIES: [[&str; 5]; 3] = [
    [
        "codecommit::eu-west-1://MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo/browse?region=eu-west-1",
        "arn:aws:codecommit:eu-west-1:123456789012:MyRepo",
    ],
    [
        "codecommit::us-gov-west-1://MyRepo",
        "https://git-codecommit.us-gov-west-1.amazonaws.com/v1/repos/MyRepo",
        "ssh://git-codecommit.us-gov-west-1.amazonaws.com/v1/repos/MyRepo",
        "https://us-gov-west-1.console.amazonaws-us-gov.com/codesuite/codecommit/repositories/MyRepo/browse?region=us-gov-west-1",
        "arn:aws-us-gov:codecommit:us-gov-west-1:123456789012:MyRepo",
    ],
    [
        "codecommit::cn-north-1://MyRepo",
        "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/MyRepo",
        "ssh://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/MyRepo",
        "https://cn-north-1.console.amazonaws.cn/codesuite/codecommit/repositories/MyRepo/browse?region=cn-north-1",
        "arn:aws-cn:codecommit:cn-north-1:123456789012:MyRepo",
    ],
];

const OTHER: &str = "codecommit: this is no URL or ARN of a CodeCommit repository\n\
                     hint: such are codecommit::eu-west-1://MyRepo, https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo \
                     and arn:aws:codecommit:eu-west-1:123456789012:MyRepo\n";

/// Fails where a text with options is not printed so, without a word on standard error.
#[track_caller]
fn is(text: &str, options: &[&str], printed: &str) {
    Person::new().ends(&[&["url", text], options].concat(), 0, printed, "");
}

/// Fails where a text with options is not refused with this status and these words.
#[track_caller]
fn is_refused(text: &str, options: &[&str], status: i32, said: &str) {
    Person::new().ends(&[&["url", text], options].concat(), status, "", said);
}

#[test]
fn each_form_is_written_as_each_other_in_each_partition() {
    for repository in REPOSITORIES {
        for text in repository {
            for (form, written) in FORMS.iter().zip(repository) {
                is(text, &["--to", form, "--account", "123456789012"], &format!("{written}\n"));
            }
        }
    }
}

#[test]
fn without_a_form_all_are_printed() {
    let [codecommit, https, ssh, console, arn] = REPOSITORIES[0];
    let rest = format!("https       {https}\nssh         {ssh}\nconsole     {console}\n");
    is(arn, &[], &format!("codecommit  {codecommit}\n{rest}arn         {arn}\n"));
    is(
        https,
        &["--profile", "prod"],
        &format!(
            "codecommit  codecommit::eu-west-1://prod@MyRepo\n{rest}arn         - (an account is missing: add --account ACCOUNT)\n"
        ),
    );
}

#[test]
fn an_account_that_is_missing_can_be_added() {
    let url = "codecommit::eu-west-1://prod@MyRepo";
    is_refused(
        url,
        &["--to", "arn"],
        1,
        "codecommit: the repository cannot be written as arn: an account is missing\nhint: add --account ACCOUNT\n",
    );
    is(url, &["--to", "arn", "--account", "123456789012"], "arn:aws:codecommit:eu-west-1:123456789012:MyRepo\n");
    for none in ["12", "1234567890123", "12345678901x", "１２３４５６７８９０１２"] {
        let said = format!(
            "codecommit: --account cannot be '{none}', only twelve digits\nhint: aws sts get-caller-identity\n"
        );
        is_refused(url, &["--account", none], 2, &said);
    }
}

#[test]
fn a_region_that_is_missing_is_the_options_or_that_which_the_helper_would_take() {
    let https = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo\n";
    is("codecommit://MyRepo", &["--to", "https", "--region", "eu-west-1"], https);
    is("codecommit://MyRepo", &["--to", "https", "--region", "EU-West-1"], https);
    is("codecommit://MyRepo", &["--to", "codecommit", "--region", "eu-west-1"], "codecommit::eu-west-1://MyRepo\n");
    let person = Person::new().config("[profile prod]\nregion = eu-west-1\n[profile bare]\n");
    for arguments in [&["codecommit://prod@MyRepo"][..], &["codecommit://MyRepo", "--profile", "prod"]] {
        person.ends(&[&["url", "--to", "https"], arguments].concat(), 0, https, "");
    }
    // A codecommit URL needs none, so it is given none.
    person.ends(&["url", "codecommit://prod@MyRepo", "--to", "codecommit"], 0, "codecommit://prod@MyRepo\n", "");
    person.ends(
        &["url", "codecommit://bare@MyRepo", "--to", "https"],
        1,
        "",
        "codecommit: no AWS Region is given, and the profile 'bare' has none\n\
         hint: write it in the URL, codecommit::REGION://…, or set it: aws configure set region REGION --profile 'bare'\n",
    );
    is(
        "codecommit://MyRepo",
        &[],
        "codecommit  codecommit://MyRepo
https       - (a region is missing: add --region REGION)
ssh         - (a region is missing: add --region REGION)
console     - (a region is missing: add --region REGION)
arn         - (a region is missing: add --region REGION)
",
    );
}

/// A region that this version does not know can be a new one; a text that no region can be called is not.
#[test]
fn a_region_that_is_not_known_is_written_and_one_that_cannot_be_is_not() {
    is(
        "codecommit::eu-north-9://MyRepo",
        &["--to", "https"],
        "https://git-codecommit.eu-north-9.amazonaws.com/v1/repos/MyRepo\n",
    );
    let said = |form: &str| {
        format!(
            "codecommit: the repository cannot be written as {form}: there is no such region\nhint: git codecommit regions\n"
        )
    };
    for form in &FORMS[1..] {
        let options = ["--to", form, "--region", "atlantis", "--account", "123456789012"];
        is_refused("codecommit://MyRepo", &options, 1, &said(form));
    }
    is("codecommit://MyRepo", &["--to", "codecommit", "--region", "atlantis"], "codecommit::atlantis://MyRepo\n");
}

#[test]
fn a_profile_is_part_of_a_codecommit_url_alone() {
    let https = REPOSITORIES[0][1];
    is(https, &["--to", "codecommit", "--profile", "prod"], "codecommit::eu-west-1://prod@MyRepo\n");
    is(https, &["--to", "https", "--profile", "prod"], &format!("{https}\n"));
    is("codecommit::eu-west-1://prod@MyRepo", &["--to", "https"], &format!("{https}\n"));
    is_refused(
        https,
        &["--to", "codecommit", "--profile", "a/b"],
        1,
        "codecommit: the repository cannot be written as codecommit: no URL can hold this profile\n",
    );
}

#[test]
fn an_option_may_say_the_same_as_the_text_and_nothing_else() {
    let url = "codecommit::eu-west-1://prod@MyRepo";
    is(url, &["--to", "codecommit", "--profile", "prod", "--region", "eu-west-1"], &format!("{url}\n"));
    let said = |form: &str, name: &str, of_text: &str, of_option: &str| {
        format!(
            "codecommit: the {form} has {name} '{of_text}', and --{name} is '{of_option}'\nhint: leave --{name} out\n"
        )
    };
    is_refused(url, &["--profile", "dev"], 2, &said("URL", "profile", "prod", "dev"));
    is_refused(url, &["--region", "us-east-1"], 2, &said("URL", "region", "eu-west-1", "us-east-1"));
    let [_, https, ssh, console, arn] = REPOSITORIES[0];
    for text in [https, ssh, console] {
        is_refused(text, &["--region", "us-east-1"], 2, &said("URL", "region", "eu-west-1", "us-east-1"));
    }
    is_refused(arn, &["--region", "us-east-1"], 2, &said("ARN", "region", "eu-west-1", "us-east-1"));
    is_refused(arn, &["--account", "210987654321"], 2, &said("ARN", "account", "123456789012", "210987654321"));
    is(arn, &["--account", "123456789012", "--to", "arn"], &format!("{arn}\n"));
}

/// Of the forms, HTTPS alone can name them.
#[test]
fn fips_and_vpc_endpoints_stay_what_they_are_over_https() {
    for https in [
        "https://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/MyRepo",
        "https://vpce-0a1b-2c3d.git-codecommit.us-east-1.vpce.amazonaws.com/v1/repos/MyRepo",
    ] {
        is(https, &["--to", "https"], &format!("{https}\n"));
        is(https, &["--to", "codecommit"], "codecommit::us-east-1://MyRepo\n");
        is(https, &["--to", "ssh"], "ssh://git-codecommit.us-east-1.amazonaws.com/v1/repos/MyRepo\n");
    }
    let gov = "https://git-codecommit-fips.us-gov-west-1.amazonaws.com/v1/repos/MyRepo";
    is(gov, &["--to", "https"], &format!("{gov}\n"));
}

#[test]
fn the_port_of_https_is_left_out_and_another_is_no_address() {
    let written = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo\n";
    is("https://git-codecommit.eu-west-1.amazonaws.com:443/v1/repos/MyRepo", &["--to", "https"], written);
    for other in [
        "https://git-codecommit.eu-west-1.amazonaws.com:8443/v1/repos/MyRepo",
        "ssh://git-codecommit.eu-west-1.amazonaws.com:22/v1/repos/MyRepo",
    ] {
        is_refused(other, &[], 1, OTHER);
    }
}

#[test]
fn what_is_no_address_of_a_repository_is_refused() {
    for other in [
        "https://github.com/example/MyRepo",
        "https://git-codecommit.eu-west-1.amazonaws.com.example.net/v1/repos/MyRepo",
        "ssh://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/MyRepo",
        "arn:aws:s3:::MyRepo",
        "arn:aws-cn:codecommit:eu-west-1:123456789012:MyRepo",
        "MyRepo",
        "",
    ] {
        is_refused(other, &[], 1, OTHER);
    }
    is_refused(
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/My Repo",
        &[],
        1,
        "codecommit: the repository name 'My Repo' holds ' ', and CodeCommit allows only letters, digits, '.', '_' and '-'\n",
    );
}
