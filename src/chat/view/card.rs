//! A ticket's card, with the buttons its viewer may use now. One card a ticket, chat and view is
//! kept up to date in place.

use super::{
    aid,
    related::{Related, Titles},
};
use crate::{
    chat::{
        Doing,
        button::Code,
        fit::fit,
        outgoing::{Button, Outgoing, RichText, Style},
        say::{self, About, clip},
        turn::Turn,
        view::{
            self,
            sight::{Drawn, drawn, facts_for},
            visits,
        },
        wording::{Voice, instants, number},
    },
    domain::{
        event::{Ending, Event},
        id::PersonId,
        person::{Actor, Doer},
        procedure::TicketKind,
        refusal::Refusal,
        source::Source,
        status::Status,
        verb::{TicketFacts, Verb, decide},
    },
    entity::{person, ticket},
    service::{
        Act, Result, editions,
        files::{self, Count},
        people::{self, Address},
        threads,
        ticket::{
            answers::{self, Answered},
            find,
            visit::{self, Standing},
        },
    },
};

/// The view of a ticket for whoever asked for help.
pub const REQUESTER: &str = "requester";
/// The view of a ticket for one technician.
pub const TECHNICIAN: &str = "technician";
/// The view of a ticket in a group chat.
pub const GROUP: &str = "group";
/// The view of a ticket in a thread of its own.
pub const THREAD: &str = "thread";
/// The view of a ticket that asks whether it is solved.
pub const SURVEY: &str = "survey";

/// How much of what people wrote a card shows.
pub(super) const EXCERPT: usize = 600;

/// Everything a card shows of a ticket.
pub struct Shown {
    /// The ticket.
    pub ticket: ticket::Model,
    /// What the rules know of it.
    pub facts: TicketFacts,
    /// The requester's name.
    pub requester: String,
    /// Whether no message reaches them.
    pub silent: bool,
    /// Its files, as the desk counts them.
    pub files: Count,
    /// Its files without those of internal notes.
    pub open_files: Count,
    /// What is kept of it as a reference and is no file.
    pub references: usize,
    /// How much of that does not belong to internal notes.
    pub open_references: usize,
    /// Why it was escalated, when it waits for its new group.
    pub justification: Option<String>,
    /// Why nobody worked on it, when nobody did.
    pub refused: Option<String>,
    /// What is missing, when it was reopened.
    pub missing: Option<String>,
    /// Who registered it.
    pub registered_by: String,
    /// What its forms were answered with.
    pub answered: Answered,
    /// What it hangs together with.
    pub related: Related,
    /// How it stands with visits, where its procedure has them.
    pub standing: Option<Standing>,
    /// How many tickets come before it, where its requester is told.
    pub before: Option<u64>,
    /// Guidance, trainings, and where it belongs.
    pub aid: aid::Aid,
}

/// Reads what a card shows.
pub async fn load(act: &Act<'_>, ticket: ticket::Model, facts: TicketFacts) -> Result<Shown> {
    let name = |person: Option<person::Model>| person.map(|person| person.name).unwrap_or_default();
    let requester = name(people::person(act.tx, ticket.requester_id).await?);
    let silent = people::is_silent(act.tx, ticket.requester_id).await?;
    let registered_by = match ticket.source {
        // Only whoever registered it otherwise is shown.
        Source::Chat => String::new(),
        _ => name(people::person(act.tx, ticket.registered_by).await?),
    };
    let answered = answers::of(act.tx, act.procedure, &ticket).await?;
    let rules = editions::of(act.tx, act.procedure, &ticket).await?;
    let standing = visit::standing(act.tx, &rules, &ticket).await?;
    let waits = rules.tells_queue && ticket.status == Status::New;
    let before = match find::place(&ticket).filter(|_| waits) {
        Some(place) => Some(find::before(act.tx, &ticket.group_key, place).await?),
        None => None,
    };
    let (files, open_files) = files::count(act.tx, ticket.id).await?;
    let mut shown = Shown {
        answered,
        facts,
        requester,
        silent,
        registered_by,
        standing,
        before,
        files,
        open_files,
        references: 0,
        open_references: 0,
        justification: None,
        refused: None,
        missing: None,
        related: Related::load(act, &ticket).await?,
        aid: aid::Aid::default(),
        ticket,
    };
    let history = find::history(act.tx, shown.ticket.id).await?;
    shown.aid = aid::of(act, &shown.ticket, &history).await?;
    for entry in history {
        match entry.event {
            Event::AttachmentReferenced { internal, .. } => {
                shown.references += 1;
                shown.open_references += usize::from(!internal);
            }
            Event::Escalated { justification, .. } => shown.justification = Some(justification),
            Event::NotManaged { reason } => shown.refused = Some(reason),
            Event::Declined { reason } => shown.related.declined = Some(reason),
            Event::AssetChecked { tag, verified } => shown.related.note_asset(tag, verified),
            Event::Reopened { missing } => shown.missing = Some(missing),
            _ => {}
        }
    }
    // Every file is told in the history as well.
    shown.references -= shown.files.all().min(shown.references);
    shown.open_references -= shown.open_files.all().min(shown.open_references);
    Ok(shown)
}

