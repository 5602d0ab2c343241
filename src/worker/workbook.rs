//! Writes a month's workbook into a file. The database is read a page at a time, and a blocking
//! thread writes the sheets, because that is computation. Memory does not grow with the number of
//! tickets. Deliberately absent: the contents of the sheets, and where the file goes.

use std::{fs::File, io::BufWriter, ops::Range, sync::Arc};

use anyhow::Context;
use rust_xlsxwriter::XlsxError;
use tokio::sync::mpsc;

use crate::{
    chat::{view::workbook::Sheets, wording::Voice},
    domain::{
        locale::Locale,
        procedure::Procedure,
        report::{Case, Figures, Month},
        time::Timestamp,
    },
    service::{Connection, report::Cases},
};

/// How many pages of tickets may wait for the writer.
const PAGES: usize = 2;

#[derive(Clone)]
pub struct Book {
    pub procedure: Arc<Procedure>,
    pub locale: Locale,
    pub now: Timestamp,
    pub month: Month,
    pub figures: Arc<Figures>,
}

impl Book {
    /// The span that the workbook covers.
    fn span(&self) -> Range<Timestamp> {
        self.month.known(self.procedure.desk_calendar(), self.now)
    }

    /// Writes the workbook into a file; gives how many tickets it lists.
    ///
    /// # Errors
    /// When the database fails, there are more tickets than a sheet has rows, or the disk is full.
    pub async fn write(&self, conn: &impl Connection, into: File) -> anyhow::Result<u32> {
        let (pages, waiting) = mpsc::channel(PAGES);
        let book = self.clone();
        let writing = tokio::task::spawn_blocking(move || book.fill(waiting, into));
        let mut cases = Cases::of(conn, &self.procedure, self.span()).await?;
        while let Some(page) = cases.next().await? {
            if pages.send(page).await.is_err() {
                // The writer has failed; its error is returned below.
                break;
            }
        }
        drop(pages);
        writing.await?.context("the workbook cannot be written")
    }

    fn fill(&self, mut pages: mpsc::Receiver<Vec<Case>>, into: File) -> Result<u32, XlsxError> {
        let voice = Voice { locale: self.locale, procedure: &self.procedure, now: self.now };
        let mut sheets = Sheets::begin(voice, &self.figures, self.month)?;
        while let Some(page) = pages.blocking_recv() {
            sheets.add(&page)?;
        }
        sheets.finish(BufWriter::new(into))
    }
}
