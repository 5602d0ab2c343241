//! A desk of several processes on the emulated platform, and the people who use it in two servers
//! and in private.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use mesabot::{entity::lease, service::database::Database};
use rustix::process::Pid;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::{
    kill::{
        discord::{answers_are_accounted_for, every_message_appeared_once},
        oracle::{Figures, Memory},
        process::{Program, Running},
    },
    support::{
        discord::{ChannelKind, Effect, Emulator, Ledger, Post, Shard},
        engine::TestDatabase,
    },
};

/// Two servers that are never on the same one of two shards, each with a channel of this key.
pub const HERE: u64 = 7_010 << 22;
pub const THERE: u64 = 7_011 << 22;
/// Six people, half of them in each server.
const PEOPLE: [u64; 6] = [601, 602, 603, 604, 605, 606];
/// The longest wait for any expected event.
const LONG: Duration = Duration::from_secs(60);
/// How long the platform waits for the first answer to an interaction.
const PATIENCE: Duration = Duration::from_secs(3);
const HELP: &str = "Esto es lo que puedo hacer";

pub struct Desk {
    pub emulator: Emulator,
    program: Program,
    database: Database,
    replicas: HashMap<i32, Running>,
    /// The interactions that people caused, for the final check.
    done: Vec<u64>,
}

/// The shard of a server, where `of` is the number of shards.
pub fn shard_of(guild: u64, of: u64) -> Shard {
    Shard((guild >> 22) % of, of)
}

impl Desk {
    /// A desk without people, on a platform with this number of shards.
    pub async fn opens(kept: TestDatabase, shards: u64) -> Self {
        let emulator = Emulator::start().await;
        // `until` looks again at every heartbeat.
        emulator.heartbeat_interval(Duration::from_secs(1));
        if shards > 1 {
            emulator.recommends_shards(shards, shards);
        }
        for (guild, name) in [(HERE, "Entidad"), (THERE, "Sede")] {
            emulator.add_guild(guild, name);
            emulator.add_channel(channel(guild), guild, ChannelKind::Text, "mesa");
        }
        for person in PEOPLE {
            emulator.add_user(person, &format!("Persona {person}"), "es-419");
            emulator.joins(guild_of(person), person);
        }
        let program = Program::new(kept);
        // The first start creates the schema; its invitation is not used.
        program.invitation(1);
        let database = Database::open(program.database()).await.unwrap();
        Self { emulator, program, database, replicas: HashMap::new(), done: Vec::new() }
    }

    /// Another replica starts, and has reached the platform.
    pub async fn comes(&mut self) {
        // Only a starting replica makes this call.
        let met = |ledger: &Ledger| ledger.calls_of("GET /applications/@me");
        let before = self.emulator.read(met);
        let network = vec![
            ("MESABOT_DISCORD__TOKEN", self.emulator.token().to_owned()),
            ("MESABOT_DISCORD__API_URL", self.emulator.api_url().to_owned()),
        ];
        let running = self.program.start(network, None);
        self.emulator.wait_until(|ledger| met(ledger) > before, LONG).await;
        self.replicas.insert(running.pid().as_raw_nonzero().get(), running);
        self.until("a replica listens", async |desk| desk.emulator.connected() > 0).await;
    }

    /// Kills a replica, as a power cut would.
    pub async fn dies(&mut self, replica: i32) {
        self.take(replica).kill().await;
    }

    /// Tells a replica to stop, and waits for its end.
    pub async fn leaves(&mut self, replica: i32) {
        let running = self.take(replica);
        rustix::process::kill_process(running.pid(), rustix::process::Signal::TERM).unwrap();
        let status = running.ended().await;
        assert!(status.success(), "{status}: {}", self.program.log_tail());
    }

    fn take(&mut self, replica: i32) -> Running {
        self.replicas
            .remove(&replica)
            .unwrap_or_else(|| panic!("{replica} is not a running replica"))
    }

    /// The process of a replica.
    pub fn pid(&self, replica: i32) -> Pid {
        self.replicas[&replica].pid()
    }

    /// Which replica listens to a shard.
    pub async fn listener(&self, shard: Shard) -> i32 {
        let mut found = None;
        let name = format!(":{}/{}", shard.0, shard.1);
        self.until("a replica listens", async |desk| {
            let holders = desk.holders().await;
            let holder = holders.iter().find(|(lease, _)| lease.ends_with(&name));
            holder.is_some_and(|(_, pid)| desk.replicas.contains_key(pid))
        })
        .await;
        for (lease, pid) in self.holders().await {
            if lease.ends_with(&name) {
                found = Some(pid);
            }
        }
        found.expect("the loop ended with a listener")
    }

    /// Whether the replicas listen to this many shards each, the fewest first.
    pub async fn is_divided(&self, shares: &[usize]) -> bool {
        let holders = self.holders().await;
        let mut held: Vec<usize> = self
            .replicas
            .keys()
            .map(|replica| holders.iter().filter(|(_, pid)| pid == replica).count())
            .collect();
        held.sort_unstable();
        held == shares && self.emulator.connected() == shares.iter().sum::<usize>()
    }