/// A card as one viewer sees it; a group has no viewer.
pub fn render(voice: &Voice<'_>, shown: &Shown, view: &str, viewer: Option<&Actor>) -> Outgoing {
    let mut text = voice.heading(&shown.ticket);
    let titles = Titles::of(viewer.filter(|_| view != THREAD), &shown.ticket);
    match view {
        REQUESTER => requester_lines(&mut text, voice, shown, titles),
        _ => staff_lines(&mut text, voice, shown, titles),
    }
    Outgoing { text, buttons: buttons(voice, shown, viewer), ..Default::default() }
}

fn requester_lines(text: &mut RichText, voice: &Voice<'_>, shown: &Shown, titles: Titles<'_>) {
    let ticket = &shown.ticket;
    let technician = shown.facts.technician.as_ref().map(|(_, name)| name.as_str());
    let technician = shown.aid.solver.as_deref().or(technician);
    let reason = ticket.suspension.as_ref().or(shown.refused.as_ref());
    let reason = reason.or(shown.related.declined.as_ref());
    let specialist = shown.facts.meant_for.as_ref().map(|(_, name)| name.as_str());
    let reason = reason.map_or("", String::as_str);
    let args = [
        ("status", voice.standing(ticket).into()),
        ("number", number(ticket)),
        ("group", voice.group(&ticket.group_key).into()),
        ("name", technician.or(specialist).unwrap_or_default().into()),
        ("reason", clip(voice.reason(reason), EXCERPT).into()),
        ("solution", clip(ticket.solution.as_deref().unwrap_or_default(), EXCERPT).into()),
    ];
    let due = [instants::own(ticket.own_due_at), instants::due(ticket.resolve_due_at)];
    line(text, voice.say("card-status", &args));
    if aid::requester_route(text, voice, &shown.aid) {
        return;
    }
    let usual = match ticket.status {
        _ if ticket.ending == Some(Ending::SelfHelp) => "requester-self-helped",
        Status::New if ticket.approval => "requester-new-approval",
        Status::New if ticket.owned_at.is_some() => "requester-released",
        Status::New => "requester-new",
        Status::Escalated if specialist.is_some() => "requester-escalated-person",
        Status::EscalatedOnSite => "requester-on-site",
        Status::Escalated => "requester-escalated",
        Status::WithVendor if ticket.suspension.is_none() => "requester-with-vendor",
        Status::Closed if ticket.ending == Some(Ending::Approved) => "requester-approved",
        Status::Closed if ticket.ending == Some(Ending::Rejected) => "requester-declined",
        Status::InProgress | Status::Reopened => "requester-in-progress",
        Status::Suspended | Status::WithVendor => "requester-suspended",
        Status::Solved => "requester-solved",
        Status::Closed if ticket.solution.is_some() => "requester-closed",
        Status::Closed => "requester-withdrawn",
        Status::NotManaged => "requester-not-managed",
    };
    let key = visits::requester_key(shown).unwrap_or(usual);
    text.append("\n", voice.on_card(key, &args, &due));
    visits::queue_line(text, voice, shown);
    visits::lines(text, voice, shown, false);
    aid::trainings(text, voice, &shown.aid);
    view::files::lines(text, voice, &shown.open_files, shown.open_references);
    for words in shown.related.lines(voice, titles) {
        line(text, words);
    }
}

