//! The program itself on Telegram's webhook: an update acts once, however often and by whichever
//! way it is delivered; the program reports its health; and its end leaves the webhook for other
//! replicas.

use std::{
    fs::File,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use mesabot::{
    entity::{inbox, ticket},
    service::database::Database,
};
use rustix::process::{Pid, Signal, kill_process};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;

use crate::support::{
    desk::DEADLINE,
    port,
    telegram::{BOT_ID, Call, Effect, Emulator, Fault, Gate, Ledger, webhook::METHOD},
};

const MARTA: i64 = 5;
const PATH: &str = "/telegram/3f9c1e7a";
const SECRET: &str = "0123456789-0123456789_abcdefghijk";

/// A program that is killed with the test, however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    async fn ended(mut self) -> ExitStatus {
        let ending = tokio::task::spawn_blocking(move || self.0.wait().unwrap());
        tokio::time::timeout(DEADLINE, ending).await.expect("the program ends").unwrap()
    }

    async fn stops_in_order(self) {
        kill_process(Pid::from_child(&self.0), Signal::TERM).unwrap();
        let ended = self.ended().await;
        assert!(ended.success(), "{ended}");
    }
}

/// A directory where programs share a database, and the emulated network.
struct Machine {
    emulator: Emulator,
    directory: tempfile::TempDir,
}

