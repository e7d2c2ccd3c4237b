//! Git itself with the helper, beside Git with the original and Git alone, against codecommit-local.

use std::time::Instant;

use super::figure::{Figure, Unit};
use super::measure::is_due;
use super::programs::Programs;
use super::report;
use super::statistics::Spread;
use crate::command::say;
use crate::failure::Failure;
use crate::original;

mod client;
mod network;
mod world;

use client::Client;
use world::World;

/// How many milliseconds it takes to the server and back.
const DELAYS: [u32; 3] = [0, 20, 100];

/// How many times as long as the original's `ls-remote` ours may take, with a server that is near.
const OF_ORIGINAL: f64 = 0.45;
/// How many times as long as that of Git alone it may take, with a server that is far away.
const OF_ALONE: f64 = 1.03;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    LsRemote,
    CloneSmall,
    FetchNothing,
    Push,
    CloneLarge,
}

const KINDS: [Kind; 5] = [Kind::LsRemote, Kind::CloneSmall, Kind::FetchNothing, Kind::Push, Kind::CloneLarge];

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::LsRemote => "ls-remote",
            Self::CloneSmall => "clone, small",
            Self::FetchNothing => "fetch, nothing new",
            Self::Push => "push",
            Self::CloneLarge => "clone, 100 MB",
        }
    }

    /// How often each does it, with each of [`DELAYS`].
    fn runs(self) -> [usize; 3] {
        match self {
            Self::LsRemote => [30, 10, 15],
            Self::CloneSmall | Self::FetchNothing | Self::Push => [10, 5, 5],
            Self::CloneLarge => [3, 2, 2],
        }
    }
}

/// What one of Git's operations took.
pub(crate) struct Operation {
    kind: Kind,
    /// In milliseconds, there and back.
    delay: u32,
    client: &'static str,
    /// The requests of one run that the server answered, the middle of all runs.
    requests: f64,
    runs: usize,
    /// In milliseconds.
    spread: Spread,
}

/// Measures all operations with all clients, which take turns.
///
/// # Errors
/// Where one fails.
pub(super) fn measure(programs: &Programs) -> Result<Vec<Operation>, Failure> {
    let mut clients = vec![Client::ours(programs)];
    if let Some(original) = original::installed()? {
        clients.push(Client::original(&original));
    }
    if let Some(aws) = original::installed_aws_cli()? {
        clients.push(Client::aws_cli(&aws));
    }
    clients.push(Client::alone());
    let world = World::new()?;
    let mut operations = Vec::new();
    for (index, delay) in DELAYS.into_iter().enumerate() {
        let site = world.serve(delay, programs)?;
        site.prepare(&clients)?;
        for kind in KINDS {
            let runs = kind.runs()[index];
            say(format_args!("==> {} at {delay} ms ({runs} runs)", kind.name()));
            let mut samples = vec![Vec::new(); clients.len()];
            for round in 0..runs {
                // Each is once the first, as the programs are.
                for turn in 0..clients.len() {
                    let place = (round + turn) % clients.len();
                    let client = &clients[place];
                    if !is_due(round, runs, client.runs.min(runs)) {
                        continue;
                    }
                    let mut command = site.command(kind, client)?;
                    let before = site.requests()?;
                    let begun = Instant::now();
                    let output = command.output();
                    let time = begun.elapsed();
                    world::check(&command, output)?;
                    samples[place].push((time, site.requests()? - before));
                    site.tidy()?;
                }
            }
            operations.extend(clients.iter().zip(samples).map(|(client, samples)| {
                let times = samples.iter().map(|(time, _)| time.as_secs_f64() * 1000.0);
                #[expect(clippy::cast_precision_loss, reason = "a handful")]
                let requests = samples.iter().map(|(_, requests)| *requests as f64);
                let requests = Spread::of(requests).median;
                let (client, runs) = (client.name, samples.len());
                Operation { kind, delay, client, requests, runs, spread: Spread::of(times) }
            }));
        }
        site.stop()?;
    }
    Ok(operations)
}

