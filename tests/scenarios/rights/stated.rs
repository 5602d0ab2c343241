//! The expected rights, stated by hand and by rule: who reads which ticket, who may use each
//! command and button, and where the answer is read. Nothing here asks the code under test for a
//! right.

use std::collections::BTreeSet;

use mesabot::{
    chat::{
        button::{Code, LinkAnswer, List, Step, SurveyAnswer},
        commands::CATALOGUE,
    },
    domain::{
        channel::ChannelKind,
        id::{PersonId, TicketId, TicketNumber},
        locale::Locale,
        time::Timestamp,
        verb::Verb,
    },
    service::ticket::find::Cursor,
};

use super::cell::{Cell, Place};

/// Tickets by number, as the cells name them.
pub type Tickets = BTreeSet<i64>;

/// The present role of a person, or the role just lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Stranger,
    Requester,
    Technician,
    Other,
    Vendor,
    Supervisor,
    Administrator,
    /// A requester whose tickets now belong to another person.
    FormerRequester,
    /// The next three are requesters now, and still in their groups.
    FormerTechnician,
    FormerOther,
    FormerVendor,
    FormerSupervisor,
    FormerAdministrator,
    /// Still a technician, and no longer in the group.
    OutOfGroup,
}

impl Who {
    pub const ALL: [Self; 14] = [
        Self::Stranger,
        Self::Requester,
        Self::Technician,
        Self::Other,
        Self::Vendor,
        Self::Supervisor,
        Self::Administrator,
        Self::FormerRequester,
        Self::FormerTechnician,
        Self::FormerOther,
        Self::FormerVendor,
        Self::FormerSupervisor,
        Self::FormerAdministrator,
        Self::OutOfGroup,
    ];

    pub fn name(self) -> String {
        format!("{self:?}")
    }

    fn is_staff(self) -> bool {
        use Who::{Administrator, Other, OutOfGroup, Supervisor, Technician, Vendor};
        matches!(self, Technician | Other | Vendor | Supervisor | Administrator | OutOfGroup)
    }

    fn is_supervisor(self) -> bool {
        matches!(self, Self::Supervisor | Self::Administrator)
    }

    /// The tickets that this person reads: 1 waits in soporte; 2 went from soporte to the vendor; 3
    /// is confidential and went from soporte to especialistas; 4 is solved by the technician, 5
    /// withdrawn in soporte, and 6 is in progress with the technician. All belong to the requester.
    pub fn reads(self) -> &'static [i64] {
        match self {
            Self::Requester | Self::Supervisor | Self::Administrator => &[1, 2, 3, 4, 5, 6],
            Self::Technician => &[1, 2, 4, 5, 6],
            Self::Other => &[3],
            Self::Vendor => &[2],
            // A technician keeps reading the tickets that were assigned to them in person.
            Self::OutOfGroup => &[4, 6],
            _ => &[],
        }
    }
}

/// An act to try.
#[derive(Debug, Clone)]
pub enum What {
    /// A command as a person writes it.
    Command(String),
    /// A button's code.
    Press(Code),
}

