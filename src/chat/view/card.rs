//! A ticket's card, with the buttons that its viewer may use now. There is one card per ticket,
//! chat and view, edited in place.

use super::{
    history_facts,
    lines::{EXCERPT, line, quotation},
    related::Titles,
    shown::{Shown, load},
};
use crate::{
    chat::{
        Doing,
        button::Code,
        outgoing::{Button, Outgoing, RichText},
        posting::{self, About, NewCard},
        shorten::{clip, shorten_lines},
        turn::Turn,
        view::{
            self,
            visibility::{Viewer, facts_for, viewer_at},
            visits,
        },
        wording::{Voice, instants, number},
    },
    domain::{
        ending::Ending,
        id::PersonId,
        permission::decide,
        person::{Actor, Doer},
        procedure::TicketKind,
        refusal::Refusal,
        status::Status,
        verb::Verb,
    },
    entity::{card::CardView, ticket},
    service::{
        Act, Result,
        people::{self, Address},
        threads,
    },
};

/// A card as one viewer sees it; a group's card has no viewer.
pub fn render(
    voice: &Voice<'_>,
    shown: &Shown,
    view: CardView,
    viewer: Option<&Actor>,
) -> Outgoing {
    let mut text = voice.heading(&shown.ticket);
    let titles = Titles::of(viewer.filter(|_| view != CardView::Thread), &shown.ticket);
    match view {
        CardView::Requester => requester_lines(&mut text, voice, shown, titles),
        _ => staff_lines(&mut text, voice, shown, titles),
    }
    Outgoing { text, buttons: buttons(voice, shown, viewer), ..Default::default() }
}