fn staff_lines(text: &mut RichText, voice: &Voice<'_>, shown: &Shown, titles: Titles<'_>) {
    let ticket = &shown.ticket;
    let kind = match ticket.kind {
        TicketKind::Incident => "kind-incident",
        TicketKind::Request => "kind-request",
    };
    let value = |key: &str, value: String| voice.say(key, &[("value", value.into())]);
    line(text, voice.say("card-status", &[("status", voice.standing(ticket).into())]));
    line(
        text,
        voice.say(
            "card-category",
            &[
                ("category", voice.category(&ticket.category).into()),
                ("kind", voice.text(kind).into()),
                ("priority", voice.text(&format!("priority-{}", ticket.priority.as_str())).into()),
            ],
        ),
    );
    // Whoever was helped or sent elsewhere at once need not have said where they are.
    let nowhere = ticket.place.is_empty();
    let requester = if nowhere { "card-requester-name" } else { "card-requester" };
    let args = [("name", shown.requester.as_str().into()), ("place", ticket.place.as_str().into())];
    line(text, voice.say(requester, &args));
    if shown.silent {
        line(text, voice.text("card-unreachable"));
    }
    aid::origin(text, voice, ticket.source, &shown.registered_by);
    match &shown.facts.technician {
        Some((_, name)) => line(text, value("card-technician", name.clone())),
        None => line(text, value("card-group", voice.group(&ticket.group_key).to_owned())),
    }
    if let Some((_, name)) = &shown.facts.meant_for {
        line(text, value("card-meant-for", name.clone()));
    }
    if ticket.owned_at.is_none() && !ticket.status.is_final() {
        let key = if ticket.approval { "card-decide" } else { "card-own" };
        text.append("\n", voice.on_card(key, &[], &[instants::own(ticket.own_due_at)]));
    }
    let works = !ticket.status.is_final() && !ticket.approval;
    if ticket.resolve_due_at.is_some() && works {
        let due = [instants::due(ticket.resolve_due_at)];
        text.append("\n", voice.on_card("card-resolve", &[], &due));
    }
    if let Some(reason) = &ticket.suspension {
        line(text, value("card-suspension", clip(voice.reason(reason), EXCERPT)));
    }
    visits::lines(text, voice, shown, true);
    paragraph(text, voice, &clip(&ticket.description, EXCERPT));
    if let Some(details) = &ticket.details {
        line(text, value("card-details", clip(details, EXCERPT)));
    }
    if let Some(answers) = super::answers::text(voice, &shown.answered.request) {
        line(text, answers);
    }
    aid::staff_lines(text, voice, &shown.aid);
    view::files::lines(text, voice, &shown.files, shown.references);
    if !shown.related.assets.is_empty() {
        line(text, shown.related.assets_line(voice));
    }
    for words in shown.related.lines(voice, titles) {
        line(text, words);
    }
    let waits = matches!(ticket.status, Status::Escalated | Status::EscalatedOnSite);
    if let Some(justification) = shown.justification.as_deref().filter(|_| waits) {
        line(text, value("card-justification", clip(justification, EXCERPT)));
    }
    if let Some(missing) = shown.missing.as_deref().filter(|_| ticket.status == Status::Reopened) {
        line(text, value("card-missing", clip(missing, EXCERPT)));
    }
    if let Some(reason) = &shown.refused {
        line(text, value("card-refused", clip(voice.reason(reason), EXCERPT)));
    }
    if let Some(solution) = &ticket.solution {
        line(text, value("card-solution", clip(solution, EXCERPT)));
    }
    if let Some(answers) = super::answers::text(voice, &shown.answered.solution) {
        line(text, answers);
    }
    if ticket.ending == Some(Ending::Approved) {
        line(text, voice.text("card-approved"));
    }
    if let Some(reason) = &shown.related.declined {
        line(text, value("card-declined", clip(reason, EXCERPT)));
    }
}

