//! Deliveries into a ticket's thread. While the platform has not made it, the call for the row at the
//! head is only for making it, and the row goes out with the next one; a thread that is gone is made
//! again, so often and not for ever, and one that cannot be made is given up without a word to
//! anybody, because everything in it is said elsewhere too.

use super::delivery::{Answer, Parcel};
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

/// Where a row goes.
pub(super) enum Way {
    /// To a chat of the platform's.
    Chat,
    /// Into a thread, which may have to be made first.
    Thread(thread::Model),
    /// Nowhere any more: the thread is gone and nobody needs it.
    Nowhere,
    /// Nowhere: the thread was given up.
    Closed,
}

/// Finds out where a row goes.
pub(super) async fn way(tx: &Transaction, row: &entity::Model, delivery: &Delivery) -> Result<Way> {
    // These are answered by what they carry, wherever they were asked.
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

/// What an answer means for a row that goes into a thread; `None` when it means what it means
/// everywhere.
pub(super) async fn settle(
    tx: &Transaction,
    desk: &Desk,
    (parcel, thread, answer): (&Parcel, &thread::Model, &Answer),
    now: Timestamp,
) -> Result<Option<Outcome>> {
    if thread.chat_key.is_none() {
        return opened(tx, desk, (parcel, thread, answer), now).await;
    }
    let speaks = matches!(
        parcel.delivery,
        Delivery::Send { .. } | Delivery::Edit { .. } | Delivery::File(_)
    );
    match answer {
        Err(SendError::Vanished(why)) if thread.openings >= OPENINGS => {
            close(tx, thread, why).await.map(Some)
        }
        Err(SendError::Vanished(_)) => {
            let waiting = super::delivery::card(&parcel.delivery);
            notify::threads::deleted(tx, desk, thread, waiting, now).await?;
            Ok(Some(Outcome::Again(now, "the thread was gone".into())))
        }
        Err(SendError::Unreachable(why)) if speaks => close(tx, thread, why).await.map(Some),
        // Somebody who cannot be let in, or a thread that cannot be put away, stops nothing else.
        Err(SendError::Unreachable(why)) => Ok(Some(Outcome::Failed(why.clone()))),
        _ => Ok(None),
    }
}

/// The thread was to be made.
async fn opened(
    tx: &Transaction,
    desk: &Desk,
    (parcel, thread, answer): (&Parcel, &thread::Model, &Answer),
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
