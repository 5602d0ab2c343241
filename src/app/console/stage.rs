//! The desk as the console plays it: a person acts, the workers are stepped until no work is left,
//! and every message to the cast is printed. Deliberately absent: where lines come from.

use std::{collections::HashMap, io::Write, sync::Arc};

use chrono::TimeZone;

use super::cast::{Cast, Person};
use crate::{
    app::{App, DeliverySettings, Workers},
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

/// How many earlier messages are restored into the chats.
const REMEMBERED: u64 = 1_000;
/// A terminal has no rate limit.
const LIMITS: Limits =
    Limits { per_second: 1e9, private_burst: 1e9, private_per_second: 1e9, group_per_minute: 1e9 };

/// The clock of a demonstration.
pub(super) enum Time {
    /// Stands still until it is moved: a script gives the same transcript every time.
    Standing(Arc<HandClock>),
    /// Runs by itself and can be moved.
    Passing(Arc<ShiftedClock>),
}

/// Whether the time is printed before the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClockLine {
    Printed,
    Omitted,
}

/// Why a line could not be played.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unplayable {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("there is no person {who}; there are {known}")]
    NoPerson { who: String, known: String },
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

pub(super) struct Stage {
    app: App,
    workers: Workers,
    console: Arc<Console>,
    /// The people who can be played.
    pub cast: Cast,
    /// The layout of the output.
    pub look: Look,
    time: Time,
    /// Keeps the keys of this process apart from those of any other.
    session: String,
    lines: u64,
}

impl Stage {
    /// Opens the stage as an earlier process left it.
    pub async fn open(app: App, cast: Cast, time: Time, look: Look) -> anyhow::Result<Self> {
        let console = Arc::new(Console::default());
        restore(&app, &console).await?;
        let channel: Arc<dyn Channel> = Arc::<Console>::clone(&console);
        let workers = app.workers(
            HashMap::from([(ChannelKind::Console, channel)]),
            Box::new(|row| receive(&row.raw)),
            DeliverySettings { limits: LIMITS, patience: Patience::default() },
        );
        workers.courier.recover().await?;
        let session = format!("{:016x}", rand::random::<u64>());
        Ok(Self { app, workers, console, cast, look, time, session, lines: 0 })
    }

    /// The person with a typed name.
    pub fn person(&self, who: &str) -> Result<Person, Unplayable> {
        let known = || self.cast.names();
        let no_person = || Unplayable::NoPerson { who: who.to_owned(), known: known() };
        self.cast.find(who).cloned().ok_or_else(no_person)
    }

    /// A person acts. Gives whether anything was printed.
    pub async fn plays(&mut self, person: &Person, act: Act) -> Result<bool, Unplayable> {
        match act {
            Act::Say(text) => self.tell(person, ConsoleInput::Text(text)).await,
            Act::Press(label) => match self.console.find_button(person.key, &label) {
                Some((message, button)) => self.presses(person, &message, button.code).await,
                None => Err(self.no_button(person, label)),
            },
        }
    }

    /// A person presses a button of a message.
    pub async fn presses(
        &mut self,
        person: &Person,
        message: &Message,
        code: String,
    ) -> Result<bool, Unplayable> {
        let token = token(person.key, &format!("{}-{}", self.session, self.lines));
        let message = message.key.clone();
        self.tell(person, ConsoleInput::Press { code, token, message }).await
    }

    /// The messages with buttons in a person's chat, the newest first.
    pub fn offers(&self, person: &Person) -> Vec<Message> {
        self.console.with_buttons(person.key)
    }

    /// Moves the clock. Work that falls due on the way is done in order, each at its own instant.
    pub async fn moves(&mut self, to: Move) -> Result<bool, Unplayable> {
        let target = match to {
            Move::Ahead(milliseconds) => self.now().plus(milliseconds),
            Move::To(wall) => {
                let zone = self.app.desk.procedure.desk_calendar().time_zone();
                let instant = zone.from_local_datetime(&wall).earliest();
                let no_time = || Unplayable::NoTime { zone: zone.name().to_owned() };
                instant.ok_or_else(no_time)?.to_utc().into()
            }
        };
        let database = self.app.database.clone();
        while let Some(due) = close::next_due(database.reader(), self.now(), target).await? {
            self.show(due);
            self.workers.settle().await?;
            self.print_heard(None, ClockLine::Printed)?;
        }
        self.show(target);
        self.workers.settle().await?;
        self.print(&self.look.clock(&self.wall()))?;
        self.print_heard(None, ClockLine::Omitted)?;
        Ok(true)
    }

    /// Does the work that is due. Gives whether anything was printed.
    pub async fn passes(&mut self) -> Result<bool, Unplayable> {
        self.workers.settle().await?;
        Ok(self.print_heard(None, ClockLine::Omitted)?)
    }

    /// Prints on standard output, unbuffered.
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
        handler::store(&self.app.database, &[row], self.now(), &self.app.wake).await?;
        self.workers.settle().await?;
        let printed = self.print_heard(Some(person), ClockLine::Omitted)?;
        match inbox::quarantine_reference(self.app.database.reader(), source, &key).await? {
            Some(reference) => Err(Unplayable::SetAside(reference)),
            None => Ok(printed),
        }
    }

    /// Prints the new messages: those to the person who acted first, then the others in the order
    /// of the cast.
    fn print_heard(&self, actor: Option<&Person>, clock: ClockLine) -> anyhow::Result<bool> {
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
        if clock == ClockLine::Printed {
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
        let offered = if labels.is_empty() {
            "there is none at all".to_owned()
        } else {
            format!("there are {}", labels.join(" "))
        };
        Unplayable::NoButton { who: person.key.to_owned(), label, offered }
    }

    fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    fn show(&self, instant: Timestamp) {
        match &self.time {
            Time::Standing(clock) => clock.set(instant),
            Time::Passing(clock) => clock.shift(instant.since(self.now())),
        }
    }

    /// The time in the desk's time zone.
    fn wall(&self) -> String {
        let local = self.app.desk.procedure.local(self.now());
        local.format("%Y-%m-%d %H:%M").to_string()
    }
}

/// Restores the messages of earlier processes into the chats, as they look now.
async fn restore(app: &App, console: &Console) -> anyhow::Result<()> {
    let reader = app.database.reader();
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
