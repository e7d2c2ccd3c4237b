//! A user who follows a recipe.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::process::Command;

use identity_cases::names::Names;
use identity_cases::secrets::Secrets;
use identity_cases::server::script::ScriptedAnswer;
use identity_cases::server::{self, Server};
use serde_json::Value;

use super::page::{Recipe, Step};
use crate::command::finish;
use crate::proxy::Proxy;
use crate::world::{KEY, SECRET, World};

/// A user's home, with the services that it needs.
pub(crate) struct Kitchen<'a> {
    world: &'a World,
    proxy: Proxy,
    services: Server,
    names: Names,
    variables: Vec<(String, String)>,
}

impl<'a> Kitchen<'a> {
    /// A home where the repository `MyRepo` is filled. The server lets in AWS's example keys, and the keys of these names.
    pub(crate) fn new(world: &'a World, let_in: &[&str], answers: &Value) -> Self {
        let answers: Vec<ScriptedAnswer> = serde_json::from_value(answers.clone()).unwrap();
        let services = Server::start(&answers);
        let mut names = Names::new(&BTreeMap::new());
        names.set("server", services.addresses().server());
        let mut identities = format!(
            "[one]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n\
             [two]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n"
        );
        identities.extend(let_in.iter().map(|name| server::keys(name)).map(|(id, secret, token)| {
            format!("[{id}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\naws_session_token = {token}\n")
        }));
        fs::write(world.server().credentials_file(), &identities).unwrap();
        services.tell(names.clone(), Secrets::of([identities.as_str()].into_iter(), std::iter::empty()));
        world.fill("MyRepo");
        let proxy = Proxy::to(world.server().port());
        world.add_git_config(&format!("[http]\n\tproxy = {}\n", proxy.url()));
        Self { world, proxy, services, names, variables: Vec::new() }
    }

    /// The text with its placeholders replaced.
    pub(crate) fn expand(&self, text: &str) -> String {
        self.names.expand(text)
    }

    /// Adds the digest of a text under a name.
    pub(crate) fn digest(&mut self, name: &str, text: &str) {
        let digest = Names::new(&BTreeMap::from([(name.to_owned(), text.to_owned())]));
        self.names.set(name, digest.get(name));
    }

    /// The path of the home.
    pub(crate) fn home(&self) -> String {
        self.world.path("home").to_str().unwrap().to_owned()
    }

    /// Sets variables.
    pub(crate) fn environment(&mut self, variables: &[(&str, &str)]) {
        self.variables.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    }