impl Machine {
    async fn new() -> Self {
        let emulator = Emulator::start().await;
        emulator.add_user(MARTA, "Marta", "es");
        Self { emulator, directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        Path::join(self.directory.path(), name)
    }

    fn database(&self) -> String {
        format!("sqlite://{}", self.path("desk.db").display())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap()
    }

    /// Starts a program that listens at `listen`, with a webhook there if `called`.
    fn start(&self, listen: SocketAddr, called: bool) -> Running {
        let log = File::options().create(true).append(true).open(self.path("log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
        command
            .current_dir(self.directory.path())
            .env_clear()
            .env("MESABOT_TELEGRAM__TOKEN", self.emulator.token())
            .env("MESABOT_TELEGRAM__API_URL", self.emulator.api_url())
            .env("MESABOT_DATABASE__URL", self.database())
            .env("MESABOT_HTTP__LISTEN", listen.to_string())
            .env("MESABOT_ACCESS", "open")
            .stdout(Stdio::null())
            .stderr(log);
        if called {
            command
                .env("MESABOT_TELEGRAM__WEBHOOK_URL", format!("http://{listen}{PATH}"))
                .env("MESABOT_TELEGRAM__WEBHOOK_SECRET", SECRET);
        }
        Running(command.spawn().unwrap())
    }

    /// Presses the newest button with this label in Marta's chat, once it is there.
    async fn presses(&self, label: &str) {
        let shown = |ledger: &Ledger| {
            let mut faces = ledger.sends().chain(ledger.edits());
            faces.any(|post| post.buttons.iter().flatten().any(|button| button.label == label))
        };
        self.emulator.wait_until(shown, DEADLINE).await;
        let (message, code) = self.emulator.button(MARTA, label).unwrap();
        self.emulator.presses(MARTA, MARTA, message, &code);
    }

    async fn hears(&self, words: &str) {
        let said = |ledger: &Ledger| {
            let mut faces = ledger.sends().chain(ledger.edits());
            faces.any(|post| post.text.contains(words))
        };
        self.emulator.wait_until(said, DEADLINE).await;
    }

    async fn operator_calls(&self, method: &str) -> serde_json::Value {
        self.operator_calls_with(method, json!({})).await
    }

    async fn operator_calls_with(
        &self,
        method: &str,
        params: serde_json::Value,
    ) -> serde_json::Value {
        let url = format!("{}/bot{}/{method}", self.emulator.api_url(), self.emulator.token());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.post(url).json(&params).send().await.unwrap().json().await.unwrap()
    }
}

/// Asks the address until it gives this answer.
async fn until(listen: SocketAddr, path: &str, status: u16, body: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{listen}{path}");
    let mut last = None;
    let asking = async {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        while last.as_ref() != Some(&(status, body.to_owned())) {
            tick.tick().await;
            if let Ok(answer) = client.get(&url).send().await {
                last = Some((answer.status().as_u16(), answer.text().await.unwrap()));
            }
        }
    };
    let asked = tokio::time::timeout(DEADLINE, asking).await;
    assert!(asked.is_ok(), "{path} never answered {status} {body:?}, but {last:?}");
}

#[tokio::test]
async fn g2_an_update_repeated_by_webhook_and_polling_acts_once() {
    let machine = Machine::new().await;
    let emulator = &machine.emulator;
    let desk = machine.start(port::free(), true);
    emulator.wait_until(|ledger| ledger.webhooks_set == 1, DEADLINE).await;
    emulator.faults().next(METHOD, 2, Fault::DropAfter);
    let update = emulator.says(MARTA, MARTA, "No imprime la impresora");
    emulator.wait_until(|ledger| ledger.confirmed.contains(&update), DEADLINE).await;
    assert_eq!(emulator.read(|ledger| ledger.handed_out[&update]), 3);
    for label in ["Abrir caso", "Equipo, red o sistema", "No lo sé"] {
        machine.presses(label).await;
    }
    machine.hears("¿Dónde está usted?").await;
    emulator.says(MARTA, MARTA, "Piso 2");
    for label in ["Solo a mí", "Con dificultad"] {
        machine.presses(label).await;
    }
    machine.hears("¿Lo registro?").await;
    // The platform receives no answer for the press that registers, so the update stays pending.
    emulator.faults().sometimes(METHOD, 1_000, 1, Fault::DropAfter);
    machine.presses("Registrar").await;
    machine.hears("Quedó registrado.").await;
    let press = *emulator.pending().last().expect("the press is not confirmed");
    emulator
        .wait_until(
            |ledger| ledger.deliveries.iter().filter(|one| one.update_id == press).count() == 3,
            DEADLINE,
        )
        .await;
    desk.stops_in_order().await;
    machine.operator_calls("deleteWebhook").await;
    emulator.faults().clear();
    let polling = machine.start(port::free(), false);
    emulator.wait_until(|ledger| ledger.confirmed.contains(&press), DEADLINE).await;
    emulator.says(MARTA, MARTA, "/miscasos");
    let listed = |ledger: &Ledger| ledger.said_to(MARTA).last().is_some_and(|it| it.contains("#1"));
    emulator.wait_until(listed, DEADLINE).await;
    polling.stops_in_order().await;
    emulator.read(|ledger| {
        let said = |words: &str| {
            let faces = ledger.sends().chain(ledger.edits());
            faces.filter(|post| post.text.contains(words)).count()
        };
        assert_eq!((said("¿Abro un caso con esto?"), said("Quedó registrado.")), (1, 1));
        assert!(ledger.repeated().is_empty(), "{:?}", ledger.repeated());
        assert!(ledger.violations.is_empty(), "{:?}", ledger.violations);
        assert_eq!(ledger.webhooks_deleted, 1, "the operator deleted the webhook, and no desk did");
    });
    let database = Database::open(&machine.database()).await.unwrap();
    assert_eq!(ticket::Entity::find().all(database.reader()).await.unwrap().len(), 1);
    let rows = inbox::Entity::find().all(database.reader()).await.unwrap();
    assert!(rows.iter().all(|row| row.source == format!("telegram:{BOT_ID}")));
    database.close().await;
    assert!(!machine.log().contains(SECRET) && !machine.log().contains(PATH));
}

#[tokio::test]
async fn shutdown_keeps_the_webhook_and_health_is_reported() {
    let machine = Machine::new().await;
    let emulator = &machine.emulator;
    let reached = Gate::closed();
    let listen = port::free();
    emulator.faults().next("getMe", 1, Fault::Hang(reached.clone()));
    let desk = machine.start(listen, true);
    until(listen, "/healthz", 200, "ok").await;
    until(listen, "/readyz", 503, "connecting").await;
    until(listen, PATH, 503, "").await;
    reached.open();
    until(listen, "/readyz", 200, "ready").await;
    until(listen, "/elsewhere", 404, "").await;
    until(listen, PATH, 405, "").await;
    emulator.wait_until(|ledger| ledger.webhooks_set == 1, DEADLINE).await;
    let connection = sea_orm::Database::connect(machine.database()).await.unwrap();
    connection.execute_unprepared("ALTER TABLE inbox RENAME TO inbox_away").await.unwrap();
    until(listen, "/readyz", 503, "database").await;
    until(listen, "/healthz", 200, "ok").await;
    let update = emulator.says(MARTA, MARTA, "No imprime la impresora");
    let refused = |ledger: &Ledger| ledger.deliveries.iter().any(|one| one.status == 503);
    emulator.wait_until(refused, DEADLINE).await;
    connection.execute_unprepared("ALTER TABLE inbox_away RENAME TO inbox").await.unwrap();
    connection.close().await.unwrap();
    until(listen, "/readyz", 200, "ready").await;
    emulator.wait_until(|ledger| ledger.confirmed.contains(&update), DEADLINE).await;
    machine.hears("¿Abro un caso con esto?").await;
    desk.stops_in_order().await;
    let info = machine.operator_calls("getWebhookInfo").await;
    assert_eq!(info["result"]["url"], format!("http://{listen}{PATH}"));
    assert_eq!(info["result"]["max_connections"], 40);
    assert_eq!(
        info["result"]["allowed_updates"],
        json!(["message", "edited_message", "callback_query", "my_chat_member"])
    );
    // An update while no program runs waits for the next start.
    let late = emulator.says(MARTA, MARTA, "/ayuda");
    let next = machine.start(listen, true);
    emulator.wait_until(|ledger| ledger.confirmed.contains(&late), DEADLINE).await;
    machine.hears("Esto es lo que puedo hacer").await;
    next.stops_in_order().await;
    assert_eq!(emulator.read(|ledger| ledger.webhooks_deleted), 0);
}

#[tokio::test]
async fn a_busy_address_stops_only_a_desk_with_a_webhook_there() {
    let machine = Machine::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap();
    let called = machine.start(listen, true).ended().await;
    assert!(!called.success());
    assert!(machine.log().contains("http.listen: the address"), "{}", machine.log());
    assert_eq!(machine.emulator.read(|ledger| ledger.webhooks_set), 0);
    let polling = machine.start(listen, false);
    let update = machine.emulator.says(MARTA, MARTA, "/ayuda");
    machine.emulator.wait_until(|ledger| ledger.confirmed.contains(&update), DEADLINE).await;
    polling.stops_in_order().await;
    assert!(machine.log().contains("goes on without /healthz and /readyz"), "{}", machine.log());
}

#[tokio::test]
async fn a_webhook_refused_by_telegram_ends_the_desk_with_a_reason() {
    let machine = Machine::new().await;
    let busy = "Bad Gateway";
    machine.emulator.faults().next("setWebhook", 1, Fault::Refuse(502, busy.to_owned()));
    let refusal = "Bad Request: bad webhook: Failed to resolve host";
    machine.emulator.faults().next("setWebhook", 1, Fault::Http400(refusal.to_owned()));
    let ended = machine.start(port::free(), true).ended().await;
    assert!(!ended.success());
    let log = machine.log();
    assert!(log.contains("the webhook could not be set; trying again"), "{log}");
    assert!(log.contains("will not call telegram.webhook_url") && log.contains(refusal), "{log}");
}

#[tokio::test]
async fn menus_and_descriptions_are_retried_until_accepted() {
    let machine = Machine::new().await;
    let emulator = &machine.emulator;
    emulator.writes_profile("short_description", "en", "The office's own words");
    emulator.faults().next("setMyCommands", 2, Fault::RetryAfter(1));
    emulator.faults().next("setMyDescription", 1, Fault::RetryAfter(1));
    let desk = machine.start(port::free(), false);
    let menus = |ledger: &Ledger| {
        let menu = |effect: &&Effect| matches!(effect, Effect::Menu { .. });
        ledger.effects.iter().filter(menu).count() >= 6
    };
    emulator.wait_until(menus, DEADLINE).await;
    let described = |ledger: &Ledger| {
        let taken = |call: &&Call| call.method == "setMyDescription" && call.status == 200;
        ledger.calls.iter().filter(taken).count() == 3
    };
    emulator.wait_until(described, DEADLINE).await;
    assert!(emulator.profile("short_description", "es").starts_with("Mesa de ayuda: "));
    assert!(emulator.profile("description", "en").starts_with("I am the help desk: "));
    let own = emulator.profile("short_description", "en");
    assert_eq!(own, "The office's own words", "a text written by the operator stays");
    desk.stops_in_order().await;
    emulator.read(|ledger| assert!(ledger.violations.is_empty(), "{:?}", ledger.violations));
}

#[tokio::test]
async fn readyz_says_refused_while_a_webhook_keeps_updates_away() {
    let machine = Machine::new().await;
    let emulator = &machine.emulator;
    let listen = port::free();
    let desk = machine.start(listen, false);
    until(listen, "/readyz", 200, "ready").await;
    let hook = json!({"url": "https://elsewhere.example/hook"});
    machine.operator_calls_with("setWebhook", hook).await;
    let update = emulator.says(MARTA, MARTA, "/ayuda");
    until(listen, "/readyz", 503, "refused").await;
    machine.operator_calls("deleteWebhook").await;
    emulator.wait_until(|ledger| ledger.confirmed.contains(&update), DEADLINE).await;
    until(listen, "/readyz", 200, "ready").await;
    desk.stops_in_order().await;
    let log = machine.log();
    assert!(log.contains("a webhook is set for this bot") && log.contains("elsewhere.example"));
}
