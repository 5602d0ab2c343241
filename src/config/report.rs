//! What `mesabot check` prints: every fault, or a line that names the configuration in use.
//! Deliberately absent: checks of live systems, such as whether the database answers.

use std::fmt;

use super::{Config, Fault, Loaded, Sources, exposed, procedure};

/// The result of a check.
#[derive(Debug, Clone)]
pub struct Report {
    pub faults: Vec<Fault>,
    /// Problems that do not keep the desk from starting.
    pub warnings: Vec<String>,
    summary: String,
}

impl Report {
    /// Whether the desk could start.
    pub fn is_fine(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            writeln!(f, "{fault}")?;
        }
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}.")?;
        }
        f.write_str(&self.summary)
    }
}

/// Checks the configuration and the procedure.
pub fn check(sources: Sources) -> Report {
    let warnings = exposed(&sources);
    let report = match Config::load(sources) {
        Ok(loaded) => Report { faults: vec![], warnings: vec![], summary: summary(&loaded) },
        Err(faults) => at_fault(faults),
    };
    Report { warnings, ..report }
}

/// Checks a procedure alone, a shipped one or one in a file.
pub fn check_procedure(wanted: &str, sources: &Sources) -> Report {
    match procedure::named(wanted, sources) {
        Ok(procedure) => {
            let summary = format!(
                "Procedure is fine: {}, {} ({} categories, {} groups, {} statuses)",
                procedure.id,
                procedure.version,
                procedure.categories.len(),
                procedure.groups.len(),
                procedure.statuses.len(),
            );
            Report { faults: vec![], warnings: vec![], summary }
        }
        Err(faults) => at_fault(faults),
    }
}

fn at_fault(faults: Vec<Fault>) -> Report {
    let summary = match faults.len() {
        1 => "1 fault.".to_owned(),
        many => format!("{many} faults."),
    };
    Report { faults, warnings: vec![], summary }
}

fn summary(Loaded { config, procedure }: &Loaded) -> String {
    format!(
        "Configuration is fine: procedure {} ({} categories, {} groups), database {}, \
         telegram: {}, discord: {}",
        procedure.id,
        procedure.categories.len(),
        procedure.groups.len(),
        config.database,
        on_or_off(config.telegram.token.is_some()),
        on_or_off(config.discord.token.is_some()),
    )
}

fn on_or_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
