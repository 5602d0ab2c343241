//! Writes a month's workbook into a file: the database is read a page at a time, and the sheets are
//! written on a thread of their own, for that is work and not waiting. Memory does not grow with the
//! tickets. Deliberately absent: what stands in the sheets, and where the file goes.

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

/// How many pages of tickets may wait to be written.
const PAGES: usize = 2;

/// A workbook to be written.
#[derive(Clone)]
pub struct Book {
    /// The desk's rules and words.
    pub procedure: Arc<Procedure>,
    /// In which language.
    pub locale: Locale,
    /// The present.
    pub now: Timestamp,
    /// Which month.
    pub month: Month,
    /// Its figures.
    pub figures: Arc<Figures>,
}

impl Book {
    /// The span that the workbook speaks of.
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
                // The writer has failed, and says why below.
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
