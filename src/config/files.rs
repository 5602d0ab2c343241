//! Reads where files are kept, and which. Deliberately absent: whether the place can be reached,
//! which the start of the desk finds out.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use super::{
    fault::Place,
    section::Section,
    settings::{Files, FilesPlace},
};
use crate::domain::file::FileRules;

const MEGABYTE: u64 = 1024 * 1024;
/// The largest size that may be allowed: a file being sent is held in memory whole.
const MOST: u64 = 100 * MEGABYTE;

/// Reads the section. `beside` gives the directory that a relative path, written at a place, starts
/// from.
pub(super) fn read(section: &Section<'_>, beside: &dyn Fn(&Place) -> PathBuf) -> Option<Files> {
    let place = place(section, beside);
    let largest = section.parsed("largest").map(|Size(bytes)| bytes);
    if largest.is_some_and(|bytes| bytes > MOST) {
        let problem = "this is more than the desk can hold at once";
        section.fault("largest", problem, "Write 100MB or less.");
    }
    let types = section.text("types").map(|text| types(section, text));
    section.finish();
    Some(Files { place: place?, rules: FileRules { largest: largest?, types: types? } })
}

fn place(section: &Section<'_>, beside: &dyn Fn(&Place) -> PathBuf) -> Option<FilesPlace> {
    let url = section.text("url")?;
    if let Some(path) = url.strip_prefix("file://").filter(|path| !path.is_empty()) {
        let folder = beside(&section.place("url")).join(Path::new(path));
        return Some(FilesPlace::Folder(folder));
    }
    let bucket = url.strip_prefix("s3://").and_then(|rest| rest.split('/').next());
    let letter =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    if bucket.is_some_and(|name| name.len() >= 3 && name.bytes().all(letter)) {
        return Some(FilesPlace::Bucket(url.to_owned()));
    }
    section.fault(
        "url",
        "this is no place where the desk can keep files",
        "Write file://FOLDER or s3://BUCKET/PREFIX.",
    );
    None
}

/// The media types of a list; invalid ones are faults.
fn types(section: &Section<'_>, text: &str) -> Vec<String> {
    let word = |word: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !word.is_empty() && word.bytes().all(|byte| plain(byte) || b"-+.".contains(&byte))
    };
    let given = text.split(',').map(str::trim).filter(|given| !given.is_empty());
    let given: Vec<&str> = given.collect();
    for kind in &given {
        let good = kind
            .split_once('/')
            .is_some_and(|(family, name)| word(family) && (name == "*" || word(name)));
        if !good {
            let remedy = "Write types such as application/pdf or image/*, separated by commas.";
            section.fault("types", format!("`{kind}` is no type of files"), remedy);
        }
    }
    if given.is_empty() {
        let remedy = "Write types such as application/pdf or image/*, separated by commas.";
        section.fault("types", "no file would ever be kept", remedy);
    }
    given.into_iter().map(str::to_owned).collect()
}

/// A size, as an operator writes it.
struct Size(u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refusal = || format!("`{text}` is not a size: write 500KB or 20MB");
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(refusal)?;
        let (amount, unit) = text.split_at(digits);
        let amount: u64 = amount.parse::<u32>().ok().filter(|n| *n > 0).ok_or_else(refusal)?.into();
        match unit {
            "KB" => Ok(Self(amount * 1024)),
            "MB" => Ok(Self(amount * MEGABYTE)),
            _ => Err(refusal()),
        }
    }
}
