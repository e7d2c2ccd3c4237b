//! The agent's page, `host/AGENT.md`, with its files and commands as they stand there. Of what cannot run here, a GitLab runner, a Jenkins
//! and a Kubernetes, the files are read as those would, and what is in them is run.

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};

use identity_cases::names::Names;
use identity_cases::secrets::Secrets;
use identity_cases::server::{self, Server};
use nix::sys::signal::Signal;
use nix::unistd::{Gid, geteuid};
use serde_json::json;
use yaml_rust2::Yaml;

use super::Agent;
use super::site::{Site, on_site};
use crate::recipes::page::{Recipe, Step, agent_sections};
use crate::world::{KEY, SECRET, World, helper};

/// The variable of a job, as the page has it for one that is on the machine of the agent.
const SOCKET: (&str, &str) = ("CODECOMMIT_AGENT_SOCK", "/run/git-codecommit/agent.sock");

/// A unit of the folder `agent`: its lines of `name=value`, by section and name.
fn unit(name: &str) -> Vec<(String, String, String)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("agent").join(name)).unwrap();
    let (mut section, mut settings) = ("", Vec::new());
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name;
        } else {
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("no setting: {line}"));
            settings.push((section.to_owned(), name.to_owned(), value.to_owned()));
        }
    }
    settings
}

/// The one value of a setting.
#[track_caller]
fn setting(unit: &[(String, String, String)], section: &str, name: &str) -> String {
    let found: Vec<_> = unit.iter().filter(|(in_section, called, _)| in_section == section && called == name).collect();
    assert_eq!(found.len(), 1, "{section} {name}");
    found[0].2.clone()
}

/// Keys for the agent of a machine, in its own home.
fn keys(site: &Site<'_>) {
    fs::create_dir_all(site.world.path("state/.aws")).unwrap();
    let text = format!("[prod]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n");
    fs::write(site.world.path("state/.aws/credentials"), text).unwrap();
}

/// The agent as the service has it, with the socket that systemd would open.
#[track_caller]
fn service<'a>(site: &'a Site<'_>) -> Agent<'a> {
    let (service, socket) = (unit("git-codecommit-agent.service"), unit("git-codecommit-agent.socket"));
    let listens = setting(&socket, "Socket", "ListenStream");
    assert_eq!(listens, SOCKET.1);
    let program = helper().with_file_name("git-codecommit");
    let line = setting(&service, "Service", "ExecStart");
    let line = line.strip_prefix("/usr/bin/git-codecommit ").unwrap();
    let shell =
        format!("exec env LISTEN_PID=$$ LISTEN_FDS=1 {} {} 3<&0 </dev/null", program.display(), site.here(line));
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &shell]).env_clear();
    // What the service has of variables is a home, and what systemd sets.
    let environment = setting(&service, "Service", "Environment");
    let (name, value) = environment.split_once('=').unwrap();
    command.env(name, site.here(value)).env("PATH", "/usr/bin:/bin");
    let listener = UnixListener::bind(site.here(&listens)).unwrap();
    command.stdin(Stdio::from(OwnedFd::from(listener)));
    Agent::of(site.world, command)
}

#[test]
fn the_page_leads_from_nothing_to_a_clone() {
    on_site(|site| {
        let recipe = Recipe::of_agent("From nothing to a clone");
        site.file(recipe.in_language("ini")[0]);
        // Without variables the page's hosts would be asked, which is not for a test.
        let network: Vec<String> = site.network().iter().map(|(name, value)| format!("'{name}={value}'")).collect();
        site.program("env", &format!("[ \"$1\" = -i ] && shift\nexec /usr/bin/env -i {} \"$@\"\n", network.join(" ")));
        site.types(&recipe.in_language("console")[0].steps(), "home", &[]);
        site.has_cloned("team-x");
        assert!(!site.world.path("home/agent.sock").exists());
    });
}

