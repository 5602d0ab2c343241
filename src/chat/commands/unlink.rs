//! `/desvincular` · `/unlink`: the links of the person's own accounts, each with the button that
//! undoes it.

use crate::{
    chat::{
        access,
        button::Code,
        catalogue::{Argument, Command},
        outgoing::{Audience, Button, Outgoing, RichText},
        turn::Turn,
    },
    domain::person_event::By,
    service::{Result, membership::joining, people::linking},
};

pub const COMMAND: Command = Command {
    spanish: "desvincular",
    english: "unlink",
    audience: Audience::Requester,
    argument: Argument::Nothing,
    verb: None,
};

/// How many links are offered.
const OFFERED: usize = 4;

/// Offers the links that can be undone.
pub async fn run(turn: &Turn<'_>) -> Result<()> {
    if turn.in_group() {
        return turn.tell("link-in-private", &[]).await;
    }
    let mut links = joining::links(turn.act.tx, turn.actor.id).await?;
    // A link with a requester noted by name moved no account, so there is none to separate.
    links.retain(|link| !link.moved.accounts.is_empty());
    if links.is_empty() {
        return turn.say("unlink-none", &[]).await;
    }
    let voice = turn.voice();
    let accounts = linking::accounts(turn.act.tx, turn.actor.id).await?;
    let mut text = voice.text("unlink-ask");
    let mut buttons = Vec::new();
    for link in links.iter().rev().take(OFFERED) {
        let theirs = accounts.iter().filter(|account| link.moved.accounts.contains(&account.id));
        let networks: Vec<String> = theirs.map(|account| voice.network(account.channel)).collect();
        let args = [
            ("name", link.name.as_str().into()),
            ("network", networks.join(", ").into()),
            ("when", voice.when(link.at).into()),
        ];
        text.push_str(&format!("\n{}", voice.say("unlink-line", &args)));
        let label = voice.say("button-unlink", &[("name", link.name.as_str().into())]);
        buttons.push(vec![Button { label, code: Code::Unlink(link.id).encode() }]);
    }
    turn.post(Outgoing { text: RichText::plain(text), buttons, ..Default::default() }).await
}

/// Undoes a link of the person's own accounts.
pub async fn undo(turn: &Turn<'_>, link: i64) -> Result<()> {
    let by = By::Person(turn.actor.id);
    let id = turn.actor.id;
    let known = joining::links(turn.act.tx, id).await?;
    if !known.iter().any(|known| known.id == link && !known.moved.accounts.is_empty()) {
        return turn.tell("question-passed", &[]).await;
    }
    access::unlink(&turn.act, by, id, link, turn.desk.access).await
}
