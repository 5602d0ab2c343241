//! A month's key figures, as a chat message. Deliberately absent: the workbook with one row per
//! ticket ([`super::workbook`]).

use crate::{
    chat::{
        button::Code,
        outgoing::{Button, Outgoing, RichText, Style},
        wording::Voice,
    },
    domain::{
        report::{Backlog, Figures, Month, Ratings, Share},
        status::Status,
    },
};

/// The Spanish name of the command that shows a month's figures. The button of the previous month runs it.
pub const COMMAND: &str = "informe";

/// The figures of a month.
pub fn message(voice: &Voice<'_>, figures: &Figures, month: Month) -> Outgoing {
    let calendar = voice.procedure.desk_calendar();
    let named = [("month", month_name(voice, month).into())];
    let mut text = RichText::default();
    if figures.is_empty() {
        text.push(voice.say("report-none", &named), Style::Plain);
    } else {
        let under_way = month == Month::of(calendar, voice.now);
        let heading = if under_way { "report-so-far" } else { "report-heading" };
        text.push(voice.say(heading, &named), Style::Bold);
        totals(&mut text, voice, figures);
        by_category(&mut text, voice, figures);
        by_technician(&mut text, voice, figures);
    }
    let earlier = month.previous();
    let label =
        voice.say("button-report-previous", &[("month", month_name(voice, earlier).into())]);
    let code = Code::Command(format!("{} {earlier}", COMMAND)).encode();
    Outgoing { text, buttons: vec![vec![Button { label, code }]], ..Default::default() }
}

/// A month in words.
pub fn month_name(voice: &Voice<'_>, month: Month) -> String {
    let args = [("month", month.month().into()), ("year", month.year().to_string().into())];
    voice.say("report-month", &args)
}

/// The average rating with one decimal; `None` without ratings.
pub fn average(voice: &Voice<'_>, ratings: Ratings) -> Option<String> {
    let tenths = ratings.tenths()?;
    let args = [("whole", (tenths / 10).into()), ("tenth", (tenths % 10).into())];
    Some(voice.say("decimal", &args))
}

fn totals(text: &mut RichText, voice: &Voice<'_>, figures: &Figures) {
    // The number of reopenings is shown when some ticket was reopened more than once.
    let again = figures.reopenings > figures.reopened;
    let counts = [
        ("received", figures.total.received.into()),
        ("solved", figures.total.solved.into()),
        ("closed", figures.closed.into()),
        ("reopened", figures.reopened.into()),
        ("times", if again { figures.reopenings } else { 0 }.into()),
    ];
    line(text, voice.say("report-counts", &counts));
    backlog(text, voice, &figures.backlog);
    by_nature(text, voice, figures);
    let not_managed = voice.status(Status::NotManaged);
    for (key, number) in [
        ("report-withdrawn", figures.withdrawn),
        ("report-self-help", figures.self_help),
        ("report-not-managed", figures.not_managed),
        ("report-routed", figures.routed),
    ] {
        if number > 0 {
            let args = [("count", number.into()), ("status", not_managed.into())];
            line(text, voice.say(key, &args));
        }
    }
    for (key, share) in [("report-owned", figures.owned), ("report-in-time", figures.total.in_time)]
    {
        text_of_share(text, voice, key, share);
    }
    match average(voice, figures.total.ratings) {
        Some(average) => {
            let args = [
                ("average", average.into()),
                ("count", figures.total.ratings.count.into()),
                ("asked", figures.asked.into()),
            ];
            line(text, voice.say("report-ratings", &args));
        }
        None if figures.asked > 0 => line(text, voice.text("report-no-ratings")),
        None => {}
    }
}

/// Adds the backlog, and what of it is overdue or not yet accepted.
fn backlog(text: &mut RichText, voice: &Voice<'_>, backlog: &Backlog) {
    let flow = [
        ("start", backlog.start.into()),
        ("entered", backlog.entered.into()),
        ("left", backlog.left.into()),
        ("end", backlog.end.into()),
    ];
    line(text, voice.say("report-backlog", &flow));
    for (key, number) in [("report-overdue", backlog.overdue), ("report-untaken", backlog.untaken)]
    {
        if number > 0 {
            line(text, voice.say(key, &[("count", number.into())]));
        }
    }
}

/// Adds the received tickets by nature, where the procedure names natures (C1).
fn by_nature(text: &mut RichText, voice: &Voice<'_>, figures: &Figures) {
    let Some(natures) = &voice.procedure.natures else { return };
    let args = [
        ("corrective", natures.corrective.get(voice.locale).into()),
        ("reported", (figures.total.received - figures.proactive).into()),
        ("proactive", natures.proactive.get(voice.locale).into()),
        ("found", figures.proactive.into()),
    ];
    line(text, voice.say("report-natures", &args));
}

fn text_of_share(text: &mut RichText, voice: &Voice<'_>, key: &str, share: Share) {
    let Some(percent) = share.percent() else { return };
    let args = [("percent", percent.into()), ("met", share.met.into()), ("of", share.of.into())];
    line(text, voice.say(key, &args));
}

fn by_category(text: &mut RichText, voice: &Voice<'_>, figures: &Figures) {
    if figures.categories.is_empty() {
        return;
    }
    heading(text, voice.text("report-by-category"));
    for (key, tally) in &figures.categories {
        let args = [
            ("name", voice.category(key).into()),
            ("received", tally.received.into()),
            ("solved", tally.solved.into()),
        ];
        line(text, voice.say("report-category", &args));
    }
}

fn by_technician(text: &mut RichText, voice: &Voice<'_>, figures: &Figures) {
    if figures.technicians.is_empty() {
        return;
    }
    heading(text, voice.text("report-by-technician"));
    for ((name, _), tally) in &figures.technicians {
        let mut args = vec![
            ("name", name.as_str().into()),
            ("accepted", tally.accepted.into()),
            ("solved", tally.solved.into()),
        ];
        let average = average(voice, tally.ratings);
        let rated = average.is_some();
        args.extend(average.map(|average| ("average", average.into())));
        let key = if rated { "report-technician-rated" } else { "report-technician" };
        line(text, voice.say(key, &args));
    }
}

fn heading(text: &mut RichText, words: String) {
    text.push(format!("\n\n{words}"), Style::Bold);
}

fn line(text: &mut RichText, words: String) {
    text.push(format!("\n{words}"), Style::Plain);
}
