//! A ticket's SLA clocks in words: the promised times, every interval with the state of the clock
//! and its reason, and the sum. Computed from the history, not from stored totals.

use std::collections::{BTreeSet, HashMap};

use crate::{
    chat::{
        outgoing::{Outgoing, RichText, Style},
        shorten::clip,
        wording::{Arg, Voice, number},
    },
    domain::{
        calendar::Calendar,
        clocks::{InForce, Interval, Pace, in_force, intervals, spent, spent_before, turns},
        event::Event,
        id::PersonId,
        procedure::Procedure,
        promise::Measure,
        status::Status,
        time::{HOUR, MINUTE, Span, Timestamp},
        times::Times,
        warning::Clock,
    },
    entity,
    service::{
        Act, Result, editions, people,
        ticket::{
            self,
            find::{self, Entry},
        },
    },
};

/// With more intervals than this, those out of hours are merged with their neighbours.
const IN_FULL: usize = 14;
/// The most characters of a reason.
const REASON: usize = 200;

/// Explains the clocks of a ticket.
pub async fn message(
    act: &Act<'_>,
    voice: &Voice<'_>,
    ticket: &entity::ticket::Model,
) -> Result<Outgoing> {
    let history = find::history(act.tx, ticket.id).await?;
    let rules = editions::of(act.tx, act.procedure, ticket).await?;
    let mut names = HashMap::new();
    let actors: BTreeSet<PersonId> =
        history.iter().filter_map(|entry| entry.row.actor_id).collect();
    for actor in actors {
        if let Some(person) = people::person(act.tx, actor).await? {
            names.insert(actor, person.name);
        }
    }
    let explained = Explained { voice, ticket, history: &history, rules: &rules, names };
    Ok(Outgoing { text: explained.text(), ..Default::default() })
}

/// The times that a clock promises, and the instant from which they count.
#[derive(Clone, Copy)]
struct Promise {
    times: Times,
    since: Timestamp,
}

/// Whether an interval is over.
#[derive(Clone, Copy)]
enum Tense {
    Past,
    Present,
}

struct Explained<'e> {
    voice: &'e Voice<'e>,
    ticket: &'e entity::ticket::Model,
    history: &'e [Entry],
    rules: &'e Procedure,
    names: HashMap<PersonId, String>,
}

