//! What a user has whose keys come from a service: a home like that of the AWS CLI, and the service, which answers as it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use identity_cases::names::Names;
use identity_cases::secrets::Secrets;
use identity_cases::server::script::ScriptedAnswer;
use identity_cases::server::{self, Server};
use serde_json::{Value, json};

use crate::command::finish;
use crate::world::World;

/// The user's own keys, in `~/.aws/credentials`. CodeCommit does not know them.
pub(crate) const USER: &str = "\
[user]
aws_access_key_id = AKIAEXAMPLEUSER
aws_secret_access_key = example-secret-of-user
";

/// The services of one user of a world.
pub(crate) struct Services<'a> {
    world: &'a World,
    server: Server,
    names: Names,
}

impl<'a> Services<'a> {
    /// Services with these answers, each a [`ScriptedAnswer`]. The repository is filled, and the keys of these names are all that
    /// CodeCommit lets in. `digests` name files of caches.
    pub(crate) fn new(world: &'a World, let_in: &[&str], digests: &[(&str, &str)], answers: Value) -> Self {
        world.fill("demo");
        let identity = |name: &&str| {
            let (id, secret, token) = server::keys(name);
            format!(
                "[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\naws_session_token = {token}\n"
            )
        };
        fs::write(world.server().credentials_file(), let_in.iter().map(identity).collect::<String>()).unwrap();
        let answers: Vec<ScriptedAnswer> = serde_json::from_value(answers).unwrap();
        let answered = answers.iter().filter_map(|answer| answer.keys.as_deref()).map(|name| server::keys(name).1);
        let secrets = Secrets::of([USER].into_iter(), answered);
        let server = Server::start(&answers);
        let digest = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        let mut names = Names::new(&digests.iter().map(digest).collect::<BTreeMap<_, _>>());
        names.set("server", server.addresses().server());
        names.set("home", world.path("home").to_str().unwrap());
        server.tell(names.clone(), secrets);
        Self { world, server, names }
    }

    /// The text with every placeholder replaced.
    pub(crate) fn expand(&self, text: &str) -> String {
        self.names.expand(text)
    }

    /// Writes a file of the home, in whose name and text are placeholders.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.world.path("home").join(self.expand(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, self.expand(text)).unwrap();
    }

    /// Git as this user.
    pub(crate) fn command(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = self.world.command(folder, arguments);
        for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
            command.env_remove(name);
        }
        for name in ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"] {
            command.env(name, self.server.addresses().server());
        }
        command
    }

    /// What the services were asked so far, each an [`identity_cases::server::log::Request`].
    pub(crate) fn asked(&self) -> Value {
        serde_json::to_value(self.server.requests()).unwrap()
    }

    /// The access keys that CodeCommit let in since the last time; it let in whoever came with any.
    #[track_caller]
    pub(crate) fn let_in(&self) -> Vec<String> {
        let requests = self.world.server().requests();
        self.world.server().forget_requests();
        let mut keys = BTreeSet::new();
        for request in &requests {
            match &request.access_key_id {
                // Git before 2.46 comes without any first.
                None => assert!(request.status == 401 && !self.world.git().is_since(2, 46), "{request}"),
                Some(key) => {
                    assert_eq!(request.status, 200, "{request}");
                    keys.insert(key.clone());
                }
            }
        }
        keys.into_iter().collect()
    }

    /// Clones, pushes and fetches, each of which moves a commit. The keys that each was let in with.
    #[track_caller]
    pub(crate) fn work(&self, url: &str) -> [Vec<String>; 3] {
        let world = self.world;
        finish(&mut self.command("", &["clone", "--quiet", url, "clone"])).succeeded();
        assert_eq!(world.file("clone"), "three");
        let clone = self.let_in();

        world.commit("clone", "four");
        finish(&mut self.command("clone", &["push", "--quiet"])).succeeded();
        let bare = "server/repositories/demo.git";
        assert_eq!(world.run(bare, &["show", "main:file"]), "four");
        let push = self.let_in();

        let source = "source of demo";
        let bare = world.path(bare);
        world.run(source, &["pull", "--quiet", bare.to_str().unwrap(), "main"]);
        world.commit(source, "five");
        world.run(source, &["push", "--quiet", bare.to_str().unwrap(), "main"]);
        finish(&mut self.command("clone", &["fetch", "--quiet"])).succeeded();
        assert_eq!(world.run("clone", &["show", "origin/main:file"]), "five");
        [clone, push, self.let_in()]
    }
}

/// An `AssumeRole` as it is logged.
pub(crate) fn assume_role(signed_by: &str, parameters: &Value) -> Value {
    json!({
        "service": "sts", "operation": "AssumeRole", "parameters": parameters,
        "signed_by": signed_by, "signed_for": "us-east-1",
    })
}
