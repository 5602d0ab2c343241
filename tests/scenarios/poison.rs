//! What the desk cannot handle is set aside with its raw text after a few tries, the administrators are
//! told once, whoever sent it gets a reference where they can be known, and everybody else goes on in
//! order (G14). What networks themselves may tell wrongly is in `telegram_poison.rs` and
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

/// What can be done with a ticket that is given up on nobody.
const STUCK: &str = "se atasca aquí";

async fn quarantine_reference(desk: &PairedDesk) -> Vec<inbox::Model> {
    let rows = inbox::Entity::find().order_by_asc(inbox::Column::Id);
    let rows = rows.all(desk.house.database.reader()).await.unwrap();
    assert!(rows.iter().all(|row| row.open_lane.is_none()), "nothing is left open");
    rows.into_iter().filter(|row| row.quarantine.is_some()).collect()
}

/// What was just done was set aside, so often by now; `who` was told, the administrator once, and both
/// go on.
async fn is_set_aside(desk: &PairedDesk, times: usize, (who, admin): (&Person<'_>, &Person<'_>)) {
    let aside = quarantine_reference(desk).await;
    assert_eq!(aside.len(), times);
    let last = aside.last().unwrap();
    assert_eq!(last.attempts, 5);
    assert!(!last.raw.is_empty(), "as the network told it");
    let reference = last.quarantine.clone().unwrap();
    let told = admin.reads();
    assert_eq!(told.matches("quedó apartado con la referencia").count(), 1, "{told}");
    assert!(told.contains(&reference), "{told}");
    let told = who.reads();
    assert!(told.contains("Algo falló de nuestro lado") && told.contains(&reference), "{told}");
    desk.snare.lift();
    who.says("/idioma").await;
    assert!(who.reads().contains("¿En qué idioma"), "the next thing works");
}

#[test]
fn g14_whatever_somebody_does_when_the_desk_breaks_down_is_set_aside_and_stops_nobody() {
    in_every_pairing(async |desk| {
        desk.forgive_quarantine();
        let admin = desk.staff("Aura", Role::Administrator, &[]).await;
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        marta.reads();
        ana.reads();

        // Words.
        desk.snare.lay(STUCK, Breakdown::Handling);
        marta.says(&format!("El correo {STUCK}")).await;
        is_set_aside(desk, 1, (&marta, &admin)).await;
        // A command.
        desk.snare.lay(STUCK, Breakdown::Handling);
        ana.says(&format!("/nota 1 {STUCK}")).await;
        is_set_aside(desk, 2, (&ana, &admin)).await;
        // A press.
        desk.snare.lay("t:a:1", Breakdown::Handling);
        ana.presses("Aceptar").await;
        is_set_aside(desk, 3, (&ana, &admin)).await;
        assert_eq!(desk.newest().await.status, Status::New, "nothing was done by halves");
        ana.presses("Aceptar").await;
        ana.reads();
        marta.reads();
        // What is written into a form, or in answer to a question.
        ana.presses("Responder").await;
        desk.snare.lay(STUCK, Breakdown::Handling);
        ana.gives("reply", STUCK).await;
        is_set_aside(desk, 4, (&ana, &admin)).await;
        // What was written, written anew.
        marta.says("/cancelar").await;
        marta.says("Otra cosa").await;
        marta.reads();
        desk.snare.lay(STUCK, Breakdown::Handling);
        marta.rewrites(STUCK).await;
        is_set_aside(desk, 5, (&marta, &admin)).await;
        assert_eq!(desk.history(desk.newest().await.number).await.len(), 2, "nothing came of it");
    });
}

#[test]
fn g14_an_update_over_which_reading_itself_breaks_down_stops_nobody() {
    in_every_pairing(async |desk| {
        desk.forgive_quarantine();
        let admin = desk.staff("Aura", Role::Administrator, &[]).await;
        let (marta, pedro) = (desk.requester("Marta"), desk.requester("Pedro"));
        desk.snare.lay(STUCK, Breakdown::Reading);
        marta.says(STUCK).await;
        pedro.says("Buenos días").await;
        marta.says("/idioma").await;
        assert!(pedro.reads().starts_with("Hola, Pedro."));
        assert!(marta.reads().contains("¿En qué idioma"), "nobody knows whom to tell, or what");
        let aside = quarantine_reference(desk).await;
        assert_eq!((aside.len(), aside[0].attempts), (1, 5));
        assert!(aside[0].raw.contains(STUCK), "the raw update is kept");
        let told = admin.reads();
        assert_eq!(told.matches("quedó apartado con la referencia").count(), 1, "{told}");
    });
}

#[test]
fn g14_sixty_four_kibibytes_of_text_are_words_like_others() {
    in_every_pairing(async |desk| {
        let ana = desk.technician("Ana").await;
        let (marta, pedro) = (desk.requester("Marta"), desk.requester("Pedro"));
        let long = "¿🖨? ".repeat(65_536 / "¿🖨? ".len() + 1);
        let one_word = "ñ".repeat(32_768);
        for text in [&long, &one_word] {
            marta.says(text).await;
            pedro.says("Buenos días").await;
            assert!(!marta.reads().is_empty(), "she is answered");
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
fn g14_a_character_that_no_database_keeps_loses_nobody_their_words() {
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

/// Codes that no button of ours ever had, or whose numbers mean nothing.
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
fn g14_absurd_codes_on_buttons_are_answered_politely() {
    in_every_pairing(async |desk| {
        let admin = desk.staff("Aura", Role::Administrator, &[]).await;
        let ana = desk.technician("Ana").await;
        let marta = desk.requester("Marta");
        desk.opens_ticket(&marta, "No abre el correo").await;
        for open in [false, true] {
            if open {
                // In the middle of a dialogue.
                marta.says("Tampoco imprime").await;
                marta.reads();
            }
            for who in [&marta, &ana, &admin] {
                for code in CODES {
                    let mut pressed = who.pressing(&marta.holds("Retirar"));
                    let Input::Press { message, .. } = pressed.input else { unreachable!() };
                    pressed.input = Input::Press { code: code.to_owned(), message };
                    let (pressed, now) = (&pressed, desk.clock.now());
                    let handled: Result<()> = desk
                        .house
                        .database
                        .write(|tx| {
                            Box::pin(async move {
                                let moment = Moment { now, disk_low: false };
                                mesabot::chat::handle(tx, &desk.house.desk, pressed, moment)
                                    .await?;
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
        assert_eq!(desk.newest().await.status, Status::New, "and nothing came of it");
    });
}
