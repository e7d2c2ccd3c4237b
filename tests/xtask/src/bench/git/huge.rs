//! A repository of a gigabyte, made where the server has it: to push it there would write it three times.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use super::world::{self, LARGE_FILE};
use crate::failure::Failure;

/// How many files it has, in one commit, each as large as those of the large repository.
pub(super) const HUGE_FILES: u32 = 1000;

/// Fills a bare repository.
///
/// # Errors
/// Where Git cannot be run, or does not take it.
pub(super) fn fill(repository: &Path, variables: &BTreeMap<OsString, OsString>) -> Result<(), Failure> {
    let mut git = Command::new("git");
    // As one pack, in which nothing is compressed or looked at for what it has in common.
    git.args(["-c", "core.compression=0", "-c", "fastimport.unpackLimit=0", "fast-import"]);
    git.args(["--quiet", "--done", "--depth=0"]).current_dir(repository).env_clear().envs(variables);
    git.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut process = git.spawn().map_err(|error| crate::command::not_started(&git, &error))?;
    let stdin = process.stdin.take();
    let written = stdin.map_or(Ok(()), |stdin| write(BufWriter::new(stdin), HUGE_FILES, LARGE_FILE));
    // What Git says comes first: where it has ended, nothing more can be written.
    world::check(&git, process.wait_with_output())?;
    written.map_err(|error| Failure::new(format!("the large repository could not be written: {error}")))
}

/// Waits until the system has written all that it was given, with which it would be busy during the next clone.
///
/// # Errors
/// Where it cannot be asked to.
pub(super) fn settle() -> Result<(), Failure> {
    let mut sync = Command::new("sync");
    let output = sync.output();
    world::check(&sync, output).map(drop)
}

/// Writes what `git fast-import` reads.
fn write(mut to: impl Write, files: u32, length: usize) -> io::Result<()> {
    let mut bytes = world::noise(0, length);
    for number in 1..=files {
        write!(to, "blob\nmark :{number}\ndata {length}\n")?;
        to.write_all(&bytes)?;
        writeln!(to)?;
        // Another file at no cost. To Git it has nothing in common with those before, for it does not look.
        bytes.rotate_left(1);
    }
    let message = "all files";
    write!(to, "commit refs/heads/main\ncommitter A. User <user@example.com> 1700000000 +0000\n")?;
    writeln!(to, "data {}\n{message}", message.len())?;
    for number in 1..=files {
        writeln!(to, "M 100644 :{number} file-{number}")?;
    }
    writeln!(to, "done")?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_in_the_commit_and_another() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str], input: &[u8]| {
            let mut git = Command::new("git");
            git.args(arguments).current_dir(folder.path()).env("GIT_CONFIG_GLOBAL", "/dev/null");
            let mut process = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            process.stdin.take().unwrap().write_all(input).unwrap();
            let output = process.wait_with_output().unwrap();
            assert!(output.status.success());
            String::from_utf8(output.stdout).unwrap()
        };
        git(&["init", "--quiet", "--bare", "."], b"");
        let mut input = Vec::new();
        write(&mut input, 5, 1000).unwrap();
        git(&["fast-import", "--quiet", "--done", "--depth=0"], &input);
        let listed = git(&["ls-tree", "--long", "main"], b"");
        let files: Vec<Vec<_>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            files.iter().map(|file| file[4]).collect::<Vec<_>>(),
            ["file-1", "file-2", "file-3", "file-4", "file-5"]
        );
        assert!(files.iter().all(|file| file[3] == "1000"));
        let objects: std::collections::BTreeSet<_> = files.iter().map(|file| file[2]).collect();
        assert_eq!(objects.len(), 5);
    }
}
