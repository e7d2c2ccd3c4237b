//! `codecommit-peak`: how much memory a program had.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "all of this crate is tests; Clippy sees only the functions marked as such")]

use std::process::{Command, Output};

const MEBIBYTE: u64 = 1 << 20;

fn peak(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_codecommit-peak")).args(arguments).output().unwrap()
}

/// How many bytes a program had, by what is written.
fn bytes(arguments: &[&str]) -> u64 {
    let output = peak(arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().parse().unwrap()
}

#[test]
fn a_program_does_not_begin_with_what_this_one_holds() {
    let held = std::hint::black_box(vec![1_u8; 64 << 20]);
    let bytes = bytes(&["true"]);
    assert!((1..8 * MEBIBYTE).contains(&bytes), "{bytes}");
    drop(held);
}

#[test]
fn what_a_program_held_before_it_became_another_counts() {
    let bytes = bytes(&["/bin/sh", "-c", "held=$(head -c 16000000 /dev/zero | tr '\\0' x); exec true"]);
    assert!(bytes >= 16_000_000, "{bytes}");
}

#[test]
fn what_a_program_says_is_not_in_the_figure() {
    assert!(bytes(&["echo", "1"]) > 1);
}

#[test]
fn a_program_that_fails_has_no_figure() {
    let output = peak(&["/bin/sh", "-c", "exit 3"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "codecommit-peak: the program failed (exit status: 3)\n");
}
