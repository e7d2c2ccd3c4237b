//! The user's own credential helpers, `store` and `cache`: they are neither asked nor given anything to keep.

use std::fs;
use std::process::Command;

use crate::command::{Finished, finish, finish_with};
use crate::gits::for_each_git;
use crate::leaks::work::{URL, let_in, run_and_look, search, work};
use crate::world::{TEMPORARY_KEY, TOKEN, World};

/// How a user tells Git about a helper.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// The configuration file.
    File,
    /// `git -c NAME=VALUE`.
    Option,
    /// `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_0` and so on.
    Variables,
}

/// A user with both helpers.
struct User<'a> {
    world: &'a World,
    options: Vec<String>,
    variables: Vec<(String, String)>,
}

impl<'a> User<'a> {
    /// Sets up the helpers under each of these names, such as `credential.helper`.
    fn new(world: &'a World, place: Place, names: &[String]) -> Self {
        let helpers = [format!("store --file '{}'", world.path("store").display()), "cache".to_owned()];
        let settings: Vec<_> =
            names.iter().flat_map(|name| helpers.iter().map(move |helper| (name.clone(), helper.clone()))).collect();
        let mut user = Self { world, options: Vec::new(), variables: Vec::new() };
        match place {
            Place::File => {
                for (name, value) in settings {
                    let file = world.path("home/gitconfig");
                    world.run("", &["config", "--file", file.to_str().unwrap(), "--add", &name, &value]);
                }
            }
            Place::Option => {
                user.options =
                    settings.iter().flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")]).collect();
            }
            Place::Variables => {
                user.variables.push(("GIT_CONFIG_COUNT".to_owned(), settings.len().to_string()));
                for (number, (name, value)) in settings.into_iter().enumerate() {
                    user.variables.push((format!("GIT_CONFIG_KEY_{number}"), name));
                    user.variables.push((format!("GIT_CONFIG_VALUE_{number}"), value));
                }
            }
        }
        // The cache's process runs until it is told to end, and is started here so that it is none of those that are waited for.
        let other = "protocol=https\nhost=other.example.com\nusername=other\npassword=example-password\n\n";
        finish_with(&mut world.command("", &["credential-cache", "store"]), other).succeeded();
        user
    }

    /// Gives a credential of the user's own to both.
    #[track_caller]
    fn keep_their_own(&self) {
        let own = format!("url={}\nusername=own\npassword=example-password\n\n", self.world.url("demo"));
        finish_with(&mut self.git("", &["credential", "approve"]), &own).succeeded();
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> Command {
        let options: Vec<&str> = self.options.iter().map(String::as_str).chain(arguments.iter().copied()).collect();
        let mut command = self.world.command(folder, &options);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What the cache alone has for the repository, and for a user name where one is given.
    fn cached(&self, username: &str) -> Finished {
        let arguments = ["-c", "credential.helper=", "-c", "credential.helper=cache", "credential", "fill"];
        let username = if username.is_empty() { String::new() } else { format!("username={username}\n") };
        finish_with(&mut self.world.command("", &arguments), &format!("url={}\n{username}\n", self.world.url("demo")))
    }

    /// Fails where either holds anything but the user's own credential.
    #[track_caller]
    fn has_only_their_own(&self) {
        let authority = self.world.host().replace(':', "%3a");
        let stored = fs::read_to_string(self.world.path("store")).unwrap();
        assert_eq!(stored.replace("%3A", "%3a"), format!("https://own:example-password@{authority}\n"));
        let cached = self.cached("").succeeded().stdout();
        assert!(cached.contains("username=own\npassword=example-password\n"), "{cached}");
        search().nothing_in("the cache", &cached);
        let refused = self.cached(&format!("{TEMPORARY_KEY}%{TOKEN}")).failed().stderr();
        assert!(refused.contains("could not read Password"), "{refused}");
    }
}

impl Drop for User<'_> {
    fn drop(&mut self) {
        finish(&mut self.world.command("", &["credential-cache", "exit"]));
    }
}

/// Works as a user with these helpers, and looks into them.
#[track_caller]
fn keep_nothing(place: Place, names: impl Fn(&World) -> Vec<String> + Sync) {
    for_each_git(|world| {
        world.fill("demo");
        let user = User::new(world, place, &names(world));
        let mut ran = work(world, URL, "clone", |folder, arguments| user.git(folder, arguments));
        // Both would keep what they are given, as they do now.
        user.keep_their_own();
        user.has_only_their_own();
        // The server would refuse that one.
        ran.push(run_and_look(world, &user.git("", &["ls-remote", URL])));
        user.has_only_their_own();
        for ran in ran {
            search().nothing_in("the output", ran.finished.stdout() + &ran.finished.stderr());
        }
        assert!(let_in(world, TEMPORARY_KEY) >= 5);
    });
}

fn for_all_urls(_: &World) -> Vec<String> {
    vec!["credential.helper".to_owned()]
}

/// From the widest to the URL itself.
fn for_the_url(world: &World) -> Vec<String> {
    let (host, url) = (world.host(), world.url("demo"));
    vec![format!("credential.https://{host}.helper"), format!("credential.{url}.helper")]
}

fn for_both(world: &World) -> Vec<String> {
    for_all_urls(world).into_iter().chain(for_the_url(world)).collect()
}

#[test]
fn helpers_in_the_configuration_file_keep_nothing() {
    keep_nothing(Place::File, for_all_urls);
}

#[test]
fn helpers_in_the_configuration_file_for_the_url_keep_nothing() {
    keep_nothing(Place::File, for_the_url);
}

#[test]
fn helpers_on_the_users_command_line_keep_nothing() {
    keep_nothing(Place::Option, for_both);
}

#[test]
fn helpers_in_the_users_environment_keep_nothing() {
    keep_nothing(Place::Variables, for_both);
}

#[test]
fn the_users_own_credential_helpers_are_not_called() {
    for_each_git(|world| {
        world.fill("demo");
        let log = world.path("log");
        let script = format!("{{ echo \"$1\"; cat; }} >>'{}'\n", log.display());
        let script = world.write_script("bin/recorder", &script);
        let script = script.display();
        let authority = format!("https://{}", world.host());
        let url = world.url("demo");
        world.add_git_config(&format!(
            "[credential]\n\thelper = \"{script}\"\n\
             [credential \"{authority}\"]\n\thelper = \"{script}\"\n\
             [credential \"{url}\"]\n\thelper = \"{script}\"\n"
        ));
        work(world, URL, "clone", |folder, arguments| world.command(folder, arguments));
        assert!(!log.exists(), "{}", fs::read_to_string(log).unwrap());

        // For any other URL they are: the record would have shown it.
        let mut fill = world.command("", &["credential", "fill"]);
        finish_with(&mut fill, &format!("url={authority}/other\n\n")).failed();
        let called = fs::read_to_string(log).unwrap();
        assert_eq!(called.matches("get\n").count(), 2, "{called}");
    });
}
