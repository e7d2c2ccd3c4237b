//! A page of recipes: its headings, and the blocks below each. The README has one of its own.

use std::fs;
use std::path::Path;

use yaml_rust2::{Yaml, YamlLoader};

/// One recipe of the page.
pub(crate) struct Recipe {
    heading: String,
    blocks: Vec<Block>,
}

/// A fenced block.
#[derive(Clone)]
pub(crate) struct Block {
    /// What stands behind the fence.
    pub(crate) language: String,
    /// Its lines.
    pub(crate) text: String,
}

/// What a user types, and what is shown of it.
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) shown: Vec<String>,
}

/// All recipes of `host/RECIPES.md`.
pub(crate) fn recipes() -> Vec<Recipe> {
    read("RECIPES.md")
}

/// All sections of the agent's page.
pub(crate) fn agent_sections() -> Vec<Recipe> {
    read("AGENT.md")
}

/// The sections of a page, named from the host's folder.
fn read(page: &str) -> Vec<Recipe> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let mut recipes: Vec<Recipe> = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match &mut open {
            Some(block) if line == "```" => {
                // What stands above the first heading is part of none.
                if let Some(recipe) = recipes.last_mut() {
                    recipe.blocks.push(block.clone());
                }
                open = None;
            }
            Some(block) => block.text.extend([line, "\n"]),
            None => {
                if let Some(language) = line.strip_prefix("```") {
                    open = Some(Block { language: language.to_owned(), text: String::new() });
                } else if let Some(heading) = line.strip_prefix("## ") {
                    recipes.push(Recipe { heading: heading.to_owned(), blocks: Vec::new() });
                }
            }
        }
    }
    assert!(open.is_none());
    recipes
}

impl Recipe {
    /// Its heading.
    pub(crate) fn heading(&self) -> &str {
        &self.heading
    }

    /// The recipe of a heading.
    #[track_caller]
    pub(crate) fn named(heading: &str) -> Self {
        let found = recipes().into_iter().find(|recipe| recipe.heading == heading);
        found.unwrap_or_else(|| panic!("the page has no recipe '{heading}'"))
    }

    /// How the README begins.
    pub(crate) fn of_readme() -> Self {
        let mut sections = read("../README.md").into_iter();
        sections.find(|section| section.heading == "From nothing to a clone").unwrap()
    }

    /// The section of the agent's page with a heading.
    #[track_caller]
    pub(crate) fn of_agent(heading: &str) -> Self {
        let found = agent_sections().into_iter().find(|section| section.heading == heading);
        found.unwrap_or_else(|| panic!("the page has no section '{heading}'"))
    }

    /// Its blocks in a language.
    pub(crate) fn in_language(&self, language: &str) -> Vec<&Block> {
        self.blocks.iter().filter(|block| block.language == language).collect()
    }

    /// Its blocks.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }
}

impl Block {
    /// The file that the block's first line names, and the rest.
    #[track_caller]
    pub(crate) fn file(&self) -> (&str, &str) {
        let (first, rest) = self.text.split_once('\n').unwrap();
        (first.strip_prefix("# ~/").unwrap(), rest)
    }

    /// The commands after `$`, each with the lines below it.
    #[track_caller]
    pub(crate) fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for line in self.text.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => steps.push(Step { command: command.to_owned(), shown: Vec::new() }),
                None => steps.last_mut().unwrap().shown.push(line.to_owned()),
            }
        }
        steps
    }

    /// Its one document of YAML.
    #[track_caller]
    pub(crate) fn yaml(&self) -> Yaml {
        let mut documents =
            YamlLoader::load_from_str(&self.text).unwrap_or_else(|error| panic!("{error}\n{}", self.text));
        assert_eq!(documents.len(), 1);
        documents.remove(0)
    }

    /// The commands of a job in YAML: the lines of `run`, or the entries of `script`.
    #[track_caller]
    pub(crate) fn job(&self) -> Vec<Step> {
        let commands = commands(&self.yaml());
        assert!(!commands.is_empty(), "no command is in\n{}", self.text);
        commands.into_iter().map(|command| Step { command, shown: Vec::new() }).collect()
    }
}

/// The commands that are anywhere below a node.
fn commands(node: &Yaml) -> Vec<String> {
    match node {
        Yaml::Hash(entries) => entries
            .iter()
            .flat_map(|(name, value)| match (name.as_str(), value) {
                (Some("run"), Yaml::String(text)) => text.lines().map(str::to_owned).collect(),
                (Some("script"), Yaml::Array(lines)) => {
                    lines.iter().filter_map(Yaml::as_str).map(str::to_owned).collect()
                }
                _ => commands(value),
            })
            .collect(),
        Yaml::Array(nodes) => nodes.iter().flat_map(commands).collect(),
        _ => Vec::new(),
    }
}
