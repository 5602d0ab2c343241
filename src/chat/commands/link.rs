//! `/vincular` · `/link`: a code that links another account of the same person, and the accounts
//! that are linked already. `/vincular CODE` · `/link CODE`, from that other account: the owners of
//! both accounts are asked whether they are one person.

use crate::{
    chat::{
        catalogue::{Argument, Command},
        link_request,
        outgoing::{Audience, Outgoing, RichText},
        turn::Turn,
        wording::{Arg, Voice},
    },
    entity::account,
    service::{
        Result,
        people::linking::{self, Tried, Visitor},
    },
};

pub const COMMAND: Command = Command {
    spanish: "vincular",
    english: "link",
    audience: Audience::Requester,
    argument: Argument::Code,
    verb: None,
};

/// Gives a code, or uses the one brought. Not in a group, where other people would read the code.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    if turn.in_group() {
        return turn.tell("link-in-private", &[]).await;
    }
    if rest.is_empty() {
        return offer(turn).await;
    }
    let visitor = Visitor {
        channel: turn.account.channel,
        external_key: &turn.account.external_key,
        person: Some(turn.actor.id),
    };
    match linking::try_code(turn.act.tx, &visitor, rest, turn.act.now).await? {
        Tried::Refused(refusal) => turn.refuse(&refusal).await,
        Tried::Good(asker) => {
            let here = turn.private().unwrap_or_else(|| turn.here());
            match link_request::ask(&turn.act, turn.incoming, asker, &here).await? {
                Some(question) => turn.post(question).await,
                None => turn.tell("link-changed", &[]).await,
            }
        }
    }
}

/// The code, when the text is `/vincular CODE`.
pub fn code(text: &str) -> Option<&str> {
    let (name, rest) = text.trim().strip_prefix('/')?.split_once(char::is_whitespace)?;
    Some(name).filter(|name| COMMAND.is_called(name))?;
    Some(rest.trim()).filter(|rest| !rest.is_empty())
}

async fn offer(turn: &Turn<'_>) -> Result<()> {
    let code = linking::code(rand::random());
    linking::offer(turn.act.tx, &turn.account, &code, turn.act.now).await?;
    let voice = turn.voice();
    let mut text = voice.say("link-code", &[("code", code.into())]);
    let accounts = linking::accounts(turn.act.tx, turn.actor.id).await?;
    if accounts.len() > 1 {
        text.push_str(&format!("\n\n{}", voice.text("link-list")));
        for account in &accounts {
            text.push_str(&format!("\n{}", line(turn, &voice, account)));
        }
    }
    turn.post(Outgoing { text: RichText::plain(text), ..Default::default() }).await
}

fn line(turn: &Turn<'_>, voice: &Voice<'_>, account: &account::Model) -> String {
    let state = match account {
        own if own.id == turn.account.id => "here",
        lost if lost.unreachable_since.is_some() => "lost",
        _ => "there",
    };
    let args: [Arg<'_>; 3] = [
        ("network", voice.network(account.channel).into()),
        ("when", voice.when(account.last_heard_at).into()),
        ("state", state.into()),
    ];
    voice.say("link-account", &args)
}