/// The stated rule for an act.
#[derive(Debug, Clone)]
enum Rule {
    /// Shows this ticket to its readers.
    Shows(i64),
    /// Tells readers of this ticket about it, without any of its words.
    Tells(i64),
    /// Changes this ticket, for these people only.
    Does(i64, &'static [Who]),
    /// The same, where more than the right decides whether it happens.
    MayDo(i64, &'static [Who]),
    /// Opens something for the staff that concerns no ticket.
    Staff,
    /// The queue of the reader's groups.
    Queue,
    /// The tickets that the reader requested.
    Mine,
    /// The tickets that the reader works on.
    Work,
    /// Concerns no ticket.
    Nothing,
}

/// An act to try, and the rule for it.
pub struct Row {
    pub name: String,
    pub what: What,
    rule: Rule,
}

/// The expected outcome of a cell.
pub struct Expected {
    pub alone: Tickets,
    pub here: Tickets,
    pub words_are_exact: bool,
    pub acts: Option<bool>,
}

impl Row {
    fn command(name: &str, rest: &str, rule: Rule) -> Self {
        let line = format!("/{name} {rest}");
        let line = line.trim_end().to_owned();
        Self { name: line.clone(), what: What::Command(line), rule }
    }

    fn press(code: Code, rule: Rule) -> Self {
        Self { name: format!("[{}]", code.encode()), what: What::Press(code), rule }
    }

    pub fn expected(&self, cell: Cell) -> Expected {
        let Cell { who, channel, place } = cell;
        let reads: Tickets = who.reads().iter().copied().collect();
        let alone = |tickets: Tickets| Expected {
            alone: tickets,
            here: Tickets::new(),
            words_are_exact: true,
            acts: None,
        };
        let silent = |acts| Expected { words_are_exact: false, ..acts };
        match &self.rule {
            Rule::Shows(ticket) => {
                let shown = reads.into_iter().filter(|read| read == ticket).collect();
                Expected { acts: Some(false), ..alone(shown) }
            }
            Rule::Does(_, may) => {
                silent(Expected { acts: Some(may.contains(&who)), ..alone(Tickets::new()) })
            }
            Rule::MayDo(_, may) => {
                let never = !may.contains(&who);
                silent(Expected { acts: never.then_some(false), ..alone(Tickets::new()) })
            }
            Rule::Staff => Expected { acts: Some(who.is_staff()), ..alone(Tickets::new()) },
            Rule::Queue => {
                let theirs: &[i64] = match who {
                    Who::Technician => &[1, 6],
                    Who::Other => &[3],
                    Who::Vendor => &[2],
                    who if who.is_supervisor() => &[1, 2, 3, 6],
                    _ => &[],
                };
                // On Telegram every member of a chat reads the answer; on Discord only this person.
                let shared = channel == ChannelKind::Telegram && place == Place::Linked;
                let of_the_chat = who == Who::Technician || who.is_supervisor();
                if shared && of_the_chat {
                    return Expected { here: [1, 6].into(), ..alone(Tickets::new()) };
                }
                let mut seen: Tickets = theirs.iter().copied().collect();
                // In a private chat, the tickets that a person works on come first.
                let paged = matches!(self.what, What::Press(Code::More(..)));
                let works = place == Place::Private && !paged;
                if works && who == Who::OutOfGroup {
                    seen.insert(6);
                }
                alone(seen)
            }
            Rule::Mine => match who {
                Who::Requester => alone(reads),
                _ => alone(Tickets::new()),
            },
            Rule::Work => match who {
                Who::Technician | Who::OutOfGroup => alone([6].into()),
                _ => alone(Tickets::new()),
            },
            Rule::Tells(_) => Expected { acts: Some(false), ..alone(Tickets::new()) },
            Rule::Nothing => alone(Tickets::new()),
        }
    }

    /// Whether this person may not read the ticket of this row.
    pub fn is_hidden_from(&self, who: Who) -> bool {
        match self.rule {
            Rule::Shows(ticket)
            | Rule::Tells(ticket)
            | Rule::Does(ticket, _)
            | Rule::MayDo(ticket, _) => !who.reads().contains(&ticket),
            _ => false,
        }
    }

    /// Whether readers of the ticket get another answer than for an absent ticket.
    pub fn answers_readers(&self) -> bool {
        matches!(self.rule, Rule::Tells(_))
    }

    /// The same act on an absent ticket.
    pub fn on_absent_ticket(&self) -> Option<What> {
        let (Rule::Shows(ticket)
        | Rule::Tells(ticket)
        | Rule::Does(ticket, _)
        | Rule::MayDo(ticket, _)) = self.rule
        else {
            return None;
        };
        let absent = TicketNumber(999);
        Some(match &self.what {
            What::Command(line) => What::Command(line.replacen(&format!("#{ticket}"), "#999", 1)),
            What::Press(code) => What::Press(match code {
                Code::Ticket(verb, _) => Code::Ticket(*verb, absent),
                Code::FollowUp(_) => Code::FollowUp(absent),
                Code::Files(_) => Code::Files(absent),
                Code::Survey(_, round, answer) => Code::Survey(absent, *round, *answer),
                Code::Agree(_, at) => Code::Agree(absent, *at),
                other => other.clone(),
            }),
        })
    }
}

/// Who works on tickets that wait in soporte.
const WORKERS: &[Who] = &[Who::Technician, Who::Supervisor, Who::Administrator];
const REQUESTER: &[Who] = &[Who::Requester];
const NO_ROLE: &[Who] = &[];
/// The staff that reads the confidential ticket.
const TRUSTED: &[Who] = &[Who::Other, Who::Supervisor, Who::Administrator];

/// Who may do this to ticket 1, which waits; and whether the right alone decides.
fn rule_of(verb: Verb) -> Rule {
    match verb {
        Verb::View => Rule::Shows(1),
        // Of its readers, only the members of its group may accept.
        Verb::Accept => Rule::Does(1, &[Who::Technician]),
        Verb::Reply => {
            const WRITERS: &[Who] =
                &[Who::Requester, Who::Technician, Who::Supervisor, Who::Administrator];
            Rule::Does(1, WRITERS)
        }
        Verb::Withdraw => Rule::Does(1, REQUESTER),
        Verb::Note
        | Verb::Follow
        | Verb::Assign
        | Verb::Escalate
        | Verb::Suspend
        | Verb::PassToVendor
        | Verb::NotManage
        | Verb::OpenChild
        | Verb::CheckAsset
        | Verb::Route
        | Verb::Prioritise
        | Verb::Categorise => Rule::Does(1, WORKERS),
        Verb::Visit | Verb::Arrive | Verb::Miss | Verb::MoveToWorkshop | Verb::MoveToVendor => {
            Rule::MayDo(1, WORKERS)
        }
        Verb::ChooseVisit => Rule::MayDo(1, REQUESTER),
        // Ticket 1 waits to be accepted, needs no approval, and has no visit and no equipment under
        // way.
        Verb::Solve
        | Verb::Answer
        | Verb::Resume
        | Verb::Approve
        | Verb::Decline
        | Verb::Train
        | Verb::ReturnEquipment
        | Verb::ReceiveEquipment
        | Verb::Authorise
        | Verb::Reject
        | Verb::CloseOnSilence => Rule::Does(1, NO_ROLE),
    }
}

/// The row of each command.
fn command(name: &str) -> Row {
    let row = |rest, rule| Row::command(name, rest, rule);
    let does = |rest, verb| Row::command(name, rest, rule_of(verb));
    match name {
        "new" | "language" | "link" | "unlink" | "people" | "help" | "cancel" | "start"
        | "report" => row("", Rule::Nothing),
        "mytickets" => row("", Rule::Mine),
        "queue" => row("", Rule::Queue),
        "register" => row("", Rule::Staff),
        "ticket" => row("#1", Rule::Shows(1)),
        "sla" => row("#1", Rule::Tells(1)),
        "reply" => does("#1 Hola", Verb::Reply),
        "withdraw" => does("#1", Verb::Withdraw),
        "accept" => does("#1", Verb::Accept),
        "note" => does("#1 Hola", Verb::Note),
        "follow" => does("#1", Verb::Follow),
        "suspend" => does("#1 informacion", Verb::Suspend),
        "resume" => does("#1", Verb::Resume),
        "visit" => does("#1", Verb::Visit),
        "escalate" => does("#1 [especialistas] Hola", Verb::Escalate),
        "vendor" => does("#1 Hola", Verb::PassToVendor),
        "child" => does("#1 [especialistas] Hola", Verb::OpenChild),
        "asset" => does("#1 ABC123", Verb::CheckAsset),
        "solve" => does("#1 Hola", Verb::Solve),
        "training" => does("#1 Hola", Verb::Train),
        "notmanaged" => does("#1 alcance", Verb::NotManage),
        "assign" => does("#1 Ana", Verb::Assign),
        "priority" => does("#1 alta", Verb::Prioritise),
        "category" => does("#1 [reserva]", Verb::Categorise),
        unlisted => panic!("/{unlisted} has no row in the matrix of rights"),
    }
}

/// The row of each kind of code. A new kind needs a row here.
fn pressed(code: Code) -> Row {
    let rule = match &code {
        Code::Ticket(verb, _) => rule_of(*verb),
        Code::FollowUp(_) => Rule::Does(5, REQUESTER),
        Code::Files(number) => Rule::Shows(number.0),
        Code::Survey(_, _, SurveyAnswer::Yes | SurveyAnswer::No) => Rule::Does(4, REQUESTER),
        Code::Survey(..) => Rule::MayDo(4, REQUESTER),
        Code::Agree(..) => Rule::MayDo(1, REQUESTER),
        Code::More(List::Queue, _) => Rule::Queue,
        Code::More(List::Mine, _) => Rule::Mine,
        Code::More(List::Assigned, _) => Rule::Work,
        Code::Command(name) if name == "cola" => Rule::Queue,
        Code::Dialogue(..)
        | Code::Write(_)
        | Code::Language(_)
        | Code::Command(_)
        | Code::Same { .. }
        | Code::Link(..)
        | Code::Unlink(_)
        | Code::Roster(_) => Rule::Nothing,
    };
    Row::press(code, rule)
}

pub fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = CATALOGUE.iter().map(|known| command(known.english)).collect();
    let one = TicketNumber(1);
    // The verbs on a card, which travel in a button's code.
    for verb in Verb::ALL {
        let code = Code::Ticket(verb, one);
        if Code::decode(&code.encode()) == Some(code.clone()) {
            rows.push(pressed(code));
        }
    }
    let survey = |answer| Code::Survey(TicketNumber(4), 1, answer);
    let first = Cursor { rank: -1, id: TicketId(0) };
    let newest = Cursor { rank: 0, id: TicketId(1_000) };
    let same = |yes| Code::Same { noted: PersonId(1), newcomer: PersonId(2), yes };
    for code in [
        Code::FollowUp(TicketNumber(5)),
        Code::Files(one),
        Code::Files(TicketNumber(3)),
        survey(SurveyAnswer::Yes),
        survey(SurveyAnswer::No),
        survey(SurveyAnswer::Stars(5)),
        survey(SurveyAnswer::Skip),
        Code::Agree(one, Timestamp(1)),
        Code::Dialogue(1, "x".into()),
        Code::Write(1),
        Code::More(List::Queue, first),
        Code::More(List::Mine, newest),
        Code::More(List::Assigned, first),
        Code::Language(Locale::Es),
        Code::Command("informe".into()),
        Code::Command("cola".into()),
        same(true),
        same(false),
        Code::Link(1, LinkAnswer::Agree),
        Code::Link(1, LinkAnswer::Approve),
        Code::Unlink(1),
        Code::Roster(Step::People(PersonId(0))),
        Code::Roster(Step::Chats(0)),
    ] {
        rows.push(pressed(code));
    }
    // The same acts on tickets of a vendor, of another group and in confidence.
    for ticket in [2, 3, 6] {
        let number = format!("#{ticket}");
        rows.push(Row::command("ticket", &number, Rule::Shows(ticket)));
        rows.push(Row::command("sla", &number, Rule::Tells(ticket)));
    }
    rows.push(Row::command("note", "#3 Hola", Rule::Does(3, TRUSTED)));
    // A technician may finish a ticket they accepted, as long as they are a technician.
    const AT_WORK: &[Who] =
        &[Who::Technician, Who::OutOfGroup, Who::Supervisor, Who::Administrator];
    rows.push(Row::command("solve", "#6 Hola", Rule::Does(6, AT_WORK)));
    const KNOW_THE_VENDORS: &[Who] =
        &[Who::Technician, Who::Vendor, Who::Supervisor, Who::Administrator];
    rows.push(Row::command("note", "#2 Hola", Rule::Does(2, KNOW_THE_VENDORS)));
    rows
}
