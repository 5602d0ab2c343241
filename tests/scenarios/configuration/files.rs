//! Where files are stored, which types, and how large, as the operator configures it.

use std::path::Path;

use insta::assert_snapshot;
use mesabot::config::{Config, Sources, settings::FilesPlace};

use super::{Place, checked};

/// The configured place of files, relative to the directory of the operator's file.
fn place(file: &str) -> FilesPlace {
    let ground = Place::new().with("mesabot.toml", file);
    let base = ground.0.path().to_owned();
    match Config::load(ground.sources()).unwrap().config.files.place {
        FilesPlace::Folder(folder) => {
            let below = folder.strip_prefix(&base).map(Path::to_path_buf);
            FilesPlace::Folder(below.unwrap_or(folder))
        }
        bucket => bucket,
    }
}

#[test]
fn files_are_stored_beside_the_configuration_by_default() {
    let loaded = Config::load(Place::new().sources()).unwrap();
    assert_eq!(loaded.config.files.rules.largest, 20 << 20);
    assert!(loaded.config.files.rules.types.contains(&"image/*".to_owned()));
    let folder = |path: &str| FilesPlace::Folder(path.into());
    assert_eq!(place(""), folder("files"));
    assert_eq!(place("[files]\nurl = \"file://evidencias\"\n"), folder("evidencias"));
    let absolute = "file:///var/lib/mesabot/files";
    assert_eq!(place(&format!("[files]\nurl = \"{absolute}\"\n")), folder(&absolute[7..]));
    let bucket = FilesPlace::Bucket("s3://mesa/archivos".into());
    assert_eq!(place("[files]\nurl = \"s3://mesa/archivos\"\n"), bucket);
}

#[test]
fn a_folder_is_relative_to_the_file_that_names_it() {
    let ground = Place::new();
    std::fs::create_dir(ground.0.path().join("etc")).unwrap();
    let ground = ground.with("etc/desk.toml", "[files]\nurl = \"file://../files\"\n");
    let named = ground.sources().file(Some("etc/desk.toml".into()));
    let by_file = Config::load(named.clone()).unwrap().config.files.place;
    assert_eq!(by_file, FilesPlace::Folder(ground.0.path().join("etc/../files")));
    let variable = named.variables([("MESABOT_FILES__URL", "file://./files")]);
    let by_variable = Config::load(variable).unwrap().config.files.place;
    assert_eq!(by_variable, FilesPlace::Folder(ground.0.path().join("files")));
}

#[test]
fn faults_of_file_settings() {
    let file =
        "[files]\nurl = \"ftp://mesa\"\nlargest = \"20\"\ntypes = \"image/*, pdf\"\nkeep = 1\n";
    assert_snapshot!(checked(file), @"
    mesabot.toml:2: files.url: this is no place where the desk can keep files. Write file://FOLDER or s3://BUCKET/PREFIX.
    mesabot.toml:3: files.largest: `20` is not a size. Write 500KB or 20MB.
    mesabot.toml:4: files.types: `pdf` is no type of files. Write types such as application/pdf or image/*, separated by commas.
    mesabot.toml:5: files.keep: unknown key. Here you may write `url`, `largest` or `types`.
    4 faults.
    ");
    let file = "[files]\nurl = \"s3://\"\nlargest = \"2000MB\"\ntypes = \" \"\n";
    assert_snapshot!(checked(file), @"
    mesabot.toml:2: files.url: this is no place where the desk can keep files. Write file://FOLDER or s3://BUCKET/PREFIX.
    mesabot.toml:3: files.largest: this is more than the desk can hold at once. Write 100MB or less.
    mesabot.toml:4: files.types: no file would ever be kept. Write types such as application/pdf or image/*, separated by commas.
    3 faults.
    ");
}

#[test]
fn variables_set_the_files_section() {
    let sources = Sources::new(Place::new().0.path()).variables([
        ("MESABOT_FILES__URL", "s3://mesa"),
        ("MESABOT_FILES__LARGEST", "500KB"),
        ("MESABOT_FILES__TYPES", "application/pdf, image/png"),
    ]);
    let files = Config::load(sources).unwrap().config.files;
    assert_eq!(files.place, FilesPlace::Bucket("s3://mesa".into()));
    assert_eq!(files.rules.largest, 500 << 10);
    assert_eq!(files.rules.types, ["application/pdf", "image/png"]);
}
