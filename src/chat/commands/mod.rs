//! The commands. [`CATALOGUE`] lists them; menus, help and dispatch follow it. Both names of a
//! command are understood in every language. One file per command: operations on a ticket stand in
//! [`crate::chat::operation`], the others here.

use crate::{
    chat::{
        Doing,
        catalogue::{Command, audience},
        dialogue::form,
        operation::{self, Operation},
        outgoing::Audience,
        turn::Turn,
    },
    domain::procedure::Procedure,
    service::Result,
};

pub mod cancel;
pub mod help;
pub mod language;
pub mod link;
pub mod my_tickets;
pub mod new;
pub mod people;
pub mod queue;
pub mod register;
pub mod report;
pub mod start;
pub mod unlink;
pub mod visit;

/// How a command is run.
#[derive(Clone, Copy)]
enum Run {
    /// Carries out an operation on a ticket, and asks for what the words leave out.
    Operation(&'static dyn Operation),
    /// Runs a function with the words after the command's name.
    Own(for<'a> fn(&'a Turn<'_>, &'a str) -> Doing<'a>),
}

/// Every command, in the order of menus and help.
const ENTRIES: &[(Command, Run)] = &[
    (new::COMMAND, Run::Own(|turn, rest| Box::pin(new::run(turn, rest)))),
    (my_tickets::COMMAND, Run::Own(|turn, _| Box::pin(my_tickets::run(turn)))),
    (operation::view::COMMAND, Run::Operation(&operation::view::View)),
    (operation::reply::COMMAND, Run::Operation(&operation::reply::Reply)),
    (operation::withdraw::COMMAND, Run::Operation(&operation::withdraw::Withdraw)),
    (operation::explain::COMMAND, Run::Operation(&operation::explain::Explain)),
    (queue::COMMAND, Run::Own(|turn, _| Box::pin(queue::run(turn)))),
    (operation::accept::COMMAND, Run::Operation(&operation::accept::Accept)),
    (operation::note::COMMAND, Run::Operation(&operation::note::Note)),
    (operation::suspend::COMMAND, Run::Operation(&operation::suspend::Suspend)),
    (operation::resume::COMMAND, Run::Operation(&operation::resume::Resume)),
    (visit::COMMAND, Run::Own(|turn, rest| Box::pin(visit::run(turn, rest)))),
    (operation::escalate::COMMAND, Run::Operation(&operation::escalate::Escalate)),
    (operation::pass_to_vendor::COMMAND, Run::Operation(&operation::pass_to_vendor::PassToVendor)),
    (operation::open_child::COMMAND, Run::Operation(&operation::open_child::OpenChild)),
    (operation::check_asset::COMMAND, Run::Operation(&operation::check_asset::CheckAsset)),
    (operation::solve::COMMAND, Run::Operation(&operation::solve::Solve)),
    (operation::train::COMMAND, Run::Operation(&operation::train::Train)),
    (operation::not_manage::COMMAND, Run::Operation(&operation::not_manage::NotManage)),
    (operation::assign::COMMAND, Run::Operation(&operation::assign::Assign)),
    (operation::prioritise::COMMAND, Run::Operation(&operation::prioritise::Prioritise)),
    (operation::categorise::COMMAND, Run::Operation(&operation::categorise::Categorise)),
    (operation::follow::COMMAND, Run::Operation(&operation::follow::Follow)),
    (register::COMMAND, Run::Own(|turn, rest| Box::pin(register::run(turn, rest)))),
    (report::COMMAND, Run::Own(|turn, rest| Box::pin(report::run(turn, rest)))),
    (language::COMMAND, Run::Own(|turn, rest| Box::pin(language::run(turn, rest)))),
    (link::COMMAND, Run::Own(|turn, rest| Box::pin(link::run(turn, rest)))),
    (unlink::COMMAND, Run::Own(|turn, _| Box::pin(unlink::run(turn)))),
    (people::COMMAND, Run::Own(|turn, _| Box::pin(people::run(turn)))),
    (help::COMMAND, Run::Own(|turn, _| Box::pin(help::run(turn)))),
    (cancel::COMMAND, Run::Own(|turn, _| Box::pin(cancel::run(turn)))),
    (start::COMMAND, Run::Own(|turn, rest| Box::pin(start::run(turn, rest)))),
];

/// Every command, in the order of menus and help.
pub const CATALOGUE: &[Command] = &listed();

const fn listed() -> [Command; ENTRIES.len()] {
    let mut all = [start::COMMAND; ENTRIES.len()];
    let mut index = 0;
    while index < ENTRIES.len() {
        all[index] = ENTRIES[index].0;
        index += 1;
    }
    all
}

/// The commands that this procedure uses, in the order of the catalogue. Menus and help show no
/// others. A person who types another one is told why it is not available.
pub fn of(procedure: &Procedure) -> impl Iterator<Item = &'static Command> {
    CATALOGUE.iter().filter(|command| command.verb.is_none_or(|verb| procedure.has(verb)))
}

/// The command with this name in any language.
pub fn find(name: &str) -> Option<&'static Command> {
    CATALOGUE.iter().find(|command| command.is_called(name))
}

/// Whether the text after the slash begins with a command of the desk.
pub fn is_known(line: &str) -> bool {
    line.split_whitespace().next().and_then(find).is_some()
}

/// Runs the text after the slash.
pub fn run<'a>(turn: &'a Turn<'_>, line: &'a str) -> Doing<'a> {
    Box::pin(dispatch(turn, line))
}

async fn dispatch(turn: &Turn<'_>, line: &str) -> Result<()> {
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let Some(command) = find(name) else {
        return help::unknown(turn, name).await;
    };
    if command.audience > audience(turn.actor.role) {
        return not_yours(turn, command).await;
    }
    let entry = ENTRIES.iter().find(|(known, _)| known == command);
    match entry.map(|(_, run)| run) {
        Some(Run::Operation(operation)) => {
            let (form, why) = operation::form_of_words(turn, *operation, rest).await?;
            form::begin_because(turn, form, why).await
        }
        Some(Run::Own(run)) => run(turn, rest).await,
        None => help::unknown(turn, name).await,
    }
}

/// Tells the person which role the command needs.
pub(super) async fn not_yours(turn: &Turn<'_>, command: &Command) -> Result<()> {
    let audience = match command.audience {
        Audience::Requester | Audience::Technician => "technician",
        Audience::Supervisor => "supervisor",
        Audience::Administrator => "administrator",
    };
    let name = command.name(turn.locale);
    let args = [("name", name.into()), ("audience", audience.into())];
    turn.tell("command-not-yours", &args).await
}
