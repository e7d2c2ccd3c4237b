//! The programs whose behaviour is recorded: botocore itself, and the original helper, written in Python.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::case::Case;
use crate::outcome::{Answer, Keys, Outcome, Recorded};
use crate::proof;
use crate::stage::Stage;

/// Where they are installed.
#[derive(Debug, Clone)]
pub struct Oracles {
    /// A Python that has botocore.
    pub python: PathBuf,
    /// The original.
    pub original: PathBuf,
}

/// What `botocore_answer.py` prints.
#[derive(Deserialize)]
struct Said {
    answer: Answer,
    prompts: Vec<String>,
}

impl Oracles {
    /// Runs both on a case.
    pub fn record(&self, case: &Case) -> Recorded {
        Recorded { botocore: self.botocore(case), original: self.original(case) }
    }

    fn botocore(&self, case: &Case) -> Outcome {
        let stage = Stage::new(case);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs/botocore_answer.py");
        let mut arguments = vec!["-B", script.to_str().unwrap(), case.profile().unwrap_or_default()];
        arguments.extend(case.description.mfa_code.as_deref());
        let output = stage.run(&self.python, &arguments, "");
        let stdout = String::from_utf8_lossy(&output.stdout);
        // A program of the case may have written before it.
        let said = stdout.lines().last().and_then(|line| serde_json::from_str(line).ok());
        let Said { answer, prompts } =
            said.unwrap_or_else(|| panic!("{}: {}", case.name, String::from_utf8_lossy(&output.stderr)));
        let answer = match answer {
            Answer::Keys(keys) => Answer::Keys(keys),
            Answer::Error(error) => Answer::Error(stage.normalise(&error)),
        };
        Outcome { prompts, ..stage.outcome(answer) }
    }

    fn original(&self, case: &Case) -> Outcome {
        let stage = Stage::new(case);
        // Without a terminal, the original reads the code from its standard input.
        let code = case.description.mfa_code.as_ref().map(|code| format!("{code}\n")).unwrap_or_default();
        let output = stage.run(&self.original, &["origin", &case.description.url], &code);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let answer = match stage.arguments_of_git().last() {
            Some(url) => Answer::Keys(keys(url, case, &stage)),
            // Of a traceback, the line that says something.
            None => Answer::Error(stage.normalise(stderr.trim_end().lines().last().unwrap_or_default())),
        };
        stage.outcome(answer)
    }
}

/// The keys in the URL that the original hands to Git.
fn keys(url: &str, case: &Case, stage: &Stage<'_>) -> Keys {
    let (username, rest) = url.strip_prefix("https://").and_then(|rest| rest.split_once(':')).unwrap();
    let (password, _) = rest.split_once('@').unwrap();
    // A form's pair, but for the plus sign, which the original always encodes.
    let username =
        form_urlencoded::parse(username.as_bytes()).next().map_or_else(String::new, |(name, _)| name.into_owned());
    proof::keys(&username, password, case, stage.secrets()).unwrap_or_else(|fault| panic!("{}: {fault}", case.name))
}
