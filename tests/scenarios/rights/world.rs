//! One desk for all cells: its people on both networks, its chats, and six tickets with a history.

use std::sync::Arc;

use mesabot::{
    chat::{
        Desk, Moment,
        incoming::{Chat, ChatKind, Incoming, Input, Sender},
        notify,
    },
    config::procedure,
    domain::{
        channel::ChannelKind,
        id::{AccountId, OutboxId, PersonId, TicketNumber},
        locale::Locale,
        person::{Access, Doer, Role},
        priority::Degree,
        procedure::{Category, Procedure},
        source::Source,
        time::Timestamp,
    },
    entity::{attachment, outbox},
    migrations::Migrator,
    service::{
        Act, Result, cards,
        database::Database,
        editions,
        files::{self, Fetched},
        people::{self, Address, NewPerson},
        threads::{self, Opened},
        ticket::{
            Done,
            attachment::{NewAttachment, attach},
            close, follow_up, hand_over,
            open::{self, NewTicket},
            solve,
        },
    },
};
use sea_orm::{DatabaseConnection, DatabaseTransaction, EntityTrait, QueryOrder, TransactionTrait};

use super::stated::Who;
use crate::support::engine::{TestDatabase, direct};

/// The chats, with the same keys on either network.
pub const LINKED: &str = "-100";
pub const FOREIGN: &str = "-200";
const SPECIALISTS: &str = "-300";
/// The thread of ticket 6 beside the linked chat.
pub const THREAD: &str = "-106";

/// A word of each ticket, from ticket 1, that appears nowhere else.
pub const MARKS: [&str; 6] = ["zafiro", "ópalo", "ámbar", "perla", "topacio", "coral"];

/// Monday, 2 March 2026, 08:00 in Bogotá.
const START: Timestamp = Timestamp(1_772_456_400_000);
const NETWORKS: [ChannelKind; 2] = [ChannelKind::Telegram, ChannelKind::Discord];
const REFERENCE: &str = include_str!("../../../config/procedures/reference.toml");