#[test]
fn with_systemd() {
    on_site(|site| {
        let recipe = Recipe::of_agent("With systemd");
        let [setup, job, change] = recipe.in_language("console")[..] else { panic!() };
        std::os::unix::fs::symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join("agent"), site.world.path("work/agent"))
            .unwrap();
        let told = site.world.path("told");
        site.program("systemctl", &format!("echo systemctl \"$@\" >>{}\n", told.display()));
        // It asks for the keys.
        site.program("aws", "[ \"$*\" = 'configure --profile prod' ]\n");
        site.types(&setup.steps(), "home", &[]);
        keys(site);
        let (service_unit, socket_unit) = (unit("git-codecommit-agent.service"), unit("git-codecommit-agent.socket"));
        let user = setting(&service_unit, "Service", "User");
        let group = setting(&socket_unit, "Socket", "SocketGroup");
        assert_eq!(setting(&socket_unit, "Socket", "SocketUser"), user);
        assert_eq!(
            site.told(),
            [
                format!("groupadd --system {group}"),
                site.here(&format!("useradd --system --user-group --home-dir /var/lib/git-codecommit {user}")),
                "systemctl daemon-reload".to_owned(),
                "systemctl enable --now git-codecommit-agent.socket".to_owned(),
                format!("usermod --append --groups {group} gitlab-runner"),
            ]
        );
        for name in ["git-codecommit-agent.service", "git-codecommit-agent.socket"] {
            assert!(site.world.path("etc/systemd/system").join(name).exists(), "{name}");
        }

        let agent = service(site);
        site.job(&job.steps(), &[], "team-x");

        let reload = setting(&service_unit, "Service", "ExecReload");
        let reload = format!("[ \"$*\" = 'reload git-codecommit-agent' ] && MAINPID={} && {reload}\n", agent.id());
        site.program("systemctl", &reload);
        let shown = site.types(&change.steps(), "home", &[]);
        agent.wait_for("codecommit: the agent has read its configuration anew: 2 rules");
        let log = site.world.path("log/audit.jsonl");
        let lines = fs::read_to_string(&log).unwrap();
        assert!(shown.ends_with(&lines) && lines.lines().count() > 0, "{shown}");

        // Rotated as logrotate would: moved away, and then the commands.
        let fence = recipe.in_language("")[0].text.clone();
        assert!(fence.contains(&format!("\n{} {{\n", "/var/log/git-codecommit/audit.jsonl")));
        let after = fence.split_once("postrotate\n").unwrap().1.split_once("endscript").unwrap().0;
        fs::rename(&log, site.world.path("log/audit.jsonl.1")).unwrap();
        site.types(&[Step { command: after.trim().to_owned(), shown: Vec::new() }], "home", &[]);
        agent.wait_for("codecommit: the agent has read its configuration anew: 2 rules");
        site.job(&job.steps(), &[], "team-x");
        assert_eq!(fs::read_to_string(site.world.path("log/audit.jsonl.1")).unwrap(), lines);
        assert!(fs::read_to_string(&log).unwrap().contains("\"repository\":\"team-x\""));
    });
}

/// Starts the agent of the page's units, with the rule of the page.
#[track_caller]
fn with_service(test: impl Fn(&Site<'_>, &Agent<'_>) + Sync) {
    on_site(|site| {
        keys(site);
        fs::create_dir_all(site.world.path("etc/git-codecommit")).unwrap();
        fs::write(site.world.path("etc/git-codecommit/rules"), "codecommit::eu-west-1://prod@team-*\n").unwrap();
        test(site, &service(site));
    });
}

