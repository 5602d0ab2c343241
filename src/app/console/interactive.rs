//! A session at a terminal, which plays one person at a time. Time passes by itself, and can be
//! moved. Errors are printed and end nothing. Deliberately absent: the desk itself (see `stage`).

use std::path::Path;

use super::{cast::Person, stage::Stage, stage::Unplayable};
use crate::{
    channel::console::{
        Message,
        editor::Editor,
        script::{self, Act},
    },
    domain::person::Role,
};

/// The buttons of so many messages are numbered.
const OFFERED: usize = 3;

/// A button with the number that presses it.
struct Numbered {
    number: String,
    message: Message,
    code: String,
}

/// Reads lines until the end of the input.
pub(super) async fn run(mut stage: Stage, file: &Path) -> anyhow::Result<()> {
    let mut editor = Editor::open()?;
    stage.print(&welcome(&stage, file))?;
    let mut person = stage.cast.people().first().cloned().expect("the cast has people");
    let mut shown = String::new();
    loop {
        stage.look.columns = editor.columns();
        if let Err(why) = stage.passes().await {
            stage.print(&format!("{why}\n"))?;
        }
        let (list, offers) = offers(&stage, &person);
        if list != shown {
            stage.print(&list)?;
            shown = list;
        }
        // Reading blocks the task; only timers of the database pool run at the same time.
        let line = tokio::task::block_in_place(|| editor.line(&format!("{}> ", person.key)))?;
        let Some(line) = line else { break };
        let before = person.key;
        match play(&mut stage, &mut person, line.trim(), &offers).await {
            Ok(told) if told || person.key != before => shown.clear(),
            Ok(_) => {}
            Err(why) => stage.print(&format!("{}\n", stage.look.dim(&why.to_string())))?,
        }
    }
    editor.close();
    Ok(())
}

/// Plays one line. Gives whether anything was printed.
async fn play(
    stage: &mut Stage,
    person: &mut Person,
    line: &str,
    offers: &[Numbered],
) -> Result<bool, Unplayable> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(false);
    }
    if let Some(instant) = line.strip_prefix('@') {
        return stage.moves(script::clock(instant)?).await;
    }
    let mut rest = line;
    if let Some((who, said)) = script::speaker(line) {
        *person = stage.person(&who)?;
        if said.is_empty() {
            return Ok(false);
        }
        rest = said;
    } else if let Some(offer) = offers.iter().find(|offer| offer.number == line) {
        return stage.presses(person, &offer.message, offer.code.clone()).await;
    }
    let act: Act = script::act(rest);
    stage.plays(person, act).await
}

/// The numbered buttons, message by message, and their list as it is printed.
fn offers(stage: &Stage, person: &Person) -> (String, Vec<Numbered>) {
    let messages = stage.offers(person);
    let messages = &messages[..messages.len().min(OFFERED)];
    let labels = || messages.iter().flat_map(|message| message.content.buttons.iter().flatten());
    // A button whose label is a number is pressed by that number; no other button gets it.
    let taken = |number: &str| labels().any(|button| button.label == number);
    let mut numbers = (1_u32..).map(|number| number.to_string()).filter(|number| !taken(number));
    let mut list = String::new();
    let mut offers: Vec<Numbered> = Vec::new();
    for message in messages {
        let text = message.content.text.to_plain();
        let about = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let about: String = about.chars().filter(|c| !c.is_control()).take(60).collect();
        list.push_str(&format!("\n  {}\n   ", stage.look.dim(&about)));
        let mut used = 0;
        for button in message.content.buttons.iter().flatten() {
            let own = button.label.parse::<u32>().is_ok()
                && offers.iter().all(|offer| offer.number != button.label);
            let number = if own { Some(button.label.clone()) } else { numbers.next() };
            let Some(number) = number else { continue };
            let prefix = if own { String::new() } else { format!("{number} ") };
            let length = prefix.chars().count() + button.label.chars().count() + 3;
            if used > 0 && used + length > stage.look.columns.unwrap_or(80).saturating_sub(4) {
                list.push_str("\n   ");
                used = 0;
            }
            used += length;
            list.push_str(&format!(" {prefix}{}", stage.look.button(button)));
            let code = button.code.clone();
            offers.push(Numbered { number, message: message.clone(), code });
        }
        list.push('\n');
    }
    (list, offers)
}

fn welcome(stage: &Stage, file: &Path) -> String {
    let mut text = format!(
        "mesabot, a help desk in the terminal. This is a demonstration, kept in {}.\n\n",
        file.display()
    );
    for person in stage.cast.people() {
        let does = match person.role {
            Role::Requester => "reports things".to_owned(),
            Role::Technician => format!("technician of {}", person.groups.join(", ")),
            Role::Supervisor => "sees every ticket and may assign it".to_owned(),
            Role::Administrator => "looks after the desk".to_owned(),
        };
        text.push_str(&format!("  {:<14} {does}\n", format!("{}>", person.key)));
    }
    text.push_str(
        "
  tecnico>       play another person
  2 or [Sí]      press a button
  @ +3d          move the clock ahead; @ 2026-03-02 08:00 moves it to a time
  /ayuda         what the desk understands
  Ctrl-D         leave

Write what is wrong, such as: No imprime la impresora

",
    );
    text
}
