//! Scenarios that run in every pairing of platforms: requesters on one platform, technicians on
//! one, Telegram or Discord each. A scenario speaks of persons, and each person acts in the way of
//! their platform. Deliberately absent: what only one platform can do; such scenarios have files of
//! their own.

mod account;
mod discord;
mod files;
mod forms;
mod group;
mod mishap;
mod person;
mod reading;
mod snare;
mod telegram;
mod trouble;

use std::{
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Mutex, MutexGuard, PoisonError},
};

use mesabot::{
    domain::{
        channel::ChannelKind,
        id::TicketNumber,
        person::{Access, Role},
        procedure::Procedure,
    },
    worker::handler::Receive,
};

use super::{
    desk::{HelpDesk, uspec},
    discord_line::{DiscordLine, GUILD},
};
use account::Account;
use reading::Reader;

pub use files::Hitch;
pub use forms::USUAL;
pub use group::Group;
pub use mishap::Mishap;
pub use person::{Held, Person};
pub use snare::{Breakdown, Snare};
pub use trouble::{Doing, Trouble};

/// The platform of each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pairing {
    pub requester: ChannelKind,
    pub technician: ChannelKind,
}

impl Pairing {
    pub fn all() -> [Self; 4] {
        let telegram = ChannelKind::Telegram;
        let discord = ChannelKind::Discord;
        [(telegram, telegram), (telegram, discord), (discord, telegram), (discord, discord)]
            .map(|(requester, technician)| Self { requester, technician })
    }

    /// Whether one side is on this platform.
    fn has(self, network: ChannelKind) -> bool {
        self.requester == network || self.technician == network
    }
}

/// Runs a scenario in every pairing, each time on a new desk where every account may report. People
/// must read the same texts in every pairing: one snapshot holds for all four.
pub fn in_every_pairing(story: impl AsyncFn(&PairedDesk)) {
    in_every_pairing_with(Access::Open, story);
}

/// Runs a scenario in every pairing, each time on a new desk with this access rule.
pub fn in_every_pairing_with(access: Access, story: impl AsyncFn(&PairedDesk)) {
    in_every_pairing_as(access, &uspec(), story);
}

/// Runs a scenario in every pairing, each time on a new desk with this procedure.
pub fn in_every_pairing_on(procedure: &Procedure, story: impl AsyncFn(&PairedDesk)) {
    in_every_pairing_as(Access::Open, procedure, story);
}

fn in_every_pairing_as(access: Access, procedure: &Procedure, story: impl AsyncFn(&PairedDesk)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    insta::allow_duplicates! {
        for pairing in Pairing::all() {
            let told = catch_unwind(AssertUnwindSafe(|| {
                runtime.block_on(async {
                    let desk = PairedDesk::open(pairing, access, procedure).await;
                    story(&desk).await;
                    desk.close().await;
                });
            }));
            if let Err(broken) = told {
                eprintln!("it broke in {pairing:?}");
                resume_unwind(broken);
            }
        }
    }
}

/// A desk with adapters for the platforms of a pairing, and the persons of the scenario.
pub struct PairedDesk {
    pub pairing: Pairing,
    /// Makes the desk fail on chosen texts.
    pub snare: Snare,
    desk: HelpDesk,
    discord: Option<DiscordLine>,
    readers: Mutex<Vec<Reader>>,
}

impl Deref for PairedDesk {
    type Target = HelpDesk;

    fn deref(&self) -> &HelpDesk {
        &self.desk
    }
}

impl PairedDesk {
    async fn open(pairing: Pairing, access: Access, procedure: &Procedure) -> Self {
        let mut desk = HelpDesk::open_on(access, procedure.clone()).await;
        let discord = match pairing.has(ChannelKind::Discord) {
            // No fallback channel: a person who closes direct messages is unreachable, as on
            // Telegram.
            true => Some(DiscordLine::open_in(&mut desk, None).await),
            false => None,
        };
        let snare = Snare::default();
        let nothing: Receive = Box::new(|_| Ok(None));
        let receive = std::mem::replace(&mut desk.workers.handler.receive, nothing);
        desk.workers.handler.receive = snare.behind(receive);
        Self { pairing, snare, desk, discord, readers: Mutex::default() }
    }

    /// A person on the requesters' platform.
    pub fn requester(&self, name: &str) -> Person<'_> {
        self.stranger(name, "es")
    }

    /// A person on the requesters' platform who has not written yet; `language` is the language of
    /// their client.
    pub fn stranger(&self, name: &str, language: &str) -> Person<'_> {
        self.somebody(self.pairing.requester, name, language)
    }

    /// A technician of the first level.
    pub async fn technician(&self, name: &str) -> Person<'_> {
        self.staff(name, Role::Technician, &["soporte"]).await
    }

    /// A person on the technicians' platform who was enrolled by an invitation and has read the
    /// welcome.
    pub async fn staff(&self, name: &str, role: Role, groups: &[&str]) -> Person<'_> {
        self.staff_on(self.pairing.technician, name, role, groups).await
    }

    /// Like [`staff`](Self::staff), on a given platform of the pairing.
    pub async fn staff_on(
        &self,
        network: ChannelKind,
        name: &str,
        role: Role,
        groups: &[&str],
    ) -> Person<'_> {
        let person = self.somebody(network, name, "es");
        let code = self.desk.invite(Some(role), groups).await;
        person.says(&format!("/start {code}")).await;
        let welcome = person.reads();
        assert!(welcome.starts_with(&format!("Hola, {name}. ")), "{welcome}");
        person
    }

    /// A person on a given platform of the pairing who has not written yet.
    pub fn somebody(&self, network: ChannelKind, name: &str, language: &str) -> Person<'_> {
        let mut readers = self.readers();
        let serial = 1_001 + i64::try_from(readers.len()).unwrap();
        let account = match network {
            ChannelKind::Discord => {
                let emulator = &self.line().emulator;
                let locale = if language == "es" { "es-419" } else { language };
                emulator.add_user(account::unsigned(serial), name, locale);
                emulator.joins(GUILD, account::unsigned(serial));
                let direct = account::signed(emulator.direct(account::unsigned(serial)));
                Account::Discord { emulator: emulator.clone(), id: serial, direct }
            }
            _ => {
                self.desk.emulator.add_user(serial, name, language);
                Account::Telegram { emulator: self.desk.emulator.clone(), id: serial }
            }
        };
        let reader = Reader::new(account, name, language);
        readers.push(reader.clone());
        Person::new(self, reader)
    }

    /// The person reports a computer problem through the whole dialogue.
    pub async fn opens_ticket(&self, person: &Person<'_>, words: &str) -> TicketNumber {
        person.says(words).await;
        person.presses("Abrir caso").await;
        person.fills(&USUAL).await;
        person.presses("Registrar").await;
        self.desk.newest().await.number
    }

    pub fn all_read(&self) {
        for reader in self.readers().iter() {
            reader.overlook_questions();
            reader.unread();
        }
    }

    /// The Discord adapter.
    fn line(&self) -> &DiscordLine {
        self.discord.as_ref().expect("somebody of the pairing is on Discord")
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the scenario: asserts that no message is unread, no modal is open, every interaction
    /// was answered, no request broke a platform's rules, and no inbox row is quarantined.
    async fn close(self) {
        for reader in self.readers().iter() {
            let unread = reader.unread();
            assert!(unread.is_empty(), "{} did not read:\n{unread}", reader.name);
            reader.assert_nothing_waits();
        }
        if let Some(line) = &self.discord {
            line.assert_proper();
            line.assert_answered();
        }
        self.desk.close().await;
    }
}
