//! A month's report as a workbook: the figures on one sheet, one row per ticket on the other (N9).
//! Texts that people wrote are stored as text cells, so that none of them is evaluated as a
//! formula.

use std::io::Write;

use chrono::NaiveDateTime;
use rust_xlsxwriter::{DocProperties, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{answers, report::month_name, steps};
use crate::{
    chat::{shorten::clip, wording::Voice},
    domain::{
        ending::Ending,
        procedure::TicketKind,
        report::{Case, Figures, Month, Ratings, Share},
        time::Timestamp,
    },
};

/// The longest text of a cell, in characters; below Excel's 32,767 UTF-16 units even where each
/// character takes two.
const LONGEST_CELL: usize = 16_000;

/// The media type of a workbook.
pub const MEDIA: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The width of a column of prose, in characters.
const WIDE: f64 = 60.0;

/// How many pages wide the sheet of tickets prints, so that its rows stay legible.
const PAGES_OF_DETAIL: u16 = 4;

/// The index of the sheet that lists the tickets.
const DETAIL: usize = 1;

enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Share(String),
    Average(f64),
    Instant(NaiveDateTime),
}

struct Formats {
    heading: Format,
    title: Format,
    words: Format,
    number: Format,
    share: Format,
    average: Format,
    instant: Format,
}

impl Formats {
    fn new() -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        Self {
            heading: Format::new()
                .set_bold()
                .set_background_color(0x00DD_E6F0)
                .set_text_wrap()
                .set_indent(1),
            title: Format::new().set_bold().set_font_size(14),
            // Indented, so that text does not touch a number in the column before.
            words: top.clone().set_text_wrap().set_align(FormatAlign::Left).set_indent(1),
            number: top.clone(),
            share: top.clone().set_align(FormatAlign::Right),
            average: top.clone().set_num_format("0.0"),
            instant: top.set_num_format("yyyy-mm-dd hh:mm"),
        }
    }
}

/// The file name of a month's workbook.
pub fn file_name(voice: &Voice<'_>, month: Month) -> String {
    format!("{}-{month}.xlsx", voice.text("workbook-file"))
}

/// A month's workbook while it is written. Rows go to a temporary file as they come, so its memory
/// use does not grow with the number of tickets.
pub struct Sheets<'v> {
    voice: Voice<'v>,
    formats: Formats,
    book: Workbook,
    /// How many rows of tickets the detail sheet has.
    rows: u32,
}

impl<'v> Sheets<'v> {
    /// Begins a workbook with its figures; its tickets follow.
    ///
    /// # Errors
    /// When a temporary file cannot be written.
    pub fn begin(voice: Voice<'v>, figures: &Figures, month: Month) -> Result<Self, XlsxError> {
        let formats = Formats::new();
        let mut book = Workbook::new();
        // A fixed creation time makes the workbook of a past month the same file every time.
        let calendar = voice.procedure.desk_calendar();
        let known = calendar.local(month.known(calendar, voice.now).end).naive_local();
        book.set_properties(&DocProperties::new().set_creation_datetime(&known));
        let sheet = book.add_worksheet();
        summary(&mut Page { sheet, voice: &voice, formats: &formats }, figures, month)?;
        let sheet = book.add_worksheet_with_constant_memory()?;
        begin_detail(&mut Page { sheet, voice: &voice, formats: &formats })?;
        Ok(Self { voice, formats, book, rows: 0 })
    }

    /// Adds a row for each ticket that counts, below the earlier rows.
    ///
    /// # Errors
    /// When there are more tickets than a sheet has rows, or a temporary file cannot be written.
    pub fn add(&mut self, cases: &[Case]) -> Result<(), XlsxError> {
        let voice = &self.voice;
        let sheet = self.book.worksheet_from_index(DETAIL)?;
        let mut page = Page { sheet, voice, formats: &self.formats };
        for case in cases.iter().filter(|case| case.counts(&voice.procedure.left_out)) {
            self.rows += 1;
            let mut cells: Vec<Cell> =
                COLUMNS.iter().map(|column| (column.cell)(voice, case)).collect();
            cells.push(case.comment.as_deref().map_or(Cell::Empty, words));
            page.row(self.rows, cells)?;
        }
        Ok(())
    }