    /// Writes a file of the home.
    pub(crate) fn file(&self, name: &str, text: &str) {
        let path = self.world.path("home").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, self.expand(text)).unwrap();
    }

    /// Writes a program of the user's.
    pub(crate) fn program(&self, name: &str, text: &str) {
        self.world.write_script(&format!("programs/{name}"), &self.expand(text));
    }

    /// Adds to the user's configuration of Git.
    pub(crate) fn git_config(&self, text: &str) {
        self.world.add_git_config(text);
    }

    /// A profile with AWS's example keys.
    pub(crate) fn keys_of_profile(&self, profile: &str) {
        let text = format!("[{profile}]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n");
        self.file(".aws/credentials", &text);
    }

    /// The repository `Outer`, in which `MyRepo` is a submodule by a relative URL and by one that names the profile.
    pub(crate) fn outer_repository(&self) {
        let world = self.world;
        world.fill("Outer");
        let commit = world.run("server/repositories/MyRepo.git", &["rev-parse", "main"]);
        let source = "source of Outer";
        for (name, url) in [("relative", "../MyRepo"), ("absolute", "codecommit::eu-west-1://prod@MyRepo")] {
            for (key, value) in [("path", name), ("url", url)] {
                world.run(source, &["config", "--file=.gitmodules", &format!("submodule.{name}.{key}"), value]);
            }
            let entry = format!("160000,{commit},{name}");
            world.run(source, &["update-index", "--add", "--cacheinfo", &entry]);
        }
        world.run(source, &["add", ".gitmodules"]);
        world.run(source, &["commit", "--quiet", "--message=submodules"]);
        let bare = world.path("server/repositories/Outer.git");
        world.run(source, &["push", "--quiet", bare.to_str().unwrap(), "main"]);
    }

    /// Follows a recipe: writes its files, types its commands, compares what is shown.
    #[track_caller]
    pub(crate) fn cook(&mut self, recipe: &Recipe) {
        self.cook_with(recipe, |command| finish(command).succeeded().stdout());
    }

    /// The same with a way to run a command, which gives what is shown.
    #[track_caller]
    pub(crate) fn cook_with(&mut self, recipe: &Recipe, run: impl Fn(&mut Command) -> String) {
        for block in recipe.blocks() {
            match block.language.as_str() {
                "ini" => {
                    let (name, text) = block.file();
                    let path = self.world.path("home").join(name);
                    let before = fs::read_to_string(path).unwrap_or_default();
                    self.file(name, &format!("{before}{text}"));
                }
                "console" => self.type_in(&block.steps(), &run),
                "yaml" => self.type_in(&block.job(), &run),
                _ => {}
            }
        }
        // Each ends with a clone, in which the files are.
        let clones =
            ["MyRepo", "MyRepo.git", "Outer/relative", "Outer/absolute"].map(|name| self.world.path("work").join(name));
        let clones: Vec<_> = clones.iter().filter(|folder| folder.exists()).collect();
        assert!(!clones.is_empty());
        for clone in clones {
            let name = clone.to_str().unwrap();
            assert_eq!(self.world.run("", &["-C", name, "show", "HEAD:file"]), "three");
        }
    }

    /// Types commands into one shell.
    #[track_caller]
    fn type_in(&self, steps: &[Step], run: &impl Fn(&mut Command) -> String) {
        let mut script = "exec 2>&1\nset -e\n".to_owned();
        for step in steps {
            script.extend(["echo '=== '\n", &step.command, "\n"]);
        }
        let work = self.world.path("work");
        fs::create_dir_all(&work).unwrap();
        let mut command = self.world.command("work", &[]);
        let path = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, value)| value).unwrap();
        let folders = [self.world.path("programs")].into_iter().chain(env::split_paths(path));
        let path: OsString = env::join_paths(folders).unwrap();
        let kept: Vec<(OsString, OsString)> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .filter(|(name, _)| {
                ![
                    "PATH",
                    "CODE_COMMIT_ENDPOINT",
                    "AWS_CONFIG_FILE",
                    "AWS_SHARED_CREDENTIALS_FILE",
                    "GIT_TERMINAL_PROMPT",
                ]
                .contains(&name.to_str().unwrap())
            })
            .collect();
        let script = self.world.write_script("typed", &script);
        command = Command::new("/bin/sh");
        command.arg(script).current_dir(&work).env_clear().envs(kept).env("PATH", path);
        for name in ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"] {
            command.env(name, self.services.addresses().server());
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let shown = run(&mut command);
        let mut parts = shown.split("=== ").skip(1);
        for step in steps {
            let part = parts.next().unwrap_or_else(|| panic!("{} is not reached:\n{shown}", step.command));
            // A terminal shows progress between the lines.
            let mut lines = part.lines().map(str::trim_end);
            for expected in &step.shown {
                let is_it = |line: &str| line == expected.trim_end() || is_at_another_time(line, expected);
                let command = &step.command;
                assert!(lines.any(is_it), "$ {command}\n{expected}\nis not in\n{part}");
            }
        }
    }

    /// The hosts that Git asked, each once in a row.
    pub(crate) fn hosts(&self) -> Vec<String> {
        self.proxy.hosts()
    }
}

/// Whether two lines differ in the time that they end with and nothing else.
fn is_at_another_time(line: &str, expected: &str) -> bool {
    let before = |line: &str| line.rsplit_once(", at 20").map(|(before, _)| before.to_owned());
    before(expected).is_some_and(|expected| before(line) == Some(expected))
}
