//! Files that people send: their type, detected from their content and never from their name; the
//! name under which others see them; and which of them the desk stores. Deliberately absent: any
//! deeper inspection. Archives are not opened and documents are not read.

use serde::{Deserialize, Serialize};

use super::name::shown;

/// The type of unknown content.
const ANYTHING: &str = "application/octet-stream";
/// The type of plain text.
const TEXT: &str = "text/plain";
/// The longest suffix that counts as a file name extension, in bytes.
const ENDING: usize = 5;

/// Which files the desk stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRules {
    /// The size of the largest, in bytes.
    pub largest: u64,
    /// The accepted media types, such as `application/pdf` or `image/*`.
    pub types: Vec<String>,
}

/// Why a file could not be stored.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    sea_orm::EnumIter,
    sea_orm::DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Unkept {
    /// It is larger than the desk accepts.
    TooLarge,
    /// The desk does not accept its type.
    WrongType,
    /// It is empty.
    Empty,
    /// Its network no longer has it.
    Gone,
    /// All attempts to fetch it failed.
    Unreached,
}

impl Unkept {
    /// Whether the desk refuses the file, rather than failing to fetch it.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::TooLarge | Self::WrongType | Self::Empty)
    }
}

impl FileRules {
    /// The media type of a file that the desk stores.
    ///
    /// # Errors
    /// Why the desk does not store the file.
    pub fn judge(&self, bytes: &[u8]) -> Result<&'static str, Unkept> {
        if bytes.is_empty() {
            return Err(Unkept::Empty);
        }
        if u64::try_from(bytes.len()).is_ok_and(|size| size > self.largest) {
            return Err(Unkept::TooLarge);
        }
        let media = sniff(bytes);
        if self.takes(media) { Ok(media) } else { Err(Unkept::WrongType) }
    }

    fn takes(&self, media: &str) -> bool {
        self.types.iter().any(|taken| match taken.strip_suffix("/*") {
            Some(family) => media.split('/').next() == Some(family),
            None => taken == media,
        })
    }
}

/// The media type of a file, detected from its first bytes.
pub fn sniff(bytes: &[u8]) -> &'static str {
    match infer::get(bytes) {
        Some(kind) => kind.mime_type(),
        None if is_text(bytes) => TEXT,
        None => ANYTHING,
    }
}

/// Whether the content is text: no control characters, in UTF-8 or, as spreadsheets still write it,
/// mostly ASCII with one byte per accented letter.
fn is_text(bytes: &[u8]) -> bool {
    let plain = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    let ascii = bytes.iter().filter(|byte| byte.is_ascii()).count();
    bytes.iter().all(plain) && (std::str::from_utf8(bytes).is_ok() || ascii > bytes.len() / 2)
}

/// The name under which others see a file: no path, nothing invisible, and an extension that states
/// the real type. `fallback` is the name of a file without one.
pub fn file_name(given: Option<&str>, media: &str, fallback: &str) -> String {
    let given = given.and_then(tidy).unwrap_or_else(|| fallback.to_owned());
    let ending = given.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let is_ending = |ending: &String| {
        (1..=ENDING).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    match (ending.filter(is_ending), endings(media)) {
        (Some(ending), right) if right.contains(&ending.as_str()) => given,
        (_, [right, ..]) => format!("{given}.{right}"),
        (_, []) => given,
    }
}

/// A given name without folders and without characters that mean something to operating systems.
fn tidy(given: &str) -> Option<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = shown(last)?;
    let plain = |c: char| if r#"<>:"|?*%"#.contains(c) { '_' } else { c };
    let name: String = name.trim_matches(['.', ' ']).chars().map(plain).collect();
    (!name.is_empty()).then_some(name)
}