    /// Writes the `.xlsx` file. Returns how many tickets it lists.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self, into: impl Write + Send) -> Result<u32, XlsxError> {
        end_detail(self.book.worksheet_from_index(DETAIL)?, self.rows)?;
        self.book.save_to_writer(into)?;
        Ok(self.rows)
    }
}

/// A sheet, with what its cells need.
struct Page<'p> {
    sheet: &'p mut Worksheet,
    voice: &'p Voice<'p>,
    formats: &'p Formats,
}

impl Page<'_> {
    fn headings(&mut self, row: u32, keys: &[&str]) -> Result<(), XlsxError> {
        for (column, key) in (0..).zip(keys) {
            let words = self.voice.text(key);
            self.sheet.write_string_with_format(row, column, words, &self.formats.heading)?;
        }
        Ok(())
    }

    fn row(&mut self, row: u32, cells: impl IntoIterator<Item = Cell>) -> Result<(), XlsxError> {
        for (column, cell) in (0..).zip(cells) {
            self.write(row, column, cell)?;
        }
        Ok(())
    }

    fn write(&mut self, row: u32, column: u16, cell: Cell) -> Result<(), XlsxError> {
        let Self { sheet, formats, .. } = self;
        match cell {
            Cell::Empty => return Ok(()),
            Cell::Text(text) => {
                sheet.write_string_with_format(row, column, text, &formats.words)?
            }
            Cell::Number(number) => {
                sheet.write_number_with_format(row, column, number, &formats.number)?
            }
            Cell::Share(share) => {
                sheet.write_string_with_format(row, column, share, &formats.share)?
            }
            Cell::Average(average) => {
                sheet.write_number_with_format(row, column, average, &formats.average)?
            }
            Cell::Instant(at) => {
                sheet.write_datetime_with_format(row, column, at, &formats.instant)?
            }
        };
        Ok(())
    }
}

fn summary(page: &mut Page<'_>, figures: &Figures, month: Month) -> Result<(), XlsxError> {
    let voice = page.voice;
    let sheet = &mut *page.sheet;
    sheet.set_name(voice.text("workbook-summary"))?;
    sheet.set_column_width(0, 36)?.set_column_width(1, 14)?.set_column_width(2, 14)?;
    sheet.set_column_width(3, 24)?.set_column_width(4, 24)?;
    let title = voice.say("report-heading", &[("month", month_name(voice, month).into())]);
    sheet.write_string_with_format(0, 0, title, &page.formats.title)?;
    let number = |number: usize| Cell::Number(number as f64);
    let total = &figures.total;
    let rows = [
        ("workbook-received", number(total.received)),
        ("workbook-solved", number(total.solved)),
        ("workbook-closed", number(figures.closed)),
        ("workbook-reopened", number(figures.reopened)),
        ("workbook-reopenings", number(figures.reopenings)),
        ("workbook-withdrawn", number(figures.withdrawn)),
        ("workbook-not-managed", number(figures.not_managed)),
        ("workbook-routed", number(figures.routed)),
        ("workbook-self-help", number(figures.self_help)),
        ("workbook-corrective", number(total.received - figures.proactive)),
        ("workbook-proactive", number(figures.proactive)),
        ("workbook-owned", share(figures.owned)),
        ("workbook-in-time", share(total.in_time)),
        ("workbook-average", average(total.ratings)),
        ("workbook-ratings", number(total.ratings.count)),
        ("workbook-asked", number(figures.asked)),
        ("workbook-backlog-start", number(figures.backlog.start)),
        ("workbook-backlog-entered", number(figures.backlog.entered)),
        ("workbook-backlog-left", number(figures.backlog.left)),
        ("workbook-backlog-end", number(figures.backlog.end)),
        ("workbook-backlog-overdue", number(figures.backlog.overdue)),
        ("workbook-backlog-untaken", number(figures.backlog.untaken)),
    ];
    page.headings(2, &["workbook-figure", "workbook-value"])?;
    let mut at = 3;
    for (key, cell) in rows {
        page.write(at, 0, Cell::Text(voice.text(key)))?;
        page.write(at, 1, cell)?;
        at += 1;
    }
    let by =
        |first, count| [first, count, "workbook-solved", "workbook-in-time", "workbook-average"];
    let categories = figures.categories.iter();
    let categories =
        categories.map(|(key, tally)| (voice.category(key).to_owned(), tally.received, tally));
    let technicians = figures.technicians.iter();
    let technicians = technicians.map(|((name, _), tally)| (name.clone(), tally.accepted, tally));
    for (headers, tallies) in [
        (by("workbook-category", "workbook-received"), categories.collect::<Vec<_>>()),
        (by("workbook-technician", "workbook-accepted"), technicians.collect()),
    ] {
        at += 1;
        page.headings(at, &headers)?;
        for (name, count, tally) in tallies {
            at += 1;
            let cells = [
                Cell::Text(name),
                number(count),
                number(tally.solved),
                share(tally.in_time),
                average(tally.ratings),
            ];
            page.row(at, cells)?;
        }
        at += 1;
    }
    print_on_pages(page.sheet, 1);
    Ok(())
}

