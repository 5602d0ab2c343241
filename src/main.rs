//! The binary. All code is in the library, so that tests and benchmarks use the same parts.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    mesabot::app::cli::main().await
}