#[test]
fn with_a_gitlab_runner() {
    with_service(|site, _| {
        let recipe = Recipe::of_agent("With a GitLab runner");
        let configuration: toml::Table = toml::from_str(&recipe.in_language("toml")[0].text).unwrap();
        let runner = &configuration["runners"][0];
        let strings = |value: &toml::Value| -> Vec<String> {
            value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let environment = strings(&runner["environment"]);
        let environment: Vec<_> = environment.iter().map(|variable| variable.split_once('=').unwrap()).collect();
        // The folder is at the same place in the job's container.
        let volumes = strings(&runner["docker"]["volumes"]);
        assert_eq!(volumes, ["/run/git-codecommit:/run/git-codecommit"]);
        assert_eq!(environment, [SOCKET]);
        site.job(&recipe.in_language("yaml")[0].job(), &environment, "team-x");
    });
}

#[test]
fn with_jenkins() {
    with_service(|site, _| {
        let recipe = Recipe::of_agent("With Jenkins");
        let text = &recipe.in_language("groovy")[0].text;
        let between = |before: &str, after: &str| text.split_once(before).unwrap().1.split_once(after).unwrap().0;
        let (name, value) = between("environment { ", " }").split_once(" = ").unwrap();
        let command = between("steps { sh '", "' }").to_owned();
        site.job(&[Step { command, shown: Vec::new() }], &[(name, value.trim_matches('\''))], "team-x");
    });
}

/// A list of texts as words for a shell.
#[track_caller]
fn words(list: &Yaml) -> String {
    let words = list.as_vec().unwrap().iter().map(|word| format!("'{}'", word.as_str().unwrap()));
    words.collect::<Vec<_>>().join(" ")
}

/// The variables of a container.
#[track_caller]
fn variables(container: &Yaml) -> Vec<(&str, &str)> {
    let variables = container["env"].as_vec().unwrap();
    variables.iter().map(|one| (one["name"].as_str().unwrap(), one["value"].as_str().unwrap())).collect()
}

/// The volumes that a container has, and where.
#[track_caller]
fn mounts(container: &Yaml) -> Vec<(&str, &str)> {
    let mounts = container["volumeMounts"].as_vec().unwrap();
    mounts.iter().map(|one| (one["name"].as_str().unwrap(), one["mountPath"].as_str().unwrap())).collect()
}

#[test]
fn in_kubernetes() {
    on_site(|site| {
        let recipe = Recipe::of_agent("In Kubernetes");
        let pod = recipe.in_language("yaml")[0].yaml();
        let spec = &pod["spec"];
        let (sidecar, job) = (&spec["initContainers"][0], &spec["containers"][0]);
        assert_eq!((pod["apiVersion"].as_str(), pod["kind"].as_str()), (Some("v1"), Some("Pod")));
        assert_eq!(sidecar["restartPolicy"].as_str(), Some("Always"));
        // The job has the socket, and nothing of the token, which is mounted where the sidecar looks for it.
        assert_eq!(spec["automountServiceAccountToken"].as_bool(), Some(false));
        assert_eq!(mounts(job), [("agent", "/agent")]);
        assert_eq!(mounts(sidecar), [("agent", "/agent"), ("token", "/token")]);
        let volumes: Vec<_> = spec["volumes"].as_vec().unwrap().iter().map(|one| one["name"].as_str()).collect();
        assert_eq!(volumes, [Some("agent"), Some("token")]);
        let token = &spec["volumes"][1]["projected"]["sources"][0]["serviceAccountToken"];
        assert_eq!(token["audience"].as_str(), Some("sts.amazonaws.com"));
        let in_job = variables(job);
        assert_eq!(in_job, [("CODECOMMIT_AGENT_SOCK", "/agent/sock")]);

        let answers = json!([{ "to": "sts AssumeRoleWithWebIdentity", "keys": "pod", "when": {
            "RoleArn": "arn:aws:iam::123456789012:role/agent", "WebIdentityToken": "example-jwt-of-pod"
        } }]);
        let sts = Server::start(&serde_json::from_value::<Vec<_>>(answers).unwrap());
        let (id, secret, session) = server::keys("pod");
        let keys = format!(
            "[{id}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\naws_session_token = {session}\n"
        );
        fs::write(site.world.server().credentials_file(), &keys).unwrap();
        let mut names = Names::new(&BTreeMap::new());
        names.set("server", sts.addresses().server());
        sts.tell(names, Secrets::of([keys.as_str()].into_iter(), std::iter::empty()));
        fs::create_dir_all(site.world.path("state")).unwrap();
        let file = site.world.path("token").join(token["path"].as_str().unwrap());
        fs::write(file, "example-jwt-of-pod").unwrap();
        let address = sts.addresses().server();
        let mut environment = variables(sidecar);
        environment.push(("AWS_ENDPOINT_URL_STS", &address));

        let mut line = words(&sidecar["command"]);
        let group = spec["securityContext"]["fsGroup"].as_i64().unwrap();
        assert!(line.contains(&format!(" '--group' '{group}' ")), "{line}");
        if !geteuid().is_root() {
            // Its own group is the one that any user can give.
            line = line.replace(&format!("'{group}'"), &format!("'{}'", Gid::effective()));
        }
        let agent = site.agent(&line, &environment);
        let command = words(&job["command"]).replace("/tmp/team-x", "team-x");
        site.job(&[Step { command, shown: Vec::new() }], &in_job, "team-x");
        drop(agent);
        let asked = site.world.requests();
        assert!(asked.iter().filter(|line| line.contains(" 200 ")).all(|line| line.ends_with(&id)), "{asked:?}");
    });
}

/// The repository `team-app`, in which `team-x` is a submodule.
fn with_submodule(world: &World) {
    world.fill("team-app");
    let source = "source of team-app";
    let commit = world.run("server/repositories/team-x.git", &["rev-parse", "main"]);
    for (key, value) in [("path", "inner"), ("url", "../team-x")] {
        world.run(source, &["config", "--file=.gitmodules", &format!("submodule.inner.{key}"), value]);
    }
    world.run(source, &["update-index", "--add", "--cacheinfo", &format!("160000,{commit},inner")]);
    world.run(source, &["add", ".gitmodules"]);
    world.run(source, &["commit", "--quiet", "--message=submodule"]);
    let bare = world.path("server/repositories/team-app.git");
    world.run(source, &["push", "--quiet", bare.to_str().unwrap(), "main"]);
}

#[test]
fn with_submodules() {
    with_service(|site, agent| {
        with_submodule(site.world);
        let steps = Recipe::of_agent("With submodules").in_language("console")[0].steps();
        site.job(&steps, &[SOCKET], "team-app/inner");
        let log = fs::read_to_string(site.world.path("log/audit.jsonl")).unwrap();
        for name in ["team-app", "team-x"] {
            assert!(log.contains(&format!("\"repository\":\"{name}\"")), "{log}");
        }
        // Without a rule it is refused, whatever is around it.
        fs::remove_dir_all(site.world.path("work/team-app")).unwrap();
        fs::write(site.world.path("etc/git-codecommit/rules"), "codecommit::eu-west-1://prod@team-app\n").unwrap();
        agent.signal(Signal::SIGHUP);
        agent.wait_for("codecommit: the agent has read its configuration anew: one rule");
        let said = site.typed(&steps, "empty", &[(SOCKET.0, &site.here(SOCKET.1))]).failed().stdout();
        let refusal =
            "codecommit: the signing agent refuses: no rule allows this user the repository 'team-x' in eu-west-1\n";
        assert!(said.contains(refusal), "{said}");
    });
}

/// A recipe that is added to the page is run.
#[test]
fn every_recipe_of_the_page_is_run() {
    let tests = include_str!("page.rs");
    let sections = agent_sections();
    let begins = |heading: &str| ["From ", "In ", "With "].iter().any(|word| heading.starts_with(word));
    let recipes: Vec<&str> = sections.iter().map(Recipe::heading).filter(|heading| begins(heading)).collect();
    assert_eq!(recipes.len(), 6, "{recipes:?}");
    for heading in recipes {
        assert!(tests.contains(&format!("of_agent(\"{heading}\")")), "{heading}");
    }
}
