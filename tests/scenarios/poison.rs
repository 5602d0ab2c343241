//! An update that the desk cannot handle is set aside with its raw text after a few attempts, the
//! administrators are told once, the sender gets a reference where the sender is known, and all
//! others continue in order (G14). Malformed input of one network is in `telegram_poison.rs` and
//! `discord_poison.rs`.

use mesabot::{
    chat::{Moment, incoming::Input},
    clock::Clock,
    domain::{person::Role, status::Status},
    entity::inbox,
    service::{Error, Result},
};
use sea_orm::{EntityTrait, QueryOrder};

use crate::support::pairing::{Breakdown, PairedDesk, Person, in_every_pairing};

/// Text on which the handler is made to fail.
const STUCK: &str = "se atasca aquí";

async fn quarantine_reference(desk: &PairedDesk) -> Vec<inbox::Model> {
    let rows = inbox::Entity::find().order_by_asc(inbox::Column::Id);
    let rows = rows.all(desk.app.database.reader()).await.unwrap();
    assert!(rows.iter().all(|row| row.open_lane.is_none()), "no row is left open");
    rows.into_iter().filter(|row| row.quarantine.is_some()).collect()
}

/// The last update was set aside, the `times`-th so far; `who` was told, the administrator once,
/// and both can continue.
async fn is_set_aside(desk: &PairedDesk, times: usize, who: &Person<'_>, admin: &Person<'_>) {
    let aside = quarantine_reference(desk).await;
    assert_eq!(aside.len(), times);
    let last = aside.last().unwrap();
    assert_eq!(last.attempts, 5);
    assert!(!last.raw.is_empty(), "the raw update is kept");
    let reference = last.quarantine.clone().unwrap();
    let messages = admin.reads();
    assert_eq!(messages.matches("quedó apartado con la referencia").count(), 1, "{messages}");
    assert!(messages.contains(&reference), "{messages}");
    let messages = who.reads();
    assert!(
        messages.contains("Algo falló de nuestro lado") && messages.contains(&reference),
        "{messages}"
    );
    desk.snare.lift();
    who.says("/idioma").await;
    assert!(who.reads().contains("¿En qué idioma"), "the next command works");
}

#[test]
fn g14_a_failing_update_of_any_kind_is_set_aside_and_stops_nothing() {
    in_every_pairing(async |desk| {
        desk.forgive_quarantine();
        let admin = desk.staff("Aura", Role::Administrator, &[]).await;
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();

        // A message.
        desk.snare.lay(STUCK, Breakdown::Handling);
        marta.says(&format!("El correo {STUCK}")).await;
        is_set_aside(desk, 1, &marta, &admin).await;
        // A command.
        desk.snare.lay(STUCK, Breakdown::Handling);
        ana.says(&format!("/nota 1 {STUCK}")).await;
        is_set_aside(desk, 2, &ana, &admin).await;
        // A press.
        desk.snare.lay("t:a:1", Breakdown::Handling);
        ana.presses("Aceptar").await;
        is_set_aside(desk, 3, &ana, &admin).await;
        assert_eq!(desk.newest().await.status, Status::New, "the transaction was rolled back");
        ana.presses("Aceptar").await;
        ana.reads();
        marta.reads();
        // Text entered into a form, or in answer to a question.
        ana.presses("Responder").await;
        desk.snare.lay(STUCK, Breakdown::Handling);
        ana.gives("reply", STUCK).await;
        is_set_aside(desk, 4, &ana, &admin).await;
        // The edit of a message.
        marta.says("/cancelar").await;
        marta.says("Otra cosa").await;
        marta.reads();
        desk.snare.lay(STUCK, Breakdown::Handling);
        marta.rewrites(STUCK).await;
        is_set_aside(desk, 5, &marta, &admin).await;
        assert_eq!(
            desk.history(desk.newest().await.number).await.len(),
            2,
            "the edit had no effect"
        );
    });
}

#[test]
fn g14_an_update_whose_parsing_panics_stops_nothing() {
    in_every_pairing(async |desk| {
        desk.forgive_quarantine();
        let admin = desk.staff("Aura", Role::Administrator, &[]).await;
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        desk.snare.lay(STUCK, Breakdown::Reading);
        marta.says(STUCK).await;
        pedro.says("Buenos días").await;
        marta.says("/idioma").await;
        assert!(pedro.reads().starts_with("Hola, Pedro."));
        assert!(
            marta.reads().contains("¿En qué idioma"),
            "an unparsed update names no sender to tell"
        );
        let aside = quarantine_reference(desk).await;
        assert_eq!((aside.len(), aside[0].attempts), (1, 5));
        assert!(aside[0].raw.contains(STUCK), "the raw update is kept");
        let messages = admin.reads();
        assert_eq!(messages.matches("quedó apartado con la referencia").count(), 1, "{messages}");
    });
}

