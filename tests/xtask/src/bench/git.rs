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
pub(super) mod growth;
mod huge;
mod network;
mod own_time;
mod world;

use client::Client;
use own_time::OwnTime;
use world::{HUGE, LARGE, SMALL, Site, World};

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
    CloneHuge,
    /// From the last of so many remotes; with its name.
    LsRemoteAmong(&'static str, usize),
}

const KINDS: [Kind; 5] = [Kind::LsRemote, Kind::CloneSmall, Kind::FetchNothing, Kind::Push, Kind::CloneLarge];

/// What is done in a repository with many remotes.
const REMOTES: [Kind; 4] = [
    Kind::LsRemoteAmong("ls-remote, 1 remote", 1),
    Kind::LsRemoteAmong("ls-remote, 10 remotes", 10),
    Kind::LsRemoteAmong("ls-remote, 100 remotes", 100),
    Kind::LsRemoteAmong("ls-remote, 1,000 remotes", 1000),
];

/// What is done with one server.
struct Part {
    /// How many milliseconds it takes to the server and back.
    delay: u32,
    repositories: [&'static str; 2],
    kinds: &'static [Kind],
}

/// All that is done. What writes most is last, for the system is still busy with it afterwards.
const PARTS: [Part; 5] = [
    Part { delay: 0, repositories: [SMALL, LARGE], kinds: &KINDS },
    Part { delay: 20, repositories: [SMALL, LARGE], kinds: &KINDS },
    Part { delay: 100, repositories: [SMALL, LARGE], kinds: &KINDS },
    Part { delay: 0, repositories: [SMALL, LARGE], kinds: &REMOTES },
    Part { delay: 0, repositories: [SMALL, HUGE], kinds: &[Kind::CloneHuge] },
];

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::LsRemote => "ls-remote",
            Self::CloneSmall => "clone, small",
            Self::FetchNothing => "fetch, nothing new",
            Self::Push => "push",
            Self::CloneLarge => "clone, 100 MB",
            Self::CloneHuge => "clone, 1 GB",
            Self::LsRemoteAmong(name, _) => name,
        }
    }

    /// How often each does it, with a delay.
    fn runs(self, delay: u32) -> usize {
        match (self, delay) {
            (Self::LsRemote, 0 | 100) => 30,
            (Self::CloneSmall | Self::FetchNothing | Self::Push, 0) | (Self::LsRemote | Self::LsRemoteAmong(..), _) => {
                10
            }
            (Self::CloneSmall | Self::FetchNothing | Self::Push, _) => 5,
            (Self::CloneLarge, 0) => 3,
            (Self::CloneLarge | Self::CloneHuge, _) => 2,
        }
    }

    /// Whether a client does it. What only shows that the helper does not depend on a number is not asked of others.
    fn is_for(self, client: &Client) -> bool {
        let is_of_scale = matches!(self, Self::CloneHuge | Self::LsRemoteAmong(..));
        !is_of_scale || [client::OURS, client::ALONE].contains(&client.name)
    }

    /// How many bytes are cloned; none for what clones nothing.
    fn cloned(self) -> Option<usize> {
        match self {
            Self::CloneSmall => Some(world::bytes(SMALL)),
            Self::CloneLarge => Some(world::bytes(LARGE)),
            Self::CloneHuge => Some(world::bytes(HUGE)),
            _ => None,
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
    /// What of it is the helper's own, where there is one that says so: the middle of all runs.
    own: Option<OwnTime>,
}

/// One run.
struct Sample {
    time: f64,
    requests: f64,
    own: Option<OwnTime>,
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
    for Part { delay, repositories, kinds } in PARTS {
        let site = world.serve(delay, &repositories, programs)?;
        site.prepare(&clients)?;
        for &kind in kinds {
            let runs = kind.runs(delay);
            say(format_args!("==> {} at {delay} ms ({runs} runs)", kind.name()));
            let clients: Vec<_> = clients.iter().filter(|client| kind.is_for(client)).collect();
            let mut samples: Vec<_> = clients.iter().map(|_| Vec::new()).collect();
            for round in 0..runs {
                // Each is once the first, and comes after each of its neighbours: what ran before has warmed the machine up, or let
                // it rest.
                for turn in 0..clients.len() {
                    let turn = if round % 2 == 0 { turn } else { clients.len() - turn };
                    let place = (round + turn) % clients.len();
                    if !is_due(round, runs, clients[place].runs.min(runs)) {
                        continue;
                    }
                    samples[place].push(run(&site, kind, clients[place])?);
                    site.tidy()?;
                }
            }
            operations.extend(
                clients.iter().zip(samples).map(|(client, samples)| Operation::of(kind, delay, client.name, &samples)),
            );
        }
        site.stop()?;
    }
    Ok(operations)
}

/// Does it once.
fn run(site: &Site, kind: Kind, client: &Client) -> Result<Sample, Failure> {
    let mut command = site.command(kind, client)?;
    let is_ours = client.name == client::OURS;
    if is_ours {
        own_time::ask(&mut command);
    }
    if kind == Kind::CloneHuge {
        huge::settle()?;
    }
    let before = site.requests()?;
    let begun = Instant::now();
    let output = command.output();
    let time = begun.elapsed();
    let output = world::check(&command, output)?;
    let own = own_time::read(&String::from_utf8_lossy(&output.stderr));
    if is_ours && own.is_none() {
        return Err(Failure::new(format!("the helper's log of `{}` is not understood", kind.name())));
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let requests = (site.requests()? - before) as f64;
    Ok(Sample { time: time.as_secs_f64() * 1000.0, requests, own })
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
    figures.extend(growth::figures(operations));
    figures
}

impl Operation {
    /// The runs of a client.
    fn of(kind: Kind, delay: u32, client: &'static str, samples: &[Sample]) -> Self {
        let middle = |numbers: Vec<f64>| Spread::of(numbers).median;
        let own: Option<Vec<_>> = samples.iter().map(|sample| sample.own).collect();
        let own = own.map(|own| OwnTime {
            credentials: middle(own.iter().map(|own| own.credentials).collect()),
            time: middle(own.iter().map(|own| own.time).collect()),
        });
        Self {
            kind,
            delay,
            client,
            requests: middle(samples.iter().map(|sample| sample.requests).collect()),
            runs: samples.len(),
            spread: Spread::of(samples.iter().map(|sample| sample.time)),
            own,
        }
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> String {
        format!(
            "{{\"operation\": {}, \"delay_ms\": {}, \"client\": {}, \"requests\": {}, \"runs\": {}, {}, \
             \"helper_ms\": {}, \"credentials\": {}}}",
            report::string(self.kind.name()),
            self.delay,
            report::string(self.client),
            self.requests,
            self.runs,
            report::spread(&self.spread),
            report::optional(self.own.map(|own| format!("{:.4}", own.time))),
            report::optional(self.own.map(|own| own.credentials)),
        )
    }
}

/// The lines of a table.
pub(crate) fn lines(operations: &[Operation]) -> Vec<Vec<String>> {
    let headings =
        ["Git, time in ms", "delay", "client", "requests", "runs", "min", "p25", "median", "p75", "helper", ""];
    let line = |one: &Operation| {
        let Spread { min, p25, median, p75 } = one.spread;
        let mut line = vec![one.kind.name().to_owned(), one.delay.to_string(), one.client.to_owned()];
        line.extend([one.requests.to_string(), one.runs.to_string()]);
        line.extend([min, p25, median, p75].map(|time| format!("{time:.1}")));
        line.push(one.own.map(|own| format!("{:.2}", own.time)).unwrap_or_default());
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
        Operation { kind: Kind::LsRemote, delay, client, requests, runs: 3, spread, own: None }
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
        let own = Some(OwnTime { credentials: 1.0, time: 2.5 });
        let operation = Operation { own, ..operation(client::OURS, 20, 1.0, 12.34) };
        assert_eq!(
            operation.json(),
            "{\"operation\": \"ls-remote\", \"delay_ms\": 20, \"client\": \"this helper\", \"requests\": 1, \"runs\": 3, \
             \"min_ms\": 12.3400, \"p25_ms\": 12.3400, \"median_ms\": 12.3400, \"p75_ms\": 12.3400, \
             \"helper_ms\": 2.5000, \"credentials\": 1}"
        );
        assert_eq!(
            lines(&[operation])[1],
            ["ls-remote", "20", "this helper", "1", "3", "12.3", "12.3", "12.3", "12.3", "2.50", ""]
        );
    }

    #[test]
    fn the_middle_of_all_runs_counts() {
        let own = |time| Some(OwnTime { credentials: 1.0, time });
        let samples = [(30.0, 3.0), (10.0, 1.0), (20.0, 2.5)];
        let samples = samples.map(|(time, helper)| Sample { time, requests: 2.0, own: own(helper) });
        let operation = Operation::of(Kind::Push, 0, client::OURS, &samples);
        assert_eq!((operation.spread.median, operation.requests, operation.runs), (20.0, 2.0, 3));
        assert_eq!(operation.own, own(2.5));
    }

    #[test]
    fn only_the_helper_and_git_alone_are_asked_for_what_has_a_scale() {
        let clients = [Client::original(std::path::Path::new("/x/y")), Client::alone()];
        let are_for = |kind: Kind| clients.each_ref().map(|client| kind.is_for(client));
        assert_eq!(are_for(Kind::CloneLarge), [true, true]);
        assert_eq!([Kind::CloneHuge, REMOTES[0]].map(are_for), [[false, true]; 2]);
    }
}