pub(super) fn line(text: &mut RichText, words: String) {
    text.push(format!("\n{words}"), Style::Plain);
}

fn paragraph(text: &mut RichText, voice: &Voice<'_>, words: &str) {
    text.push(format!("\n{}", voice.quote(words)), Style::Italic);
}

/// The buttons the viewer may use now, in the order of a ticket's life. In a group, where anybody
/// may press, only what any technician of it may do.
fn buttons(voice: &Voice<'_>, shown: &Shown, viewer: Option<&Actor>) -> Vec<Vec<Button>> {
    let number = shown.ticket.number;
    let button = |key: &str, code: Code| {
        // With another procedure of the house, the button says what the status is called.
        let label = match (key, &voice.procedure.vendor_procedure) {
            ("button-vendor", Some(_)) => {
                let status = voice.status(Status::WithVendor);
                voice.say("button-vendor-procedure", &[("status", status.into())])
            }
            _ => voice.text(key),
        };
        Button { label, code: code.encode() }
    };
    let Some(viewer) = viewer else {
        let (status, technician) = (shown.ticket.status, &shown.facts.technician);
        let works = matches!(status, Status::InProgress | Status::Reopened | Status::Solved);
        // Whoever is at the workplace has it.
        let waits = !works && !status.is_final() && technician.is_none();
        let accept = || vec![button("button-accept", Code::Ticket(Verb::Accept, number))];
        let decide = [(Verb::Approve, "button-approve"), (Verb::Decline, "button-decline")];
        let decide = || decide.map(|(verb, key)| button(key, Code::Ticket(verb, number))).to_vec();
        // What was passed to somebody by name is nobody else's to take.
        return match (waits && shown.facts.meant_for.is_none(), shown.facts.approval) {
            (true, true) => vec![decide()],
            (true, false) => vec![accept()],
            (false, _) => vec![],
        };
    };
    let doer = Doer::Person(viewer.clone());
    let may = |verb: Verb| {
        let decided = decide(&doer, verb, &shown.facts);
        if verb == Verb::Route {
            return decided.is_ok() && !voice.procedure.routes.is_empty();
        }
        let vendors = || voice.procedure.vendor_child().is_some_and(|g| g.key == shown.facts.group);
        let there = verb == Verb::PassToVendor && vendors();
        !there && decided.is_ok_and(|status| voice.procedure.knows(verb, status))
    };
    let [visit, equipment] = visits::buttons(voice, shown, may);
    let own = shown.ticket.requester_id == viewer.id;
    let files = if own { shown.open_files } else { shown.files };
    let files = (files.kept > 0).then(|| button("button-files", Code::Files(number)));
    let mut rows = Vec::new();
    for verbs in [
        &[
            (Verb::Accept, "button-accept"),
            (Verb::Solve, "button-solve"),
            (Verb::Answer, "button-give-answer"),
            (Verb::Approve, "button-approve"),
            (Verb::Decline, "button-decline"),
        ][..],
        &[
            (Verb::Suspend, "button-suspend"),
            (Verb::Resume, "button-resume"),
            (Verb::Escalate, "button-escalate"),
        ],
        &[
            (Verb::Reply, "button-reply"),
            (Verb::Note, "button-note"),
            (Verb::CheckAsset, "button-asset"),
        ],
        &[
            (Verb::PassToVendor, "button-vendor"),
            (Verb::OpenChild, "button-child"),
            (Verb::NotManage, "button-notmanaged"),
        ],
        &[(Verb::Route, "button-route"), (Verb::Withdraw, "button-withdraw")],
    ] {
        let usable = verbs.iter().filter(|(verb, _)| may(*verb));
        let mut row: Vec<Button> =
            usable.map(|(verb, key)| button(key, Code::Ticket(*verb, number))).collect();
        // A card has room for five rows on every network, so what is alike stands together: what is
        // written and sent, what is done at the workplace and elsewhere, what goes away.
        match verbs[0].0 {
            Verb::Reply => row.extend(files.iter().cloned()),
            Verb::PassToVendor => row.splice(0..0, visit.iter().cloned()).for_each(drop),
            Verb::Route => row.extend(equipment.iter().cloned()),
            _ => {}
        }
        if !row.is_empty() {
            rows.push(row);
        }
    }
    if shown.ticket.status.is_final() && shown.ticket.requester_id == viewer.id {
        rows.push(vec![button("button-follow-up", Code::FollowUp(number))]);
    }
    rows
}

