//! What is explained of URL, profile, region and endpoint where nothing is wrong.

use super::ROLE;
use crate::person::Person;

#[test]
fn a_role_of_the_profile_in_the_url_is_told_with_all_that_does_not_count() {
    let person = Person::new()
        .config(ROLE)
        .keys("user")
        .set("AWS_PROFILE", "dev")
        .set("AWS_REGION", "us-west-2")
        .keys_in_environment()
        .remote("codecommit://prod@MyRepo");
    person.is_told(
        &[],
        0,
        "\
origin  codecommit://prod@MyRepo
  repository  MyRepo     from the URL
  profile     prod       from the URL
                         AWS_PROFILE=dev ignored: the URL comes first
  region      eu-west-1  from profile 'prod' in ~/.aws/config
                         AWS_REGION=us-west-2 ignored: the profile's region comes first
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    role arn:aws:iam::123456789012:role/deploy
              from role_arn of profile 'prod'
              assumed with source_profile 'user': access key AKIAIOSFODNN7EXAMPLE
              AWS_ACCESS_KEY_ID ignored: the URL names a profile
",
    );
}

#[test]
fn the_variable_of_the_region_comes_before_the_profiles() {
    let person = Person::new()
        .config(ROLE)
        .keys("user")
        .set("AWS_DEFAULT_REGION", "us-east-1")
        .set("AWS_REGION", "us-west-2")
        .set("AWS_PROFILE", "prod");
    person.is_told(
        &["codecommit://MyRepo"],
        0,
        "\
codecommit://MyRepo
  repository  MyRepo     from the URL
  profile     prod       from AWS_PROFILE
  region      us-east-1  from AWS_DEFAULT_REGION
                         region=eu-west-1 in profile 'prod' in ~/.aws/config ignored: AWS_DEFAULT_REGION comes first
                         AWS_REGION=us-west-2 ignored: AWS_DEFAULT_REGION comes first
  endpoint    https://git-codecommit.us-east-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    role arn:aws:iam::123456789012:role/deploy
              from role_arn of profile 'prod'
              assumed with source_profile 'user': access key AKIAIOSFODNN7EXAMPLE
",
    );
}

#[test]
fn the_fips_endpoint_is_told_with_what_asks_for_it() {
    let person = Person::new().config("[profile gov]\nregion = us-gov-west-1\nuse_fips_endpoint = true\n").keys("gov");
    person.is_told(
        &["codecommit://gov@MyRepo"],
        0,
        "\
codecommit://gov@MyRepo
  repository  MyRepo         from the URL
  profile     gov            from the URL
  region      us-gov-west-1  from profile 'gov' in ~/.aws/config
  endpoint    https://git-codecommit-fips.us-gov-west-1.amazonaws.com/v1/repos/MyRepo
              from the region's FIPS endpoint, since use_fips_endpoint=true in profile 'gov' in ~/.aws/config
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'gov' in the credentials file
",
    );
}

#[test]
fn the_variable_for_fips_comes_before_the_profile() {
    let person = Person::new()
        .config("[profile gov]\nregion = us-gov-west-1\nuse_fips_endpoint = true\n")
        .keys("gov")
        .set("AWS_USE_FIPS_ENDPOINT", "false");
    person.is_told(
        &["codecommit://gov@MyRepo"],
        0,
        "\
codecommit://gov@MyRepo
  repository  MyRepo         from the URL
  profile     gov            from the URL
  region      us-gov-west-1  from profile 'gov' in ~/.aws/config
  endpoint    https://git-codecommit.us-gov-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
              use_fips_endpoint=true in profile 'gov' in ~/.aws/config ignored: AWS_USE_FIPS_ENDPOINT comes first
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'gov' in the credentials file
",
    );
}

