//! The original, asked question after question.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::case::Case;

/// What came of a case: the URL with the credential in it, or the name of the error.
pub(crate) type Outcome = Result<String, String>;

/// Where it is asked; without it, it ends.
pub(crate) struct Questions(ChildStdin);

/// Where it answers, in the same order.
pub(crate) struct Answers(BufReader<ChildStdout>);

/// Starts it with the Python that it is installed for, in a process that goes on.
pub(crate) fn start() -> (Child, Questions, Answers) {
    let helper = std::env::var_os("CODECOMMIT_ORIGINAL")
        .map(PathBuf::from)
        .expect("CODECOMMIT_ORIGINAL is unset: it names the Python original; run cargo xtask test, which installs it");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/comparison/original.py");
    let mut process = Command::new(helper.with_file_name("python"))
        .args(["-W", "ignore"])
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python can be started");
    let questions = Questions(process.stdin.take().unwrap());
    let answers = Answers(BufReader::new(process.stdout.take().unwrap()));
    (process, questions, answers)
}

impl Questions {
    /// Asks what it does with a case at a time, which a signature begins with.
    pub(crate) fn ask(&mut self, case: &Case, time: &str) {
        let mut environment = case.environment.clone();
        environment.insert("HOME", case.folder());
        // Nobody asks the network.
        environment.insert("AWS_EC2_METADATA_DISABLED", "true".to_owned());
        environment.insert("PATH", std::env::var("PATH").unwrap());
        let question = json!({
            "name": "origin",
            "url": case.url,
            "environment": environment,
            "time": time,
            "regions": case.regions,
        });
        writeln!(self.0, "{question}").expect("the original reads");
    }
}

impl Answers {
    /// The answer to the next question.
    pub(crate) fn next(&mut self) -> Outcome {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let answer: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("the original: {error}: {line:?}"));
        match (answer["url"].as_str(), answer["error"].as_str()) {
            (Some(url), _) => Ok(url.to_owned()),
            (None, Some(error)) => Err(error.to_owned()),
            _ => panic!("the original: {line:?}"),
        }
    }
}