    /// The leases of shards that are held, with the number of the process.
    async fn holders(&self) -> Vec<(String, i32)> {
        let rows = lease::Entity::find()
            .filter(lease::Column::Name.starts_with("listener:"))
            .filter(lease::Column::ExpiresAt.gt(0))
            .all(self.database.reader())
            .await
            .unwrap();
        let pid = |row: &lease::Model| row.holder.split(' ').nth(1)?.parse().ok();
        rows.into_iter().filter_map(|row| Some((row.name.clone(), pid(&row)?))).collect()
    }

    /// Waits until a condition holds.
    pub async fn until(&self, what: &str, is_so: impl AsyncFn(&Self) -> bool) {
        let mut changes = self.emulator.changed();
        let reached = async {
            while !is_so(self).await {
                changes.changed().await.unwrap();
            }
        };
        if tokio::time::timeout(LONG, reached).await.is_err() {
            panic!(
                "not in time: {what}; {:?} {}\n{}",
                self.holders().await,
                self.emulator.read(Ledger::summary),
                self.program.log_tail()
            );
        }
    }

    /// Every person asks for help in private. Returns each person with the expected number of
    /// answers.
    pub fn all_ask(&self) -> Vec<(u64, usize)> {
        let ask = |person| {
            self.emulator.dms(person, "/ayuda");
            (person, self.asked(person))
        };
        PEOPLE.map(ask).to_vec()
    }

    /// Waits until every person has read the expected number of answers, and returns how long that
    /// took.
    pub async fn all_have_read(&self, expected: Vec<(u64, usize)>) -> Duration {
        let begun = Instant::now();
        self.until("all are answered in private", async |desk| {
            expected.iter().all(|(person, count)| desk.helped(*person) >= *count)
        })
        .await;
        begun.elapsed()
    }

    /// How often this person was asked, ephemerally, to confirm a ticket.
    fn asked_to_register(&self, person: u64) -> usize {
        let shown = self.emulator.ephemerals(person);
        let asks = |post: &&Post| post.buttons().iter().any(|button| button.label == "Registrar");
        shown.iter().filter(asks).count()
    }

    /// How many tickets were confirmed to this person in private.
    fn registered(&self, person: u64) -> usize {
        let said = self.emulator.messages(self.emulator.direct(person));
        said.iter().filter(|post| post.text().contains("Quedó registrado.")).count()
    }

    fn asked(&self, person: u64) -> usize {
        let written = self.emulator.written_in_private();
        written.iter().filter(|(_, author)| *author == person).count()
    }

    fn helped(&self, person: u64) -> usize {
        let said = self.emulator.messages(self.emulator.direct(person));
        said.iter().filter(|post| post.text().contains(HELP)).count()
    }

    /// Every person runs a command in their server.
    pub fn all_run_a_command(&mut self) -> Vec<u64> {
        let run =
            |person| self.emulator.uses_command(person, channel(guild_of(person)), "help", &[]);
        let done = PEOPLE.map(run).to_vec();
        self.done.extend(&done);
        done
    }

    /// Every person writes in private, runs a command in their server, opens a form there and
    /// submits it, and presses a button in private: each is answered in time.
    pub async fn all_people_are_answered(&mut self) {
        let asked = self.all_ask();
        let run = self.all_run_a_command();
        let opened: [(u64, u64); 6] = PEOPLE.map(|person| {
            let words = format!("No abre el correo, por {}.ª vez", self.done.len());
            let given = [("text", json!(words))];
            let place = channel(guild_of(person));
            (person, self.emulator.uses_command(person, place, "new", &given))
        });
        let forms: Vec<u64> = opened.iter().map(|(_, form)| *form).collect();
        self.all_are_answered(&run).await;
        self.all_are_answered(&forms).await;
        let filled = [
            ("category", json!("ofimatica")),
            ("place", json!("Piso 2")),
            ("impact", json!("low")),
            ("urgency", json!("low")),
        ];
        let questions = PEOPLE.map(|person| self.asked_to_register(person));
        let mut handed_in = Vec::new();
        for (person, form) in &opened {
            let form = self.form_before(*person, *form).await;
            handed_in.push(self.emulator.submits(*person, form, &filled));
        }
        self.all_are_answered(&handed_in).await;
        self.until("all are asked whether it is right", async |desk| {
            let mut people = PEOPLE.iter().zip(questions);
            people.all(|(person, before)| desk.asked_to_register(*person) > before)
        })
        .await;
        let registered = PEOPLE.map(|person| self.registered(person));
        let press = |person| {
            let (place, message, code) = self.emulator.button_before(person, "Registrar").unwrap();
            self.emulator.presses(person, place, message, &code)
        };
        let pressed = PEOPLE.map(press);
        self.all_are_answered(&pressed).await;
        self.until("all are registered", async |desk| {
            let mut people = PEOPLE.iter().zip(registered);
            people.all(|(person, before)| desk.registered(*person) > before)
        })
        .await;
        self.all_have_read(asked).await;
        self.done.extend(forms.into_iter().chain(handed_in).chain(pressed));
    }