#[test]
fn g14_a_text_of_64_kib_is_handled_like_any_other() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        let pedro = desk.requester("Pedro");
        let long = "¿🖨? ".repeat(65_536 / "¿🖨? ".len() + 1);
        let one_word = "ñ".repeat(32_768);
        for text in [&long, &one_word] {
            marta.says(text).await;
            pedro.says("Buenos días").await;
            assert!(!marta.reads().is_empty(), "the long text is answered");
            assert!(!pedro.reads().is_empty());
            marta.says("/cancelar").await;
            marta.reads();
        }
        desk.opens_ticket(&marta, "No abre el correo").await;
        ana.says("/aceptar 1").await;
        ana.reads();
        marta.reads();
        ana.says(&format!("/nota 1 {long}")).await;
        marta.says(&format!("/responder 1 {long}")).await;
        ana.says(&format!("/suspender 1 {one_word}")).await;
        ana.reads();
        marta.reads();
        assert!(quarantine_reference(desk).await.is_empty());
    });
}

#[test]
fn g14_an_unstorable_character_is_replaced_and_loses_no_text() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre\0 el correo").await;
        assert_eq!(desk.newest().await.description, "No abre\u{fffd} el correo");
        marta.reads();
        ana.says("/aceptar 1").await;
        ana.says("/responder 1 Su clave\0 venció").await;
        ana.reads();
        assert!(marta.reads().contains("Su clave\u{fffd} venció"));
        assert!(quarantine_reference(desk).await.is_empty());
    });
}

/// Codes that no button ever had, or whose numbers are meaningless.
const CODES: [&str; 46] = [
    "",
    ":",
    "::::",
    "🤷",
    "t:a:99999999999999999999",
    "t:a:9223372036854775807",
    "t:a:-9223372036854775808",
    "t:v:-1",
    "t:v:0",
    "t:z:9223372036854775807",
    "t:g:-1",
    "t:i:9223372036854775807",
    "t:c:-1",
    "t:a:1\u{0}",
    "t:a:١",
    "f:9223372036854775807",
    "f:-1",
    "fi:-9223372036854775808",
    "fi:9223372036854775807",
    "s:y:9223372036854775807:2147483647",
    "s:n:1:-2147483648",
    "s:5:1:2147483648",
    "s:5:1:2147483647",
    "s:k:1:-1",
    "h:1:9223372036854775807",
    "h:1:-9223372036854775808",
    "h:9223372036854775807:0",
    "d:9223372036854775807:x",
    "d:-9223372036854775808:",
    "d:0:\u{202e}",
    "d:1:99999999999999999999",
    "w:9223372036854775807",
    "w:-9223372036854775808",
    "m:q:9223372036854775807:9223372036854775807",
    "m:q:-9223372036854775808:-9223372036854775808",
    "m:m:9223372036854775807:-1",
    "m:a:-1:9223372036854775807",
    "l:xx",
    "l:es-",
    "c:",
    "c:nadie",
    "c:\u{0}",
    "i:y:9223372036854775807:-9223372036854775808",
    "i:n:0:0",
    "i:y:1:1",
    "i:y:2:1",
];

#[test]
fn g14_invalid_button_codes_are_answered_without_effect() {
    in_every_pairing(async |desk| {
        let admin = desk.staff("Aura", Role::Administrator, &[]).await;
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        for open in [false, true] {
            if open {
                // During a dialogue.
                marta.says("Tampoco imprime").await;
                marta.reads();
            }
            for who in [&marta, &ana, &admin] {
                for code in CODES {
                    let mut pressed = who.pressing(&marta.holds("Retirar"));
                    let Input::Press { message, .. } = pressed.input else { unreachable!() };
                    pressed.input = Input::Press { code: code.to_owned(), message };
                    let pressed = &pressed;
                    let now = desk.clock.now();
                    let handled: Result<()> = desk
                        .app
                        .database
                        .write(|tx| {
                            Box::pin(async move {
                                let moment = Moment { now, disk_low: false };
                                mesabot::chat::handle(tx, &desk.app.desk, pressed, moment).await?;
                                Ok::<_, Error>(())
                            })
                        })
                        .await;
                    assert!(handled.is_ok(), "{code:?} of {}: {handled:?}", who.name);
                }
            }
        }
        desk.settle().await;
        for who in [&marta, &ana, &admin] {
            who.reads_beside_the_question();
        }
        assert_eq!(desk.newest().await.status, Status::New, "the codes had no effect");
    });
}