/// A column of the detail.
struct Column {
    /// The catalogue key of its heading.
    heading: &'static str,
    /// In characters.
    width: f64,
    cell: fn(&Voice<'_>, &Case) -> Cell,
}

const fn column(heading: &'static str, width: f64, cell: fn(&Voice<'_>, &Case) -> Cell) -> Column {
    Column { heading, width, cell }
}

const COLUMNS: &[Column] = &[
    column("workbook-number", 8.0, |_, case| Cell::Number(case.number.0 as f64)),
    column("workbook-parent", 8.0, |_, case| {
        case.parent.map_or(Cell::Empty, |parent| Cell::Number(parent.0 as f64))
    }),
    column("workbook-received-at", 17.0, |voice, case| instant(voice, Some(case.received))),
    column("workbook-kind", 12.0, |voice, case| {
        let kind = match case.kind {
            TicketKind::Incident => "kind-incident",
            TicketKind::Request => "kind-request",
        };
        Cell::Text(voice.text(kind))
    }),
    column("workbook-category", 24.0, |voice, case| {
        Cell::Text(voice.category(&case.category).to_owned())
    }),
    column("workbook-priority", 10.0, |voice, case| {
        Cell::Text(voice.text(&format!("priority-{}", case.priority.as_str())))
    }),
    column("workbook-status", 20.0, |voice, case| Cell::Text(voice.status(case.status).to_owned())),
    column("workbook-origin", 12.0, |voice, case| {
        Cell::Text(voice.say("network", &[("network", case.origin.as_str().into())]))
    }),
    column("workbook-source", 16.0, |voice, case| Cell::Text(voice.source(case.source))),
    column("workbook-title", 36.0, |_, case| words(&case.title)),
    column("workbook-description", WIDE, |_, case| words(&case.description)),
    column("workbook-requester", 24.0, |_, case| words(&case.requester)),
    column("workbook-place", 20.0, |_, case| words(&case.place)),
    column("workbook-assets", 20.0, |_, case| match case.assets.as_slice() {
        [] => Cell::Empty,
        tags => words(&tags.join(", ")),
    }),
    column("workbook-group", 20.0, |voice, case| Cell::Text(voice.group(&case.group).to_owned())),
    column("workbook-technician", 24.0, |_, case| {
        case.technician.as_ref().map_or(Cell::Empty, |(_, name)| words(name))
    }),
    column("workbook-own-due", 17.0, |voice, case| instant(voice, Some(case.own_due))),
    column("workbook-owned-at", 17.0, |voice, case| instant(voice, case.owned)),
    column("workbook-owned-in-time", 12.0, |voice, case| yes_or_no(voice, case.owned_in_time())),
    column("workbook-resolve-due", 17.0, |voice, case| instant(voice, case.resolve_due)),
    column("workbook-solved-at", 17.0, |voice, case| instant(voice, case.solved)),
    column("workbook-solved-in-time", 12.0, |voice, case| yes_or_no(voice, case.in_time)),
    column("workbook-solver", 24.0, |_, case| {
        case.solver.as_ref().map_or(Cell::Empty, |(_, name)| words(name))
    }),
    column("workbook-solution", WIDE, |_, case| {
        case.solution.as_deref().map_or(Cell::Empty, words)
    }),
    column("workbook-training", 30.0, |_, case| match case.training.as_slice() {
        [] => Cell::Empty,
        texts => words(&texts.join("\n")),
    }),
    column("workbook-closed-at", 17.0, |voice, case| instant(voice, case.closed)),
    column("workbook-ending", 22.0, |voice, case| {
        case.ending.map_or(Cell::Empty, |ending| Cell::Text(voice.text(ending_key(ending))))
    }),
    column("workbook-times-reopened", 12.0, |_, case| Cell::Number(case.reopened.len() as f64)),
    column("workbook-stars", 12.0, |_, case| {
        case.stars.map_or(Cell::Empty, |stars| Cell::Number(f64::from(stars)))
    }),
    column("workbook-escalations", WIDE, |voice, case| {
        listed(steps::escalations(voice, &case.steps))
    }),
    column("workbook-waits", WIDE, |voice, case| listed(steps::waits(voice, &case.steps))),
    column("workbook-visits", WIDE, |voice, case| listed(steps::visits(voice, &case.steps))),
    column("workbook-moves", WIDE, |voice, case| listed(steps::moves(voice, &case.steps))),
    column("workbook-form", WIDE, |voice, case| {
        answers::cell(voice, &case.form).as_deref().map_or(Cell::Empty, words)
    }),
    column("workbook-solution-form", WIDE, |voice, case| {
        answers::cell(voice, &case.solution_form).as_deref().map_or(Cell::Empty, words)
    }),
];

