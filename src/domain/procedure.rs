//! A procedure: the written rules that one desk runs on, as data. The types mirror a procedure
//! file; `crate::config::procedure` reads and validates it. Deliberately absent: any rule that
//! depends on *which* procedure this is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    calendar::{Calendar, DeskCalendar},
    ending::Ending,
    field::Field,
    limits::Limits,
    locale::{Locale, Localized},
    priority::Priority,
    reading::Reading,
    source::Source,
    status::Status,
    time::Timestamp,
    times::Times,
    visit::Visits,
    warning::Warnings,
};

mod matrix;

pub use self::matrix::PriorityMatrix;

/// The rules that one desk runs on. They are stored, so a field that is added later needs a default
/// that changes no earlier promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// A short name such as `uspec`.
    pub id: String,
    /// The edition of the written text. Each ticket keeps the edition it runs under.
    pub version: String,
    /// The digest that identifies these rules; empty until [`Self::sealed`].
    #[serde(skip)]
    pub digest: String,
    /// The operator's limits. They are no part of the written text, nor of an edition.
    #[serde(skip)]
    pub limits: Limits,
    /// Its name.
    pub name: Localized,
    /// The desk's own hours and time zone, which [`Self::calendar_of`] returns for groups without
    /// hours of their own.
    #[serde(rename = "calendar")]
    pub desk: DeskCalendar,
    /// The promised times, where no special times apply.
    pub times: Times,
    /// Times promised to tickets of a priority, of a level, or of both. An empty list is not
    /// stored, so that rules from before this field keep their digest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special_times: Vec<SpecialTimes>,
    /// The waiting statuses in which the resolution clock is stopped.
    #[serde(default = "usual_stops", skip_serializing_if = "are_usual_stops")]
    pub stopped_in: Vec<Status>,
    /// When warnings about promises are sent; `None` sends none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Warnings>,
    /// Whether requesters are told how many tickets come before theirs (N4).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tells_queue: bool,
    /// The rules for visits at the workplace (N5); `None` has no visits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visits: Option<Visits>,
    /// The sources of requests that staff may register for others (N1).
    #[serde(default = "all_origins", skip_serializing_if = "are_all_origins")]
    pub origins: Vec<Source>,
    /// How a solved ticket ends without an answer.
    pub closing: Closing,
    /// The statuses in use, with their names.
    pub statuses: BTreeMap<Status, Localized>,
    /// The groups, in listed order.
    pub groups: Vec<Group>,
    /// The categories, in the order in which they are offered.
    pub categories: Vec<Category>,
    /// The reasons to wait, in the order in which they are offered.
    pub suspend_reasons: Vec<Reason>,
    /// The reasons to end a ticket without work, in the order in which they are offered.
    #[serde(default)]
    pub not_managed_reasons: Vec<Reason>,
    /// Priority by impact (rows) and urgency (columns).
    pub priorities: PriorityMatrix,
    /// Places offered as buttons; any other may be typed.
    pub places: Vec<Localized>,
    /// The survey questions, where they differ from the usual ones.
    #[serde(default, skip_serializing_if = "SurveyQuestions::are_usual")]
    pub survey: SurveyQuestions,
    /// Tickets with these endings are left out of reports (V12).
    #[serde(default = "usually_left_out", skip_serializing_if = "are_usually_left_out")]
    pub left_out: Vec<Ending>,
    /// The rules for related cases; `None` has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<Children>,
    /// The rules for recording equipment; `None` records none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assets: Option<Assets>,
    /// The other procedures to which requests may belong, in the order in which they are offered
    /// (C2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// The names for reported requests and for problems found by the desk, where the rules
    /// distinguish them (C1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub natures: Option<Natures>,
    /// The procedure that `with_vendor` stands for, where that is another procedure of the
    /// organisation and not an outside provider (C6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor_procedure: Option<Localized>,
    /// Whether the answer of a higher level goes back to the group that received the request, which
    /// informs the requester and closes (U6, U7, U8).
    #[serde(default, skip_serializing_if = "is_false")]
    pub answers_return: bool,
    /// Whether the solver is asked what the requester was trained in; the answer may be "nothing"
    /// (C7).
    #[serde(default, skip_serializing_if = "is_false")]
    pub asks_training: bool,
    /// The name of an outside provider, where it differs from the usual word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor_name: Option<Localized>,
    /// How far technicians may read each other's tickets.
    #[serde(default, skip_serializing_if = "Reading::is_usual")]
    pub reading: Reading,
}

/// Another procedure, and where its requesters are referred (C2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// A short name such as `sistemas`; at most 24 bytes, because button codes contain it.
    pub key: String,
    /// Its name, short enough for a button.
    pub name: Localized,
    /// The full name of the procedure.
    pub procedure: Localized,
    /// Where to ask: an address, an extension, a link.
    pub destination: Localized,
}

/// The names of requests by their cause (C1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Natures {
    /// The name of a reported problem.
    pub corrective: Localized,
    /// The name of a problem that the desk found.
    pub proactive: Localized,
}

