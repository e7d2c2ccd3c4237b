//! What is explained where something is wrong: the cause in its place, and what to type.

use super::ROLE;
use crate::person::Person;

#[test]
fn no_repository() {
    let person = Person::new();
    person.is_refused(
        &[],
        "\
codecommit: this is no Git repository
hint: name a URL, or go to the repository
",
    );
}

#[test]
fn a_repository_without_remotes() {
    let person = Person::new().git(&["init", "--quiet"]);
    person.is_refused(
        &[],
        "\
codecommit: this repository has no remotes
hint: git remote add origin codecommit://PROFILE@REPOSITORY
",
    );
}

#[test]
fn a_remote_that_there_is_not() {
    let person = Person::new().remote("codecommit://MyRepo");
    person.is_refused(
        &["upstream"],
        "\
codecommit: there is no remote 'upstream', only origin
hint: name one of these, or a URL as codecommit://PROFILE@REPOSITORY
",
    );
}

#[test]
fn a_name_where_there_is_no_repository() {
    let person = Person::new();
    person.is_refused(
        &["origin"],
        "\
codecommit: there is no remote 'origin'
hint: name a URL, as codecommit://PROFILE@REPOSITORY
",
    );
}

#[test]
fn a_url_that_names_no_repository() {
    let person = Person::new();
    person.is_told(
        &["codecommit://prod@MyRepo.git"],
        1,
        "\
codecommit://prod@MyRepo.git
  repository  fault: the repository name 'MyRepo.git' ends in '.git', and no CodeCommit name does
              hint: use codecommit://prod@MyRepo
",
    );
}

#[test]
fn a_url_of_another_service() {
    let person = Person::new();
    person.is_told(
        &["https://example.com/a/b"],
        1,
        "\
https://example.com/a/b
  repository  fault: a URL that begins with https:// is not a codecommit URL
              hint: write codecommit://[PROFILE@]REPOSITORY or codecommit::REGION://[PROFILE@]REPOSITORY
",
    );
}

#[test]
fn a_profile_that_there_is_not() {
    let person = Person::new().config(ROLE).keys("user");
    person.is_told(
        &["codecommit://prdo@MyRepo"],
        1,
        "\
codecommit://prdo@MyRepo
  repository  MyRepo  from the URL
  profile     fault: there is no AWS profile 'prdo'
              hint: the profiles there are: prod, user
",
    );
}

#[test]
fn a_profile_with_a_password() {
    let person = Person::new().config(ROLE).keys("user");
    person.is_told(
        &["codecommit://prod:example-secret-password@MyRepo"],
        1,
        "\
codecommit://prod:…@MyRepo
  repository  MyRepo  from the URL
  profile     fault: there is no AWS profile 'prod:…'
              hint: the profiles there are: prod, user
",
    );
}

#[test]
fn a_variable_with_a_profile_that_there_is_not() {
    let person = Person::new().config(ROLE).keys("user").set("AWS_PROFILE", "gone");
    person.is_told(
        &["codecommit::eu-west-1://MyRepo"],
        1,
        "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo  from the URL
  profile     fault: there is no AWS profile 'gone', which AWS_PROFILE names
              hint: the profiles there are: prod, user
",
    );
}

