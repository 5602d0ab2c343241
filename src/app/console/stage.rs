//! The desk as it is played: somebody does something, the workers are stepped until nothing is left
//! to do, and what everybody was told is printed. Deliberately absent: where lines come from.

use std::{collections::HashMap, io::Write, sync::Arc};

use chrono::TimeZone;

use super::cast::{Cast, Person};
use crate::{
    app::{House, Manners, Workers},
    channel::{
        Channel,
        console::{
            Console, ConsoleEvent, Message, OutputKind, receive,
            receive::{ConsoleInput, token},
            script::{Act, Move, Unreadable},
            transcript::Look,
        },
    },
    chat::outgoing::Delivery,
    clock::{HandClock, ShiftedClock},
    domain::{channel::ChannelKind, time::Timestamp},
    service::{cards, inbox, outbox, ticket::close},
    worker::{delivery, delivery::Patience, handler, pacing::Limits},
};

/// How many earlier messages are put back into the chats.
const REMEMBERED: u64 = 1_000;
/// A terminal has no pace to keep.
const LIMITS: Limits =
    Limits { per_second: 1e9, private_burst: 1e9, private_per_second: 1e9, group_per_minute: 1e9 };

/// The clock of a demonstration.
pub(super) enum Time {
    /// Stands still until it is moved: a script gives the same transcript every time.
    Standing(Arc<HandClock>),
    /// Goes on by itself and can be moved.
    Passing(Arc<ShiftedClock>),
}

/// Why something could not be played.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unplayable {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("there is nobody called {who}; there are {known}")]
    Nobody { who: String, known: String },
    #[error("there is no button [{label}] in the chat of {who}; {offered}")]
    NoButton { who: String, label: String, offered: String },
    #[error("the clock never shows that time in {zone}")]
    NoTime { zone: String },
    #[error("the desk could not handle it and set it aside as {0}; its log says why")]
    SetAside(String),
    #[error("{0:#}")]
    Broken(#[from] anyhow::Error),
}

impl From<crate::service::Error> for Unplayable {
    fn from(error: crate::service::Error) -> Self {
        Self::Broken(error.into())
    }
}

/// A desk with its cast.
pub(super) struct Stage {
    house: House,
    workers: Workers,
    console: Arc<Console>,
    /// Who can be played.
    pub cast: Cast,
    /// How what is printed looks.
    pub look: Look,
    time: Time,
    /// What tells the lines of this process from those of any other.
    session: String,
    lines: u64,
}

impl Stage {
    /// Opens the stage where an earlier process left it.
    pub async fn open(
        house: House,
        cast: Cast,
        (time, look): (Time, Look),
    ) -> anyhow::Result<Self> {
        let console = Arc::new(Console::default());
        restore(&house, &console).await?;
        let channel: Arc<dyn Channel> = Arc::<Console>::clone(&console);
        let workers = house.workers(
            HashMap::from([(ChannelKind::Console, channel)]),
            Box::new(|row| receive(&row.raw)),
            Manners { limits: LIMITS, patience: Patience::default() },
        );
        workers.courier.recover().await?;
        let session = format!("{:016x}", rand::random::<u64>());
        Ok(Self { house, workers, console, cast, look, time, session, lines: 0 })
    }

    /// Whom a typed name means.
    pub fn person(&self, who: &str) -> Result<Person, Unplayable> {
        let known = || self.cast.names();
        let nobody = || Unplayable::Nobody { who: who.to_owned(), known: known() };
        self.cast.find(who).cloned().ok_or_else(nobody)
    }

    /// Somebody does something. Gives whether anybody was told anything.
    pub async fn plays(&mut self, person: &Person, act: Act) -> Result<bool, Unplayable> {
        match act {
            Act::Say(text) => self.tell(person, ConsoleInput::Text(text)).await,
            Act::Press(label) => match self.console.find_button(person.key, &label) {
                Some((message, button)) => self.presses(person, (&message, button.code)).await,
                None => Err(self.no_button(person, label)),
            },
        }
    }

    /// Somebody presses a button of a message.
    pub async fn presses(
        &mut self,
        person: &Person,
        (message, code): (&Message, String),
    ) -> Result<bool, Unplayable> {
        let token = token(person.key, &format!("{}-{}", self.session, self.lines));
        let message = message.key.clone();
        self.tell(person, ConsoleInput::Press { code, token, message }).await
    }

    /// The messages that somebody can press a button of, the newest first.
    pub fn offers(&self, person: &Person) -> Vec<Message> {
        self.console.with_buttons(person.key)
    }