impl Natures {
    /// The name of a request from this source.
    pub fn of(&self, source: Source) -> &Localized {
        if source.is_proactive() { &self.proactive } else { &self.corrective }
    }
}

/// The default of [`Procedure::stopped_in`]: every waiting status.
pub fn usual_stops() -> Vec<Status> {
    vec![Status::Suspended, Status::WithVendor]
}

/// The default of [`Procedure::origins`].
pub fn all_origins() -> Vec<Source> {
    Source::USUAL.to_vec()
}

fn are_all_origins(origins: &[Source]) -> bool {
    origins == Source::USUAL
}

fn are_usual_stops(stops: &[Status]) -> bool {
    stops == usual_stops()
}

/// The default of [`Procedure::left_out`]: tickets that were not managed.
pub fn usually_left_out() -> Vec<Ending> {
    vec![Ending::NotManaged, Ending::Routed]
}

fn are_usually_left_out(endings: &[Ending]) -> bool {
    endings == usually_left_out()
}

/// The procedure's own survey questions; where absent, the catalogues' questions. The answers are
/// always yes or no, and 1 to 5.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyQuestions {
    /// Whether the problem is solved.
    pub solved: Option<Localized>,
    /// How good the service was.
    pub rating: Option<Localized>,
}

impl SurveyQuestions {
    fn are_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Times promised to some tickets only. At least one of the two conditions is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialTimes {
    /// Applies to this priority.
    pub priority: Option<Priority>,
    /// Applies to tickets that a group of this level receives.
    pub level: Option<u8>,
    /// The promised times.
    pub times: Times,
}

/// How a solved ticket ends without an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The rule that closes it, as the requester is told; a general text where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence_rule: Option<Localized>,
    /// The rule by which categories without a survey close at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_survey_rule: Option<Localized>,
}

/// A group of technicians.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// A short name such as `soporte`.
    pub key: String,
    /// Its level of attention, from 1.
    pub level: u8,
    /// Its name.
    pub name: Localized,
    /// Whether its staff go to the requester's workplace (V3).
    #[serde(default, skip_serializing_if = "is_false")]
    pub on_site: bool,
    /// Whether it belongs to an outside provider (V8).
    #[serde(default, skip_serializing_if = "is_false")]
    pub vendor: bool,
    /// Its own working hours, where they differ from the desk's. They apply to the tickets it
    /// receives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
}

/// A category: something that can be requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// A short name such as `plataforma`; at most 24 bytes, because button codes contain it.
    pub key: String,
    /// The key of the group that receives it.
    pub group: String,
    /// Incident or service request.
    pub kind: TicketKind,
    /// Whether the requester is asked to authorise and rate the solution (U9).
    pub survey: bool,
    /// Its name, short enough for a button.
    pub name: Localized,
    /// A question that a request of this category must answer.
    pub details: Option<Localized>,
    /// Further fields of its request form (U12).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// The fields of its solution form (N7): first those of the whole procedure, then its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub solution_fields: Vec<Field>,
    /// The approval that it needs, and what follows; `None` for most categories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Guidance that a requester may try before a ticket is opened, step by step (C5).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub self_help: Vec<Localized>,
    /// The key of the other procedure to which such requests belong (C2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Whether only the ticket's group, its requester and supervisors may read such a ticket.
    #[serde(default, skip_serializing_if = "is_false")]
    pub confidential: bool,
}

/// An approval that comes before the work (V10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The key of the group that approves.
    pub by: String,
    /// The category of the case that opens once the request is approved.
    pub then: String,
}

/// The rules for related cases of one request (V6, V8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Children {
    /// Whether a ticket can only be solved once its related cases are over.
    pub parent_waits: bool,
    /// Whether requesters get a survey for related cases too, or only for the first ticket.
    pub child_survey: bool,
    /// Whether a ticket that needs the vendor waits here while a related case is opened with the
    /// vendor (V8).
    pub vendor_child: bool,
}

/// The rules for recording equipment (V11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    /// The name of its identifier: a tag, a serial number.
    pub name: Localized,
    /// The minimum length of an identifier, in characters.
    pub shortest: u8,
    /// The maximum length of an identifier, in characters.
    pub longest: u8,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// The kind of a ticket.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Deserialize,
    Serialize,
    sea_orm::EnumIter,
    sea_orm::DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum TicketKind {
    /// An unplanned interruption.
    Incident,
    /// A service request: advice, access, equipment.
    Request,
}

/// A reason to wait, or to end a ticket without work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A short name such as `proveedor`; at most 24 bytes.
    pub key: String,
    /// The text on its button.
    pub name: Localized,
    /// Whether the requester's answer resumes the work (V4).
    #[serde(default, skip_serializing_if = "is_false")]
    pub answer_resumes: bool,
}

impl Procedure {
    /// These rules with their digest. Equal rules have equal digests, regardless of the comments
    /// and order of their file.
    pub fn sealed(mut self) -> Self {
        let rules = serde_json::to_vec(&self).expect("our own types always serialise");
        self.digest = HEXLOWER.encode(&Sha256::digest(rules)[..16]);
        self
    }