fn begin_detail(page: &mut Page<'_>) -> Result<(), XlsxError> {
    let sheet = &mut *page.sheet;
    sheet.set_name(page.voice.text("workbook-detail"))?;
    let mut names: Vec<&str> = COLUMNS.iter().map(|column| column.heading).collect();
    names.push("workbook-comment");
    for (index, column) in (0..).zip(COLUMNS) {
        sheet.set_column_width(index, column.width)?;
    }
    sheet.set_column_width(last_column(), WIDE)?;
    page.headings(0, &names)
}

fn end_detail(sheet: &mut Worksheet, rows: u32) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 1)?;
    sheet.autofilter(0, 0, rows, last_column())?;
    print_on_pages(sheet, PAGES_OF_DETAIL).set_repeat_rows(0, 0)?.set_repeat_columns(0, 0)?;
    Ok(())
}

/// The index of the comment's column, the last one.
fn last_column() -> u16 {
    u16::try_from(COLUMNS.len()).unwrap_or(u16::MAX)
}

/// Prints a sheet on so many pages of letter paper wide, the paper of offices in the product's
/// region.
fn print_on_pages(sheet: &mut Worksheet, wide: u16) -> &mut Worksheet {
    const LETTER: u8 = 1;
    sheet.set_landscape().set_paper_size(LETTER).set_print_fit_to_pages(wide, 0)
}

/// A cell with one line per occurrence.
fn listed(lines: Vec<String>) -> Cell {
    if lines.is_empty() { Cell::Empty } else { words(&lines.join("\n")) }
}

fn words(text: &str) -> Cell {
    Cell::Text(clip(text, LONGEST_CELL))
}

fn average(ratings: Ratings) -> Cell {
    ratings.tenths().map_or(Cell::Empty, |tenths| Cell::Average(tenths as f64 / 10.0))
}

fn share(share: Share) -> Cell {
    let text = |percent| Cell::Share(format!("{percent} % ({}/{})", share.met, share.of));
    share.percent().map_or(Cell::Empty, text)
}

fn instant(voice: &Voice<'_>, at: Option<Timestamp>) -> Cell {
    let local = at.map(|at| voice.procedure.local(at).naive_local());
    local.map_or(Cell::Empty, Cell::Instant)
}

fn yes_or_no(voice: &Voice<'_>, answer: Option<bool>) -> Cell {
    match answer {
        Some(true) => Cell::Text(voice.text("workbook-yes")),
        Some(false) => Cell::Text(voice.text("workbook-no")),
        None => Cell::Empty,
    }
}

fn ending_key(ending: Ending) -> &'static str {
    match ending {
        Ending::Authorised => "ending-authorised",
        Ending::Silence => "ending-silence",
        Ending::NoSurvey => "ending-no-survey",
        Ending::Withdrawn => "ending-withdrawn",
        Ending::NotManaged => "ending-not-managed",
        Ending::Approved => "ending-approved",
        Ending::Rejected => "ending-rejected",
        Ending::SelfHelp => "ending-self-help",
        Ending::Routed => "ending-routed",
    }
}
