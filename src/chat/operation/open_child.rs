//! `/subcaso N [destino] texto` · `/child N [destination] text`: opens a related case with another category or
//! group (V6).

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome, people};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        named::{self, Meant},
        outgoing::Audience,
        question::{Choice, Options},
        refusal,
        turn::Turn,
        wording::Voice,
    },
    domain::{id::TicketNumber, refusal::Refusal, verb::Verb},
    service::{
        Result,
        ticket::{
            child::{self, Destination},
            find,
        },
    },
};

pub const COMMAND: Command = Command {
    spanish: "subcaso",
    english: "child",
    audience: Audience::Technician,
    argument: Argument::TicketDestinationAndText,
    verb: Some(Verb::OpenChild),
};

/// The prefix of a category as the destination of a related case.
const CATEGORY: &str = "c:";
/// The prefix of a group as the destination of a related case.
const GROUP: &str = "g:";

#[derive(Debug)]
pub struct OpenChild;

#[async_trait]
impl Operation for OpenChild {
    fn name(&self) -> &'static str {
        "open_child"
    }

    fn verb(&self) -> Verb {
        Verb::OpenChild
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Choice, Ask::Text]
    }

    async fn read(
        &self,
        turn: &Turn<'_>,
        form: Form,
        words: Option<&str>,
    ) -> Result<(Form, Option<String>)> {
        let words = words.unwrap_or_default();
        let (name, text) = match named::bracketed(words) {
            Some((name, text)) => (Some(name), text),
            None => (None, words),
        };
        let text = Some(text.to_owned()).filter(|text| !text.is_empty());
        let form = Form { text, ..form };
        let Some(name) = name else { return Ok((form, None)) };
        let group = match form.number {
            Some(number) => Some(find::one(turn.act.tx, turn.reader(), number).await?.group_key),
            None => None,
        };
        let options = Options { group, ..Options::default() };
        Ok(match named::choice(&destinations(&turn.voice(), &options), name) {
            Meant::One(choice) => (Form { choice: Some(choice), ..form }, None),
            Meant::Several => (form, None),
            Meant::Nothing => {
                let unknown = Refusal::UnknownDestination(name.to_owned());
                (form, Some(refusal::text(&turn.voice(), &unknown)))
            }
        })
    }

    fn choices(&self, _form: &Form, voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
        destinations(voice, options)
    }

    fn called(
        &self,
        _form: &Form,
        typed: &str,
        voice: &Voice<'_>,
        options: &Options,
    ) -> Meant<String> {
        named::choice(&destinations(voice, options), typed)
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        let to = destination(form.choice());
        let to = to.ok_or_else(|| Refusal::UnknownCategory(form.choice().to_owned()))?;
        let (done, related) = child::open_child(&turn.act, number, &to, form.text()).await?;
        Ok(Outcome::changed(done, Some(related)))
    }

    fn files_belong_to_related(&self) -> bool {
        true
    }
}

/// The chosen destination of a related case.
fn destination(choice: &str) -> Option<Destination> {
    let category = choice.strip_prefix(CATEGORY).map(|key| Destination::Category(key.to_owned()));
    category.or_else(|| Some(Destination::Group(choice.strip_prefix(GROUP)?.to_owned())))
}

/// The possible destinations of a related case: the categories that other groups handle, then those
/// groups. A vendor with related cases of its own is reached by passing the ticket to the vendor
/// ([`super::pass_to_vendor`]).
pub fn destinations(voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
    let categories = voice.procedure.categories.iter();
    let categories = categories.filter(|category| Some(&category.group) != options.group.as_ref());
    let categories = categories.map(|category| {
        Choice::new(category.name.get(voice.locale), format!("{CATEGORY}{}", category.key))
    });
    let vendor = voice.procedure.vendor_child().map(|group| &group.key);
    let groups = people::other_groups(voice, options).filter(|group| Some(&group.key) != vendor);
    let groups = groups.map(|group| {
        Choice::new(people::group_label(voice, group), format!("{GROUP}{}", group.key))
    });
    categories.chain(groups).collect()
}
