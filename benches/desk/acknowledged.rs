//! The time from an interaction that Discord dispatches to its first answer, at a steady pace that
//! does not wait for the desk. The program itself is measured; the emulator runs on the same cores.

use std::{
    collections::HashSet,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::MissedTickBehavior;

use crate::{
    directory, parameter,
    support::discord::{ChannelKind, Emulator, Ledger, Modal, Post},
    table::{Times, heading, short},
};

const GUILD: u64 = 7_001;
const CHANNEL: u64 = 7_002;
/// The longest time that 99 % of the interactions may take, at each pace.
const MOST: [(u32, Duration); 2] =
    [(50, Duration::from_millis(100)), (200, Duration::from_millis(500))];
/// How long the last answers may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// Prints the measurement. Gives whether the times stay within their bounds.
pub async fn measure() -> bool {
    let only: u32 = parameter("MESABOT_BENCH_INTERACTIONS", 0);
    heading("Discord: interaction dispatched → first answer received");
    let mut fine = true;
    for (pace, most) in MOST {
        if only == 0 {
            fine &= measure_at(pace, most).await;
        }
    }
    if only > 0 {
        let most = MOST.iter().find(|(pace, _)| only <= *pace).unwrap_or(&MOST[1]).1;
        fine &= measure_at(only, most).await;
    }
    fine
}

async fn measure_at(pace: u32, most: Duration) -> bool {
    let seconds: u32 = parameter("MESABOT_BENCH_SECONDS", 30);
    let place = TempDir::new_in(directory()).expect("a directory can be made");
    let world = World::open(u64::from(pace) * 2).await;
    let mut program = world.start(&place);
    world.emulator.wait_until(|ledger| ledger.readies > 0, DEADLINE).await;
    let used = world.use_for(pace, pace * seconds).await;
    let answered =
        |ledger: &Ledger| ledger.responses().filter(|one| used.contains(&one.interaction)).count();
    let all = world.emulator.read(answered) == used.len()
        || world.waits_until(|ledger| answered(ledger) == used.len()).await;
    // The process may have ended already.
    let _ = program.kill();
    let _ = program.wait();
    world.report(pace, most, &used, all)
}

/// People, with their open buttons and forms.
struct World {
    emulator: Emulator,
    people: Vec<u64>,
}

impl World {
    async fn open(people: u64) -> Self {
        let emulator = Emulator::start().await;
        emulator.add_guild(GUILD, "Entidad");
        emulator.add_channel(CHANNEL, GUILD, ChannelKind::Text, "mesa");
        let people: Vec<u64> = (1_000..1_000 + people).collect();
        for person in &people {
            emulator.add_user(*person, "Empleado", "es-419");
            emulator.joins(GUILD, *person);
        }
        Self { emulator, people }
    }

    fn start(&self, place: &TempDir) -> Child {
        Command::new(env!("CARGO_BIN_EXE_mesabot"))
            .current_dir(place.path())
            .env_clear()
            .env("MESABOT_DISCORD__TOKEN", self.emulator.token())
            .env("MESABOT_DISCORD__API_URL", self.emulator.api_url())
            .env("MESABOT_ACCESS", "open")
            .env("MESABOT_LIMITS__OPEN_TICKETS", "10000")
            .env("MESABOT_LOG__LEVEL", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts")
    }

    /// Makes so many interactions at this pace: each person in turn submits the open form, answers
    /// the open question, or uses a command.
    async fn use_for(&self, pace: u32, count: u32) -> HashSet<u64> {
        let mut used = HashSet::new();
        let mut tick = tokio::time::interval(Duration::from_secs(1) / pace);
        tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for at in 0..count {
            tick.tick().await;
            let at = usize::try_from(at).expect("few interactions");
            used.insert(self.act(self.people[at % self.people.len()], at / self.people.len()));
        }
        used
    }

    fn act(&self, person: u64, turn: usize) -> u64 {
        if let Some(form) = self.emulator.modal_shown(person) {
            let filled = filled(&form);
            let filled: Vec<_> =
                filled.iter().map(|(code, value)| (code.as_str(), value.clone())).collect();
            return self.emulator.submits(person, form.interaction, &filled);
        }
        // The newest question only: an earlier one keeps its buttons but is over.
        let asked = self.emulator.ephemerals(person).pop();
        for label in ["Registrar", "No lo sé"] {
            let buttons = asked.iter().flat_map(Post::buttons);
            if let Some(button) = buttons.into_iter().find(|button| button.label == label)
                && let Some(post) = &asked
            {
                let place = (post.channel, post.message_id);
                return self.emulator.presses(person, place.0, place.1, &button.custom_id);
            }
        }
        let commands: [(&str, &[(&str, Value)]); 3] =
            [("new", &[]), ("mytickets", &[]), ("help", &[])];
        let (command, given) = commands[turn % commands.len()];
        self.emulator.uses_command(person, CHANNEL, command, given)
    }

    async fn waits_until(&self, condition: impl Fn(&Ledger) -> bool) -> bool {
        let mut changes = self.emulator.changed();
        let reached = async {
            while !self.emulator.read(&condition) {
                changes.changed().await.expect("the emulator holds the sender");
            }
        };
        tokio::time::timeout(DEADLINE, reached).await.is_ok()
    }

    fn report(&self, pace: u32, most: Duration, used: &HashSet<u64>, all: bool) -> bool {
        let mut times = Times::default();
        let mut slowest = Duration::ZERO;
        let mut answered = 0;
        self.emulator.read(|ledger| {
            for response in ledger.responses().filter(|one| used.contains(&one.interaction)) {
                times.push(response.latency);
                slowest = slowest.max(response.latency);
                answered += 1;
            }
        });
        let (registered, violations) = self.emulator.read(|ledger| {
            let registered = |post: &&Post| post.text().contains("Quedó registrado.");
            (ledger.sends().filter(registered).count(), ledger.violations.clone())
        });
        println!("{:<44} {:>9} {:>9} {:>9}", "", "p50", "p99", "slowest");
        let name = format!("first answer at {pace}/s ({} interactions)", used.len());
        let fast = times.within(0.99) < most;
        let verdict = if fast { "" } else { "  TOO MUCH" };
        println!("{name:<44} {times} {:>9}{verdict}", short(slowest));
        println!("{registered} tickets registered; {} unanswered", used.len() - answered);
        if !violations.is_empty() {
            println!("the platform's own rules: {violations:?}");
        }
        fast && all && violations.is_empty()
    }
}

/// The component type of a field for files.
const FILES: u64 = 19;

/// The form's fields, filled in; files are left out.
fn filled(form: &Modal) -> Vec<(String, Value)> {
    let fill = |field: &Value| {
        let code = field["custom_id"].as_str().unwrap_or_default().to_owned();
        let options = field["options"].as_array();
        let first = options.and_then(|options| options.first()).map(|option| &option["value"]);
        let value = first.cloned().unwrap_or_else(|| json!("El correo no abre desde esta mañana"));
        (code, value)
    };
    let fields = form.fields();
    fields.iter().filter(|field| field["type"] != FILES).map(fill).collect()
}
