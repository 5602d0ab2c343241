//! What a person writes or sends without a command: the answer to an open question, a greeting, the answer to
//! a survey in words, or something to offer a ticket for. Deliberately absent: a ticket's thread, where people
//! talk to each other ([`super::thread_notes`]).

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

/// Hears words.
pub(super) async fn hear(turn: &Turn<'_>, text: &str) -> Result<()> {
    if turn.in_group() {
        // People talk to each other in groups; only an answer to the desk is meant for it.
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

/// Takes what is not text.
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