impl Explained<'_> {
    fn text(&self) -> RichText {
        let mut text = RichText::default();
        let voice = self.voice;
        text.push(voice.say("sla-heading", &[("number", number(self.ticket))]), Style::Bold);
        let promise = self.resolve();
        let promised =
            |span| [("promised", span_in_words(voice, span).into()), ("unit", unit(span).into())];
        heading(&mut text, voice.say("sla-own", &promised(self.own_times().own)));
        line(&mut text, self.own());
        heading(&mut text, voice.say("sla-resolve", &promised(promise.times.resolve)));
        let history = self.history.iter().map(|entry| (entry.row.at, &entry.event));
        let measure = Measure::of(self.calendar(), promise.times.resolve);
        let until = self.ticket.closed_at.unwrap_or(voice.now);
        let intervals =
            intervals(&turns(history), measure, |status| self.rules.clock_runs(status), until);
        for words in self.lines(&intervals) {
            line(&mut text, words);
        }
        for words in self.changes() {
            line(&mut text, words);
        }
        line(&mut text, self.sum(&intervals, measure, promise));
        if let Some(close_at) = self.ticket.close_at {
            heading(
                &mut text,
                voice.say(
                    "sla-validation",
                    &[
                        ("due", voice.when(close_at).into()),
                        ("due-form", voice.form(Some(close_at)).into()),
                    ],
                ),
            );
        }
        text
    }

    /// The promise of a solution. A broken promise stays in force.
    fn resolve(&self) -> Promise {
        self.in_force(Clock::Resolve, Timestamp(i64::MAX))
    }

    /// The times promised for accepting the ticket. A priority change after acceptance does not
    /// affect them.
    fn own_times(&self) -> Times {
        self.in_force(Clock::Own, self.ticket.owned_at.unwrap_or(Timestamp(i64::MAX))).times
    }

    fn in_force(&self, clock: Clock, until: Timestamp) -> Promise {
        let history = self.history.iter().map(|entry| (entry.row.at, &entry.event));
        // When the priority changed after `until`, the priority at `until` is the one that the
        // first later change replaced.
        let later = self.history.iter().find_map(|entry| match entry.event {
            Event::Reprioritised { from, .. } if entry.row.at > until => Some(from),
            _ => None,
        });
        let priority = later.unwrap_or(self.ticket.priority);
        let made = InForce { priority, since: self.ticket.created_at };
        let InForce { priority, since } = in_force(history, clock, made, until);
        let then = entity::ticket::Model { priority, ..self.ticket.clone() };
        Promise { times: ticket::times(self.rules, &then), since }
    }

    /// The priority changes, each with its effect on the promise.
    fn changes(&self) -> Vec<String> {
        let said = |entry: &Entry| match entry.event {
            Event::Reprioritised { from, to, ref kept, ref restarted } => Some(self.voice.say(
                "sla-priority",
                &[
                    ("name", self.name(entry).into()),
                    ("when", self.voice.when(entry.row.at).into()),
                    ("from", self.voice.priority(from).into()),
                    ("to", self.voice.priority(to).into()),
                    ("promise", counted(kept, restarted).into()),
                ],
            )),
            _ => None,
        };
        self.history.iter().filter_map(said).collect()
    }
    fn calendar(&self) -> &Calendar {
        ticket::calendar(self.rules, self.ticket)
    }

    /// How the time until a technician accepted the ticket was spent.
    fn own(&self) -> String {
        let voice = self.voice;
        let ticket = self.ticket;
        let measure = Measure::of(self.calendar(), self.own_times().own);
        let until = ticket.owned_at.or(ticket.closed_at).unwrap_or(voice.now);
        let took = self.history.iter().find(|entry| {
            // Solving or resuming a ticket without a technician accepts it, too.
            let takes = matches!(
                entry.event,
                Event::Accepted | Event::Assigned { .. } | Event::Solved { .. }
            );
            takes && Some(entry.row.at) == ticket.owned_at
        });
        let name = took.map_or_else(String::new, |entry| match &entry.event {
            Event::Assigned { name, .. } => name.clone(),
            _ => self.name(entry),
        });
        let args = [
            ("name", name.into()),
            ("when", voice.when(until).into()),
            ("spent", duration(voice, measure.between(ticket.created_at, until)).into()),
            ("due", voice.when(ticket.own_due_at).into()),
        ];
        let in_time = until <= ticket.own_due_at;
        voice.say(
            match (ticket.owned_at, ticket.closed_at) {
                (Some(_), _) if in_time => "sla-own-met",
                (Some(_), _) => "sla-own-late",
                (None, Some(_)) => "sla-own-never",
                (None, None) if in_time => "sla-own-open",
                (None, None) => "sla-own-overdue",
            },
            &args,
        )
    }

    fn lines(&self, intervals: &[Interval]) -> Vec<String> {
        if intervals.len() <= IN_FULL {
            let each = |(place, interval): (usize, &Interval)| {
                self.interval(interval, self.tense(place, intervals.len()))
            };
            return intervals.iter().enumerate().map(each).collect();
        }
        let turns: Vec<&[Interval]> = intervals.chunk_by(|a, b| a.entry == b.entry).collect();
        let each = |(place, turn): (usize, &&[Interval])| {
            let tense = self.tense(place, turns.len());
            match turn {
                [only] => self.interval(only, tense),
                several => self.several(several, tense),
            }
        };
        turns.iter().enumerate().map(each).collect()
    }

    /// The last interval of an open ticket continues.
    fn tense(&self, place: usize, count: usize) -> Tense {
        let last = place + 1 == count;
        if last && self.ticket.closed_at.is_none() { Tense::Present } else { Tense::Past }
    }

    fn interval(&self, interval: &Interval, tense: Tense) -> String {
        let entry = &self.history[interval.entry];
        let reason = match &entry.event {
            Event::Suspended { reason } | Event::PassedToVendor { reason } => {
                clip(self.voice.reason(reason), REASON)
            }
            Event::TakenByVendor => self.voice.status(Status::WithVendor).to_owned(),
            event => super::visits::reason(self.voice, event),
        };
        let solved = matches!(entry.event, Event::Solved { .. });
        let key = match (interval.pace, tense) {
            (Pace::Running, Tense::Present) => "sla-running-now",
            (Pace::Running, Tense::Past) => "sla-running",
            (Pace::OutOfHours, Tense::Present) => "sla-out-of-hours-now",
            (Pace::OutOfHours, Tense::Past) => "sla-out-of-hours",
            (Pace::Stopped, Tense::Present) if solved => "sla-solved-now",
            (Pace::Stopped, Tense::Past) if solved => "sla-solved",
            (Pace::Stopped, Tense::Present) => "sla-paused-now",
            (Pace::Stopped, Tense::Past) => "sla-paused",
        };
        let name = self.name(entry);
        self.span(
            key,
            interval.from,
            interval.until,
            &[
                ("spent", duration(self.voice, interval.counted()).into()),
                ("name", name.into()),
                ("reason", reason.into()),
                ("days", self.days_off(interval).into()),
            ],
        )
    }

    /// The closing days within an interval out of hours, as an addition to its line. Yearly
    /// holidays need no explanation.
    fn days_off(&self, interval: &Interval) -> String {
        if interval.pace != Pace::OutOfHours {
            return String::new();
        }
        let calendar = self.calendar();
        let date = |at: Timestamp| calendar.local(at).date_naive();
        let within = date(interval.from)..=date(interval.until);
        let days = calendar.holidays().closing_days.iter().filter(|day| within.contains(&day.date));
        let named = days.map(|day| {
            let name = Some(day.name.get(self.voice.locale)).filter(|name| !name.is_empty());
            self.voice.named_day(day.date, name)
        });
        let named: Vec<String> = named.collect();
        if named.is_empty() {
            return String::new();
        }
        self.voice.say("sla-days-off", &[("days", named.join(", ").into())])
    }

    /// One line for all intervals of one status.
    fn several(&self, intervals: &[Interval], tense: Tense) -> String {
        let key = match tense {
            Tense::Present => "sla-partly-now",
            Tense::Past => "sla-partly",
        };
        let from = intervals[0].from;
        let until = intervals[intervals.len() - 1].until;
        let spent = duration(self.voice, spent(intervals));
        self.span(key, from, until, &[("spent", spent.into())])
    }

    fn span(&self, key: &str, from: Timestamp, until: Timestamp, extra: &[Arg<'_>]) -> String {
        let mut args: Vec<Arg<'_>> =
            vec![("from", self.voice.when(from).into()), ("until", self.voice.when(until).into())];
        args.extend_from_slice(extra);
        self.voice.say(key, &args)
    }

    fn sum(&self, intervals: &[Interval], measure: Measure<'_>, promise: Promise) -> String {
        let Promise { times, since } = promise;
        let voice = self.voice;
        let ticket = self.ticket;
        let spent = spent(intervals);
        let due = self.calendar().due(since, times.resolve);
        let promised = measure.between(since, due) + spent_before(intervals, since);
        let left = promised - spent;
        let ended = ticket.solved_at.is_some() || ticket.closed_at.is_some();
        let key = match ticket.status {
            _ if ended && left >= 0 && ticket.resolve_left.is_none_or(|left| left >= 0) => {
                "sla-sum-met"
            }
            _ if ended => "sla-sum-late",
            _ if left < 0 => "sla-sum-over",
            status if !self.rules.clock_runs(status) => "sla-sum-paused",
            _ => "sla-sum-left",
        };
        let due = ticket.resolve_due_at.map_or(String::new(), |due| voice.when(due));
        voice.say(
            key,
            &[
                ("spent", duration(voice, spent).into()),
                ("promised", duration(voice, promised).into()),
                ("left", duration(voice, left).into()),
                ("over", duration(voice, -left).into()),
                ("unit", unit(times.resolve).into()),
                ("due", due.into()),
            ],
        )
    }

    fn name(&self, entry: &Entry) -> String {
        let actor = entry.row.actor_id.and_then(|actor| self.names.get(&actor));
        actor.cloned().unwrap_or_else(|| self.voice.text("sla-desk"))
    }
}

