//! No interaction keeps its "thinking" placeholder: for every act of a person and every failure after it,
//! the placeholder ends as an answer, or is deleted once the answer went elsewhere.

use std::time::{Duration, Instant};

use mesabot::{
    domain::person::Access,
    entity::outbox::{self, DeliveryState},
    worker::admission::{Admission, Allowance, Budget},
};
use sea_orm::EntityTrait;
use serde_json::json;

use crate::support::{
    desk::{HelpDesk, scenario_on_both},
    discord::{Effect, Fault},
    discord_line::{CHANNEL, DiscordLine, Member},
};

/// What the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Command,
    Press,
    Form,
}

/// Whether the desk deferred the interaction before it had an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deferred {
    Yes,
    No,
}

/// What fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failing {
    Nothing,
    Refused,
    RefusedTwice,
    AnswerLost,
    RequestLost,
    ServerError,
    Limited,
    Ended,
    EndedAndClosed,
}

const DONE: [Done; 3] = [Done::Command, Done::Press, Done::Form];
const FAILING: [Failing; 9] = [
    Failing::Nothing,
    Failing::Refused,
    Failing::RefusedTwice,
    Failing::AnswerLost,
    Failing::RequestLost,
    Failing::ServerError,
    Failing::Limited,
    Failing::Ended,
    Failing::EndedAndClosed,
];
/// Every route by which an interaction is answered.
const ROUTES: [&str; 3] =
    ["POST /interactions/*/*/callback", "PATCH /webhooks/*/*/messages/*", "POST /webhooks/*/*"];

impl Failing {
    fn faults(self, discord: &DiscordLine) {
        let refused = || Fault::Status(400, 50_035, "Invalid Form Body".to_owned());
        let (times, fault) = match self {
            Self::Nothing => return,
            Self::Refused => (1, refused()),
            Self::RefusedTwice => (2, refused()),
            Self::AnswerLost => (1, Fault::DropAfter),
            Self::RequestLost => (1, Fault::DropBefore),
            Self::ServerError => (1, Fault::ServerError502Html),
            Self::Limited => {
                (1, Fault::RateLimited { retry_after: 0.01, global: false, scope: "shared" })
            }
            Self::Ended | Self::EndedAndClosed => (9, Fault::UnknownInteraction),
        };
        for route in ROUTES {
            discord.emulator.faults().next(route, times, fault.clone());
        }
    }
}

/// A person does something that needs an answer, and the desk has received it.
async fn does(desk: &HelpDesk, discord: &DiscordLine, who: Member, done: Done) -> u64 {
    let interaction = match done {
        Done::Command => discord.emulator.uses_command(who.id, CHANNEL, "help", &[]),
        Done::Press => {
            discord.uses(desk, who.at(CHANNEL), "language", &[]).await;
            let (place, message, code) =
                discord.emulator.button_before(who.id, "Español").expect("the question is shown");
            discord.emulator.presses(who.id, place, message, &code)
        }
        Done::Form => {
            let opened = discord.uses(desk, who.at(CHANNEL), "new", &[]).await;
            let filled = [
                ("description", json!("No abre el correo")),
                ("category", json!("ofimatica")),
                ("place", json!("Piso 2")),
                ("impact", json!("low")),
                ("urgency", json!("low")),
            ];
            discord.emulator.submits(who.id, opened, &filled)
        }
    };
    discord.hears(format!("i:{interaction}")).await;
    interaction
}

/// Whether the person was shown an answer, other than a placeholder.
fn is_shown(discord: &DiscordLine, interaction: u64) -> bool {
    discord.emulator.read(|ledger| {
        ledger.effects.iter().any(|effect| match effect {
            Effect::Sent(post) | Effect::Edited(post) => {
                post.interaction == Some(interaction) && !post.loading()
            }
            _ => false,
        })
    })
}

async fn open_rows(desk: &HelpDesk) -> usize {
    let rows = outbox::Entity::find().all(desk.app.database.reader()).await.unwrap();
    let open = [DeliveryState::Queued, DeliveryState::Sending];
    rows.iter().filter(|row| open.contains(&row.state)).count()
}

/// One cell of the matrix.
#[derive(Debug, Clone, Copy)]
struct Cell {
    done: Done,
    deferred: Deferred,
    failing: Failing,
}