fn requester_lines(text: &mut RichText, voice: &Voice<'_>, shown: &Shown, titles: Titles<'_>) {
    let ticket = &shown.ticket;
    let technician = shown.facts.technician.as_ref().map(|(_, name)| name.as_str());
    let technician = shown.from_history.solver.as_deref().or(technician);
    let reason = ticket.suspension.as_ref().or(shown.not_managed_reason.as_ref());
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
    if history_facts::requester_route(text, voice, &shown.from_history) {
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
    visits::lines(text, voice, shown, visits::Reader::Requester);
    history_facts::trainings(text, voice, &shown.from_history);
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
    // A ticket that self-help or routing closed at registration need not have a place.
    let nowhere = ticket.place.is_empty();
    let requester = if nowhere { "card-requester-name" } else { "card-requester" };
    let args = [("name", shown.requester.as_str().into()), ("place", ticket.place.as_str().into())];
    line(text, voice.say(requester, &args));
    if shown.requester_unreachable {
        line(text, voice.text("card-unreachable"));
    }
    history_facts::origin(text, voice, ticket.source, &shown.registered_by);
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
    visits::lines(text, voice, shown, visits::Reader::Staff);
    quotation(text, voice, &clip(&ticket.description, EXCERPT));
    if let Some(details) = &ticket.details {
        line(text, value("card-details", clip(details, EXCERPT)));
    }
    if let Some(answers) = super::answers::text(voice, &shown.answered.request) {
        line(text, answers);
    }
    history_facts::staff_lines(text, voice, &shown.from_history);
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
    if let Some(reason) = &shown.not_managed_reason {
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

/// The buttons that the viewer may use now, in the order of a ticket's life. In a group, where
/// every member can press them, only the acts that any technician of the group may do.
fn buttons(voice: &Voice<'_>, shown: &Shown, viewer: Option<&Actor>) -> Vec<Vec<Button>> {
    let number = shown.ticket.number;
    let button = |key: &str, code: Code| {
        // When the procedure hands vendor work to another procedure, the button carries the name of
        // that status.
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
        let status = shown.ticket.status;
        let technician = &shown.facts.technician;
        let works = matches!(status, Status::InProgress | Status::Reopened | Status::Solved);
        // A technician at the workplace keeps the ticket.
        let waits = !works && !status.is_final() && technician.is_none();
        let accept = || vec![button("button-accept", Code::Ticket(Verb::Accept, number))];
        let decide = [(Verb::Approve, "button-approve"), (Verb::Decline, "button-decline")];
        let decide = || decide.map(|(verb, key)| button(key, Code::Ticket(verb, number))).to_vec();
        // A ticket that is meant for one technician is not for the group to accept.
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
        // Every network shows at most five rows under a card, so related buttons share a row:
        // writing and files, vendor and visit, routing and equipment.
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

/// Draws the card of a ticket in a chat; from then on the desk keeps it up to date.
pub fn draw<'a>(
    act: &'a Act<'_>,
    to: &'a Address,
    view: CardView,
    ticket: &'a ticket::Model,
    about: About,
) -> Doing<'a> {
    Box::pin(draw_card(act, to, view, ticket, about))
}

async fn draw_card(
    act: &Act<'_>,
    to: &Address,
    view: CardView,
    ticket: &ticket::Model,
    about: About,
) -> Result<()> {
    if let Some(message) = content(act, to, view, ticket).await? {
        posting::draw(act, to, NewCard { view, message, about, via: None }).await?;
    }
    Ok(())
}

/// What a view of a ticket shows in a chat now; `None` where the ticket may not be read.
pub async fn content(
    act: &Act<'_>,
    to: &Address,
    view: CardView,
    ticket: &ticket::Model,
) -> Result<Option<Outgoing>> {
    let voice = Voice::of(act, to.locale);
    let facts = facts_for(act, &voice, view, ticket).await?;
    let Some(viewer) = viewer_at(act, to, view, &facts).await? else { return Ok(None) };
    if view == CardView::Survey {
        return super::survey::content(act, &voice, ticket).await.map(Some);
    }
    let viewer = match (viewer, ticket.technician_id) {
        (Viewer::One(viewer), _) => Some(viewer),
        // A thread shows the buttons of the technician who has the ticket.
        (Viewer::All, Some(person)) if view == CardView::Thread => {
            people::actor(act.tx, person).await?
        }
        (Viewer::All, _) => None,
    };
    let shown = load(act, ticket.clone(), facts).await?;
    let mut message = render(&voice, &shown, view, viewer.as_ref());
    if view == CardView::Thread
        && let Some(thread) = threads::by_symbolic_key(&to.chat_key)
        && viewer.is_some()
        && !ticket.status.is_final()
    {
        let overheard = threads::find(act.tx, thread).await?.overheard;
        let key = if overheard { "card-thread-overheard" } else { "card-thread-called" };
        line(&mut message.text, voice.text(key));
    }
    message.text = shorten_lines(message.text, posting::LONGEST);
    Ok(Some(message))
}

/// Shows a person in private the ticket that they asked for; a long description follows as a
/// separate message.
pub async fn show(turn: &Turn<'_>, ticket: &ticket::Model) -> Result<()> {
    let view = view_for(turn.actor.id, ticket);
    if turn.in_group() && turn.via().is_some() {
        let own = Address { person: Some(turn.actor.id), ..turn.here() };
        return match content(&turn.act, &own, view, ticket).await? {
            Some(message) => turn.post(message).await,
            None => Err(Refusal::UnknownTicket(ticket.number).into()),
        };
    }
    let Some(to) = turn.private() else {
        return turn.tell("write-me-privately", &[]).await;
    };
    draw(&turn.act, &to, view, ticket, About::ticket(ticket.id)).await?;
    if ticket.description.chars().count() > EXCERPT {
        let text = shorten_lines(RichText::plain(&ticket.description), posting::LONGEST);
        let message = Outgoing { text, ..Default::default() };
        posting::post(&turn.act, &to, message, About::ticket(ticket.id)).await?;
    }
    turn.point_to_private().await
}

/// The view of a ticket that a person gets: the requester's view or the survey for their own
/// request, the technician's view for any other ticket.
pub fn view_for(viewer: PersonId, ticket: &ticket::Model) -> CardView {
    match ticket.status {
        _ if ticket.requester_id != viewer => CardView::Technician,
        Status::Solved if ticket.close_at.is_some() => CardView::Survey,
        _ => CardView::Requester,
    }
}
