//! How much one person may put into the desk: a refusal says how much fits and loses nothing, and no
//! card outgrows its message.

use mesabot::domain::{limits::Limits, procedure::Procedure, status::Status};
use sea_orm::ConnectionTrait;

use crate::support::{
    desk::uspec,
    engine::direct,
    pairing::{PairedDesk, Person, in_every_pairing_on},
};

const REST: [(&str, &str); 4] = [
    ("category", "Correo y ofimática"),
    ("place", "Piso 3"),
    ("impact", "Solo a mí"),
    ("urgency", "Con dificultad"),
];

fn narrow() -> Procedure {
    let limits = Limits { description: 300, message: 200, files: 2, open_tickets: 2 };
    Procedure { limits, ..uspec() }
}

async fn have_read(people: &[&Person<'_>]) {
    for person in people {
        person.reads();
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_and_what_was_typed_before_is_kept() {
    in_every_pairing_on(&narrow(), async |desk| {
        let marta = desk.requester("Marta");
        marta.says(&"x".repeat(301)).await;
        assert_eq!(
            marta.reads(),
            "Su mensaje tiene más de 300 caracteres, así que no lo guardé. Envíelo más corto o en \
             varios mensajes; lo que ya había escrito sigue igual."
        );
        marta.says("No abre el correo").await;
        marta.presses("Abrir caso").await;
        marta.reads();
        marta.says(&"y".repeat(290)).await;
        let told = marta.reads();
        let full = "Con eso el texto pasaría de 300 caracteres, así que no lo agregué. Lo que ya había \
                    escrito sigue igual: continúe, y cuando el caso esté abierto agregue el resto con \
                    /responder.";
        assert!(told.starts_with(full) && told.contains("¿De qué se trata?"), "{told}");
        marta.fills(&REST).await;
        marta.presses("Registrar").await;
        marta.reads();
        let ticket = desk.newest().await;
        assert_eq!(ticket.description, "No abre el correo");
        marta.says(&format!("/responder {} {}", ticket.number, "z".repeat(201))).await;
        let told = marta.reads();
        assert!(told.starts_with("Su mensaje tiene más de 200 caracteres"), "{told}");
    });
}

#[test]
fn who_has_as_many_tickets_open_as_one_may_is_told_the_way_out() {
    in_every_pairing_on(&narrow(), async |desk| {
        let marta = desk.requester("Marta");
        for words in ["No abre el correo", "No imprime"] {
            desk.opens_ticket(&marta, words).await;
        }
        marta.reads();
        let refused = "Ya tiene 2 casos abiertos, que es lo máximo. Use /miscasos para verlos: agregue \
                       esto a uno con /responder, o retire uno que ya no necesite con /retirar.";
        marta.says("/nuevo La silla cojea").await;
        assert_eq!(marta.reads(), refused);
        marta.says("La silla cojea").await;
        marta.presses("Abrir caso").await;
        marta.fills(&REST).await;
        marta.reads();
        marta.presses("Registrar").await;
        let told = marta.reads();
        assert!(told.contains(refused) && told.contains("La silla cojea"), "it is kept: {told}");
        marta.says("/retirar 1").await;
        marta.presses("Sí, retirarlo").await;
        marta.reads();
        marta.presses("Registrar").await;
        have_read(&[&marta]).await;
        let ticket = desk.newest().await;
        assert_eq!((ticket.number.0, ticket.status), (3, Status::New));
        assert_eq!(ticket.description, "La silla cojea");
    });
}

/// Makes everything of a ticket as long as it was before there were limits.
async fn grows(desk: &PairedDesk) {
    let long = "🖨️ No imprime ".repeat(1_000);
    let connection = direct(&desk.database().url).await.unwrap();
    let grow = format!(
        "UPDATE ticket SET description = '{long}', details = '{long}', solution = '{long}'"
    );
    connection.execute_unprepared(&grow).await.unwrap();
    connection.close().await.unwrap();
}

#[test]
fn a_card_never_takes_more_than_two_messages() {
    in_every_pairing_on(&uspec(), async |desk| {
        let (ana, marta) = (desk.technician("Ana").await, desk.requester("Marta"));
        desk.opens_ticket(&marta, "No imprime").await;
        have_read(&[&ana, &marta]).await;
        grows(desk).await;
        for person in [&ana, &marta] {
            person.says("/caso 1").await;
            let told = person.reads();
            // An older card that loses its buttons is no message.
            let messages = told.split("\n---\n").filter(|message| !message.starts_with('✎'));
            let messages: Vec<&str> = messages.collect();
            assert_eq!(messages.len(), 2, "the card and the description: {told}");
            for message in messages {
                assert!(message.encode_utf16().count() < 4_300, "with its buttons");
            }
            assert!(told.contains('…'), "what is long is an excerpt");
        }
    });
}
