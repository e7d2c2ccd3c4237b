//! The account that a profile is for, as far as the profile itself says: for telling the user where was looked.

use super::config_files::Profile;

/// The account of a profile's role, of its role in IAM Identity Center, of its console sign-in, or that of its keys.
pub fn of_profile(profile: Profile<'_>) -> Option<String> {
    let of_arn = |name| profile.text(name).and_then(|arn| arn.split(':').nth(4));
    let account = of_arn("role_arn")
        .or_else(|| profile.text("sso_account_id"))
        .or_else(|| of_arn("login_session"))
        .or_else(|| profile.text("aws_account_id"))?;
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then(|| account.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::config_files::{ConfigFiles, Locations, home_folder};
    use crate::fixture::User;

    #[track_caller]
    fn is(profile: &str, expected: Option<&str>) {
        let user = User::new().config(format!("[default]\n{profile}\n"));
        let files = user.with(|variables| {
            ConfigFiles::read(&Locations::find(variables.0, home_folder(variables.0).as_deref())).unwrap()
        });
        assert_eq!(of_profile(files.profile("default").unwrap()).as_deref(), expected, "{profile}");
    }

    #[test]
    fn the_account_is_that_of_the_role_before_others() {
        is("role_arn = arn:aws:iam::123456789012:role/deploy\naws_account_id = 111111111111", Some("123456789012"));
        is("sso_account_id = 123456789012\nsso_role_name = r", Some("123456789012"));
        is("login_session = arn:aws:iam::123456789012:user/alice", Some("123456789012"));
        is("aws_account_id = 123456789012", Some("123456789012"));
    }

    #[test]
    fn what_is_no_account_is_not_told() {
        for profile in
            ["", "region = us-east-1", "role_arn = deploy", "sso_account_id = 12\x1b[31m", "aws_account_id = 12345"]
        {
            is(profile, None);
        }
    }
}
