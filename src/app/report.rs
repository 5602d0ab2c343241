//! `mesabot report`: writes a month's workbook, one row a ticket.

use std::{
    fs::{self, File},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, bail};
use clap::Args;

use super::{App, desk};
use crate::{
    chat::{view::workbook, wording::Voice},
    clock::{Clock, SystemClock},
    config::Loaded,
    domain::report::Month,
    service::report,
    worker::workbook::Book,
};

#[derive(Debug, Args)]
pub struct Options {
    /// The month, such as 2026-02
    month: Month,
    /// The folder in which the workbook is written; made when it is not there
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

pub(super) async fn run(loaded: &Loaded, options: &Options) -> anyhow::Result<ExitCode> {
    let month = options.month;
    let now = SystemClock.now();
    let calendar = loaded.procedure.desk_calendar();
    if month > Month::of(calendar, now) {
        bail!("{month} has not begun yet; write a month that has");
    }
    let app =
        App::open(loaded.config.database.expose(), desk(loaded), Arc::new(SystemClock)).await?;
    let reader = app.database.reader();
    let procedure = Arc::clone(&app.desk.procedure);
    let figures = Arc::new(report::figures(reader, &procedure, &month.known(calendar, now)).await?);
    let locale = loaded.config.locale;
    let voice = Voice { locale, procedure: &loaded.procedure, now };
    fs::create_dir_all(&options.out)
        .with_context(|| format!("the folder {} cannot be made", options.out.display()))?;
    let path = options.out.join(workbook::file_name(&voice, month));
    let file = File::create(&path);
    let file = file.with_context(|| format!("{} cannot be written", path.display()))?;
    let counted = Book { procedure, locale, now, month, figures }.write(reader, file).await?;
    app.database.close().await;
    println!("{}: {counted} ticket(s)", path.display());
    Ok(ExitCode::SUCCESS)
}
