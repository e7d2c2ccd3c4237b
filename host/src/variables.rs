//! The environment's variables, as the program was started with them.

use std::ffi::OsString;

use crate::Error;

/// Looks variables up: in the process's environment, or in what a test gives.
#[derive(Clone, Copy)]
pub struct Variables<'a>(pub &'a dyn Fn(&str) -> Option<OsString>);

impl Variables<'_> {
    /// The value of a variable; one that is empty counts as unset.
    ///
    /// # Errors
    /// [`Error::VariableNotUtf8`] for a value that is not UTF-8.
    pub fn text(self, name: &'static str) -> Result<Option<String>, Error> {
        match self.0(name).filter(|value| !value.is_empty()).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(_)) => Err(Error::VariableNotUtf8 { name }),
        }
    }
}

/// What botocore takes for true: `utils.ensure_boolean`.
pub(crate) fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}