/// The extensions that files of a type may have, the usual one first; empty where any is allowed.
fn endings(media: &str) -> &'static [&'static str] {
    match media {
        TEXT => &["txt", "csv", "log", "md", "json", "yaml", "yml", "toml", "ini", "conf", "sql"],
        "image/jpeg" => &["jpg", "jpeg"],
        "image/png" => &["png"],
        "image/gif" => &["gif"],
        "image/webp" => &["webp"],
        "image/heif" => &["heic", "heif"],
        "image/tiff" => &["tif", "tiff"],
        "image/bmp" => &["bmp"],
        "application/pdf" => &["pdf"],
        "application/rtf" => &["rtf"],
        // Some programs write documents that only they recognise.
        "application/zip" => &["zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"],
        "text/xml" => &["xml"],
        "application/msword" => &["doc"],
        "application/vnd.ms-excel" => &["xls"],
        "application/vnd.ms-powerpoint" => &["ppt"],
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => &["docx"],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => &["xlsx"],
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => &["pptx"],
        "application/vnd.oasis.opendocument.text" => &["odt"],
        "application/vnd.oasis.opendocument.spreadsheet" => &["ods"],
        "application/vnd.oasis.opendocument.presentation" => &["odp"],
        "audio/ogg" | "audio/opus" => &["ogg", "oga", "opus"],
        "audio/mpeg" => &["mp3"],
        "audio/m4a" => &["m4a"],
        "audio/x-wav" => &["wav"],
        "video/mp4" => &["mp4", "m4v"],
        "video/quicktime" => &["mov"],
        "video/webm" => &["webm"],
        "video/x-matroska" => &["mkv"],
        "video/x-msvideo" => &["avi"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0";

    #[test]
    fn the_type_of_a_file_comes_from_its_content() {
        for (bytes, media) in [
            (PNG, "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"%PDF-1.7\n", "application/pdf"),
            (b"OggS\0\x02", "audio/ogg"),
            (b"PK\x03\x04\x14\0\0\0", "application/zip"),
            (EXE, "application/vnd.microsoft.portable-executable"),
            (&[&b"\x7fELF\x02\x01\x01"[..], &[0; 60]].concat(), "application/x-executable"),
            (b"#!/bin/sh\nrm -r x", "text/x-shellscript"),
            (b"<html><script>", "text/html"),
            ("fecha;año\r\n1;2\t\n".as_bytes(), "text/plain"),
            (b"fecha;a\xf1o\r\n1;2\r\n", "text/plain"),
            (b"<?xml version=\"1.0\"?><svg/>", "text/xml"),
            (b"a\0b", "application/octet-stream"),
            (b"\xff\xfe\xfd", "application/octet-stream"),
        ] {
            assert_eq!(sniff(bytes), media, "{bytes:?}");
        }
    }

    #[test]
    fn file_rules_store_accepted_types_and_give_a_reason_otherwise() {
        let types = ["image/*", "application/pdf"].map(str::to_owned).to_vec();
        let rules = FileRules { largest: 20, types };
        assert_eq!(rules.judge(PNG), Ok("image/png"));
        assert_eq!(rules.judge(b"%PDF-1.7\n"), Ok("application/pdf"));
        assert_eq!(rules.judge(EXE), Err(Unkept::WrongType));
        assert_eq!(rules.judge(b"hola"), Err(Unkept::WrongType));
        assert_eq!(rules.judge(b""), Err(Unkept::Empty));
        assert_eq!(rules.judge(&[PNG, PNG].concat()), Err(Unkept::TooLarge));
    }

    #[test]
    fn file_names_lose_paths_and_hidden_characters_and_get_the_true_extension() {
        for (given, media, name) in [
            (Some("informe.pdf"), "application/pdf", "informe.pdf"),
            (Some("FOTO.JPEG"), "image/jpeg", "FOTO.JPEG"),
            (Some("../../etc/passwd"), "text/plain", "passwd.txt"),
            (Some(r"C:\Users\ana\foto.png"), "image/png", "foto.png"),
            // With its right-to-left mark this name would be displayed as `factura_exe.pdf`.
            (Some("factura_\u{202e}fdp.exe"), "application/pdf", "factura_fdp.exe.pdf"),
            (Some("a\nb\u{200b}c.txt"), "text/plain", "a bc.txt"),
            (Some("virus.pdf"), "image/png", "virus.pdf.png"),
            (Some("instalar.bat"), "text/plain", "instalar.bat.txt"),
            (Some("<b>\"x\"|?*.csv"), "text/plain", "_b__x____.csv"),
            (Some("..."), "image/png", "foto.png"),
            (Some(""), "image/png", "foto.png"),
            (None, "image/jpeg", "foto.jpg"),
            (Some("datos.xyz"), "application/x-own", "datos.xyz"),
            (None, "application/x-own", "foto"),
        ] {
            assert_eq!(file_name(given, media, "foto"), name, "{given:?} {media}");
        }
        let long = file_name(Some(&"ñ".repeat(300)), "image/png", "foto");
        assert_eq!(long.chars().count(), 64 + ".png".len());
    }
}
