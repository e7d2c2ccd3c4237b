//! A machine on which the agent's page is followed: its folders stand below one of the test's, and the commands that would change the
//! machine itself are stand-ins, which note what they were told.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::Agent;
use crate::command::{Finished, finish};
use crate::gits::{Git, for_latest_git_in};
use crate::proxy::Proxy;
use crate::recipes::page::{Block, Step};
use crate::world::{World, helper};

/// The server that the URLs of the page lead to.
const HOST: &str = "git-codecommit.eu-west-1.amazonaws.com";

/// The folders of the page, and where they are in a test.
const FOLDERS: [(&str, &str); 7] = [
    ("/run/git-codecommit", "run"),
    ("/etc/", "etc/"),
    ("/var/log/git-codecommit", "log"),
    ("/var/lib/git-codecommit", "state"),
    ("/home/ci", "home"),
    ("/agent/sock", "run/sock"),
    ("/token/", "token/"),
];

/// The machine.
pub(super) struct Site<'a> {
    pub(super) world: &'a World,
    proxy: Proxy,
}

/// Runs a test on a machine whose server has the repository `team-x` of the page.
pub(super) fn on_site(test: impl Fn(&Site<'_>) + Sync) {
    let world = |git: Git| World::of_region(git, "eu-west-1", &[HOST]);
    for_latest_git_in(world, |world| {
        world.fill("team-x");
        let site = Site { world, proxy: Proxy::to(world.server().port()) };
        for folder in ["run", "etc/systemd/system", "log", "work", "token"] {
            fs::create_dir_all(world.path(folder)).unwrap();
        }
        for name in ["groupadd", "useradd", "usermod"] {
            site.program(name, &format!("echo {name} \"$@\" >>{}\n", site.path("told")));
        }
        // Owners are root's to give, and a password is nobody's to be asked for.
        site.program("sudo", "while :; do case $1 in -H) shift ;; -u) shift 2 ;; *) exec \"$@\" ;; esac; done\n");
        site.program(
            "install",
            "for word; do shift; case $word in -o | -g) skip=1 ;; *) if [ \"$skip\" ]; then skip=; else set -- \"$@\" \
             \"$word\"; fi ;; esac; done\nexec /usr/bin/install \"$@\"\n",
        );
        test(&site);
    });
}

impl Site<'_> {
    fn path(&self, name: &str) -> String {
        self.world.path(name).to_str().unwrap().to_owned()
    }

    /// A text of the page with the folders of this machine.
    pub(super) fn here(&self, text: &str) -> String {
        FOLDERS.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, &self.path(to)))
    }

    /// Writes the file that a block names in its first line.
    #[track_caller]
    pub(super) fn file(&self, block: &Block) {
        let (name, text) = block.file();
        let path = self.world.path("home").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a stand-in.
    pub(super) fn program(&self, name: &str, text: &str) {
        self.world.write_script(&format!("programs/{name}"), text);
    }

    /// What the stand-ins were told, a line each.
    pub(super) fn told(&self) -> Vec<String> {
        fs::read_to_string(self.world.path("told")).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    fn search_path(&self) -> OsString {
        let system = env::var_os("PATH").unwrap_or_default();
        let folders =
            [&self.world.path("programs"), helper().parent().unwrap(), self.world.git().program().parent().unwrap()];
        env::join_paths(folders.into_iter().map(Path::to_owned).chain(env::split_paths(&system))).unwrap()
    }

    /// What has to be set for the page's hosts to lead to the server of this test.
    pub(super) fn network(&self) -> [(&'static str, String); 2] {
        let authorities = self.world.server().ca_file().to_str().unwrap().to_owned();
        [("GIT_SSL_CAINFO", authorities), ("https_proxy", self.proxy.url())]
    }

    /// A program with a home and nothing else of the machine's.
    fn command(&self, program: &str, home: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.world.path("work")).env_clear().env("PATH", self.search_path());
        command.env("HOME", self.world.path(home)).env("LC_ALL", "C").env("GIT_CONFIG_NOSYSTEM", "1");
        command.envs(self.network());
        command
    }

    /// Types commands into one shell, in a home that has nothing of AWS but what was put there.
    #[track_caller]
    pub(super) fn typed(&self, steps: &[Step], home: &str, variables: &[(&str, &str)]) -> Finished {
        // What a failure leaves in the background is not waited for.
        let mut script = "exec 2>&1\nset -e\ntrap '[ -z \"$!\" ] || kill $! 2>/dev/null || :' EXIT\n".to_owned();
        for step in steps {
            script.extend([&self.here(&step.command), "\n"]);
        }
        let script = self.world.write_script("typed", &script);
        let mut command = self.command("/bin/sh", home);
        finish(command.arg(script).envs(variables.iter().copied()))
    }

    /// The same for commands that succeed, and show what the page says. What is shown.
    #[track_caller]
    pub(super) fn types(&self, steps: &[Step], home: &str, variables: &[(&str, &str)]) -> String {
        let shown = self.typed(steps, home, variables).succeeded().stdout();
        for line in steps.iter().flat_map(|step| &step.shown) {
            let line = self.here(line);
            assert!(shown.lines().any(|shown| shown == line), "{line}\nis not in\n{shown}");
        }
        shown
    }

    /// Runs a job, which has an empty home and these variables, and looks at its clone.
    #[track_caller]
    pub(super) fn job(&self, steps: &[Step], variables: &[(&str, &str)], clone: &str) {
        let variables: Vec<(&str, String)> = variables.iter().map(|(name, value)| (*name, self.here(value))).collect();
        let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fs::create_dir_all(self.world.path("empty")).unwrap();
        self.types(steps, "empty", &variables);
        self.has_cloned(clone);
    }

    /// That a folder of the work is a clone of the repository, which was asked for at the page's host.
    #[track_caller]
    pub(super) fn has_cloned(&self, clone: &str) {
        let clone = self.world.path("work").join(clone);
        assert_eq!(self.world.run("", &["-C", clone.to_str().unwrap(), "show", "HEAD:file"]), "three");
        assert_eq!(self.proxy.hosts(), [format!("{HOST}:443")]);
        fs::remove_dir_all(clone).unwrap();
    }

    /// Starts an agent by a command line of the page, with more variables than a home and PATH.
    #[track_caller]
    pub(super) fn agent(&self, line: &str, variables: &[(&str, &str)]) -> Agent<'_> {
        let mut command = self.command("/bin/sh", "state");
        command.args(["-c", &format!("exec {}", self.here(line))]);
        command.envs(variables.iter().map(|(name, value)| (name, self.here(value))));
        Agent::of(self.world, command)
    }
}
