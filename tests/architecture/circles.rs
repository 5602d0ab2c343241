//! Sibling modules import each other in one direction only, so that each can be read after those below it. An
//! import from deep within a module counts for the sibling that contains it. An import of the parent's own
//! items is no import of a sibling.

use std::collections::{BTreeMap, BTreeSet};

use syn::{
    UseTree,
    visit::{self, Visit},
};

use super::{Source, assert_none, sources};

type Module = Vec<String>;

/// For each module, which of its children imports which, and where.
type Imports = BTreeMap<Module, BTreeMap<(String, String), BTreeSet<String>>>;

/// The module that a file holds.
fn module_of(source: &Source) -> Module {
    let path = source.path.strip_prefix("src/").unwrap().strip_suffix(".rs").unwrap();
    let mut module: Module = path.split('/').map(str::to_owned).collect();
    if ["mod", "lib", "main"].contains(&module.last().unwrap().as_str()) {
        module.pop();
    }
    module
}

/// Collects the paths of a file, tests apart.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl Paths {
    fn of_tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.of_tree(&with(&path.ident), &path.tree),
            UseTree::Name(name) => self.0.push(with(&name.ident)),
            UseTree::Rename(name) => self.0.push(with(&name.ident)),
            UseTree::Glob(_) => self.0.push(before.to_vec()),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.of_tree(before, tree);
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.of_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
        if !is_test {
            visit::visit_item_mod(self, item);
        }
    }
}

/// The module that a path written in `within` leads to, as far as it names modules.
fn resolved(within: &Module, path: &[String], modules: &BTreeSet<Module>) -> Option<Module> {
    let mut at = within.clone();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => {
            at.clear();
            rest = &path[1..];
        }
        "self" => rest = &path[1..],
        "super" => {
            while rest.first().is_some_and(|step| step == "super") {
                at.pop();
                rest = &rest[1..];
            }
        }
        child => {
            let child = [within.as_slice(), &[child.to_owned()]].concat();
            if path.len() < 2 || !modules.contains(&child) {
                return None;
            }
        }
    }
    for step in rest {
        let below = [at.as_slice(), std::slice::from_ref(step)].concat();
        if !modules.contains(&below) {
            break;
        }
        at = below;
    }
    Some(at)
}

fn imports(sources: &[Source]) -> Imports {
    let modules: BTreeSet<Module> = sources
        .iter()
        .map(module_of)
        .flat_map(|module| (0..=module.len()).map(move |depth| module[..depth].to_vec()))
        .collect();
    let mut imports = Imports::new();
    for source in sources {
        let within = module_of(source);
        let file = syn::parse_file(&source.text).unwrap();
        let mut paths = Paths::default();
        paths.visit_file(&file);
        for path in paths.0 {
            let Some(to) = resolved(&within, &path, &modules) else { continue };
            let same = within.iter().zip(&to).take_while(|(one, other)| one == other).count();
            if same == within.len() || same == to.len() {
                continue;
            }
            let siblings = (within[same].clone(), to[same].clone());
            let of_parent = imports.entry(within[..same].to_vec()).or_default();
            let seen = of_parent.entry(siblings).or_default();
            seen.insert(format!("{} names {}", source.path, path.join("::")));
        }
    }
    imports
}

/// The siblings that a module reaches through imports.
fn reached(from: &str, edges: &BTreeMap<(String, String), BTreeSet<String>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(module) = open.pop() {
        for (_, to) in edges.keys().filter(|(one, _)| *one == module) {
            if reached.insert(to.clone()) {
                open.push(to.clone());
            }
        }
    }
    reached
}

#[test]
fn sibling_modules_import_each_other_in_one_direction() {
    let all: Vec<Source> =
        sources("src").into_iter().filter(|source| !source.path.ends_with("_tests.rs")).collect();
    let mut wrong = Vec::new();
    for (parent, edges) in imports(&all) {
        for ((from, to), places) in &edges {
            if reached(to, &edges).contains(from) {
                let place = places.first().unwrap();
                wrong.push(format!("{}: {from} → {to} ({place})", parent.join("::")));
            }
        }
    }
    assert_none(wrong, "sibling modules import each other in a circle");
}
