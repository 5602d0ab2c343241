//! A procedure: the written rules one desk runs on, as data. The types are what a procedure file
//! holds; `crate::config::procedure` reads and cross-checks it. Deliberately absent: any rule that
//! asks *which* procedure this is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    calendar::{Calendar, DeskCalendar},
    event::Ending,
    field::Field,
    limits::Limits,
    locale::{Locale, Localized},
    priority::Priority,
    right::Reading,
    source::Source,
    status::Status,
    time::{Span, Timestamp},
    visit::Visits,
    warning::Warnings,
};

mod matrix;

pub use self::matrix::PriorityMatrix;

/// The rules one desk runs on. It is stored, so a field added later has a default that changes no
/// promise made before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// A short name such as `uspec`.
    pub id: String,
    /// The edition of the written text; each ticket keeps the one it ran under.
    pub version: String,
    /// Tells these rules from any others; empty until they are sealed.
    #[serde(skip)]
    pub digest: String,
    /// What the operator limits; no part of the written text, and of no edition.
    #[serde(skip)]
    pub limits: Limits,
    /// What the procedure is called.
    pub name: Localized,
    /// The desk's own working hours and time zone, which [`Self::calendar_of`] gives to the groups
    /// that have no hours of their own.
    #[serde(rename = "calendar")]
    pub desk: DeskCalendar,
    /// The promised times, where nothing more special is promised.
    pub times: Times,
    /// What is promised to tickets of a priority, of a level, or of both. Rules without any are
    /// stored as they always were, so they stay the same edition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special_times: Vec<SpecialTimes>,
    /// The statuses of waiting in which the resolution clock stands.
    #[serde(default = "usual_stops", skip_serializing_if = "are_usual_stops")]
    pub stopped_in: Vec<Status>,
    /// When somebody is warned of a promise; nobody is without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Warnings>,
    /// Whether a requester is told how many tickets come before theirs (N4).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tells_queue: bool,
    /// How visits at the workplace go (N5); without, there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visits: Option<Visits>,
    /// How requests come that the staff registers for others (N1).
    #[serde(default = "all_origins", skip_serializing_if = "are_all_origins")]
    pub origins: Vec<Source>,
    /// How a solved ticket ends without an answer.
    pub closing: Closing,
    /// What each status in use is called.
    pub statuses: BTreeMap<Status, Localized>,
    /// The teams, in the order they are listed.
    pub groups: Vec<Group>,
    /// What can be asked for, in the order it is offered.
    pub categories: Vec<Category>,
    /// Why work may have to wait, in the order it is offered.
    pub suspend_reasons: Vec<Reason>,
    /// Why a ticket may end without being worked on, in the order it is offered.
    #[serde(default)]
    pub not_managed_reasons: Vec<Reason>,
    /// Priority by impact (rows) and urgency (columns).
    pub priorities: PriorityMatrix,
    /// Places offered as buttons; any other may be typed.
    pub places: Vec<Localized>,
    /// What the survey asks, where it is not the usual.
    #[serde(default, skip_serializing_if = "SurveyQuestions::are_usual")]
    pub survey: SurveyQuestions,
    /// Tickets that ended so are left out of reports (V12).
    #[serde(default = "usually_left_out", skip_serializing_if = "are_usually_left_out")]
    pub left_out: Vec<Ending>,
    /// How related cases of one request hang together; there are none without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<Children>,
    /// What is noted of the equipment that was touched; nothing without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assets: Option<Assets>,
    /// The other procedures that requests may belong to, in the order they are offered (C2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// What answers to somebody and what the desk finds by itself are called, where the rules tell
    /// them apart by name (C1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub natures: Option<Natures>,
    /// The procedure that `with_vendor` stands for, where that is another of the house rather than
    /// an outside provider (C6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor_procedure: Option<Localized>,
    /// Whether the answer of a higher level goes back to the group that received the request, which
    /// informs the requester and closes (U6, U7, U8).
    #[serde(default, skip_serializing_if = "is_false")]
    pub answers_return: bool,
    /// Whether who solves is asked in what the requester was trained, which may be nothing (C7).
    #[serde(default, skip_serializing_if = "is_false")]
    pub asks_training: bool,
    /// What an outside provider is called, where that is not the usual word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor_name: Option<Localized>,
    /// How wide technicians read each other's tickets.
    #[serde(default, skip_serializing_if = "Reading::is_usual")]
    pub reading: Reading,
}

/// Another procedure, and where those go whom it concerns (C2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// A short name such as `sistemas`; at most 24 bytes, for it travels in buttons.
    pub key: String,
    /// What it is called, as short as a button.
    pub name: Localized,
    /// The whole name of the procedure.
    pub procedure: Localized,
    /// Where to ask: an address, an extension, a link.
    pub destination: Localized,
}

/// What requests are called by what set them off (C1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Natures {
    /// Somebody reported it.
    pub corrective: Localized,
    /// The desk found it by itself.
    pub proactive: Localized,
}

