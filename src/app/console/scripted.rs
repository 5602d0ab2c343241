//! A script from standard input, played line by line as it arrives. Only `@` moves the clock, so
//! that the same script on an empty demonstration gives the same transcript. The first line that
//! cannot be played ends the script.

use std::process::ExitCode;

use tokio::io::{AsyncBufReadExt, BufReader};

use super::stage::{Stage, Unplayable};
use crate::channel::console::script::{self, Line, Unreadable};

/// Plays standard input to its end.
pub(super) async fn run(mut stage: Stage) -> anyhow::Result<ExitCode> {
    let mut input = BufReader::new(tokio::io::stdin());
    let mut spacing = Spacing::default();
    let mut raw = Vec::new();
    for number in 1.. {
        raw.clear();
        if input.read_until(b'\n', &mut raw).await? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&raw);
        let line = script::bare(&text).trim();
        let played = match std::str::from_utf8(&raw) {
            Ok(_) => play(&mut stage, &mut spacing, line).await,
            Err(_) => Err(Unreadable::Encoding.into()),
        };
        if let Err(why) = played {
            eprintln!("mesabot: line {number} could not be played: {line}\n{why}");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn play(stage: &mut Stage, spacing: &mut Spacing, line: &str) -> Result<(), Unplayable> {
    let read = script::read(line);
    if matches!(read, Ok(Line::Blank)) {
        return Ok(());
    }
    let comment = matches!(read, Ok(Line::Comment));
    stage.print(spacing.before(comment))?;
    stage.print(&format!("{line}\n"))?;
    match read? {
        Line::Blank | Line::Comment => {}
        Line::Act { who, act } => {
            let person = stage.person(&who)?;
            stage.plays(&person, act).await?;
        }
        Line::Clock(to) => {
            stage.moves(to).await?;
        }
    }
    Ok(())
}

/// Empty lines between acts; a comment stays with the act below it.
#[derive(Debug, Default)]
struct Spacing {
    /// Whether the last line was a comment; `None` before the first line.
    comment: Option<bool>,
}

impl Spacing {
    fn before(&mut self, comment: bool) -> &'static str {
        match self.comment.replace(comment) {
            None | Some(true) => "",
            Some(false) => "\n",
        }
    }
}
