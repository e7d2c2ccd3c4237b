//! What is shown to a user.

use codecommit_policy::Refusal;
use codecommit_policy::printable::is_unprintable;

/// More characters than this has no sentence: a value in it is cut, at 240 characters in the host, and each of those can be
/// written as `\u{e0001}`.
const LONGEST: usize = 4000;

/// Checks that a sentence is one line, that nothing in it acts on a terminal, and that it is not long.
#[track_caller]
pub(crate) fn is_fit_to_be_shown(sentence: &str) {
    assert!(!sentence.is_empty(), "nothing is said");
    assert!(!sentence.chars().any(is_unprintable), "a terminal acts on {sentence:?}");
    assert!(sentence.chars().count() <= LONGEST, "{} characters: {sentence}", sentence.chars().count());
}

/// Checks both sentences of a refusal.
#[track_caller]
pub(crate) fn refusal_is_fit_to_be_shown(refusal: &Refusal) {
    is_fit_to_be_shown(&refusal.to_string());
    if let Some(hint) = refusal.hint() {
        is_fit_to_be_shown(&hint);
    }
}

/// What a hint says to type, unless it is cut.
pub(crate) fn suggestion<'a>(hint: &'a str, before: &str, after: &[&str]) -> Option<&'a str> {
    let rest = hint.strip_prefix(before).filter(|rest| !rest.contains('…'))?;
    Some(after.iter().find_map(|after| rest.strip_suffix(after)).unwrap_or(rest))
}
