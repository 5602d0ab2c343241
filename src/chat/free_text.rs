//! Words or attachments that a person sends without a command: the answer to an open question, a
//! greeting, the answer to a survey, or the start of a request. Deliberately absent: a ticket's
//! thread, where people talk to each other ([`super::thread_notes`]).

use crate::{
    chat::{
        catalogue::lists_commands,
        commands,
        dialogue::{self, Heard, offer::Offer},
        incoming::Attachment,
        question::Answer,
        turn::Turn,
        typed_answer,
    },
    service::Result,
};

/// Handles words without a command.
pub(super) async fn hear(turn: &Turn<'_>, text: &str) -> Result<()> {
    if turn.in_group() {
        // In groups people talk to each other; only a reply to a message of the desk is meant for
        // the desk.
        return if turn.incoming.reply_to.is_some() {
            turn.tell("group-replies-need-a-command", &[lists_commands(turn.incoming.channel)])
                .await
        } else {
            Ok(())
        };
    }
    if dialogue::answer(turn, Answer::Text(text.to_owned())).await? == Heard::AsAnswer {
        return Ok(());
    }
    if turn.voice().is_greeting(text) {
        return commands::start::run(turn, "").await;
    }
    if typed_answer::answer(turn, text).await? {
        return Ok(());
    }
    dialogue::offer(turn, Offer::of_text(text)).await
}

/// Handles an attachment without a command.
pub(super) async fn hear_attachment(turn: &Turn<'_>, attachment: &Attachment) -> Result<()> {
    if turn.in_group() {
        return Ok(());
    }
    match dialogue::answer(turn, Answer::Attachment(attachment.clone())).await? {
        Heard::AsAnswer => Ok(()),
        Heard::NothingIsOpen => {
            dialogue::offer(turn, Offer::of_attachment(attachment.clone())).await
        }
    }
}
