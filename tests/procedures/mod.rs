//! The procedures, each walked from end to end in every pairing of networks. The name of a test
//! begins with the numbers of the rules that it proves.

mod activities;
mod coverage;
mod cvc;
mod narino;
mod quotes;
mod school;
mod uspec;
mod victimas;

use mesabot::{
    domain::id::TicketNumber,
    entity::{person, ticket_event},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::support::pairing::PairedDesk;

/// The history of a ticket, one step per line: time (wall time of the desk), actor, whether a chat
/// was used, kind of event, and its data.
pub async fn history(desk: &PairedDesk, number: TicketNumber) -> String {
    let reader = desk.app.database.reader();
    let ticket = desk.ticket(number).await;
    let calendar = desk.app.desk.procedure.desk_calendar();
    let events = ticket_event::Entity::find()
        .filter(ticket_event::Column::TicketId.eq(ticket.id))
        .order_by_asc(ticket_event::Column::Id);
    let mut lines = Vec::new();
    for row in events.all(reader).await.unwrap() {
        let who = match row.actor_id {
            Some(id) => person::Entity::find_by_id(id).one(reader).await.unwrap().unwrap().name,
            None => "the desk".to_owned(),
        };
        assert_eq!(row.channel.is_some(), row.actor_id.is_some(), "a person acts on a network");
        let when = calendar.local(row.at).format("%m-%d %H:%M");
        lines.push(format!("{when} {who}: {} {}", row.kind, row.detail));
    }
    lines.join("\n")
}