#[test]
fn a_profile_without_a_region() {
    let person = Person::new().keys("user");
    person.is_told(&["codecommit://user@MyRepo"], 1, "\
codecommit://user@MyRepo
  repository  MyRepo  from the URL
  profile     user    from the URL
  region      fault: no AWS Region is given, and the profile 'user' has none
              hint: write it in the URL, codecommit::REGION://…, or set it: aws configure set region REGION --profile 'user'
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file
");
}

#[test]
fn a_region_that_is_misspelt() {
    let person = Person::new().keys("user");
    person.is_told(&["codecommit::eu-wset-1://user@MyRepo"], 1, "\
codecommit::eu-wset-1://user@MyRepo
  repository  MyRepo     from the URL
  profile     user       from the URL
  region      eu-wset-1  from the URL
  endpoint    fault: CodeCommit is not known in region 'eu-wset-1'
              hint: did you mean eu-west-1? if AWS has added eu-wset-1: git config --global --add codecommit.extraRegion eu-wset-1
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file
");
}

#[test]
fn a_region_that_is_none() {
    let person = Person::new().keys("user").set("AWS_REGION", "Ireland");
    person.is_told(
        &["codecommit://user@MyRepo"],
        1,
        "\
codecommit://user@MyRepo
  repository  MyRepo   from the URL
  profile     user     from the URL
  region      Ireland  from AWS_REGION
  endpoint    fault: CodeCommit is not known in region 'Ireland'
              hint: write a region's code, such as eu-west-1
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file
",
    );
}

#[test]
fn a_region_without_a_fips_endpoint() {
    let person = Person::new().keys("user").set("AWS_USE_FIPS_ENDPOINT", "true");
    person.is_told(&["codecommit::eu-west-1://user@MyRepo"], 1, "\
codecommit::eu-west-1://user@MyRepo
  repository  MyRepo     from the URL
  profile     user       from the URL
  region      eu-west-1  from the URL
  endpoint    fault: FIPS is asked for, and CodeCommit has no FIPS endpoint in eu-west-1
              hint: the regions with one: ca-central-1 us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file
");
}

#[test]
fn a_host_with_a_scheme() {
    let person = Person::new().keys("user").set("CODE_COMMIT_ENDPOINT", "https://example.com");
    person.is_told(
        &["codecommit::eu-west-1://user@MyRepo"],
        1,
        "\
codecommit::eu-west-1://user@MyRepo
  repository  MyRepo     from the URL
  profile     user       from the URL
  region      eu-west-1  from the URL
  endpoint    fault: CODE_COMMIT_ENDPOINT 'https://example.com' has a scheme, and only host[:port] is taken
              hint: set it to the host alone: CODE_COMMIT_ENDPOINT=example.com
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file
",
    );
}

#[test]
fn a_config_file_that_is_broken() {
    let person = Person::new().config("region = eu-west-1\n");
    person.is_told(
        &["codecommit://MyRepo"],
        1,
        "\
codecommit://MyRepo
  repository  MyRepo  from the URL
  profile     fault: HOME/.aws/config: line 1: no section header before this line
",
    );
}

#[test]
fn no_keys_at_all() {
    let person = Person::new();
    person.is_told(&["codecommit::eu-west-1://MyRepo"], 1, "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, which no file has
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    fault: no AWS keys were found for profile 'default': not in the environment, the profile or a container, and AWS_EC2_METADATA_DISABLED turns instance metadata off
              hint: type `aws configure sso` or `aws login`, or with an access key `aws configure`
");
}

#[test]
fn a_submodule_with_a_profile_that_is_not_allowed() {
    let person = Person::new()
        .keys("user")
        .remote("codecommit::eu-west-1://user@around")
        .git(&["init", "--quiet", "--bare", ".git/modules/inner"])
        .git(&["--git-dir=.git/modules/inner", "remote", "add", "inner", "codecommit::eu-west-1://user@MyRepo"])
        .set("GIT_DIR", ".git/modules/inner");
    person.is_told(
        &["inner"],
        1,
        "\
inner  codecommit::eu-west-1://user@MyRepo
  repository  MyRepo  from the URL
  profile     fault: a submodule asks for the AWS profile 'user', which is not allowed for submodules
              hint: if you trust the repository: git config --global --add codecommit.submoduleProfile user
",
    );
}

#[test]
fn one_remote_that_is_broken_beside_one_that_is_not() {
    let person = Person::new().keys("user").remote("codecommit::eu-west-1://user@MyRepo").git(&[
        "remote",
        "add",
        "other",
        "codecommit://gone@MyRepo",
    ]);
    person.is_told(
        &[],
        1,
        "\
origin  codecommit::eu-west-1://user@MyRepo
  repository  MyRepo     from the URL
  profile     user       from the URL
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file

other  codecommit://gone@MyRepo
  repository  MyRepo  from the URL
  profile     fault: there is no AWS profile 'gone'
              hint: the profiles there are: user
",
    );
}

#[test]
fn a_configuration_that_git_cannot_read() {
    let person = Person::new().remote("codecommit://MyRepo").file("gitconfig", "[codecommit\n");
    person.is_refused(
        &[],
        "\
codecommit: git says: bad config line 1 in file HOME/gitconfig
hint: `git remote` says more
",
    );
}

#[test]
fn a_repository_of_somebody_elses() {
    let person = Person::new().remote("codecommit://MyRepo").set("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    person.is_refused(
        &["origin"],
        "\
codecommit: git says: detected dubious ownership in repository at 'WORK'
hint: `git remote` says more
",
    );
}
