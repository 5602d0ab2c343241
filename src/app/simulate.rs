//! `mesabot simulate`: shows what a procedure would do with a request, before it is put to use. It
//! reads the procedure alone; it opens no database and sends no message.

use std::{fmt::Write as _, io::Write as _, process::ExitCode};

use anyhow::{Context, anyhow};
use clap::Args;
use serde_json::{Value, json};

use super::calendar::{instant, written};
use crate::{
    config::{fault::nearest, section::either},
    domain::{
        intake::IntakePath,
        locale::Locale,
        priority::{Degree, Priority},
        procedure::{Category, Procedure},
        simulation::{Simulated, Supposed, Told, simulate},
        source::Source,
        time::Timestamp,
        warning::{Clock, Receiver, Stage},
    },
};

/// The command line speaks English.
const SPOKEN: Locale = Locale::En;

#[derive(Debug, Args)]
pub struct Options {
    /// A shipped procedure or the path of a .toml [default: the configured one]
    #[arg(long, value_name = "PROCEDURE")]
    pub procedure: Option<String>,
    /// The key of a category
    #[arg(long, value_name = "KEY")]
    category: String,
    /// When it comes: 2026-12-24T15:30 in the desk's time zone, or with an offset
    #[arg(long, value_name = "INSTANT")]
    at: String,
    /// How it comes: chat, phone, mail, in_person, proactive or after_the_fact
    #[arg(long, default_value = "chat", value_parser = source)]
    source: Source,
    /// Its priority [default: what impact and urgency give]
    #[arg(long, value_parser = priority)]
    priority: Option<Priority>,
    /// Who is affected: low (one person), medium (an area) or high (all people)
    #[arg(long, default_value = "low", value_parser = degree)]
    impact: Degree,
    /// Whether work goes on: low (it does), medium (with difficulty) or high (it does not)
    #[arg(long, default_value = "low", value_parser = degree)]
    urgency: Degree,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(procedure: &Procedure, options: &Options) -> anyhow::Result<ExitCode> {
    let category = category(procedure, &options.category)?;
    let at = instant(procedure.desk_calendar(), "--at", &options.at)?;
    let by_matrix = procedure.priorities.priority(options.impact, options.urgency);
    let priority = options.priority.unwrap_or(by_matrix);
    let supposed = Supposed { category, source: options.source, priority, at };
    let simulated = simulate(procedure, &supposed).ok_or_else(|| {
        anyhow!("the category `{}` names a group that is not there", category.key)
    })?;
    let shown = Shown { procedure, supposed, simulated };
    let said = if options.json { format!("{:#}\n", shown.json()) } else { shown.text() };
    write!(std::io::stdout().lock(), "{said}").context("the answer cannot be written")?;
    Ok(ExitCode::SUCCESS)
}

fn category<'p>(procedure: &'p Procedure, key: &str) -> anyhow::Result<&'p Category> {
    procedure.category(key).ok_or_else(|| {
        let keys = || procedure.categories.iter().map(|category| category.key.as_str());
        match nearest(key, keys()) {
            Some(meant) => anyhow!("there is no category `{key}`. Did you mean `{meant}`?"),
            None => anyhow!("there is no category `{key}`. Write {}.", either(keys())),
        }
    })
}

fn one_of<T: Copy>(text: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, String> {
    let found = all.iter().copied().find(|one| name(*one) == text);
    found.ok_or_else(|| format!("write {}", either(all.iter().map(|one| name(*one)))))
}

fn source(text: &str) -> Result<Source, String> {
    let all: Vec<Source> = std::iter::once(Source::Chat).chain(Source::REGISTERED).collect();
    one_of(text, &all, Source::as_str)
}

fn priority(text: &str) -> Result<Priority, String> {
    let all = [Priority::Low, Priority::Medium, Priority::High, Priority::Critical];
    one_of(text, &all, Priority::as_str)
}

fn degree(text: &str) -> Result<Degree, String> {
    one_of(text, &Degree::ALL, Degree::as_str)
}

struct Shown<'p> {
    procedure: &'p Procedure,
    supposed: Supposed<'p>,
    simulated: Simulated<'p>,
}

