//! Sends the month's report to the supervisors once the first business day of the next month
//! begins: the figures, and where files are kept the workbook with one row a ticket (N9). The
//! transaction that enqueues the messages also marks the month, so that the report is sent once,
//! whichever replica sends it and however often a pass runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{leases::Tenure, workbook::Book};
use crate::{
    chat::{
        Desk,
        outgoing::{Delivery, Enclosure},
        posting::{self, About},
        view,
        wording::Voice,
    },
    domain::{
        locale::Locale,
        person::{Doer, Role},
        report::{Figures, Month},
        time::Timestamp,
    },
    service::{
        Act, Error, Result, Transaction,
        database::{Database, Reader},
        people, report,
    },
    store::Store,
};

/// Remembers which month's report has gone out, so that not every pass asks the database.
#[derive(Debug, Default)]
pub struct Monthly {
    store: Option<Store>,
    sent: Mutex<Option<Month>>,
}

struct Report {
    month: Month,
    figures: Arc<Figures>,
    /// The digest under which the store keeps the workbook, by its language.
    books: Vec<(Locale, String)>,
}

impl Monthly {
    /// `store` keeps the workbook until the courier sends it; without a store the figures go alone.
    pub fn new(store: Option<Store>) -> Self {
        Self { store, sent: Mutex::default() }
    }

    /// Sends the report of the last month if it is due and no replica has sent it. Gives whether
    /// this call did.
    ///
    /// # Errors
    /// When the database or the store fails; nothing is sent then, and the next pass tries again.
    pub async fn pass(
        &self,
        database: &Database,
        tenure: &Tenure,
        desk: &Desk,
        now: Timestamp,
    ) -> anyhow::Result<bool> {
        let calendar = desk.procedure.desk_calendar();
        let present = Month::of(calendar, now);
        let month = present.previous();
        let opening = calendar.add_business_days(present.span(calendar).start, 0);
        if now < opening || *self.known() == Some(month) {
            return Ok(false);
        }
        let reader = database.reader();
        let due = !report::was_sent(reader, month).await?
            && report::had_tickets(reader, month.span(calendar).end).await?;
        if due {
            let span = month.span(calendar);
            let figures = Arc::new(report::figures(reader, &desk.procedure, &span).await?);
            let procedure = Arc::clone(&desk.procedure);
            let locale = desk.locale;
            let book = Book { procedure, locale, now, month, figures: Arc::clone(&figures) };
            let books = self.books(reader, &book).await?;
            let report = &Report { month, figures, books };
            let sent: Result<(), Error> = database
                .write(|tx| {
                    Box::pin(async move {
                        tenure.hold(tx).await?;
                        send(tx, desk, report, now).await
                    })
                })
                .await;
            sent?;
        }
        *self.known() = Some(month);
        Ok(due)
    }

    /// Puts the workbook into the store, in every language. A repeated call stores it once or
    /// beside the first copy; a copy that is never sent takes some kilobytes.
    async fn books(&self, reader: &Reader, book: &Book) -> anyhow::Result<Vec<(Locale, String)>> {
        let Some(store) = &self.store else { return Ok(vec![]) };
        let mut books = Vec::new();
        for locale in Locale::ALL {
            let file = tempfile::tempfile().context("no temporary file can be made")?;
            Book { locale, ..book.clone() }.write(reader, file.try_clone()?).await?;
            let mut bytes = Vec::new();
            let mut file = tokio::fs::File::from_std(file);
            file.rewind().await?;
            file.read_to_end(&mut bytes).await?;
            books.push((locale, store.put(&bytes.into()).await?));
        }
        Ok(books)
    }

    fn known(&self) -> MutexGuard<'_, Option<Month>> {
        // One value is set at once, so a panicking thread leaves no half change behind.
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn send(tx: &Transaction, desk: &Desk, report: &Report, now: Timestamp) -> Result<(), Error> {
    let Report { month, figures, books } = report;
    if !report::mark_sent(tx, *month, now).await? {
        return Ok(());
    }
    let procedure = &desk.procedure;
    let act = Act { tx, procedure, now, doer: Doer::Desk, channel: None };
    for supervisor in people::with_role(tx, Role::Supervisor).await? {
        let Some(to) = people::addresses(tx, supervisor.id).await?.into_iter().next() else {
            continue;
        };
        let voice = Voice { locale: to.locale, procedure, now };
        let message = view::report::message(&voice, figures, *month);
        posting::post(&act, &to, message, About::default()).await?;
        if let Some((_, digest)) = books.iter().find(|(locale, _)| *locale == to.locale) {
            let book = Delivery::File(enclosed(&voice, *month, digest));
            posting::enqueue(&act, &to, &book, About::default()).await?;
        }
    }
    tracing::info!(%month, "the monthly report was sent");
    Ok(())
}

fn enclosed(voice: &Voice<'_>, month: Month, digest: &str) -> Enclosure {
    let name = view::workbook::file_name(voice, month);
    let named = view::report::month_name(voice, month);
    let args = [("month", named.into()), ("file", name.as_str().into())];
    Enclosure {
        digest: digest.to_owned(),
        media: view::workbook::MEDIA.to_owned(),
        caption: voice.plain("report-workbook", &args),
        words: voice.say("report-workbook-words", &args),
        otherwise: voice.say("report-workbook-not-shown", &args),
        name,
        pointer: None,
    }
}