impl Natures {
    /// What a request that came so is called.
    pub fn of(&self, source: Source) -> &Localized {
        if source.is_proactive() { &self.proactive } else { &self.corrective }
    }
}

/// Where nothing is written, the clock stands whenever work waits.
pub fn usual_stops() -> Vec<Status> {
    vec![Status::Suspended, Status::WithVendor]
}

/// Where nothing is written, the staff registers what came in the usual ways.
pub fn all_origins() -> Vec<Source> {
    Source::USUAL.to_vec()
}

fn are_all_origins(origins: &[Source]) -> bool {
    origins == Source::USUAL
}

fn are_usual_stops(stops: &[Status]) -> bool {
    stops == usual_stops()
}

/// Reports leave out what was not managed, where nothing is written.
pub fn usually_left_out() -> Vec<Ending> {
    vec![Ending::NotManaged, Ending::Routed]
}

fn are_usually_left_out(endings: &[Ending]) -> bool {
    endings == usually_left_out()
}

/// What the survey asks in words of the procedure's own; in the catalogues' where there are none.
/// The answers are always yes or no, and 1 to 5.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyQuestions {
    /// Whether it is solved.
    pub solved: Option<Localized>,
    /// How good the service was.
    pub rating: Option<Localized>,
}

impl SurveyQuestions {
    fn are_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// The promised times of a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// TTO: from the request to a technician's taking it.
    pub own: Span,
    /// TTR: from the request to a solution.
    pub resolve: Span,
    /// Validation: from the solution to the requester's answer.
    pub validate: Span,
    /// How long after the solution the requester is reminded; less than `validate`.
    pub remind: Span,
}

/// What is promised to some tickets alone. At least one of the two conditions is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialTimes {
    /// To those of this priority.
    pub priority: Option<Priority>,
    /// To those that a group of this level receives.
    pub level: Option<u8>,
    /// The promise.
    pub times: Times,
}

/// How a solved ticket ends without an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The rule that applies, as it is told to the requester; said in general where none is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence_rule: Option<Localized>,
    /// The rule by which categories without a survey close at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_survey_rule: Option<Localized>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// A short name such as `soporte`.
    pub key: String,
    /// Its level of attention, from 1.
    pub level: u8,
    /// What it is called.
    pub name: Localized,
    /// Whether its people go to where help is needed (V3).
    #[serde(default, skip_serializing_if = "is_false")]
    pub on_site: bool,
    /// Whether it is an outside provider's (V8).
    #[serde(default, skip_serializing_if = "is_false")]
    pub vendor: bool,
    /// Its own working hours, where they differ from the desk's. They count for what it receives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
}

/// Something that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// A short name such as `plataforma`; at most 24 bytes, for it travels in buttons.
    pub key: String,
    /// The group that receives it.
    pub group: String,
    /// Incident or service request.
    pub kind: TicketKind,
    /// Whether the requester is asked to authorise and rate the solution (U9).
    pub survey: bool,
    /// What it is called, as short as a button.
    pub name: Localized,
    /// A question whose answer this category needs, when it needs one.
    pub details: Option<Localized>,
    /// What a request of it is asked for besides (U12).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// What is recorded with a solution (N7): what the procedure asks of all, and then its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub solution_fields: Vec<Field>,
    /// Who has to approve it, and what follows then; most need no approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// What a requester may try before a ticket is opened, one step after the other (C5).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub self_help: Vec<Localized>,
    /// The key of the other procedure that such requests belong to (C2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Whether only the group that has such a ticket, its requester and supervisors read it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub confidential: bool,
}

/// An approval that comes before the work (V10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The group that approves.
    pub by: String,
    /// The category of the case that is opened by itself once it is approved.
    pub then: String,
}

/// How related cases of one request hang together (V6, V8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Children {
    /// Whether a case can only be solved once its related cases are over.
    pub parent_waits: bool,
    /// Whether the requester is asked about a related case too, or about the first alone.
    pub child_survey: bool,
    /// Whether what needs the vendor waits here while a related case is opened with the vendor (V8).
    pub vendor_child: bool,
}

/// What is noted of the equipment that was touched (V11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    /// What identifies it, as people call it: a tag, a serial number.
    pub name: Localized,
    /// The fewest letters of one.
    pub shortest: u8,
    /// The most letters of one.
    pub longest: u8,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// An unplanned interruption, or something new.
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
    /// Something new: advice, access, equipment.
    Request,
}

/// Why work may have to wait, or is not done at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A short name such as `proveedor`; at most 24 bytes.
    pub key: String,
    /// What is read on its button.
    pub name: Localized,
    /// Whether work goes on by itself as soon as the requester answers (V4).
    #[serde(default, skip_serializing_if = "is_false")]
    pub answer_resumes: bool,
}