async fn tell(desk: &HelpDesk, discord: &DiscordLine, who: Member, cell: Cell) {
    let Cell { done, deferred, failing } = cell;
    let cell = format!("{cell:?}");
    let interaction = does(desk, discord, who, done).await;
    if deferred == Deferred::Yes {
        discord.interactions.defer_all().await;
    }
    if failing == Failing::EndedAndClosed {
        discord.emulator.closes_dms(who.id);
    }
    failing.faults(discord);
    for _ in 0..8 {
        desk.passes(61_000).await;
    }
    discord.emulator.faults().clear();
    assert_eq!(open_rows(desk).await, 0, "the outbox is empty: {cell}");
    let ended = matches!(failing, Failing::Ended | Failing::EndedAndClosed);
    let thinking = discord.emulator.thinking().contains(&interaction);
    // The platform itself removes a placeholder whose token has expired.
    assert!(!thinking || ended, "left thinking: {cell}");
    match failing {
        Failing::Ended => assert_ne!(discord.reads(who), "", "told in private: {cell}"),
        // Both the answer and the sentence in its place were refused: nothing can be shown.
        Failing::RefusedTwice | Failing::EndedAndClosed => {}
        _ => assert!(is_shown(discord, interaction), "shown nothing: {cell}"),
    }
}

#[tokio::test]
async fn every_placeholder_ends_whatever_fails() {
    scenario_on_both(async |desk, discord| {
        let mut id = 20_000;
        for done in DONE {
            for deferred in [Deferred::No, Deferred::Yes] {
                for failing in FAILING {
                    id += 1;
                    let who = discord.member(id, "Marta", "es-419");
                    let cell = Cell { done, deferred, failing };
                    Box::pin(tell(desk, discord, who, cell)).await;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_interaction_that_cannot_be_read_is_answered_with_a_reference() {
    scenario_on_both(async |desk, discord| {
        let marta = discord.member(501, "Marta", "es-419");
        discord.emulator.interactions_over_http(true);
        let broken =
            [("/data/options", json!(7)), ("/data/name", json!(null)), ("/data/type", json!("x"))];
        for (path, value) in broken {
            let interaction = discord.emulator.uses_command(marta.id, CHANNEL, "help", &[]);
            let mut raw = discord.emulator.interaction(interaction);
            let (holder, field) = path.rsplit_once('/').expect("a path has parts");
            raw.pointer_mut(holder).expect("the field exists")[field] = value;
            discord.emulator.raw_event("INTERACTION_CREATE", &raw);
            discord.hears(format!("i:{interaction}")).await;
            discord.interactions.defer_all().await;
            for _ in 0..6 {
                desk.passes(1_000).await;
            }
            assert!(!discord.emulator.thinking().contains(&interaction), "{path}");
            let shown = discord.reads_alone(marta);
            assert!(shown.contains("dé esta referencia"), "{path}: {shown}");
        }
        desk.forgive_quarantine();
    })
    .await;
}

#[tokio::test]
async fn many_people_are_answered_and_a_flood_is_refused() {
    let mut desk = HelpDesk::open(Access::Open).await;
    let discord = DiscordLine::open(&mut desk).await;
    let few = Allowance { at_once: 3, per_minute: 1 };
    desk.workers.handler.admission = Admission::new(Budget { person: few, chat: few });
    let mut used = Vec::new();
    for id in 0..20 {
        let who = discord.member(30_000 + id, "Persona", "es-419");
        let interaction = discord.emulator.uses_command(who.id, CHANNEL, "help", &[]);
        discord.hears(format!("i:{interaction}")).await;
        used.push(interaction);
    }
    let luis = discord.member(31_000, "Luis", "es-419");
    for _ in 0..8 {
        let interaction = discord.emulator.uses_command(luis.id, CHANNEL, "help", &[]);
        discord.hears(format!("i:{interaction}")).await;
        used.push(interaction);
    }
    discord.interactions.defer_all().await;
    desk.settle().await;
    let unshown: Vec<_> = used.iter().filter(|one| !is_shown(&discord, **one)).collect();
    assert!(unshown.is_empty(), "shown nothing: {unshown:?}");
    assert_eq!(discord.emulator.thinking(), [0; 0]);
    let refused = discord.reads_alone(luis).matches("demasiados mensajes").count();
    assert_eq!(refused, 5, "each one over the budget is answered");
    discord.assert_proper();
    desk.close().await;
}

#[tokio::test]
async fn an_unanswered_placeholder_is_replaced_before_its_token_ends() {
    scenario_on_both(async |desk, discord| {
        let marta = discord.member(501, "Marta", "es-419");
        let interaction = does(desk, discord, marta, Done::Command).await;
        discord.interactions.defer_all().await;
        assert_eq!(
            discord.interactions.close_overdue(Instant::now()).await,
            0,
            "the token has not expired"
        );
        let end = Instant::now() + Duration::from_secs(14 * 60 + 1);
        assert_eq!(discord.interactions.close_overdue(end).await, 1);
        assert!(!discord.emulator.thinking().contains(&interaction));
        let shown = discord.reads_alone(marta);
        assert!(shown.contains("No alcancé a responderle a tiempo"), "{shown}");
        desk.settle().await;
        assert_eq!(discord.interactions.close_overdue(end).await, 0, "once");
    })
    .await;
}