impl Shown<'_> {
    fn at(&self, at: Timestamp) -> String {
        written(self.procedure.desk_calendar(), at)
    }

    /// The recipients of a stage, as the procedure names them.
    fn receivers(&self, told: &Told) -> Vec<String> {
        let group = &self.simulated.group.key;
        let receiver = |receiver: &Receiver| match receiver {
            // The ticket has no owner while the first promise runs.
            Receiver::Owner if told.clock == Clock::Own => vec![format!("group {group}")],
            Receiver::Owner => vec![format!("its technician, or group {group}")],
            Receiver::NextLevel => {
                let next = self.simulated.next_level.iter();
                next.map(|group| format!("group {}", group.key)).collect()
            }
            Receiver::Supervisors => vec!["supervisors".to_owned()],
        };
        told.receivers.iter().flat_map(receiver).collect()
    }

    /// The recipients of the first notice.
    fn told_at_once(&self) -> Vec<String> {
        let group = format!("group {}", self.simulated.group.key);
        match (self.simulated.way, self.supposed.source) {
            (IntakePath::Routed(_), _) | (_, Source::AfterTheFact) => vec!["requester".into()],
            _ => vec!["requester".into(), group],
        }
    }

    fn text(&self) -> String {
        let supposed = &self.supposed;
        let simulated = &self.simulated;
        let mut out = String::new();
        let mut line = |words: String| {
            out.push_str(&words);
            out.push('\n');
        };
        let Procedure { id, version, .. } = self.procedure;
        let category = supposed.category;
        line(format!("Procedure  {id}, {version}"));
        line(format!("Category   {} ({})", category.key, category.name.get(SPOKEN)));
        line(format!("Received   {}, {}", self.at(supposed.at), supposed.source.as_str()));
        line(format!("Priority   {}", supposed.priority.as_str()));
        match simulated.way {
            IntakePath::Routed(route) => {
                line(format!("Route      to another procedure: {}", route.procedure.get(SPOKEN)));
                line(format!("           {}", route.destination.get(SPOKEN)));
            }
            IntakePath::SelfHelp => {
                line(format!("Route      {} step(s) of guidance first", category.self_help.len()));
            }
            IntakePath::Group => {}
        }
        if simulated.reception.is_some() {
            let group = simulated.group;
            let guided = simulated.way == IntakePath::SelfHelp;
            let lead = if guided { "           then " } else { "Route      " };
            let hours = if group.calendar.is_some() { ", in hours of its own" } else { "" };
            let name = group.name.get(SPOKEN);
            let level = group.level;
            let decides =
                if simulated.then.is_some() { ", which approves or rejects it" } else { "" };
            line(format!("{lead}group {} ({name}), level {level}{hours}{decides}", group.key));
        }
        if let Some((next, group)) = simulated.then {
            let key = &next.key;
            let name = next.name.get(SPOKEN);
            line(format!("Approved   opens a ticket of {key} ({name}) for group {}", group.key));
        }
        line(format!("Told       {}", self.told_at_once().join(", ")));
        if let Some(reception) = &simulated.reception {
            let times = &reception.times;
            let promise = &reception.promise;
            line(format!("Own        by {} ({})", self.at(promise.own_due), times.own));
            line(format!("Resolve    by {} ({})", self.at(promise.resolve_due), times.resolve));
        }
        for told in &simulated.told {
            let clock = clock(told.clock);
            let stage = stage(told.stage);
            let hearers = match self.receivers(told) {
                none if none.is_empty() => "no recipient".to_owned(),
                hearers => hearers.join(", "),
            };
            line(format!("{stage:<10} at {} ({clock}): {hearers}", self.at(told.at)));
        }
        if let Some(validation) = &simulated.validation {
            line("If it is solved at the last moment and no answer comes:".to_owned());
            line(format!("Reminder   at {}", self.at(validation.remind_at)));
            line(format!("Closes     at {}", self.at(validation.close_at)));
        }
        let endings = simulated
            .endings
            .iter()
            .map(|(ending, status)| format!("{} ({})", ending.as_str(), status.as_str()));
        let _ = writeln!(out, "Endings    {}", endings.collect::<Vec<_>>().join(", "));
        out
    }

    fn json(&self) -> Value {
        let supposed = &self.supposed;
        let simulated = &self.simulated;
        let (way, elsewhere) = match simulated.way {
            IntakePath::Group => ("group", None),
            IntakePath::SelfHelp => ("self_help", None),
            IntakePath::Routed(route) => ("routed", Some(route)),
        };
        let promise = simulated.reception.as_ref().map(|reception| {
            json!({
                "own": self.at(reception.promise.own_due),
                "resolve": self.at(reception.promise.resolve_due),
            })
        });
        let told = simulated.told.iter().map(|told| {
            json!({
                "at": self.at(told.at),
                "clock": clock(told.clock),
                "stage": stage(told.stage).to_lowercase(),
                "told": self.receivers(told),
            })
        });
        let endings = simulated.endings.iter().map(
            |(ending, status)| json!({ "ending": ending.as_str(), "status": status.as_str() }),
        );
        let group = simulated.reception.as_ref().map(|_| {
            let group = simulated.group;
            json!({ "key": group.key, "level": group.level, "own_hours": group.calendar.is_some() })
        });
        json!({
            "procedure": self.procedure.id,
            "version": self.procedure.version,
            "category": supposed.category.key,
            "received": self.at(supposed.at),
            "source": supposed.source.as_str(),
            "priority": supposed.priority.as_str(),
            "way": way,
            "guidance": if way == "self_help" { supposed.category.self_help.len() } else { 0 },
            "route": elsewhere.map(|route| json!({
                "key": route.key,
                "procedure": route.procedure.get(SPOKEN),
                "where": route.destination.get(SPOKEN),
            })),
            "group": group,
            "approval": simulated.then.map(|(next, group)| json!({
                "by": simulated.group.key,
                "then": next.key,
                "then_group": group.key,
            })),
            "told": self.told_at_once(),
            "due": promise,
            "warnings": told.collect::<Vec<_>>(),
            "validation": simulated.validation.as_ref().map(|validation| json!({
                "reminder": self.at(validation.remind_at),
                "closes": self.at(validation.close_at),
            })),
            "endings": endings.collect::<Vec<_>>(),
        })
    }
}

fn clock(clock: Clock) -> &'static str {
    match clock {
        Clock::Own => "own",
        Clock::Resolve => "resolve",
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Warning => "Warning",
        Stage::Breach => "Breach",
        Stage::Escalation => "Escalation",
    }
}