#[test]
fn a_host_of_the_users_own_comes_before_fips() {
    let person = Person::new()
        .keys("default")
        .set("CODE_COMMIT_ENDPOINT", "vpce-1.example.com:8443")
        .set("AWS_USE_FIPS_ENDPOINT", "true");
    person.is_told(
        &["codecommit::eu-west-1://MyRepo"],
        0,
        "\
codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, as nothing names another
  region      eu-west-1  from the URL
  endpoint    https://vpce-1.example.com:8443/v1/repos/MyRepo
              from CODE_COMMIT_ENDPOINT
              AWS_USE_FIPS_ENDPOINT=true ignored: CODE_COMMIT_ENDPOINT comes first
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'default' in the credentials file
",
    );
}

#[test]
fn a_region_that_git_vouches_for_is_told() {
    let person = Person::new().keys("default").file("gitconfig", "[codecommit]\nextraRegion = eu-west-9\n");
    person.is_told(
        &["codecommit::eu-west-9://MyRepo"],
        0,
        "\
codecommit::eu-west-9://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, as nothing names another
  region      eu-west-9  from the URL
  endpoint    https://git-codecommit.eu-west-9.amazonaws.com/v1/repos/MyRepo
              from the region, which codecommit.extraRegion of Git's configuration names
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'default' in the credentials file
",
    );
}

#[test]
fn a_remote_of_another_kind_is_one_line() {
    let person = Person::new()
        .keys("user")
        .git(&["init", "--quiet"])
        .git(&["remote", "add", "a", "https://example-secret-token@example.com/a/b"])
        .git(&["remote", "add", "b", "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo"])
        .git(&["remote", "add", "c", "codecommit::eu-west-1://user@MyRepo"]);
    person.is_told(
        &[],
        0,
        "\
a  https://…@example.com/a/b is not a codecommit remote

b  https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo is not a codecommit remote
  hint: use codecommit::eu-west-1://MyRepo

c  codecommit::eu-west-1://user@MyRepo
  repository  MyRepo     from the URL
  profile     user       from the URL
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file
",
    );
}

#[test]
fn an_https_url_is_told_as_what_it_would_be() {
    let person = Person::new().keys("default");
    person.is_told(
        &["https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo"],
        0,
        "\
https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
  read as     codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     default    from the default, as nothing names another
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'default' in the credentials file
",
    );
}

#[test]
fn a_url_that_git_rewrites_is_told_with_what_rewrites_it_and_where_it_is_pushed_to() {
    let person = Person::new()
        .keys("user")
        .file("gitconfig", "[url \"codecommit::eu-west-1://user@\"]\ninsteadOf = work:\n")
        .remote("work:MyRepo")
        .git(&["remote", "set-url", "--push", "origin", "codecommit::us-east-1://user@MyRepo"]);
    person.is_told(
        &["origin"],
        0,
        "\
origin  codecommit::eu-west-1://user@MyRepo
  written     work:MyRepo
              rewritten by url.codecommit::eu-west-1://user@.insteadOf
  pushes to   codecommit::us-east-1://user@MyRepo
  repository  MyRepo     from the URL
  profile     user       from the URL
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file
",
    );
}

#[test]
fn a_submodule_without_a_profile_has_that_of_the_repository_around_it() {
    let person = Person::new()
        .keys("user")
        .remote("codecommit::eu-west-1://user@around")
        .git(&["init", "--quiet", "--bare", ".git/modules/inner"])
        .git(&["--git-dir=.git/modules/inner", "remote", "add", "inner", "codecommit::eu-west-1://MyRepo"])
        .set("GIT_DIR", ".git/modules/inner");
    person.is_told(
        &["inner"],
        0,
        "\
inner  codecommit::eu-west-1://MyRepo
  repository  MyRepo     from the URL
  profile     user       from the repository around the submodule
  region      eu-west-1  from the URL
  endpoint    https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo
              from the region
  identity    access key AKIAIOSFODNN7EXAMPLE
              from the keys of profile 'user' in the credentials file
",
    );
}