    /// Whether the resolution clock runs in a status: not after a solution, and not in the statuses
    /// of [`Self::stopped_in`].
    pub fn clock_runs(&self, status: Status) -> bool {
        !(status == Status::Solved || status.is_final() || self.stopped_in.contains(&status))
    }

    /// The times promised to a ticket of this priority that a group of this level receives. Of
    /// several special times the most specific applies: both conditions, then priority, then level.
    pub fn times_for(&self, priority: Priority, level: u8) -> Times {
        let holds = |special: &&SpecialTimes| {
            special.priority.is_none_or(|wanted| wanted == priority)
                && special.level.is_none_or(|wanted| wanted == level)
        };
        let special = self.special_times.iter().filter(holds);
        let closest = special.max_by_key(|special| (special.priority.is_some(), special.level));
        closest.map_or(self.times, |special| special.times)
    }

    /// The working hours in which the clocks of a ticket run that this group received: the group's
    /// own, or the desk's. Passing the ticket on changes no promise, so it does not change these
    /// hours.
    pub fn calendar_of(&self, group: Option<&str>) -> &Calendar {
        let own = group.and_then(|key| self.group(key)).and_then(|group| group.calendar.as_ref());
        own.unwrap_or(self.desk_calendar())
    }

    /// The desk's own calendar: for the months of reports, the list of holidays and the command
    /// line. A ticket's clocks use [`Self::calendar_of`].
    pub fn desk_calendar(&self) -> &Calendar {
        self.desk.calendar()
    }

    /// An instant on the wall clock of the desk. All groups share its time zone, so this is also
    /// the wall clock of every ticket.
    pub fn local(&self, at: Timestamp) -> DateTime<Tz> {
        self.desk_calendar().local(at)
    }

    /// The days without service of another edition on which a calendar of this one has service.
    pub fn lacks_days_of(&self, present: &Self) -> BTreeSet<NaiveDate> {
        let groups = self.groups.iter().filter_map(|group| {
            let own = group.calendar.as_ref()?;
            Some(own.lacks(present.calendar_of(Some(&group.key))))
        });
        groups.flatten().chain(self.desk_calendar().lacks(present.desk_calendar())).collect()
    }

    /// The same rules with the days without service of another edition added: such a day also
    /// applies to promises made before it was decreed.
    pub fn with_holidays_of(mut self, present: &Self) -> Self {
        self.desk =
            DeskCalendar::new(self.desk_calendar().with_holidays_of(present.desk_calendar()));
        for group in &mut self.groups {
            if let Some(own) = &group.calendar {
                let there = present.calendar_of(Some(&group.key));
                group.calendar = Some(own.with_holidays_of(there));
            }
        }
        self
    }

    /// The groups of the next level above `level`; empty above the highest.
    pub fn next_level(&self, level: i32) -> Vec<&Group> {
        let above = |group: &&Group| i32::from(group.level) > level;
        let next = self.groups.iter().filter(above).map(|group| group.level).min();
        self.groups.iter().filter(|group| Some(group.level) == next).collect()
    }

    /// The route with this key.
    pub fn route(&self, key: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.key == key)
    }

    /// The final status of a ticket that belongs to another procedure.
    pub fn routed_status(&self) -> Status {
        if self.uses(Status::NotManaged) { Status::NotManaged } else { Status::Closed }
    }

    /// The group with this key.
    pub fn group(&self, key: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.key == key)
    }

    /// The category with this key.
    pub fn category(&self, key: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.key == key)
    }

    /// The listed reason with this key, to wait or to end without work.
    pub fn reason(&self, key: &str) -> Option<&Reason> {
        let listed = self.suspend_reasons.iter().chain(&self.not_managed_reasons);
        listed.into_iter().find(|reason| reason.key == key)
    }

    /// The fields of a category's request form; empty for an unknown category.
    pub fn fields(&self, category: &str) -> &[Field] {
        self.category(category).map_or(&[], |category| &category.fields)
    }

    /// The fields of a category's solution form; empty for an unknown category.
    pub fn solution_fields(&self, category: &str) -> &[Field] {
        self.category(category).map_or(&[], |category| &category.solution_fields)
    }

    /// Whether this procedure uses a status.
    pub fn uses(&self, status: Status) -> bool {
        self.statuses.contains_key(&status)
    }

    /// The name of a status; its canonical name when the procedure does not use it.
    pub fn status_name(&self, status: Status, locale: Locale) -> &str {
        self.statuses.get(&status).map_or(status.as_str(), |name| name.get(locale))
    }

    /// The name of a group; its key when only an older edition has it.
    pub fn group_name<'a>(&'a self, key: &'a str, locale: Locale) -> &'a str {
        self.group(key).map_or(key, |group| group.name.get(locale))
    }

    /// The name of a category; its key when only an older edition has it.
    pub fn category_name<'a>(&'a self, key: &'a str, locale: Locale) -> &'a str {
        self.category(key).map_or(key, |category| category.name.get(locale))
    }
}