/// Draws the card of a ticket in a chat, to be kept up to date from now on.
pub fn draw<'a>(
    act: &'a Act<'_>,
    place: (&'a Address, &'a str),
    ticket: &'a ticket::Model,
    about: About,
) -> Doing<'a> {
    Box::pin(show_in(act, place, ticket, about))
}

async fn show_in(
    act: &Act<'_>,
    (to, view): (&Address, &str),
    ticket: &ticket::Model,
    about: About,
) -> Result<()> {
    if let Some(message) = face(act, to, view, ticket).await? {
        say::draw(act, to, view, (message, about, None)).await?;
    }
    Ok(())
}

/// What a view of a ticket shows in a chat now; nothing where it may not be read.
pub async fn face(
    act: &Act<'_>,
    to: &Address,
    view: &str,
    ticket: &ticket::Model,
) -> Result<Option<Outgoing>> {
    let voice = Voice { locale: to.locale, procedure: act.procedure, now: act.now };
    let facts = facts_for(act, &voice, view, ticket).await?;
    let Some(drawn) = drawn(act, to, view, &facts).await? else { return Ok(None) };
    if view == SURVEY {
        return super::survey::face(act, &voice, ticket).await.map(Some);
    }
    let viewer = match (drawn, ticket.technician_id) {
        (Drawn::For(viewer), _) => Some(viewer),
        // In a thread the buttons are those of the technician who has the ticket.
        (Drawn::ForAll, Some(person)) if view == THREAD => people::actor(act.tx, person).await?,
        (Drawn::ForAll, _) => None,
    };
    let shown = load(act, ticket.clone(), facts).await?;
    let mut message = render(&voice, &shown, view, viewer.as_ref());
    if view == THREAD
        && let Some(thread) = threads::meant(&to.chat_key)
        && viewer.is_some()
        && !ticket.status.is_final()
    {
        let overheard = threads::find(act.tx, thread).await?.overheard;
        let key = if overheard { "card-thread-overheard" } else { "card-thread-called" };
        line(&mut message.text, voice.text(key));
    }
    message.text = fit(message.text, say::LONGEST);
    Ok(Some(message))
}

/// Shows a person a ticket they asked to see, in private; a long description follows in a message of
/// its own.
pub async fn show(turn: &Turn<'_>, ticket: &ticket::Model) -> Result<()> {
    let view = view_for(turn.actor.id, ticket);
    if turn.in_group() && turn.via().is_some() {
        let own = Address { person: Some(turn.actor.id), ..turn.here() };
        return match face(&turn.act, &own, view, ticket).await? {
            Some(message) => turn.post(message).await,
            None => Err(Refusal::UnknownTicket(ticket.number).into()),
        };
    }
    let Some(to) = turn.private() else {
        return turn.tell("write-me-privately", &[]).await;
    };
    draw(&turn.act, (&to, view), ticket, About::ticket(ticket.id)).await?;
    if ticket.description.chars().count() > EXCERPT {
        let text = fit(RichText::plain(&ticket.description), say::LONGEST);
        let message = Outgoing { text, ..Default::default() };
        say::post(&turn.act, &to, message, About::ticket(ticket.id)).await?;
    }
    turn.point_to_private().await
}

/// Which view a person gets: their own request as a requester, with the survey's buttons while it waits
/// for the survey, and any other ticket as staff.
pub fn view_for(viewer: PersonId, ticket: &ticket::Model) -> &'static str {
    match ticket.status {
        _ if ticket.requester_id != viewer => TECHNICIAN,
        Status::Solved if ticket.close_at.is_some() => SURVEY,
        _ => REQUESTER,
    }
}
