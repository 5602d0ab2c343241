//! A button that answers a question. Deliberately absent: the question.

/// A button that answers a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is read on it.
    pub label: String,
    /// What it stands for.
    pub value: String,
}

impl Choice {
    /// A button.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}
