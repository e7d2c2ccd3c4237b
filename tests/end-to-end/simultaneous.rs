//! Many Gits at once, all of which need one role that nobody has assumed yet.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::thread;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use serde_json::{Value, json};

use crate::command::finish;
use crate::gits::for_each_git;
use crate::services::{Services, assume_role};
use crate::world::World;

const CLONES: usize = 32;
const URL: &str = "codecommit::us-east-1://role@demo";
const CONFIG: &str = "\
[profile role]
role_arn = arn:aws:iam::123456789012:role/deploy
role_session_name = alice
mfa_serial = arn:aws:iam::123456789012:mfa/alice
source_profile = base

[profile base]
credential_process = sh \"@home@/base\"
";
/// Where the role's cache file lies, as botocore names it.
const KEY: (&str, &str) = (
    "role_key",
    r#"sha1 {"RoleArn": "arn:aws:iam::123456789012:role/deploy", "RoleSessionName": "alice", "SerialNumber": "arn:aws:iam::123456789012:mfa/alice"}"#,
);

/// Gives the keys of the role's source, once as many processes have asked for them as there are clones. Each of them has found no
/// role in the cache by then, whatever the machine does meanwhile, and none has asked for the code.
const BASE: &str = r#"printf x >>"@home@/runs"
printf x >"@home@/arrived"
read -r go <"@home@/go"
printf '{"Version": 1, "AccessKeyId": "AKIAEXAMPLEUSER", "SecretAccessKey": "example-secret-of-user"}'
"#;

/// A pipe that is open for both sides, so that nobody waits for somebody who opens the other.
fn pipe(path: &Path) -> File {
    mkfifo(path, Mode::S_IRWXU).unwrap();
    OpenOptions::new().read(true).write(true).open(path).unwrap()
}

/// Lets the sources go on when all are there. The pipes are to be kept for as long as one may come.
fn meet(world: &World) -> [File; 2] {
    let mut arrived = pipe(&world.path("home/arrived"));
    let mut go = pipe(&world.path("home/go"));
    let kept = [&arrived, &go].map(|pipe| pipe.try_clone().unwrap());
    // Not waited for: where one does not arrive, its clone has failed, and the others are ended.
    thread::spawn(move || {
        arrived.read_exact(&mut [0; CLONES]).unwrap();
        // More than enough: one process too many is to be counted, and not to wait.
        go.write_all(&[b'\n'; 4096]).unwrap();
    });
    kept
}

/// The files of the role cache, sorted.
fn cached(world: &World) -> Vec<String> {
    let entries = fs::read_dir(world.path("home/.aws/cli/cache")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn of_32_clones_over_one_mfa_role_that_is_not_cached_one_prompts_and_one_asks_sts() {
    for_each_git(|world| {
        let when = json!({ "TokenCode": "492816" });
        let answers = json!([{ "to": "sts AssumeRole", "signed_by": "AKIAEXAMPLEUSER", "when": when, "keys": "role", "times": 1 }]);
        let services = Services::new(world, &["role"], &[KEY], answers);
        services.write(".aws/config", CONFIG);
        services.write("base", BASE);
        services.write("code", "492816\n");
        let askpass = world.path("home/askpass");
        symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/identities/programs/askpass"), &askpass).unwrap();
        let _pipes = meet(world);
        let clone = |folder: &str| -> Command {
            let mut command = services.command("", &["clone", "--quiet", URL, folder]);
            command.env("GIT_ASKPASS", &askpass);
            command
        };

        let folders: Vec<_> = (1..=CLONES).map(|number| format!("clone{number}")).collect();
        let finished: Vec<_> = thread::scope(|scope| {
            let start = |folder| scope.spawn(move || finish(&mut clone(folder)));
            let threads: Vec<_> = folders.iter().map(|folder| start(folder)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let head = world.run("server/repositories/demo.git", &["rev-parse", "main"]);
        for (folder, finished) in folders.iter().zip(finished) {
            finished.succeeded();
            assert_eq!(world.run(folder, &["rev-parse", "HEAD"]), head);
            assert_eq!(world.file(folder), "three");
        }

        let prompt = "Enter MFA code for arn:aws:iam::123456789012:mfa/alice: \n";
        let request = assume_role(
            "AKIAEXAMPLEUSER",
            &json!({
                "RoleArn": "arn:aws:iam::123456789012:role/deploy", "RoleSessionName": "alice",
                "SerialNumber": "arn:aws:iam::123456789012:mfa/alice", "TokenCode": "492816",
            }),
        );
        let nobody_else_is_asked = || {
            assert_eq!(fs::read_to_string(world.path("home/prompts")).unwrap(), prompt);
            assert_eq!(services.asked(), json!([request]));
            assert_eq!(fs::read_to_string(world.path("home/runs")).unwrap(), "x".repeat(CLONES));
            assert_eq!(services.let_in(), ["ASIAEXAMPLEROLE"]);
        };
        nobody_else_is_asked();

        let names = ["@role_key@.json", "@role_key@.lock"].map(|name| services.expand(name));
        assert_eq!(cached(world), names);
        let [keys, lock] = names.map(|name| world.path("home/.aws/cli/cache").join(name));
        assert_eq!(fs::metadata(&lock).unwrap().len(), 0);
        assert_eq!(fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o600);
        let cached: Value = serde_json::from_slice(&fs::read(keys).unwrap()).unwrap();
        assert_eq!(
            cached["Credentials"],
            json!({
                "AccessKeyId": "ASIAEXAMPLEROLE", "SecretAccessKey": "example-secret-of-role",
                "SessionToken": "example-token-of-role", "Expiration": services.expand("@now+1h@"),
                "AccountId": "123456789012",
            })
        );

        finish(&mut clone("one more")).succeeded();
        nobody_else_is_asked();
    });
}