/// A person: their part, name, role and groups.
type Member = (Who, &'static str, Role, &'static [&'static str]);

/// The people, in the order of their keys.
const CAST: [Member; 6] = [
    (Who::Requester, "Marta", Role::Requester, &[]),
    (Who::Technician, "Ana", Role::Technician, &["soporte"]),
    (Who::Other, "Olga", Role::Technician, &["especialistas"]),
    (Who::Vendor, "Víctor", Role::Technician, &["proveedor"]),
    (Who::Supervisor, "Sonia", Role::Supervisor, &[]),
    (Who::Administrator, "Adela", Role::Administrator, &[]),
];

/// A desk and the messages in its chats.
pub struct World {
    pub conn: DatabaseConnection,
    pub desk: Desk,
    pub now: Timestamp,
    /// The last outbox row before any cell.
    pub said: OutboxId,
    people: Vec<(PersonId, [AccountId; 2])>,
    outsider: PersonId,
    _database: TestDatabase,
}

/// The reference procedure, with a confidential category.
fn rules() -> Procedure {
    let mut rules = procedure::read("reference.toml", REFERENCE).expect("the reference is sound");
    let equipment = rules.category("equipos").expect("the reference has this category").clone();
    let confidential = Category { key: "reserva".into(), confidential: true, ..equipment };
    rules.categories.push(confidential);
    rules.sealed()
}

/// The person's part before the loss of a right.
fn base(who: Who) -> Who {
    match who {
        Who::FormerRequester => Who::Requester,
        Who::FormerTechnician | Who::OutOfGroup => Who::Technician,
        Who::FormerOther => Who::Other,
        Who::FormerVendor => Who::Vendor,
        Who::FormerSupervisor => Who::Supervisor,
        Who::FormerAdministrator => Who::Administrator,
        who => who,
    }
}

fn place_of(who: Who) -> Option<usize> {
    CAST.iter().position(|(known, ..)| *known == base(who))
}

impl World {
    pub async fn build() -> Self {
        let database = TestDatabase::for_story().await;
        let opened = Database::open(&database.url).await.expect("a database opens");
        opened.migrate::<Migrator>().await.expect("the schema is made");
        opened.close().await;
        let conn = direct(&database.url).await.expect("a connection");
        let desk = Desk {
            procedure: Arc::new(rules()),
            access: Access::Invite,
            locale: Locale::Es,
            server: None,
        };
        let mut world = Self {
            conn,
            desk,
            now: START,
            said: OutboxId(0),
            people: vec![],
            outsider: PersonId(0),
            _database: database,
        };
        let tx = world.conn.begin().await.unwrap();
        editions::keep(&tx, &world.desk.procedure, START).await.unwrap();
        let mut enrolled = Vec::new();
        for member in CAST {
            enrolled.push(world.enrol(&tx, member).await.unwrap());
        }
        let spare = NewPerson {
            channel: ChannelKind::Console,
            external_key: "nadie".into(),
            name: "Nadie".into(),
            locale: Locale::Es,
        };
        world.outsider = people::enrol(&tx, spare, START).await.unwrap().1.id;
        world.people = enrolled;
        world.lives(&tx).await.unwrap();
        world.shows_cards(&tx).await;
        let last = outbox::Entity::find().order_by_desc(outbox::Column::Id).one(&tx).await.unwrap();
        world.said = last.expect("the outbox has a row").id;
        tx.commit().await.unwrap();
        world
    }

    async fn enrol(
        &self,
        tx: &DatabaseTransaction,
        member: Member,
    ) -> Result<(PersonId, [AccountId; 2])> {
        let (who, name, role, groups) = member;
        let new = |channel| NewPerson {
            channel,
            external_key: self.key(who, channel),
            name: name.to_owned(),
            locale: Locale::Es,
        };
        let (telegram, person) = people::enrol(tx, new(ChannelKind::Telegram), START).await?;
        let discord = people::add_account(tx, new(ChannelKind::Discord), person.id, START).await?;
        for account in [&telegram, &discord] {
            let chat = self.private_of_key(account.channel, &account.external_key);
            people::note_private_message(tx, account, &chat, START).await?;
        }
        let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
        people::promote(tx, &person, role, &groups).await?;
        Ok((person.id, [telegram.id, discord.id]))
    }

    /// Creates the six tickets of [`Who::reads`].
    async fn lives(&self, tx: &DatabaseTransaction) -> Result<()> {
        for channel in NETWORKS {
            for (group, chat) in
                [("soporte", LINKED), ("soporte", FOREIGN), ("especialistas", SPECIALISTS)]
            {
                people::link_destination(tx, group, &self.chat(channel, chat)).await?;
            }
        }
        let marta = self.act(tx, Who::Requester).await?;
        let ana = self.act(tx, Who::Technician).await?;
        let sonia = self.act(tx, Who::Supervisor).await?;
        for (number, mark) in (1..).zip(MARKS) {
            let category = if number == 3 { "reserva" } else { "equipos" };
            let new = request(self.person(Who::Requester), category, mark);
            self.tells(&marta, open::open(&marta, new).await?).await?;
        }
        for (number, mark) in [(1, MARKS[0]), (3, MARKS[2])] {
            self.sends(&marta, number, &format!("{mark}.png")).await?;
        }
        let note = "El rubí no es para quien pidió";
        self.tells(&ana, follow_up::note(&ana, TicketNumber(1), note).await?).await?;
        for (number, group) in [(2, "proveedor"), (3, "especialistas")] {
            let passed =
                hand_over::escalate(&sonia, TicketNumber(number), group, "Les toca").await?;
            self.tells(&sonia, passed).await?;
        }
        for number in [4, 6] {
            self.tells(&ana, hand_over::accept(&ana, TicketNumber(number)).await?).await?;
        }
        let solved = solve::solve(&ana, TicketNumber(4), "Cambié la perla").await?;
        self.tells(&ana, solved).await?;
        self.tells(&marta, close::withdraw(&marta, TicketNumber(5)).await?).await?;
        let sixth = cards_ticket(tx, 6).await;
        for thread in threads::of_ticket(tx, sixth).await? {
            let key = if thread.place == LINKED { THREAD } else { "-206" };
            let opened = Opened { chat_key: key, overheard: true };
            threads::opened(tx, thread.id, opened).await?;
        }
        // The messages in the unlinked chat remain there.
        for channel in NETWORKS {
            people::unlink_destination(tx, channel, FOREIGN).await?;
        }
        Ok(())
    }

    async fn sends(&self, act: &Act<'_>, number: i64, name: &str) -> Result<()> {
        let new = NewAttachment {
            kind: "photo".into(),
            reference: name.to_owned(),
            name: Some(name.to_owned()),
            caption: String::new(),
            internal: false,
        };
        attach(act, TicketNumber(number), new).await?;
        let wanted = attachment::Entity::find().order_by_desc(attachment::Column::Id);
        let wanted = wanted.one(act.tx).await?.expect("the file is queued");
        let fetched =
            Fetched { digest: format!("{number:064}"), size: 7, media: "image/png".into() };
        files::keep(act.tx, &wanted, &fetched, START).await.map(drop)
    }

    /// Every reader of a ticket has a card of it, on both networks.
    async fn shows_cards(&self, tx: &DatabaseTransaction) {
        for (who, ..) in CAST {
            for channel in NETWORKS {
                for number in who.reads() {
                    let key = self.key(who, channel);
                    let incoming = Incoming {
                        channel,
                        chat: Chat {
                            key: self.private_of_key(channel, &key),
                            kind: ChatKind::Private,
                        },
                        sender: Sender { key, name: who.name(), language: None },
                        input: Input::Text(format!("/caso #{number}")),
                        reply_to: None,
                        server: None,
                        token: (channel == ChannelKind::Discord).then(|| "token".into()),
                    };
                    let moment = Moment { now: START, disk_low: false };
                    mesabot::chat::handle(tx, &self.desk, &incoming, moment).await.unwrap();
                }
            }
        }
    }

    /// An act of this person on Telegram.
    pub async fn act<'t>(&'t self, tx: &'t DatabaseTransaction, who: Who) -> Result<Act<'t>> {
        let actor = people::actor(tx, self.person(who)).await?.expect("the person exists");
        let procedure = &*self.desk.procedure;
        let channel = Some(ChannelKind::Telegram);
        Ok(Act { tx, procedure, now: START, doer: Doer::Person(actor), channel })
    }

    async fn tells(&self, act: &Act<'_>, done: Done) -> Result<()> {
        notify::tell(act, &done).await
    }

    /// The person; for a stranger, a person without any part in the tickets.
    pub fn person(&self, who: Who) -> PersonId {
        place_of(who).map_or(self.outsider, |at| self.people[at].0)
    }

    pub fn account(&self, who: Who, channel: ChannelKind) -> Option<AccountId> {
        let at = usize::from(channel == ChannelKind::Discord);
        place_of(who).map(|place| self.people[place].1[at])
    }

    /// The platform's key of an account.
    pub fn key(&self, who: Who, channel: ChannelKind) -> String {
        let network = if channel == ChannelKind::Discord { 2 } else { 1 };
        format!("{network}{:03}", place_of(who).map_or(999, |at| at))
    }

    pub fn private_of_key(&self, channel: ChannelKind, key: &str) -> String {
        channel.private_chat(key).unwrap_or_else(|| key.to_owned())
    }

    pub fn private(&self, who: Who, channel: ChannelKind) -> Option<String> {
        Some(self.private_of_key(channel, &self.key(who, channel)))
    }

    /// Whose private chat this is.
    pub fn whose(&self, channel: ChannelKind, chat: &str) -> Option<Who> {
        let whose = |who: &Who| self.private(*who, channel).as_deref() == Some(chat);
        CAST.iter().map(|(who, ..)| *who).find(whose)
    }

    pub fn chat(&self, channel: ChannelKind, key: &str) -> Address {
        Address { channel, chat_key: key.to_owned(), person: None, locale: Locale::Es }
    }
}

/// A ticket's identity by its number.
pub async fn cards_ticket(tx: &DatabaseTransaction, number: i64) -> mesabot::domain::id::TicketId {
    use mesabot::entity::ticket;
    use sea_orm::{ColumnTrait, QueryFilter};
    let found = ticket::Entity::find().filter(ticket::Column::Number.eq(TicketNumber(number)));
    let found = found.one(tx).await.unwrap().expect("there is such a ticket");
    assert!(!cards::of_ticket(tx, found.id).await.unwrap().is_empty(), "the ticket has a card");
    found.id
}

fn request(requester: PersonId, category: &str, mark: &str) -> NewTicket {
    NewTicket {
        requester,
        category: category.to_owned(),
        group: None,
        description: format!("El {mark} no enciende"),
        details: None,
        answers: vec![],
        place: "Piso 2".into(),
        impact: Degree::Low,
        urgency: Degree::Low,
        follow_up_of: None,
        parent: None,
        source: Source::Chat,
    }
}