/// What the operations come to beside their limits.
pub(super) fn figures(operations: &[Operation]) -> Vec<Figure> {
    let find = |delay, client| {
        operations.iter().find(|one| one.kind == Kind::LsRemote && one.delay == delay && one.client == client)
    };
    let mut figures = Vec::new();
    if let (Some(ours), Some(original)) = (find(0, client::OURS), find(0, client::ORIGINAL)) {
        let factor = ours.spread.median / original.spread.median;
        figures.push(Figure::new("ls-remote at 0 ms, in times of the original", factor, Unit::Times).most(OF_ORIGINAL));
    }
    if let (Some(ours), Some(original)) = (find(100, client::OURS), find(100, client::ORIGINAL)) {
        let fewer = original.requests - ours.requests;
        figures.push(Figure::new("ls-remote, requests fewer than the original", fewer, Unit::Count).least(1.0));
    }
    if let (Some(ours), Some(alone)) = (find(100, client::OURS), find(100, client::ALONE)) {
        let factor = ours.spread.median / alone.spread.median;
        figures.push(Figure::new("ls-remote at 100 ms, in times of Git alone", factor, Unit::Times).most(OF_ALONE));
    }
    figures
}

impl Operation {
    /// The same for programs.
    pub(crate) fn json(&self) -> String {
        format!(
            "{{\"operation\": {}, \"delay_ms\": {}, \"client\": {}, \"requests\": {}, \"runs\": {}, {}}}",
            report::string(self.kind.name()),
            self.delay,
            report::string(self.client),
            self.requests,
            self.runs,
            report::spread(&self.spread),
        )
    }
}

/// The lines of a table.
pub(crate) fn lines(operations: &[Operation]) -> Vec<Vec<String>> {
    let headings = ["Git, time in ms", "delay", "client", "requests", "runs", "min", "p25", "median", "p75", ""];
    let line = |one: &Operation| {
        let Spread { min, p25, median, p75 } = one.spread;
        let mut line = vec![one.kind.name().to_owned(), one.delay.to_string(), one.client.to_owned()];
        line.extend([one.requests.to_string(), one.runs.to_string()]);
        line.extend([min, p25, median, p75].map(|time| format!("{time:.1}")));
        line.push(String::new());
        line
    };
    std::iter::once(headings.map(str::to_owned).to_vec()).chain(operations.iter().map(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(client: &'static str, delay: u32, requests: f64, median: f64) -> Operation {
        let spread = Spread { min: median, p25: median, median, p75: median };
        Operation { kind: Kind::LsRemote, delay, client, requests, runs: 3, spread }
    }

    #[test]
    fn ours_is_compared_with_the_original_and_with_git_alone() {
        let operations = [
            operation(client::OURS, 0, 1.0, 45.0),
            operation(client::ORIGINAL, 0, 2.0, 100.0),
            operation(client::OURS, 100, 1.0, 104.0),
            operation(client::ORIGINAL, 100, 2.0, 300.0),
            operation(client::ALONE, 100, 1.0, 100.0),
        ];
        let verdicts: Vec<_> = figures(&operations).iter().map(Figure::is_within).collect();
        assert_eq!(verdicts, [Some(true), Some(true), Some(false)]);
    }

    #[test]
    fn without_the_original_there_is_only_git_alone() {
        let operations = [operation(client::OURS, 100, 1.0, 103.0), operation(client::ALONE, 100, 1.0, 100.0)];
        let verdicts: Vec<_> = figures(&operations).iter().map(Figure::is_within).collect();
        assert_eq!(verdicts, [Some(true)]);
    }

    #[test]
    fn an_operation_is_a_line_and_an_object() {
        let operation = operation(client::OURS, 20, 1.0, 12.34);
        assert_eq!(
            operation.json(),
            "{\"operation\": \"ls-remote\", \"delay_ms\": 20, \"client\": \"this helper\", \"requests\": 1, \"runs\": 3, \
             \"min_ms\": 12.3400, \"p25_ms\": 12.3400, \"median_ms\": 12.3400, \"p75_ms\": 12.3400}"
        );
        assert_eq!(
            lines(&[operation])[1],
            ["ls-remote", "20", "this helper", "1", "3", "12.3", "12.3", "12.3", "12.3", ""]
        );
    }
}
