//! Deliveries into a ticket's thread. While the platform has not created the thread, the call for
//! the first row only creates it, and the row goes out with the next call. A thread that was
//! deleted is created again a limited number of times. A thread that cannot be created is given up
//! without a notice, because everything in it is sent elsewhere too. Deliberately absent: which
//! tickets have threads (see `crate::service::threads`).

use super::Answered;
use crate::{
    channel::SendError,
    chat::{Desk, notify, outgoing::Delivery},
    domain::time::Timestamp,
    entity::{outbox as entity, thread},
    service::{
        Result, Transaction,
        outbox::Outcome,
        threads::{self, OPENINGS, Opened},
        ticket::find,
    },
};

/// The destination of a row.
pub(in crate::worker) enum Way {
    /// A chat of the platform.
    Chat,
    /// A thread, which may have to be created first.
    Thread(thread::Model),
    /// None any more: the thread is gone and no longer needed.
    Nowhere,
    /// None: the thread was given up.
    Closed,
}

/// Determines the destination of a row.
pub(in crate::worker) async fn way(
    tx: &Transaction,
    row: &entity::Model,
    delivery: &Delivery,
) -> Result<Way> {
    // These are addressed by their own token, wherever they were asked.
    if matches!(delivery, Delivery::Answer { .. } | Delivery::Menu { .. }) {
        return Ok(Way::Chat);
    }
    let Some(id) = threads::by_symbolic_key(&row.chat_key) else { return Ok(Way::Chat) };
    let thread = threads::find(tx, id).await?;
    if thread.given_up {
        return Ok(Way::Closed);
    }
    if thread.chat_key.is_some() {
        return Ok(Way::Thread(thread));
    }
    let ticket = find::by_id(tx, thread.ticket_id).await?;
    let idle = matches!(delivery, Delivery::Archive { .. });
    if idle || !threads::is_current(tx, &thread, &ticket).await? {
        return Ok(Way::Nowhere);
    }
    if thread.openings >= OPENINGS {
        close(tx, &thread, "it was deleted too often").await?;
        return Ok(Way::Closed);
    }
    Ok(Way::Thread(thread))
}

/// What an answer means for a row that goes into a thread; `None` when it means the same as in any
/// chat.
pub(super) async fn settle(
    tx: &Transaction,
    desk: &Desk,
    answered: &Answered,
    thread: &thread::Model,
    now: Timestamp,
) -> Result<Option<Outcome>> {
    if thread.chat_key.is_none() {
        return opened(tx, desk, answered, thread, now).await;
    }
    let Answered { parcel, answer } = answered;
    let speaks = matches!(
        parcel.delivery,
        Delivery::Send { .. } | Delivery::Edit { .. } | Delivery::File(_)
    );
    match answer {
        Err(SendError::Vanished(why)) if thread.openings >= OPENINGS => {
            close(tx, thread, why).await.map(Some)
        }
        Err(SendError::Vanished(_)) => {
            let waiting = super::card(&parcel.delivery);
            notify::threads::deleted(tx, desk, thread, waiting, now).await?;
            Ok(Some(Outcome::Again(now, "the thread was gone".into())))
        }
        Err(SendError::Unreachable(why)) if speaks => close(tx, thread, why).await.map(Some),
        // A person who cannot be added, or a thread that cannot be archived, blocks no other row.
        Err(SendError::Unreachable(why)) => Ok(Some(Outcome::Failed(why.clone()))),
        _ => Ok(None),
    }
}

/// The answer to the creation of the thread.
async fn opened(
    tx: &Transaction,
    desk: &Desk,
    Answered { parcel, answer }: &Answered,
    thread: &thread::Model,
    now: Timestamp,
) -> Result<Option<Outcome>> {
    match answer {
        Ok(key) => {
            let key = key.as_deref().unwrap_or_default();
            let opened = Opened { chat_key: key, overheard: parcel.overheard };
            threads::opened(tx, thread.id, opened).await?;
            if parcel.overheard != thread.overheard {
                notify::threads::redraw(tx, desk, thread, now).await?;
            }
            Ok(Some(Outcome::Prepared("its thread was made".into())))
        }
        Err(
            SendError::Vanished(why)
            | SendError::Unreachable(why)
            | SendError::Refused(why)
            | SendError::Moved { to: why },
        ) => close(tx, thread, why).await.map(Some),
        Err(_) => Ok(None),
    }
}

async fn close(tx: &Transaction, thread: &thread::Model, why: &str) -> Result<Outcome> {
    threads::give_up(tx, thread).await?;
    tracing::warn!(
        thread = %thread.id, ticket = %thread.ticket_id, why,
        "a ticket's thread cannot be used; the desk goes on without it"
    );
    Ok(Outcome::Failed(why.to_owned()))
}
