//! A service that takes its time, and a person at a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;

use nix::pty::openpty;

use crate::user::{HELPER, KEY, SECRET, User};

const LINE: &str = "codecommit: waiting for STS";

/// A user whose role STS at this address gives.
fn user(sts: &TcpListener) -> User {
    let role = "arn:aws:iam::123456789012:role/demo";
    User::new()
        .config(&format!("[default]\nrole_arn = {role}\nsource_profile = user\n"))
        .credentials(&format!("[user]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"))
        .set("AWS_ENDPOINT_URL_STS", format!("http://{}", sts.local_addr().unwrap()))
        .set("AWS_MAX_ATTEMPTS", "1")
}

/// STS that has a request and does not answer it.
fn request(sts: &TcpListener) -> TcpStream {
    let (mut stream, _) = sts.accept().unwrap();
    assert_ne!(stream.read(&mut [0; 1024]).unwrap(), 0);
    stream
}

#[test]
fn a_person_at_a_terminal_reads_who_is_waited_for_until_the_answer_is_there() {
    let sts = TcpListener::bind("127.0.0.1:0").unwrap();
    let terminal = openpty(None, None).unwrap();
    let user = user(&sts);
    let mut command = user.command(HELPER, &["--credential", "us-east-1://demo", "get"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(terminal.slave);
    let mut helper = command.spawn().unwrap();
    // It has the terminal's other side open as long as it lives.
    drop(command);
    let mut git = helper.stdin.take().unwrap();
    git.write_all(b"protocol=https\nhost=git-codecommit.us-east-1.amazonaws.com\n\n").unwrap();
    let asked = request(&sts);

    let mut terminal = File::from(terminal.master);
    let (mut shown, mut byte) = (Vec::new(), [0]);
    while shown.len() < LINE.len() {
        terminal.read_exact(&mut byte).unwrap();
        shown.extend(byte);
    }
    assert_eq!(String::from_utf8(shown).unwrap(), LINE);
    drop(asked);

    let rest = thread::spawn(move || {
        let mut rest = Vec::new();
        // That the other side is closed is an error here.
        let _ = terminal.read_to_end(&mut rest);
        String::from_utf8(rest).unwrap()
    });
    assert_eq!(helper.wait_with_output().unwrap().status.code(), Some(1));
    let rest = rest.join().unwrap();
    let gone = format!("\r{}\r", " ".repeat(LINE.len()));
    let said = "codecommit: the role arn:aws:iam::123456789012:role/demo of profile 'default' could not be assumed: ";
    assert!(rest.starts_with(&format!("{gone}{said}STS could not be reached: ")), "{rest:?}");
}
