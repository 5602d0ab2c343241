//! A month's report for tests: every ticket at once, and the workbook as bytes.

use std::{
    io::{Read, Seek},
    sync::Arc,
};

use mesabot::{
    domain::{
        locale::Locale,
        procedure::Procedure,
        report::{Case, Figures, Month},
        time::Timestamp,
    },
    service::{
        database::Reader,
        report::{self, Cases},
    },
    worker::workbook::Book,
};

/// Every ticket that the report of a completed month lists.
pub async fn cases(reader: &Reader, procedure: &Procedure, month: Month) -> Vec<Case> {
    let mut all = Vec::new();
    let mut pages =
        Cases::of(reader, procedure, month.span(procedure.desk_calendar())).await.unwrap();
    while let Some(page) = pages.next().await.unwrap() {
        all.extend(page);
    }
    all
}

/// The figures of a completed month.
pub async fn figures(reader: &Reader, procedure: &Procedure, month: Month) -> Figures {
    report::figures(reader, procedure, &month.span(procedure.desk_calendar())).await.unwrap()
}

/// The Spanish workbook of a month, as the bytes of its file.
pub async fn workbook(
    reader: &Reader,
    procedure: &Procedure,
    month: Month,
    now: Timestamp,
) -> Vec<u8> {
    let span = month.known(procedure.desk_calendar(), now);
    let figures = Arc::new(report::figures(reader, procedure, &span).await.unwrap());
    let procedure = Arc::new(procedure.clone());
    let book = Book { procedure, locale: Locale::Es, now, month, figures };
    let mut file = tempfile::tempfile().unwrap();
    book.write(reader, file.try_clone().unwrap()).await.unwrap();
    file.rewind().unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}