impl Procedure {
    /// The same rules with their digest. The same rules have the same digest, whatever comments and
    /// order their file had.
    pub fn sealed(mut self) -> Self {
        let rules = serde_json::to_vec(&self).expect("our own types always serialise");
        self.digest = HEXLOWER.encode(&Sha256::digest(rules)[..16]);
        self
    }

    /// Whether the resolution clock runs in a status: not once a solution is given, and not where
    /// these rules let it stand.
    pub fn clock_runs(&self, status: Status) -> bool {
        !(status == Status::Solved || status.is_final() || self.stopped_in.contains(&status))
    }

    /// What is promised to a ticket of this priority that a group of this level receives. Of
    /// several promises the most special holds: both, then priority, then level.
    pub fn times_for(&self, priority: Priority, level: u8) -> Times {
        let holds = |special: &&SpecialTimes| {
            special.priority.is_none_or(|wanted| wanted == priority)
                && special.level.is_none_or(|wanted| wanted == level)
        };
        let special = self.special_times.iter().filter(holds);
        let closest = special.max_by_key(|special| (special.priority.is_some(), special.level));
        closest.map_or(self.times, |special| special.times)
    }

    /// The working hours in which the clocks of a ticket count that this group received: its own,
    /// or the desk's. Passing a ticket on changes no promise, so it does not change its hours.
    pub fn calendar_of(&self, group: Option<&str>) -> &Calendar {
        let own = group.and_then(|key| self.group(key)).and_then(|group| group.calendar.as_ref());
        own.unwrap_or(self.desk_calendar())
    }

    /// The desk's own calendar: for the months of reports, the list of holidays and the command line.
    /// A ticket's clocks never run in it directly; see [`Self::calendar_of`].
    pub fn desk_calendar(&self) -> &Calendar {
        self.desk.calendar()
    }

    /// An instant on the wall clock of the desk. All groups share its time zone, so this is also the
    /// wall clock of every ticket.
    pub fn local(&self, at: Timestamp) -> DateTime<Tz> {
        self.desk_calendar().local(at)
    }

    /// The days without service of another edition on which one of these calendars has service.
    pub fn lacks_days_of(&self, present: &Self) -> BTreeSet<NaiveDate> {
        let groups = self.groups.iter().filter_map(|group| {
            let own = group.calendar.as_ref()?;
            Some(own.lacks(present.calendar_of(Some(&group.key))))
        });
        groups.flatten().chain(self.desk_calendar().lacks(present.desk_calendar())).collect()
    }

    /// The same rules, which also rest on the days without service of another edition: a day without
    /// service holds for what was promised before it was decreed.
    pub fn resting_with(mut self, present: &Self) -> Self {
        self.desk =
            DeskCalendar::new(self.desk_calendar().also_resting_on(present.desk_calendar()));
        for group in &mut self.groups {
            if let Some(own) = &group.calendar {
                let there = present.calendar_of(Some(&group.key));
                group.calendar = Some(own.also_resting_on(there));
            }
        }
        self
    }

    /// The groups of the lowest level above this one; none above the highest.
    pub fn next_level(&self, level: i32) -> Vec<&Group> {
        let above = |group: &&Group| i32::from(group.level) > level;
        let next = self.groups.iter().filter(above).map(|group| group.level).min();
        self.groups.iter().filter(|group| Some(group.level) == next).collect()
    }

    /// The route with this key.
    pub fn route(&self, key: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.key == key)
    }

    /// The status in which what belongs to another procedure ends.
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

    /// The listed reason with this key, for waiting or for not being worked on.
    pub fn reason(&self, key: &str) -> Option<&Reason> {
        let listed = self.suspend_reasons.iter().chain(&self.not_managed_reasons);
        listed.into_iter().find(|reason| reason.key == key)
    }

    /// What a category asks for; nothing when these rules do not have it.
    pub fn fields(&self, category: &str) -> &[Field] {
        self.category(category).map_or(&[], |category| &category.fields)
    }

    /// What is recorded with a solution of a category; nothing when these rules do not have it.
    pub fn solution_fields(&self, category: &str) -> &[Field] {
        self.category(category).map_or(&[], |category| &category.solution_fields)
    }

    /// Whether tickets may have this status.
    pub fn uses(&self, status: Status) -> bool {
        self.statuses.contains_key(&status)
    }

    /// What a status is called here; its canonical name when the procedure does not use it.
    pub fn status_name(&self, status: Status, locale: Locale) -> &str {
        self.statuses.get(&status).map_or(status.as_str(), |name| name.get(locale))
    }

    /// What a group is called; its key when an older edition had it and this one does not.
    pub fn group_name<'a>(&'a self, key: &'a str, locale: Locale) -> &'a str {
        self.group(key).map_or(key, |group| group.name.get(locale))
    }

    /// What a category is called; its key when an older edition had it and this one does not.
    pub fn category_name<'a>(&'a self, key: &'a str, locale: Locale) -> &'a str {
        self.category(key).map_or(key, |category| category.name.get(locale))
    }
}
