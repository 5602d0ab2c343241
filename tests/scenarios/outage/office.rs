//! A running desk, people who report, and a witness that queries its database from outside.

use std::time::{Duration, Instant};

use mesabot::domain::person::Role;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TryGetable};

use crate::support::{
    engine::{TestDatabase, direct},
    live::LiveDesk,
    telegram::{Emulator, Ledger},
};

/// How long after the end of a fault the desk may take to recover.
pub const RECOVERY: Duration = Duration::from_secs(30);

/// The last step of registering.
pub const REGISTER: &str = "Registrar";
/// Part of the confirmation of a stored ticket.
const REGISTERED: &str = "Quedó registrado.";
/// The steps before the last.
const STEPS: [&str; 6] = [
    "Abrir caso",
    "Equipo, red o sistema",
    "No lo sé",
    "Sede principal",
    "Solo a mí",
    "Con dificultad",
];

pub struct Office {
    pub desk: LiveDesk,
    emulator: Emulator,
    /// A connection to the database besides the desk's.
    witness: DatabaseConnection,
    reporters: Vec<i64>,
}

impl Office {
    /// A desk that opens `url`, which leads to `test`.
    pub async fn opens(test: &TestDatabase, url: &str) -> Self {
        let emulator = Emulator::start().await;
        let mut desk = LiveDesk::open(&emulator, url).await;
        emulator.add_user(900, "Ana", "es");
        desk.enrol(900, "Ana", Role::Technician, &["soporte"]).await;
        desk.start().await;
        // The bot may write only to people who have written first.
        emulator.says(900, 900, "/ayuda");
        emulator.wait_until(|ledger| !ledger.said_to(900).is_empty(), RECOVERY).await;
        let witness = direct(&test.url).await.expect("the database opens");
        Self { desk, emulator, witness, reporters: Vec::new() }
    }

    /// A new person reports something, up to the last step.
    pub async fn new_report(&mut self) -> i64 {
        let person = 1_000 + i64::try_from(self.reporters.len()).unwrap();
        self.reporters.push(person);
        self.emulator.add_user(person, &format!("Empleado {person}"), "es");
        self.emulator.says(person, person, &format!("No enciende {person}"));
        for label in STEPS {
            self.presses(person, label).await;
        }
        self.finds(person, REGISTER).await;
        person
    }

    /// A person waits for a button and presses it.
    pub async fn presses(&self, person: i64, label: &str) {
        let (message, code) = self.finds(person, label).await;
        self.emulator.presses(person, person, message, &code);
    }

    async fn finds(&self, person: i64, label: &str) -> (i64, String) {
        let mut changes = self.emulator.changed();
        let looking = async {
            loop {
                if let Some(found) = self.emulator.button(person, label) {
                    return found;
                }
                changes.changed().await.expect("the emulator holds the sender");
            }
        };
        let found = tokio::time::timeout(RECOVERY, looking).await;
        found.unwrap_or_else(|_| {
            panic!("no «{label}» for {person}: {}", self.emulator.read(Ledger::summary))
        })
    }

    /// How often a person read the confirmation.
    pub fn acknowledged(&self, person: i64) -> usize {
        self.emulator.read(|ledger| {
            ledger.said_to(person).iter().filter(|text| text.contains(REGISTERED)).count()
        })
    }

    /// Waits until the person reads the confirmation. Returns how long that took.
    pub async fn is_acknowledged(&self, person: i64) -> Duration {
        let begun = Instant::now();
        let confirmed =
            |ledger: &Ledger| ledger.said_to(person).iter().any(|text| text.contains(REGISTERED));
        self.emulator.wait_until(confirmed, RECOVERY).await;
        begun.elapsed()
    }

    /// Waits until no row is left to handle or to send.
    pub async fn is_at_rest(&self) {
        let open = "SELECT (SELECT count(*) FROM inbox WHERE open_lane IS NOT NULL) + \
                    (SELECT count(*) FROM outbox WHERE open_lane IS NOT NULL)";
        self.waits_until(open, |open: i64| open == 0).await;
    }

    /// Waits until the result of a query is right.
    pub async fn waits_until<T: TryGetable>(&self, sql: &str, right: impl Fn(T) -> bool) {
        let mut looks = tokio::time::interval(Duration::from_millis(10));
        let looking = async {
            loop {
                looks.tick().await;
                if right(self.asks(sql).await) {
                    return;
                }
            }
        };
        let found = tokio::time::timeout(RECOVERY, looking).await;
        found.unwrap_or_else(|_| panic!("never: {sql}"));
    }

    /// Reconnects the witness after a fault that hit it too.
    pub async fn reconnects_witness(&mut self, test: &TestDatabase) {
        self.witness = direct(&test.url).await.expect("the database opens");
    }

    /// Queries the database directly.
    pub async fn asks<T: TryGetable>(&self, sql: &str) -> T {
        let statement = Statement::from_string(self.witness.get_database_backend(), sql);
        let row = self.witness.query_one_raw(statement).await.expect("the witness is connected");
        row.expect("the query returns a row").try_get_by_index(0).expect("the column has this type")
    }

    /// At rest every person who pressed has one ticket and one confirmation, and no update was set
    /// aside or counted against its sender. Returns the number of tickets.
    pub async fn closes(self) -> usize {
        self.is_at_rest().await;
        for person in &self.reporters {
            let tickets = format!(
                "SELECT count(*) FROM ticket WHERE description LIKE '%No enciende {person}%'"
            );
            assert_eq!(self.asks::<i64>(&tickets).await, 1, "tickets of {person}");
            assert_eq!(self.acknowledged(*person), 1, "confirmations to {person}");
        }
        let all = "SELECT count(*) FROM ticket";
        let all = usize::try_from(self.asks::<i64>(all).await).unwrap();
        assert_eq!(all, self.reporters.len(), "every ticket has its reporter");
        let aside = "SELECT count(*) FROM inbox WHERE quarantine IS NOT NULL OR attempts > 0";
        assert_eq!(self.asks::<i64>(aside).await, 0, "faults of the database quarantine no update");
        let unsaid = "SELECT count(*) FROM outbox WHERE state IN ('failed', 'unknown')";
        assert_eq!(self.asks::<i64>(unsaid).await, 0, "every message was sent");
        self.witness.close().await.expect("the witness closes");
        self.desk.close().await;
        all
    }
}
