//! Reads lines of a person from the terminal, with editing and a history in the working directory. Deliberately
//! absent: the meaning of a line.

use rustyline::{Config, DefaultEditor, error::ReadlineError};

/// The history file.
const HISTORY: &str = ".mesabot-history";

pub struct Editor(DefaultEditor);

impl Editor {
    /// Opens the terminal and loads the history if there is one.
    ///
    /// # Errors
    /// When there is no terminal.
    pub fn open() -> Result<Self, ReadlineError> {
        let config = Config::builder().auto_add_history(true).history_ignore_dups(true)?.build();
        let mut editor = DefaultEditor::with_config(config)?;
        // The first run has no history.
        let _: Result<(), ReadlineError> = editor.load_history(HISTORY);
        Ok(Self(editor))
    }

    /// The next line; `None` at Ctrl-D and Ctrl-C.
    ///
    /// # Errors
    /// When the terminal is closed.
    pub fn line(&mut self, prompt: &str) -> Result<Option<String>, ReadlineError> {
        match self.0.readline(prompt) {
            Ok(line) => Ok(Some(line)),
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The current width of the terminal, in columns.
    pub fn columns(&mut self) -> Option<usize> {
        self.0.dimensions().map(|(columns, _)| usize::from(columns))
    }

    /// Saves the history.
    pub fn close(mut self) {
        // A lost history is no reason to end with an error.
        let _: Result<(), ReadlineError> = self.0.save_history(HISTORY);
    }
}
