//! The comparison.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::{env, fs, thread};

use git_remote_codecommit::policy::Policy;

use crate::case::Case;
use crate::chance::Chance;
use crate::differences::{self, DIFFERENCES};
use crate::homes::Home;
use crate::original::{self, Answers, Outcome, Questions};
use crate::{ours, regions};

/// How many cases there are, unless [`NUMBER`] says otherwise.
const CASES: usize = 100_000;

/// The variable with another number of cases.
const NUMBER: &str = "CODECOMMIT_COMPARISONS";

/// Set for the process that compares, to the folder that it may use.
const FOLDER: &str = "CODECOMMIT_COMPARISON_FOLDER";

/// As many parts are run at once, on any machine, so that the cases are the same on all.
const PARTS: usize = 4;

/// From which everything else is made, in each part.
const SEED: u64 = 0x5eed_0001;

/// Users of a part.
const HOMES: usize = 100;

/// With so many cases each difference is there. Fewer are for trying something out.
const ENOUGH: usize = 20_000;

/// More unexplained differences of a part than this are counted, and not shown.
const SHOWN: usize = 3;

/// The helper asks Git for its configuration, which has to be one without the user's: the comparison is another process.
pub(crate) fn main() -> ExitCode {
    if let Some(folder) = env::var_os(FOLDER) {
        return compare(folder.as_ref());
    }
    let names = DIFFERENCES.each_ref().map(|difference| difference.name);
    assert_eq!(differences::documented(), names, "the rows of DIFFERENCES.md");
    let folder = tempfile::tempdir().unwrap();
    let configuration = folder.path().join("gitconfig");
    let regions = regions::VOUCHED.map(|region| format!("\textraRegion = {region}\n")).concat();
    fs::write(&configuration, format!("[codecommit]\n{regions}")).unwrap();
    let status = Command::new(env::current_exe().unwrap())
        .current_dir(folder.path())
        .env(FOLDER, folder.path())
        .env("GIT_CONFIG_GLOBAL", configuration)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap())
        .status()
        .unwrap();
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A case that has been asked about.
struct Asked {
    case: Case,
    /// The differences that make another case of it, which has been asked about as well.
    translated_by: Vec<usize>,
    ours: Outcome,
}

fn compare(folder: &Path) -> ExitCode {
    let number = env::var(NUMBER).map_or(CASES, |text| text.parse().unwrap_or_else(|_| panic!("{NUMBER}={text}")));
    let report = thread::scope(|scope| {
        let part = |part| scope.spawn(move || compare_part(part, number / PARTS, folder));
        let parts: Vec<_> = (0..PARTS).map(part).collect();
        parts.into_iter().fold(Report::default(), |sum, part| sum.plus(&part.join().unwrap()))
    });
    report.tell(number)
}

/// Compares a part of the cases: one thread makes them, and another hears the answers.
fn compare_part(part: usize, number: usize, folder: &Path) -> Report {
    let (mut process, questions, mut answers) = original::start();
    let (sender, receiver) = sync_channel(1000);
    let report = thread::scope(|scope| {
        let chance = Chance::new(SEED + u64::try_from(part).unwrap());
        let folder = folder.join(format!("part-{part}"));
        scope.spawn(move || ask_all(number, chance, &folder, questions, &sender));
        Report::of(&receiver, &mut answers)
    });
    let status = process.wait().unwrap();
    assert!(status.success(), "the original: {status}");
    report
}

/// Makes the cases, gives each to this helper, and asks the original.
fn ask_all(number: usize, mut chance: Chance, folder: &Path, mut questions: Questions, asked: &SyncSender<Asked>) {
    let homes: Vec<_> =
        (0..HOMES).map(|index| Arc::new(Home::new(&mut chance, &folder.join(format!("home-{index}"))))).collect();
    let policy = Policy::load().unwrap();
    for _ in 0..number {
        let case = Case::new(&mut chance, &homes);
        let (ours, time) = ours::outcome(&policy, &case);
        let time = time.as_deref().unwrap_or("20260101T000000Z");
        questions.ask(&case, time);
        let (translated_by, other) = differences::translated(&case);
        if !translated_by.is_empty() {
            questions.ask(&other, time);
        }
        if asked.send(Asked { case, translated_by, ours }).is_err() {
            return;
        }
    }
}

/// What came of all cases.
#[derive(Default)]
struct Report {
    same_url: usize,
    both_refuse: usize,
    /// Of each difference, how many cases show it and no other.
    different: [usize; DIFFERENCES.len()],
    /// Those that show several at once.
    several: usize,
    unexplained: usize,
    shown: String,
}

impl Report {
    fn of(asked: &Receiver<Asked>, answers: &mut Answers) -> Self {
        let mut report = Self::default();
        for Asked { case, translated_by, ours } in asked {
            let originals = answers.next();
            let expected = if translated_by.is_empty() { originals.clone() } else { answers.next() };
            report.add(&case, &translated_by, &originals, &expected, &ours);
        }
        report
    }

    /// Compares this helper with what the original does with the case as the differences translate it.
    fn add(&mut self, case: &Case, by: &[usize], originals: &Outcome, expected: &Outcome, ours: &Outcome) {
        if is_same(expected, ours) {
            match (is_same(originals, ours), ours, by) {
                (true, Ok(_), _) => self.same_url += 1,
                (true, Err(_), _) => self.both_refuse += 1,
                (false, _, [one]) => self.different[*one] += 1,
                (false, ..) => self.several += 1,
            }
        } else if let Some(difference) = differences::refused(case, ours) {
            // What makes another case of it counts where that changes what the original does.
            if is_same(originals, expected) {
                self.different[difference] += 1;
            } else {
                self.several += 1;
            }
        } else {
            self.unexplained += 1;
            if self.unexplained <= SHOWN {
                let by: Vec<_> = by.iter().map(|index| DIFFERENCES[*index].name).collect();
                let _ = writeln!(
                    self.shown,
                    "\n{}\noriginal   {originals:?}\ntranslated {expected:?} by {by:?}\nours       {ours:?}",
                    case.describe()
                );
            }
        }
    }

    fn plus(mut self, other: &Self) -> Self {
        self.same_url += other.same_url;
        self.both_refuse += other.both_refuse;
        self.different.iter_mut().zip(other.different).for_each(|(sum, count)| *sum += count);
        self.several += other.several;
        self.unexplained += other.unexplained;
        self.shown += &other.shown;
        self
    }

    fn tell(&self, number: usize) -> ExitCode {
        let mut text = format!("{number} cases\n{:>7} the same URL and credential from both\n", self.same_url);
        let _ = writeln!(text, "{:>7} refused by both", self.both_refuse);
        let mut is_complete = true;
        for (difference, count) in DIFFERENCES.iter().zip(self.different) {
            let _ = writeln!(text, "{count:>7} {}", difference.name);
            is_complete &= count > 0;
        }
        let _ = writeln!(text, "{:>7} several differences at once", self.several);
        let _ = writeln!(text, "{:>7} that no difference explains{}", self.unexplained, self.shown);
        if !is_complete && number >= ENOUGH {
            text += "a difference is in no case: it is none any more, or no case is made for it\n";
        }
        let _ = io::stdout().write_all(text.as_bytes());
        let is_good = self.unexplained == 0 && (is_complete || number < ENOUGH);
        if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Whether both give the same URL, or both refuse.
fn is_same(one: &Outcome, other: &Outcome) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => one == other,
        (one, other) => one.is_err() && other.is_err(),
    }
}
