//! What the operator decides: where the database is, which procedure the desk runs on, which
//! channels it speaks on. Three layers are laid over each other (the shipped defaults, the
//! operator's file, the environment), read in one pass that tells every fault at once, and handed
//! out as plain typed values.
//!
//! Deliberately absent: anything read again later. A desk runs on what it started with.

mod exposure;
pub mod fault;
mod files;
mod layers;
pub mod procedure;
mod reading;
pub mod report;
pub(crate) mod section;
pub mod settings;
mod tree;
mod webhook;

use crate::domain::procedure::Procedure;

pub use exposure::exposed;
pub use fault::{Fault, Place};
pub use layers::{DEFAULTS, Sources};
pub use report::{Report, check, check_procedure};
pub use settings::Config;

/// A configuration without a fault, and the procedure it names.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The operator's decisions.
    pub config: Config,
    /// The rules the desk runs on.
    pub procedure: Procedure,
}

impl Config {
    /// Reads every layer and the procedure they name; either all of it is in order, or every fault
    /// is told.
    pub fn load(sources: Sources) -> Result<Loaded, Vec<Fault>> {
        let log = fault::FaultLog::default();
        let stack = sources.stack(&log);
        let top = section::Section::top(&stack, &log);
        let procedure = procedure::load(&top, &sources, &log);
        let config = reading::read(&top, &|place| sources.beside(place));
        top.finish();
        let keys = log.keys();
        let mut faults = log.into_faults();
        section::suggest_variables(&mut faults, &keys);
        match (config, procedure) {
            (Some(config), Some(procedure)) if faults.is_empty() => {
                let procedure = Procedure { limits: config.limits, ..procedure };
                Ok(Loaded { config, procedure })
            }
            _ => Err(faults),
        }
    }
}

/// Every key that has a meaning, dotted from the top.
pub fn keys() -> Vec<String> {
    let log = fault::FaultLog::default();
    let defaults = layers::defaults(&log);
    let top = section::Section::top(&defaults, &log);
    top.text("procedure");
    reading::read(&top, &|_| std::path::PathBuf::new());
    log.keys()
}