    /// Moves the clock. Whatever comes due on the way happens in order, each at its own time.
    pub async fn moves(&mut self, to: Move) -> Result<bool, Unplayable> {
        let target = match to {
            Move::Ahead(milliseconds) => self.now().plus(milliseconds),
            Move::To(wall) => {
                let zone = self.house.desk.procedure.desk_calendar().time_zone();
                let instant = zone.from_local_datetime(&wall).earliest();
                let no_time = || Unplayable::NoTime { zone: zone.name().to_owned() };
                instant.ok_or_else(no_time)?.to_utc().into()
            }
        };
        let database = self.house.database.clone();
        while let Some(due) = close::next_due(database.reader(), self.now(), target).await? {
            self.show(due);
            self.workers.settle().await?;
            self.print_heard(None, true)?;
        }
        self.show(target);
        self.workers.settle().await?;
        self.print(&self.look.clock(&self.wall()))?;
        self.print_heard(None, false)?;
        Ok(true)
    }

    /// Does what is due by now. Gives whether anybody was told anything.
    pub async fn passes(&mut self) -> Result<bool, Unplayable> {
        self.workers.settle().await?;
        Ok(self.print_heard(None, false)?)
    }

    /// Prints on standard output, at once.
    pub fn print(&self, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    async fn tell(&mut self, person: &Person, what: ConsoleInput) -> Result<bool, Unplayable> {
        let told = ConsoleEvent { who: person.key.to_owned(), name: person.name.to_owned(), what };
        let source = ChannelKind::Console.as_str();
        let key = format!("{}-{}", self.session, self.lines);
        self.lines += 1;
        let row = inbox::NewIncoming {
            source: source.to_owned(),
            external_key: key.clone(),
            lane: outbox::lane(ChannelKind::Console, person.key),
            raw: serde_json::to_string(&told).map_err(anyhow::Error::from)?,
        };
        handler::store(&self.house.database, &[row], self.now(), &self.house.wake).await?;
        self.workers.settle().await?;
        let printed = self.print_heard(Some(person), false)?;
        match inbox::quarantine_reference(self.house.database.reader(), source, &key).await? {
            Some(reference) => Err(Unplayable::SetAside(reference)),
            None => Ok(printed),
        }
    }

    /// Prints what people were told: whoever acted first, then the others as the cast is listed.
    fn print_heard(&self, actor: Option<&Person>, with_clock: bool) -> anyhow::Result<bool> {
        let mut heard = self.console.take();
        let people = self.cast.people();
        heard.sort_by_key(|one| {
            let acted = actor.is_some_and(|actor| actor.key == one.chat);
            let place = people.iter().position(|person| person.key == one.chat);
            (!acted, place, !matches!(one.what, OutputKind::Answered(_)))
        });
        let text: String = heard.iter().map(|one| self.look.output(one)).collect();
        if text.is_empty() {
            return Ok(false);
        }
        if with_clock {
            self.print(&self.look.clock(&self.wall()))?;
        }
        self.print(&text)?;
        Ok(true)
    }

    fn no_button(&self, person: &Person, label: String) -> Unplayable {
        let mut labels: Vec<String> = Vec::new();
        for button in self.offers(person).iter().flat_map(|message| message.content.buttons.iter())
        {
            for button in button {
                let label = format!("[{}]", button.label);
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
        }
        let offered = match labels.is_empty() {
            true => "there is none at all".to_owned(),
            false => format!("there are {}", labels.join(" ")),
        };
        Unplayable::NoButton { who: person.key.to_owned(), label, offered }
    }

    fn now(&self) -> Timestamp {
        self.house.clock.now()
    }

    fn show(&self, instant: Timestamp) {
        match &self.time {
            Time::Standing(clock) => clock.set(instant),
            Time::Passing(clock) => clock.shift(instant.since(self.now())),
        }
    }

    /// The time on the wall of the people of the desk.
    fn wall(&self) -> String {
        let local = self.house.desk.procedure.local(self.now());
        local.format("%Y-%m-%d %H:%M").to_string()
    }
}

/// Puts the messages of earlier processes back into the chats, as they look now.
async fn restore(house: &House, console: &Console) -> anyhow::Result<()> {
    let reader = house.database.reader();
    for row in outbox::messages(reader, ChannelKind::Console, REMEMBERED).await? {
        let Ok(Delivery::Send { message: face, .. } | Delivery::Edit { message: face, .. }) =
            delivery::read(&row)
        else {
            continue;
        };
        if let Some(key) = row.message_key {
            console.restore(Message { chat: row.chat_key, key, content: face });
        }
    }
    for card in cards::on(reader, ChannelKind::Console).await? {
        let face = card.face.and_then(|face| serde_json::from_str(&face).ok());
        if let (Some(key), Some(face)) = (card.message_key, face) {
            console.restore(Message { chat: card.chat_key, key, content: face });
        }
    }
    Ok(())
}
