//! Reads `multipart/form-data` (RFC 7578), no more leniently than the platforms do.

use bytes::Bytes;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// The file's name, if the part is a file.
    pub file: Option<String>,
    /// The declared media type.
    pub media: Option<String>,
    pub bytes: Bytes,
}

/// The parts of a body with this content type, or why the body is malformed.
pub fn parts(kind: &str, body: &Bytes) -> Result<Vec<Part>, String> {
    let boundary = kind
        .strip_prefix("multipart/form-data;")
        .and_then(|rest| rest.trim().strip_prefix("boundary="))
        .ok_or_else(|| format!("a body of the kind {kind:?}"))?;
    let opening = format!("--{}", boundary.trim_matches('"'));
    let dividing = format!("\r\n{opening}");
    let mut at = opening.len();
    if !body.starts_with(opening.as_bytes()) {
        return Err("a form that does not begin with its boundary".to_owned());
    }
    let mut parts = Vec::new();
    loop {
        let rest = &body[at..];
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if !rest.starts_with(b"\r\n") {
            return Err("a boundary without a line after it".to_owned());
        }
        let head = at + 2;
        let blank = find(body, b"\r\n\r\n", head).ok_or("a part without a head")?;
        let end = find(body, dividing.as_bytes(), blank + 2).ok_or("a part without an end")?;
        let heading = std::str::from_utf8(&body[head..blank]).map_err(|e| e.to_string())?;
        let start = (blank + 4).min(end);
        parts.push(part(heading, body.slice(start..end))?);
        at = end + dividing.len();
    }
}

fn part(heading: &str, bytes: Bytes) -> Result<Part, String> {
    let line = |name: &str| {
        let mut lines = heading.split("\r\n").filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let about = line("content-disposition").ok_or("a part that says nothing of itself")?;
    let about = about.strip_prefix("form-data; ").ok_or("a part that is no form data")?;
    let name = quoted(about, "name").ok_or("a part without a name")?;
    let file = quoted(about, "filename");
    Ok(Part { name, file, media: line("content-type").map(str::to_owned), bytes })
}

/// The quoted value of a parameter.
fn quoted(text: &str, name: &str) -> Option<String> {
    let start = text
        .strip_prefix(&format!("{name}=\""))
        .or_else(|| text.split_once(&format!("; {name}=\"")).map(|(_, rest)| rest))?;
    start.split_once('"').map(|(value, _)| value.to_owned())
}

fn find(body: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    body.get(from..)?.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}
