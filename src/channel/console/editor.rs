//! The line a person types at a terminal: editing, and a history kept in the working directory.
//! Deliberately absent: what the line means.

use rustyline::{Config, DefaultEditor, error::ReadlineError};

/// Where the history is kept.
const HISTORY: &str = ".mesabot-history";

/// Reads lines from a terminal.
pub struct Editor(DefaultEditor);

impl Editor {
    /// Takes the terminal, with the history of earlier times when there is one.
    ///
    /// # Errors
    /// When there is no terminal to read from.
    pub fn open() -> Result<Self, ReadlineError> {
        let config = Config::builder().auto_add_history(true).history_ignore_dups(true)?.build();
        let mut editor = DefaultEditor::with_config(config)?;
        // The first time there is none.
        let _: Result<(), ReadlineError> = editor.load_history(HISTORY);
        Ok(Self(editor))
    }

    /// The next line; `None` at Ctrl-D and Ctrl-C.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn line(&mut self, prompt: &str) -> Result<Option<String>, ReadlineError> {
        match self.0.readline(prompt) {
            Ok(line) => Ok(Some(line)),
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How many columns the terminal has now.
    pub fn columns(&mut self) -> Option<usize> {
        self.0.dimensions().map(|(columns, _)| usize::from(columns))
    }

    /// Keeps the history for the next time.
    pub fn close(mut self) {
        // Losing a convenience is no reason to end with an error.
        let _: Result<(), ReadlineError> = self.0.save_history(HISTORY);
    }
}