/// A duration in hours and minutes.
pub fn duration(voice: &Voice<'_>, milliseconds: i64) -> String {
    let minutes = milliseconds.max(0) / MINUTE;
    let hours = minutes / 60;
    let minutes = minutes % 60;
    let args = [("hours", hours.to_string().into()), ("minutes", minutes.to_string().into())];
    voice.say(
        match (hours, minutes) {
            (0, 0) if milliseconds > 0 => "duration-seconds",
            (0, _) => "duration-minutes",
            (_, 0) => "duration-hours",
            _ => "duration-both",
        },
        &args,
    )
}

/// Whether a promised span counts working or elapsed time, by its stable name.
fn unit(span: Span) -> &'static str {
    match span {
        Span::Elapsed(_) => "elapsed",
        Span::Working(_) | Span::BusinessDays(_) => "working",
    }
}

/// A promised span in words.
pub fn span_in_words(voice: &Voice<'_>, span: Span) -> String {
    match span {
        Span::Working(milliseconds) => duration(voice, milliseconds),
        Span::BusinessDays(days) => voice.say("business-days", &[("days", days.into())]),
        Span::Elapsed(milliseconds) => {
            let days = u32::try_from(milliseconds / (24 * HOUR)).unwrap_or(u32::MAX);
            voice.say("elapsed-days", &[("days", days.into())])
        }
    }
}

/// How a priority change affected the promise of a solution, by its stable name.
fn counted(kept: &[Clock], restarted: &[Clock]) -> &'static str {
    match (kept.contains(&Clock::Resolve), restarted.contains(&Clock::Resolve)) {
        (true, _) => "kept",
        (false, true) => "restarted",
        (false, false) => "anew",
    }
}

fn heading(text: &mut RichText, words: String) {
    text.push(format!("\n\n{words}"), Style::Bold);
}

fn line(text: &mut RichText, words: String) {
    text.push(format!("\n{words}"), Style::Plain);
}