    /// What opened the form in front of this person: the command, or, where the command was
    /// deferred, the button shown instead.
    async fn form_before(&self, person: u64, command: u64) -> u64 {
        if self.emulator.modal_shown(person).is_some_and(|form| form.interaction == command) {
            return command;
        }
        let offered = |desk: &Self| {
            let shown = desk.emulator.ephemerals(person);
            let post = shown.into_iter().find(|post| post.interaction == Some(command))?;
            let write = post.buttons().into_iter().find(|button| button.label == "Escribir")?;
            Some((post.channel, post.message_id, write.custom_id))
        };
        self.until("a form is offered", async |desk| offered(desk).is_some()).await;
        let (channel, message, code) = offered(self).expect("the wait ended with a button");
        let pressed = self.emulator.presses(person, channel, message, &code);
        self.until("a form is opened", async |desk| {
            desk.emulator.modal_shown(person).is_some_and(|form| form.interaction == pressed)
        })
        .await;
        pressed
    }

    /// The wait for the first answer that nine of ten interactions did not exceed.
    pub fn ninety_percent_waited(&self) -> Duration {
        let mut waits: Vec<Duration> = self.emulator.read(|ledger| {
            let first = |one: &u64| ledger.response_to(*one).map(|response| response.latency);
            self.done.iter().filter_map(first).collect()
        });
        waits.sort_unstable();
        waits[waits.len() * 9 / 10]
    }

    /// Those of these interactions that a replica was listening for when they happened.
    pub fn heard(&self, done: &[u64]) -> Vec<u64> {
        let interactions = self.emulator.interactions();
        let heard = interactions.into_iter().filter(|one| one.heard && done.contains(&one.id));
        heard.map(|one| one.id).collect()
    }

    /// Waits until all of these interactions were answered in time.
    pub async fn all_are_answered(&self, done: &[u64]) {
        self.until("all are acknowledged", async |desk| {
            desk.emulator.read(|ledger| done.iter().all(|one| ledger.response_to(*one).is_some()))
        })
        .await;
        for one in done {
            let latency = self.emulator.read(|ledger| ledger.response_to(*one).unwrap().latency);
            assert!(latency < PATIENCE, "G10: {one} was answered after {latency:?}");
        }
    }

    /// Stops all replicas; no message was lost, doubled or left unanswered.
    pub async fn ends(mut self) {
        self.until("nothing is left to say", async |desk| desk.is_at_rest().await).await;
        let replicas: Vec<i32> = self.replicas.keys().copied().collect();
        for replica in replicas {
            self.leaves(replica).await;
        }
        let memory = Memory::read(self.database.reader(), Vec::new()).await;
        let stored: Vec<&str> = memory.inbox.iter().map(|row| row.external_key.as_str()).collect();
        for (message, person) in self.emulator.written_in_private() {
            let key = format!("m:{message}");
            assert!(stored.contains(&key.as_str()), "G9: {person} was not received");
        }
        for person in PEOPLE {
            assert_eq!(self.helped(person), self.asked(person), "G9, G6: answers to {person}");
        }
        self.emulator.read(|ledger| {
            let mut figures = Figures::default();
            every_message_appeared_once(&memory, ledger, &mut figures);
            answers_are_accounted_for(&memory, ledger, &mut figures);
            for one in &self.done {
                assert!(is_settled(ledger, *one), "G10: {one} was deferred for ever");
            }
            assert_eq!(ledger.violations, Vec::<String>::new());
        });
        let panics = self.program.lines_logged("panicked");
        assert!(panics.is_empty(), "{panics:#?}");
    }

    async fn is_at_rest(&self) -> bool {
        let memory = Memory::read(self.database.reader(), Vec::new()).await;
        memory.inbox.iter().all(|row| row.open_lane.is_none())
            && memory.outbox.iter().all(|said| said.row.open_lane.is_none())
    }
}

fn guild_of(person: u64) -> u64 {
    if person.is_multiple_of(2) { HERE } else { THERE }
}

fn channel(guild: u64) -> u64 {
    guild + 1
}

/// Whether the interaction's placeholder has been replaced.
fn is_settled(ledger: &Ledger, interaction: u64) -> bool {
    let mut thinking = Vec::new();
    for effect in &ledger.effects {
        match effect {
            Effect::Sent(post) if post.interaction == Some(interaction) && post.loading() => {
                thinking.push(post.message_id);
            }
            Effect::Edited(post) if !post.loading() => {
                thinking.retain(|one| *one != post.message_id);
            }
            Effect::Deleted { message, .. } => thinking.retain(|one| one != message),
            _ => {}
        }
    }
    thinking.is_empty()
}
