//! What the helper itself takes in an operation of Git's, by its own account: the log that it writes when it is asked to.
//!
//! From outside only the difference to Git alone can be measured, in which a helper that takes milliseconds is lost as soon as
//! Git takes seconds. Left out is what comes before a process can look at a clock: that the system starts it.

use std::process::Command;

/// The variable that asks for the log, and its value.
const ASK: (&str, &str) = ("GIT_REMOTE_CODECOMMIT_LOG", "debug");

/// What a line of the log begins with.
const LINE: &str = "codecommit: debug ";

/// The last that the first process does before it waits for Git.
const TO_EXEC: &str = "running git remote-https";
/// The last that the second does.
const TO_CREDENTIAL: &str = "answered";

/// What the helper's processes took together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OwnTime {
    /// How many credentials were given.
    pub(super) credentials: f64,
    /// In milliseconds.
    pub(super) time: f64,
}

/// Has the helper that a command runs write its log.
pub(super) fn ask(command: &mut Command) {
    command.env(ASK.0, ASK.1);
}

/// Reads the log; none where there is none of an operation that went well.
pub(super) fn read(said: &str) -> Option<OwnTime> {
    let steps: Vec<_> = said.lines().filter_map(step).collect();
    let ends = |step: &str| steps.iter().filter(|(_, told)| *told == step).map(|(time, _)| *time).collect::<Vec<_>>();
    let (to_exec, to_credential) = (ends(TO_EXEC), ends(TO_CREDENTIAL));
    // Several credentials are what is to be seen; several first processes would be another operation.
    let ([time], false) = (to_exec.as_slice(), to_credential.is_empty()) else { return None };
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let credentials = to_credential.len() as f64;
    Some(OwnTime { credentials, time: time + to_credential.iter().sum::<f64>() })
}

/// The time of a line of the log, in milliseconds since its process began, and the rest of it.
fn step(line: &str) -> Option<(f64, &str)> {
    let (time, told) = line.strip_prefix(LINE)?.split_once(" ms: ")?;
    Some((time.trim().parse().ok()?, told))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
codecommit: debug     0.010 ms: git-remote-codecommit 0.1.0, process 100
codecommit: debug     1.200 ms: running git remote-https
Cloning into 'new'...
codecommit: debug     0.011 ms: git-remote-codecommit 0.1.0, process 102
codecommit: debug     0.900 ms: answered
codecommit: debug  1000.500 ms: git remote-https has ended: exit status: 0
";

    #[test]
    fn the_time_is_what_both_processes_took_without_waiting_for_git() {
        assert_eq!(read(LOG), Some(OwnTime { credentials: 1.0, time: 1.2 + 0.9 }));
    }

    #[test]
    fn a_second_credential_is_counted() {
        let log = format!("{LOG}codecommit: debug     0.500 ms: answered\n");
        assert_eq!(read(&log), Some(OwnTime { credentials: 2.0, time: 1.2 + (0.9 + 0.5) }));
    }

    #[test]
    fn what_is_no_whole_log_has_no_time() {
        assert_eq!(read(""), None);
        for part in ["running git", "answered"] {
            let log: Vec<_> = LOG.lines().filter(|line| !line.contains(part)).collect();
            assert_eq!(read(&log.join("\n")), None, "{part}");
        }
        assert_eq!(read(&[LOG, LOG].concat()), None);
    }
}
