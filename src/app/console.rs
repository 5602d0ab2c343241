//! The console.
use crate::config::Loaded;
use std::process::ExitCode;
/// Options.
#[derive(Debug, Default, clap::Args)]
pub struct Options {}
pub(super) async fn run(_: &Loaded, _: Options) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
